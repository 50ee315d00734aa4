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
    """An entry about the machine: its kind, and what it says."""

    kind: str
    detail: dict[str, Any]


def newest(db: Database, origin: str, *kinds: str) -> Told | None:
    """The last entry of these kinds that a register recorded about itself."""
    rows = [row for row in db.rows(_OF_THE_MACHINE, origin, "") if row[1] in kinds]
    if not rows:
        return None
    _id, kind, detail = max(rows, key=lambda row: int(row[0].rpartition("-")[2]))
    return Told(kind, msgspec.json.decode(detail))


def is_support_open(db: Database, origin: str) -> bool:
    """Whether the journal says that support access is open."""
    told = newest(db, origin, "support_opened", "support_closed")
    return told is not None and told.kind == "support_opened"


def knows_end(db: Database, origin: str, state: str, boot: str) -> bool:
    """Whether what became of an installation in this boot stands in the journal already."""
    told = newest(db, origin, "software_ended")
    return told is not None and (told.detail["state"], told.detail.get("boot")) == (state, boot)
