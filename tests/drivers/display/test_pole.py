"""A pole display at the end of a pseudo-terminal, byte by byte."""

import os
import select
import time
import tty
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

import drivers
from drivers import BadOptions, DeviceAbsent, DeviceBusy, DeviceSilent
from drivers._clock import Deadline
from drivers.display import Shown
from drivers.display.pole import Driver, Options, _wait_until_sent
from tests.drivers.display.contract import DONE, ENOUGH_MS, IDLE, ONE, TWO, DisplayContract
from tests.drivers.display.test_rows import anything_shown

SHORT_MS = 50
SETTINGS = b"\x1f\x01\x1fC\x00\x1bt\x13"
XON, XOFF = b"\x11", b"\x13"


class Vfd:
    """A display that knows the commands of the data sheet and no others."""

    def __init__(self) -> None:
        self.unread = b""
        self.written = 0
        self.begin()

    def begin(self) -> None:
        self.cells = [bytearray(b" " * 20) for _ in range(2)]
        self.at = (0, 0)
        self.code_page = 0

    def take(self, received: bytes) -> None:
        self.unread += received
        while self.unread and (length := self._one()):
            self.unread = self.unread[length:]

    def _one(self) -> int:
        """Obey the first command or character; how many bytes it had, 0 if it is not all there."""
        lengths = {b"\x1b@": 2, b"\x1bt": 3, b"\x1f\x01": 2, b"\x1fC": 3, b"\x1f$": 4}
        if self.unread[0] >= 0x20:
            row, column = self.at
            self.cells[row][column] = self.unread[0]
            self.written += 1
            self.at = (row, column + 1) if column < 19 else (1 - row, 0)
            return 1
        if len(self.unread) < 2:
            return 0
        length = lengths[self.unread[:2]]
        if len(self.unread) < length:
            return 0
        if self.unread[:2] == b"\x1b@":
            self.begin()
        elif self.unread[:2] == b"\x1bt":
            self.code_page = self.unread[2]
        elif self.unread[:2] == b"\x1f$":
            self.at = self.unread[3] - 1, self.unread[2] - 1
        return length

    @property
    def is_full(self) -> bool:
        """Whether every cell was written as often as the others, so that no text is half there."""
        return self.written > 0 and self.written % 40 == 0

    @property
    def text(self) -> str:
        page = {0: "CP437", 19: "CP858", 18: "CP852"}[self.code_page]
        return "\n".join(bytes(row).decode(page) for row in self.cells)


class PoleBench:
    """A pseudo-terminal behind a stable link, as udev makes one under /dev/serial/by-id."""

    def __init__(self, link: Path, **options: object) -> None:
        self._link = link
        self.plug()
        self.driver = Driver(Options(port=str(link), **options))  # type: ignore[arg-type]

    def received(self, length: int) -> bytes:
        """Exactly so many bytes, which are on their way."""
        got = b""
        while len(got) < length:
            assert self._is_readable(ENOUGH_MS), got
            got += os.read(self.far_end, length - len(got))
        return got

    def visible(self) -> str:
        """What stands on it when no more bytes come."""
        while self._is_readable(SHORT_MS if self._vfd.is_full else ENOUGH_MS):
            self._vfd.take(os.read(self.far_end, 4096))
        return self._vfd.text

    def unplug(self) -> None:
        self._link.unlink()
        os.close(self.far_end)

    def plug(self) -> None:
        self._vfd = Vfd()
        self.far_end, self.near_end = os.openpty()
        tty.setraw(self.near_end)
        self._link.symlink_to(os.ttyname(self.near_end))

    def hold(self, *, sign: bytes) -> None:
        """Hold the line or let it go by XOFF or XON, and wait until the kernel has understood."""
        os.write(self.far_end, sign)
        poll = select.poll()
        poll.register(self.near_end, select.POLLOUT)
        for _ in range(500):
            if bool(poll.poll(0)) == (sign == XON):
                return
            time.sleep(0.01)
        raise TimeoutError

    def _is_readable(self, timeout_ms: int) -> bool:
        poll = select.poll()
        poll.register(self.far_end, select.POLLIN)
        return bool(poll.poll(timeout_ms))


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[PoleBench]:
    bench = PoleBench(tmp_path / "usb-Prolific_USB-Serial-if00-port0")
    yield bench
    bench.driver.close()


class TestPoleDisplay(DisplayContract):
    @pytest.fixture
    def bench(self, bench: PoleBench) -> PoleBench:
        return bench


def frame(first: str, second: str) -> bytes:
    rows = b"\x1f$\x01\x01" + first.encode("CP858") + b"\x1f$\x01\x02" + second.encode("CP858")
    return SETTINGS + rows


def test_the_first_show_begins_anew_and_the_next_does_not(bench: PoleBench) -> None:
    bench.driver.show(ONE, ENOUGH_MS)
    first = b"\x1b@" + frame("2 x Espresso   €4.80", "Total          €4.80")
    assert bench.received(len(first)) == first
    assert b"\xd54.80" in first
    bench.driver.show(DONE, ENOUGH_MS)
    second = frame("Total          €8.20", "Change         €1.80")
    assert bench.received(len(second)) == second


def test_some_models_are_told_to_take_escpos_first(tmp_path: Path) -> None:
    bench = PoleBench(tmp_path / "oxhoo", enter="02 05 43 31 03")
    bench.driver.show(IDLE, ENOUGH_MS)
    assert bench.received(8) == b"\x02\x05C1\x03\x1b@\x1f"
    bench.driver.close()


@pytest.mark.parametrize(
    ("code_page", "number", "euro"),
    [("CP858", 19, b"\xd5"), ("CP1252", 16, b"\x80"), ("CP437", 0, b"EUR"), ("CP852", 18, b"EUR")],
)
def test_the_code_page_is_chosen_by_its_number(
    tmp_path: Path, code_page: str, number: int, euro: bytes
) -> None:
    bench = PoleBench(tmp_path / "pole", code_page=code_page)
    bench.driver.show(ONE, ENOUGH_MS)
    got = bench.received(58)
    assert got[7:10] == b"\x1bt" + bytes((number,))
    assert got.endswith(euro + b"4.80")
    bench.driver.close()


def test_a_display_that_was_switched_off_and_on_is_right_after_the_next_show(
    bench: PoleBench,
) -> None:
    bench.driver.show(IDLE, ENOUGH_MS)
    assert "Café" in bench.visible()
    bench._vfd = Vfd()
    bench.driver.show(IDLE, ENOUGH_MS)
    assert bench._is_readable(ENOUGH_MS)
    bench._vfd.take(bench.received(56))
    assert "Café" in bench._vfd.text


def test_replugged_it_is_begun_anew(bench: PoleBench) -> None:
    bench.driver.show(ONE, ENOUGH_MS)
    bench.unplug()
    bench.plug()
    bench.driver.show(ONE, ENOUGH_MS)
    assert bench.received(2) == b"\x1b@"


def test_a_display_that_holds_the_line_is_silent_and_later_shows_only_the_newest(
    tmp_path: Path,
) -> None:
    bench = PoleBench(tmp_path / "pole", flow="xon_xoff")
    bench.driver.show(ONE, ENOUGH_MS)
    bench.received(58)
    bench.hold(sign=XOFF)
    for _ in range(3):
        with pytest.raises(DeviceSilent):
            bench.driver.show(TWO, SHORT_MS)
    bench.hold(sign=XON)
    bench.driver.show(DONE, ENOUGH_MS)
    newest = b"\x1b@" + frame("Total          €8.20", "Change         €1.80")
    assert bench.received(len(newest)) == newest
    bench.driver.close()


def test_a_display_that_never_reads_is_silent_and_old_texts_are_thrown_away(
    bench: PoleBench,
) -> None:
    def show_for_ever() -> None:
        for _ in range(5000):
            bench.driver.show(ONE, SHORT_MS)

    with pytest.raises(DeviceSilent):
        show_for_ever()
    left = b""
    while bench._is_readable(SHORT_MS):
        left += os.read(bench.far_end, 65536)
    # What waited in the port is thrown away; the far end's own 4 KiB are out of reach.
    assert len(left) <= 4096


def test_what_the_port_has_not_sent_in_time_makes_the_display_silent() -> None:
    with pytest.raises(DeviceSilent):
        _wait_until_sent(lambda: 7, Deadline(20), "ttyS0")
    left = [20, 10, 0]
    _wait_until_sent(lambda: left.pop(0), Deadline(ENOUGH_MS), "ttyS0")
    assert left == []


def test_a_port_that_is_not_there_is_absent_at_once(tmp_path: Path) -> None:
    driver = Driver(Options(port=str(tmp_path / "nothing")))
    with pytest.raises(DeviceAbsent):
        driver.show(ONE, 600_000)


def test_a_file_in_the_place_of_a_port_is_no_display(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(DeviceAbsent):
        Driver(Options(port=str(tmp_path / "file"))).show(ONE, ENOUGH_MS)
    assert (tmp_path / "file").read_text() == ""


def test_a_port_that_another_program_has_is_busy(bench: PoleBench) -> None:
    bench.driver.show(ONE, ENOUGH_MS)
    other = Driver(Options(port=bench.driver.label))
    with pytest.raises(DeviceBusy):
        other.show(ONE, SHORT_MS)
    bench.driver.close()
    other.show(ONE, ENOUGH_MS)
    other.close()


def test_closing_leaves_the_text_and_the_next_show_opens_again(bench: PoleBench) -> None:
    bench.driver.show(ONE, ENOUGH_MS)
    bench.received(58)
    bench.driver.close()
    bench.driver.show(TWO, ENOUGH_MS)
    assert bench.received(2) == b"\x1b@"


@pytest.mark.parametrize(
    ("key", "value"),
    [("enter", "02 0x"), ("columns", 10), ("rows", 1), ("code_page", "UTF-8"), ("colour", "red")],
)
def test_options_that_cannot_be_are_refused_by_their_key(key: str, value: object) -> None:
    with pytest.raises(BadOptions) as refusal:
        drivers.options_for(drivers.load("display", "pole"), {"port": "/dev/ttyS0", key: value})
    assert refusal.value.key == key


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(anything_shown)
def test_no_text_can_smuggle_in_a_command(bench: PoleBench, shown: Shown) -> None:
    bench.driver.close()
    bench.driver.show(shown, ENOUGH_MS)
    got = bench.received(58)
    assert got[:10] == b"\x1b@" + SETTINGS
    assert got[10:14] == b"\x1f$\x01\x01"
    assert got[34:38] == b"\x1f$\x01\x02"
    assert min(got[14:34] + got[38:58]) >= 0x20
