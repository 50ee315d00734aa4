"""Shifts: stretches of work that belong together, with the pauses between them.

Whoever goes and comes again within a few hours has paused, punched as a break or not: people clock out for lunch.
"""

from collections.abc import Iterable
from typing import Final, NamedTuple

from appliance.domain.timeclock import HOUR_MS, Kind, Stretch

SAME_SHIFT_MS: Final = 4 * HOUR_MS
"""Whoever comes back later than this begins another shift."""


class Pause(NamedTuple):
    """A time without work within a shift, whether it was punched as breaks, as going and coming, or both."""

    begun_ms: int
    ended_ms: int

    @property
    def length_ms(self) -> int:
        """How long it is."""
        return self.ended_ms - self.begun_ms


def shifts(stretches: Iterable[Stretch]) -> tuple[tuple[Stretch, ...], ...]:
    """Stretches in order, put together to shifts."""
    found: list[list[Stretch]] = []
    for stretch in stretches:
        if found and stretch.begun_ms - found[-1][-1].ended_ms <= SAME_SHIFT_MS:
            found[-1].append(stretch)
        else:
            found.append([stretch])
    return tuple(tuple(one) for one in found)


def pauses(shift: Iterable[Stretch]) -> tuple[Pause, ...]:
    """The pauses of a shift that lie between work, in order; those that touch are one."""
    found: list[Pause] = []
    worked_until_ms: int | None = None
    for stretch in shift:
        if stretch.kind is not Kind.WORK:
            continue
        if worked_until_ms is not None and stretch.begun_ms > worked_until_ms:
            found.append(Pause(worked_until_ms, stretch.begun_ms))
        worked_until_ms = stretch.ended_ms
    return tuple(found)


def worked_ms(shift: Iterable[Stretch]) -> int:
    """The work of a shift, without any break."""
    return sum(stretch.length_ms for stretch in shift if stretch.kind is Kind.WORK)
