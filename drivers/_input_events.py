"""The kernel's input events as they come out of `/dev/input/event*`.

Wire format: `struct input_event`, which is two longs (seconds, microseconds), type, code and value;
one SYN_REPORT after each change, SYN_DROPPED where the kernel's buffer ran over.
"""

import contextlib
import fcntl
import struct
import time
from collections.abc import Iterator
from typing import Final, NamedTuple

_EVENT: Final = struct.Struct("@llHHi")
READ_SIZE: Final = 64 * _EVENT.size
RELEASE: Final = 0
PRESS: Final = 1

_EVIOCSCLOCKID: Final = 0x400445A0


class Event(NamedTuple):
    """One event as the kernel numbers them, and when it happened. A tuple, since each key makes four of them."""

    kind: int
    code: int
    value: int
    at_ms: int


class Events:
    """Puts events together that were cut in two by a read."""

    def __init__(self) -> None:
        """Start between two events."""
        self._rest = b""

    def unpack(self, received: bytes) -> Iterator[Event]:
        """Each whole event; keeps what is cut off for later."""
        received = self._rest + received
        whole = len(received) - len(received) % _EVENT.size
        self._rest = received[whole:]
        for seconds, micros, kind, code, value in _EVENT.iter_unpack(received[:whole]):
            yield Event(kind, code, value, seconds * 1000 + micros // 1000)


def count_steadily(fd: int) -> None:
    """Have event times not jump when the time server sets the wall clock in the middle of a scan."""
    with contextlib.suppress(OSError):
        fcntl.ioctl(fd, _EVIOCSCLOCKID, struct.pack("i", time.CLOCK_MONOTONIC))
