"""What the buttons start: the till's next try, the system before, the self-test, switching off. By units and programs.

What the user `open-pos` may ask of the service manager stands in `systemd/polkit/50-open-pos.rules`.
"""

import contextlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Final

NOTES: Final = Path("/data/caretaker/slots.json")
"""What the caretaker knows of the card's two systems: `{"states": {"A": "good", "B": "bad"}, …}`."""
COMMAND_LINE: Final = Path("/proc/cmdline")
_OTHER: Final = {"A": "B", "B": "A"}

_TILL: Final = ("open-pos-x.service", "open-pos-register.service")
_TIMEOUT_S: Final = 30
_LONGEST: Final = 200


class NotStarted(Exception):
    """The service manager did not do it: what it said."""


def can_go_back(notes: Path = NOTES, command_line: Path = COMMAND_LINE) -> bool:
    """Whether the card's other system was well when it last ran."""
    try:
        running = next(
            word.removeprefix("rauc.slot=")
            for word in command_line.read_text(encoding="utf-8").split()
            if word.startswith("rauc.slot=")
        )
        states = json.loads(notes.read_text(encoding="utf-8"))["states"]
        return bool(states[_OTHER[running]] == "good")
    except (OSError, StopIteration, ValueError, KeyError, TypeError):
        return False


def again() -> None:
    """Start the till; this screen is ended by that. Raises `NotStarted`."""
    with contextlib.suppress(NotStarted):
        # Without this it would be refused: it was tried too often just now.
        _systemctl("reset-failed", *_TILL)
    _systemctl("--no-block", "start", _TILL[-1])


def back() -> None:
    """Back to the system before, and restart. Raises `NotStarted`, also where the caretaker refuses."""
    _systemctl("start", "open-pos-back.service")
    _systemctl("reboot")


def off() -> None:
    """Switch off. Raises `NotStarted`."""
    _systemctl("poweroff")


def unmount(stick: str) -> bool:
    """Whether a stick may be pulled out now: all was written, and it is not mounted any more."""
    try:
        _systemctl("stop", f"open-pos-stick@{stick}.service")
    except NotStarted:
        os.sync()
        return False
    return True


def begin_test(config: Path) -> "subprocess.Popen[bytes]":
    """The self-test, whose lines come from its standard output. Raises `OSError`."""
    return subprocess.Popen(  # noqa: S603 - this program
        [sys.executable, "-m", "appliance", "doctor", "--no-hands", "--config", str(config)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )


def _systemctl(*words: str) -> None:
    try:
        ended = subprocess.run(  # noqa: S603 - the system's own program, with words of ours
            ["systemctl", "--no-ask-password", *words],  # noqa: S607
            check=False,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_TIMEOUT_S,
        )
    except FileNotFoundError as why:
        raise NotStarted("systemctl") from why
    except subprocess.TimeoutExpired as why:
        raise NotStarted(f"systemctl {words[0]}: {_TIMEOUT_S} s") from why
    if ended.returncode != 0:
        raise NotStarted(" ".join(ended.stderr.split())[:_LONGEST] or f"systemctl {words[0]}")
