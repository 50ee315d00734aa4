"""The viewer's end of the socket, with the real driver and with programs that are no till."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from drivers import DeviceAbsent
from drivers.display import Shown
from drivers.display._screen_line import LONGEST_LINE, encode
from drivers.display.second_screen import Driver, Options
from kiosk_ui.customer.link import RETRY_MS, Link
from tests.kiosk_ui.customer.scenes import DONE, IDLE, TENDER, TICKET
from tests.kiosk_ui.customer.test_presenter import HandClock

NO_TIME_MS = 0


def show_nobody(driver: Driver, shown: Shown) -> None:
    with pytest.raises(DeviceAbsent):
        driver.show(shown, NO_TIME_MS)


def is_connected(link: Link) -> bool:
    return link.is_connected


class Other:
    """A program that listens and says whatever it likes."""

    def __init__(self, path: Path) -> None:
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(str(path))
        self.listener.listen()
        self.clock = HandClock()
        self.link = Link(path, self.clock)
        assert self.link.read() is None
        self.caller, _ = self.listener.accept()

    def say(self, words: bytes) -> Shown | None:
        self.caller.sendall(words)
        return self.link.read()


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Other]:
    other = Other(tmp_path / "s")
    yield other
    other.link.close()
    other.caller.close()
    other.listener.close()


def test_the_newest_of_all_that_was_said_is_read_and_only_once(tmp_path: Path) -> None:
    driver, link = Driver(Options(path=str(tmp_path / "s"))), Link(tmp_path / "s")
    show_nobody(driver, IDLE)
    assert [link.read(), link.is_connected] == [None, True]
    for shown in (IDLE, TICKET, TENDER):
        driver.show(shown, NO_TIME_MS)
    assert link.read() == TENDER
    assert link.read() is None
    driver.close()
    assert [link.read(), link.is_connected] == [None, False]


def test_it_calls_again_once_a_second_for_ever(tmp_path: Path) -> None:
    clock = HandClock()
    driver, link = Driver(Options(path=str(tmp_path / "s"))), Link(tmp_path / "s", clock)
    assert link.read() is None
    show_nobody(driver, IDLE)
    clock.ms = RETRY_MS - 1
    link.read()
    assert not is_connected(link)
    for _ in range(3):
        clock.ms += RETRY_MS
        link.read()
        assert is_connected(link)
        driver.show(DONE, NO_TIME_MS)
        assert link.read() == DONE
        driver.close()
        link.read()
        assert not is_connected(link)
        show_nobody(driver, IDLE)


def test_a_line_may_come_in_pieces(other: Other) -> None:
    line = encode(TICKET)
    for piece in (line[:1], line[1:40], line[40:-1]):
        assert other.say(piece) is None
    assert other.say(line[-1:]) == TICKET


def test_what_is_not_understood_is_passed_over(other: Other) -> None:
    assert other.say(encode(TICKET) + b"{}\n\xff\n\n") == TICKET
    assert other.say(b'{"state":"dancing"}\n' + encode(DONE)) == DONE
    assert other.link.is_connected


def test_a_line_without_end_is_hung_up_on(other: Other) -> None:
    other.caller.settimeout(5)

    def talk_for_ever() -> None:
        for _ in range(2 + LONGEST_LINE // 4096):
            other.say(b"x" * 4096)

    with pytest.raises((BrokenPipeError, ConnectionResetError)):
        talk_for_ever()
    assert not other.link.is_connected
    other.clock.ms += RETRY_MS
    other.link.read()
    assert other.link.is_connected


def test_the_last_words_of_a_till_that_ends_are_read(other: Other) -> None:
    other.caller.sendall(encode(DONE))
    other.caller.close()
    assert other.link.read() == DONE
    assert not other.link.is_connected


def test_half_a_line_of_one_till_is_not_put_before_the_words_of_the_next(other: Other) -> None:
    other.say(encode(TICKET)[:30])
    other.caller.close()
    assert other.link.read() is None
    other.clock.ms += RETRY_MS
    other.link.read()
    other.caller, _ = other.listener.accept()
    assert other.say(encode(DONE)) == DONE


def test_a_file_that_is_no_socket_is_no_till(tmp_path: Path) -> None:
    (tmp_path / "s").write_text("")
    link = Link(tmp_path / "s")
    assert link.read() is None
    assert not is_connected(link)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.binary(max_size=80), max_size=5))
def test_noise_is_never_taken_for_words(other: Other, noise: list[bytes]) -> None:
    for words in noise:
        assert other.say(words) is None
    assert other.say(b"\n" + encode(TICKET)) == TICKET
