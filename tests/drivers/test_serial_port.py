"""Opening a serial port, whatever the kernel says to it. The port is a pseudo-terminal here."""

import errno
import fcntl
import os
import termios
import tty
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
import serial.serialposix

from drivers import DeviceAbsent, DeviceRefused, DeviceTrouble
from drivers._clock import Deadline
from drivers._serial_port import Line, open_port
from drivers.scanner._code import Misread
from drivers.scanner._ears import SerialEar
from drivers.scanner._pairing import Listener

MODEM_LINES = (serial.serialposix.TIOCMBIS, serial.serialposix.TIOCMBIC)


class Pty:
    """A pseudo-terminal whose kernel answers to the modem lines what it is told to answer."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.far_end, self.near_end = os.openpty()
        tty.setraw(self.near_end)
        self.name = os.ttyname(self.near_end)
        self._monkeypatch = monkeypatch

    def answer_modem_lines(self, code: int) -> None:
        def ioctl(fd: int, request: int, argument: bytes) -> object:
            if request in MODEM_LINES:
                raise OSError(code, os.strerror(code))
            return fcntl.ioctl(fd, request, argument)

        with_answer = SimpleNamespace(**{**vars(fcntl), "ioctl": ioctl})
        self._monkeypatch.setattr(serial.serialposix, "fcntl", with_answer)

    def answer_settings(self, code: int) -> None:
        def tcsetattr(*_: object) -> None:
            raise termios.error(code, os.strerror(code))

        with_answer = SimpleNamespace(**{**vars(termios), "tcsetattr": tcsetattr})
        self._monkeypatch.setattr(serial.serialposix, "termios", with_answer)


@pytest.fixture
def pty(monkeypatch: pytest.MonkeyPatch) -> Iterator[Pty]:
    pty = Pty(monkeypatch)
    yield pty
    monkeypatch.undo()
    os.close(pty.far_end)
    os.close(pty.near_end)


def test_a_port_whose_device_stalls_on_modem_lines_is_opened_without_them(pty: Pty) -> None:
    pty.answer_modem_lines(errno.EPIPE)
    port = open_port(Line(port=pty.name), Deadline(0))
    os.write(pty.far_end, b"4006381333931")
    assert os.read(port.fileno(), 100) == b"4006381333931"
    port.close()


@pytest.mark.parametrize("code", [errno.EIO, errno.EPROTO, errno.ENODEV])
def test_a_port_that_is_pulled_while_it_is_opened_is_absent(pty: Pty, code: int) -> None:
    pty.answer_modem_lines(code)
    with pytest.raises(DeviceAbsent):
        open_port(Line(port=pty.name), Deadline(0))


@pytest.mark.parametrize(
    ("code", "trouble"), [(errno.EIO, DeviceAbsent), (errno.EINVAL, DeviceRefused)]
)
def test_a_port_that_takes_no_settings_is_pulled_or_cannot_do_them(
    pty: Pty, code: int, trouble: type[DeviceTrouble]
) -> None:
    pty.answer_settings(code)
    with pytest.raises(trouble):
        open_port(Line(port=pty.name), Deadline(0))


@pytest.mark.parametrize("code", [errno.EIO, errno.EPROTO])
def test_pairing_goes_on_past_a_port_that_cannot_be_opened(pty: Pty, code: int) -> None:
    pty.answer_modem_lines(code)
    listener = Listener(ports=(pty.name,))
    listener.open()
    assert listener.refused == (pty.name,)
    listener.close()


def test_a_port_that_cannot_do_the_next_speed_is_listened_to_at_the_last(pty: Pty) -> None:
    ear = SerialEar(pty.name)
    pty.answer_settings(errno.EINVAL)
    os.write(pty.far_end, b"\x00\xfe\x80\x00")
    assert ear.hear()
    while (heard := ear.judge()) is None:
        """The silence behind it is not over."""
    assert isinstance(heard, Misread)
    assert heard.why == "garbled"
    ear.close()
