"""Days and workweeks in the shop's time zone: where they begin in UTC milliseconds, and how a stretch falls on them.

A day has 23 or 25 hours when clocks change; all lengths are real time, so nobody gains or loses an hour by it.
"""

import datetime
import functools
from collections.abc import Iterator
from typing import Final
from zoneinfo import ZoneInfo

_EPOCH: Final = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
_MS: Final = datetime.timedelta(milliseconds=1)
ONE_DAY: Final = datetime.timedelta(days=1)
DAYS: Final = 7


@functools.lru_cache(maxsize=4096)
def day_begins_ms(day: datetime.date, zone: ZoneInfo) -> int:
    """When a day begins: midnight in the zone, or the first moment after it where clocks jump over midnight."""
    midnight = datetime.datetime.combine(day, datetime.time.min, zone)
    return (midnight - _EPOCH) // _MS


def day_of(at_ms: int, zone: ZoneInfo) -> datetime.date:
    """The day on which a moment falls."""
    return moment_of(at_ms, zone).date()


def moment_of(at_ms: int, zone: ZoneInfo) -> datetime.datetime:
    """A moment by the clock on the wall."""
    return (_EPOCH + at_ms * _MS).astimezone(zone)


def moments_of(day: datetime.date, minutes: int, zone: ZoneInfo) -> tuple[int, ...]:
    """When the clock on the wall showed this many minutes after midnight: once, twice, or never as clocks change."""
    hour, minute = divmod(minutes, 60)
    wall = datetime.datetime.combine(day, datetime.time(hour, minute))
    found = {
        moment
        for fold in (0, 1)
        if (moment := wall.replace(tzinfo=zone, fold=fold).astimezone(datetime.UTC))
        .astimezone(zone)
        .replace(tzinfo=None)
        == wall
    }
    return tuple(sorted((moment - _EPOCH) // _MS for moment in found))


def is_second(at_ms: int, zone: ZoneInfo) -> bool:
    """Whether the clock on the wall had shown this hour and minute once before on that day."""
    return (_EPOCH + at_ms * _MS).astimezone(zone).fold == 1


def by_day(begun_ms: int, ended_ms: int, zone: ZoneInfo) -> Iterator[tuple[datetime.date, int]]:
    """A stretch, cut at midnights: each day with how long of it lies there, in milliseconds. Adds up to the whole."""
    day = day_of(begun_ms, zone)
    at_ms = begun_ms
    while at_ms < ended_ms:
        until_ms = min(ended_ms, day_begins_ms(day + ONE_DAY, zone))
        if until_ms > at_ms:
            yield day, until_ms - at_ms
            at_ms = until_ms
        day += ONE_DAY


def week_begins(day: datetime.date, week_starts: int) -> datetime.date:
    """The first day of the workweek in which a day lies; weeks start on Monday (0) … Sunday (6)."""
    return day - ONE_DAY * ((day.weekday() - week_starts) % DAYS)


def days_between(first: datetime.date, last: datetime.date) -> Iterator[datetime.date]:
    """Each day from the first to the last, both included."""
    while first <= last:
        yield first
        first += ONE_DAY


def period_of(
    day: datetime.date, period: str, anchor: datetime.date
) -> tuple[datetime.date, datetime.date]:
    """First and last day of the pay period in which a day lies.

    `weekly` and `biweekly` periods begin on `anchor` and every one or two weeks before and after it, `semi_monthly`
    ones on the 1st and the 16th, `monthly` ones on the 1st.
    """
    if period in {"weekly", "biweekly"}:
        length = DAYS if period == "weekly" else 2 * DAYS
        first = day - ONE_DAY * ((day - anchor).days % length)
        return first, first + ONE_DAY * (length - 1)
    next_month = (day.replace(day=28) + 4 * ONE_DAY).replace(day=1)
    last_of_month = next_month - ONE_DAY
    if period == "monthly":
        return day.replace(day=1), last_of_month
    half = 15
    if day.day <= half:
        return day.replace(day=1), day.replace(day=half)
    return day.replace(day=half + 1), last_of_month


def at_minute_ms(day: datetime.date, minute: int, zone: ZoneInfo) -> int:
    """When the clock on the wall shows `minute` (0 is midnight, 90 half past one) of a day.

    Where clocks go back it is the first of two; a time that they jump over is as much later as they jump.
    """
    wall = datetime.datetime.combine(day, datetime.time(minute // 60, minute % 60), zone)
    return (wall - _EPOCH) // _MS


def minute_of(at_ms: int, zone: ZoneInfo) -> int:
    """What the clock on the wall shows at a moment, in minutes of its day."""
    wall = moment_of(at_ms, zone)
    return wall.hour * 60 + wall.minute
