"""The part about the pay rules: what each means, and the command that a change sends."""

import pytest

from appliance import messages as m
from kiosk_ui.navigation import Overlay
from tests.kiosk_ui import staff_samples as staff
from tests.kiosk_ui.staff_desk import Desk


@pytest.fixture
def desk() -> Desk:
    return Desk(staff.RULES_SHOWN, staff.RULES)


def test_each_rule_says_its_value_and_what_it_means(desk: Desk) -> None:
    rows = {row.key: (row.title, row.text) for row in desk.staff_rules.view.rows}
    assert rows["rule:round_minutes"] == (
        "Rounding of punches: off",
        "Recommended: every minute is paid as it was worked.",
    )
    assert rows["rule:early_minutes"][0] == "Clocking in before a shift: no limit"
    assert rows["rule:late_minutes"][0] == "Late after: 5 minutes"
    assert rows["rule:week_starts"][0] == "The workweek begins on: Monday"
    assert "Labor Code 510" in rows["rule:overtime"][1]
    assert rows["rule:zone"][0] == "Time zone: as the machine: Europe/Berlin"


@pytest.mark.parametrize(
    ("rule", "chosen", "command"),
    [
        ("overtime", "us_federal", m.SetPayRules(overtime="us_federal")),
        ("week_starts", "6", m.SetPayRules(week_starts=6)),
        ("period", "monthly", m.SetPayRules(period="monthly")),
        ("round_minutes", "15", m.SetPayRules(round_minutes=15)),
        ("early_minutes", "10", m.SetPayRules(early_minutes=10)),
        ("late_minutes", "0", m.SetPayRules(late_minutes=0)),
        ("breaks", "de", m.SetPayTerms(breaks="de")),
        ("meals_waived", "yes", m.SetPayTerms(meals_waived=True)),
    ],
)
def test_a_value_that_is_chosen_is_what_the_register_is_asked_for(
    desk: Desk, rule: str, chosen: str, command: m.Command
) -> None:
    desk.staff_rules.choose(f"rule:{rule}")
    assert desk.overlay() is Overlay.SHEET
    desk.sheet.tap_chip(f"{rule}={chosen}")
    desk.sheet.save()
    assert desk.sent == [command]


def test_the_sheet_says_what_every_value_means(desk: Desk) -> None:
    desk.staff_rules.choose("rule:overtime")
    assert "29 USC 207" in desk.sheet.view.text
    assert "Labor Code 510" in desk.sheet.view.text


def test_the_zone_is_typed_and_the_anchor_is_a_day(desk: Desk) -> None:
    desk.staff_rules.choose("rule:zone")
    desk.fill(zone="Europe/Madrid")
    desk.sheet.close()
    desk.staff_rules.choose("rule:period_anchor")
    desk.sheet.edit("period_anchor")
    desk.sheet.choose("2026-11-23")
    desk.sheet.save()
    assert desk.sent == [
        m.SetPayRules(zone="Europe/Madrid"),
        m.SetPayRules(period_anchor="2026-11-23"),
    ]


def test_months_need_no_day_to_count_from() -> None:
    keys = [row.key for row in Desk(staff.RULES_SHOWN, staff.RULES_PLAIN).staff_rules.view.rows]
    assert "rule:period_anchor" not in keys
    assert "rule:period" in keys


def test_holidays_are_those_of_a_country_and_its_part() -> None:
    desk = Desk(staff.RULES_SHOWN, staff.RULES_PLAIN)
    desk.staff_rules.choose("rule:holidays")
    desk.fill(country="es", subdivision="ct")
    desk.sheet.close()
    desk.staff_rules.choose("rule:holiday_pay")
    desk.sheet.tap_chip("factor=2000000")
    desk.fill(hours="800")
    assert desk.sent == [
        m.SetPayTerms(holiday_country="ES", holiday_subdivision="CT"),
        m.SetPayTerms(holiday_ppm=2_000_000, holiday_ms=28_800_000),
    ]


def test_the_shops_own_overtime_keeps_what_the_sheet_does_not_show() -> None:
    desk = Desk(staff.RULES_SHOWN, staff.RULES_OWN)
    row = next(row for row in desk.staff_rules.view.rows if row.key == "rule:own_overtime")
    assert row.title == "Own overtime rules: over 38:30 h a week"
    desk.staff_rules.choose("rule:own_overtime")
    desk.sheet.tap_chip("daily_factor=1250000")
    desk.fill(daily="900")
    assert desk.sent == [
        m.SetPayTerms(
            own_overtime=m.OwnOvertimeSaid(
                weekly_after_ms=138_600_000,
                daily_after_ms=32_400_000,
                daily_ppm=1_250_000,
                seventh_day=True,
            )
        )
    ]


def test_only_rules_that_matter_are_shown() -> None:
    plain = [row.key for row in Desk(staff.RULES_SHOWN, staff.RULES_PLAIN).staff_rules.view.rows]
    assert "rule:own_overtime" not in plain
    assert "rule:meals_waived" not in plain
