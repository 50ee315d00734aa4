"""What was done to this machine, as its journal tells it: what came last of support, and of an installation."""

from typing import Any, Final, NamedTuple

import msgspec

from appliance.journal.upkeep_kinds import SoftwareCame, SoftwareRemoved
from appliance.services.desk import Desk
from appliance.store.database import Database
from appliance.store.statements import Statement, slot
from appliance.store.tables import DeviceEvent

NOT_FETCHED: Final = "not_fetched"
"""The state of an installation that did not begin, because the bundle did not come from the LAN server."""

_OF_THE_MACHINE: Final = Statement(
    lambda: DeviceEvent.select(DeviceEvent.id, DeviceEvent.what, DeviceEvent.detail).where(
        (DeviceEvent.origin == slot()) & (DeviceEvent.device == slot())
    )
)


class Told(NamedTuple):
    """An entry about the machine: its place in the journal, its kind, and what it says."""

    seq: int
    kind: str
    detail: dict[str, Any]


def newest(db: Database, origin: str, *kinds: str) -> Told | None:
    """The last entry of these kinds that a register recorded about itself."""
    found = _all(db, origin, *kinds)
    return found[-1] if found else None


def note(desk: Desk, body: SoftwareCame | SoftwareRemoved, actor: str) -> None:
    """Note what somebody did with the software at the LAN server."""
    desk.book.record(actor, body)


def is_support_open(db: Database, origin: str) -> bool:
    """Whether the journal says that support access is open."""
    told = newest(db, origin, "support_opened", "support_closed")
    return told is not None and told.kind == "support_opened"


def knows_end(db: Database, origin: str, state: str, program: str, why: str) -> bool:
    """Whether what became of an installation stands in the journal already: the caretaker says it at each start.

    Of a program that somebody has chosen anew since, it is news again; not of one that was chosen and did not come.
    """
    ended = chosen = before = None
    for one in _all(db, origin, "software_ended", "software_chosen"):
        if one.kind == "software_chosen":
            before, chosen = chosen, one
        elif one.detail["state"] == NOT_FETCHED:
            chosen = before
        else:
            ended = one
    if ended is None:
        return False
    said = (ended.detail["state"], ended.detail.get("program", ""), ended.detail.get("why", ""))
    is_chosen_anew = (
        chosen is not None
        and chosen.seq > ended.seq
        and chosen.detail.get("program", "") in {"", program}
    )
    return said == (state, program, why) and not is_chosen_anew


def _all(db: Database, origin: str, *kinds: str) -> list[Told]:
    """The entries of these kinds, the newest last."""
    found = sorted(
        (int(entry.rpartition("-")[2]), kind, detail)
        for entry, kind, detail in db.rows(_OF_THE_MACHINE, origin, "")
        if kind in kinds
    )
    return [Told(seq, kind, msgspec.json.decode(detail)) for seq, kind, detail in found]
