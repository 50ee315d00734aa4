"""A scanner without a scanner: driven by a program, for the demo's bench panel and for tests.

`feed` pulls the trigger, `feed_half` is a scan that is torn off, `unplug` and `plug` are the cable.
The levers may be pulled by any thread. A scan that is fed while nobody has the scanner open is
lost, as keys of a real scanner would be.
"""

import collections
import threading
from typing import Final

import msgspec

from drivers import DeviceAbsent
from drivers._clock import Deadline
from drivers.scanner import Scan

__all__ = ["Driver", "Options"]

_MOST_WAITING: Final = 64


class Options(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What it is called, and whether it is plugged in at the start."""

    label: str = "simulated scanner"
    plugged: bool = True


class Driver:
    """A scanner whose trigger is a method. See `drivers.scanner.Scanner`."""

    def __init__(self, options: Options) -> None:
        """Start as the options say, with nothing scanned."""
        self.label = options.label
        self.voided = 0
        self._is_plugged = options.plugged
        self._is_open = False
        self._is_woken = False
        self._is_half = False
        self._scans: collections.deque[str] = collections.deque()
        self._changed = threading.Condition()

    # ------------------------------------------------------------------ the levers, for any thread

    @property
    def is_plugged(self) -> bool:
        """Whether the cable is in."""
        return self._is_plugged

    def feed(self, text: str) -> bool:
        """Scan `text`. Answers whether it was heard: the scanner is open and not full."""
        with self._changed:
            if not text or not self._is_open or len(self._scans) >= _MOST_WAITING:
                return False
            if self._is_half:
                self._void_half()
            self._scans.append(text)
            self._changed.notify_all()
            return True

    def feed_half(self) -> None:
        """Begin a scan that never ends: the next whole scan or a pulled cable voids it."""
        with self._changed:
            self._is_half = self._is_open

    def unplug(self) -> None:
        """Pull the cable."""
        with self._changed:
            self._is_plugged = False
            self._is_open = False
            self._void_half()
            self._changed.notify_all()

    def plug(self) -> None:
        """Put the cable back in; `open` finds the scanner again."""
        with self._changed:
            self._is_plugged = True
            self._changed.notify_all()

    # ------------------------------------------------------------------ the driver

    def open(self, timeout_ms: int) -> None:
        """Wait for the cable. Raises `DeviceAbsent`."""
        deadline = Deadline(timeout_ms)
        with self._changed:
            while not self._is_plugged:
                if deadline.is_over or self._was_woken():
                    raise DeviceAbsent(device=self.label)
                self._changed.wait(deadline.left_s)
            self._is_open = True

    def read(self, timeout_ms: int) -> Scan | None:
        """The next scan that was fed; see `Scanner.read`."""
        deadline = Deadline(timeout_ms)
        with self._changed:
            while not self._scans:
                if not self._is_open:
                    raise DeviceAbsent(device=self.label)
                if deadline.is_over or self._was_woken():
                    return None
                self._changed.wait(deadline.left_s)
            return Scan(self._scans.popleft(), self.label)

    def wake(self) -> None:
        """End a running `open` or `read` early. Any thread."""
        with self._changed:
            self._is_woken = True
            self._changed.notify_all()

    def close(self) -> None:
        """Let go of it; what was scanned and not read is lost."""
        with self._changed:
            self._is_open = False
            self._void_half()
            self._scans.clear()
            self._changed.notify_all()

    def _was_woken(self) -> bool:
        woken, self._is_woken = self._is_woken, False
        return woken

    def _void_half(self) -> None:
        self.voided += self._is_half
        self._is_half = False
