"""Labour cost against sales for the page of the staff, counted a week at a time."""

import datetime
from collections import deque
from typing import Final

from appliance.domain import calendar
from appliance.messages.staff_pay import LabourHourView, LabourView
from appliance.services import labour, pay_rules
from appliance.store.database import Database

HOURS: Final = range(labour.HOURS)


class LabourCount:
    """The hours of the day over a period. Each week is rounded for itself, and the period is their sum."""

    def __init__(self, db: Database, from_day: str, to_day: str) -> None:
        """Nothing is counted yet."""
        self._db: Final = db
        self._weeks: Final = deque(_weeks(pay_rules.day(from_day), pay_rules.day(to_day)))
        self._parts: Final = len(self._weeks)
        self._hours = tuple(LabourHourView(hour, 0, 0, 0) for hour in HOURS)

    @property
    def goes_on(self) -> bool:
        """Whether weeks are left."""
        return bool(self._weeks)

    def count_a_week(self, now_ms: int) -> None:
        """Count the next seven days."""
        first, last = self._weeks.popleft()
        found = labour.report(self._db, first.isoformat(), last.isoformat(), now_ms)
        self._hours = tuple(
            LabourHourView(
                hour=one.hour,
                worked_ms=one.worked_ms + more.worked_ms,
                cost_minor=one.cost_minor + more.cost_minor,
                sales_minor=one.sales_minor + more.sales_minor,
            )
            for one, more in zip(self._hours, found.hours, strict=True)
        )

    def view(self) -> LabourView:
        """What is counted so far."""
        return LabourView(self._hours, self._parts - len(self._weeks), self._parts)


def _weeks(first: datetime.date, last: datetime.date) -> list[tuple[datetime.date, datetime.date]]:
    """A period in pieces of seven days, the last one perhaps shorter."""
    found = []
    while first <= last:
        end = min(last, first + calendar.ONE_DAY * (calendar.DAYS - 1))
        found.append((first, end))
        first = end + calendar.ONE_DAY
    return found
