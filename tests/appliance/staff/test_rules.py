"""The part of the staff's page about the pay rules: what is shown is what wages are reckoned by."""

from pathlib import Path

from appliance.messages import (
    CloseStaff,
    DefineLeave,
    LookAtHolidays,
    OpenStaff,
    OwnBreakSaid,
    OwnBreakView,
    OwnOvertimeSaid,
    SetClock,
    SetHoliday,
    SetPayRules,
    SetPayTerms,
    SetShiftBonus,
    SignOut,
    StaffRulesView,
    StaffView,
)
from appliance.services.pay_rules import machine_zone
from tests.appliance.counter import open_counter
from tests.appliance.staff.at_work import BEN
from tests.appliance.trading import START_MS


def test_a_changed_rule_is_shown_at_once(tmp_path: Path) -> None:
    counter = open_counter(tmp_path)
    counter.do(BEN, OpenStaff("rules"))
    shown = counter.show(StaffRulesView)
    assert (shown.overtime, shown.round_minutes, shown.zone) == ("none", 0, "")
    assert shown.machine_zone == machine_zone()
    counter.do(
        SetPayRules(overtime="us_federal", week_starts=6, zone="Pacific/Chatham", early_minutes=10)
    )
    shown = counter.show(StaffRulesView)
    assert (shown.overtime, shown.week_starts, shown.zone) == ("us_federal", 6, "Pacific/Chatham")
    assert (shown.early_minutes, shown.late_minutes) == (10, 5)
    counter.do(CloseStaff())
    assert counter.show(StaffRulesView) == StaffRulesView()


def test_a_zone_that_is_none_is_refused_and_said_on_the_page(tmp_path: Path) -> None:
    counter = open_counter(tmp_path)
    counter.do(BEN, OpenStaff("rules"))
    assert counter.do(SetPayRules(zone="Mars/Olympus")) == "unknown_pay_rule"
    assert counter.show(StaffView).problem == "unknown_pay_rule"
    assert counter.show(StaffRulesView).zone == ""


def test_terms_of_pay_are_shown_too(tmp_path: Path) -> None:
    counter = open_counter(tmp_path)
    own = OwnOvertimeSaid(weekly_after_ms=138_600_000, weekly_ppm=1_250_000, seventh_day=True)
    counter.do(BEN, OpenStaff("rules"), SetPayRules(overtime="own"))
    counter.do(SetPayTerms(own_overtime=own, breaks="de", holiday_country="DE", holiday_ms=1))
    shown = counter.show(StaffRulesView)
    assert (shown.weekly_after_ms, shown.weekly_ppm, shown.seventh_day) == (
        138_600_000,
        1_250_000,
        True,
    )
    assert (shown.breaks, shown.holiday_country, shown.holiday_ms) == ("de", "DE", 1)
    assert counter.do(SetPayTerms(holiday_country="DE", holiday_subdivision="XX")) != ""
    assert counter.show(StaffRulesView).holiday_subdivision == ""


def test_bonuses_that_count_or_are_to_come_are_shown_and_those_that_ended_are_not(
    tmp_path: Path,
) -> None:
    """The clock says 1 January 2026."""
    counter = open_counter(tmp_path)
    counter.do(BEN, OpenStaff("rules"), SetPayRules(zone="Europe/Berlin"))
    counter.do(SetShiftBonus("Night", "2025-01-01", 300, "Night", from_minute=1320))
    counter.do(SetShiftBonus("Night", "2026-03-01", 350, "Night", from_minute=1320))
    counter.do(SetShiftBonus("Sunday", "2025-01-01", 100, "Sunday", weekdays=(6,)))
    counter.do(SetShiftBonus("Sunday", "2026-02-01", None))
    counter.do(SetShiftBonus("Gone", "2024-01-01", 1), SetShiftBonus("Gone", "2026-01-01", None))
    shown = counter.show(StaffRulesView)
    assert [(one.code, one.from_day, one.amount_minor, one.until_day) for one in shown.bonuses] == [
        ("Night", "2025-01-01", 300, ""),
        ("Night", "2026-03-01", 350, ""),
        ("Sunday", "2025-01-01", 100, "2026-01-31"),
    ]
    assert sorted(shown.bonus_codes) == ["Gone", "Night", "Sunday"]
    # A change that is taken back is what counted before, said once more.
    counter.do(SetShiftBonus("Night", "2026-03-01", 300, "Night", from_minute=1320))
    codes = [one.code for one in counter.show(StaffRulesView).bonuses]
    assert codes == ["Night", "Sunday"]


def test_another_day_is_another_view_though_nothing_was_recorded(tmp_path: Path) -> None:
    counter = open_counter(tmp_path)
    counter.do(BEN, OpenStaff("rules"), SetPayRules(zone="Europe/Berlin"))
    assert counter.show(StaffRulesView).today == "2026-01-01"
    counter.do(SetClock(START_MS + 14 * 3_600_000))
    assert counter.show(StaffRulesView).today == "2026-01-02"


def test_holidays_are_looked_up_only_for_whoever_looks_at_them(tmp_path: Path) -> None:
    counter = open_counter(tmp_path)
    counter.do(BEN, OpenStaff("rules"))
    counter.do(SetPayTerms(holiday_country="DE", holiday_subdivision="BY"))
    assert counter.show(StaffRulesView).holidays is None
    counter.do(
        SetHoliday("2026-12-25", "Christmas", observed=False), SetHoliday("2027-03-01", "Inventory")
    )
    counter.do(LookAtHolidays(shown=True))
    shown = counter.show(StaffRulesView)
    days = {one.day: one for one in shown.holidays or ()}
    assert (days["2026-01-06"].name, days["2026-01-06"].is_public) == ("Epiphany", True)
    assert (days["2026-12-25"].kept, days["2026-12-25"].is_public) == (False, True)
    assert (days["2027-03-01"].is_public, days["2027-03-01"].is_own) == (False, True)
    assert {day[:4] for day in days} == {"2026", "2027"}
    parts = {one.country: dict(one.parts) for one in shown.countries}
    assert (parts["DE"]["BY"], parts["US"]["CA"], parts["MX"]) == ("Bayern", "California", {})
    counter.do(LookAtHolidays(shown=False))
    assert counter.show(StaffRulesView).holidays is None
    counter.do(SignOut())
    assert counter.do(LookAtHolidays(shown=True)) == "managers_only"


def test_kinds_of_leave_and_own_breaks_are_shown_as_they_were_told(tmp_path: Path) -> None:
    counter = open_counter(tmp_path)
    counter.do(BEN, OpenStaff("rules"), DefineLeave("move", name="Moving", accrual_ppm=7))
    counter.do(DefineLeave("sick", archived=True))
    counter.do(SetPayTerms(breaks="own", own_breaks=(OwnBreakSaid(3_600_000, 600_000),)))
    shown = counter.show(StaffRulesView)
    kinds = {one.code: (one.name, one.accrual_ppm, one.archived) for one in shown.leave_kinds}
    assert kinds == {
        "vacation": ("", 0, False),
        "sick": ("", 0, True),
        "move": ("Moving", 7, False),
    }
    assert shown.own_breaks == (OwnBreakView(3_600_000, 600_000),)
