"""How long something may still take: deadlines over a clock that no time server turns back."""

import time
from typing import Protocol


def now_ms() -> int:
    """Milliseconds since some moment before the start of the machine; the kernel's CLOCK_MONOTONIC."""
    return time.monotonic_ns() // 1_000_000


class Clock(Protocol):
    """Where a driver takes its time from; a test brings its own."""

    def now_ms(self) -> int:
        """Milliseconds since some fixed moment. Never goes back."""
        ...

    def sleep_ms(self, duration_ms: int) -> None:
        """Wait for `duration_ms`."""
        ...


class MonotonicClock:
    """The machine's own clock."""

    def now_ms(self) -> int:
        """Milliseconds since some moment before the start of the machine."""
        return now_ms()

    def sleep_ms(self, duration_ms: int) -> None:
        """Wait for `duration_ms`; nothing if it is not positive."""
        if duration_ms > 0:
            time.sleep(duration_ms / 1000)


class Deadline:
    """A moment `timeout_ms` from now, by the machine's own clock."""

    def __init__(self, timeout_ms: int) -> None:
        """Start counting."""
        self.timeout_ms = timeout_ms
        self._end_ns = time.monotonic_ns() + timeout_ms * 1_000_000

    @property
    def left_ms(self) -> int:
        """Whole milliseconds that are left, rounded up; 0 when the time is over."""
        return max(0, -((time.monotonic_ns() - self._end_ns) // 1_000_000))

    @property
    def left_s(self) -> float:
        """Seconds that are left, for libraries that count in them; 0 when the time is over."""
        return self.left_ms / 1000

    @property
    def is_over(self) -> bool:
        """Whether the time is up."""
        return self.left_ms == 0

    def at_most(self, timeout_ms: int) -> "Deadline":
        """A deadline `timeout_ms` from now, or this one if it is earlier."""
        return Deadline(min(timeout_ms, self.left_ms))
