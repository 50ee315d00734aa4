"""The viewer's end of the socket: connects again for ever, reads what is there, waits for nothing."""

import contextlib
import socket
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from drivers.display import Shown
from drivers.display._screen_line import LONGEST_LINE, decode

RETRY_MS: Final = 1000
CHUNK: Final = 65536
MOST_CHUNKS: Final = 64
"""In one look; a server that never ends must not stop the drawing."""


def monotonic_ms() -> int:
    """Milliseconds since some fixed moment; never goes back."""
    return time.monotonic_ns() // 1_000_000


class Link:
    """A connection to the till, when there is one."""

    def __init__(self, path: Path, now_ms: Callable[[], int] = monotonic_ms) -> None:
        """Connect to nothing yet."""
        self._path = path
        self._now_ms = now_ms
        self._socket: socket.socket | None = None
        self._begun = b""
        self._tried_at_ms: int | None = None

    @property
    def is_connected(self) -> bool:
        """Whether the till is there, as far as this end knows."""
        return self._socket is not None

    def read(self) -> Shown | None:
        """The newest that the till has said since the last call, or nothing. Never waits.

        Connects if there is no connection, at most once a second. A line that is not understood is
        passed over; a program that says endless ones is no till, and is hung up on.
        """
        connection = self._socket or self._connect()
        if connection is None:
            return None
        newest: Shown | None = None
        for _ in range(MOST_CHUNKS):
            try:
                received = connection.recv(CHUNK)
            except BlockingIOError:
                break
            except OSError:
                received = b""
            *lines, self._begun = (self._begun + received).split(b"\n")
            for line in reversed(lines):
                if (shown := decode(line)) is not None:
                    newest = shown
                    break
            if not received or len(self._begun) > LONGEST_LINE:
                self.close()
                break
        return newest

    def close(self) -> None:
        """Hang up. The next `read` connects again, a second after the last time it tried."""
        connection, self._socket = self._socket, None
        self._begun = b""
        if connection is not None:
            with contextlib.suppress(OSError):
                connection.close()

    def _connect(self) -> socket.socket | None:
        now_ms = self._now_ms()
        if self._tried_at_ms is not None and now_ms - self._tried_at_ms < RETRY_MS:
            return None
        self._tried_at_ms = now_ms
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_NONBLOCK)
        try:
            connection.connect(str(self._path))
        except OSError:
            connection.close()
            return None
        self._socket = connection
        return connection
