"""The part of the staff's page about wages: figures of 29 CFR 778.110 from punches to payment, a piece at a time."""

import datetime
import stat
from pathlib import Path

import pytest

from appliance.domain.timeclock import What
from appliance.journal.time_kinds import Punched
from appliance.messages import (
    AddAdjustment,
    AddEarning,
    ApproveAllWages,
    ApproveWages,
    CancelLeave,
    ChoosePerson,
    CloseStaff,
    GrantLeave,
    NewSale,
    NoticeView,
    OpenStaff,
    PayWages,
    PrintWages,
    ReckonWages,
    RemoveAdjustment,
    SaveWages,
    Scan,
    SetPayRules,
    SettleDifference,
    ShowHours,
    ShowLabour,
    ShowPeriod,
    ShowWages,
    SignIn,
    SignOut,
    StaffHoursView,
    StaffPayView,
    StaffPeopleView,
    StaffView,
    StartTender,
    TakeLeave,
    TenderCash,
)
from appliance.services import people
from appliance.staff.pay import AT_ONCE
from tests.appliance.counter import COFFEE, Counter, open_counter
from tests.appliance.staff.at_work import FORTY_SIX, MONDAY, agree, at, hire, later, seen, work

SATURDAY = datetime.date(2026, 3, 7)
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


def test_a_period_beyond_all_calendars_is_refused_and_the_one_before_stays(
    counter: Counter,
) -> None:
    assert counter.do(ShowPeriod("1969-01-01")) == "not_a_day"
    # Something is recorded, so that what is shown is reckoned anew.
    assert counter.do(ApproveWages(ana(counter), *WEEK)) == ""
    assert (seen(counter).from_day, seen(counter).state) == (WEEK[0], "approved")


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


def test_additions_and_deductions_are_paid_with_the_wages(counter: Counter) -> None:
    advance = AddAdjustment(ana(counter), "2026-03-04", "advance", "February", -10_000)
    counter.do(advance, ShowWages(ana(counter)))
    (row,) = seen(counter).rows
    assert (row.wages_minor, row.net_minor) == (58_800, 48_800)
    chosen = seen(counter).chosen
    assert chosen is not None
    (entered,) = chosen.adjustments
    counter.do(RemoveAdjustment(entered.id, "it was paid back"))
    assert seen(counter).rows[0].net_minor == 58_800


def test_leave_is_taken_and_cancelled_and_its_balance_shown(counter: Counter) -> None:
    hours_ms = 3_600_000
    days = ("2026-03-05", "2026-03-06", "2026-03-09")
    counter.do(
        GrantLeave(ana(counter), "vacation", "2026-01-01", 200 * hours_ms),
        TakeLeave(ana(counter), "vacation", days, 8 * hours_ms),
        ShowWages(ana(counter)),
    )
    chosen = seen(counter).chosen
    assert chosen is not None
    vacation = next(one for one in chosen.leave if one.code == "vacation")
    assert (vacation.granted_ms, vacation.taken_ms) == (200 * hours_ms, 24 * hours_ms)
    (taken,) = chosen.leave_taken
    assert (taken.from_day, taken.to_day, taken.days) == ("2026-03-05", "2026-03-09", 3)
    assert [line.amount_minor for line in chosen.lines if line.kind == "leave"] == [9_600, 9_600]
    counter.do(CancelLeave(taken.id, "was ill"))
    chosen = seen(counter).chosen
    assert chosen is not None
    assert chosen.leave_taken == ()
    assert [line.kind for line in chosen.lines] == ["time", "overtime"]


def test_labour_cost_is_counted_a_week_at_a_time(counter: Counter) -> None:
    counter.do(SetPayRules(period="monthly"), OpenStaff("pay"), ShowPeriod("2026-03-04"))
    seen(counter)
    counter.do(ShowLabour())
    labour = counter.show(StaffPayView).labour
    assert labour is not None
    assert (labour.done, labour.parts) == (0, 5)
    labour = seen(counter).labour
    assert labour is not None
    assert (labour.done, sum(one.cost_minor for one in labour.hours)) == (5, 55_200)
    assert [one.hour for one in labour.hours if one.worked_ms] == [6, 7, 8, 9, 10, 11, 12, 13]
    counter.do(ShowWages(ana(counter)))
    assert counter.show(StaffPayView).labour is None


def test_sales_stand_beside_labour(counter: Counter) -> None:
    counter.do(CloseStaff(), Scan(COFFEE), StartTender(), TenderCash(360), NewSale())
    counter.do(OpenStaff("pay"), ShowLabour())
    labour = seen(counter).labour
    assert labour is not None
    assert [(one.hour, one.sales_minor) for one in labour.hours if one.sales_minor] == [(9, 303)]


@pytest.mark.parametrize("form", ["csv", "pdf"])
def test_wages_are_saved_for_their_owners_eyes(counter: Counter, form: str) -> None:
    seen(counter)
    counter.do(SaveWages(form))  # type: ignore[arg-type]
    assert counter.show(StaffPayView).is_busy
    seen(counter)
    notice = counter.show(NoticeView)
    file = Path(str(dict(notice.fields)["file"]))
    assert (notice.code, file.suffix, file.parent.name) == ("wages_saved", f".{form}", "wages")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    content = file.read_bytes()
    assert content.startswith(b"%PDF-") if form == "pdf" else b"552.00" in content


def test_a_second_file_waits_and_an_empty_period_has_none(counter: Counter) -> None:
    seen(counter)
    counter.do(SaveWages("csv"))
    assert counter.do(SaveWages("csv")) == "busy"
    seen(counter)
    counter.do(ShowPeriod("2026-02-01"))
    seen(counter)
    assert counter.do(SaveWages("csv")) == "no_wages"


def test_what_changed_after_approval_is_asked_and_settled(counter: Counter) -> None:
    counter.do(ApproveWages(ana(counter), *WEEK))
    locked_out(counter)
    counter.do(ShowWages(ana(counter)))
    chosen = seen(counter).chosen
    assert chosen is not None
    (question,) = chosen.questions
    assert (question.why, question.amount_minor) == ("changed", 1_800)
    assert seen(counter).rows[0].state == "approved"
    counter.do(SettleDifference(question.approval, "2026-03-09"))
    chosen = seen(counter).chosen
    assert chosen is not None
    assert chosen.questions == ()
    counter.do(ShowPeriod("2026-03-09"))
    assert [(row.wages_minor, row.state) for row in seen(counter).rows] == [(1_800, "running")]


def locked_out(counter: Counter) -> None:
    """A register that was offline tells of one hour more on the Saturday that is approved."""
    first, last = at(SATURDAY, 13), at(SATURDAY, 14)
    desk = counter.register.till.desk
    for at_ms, what in ((first, What.IN), (last, What.OUT)):
        counter.clock.set(at_ms)
        desk.book.record(ana(counter), Punched(employee=ana(counter), what=what.value, by="pin"))
    later(counter)


def test_a_slip_goes_to_the_receipt_printer_with_what_is_still_owed(counter: Counter) -> None:
    counter.do(AddAdjustment(ana(counter), "2026-03-04", "advance", "February", -10_000))
    assert counter.do(PrintWages(ana(counter))) == ""
    assert "Approved: not yet" in printed(counter)
    counter.do(ApproveWages(ana(counter), *WEEK), PayWages(ana(counter), 40_000, "2026-03-10"))
    counter.do(PrintWages(ana(counter)))
    slip = printed(counter)
    assert "not yet" not in slip
    rows = [" ".join(row.split()) for row in slip.splitlines()]
    for row in ("46:00 h × 12.00, week of 2026-03-02", "overtime of the week 36.00",
                "Total wages 588.00", "advance: February -100.00", "To be paid 488.00",
                "Paid on 2026-03-10 400.00", "Still owed 88.00"):  # fmt: skip
        assert row in rows
    assert counter.do(PrintWages("nobody")) == "no_such_employee"


def printed(counter: Counter) -> str:
    """The newest slip, as text."""
    return counter.devices.printer.texts[-1]


def test_a_question_leads_to_its_day_and_to_the_person_whose_rate_is_missing(
    counter: Counter,
) -> None:
    eve = hire(counter, "9", "Eve")
    work(counter, 8, employee=eve)
    later(counter)
    counter.do(OpenStaff("hours"), ShowHours(eve, "2026-03-02", one_day=True))
    assert counter.show(StaffHoursView).day == "2026-03-02"
    counter.do(OpenStaff("people"), ChoosePerson(eve))
    chosen = counter.show(StaffPeopleView).chosen
    assert chosen is not None
    assert chosen.id == eve
