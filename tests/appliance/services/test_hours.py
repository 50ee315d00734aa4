"""Somebody's week and what waits for a manager, through punches: days, stretches, corrections, locks, clocks."""

import datetime
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from appliance.domain.timeclock import What
from appliance.journal.kinds import EmployeeAdded, EmployeeChanged
from appliance.journal.pay_kinds import PayTermsChanged
from appliance.journal.time_kinds import Punched, PunchSaid
from appliance.messages import HoursDayView, HoursWeekView
from appliance.services import attention, hours, pay_terms, timeclock, wages
from appliance.services.desk import Desk
from appliance.services.wall_time import NotATime
from tests.appliance.services.test_wages import MONDAY, TILL, Shop, WrongClock, open_shop

TUESDAY = MONDAY + datetime.timedelta(days=1)
SPRING, AUTUMN = datetime.date(2026, 3, 29), datetime.date(2026, 10, 25)
"""When Berlin's clocks go forward, and back."""
HOUR_MS = 3_600_000
LATER_MS = 60 * 24 * HOUR_MS


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    opened = open_shop(tmp_path, zone="Europe/Berlin")
    yield opened
    assert opened.shelf.differences() == ()
    opened.shelf.close()


def week(shop: Shop, day: datetime.date = MONDAY, now_ms: int | None = None) -> HoursWeekView:
    now_ms = shop.at(day, 0) + LATER_MS if now_ms is None else now_ms
    return hours.week(shop.desk.db, shop.ana, day, now_ms)


def day(shop: Shop, of: datetime.date, now_ms: int | None = None) -> HoursDayView:
    return next(one for one in week(shop, of, now_ms).days if one.day == of.isoformat())


def said(at_ms: int, what: What = What.OUT, job: str = "") -> PunchSaid:
    return PunchSaid(what.value, at_ms, job)


def correct(shop: Shop, punch: str | None, to: PunchSaid | None, why: str) -> str:
    return timeclock.correct(shop.desk, shop.ana, punch, to, why, TILL, shop.ben)


def odd(shop: Shop, now_ms: int) -> list[tuple[str, str, str]]:
    found = attention.look(shop.desk.db, now_ms).odd
    return [(one.why, one.day, one.text) for one in found]


def test_a_day_shows_its_stretches_and_what_they_come_to(shop: Shop) -> None:
    shop.punch(shop.at(MONDAY, 9), What.IN)
    shop.punch(shop.at(MONDAY, 12), What.BREAK_START)
    shop.punch(shop.at(MONDAY, 12, 30), What.BREAK_END)
    shop.punch(shop.at(MONDAY, 15), What.BREAK_START, paid=True)
    shop.punch(shop.at(MONDAY, 15, 10), What.BREAK_END)
    shop.punch(shop.at(MONDAY, 17), What.OUT)
    seen = week(shop, TUESDAY)
    assert (seen.name, seen.before, seen.after) == ("Ana", "2026-03-01", "2026-03-09")
    first = seen.days[0]
    assert [one.kind for one in first.stretches] == [
        "work", "unpaid_break", "work", "paid_break", "work",
    ]  # fmt: skip
    assert (first.paid_ms, first.unpaid_ms) == (HOUR_MS * 15 // 2, HOUR_MS // 2)
    assert [one.paid_ms for one in seen.days[1:]] == [0] * 6
    assert (first.punches[0].by, first.punches[0].device) == ("em4100", "badge reader")


def test_hours_come_to_what_wages_come_to_also_when_punches_are_rounded(shop: Shop) -> None:
    shop.rate(1200)
    shop.rules(round_minutes=15)
    shop.punch(shop.at(MONDAY, 8, 53), What.IN)
    shop.punch(shop.at(MONDAY, 17, 7), What.OUT)
    seen = week(shop)
    found = wages.of_employee(
        shop.desk.db, shop.ana, "2026-03-02", "2026-03-08", shop.at(MONDAY, 23)
    )
    assert sum(one.paid_ms for one in seen.days) == found.worked_ms == 8 * HOUR_MS
    punch = seen.days[0].punches[0]
    assert (punch.said.at_ms, punch.counts_ms) == (shop.at(MONDAY, 8, 53), shop.at(MONDAY, 9))


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(st.integers(-900, 7 * 1500), st.sampled_from(list(What)), st.booleans())),
    st.sampled_from([0, 5, 15]),
    st.sampled_from(["none", "us_federal"]),
)
def test_any_week_comes_to_what_wages_come_to_also_when_clocks_go_back(
    shop: Shop, told: list[tuple[int, What, bool]], step: int, breaks: str
) -> None:
    begins = AUTUMN - datetime.timedelta(days=6)
    shop.rules(round_minutes=step)
    pay_terms.change(shop.desk, PayTermsChanged(breaks=breaks), shop.ben)
    one = EmployeeAdded(number=f"n{shop.desk.book.id_ahead()}", name="x", role="", pin_hash="")
    employee = shop.desk.book.record("", one)[0].id
    for minutes, what, paid in told:
        shop.clock.set(shop.at(begins, 0) + minutes * 60_000)
        punched = Punched(employee=employee, what=what.value, by="pin", paid=paid)
        shop.desk.book.record(employee, punched)
    now_ms = shop.at(begins, 0) + LATER_MS
    seen = hours.week(shop.desk.db, employee, AUTUMN, now_ms)
    found = wages.of_employee(
        shop.desk.db, employee, begins.isoformat(), AUTUMN.isoformat(), now_ms
    )
    assert sum(day.paid_ms for day in seen.days) == found.worked_ms


def test_a_short_break_is_paid_where_a_law_says_so(shop: Shop) -> None:
    pay_terms.change(shop.desk, PayTermsChanged(breaks="us_federal"), shop.ben)
    shop.rate(1200)
    shop.punch(shop.at(MONDAY, 9), What.IN)
    shop.punch(shop.at(MONDAY, 12), What.BREAK_START)
    shop.punch(shop.at(MONDAY, 12, 15), What.BREAK_END)
    shop.punch(shop.at(MONDAY, 17), What.OUT)
    seen = day(shop, MONDAY)
    assert [one.kind for one in seen.stretches] == ["work", "paid_break", "work"]
    found = wages.of_employee(
        shop.desk.db, shop.ana, "2026-03-02", "2026-03-08", shop.at(MONDAY, 23)
    )
    assert seen.paid_ms == found.worked_ms == 8 * HOUR_MS
    assert attention.look(shop.desk.db, shop.at(MONDAY, 23)).people[0].week_ms == 8 * HOUR_MS


def test_an_approved_day_is_counted_by_the_rules_of_then(shop: Shop) -> None:
    shop.rate(1200)
    shop.rules(round_minutes=15)
    shop.punch(shop.at(MONDAY, 8, 53), What.IN)
    shop.punch(shop.at(MONDAY, 17, 7), What.OUT)
    end_ms = shop.after("2026-03-02")
    wages.approve(shop.desk, shop.ana, "2026-03-02", "2026-03-02", TILL, shop.ben, end_ms)
    shop.rules(round_minutes=0)
    shop.punch(shop.at(TUESDAY, 8, 53), What.IN)
    shop.punch(shop.at(TUESDAY, 17, 7), What.OUT)
    minutes = [one.paid_ms // 60_000 for one in week(shop).days[:2]]
    assert minutes == [8 * 60, 8 * 60 + 14]


def test_a_shift_over_midnight_stands_on_both_days(shop: Shop) -> None:
    shop.punch(shop.at(MONDAY, 22), What.IN)
    shop.punch(shop.at(TUESDAY, 6), What.OUT)
    (before,), (after,) = day(shop, MONDAY).stretches, day(shop, TUESDAY).stretches
    assert (before.comes_over, before.goes_over) == (False, True)
    assert (after.comes_over, after.goes_over) == (True, False)
    assert (before.ended_ms - before.begun_ms, after.ended_ms - after.begun_ms) == (
        2 * HOUR_MS,
        6 * HOUR_MS,
    )


def test_a_shift_over_the_end_of_the_week_is_cut_between_them(shop: Shop) -> None:
    sunday, next_monday = MONDAY + datetime.timedelta(days=6), MONDAY + datetime.timedelta(days=7)
    shop.punch(shop.at(sunday, 22), What.IN)
    shop.punch(shop.at(next_monday, 6), What.OUT)
    assert [one.paid_ms // HOUR_MS for one in week(shop, MONDAY).days] == [0, 0, 0, 0, 0, 0, 2]
    assert [one.paid_ms // HOUR_MS for one in week(shop, next_monday).days] == [6, 0, 0, 0, 0, 0, 0]


@pytest.mark.parametrize(("night", "length", "worked"), [(SPRING, 23, 7), (AUTUMN, 25, 9)])
def test_nights_of_23_and_25_hours_are_as_long_as_they_are(
    shop: Shop, night: datetime.date, length: int, worked: int
) -> None:
    eve = night - datetime.timedelta(days=1)
    shop.punch(shop.at(eve, 22), What.IN)
    shop.punch(shop.at(night, 6), What.OUT)
    seen = day(shop, night)
    assert (seen.ends_ms - seen.begins_ms) // HOUR_MS == length
    assert (day(shop, eve).paid_ms + seen.paid_ms) // HOUR_MS == worked


def test_what_goes_on_reaches_to_now_and_counts_for_nothing_yet(shop: Shop) -> None:
    shop.punch(shop.at(MONDAY, 9), What.IN)
    now_ms = shop.at(MONDAY, 11)
    seen = day(shop, MONDAY, now_ms)
    (going_on,) = seen.stretches
    assert (going_on.is_open, going_on.ended_ms, seen.paid_ms) == (True, now_ms, 0)


def test_a_punch_shows_every_correction_with_both_values_and_what_the_employee_says(
    shop: Shop,
) -> None:
    came = shop.punch(shop.at(MONDAY, 9), What.IN)
    first = correct(shop, came, said(shop.at(MONDAY, 8), What.IN), "reader was away")
    timeclock.contest(shop.desk, first, "it was half past seven", shop.ana)
    correct(shop, came, said(shop.at(MONDAY, 7, 30), What.IN), "camera says so")
    (punch,) = day(shop, MONDAY).punches
    assert (punch.said.at_ms, punch.clock, punch.gone) == (shop.at(MONDAY, 7, 30), "said", "")
    told = [
        (one.author, one.reason, one.was.at_ms, one.said.at_ms, one.contested)
        for one in punch.corrections
        if one.was is not None and one.said is not None
    ]
    assert told == [
        (
            "Ben",
            "reader was away",
            shop.at(MONDAY, 9),
            shop.at(MONDAY, 8),
            "it was half past seven",
        ),
        ("Ben", "camera says so", shop.at(MONDAY, 8), shop.at(MONDAY, 7, 30), ""),
    ]


def test_punches_that_are_gone_stay_to_be_seen_and_count_for_nothing(shop: Shop) -> None:
    came = shop.punch(shop.at(MONDAY, 9), What.IN)
    timeclock.undo(shop.desk, came, shop.ana, shop.at(MONDAY, 9) + 5_000)
    again = shop.punch(shop.at(MONDAY, 10), What.IN)
    correct(shop, again, None, "was not here")
    added = correct(shop, None, said(shop.at(MONDAY, 11), What.IN), "came later")
    seen = day(shop, MONDAY)
    assert [(one.id, one.gone) for one in seen.punches] == [
        (came, "undone"), (again, "taken_away"), (added, ""),
    ]  # fmt: skip
    assert [one.said for one in seen.punches[1].corrections] == [None]
    assert [one.was for one in seen.punches[2].corrections] == [None]


def test_what_was_taken_away_and_is_contested_says_what_it_was(shop: Shop) -> None:
    came = shop.punch(shop.at(MONDAY, 9), What.IN)
    taken = correct(shop, came, None, "was not here")
    timeclock.contest(shop.desk, taken, "I was", shop.ana)
    (found,) = attention.look(shop.desk.db, shop.at(MONDAY, 20)).odd
    assert (found.why, found.text, found.said.at_ms) == ("contested", "I was", shop.at(MONDAY, 9))


def test_what_does_not_fit_on_an_approved_day_waits_for_nobody(shop: Shop) -> None:
    shop.rate(1200)
    shop.work(MONDAY, 9, 8)
    end_ms = shop.after("2026-03-03")
    wages.approve(shop.desk, shop.ana, "2026-03-02", "2026-03-03", TILL, shop.ben, end_ms)
    one_day = datetime.timedelta(days=1)
    for offline in (one_day, 2 * one_day):
        # As a register tells that was offline.
        shop.clock.set(shop.at(MONDAY + offline, 12))
        shop.desk.book.record(shop.ana, Punched(shop.ana, "out", "em4100"))
    found = odd(shop, shop.at(MONDAY + 3 * one_day, 9))
    assert [(why, day) for why, day, _ in found] == [("does_not_fit", "2026-03-04")]


def test_an_approved_period_locks_its_days_and_says_by_whom(shop: Shop) -> None:
    shop.rate(1200)
    shop.work(MONDAY, 9, 8)
    end_ms = shop.after("2026-03-03")
    wages.approve(shop.desk, shop.ana, "2026-03-02", "2026-03-03", TILL, shop.ben, end_ms)
    locks = [one.lock for one in week(shop).days]
    assert [lock is not None for lock in locks] == [True, True, *[False] * 5]
    assert locks[0] is not None
    assert locks[0].author == "Ben"


# ------------------------------------------------------------------ the clock on the wall


def test_a_time_is_of_the_day_in_the_shops_own_zone(shop: Shop) -> None:
    found = hours.moment(shop.desk.db, "2026-03-02", "8:58", later=None)
    assert found == shop.at(MONDAY, 8, 58)


def test_an_hour_that_never_was_is_refused_and_one_that_came_twice_asks_which(shop: Shop) -> None:
    db = shop.desk.db
    with pytest.raises(hours.NoSuchTime):
        hours.moment(db, SPRING.isoformat(), "2:30", later=True)
    with pytest.raises(hours.TimeComesTwice):
        hours.moment(db, AUTUMN.isoformat(), "2:30", later=None)
    first = hours.moment(db, AUTUMN.isoformat(), "2:30", later=False)
    second = hours.moment(db, AUTUMN.isoformat(), "2:30", later=True)
    assert (first, second - first) == (shop.at(AUTUMN, 2, 30), HOUR_MS)
    assert hours.moment(db, AUTUMN.isoformat(), "3:00", later=True) == shop.at(AUTUMN, 3)


@pytest.mark.parametrize(
    "text", ["", "8", "8:60", "24:00", "-1:00", "8:5x", "\u0668:00", "0008:0001"]
)
def test_what_is_no_time_is_refused(shop: Shop, text: str) -> None:
    with pytest.raises(NotATime):
        hours.moment(shop.desk.db, "2026-03-02", text, later=None)


def test_the_same_minute_keeps_the_punchs_own_second(shop: Shop) -> None:
    came = shop.punch(shop.at(MONDAY, 8, 58) + 37_123, What.IN)
    db = shop.desk.db
    kept = hours.moment(db, "2026-03-02", "8:58", later=None, keep=came)
    assert kept == shop.at(MONDAY, 8, 58) + 37_123
    moved = hours.moment(db, "2026-03-02", "8:57", later=None, keep=came)
    assert moved == shop.at(MONDAY, 8, 57)


# ------------------------------------------------------------------ what waits for a manager


def test_who_is_at_work_is_told_with_the_real_time_also_where_punches_are_rounded(
    shop: Shop,
) -> None:
    shop.rules(round_minutes=15)
    shop.work(MONDAY, 9, 8)
    shop.punch(shop.at(TUESDAY, 8, 53), What.IN)
    ana, ben = attention.look(shop.desk.db, shop.at(TUESDAY, 8, 55)).people
    assert (ana.name, ana.presence, ana.since_ms) == ("Ana", "at_work", shop.at(TUESDAY, 8, 53))
    assert ana.week_ms == 8 * HOUR_MS
    assert (ben.name, ben.presence, ben.since_ms) == ("Ben", "away", 0)


def test_the_hours_of_this_week_are_those_since_it_began_without_unpaid_breaks(shop: Shop) -> None:
    sunday = MONDAY - datetime.timedelta(days=1)
    shop.work(sunday - datetime.timedelta(days=3), 9, 8)
    shop.work(sunday, 9, 8)
    shop.punch(shop.at(sunday, 22), What.IN)
    shop.punch(shop.at(MONDAY, 2), What.BREAK_START)
    shop.punch(shop.at(MONDAY, 3), What.BREAK_END)
    shop.punch(shop.at(MONDAY, 6), What.OUT)
    ana, _ = attention.look(shop.desk.db, shop.at(MONDAY, 12)).people
    assert ana.week_ms == 5 * HOUR_MS
    assert ana.week_ms == sum(one.paid_ms for one in week(shop).days)


def test_whoever_has_left_is_listed_as_long_as_there_are_hours_to_look_at(shop: Shop) -> None:
    shop.work(MONDAY, 9, 8)
    shop.desk.book.record(shop.ben, EmployeeChanged(shop.ana, active=False))
    listed = [
        [one.name for one in attention.look(shop.desk.db, shop.at(MONDAY, 20) + days).people]
        for days in (0, 70 * 24 * HOUR_MS)
    ]
    assert listed == [["Ana", "Ben"], ["Ben"]]


def test_a_request_waits_until_it_is_answered_beside_what_the_punch_says(shop: Shop) -> None:
    came = shop.punch(shop.at(MONDAY, 9), What.IN)
    asked = said(shop.at(MONDAY, 8), What.IN)
    request = timeclock.ask(
        shop.desk, shop.ana, asked, "the reader slept", TILL, came, actor=shop.ana
    )
    forgot = timeclock.ask(
        shop.desk, shop.ana, said(shop.at(MONDAY, 17)), "forgot", TILL, None, actor=shop.ana
    )
    now_ms = shop.at(MONDAY, 18)
    one, other = attention.look(shop.desk.db, now_ms).requests
    assert one.was is not None
    assert (one.was.at_ms, one.asked.at_ms, one.reason) == (
        shop.at(MONDAY, 9),
        shop.at(MONDAY, 8),
        "the reader slept",
    )
    assert (one.name, one.day, other.was) == ("Ana", "2026-03-02", None)
    timeclock.answer(shop.desk, request, TILL, shop.ben, approved=True)
    timeclock.answer(shop.desk, forgot, TILL, shop.ben, approved=False, reason="no")
    assert attention.look(shop.desk.db, now_ms).requests == ()
    assert day(shop, MONDAY).punches[0].said.at_ms == shop.at(MONDAY, 8)


def test_a_forgotten_end_is_told_until_it_is_put_right(shop: Shop) -> None:
    shop.punch(shop.at(MONDAY, 9), What.IN)
    now_ms = shop.at(TUESDAY, 9)
    assert odd(shop, now_ms) == [("no_end", "2026-03-02", "")]
    assert [one.fault for one in day(shop, MONDAY).punches] == ["no_end"]
    correct(shop, None, said(shop.at(MONDAY, 17)), "asked her")
    assert odd(shop, now_ms) == []


def test_a_doubtful_clock_is_told_until_somebody_confirms_the_punch_as_it_is(shop: Shop) -> None:
    at_ms = shop.at(MONDAY, 9)
    shop.desk = Desk(shop.shelf.db, shop.shelf.book(WrongClock(at_ms)))
    came = timeclock.punch(shop.desk, shop.ana, What.IN, TILL, at_ms, by="pin")
    assert odd(shop, shop.at(MONDAY, 10)) == [("doubtful", "2026-03-02", "")]
    correct(shop, came, said(at_ms, What.IN), "is right")
    assert odd(shop, shop.at(MONDAY, 10)) == []


def test_a_contested_correction_is_told_until_the_manager_says_once_more(shop: Shop) -> None:
    came = shop.punch(shop.at(MONDAY, 9), What.IN)
    correction = correct(shop, came, said(shop.at(MONDAY, 10), What.IN), "late")
    timeclock.contest(shop.desk, correction, "I was there at nine", shop.ana)
    now_ms = shop.at(MONDAY, 12)
    shop.clock.set(now_ms)
    assert odd(shop, now_ms) == [("contested", "2026-03-02", "I was there at nine")]
    correct(shop, came, said(shop.at(MONDAY, 10), What.IN), "the camera shows ten")
    assert odd(shop, now_ms) == []


def test_what_nobody_can_put_right_any_more_is_not_told(shop: Shop) -> None:
    shop.rate(1200)
    shop.work(MONDAY, 9, 8)
    end_ms = shop.after("2026-03-08")
    wages.approve(shop.desk, shop.ana, "2026-03-02", "2026-03-08", TILL, shop.ben, end_ms)
    # Another register tells of it only now.
    shop.punch(shop.at(MONDAY, 19), What.IN)
    assert odd(shop, shop.at(MONDAY, 19) + LATER_MS // 2) == []


def test_what_is_long_gone_is_not_told_any_more(shop: Shop) -> None:
    shop.punch(shop.at(MONDAY, 9), What.IN)
    assert odd(shop, shop.at(MONDAY, 9) + 61 * 24 * HOUR_MS) == [("no_end", "2026-03-02", "")]
    assert odd(shop, shop.at(MONDAY, 9) + 63 * 24 * HOUR_MS) == []
