"""The plain screen that says why the till did not start, and what can be done about it: `open-pos rescue`.

It stands in for everything that may be broken: it draws into the kernel's framebuffer, without X and without Kivy,
reads fingers and keys from the kernel itself, and needs no store that can be read. Only Pillow and evdev are asked for;
where even those are broken, `systemd/libexec/rescue-text` shows a text.

    why.py          what the journal of the system says, boiled down to one reason
    pages.py        what is said and offered, as values           picture.py   a page as a picture
    framebuffer.py  a picture on the display                      hands.py     taps and keys
    export.py       the journal on a USB stick                    acts.py      what the buttons start
    screen.py       the loop that holds it together
"""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

CONFIG: Final = Path("/etc/open-pos/open-pos.toml")
STORE: Final = Path("/var/lib/open-pos")
_SIZE_PARTS: Final = 2


def main(arguments: Sequence[str]) -> int:
    """Show it until the service manager ends it. 1 where there is no display."""
    parser = argparse.ArgumentParser(prog="open-pos rescue")
    parser.add_argument("--config", type=Path, default=CONFIG)
    parser.add_argument("--store", type=Path, default=STORE)
    parser.add_argument("--display", type=Path, default=Path("/dev/fb0"))
    parser.add_argument("--to", type=Path, metavar="FILE.png", help="draw it into a file and end")
    parser.add_argument("--size", type=_size, default=(1280, 800), help="of that file")
    chosen = parser.parse_args(arguments)
    # Pillow and evdev are loaded from here on.
    from appliance.rescue import screen  # noqa: PLC0415 - see above

    language = os.environ.get("LANG", "en")[:2]
    if chosen.to is not None:
        screen.draw_to(chosen.to, chosen.size, language, chosen.config, chosen.store)
        return 0
    try:
        screen.show(chosen.display, language, chosen.config, chosen.store)
    except OSError as why:
        sys.stderr.write(f"the rescue screen cannot be shown: {why}\n")
        return 1
    return 0


def _size(text: str) -> tuple[int, int]:
    parts = text.lower().split("x")
    if len(parts) != _SIZE_PARTS or not all(part.isdecimal() and int(part) for part in parts):
        message = f"expected a size like 1280x800, got {text!r}"
        raise argparse.ArgumentTypeError(message)
    return int(parts[0]), int(parts[1])
