"""A scanner on a USB-to-serial adapter (QEMU plays an FTDI chip), by the kernel's own ftdi_sio."""

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import pytest

from drivers import DeviceAbsent, DeviceBusy
from drivers.scanner import Scan
from drivers.scanner.serial import Driver, Options
from tests.hardware.bench import AT_ONCE_MS, PORTS, SOON_MS, Monitor, eventually

LINKS = Path("/dev/serial/by-id")


class Adapter:
    """The adapter in the socket, and the scanner at the end of its line."""

    def __init__(self, monitor: Monitor) -> None:
        self._monitor = monitor
        self._far_end: BinaryIO = (PORTS / "line").open("r+b", buffering=0)
        self.link = ""

    def plug(self) -> None:
        self._monitor.plug("usb-serial", "adapter", chardev="adapter", serial="A-0001")
        found = eventually(lambda: list(LINKS.glob("usb-*")), "the adapter")
        self.link = str(found[0])

    def unplug(self) -> None:
        if LINKS.exists():
            self._monitor.unplug("adapter")
            eventually(lambda: not Path(self.link).exists(), "the adapter to be gone")

    def send(self, message: bytes) -> None:
        self._far_end.write(message)

    def close(self) -> None:
        self.unplug()
        self._far_end.close()


@pytest.fixture
def adapter(monitor: Monitor) -> Iterator[Adapter]:
    adapter = Adapter(monitor)
    adapter.plug()
    yield adapter
    adapter.close()


@pytest.fixture
def scanner(adapter: Adapter) -> Iterator[Driver]:
    scanner = Driver(Options(port=adapter.link))
    scanner.open(SOON_MS)
    yield scanner
    scanner.close()


def test_a_scan_comes_through_the_adapter(adapter: Adapter, scanner: Driver) -> None:
    adapter.send(b"]C10104006381333931\x1d21X\r\n")
    assert scanner.read(SOON_MS) == Scan("]C10104006381333931\x1d21X", scanner.label)
    assert scanner.read(AT_ONCE_MS) is None


@pytest.mark.usefixtures("scanner")
def test_a_second_register_is_told_that_the_port_is_taken(adapter: Adapter) -> None:
    with pytest.raises(DeviceBusy):
        Driver(Options(port=adapter.link)).open(AT_ONCE_MS)


def test_a_scan_cut_off_by_the_plug_is_void_and_the_port_is_found_again(
    adapter: Adapter, scanner: Driver
) -> None:
    adapter.send(b"40063813")
    assert scanner.read(AT_ONCE_MS) is None
    adapter.unplug()
    with pytest.raises(DeviceAbsent):
        scanner.read(SOON_MS)
    with pytest.raises(DeviceAbsent):
        scanner.open(AT_ONCE_MS)
    adapter.plug()
    scanner.open(SOON_MS)
    adapter.send(b"96385074\r")
    assert scanner.read(SOON_MS) == Scan("96385074", scanner.label)
