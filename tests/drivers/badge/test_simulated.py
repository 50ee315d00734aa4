"""The badge reader without a reader."""

import time
from collections.abc import Callable

import pytest

from drivers._clock import now_ms
from drivers.badge.simulated import Driver, Options
from tests.drivers.badge.contract import (
    AT_ONCE_MS,
    HARDLY_AWAY_MS,
    NEVER_AWAY_MS,
    BadgeReaderContract,
)
from tests.drivers.badge.tags import MAKERS, SEEED, Tag


class SimulatedBench:
    def __init__(self, away_ms: int) -> None:
        self.driver = Driver(Options(away_ms=away_ms))
        self.tags = (SEEED, MAKERS)
        self.lift = self.driver.lift
        self.hold_broken = self.driver.tap_badly
        self.unplug = self.driver.unplug
        self.plug = self.driver.plug

    def hold(self, tag: Tag) -> None:
        assert self.driver.tap(tag.id, tag.form)
        self.driver.leave_on()


class TestSimulatedBadgeReader(BadgeReaderContract):
    @pytest.fixture
    def make(self) -> Callable[[int], SimulatedBench]:
        return SimulatedBench


def test_a_tap_while_nobody_has_it_open_is_answered_with_no() -> None:
    reader = Driver(Options(plugged=False))
    assert not reader.is_plugged
    assert not reader.tap(*SEEED)
    reader.plug()
    assert not reader.tap(*SEEED)
    reader.open(0)
    assert reader.tap(*SEEED)


def test_it_does_not_take_more_taps_than_it_can_hold() -> None:
    reader = Driver(Options())
    reader.open(0)
    tapped = [reader.tap(f"{number:010X}") for number in range(1, 101)]
    assert tapped.count(True) == 64


def test_a_badge_that_is_left_on_stays_until_it_is_lifted() -> None:
    reader = Driver(Options(away_ms=HARDLY_AWAY_MS))
    reader.open(0)
    reader.tap(*SEEED)
    reader.leave_on()
    lay_there = [reader.is_left_on]
    while reader.read(AT_ONCE_MS):
        """Tapped, and perhaps put on a moment later."""
    reader.leave_on()
    reader.lift()
    lay_there.append(reader.is_left_on)
    assert lay_there == [True, False]
    assert reader.read(AT_ONCE_MS) is None
    reader.tap(*SEEED)
    assert reader.read(0)


def test_a_badge_that_lies_on_a_reader_is_read_when_it_is_opened() -> None:
    reader = Driver(Options(away_ms=NEVER_AWAY_MS))
    assert not reader.tap(*SEEED)
    reader.leave_on()
    reader.open(0)
    assert reader.read(0)
    assert reader.read(0) is None


def test_a_badge_that_was_left_on_was_there_until_it_was_lifted() -> None:
    reader = Driver(Options())
    reader.open(0)
    reader.tap(*SEEED)
    reader.leave_on()
    time.sleep(0.02)
    before_ms = now_ms()
    reader.lift()
    assert max(reader._taps._last_ms.values()) >= before_ms


def test_nothing_can_be_left_on_before_there_was_a_tap() -> None:
    reader = Driver(Options())
    reader.leave_on()
    assert not reader.is_left_on


def test_a_number_that_cannot_be_is_our_mistake() -> None:
    with pytest.raises(ValueError, match="expected 10 upper-case hex digits"):
        Driver(Options()).tap("12345", "em4100")
