"""The till as a time clock, driven by the commands that scripts and screens send."""

from pathlib import Path

import pytest

from appliance.messages import (
    AddEarning,
    ApproveCorrection,
    ApproveWages,
    AskPunch,
    BadgeRead,
    Command,
    ContestCorrection,
    CorrectPunch,
    DefineJob,
    GiveBadge,
    NoticeLevel,
    NoticeView,
    PayWages,
    PunchClock,
    RemoveEarning,
    Scan,
    SetClock,
    SetPayRules,
    SetRate,
    SignIn,
    SignOut,
    TicketView,
    TimeclockView,
    UndoPunch,
)
from appliance.register import RegisterOptions
from appliance.services import wages
from appliance.services.places import ACTS
from tests.appliance.counter import COFFEE, Counter, open_counter
from tests.appliance.trading import START_MS

HOUR_MS = 3_600_000
ANA, BEN = SignIn("1", "1111"), SignIn("2", "2222")
TAP = BadgeRead("badges", (("em4100", "0A1B2C3D4E"),))


@pytest.fixture
def counter(tmp_path: Path) -> Counter:
    opened = open_counter(tmp_path)
    opened.do(BEN, GiveBadge("1"), TAP, SetPayRules(zone="Europe/Berlin", overtime="us_federal"))
    opened.do(SetRate("1", "2026-01-01", 1200), SignOut())
    return opened


def entries(counter: Counter) -> int:
    return int(counter.shelf.db.sql("SELECT count(*) FROM entry")[0][0])


def at(hours: float) -> SetClock:
    return SetClock(START_MS + round(hours * HOUR_MS))


def shown(counter: Counter) -> TimeclockView:
    return counter.show(TimeclockView)


def ids(counter: Counter, table: str) -> list[str]:
    return [row[0] for row in counter.shelf.db.sql(f"SELECT id FROM {table} ORDER BY at_ms")]


def test_a_badge_asks_what_it_shall_be_and_a_punch_answers_it(counter: Counter) -> None:
    counter.do(TAP)
    assert (shown(counter).asks is not None, shown(counter).choices) == (True, ("in",))
    assert counter.do(PunchClock("in")) == ""
    notice = counter.show(NoticeView)
    assert (notice.level, notice.code) == (NoticeLevel.DONE, "punched_in")
    (ana,) = shown(counter).at_work
    assert (ana.name, ana.presence) == ("Ana", "at_work")
    assert shown(counter).asks is None
    counter.do(at(1), TAP)
    assert shown(counter).choices == ("break_start", "out")


def test_a_badge_does_not_disturb_the_sale(counter: Counter) -> None:
    counter.do(BEN, Scan(COFFEE), TAP, PunchClock("in"))
    assert [line.name for line in counter.show(TicketView).lines] == ["Flat white"]
    assert [one.name for one in shown(counter).at_work] == ["Ana"]


def test_a_badge_that_was_held_a_while_ago_punches_nothing(counter: Counter) -> None:
    counter.do(TAP, at(1))
    assert counter.do(PunchClock("in")) == "who_is_it"


def test_a_pin_will_do_and_wrong_ones_are_counted(counter: Counter) -> None:
    assert counter.do(PunchClock("in", employee="1", pin="9999")) == "wrong_pin"
    assert counter.do(PunchClock("in", employee="1", pin="1111")) == ""
    assert {row[0] for row in counter.shelf.db.sql("SELECT tries FROM pin_try")} == {0}
    assert "1111" not in repr(PunchClock("in", employee="1", pin="1111"))


def test_a_tap_that_contradicts_the_last_punch_is_refused_and_a_second_one_is_harmless(
    counter: Counter,
) -> None:
    counter.do(TAP)
    assert counter.do(PunchClock("out")) == "punch_does_not_fit"
    counter.do(PunchClock("in"), TAP)
    before = entries(counter)
    assert counter.do(PunchClock("in")) == ""
    assert entries(counter) == before
    assert counter.do(PunchClock("lunch", employee="1", pin="1111")) == "not_a_punch"


def test_a_punch_is_taken_back_within_seconds_and_not_later(counter: Counter) -> None:
    counter.do(TAP, PunchClock("in"))
    punch = shown(counter).punch
    assert punch is not None
    assert counter.do(UndoPunch(punch)) == ""
    assert shown(counter).at_work == ()
    counter.do(at(1), TAP, PunchClock("in"))
    again = shown(counter).punch
    assert again is not None
    assert counter.do(at(2), UndoPunch(again)) == "too_late_to_undo"
    assert counter.do(UndoPunch("K7Q2-9999")) == "no_such_punch"


def test_a_forgotten_punch_goes_from_the_employee_by_the_manager_to_the_wages(
    counter: Counter,
) -> None:
    counter.do(TAP, PunchClock("in"), at(24))
    asked = AskPunch("1", "out", START_MS + 8 * HOUR_MS, "forgot, went at six")
    assert counter.do(asked) == ""
    assert shown(counter).requests == 1
    (request,) = ids(counter, "punch_request")
    assert counter.do(ANA, ApproveCorrection(request)) == "managers_only"
    assert counter.do(SignOut(), BEN, ApproveCorrection(request)) == ""
    assert shown(counter).requests == 0
    assert counter.do(ApproveCorrection(request)) == "no_such_request"
    ana = counter.shelf.db.sql("SELECT id FROM employee WHERE number = '1'")[0][0]
    found = wages.of_employee(
        counter.shelf.db, ana, "2026-01-01", "2026-01-04", START_MS + 24 * HOUR_MS
    )
    assert (found.total_minor, found.questions) == (9600, ())


@pytest.mark.parametrize(
    "command",
    [
        CorrectPunch("1", "why", what="in", at_ms=START_MS),
        DefineJob("till", "Till"),
        SetRate("1", "2026-01-01", 1000),
        SetPayRules(week_starts=6),
        AddEarning("1", "2026-01-01", "bonus", "x", 100),
        RemoveEarning("K7Q2-1", "why"),
        ApproveWages("1", "2026-01-01", "2026-01-04"),
        PayWages("1", 100, "2026-01-04"),
    ],
)
def test_pay_is_the_managers_business(counter: Counter, command: Command) -> None:
    before = entries(counter)
    assert counter.do(command) == "managers_only"
    assert entries(counter) == before
    counter.do(ANA)
    assert counter.do(command) == "managers_only"


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (SetRate("7", "2026-01-01", 1000), "no_such_employee"),
        (SetRate("1", "1.1.2026", 1000), "not_a_day"),
        (SetRate("1", "2026-01-01", -1), "unknown_pay_rule"),
        (SetRate("1", "2026-01-01", 1000, job="cook"), "no_such_job"),
        (SetPayRules(overtime="mars"), "unknown_pay_rule"),
        (SetPayRules(round_minutes=7), "unknown_pay_rule"),
        (SetPayRules(zone="Europe/Atlantis"), "unknown_pay_rule"),
        (SetPayRules(period_anchor="soon"), "not_a_day"),
        (AddEarning("1", "2026-01-01", "gift", "x", 100), "unknown_pay_rule"),
        (RemoveEarning("K7Q2-9999", "why"), "no_such_earning"),
        (ApproveWages("1", "2026-01-04", "2026-01-01"), "bad_period"),
        (PayWages("1", 0, "2026-01-04"), "nothing_paid"),
        (CorrectPunch("1", " ", what="in", at_ms=START_MS), "reason_needed"),
        (CorrectPunch("1", "why", punch="K7Q2-9999"), "no_such_punch"),
        (CorrectPunch("1", "why"), "no_such_punch"),
        (ContestCorrection("K7Q2-9999", "why"), "no_such_correction"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_recorded(
    counter: Counter, command: Command, code: str
) -> None:
    counter.do(BEN)
    before = entries(counter)
    assert counter.do(command) == code
    assert entries(counter) == before


def test_the_configuration_says_what_is_possible_at_the_till(tmp_path: Path) -> None:
    strict = open_counter(
        tmp_path, options=RegisterOptions(acts=ACTS | {"punch": ("door",), "pay": ()})
    )
    assert strict.do(PunchClock("in", employee="1", pin="1111")) == "not_here"
    assert strict.do(BEN, PayWages("1", 100, "2026-01-04")) == "not_here"
    assert strict.do(AskPunch("1", "out", START_MS, "forgot")) == ""
