"""The part about wages: every line explains itself, and what is locked is asked about first."""

import pytest
from msgspec.structs import replace

from appliance import messages as m
from kiosk_ui.navigation import Overlay
from kiosk_ui.presenters.formats import Formats
from kiosk_ui.presenters.staff.pay_lines import Lines
from kiosk_ui.strings import Words
from tests.kiosk_ui import samples as s
from tests.kiosk_ui import staff_samples as staff
from tests.kiosk_ui.staff_desk import Desk

HOUR_MS = 3_600_000


def shown(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ")


def lines_of(desk: Desk) -> list[tuple[str, str, str]]:
    return [
        (line.title, shown(line.text), shown(line.amount))
        for line in desk.staff_pay.view.person.lines
    ]


def test_every_line_says_what_it_is_how_it_was_reckoned_and_by_which_rule() -> None:
    assert lines_of(Desk(staff.WAGES, staff.PAY_OF_ANA))[:5] == [
        ("Straight time: Till", "38 h × 12.00 = 456.00, week of 16 Nov", "€456.00"),
        ("Straight time: Stockroom", "8 h × 13.00 = 104.00, week of 16 Nov", "€104.00"),
        ("Bonus: Inventory", "week of 16 Nov", "€46.00"),
        (
            "Overtime",
            "6 h × ≈ 13.17 × 0.5 = 39.52, more than 40 hours a week (29 USC 207), week of 16 Nov",
            "€39.52",
        ),
        ("Wages of the period", "", "€645.52"),
    ]


@pytest.mark.parametrize(
    ("length_ms", "said"),
    [
        (0, "0 h"),
        (38 * HOUR_MS + 1_800_000, "38 h 30 min"),
        (HOUR_MS + 12_000, "1 h 12 s"),
        (59_999, "1 min"),
        (499, "0 h"),
    ],
)
def test_a_length_is_said_as_people_say_it(length_ms: int, said: str) -> None:
    assert shown(Lines(Formats(Words("en"), "EUR")).length(length_ms)) == said


@pytest.mark.parametrize("rules", ["none", "us_federal", "us_california", "own"])
@pytest.mark.parametrize(
    "extra", ["daily", "double", "seventh_day", "seventh_day_double", "weekly"]
)
def test_there_are_words_for_every_premium_under_every_rule(rules: str, extra: str) -> None:
    line = m.WageLineView("2026-11-16", "overtime", extra, HOUR_MS, 1_200, 500_000, 600)
    seen = m.WagesOfView("K7Q2-3", "Ana", rules, (line,))
    for language in ("en", "de", "es"):
        (row, _) = Lines(Formats(Words(language), "EUR")).of_person(seen)
        assert "staff_pay" not in row.text


def test_questions_lead_to_the_hours_and_keep_wages_from_being_approved() -> None:
    desk = Desk(staff.WAGES, staff.PAY_QUESTIONS)
    first = desk.staff_pay.view.person.lines[0]
    assert first.title == "Nobody clocked out on Tue 17 Nov 2026. When did work end?"
    assert (first.enabled, desk.staff_pay.view.person.can_approve) == (True, False)
    assert "questions" in desk.staff_pay.view.person.note
    desk.staff_pay.approve()
    desk.staff_pay.choose(first.key)
    assert desk.sent == [m.OpenStaff("hours")]
    assert desk.overlay() is Overlay.NONE


def test_approving_is_asked_first() -> None:
    desk = Desk(staff.WAGES, staff.PAY_OF_ANA)
    desk.staff_pay.approve()
    assert desk.sent == []
    assert "€588.00 for Mon 16 Nov – Sun 22 Nov 2026" in desk.ask.view.text
    desk.ask.yes()
    assert desk.sent == [m.ApproveWages("K7Q2-3", "2026-11-16", "2026-11-22")]


def test_all_that_are_ready_are_approved_at_once_when_everybody_is_reckoned() -> None:
    desk = Desk(staff.WAGES, staff.PAY_CROWD)
    assert (desk.staff_pay.view.approve_all, desk.staff_pay.view.can_approve_all) == (
        "Approve 30",
        True,
    )
    desk.staff_pay.approve_all()
    assert desk.ask.view.title == "Approve the wages of 30 people?"
    desk.ask.yes()
    assert desk.sent == [m.ApproveAllWages()]
    desk.show(replace(staff.PAY_CROWD, is_busy=True, step=9))
    assert not desk.staff_pay.view.can_approve_all


def test_a_period_that_runs_is_not_approved() -> None:
    desk = Desk(staff.WAGES, staff.PAY_RUNNING)
    assert not desk.staff_pay.view.person.can_approve
    desk.staff_pay.approve()
    assert desk.overlay() is Overlay.NONE


def test_the_next_people_are_asked_for_once_for_each_piece() -> None:
    desk = Desk(staff.WAGES)
    desk.show(staff.PAY_RECKONING)
    desk.show(replace(staff.PAY_RECKONING, reckoned=17))
    assert desk.sent == [m.ReckonWages()]
    desk.show(replace(staff.PAY_RECKONING, step=3))
    assert desk.sent == [m.ReckonWages(), m.ReckonWages()]
    desk.tick()
    assert len(desk.sent) == 3
    desk.show(staff.PAY)
    desk.tick()
    assert len(desk.sent) == 3


def test_what_is_owed_is_the_amount_that_is_offered_for_paying() -> None:
    desk = Desk(staff.WAGES, staff.PAY_APPROVED)
    desk.staff_pay.pay()
    desk.sheet.tap_chip("how=cash")
    desk.fill(note="at noon")
    assert desk.sent == [
        m.PayWages("K7Q2-4", 72_000, "2026-11-24", "cash from the drawer, at noon")
    ]


def test_a_payment_is_taken_back_as_the_same_amount_below_zero_with_a_reason() -> None:
    desk = Desk(staff.WAGES, staff.PAY_APPROVED)
    desk.staff_pay.choose("payment:K7Q2-90")
    taken_back = next(line for line in desk.staff_pay.view.person.lines if line.key.endswith("-90"))
    assert not taken_back.enabled
    desk.staff_pay.choose("payment:K7Q2-88")
    assert not desk.sheet.view.can_save
    desk.fill(note="twice")
    assert desk.sent == [m.PayWages("K7Q2-4", -78_000, "2026-11-24", "twice")]


def test_extra_pay_falls_into_the_period_and_is_removed_with_a_reason() -> None:
    desk = Desk(staff.WAGES, staff.PAY_OF_ANA)
    desk.staff_pay.extra()
    desk.sheet.tap_chip("kind=piece")
    desk.fill(name="buns", amount="4600")
    desk.sheet.close()
    desk.staff_pay.choose("earning:K7Q2-80")
    desk.fill(reason="twice")
    assert desk.sent == [
        m.AddEarning("K7Q2-3", "2026-11-22", "piece", "buns", 4_600),
        m.RemoveEarning("K7Q2-80", "twice"),
    ]


def test_periods_and_people_are_gone_to() -> None:
    desk = Desk(staff.WAGES, staff.PAY)
    desk.staff_pay.earlier()
    desk.staff_pay.later()
    desk.staff_pay.choose("wages:K7Q2-4")
    desk.staff_pay.back()
    assert desk.sent == [
        m.ShowPeriod("2026-11-15"),
        m.ShowPeriod("2026-11-23"),
        m.ShowWages("K7Q2-4"),
        m.ShowWages(""),
    ]


def test_the_list_says_how_it_is_with_everybody_and_what_it_comes_to() -> None:
    view = Desk(staff.WAGES, staff.PAY).staff_pay.view
    assert [(row.title, shown(row.text), row.amount, row.under) for row in view.rows] == [
        ("Ana Martínez", "46 h, 6 h overtime", "€588.00", "to be approved"),
        ("Ben Okafor", "40 h", "€720.00", "€720.00 owed"),
        ("Carla Rossi", "38 h 30 min", "€558.25", "2 questions"),
        ("Dmitri Ivanov", "20 h", "€290.00", "paid"),
        ("Eve Larsson", "did not work in this period", "", "€112.50 owed"),
    ]
    assert [(one.label, shown(one.amount)) for one in view.sums] == [
        ("4 people", "144 h 30 min, 6 h overtime"),
        ("Wages of the period", "€2,156.25"),
        ("Still owed", "€832.50"),
    ]


def test_it_speaks_german() -> None:
    desk = Desk(staff.WAGES, staff.PAY_OF_ANA, s.GERMAN_SHOP)
    assert lines_of(desk)[0] == (
        "Grundlohn: Till",
        "38 Std. × 12,00 = 456,00, Woche ab 16. Nov",
        "456,00 €",
    )
