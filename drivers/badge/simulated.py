"""A badge reader without a reader: driven by a program, for the demo's bench panel and for tests.

`tap` holds a badge to it for a moment, `leave_on` leaves the last one there and `lift` takes it
away; `unplug` and `plug` are the cable. The levers may be pulled by any thread. A badge that is held
to it while nobody has the reader open is not read, unless it is left on.
"""

import threading
from typing import Final

import msgspec

from drivers import DeviceAbsent
from drivers._clock import Deadline, now_ms
from drivers.badge import Badge
from drivers.badge._taps import AWAY_MS, Away, Taps

__all__ = ["Driver", "Options"]

_MOST_WAITING: Final = 64


class Options(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What it is called, whether it is plugged in, and after how long away a badge is new again."""

    label: str = "simulated badge reader"
    plugged: bool = True
    away_ms: Away = AWAY_MS


class Driver:
    """A reader to which a method holds badges. See `drivers.badge.BadgeReader`."""

    def __init__(self, options: Options) -> None:
        """Start as the options say, with no badge near."""
        self.label = options.label
        self._taps = Taps(options.away_ms)
        self._is_plugged = options.plugged
        self._is_open = False
        self._is_woken = False
        self._is_left_on = False
        self._seen_on_ms = 0
        self._last: Badge | None = None
        self._changed = threading.Condition()

    # ------------------------------------------------------------------ the levers, for any thread

    @property
    def is_plugged(self) -> bool:
        """Whether the cable is in."""
        return self._is_plugged

    @property
    def is_left_on(self) -> bool:
        """Whether a badge lies on the reader."""
        return self._is_left_on

    def tap(self, badge_id: str, form: str = "em4100") -> bool:
        """Hold a badge to the reader for a moment. Answers whether it was heard: open and not full.

        Raises `ValueError` if `badge_id` does not fit `form`, see `drivers.badge.Badge`.
        """
        badge = Badge(badge_id, form, self.label)
        with self._changed:
            self._still_on()
            self._is_left_on = False
            self._last = badge
            if not self._is_open or len(self._taps) >= _MOST_WAITING:
                return False
            self._hear(badge, now_ms())
            return True

    def tap_badly(self) -> None:
        """Hold a badge to it that cannot be read: it is counted in `voided`."""
        with self._changed:
            if self._is_open:
                self._taps.void()

    def leave_on(self) -> None:
        """Put the badge of the last tap onto the reader and go away. Nothing if there was none."""
        with self._changed:
            if self._last is None or self._is_left_on:
                return
            self._is_left_on = True
            if self._is_open:
                self._hear(self._last, now_ms())

    def lift(self) -> None:
        """Take the badge off the reader."""
        with self._changed:
            self._still_on()
            self._is_left_on = False

    def unplug(self) -> None:
        """Pull the cable."""
        with self._changed:
            self._still_on()
            self._is_plugged = False
            self._is_open = False
            self._changed.notify_all()

    def plug(self) -> None:
        """Put the cable back in; `open` finds the reader again."""
        with self._changed:
            self._is_plugged = True
            self._changed.notify_all()

    # ------------------------------------------------------------------ the driver

    @property
    def voided(self) -> int:
        """How many badges could not be read."""
        return self._taps.voided

    def open(self, timeout_ms: int) -> None:
        """Wait for the cable. Raises `DeviceAbsent`."""
        deadline = Deadline(timeout_ms)
        with self._changed:
            while not self._is_plugged:
                if deadline.is_over or self._was_woken():
                    raise DeviceAbsent(device=self.label)
                self._changed.wait(deadline.left_s)
            if not self._is_open:
                self._is_open = True
                self._taps.resume(now_ms())
                self._still_on()

    def read(self, timeout_ms: int) -> Badge | None:
        """The next badge that was tapped; see `BadgeReader.read`."""
        deadline = Deadline(timeout_ms)
        with self._changed:
            while (badge := self._taps.next()) is None:
                if not self._is_open:
                    raise DeviceAbsent(device=self.label)
                if deadline.is_over or self._was_woken():
                    return None
                self._changed.wait(deadline.left_s)
            return badge

    def wake(self) -> None:
        """End a running `open` or `read` early. Any thread."""
        with self._changed:
            self._is_woken = True
            self._changed.notify_all()

    def close(self) -> None:
        """Let go of it; what was tapped and not read is lost."""
        with self._changed:
            self._is_open = False
            self._taps.forget()
            self._changed.notify_all()

    def _was_woken(self) -> bool:
        woken, self._is_woken = self._is_woken, False
        return woken

    def _still_on(self) -> None:
        """Note that the badge has been there until now: a reader would have read it all the time."""
        if self._is_left_on and self._last is not None and self._is_open:
            self._hear(self._last, self._seen_on_ms)

    def _hear(self, badge: Badge, earliest_ms: int) -> None:
        self._seen_on_ms = now_ms()
        self._taps.heard(badge, earliest_ms, self._seen_on_ms)
        self._changed.notify_all()
