"""What a store holds of the journal: entries, the head of each origin, and what waits to be applied."""

import heapq
from collections.abc import Iterable, Iterator
from typing import Final

from appliance.journal.entry import Entry
from appliance.store.database import Database
from appliance.store.statements import Statement, slot
from appliance.store.tables import Entry as EntryRow
from appliance.store.tables import Unapplied

_AT_ONCE: Final = 100
_HASH_AT: Final = Statement(
    lambda: EntryRow.select(EntryRow.hash).where(
        (EntryRow.origin == slot()) & (EntryRow.seq == slot())
    )
)
# One step in the index an origin: a GROUP BY would read the whole of it, a million entries in the third year.
_HEADS: Final = """
    WITH RECURSIVE known(origin) AS (
        SELECT min(origin) FROM entry
        UNION ALL
        SELECT (SELECT min(origin) FROM entry WHERE origin > known.origin)
        FROM known WHERE known.origin IS NOT NULL
    )
    SELECT e.origin, e.seq, e.hash, e.lamport FROM known JOIN entry AS e
    ON e.origin = known.origin AND e.seq = (SELECT max(seq) FROM entry WHERE origin = known.origin)
"""
_SPAN: Final = Statement(
    lambda: (
        EntryRow.select()
        .where((EntryRow.origin == slot()) & (EntryRow.seq > slot()))
        .order_by(EntryRow.seq)
        .limit(slot())
    )
)
_WAITING: Final = Statement(
    lambda: Unapplied.select(
        Unapplied.origin, Unapplied.seq, Unapplied.kind, Unapplied.cause, Unapplied.why
    ).order_by(Unapplied.origin, Unapplied.seq)
)


def entries(db: Database) -> Iterator[Entry]:
    """All entries of a store, each origin's in the order of `seq`. Others may write meanwhile."""
    for origin in sorted(heads(db)):
        yield from of_origin(db, origin)


def of_origin(
    db: Database, origin: str, after: int = 0, at_once: int = _AT_ONCE
) -> Iterator[Entry]:
    """The entries of one origin after a `seq`, so many held at once."""
    while found := span(db, origin, after, at_once):
        yield from found
        after = found[-1].seq


def in_order(db: Database, origins: Iterable[str], at_once: int = _AT_ONCE) -> Iterator[Entry]:
    """All entries, each origin's in their order, and what one device saw of another after what it saw.

    An origin that goes on where another ended (`OriginBegun`) speaks of that one's tickets and days.
    """
    chains = (of_origin(db, origin, 0, at_once) for origin in origins)
    return heapq.merge(*chains, key=lambda entry: (entry.lamport, entry.origin, entry.seq))


def span(db: Database, origin: str, after: int, most: int) -> list[Entry]:
    """At most `most` entries of one origin, those after `after`, in their order."""
    return [Entry._make(row) for row in db.rows(_SPAN, origin, after, most)]


def heads(db: Database) -> dict[str, tuple[int, bytes]]:
    """The last `seq` and hash of each origin."""
    return {origin: (seq, bytes(head)) for origin, seq, head, _ in db.sql(_HEADS)}


def top_lamport(db: Database) -> int:
    """The highest Lamport time in the journal."""
    # An origin's Lamport times only grow, so the last entries know; a scan of the whole journal takes seconds.
    return max((int(row[3]) for row in db.sql(_HEADS)), default=0)


def hash_at(db: Database, origin: str, seq: int) -> bytes | None:
    """The hash of one entry, None where it is not held."""
    row = db.row(_HASH_AT, origin, seq)
    return None if row is None else bytes(row[0])


def unapplied(db: Database) -> tuple[tuple[str, str, str, str], ...]:
    """Entries that are kept but not applied: id, kind, cause, and why in detail."""
    return tuple(
        (f"{origin}-{seq}", kind, cause, why) for origin, seq, kind, cause, why in db.rows(_WAITING)
    )
