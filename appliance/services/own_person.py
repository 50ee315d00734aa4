"""What somebody may see of themselves at the time clock: shifts to come, leave that is left, rates, jobs and badges."""

import datetime
from typing import Final

from appliance.domain import calendar
from appliance.messages.own_data import (
    OwnBadgeView,
    OwnDataView,
    OwnLeaveView,
    OwnRateView,
    OwnShiftView,
)
from appliance.services import leave, pay_rules, shifts, staff
from appliance.services.pay_rules import RateFrom
from appliance.store.database import Database

LOOKS_AHEAD: Final = 15 * calendar.ONE_DAY
"""Today and two weeks: as far as a small shop plans."""


def look(db: Database, employee: str, now_ms: int) -> OwnDataView:
    """The own data of an employee (id or number) as of now. Raises `NoSuchEmployee`."""
    zone = pay_rules.read(db).zone
    today = calendar.day_of(now_ms, zone)
    own = staff.own_data(db, employee, today)
    # A job that is archived may still have been planned, or have a rate.
    names = {job.code: job.name for job in pay_rules.all_jobs(db)}
    from_ms = calendar.day_begins_ms(today, zone)
    to_ms = calendar.day_begins_ms(today + LOOKS_AHEAD, zone)
    return OwnDataView(
        number=own.person.number,
        role=own.person.role,
        language=own.language,
        jobs=tuple(own.jobs.values()),
        shifts=tuple(
            OwnShiftView(one.begins_ms, one.ends_ms, names.get(one.job, ""), one.note)
            for one in shifts.of_employee(db, own.person.id, from_ms, to_ms)
            if one.ends_ms > now_ms
        ),
        leave=tuple(
            OwnLeaveView(one.leave, one.name, one.left_ms)
            for one in leave.balances(db, own.person.id, today.isoformat())
        ),
        rates=_rates(own.rates, today, names),
        badges=tuple(
            OwnBadgeView(one.label, calendar.day_of(one.given_at_ms, zone).isoformat())
            for one in own.badges
        ),
    )


def _rates(
    rates: tuple[RateFrom, ...], today: datetime.date, names: dict[str, str]
) -> tuple[OwnRateView, ...]:
    """All that were agreed, in the order of `pay_rules.rate_list`; of each job the newest that has begun counts."""
    current: dict[str, str] = {}
    for one in rates:
        if current.get(one.job, "") < one.from_day <= today.isoformat():
            current[one.job] = one.from_day
    return tuple(
        OwnRateView(
            names.get(one.job, one.job),
            one.from_day,
            one.rate.rate_minor,
            one.rate.covers_ms,
            counts=current.get(one.job) == one.from_day,
        )
        for one in rates
    )
