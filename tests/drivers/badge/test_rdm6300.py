"""RDM6300 modules on a serial line, which is a pseudo-terminal here."""

import os
import time
import tty
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers import DeviceAbsent, DeviceBusy
from drivers.badge import Badge
from drivers.badge.rdm6300 import Driver, Frames, Options
from tests.drivers.badge.contract import (
    AT_ONCE_MS,
    HARDLY_AWAY_MS,
    NEVER_AWAY_MS,
    SOON_MS,
    BadgeReaderContract,
)
from tests.drivers.badge.tags import MAKERS, SEEED, Tag

WIKI_FRAME = bytes([0x02]) + b"62E3086CED08" + bytes([0x03])


def frame(tag: Tag) -> bytes:
    checksum = 0
    for byte in bytes.fromhex(tag.id):
        checksum ^= byte
    return b"\x02" + tag.id.encode() + f"{checksum:02X}".encode() + b"\x03"


class SerialBench:
    """A pseudo-terminal behind a stable link, as udev makes one under /dev/serial/by-id."""

    def __init__(self, link: Path, away_ms: int = 1500) -> None:
        self.link = link
        self.tags = (SEEED, MAKERS)
        self.plug()
        self.driver = Driver(Options(port=str(link), away_ms=away_ms))

    def hold(self, tag: Tag) -> None:
        self.send(3 * frame(tag))

    def lift(self) -> None:
        """It says no more."""

    def hold_broken(self) -> None:
        self.send(WIKI_FRAME[:7])

    def send(self, sent: bytes) -> None:
        os.write(self._far_end, sent)

    def unplug(self) -> None:
        self.link.unlink()
        os.close(self._far_end)

    def plug(self) -> None:
        self._far_end, self._near_end = os.openpty()
        tty.setraw(self._near_end)
        self.link.symlink_to(os.ttyname(self._near_end))


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Callable[[int], SerialBench]]:
    benches: list[SerialBench] = []

    def make(away_ms: int) -> SerialBench:
        benches.append(SerialBench(tmp_path / "usb-1a86_USB_Serial-if00-port0", away_ms))
        return benches[-1]

    yield make
    for bench in benches:
        bench.driver.close()


@pytest.fixture
def bench(make: Callable[[int], SerialBench]) -> SerialBench:
    bench = make(NEVER_AWAY_MS)
    bench.driver.open(SOON_MS)
    return bench


class TestRdm6300(BadgeReaderContract):
    @pytest.fixture
    def make(self, make: Callable[[int], SerialBench]) -> Callable[[int], SerialBench]:
        return make

    @pytest.fixture
    def bench(self, make: Callable[[int], SerialBench]) -> SerialBench:
        return make(1500)


def found(received: bytes) -> tuple[list[str], int]:
    """The numbers in `received`, and how many frames were thrown away."""
    frames = Frames()
    numbers = [number for byte in received if (number := frames.take(byte)) is not None]
    frames.drop()
    return numbers, frames.voided


def read_all(driver: Driver) -> list[Badge]:
    badges = []
    while badge := driver.read(AT_ONCE_MS):
        badges.append(badge)
    return badges


def test_the_published_frame_is_read() -> None:
    assert frame(SEEED) == WIKI_FRAME
    assert found(WIKI_FRAME) == (["62E3086CED"], 0)


@pytest.mark.parametrize("bit", range(8 * len(WIKI_FRAME)))
def test_a_frame_with_a_flipped_bit_is_refused(bit: int) -> None:
    broken = bytearray(WIKI_FRAME)
    broken[bit // 8] ^= 1 << bit % 8
    assert found(bytes(broken))[0] == []
    assert found(bytes(broken) + WIKI_FRAME)[0] == ["62E3086CED"]


@pytest.mark.parametrize(
    "noise",
    [b"\x00", b"\xff\xfe", b"62E3086CED08\x03", b"\x03\x03", b"\r\n"],
)
def test_noise_between_frames_is_passed_over(noise: bytes) -> None:
    assert found(noise + WIKI_FRAME + noise + frame(MAKERS)) == ([SEEED.id, MAKERS.id], 0)


@pytest.mark.parametrize(
    "broken",
    [
        b"\x02\x03",
        b"\x02" + b"\x02",
        WIKI_FRAME[:13],
        WIKI_FRAME[:5],
        b"\x0262E3086CED08F\x03",
        b"\x0262E3086CED0\x03",
        b"\x0262E3086CED09\x03",
        b"\x0262e3086ced08\x03",
        b"\x02000000000000\x03",
        b"\x02FFFFFFFFFFFF\x03",
    ],
)
def test_what_is_not_as_it_should_be_is_thrown_away_and_counted(broken: bytes) -> None:
    numbers, voided = found(broken + WIKI_FRAME)
    assert numbers == [SEEED.id]
    assert voided >= 1


def test_a_frame_without_end_takes_no_more_room_than_it_must() -> None:
    frames = Frames()
    for byte in b"\x02" + 13 * b"0":
        assert frames.take(byte) is None
    assert not frames.is_within


def a_few_frames() -> st.SearchStrategy[bytes]:
    numbers = st.integers(1, (1 << 40) - 2).map(lambda n: frame(Tag(f"{n:010X}", "em4100")))
    pieces = st.one_of(
        numbers,
        st.binary(max_size=20),
        st.tuples(numbers, st.integers(0, 14)).map(lambda cut: cut[0][: cut[1]]),
        st.text("\x02\x030123456789ABCDEF", max_size=16).map(str.encode),
    )
    return st.lists(pieces, max_size=8).map(b"".join)


@given(a_few_frames())
def test_no_number_is_guessed(received: bytes) -> None:
    numbers, voided = found(received)
    at = 0
    for number in numbers:
        whole = frame(Tag(number, "em4100"))
        at = received.index(whole, at) + len(whole)
    assert voided <= received.count(b"\x02")
    assert found(received + WIKI_FRAME)[0] == [*numbers, SEEED.id]


def test_a_frame_that_comes_in_pieces_is_put_together(bench: SerialBench) -> None:
    bench.send(WIKI_FRAME[:5])
    assert bench.driver.read(0) is None
    bench.send(WIKI_FRAME[5:])
    assert bench.driver.read(SOON_MS) == Badge(SEEED.id, "em4100", bench.driver.label)
    assert bench.driver.voided == 0


def test_a_pause_within_a_frame_voids_it(bench: SerialBench) -> None:
    bench.send(WIKI_FRAME[:5])
    for _ in range(12):
        assert bench.driver.read(AT_ONCE_MS) is None
    bench.send(WIKI_FRAME[5:])
    assert bench.driver.read(AT_ONCE_MS) is None
    assert bench.driver.voided == 1
    bench.send(WIKI_FRAME)
    assert bench.driver.read(SOON_MS)


def test_a_reader_that_babbles_ends_no_wait_late_and_says_no_badge(bench: SerialBench) -> None:
    for _ in range(20):
        bench.send(b"\x02\xff0123456789ABCDEF\x00" * 20)
        assert bench.driver.read(0) is None
    assert bench.driver.voided > 0
    bench.send(b"\x03" + WIKI_FRAME)
    assert [badge.id for badge in read_all(bench.driver)] == [SEEED.id]


def test_a_tag_that_lay_there_while_nobody_looked_is_one_badge(bench: SerialBench) -> None:
    bench.send(WIKI_FRAME)
    assert bench.driver.read(SOON_MS)
    bench.send(200 * WIKI_FRAME)
    assert bench.driver.read(AT_ONCE_MS) is None


def test_when_nobody_looked_a_tag_stayed(make: Callable[[int], SerialBench]) -> None:
    bench = make(HARDLY_AWAY_MS)
    bench.driver.open(SOON_MS)
    bench.send(WIKI_FRAME)
    assert bench.driver.read(SOON_MS)
    bench.send(WIKI_FRAME)
    time.sleep(0.05)
    assert bench.driver.read(0) is None


def test_a_name_that_leads_nowhere_any_more_is_an_unplug(bench: SerialBench) -> None:
    bench.link.unlink()
    with pytest.raises(DeviceAbsent):
        bench.driver.read(SOON_MS)


def test_a_name_that_leads_to_another_port_is_an_unplug(bench: SerialBench) -> None:
    bench.link.unlink()
    bench.plug()
    with pytest.raises(DeviceAbsent):
        bench.driver.read(SOON_MS)
    bench.driver.open(SOON_MS)
    bench.send(WIKI_FRAME)
    assert bench.driver.read(SOON_MS)


def test_a_port_that_another_program_has_is_busy(bench: SerialBench) -> None:
    other = Driver(Options(port=str(bench.link)))
    with pytest.raises(DeviceBusy):
        other.open(AT_ONCE_MS)
    bench.driver.close()
    other.open(SOON_MS)
    bench.send(WIKI_FRAME)
    assert other.read(SOON_MS)
    other.close()


def test_opening_and_closing_keeps_no_files(bench: SerialBench) -> None:
    counts = []
    for _ in range(2):
        for _ in range(5):
            bench.driver.close()
            bench.driver.open(SOON_MS)
        counts.append(sum(1 for _ in Path("/proc/self/fd").iterdir()))
    assert counts[0] == counts[1]
