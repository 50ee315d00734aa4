"""What became of an update, for the till to tell: `update.json`.

    {"state": "installing", "percent": 40, "version": "1.3.0", "why": "", "fields": {}}

`state` is `installing`, `ready` (lies on the card, starts with the next restart), `failed`, `trying` (runs for a
trial), `kept` (runs, and will from now on) or `returned` (did not run well; the old one runs again). `why` is the code
of a problem, `fields` what belongs into its sentence.
"""

import json
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

from appliance import whole_file
from appliance.caretaker import RUN

FILE: Final = "update.json"
KEPT: Final = Path("/data/caretaker") / FILE
"""The same for after a restart, when what lies in memory is gone."""


def tell(
    state: str,
    *,
    percent: int = 0,
    version: str = "",
    why: str = "",
    fields: Mapping[str, str] | None = None,
    run: Path = RUN,
    kept: Path = KEPT,
) -> None:
    """Say how far it is. What is only on its way is not written to the card."""
    told = {
        "state": state,
        "percent": percent,
        "version": version,
        "why": why,
        "fields": dict(fields or {}),
    }
    text = (json.dumps(told, ensure_ascii=False) + "\n").encode()
    run.mkdir(parents=True, exist_ok=True)
    whole_file.write(run / FILE, text, whole_file.FOR_ALL_TO_READ)
    if state != "installing":
        with suppress(OSError):
            kept.parent.mkdir(parents=True, exist_ok=True)
            whole_file.write(kept, text, whole_file.FOR_ALL_TO_READ)


def last(kept: Path = KEPT) -> dict[str, object]:
    """What was told last, before a restart too; nothing where that cannot be read."""
    try:
        found = json.loads(kept.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
