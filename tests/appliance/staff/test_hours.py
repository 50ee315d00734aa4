"""The part *Hours* of the page of the staff, driven by the commands that the screen sends."""

from pathlib import Path

import pytest

from appliance.messages import (
    ApproveCorrection,
    ApproveWages,
    AskPunch,
    Command,
    CorrectPunch,
    HoursDayView,
    OpenStaff,
    PunchClock,
    PutPunchRight,
    SetClock,
    SetPayRules,
    SetRate,
    ShowHours,
    SignIn,
    SignOut,
    StaffHoursView,
    StaffView,
)
from appliance.services import people
from tests.appliance.counter import Counter, open_counter
from tests.appliance.trading import START_MS

HOUR_MS = 3_600_000
TODAY = "2026-01-01"
"""START_MS is ten in the morning in Berlin, on a Thursday."""
ANA, BEN = SignIn("1", "1111"), SignIn("2", "2222")
CAME = PunchClock("in", employee="1", pin="1111")


@pytest.fixture
def counter(tmp_path: Path) -> Counter:
    opened = open_counter(tmp_path)
    opened.do(BEN, SetPayRules(zone="Europe/Berlin"), SetRate("1", "2026-01-01", 1200))
    opened.do(OpenStaff("hours"))
    return opened


def ana(counter: Counter) -> str:
    return people.find(counter.shelf.db, "1").id


def shown(counter: Counter) -> StaffHoursView:
    return counter.show(StaffHoursView)


def today(counter: Counter) -> HoursDayView:
    week = shown(counter).week
    assert week is not None
    return next(one for one in week.days if one.day == TODAY)


def right(counter: Counter, time: str, **given: object) -> PutPunchRight:
    values = {"day": TODAY, "reason": "saw it", "what": "in", **given}
    return PutPunchRight(ana(counter), time=time, **values)  # type: ignore[arg-type]


def entries(counter: Counter) -> int:
    return int(counter.shelf.db.sql("SELECT count(*) FROM entry")[0][0])


def test_while_nobody_looks_there_is_nothing_to_be_seen(counter: Counter) -> None:
    counter.do(CAME)
    assert shown(counter).people
    counter.do(OpenStaff("pay"))
    assert shown(counter) == StaffHoursView()


def test_who_comes_while_a_manager_looks_is_seen(counter: Counter) -> None:
    assert [one.presence for one in shown(counter).people] == ["away", "away"]
    counter.do(CAME)
    assert [one.presence for one in shown(counter).people] == ["at_work", "away"]


def test_time_that_goes_by_brings_a_forgotten_end_to_light(counter: Counter) -> None:
    counter.do(CAME)
    assert shown(counter).odd == ()
    counter.do(SetClock(START_MS + 17 * HOUR_MS), ShowHours())
    assert [one.why for one in shown(counter).odd] == ["no_end"]


def test_somebodys_week_or_day_is_shown_and_left_again(counter: Counter) -> None:
    counter.do(ShowHours(ana(counter)))
    week = shown(counter).week
    assert week is not None
    assert (week.days[0].day, shown(counter).day) == ("2025-12-29", "")
    counter.do(ShowHours(ana(counter), TODAY, one_day=True))
    assert shown(counter).day == TODAY
    counter.do(ShowHours())
    assert shown(counter).week is None
    counter.do(ShowHours(ana(counter)), OpenStaff("hours"))
    assert shown(counter).week is None


def test_a_request_is_approved_and_the_punch_counts_as_asked(counter: Counter) -> None:
    counter.do(ShowHours(ana(counter)), CAME)
    punch = today(counter).punches[0].id
    counter.do(AskPunch("1", "in", START_MS - HOUR_MS, "the reader slept", punch=punch))
    (request,) = shown(counter).requests
    assert counter.do(ApproveCorrection(request.id)) == ""
    assert shown(counter).requests == ()
    assert today(counter).punches[0].said.at_ms == START_MS - HOUR_MS
    assert today(counter).punches[0].corrections[0].author == "Ben"


def test_a_punch_is_put_right_by_the_clock_on_the_wall(counter: Counter) -> None:
    counter.do(ShowHours(ana(counter)), CAME)
    punch = today(counter).punches[0].id
    assert counter.do(right(counter, "9:30", punch=punch)) == ""
    (seen,) = today(counter).punches
    assert seen.said.at_ms == START_MS - HOUR_MS // 2
    (correction,) = seen.corrections
    assert (correction.author, correction.reason) == ("Ben", "saw it")
    assert counter.do(right(counter, "18:00", what="out")) == ""
    assert today(counter).paid_ms == 17 * HOUR_MS // 2
    assert counter.do(right(counter, "", punch=punch, what=None)) == ""
    assert [one.gone for one in today(counter).punches] == ["taken_away", ""]


def test_what_is_refused_is_said_and_changes_nothing(counter: Counter) -> None:
    counter.do(ShowHours(ana(counter)))
    before = entries(counter)
    refused: dict[str, Command] = {
        "not_a_time": right(counter, "25:00"),
        "not_a_day": right(counter, "9:00", day="yesterday"),
        "no_such_time": right(counter, "2:30", day="2026-03-29"),
        "time_comes_twice": right(counter, "2:30", day="2026-10-25"),
        "reason_needed": right(counter, "9:00", reason=" "),
        "no_such_punch": right(counter, "9:00", punch="K7Q2-9999"),
        "not_a_punch": right(counter, "9:00", what="lunch"),
        "no_such_employee": ShowHours("K7Q2-9999"),
    }
    for code, command in refused.items():
        assert counter.do(command) == code
        assert counter.show(StaffView).problem == code
    assert entries(counter) == before


def test_a_locked_day_says_by_whom_and_is_not_changed(counter: Counter) -> None:
    counter.do(ShowHours(ana(counter)), CAME, SetClock(START_MS + 8 * HOUR_MS))
    counter.do(PunchClock("out", employee="1", pin="1111"), SetClock(START_MS + 4 * 24 * HOUR_MS))
    counter.do(ApproveWages("1", "2025-12-29", "2026-01-04"), ShowHours(ana(counter), TODAY))
    lock = today(counter).lock
    assert lock is not None
    assert lock.author == "Ben"
    punch = today(counter).punches[0].id
    assert counter.do(right(counter, "9:30", punch=punch)) == "period_locked"
    assert today(counter).punches[0].corrections == ()


def test_hours_are_the_managers_business(counter: Counter) -> None:
    command, other = right(counter, "9:00"), ShowHours(ana(counter))
    counter.do(SignOut())
    before = entries(counter)
    assert [counter.do(one) for one in (command, other)] == ["managers_only"] * 2
    assert entries(counter) == before
    counter.do(ANA)
    assert [counter.do(one) for one in (command, other)] == ["managers_only"] * 2
    assert counter.do(CorrectPunch("1", "why", what="in", at_ms=START_MS)) == "managers_only"
