"""Serial ports (RS-232, USB-COM, CDC-ACM) with deadlines, for every driver that speaks over one.

Name a port by its stable link, `/dev/serial/by-id/…`: `ttyUSB0` belongs to whoever was plugged in
first. The port is locked, so that two programs never share a cable, and opened without waiting for
a modem.
"""

import contextlib
import errno
import os
import select
import termios
import time
from typing import Annotated, Final, Literal

import msgspec
import serial

from drivers import DeviceAbsent, DeviceBusy, DeviceRefused, DeviceSilent, NoPermission
from drivers._clock import Deadline

Baud = Annotated[int, msgspec.Meta(ge=300, le=4_000_000)]
Parity = Literal["none", "even", "odd"]
FlowControl = Literal["none", "rts_cts", "dsr_dtr", "xon_xoff"]

PARITY_LETTER: Final[dict[Parity, str]] = {"none": "N", "even": "E", "odd": "O"}
NOT_THIS_LINE: Final = "the port cannot do these data bits, parity or speed"
"""The C library says so, at the opening or later, of a port that keeps its own; that is no `OSError`."""

_PULLED: Final = frozenset({errno.EIO, errno.ENODEV, errno.ENXIO})

RETRY_MS: Final = 100
CHUNK: Final = 4096


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """How the bits travel. Both ends must agree; the device's own sheet or test print tells."""

    port: str
    baud: Baud = 9600
    data_bits: Literal[7, 8] = 8
    parity: Parity = "none"
    stop_bits: Literal[1, 2] = 1
    flow: FlowControl = "none"


def open_port(line: Line, deadline: Deadline) -> serial.Serial:
    """Open the port, waiting for it to appear until the deadline.

    Raises `DeviceAbsent` when it does not exist in time or goes away while it is opened, `DeviceBusy`
    when another program has it and `DeviceRefused` when this user may not open it, or it cannot do
    what the line asks for.
    """
    while True:
        try:
            return _open(line)
        except (OSError, ValueError, termios.error) as trouble:
            refusal = _why(line, trouble)
            if deadline.is_over or isinstance(refusal, DeviceRefused):
                raise refusal from trouble
        time.sleep(min(RETRY_MS, deadline.left_ms) / 1000)


def send(port: serial.Serial, message: bytes, deadline: Deadline) -> None:
    """Write all of `message`. Raises `DeviceSilent` when it is not taken in time, `DeviceAbsent`, `DeviceRefused`."""
    try:
        # 0 would mean "do not wait at all" and None "for ever".
        port.write_timeout = max(deadline.left_s, 0.001)
        port.write(message)
    except serial.SerialTimeoutException as trouble:
        raise DeviceSilent(port=str(port.port), why="takes no data") from trouble
    except termios.error as trouble:
        raise DeviceRefused(port=str(port.port), why=NOT_THIS_LINE) from trouble
    except (serial.SerialException, OSError) as trouble:
        raise DeviceAbsent(port=str(port.port)) from trouble


def receive(port: serial.Serial, deadline: Deadline) -> bytes:
    """What has come in, at least one byte, or nothing when the time is over. Raises `DeviceAbsent`.

    Reads the file itself: a line that hung up is readable and empty, which pyserial reports late
    and in many words.
    """
    waiting = select.poll()
    waiting.register(port.fileno(), select.POLLIN)
    if not waiting.poll(deadline.left_ms):
        return b""
    return read_now(port)


def read_now(port: serial.Serial) -> bytes:
    """Take what `poll` said is there. Raises `DeviceAbsent` when the line hung up."""
    try:
        received = os.read(port.fileno(), CHUNK)
    except OSError as trouble:
        raise DeviceAbsent(port=str(port.port)) from trouble
    if not received:
        raise DeviceAbsent(port=str(port.port))
    return received


class _Port(serial.Serial):
    """A port that may have no modem lines, or a device behind it that stalls when they are set.

    A USB-COM device that has none may answer with a stall (EPIPE), which pyserial takes for a fault of the
    port, though it lets ports pass that say so by EINVAL or ENOTTY.
    """

    def _update_dtr_state(self) -> None:
        with contextlib.suppress(BrokenPipeError):
            super()._update_dtr_state()  # type: ignore[misc]  # the stubs lack it

    def _update_rts_state(self) -> None:
        with contextlib.suppress(BrokenPipeError):
            super()._update_rts_state()  # type: ignore[misc]  # the stubs lack it


def _open(line: Line) -> serial.Serial:
    return _Port(
        line.port,
        baudrate=line.baud,
        bytesize=line.data_bits,
        parity=PARITY_LETTER[line.parity],
        stopbits=line.stop_bits,
        timeout=0,
        xonxoff=line.flow == "xon_xoff",
        rtscts=line.flow == "rts_cts",
        dsrdtr=line.flow == "dsr_dtr",
        exclusive=True,
    )


def _why(line: Line, trouble: Exception) -> DeviceAbsent | DeviceBusy | DeviceRefused:
    """What pyserial's many ways of failing mean; not all of them are a `SerialException`."""
    code = trouble.args[0] if trouble.args else None
    if code in (errno.EBUSY, errno.EAGAIN, errno.EWOULDBLOCK):
        return DeviceBusy(port=line.port)
    if code in (errno.EACCES, errno.EPERM):
        return NoPermission(port=line.port, group="dialout")
    if not isinstance(trouble, OSError) and code not in _PULLED:
        return DeviceRefused(port=line.port, why=NOT_THIS_LINE)
    return DeviceAbsent(port=line.port)
