"""The page of the staff: who may see it, and that it learns what became of what was asked there."""

from pathlib import Path

import pytest

from appliance.messages import (
    CloseStaff,
    DefineJob,
    OpenStaff,
    Scan,
    SetRate,
    SignIn,
    SignOut,
    StaffView,
    StartTender,
)
from appliance.staffing import Staffing
from tests.appliance.counter import COFFEE, Counter, open_counter

ANA, BEN = SignIn("1", "1111"), SignIn("2", "2222")


@pytest.fixture
def counter(tmp_path: Path) -> Counter:
    return open_counter(tmp_path)


def test_the_page_is_for_managers(counter: Counter) -> None:
    assert counter.do(OpenStaff()) == "managers_only"
    assert counter.do(ANA, OpenStaff()) == "managers_only"
    assert counter.do(SignOut(), BEN, OpenStaff("pay")) == ""
    assert counter.show(StaffView).part == "pay"


def test_nothing_is_sold_behind_the_page_and_nobody_is_kept_from_paying(counter: Counter) -> None:
    counter.do(BEN, OpenStaff())
    assert counter.do(Scan(COFFEE)) == "leave_page_first"
    counter.do(CloseStaff(), Scan(COFFEE), StartTender())
    assert counter.do(OpenStaff()) == "finish_payment_first"


def test_it_closes_with_the_page_and_with_whoever_opened_it(counter: Counter) -> None:
    counter.do(BEN, OpenStaff(), CloseStaff())
    assert counter.show(StaffView).part == ""
    counter.do(OpenStaff("hours"), SignOut())
    assert counter.show(StaffView).part == ""


def test_it_learns_what_was_done_and_what_was_refused(counter: Counter) -> None:
    counter.do(BEN, OpenStaff())
    before = counter.show(StaffView).answered
    counter.do(SetRate("9", "2026-01-01", 1200))
    seen = counter.show(StaffView)
    assert (seen.answered, seen.problem) == (before + 1, "no_such_employee")
    counter.do(DefineJob("bar", "Bar"))
    seen = counter.show(StaffView)
    assert (seen.answered, seen.problem, seen.problem_fields) == (before + 2, "", ())


def test_a_closed_page_is_told_once_and_costs_a_scan_nothing(counter: Counter) -> None:
    staffing = Staffing(counter.register.till, {})
    assert staffing.views() == (StaffView(),)
    assert staffing.views() == ()
    counter.do(BEN)
    staffing.open(OpenStaff("pay"))
    assert staffing.views() == staffing.views() == (StaffView("pay"),)
    staffing.close()
    assert staffing.views() == (StaffView(),)
    assert staffing.views() == ()
