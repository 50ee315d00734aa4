"""Keyboard-like scanners on a real kernel: one that a program plays (uinput), and one on emulated USB."""

import errno
import select
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final, Protocol

import evdev
import evdev.ecodes as e
import pytest

from drivers import DeviceAbsent, DeviceBusy
from drivers.scanner import Scan
from drivers.scanner.evdev import Driver, Options
from tests.hardware.bench import AT_ONCE_MS, SOON_MS, Monitor, eventually

KEY_OF: Final = {"\n": e.KEY_ENTER, **{digit: getattr(e, f"KEY_{digit}") for digit in "0123456789"}}
QEMU_NAME: Final = {"\n": "ret"}
OVERRUN: Final = 400
NEVER_MS: Final = 60_000
"""A slow machine types slowly."""


class Board(Protocol):
    """A scanner on the table."""

    options: Options

    def plug(self) -> None: ...

    def unplug(self) -> None: ...

    def type(self, text: str) -> None: ...


class Played:
    """A scanner made by uinput: everything above the USB plug is the kernel's own."""

    options = Options(vendor="0c2e", product="0b61", stale_ms=NEVER_MS)
    _made: "evdev.UInput | None" = None

    def plug(self) -> None:
        keys = {e.EV_KEY: range(1, 128)}
        self._made = evdev.UInput(keys, name="Scanner", vendor=0x0C2E, product=0x0B61)  # type: ignore[arg-type]

    def unplug(self) -> None:
        if self._made is not None:
            self._made.close()
        self._made = None

    def type(self, text: str) -> None:
        assert self._made is not None
        for letter in text:
            for value in (1, 0):
                self._made.write(e.EV_KEY, KEY_OF[letter], value)
                self._made.syn()


class OnUsb:
    """QEMU's USB keyboard on its USB host: the kernel's whole way, from the plug to the key."""

    options = Options(serial="S-0001", stale_ms=NEVER_MS)
    _link = Path("/dev/input/by-id/usb-QEMU_QEMU_USB_Keyboard_S-0001-event-kbd")

    def __init__(self, monitor: Monitor) -> None:
        self._monitor = monitor

    def plug(self) -> None:
        self._monitor.plug("usb-kbd", "scanner", serial="S-0001")
        eventually(self._link.exists, "the keyboard")

    def unplug(self) -> None:
        if self._link.exists():
            self._monitor.unplug("scanner")
            eventually(lambda: not self._link.exists(), "the keyboard to be gone")

    def type(self, text: str) -> None:
        # QEMU forgets keys when a slow machine does not fetch them, so each is waited for. The state
        # of the keys is told even of a device that somebody else has grabbed.
        keyboard: evdev.InputDevice[str] = evdev.InputDevice(self._link)
        for letter in text:
            name, code = QEMU_NAME.get(letter, letter), KEY_OF[letter]
            self._monitor.key(name, down=True)
            eventually(lambda: code in keyboard.active_keys(), "the key to go down")  # noqa: B023
            self._monitor.key(name, down=False)
            eventually(lambda: code not in keyboard.active_keys(), "the key to come up")  # noqa: B023
        keyboard.close()


@pytest.fixture(params=["uinput", "usb"])
def board(request: pytest.FixtureRequest, monitor: Monitor) -> Iterator[Board]:
    board: Board = Played() if request.param == "uinput" else OnUsb(monitor)
    board.plug()
    yield board
    board.unplug()


@pytest.fixture
def scanner(board: Board) -> Iterator[Driver]:
    scanner = Driver(board.options)
    scanner.open(SOON_MS)
    yield scanner
    scanner.close()


def scanned(board: Board, scanner: Driver, text: str) -> Scan | None:
    """Read while it is typed: the kernel's buffer is too small for a long scan that nobody reads."""
    typist = threading.Thread(target=board.type, args=(text + "\n",))
    typist.start()
    scan = scanner.read(SOON_MS)
    typist.join()
    return scan


def hears(device: "evdev.InputDevice[str]") -> bool:
    readable, _, _ = select.select([device], [], [], AT_ONCE_MS / 1000)
    return bool(readable)


def test_a_scan_is_read(board: Board, scanner: Driver) -> None:
    assert scanned(board, scanner, "4006381333931") == Scan("4006381333931", scanner.label)
    assert scanner.read(AT_ONCE_MS) is None


def test_nobody_else_can_take_or_overhear_a_scanner(board: Board, scanner: Driver) -> None:
    assert scanner._device is not None
    other: evdev.InputDevice[str] = evdev.InputDevice(scanner._device.node)
    with pytest.raises(OSError, match="busy") as trouble:
        other.grab()
    assert trouble.value.errno == errno.EBUSY
    assert scanned(board, scanner, "4006381333931") == Scan("4006381333931", scanner.label)
    assert not hears(other)
    scanner.close()
    board.type("1\n")
    assert hears(other)
    other.close()


@pytest.mark.usefixtures("scanner")
def test_a_second_register_is_told_that_the_scanner_is_taken(board: Board) -> None:
    second = Driver(board.options)
    with pytest.raises(DeviceBusy):
        second.open(AT_ONCE_MS)


@pytest.mark.parametrize("is_heard", [True, False], ids=["heard", "unheard"])
def test_a_scan_cut_off_by_the_plug_is_void_and_the_scanner_is_found_again(
    board: Board, scanner: Driver, is_heard: bool
) -> None:
    board.type("40063813")
    if is_heard:
        assert scanner.read(AT_ONCE_MS) is None
    board.unplug()
    with pytest.raises(DeviceAbsent):
        scanner.read(SOON_MS)
    with pytest.raises(DeviceAbsent):
        scanner.open(0)
    board.plug()
    scanner.open(SOON_MS)
    assert scanned(board, scanner, "96385074") == Scan("96385074", scanner.label)


def test_a_scanner_is_found_when_it_is_plugged_in(board: Board) -> None:
    board.unplug()
    scanner = Driver(board.options)
    with pytest.raises(DeviceAbsent):
        scanner.open(AT_ONCE_MS)
    board.plug()
    scanner.open(SOON_MS)
    assert scanned(board, scanner, "96385074") == Scan("96385074", scanner.label)
    scanner.close()


@pytest.mark.parametrize("board", ["uinput"], indirect=True)
def test_a_scan_of_which_the_kernel_lost_keys_is_void(board: Board, scanner: Driver) -> None:
    # The kernel's buffer holds a few dozen keys for a program that does not read.
    board.type(OVERRUN * "1" + "\n")
    time.sleep(AT_ONCE_MS / 1000)
    assert scanner.read(AT_ONCE_MS) is None
    assert scanner.voided == 1
    board.type("2\n96385074\n")
    texts = [scan.text for _ in range(3) if (scan := scanner.read(AT_ONCE_MS))]
    assert texts[-1] == "96385074"
