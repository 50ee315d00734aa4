"""The schedule against the time clock: laws that hold for any punches, and each way in which a shift can go."""

import itertools
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.domain.attendance import (
    EARLY_MS,
    MISSING_AFTER_MS,
    Attendance,
    Shift,
    State,
    Stay,
    attendance,
    overlap,
    stays,
    unplanned,
)
from appliance.domain.timeclock import HOUR_MS, Punch, What, fold

NINE_MS = 1_767_258_000_000
MINUTE_MS = 60_000
ALLOWED_MS = 5 * MINUTE_MS
SHIFT = Shift("s", NINE_MS, NINE_MS + 8 * HOUR_MS)


def told(*punches: tuple[float, What]) -> list[Punch]:
    """Punches so many hours after nine."""
    return [
        Punch(f"p{number}", NINE_MS + round(hours * HOUR_MS), what)
        for number, (hours, what) in enumerate(punches)
    ]


def became(now: float, *punches: tuple[float, What]) -> Attendance:
    now_ms = NINE_MS + round(now * HOUR_MS)
    record = fold([one for one in told(*punches) if one.at_ms <= now_ms], now_ms)
    return attendance(SHIFT, stays(record), ALLOWED_MS, now_ms)


IN, OUT, PAUSE, ON = What.IN, What.OUT, What.BREAK_START, What.BREAK_END


@pytest.mark.parametrize(
    ("now", "punches", "state", "late_minutes", "early_minutes"),
    [
        (-1, [], State.COMING, 0, 0),
        (0, [], State.COMING, 0, 0),
        (5 / 60, [], State.COMING, 0, 0),
        (6 / 60, [], State.LATE, 6, 0),
        (1, [], State.LATE, 60, 0),
        (61 / 60, [], State.MISSING, 0, 0),
        (8, [], State.MISSING, 0, 0),
        (30, [], State.MISSING, 0, 0),
        (1, [(0, IN)], State.HERE, 0, 0),
        (1, [(5 / 60, IN)], State.HERE, 0, 0),
        (1, [(0.5, IN)], State.HERE, 30, 0),
        (-0.5, [(-1, IN)], State.HERE, 0, 0),
        (1, [(-1, IN)], State.HERE, 0, 0),
        (0.5, [(-1, IN), (-0.5, OUT)], State.LATE, 30, 0),
        (4, [(0, IN), (3, PAUSE)], State.HERE, 0, 0),
        (9, [(0, IN), (3, PAUSE), (4, ON), (8, OUT)], State.DONE, 0, 0),
        (9, [(0, IN), (3, OUT), (4, IN), (8, OUT)], State.DONE, 0, 0),
        (9, [(0, IN), (7.95, OUT)], State.DONE, 0, 0),
        (9, [(0.5, IN), (6, OUT)], State.DONE, 30, 120),
        (9, [(0, IN)], State.HERE, 0, 0),
        (30, [(0, IN)], State.DONE, 0, 0),
        (10, [(9, IN)], State.MISSING, 0, 0),
        (4, [(-6, IN)], State.HERE, 0, 0),
    ],
)
def test_a_shift_goes_as_the_punches_say(
    now: float,
    punches: list[tuple[float, What]],
    state: State,
    late_minutes: int,
    early_minutes: int,
) -> None:
    assert became(now, *punches) == Attendance(
        state, late_minutes * MINUTE_MS, early_minutes * MINUTE_MS
    )


def test_who_forgot_to_go_yesterday_has_not_come_today() -> None:
    yesterday = [Punch("p", NINE_MS - 24 * HOUR_MS, What.IN)]
    now_ms = NINE_MS + 2 * HOUR_MS
    record = fold(yesterday, now_ms)
    assert attendance(SHIFT, stays(record), ALLOWED_MS, now_ms).state is State.MISSING


def test_a_stay_runs_from_coming_to_going_through_breaks_and_jobs() -> None:
    record = fold(
        told((0, IN), (1, PAUSE), (2, ON), (3, IN), (5, OUT), (6, IN)), NINE_MS + 7 * HOUR_MS
    )
    assert stays(record) == (
        Stay(NINE_MS, NINE_MS + 5 * HOUR_MS),
        Stay(NINE_MS + 6 * HOUR_MS, None, is_open=True),
    )


def test_who_is_there_for_no_shift_is_there_unplanned() -> None:
    there = [
        Stay(NINE_MS - 12 * HOUR_MS, NINE_MS - 10 * HOUR_MS),
        Stay(NINE_MS - EARLY_MS, None, is_open=True),
    ]
    assert unplanned([SHIFT], there, NINE_MS - HOUR_MS) == (there[0],)
    assert unplanned([], there, NINE_MS - HOUR_MS) == tuple(there)


def test_a_short_shift_that_is_over_is_missed_at_once() -> None:
    short = Shift("s", NINE_MS, NINE_MS + 10 * MINUTE_MS)
    assert attendance(short, (), 20 * MINUTE_MS, short.ends_ms).state is State.MISSING
    assert attendance(short, (), 20 * MINUTE_MS, short.ends_ms - 1).state is State.COMING


def test_shifts_that_touch_do_not_overlap() -> None:
    after = Shift("t", SHIFT.ends_ms, SHIFT.ends_ms + HOUR_MS)
    assert not overlap(SHIFT, after)
    assert overlap(SHIFT, after._replace(begins_ms=SHIFT.ends_ms - 1))


punches = st.lists(
    st.tuples(st.integers(-20 * 60, 20 * 60), st.sampled_from(list(What))), max_size=12
)


@given(punches, st.integers(-20 * 60, 40 * 60), st.randoms(use_true_random=False))
def test_the_order_of_punches_changes_nothing_and_no_shift_is_both_here_and_missed(
    made: list[tuple[int, What]], now_minutes: int, shuffle: random.Random
) -> None:
    now_ms = NINE_MS + now_minutes * MINUTE_MS
    clocked = [
        Punch(f"p{number}", NINE_MS + minutes * MINUTE_MS, what)
        for number, (minutes, what) in enumerate(made)
        if minutes <= now_minutes
    ]
    mixed = list(clocked)
    shuffle.shuffle(mixed)
    there = stays(fold(clocked, now_ms))
    found = attendance(SHIFT, there, ALLOWED_MS, now_ms)
    assert attendance(SHIFT, stays(fold(mixed, now_ms)), ALLOWED_MS, now_ms) == found
    is_for_it = len(unplanned([SHIFT], there, now_ms)) < len(there)
    assert is_for_it == (found.state in {State.HERE, State.DONE})
    for early, late in itertools.pairwise(there):
        assert early.begun_ms < late.begun_ms
    if found.state is State.LATE:
        assert ALLOWED_MS < found.late_ms <= MISSING_AFTER_MS
