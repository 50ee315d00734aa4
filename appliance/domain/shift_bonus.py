"""Shift bonuses: more pay for hours within a window of the day, or for each shift that begins in it.

A shift differential is pay for hours worked and counts for the regular rate (29 CFR 778.207(b)).
"""

import datetime
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from zoneinfo import ZoneInfo

from appliance.domain import calendar
from appliance.domain.money import Minor


class Per(StrEnum):
    """What a bonus is paid for."""

    HOUR = "hour"
    SHIFT = "shift"


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftBonus:
    """So much more for an hour, or a shift, within a window that begins on `weekdays` (0 is Monday; none: all days).

    The window goes from one minute of the day to another, over midnight where the second is not after the first. An
    empty `job` means all jobs.
    """

    name: str
    amount_minor: Minor
    per: Per = Per.HOUR
    job: str = ""
    from_minute: int = 0
    to_minute: int = 0
    weekdays: tuple[int, ...] = ()


class ShiftBonuses:
    """The bonuses of a shop, by the day on which their window begins."""

    def __init__(self, held: Mapping[str, list[tuple[str, ShiftBonus | None]]]) -> None:
        """`held` are each bonus's terms with the days from which they count, in order; None takes it back."""
        self._held = held
        self._windows: dict[tuple[datetime.date, ZoneInfo], list[tuple[ShiftBonus, int, int]]] = {}

    @property
    def terms(self) -> Mapping[str, list[tuple[str, ShiftBonus | None]]]:
        """Each bonus's terms with the days from which they count, by its code."""
        return self._held

    def __bool__(self) -> bool:
        """Whether there is any."""
        return bool(self._held)

    def at(self, day: datetime.date) -> Iterator[ShiftBonus]:
        """The bonuses whose window begins on a day."""
        for terms in self._held.values():
            place = bisect_right([since for since, _ in terms], day.isoformat())
            bonus = terms[place - 1][1] if place else None
            if bonus is not None and (not bonus.weekdays or day.weekday() in bonus.weekdays):
                yield bonus

    def windows(
        self, begun_ms: int, ended_ms: int, job: str, zone: ZoneInfo
    ) -> Iterator[tuple[ShiftBonus, int, int]]:
        """Bonuses for work at a job between two moments: which, and from when to when its window covers the work."""
        day = calendar.day_of(begun_ms, zone) - calendar.ONE_DAY
        while calendar.day_begins_ms(day, zone) < ended_ms:
            for bonus, first_ms, last_ms in self._windows_of(day, zone):
                if bonus.job not in {"", job}:
                    continue
                from_ms, to_ms = max(begun_ms, first_ms), min(ended_ms, last_ms)
                if from_ms < to_ms:
                    yield bonus, from_ms, to_ms
            day += calendar.ONE_DAY

    def _windows_of(self, day: datetime.date, zone: ZoneInfo) -> list[tuple[ShiftBonus, int, int]]:
        """The windows that begin on a day, reckoned once for everybody."""
        found = self._windows.get((day, zone))
        if found is None:
            found = [(bonus, *window(bonus, day, zone)) for bonus in self.at(day)]
            self._windows[day, zone] = found
        return found


def window(bonus: ShiftBonus, day: datetime.date, zone: ZoneInfo) -> tuple[int, int]:
    """The moments between which a bonus counts that begins on a day, by the clock on the wall."""
    until = day if bonus.from_minute < bonus.to_minute else day + calendar.ONE_DAY
    return (
        calendar.at_minute_ms(day, bonus.from_minute, zone),
        calendar.at_minute_ms(until, bonus.to_minute, zone),
    )
