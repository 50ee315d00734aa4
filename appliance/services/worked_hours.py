"""The hours of an employee, day by day: breaks as they are paid, rates, bonuses of the shift, premiums of a holiday."""

import datetime
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from appliance.domain import breaks, calendar, timeclock
from appliance.domain.breaks import Lack, Missing
from appliance.domain.money import PPM, Minor
from appliance.domain.shift_bonus import Per
from appliance.domain.shifts import shifts
from appliance.domain.timeclock import Kind, Record, Stretch
from appliance.domain.wages import (
    COUNTS_BELOW_PPM,
    LineKind,
    Salary,
    Supplement,
    Work,
    hourly_share,
)
from appliance.services.pay_rules import PayRules, Rate
from appliance.services.wage_facts import Agreed, Facts


@dataclass(slots=True)
class Worked:
    """What was worked, by day: at which rates, what comes on top, and what shifts that began on it lacked.

    `unpriced` are days and jobs without a rate, `missed_meals` days for which an hour is owed.
    """

    work: dict[str, list[Work]] = field(default_factory=lambda: defaultdict(list))
    supplements: dict[str, list[Supplement]] = field(default_factory=lambda: defaultdict(list))
    lacks: list[tuple[str, Lack]] = field(default_factory=list)
    unpriced: dict[tuple[str, str], None] = field(default_factory=dict)
    missed_meals: set[str] = field(default_factory=set)


def of_record(record: Record, facts: Facts, agreed: Agreed) -> Worked:
    """What somebody's punches come to, day by day. They are rounded here, if the shop rounds them."""
    rules = agreed.rules
    found = Worked()
    rounded = _rounded(_judged(record, rules, found), rules)
    for stretch in rounded:
        if stretch.kind is Kind.UNPAID_BREAK:
            continue
        for day, length_ms in calendar.by_day(stretch.begun_ms, stretch.ended_ms, rules.zone):
            if facts.begin <= day <= facts.end:
                _add_work(found, stretch.job, day, length_ms, facts, agreed)
    if agreed.bonuses:
        for name, supplement in _bonuses(rounded, agreed):
            found.supplements[name].append(supplement)
    return found


def paid_stretches(facts: Facts, agreed: Agreed, now_ms: int) -> list[Stretch]:
    """The work and the paid breaks of an employee, as wages count them."""
    record = timeclock.fold(facts.punches, now_ms)
    stretches = as_counted(record, agreed.rules)
    return [one for one in stretches if one.kind is not Kind.UNPAID_BREAK]


def as_counted(record: Record, rules: PayRules) -> Sequence[Stretch]:
    """Work and breaks as wages count them: short breaks paid where a law says so, rounded where the shop rounds."""
    return _rounded(_judged(record, rules, Worked()), rules)


def hourly(rate: Rate) -> Minor:
    """What an hour is worth: the rate, or the hourly share of a weekly salary."""
    return (
        hourly_share(Salary(rate.rate_minor, rate.covers_ms)) if rate.covers_ms else rate.rate_minor
    )


def day_of(at_ms: int, rules: PayRules) -> str:
    """The day on which a moment falls, in the shop's time zone."""
    return calendar.day_of(at_ms, rules.zone).isoformat()


# --------------------------------------------------------------------------- parts


def _judged(record: Record, rules: PayRules, found: Worked) -> Sequence[Stretch]:
    """Stretches with their breaks as they are paid; notes what was lacking."""
    if rules.breaks is breaks.NO_RULES:
        return record.stretches
    stretches: list[Stretch] = []
    for shift in shifts(record.stretches):
        judged = breaks.judge(shift, rules.breaks, meals_waived=rules.meals_waived)
        stretches += judged.stretches
        if record.since is not None and record.since.at_ms == shift[-1].ended_ms:
            # It goes on: what is lacking may still come.
            continue
        day = day_of(shift[0].begun_ms, rules)
        for lack in judged.lacks:
            found.lacks.append((day, lack))
            if lack.what is Missing.MEAL:
                found.missed_meals.add(day)
    return stretches


def _add_work(
    found: Worked, job: str, day: datetime.date, length_ms: int, facts: Facts, agreed: Agreed
) -> None:
    name = day.isoformat()
    rate = facts.rates.at(job, day)
    if rate is None:
        found.unpriced[name, job] = None
    # A week of a salary asks for no hourly rates; one that ends without it pays the salary's hours by their share.
    own = Minor(0) if rate is None else hourly(rate)
    found.work[name].append(Work(job, own, length_ms))
    holiday = agreed.holidays.get(name)
    if holiday is not None and rate is not None and holiday.factor_ppm > PPM:
        found.supplements[name].append(
            Supplement(
                LineKind.HOLIDAY,
                holiday.name,
                hourly(rate),
                length_ms,
                0,
                holiday.factor_ppm - PPM,
                counts=holiday.factor_ppm < COUNTS_BELOW_PPM,
            )
        )


def _bonuses(stretches: Sequence[Stretch], agreed: Agreed) -> Iterator[tuple[str, Supplement]]:
    """Shift bonuses with the day on which they were earned."""
    zone = agreed.rules.zone
    for shift in shifts(stretches):
        begun_ms, job = shift[0].begun_ms, shift[0].job
        for bonus, _, _ in agreed.bonuses.windows(begun_ms, begun_ms + 1, job, zone):
            if bonus.per is Per.SHIFT:
                yield (
                    day_of(begun_ms, agreed.rules),
                    Supplement(LineKind.SHIFT_BONUS, bonus.name, bonus.amount_minor, 0, 0),
                )
        for stretch in shift:
            if stretch.kind is Kind.UNPAID_BREAK:
                continue
            told = agreed.bonuses.windows(stretch.begun_ms, stretch.ended_ms, stretch.job, zone)
            for bonus, from_ms, to_ms in told:
                if bonus.per is Per.SHIFT:
                    continue
                for day, length_ms in calendar.by_day(from_ms, to_ms, zone):
                    yield (
                        day.isoformat(),
                        Supplement(
                            LineKind.SHIFT_BONUS, bonus.name, bonus.amount_minor, length_ms, 0
                        ),
                    )


def _rounded(stretches: Sequence[Stretch], rules: PayRules) -> Sequence[Stretch]:
    if not rules.round_minutes:
        return stretches
    return list(timeclock.rounded(stretches, rules.round_minutes))
