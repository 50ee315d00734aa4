"""Business days, opened and closed by people."""

from collections.abc import Mapping
from typing import Any, Final

from appliance.journal.entry import Entry
from appliance.journal.kinds import DayClosed, DayOpened
from appliance.store.database import Database
from appliance.store.statements import Statement, insert, slot
from appliance.store.tables import Day

_OPEN: Final = insert(Day, "id", "origin", "number", "opened_at_ms", "opened_by")
_CLOSE: Final = Statement(
    lambda: Day.update(
        {Day.closed_at_ms: slot(), Day.closed_by: slot(), Day.closed_entry: slot()}
    ).where(Day.id == slot())
)


def opened(db: Database, entry: Entry, body: DayOpened) -> None:
    """A day begins."""
    db.run(_OPEN, entry.id, entry.origin, body.number, entry.at_ms, entry.actor)


def closed(db: Database, entry: Entry, body: DayClosed) -> None:
    """A day ends."""
    db.run(_CLOSE, entry.at_ms, entry.actor, entry.id, body.day)


APPLY: Final[Mapping[type, Any]] = {DayOpened: opened, DayClosed: closed}
