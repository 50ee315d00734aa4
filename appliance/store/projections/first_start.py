"""How far the first start of each register has come: one edited field for each of its steps."""

from collections.abc import Mapping
from typing import Any, Final

from appliance.journal.entry import Entry
from appliance.journal.first_start_kinds import FirstStartStepped
from appliance.store.database import Database
from appliance.store.projections import edits


def thing(origin: str) -> str:
    """By which name the first start of a register goes in the edits."""
    return f"first_start:{origin}"


def step(db: Database, entry: Entry, body: FirstStartStepped) -> None:
    """The newest answer of a step counts; a register says it of itself alone."""
    edits.wins(db, entry, thing(entry.origin), body.step, [body.how, body.choice])


APPLY: Final[Mapping[type, Any]] = {FirstStartStepped: step}
