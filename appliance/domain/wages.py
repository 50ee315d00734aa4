"""Wages: from a workweek's hours to what is owed for it, line by line, to the cent.

All hours are paid at their own rates first (straight time). Overtime adds a premium on top: hours over a limit, times
the regular rate, times what the rule adds (0.5 for time and a half). The regular rate is all pay of the workweek by
all its hours (29 CFR 778.109), so that several rates, piece work and bonuses weigh in as they must. Hours are whole
milliseconds, money is whole minor units; each line is rounded once, half up (`money.divide_half_up`), and says so.

The rules are data: federal law of the United States, California's daily rules, none, or the shop's own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NamedTuple

from appliance.domain.money import PPM, Minor, divide_half_up
from appliance.domain.timeclock import HOUR_MS

DAYS: Final = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """When overtime begins and what it adds. A limit of None means that there is no such rule.

    `…_after_ms` are hours of a day or week in milliseconds, `…_ppm` the whole factor in parts per million (1,500,000
    is time and a half). With `seventh_day` all hours of a seventh day worked in a row in one workweek are overtime,
    and above `daily_after_ms` double time.
    """

    name: str
    weekly_after_ms: int | None = None
    weekly_ppm: int = 1_500_000
    daily_after_ms: int | None = None
    daily_ppm: int = 1_500_000
    double_after_ms: int | None = None
    double_ppm: int = 2_000_000
    seventh_day: bool = False


NO_OVERTIME: Final = Rules(name="none")
"""Every hour at its own rate."""

FEDERAL: Final = Rules(name="us_federal", weekly_after_ms=40 * HOUR_MS)
"""More than 40 hours a workweek at time and a half: Fair Labor Standards Act, 29 U.S.C. 207."""

CALIFORNIA: Final = Rules(
    name="us_california",
    weekly_after_ms=40 * HOUR_MS,
    daily_after_ms=8 * HOUR_MS,
    double_after_ms=12 * HOUR_MS,
    seventh_day=True,
)
"""Labor Code 510: over 8 hours a day 1.5, over 12 double; the seventh day 1.5 for 8 hours, then double."""

RULES: Final = {rules.name: rules for rules in (NO_OVERTIME, FEDERAL, CALIFORNIA)}


class Work(NamedTuple):
    """So long was worked at one job and one hourly rate, within one day."""

    job: str
    rate_minor: Minor
    length_ms: int


class Salary(NamedTuple):
    """A fixed amount a week that pays for so many hours (29 CFR 778.113); what is above is paid at its hourly share."""

    amount_minor: Minor
    covers_ms: int


class EarningKind(StrEnum):
    """Pay that is not by the hour. All of it counts for the regular rate."""

    PIECE = "piece"
    BONUS = "bonus"


class Earning(NamedTuple):
    """Piece work or a promised bonus of the workweek."""

    kind: EarningKind
    name: str
    amount_minor: Minor


class Extra(StrEnum):
    """Why hours are paid a premium."""

    DAILY = "daily"
    DOUBLE = "double"
    SEVENTH_DAY = "seventh_day"
    SEVENTH_DAY_DOUBLE = "seventh_day_double"
    WEEKLY = "weekly"


class LineKind(StrEnum):
    """What a wage line pays for."""

    TIME = "time"
    SALARY = "salary"
    PIECE = "piece"
    BONUS = "bonus"
    OVERTIME = "overtime"


class WageLine(NamedTuple):
    """One line of what is owed: `length_ms` × `rate_minor` × `factor_ppm`, rounded once.

    `name` is the job, the piece work, the bonus, or the `Extra`. The rate of an overtime line is the regular rate
    rounded for the eye (`regular_rate`); the amount is reckoned from the exact one. `day` counts from 0 where the line
    is of one day.
    """

    kind: LineKind
    name: str
    length_ms: int
    rate_minor: Minor
    factor_ppm: int
    amount_minor: Minor
    day: int | None = None


class Week(NamedTuple):
    """What a workweek comes to."""

    lines: tuple[WageLine, ...]
    worked_ms: int
    overtime_ms: int
    regular_rate_minor: Minor

    @property
    def total_minor(self) -> Minor:
        """What is owed for it."""
        return Minor(sum(line.amount_minor for line in self.lines))


class _Premium(NamedTuple):
    extra: Extra
    day: int | None
    length_ms: int
    factor_ppm: int


def week(
    days: Sequence[Sequence[Work]],
    rules: Rules,
    earnings: Sequence[Earning] = (),
    salary: Salary | None = None,
) -> Week:
    """The wages of one workweek: `days` are its seven days from the day on which it begins, each with its work.

    With a salary the hourly rates of the work do not count.
    """
    assert len(days) == DAYS, len(days)
    worked = [sum(work.length_ms for work in day) for day in days]
    total_ms = sum(worked)
    straight = _salaried(salary, total_ms) if salary is not None else _by_the_hour(days)
    straight += [
        WageLine(LineKind(one.kind.value), one.name, 0, Minor(0), PPM, one.amount_minor)
        for one in earnings
    ]
    # Minor units × milliseconds per hour: the exact pay of the week, whatever the lines were rounded to.
    if salary is not None:
        pay, hours_ms = salary.amount_minor * HOUR_MS, salary.covers_ms
    else:
        pay = sum(work.rate_minor * work.length_ms for day in days for work in day)
        pay += sum(one.amount_minor for one in earnings) * HOUR_MS
        hours_ms = total_ms
    regular = Minor(divide_half_up(pay, hours_ms)) if hours_ms else Minor(0)
    extras = premiums(worked, rules)
    lines = [
        WageLine(
            LineKind.OVERTIME,
            extra.value,
            length_ms,
            regular,
            factor_ppm - PPM,
            Minor(divide_half_up(pay * length_ms * (factor_ppm - PPM), hours_ms * HOUR_MS * PPM)),
            day,
        )
        for extra, day, length_ms, factor_ppm in extras
    ]
    overtime_ms = sum(length_ms for _, _, length_ms, _ in extras)
    return Week((*straight, *lines), total_ms, overtime_ms, regular)


def premiums(worked: Sequence[int], rules: Rules) -> tuple[_Premium, ...]:
    """Which of the hours of seven days are overtime, and by what rule; no hour counts twice.

    Hours over a day's limit are taken first. What is left counts towards the week's limit (California, Labor Code 510;
    "no pyramiding").
    """
    found: list[_Premium] = []
    regular_ms = 0
    days_in_a_row = 0
    for day, length_ms in enumerate(worked):
        days_in_a_row = days_in_a_row + 1 if length_ms else 0
        if rules.seventh_day and days_in_a_row == DAYS:
            found += _seventh_day(day, length_ms, rules)
            continue
        double_ms = _above(length_ms, rules.double_after_ms)
        daily_ms = _above(length_ms - double_ms, rules.daily_after_ms)
        if daily_ms:
            found.append(_Premium(Extra.DAILY, day, daily_ms, rules.daily_ppm))
        if double_ms:
            found.append(_Premium(Extra.DOUBLE, day, double_ms, rules.double_ppm))
        regular_ms += length_ms - double_ms - daily_ms
    weekly_ms = _above(regular_ms, rules.weekly_after_ms)
    if weekly_ms:
        found.append(_Premium(Extra.WEEKLY, None, weekly_ms, rules.weekly_ppm))
    return tuple(found)


def time_wages(rate_minor: Minor, length_ms: int) -> Minor:
    """An hourly rate for so long, half up: 12.00 for 46 hours are 552.00."""
    return Minor(divide_half_up(rate_minor * length_ms, HOUR_MS))


def _seventh_day(day: int, length_ms: int, rules: Rules) -> list[_Premium]:
    double_ms = _above(length_ms, rules.daily_after_ms)
    found = [_Premium(Extra.SEVENTH_DAY, day, length_ms - double_ms, rules.daily_ppm)]
    if double_ms:
        found.append(_Premium(Extra.SEVENTH_DAY_DOUBLE, day, double_ms, rules.double_ppm))
    return found


def _above(length_ms: int, limit_ms: int | None) -> int:
    return 0 if limit_ms is None else max(0, length_ms - limit_ms)


def _by_the_hour(days: Sequence[Sequence[Work]]) -> list[WageLine]:
    """One line for each job and rate of the week, in the order in which they were first worked."""
    lengths: dict[tuple[str, Minor], int] = {}
    for day in days:
        for work in day:
            key = (work.job, work.rate_minor)
            lengths[key] = lengths.get(key, 0) + work.length_ms
    return [
        WageLine(LineKind.TIME, job, length_ms, rate, PPM, time_wages(rate, length_ms))
        for (job, rate), length_ms in lengths.items()
    ]


def _salaried(salary: Salary, total_ms: int) -> list[WageLine]:
    amount, covers_ms = salary
    rate = Minor(divide_half_up(amount * HOUR_MS, covers_ms))
    lines = [WageLine(LineKind.SALARY, "", min(total_ms, covers_ms), rate, PPM, amount)]
    above_ms = total_ms - covers_ms
    if above_ms > 0:
        more = Minor(divide_half_up(amount * above_ms, covers_ms))
        lines.append(WageLine(LineKind.TIME, "", above_ms, rate, PPM, more))
    return lines
