"""Cash drawers: a solenoid that lets the drawer spring open, and perhaps a switch that tells whether it is.

A solenoid burns when it is held, so a pulse always ends, and the next waits until the coil is cool.
A drawer is opened at most once for each command: whoever is not sure that it opened looks, and does
not kick again.

Which level of the switch means open differs from maker to maker, and a wrong guess would call a
shut drawer open and honest people thieves. So every driver tells the bare `level`, `learnt_polarity`
makes the option `sense_open_high` out of two looks, and until it is set, `is_open` does not know.
`DrawerWatch` makes news out of looks: opened, opened unasked, left open.
"""

from typing import Protocol

from drivers import DeviceTrouble
from drivers.drawer._watch import DrawerEvent, DrawerNews, DrawerWatch, WatchLimits
from drivers.printer import DrawerPin, Status

__all__ = [
    "Drawer",
    "DrawerEvent",
    "DrawerJammed",
    "DrawerNews",
    "DrawerResting",
    "DrawerWatch",
    "KickTooLate",
    "Kicker",
    "PrinterNotConnected",
    "WatchLimits",
    "learnt_polarity",
    "means_open",
]


class Drawer(Protocol):
    """A cash drawer that one thread talks to."""

    @property
    def label(self) -> str:
        """What the drawer is called in logs."""
        ...

    def kick(self, timeout_ms: int) -> None:
        """Give one pulse. Raises `DrawerResting`, and what the way to the drawer raises.

        Returns when the pulse is over, not when the drawer is open: `is_open` tells that, soon
        after.
        """
        ...

    def is_open(self, timeout_ms: int) -> bool | None:
        """Whether the drawer is open, or nothing if it has no switch or the switch was not learnt."""
        ...

    def level(self, timeout_ms: int) -> bool | None:
        """Whether the switch's wire is high, or nothing if there is no switch. For learning."""
        ...

    def close(self) -> None:
        """Let go of the hardware, without a pulse."""
        ...


class Kicker(Protocol):
    """The part of a printer that a drawer on its socket needs: see `drivers.printer.Printer`."""

    def kick(self, pin: DrawerPin, on_ms: int, off_ms: int, timeout_ms: int) -> None:
        """Give one pulse on `pin`."""
        ...

    def status(self, timeout_ms: int) -> Status:
        """How the printer is, with the level of the drawer's sense wire."""
        ...


def means_open(level: bool | None, sense_open_high: bool | None) -> bool | None:  # noqa: FBT001 - both are answers
    """What a level says once the polarity was learnt; nothing if either is not known."""
    if level is None or sense_open_high is None:
        return None
    return level is sense_open_high


def learnt_polarity(level_shut: bool | None, level_open: bool | None) -> bool | None:  # noqa: FBT001 - as above
    """The option `sense_open_high` from a look at the shut drawer and one at the open drawer.

    Nothing if the two do not differ: there is no switch, or its wire is broken.
    """
    return None if level_shut is None or level_shut is level_open else level_open


class DrawerResting(DeviceTrouble):
    """The coil is still warm from the last pulse. `wait_ms` tells how long it needs."""

    code = "drawer_resting"


class DrawerJammed(DeviceTrouble):
    """The drawer was kicked and did not open. Whoever looks at the switch raises this, not a driver."""

    code = "drawer_jammed"


class KickTooLate(DeviceTrouble):
    """The way to the drawer was not free in time, so it was not kicked. Whoever queues kicks raises this."""

    code = "kick_too_late"


class PrinterNotConnected(DeviceTrouble):
    """The drawer hangs on a printer that nobody connected it to: the configuration names no such one."""

    code = "printer_not_connected"
