"""Why the till did not start: the last words of its units in the system's journal, boiled down to one reason.

Looked for, newest first: the refusal that the till itself tells (`problems.as_line`), then what the kernel, Python, X
and the service manager say in their own words. What fits nothing is shown as it is, with the code `unknown`.
"""

import os
import re
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from appliance.problems import read_line

UNITS: Final = ("open-pos-register.service", "open-pos-x.service")
LINES: Final = 400
"""So many of the newest lines are looked at: several starts."""
LEAST_FREE: Final = 2 * 1024 * 1024
"""With fewer free bytes beside the store nothing can be written, whatever the journal says."""

_TIMEOUT_S: Final = 20
_LONGEST: Final = 300


class Why(NamedTuple):
    """A reason: its code, what fills its sentence, and the line of the journal that told it."""

    code: str
    fields: Mapping[str, str | int]
    line: str


SIGNS: Final[tuple[tuple[str, "re.Pattern[str]"], ...]] = (
    ("disk_full", re.compile(r"No space left on device|database or disk is full|Disk quota exceeded")),
    ("card_broken", re.compile(r"Input/output error|Read-only file system|disk I/O error")),
    ("memory_full", re.compile(r"oom-kill|Out of memory|Cannot allocate memory|^MemoryError")),
    ("program_damaged", re.compile(r"^(ModuleNotFoundError|ImportError|SyntaxError): |cannot open shared object")),
    ("no_screen", re.compile(r"no screens found|Cannot run in framebuffer mode|Couldn't connect to X server")),
    ("no_screen", re.compile(r"Fatal server error|Failed to start open-pos-x\.service|Xorg cannot be started")),
    ("no_screen", re.compile(r"Unable to find any valuable Window provider|open-pos-x\.service: Failed with result")),
    ("silent", re.compile(r"Watchdog timeout|Failed with result 'watchdog'")),
    ("slow", re.compile(r"start operation timed out|Failed with result 'timeout'")),
)  # fmt: skip
"""What is looked for in one line; those above count more than those below."""

_DEFECT: Final = re.compile(r"^(?P<line>[A-Za-z_][\w.]*(Error|Exception|Trouble|Exit)\b.*)$")
_NOISE: Final = re.compile(
    r"^open-pos-\w+\.service: |^(Starting|Started|Stopped|Stopping|Failed to start) |^Scheduled restart"
)


def find(store: Path) -> Why:
    """The reason, from the system's journal and the free room. Blocks for a moment; never raises."""
    lines = {unit: _journal(unit) for unit in UNITS}
    return judge(lines[UNITS[0]], lines[UNITS[1]], _free(store))


def judge(till: Sequence[str], screen: Sequence[str], free: int | None = None) -> Why:
    """The reason from the newest lines of the till and of the screen, oldest first, and the free bytes if known."""
    if free is not None and free < LEAST_FREE:
        return Why("disk_full", {}, "")
    last = tuple(_last_start(till))
    for line in reversed(last):
        told = read_line(line)
        if told is not None:
            return Why(told[0], told[1], line)
    # The till itself tells little where its screen is missing.
    for lines in (last, _last_start(screen)):
        found = _sign(tuple(lines))
        if found is not None:
            return found
    for line in reversed(last):
        defect = _DEFECT.match(line.strip())
        if defect:
            return Why("unknown", {}, _short(defect["line"]))
    said = [line for line in last if line.strip() and not _NOISE.search(line)]
    return Why("unknown", {}, _short(said[-1]) if said else "")


def _sign(lines: Sequence[str]) -> Why | None:
    for code, sign in SIGNS:
        for line in reversed(lines):
            if sign.search(line.strip()):
                return Why(code, {}, _short(line))
    return None


def _last_start(lines: Sequence[str]) -> Iterable[str]:
    """The lines of the newest start that said anything of its own; the service manager says `Starting` before each."""
    starts = [place for place, line in enumerate(lines) if line.startswith("Starting open-pos")]
    starts += [
        place
        for place, line in enumerate(lines)
        if line.startswith("Starting ") and ".service - " in line
    ]
    for first in sorted(set(starts), reverse=True):
        part = lines[first:]
        if any(line.strip() and not _NOISE.search(line) for line in part):
            return part
    return lines


def _short(line: str) -> str:
    text = " ".join(line.split())
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def _journal(unit: str) -> tuple[str, ...]:
    try:
        said = subprocess.run(  # noqa: S603 - the system's own program, with words of ours
            [  # noqa: S607
                "journalctl",
                "--boot",
                f"--unit={unit}",
                f"--lines={LINES}",
                "--output=cat",
                "--no-pager",
                "--quiet",
            ],
            check=False,
            capture_output=True,
            timeout=_TIMEOUT_S,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ()
    return tuple(said.stdout.decode("utf-8", errors="replace").splitlines())


def _free(store: Path) -> int | None:
    try:
        found = os.statvfs(store)
    except OSError:
        return None
    return found.f_bavail * found.f_frsize
