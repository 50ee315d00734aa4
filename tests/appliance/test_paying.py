"""What managers agree on about pay, driven by the commands that scripts and screens send."""

from pathlib import Path

import msgspec
import pytest

from appliance.domain.breaks import Due
from appliance.messages import (
    AddAdjustment,
    AnyCommand,
    ApproveWages,
    CancelLeave,
    Command,
    CorrectPunch,
    DefineLeave,
    GrantLeave,
    RemoveAdjustment,
    SetClock,
    SetHoliday,
    SetPayRules,
    SetPayTerms,
    SetRate,
    SetShiftBonus,
    SettleDifference,
    SignIn,
    SignOut,
    TakeLeave,
)
from appliance.messages.pay import OwnBreakSaid, OwnOvertimeSaid
from appliance.services import leave, pay_rules, wages
from appliance.services.wages import Wages
from tests.appliance.counter import Counter, open_counter
from tests.appliance.trading import START_MS

HOUR_MS = 3_600_000
ANA, BEN = SignIn("1", "1111"), SignIn("2", "2222")
WEEK = ("2025-12-29", "2026-01-04")
WEEK_IS_OVER = SetClock(START_MS + 100 * HOUR_MS)


@pytest.fixture
def counter(tmp_path: Path) -> Counter:
    opened = open_counter(tmp_path)
    opened.do(BEN, SetPayRules(zone="Europe/Berlin"), SetRate("1", "2025-01-01", 1000))
    return opened


def ana(counter: Counter) -> str:
    return str(counter.shelf.db.sql("SELECT id FROM employee WHERE number = '1'")[0][0])


def owed(counter: Counter, period: tuple[str, str] = WEEK) -> Wages:
    return wages.of_employee(counter.shelf.db, ana(counter), *period, START_MS + 200 * HOUR_MS)


def work(counter: Counter, hours: int) -> None:
    """1 January 2026 from ten in the morning on."""
    for what, at_ms in (("in", START_MS), ("out", START_MS + hours * HOUR_MS)):
        assert counter.do(CorrectPunch("1", "paper", what=what, at_ms=at_ms)) == ""


def newest(counter: Counter, table: str) -> str:
    """The id of the newest row, whose number is the highest."""
    ids = [str(row[0]) for row in counter.shelf.db.sql(f"SELECT DISTINCT id FROM {table}")]
    return max(ids, key=lambda each: int(each.partition("-")[2]))


def test_terms_are_set_field_by_field(counter: Counter) -> None:
    own = OwnOvertimeSaid(daily_after_ms=9 * HOUR_MS, daily_ppm=1_250_000)
    assert counter.do(SetPayTerms(breaks="own", own_breaks=(OwnBreakSaid(1, 2),))) == ""
    assert counter.do(SetPayTerms(own_overtime=own, meals_waived=True)) == ""
    assert counter.do(SetPayTerms(holiday_country="DE", holiday_subdivision="BY")) == ""
    assert counter.do(SetPayTerms(holiday_ppm=2_000_000, holiday_ms=HOUR_MS)) == ""
    assert counter.do(SetPayRules(overtime="own")) == ""
    rules = pay_rules.read(counter.shelf.db)
    assert (rules.breaks.dues, rules.meals_waived) == ((Due(1, 2),), True)
    assert (rules.overtime.name, rules.overtime.daily_after_ms) == ("own", 9 * HOUR_MS)
    assert rules.holidays is not None
    assert (rules.holidays.country, rules.holidays.subdivision) == ("DE", "BY")
    assert (rules.holiday_ppm, rules.holiday_ms) == (2_000_000, HOUR_MS)
    counter.do(SetPayTerms(holiday_country=""))
    assert pay_rules.read(counter.shelf.db).holidays is None


def test_a_holiday_with_a_bonus_goes_from_commands_to_the_cent(counter: Counter) -> None:
    """Ten hours on New Year's Day, from 10 to 20: 100.00, as much again, and 2 hours at 3.00 more."""
    counter.do(SetPayTerms(holiday_country="DE", holiday_ppm=2_000_000))
    counter.do(SetShiftBonus("late", "2025-01-01", 300, from_minute=18 * 60, to_minute=0))
    work(counter, 10)
    found = [(line.line_kind, line.name, line.amount_minor) for line in owed(counter).lines]
    assert found == [
        ("time", "", 10_000),
        ("holiday", "New Year's Day", 10_000),
        ("shift_bonus", "late", 600),
    ]
    counter.do(SetHoliday("2026-01-01", "New Year's Day", observed=False))
    assert owed(counter).total_minor == 10_600
    counter.do(SetHoliday("2026-01-01", None))
    assert owed(counter).total_minor == 20_600


def test_leave_is_granted_taken_and_cancelled(counter: Counter) -> None:
    assert counter.do(DefineLeave("moving", name="Moving house", accrual_ppm=1)) == ""
    assert counter.do(GrantLeave("1", "moving", "2026-01-01", 8 * HOUR_MS)) == ""
    two = TakeLeave("1", "moving", ("2026-01-02", "2026-01-03"), 8 * HOUR_MS)
    assert counter.do(two) == "not_enough_leave"
    assert counter.do(msgspec.structs.replace(two, reason="far away")) == ""
    assert owed(counter).total_minor == 16_000
    assert counter.do(CancelLeave(newest(counter, "leave_day"), "stays")) == ""
    left = {one.leave: one for one in leave.balances(counter.shelf.db, ana(counter), "2026-12-31")}
    assert left["moving"].left_ms == 8 * HOUR_MS


def test_adjustments_come_and_go(counter: Counter) -> None:
    assert counter.do(AddAdjustment("1", "2026-01-02", "tools", "Knife", -500)) == ""
    assert owed(counter).net_minor == -500
    assert counter.do(RemoveAdjustment(newest(counter, "adjustment"), "was ours")) == ""
    assert owed(counter).net_minor == 0


def test_nothing_that_was_approved_needs_settling_until_something_changes(counter: Counter) -> None:
    work(counter, 8)
    assert counter.do(ApproveWages("1", *WEEK)) == "period_not_over"
    counter.do(WEEK_IS_OVER)
    assert counter.do(ApproveWages("1", *WEEK)) == ""
    approval = newest(counter, "wage_period")
    assert counter.do(SettleDifference(approval, "2026-01-05")) == "nothing_changed"
    assert counter.do(SettleDifference("K7Q2-9", "2026-01-05")) == "nothing_changed"


COMMANDS: tuple[Command, ...] = (
    SetPayTerms(breaks="de"),
    SetShiftBonus("night", "2026-01-01", 100),
    SetHoliday("2026-01-01", "Inventory"),
    DefineLeave("sick"),
    GrantLeave("1", "sick", "2026-01-01", 1),
    TakeLeave("1", "sick", ("2026-01-01",), 1),
    CancelLeave("K7Q2-1", "why"),
    AddAdjustment("1", "2026-01-01", "tools", "Knife", 1),
    RemoveAdjustment("K7Q2-1", "why"),
    SettleDifference("K7Q2-1", "2026-01-01"),
)


@pytest.mark.parametrize("command", COMMANDS)
def test_pay_is_agreed_by_managers(counter: Counter, command: Command) -> None:
    counter.do(SignOut())
    before = counter.shelf.db.sql("SELECT count(*) FROM entry")
    assert counter.do(command) == "managers_only"
    assert counter.shelf.db.sql("SELECT count(*) FROM entry") == before
    counter.do(ANA)
    assert counter.do(command) == "managers_only"


@pytest.mark.parametrize("command", COMMANDS)
def test_each_is_a_line_of_a_script(command: Command) -> None:
    line = msgspec.json.encode(command)
    assert msgspec.json.decode(line, type=AnyCommand) == command


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (SetPayTerms(breaks="mars"), "unknown_pay_rule"),
        (SetPayTerms(holiday_country="XX"), "unknown_pay_rule"),
        (SetShiftBonus("night", "soon", 100), "not_a_day"),
        (SetShiftBonus("night", "2026-01-01", 100, weekdays=(8,)), "unknown_pay_rule"),
        (SetShiftBonus("night", "2026-01-01", 100, job="cook"), "no_such_job"),
        (SetHoliday("2026-02-30", "x"), "not_a_day"),
        (SetHoliday("2026-02-20", " "), "unknown_pay_rule"),
        (DefineLeave("sick", accrual_ppm=-1), "unknown_pay_rule"),
        (GrantLeave("7", "sick", "2026-01-01", 1), "no_such_employee"),
        (GrantLeave("1", "gap year", "2026-01-01", 1), "unknown_pay_rule"),
        (GrantLeave("1", "sick", "2026-01-01", 0), "unknown_pay_rule"),
        (TakeLeave("1", "sick", (), 1), "unknown_pay_rule"),
        (TakeLeave("1", "sick", ("2026-01-01",), 1), "not_enough_leave"),
        (CancelLeave("K7Q2-9", "why"), "no_such_leave"),
        (AddAdjustment("1", "2026-01-01", "gift", "x", 1), "unknown_pay_rule"),
        (AddAdjustment("1", "2026-01-01", "other", "x", 0), "nothing_paid"),
        (RemoveAdjustment("K7Q2-9", "why"), "no_such_adjustment"),
        (SettleDifference("K7Q2-9", "soon"), "not_a_day"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_recorded(
    counter: Counter, command: Command, code: str
) -> None:
    before = counter.shelf.db.sql("SELECT count(*) FROM entry")
    assert counter.do(command) == code
    assert counter.shelf.db.sql("SELECT count(*) FROM entry") == before
