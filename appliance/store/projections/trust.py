"""What was refused at the time clock, and which devices are said to be the shop's own."""

from collections.abc import Mapping
from typing import Any, Final

from appliance.journal.entry import Entry
from appliance.journal.trust_kinds import OriginKnown, PunchRefused
from appliance.store.database import Database
from appliance.store.statements import insert
from appliance.store.tables import OriginSaid, RefusedPunch

_REFUSE: Final = insert(RefusedPunch)
_SAY: Final = insert(OriginSaid)


def refused(db: Database, entry: Entry, body: PunchRefused) -> None:
    """A punch or a badge that was refused."""
    db.run(
        _REFUSE,
        entry.id,
        entry.origin,
        entry.at_ms,
        body.why,
        body.place,
        body.employee,
        body.device,
        body.by,
        int(body.more),
    )


def origin_known(db: Database, entry: Entry, body: OriginKnown) -> None:
    """A word on a device. What it is worth depends on who said it, and is found out when it is read."""
    db.run(
        _SAY, entry.id, entry.lamport, entry.origin, body.device, body.place, body.name, int(body.known)
    )  # fmt: skip
    db.forget()


APPLY: Final[Mapping[type, Any]] = {PunchRefused: refused, OriginKnown: origin_known}
