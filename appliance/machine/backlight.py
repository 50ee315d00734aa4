"""The brightness of the screen, where the kernel can set it: `/sys/class/backlight/*`.

The official Raspberry Pi display has it; a screen on HDMI is set by its own buttons. The user of the register needs to
be allowed to write `brightness`, for which a udev rule gives the file to the group `video`.
"""

from pathlib import Path
from typing import Final, Protocol

from appliance.machine.systemd import MachineRefused

CLASS: Final = Path("sys/class/backlight")
LEAST_PERCENT: Final = 10
"""Darker than that nobody would find the way back."""


class Backlight(Protocol):
    """The light behind a screen."""

    def percent(self) -> int | None:
        """How bright it is, 0 to 100; None where it cannot be set."""
        ...

    def set_percent(self, percent: int) -> None:
        """Make it so bright, `LEAST_PERCENT` at least. Raises `MachineRefused`."""
        ...


class RealBacklight:
    """The first one of this machine."""

    def __init__(self, root: Path = Path("/")) -> None:
        """Nothing is looked at yet."""
        self._class = root / CLASS

    def percent(self) -> int | None:
        """As the kernel says."""
        for light in self._lights():
            try:
                most = int((light / "max_brightness").read_text(encoding="ascii"))
                now = int((light / "brightness").read_text(encoding="ascii"))
            except (OSError, ValueError):
                continue
            if most > 0:
                return min(100, round(100 * now / most))
        return None

    def set_percent(self, percent: int) -> None:
        """All of them, since nobody knows which is the screen's."""
        percent = max(LEAST_PERCENT, min(100, percent))
        lights = self._lights()
        if not lights:
            raise MachineRefused(what=str(CLASS), why="there is no light to be set")
        for light in lights:
            try:
                most = int((light / "max_brightness").read_text(encoding="ascii"))
                value = max(1, round(most * percent / 100))
                (light / "brightness").write_text(str(value), encoding="ascii")
            except (OSError, ValueError) as why:
                raise MachineRefused(what=str(light / "brightness"), why=str(why)) from why

    def _lights(self) -> list[Path]:
        try:
            return sorted(self._class.iterdir())
        except OSError:
            return []


class SimulatedBacklight:
    """A number."""

    def __init__(self) -> None:
        """It is bright."""
        self._percent = 80

    def percent(self) -> int | None:
        """What was set."""
        return self._percent

    def set_percent(self, percent: int) -> None:
        """Keep it."""
        self._percent = max(LEAST_PERCENT, min(100, percent))
