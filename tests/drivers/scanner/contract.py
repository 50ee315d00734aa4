"""What every scanner must do, whatever it is made of."""

import threading
from collections.abc import Iterator
from typing import Protocol

import pytest

from drivers import DeviceAbsent
from drivers.scanner import Scan, Scanner

SOON_MS = 1500
AT_ONCE_MS = 60


class Bench(Protocol):
    """A scanner on the table: a trigger, and a cable to pull."""

    driver: Scanner

    def scan(self, text: str) -> None: ...

    def half_scan(self, text: str) -> None: ...

    def unplug(self) -> None: ...

    def plug(self) -> None: ...


class ScannerContract:
    """Inherit this and give a `bench` whose scanner is plugged in and not open."""

    @pytest.fixture
    def bench(self) -> Iterator[Bench]:
        raise NotImplementedError

    @pytest.fixture
    def scanner(self, bench: Bench) -> Scanner:
        bench.driver.open(SOON_MS)
        return bench.driver

    def test_a_scan_is_read_once(self, bench: Bench, scanner: Scanner) -> None:
        bench.scan("4006381333931")
        assert scanner.read(SOON_MS) == Scan("4006381333931", scanner.label)
        assert scanner.read(AT_ONCE_MS) is None

    def test_no_scan_is_nothing(self, scanner: Scanner) -> None:
        assert scanner.read(AT_ONCE_MS) is None
        assert scanner.read(0) is None

    def test_scans_are_read_in_order(self, bench: Bench, scanner: Scanner) -> None:
        for text in ("4006381333931", "96385074", "]C1010400638133393121X"):
            bench.scan(text)
        texts = [scan.text for _ in range(3) if (scan := scanner.read(SOON_MS))]
        assert texts == ["4006381333931", "96385074", "]C1010400638133393121X"]

    def test_it_has_a_name(self, scanner: Scanner) -> None:
        assert scanner.label

    def test_an_unopened_scanner_cannot_be_read(self, bench: Bench) -> None:
        with pytest.raises(DeviceAbsent):
            bench.driver.read(AT_ONCE_MS)

    def test_an_unplugged_scanner_is_absent(self, bench: Bench) -> None:
        bench.unplug()
        with pytest.raises(DeviceAbsent):
            bench.driver.open(AT_ONCE_MS)

    def test_opening_waits_for_the_plug(self, bench: Bench) -> None:
        bench.unplug()
        plugging = threading.Timer(0.1, bench.plug)
        plugging.start()
        bench.driver.open(3 * SOON_MS)
        plugging.join()
        bench.scan("96385074")
        assert bench.driver.read(SOON_MS) == Scan("96385074", bench.driver.label)

    def test_opening_twice_changes_nothing(self, bench: Bench, scanner: Scanner) -> None:
        bench.scan("96385074")
        scanner.open(SOON_MS)
        assert scanner.read(SOON_MS) == Scan("96385074", scanner.label)

    def test_half_a_scan_is_no_scan_when_the_cable_is_pulled(
        self, bench: Bench, scanner: Scanner
    ) -> None:
        bench.half_scan("40063813")
        assert scanner.read(AT_ONCE_MS) is None
        bench.unplug()
        with pytest.raises(DeviceAbsent):
            scanner.read(SOON_MS)
        assert scanner.voided == 1
        bench.plug()
        scanner.open(SOON_MS)
        bench.scan("33931")
        assert scanner.read(SOON_MS) == Scan("33931", scanner.label)

    def test_a_pulled_cable_is_told_each_time(self, bench: Bench, scanner: Scanner) -> None:
        bench.unplug()
        for _ in range(2):
            with pytest.raises(DeviceAbsent):
                scanner.read(SOON_MS)

    def test_a_wake_ends_a_read(self, scanner: Scanner) -> None:
        waking = threading.Timer(0.05, scanner.wake)
        waking.start()
        assert scanner.read(60_000) is None
        waking.join()

    def test_a_wake_before_a_read_ends_it(self, scanner: Scanner) -> None:
        scanner.wake()
        scanner.wake()
        assert scanner.read(60_000) is None
        assert scanner.read(AT_ONCE_MS) is None

    def test_a_wake_ends_an_open(self, bench: Bench) -> None:
        bench.unplug()
        bench.driver.wake()
        with pytest.raises(DeviceAbsent):
            bench.driver.open(60_000)

    def test_a_wake_loses_no_scan(self, bench: Bench, scanner: Scanner) -> None:
        bench.scan("96385074")
        scanner.wake()
        read = [scanner.read(SOON_MS), scanner.read(SOON_MS)]
        assert Scan("96385074", scanner.label) in read

    def test_a_closed_scanner_can_be_opened_again(self, bench: Bench, scanner: Scanner) -> None:
        scanner.close()
        scanner.close()
        with pytest.raises(DeviceAbsent):
            scanner.read(AT_ONCE_MS)
        scanner.open(SOON_MS)
        bench.scan("96385074")
        assert scanner.read(SOON_MS) == Scan("96385074", scanner.label)
