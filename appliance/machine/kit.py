"""All of the machine that the page "This register" works with, real or simulated."""

from pathlib import Path
from typing import NamedTuple

from appliance.machine.backlight import Backlight, RealBacklight, SimulatedBacklight
from appliance.machine.log import Log, RealLog, SimulatedLog
from appliance.machine.power import Power, RealPower, SimulatedPower
from appliance.machine.sticks import RealSticks, SimulatedSticks, Sticks
from appliance.machine.support import RealSupport, SimulatedSupport, Support
from appliance.machine.updates import RealUpdates, SimulatedUpdates, Updates


class Kit(NamedTuple):
    """One of each concern."""

    sticks: Sticks
    updates: Updates
    support: Support
    power: Power
    backlight: Backlight
    log: Log


def real_kit(root: Path = Path("/")) -> Kit:
    """This machine, whose files are under `root`."""
    return Kit(
        RealSticks(root),
        RealUpdates(root),
        RealSupport(root),
        RealPower(),
        RealBacklight(root),
        RealLog(),
    )


def simulated_kit(stick: Path) -> Kit:
    """A machine that is played; the folder `stick` is its USB stick."""
    return Kit(
        SimulatedSticks(stick),
        SimulatedUpdates(),
        SimulatedSupport(),
        SimulatedPower(),
        SimulatedBacklight(),
        SimulatedLog(),
    )
