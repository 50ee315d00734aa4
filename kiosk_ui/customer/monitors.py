"""Where the displays lie on the desktop, as xrandr says (Debian's x11-xserver-utils).

SDL's own full screen asks the window manager, and a shop's register has none; a window without a border at
exactly the display's place needs nobody. `xrandr --listactivemonitors` says:

    Monitors: 2
     0: +*HDMI-1 1280/217x800/136+0+0  HDMI-1
     1: +HDMI-2 1024/154x600/90+1280+0  HDMI-2
"""

import logging
import re
import subprocess
from typing import Final, NamedTuple

log = logging.getLogger(__name__)

MONITOR: Final = re.compile(r"^ *\d+: \S+ (\d+)/\d+x(\d+)/\d+([+-]\d+)([+-]\d+)", re.MULTILINE)
PATIENCE_S: Final = 10
XRANDR: Final = ("/usr/bin/xrandr", "--listactivemonitors")


class Monitor(NamedTuple):
    """A display's place on the desktop, in pixels from the top left."""

    left: int
    top: int
    width: int
    height: int


def monitors() -> tuple[Monitor, ...]:
    """The displays that are on, in xrandr's order; none, with a line in the log, if it does not say."""
    try:
        said = subprocess.run(  # noqa: S603 - a fixed command
            XRANDR, check=True, capture_output=True, text=True, timeout=PATIENCE_S
        )
    except (OSError, subprocess.SubprocessError) as trouble:
        log.error("cannot tell where the displays are: %s", trouble)  # noqa: TRY400
        return ()
    return read(said.stdout)


def read(said: str) -> tuple[Monitor, ...]:
    """The monitors in xrandr's answer."""
    return tuple(
        Monitor(int(left), int(top), int(width), int(height))
        for width, height, left, top in MONITOR.findall(said)
    )
