"""The customer's screen as the shop's configuration has it (`open-pos customer`).

It waits for its display, and begins anew where its settings change: so whoever sets the till up needs to start it once.
"""

import logging
import os
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Final

from appliance.problems import Refusal
from drivers.display._screen_line import default_path
from drivers.display.second_screen import Options
from kiosk_ui.customer.app import CustomerOptions, run
from kiosk_ui.customer.monitors import Monitor, monitors

log = logging.getLogger(__name__)

LOOK_AGAIN_S: Final = 2

Read = Callable[[], Options]


def run_configured(read: Read, size: tuple[int, int] | None) -> None:
    """Show it until SIGTERM. `read` gives the settings as they are now; with a `size` it is only a window.

    Raises what `read` raises at the start; later a configuration that cannot be read changes nothing.
    """
    settings = read()
    options = options_of(settings)
    if size is None:
        there = display_once_there(settings.monitor)
        options = replace(options, place=there[:2], size=there[2:])
    else:
        options = replace(options, size=size)
    changed = run(options, is_changed=lambda: differs(read, settings))
    if changed:
        log.info("other settings: the screen begins anew")
        os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])  # noqa: S606 - this program again


def options_of(settings: Options) -> CustomerOptions:
    """What does not depend on the display."""
    return CustomerOptions(
        socket=Path(settings.path) if settings.path else default_path(),
        picture=Path(settings.picture) if settings.picture else None,
        dark=settings.dark,
    )


def display_once_there(
    number: int,
    look: Callable[[], tuple[Monitor, ...]] = monitors,
    sleep: Callable[[float], None] = time.sleep,
) -> Monitor:
    """The display of this number, counted from 0; waits until it is plugged in."""
    told = False
    while len(there := look()) <= number:
        if not told:
            log.warning("display %s is not there yet; %s are on", number, len(there))
            told = True
        sleep(LOOK_AGAIN_S)
    return there[number]


def differs(read: Read, settings: Options) -> bool:
    """Whether the settings are others by now; a file that is being written is no other setting."""
    try:
        return read() != settings
    except Refusal as no:
        log.warning("the configuration cannot be read now: %s", no)
        return False
