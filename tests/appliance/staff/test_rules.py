"""The part of the staff's page about the pay rules: what is shown is what wages are reckoned by."""

from pathlib import Path

from appliance.messages import (
    CloseStaff,
    OpenStaff,
    OwnOvertimeSaid,
    SetPayRules,
    SetPayTerms,
    StaffRulesView,
    StaffView,
)
from appliance.services.pay_rules import machine_zone
from tests.appliance.counter import open_counter
from tests.appliance.staff.at_work import BEN


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
