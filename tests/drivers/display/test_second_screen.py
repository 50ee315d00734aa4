"""The second screen's driver and viewers at the other end of real sockets."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

import drivers
from drivers import BadOptions, DeviceAbsent, DeviceBusy, DeviceRefused, DeviceSilent
from drivers.display import Shown, ShownLine
from drivers.display._screen_line import LONGEST_LINE, MOST_LINES, decode, default_path, encode
from drivers.display.second_screen import Driver, Options
from tests.drivers.display.contract import DONE, ENOUGH_MS, IDLE, ONE, TWO, DisplayContract
from tests.drivers.display.test_rows import anything_shown

NO_TIME_MS = 0
VIEWER = """
import socket, sys
line = socket.socket(socket.AF_UNIX)
line.connect(sys.argv[1])
print(line.recv(9), flush=True)
line.recv(1 << 20, socket.MSG_WAITALL)
"""


class HandClock:
    """A clock that moves only when somebody turns it."""

    def __init__(self) -> None:
        self.ms = 0

    def now_ms(self) -> int:
        return self.ms

    def sleep_ms(self, duration_ms: int) -> None:
        raise AssertionError(duration_ms)


class Viewer:
    """A program that reads lines, when it is asked to."""

    def __init__(self, path: Path) -> None:
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.connect(str(path))
        self.rest = b""
        self.shown: Shown | None = None
        self.is_hung_up_on = False

    def look(self) -> Shown | None:
        """Read everything that is there; the newest line is what it shows."""
        while True:
            try:
                got = self.socket.recv(65536, socket.MSG_DONTWAIT)
            except BlockingIOError:
                return self.shown
            if not got:
                self.is_hung_up_on = True
                return self.shown
            *lines, self.rest = (self.rest + got).split(b"\n")
            for line in lines:
                self.shown = decode(line)
                assert self.shown is not None, line


class ScreenBench:
    """One second screen, whose cable is the program's connection."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.clock = HandClock()
        self.driver = Driver(Options(path=str(path)), self.clock)
        # The driver listens from its first word on.
        with pytest.raises(DeviceAbsent):
            self.driver.show(IDLE, NO_TIME_MS)
        self.plug()

    def visible(self) -> str:
        shown = self.viewer.look()
        assert shown is not None
        newest = shown.lines[-1:]
        due = f"{shown.due_label} {shown.due}"
        names = " ".join(f"{line.name} {line.amount}" for line in newest)
        return f"{shown.title} {names} {shown.total_label} {shown.total} {due}"

    def unplug(self) -> None:
        self.viewer.socket.close()

    def plug(self) -> None:
        self.viewer = Viewer(self.path)


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[ScreenBench]:
    bench = ScreenBench(tmp_path / "customer.sock")
    yield bench
    bench.driver.close()


class TestSecondScreen(DisplayContract):
    @pytest.fixture
    def bench(self, bench: ScreenBench) -> ScreenBench:
        return bench


def test_the_line_on_the_wire_is_json_that_others_can_read(bench: ScreenBench) -> None:
    bench.driver.show(ONE, NO_TIME_MS)
    assert (
        bench.viewer.socket.recv(4096)
        == (
            '{"state":"ticket","title":"Corner Café",'
            '"lines":[{"name":"Espresso","quantity":"2","amount":"€4.80"}],'
            '"total_label":"Total","total":"€4.80","due_label":"","due":""}\n'
        ).encode()
    )


def test_a_viewer_that_comes_late_gets_the_newest_with_the_next_show(bench: ScreenBench) -> None:
    bench.driver.show(TWO, NO_TIME_MS)
    late = Viewer(bench.path)
    bench.driver.show(TWO, NO_TIME_MS)
    assert late.look() == TWO


def test_several_viewers_see_the_same_and_too_many_are_sent_away(bench: ScreenBench) -> None:
    viewers = [bench.viewer]
    for _ in range(5):
        viewers.append(Viewer(bench.path))
        bench.driver.show(DONE, NO_TIME_MS)
    assert [viewer.look() for viewer in viewers] == [DONE] * 4 + [None] * 2
    assert [viewer.is_hung_up_on for viewer in viewers] == [False] * 4 + [True] * 2
    viewers[0].socket.close()
    bench.driver.show(ONE, NO_TIME_MS)
    again = Viewer(bench.path)
    bench.driver.show(ONE, NO_TIME_MS)
    assert again.look() == ONE


def test_a_viewer_that_does_not_read_for_seconds_is_hung_up_on(bench: ScreenBench) -> None:
    bench.driver.show(ONE, NO_TIME_MS)
    bench.clock.ms += 3000
    bench.driver.show(ONE, NO_TIME_MS)
    bench.clock.ms += 1
    with pytest.raises(DeviceSilent):
        bench.driver.show(TWO, NO_TIME_MS)
    with pytest.raises(DeviceAbsent):
        bench.driver.show(TWO, NO_TIME_MS)
    bench.viewer.look()
    assert bench.viewer.is_hung_up_on
    bench.plug()
    bench.driver.show(TWO, NO_TIME_MS)
    assert bench.viewer.look() == TWO


def test_a_viewer_that_reads_is_kept_however_seldom_something_is_said(bench: ScreenBench) -> None:
    for _ in range(5):
        bench.driver.show(ONE, NO_TIME_MS)
        bench.viewer.look()
        bench.clock.ms += 60_000
    bench.driver.show(DONE, NO_TIME_MS)
    assert bench.viewer.look() == DONE


def test_one_that_hangs_does_not_keep_the_others_from_seeing(bench: ScreenBench) -> None:
    healthy = Viewer(bench.path)
    for total in range(20):
        bench.clock.ms += 1000
        shown = msgspec.structs.replace(ONE, total=str(total))
        bench.driver.show(shown, NO_TIME_MS)
        assert healthy.look() == shown
    bench.viewer.look()
    assert bench.viewer.is_hung_up_on


def test_a_viewer_that_never_reads_does_not_block_even_in_one_moment(bench: ScreenBench) -> None:
    def show_for_ever() -> None:
        for _ in range(100_000):
            bench.driver.show(TWO, NO_TIME_MS)

    with pytest.raises(DeviceSilent):
        show_for_ever()


def test_half_a_line_is_never_followed_by_another(bench: ScreenBench) -> None:
    # Six bytes a character: more than the kernel takes in one piece.
    line = ShownLine("\x01" * 120, "\x01" * 120, "\x01" * 120)
    large = msgspec.structs.replace(ONE, lines=(line,) * MOST_LINES)
    is_silent = False
    for unread in range(1, 60):
        bench.unplug()
        bench.plug()
        try:
            for _ in range(unread):
                bench.driver.show(large, NO_TIME_MS)
        except DeviceSilent:
            is_silent = True
        else:
            bench.viewer.look()
            bench.driver.show(ONE, NO_TIME_MS)
            assert bench.viewer.look() == ONE
    assert is_silent


def test_what_a_viewer_says_is_not_listened_to(bench: ScreenBench) -> None:
    bench.viewer.socket.setblocking(False)
    for _ in range(50):
        try:
            bench.viewer.socket.send(b"\xff\x00{'state': \n" * 1000)
        except BlockingIOError:
            break
    for shown in (ONE, TWO, DONE):
        bench.driver.show(shown, NO_TIME_MS)
        assert bench.viewer.look() == shown
    # Killed with its words still unread, it is gone all the same.
    bench.unplug()
    with pytest.raises(DeviceAbsent):
        bench.driver.show(ONE, NO_TIME_MS)


def test_a_viewer_that_is_killed_is_noticed_with_the_next_show(bench: ScreenBench) -> None:
    bench.unplug()
    command = [sys.executable, "-c", VIEWER, str(bench.path)]
    program = subprocess.Popen(command, stdout=subprocess.PIPE)
    for _ in range(500):
        try:
            bench.driver.show(ONE, NO_TIME_MS)
        except DeviceAbsent:
            time.sleep(0.02)
        else:
            break
    assert program.stdout is not None
    program.stdout.readline()
    program.kill()
    program.wait()
    with pytest.raises(DeviceAbsent):
        bench.driver.show(ONE, NO_TIME_MS)


def test_a_socket_left_behind_by_a_killed_till_is_taken_over(tmp_path: Path) -> None:
    path = tmp_path / "customer.sock"
    left = socket.socket(socket.AF_UNIX)
    left.bind(str(path))
    left.listen()
    left.close()
    bench = ScreenBench(path)
    bench.driver.show(ONE, NO_TIME_MS)
    assert bench.viewer.look() == ONE
    bench.driver.close()


def test_a_second_till_does_not_take_the_screen_of_the_first(bench: ScreenBench) -> None:
    other = Driver(Options(path=str(bench.path)))
    with pytest.raises(DeviceBusy):
        other.show(DONE, NO_TIME_MS)
    other.close()
    bench.driver.show(ONE, NO_TIME_MS)
    assert bench.viewer.look() == ONE
    bench.driver.close()
    with pytest.raises(DeviceAbsent):
        other.show(DONE, NO_TIME_MS)
    bench.plug()
    other.show(DONE, NO_TIME_MS)
    assert bench.viewer.look() == DONE
    other.close()


def test_a_file_that_is_no_socket_is_never_removed(tmp_path: Path) -> None:
    path = tmp_path / "customer.sock"
    path.write_text("precious")
    driver = Driver(Options(path=str(path)))
    with pytest.raises(DeviceRefused):
        driver.show(ONE, NO_TIME_MS)
    driver.close()
    assert path.read_text() == "precious"


def test_without_the_folder_it_is_refused_until_there_is_one(tmp_path: Path) -> None:
    driver = Driver(Options(path=str(tmp_path / "run" / "customer.sock")))
    with pytest.raises(DeviceRefused):
        driver.show(ONE, NO_TIME_MS)
    (tmp_path / "run").mkdir()
    with pytest.raises(DeviceAbsent):
        driver.show(ONE, NO_TIME_MS)
    driver.close()


def test_a_socket_whose_file_was_cleared_away_is_made_anew(bench: ScreenBench) -> None:
    bench.driver.show(ONE, NO_TIME_MS)
    bench.path.unlink()
    bench.driver.show(TWO, NO_TIME_MS)
    assert bench.viewer.look() == TWO
    other = Viewer(bench.path)
    bench.driver.show(DONE, NO_TIME_MS)
    assert other.look() == DONE


def test_only_the_same_user_may_look(bench: ScreenBench) -> None:
    assert bench.path.stat().st_mode & 0o777 == 0o600


def test_closing_hangs_up_and_takes_the_socket_away(bench: ScreenBench) -> None:
    bench.driver.show(ONE, NO_TIME_MS)
    bench.driver.close()
    assert not bench.path.exists()
    bench.viewer.look()
    assert bench.viewer.is_hung_up_on


def test_closing_leaves_the_socket_of_another_till(bench: ScreenBench) -> None:
    bench.path.unlink()
    other = ScreenBench(bench.path)
    bench.driver.close()
    assert bench.path.exists()
    other.driver.show(ONE, NO_TIME_MS)
    assert other.viewer.look() == ONE
    other.driver.close()


def test_no_file_stays_open(tmp_path: Path) -> None:
    before = len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(5):
        bench = ScreenBench(tmp_path / "customer.sock")
        bench.driver.show(ONE, ENOUGH_MS)
        bench.driver.close()
        bench.unplug()
    assert len(list(Path("/proc/self/fd").iterdir())) == before


def test_the_socket_lies_in_the_users_own_folder_or_the_systems(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", "/run/user/1000")
    assert default_path() == Path("/run/user/1000/open-pos-customer.sock")
    assert Driver(Options()).label == "/run/user/1000/open-pos-customer.sock"
    monkeypatch.delenv("XDG_RUNTIME_DIR")
    assert default_path() == Path("/run/open-pos/customer.sock")


@pytest.mark.parametrize("path", ["customer.sock", "/run/" + "x" * 103, "/run/\0"])
def test_a_path_that_no_socket_can_have_is_refused(path: str) -> None:
    with pytest.raises(BadOptions) as refusal:
        drivers.options_for(drivers.load("display", "second_screen"), {"path": path})
    assert refusal.value.key == "path"


@given(anything_shown)
def test_what_is_said_is_understood(shown: Shown) -> None:
    line = encode(shown)
    assert line.count(b"\n") == 1
    assert decode(line) == shown


@given(st.binary(max_size=200))
def test_what_is_no_line_of_ours_is_nothing(line: bytes) -> None:
    assert decode(line) is None


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"{}",
        b"[]",
        b'{"state":"open"}',
        b'{"state":"idle","title":7}',
        b'{"state":"idle"',
        b"\xff",
    ],
)
def test_half_a_line_and_wrong_words_are_nothing(line: bytes) -> None:
    assert decode(line) is None


def test_a_later_version_may_say_more() -> None:
    assert decode(b'{"state":"idle","title":"Hello","weather":"fine"}') == Shown(
        state="idle", title="Hello"
    )


def test_endless_texts_and_tickets_are_cut_to_what_a_screen_has_room_for() -> None:
    worst = "\x01" * 5000
    many = tuple(ShownLine(worst, worst, str(n)) for n in range(900))
    shown = Shown(
        state="tender", title=worst, lines=many, total_label=worst, total=worst, due_label=worst,
        due=worst,
    )  # fmt: skip
    line = encode(shown)
    assert len(line) <= LONGEST_LINE
    told = decode(line)
    assert told is not None
    assert [line.amount for line in told.lines] == [str(n) for n in range(900 - MOST_LINES, 900)]


def test_half_a_letter_does_not_stop_the_display() -> None:
    told = decode(encode(Shown(state="idle", title="Caf\ud800")))
    assert told == Shown(state="idle", title="Caf?")
