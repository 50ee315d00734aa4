"""Reading the journal from its newest entry back, with filters, page by page.

Entries of all devices stand in the order of Lamport time, newest first. The journal has no index but its own
`(origin, seq)`, for each further one would slow every scan at a till; so entries are looked through stretch by stretch,
at most `MOST_READ` for a page. Where that is not enough the page says how far it came, and the next one goes on there.
"""

from typing import Any, Final, NamedTuple

import msgspec

from appliance.domain.timeclock import HOUR_MS
from appliance.journal.entry import Entry
from appliance.problems import Refusal
from appliance.store import tables
from appliance.store.database import Database
from appliance.store.projections import boots

PAGE: Final = 50
MOST_READ: Final = 100_000
FIRST_STRETCH: Final = 200
LONGEST_STRETCH: Final = 20_000
MOST_DIGITS: Final = 18
MARGIN_MS: Final = 24 * HOUR_MS
"""By how much a trusted clock may have been put back or forth: so much earlier and later is looked, too."""

_HEADS: Final = """
    WITH RECURSIVE held(origin) AS (
        SELECT MIN(origin) FROM entry
        UNION ALL
        SELECT (SELECT MIN(origin) FROM entry WHERE origin > held.origin)
        FROM held WHERE held.origin IS NOT NULL
    )
    SELECT origin, (SELECT MAX(seq) FROM entry WHERE entry.origin = held.origin)
    FROM held WHERE origin IS NOT NULL
"""
_LAMPORT: Final = "SELECT lamport FROM entry WHERE origin = ? AND seq = ?"
_TRUSTED: Final = (
    "SELECT at_ms FROM entry WHERE origin = ? AND seq >= ? AND clock_ok = 1 ORDER BY seq LIMIT 1"
)
_ENTRY: Final = "SELECT * FROM entry WHERE origin = ? AND seq = ?"
_CAUSE: Final = "SELECT cause, why FROM unapplied WHERE origin = ? AND seq = ?"
_WAITING: Final = "SELECT origin, seq, kind, cause, why FROM unapplied ORDER BY origin, seq LIMIT ?"
_HOW_MANY: Final = "SELECT COUNT(*) FROM unapplied"


class NoSuchEntry(Refusal):
    """No entry has this id: `entry`."""

    code = "no_such_entry"


class Wanted(msgspec.Struct, frozen=True):
    """Which entries; what is empty or None does not matter. `text` stands somewhere in the body or is an id.

    Kinds of `without` are not searched for a text: their bodies have secrets, which could be guessed letter by letter.
    """

    kind: str = ""
    origin: str = ""
    actor: str = ""
    text: str = ""
    from_ms: int | None = None
    to_ms: int | None = None
    without: frozenset[str] = frozenset()


class Told(NamedTuple):
    """An entry and when it truly was, as far as it is known."""

    entry: Entry
    at_ms: int


class Page(NamedTuple):
    """What was found. `after` is where to go on, None at the begin; `is_cut`: what was not read may have more."""

    found: tuple[Told, ...]
    after: int | None
    is_cut: bool


class Waits(NamedTuple):
    """An entry that is held and not applied."""

    origin: str
    seq: int
    kind: str
    cause: str
    why: str


def heads(db: Database) -> dict[str, int]:
    """The last `seq` of each origin."""
    return {origin: int(seq) for origin, seq in db.sql(_HEADS)}


def page(db: Database, wanted: Wanted, before: int | None = None, most: int = PAGE) -> Page:
    """The newest entries that fit, of Lamport time before `before`; the last few may share one, so `most` is about."""
    left = _starts(db, wanted, before)
    floors = {origin: _floor(db, origin, wanted) for origin in left}
    found: list[Told] = []
    read, stretch = 0, FIRST_STRETCH
    while left := {origin: seq for origin, seq in left.items() if seq > floors[origin]}:
        top = max(_lamport(db, origin, seq) for origin, seq in left.items())
        if len(found) >= most or read >= MOST_READ:
            return Page(tuple(found), top + 1, is_cut=len(found) < most)
        some: list[Told] = []
        for origin, seq in left.items():
            low = max(floors[origin], _last_below(db, origin, seq, top + 1 - stretch))
            read += seq - low
            some += _matching(db, wanted, origin, low, seq)
            left[origin] = low
        some.sort(key=lambda one: (one.entry.lamport, one.entry.origin), reverse=True)
        found += some
        if len(found) > most:
            return _cut(found, most)
        stretch = min(2 * stretch, LONGEST_STRETCH)
    return Page(tuple(found), None, is_cut=False)


def one(db: Database, entry_id: str) -> tuple[Told, tuple[str, str] | None, tuple[str, ...]]:
    """An entry, why it is not applied (cause and reason) or None, and the tables that have a row of its id.

    Raises `NoSuchEntry`.
    """
    origin, _, number = entry_id.rpartition("-")
    rows = (
        db.sql(_ENTRY, (origin, int(number)))
        if number.isdecimal() and len(number) <= MOST_DIGITS
        else []
    )
    if not rows:
        raise NoSuchEntry(entry=entry_id)
    told = _told(db, rows[0])
    causes = db.sql(_CAUSE, (origin, told.entry.seq))
    return told, (causes[0] if causes else None), tuple(_made(db, entry_id))


def unapplied(db: Database, most: int = PAGE) -> tuple[int, tuple[Waits, ...]]:
    """How many entries are held and not applied, and the first of them."""
    return int(db.sql(_HOW_MANY)[0][0]), tuple(map(Waits._make, db.sql(_WAITING, (most,))))


# --------------------------------------------------------------------------- helpers


def _cut(found: list[Told], most: int) -> Page:
    """No more than fit, but all of one Lamport time together, for that is where the next page goes on."""
    last = found[most - 1].entry.lamport
    kept = tuple(told for told in found if told.entry.lamport >= last)
    return Page(kept, last, is_cut=False)


def _starts(db: Database, wanted: Wanted, before: int | None) -> dict[str, int]:
    """From which `seq` on each origin is read backwards."""
    starts: dict[str, int] = {}
    for origin, seq in heads(db).items():
        if wanted.origin not in {"", origin}:
            continue
        start = seq
        if wanted.to_ms is not None:
            start = _last_until(db, origin, start, wanted.to_ms + MARGIN_MS, unknown=True)
        if before is not None:
            start = _last_below(db, origin, start, before)
        starts[origin] = start
    return starts


def _floor(db: Database, origin: str, wanted: Wanted) -> int:
    """The last `seq` that is too old."""
    if wanted.from_ms is None:
        return 0
    return _last_until(db, origin, heads(db)[origin], wanted.from_ms - MARGIN_MS, unknown=False)


def _last_below(db: Database, origin: str, most: int, lamport: int) -> int:
    """The last `seq`, up to `most`, of a Lamport time below `lamport`: it grows with `seq`."""
    low, high = 0, most
    while low < high:
        middle = (low + high + 1) // 2
        if _lamport(db, origin, middle) < lamport:
            low = middle
        else:
            high = middle - 1
    return low


def _last_until(db: Database, origin: str, most: int, at_ms: int, *, unknown: bool) -> int:
    """The last `seq`, up to `most`, that was made until `at_ms`, by the next trusted clock.

    Where none comes any more it may have been at any time: `unknown` says whether it counts as made until then.
    """
    low, high = 0, most
    while low < high:
        middle = (low + high + 1) // 2
        rows = db.sql(_TRUSTED, (origin, middle))
        if rows[0][0] <= at_ms if rows else unknown:
            low = middle
        else:
            high = middle - 1
    return low


def _lamport(db: Database, origin: str, seq: int) -> int:
    rows = db.sql(_LAMPORT, (origin, seq))
    return int(rows[0][0]) if rows else 0


def _matching(db: Database, wanted: Wanted, origin: str, low: int, high: int) -> list[Told]:
    rules = ["origin = ?", "seq > ?", "seq <= ?"]
    values: list[object] = [origin, low, high]
    for column, value in (("kind", wanted.kind), ("actor", wanted.actor)):
        if value:
            rules.append(f"{column} = ?")
            values.append(value)
    for rule, at_ms in (("at_ms >= ?", wanted.from_ms), ("at_ms < ?", wanted.to_ms)):
        if at_ms is not None:
            rules.append(f"(clock_ok = 0 OR {rule})")
            values.append(at_ms)
    if wanted.text:
        closed = sorted(wanted.without)
        places = ", ".join("?" * len(closed)) or "''"
        rules.append(
            f"((body LIKE ? ESCAPE '!' AND kind NOT IN ({places})) OR (origin = ? AND seq = ?))"
        )
        named, _, number = wanted.text.rpartition("-")
        is_id = number.isdecimal() and len(number) <= MOST_DIGITS
        values += [f"%{_plain(wanted.text)}%", *closed, named, int(number) if is_id else 0]
    text = f"SELECT * FROM entry WHERE {' AND '.join(rules)}"  # noqa: S608 - rules are ours, values are not in it
    found = (_told(db, row) for row in db.sql(text, values))
    return [told for told in found if _is_within(wanted, told.at_ms)]


def _plain(text: str) -> str:
    for letter in "!%_":
        text = text.replace(letter, f"!{letter}")
    return text


def _is_within(wanted: Wanted, at_ms: int) -> bool:
    return (wanted.from_ms is None or at_ms >= wanted.from_ms) and (
        wanted.to_ms is None or at_ms < wanted.to_ms
    )


def _told(db: Database, row: Any) -> Told:  # noqa: ANN401 - a row
    entry = Entry._make(row)
    return Told(entry, boots.true_time(db, entry))


def _made(db: Database, entry_id: str) -> list[str]:
    """Tables with a row that this entry made: of things that have one id, and it is the entry's."""
    found = []
    for table in tables.FOLDED:
        meta = table._meta  # noqa: SLF001 - Peewee's documented place
        if "id" in meta.fields and not meta.composite_key:
            asked = f"SELECT 1 FROM {meta.table_name} WHERE id = ?"  # noqa: S608 - one of ours
            if db.sql(asked, (entry_id,)):
                found.append(str(meta.table_name))
    return found
