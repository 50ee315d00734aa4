"""The part *Hours* of the page of the staff: what it says, where a tap leads, and what is asked of the register."""

import pytest

from appliance import messages as m
from kiosk_ui.navigation import Overlay
from kiosk_ui.presenters import Presenters
from kiosk_ui.presenters.staff.hours_views import HoursPageView, LineView, WeekLineView
from tests.kiosk_ui import hours_samples as h
from tests.kiosk_ui import samples as s
from tests.kiosk_ui.scenes import MANAGING

DAY = "2026-11-19"
MORNING = "K7Q2-1300"
"""The punch of that day that was put right twice."""


class Desk(Presenters):
    """The presenters with the hours open, and a register that remembers what it was sent."""

    def __init__(self, seen: m.StaffHoursView = h.HOURS, language: str = "en") -> None:
        self.sent: list[m.Command] = []
        super().__init__(self._take, now_ms=lambda: s.NOW_MS)
        shop = s.replace(s.SHOP, language=language)
        for snapshot in (*MANAGING, shop, h.PAGE, seen):
            self.show(snapshot)

    def _take(self, command: m.Command) -> bool:
        self.sent.append(command)
        return True

    @property
    def view(self) -> HoursPageView:
        return self.staff_hours.view

    def line(self, key: str) -> LineView:
        return next(one for one in self.view.lines if one.row.key == key)

    def day(self, day: str) -> WeekLineView:
        return next(one for one in self.view.week if one.key == f"hours_day:{day}")

    def fill(self, key: str, text: str) -> None:
        self.sheet.edit(key)
        for sign in text:
            self.typed(sign)
        self.sheet.take()

    def save(self) -> m.Command:
        self.sheet.save()
        return self.sent[-1]


def at_day(place: int = 3, week: m.HoursWeekView = h.WEEK) -> Desk:
    return Desk(h.at_day(s.replace(h.HOURS, week=week), place))


# ------------------------------------------------------------------ what waits, and who is here


def test_while_another_part_is_shown_there_is_nothing() -> None:
    desk = Desk()
    desk.show(m.StaffView("people"))
    assert desk.view == HoursPageView()


def test_who_is_at_work_comes_first_with_since_when() -> None:
    people = Desk().view.people
    assert [one.title for one in people] == [
        "Ana Martínez", "Chloé Dubois", "Ben Okafor", "Dmitri Ivanov",
    ]  # fmt: skip
    assert people[0].text == "at work since 12:58 · Till · 26 h 41 min this week"
    assert people[3].text == "not here"


def test_times_are_those_of_the_shop_and_not_of_the_machine() -> None:
    tokyo = Desk(s.replace(h.HOURS, zone="Asia/Tokyo"))
    assert tokyo.view.people[0].text.startswith("at work since 20:58")
    # There it is Monday already when in Berlin it is Sunday afternoon.
    late = Desk(s.replace(h.HOURS, zone="Asia/Tokyo", now_ms=s.NOW_MS + 3_600_000))
    assert late.view.people[0].text.startswith("at work since Sun 22 Nov, 20:58")


def test_a_request_says_who_what_was_what_is_asked_why_and_when() -> None:
    desk = Desk()
    forgotten, changed = desk.line("request:K7Q2-1700"), desk.line("request:K7Q2-1701")
    assert forgotten.row.title == "Ana Martínez: no punch → Out 17:30"
    assert changed.row.title == "Ana Martínez: In 09:01 · Till → In 08:45 · Bakery"
    assert changed.row.text == (
        "Tue 17 Nov · “I opened the bakery first, the reader slept” · asked Sat 21 Nov, 08:56"
    )


def test_approving_asks_once_however_often_it_is_tapped() -> None:
    desk = Desk()
    desk.staff_hours.act("approve:K7Q2-1700")
    desk.staff_hours.act("approve:K7Q2-1700")
    assert desk.sent == [m.ApproveCorrection("K7Q2-1700", reason="as asked")]
    assert [act.enabled for act in desk.line("request:K7Q2-1700").acts] == [False, False]
    assert [act.enabled for act in desk.line("request:K7Q2-1701").acts] == [True, True]
    # The register refused it: it can be tried again.
    desk.show(s.replace(h.PAGE, answered=1, problem="period_locked"))
    assert [act.enabled for act in desk.line("request:K7Q2-1700").acts] == [True, True]


def test_declining_needs_a_reason_ready_made_or_typed() -> None:
    desk = Desk()
    desk.staff_hours.act("decline:K7Q2-1701")
    assert desk.shell.view.overlay is Overlay.SHEET
    assert not desk.sheet.view.can_save
    desk.sheet.tap_chip("reason=We agreed otherwise")
    desk.fill("reason", "!")
    assert desk.save() == m.ApproveCorrection(
        "K7Q2-1701", approved=False, reason="We agreed otherwise!"
    )


def test_what_does_not_fit_leads_to_its_day() -> None:
    desk = Desk()
    texts = [one.row.text for one in desk.view.lines if one.row.key.startswith("odd:")]
    assert texts == [
        "In 01:00 · Till: the clock could not be trusted.",
        "Break ends 09:00 does not fit the punch before.",
        "In 08:58 · Bakery: the end was forgotten.",
        "In 08:45 · Till is contested: “I was in the bakery since half past eight”",
    ]
    desk.staff_hours.choose("odd:2")
    desk.staff_hours.choose("odd:9")
    desk.staff_hours.choose("request:K7Q2-1701")
    assert desk.sent == [
        m.ShowHours(h.ANA_ID, "2026-11-20", one_day=True),
        m.ShowHours(h.ANA_ID, "2026-11-17", one_day=True),
    ]


def test_more_than_a_list_holds_is_said_with_how_many() -> None:
    view = Desk(h.MANY).view
    more = [one.row.title for one in view.lines if one.row.key == "more"]
    assert more == ["and 1 more", "and 26 more"]


def test_where_nothing_waits_it_says_so_and_shows_the_people() -> None:
    view = Desk(h.QUIET).view
    assert (view.is_quiet, view.quiet, view.lines) == (True, "Nothing waits for you.", ())
    assert (view.has_faces, len(view.alone)) == (False, 4)


def test_on_a_small_screen_what_waits_and_the_people_take_turns() -> None:
    desk = Desk()
    assert [one.text for one in desk.view.faces] == ["Waiting (6)", "Who is here"]
    assert (len(desk.view.lines), desk.view.alone) == (8, ())
    desk.staff_hours.tap_chip("people")
    assert (desk.view.lines, len(desk.view.alone)) == ((), 4)
    desk.show(m.StaffView("pay"))
    desk.show(h.PAGE)
    assert len(desk.view.lines) == 8


# ------------------------------------------------------------------ a week


def test_a_week_adds_up_and_leads_to_its_days_and_to_other_weeks() -> None:
    desk = Desk(h.AT_WEEK)
    assert desk.view.title == "Ana Martínez · Mon 16 Nov to Sun 22 Nov"
    assert desk.view.text == "26 h 41 min paid · 1 h 30 min unpaid"
    desk.staff_hours.choose(f"hours_day:{DAY}")
    desk.staff_hours.before()
    desk.staff_hours.after()
    desk.staff_hours.back()
    assert desk.sent == [
        m.ShowHours(h.ANA_ID, DAY, one_day=True),
        m.ShowHours(h.ANA_ID, "2026-11-15"),
        m.ShowHours(h.ANA_ID, "2026-11-23"),
        m.ShowHours(),
    ]


def test_a_day_of_the_week_says_its_stretches_and_what_is_to_be_known() -> None:
    desk = Desk(h.AT_WEEK)
    monday, wednesday, sunday = (desk.day(f"2026-11-{day}") for day in (16, 18, 22))
    assert (monday.day, monday.length) == ("Mon 16 Nov", "7 h 34 min")
    assert monday.text.startswith(
        "08:58 – 10:30 Till (1 h 32 min), 10:30 – 10:45 paid break (15 min)"
    )
    assert (wednesday.length, wednesday.text) == ("–", "")
    assert sunday.text == "12:58 – now Till (2 h 34 min)"
    notes = [one.note for one in desk.view.week]
    assert notes == [
        "",
        "a change is asked for",
        "",
        "put right · contested · taken away",
        "a change is asked for · the end was forgotten",
        "the clock could not be trusted · clock put right later · does not fit the punch before",
        "",
    ]  # fmt: skip


def test_a_shift_over_midnight_has_an_arrow_on_both_days_and_the_picture_reaches_the_edge() -> None:
    desk = Desk(h.AT_NIGHTS)
    evening, morning = desk.day("2026-10-20"), desk.day("2026-10-21")
    assert (evening.text, morning.text) == (
        "22:00 → Bakery (2 h 00 min)",
        "→ 06:00 Bakery (6 h 00 min)",
    )
    (goes,), (comes,) = evening.picture.bars, morning.picture.bars
    assert (goes.to_ppm, goes.goes, goes.comes) == (1_000_000, True, False)
    assert (comes.from_ppm, comes.goes, comes.comes) == (0, False, True)


def test_the_night_when_clocks_go_back_has_25_hours_in_words_and_in_the_picture() -> None:
    night = Desk(h.AT_NIGHTS).day("2026-10-25")
    assert (night.length, night.note) == ("7 h 00 min", "25 hours: the clocks go back")
    ticks = {one.text: one.at_ppm for one in night.picture.ticks}
    assert ticks["3"] == 4 * 1_000_000 // 25
    assert (ticks["0"], ticks["24"]) == (0, 1_000_000)
    assert night.picture.bars[-1].to_ppm == ticks["6"]


# ------------------------------------------------------------------ a day


def test_a_day_shows_each_punch_with_every_correction_and_what_the_employee_says() -> None:
    desk = at_day()
    rows = [(one.row.title, one.row.text) for one in desk.view.lines[:4]]
    assert rows == [
        ("In 08:45 · Till", "contested · by badge (em4100) · at front door"),
        ("In 09:10 · Till → In 08:30 · Till", "Ben Okafor, Fri 20 Nov, 10:02: Reader did not work"),
        ("In 08:30 · Till → In 08:45 · Till", "Ben Okafor, Fri 20 Nov, 11:40: Seen on the camera"),
        ("Ana Martínez does not agree: “I was in the bakery since half past eight”", ""),
    ]
    gone, gone_why, undone = desk.view.lines[-3:]
    assert gone.row.text.startswith("taken away")
    assert gone_why.row.title == "Out 17:16 → no punch"
    assert (undone.row.text.split(" · ")[0], undone.row.enabled) == ("taken back at once", False)


def test_a_rounded_punch_says_what_it_counts_as() -> None:
    came = s.replace(h.WEEK.days[0].punches[0], counts_ms=h.at(h.DAYS[0], "09:00"))
    day = s.replace(h.WEEK.days[0], punches=(came,))
    desk = at_day(0, s.replace(h.WEEK, days=(day, *h.WEEK.days[1:])))
    assert desk.view.lines[0].row.text.startswith("counts as 09:00")


def test_a_punch_is_put_right_with_what_was_and_a_reason() -> None:
    desk = at_day()
    desk.staff_hours.choose(f"punch:{MORNING}")
    assert desk.sheet.view.title == "Ana Martínez, Thu 19 Nov: In 08:45 · Till"
    assert not desk.sheet.view.can_save
    desk.sheet.edit("time")
    for _ in range(4):
        desk.sheet.key("back")
    for digit in "830":
        desk.sheet.key(digit)
    desk.sheet.take()
    desk.sheet.tap_chip("job=bakery")
    desk.sheet.tap_chip("reason=Reader did not work")
    assert desk.save() == m.PutPunchRight(
        h.ANA_ID, DAY, "8:30", "Reader did not work", MORNING, "in", "bakery"
    )


def test_a_punch_is_taken_away_by_saying_that_there_was_none() -> None:
    desk = at_day()
    desk.staff_hours.choose("punch:K7Q2-1305")
    desk.sheet.tap_chip("what=none")
    desk.sheet.tap_chip("reason=Punched the wrong thing")
    sent = desk.save()
    assert isinstance(sent, m.PutPunchRight)
    assert (sent.punch, sent.what, sent.reason) == (
        "K7Q2-1305",
        None,
        "Punched the wrong thing",
    )


def test_breaks_are_paid_or_not_by_one_tap() -> None:
    desk = at_day()
    desk.staff_hours.choose("punch:K7Q2-1303")
    desk.sheet.tap_chip("what=break_start_paid")
    desk.sheet.tap_chip("reason=Punched the wrong thing")
    sent = desk.save()
    assert isinstance(sent, m.PutPunchRight)
    assert (sent.what, sent.paid, sent.job) == ("break_start", True, "")


def test_a_missing_punch_is_added_and_a_forgotten_end_is_proposed() -> None:
    desk = at_day(4)
    desk.staff_hours.add()
    assert not desk.sheet.view.can_save
    desk.fill("time", "1730")
    desk.fill("reason", "asked her")
    assert desk.save() == m.PutPunchRight(h.ANA_ID, "2026-11-20", "17:30", "asked her", None, "out")


def test_where_the_clocks_went_back_it_is_said_which_of_two_hours() -> None:
    desk = at_day(6, h.NIGHTS)
    assert desk.view.text == "7 h 00 min paid · 25 hours: the clocks go back"
    desk.staff_hours.choose("punch:K7Q2-3200")
    assert desk.sheet.view.title.endswith("Paid break begins 02:30 (second time)")
    desk.sheet.tap_chip("later=first")
    desk.sheet.tap_chip("reason=Forgot to punch")
    sent = desk.save()
    assert isinstance(sent, m.PutPunchRight)
    assert (sent.time, sent.later) == ("2:30", False)
    desk.sheet.close()
    desk.staff_hours.add()
    desk.sheet.tap_chip("what=out")
    desk.fill("time", "600")
    desk.sheet.tap_chip("reason=Forgot to punch")
    sent = desk.save()
    assert isinstance(sent, m.PutPunchRight)
    assert sent.later is None


def test_a_doubtful_or_contested_punch_is_confirmed_by_one_tap_and_a_wrong_one_is_not() -> None:
    desk = at_day(5)
    doubtful, fixed, odd = desk.view.lines
    assert [one.has_acts for one in (doubtful, fixed, odd)] == [True, False, False]
    desk.staff_hours.act("confirm:K7Q2-1500")
    desk.staff_hours.act("confirm:K7Q2-1500")
    assert not desk.line("punch:K7Q2-1500").acts[0].enabled
    assert desk.sent == [
        m.PutPunchRight(
            h.ANA_ID, "2026-11-21", "1:00", "confirmed as it is", "K7Q2-1500", "in", "till",
            later=False,
        )
    ]  # fmt: skip
    assert at_day().line(f"punch:{MORNING}").has_acts


def test_a_locked_day_says_by_whom_and_when_and_offers_nothing() -> None:
    desk = Desk(h.LOCKED)
    lock = desk.view.lines[0].row
    assert lock.icon == "lock-outline"
    assert lock.title.startswith("Ben Okafor approved the wages of this day on Sun 22 Nov, 15:00.")
    assert not desk.view.can_add
    assert not any(one.row.enabled or one.has_acts for one in desk.view.lines)
    desk.staff_hours.choose(f"punch:{MORNING}")
    desk.staff_hours.add()
    assert desk.shell.view.overlay is Overlay.NONE


def test_days_follow_one_another_and_lead_back_to_their_week() -> None:
    desk = at_day(0)
    desk.staff_hours.before()
    desk.staff_hours.after()
    desk.staff_hours.back()
    assert desk.sent == [
        m.ShowHours(h.ANA_ID, "2026-11-15", one_day=True),
        m.ShowHours(h.ANA_ID, "2026-11-17", one_day=True),
        m.ShowHours(h.ANA_ID, "2026-11-16"),
    ]


@pytest.mark.parametrize(
    ("language", "title"),
    [
        ("de", "Ana Martínez: Gekommen 09:01 · Till → Gekommen 08:45 · Bakery"),
        ("es", "Ana Martínez: Entrada 09:01 · Till → Entrada 08:45 · Bakery"),
    ],
)
def test_it_speaks_the_languages_of_the_shop(language: str, title: str) -> None:
    assert Desk(language=language).line("request:K7Q2-1701").row.title == title
