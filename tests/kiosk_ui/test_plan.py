"""The schedule on the page of the staff: what is said of each shift, and what gestures ask of the register."""

import pytest

from appliance import messages as m
from kiosk_ui.navigation import Overlay
from kiosk_ui.presenters import Presenters
from kiosk_ui.presenters.staff.plan_views import BlockView, PlanPageView
from tests.kiosk_ui import plan_samples as p
from tests.kiosk_ui import samples as s
from tests.kiosk_ui.scenes import MANAGING


class Page(Presenters):
    """The presenters with the schedule open, and a register that remembers what it was sent."""

    def __init__(self, week: m.PlanView = p.WEEK) -> None:
        self.sent: list[m.Command] = []
        super().__init__(self._take, now_ms=lambda: s.NOW_MS)
        for snapshot in (*MANAGING, p.PLAN, week):
            self.show(snapshot)

    def _take(self, command: m.Command) -> bool:
        self.sent.append(command)
        return True

    @property
    def view(self) -> PlanPageView:
        return self.plan.view

    def block(self, shift: str) -> BlockView:
        found = (one for row in self.view.rows for cell in row.cells for one in cell.blocks)
        return next(one for one in found if one.key == shift)

    def fill(self, key: str, text: str) -> None:
        self.sheet.edit(key)
        for sign in (*("back",) * 20, *text):
            self.typed(sign)
        self.sheet.take()

    def asked(self) -> list[str]:
        return [one.key for one in self.sheet.view.fields]


@pytest.fixture
def page() -> Page:
    return Page()


def with_shift(**fields: object) -> m.PlanView:
    return s.replace(p.WEEK, shifts=(s.replace(p.shift(1, p.ANA, 16), **fields),))


# --------------------------------------------------------------------------- what is said


def test_a_week_is_people_by_days(page: Page) -> None:
    assert page.view.title == "16 Nov – 22 Nov 2026"
    assert [one.text for one in page.view.heads][::6] == ["Mon 16", "Sun 22"]
    assert [one.ink for one in page.view.heads].count("brand_ink") == 1
    assert [row.name for row in page.view.rows] == [one.name for one in s.PEOPLE]
    ana = page.view.rows[0]
    assert [len(cell.blocks) for cell in ana.cells] == [1, 1, 1, 0, 1, 1, 1]
    assert [row.most for row in page.view.rows] == [1, 1, 2, 2]
    assert ana.cells[0].blocks[0].times == "09:00–17:00"


@pytest.mark.parametrize(
    ("fields", "text", "ink"),
    [
        ({"state": "coming"}, "Till", "muted"),
        ({"state": "coming", "job": ""}, "", "muted"),
        ({"state": "coming", "allowed": True}, "Till, may come early", "muted"),
        ({"state": "here"}, "here", "brand_ink"),
        ({"state": "here", "late_minutes": 12}, "came 12 min late", "amber_ink"),
        ({"state": "late", "late_minutes": 59}, "59 min late, not here yet", "amber_ink"),
        ({"state": "missing"}, "did not come", "danger_ink"),
        ({"state": "done"}, "has worked", "muted"),
        ({"state": "done", "late_minutes": 60}, "came 1 h late", "amber_ink"),
        ({"state": "done", "left_early_minutes": 95}, "left 1:35 h early", "amber_ink"),
        (
            {"state": "done", "late_minutes": 6, "left_early_minutes": 125},
            "came 6 min late, left 2:05 h early",
            "amber_ink",
        ),
        ({"state": "done", "clashes": True}, "planned twice", "danger_ink"),
        ({"state": "missing", "clashes": True}, "planned twice, did not come", "danger_ink"),
    ],
)
def test_what_a_colour_says_is_said_in_words(
    fields: dict[str, object], text: str, ink: str
) -> None:
    block = Page(with_shift(**fields)).block("K7Q2-501")
    assert (block.text, block.ink) == (text, ink)


def test_a_stay_for_no_shift_is_shown_and_cannot_be_tapped(page: Page) -> None:
    saturday, today = page.view.rows[0].cells[5].blocks, page.view.rows[0].cells[6].blocks
    assert (saturday[0].times, saturday[0].text) == ("09:02–13:10", "not planned")
    assert (today[0].times, today[0].enabled) == ("12:58–", False)


def test_an_empty_week_says_what_to_do_and_a_closed_page_shows_nothing() -> None:
    page = Page(p.EMPTY_WEEK)
    assert page.view.has_hint
    assert not Page().view.has_hint
    page.show(m.PlanView())
    assert page.view == PlanPageView()


def test_the_heading_counts_who_is_late(page: Page) -> None:
    assert "Schedule" in [chip.text for chip in page.staff.view.chips]
    page.show(m.TimeclockView(late=2, late_names=("Ana", "Ben")))
    assert "Schedule (2)" in [chip.text for chip in page.staff.view.chips]


# --------------------------------------------------------------------------- planning


def test_a_tapped_day_asks_for_a_shift_of_that_person(page: Page) -> None:
    page.plan.tap_cell(f"{p.ANA}@2026-11-19")
    assert page.shell.view.overlay is Overlay.SHEET
    assert page.sheet.view.title == "New shift: Ana Martínez"
    assert not page.sheet.view.can_save
    page.fill("begins", "2200")
    page.fill("ends", "600")
    page.sheet.tap_chip("job=bar")
    page.sheet.save()
    assert page.sent == [m.PlanShift(p.ANA, "2026-11-19", "22:00", "6:00", "bar")]


def test_a_tapped_name_asks_for_a_shift_today_or_on_the_first_day_of_another_week(
    page: Page,
) -> None:
    page.plan.tap_person(p.BEN)
    assert page.sheet.view.fields[0].value == "Sun 22 Nov 2026"
    page.show(s.replace(p.WEEK, today="2026-12-24"))
    page.plan.tap_person(p.BEN)
    assert page.sheet.view.fields[0].value == "Mon 16 Nov 2026"


def test_nobody_plans_for_who_has_left() -> None:
    page = Page(p.LONGEST)
    page.plan.tap_person(p.ANA)
    page.plan.tap_cell("nobody@2026-11-19")
    assert page.shell.view.overlay is Overlay.NONE
    page.plan.tap_block("K7Q2-502")
    assert page.sheet.view.fields[3].key == "employee"
    assert p.ANA not in [one.name.partition("=")[2] for one in page.sheet.view.fields[3].chips]


def test_a_tapped_shift_is_changed_or_dropped(page: Page) -> None:
    page.plan.tap_block("K7Q2-505")
    assert page.sheet.view.text == "has worked"
    page.fill("ends", "2200")
    page.sheet.tap_chip(f"employee={p.ANA}")
    page.sheet.save()
    assert page.sent == [
        m.ChangeShift("K7Q2-505", p.ANA, "2026-11-16", "13:00", "22:00", "till", "")
    ]
    page.plan.tap_block("K7Q2-505")
    page.sheet.remove()
    assert page.ask.view.text.startswith("Ben Okafor, Mon 16 Nov 2026, 13:00–21:30.")
    page.ask.yes()
    assert page.sent[-1] == m.DropShift("K7Q2-505")
    page.plan.tap_block("")
    assert page.shell.view.overlay is Overlay.NONE


@pytest.mark.parametrize(
    ("limit", "state", "asks"),
    [(10, "coming", True), (0, "coming", True), (-1, "coming", False), (10, "here", False)],
)
def test_letting_somebody_in_early_is_offered_where_there_is_a_limit(
    limit: int, state: str, asks: bool
) -> None:
    page = Page(s.replace(with_shift(state=state), early_minutes=limit))
    page.plan.tap_block("K7Q2-501")
    assert ("early" in page.asked()) is asks
    if asks:
        page.sheet.tap_chip("early=yes")
    page.sheet.save()
    (sent,) = page.sent
    assert isinstance(sent, m.ChangeShift)
    assert sent.allows_early is asks


def test_a_shop_without_jobs_asks_for_none() -> None:
    page = Page(s.replace(p.WEEK, jobs=()))
    page.plan.tap_cell(f"{p.ANA}@2026-11-19")
    assert page.asked() == ["day", "begins", "ends", "note"]


def test_weeks_are_turned_and_copied(page: Page) -> None:
    page.plan.week_back()
    page.plan.week_on()
    page.plan.this_week()
    page.plan.copy_week()
    assert page.sent == [
        m.ShowWeek("2026-11-09"),
        m.ShowWeek("2026-11-23"),
        m.ShowWeek(),
        m.CopyWeek("2026-11-16"),
    ]


# --------------------------------------------------------------------------- what was refused


def test_what_was_refused_is_counted_and_listed() -> None:
    page = Page(p.REFUSED)
    assert page.view.switch == "Refused (10)"
    page.plan.switch()
    assert (page.view.is_list, page.view.is_week, page.view.switch) == (True, False, "Schedule")
    titles = [line.title for line in page.view.lines]
    assert titles[:5] == [
        "Unknown device M4TN",
        "Unknown device ZZ7Q",
        "Unknown device Q0QQ",
        "A badge that is nobody's",
        "A badge that is nobody's",
    ]
    assert titles[-2:] == ["Back door", "Till 1"]
    texts = [line.text for line in page.view.lines]
    assert texts[0].startswith("2 punches count for nothing")
    assert texts[2].startswith("It has told of no punches yet.")
    assert texts[3] == "Sun 22 Nov 2026, 14:02 · by badge · badge reader · Till"
    assert texts[4].endswith("and others within the hour")
    assert "Ben Okafor · by PIN · server · Network" in texts[6]
    # Whoever comes to the page anew sees the week.
    page.show(m.StaffView("people"))
    page.show(p.PLAN)
    assert page.view.is_week


@pytest.mark.parametrize("language", ["en", "de", "es"])
def test_every_reason_has_words(language: str) -> None:
    page = Page(p.REFUSED)
    page.show(s.replace(s.SHOP, language=language))
    page.plan.switch()
    assert not [line for line in page.view.lines if line.title.startswith("plan.")]
    assert len({line.title for line in page.view.lines}) == len(page.view.lines) - 1


def test_without_refusals_the_list_says_so() -> None:
    page = Page(p.EMPTY_WEEK)
    assert page.view.switch == "Refused"
    page.plan.switch()
    assert [line.title for line in page.view.lines] == [
        "Nothing was refused at the time clock in the last four weeks.",
        "This device",
    ]


def test_an_unknown_device_is_admitted_with_a_name(page: Page) -> None:
    page.show(p.REFUSED)
    page.plan.choose("stranger:M4TN")
    assert not page.sheet.view.can_save
    assert not page.sheet.view.can_remove
    page.fill("name", "back door")
    page.sheet.tap_chip("place=door")
    page.sheet.save()
    assert page.sent == [m.KnowOrigin("M4TN", "back door", "door")]


def test_a_device_of_the_shop_is_renamed_or_disowned_but_not_this_one(page: Page) -> None:
    page.show(p.REFUSED)
    page.plan.choose("device:D00R")
    page.sheet.save()
    page.sheet.remove()
    page.ask.yes()
    assert page.sent == [
        m.KnowOrigin("D00R", "Back door", "door"),
        m.KnowOrigin("D00R", "Back door", "door", known=False),
    ]
    page.plan.choose("device:K7Q2")
    assert not page.sheet.view.can_remove
