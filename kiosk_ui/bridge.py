"""Carries snapshots from the register's thread to the screen's, and tells whether the screen still answers.

Only the newest snapshot of each topic is kept, so a busy shop costs one drawing a frame. `publish` takes a lock
for a few instructions and never waits for the screen.
"""

import threading
import time
from collections.abc import Callable

from kivy.clock import Clock

from appliance.messages import Snapshot

Schedule = Callable[[Callable[[float], None]], object]


def soonest(callback: Callable[[float], None]) -> object:
    """Call back on Kivy's thread as soon as may be: before the frame, if `KIVY_CLOCK=free_all`."""
    schedule: Schedule = getattr(Clock, "schedule_once_free", Clock.schedule_once)
    return schedule(callback)


class Bridge:
    """`publish` on any thread; `show` is called on Kivy's."""

    def __init__(self, show: Callable[[Snapshot], None], schedule: Schedule = soonest) -> None:
        """`schedule` runs a callback once on Kivy's thread, and may be called on any."""
        self.frames = 0
        """Frames drawn since the start."""
        self.answered_at = time.monotonic()
        """When the screen's loop last ran, by the monotonic clock: for the watchdog."""
        self._show = show
        self._schedule = schedule
        self._lock = threading.Lock()
        self._newest: dict[type[Snapshot], Snapshot] = {}
        self._is_due = False

    def publish(self, snapshot: Snapshot) -> None:
        """Keep `snapshot` as its topic's newest and have it shown with the next frame. Never blocks."""
        with self._lock:
            # Taken out first, so that topics are shown in the order of their last change.
            self._newest.pop(type(snapshot), None)
            self._newest[type(snapshot)] = snapshot
            was_due, self._is_due = self._is_due, True
        if not was_due:
            self._schedule(self._deliver)

    def beat(self, tell: Callable[[], None]) -> None:
        """The screen's loop runs."""
        self.answered_at = time.monotonic()
        tell()

    def count_frame(self, *_: object) -> None:
        """One frame more was drawn."""
        self.frames += 1

    def _deliver(self, _since_s: float) -> None:
        with self._lock:
            newest, self._newest = self._newest, {}
            self._is_due = False
        waiting = list(newest.values())
        try:
            while waiting:
                self._show(waiting.pop(0))
        finally:
            # A mistake in drawing one topic must not swallow the others.
            for snapshot in waiting:
                if type(snapshot) not in self._newest:
                    self.publish(snapshot)
