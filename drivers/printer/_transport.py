"""How bytes travel to a printer and back: one small class for each way, all with deadlines.

A transport raises `DeviceAbsent` when the other end is gone, `DeviceSilent` when it takes nothing
more in time, and for opening also `DeviceBusy` and `DeviceRefused`. After any of them it is closed
by its user.
"""

import contextlib
import errno
import os
import select
import socket
import stat
from typing import Final, Protocol

import serial

from drivers import DeviceAbsent, DeviceBusy, DeviceSilent, DeviceTrouble, NoPermission
from drivers import _serial_port as serial_port
from drivers._clock import Deadline

CHUNK: Final = 4096
BYTES_PER_S: Final = 20_000
"""What slow network cards and USB chips of printers take."""
QUIET_MS: Final = 200
GOODBYE_MS: Final = 1000


class Transport(Protocol):
    """A way to a printer."""

    label: str
    can_answer: bool
    is_shared: bool
    """Whether others may want the printer too, so that it is let go after each use."""
    bytes_per_s: int
    """How fast it carries at least, for estimates."""

    @property
    def is_open(self) -> bool:
        """Whether there is a connection, as far as this end knows."""
        ...

    def open(self, deadline: Deadline) -> None:
        """Connect."""
        ...

    def send(self, message: bytes, deadline: Deadline) -> None:
        """Send all of it."""
        ...

    def receive(self, deadline: Deadline) -> bytes:
        """What came in, or nothing when the time is over."""
        ...

    def close(self) -> None:
        """Disconnect; twice is no mistake."""
        ...


class NetworkTransport:
    """Raw TCP, port 9100 by custom. Let go after each use, so that registers can share a printer."""

    can_answer = True
    is_shared = True
    bytes_per_s = BYTES_PER_S

    def __init__(self, host: str, port: int) -> None:
        """Connect to nothing yet."""
        self.label = f"{host}:{port}"
        self._address = (host, port)
        self._socket: socket.socket | None = None
        self._has_heard = False

    @property
    def is_open(self) -> bool:
        """Whether there is a connection."""
        return self._socket is not None

    def open(self, deadline: Deadline) -> None:
        """Connect. Give an address and no name: the system's resolver has time limits of its own."""
        try:
            self._socket = socket.create_connection(self._address, max(deadline.left_s, 0.001))
        except OSError as trouble:
            raise DeviceAbsent(device=self.label, why=str(trouble)) from trouble
        self._has_heard = False
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def send(self, message: bytes, deadline: Deadline) -> None:
        """Send all of it."""
        connection = self._connection()
        try:
            connection.settimeout(max(deadline.left_s, 0.001))
            connection.sendall(message)
        except TimeoutError as trouble:
            raise DeviceSilent(device=self.label, why="takes no data") from trouble
        except OSError as trouble:
            raise DeviceAbsent(device=self.label, why=str(trouble)) from trouble

    def receive(self, deadline: Deadline) -> bytes:
        """What came in."""
        connection = self._connection()
        try:
            connection.settimeout(max(deadline.left_s, 0.001))
            received = connection.recv(CHUNK)
        except TimeoutError:
            return b""
        except OSError as trouble:
            raise DeviceAbsent(device=self.label, why=str(trouble)) from trouble
        if not received:
            raise DeviceAbsent(device=self.label, why="it closed the connection")
        self._has_heard = True
        return received

    def close(self) -> None:
        """Disconnect, and let what was sent arrive."""
        connection, self._socket = self._socket, None
        if connection is not None:
            with connection, contextlib.suppress(OSError):
                # Closing with something unread resets the connection, and the other end would lose
                # what it has not read yet.
                connection.shutdown(socket.SHUT_WR)
                connection.settimeout(QUIET_MS / 1000)
                # It may never stop talking, and nothing that comes now is of interest.
                goodbye = Deadline(GOODBYE_MS)
                while not self._has_heard and not goodbye.is_over and connection.recv(CHUNK):
                    """Still talking."""

    def _connection(self) -> socket.socket:
        if self._socket is None:
            raise DeviceAbsent(device=self.label)
        return self._socket


class SerialTransport:
    """A serial line, kept open: nobody else can be on it."""

    can_answer = True
    is_shared = False

    def __init__(self, line: serial_port.Line) -> None:
        """Open nothing yet."""
        self.label = line.port
        # A start bit and eleven bits at most; handshakes take their share.
        self.bytes_per_s = max(line.baud // 12, 1)
        self._line = line
        self._port: serial.Serial | None = None

    @property
    def is_open(self) -> bool:
        """Whether the port is open."""
        return self._port is not None

    def open(self, deadline: Deadline) -> None:
        """Open and lock the port, without waiting for it to appear."""
        del deadline
        self._port = serial_port.open_port(self._line, Deadline(0))

    def send(self, message: bytes, deadline: Deadline) -> None:
        """Send all of it."""
        serial_port.send(self._opened(), message, deadline)

    def receive(self, deadline: Deadline) -> bytes:
        """What came in."""
        return serial_port.receive(self._opened(), deadline)

    def close(self) -> None:
        """Give the port back."""
        if self._port is not None:
            with contextlib.suppress(OSError):
                self._port.close()
            self._port = None

    def _opened(self) -> serial.Serial:
        if self._port is None:
            raise DeviceAbsent(device=self.label)
        return self._port


class FileTransport:
    """A device file such as /dev/usb/lp0, or a plain file: one way only, no answers.

    Opened without waiting, since a printer without paper takes no bytes and would hold us for ever.
    Never created: a file at the place of an unplugged printer would swallow receipts.
    """

    can_answer = False
    is_shared = True
    bytes_per_s = BYTES_PER_S

    def __init__(self, path: str) -> None:
        """Open nothing yet."""
        self.label = path
        self._fd = -1

    @property
    def is_open(self) -> bool:
        """Whether the file is open."""
        return self._fd >= 0

    def open(self, deadline: Deadline) -> None:
        """Open it for writing at its end."""
        del deadline
        try:
            self._fd = os.open(self.label, os.O_WRONLY | os.O_APPEND | os.O_NONBLOCK | os.O_CLOEXEC)
        except OSError as trouble:
            raise opening_trouble(self.label, trouble) from trouble

    def send(self, message: bytes, deadline: Deadline) -> None:
        """Write all of it."""
        waiting = select.poll()
        waiting.register(self._fd, select.POLLOUT)
        while message:
            try:
                message = message[os.write(self._fd, message) :]
            except BlockingIOError as trouble:
                if not waiting.poll(deadline.left_ms):
                    raise DeviceSilent(device=self.label, why="takes no data") from trouble
            except OSError as trouble:
                raise DeviceAbsent(device=self.label, why=str(trouble)) from trouble
        # Written without waiting, the last piece is still on its way, and `usblp` drops at the close
        # what is. It takes more only when that has arrived.
        if not waiting.poll(deadline.left_ms):
            raise DeviceSilent(device=self.label, why="takes no data")
        if stat.S_ISREG(os.fstat(self._fd).st_mode):
            os.fsync(self._fd)

    def receive(self, deadline: Deadline) -> bytes:
        """Nothing ever comes."""
        del deadline
        return b""

    def close(self) -> None:
        """Close it."""
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1


def opening_trouble(label: str, trouble: OSError) -> DeviceTrouble:
    """What a failure to open means."""
    if trouble.errno in (errno.EACCES, errno.EPERM):
        return NoPermission(device=label, group="lp")
    if trouble.errno == errno.EBUSY:
        return DeviceBusy(device=label)
    return DeviceAbsent(device=label, why=str(trouble))
