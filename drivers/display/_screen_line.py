"""What the driver of the second screen and the program on it say to each other, and where they meet.

A Unix stream socket; the driver listens, any viewer of the same user connects. The driver says one
JSON object a line, a `drivers.display.Shown` in UTF-8, whenever something is to be shown and about
once a second besides; the newest replaces all before it. A viewer says nothing, and what it says is
not listened to.

    {"state":"ticket","title":"Corner Café","lines":[{"name":"Espresso","quantity":"2",
     "amount":"€4.80"}],"total_label":"Total","total":"€4.80","due_label":"","due":""}
"""

import os
from pathlib import Path
from typing import Final

import msgspec

from drivers.display import Shown, ShownLine

LONGEST_TEXT: Final = 120
MOST_LINES: Final = 60
"""More of either fits on no screen."""

LONGEST_PATH: Final = 107
"""Bytes of a Unix socket's path on Linux, the closing NUL not counted: unix(7)."""

LONGEST_LINE: Final = 256 * 1024
"""More than `encode` ever makes: control characters take six bytes, others at most four."""

_DECODER: Final = msgspec.json.Decoder(Shown)


def default_path() -> Path:
    """Where the two meet if nobody says otherwise: in the user's run-time folder, or the system's."""
    own = os.environ.get("XDG_RUNTIME_DIR")
    return Path(own, "open-pos-customer.sock") if own else Path("/run/open-pos/customer.sock")


def encode(shown: Shown) -> bytes:
    """One line, its end included, of at most `LONGEST_LINE` bytes: only the newest lines, texts cut."""
    lines = tuple(
        ShownLine(_cut(line.name), _cut(line.quantity), _cut(line.amount))
        for line in shown.lines[-MOST_LINES:]
    )
    told = Shown(
        state=shown.state,
        title=_cut(shown.title),
        lines=lines,
        total_label=_cut(shown.total_label),
        total=_cut(shown.total),
        due_label=_cut(shown.due_label),
        due=_cut(shown.due),
    )
    return msgspec.json.encode(told) + b"\n"


def decode(line: bytes) -> Shown | None:
    """What a line says; nothing if it is not what `encode` makes."""
    try:
        return _DECODER.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


def _cut(text: str) -> str:
    # Half a surrogate pair, as a broken import may leave one, has no place in UTF-8.
    return text[:LONGEST_TEXT].encode(errors="replace").decode()
