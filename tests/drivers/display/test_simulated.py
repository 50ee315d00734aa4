"""The display that is not there."""

import pytest

from drivers import DeviceAbsent
from drivers.display.simulated import Driver, Options
from tests.drivers.display.contract import DONE, ENOUGH_MS, ONE, DisplayContract


class SimulatedBench:
    def __init__(self) -> None:
        self.driver = display = Driver(Options())
        self.visible = display.rendered
        self.unplug = display.unplug
        self.plug = display.plug


class TestSimulatedDisplay(DisplayContract):
    @pytest.fixture
    def bench(self) -> SimulatedBench:
        return SimulatedBench()


def test_it_keeps_what_it_shows() -> None:
    display = Driver(Options())
    assert display.shown is None
    display.show(DONE, ENOUGH_MS)
    assert display.shown == DONE


def test_it_is_read_like_a_pole_of_two_rows() -> None:
    display = Driver(Options())
    display.show(DONE, ENOUGH_MS)
    assert display.rendered() == "Total          €8.20\nChange         €1.80"


def test_without_power_it_is_dark_until_it_is_told_again() -> None:
    display = Driver(Options())
    display.show(ONE, ENOUGH_MS)
    display.unplug()
    display.plug()
    assert display.shown is None
    assert display.rendered().split() == []
    display.show(ONE, ENOUGH_MS)
    assert display.rendered().startswith("2 x Espresso")


def test_it_may_begin_unplugged() -> None:
    display = Driver(Options(plugged=False))
    assert not display.is_plugged
    with pytest.raises(DeviceAbsent):
        display.show(ONE, ENOUGH_MS)
