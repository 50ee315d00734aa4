"""Labour cost against sales, by the hour of the day: when a shop has too many people at work, and when too few.

Cost is straight time at the rates, without overtime and bonuses. An employee's pay for a job and a rate is rounded once
for the whole range of days, and `money.split_evenly` gives each hour its share, so that hours add up to the totals.
"""

import datetime
from collections import defaultdict
from collections.abc import Iterator
from typing import Final
from zoneinfo import ZoneInfo

import msgspec
from peewee import JOIN, fn

from appliance.domain import calendar
from appliance.domain.money import PPM, Minor, divide_half_up, split_evenly
from appliance.domain.timeclock import HOUR_MS
from appliance.domain.wages import time_wages
from appliance.services import wage_facts, wage_report
from appliance.services.worked_hours import hourly, paid_stretches
from appliance.store.database import Database
from appliance.store.statements import Statement, slot
from appliance.store.tables import Employee, Sale, SaleTax

HOURS: Final = 24

_STAFF: Final = Statement(lambda: Employee.select(Employee.id).order_by(Employee.id))
_SALES: Final = Statement(
    lambda: (
        Sale.select(Sale.at_ms, Sale.total_minor, fn.SUM(SaleTax.tax_minor))
        .join(SaleTax, JOIN.LEFT_OUTER, on=(SaleTax.sale == Sale.id))
        .where((Sale.at_ms >= slot()) & (Sale.at_ms < slot()) & (Sale.currency == slot()))
        .group_by(Sale.id)
        .order_by(Sale.at_ms, Sale.id)
    )
)


class LabourHour(msgspec.Struct, frozen=True):
    """One hour of the day, 0 to 23, over all days: `ratio_ppm` is cost by sales, None without sales."""

    hour: int
    worked_ms: int
    cost_minor: int
    sales_minor: int
    ratio_ppm: int | None


class Labour(msgspec.Struct, frozen=True):
    """What the hours of the day cost in wages and bring in sales without tax; they add up to the totals."""

    from_day: str
    to_day: str
    currency: str
    hours: tuple[LabourHour, ...]
    worked_ms: int
    cost_minor: int
    sales_minor: int
    ratio_ppm: int | None


def report(db: Database, from_day: str, to_day: str, now_ms: int) -> Labour:
    """Labour against sales for a range of days. Raises `NotADay`, `BadPeriod`."""
    first, last = wage_report.period(from_day, to_day)
    agreed = wage_facts.agreed(db, first, last)
    zone = agreed.rules.zone
    worked = [0] * HOURS
    cost = [0] * HOURS
    for (employee,) in db.rows(_STAFF):
        facts = wage_facts.of_employee(db, employee, first, last, agreed.rules)
        lengths: dict[int, list[int]] = defaultdict(lambda: [0] * HOURS)
        for stretch in paid_stretches(facts, agreed, now_ms):
            for day, hour, length_ms in by_hour(stretch.begun_ms, stretch.ended_ms, zone):
                if first <= day <= last:
                    rate = facts.rates.at(stretch.job, day)
                    lengths[0 if rate is None else hourly(rate)][hour] += length_ms
        for rate_minor, of_hours in lengths.items():
            wages = time_wages(Minor(rate_minor), sum(of_hours))
            for hour, share in enumerate(split_evenly(wages, of_hours)):
                worked[hour] += of_hours[hour]
                cost[hour] += share
    sales = _sales(db, first, last, zone, agreed.currency)
    return Labour(
        from_day=from_day,
        to_day=to_day,
        currency=agreed.currency,
        hours=tuple(
            LabourHour(hour, worked[hour], cost[hour], sales[hour], ratio(cost[hour], sales[hour]))
            for hour in range(HOURS)
        ),
        worked_ms=sum(worked),
        cost_minor=sum(cost),
        sales_minor=sum(sales),
        ratio_ppm=ratio(sum(cost), sum(sales)),
    )


def ratio(cost_minor: int, sales_minor: int) -> int | None:
    """Cost by sales in parts per million, half up; None without sales."""
    return divide_half_up(cost_minor * PPM, sales_minor) if sales_minor > 0 else None


def by_hour(
    begun_ms: int, ended_ms: int, zone: ZoneInfo
) -> Iterator[tuple[datetime.date, int, int]]:
    """A stretch, cut at the full hours of the clock on the wall: day, hour and length of each piece."""
    at_ms = begun_ms
    while at_ms < ended_ms:
        moment = calendar.moment_of(at_ms, zone)
        into_ms = (moment.minute * 60 + moment.second) * 1000 + moment.microsecond // 1000
        until_ms = min(ended_ms, at_ms + HOUR_MS - into_ms)
        yield moment.date(), moment.hour, until_ms - at_ms
        at_ms = until_ms


def _sales(
    db: Database, first: datetime.date, last: datetime.date, zone: ZoneInfo, currency: str
) -> list[int]:
    """What customers paid without the taxes in it or on it, by hour."""
    found = [0] * HOURS
    begin_ms = calendar.day_begins_ms(first, zone)
    end_ms = calendar.day_begins_ms(last + calendar.ONE_DAY, zone)
    for at_ms, total, tax in db.rows(_SALES, begin_ms, end_ms, currency):
        found[calendar.moment_of(at_ms, zone).hour] += total - (tax or 0)
    return found
