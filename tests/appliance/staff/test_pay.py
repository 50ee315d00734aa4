"""The part of the staff's page about wages: figures of 29 CFR 778.110 from punches to payment, a piece at a time."""

import datetime
from pathlib import Path

import pytest

from appliance.messages import (
    AddEarning,
    ApproveAllWages,
    ApproveWages,
    CloseStaff,
    NoticeView,
    OpenStaff,
    PayWages,
    ReckonWages,
    ShowPeriod,
    ShowWages,
    SignIn,
    SignOut,
    StaffPayView,
    StaffView,
)
from appliance.services import people
from appliance.staff.pay import AT_ONCE
from tests.appliance.counter import Counter, open_counter
from tests.appliance.staff.at_work import FORTY_SIX, MONDAY, agree, hire, later, seen, work

WEEK = ("2026-03-02", "2026-03-08")


@pytest.fixture
def counter(tmp_path: Path) -> Counter:
    opened = open_counter(tmp_path)
    agree(opened)
    work(opened, *FORTY_SIX)
    later(opened)
    opened.do(OpenStaff("pay"), ShowPeriod("2026-03-04"))
    return opened


def ana(counter: Counter) -> str:
    return people.find(counter.shelf.db, "1").id


def test_a_week_of_forty_six_hours_is_shown_with_its_lines(counter: Counter) -> None:
    counter.do(ShowWages(ana(counter)))
    shown = seen(counter)
    assert (shown.from_day, shown.to_day, shown.state) == (*WEEK, "ready")
    (row,) = shown.rows
    assert (row.name, row.state, row.wages_minor) == ("Ana", "ready", 58_800)
    assert (row.worked_ms, row.overtime_ms) == (46 * 3_600_000, 6 * 3_600_000)
    assert shown.chosen is not None
    assert [(line.kind, line.amount_minor) for line in shown.chosen.lines] == [
        ("time", 55_200),
        ("overtime", 3_600),
    ]


def test_approved_and_paid_it_is_settled_and_a_payment_can_be_taken_back(counter: Counter) -> None:
    counter.do(ApproveWages(ana(counter), *WEEK))
    assert (seen(counter).state, seen(counter).rows[0].owed_minor) == ("approved", 58_800)
    counter.do(PayWages(ana(counter), 58_800, "2026-03-10"))
    assert (seen(counter).state, seen(counter).rows[0].owed_minor) == ("paid", 0)
    counter.do(
        PayWages(ana(counter), -58_800, "2026-03-11", "wrong envelope"), ShowWages(ana(counter))
    )
    shown = seen(counter)
    assert (shown.state, shown.rows[0].owed_minor) == ("approved", 58_800)
    assert shown.chosen is not None
    assert [(one.amount_minor, one.note) for one in shown.chosen.payments] == [
        (-58_800, "wrong envelope"),
        (58_800, ""),
    ]


def test_payments_settle_the_oldest_period_first(counter: Counter) -> None:
    work(counter, 10, since=MONDAY + datetime.timedelta(days=7))
    later(counter, 20)
    counter.do(
        ApproveWages(ana(counter), *WEEK), ApproveWages(ana(counter), "2026-03-09", "2026-03-15")
    )
    counter.do(PayWages(ana(counter), 60_000, "2026-03-16"))
    assert counter.do(ShowPeriod(WEEK[0])) == ""
    assert seen(counter).state == "paid"
    counter.do(ShowPeriod("2026-03-09"))
    assert (seen(counter).state, seen(counter).rows[0].owed_minor) == ("approved", 10_800)


def test_a_period_that_still_runs_and_an_empty_one_say_so(counter: Counter) -> None:
    counter.do(ShowPeriod())
    assert (seen(counter).state, seen(counter).rows) == ("running", ())
    counter.do(ShowPeriod("2026-02-01"))
    assert (seen(counter).state, seen(counter).rows) == ("empty", ())


def test_whoever_is_only_owed_something_is_listed_and_not_approved_again(counter: Counter) -> None:
    counter.do(ApproveWages(ana(counter), *WEEK), ShowPeriod("2026-02-01"))
    (row,) = seen(counter).rows
    assert (row.state, row.owed_minor, row.wages_minor) == ("none", 58_800, 0)
    counter.do(ApproveAllWages())
    assert counter.shelf.db.sql("SELECT count(*) FROM wage_period")[0][0] == 1


def test_many_people_are_reckoned_a_few_at_a_time(counter: Counter) -> None:
    for number in range(10, 10 + 2 * AT_ONCE):
        hire(counter, str(number), f"Person {number}")
    counter.do(ShowPeriod(WEEK[0]))
    first = counter.show(StaffPayView)
    assert (first.reckoned, first.people, first.is_busy) == (AT_ONCE, 2 * AT_ONCE + 2, True)
    counter.do(ReckonWages())
    assert counter.show(StaffPayView).reckoned == 2 * AT_ONCE
    assert counter.show(StaffPayView).step == first.step + 1


def test_going_on_answers_nothing_that_a_person_asked(counter: Counter) -> None:
    before = counter.show(StaffView).answered
    counter.do(ReckonWages())
    assert counter.show(StaffView).answered == before


def test_all_without_questions_are_approved_a_few_at_a_time(counter: Counter) -> None:
    for number in range(10, 11 + AT_ONCE):
        work(counter, 8, employee=hire(counter, str(number), f"Person {number}"))
    later(counter)
    counter.do(ShowPeriod(WEEK[0]))
    waiting = [row.state for row in seen(counter).rows]
    assert (waiting.count("ready"), waiting.count("questions")) == (1, AT_ONCE + 1)
    counter.do(ApproveAllWages())
    shown = seen(counter)
    assert [row.state for row in shown.rows if row.name == "Ana"] == ["approved"]
    assert {row.state for row in shown.rows if row.name != "Ana"} == {"questions"}
    assert shown.state == "ready"
    notice = counter.show(NoticeView)
    assert (notice.code, notice.fields) == ("wages_approved", (("count", 1),))


def test_what_was_reckoned_is_kept_until_the_journal_has_grown(counter: Counter) -> None:
    before = seen(counter)
    counter.do(ReckonWages(), ShowPeriod("never"))
    assert counter.show(StaffPayView) == before
    counter.do(AddEarning(ana(counter), "2026-03-04", "bonus", "Inventory", 4_600))
    assert seen(counter).rows[0].wages_minor == 63_700


def test_extra_pay_is_listed_with_its_id(counter: Counter) -> None:
    counter.do(
        AddEarning(ana(counter), "2026-03-04", "bonus", "Inventory", 4_600), ShowWages(ana(counter))
    )
    chosen = seen(counter).chosen
    assert chosen is not None
    (bonus,) = chosen.earnings
    assert (bonus.name, bonus.amount_minor, bonus.day) == ("Inventory", 4_600, "2026-03-04")
    found = counter.shelf.db.sql("SELECT id FROM earning")
    assert bonus.id == found[0][0]


def test_it_is_for_managers_and_empty_while_nobody_looks(counter: Counter) -> None:
    assert counter.do(ShowWages("nobody")) == "no_such_employee"
    assert counter.do(ShowPeriod("tomorrow")) == "not_a_day"
    counter.do(CloseStaff())
    assert counter.show(StaffPayView) == StaffPayView()
    counter.do(SignOut(), SignIn("1", "1111"))
    for command in (ShowPeriod(), ShowWages(), ApproveAllWages(), ReckonWages()):
        assert counter.do(command) == "managers_only"
