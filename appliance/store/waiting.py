"""Origins that came before those that they go on from: their entries wait.

An origin that began where another one ended (`OriginBegun`) speaks of that one's tickets, days and people. Entries may
arrive in any order of origins, so what it recorded is stored at once but folded only when the other one is held that
far. Meanwhile it stands in `unapplied` with the cause `waits`. So tables are the same in whatever order origins came.
"""

from collections.abc import Callable
from typing import Final

import msgspec

from appliance.journal.entry import Entry
from appliance.journal.mirror_kinds import OriginBegun
from appliance.store.database import Database
from appliance.store.statements import Statement, slot
from appliance.store.tables import Entry as EntryRow
from appliance.store.tables import Unapplied

CAUSE: Final = "waits"
_KEPT: Final = "waiting"
_BODIES: Final = msgspec.json.Decoder(OriginBegun)
_FIRST: Final = Statement(
    lambda: EntryRow.select(EntryRow.kind, EntryRow.body).where(
        (EntryRow.origin == slot()) & (EntryRow.seq == slot())
    )
)
_WAITING: Final = Statement(
    lambda: Unapplied.select(Unapplied.origin).where(Unapplied.cause == slot()).distinct()
)
_NOT_ANY_MORE: Final = Statement(
    lambda: Unapplied.delete().where((Unapplied.origin == slot()) & (Unapplied.cause == slot()))
)
_FIRST_WAITING: Final = Statement(
    lambda: (
        Unapplied.select(Unapplied.seq)
        .where((Unapplied.origin == slot()) & (Unapplied.cause == slot()))
        .order_by(Unapplied.seq)
    )
)


def must_wait(db: Database, entry: Entry) -> bool:
    """Whether an entry that has just come cannot be folded yet."""
    waiting = _origins(db)
    if entry.origin in waiting:
        return True
    if entry.seq != 1 or entry.kind != OriginBegun.kind:
        return False
    before = _before(db, entry.origin)
    return before is not None and (before[0] in waiting or not _is_held(db, *before))


def noted(db: Database) -> None:
    """Another origin waits, or one does no longer."""
    db.forget()


def release(db: Database, apply_all: Callable[[str, int], None]) -> None:
    """Have everything folded that waits no longer: `apply_all` is given the origin, and after which `seq` to begin."""
    is_moving = True
    while is_moving:
        is_moving = False
        for origin in sorted(_origins(db)):
            before = _before(db, origin)
            if before is None or (before[0] not in _origins(db) and _is_held(db, *before)):
                (first,) = db.row(_FIRST_WAITING, origin, CAUSE)
                db.run(_NOT_ANY_MORE, origin, CAUSE)
                noted(db)
                apply_all(origin, first - 1)
                is_moving = True


def blocked(db: Database, origins: list[str]) -> frozenset[str]:
    """Of all origins of a journal, those that wait: for entries that are not held, or for one that waits itself."""
    found: set[str] = set()
    while True:
        more = {
            origin
            for origin in origins
            if origin not in found
            and (before := _before(db, origin)) is not None
            and (before[0] in found or not _is_held(db, *before))
        }
        if not more:
            return frozenset(found)
        found |= more


def _origins(db: Database) -> frozenset[str]:
    return db.kept(_KEPT, lambda of: frozenset(row[0] for row in of.rows(_WAITING, CAUSE)))


def _before(db: Database, origin: str) -> tuple[str, int] | None:
    """The entry after which an origin goes on: another origin and a `seq`; None for one that began by itself."""
    row = db.row(_FIRST, origin, 1)
    if row is None or row[0] != OriginBegun.kind:
        return None
    try:
        said = _BODIES.decode(row[1])
    except msgspec.DecodeError:
        return None
    return None if said.was == origin or said.seq <= 0 else (said.was, said.seq)


def _is_held(db: Database, origin: str, seq: int) -> bool:
    return db.row(_FIRST, origin, seq) is not None
