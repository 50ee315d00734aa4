"""A bell by which another thread ends a wait early: an eventfd that fits into `poll`."""

import contextlib
import os
import threading


class Bell:
    """Rung by any thread, heard by the one that waits on `fileno()`. Rings do not add up."""

    def __init__(self) -> None:
        """Hang it up; it works until `close`."""
        self._fd = -1
        self._lock = threading.Lock()
        self._fd = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)

    def fileno(self) -> int:
        """What to give to `poll`; -1 once closed."""
        return self._fd

    def ring(self) -> None:
        """End the wait. Any thread, never blocks; nothing happens once it is closed."""
        with self._lock:
            if self._fd >= 0:
                with contextlib.suppress(BlockingIOError):
                    os.eventfd_write(self._fd, 1)

    def heard(self) -> bool:
        """Whether it rang since the last question, which it forgets by answering."""
        try:
            return self._fd >= 0 and os.eventfd_read(self._fd) > 0
        except BlockingIOError:
            return False

    def close(self) -> None:
        """Take it down."""
        with self._lock:
            if self._fd >= 0:
                os.close(self._fd)
                self._fd = -1

    def __del__(self) -> None:
        self.close()
