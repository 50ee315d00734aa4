"""Wages: from a workweek's hours to what is owed for it, line by line, to the cent.

All hours are paid at their own rates first (straight time). Overtime adds a premium on top: hours over a limit, times
the regular rate, times what the rule adds (0.5 for time and a half). The regular rate is all pay of the workweek by
all its hours (29 CFR 778.109), so that several rates, piece work and bonuses weigh in as they must. Hours are whole
milliseconds, money is whole minor units; each line is rounded once, half up (`money.divide_half_up`), and says so.

Shift bonuses are pay for hours worked and count for the regular rate (778.207(b)), as does a premium for work on a
holiday below time and a half; one of time and a half or more does not (778.203). Pay for hours that nobody worked, such
as leave, does neither count for the rate nor as hours (778.218).

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
"""The rules that the program knows by name."""

OWN: Final = "own"
"""The name of the shop's own rules, which its terms of pay hold."""

COUNTS_BELOW_PPM: Final = 1_500_000
"""A premium for work on a special day that is less than time and a half counts for the regular rate: 29 CFR 778.203."""


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
    SHIFT_BONUS = "shift_bonus"
    HOLIDAY = "holiday"
    OVERTIME = "overtime"
    MISSED_MEAL = "missed_meal"
    HOLIDAY_PAY = "holiday_pay"
    LEAVE = "leave"
    BACK_PAY = "back_pay"


NOT_STRAIGHT: Final = frozenset(
    {
        LineKind.HOLIDAY,
        LineKind.OVERTIME,
        LineKind.MISSED_MEAL,
        LineKind.HOLIDAY_PAY,
        LineKind.LEAVE,
        LineKind.BACK_PAY,
    }
)
"""Lines that are no straight-time earnings (29 CFR 516.2(a)(8)): premiums on them, and pay for no hours of the week."""


class Supplement(NamedTuple):
    """What is paid on top of straight time: `rate_minor` for each hour of `length_ms`, times `factor_ppm`.

    Without a length it is one amount, of `rate_minor`. `day` counts from 0. It counts for the regular rate unless
    `counts` is false.
    """

    kind: LineKind
    name: str
    rate_minor: Minor
    length_ms: int
    day: int
    factor_ppm: int = PPM
    counts: bool = True

    @property
    def exact(self) -> int:
        """The amount in minor units × milliseconds of an hour × parts per million."""
        return self.rate_minor * (self.length_ms or HOUR_MS) * self.factor_ppm


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


class _Regular(NamedTuple):
    """The exact regular rate in minor units an hour: `pay` by `hours`."""

    pay: int
    hours: int

    @property
    def rate_minor(self) -> Minor:
        """The rate, rounded for the eye."""
        return self.times(HOUR_MS, PPM)

    def times(self, length_ms: int, factor_ppm: int) -> Minor:
        """What so much time is worth at the exact rate, half up."""
        if not self.hours:
            return Minor(0)
        return Minor(divide_half_up(self.pay * length_ms * factor_ppm, self.hours * HOUR_MS * PPM))


def week(
    days: Sequence[Sequence[Work]],
    rules: Rules,
    earnings: Sequence[Earning] = (),
    salary: Salary | None = None,
    supplements: Sequence[Supplement] = (),
    missed_meals: Sequence[int] = (),
) -> Week:
    """The wages of one workweek: `days` are its seven days from the day on which it begins, each with its work.

    With a salary the hourly rates of the work do not count. Each of the `missed_meals`, which are days, is owed an hour
    at the regular rate.
    """
    assert len(days) == DAYS, len(days)
    worked = [sum(work.length_ms for work in day) for day in days]
    total_ms = sum(worked)
    straight = _salaried(salary, total_ms) if salary is not None else _by_the_hour(days)
    straight += [
        WageLine(LineKind(one.kind.value), one.name, 0, Minor(0), PPM, one.amount_minor)
        for one in earnings
    ]
    straight += _on_top(supplements)
    besides = sum(one.amount_minor for one in earnings) * HOUR_MS * PPM
    besides += sum(one.exact for one in supplements if one.counts)
    regular = _regular(days, total_ms, besides, salary)
    extras = premiums(worked, rules)
    lines = [
        WageLine(
            LineKind.OVERTIME,
            extra.value,
            length_ms,
            regular.rate_minor,
            factor_ppm - PPM,
            regular.times(length_ms, factor_ppm - PPM),
            day,
        )
        for extra, day, length_ms, factor_ppm in extras
    ]
    lines += [
        WageLine(
            LineKind.MISSED_MEAL,
            "",
            HOUR_MS,
            regular.rate_minor,
            PPM,
            regular.times(HOUR_MS, PPM),
            day,
        )
        for day in missed_meals
    ]
    overtime_ms = sum(length_ms for _, _, length_ms, _ in extras)
    return Week((*straight, *lines), total_ms, overtime_ms, regular.rate_minor)


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


def paid_hours(
    kind: LineKind, name: str, rate_minor: Minor, length_ms: int, factor_ppm: int = PPM
) -> WageLine:
    """A line of hours at a rate that belongs to no workweek's reckoning, such as leave; half up."""
    amount = Minor(divide_half_up(rate_minor * length_ms * factor_ppm, HOUR_MS * PPM))
    return WageLine(kind, name, length_ms, rate_minor, factor_ppm, amount)


def hourly_share(salary: Salary) -> Minor:
    """What an hour of a weekly salary is worth, half up."""
    return Minor(divide_half_up(salary.amount_minor * HOUR_MS, salary.covers_ms))


def _regular(
    days: Sequence[Sequence[Work]], total_ms: int, besides: int, salary: Salary | None
) -> _Regular:
    """All pay of the workweek by all its hours; a salary's share by the hours that it covers (29 CFR 778.113)."""
    if salary is None:
        pay = sum(work.rate_minor * work.length_ms for day in days for work in day) * PPM
        return _Regular(pay + besides, total_ms * PPM)
    weekly = salary.amount_minor * HOUR_MS * PPM
    if not total_ms:
        return _Regular(weekly, salary.covers_ms * PPM)
    return _Regular(
        weekly * total_ms + besides * salary.covers_ms, salary.covers_ms * total_ms * PPM
    )


def _on_top(supplements: Sequence[Supplement]) -> list[WageLine]:
    """Hourly bonuses of the week make one line each; what is of one day, and single amounts, a line with the day."""
    lengths: dict[tuple[LineKind, str, Minor, int, int | None], int] = {}
    found: list[WageLine] = []
    for one in supplements:
        if not one.length_ms:
            found.append(
                WageLine(one.kind, one.name, 0, one.rate_minor, PPM, one.rate_minor, one.day)
            )
            continue
        day = None if one.kind is LineKind.SHIFT_BONUS else one.day
        key = (one.kind, one.name, one.rate_minor, one.factor_ppm, day)
        lengths[key] = lengths.get(key, 0) + one.length_ms
    found += [
        paid_hours(kind, name, rate, length_ms, factor_ppm)._replace(day=day)
        for (kind, name, rate, factor_ppm, day), length_ms in lengths.items()
    ]
    return found


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
    rate = hourly_share(salary)
    lines = [WageLine(LineKind.SALARY, "", min(total_ms, covers_ms), rate, PPM, amount)]
    above_ms = total_ms - covers_ms
    if above_ms > 0:
        more = Minor(divide_half_up(amount * above_ms, covers_ms))
        lines.append(WageLine(LineKind.TIME, "", above_ms, rate, PPM, more))
    return lines
