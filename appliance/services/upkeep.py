"""What was done to this machine, as its journal tells it: what came last of support, and of an installation."""

from typing import Any, Final, NamedTuple

import msgspec

from appliance.store.database import Database
from appliance.store.statements import Statement, slot
from appliance.store.tables import DeviceEvent

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
    found = (
        (int(entry.rpartition("-")[2]), kind, detail)
        for entry, kind, detail in db.rows(_OF_THE_MACHINE, origin, "")
        if kind in kinds
    )
    last = max(found, default=None)
    return None if last is None else Told(last[0], last[1], msgspec.json.decode(last[2]))


def is_support_open(db: Database, origin: str) -> bool:
    """Whether the journal says that support access is open."""
    told = newest(db, origin, "support_opened", "support_closed")
    return told is not None and told.kind == "support_opened"


def knows_end(db: Database, origin: str, state: str, program: str, why: str) -> bool:
    """Whether what became of an installation stands in the journal already: the caretaker says it at each start.

    Of a program that somebody has chosen anew since, it is news again.
    """
    ended, chosen = newest(db, origin, "software_ended"), newest(db, origin, "software_chosen")
    if ended is None:
        return False
    said = (ended.detail["state"], ended.detail.get("program", ""), ended.detail.get("why", ""))
    is_chosen_anew = (
        chosen is not None
        and chosen.seq > ended.seq
        and chosen.detail.get("program", "") in {"", program}
    )
    return said == (state, program, why) and not is_chosen_anew
