"""Cash drawers: a solenoid that lets the drawer spring open, and perhaps a switch that tells whether it is.

A solenoid burns when it is held, so a pulse always ends, and the next waits until the coil is cool.
A drawer is opened at most once for each command: whoever is not sure that it opened looks, and does
not kick again.
"""

from typing import Protocol

from drivers import DeviceTrouble
from drivers.printer import DrawerPin, Status


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


class DrawerResting(DeviceTrouble):
    """The coil is still warm from the last pulse. `wait_ms` tells how long it needs."""

    code = "drawer_resting"


class DrawerJammed(DeviceTrouble):
    """The drawer was kicked and did not open. Whoever looks at the switch raises this, not a driver."""

    code = "drawer_jammed"


class PrinterNotConnected(DeviceTrouble):
    """The drawer hangs on a printer that nobody connected it to: the configuration names no such one."""

    code = "printer_not_connected"
