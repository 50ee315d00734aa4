"""The last minute of a camera, in memory, and which of it goes to the disk.

What goes to the disk are segments that reach into a window: one that an event asks for, one around what moved, or,
where all is to be kept, one without an end. A window may lie in the past as far as the ring reaches, so that what came
before an event is there.
"""

from collections import deque
from typing import Final, Literal, NamedTuple

from appliance.recorder.segments import Segment

Policy = Literal["continuous", "motion", "events"]

HOLDS_NS: Final = 60_000_000_000
MOST_BYTES: Final = 64 * 1024 * 1024
BEFORE_NS: Final = 10_000_000_000
AFTER_NS: Final = 10_000_000_000
"""What is kept around motion."""


class Window(NamedTuple):
    """From when to when, in boot time."""

    begin_ns: int
    end_ns: int

    def touches(self, segment: Segment) -> bool:
        """Whether a segment reaches into it."""
        return segment.begin_ns < self.end_ns and segment.end_ns > self.begin_ns


class Ring:
    """One camera's. Used by one thread."""

    def __init__(self, policy: Policy, motion_from: int = 5) -> None:
        """It is empty. `motion_from` is what counts as motion, in thousandths of the picture."""
        self._policy: Final = policy
        self._motion_from: Final = motion_from
        self._held: deque[Segment] = deque()
        self._kept: set[int] = set()
        self._bytes = 0
        self._windows: list[Window] = []

    def take(self, segment: Segment) -> tuple[Segment, ...]:
        """A segment is complete; those that go to the disk now, in their order."""
        if self._held and segment.begin_ns < self._held[-1].begin_ns:
            # Another boot's time: what is held belongs to nothing that will be asked for.
            self._held.clear()
            self._kept.clear()
            self._windows.clear()
            self._bytes = 0
        self._held.append(segment)
        self._bytes += len(segment.data)
        due = self._due()
        if self._policy == "motion" and segment.motion >= self._motion_from:
            due += self.want(segment.begin_ns - BEFORE_NS, segment.end_ns + AFTER_NS)
        self._forget(segment.end_ns)
        return due

    def want(self, begin_ns: int, end_ns: int) -> tuple[Segment, ...]:
        """Keep whatever is in this window, of what is held and of what is to come; those that go to the disk now."""
        self._windows.append(Window(begin_ns, end_ns))
        return self._due()

    def held(self) -> tuple[Segment, ...]:
        """What is in memory, oldest first."""
        return tuple(self._held)

    def _due(self) -> tuple[Segment, ...]:
        due = tuple(
            one for one in self._held if one.begin_ns not in self._kept and self._is_wanted(one)
        )
        self._kept.update(one.begin_ns for one in due)
        return due

    def _is_wanted(self, segment: Segment) -> bool:
        return self._policy == "continuous" or any(each.touches(segment) for each in self._windows)

    def _forget(self, now_ns: int) -> None:
        while self._held and (self._held[0].end_ns < now_ns - HOLDS_NS or self._bytes > MOST_BYTES):
            gone = self._held.popleft()
            self._bytes -= len(gone.data)
            self._kept.discard(gone.begin_ns)
        self._windows = [one for one in self._windows if one.end_ns > now_ns - HOLDS_NS]
