"""Pairing without devices: driven by a program, for the demo's bench panel and for tests.

`feed` is a scan of any scanner; the levers may be pulled by any thread. What is fed while nobody
listens is lost.
"""

import collections
import threading
from typing import Final

from drivers import DeviceAbsent
from drivers._clock import Deadline
from drivers.scanner._code import CODE, ENDINGS, Found, Misread, frame_of

__all__ = ["Listener"]

_MOST_WAITING: Final = 16


class Listener:
    """Hears what is fed. See `drivers.scanner._pairing.Listener`."""

    def __init__(self) -> None:
        """Start with nothing scanned."""
        self.refused: tuple[str, ...] = ()
        self._is_open = False
        self._is_woken = False
        self._ready: collections.deque[Found | Misread] = collections.deque(maxlen=_MOST_WAITING)
        self._changed = threading.Condition()

    # ------------------------------------------------------------------ the lever, for any thread

    def feed(self, text: str, label: str = "simulated scanner") -> bool:
        """Scan `text`, with prefix and carriage return. Answers whether it was heard."""
        with self._changed:
            if not text or not self._is_open:
                return False
            self._ready.append(_meaning(text, label))
            self._changed.notify_all()
            return True

    # ------------------------------------------------------------------ the listener

    def open(self) -> None:
        """Begin to listen."""
        with self._changed:
            self._is_open = True

    def listen(self, timeout_ms: int) -> Found | Misread | None:
        """The next scan that was fed; raises `DeviceAbsent` if it is not open."""
        deadline = Deadline(timeout_ms)
        with self._changed:
            while not self._ready:
                if not self._is_open:
                    raise DeviceAbsent(device="scanner")
                if deadline.is_over or self._was_woken():
                    return None
                self._changed.wait(deadline.left_s)
            return self._ready.popleft()

    def wake(self) -> None:
        """End a running `listen` early, or else the next one. Any thread."""
        with self._changed:
            self._is_woken = True
            self._changed.notify_all()

    def close(self) -> None:
        """Stop listening; what was not asked for is lost."""
        with self._changed:
            self._is_open = False
            self._ready.clear()
            self._changed.notify_all()

    def _was_woken(self) -> bool:
        woken, self._is_woken = self._is_woken, False
        return woken


def _meaning(text: str, label: str) -> Found | Misread:
    if frame := frame_of(text, mixed_ending="none"):
        return Found(type="simulated", label=label, options={"label": label}, aim=frame.aim)
    if CODE in text:
        return Misread(label=label, text=text.strip(ENDINGS), why="unknown_frame")
    return Misread(label=label, text=text.strip(ENDINGS))
