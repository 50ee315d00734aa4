"""Bonuses, holidays, kinds of leave and the shop's own breaks among the pay rules: rows, sheets and commands."""

import pytest
from msgspec.structs import replace

from appliance import messages as m
from kiosk_ui.navigation import Overlay
from tests.kiosk_ui import staff_samples as staff
from tests.kiosk_ui.staff_desk import Desk

TODAY = "2026-11-24"
NIGHT = {"name": "Night", "per": "hour", "from_minute": 1320, "to_minute": 360}


def at(name: str, terms: m.StaffRulesView = staff.TERMS_HOLIDAYS) -> Desk:
    desk = Desk(staff.RULES_SHOWN, terms)
    desk.staff_rules.choose(f"list:{name}")
    desk.sent.clear()
    return desk


def rows(desk: Desk) -> dict[str, tuple[str, str]]:
    return {row.key: (row.title, row.text) for row in desk.staff_rules.view.rows}


def test_holidays_are_asked_for_when_somebody_looks_at_them_and_given_up_after() -> None:
    desk = Desk(staff.RULES_SHOWN, staff.TERMS)
    desk.staff_rules.choose("list:bonuses")
    assert desk.sent == []
    desk.staff_rules.choose("list:all_holidays")
    assert desk.staff_rules.view.rows[-1].title == "Looking them up …"
    desk.staff_rules.back()
    assert desk.sent == [m.LookAtHolidays(shown=True), m.LookAtHolidays(shown=False)]
    assert not desk.staff_rules.view.is_list


def test_a_page_that_is_opened_anew_begins_with_the_rules() -> None:
    desk = at("leave")
    desk.show(m.StaffRulesView())
    desk.show(staff.TERMS)
    assert not desk.staff_rules.view.is_list


def test_a_bonus_says_when_for_what_and_from_which_day() -> None:
    found = rows(at("bonuses"))
    assert found["bonus:2026-01-01:Night"] == (
        "Night: €3.00 an hour",
        "22:00 – 6:00  ·  every day  ·  from Thu 1 Jan 2026",
    )
    title, text = found["bonus:2026-06-01:Sunday"]
    assert title == "Sunday: €25.00 a shift"
    assert text.startswith("24 hours from 0:00  ·  Sun  ·  Bar")
    assert text.endswith("until Thu 31 Dec 2026")


def test_a_new_bonus_gets_a_code_that_no_other_ever_had() -> None:
    desk = at("bonuses")
    desk.staff_rules.add()
    assert desk.overlay() is Overlay.SHEET
    desk.sheet.tap_chip("per=shift")
    desk.sheet.tap_chip("weekdays=6")
    desk.sheet.tap_chip("weekdays=0")
    desk.sheet.tap_chip("job=bar")
    desk.fill(name="early", amount="150", to="600")
    assert desk.sent == [
        m.SetShiftBonus(
            "early", TODAY, 150, "early", "shift", "bar", to_minute=360, weekdays=(0, 6)
        )
    ]
    again = at("bonuses", replace(staff.TERMS, bonus_codes=("early",)))
    again.staff_rules.add()
    again.fill(name="early", amount="150")
    assert again.sent == [m.SetShiftBonus("early 2", TODAY, 150, "early")]


def test_a_bonus_changes_or_ends_from_a_day_on() -> None:
    desk = at("bonuses")
    desk.staff_rules.choose("bonus:2026-01-01:Night")
    desk.fill(amount="0")
    desk.sheet.close()
    desk.staff_rules.choose("bonus:2026-01-01:Night")
    desk.sheet.tap_chip("act=ends")
    desk.sheet.edit("from_day")
    desk.sheet.choose("2026-12-01")
    desk.sheet.save()
    assert desk.sent == [
        m.SetShiftBonus("Night", TODAY, 3000, **NIGHT),  # type: ignore[arg-type]
        m.SetShiftBonus("Night", "2026-12-01", None),
    ]


def test_a_day_before_a_bonus_counts_is_said_to_be_too_early() -> None:
    desk = at("bonuses")
    desk.staff_rules.choose("bonus:2026-06-01:Sunday")
    desk.sheet.edit("from_day")
    desk.sheet.choose("2026-05-31")
    desk.sheet.save()
    assert desk.sent == []
    assert "Mon 1 Jun 2026" in desk.sheet.view.note


def test_a_change_that_is_to_come_is_taken_back_and_what_counts_goes_on() -> None:
    desk = at("bonuses")
    desk.staff_rules.choose("bonus:2027-01-01:Night")
    desk.sheet.remove()
    desk.ask.yes()
    assert desk.sent == [m.SetShiftBonus("Night", "2027-01-01", 300, **NIGHT)]  # type: ignore[arg-type]


def test_holidays_stand_by_year_with_what_they_pay() -> None:
    found = at("all_holidays").staff_rules.view.rows
    assert [row.key for row in found[:2]] == ["rule:holidays", "rule:holiday_pay"]
    assert found[0].title == "Public holidays of: United States, California"
    assert [row.title for row in found if not row.enabled] == ["2026", "2027"]
    told = {row.key: row.text for row in found}
    assert told["holiday:2026-11-26"] == (
        "Thu 26 Nov 2026: 200 % for work, 8:00 h for who is off  ·  the shop's own"
    )
    assert told["holiday:2026-11-27"] == "Fri 27 Nov 2026: not kept here"
    assert "100 % for work, 0:00 h" in told["holiday:2026-12-31"]


def test_a_day_of_the_shop_is_added_and_taken_out() -> None:
    desk = at("all_holidays")
    desk.staff_rules.add()
    desk.sheet.edit("day")
    desk.sheet.choose("2026-12-24")
    desk.sheet.tap_chip("factor=1000000")
    desk.fill(name="Closed", hours="0")
    desk.sheet.close()
    desk.staff_rules.choose("holiday:2026-12-31")
    desk.sheet.remove()
    desk.ask.yes()
    assert desk.sent == [
        m.SetHoliday("2026-12-24", "Closed", factor_ppm=1_000_000, hours_ms=0),
        m.SetHoliday("2026-12-31", None),
    ]


def test_a_public_holiday_pays_what_the_shop_says_or_is_taken_off_and_kept_again() -> None:
    desk = at("all_holidays")
    desk.staff_rules.choose("holiday:2026-12-25")
    desk.sheet.tap_chip("factor=2500000")
    desk.sheet.save()
    desk.sheet.close()
    desk.staff_rules.choose("holiday:2026-12-25")
    desk.sheet.remove()
    desk.ask.yes()
    desk.staff_rules.choose("holiday:2026-11-27")
    desk.ask.yes()
    assert desk.sent == [
        m.SetHoliday("2026-12-25", "Christmas Day", factor_ppm=2_500_000),
        m.SetHoliday("2026-12-25", "Christmas Day", observed=False),
        m.SetHoliday("2026-11-27", None),
    ]


def test_a_country_and_its_part_are_chips_and_others_are_typed() -> None:
    desk = at("all_holidays")
    desk.staff_rules.choose("rule:holidays")
    country, part = desk.sheet.view.fields
    assert len(country.chips) == 8
    assert [one.text for one in part.chips] == ["Alabama", "California", "New York"]
    desk.sheet.tap_chip("country=DE")
    desk.sheet.tap_chip("subdivision=Augsburg")
    desk.sheet.save()
    assert desk.sent == [m.SetPayTerms(holiday_country="DE", holiday_subdivision="Augsburg")]


def test_kinds_of_leave_say_what_earns_them_and_are_added_and_renamed() -> None:
    desk = at("leave")
    assert rows(desk)["leave:sick"] == ("sick leave", "1 h for each 30 h worked")
    assert rows(desk)["leave:jury"] == ("Jury duty", "archived")
    desk.staff_rules.add()
    desk.fill(name="jury", every="30")
    desk.sheet.close()
    desk.staff_rules.choose("leave:sick")
    desk.fill(name="ness")
    assert desk.sent == [
        m.DefineLeave("jury 2", name="jury", accrual_ppm=33_334),
        m.DefineLeave("sick", name="sick leaveness"),
    ]


@pytest.mark.parametrize(("code", "archived"), [("vacation", True), ("jury", False)])
def test_a_kind_of_leave_is_archived_and_used_again(code: str, *, archived: bool) -> None:
    desk = at("leave")
    desk.staff_rules.choose(f"leave:{code}")
    if archived:
        desk.sheet.remove()
    desk.ask.yes()
    assert desk.sent == [m.DefineLeave(code, archived=archived)]


def test_own_breaks_are_set_all_together_and_one_takes_the_place_of_another() -> None:
    desk = at("own_breaks", staff.TERMS_BREAKS)
    assert rows(desk)["break:21600000"][0] == "over 6:00 h: 30 minutes"
    desk.staff_rules.add()
    desk.fill(after="600", minutes="0")
    assert desk.sent == []
    assert desk.sheet.view.note == "Please say how many minutes."
    desk.fill(minutes="20")
    desk.sheet.close()
    desk.staff_rules.choose("break:32400000")
    desk.sheet.remove()
    desk.ask.yes()
    six, nine = m.OwnBreakSaid(21_600_000, 1_200_000), m.OwnBreakSaid(32_400_000, 2_700_000)
    assert desk.sent == [
        m.SetPayTerms(own_breaks=(six, nine)),
        m.SetPayTerms(own_breaks=(m.OwnBreakSaid(21_600_000, 1_800_000),)),
    ]


def test_the_list_of_own_breaks_is_shown_where_they_count() -> None:
    plain = [row.key for row in Desk(staff.RULES_SHOWN, staff.TERMS).staff_rules.view.rows]
    own = [row.key for row in Desk(staff.RULES_SHOWN, staff.TERMS_BREAKS).staff_rules.view.rows]
    assert "list:own_breaks" not in plain
    assert "list:own_breaks" in own


def test_an_empty_list_says_what_to_do() -> None:
    desk = at("bonuses", staff.NO_TERMS)
    assert [row.title for row in desk.staff_rules.view.rows] == ["No shift bonus yet."]


def test_a_row_of_the_rules_names_the_first_few_of_its_list() -> None:
    found = rows(Desk(staff.RULES_SHOWN, staff.TERMS))
    assert found["list:bonuses"][0] == "Shift bonuses: Night, Sunday"
    many = tuple(replace(staff.BONUSES[0], name=f"Bonus {n}") for n in range(5))
    found = rows(Desk(staff.RULES_SHOWN, replace(staff.TERMS, bonuses=many)))
    assert found["list:bonuses"][0] == "Shift bonuses: Bonus 0, Bonus 1, Bonus 2 …"
