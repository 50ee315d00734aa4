"""Restarting the machine, switching it off, and having the screen begin anew."""

import os
import signal
from typing import Protocol

from appliance.machine import systemd
from appliance.problems import Refusal


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
        """End the program in an orderly way; the service manager starts it again."""
        ...


class RealPower:
    """This machine's."""

    def restart(self) -> None:
        """Ask systemd."""
        systemd.run("systemctl", "reboot")

    def switch_off(self) -> None:
        """Ask systemd."""
        systemd.run("systemctl", "poweroff")

    def restart_screen(self) -> None:
        """As the service manager would end it: the window closes, the store too."""
        os.kill(os.getpid(), signal.SIGTERM)


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
