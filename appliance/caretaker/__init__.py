"""What root does for the appliance: `open-pos caretaker VERB …`. Standard library only: it works when little does.

The register runs as a user that may do little. What needs more, it asks of a unit of systemd, and the unit calls a verb
here. Each verb is a module of this folder with `main(arguments) -> exit code`; it is loaded only when it is called, so
that a fault in one leaves the others working.

What others are to know lies as JSON in `RUN`: `update.json`, `support.json`.
"""

import importlib
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from appliance.words import Words

RUN: Final = Path("/run/open-pos-caretaker")
"""Where the caretaker says what it is at. Gone at each restart of the machine."""

VERBS: Final = (
    "first-start",
    "health",
    "log",
    "ports",
    "slot",
    "support",
    "update",
    "wifi-country",
)
"""Each is a module here. What it does stands in `strings/` under `caretaker.<verb>`."""

USAGE_EXIT: Final = 64
"""No such verb, or not as root (EX_USAGE)."""

Verb = Callable[[Sequence[str]], int]


def main(arguments: Sequence[str], *, uid: int | None = None) -> int:
    """Do one verb with its arguments; its exit code. `uid` is who asks, if not this process' user."""
    words = Words(os.environ.get("LANG", "en")[:2])
    if not arguments or arguments[0] not in VERBS:
        asked = arguments[0] if arguments else ""
        _say(words("caretaker.no_such_verb", verb=asked, verbs=", ".join(VERBS)))
        return USAGE_EXIT
    if (os.geteuid() if uid is None else uid) != 0:
        _say(words("caretaker.not_root", verb=arguments[0]))
        return USAGE_EXIT
    module = f"{__name__}.{arguments[0].replace('-', '_')}"
    try:
        verb: Verb = importlib.import_module(module).main
    except ModuleNotFoundError as why:
        if why.name != module:
            raise
        _say(words("caretaker.not_here", verb=arguments[0]))
        return USAGE_EXIT
    return verb(arguments[1:])


def _say(text: str) -> None:
    sys.stderr.write(text + "\n")
