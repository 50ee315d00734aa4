"""Which devices are the shop's own: whose entries count for pay, and whose wait for a manager.

A journal takes in what any device recorded, in order and with sound hashes; but a chain of hashes is no signature, and
anybody can begin one. So a store trusts itself (and what it was before it was restored), and whom a manager named at a
device that it trusts (`OriginKnown`). What was said is read in the order of Lamport time: a word counts as soon as the
device where it was said is known, and the newest word on a device counts. So a stranger's word on itself never counts,
in whatever order entries arrive. Since every store starts from itself, each needs its manager's word on one of the
others, once; with that device come those that were named there.

A store that was restored or forked has a new origin; it trusts itself as it was before (`store.anew`), and the register
whose place it took. Others need a manager's word on the new origin.

Punches whose times were told by a stranger count for nothing and are a question to a manager (`doubts`). What else a
stranger may record (rates, people, badges, payments) is not held back here: a device must be paired before its entries
are taken in at all (mirroring), and `open-pos journal import` is the act of whoever runs the machine.
"""

import re
from collections import deque
from collections.abc import Mapping
from typing import Final, NamedTuple

from appliance.config import PLACES
from appliance.journal.entry import ORIGIN_LETTERS
from appliance.journal.trust_kinds import OriginKnown
from appliance.problems import Refusal
from appliance.services.desk import Desk, at_once
from appliance.services.places import Place
from appliance.store import anew, schema
from appliance.store.database import Database
from appliance.store.statements import Statement, slot
from appliance.store.tables import OriginLine, OriginSaid, PunchCorrection, PunchRow

_KEPT: Final = "origins"
_ORIGIN: Final = re.compile(f"[{ORIGIN_LETTERS}]{{4}}")
_SAID: Final = Statement(
    lambda: OriginSaid.select(
        OriginSaid.author,
        OriginSaid.lamport,
        OriginSaid.device,
        OriginSaid.place,
        OriginSaid.name,
        OriginSaid.known,
    ).order_by(OriginSaid.lamport, OriginSaid.author, OriginSaid.id)
)
_LINES: Final = Statement(
    lambda: OriginLine.select(OriginLine.device, OriginLine.was).order_by(OriginLine.id)
)
# One step in the index an origin, as a GROUP BY would read the whole journal.
_HERE: Final = """
    WITH RECURSIVE held(origin) AS (
        SELECT min(origin) FROM entry
        UNION ALL
        SELECT (SELECT min(origin) FROM entry WHERE origin > held.origin)
        FROM held WHERE held.origin IS NOT NULL
    )
    SELECT origin FROM held WHERE origin IS NOT NULL
"""
_TOLD: Final = Statement(
    lambda: PunchRow.select(PunchRow.at_ms, PunchRow.punched_at_ms).where(
        (PunchRow.origin == slot()) & (PunchRow.told_by == slot())
    )
)
_CORRECTED: Final = Statement(
    lambda: PunchRow.select(PunchRow.at_ms, PunchRow.punched_at_ms).where(
        PunchRow.id.in_(
            PunchCorrection.select(PunchCorrection.punch).where(
                (PunchCorrection.id >= slot()) & (PunchCorrection.id < slot())
            )
        )
        & (PunchRow.origin != slot())
        & (PunchRow.told_by == slot())
    )
)


class NoSuchOrigin(Refusal):
    """A device's mark has four letters and digits: `origin`."""

    code = "no_such_origin"


class NoSuchPlace(Refusal):
    """A device stands at the till, at the door or serves the network: `place`, `known`."""

    code = "no_such_place"


class OwnDevice(Refusal):
    """A device cannot disown itself."""

    code = "own_device"


class Device(NamedTuple):
    """A device of the shop, as a manager named it."""

    place: str
    name: str


class Stranger(NamedTuple):
    """A device that is not known, and how many punches wait because of it, the last of them at `last_ms`."""

    origin: str
    punches: int
    last_ms: int


def is_origin(text: str) -> bool:
    """Whether it is four of the letters that origins are made of."""
    return _ORIGIN.fullmatch(text) is not None


def own(db: Database) -> str:
    """The origin of this store; empty for a file that no program has written to yet."""
    return schema.meta(db, "origin") or ""


def known(db: Database) -> Mapping[str, Device]:
    """The shop's devices by origin, this one among them."""
    return db.kept(_KEPT, _read)


def strangers(db: Database) -> frozenset[str]:
    """The origins that have entries here and are not known."""
    return frozenset(row[0] for row in db.sql(_HERE)) - known(db).keys()


def waiting(db: Database) -> tuple[Stranger, ...]:
    """The strangers, and what waits because of them, the newest first."""
    found = []
    for origin in strangers(db):
        # "." comes after "-": the ids of a device's entries lie between the two.
        corrected = db.rows(_CORRECTED, f"{origin}-", f"{origin}.", origin, origin)
        told = (*db.rows(_TOLD, origin, origin), *corrected)
        times = [max(at_ms, punched_at_ms) for at_ms, punched_at_ms in told]
        found.append(Stranger(origin, len(times), max(times, default=0)))
    return tuple(sorted(found, key=lambda one: (-one.last_ms, one.origin)))


@at_once
def say(desk: Desk, word: OriginKnown, place: Place, actor: str) -> None:
    """A manager's word on a device. Raises `NotHere`, `NoSuchOrigin`, `NoSuchPlace`, `OwnDevice`."""
    place.refuse_unless("devices")
    if not is_origin(word.device):
        raise NoSuchOrigin(origin=word.device)
    if word.place not in PLACES:
        raise NoSuchPlace(place=word.place, known=", ".join(PLACES))
    if word.device == own(desk.db) and not word.known:
        raise OwnDevice
    desk.book.record(actor, word)


def _read(db: Database) -> Mapping[str, Device]:
    # A store that began anew (restored, forked) is still the one that it was.
    mine = {*_own_line(db), *anew.earlier_origins(db)}
    found = dict.fromkeys(sorted(mine), Device("", ""))
    newest: dict[str, tuple[int, str]] = {}
    heard: dict[str, deque[tuple[int, str, Device, bool]]] = {}
    for author, lamport, device, place, name, is_known in db.rows(_SAID):
        word = (lamport, device, Device(place, name), bool(is_known))
        heard.setdefault(author, deque()).append(word)
        while (speaker := next((one for one in found if heard.get(one)), None)) is not None:
            said_at, about, named, counts = heard[speaker].popleft()
            if (said_at, speaker) < newest.get(about, (0, "")):
                continue
            newest[about] = (said_at, speaker)
            if counts:
                found[about] = named
            elif about not in mine:
                found.pop(about, None)
    return found


def _own_line(db: Database) -> tuple[str, ...]:
    """The origin of this store, and those that it goes on from: what it recorded itself before it was restored."""
    before = dict(db.rows(_LINES))
    line = [own(db)]
    while (was := before.get(line[-1])) is not None and was not in line:
        line.append(was)
    return tuple(line)
