"""Restarting the machine, switching it off, and having the screen begin anew."""

import os
import signal
from collections.abc import Callable
from contextlib import suppress
from typing import Final, Protocol

from appliance.machine import systemd
from appliance.machine.systemd import MachineRefused
from appliance.problems import Refusal

SCREEN_UNIT: Final = "open-pos-x.service"
TILL_UNIT: Final = "open-pos-register.service"


class OnlySimulated(Refusal):
    """This is the demo: a real register would have done it."""

    code = "only_simulated"


class Power(Protocol):
    """The power of a machine. All of it raises a `Refusal` where it cannot be done."""

    def restart(self) -> None:
        """Restart the machine."""
        ...

    def switch_off(self) -> None:
        """Switch it off. It goes on again when its power does."""
        ...

    def restart_screen(self) -> None:
        """Have screen and program begin anew, in an orderly way."""
        ...


def end_this_program() -> None:
    """As the service manager would end it: the window closes, the store too."""
    os.kill(os.getpid(), signal.SIGTERM)


class RealPower:
    """This machine's."""

    def __init__(self, end: Callable[[], None] = end_this_program) -> None:
        """`end` ends the program, where the screen is no unit of this machine's."""
        self._end = end

    def restart(self) -> None:
        """Ask systemd."""
        systemd.run("systemctl", "reboot")

    def switch_off(self) -> None:
        """Ask systemd."""
        systemd.run("systemctl", "poweroff")

    def restart_screen(self) -> None:
        """Restart the screen's unit, and the till with it; it counts as no failed start."""
        for unit in (SCREEN_UNIT, TILL_UNIT):
            with suppress(MachineRefused):
                systemd.run("systemctl", "reset-failed", unit)
        try:
            systemd.soon("restart", SCREEN_UNIT)
        except MachineRefused:
            # A screen of somebody else's: whoever started the program starts it again.
            self._end()


class SimulatedPower:
    """Says that it did nothing."""

    def restart(self) -> None:
        """Raises `OnlySimulated`."""
        raise OnlySimulated

    def switch_off(self) -> None:
        """Raises `OnlySimulated`."""
        raise OnlySimulated

    def restart_screen(self) -> None:
        """Raises `OnlySimulated`."""
        raise OnlySimulated
