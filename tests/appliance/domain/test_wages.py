"""Wages against worked examples of labour authorities, to the cent, and laws that hold for any hours."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.domain.money import Minor
from appliance.domain.timeclock import HOUR_MS
from appliance.domain.wages import (
    CALIFORNIA,
    DAYS,
    FEDERAL,
    NO_OVERTIME,
    Earning,
    EarningKind,
    Extra,
    Rules,
    Salary,
    Work,
    premiums,
    week,
)

BONUS, PIECE = EarningKind.BONUS, EarningKind.PIECE


def hours(*of_days: float, rate: int = 0, job: str = "") -> list[list[Work]]:
    """So many hours on each day of a workweek, the rest of it free."""
    worked = [[Work(job, Minor(rate), round(one * HOUR_MS))] if one else [] for one in of_days]
    return worked + [[]] * (DAYS - len(worked))


WAITING = [Work("waiting", Minor(800), 4 * HOUR_MS), Work("", Minor(0), 6 * HOUR_MS)]


@pytest.mark.parametrize(
    ("source", "days", "earnings", "regular", "total"),
    [
        ("29 CFR 778.110(a)", hours(8, 8, 8, 8, 8, 6, rate=1200), (), 1200, 58800),
        ("29 CFR 778.110(b)", hours(8, 8, 8, 8, 8, 6, rate=1200), ((BONUS, 4600),), 1300, 63700),
        ("29 CFR 778.111(a)", [*hours(10, 10, 10, 10)[:4], WAITING, [], []], ((PIECE, 49100),), 1046, 57530),
        ("DOL Fact Sheet 23, hourly", hours(8, 8, 8, 8, 8, 4, rate=800), (), 800, 36800),
        ("DOL, piece rate", hours(9, 9, 9, 9, 9), ((PIECE, 40500),), 900, 42750),
    ],
)  # fmt: skip
def test_federal_examples(
    source: str,
    days: list[list[Work]],
    earnings: Sequence[tuple[EarningKind, int]],
    regular: int,
    total: int,
) -> None:
    earned = [Earning(kind, kind.value, Minor(amount)) for kind, amount in earnings]
    found = week(days, FEDERAL, earned)
    assert (found.regular_rate_minor, found.total_minor) == (regular, total), source


def test_california_pays_by_the_day_and_no_hour_twice() -> None:
    found = week(hours(10, 8, 13, 8, 8, rate=2500), CALIFORNIA)
    assert found.total_minor == 127_500
    lengths = {line.name: line.length_ms // HOUR_MS for line in found.lines if line.day is not None}
    assert (found.worked_ms, found.overtime_ms) == (47 * HOUR_MS, 7 * HOUR_MS)
    assert lengths == {Extra.DAILY: 4, Extra.DOUBLE: 1}


def test_the_seventh_day_in_a_row_is_overtime_and_double_after_eight_hours() -> None:
    """Six days of 5 hours are no overtime; the seventh, of 10, is 8 at 1.5 and 2 at double."""
    found = week(hours(5, 5, 5, 5, 5, 5, 10, rate=2000), CALIFORNIA)
    assert found.total_minor == 40 * 2000 + 8 * 1000 + 2 * 2000
    with_a_day_off = week(hours(5, 5, 5, 0, 5, 5, 10, rate=2000), CALIFORNIA)
    assert with_a_day_off.total_minor == 35 * 2000 + 2 * 1000


@pytest.mark.parametrize(
    ("salary", "covers", "worked", "total"),
    [
        # 29 CFR 778.113(a): 182.70 for 35 hours are 5.22 an hour; up to 40 at 5.22, then at 7.83.
        (18270, 35, 35, 18270),
        (18270, 35, 40, 18270 + 5 * 522),
        (18270, 35, 45, 18270 + 5 * 522 + 5 * 783),
        # The same: 220.80 for 40 hours are 5.52 an hour.
        (22080, 40, 40, 22080),
        (22080, 40, 44, 22080 + 4 * 828),
        (22080, 40, 30, 22080),
    ],
)
def test_a_salary_pays_for_its_hours_and_what_is_above_at_its_rate(
    salary: int, covers: int, worked: int, total: int
) -> None:
    days = hours(*(worked / 5 for _ in range(5)))
    found = week(days, FEDERAL, salary=Salary(Minor(salary), covers * HOUR_MS))
    assert found.total_minor == total


def test_several_rates_weigh_in_by_their_hours() -> None:
    """29 CFR 778.115: 30 hours at 10.00 and 15 at 13.00 are 495.00, by 45 hours 11.00; 5 hours more at half of it."""
    days = [[Work("till", Minor(1000), 6 * HOUR_MS), Work("bakery", Minor(1300), 3 * HOUR_MS)]] * 5
    found = week([*days, [], []], FEDERAL)
    assert found.regular_rate_minor == 1100
    assert found.total_minor == 30 * 1000 + 15 * 1300 + 5 * 550


def test_a_week_without_work_owes_nothing() -> None:
    found = week(hours(), FEDERAL)
    assert (found.total_minor, found.lines, found.regular_rate_minor) == (0, (), 0)


# --------------------------------------------------------------------------- laws

lengths = st.integers(0, 24 * HOUR_MS)
weeks = st.lists(lengths, min_size=DAYS, max_size=DAYS)
rules = st.sampled_from(
    [NO_OVERTIME, FEDERAL, CALIFORNIA, Rules(name="own", daily_after_ms=HOUR_MS)]
)


@given(weeks, rules)
def test_no_hour_is_paid_a_premium_twice(worked: list[int], by: Rules) -> None:
    found = premiums(worked, by)
    assert sum(one.length_ms for one in found) <= sum(worked)
    for day, length_ms in enumerate(worked):
        assert sum(one.length_ms for one in found if one.day == day) <= length_ms
    assert all(one.length_ms > 0 for one in found)


@given(weeks, st.integers(0, 10_000), rules)
def test_more_work_never_pays_less(worked: list[int], rate: int, by: Rules) -> None:
    less = [[Work("", Minor(rate), one)] for one in worked]
    more = [[Work("", Minor(rate), min(one + HOUR_MS, 24 * HOUR_MS))] for one in worked]
    # Each line may be rounded by half a cent.
    assert week(more, by).total_minor >= week(less, by).total_minor - len(week(less, by).lines)


@given(weeks, st.integers(1, 10_000), rules, st.integers(1, 5))
def test_it_does_not_matter_in_how_many_stretches_a_day_was_worked(
    worked: list[int], rate: int, by: Rules, parts: int
) -> None:
    whole = [[Work("", Minor(rate), one)] for one in worked]
    split = [
        [Work("", Minor(rate), one // parts)] * (parts - 1)
        + [Work("", Minor(rate), one - one // parts * (parts - 1))]
        for one in worked
    ]
    assert week(whole, by) == week(split, by)
