"""The part about wages: every line explains itself, and what is locked is asked about first."""

import pytest
from msgspec.structs import replace

from appliance import messages as m
from kiosk_ui.navigation import Overlay
from kiosk_ui.presenters.formats import Formats
from kiosk_ui.presenters.staff.leave_sheets import days_of
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
    desk.staff_pay.choose(desk.staff_pay.view.person.lines[1].key)
    assert desk.sent == [
        m.OpenStaff("hours"),
        m.ShowHours("K7Q2-5", "2026-11-17", one_day=True),
        m.OpenStaff("people"),
        m.ChoosePerson("K7Q2-5"),
    ]
    assert desk.overlay() is Overlay.NONE


def test_approving_is_asked_first() -> None:
    desk = Desk(staff.WAGES, staff.PAY_OF_ANA)
    desk.staff_pay.approve()
    assert desk.sent == []
    assert "€645.52 for Mon 16 Nov – Sun 22 Nov 2026" in desk.ask.view.text
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


def test_the_slip_that_is_printed_is_of_whoever_is_looked_at() -> None:
    desk = Desk(staff.WAGES, staff.PAY_OF_ANA)
    desk.staff_pay.print_slip()
    assert desk.sent == [m.PrintWages("K7Q2-3")]


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
        ("Ana Martínez", "46 h, 6 h overtime", "€645.52", "to be approved"),
        ("Ben Okafor", "40 h", "€720.00", "€720.00 owed"),
        ("Carla Rossi", "38 h 30 min", "€558.25", "2 questions"),
        ("Dmitri Ivanov", "20 h", "€290.00", "paid"),
        ("Eve Larsson", "did not work in this period", "", "€112.50 owed"),
    ]
    assert [(one.label, shown(one.amount)) for one in view.sums] == [
        ("4 people", "144 h 30 min, 6 h overtime"),
        ("Wages of the period", "€2,213.77"),
        ("Still owed", "€832.50"),
    ]


def test_it_speaks_german() -> None:
    desk = Desk(staff.WAGES, staff.PAY_OF_ANA, s.GERMAN_SHOP)
    assert lines_of(desk)[0] == (
        "Grundlohn: Till",
        "38 h × 12,00 = 456,00, Woche ab 16. Nov",
        "456,00 €",
    )


def test_what_is_no_wage_stands_under_the_wages_with_what_is_to_be_paid() -> None:
    rows = lines_of(Desk(staff.WAGES, staff.PAY_MIXED))
    place = [title for title, _, _ in rows].index("Wages of the period")
    assert rows[place : place + 4] == [
        ("Wages of the period", "", "€714.67"),
        ("October", "advance, Wed 18 Nov 2026", "−€200.00"),
        ("Parking", "expenses, Wed 18 Nov 2026", "€12.00"),
        ("To be paid", "", "€526.67"),
    ]


def test_lines_besides_hours_are_named() -> None:
    rows = lines_of(Desk(staff.WAGES, staff.PAY_MIXED))
    titles = [title for title, _, _ in rows]
    assert titles[0].startswith("Something became known after the period from Mon 2 Nov 2026")
    assert titles[1] == "On Wed 18 Nov 2026 a meal period before the end of 5 h of work was missed."
    assert "Shift bonus: Night" in titles
    assert ("Paid leave: vacation", "8 h × 12.00 = 96.00, Fri 20 Nov 2026", "€96.00") in rows
    assert ("vacation", "granted 200 h, earned 0 h, taken 48 h", "152 h left") in rows


@pytest.mark.parametrize(
    ("kind", "command"),
    [
        ("advance", m.AddAdjustment("K7Q2-3", "2026-11-22", "advance", "x", -500)),
        ("expenses", m.AddAdjustment("K7Q2-3", "2026-11-22", "expenses", "x", 500)),
        ("other_minus", m.AddAdjustment("K7Q2-3", "2026-11-22", "other", "x", -500)),
        ("bonus", m.AddEarning("K7Q2-3", "2026-11-22", "bonus", "x", 500)),
    ],
)
def test_additions_and_deductions_are_no_wages(kind: str, command: m.Command) -> None:
    desk = Desk(staff.WAGES, staff.PAY_OF_ANA)
    desk.staff_pay.extra()
    desk.sheet.tap_chip("kind=bonus")
    desk.sheet.tap_chip(f"kind={kind}")
    desk.fill(name="x", amount="500")
    assert desk.sent == [command]


def test_leave_is_taken_on_the_weekdays_between_two_days() -> None:
    desk = Desk(staff.WAGES, staff.PAY_OF_ANA)
    desk.staff_pay.leave()
    for key, day in (("from", "2026-11-20"), ("to", "2026-11-24")):
        desk.sheet.edit(key)
        desk.sheet.choose(day)
    desk.sheet.tap_chip("weekdays=1")
    desk.sheet.save()
    days = ("2026-11-20", "2026-11-23")
    assert desk.sent == [m.TakeLeave("K7Q2-3", "vacation", days, 8 * HOUR_MS, "")]


def test_leave_is_granted_and_cancelled_by_tapping_its_row() -> None:
    desk = Desk(staff.WAGES, staff.PAY_MIXED)
    desk.staff_pay.choose("leave:sick")
    desk.fill(hours="4000", reason="year")
    desk.sheet.close()
    desk.staff_pay.choose("taken:K7Q2-70")
    desk.fill(reason="was ill")
    assert desk.sent == [
        m.GrantLeave("K7Q2-3", "sick", "2026-11-22", 40 * HOUR_MS, "year"),
        m.CancelLeave("K7Q2-70", "was ill"),
    ]


@pytest.mark.parametrize("end", ["2026-11-19", "2150-01-01"])
def test_leave_has_an_end(end: str) -> None:
    assert len(days_of("2026-11-20", end, "0 1 2 3 4 5 6")) == (0 if end < "2026-11-20" else 366)


def test_what_changed_after_approval_is_paid_with_the_period_or_let_be() -> None:
    desk = Desk(staff.WAGES, staff.PAY_MIXED)
    desk.staff_pay.choose("question:0")
    assert "€12.50" in desk.sheet.view.text
    desk.sheet.tap_chip("what=let_be")
    desk.fill(reason="agreed")
    assert desk.sent == [m.SettleDifference("K7Q2-60", "2026-11-22", let_be=True, reason="agreed")]


def test_a_change_in_a_locked_period_is_paid_today() -> None:
    rows = (replace(staff.PAY_ROWS[0], state="paid"), *staff.PAY_ROWS[1:])
    desk = Desk(staff.WAGES, replace(staff.PAY_MIXED, rows=rows))
    desk.staff_pay.choose("question:0")
    desk.sheet.save()
    assert desk.sent == [m.SettleDifference("K7Q2-60", "2026-11-24")]


def test_files_are_of_everybody_or_of_whoever_is_looked_at() -> None:
    desk = Desk(staff.WAGES, staff.PAY)
    desk.staff_pay.files()
    desk.sheet.save()
    desk.sheet.close()
    desk.show(staff.PAY_OF_ANA)
    desk.staff_pay.files()
    desk.sheet.tap_chip("form=csv")
    desk.sheet.save()
    assert desk.sent == [m.SaveWages("pdf"), m.SaveWages("csv", "K7Q2-3")]


def test_the_chart_shows_the_hours_in_which_something_happened() -> None:
    desk = Desk(staff.WAGES, staff.PAY_CHART)
    shown_hours = [(bar.hour, shown(bar.ratio)) for bar in desk.staff_pay.view.chart.bars]
    assert shown_hours[:3] == [("6", "–"), ("7", "69 %"), ("8", "23 %")]
    assert shown_hours[-1] == ("18", "36 %")
    assert desk.staff_pay.view.chart.bars[6].sales == 1
    assert shown(desk.staff_pay.view.chart.text) == (
        "Sales €3,261.95, 46 h of work for €667.00: 20 %."
    )


def test_an_hour_without_sales_says_so_and_names_no_share() -> None:
    desk = Desk(staff.WAGES, staff.PAY_CHART)
    desk.staff_pay.choose("hour:6")
    told = "6 to 7 o'clock: No sales, 1 h of work for €14.50."
    assert shown(desk.staff_pay.view.chart.text) == told


def test_an_hour_of_the_chart_is_told_when_it_is_tapped() -> None:
    desk = Desk(staff.WAGES, staff.PAY_CHART)
    desk.staff_pay.choose("hour:12")
    told = "12 to 13 o'clock: Sales €523.10, 5 h of work for €72.50: 14 %."
    assert shown(desk.staff_pay.view.chart.text) == told
    desk.staff_pay.choose("hour:12")
    assert shown(desk.staff_pay.view.chart.text).startswith("Sales €3,261.95")
    desk.staff_pay.chart()
    assert desk.sent == [m.ShowLabour(on=False)]
