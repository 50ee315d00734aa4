"""What was done to the machine: rows beside what happened to its devices."""

from collections.abc import Mapping
from typing import Any, Final

from msgspec import UNSET
from msgspec.structs import asdict

from appliance.journal.body import Body
from appliance.journal.entry import Entry, canonical_json
from appliance.journal.upkeep_kinds import UPKEEP_KINDS
from appliance.store.database import Database
from appliance.store.statements import insert
from appliance.store.tables import DeviceEvent

_NOTE: Final = insert(DeviceEvent)


def note(db: Database, entry: Entry, body: Body) -> None:
    """A fact of the machine, with all that its entry says; it has no device."""
    told = {name: value for name, value in asdict(body).items() if value is not UNSET}
    db.run(
        _NOTE, entry.id, entry.origin, entry.at_ms, "", body.kind, canonical_json(told), entry.actor
    )


APPLY: Final[Mapping[type, Any]] = dict.fromkeys(UPKEEP_KINDS, note)
