"""Beepers: whether a scan was taken, for the ear, because a cashier looks at the goods and not at the screen.

A good beep is short and high. A bad one is low and comes twice, so that the two cannot be confused, not even over a
noisy counter or with hearing that lost the high notes.
"""

from typing import Final, Protocol

from drivers import DeviceAbsent

GOOD_MS: Final = 60
BAD_MS: Final = 140
PAUSE_MS: Final = 70


class PlayerMissing(DeviceAbsent):
    """The program that plays sounds is not installed."""

    code = "player_missing"


class Beeper(Protocol):
    """A beeper that one thread talks to."""

    @property
    def label(self) -> str:
        """What the beeper is called in logs."""
        ...

    def beep(self, *, good: bool, timeout_ms: int) -> None:
        """Beep once for a scan that was taken (`good`), or twice; returns when it is over.

        Raises `DeviceAbsent`, `DeviceBusy`, `DeviceRefused`, `DeviceSilent`.
        """
        ...

    def look(self, timeout_ms: int) -> None:
        """See whether it could beep, in silence. Raises what `beep` raises."""
        ...

    def close(self) -> None:
        """Let go of the hardware, silent. Twice is no mistake."""
        ...


def length_ms(*, good: bool) -> int:
    """How long a beep takes."""
    return GOOD_MS if good else 2 * BAD_MS + PAUSE_MS
