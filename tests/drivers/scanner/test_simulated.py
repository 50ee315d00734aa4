"""The scanner without a scanner."""

import pytest

from drivers.scanner import Scan
from drivers.scanner.simulated import Driver, Options
from tests.drivers.scanner.contract import ScannerContract


class SimulatedBench:
    def __init__(self) -> None:
        self.driver = Driver(Options())
        self.unplug = self.driver.unplug
        self.plug = self.driver.plug

    def scan(self, text: str) -> None:
        assert self.driver.feed(text)

    def half_scan(self, text: str) -> None:
        assert text
        self.driver.feed_half()


class TestSimulatedScanner(ScannerContract):
    @pytest.fixture
    def bench(self) -> SimulatedBench:
        return SimulatedBench()


def test_a_scan_into_nowhere_is_answered_with_no() -> None:
    scanner = Driver(Options(plugged=False))
    assert not scanner.feed("96385074")
    scanner.plug()
    assert not scanner.feed("96385074")
    scanner.open(0)
    assert scanner.feed("96385074")


def test_it_does_not_take_more_scans_than_it_can_hold() -> None:
    scanner = Driver(Options())
    scanner.open(0)
    fed = [scanner.feed(str(number)) for number in range(100)]
    assert fed.count(True) == 64
    assert scanner.read(0) == Scan("0", "simulated scanner")
    assert scanner.feed("once more")


def test_a_whole_scan_voids_the_half_before_it() -> None:
    scanner = Driver(Options())
    scanner.open(0)
    scanner.feed_half()
    scanner.feed("96385074")
    assert scanner.read(0) == Scan("96385074", "simulated scanner")
    assert scanner.voided == 1


def test_a_scan_before_the_cable_was_pulled_counts() -> None:
    scanner = Driver(Options())
    scanner.open(0)
    scanner.feed("96385074")
    scanner.unplug()
    assert scanner.read(0) == Scan("96385074", "simulated scanner")
