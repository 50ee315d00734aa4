"""From punches to stretches, and from stretches to days: laws that hold for any punches."""

import datetime
import random
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from appliance.domain import calendar
from appliance.domain.timeclock import (
    HOUR_MS,
    LONGEST_SHIFT_MS,
    Fault,
    Kind,
    Presence,
    Punch,
    What,
    contradicts,
    fold,
    round_punch,
)

BERLIN, SAMOA, NEW_YORK = (
    ZoneInfo("Europe/Berlin"),
    ZoneInfo("Pacific/Apia"),
    ZoneInfo("America/New_York"),
)
START_MS = 1_767_258_000_000
LATER_MS = START_MS + 400 * HOUR_MS

moments = st.integers(0, 60 * HOUR_MS)
whats = st.sampled_from(list(What))


@st.composite
def punches(draw: st.DrawFn) -> tuple[Punch, ...]:
    made = draw(
        st.lists(
            st.tuples(moments, whats, st.sampled_from(["", "till", "bakery"]), st.booleans()),
            max_size=20,
        )
    )
    return tuple(
        Punch(f"K7Q2-{number}", START_MS + at_ms, what, job, paid)
        for number, (at_ms, what, job, paid) in enumerate(made)
    )


@given(punches(), st.randoms(use_true_random=False))
def test_the_order_in_which_punches_arrive_changes_nothing(
    told: tuple[Punch, ...], shuffle: random.Random
) -> None:
    mixed = list(told)
    shuffle.shuffle(mixed)
    assert fold(mixed, LATER_MS) == fold(told, LATER_MS)


@given(punches())
def test_stretches_follow_one_another_and_are_never_longer_than_a_shift(
    told: tuple[Punch, ...],
) -> None:
    record = fold(told, LATER_MS)
    end_ms = 0
    for stretch in record.stretches:
        assert end_ms <= stretch.begun_ms < stretch.ended_ms
        assert stretch.length_ms <= LONGEST_SHIFT_MS
        end_ms = stretch.ended_ms
    # Long after the last punch nobody is at work any more.
    assert (record.presence, record.since) == (Presence.AWAY, None)


@given(punches(), st.integers(0, 60 * HOUR_MS))
def test_going_and_coming_at_the_same_instant_changes_no_hours(
    told: tuple[Punch, ...], at_ms: int
) -> None:
    at_ms += START_MS
    before = fold([one for one in told if one.at_ms <= at_ms], at_ms)
    if before.presence is not Presence.AT_WORK:
        return
    # Between all that is at the same instant: ids go after those of `told`.
    there_and_back = (
        Punch("K7Q2-~1", at_ms, What.OUT),
        Punch("K7Q2-~2", at_ms, What.IN, before.job),
    )

    def hours(record: tuple[Punch, ...]) -> dict[tuple[Kind, str], int]:
        found: dict[tuple[Kind, str], int] = {}
        for one in fold(record, LATER_MS).stretches:
            found[one.kind, one.job] = found.get((one.kind, one.job), 0) + one.length_ms
        return found

    assert hours((*told, *there_and_back)) == hours(told) or _was_forgotten(told)


def _was_forgotten(told: tuple[Punch, ...]) -> bool:
    """A shift that was too long to count counts in part once somebody punched within it."""
    return any(odd.fault is Fault.NO_END for odd in fold(told, LATER_MS).odd)


@pytest.mark.parametrize(("came", "went"), [("K7Q2-2", "K7Q2-3"), ("K7Q2-3", "K7Q2-2")])
def test_going_and_coming_for_another_job_at_the_same_instant_works_on_at_that_job(
    came: str, went: str
) -> None:
    told = [
        Punch("K7Q2-1", START_MS, What.IN, "till"),
        Punch(came, START_MS + HOUR_MS, What.IN, "bakery"),
        Punch(went, START_MS + HOUR_MS, What.OUT),
        Punch("K7Q2-4", START_MS + 3 * HOUR_MS, What.OUT),
    ]
    record = fold(told, LATER_MS)
    assert [(one.job, one.length_ms // HOUR_MS) for one in record.stretches] == [
        ("till", 1),
        ("bakery", 2),
    ]
    assert record.odd == ()


def test_a_second_tap_changes_nothing_and_another_job_does() -> None:
    told = [
        Punch("a", START_MS, What.IN, "till"),
        Punch("b", START_MS + 1000, What.IN, "till"),
        Punch("c", START_MS + HOUR_MS, What.IN, "bakery"),
        Punch("d", START_MS + 3 * HOUR_MS, What.OUT),
    ]
    record = fold(told, LATER_MS)
    assert [(one.job, one.length_ms // HOUR_MS) for one in record.stretches] == [
        ("till", 1),
        ("bakery", 2),
    ]
    assert record.odd == ()


def test_at_one_instant_the_entry_with_the_higher_number_comes_later() -> None:
    """As numbers, and not as text: the tenth entry of a register comes after its ninth."""
    told = [
        Punch("K7Q2-10", START_MS, What.IN, "bakery"),
        Punch("K7Q2-9", START_MS, What.IN, "till"),
        Punch("K7Q2-11", START_MS + HOUR_MS, What.OUT),
    ]
    assert [one.job for one in fold(told, LATER_MS).stretches] == ["bakery"]


def test_what_does_not_fit_is_named_and_counts_for_nothing() -> None:
    told = [
        Punch("a", START_MS, What.OUT),
        Punch("b", START_MS + HOUR_MS, What.BREAK_END),
        Punch("c", START_MS + 2 * HOUR_MS, What.IN),
    ]
    record = fold(told, START_MS + 3 * HOUR_MS)
    assert [(odd.punch.id, odd.fault) for odd in record.odd] == [
        ("a", Fault.DOES_NOT_FIT),
        ("b", Fault.DOES_NOT_FIT),
    ]
    assert (record.stretches, record.presence) == ((), Presence.AT_WORK)


def test_a_shift_that_nobody_ended_counts_for_nothing_and_says_so() -> None:
    told = [Punch("a", START_MS, What.IN), Punch("b", START_MS + 24 * HOUR_MS, What.IN)]
    record = fold(told, START_MS + 25 * HOUR_MS)
    assert [(odd.punch.id, odd.fault) for odd in record.odd] == [("a", Fault.NO_END)]
    assert (record.presence, record.since) == (Presence.AT_WORK, told[1])


@pytest.mark.parametrize(
    ("there", "what", "job", "asks"),
    [
        (None, What.IN, "", False),
        (None, What.OUT, "", True),
        (What.IN, What.IN, "", True),
        (What.IN, What.IN, "till", True),
        (What.IN, What.IN, "bakery", False),
        (What.IN, What.BREAK_END, "", True),
        (What.BREAK_START, What.IN, "", True),
        (What.BREAK_START, What.BREAK_END, "", False),
        (What.BREAK_START, What.OUT, "", False),
    ],
)
def test_the_clock_asks_where_a_tap_contradicts_the_last_one(
    there: What | None, what: What, job: str, *, asks: bool
) -> None:
    told = [Punch("a", START_MS, What.IN, "till")] if there is not None else []
    if there is What.BREAK_START:
        told.append(Punch("b", START_MS + 1000, there))
    assert contradicts(fold(told, START_MS + HOUR_MS), what, job) is asks


@given(st.integers(0, 1 << 45), st.sampled_from([5, 6, 15]))
def test_rounding_moves_a_punch_by_half_a_step_at_most(at_ms: int, step: int) -> None:
    rounded = round_punch(at_ms, step)
    assert rounded % (step * 60_000) == 0
    assert -step * 30_000 < at_ms - rounded <= step * 30_000 or at_ms - rounded == -step * 30_000
    assert round_punch(at_ms, 0) == at_ms


# --------------------------------------------------------------------------- days

zones = st.sampled_from([BERLIN, SAMOA, NEW_YORK, ZoneInfo("UTC"), ZoneInfo("Australia/Lord_Howe")])


@given(st.integers(0, 1 << 41), st.integers(0, 100 * HOUR_MS), zones)
def test_days_add_up_to_the_stretch_and_come_in_order(
    begun_ms: int, length_ms: int, zone: ZoneInfo
) -> None:
    found = list(calendar.by_day(begun_ms, begun_ms + length_ms, zone))
    assert sum(length for _, length in found) == length_ms
    assert [day for day, _ in found] == sorted({day for day, _ in found})
    for day, _ in found:
        begins_ms = calendar.day_begins_ms(day, zone)
        ends_ms = calendar.day_begins_ms(day + calendar.ONE_DAY, zone)
        assert begins_ms < begun_ms + length_ms
        assert ends_ms > begun_ms


@pytest.mark.parametrize(
    ("day", "hours"), [("2026-03-29", 23), ("2026-10-25", 25), ("2026-06-01", 24)]
)
def test_a_day_is_as_long_as_the_clocks_make_it(day: str, hours: int) -> None:
    first = datetime.date.fromisoformat(day)
    ends_ms = calendar.day_begins_ms(first + calendar.ONE_DAY, BERLIN)
    assert ends_ms - calendar.day_begins_ms(first, BERLIN) == hours * HOUR_MS


@pytest.mark.parametrize(
    ("day", "period", "first", "last"),
    [
        ("2026-11-28", "weekly", "2026-11-23", "2026-11-29"),
        ("2026-11-28", "biweekly", "2026-11-16", "2026-11-29"),
        ("2026-11-15", "biweekly", "2026-11-02", "2026-11-15"),
        ("2026-11-15", "semi_monthly", "2026-11-01", "2026-11-15"),
        ("2026-11-16", "semi_monthly", "2026-11-16", "2026-11-30"),
        ("2026-12-31", "semi_monthly", "2026-12-16", "2026-12-31"),
        ("2028-02-29", "monthly", "2028-02-01", "2028-02-29"),
    ],
)
def test_a_day_lies_in_one_pay_period(day: str, period: str, first: str, last: str) -> None:
    found = calendar.period_of(datetime.date.fromisoformat(day), period, datetime.date(2024, 1, 1))
    assert tuple(one.isoformat() for one in found) == (first, last)


@pytest.mark.parametrize(
    ("starts", "first"), [(0, "2026-11-23"), (6, "2026-11-22"), (5, "2026-11-28")]
)
def test_a_workweek_begins_on_the_day_that_the_shop_names(starts: int, first: str) -> None:
    found = calendar.week_begins(datetime.date(2026, 11, 28), starts)
    assert found.isoformat() == first


@example(datetime.date(2011, 12, 30), SAMOA)
@given(st.dates(datetime.date(1975, 1, 1), datetime.date(2037, 12, 30)), zones)
def test_a_day_is_as_long_as_all_the_minutes_that_its_clock_showed(
    day: datetime.date, zone: ZoneInfo
) -> None:
    shown = [at for minute in range(24 * 60) for at in calendar.moments_of(day, minute, zone)]
    begins_ms = calendar.day_begins_ms(day, zone)
    ends_ms = calendar.day_begins_ms(day + calendar.ONE_DAY, zone)
    assert len(set(shown)) == len(shown) == (ends_ms - begins_ms) // 60_000
    assert {calendar.day_of(at, zone) for at in shown} <= {day}


@pytest.mark.parametrize(
    ("day", "minutes", "count"),
    [
        (datetime.date(2026, 3, 29), 150, 0),
        (datetime.date(2026, 10, 25), 150, 2),
        (datetime.date(2026, 10, 25), 180, 1),
        (datetime.date(2026, 3, 30), 150, 1),
    ],
)
def test_where_clocks_change_an_hour_comes_twice_or_never(
    day: datetime.date, minutes: int, count: int
) -> None:
    found = calendar.moments_of(day, minutes, BERLIN)
    assert len(found) == count
    assert [calendar.is_second(at, BERLIN) for at in found] == [False, True][:count]
