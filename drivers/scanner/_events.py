"""The kernel's input events as they come out of `/dev/input/event*`.

Wire format: `struct input_event`, which is two longs (seconds, microseconds), type, code and value;
one SYN_REPORT after each change, SYN_DROPPED where the kernel's buffer ran over.
"""

import contextlib
import fcntl
import struct
import time
from collections.abc import Iterator
from typing import Final

EVENT: Final = struct.Struct("@llHHi")
READ_SIZE: Final = 64 * EVENT.size
RELEASE: Final = 0
PRESS: Final = 1

_EVIOCSCLOCKID: Final = 0x400445A0


class Events:
    """Puts events together that were cut in two by a read."""

    def __init__(self) -> None:
        """Start between two events."""
        self._rest = b""

    def unpack(self, received: bytes) -> Iterator[tuple[int, int, int, int]]:
        """Type, code, value and milliseconds of each whole event; keeps what is cut off for later."""
        received = self._rest + received
        whole = len(received) - len(received) % EVENT.size
        self._rest = received[whole:]
        for seconds, micros, kind, code, value in EVENT.iter_unpack(received[:whole]):
            yield kind, code, value, seconds * 1000 + micros // 1000

    def forget(self) -> None:
        """Throw away the half event: another device comes next."""
        self._rest = b""


def count_steadily(fd: int) -> None:
    """Have event times not jump when the time server sets the wall clock in the middle of a scan."""
    with contextlib.suppress(OSError):
        fcntl.ioctl(fd, _EVIOCSCLOCKID, struct.pack("i", time.CLOCK_MONOTONIC))
