"""A month from which a day is picked: six weeks from the Monday on or before the first."""

import datetime
from typing import Final

import msgspec

SIX_WEEKS: Final = 42


class DayCellView(msgspec.Struct, frozen=True):
    """A day of the month that is shown."""

    day: str
    text: str
    back: str = "surface"
    ink: str = "ink"


def cells(month: datetime.date, chosen: str) -> tuple[DayCellView, ...]:
    """The days around a month, which is named by its first; `chosen` is one as `2026-11-28`, or none."""
    monday = month - datetime.timedelta(days=month.weekday())
    days = (monday + datetime.timedelta(days=place) for place in range(SIX_WEEKS))
    return tuple(_cell(day, month, chosen) for day in days)


def _cell(day: datetime.date, month: datetime.date, chosen: str) -> DayCellView:
    if day.isoformat() == chosen:
        return DayCellView(chosen, str(day.day), back="brand", ink="on_strong")
    ink = "ink" if day.month == month.month else "muted"
    return DayCellView(day.isoformat(), str(day.day), ink=ink)
