"""The part of the staff's page about the pay rules: what is shown is what wages are reckoned by."""

from pathlib import Path

from appliance.messages import CloseStaff, OpenStaff, SetPayRules, StaffRulesView, StaffView
from appliance.services.pay_rules import machine_zone
from tests.appliance.counter import open_counter
from tests.appliance.staff.at_work import BEN


def test_a_changed_rule_is_shown_at_once(tmp_path: Path) -> None:
    counter = open_counter(tmp_path)
    counter.do(BEN, OpenStaff("rules"))
    shown = counter.show(StaffRulesView)
    assert (shown.overtime, shown.round_minutes, shown.zone) == ("none", 0, "")
    assert shown.machine_zone == machine_zone()
    counter.do(SetPayRules(overtime="us_federal", week_starts=6, zone="Pacific/Chatham"))
    shown = counter.show(StaffRulesView)
    assert (shown.overtime, shown.week_starts, shown.zone) == ("us_federal", 6, "Pacific/Chatham")
    counter.do(CloseStaff())
    assert counter.show(StaffRulesView) == StaffRulesView()


def test_a_zone_that_is_none_is_refused_and_said_on_the_page(tmp_path: Path) -> None:
    counter = open_counter(tmp_path)
    counter.do(BEN, OpenStaff("rules"))
    assert counter.do(SetPayRules(zone="Mars/Olympus")) == "unknown_pay_rule"
    assert counter.show(StaffView).problem == "unknown_pay_rule"
    assert counter.show(StaffRulesView).zone == ""
