"""Paid leave, additions and deductions: granted, taken, left, and what they come to in wages."""

import datetime
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.journal.kinds import EmployeeChanged
from appliance.journal.pay_kinds import (
    AdjustmentAdded,
    HolidayCalendar,
    LeaveGranted,
    LeaveKindDefined,
    LeaveTaken,
    PayTermsChanged,
)
from appliance.journal.staff_kinds import EmployeeDetailed
from appliance.journal.time_kinds import JobDefined, RateSet
from appliance.services import leave, pay_rules, pay_terms, timeclock, wages
from tests.appliance.services.test_pay_terms import told
from tests.appliance.services.test_wages import MONDAY, TILL, Shop, open_shop

HOUR_MS = 3_600_000
WEEK = ("2026-03-02", "2026-03-08")


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    opened = open_shop(tmp_path)
    opened.rate(1000)
    yield opened
    assert opened.shelf.differences() == ()
    opened.shelf.close()


def grant(shop: Shop, hours: int, kind: str = "vacation", day: str = "2026-01-01") -> str:
    return leave.grant(shop.desk, LeaveGranted(shop.ana, kind, day, hours * HOUR_MS), shop.ben)


def take(shop: Shop, *days: str, hours: int = 8, kind: str = "vacation", reason: str = "") -> str:
    body = LeaveTaken(shop.ana, kind, days, hours * HOUR_MS, reason)
    return leave.take(shop.desk, body, shop.ben)


def left(shop: Shop, kind: str = "vacation", day: str = "2026-12-31") -> int:
    found = {
        one.leave: one.left_ms // HOUR_MS for one in leave.balances(shop.desk.db, shop.ana, day)
    }
    return found[kind]


def approve(shop: Shop, period: tuple[str, str] = WEEK) -> str:
    return wages.approve(shop.desk, shop.ana, *period, TILL, shop.ben, shop.after(period[1]))


def test_leave_is_paid_and_is_no_hours_worked(shop: Shop) -> None:
    """29 CFR 778.218: 40 hours of work and 8 of leave are no overtime."""
    grant(shop, 160)
    shop.work_week(10, 10, 10, 10)
    take(shop, "2026-03-06")
    found = shop.owed()
    assert told(found) == [("time", "", 2400, 40_000), ("leave", "vacation", 480, 8000)]
    assert (found.worked_ms, found.overtime_ms) == (40 * HOUR_MS, 0)
    assert left(shop) == 152


def test_leave_is_paid_at_the_rate_of_its_day_and_in_its_period(shop: Shop) -> None:
    grant(shop, 160)
    shop.rate(1200, since="2026-03-09")
    take(shop, "2026-03-06", "2026-03-09")
    assert told(shop.owed()) == [("leave", "vacation", 480, 8000)]
    assert told(shop.owed("2026-03-09", "2026-03-15")) == [("leave", "vacation", 480, 9600)]


def test_leave_without_a_rate_is_asked_about(shop: Shop) -> None:
    grant(shop, 8)
    none_any_more = RateSet(shop.ana, "", "2026-01-01", None)
    pay_rules.set_rate(shop.desk, none_any_more, shop.ben)
    take(shop, "2026-03-06")
    assert [one.why for one in shop.owed().questions] == ["no_rate"]


def test_more_than_is_left_is_refused_unless_a_manager_says_why(shop: Shop) -> None:
    grant(shop, 12)
    with pytest.raises(leave.NotEnoughLeave) as no:
        take(shop, "2026-03-05", "2026-03-06")
    assert (no.value.fields["left_hours"], no.value.fields["asked_hours"]) == ("12:00", "16:00")
    assert left(shop) == 12
    take(shop, "2026-03-05", "2026-03-06", reason="wedding")
    assert left(shop) == -4
    ((reason,),) = shop.desk.db.sql("SELECT DISTINCT reason FROM leave_day WHERE taken = 1")
    assert reason == "wedding"


def test_what_is_granted_later_in_the_year_is_not_there_yet(shop: Shop) -> None:
    grant(shop, 8, day="2026-06-01")
    with pytest.raises(leave.NotEnoughLeave):
        take(shop, "2026-03-05")
    assert (left(shop, day="2026-05-31"), left(shop, day="2026-06-01")) == (0, 8)
    take(shop, "2026-06-02")
    assert left(shop, day="2026-06-01") == 0


def test_cancelled_leave_is_left_again_and_stays_to_be_seen(shop: Shop) -> None:
    granted = grant(shop, 16)
    taken = take(shop, "2026-03-05", "2026-03-06")
    with pytest.raises(timeclock.ReasonNeeded):
        leave.cancel(shop.desk, taken, " ", shop.ben)
    leave.cancel(shop.desk, taken, "came after all", shop.ben)
    assert (left(shop), shop.owed().lines) == (16, ())
    assert shop.desk.db.sql("SELECT count(*) FROM leave_day WHERE removed IS NOT NULL") == [(2,)]
    with pytest.raises(leave.NoSuchLeave):
        leave.cancel(shop.desk, taken, "again", shop.ben)
    leave.cancel(shop.desk, granted, "wrong person", shop.ben)
    assert left(shop) == 0


def test_hours_worked_earn_leave_once_they_are_approved(shop: Shop) -> None:
    """An hour of sick leave for every thirty worked (California Labor Code 246(b)(1))."""
    edit = LeaveKindDefined("sick", accrual_ppm=33_333)
    pay_terms.define_leave(shop.desk, edit, shop.ben)
    shop.work_week(8, 8, 8, 8, 8)
    assert left(shop, "sick") == 0
    approve(shop)
    found = {one.leave: one for one in leave.balances(shop.desk.db, shop.ana, "2026-12-31")}
    assert found["sick"].accrued_ms == 40 * HOUR_MS * 33_333 // 1_000_000
    # What is agreed later earns nothing for hours that were approved.
    pay_terms.define_leave(shop.desk, LeaveKindDefined("sick", accrual_ppm=0), shop.ben)
    assert left(shop, "sick") == 1


def test_a_shop_has_kinds_of_its_own_with_names(shop: Shop) -> None:
    edit = LeaveKindDefined("moving", name="Moving house")
    pay_terms.define_leave(shop.desk, edit, shop.ben)
    grant(shop, 8, "moving")
    take(shop, "2026-03-06", kind="moving")
    assert told(shop.owed()) == [("leave", "Moving house", 480, 8000)]
    with pytest.raises(pay_rules.UnknownPayRule):
        grant(shop, 8, "sabbatical")
    pay_terms.define_leave(shop.desk, LeaveKindDefined("moving", archived=True), shop.ben)
    with pytest.raises(pay_rules.UnknownPayRule):
        take(shop, "2026-03-07", kind="moving")


@pytest.mark.parametrize("length_ms", [0, leave.MOST_GRANTED_MS + 1, -leave.MOST_GRANTED_MS - 1])
def test_nothing_and_more_than_a_year_is_not_granted(shop: Shop, length_ms: int) -> None:
    with pytest.raises(pay_rules.UnknownPayRule):
        leave.grant(
            shop.desk, LeaveGranted(shop.ana, "vacation", "2026-01-01", length_ms), shop.ben
        )


@pytest.mark.parametrize(
    ("days", "hours"), [((), 8), (("2026-03-06",), 0), (("2026-03-06",), 25), (("soon",), 8)]
)
def test_leave_that_cannot_be_is_refused(shop: Shop, days: tuple[str, ...], hours: int) -> None:
    grant(shop, 160)
    with pytest.raises((pay_rules.UnknownPayRule, pay_rules.NotADay)):
        take(shop, *days, hours=hours)
    take(shop, "2026-03-06")
    with pytest.raises(leave.LeaveTwice):
        take(shop, "2026-03-05", "2026-03-06")
    take(shop, "2026-03-06", hours=1, kind="sick", reason="dentist")


def test_leave_of_an_approved_day_stays(shop: Shop) -> None:
    grant(shop, 160)
    taken = take(shop, "2026-03-06")
    approve(shop)
    with pytest.raises(timeclock.PeriodLocked):
        leave.cancel(shop.desk, taken, "too late", shop.ben)
    with pytest.raises(timeclock.PeriodLocked):
        take(shop, "2026-03-05")
    assert told(shop.owed()) == [("leave", "vacation", 480, 8000)]


def test_a_weekly_salary_covers_leave(shop: Shop) -> None:
    """And is due in a week of nothing but leave; a week without either owes nothing."""
    shop.rate(80_000, covers=40)
    grant(shop, 160)
    shop.work_week(8, 8, 8, 8)
    take(shop, "2026-03-06")
    assert told(shop.owed()) == [("salary", "", 1920, 80_000), ("leave", "vacation", 480, 0)]
    take(shop, *(f"2026-03-{day:02d}" for day in range(9, 14)))
    off = shop.owed("2026-03-09", "2026-03-15")
    assert (off.total_minor, off.worked_ms) == (80_000, 0)
    assert shop.owed("2026-03-16", "2026-03-22").lines == ()


def test_holidays_are_paid_from_the_first_day_to_the_last(shop: Shop) -> None:
    terms = PayTermsChanged(holidays=HolidayCalendar("US"), holiday_ms=8 * HOUR_MS)
    pay_terms.change(shop.desk, terms, shop.ben)
    memorial = ("2026-05-25", "2026-05-31")

    def here(**days: str) -> bool:
        edit = EmployeeDetailed(employee=shop.ana, **days)
        shop.desk.book.record(shop.ben, edit)
        lines = told(shop.owed(*memorial))
        assert lines in ([], [("holiday_pay", "Memorial Day", 480, 8000)])
        return bool(lines)

    assert here()
    assert not here(hired_day="2026-05-26")
    assert here(hired_day="2026-05-25")
    assert not here(left_day="2026-05-24")
    assert here(left_day="2026-05-25")
    # Who may no longer sign in was here until the last day all the same.
    shop.desk.book.record(shop.ben, EmployeeChanged(employee=shop.ana, active=False))
    assert here()
    assert not here(left_day="")


def test_who_has_left_is_still_approved_and_paid(shop: Shop) -> None:
    shop.work_week(8)
    shop.desk.book.record(shop.ben, EmployeeChanged(employee=shop.ana, active=False))
    adjust(shop, 100)
    approve(shop)
    wages.pay(shop.desk, "1", 8100, "2026-03-09", TILL, shop.ben)
    assert wages.owed(shop.desk.db, shop.ana).owed_minor == 0


# --------------------------------------------------------------------------- additions and deductions


def adjust(shop: Shop, amount: int, kind: str = "expenses", day: str = "2026-03-06") -> str:
    body = AdjustmentAdded(shop.ana, day, kind, "taxi", amount)
    return wages.add_adjustment(shop.desk, body, shop.ben)


def test_additions_and_deductions_are_no_wages(shop: Shop) -> None:
    """44 hours at 10.00 with 36.00 for expenses: the regular rate stays 10.00, and what is owed is both."""
    shop.work_week(8, 8, 8, 8, 8, 4)
    adjust(shop, 3600)
    adjust(shop, -5000, "advance")
    found = shop.owed()
    assert (found.total_minor, found.net_minor) == (46_000, 44_600)
    assert [line.rate_minor for line in found.lines if line.line_kind == "overtime"] == [1000]
    assert [(one.adjustment_kind, one.amount_minor) for one in found.adjustments] == [
        ("expenses", 3600),
        ("advance", -5000),
    ]
    approve(shop)
    assert wages.owed(shop.desk.db, shop.ana).owed_minor == 44_600
    assert shop.owed().net_minor == 44_600


def test_an_adjustment_is_removed_by_an_entry_and_not_once_it_is_approved(shop: Shop) -> None:
    shop.work_week(8)
    wrong, right = adjust(shop, 100), adjust(shop, 200)
    wages.remove_adjustment(shop.desk, wrong, "twice", shop.ben)
    assert shop.owed().net_minor == 8200
    with pytest.raises(wages.NoSuchAdjustment):
        wages.remove_adjustment(shop.desk, wrong, "twice", shop.ben)
    approve(shop)
    with pytest.raises(timeclock.PeriodLocked):
        wages.remove_adjustment(shop.desk, right, "late", shop.ben)
    with pytest.raises(timeclock.PeriodLocked):
        adjust(shop, 300)
    with pytest.raises(wages.NothingPaid):
        adjust(shop, 0, day="2026-03-09")
    with pytest.raises(pay_rules.UnknownPayRule):
        adjust(shop, 1, "gift", day="2026-03-09")


def test_who_only_has_expenses_is_in_the_report(shop: Shop) -> None:
    adjust(shop, 100)
    found = wages.report(shop.desk.db, *WEEK, shop.clock.now().at_ms)
    assert [(one.name, one.total_minor, one.net_minor) for one in found] == [("Ana", 0, 100)]


# --------------------------------------------------------------------------- the record of 29 CFR 516.2(a)


def test_the_record_holds_every_field_of_516_2(shop: Shop) -> None:
    shop.work_week(10, 10, 10, 10, 4)
    adjust(shop, 3600)
    adjust(shop, -1000, "tools")
    for field, value in (
        ("address", "1 Main St, Oakland CA 94601"),
        ("born_day", "2008-03-03"),
        ("sex", "f"),
        ("occupation", "cashier"),
    ):
        shop.desk.db.sql(
            "INSERT INTO edit (thing, field, lamport, origin, value) VALUES (?, ?, 1, 'TEST', ?)",
            (f"person:{shop.ana}", field, f'"{value}"'),
        )
    approve(shop)
    wages.pay(shop.desk, shop.ana, 30_000, "2026-03-09", TILL, shop.ben)
    wages.pay(shop.desk, shop.ana, 30_000, "2026-03-10", TILL, shop.ben)
    found = wages.record(shop.desk.db, shop.ana, *WEEK, shop.clock.now().at_ms)
    assert (found.name, found.number, found.address) == ("Ana", "1", "1 Main St, Oakland CA 94601")
    assert (found.born_day, found.sex, found.occupation) == ("2008-03-03", "f", "cashier")
    assert (found.week_starts, found.zone) == (0, "America/Los_Angeles")
    assert [(one.day[-2:], one.worked_ms // HOUR_MS) for one in found.days] == [
        ("02", 10), ("03", 10), ("04", 10), ("05", 10), ("06", 4),
    ]  # fmt: skip
    (week,) = found.weeks
    assert (week.worked_ms // HOUR_MS, week.regular_rate_minor) == (44, 1000)
    assert (found.straight_minor, found.premium_minor, found.other_minor) == (44_000, 2000, 0)
    assert (found.additions_minor, found.deductions_minor) == (3600, 1000)
    assert (found.total_minor, found.net_minor) == (46_000, 48_600)
    assert [(one.day, one.amount_minor) for one in found.payments] == [
        ("2026-03-09", 30_000),
        ("2026-03-10", 18_600),
    ]
    assert found.owed_minor == 0
    shop.desk.db.sql("DELETE FROM edit WHERE origin = 'TEST'")


@pytest.mark.parametrize(("born", "kept"), [("2007-03-02", ""), ("2007-03-03", "2007-03-03")])
def test_a_birth_date_is_in_the_record_until_nineteen(shop: Shop, born: str, kept: str) -> None:
    shop.desk.db.sql(
        "INSERT INTO edit (thing, field, lamport, origin, value) VALUES (?, 'born_day', 1, 'TEST', ?)",
        (f"person:{shop.ana}", f'"{born}"'),
    )
    assert wages.record(shop.desk.db, shop.ana, *WEEK, 0).born_day == kept
    shop.desk.db.sql("DELETE FROM edit WHERE origin = 'TEST'")


def test_payments_settle_the_oldest_period_first(shop: Shop) -> None:
    for week in range(2):
        day = MONDAY + datetime.timedelta(days=7 * week)
        shop.work(day, 8, 8)
        approve(shop, (day.isoformat(), (day + datetime.timedelta(days=6)).isoformat()))
    wages.pay(shop.desk, shop.ana, 10_000, "2026-03-16", TILL, shop.ben)
    now_ms = shop.clock.now().at_ms
    first = wages.record(shop.desk.db, shop.ana, *WEEK, now_ms)
    second = wages.record(shop.desk.db, shop.ana, "2026-03-09", "2026-03-15", now_ms)
    assert (first.paid_minor, second.paid_minor, second.owed_minor) == (8000, 2000, 6000)


def test_the_days_of_a_salary_in_a_week_that_ends_by_the_hour_are_paid_by_its_share(
    shop: Shop,
) -> None:
    """800.00 for 40 hours until Wednesday, 15.00 an hour from Thursday on: neither work nor leave is for nothing."""
    shop.rate(80_000, covers=40, since="2026-02-01")
    shop.rate(1500, since="2026-03-05")
    grant(shop, 160)
    shop.work_week(8, 8, 0, 8)
    take(shop, "2026-03-04")
    assert told(shop.owed()) == [
        ("time", "", 960, 32_000),
        ("time", "", 480, 12_000),
        ("leave", "vacation", 480, 16_000),
    ]


def test_work_at_a_job_that_has_a_salary_of_its_own_is_paid_by_its_share(shop: Shop) -> None:
    pay_rules.define_job(shop.desk, JobDefined("bar", "Bar"), shop.ben)
    shop.rate(80_000, covers=40, job="bar")
    shop.work(MONDAY, 6, 8, "bar")
    assert told(shop.owed()) == [("time", "bar", 480, 16_000)]
