"""The time clock on the screen: the banner, the card of PINs, own hours, saying a punch, and the page by the door."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from appliance.messages import (
    AllowEarly,
    AskPunch,
    AwaitManager,
    CloseHours,
    Command,
    ContestCorrection,
    HoursView,
    LeaveClock,
    NoticeLevel,
    NoticeView,
    OpenHours,
    OpenWorkshop,
    PrintDaySlip,
    ProvePin,
    PunchClock,
    Snapshot,
    TimeclockView,
    UndoPunch,
)
from kiosk_ui.navigation import Overlay, Page
from kiosk_ui.presenters import Presenters
from kiosk_ui.presenters.clock_banner import CALM_MS
from kiosk_ui.presenters.clock_words import ClockWords, moment_between
from kiosk_ui.strings import Words
from tests.kiosk_ui import clock_samples as c
from tests.kiosk_ui import samples as s

BERLIN = ZoneInfo("Europe/Berlin")


@dataclass
class Desk:
    """The presenters, a clock that is moved by hand, and what was sent."""

    now_ms: int = s.NOW_MS
    sent: list[Command] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.presenters = Presenters(self._send, now_ms=lambda: self.now_ms)

    def _send(self, command: Command) -> bool:
        self.sent.append(command)
        return True

    def show(self, *snapshots: Snapshot) -> None:
        for snapshot in snapshots:
            self.presenters.show(snapshot)
        self.now_ms += CALM_MS

    def buttons(self) -> list[str]:
        return [button.name for button in self.presenters.banner.view.buttons]

    def texts(self) -> list[str]:
        return [button.text for button in self.presenters.banner.view.buttons]

    def has_open(self, overlay: Overlay) -> bool:
        return self.presenters.shell.view.overlay is overlay


@pytest.fixture
def desk() -> Desk:
    made = Desk()
    made.show(s.SHOP, s.SIGNED_IN, s.CATALOGUE, s.STATUS, s.TICKET)
    return made


# --------------------------------------------------------------------------- the banner


def test_nobody_at_the_clock_and_there_is_no_banner(desk: Desk) -> None:
    assert not desk.presenters.banner.view.shown
    desk.show(c.PRESENT)
    assert not desk.presenters.banner.view.shown


@pytest.mark.parametrize(
    ("clock", "buttons"),
    [
        (c.ASKS, ["in", "hours"]),
        (c.AT_WORK, ["break_start", "break_start:paid", "out", "hours"]),
        (c.ON_BREAK, ["break_end", "out", "hours"]),
        (c.SEVERAL_JOBS, ["in:till", "in:bakery", "in:stock", "hours"]),
        (s.replace(c.ASKS, jobs=c.JOBS[:1]), ["in:till", "hours"]),
        (
            c.CHANGES_JOB,
            ["break_start", "break_start:paid", "out", "in:bakery", "in:stock", "hours"],
        ),
        (s.replace(c.ASKS, may_set_up=True), ["in", "hours", "devices"]),
    ],
)
def test_the_banner_offers_what_fits(desk: Desk, clock: TimeclockView, buttons: list[str]) -> None:
    desk.show(clock)
    assert desk.buttons() == buttons


@pytest.mark.parametrize(
    ("clock", "name", "command"),
    [
        (c.ASKS, "in", PunchClock("in")),
        (c.SEVERAL_JOBS, "in:bakery", PunchClock("in", job="bakery")),
        (c.AT_WORK, "break_start", PunchClock("break_start")),
        (c.AT_WORK, "break_start:paid", PunchClock("break_start", paid=True)),
        (c.ON_BREAK, "break_end", PunchClock("break_end")),
        (c.AT_WORK, "out", PunchClock("out")),
        (c.CAME, "undo", UndoPunch("K7Q2-700")),
        (c.WENT, "print", PrintDaySlip()),
        (c.ASKS, "devices", OpenWorkshop()),
    ],
)
def test_one_tap_punches(desk: Desk, clock: TimeclockView, name: str, command: Command) -> None:
    desk.show(clock)
    desk.presenters.banner.tap(name)
    assert desk.sent == [command]


def test_a_tap_that_was_meant_for_what_stood_there_before_does_nothing(desk: Desk) -> None:
    desk.presenters.show(c.AT_WORK)
    desk.presenters.banner.tap("out")
    assert desk.sent == []
    desk.now_ms += CALM_MS
    desk.presenters.banner.tap("out")
    desk.presenters.show(c.WENT)
    desk.presenters.banner.tap("undo")
    assert desk.sent == [PunchClock("out")]


def test_the_greeting_says_the_time_and_counts_down_how_long_it_can_be_undone(desk: Desk) -> None:
    desk.now_ms = s.NOW_MS
    desk.presenters.show(c.CAME)
    view = desk.presenters.banner.view
    assert (view.title, view.text) == ("Good afternoon, Ana Martínez", "In at 14:32")
    assert desk.texts()[0] == "Undo (10)"
    desk.now_ms += 7_000
    desk.presenters.tick()
    assert desk.texts()[0] == "Undo (3)"
    desk.now_ms += 3_000
    desk.presenters.tick()
    assert desk.buttons() == ["hours"]


@pytest.mark.parametrize(
    ("hour", "greeting"),
    [(3, "evening"), (4, "morning"), (11, "morning"), (12, "afternoon"), (18, "evening")],
)
def test_people_are_greeted_by_the_time_of_day_in_the_shop(hour: int, greeting: str) -> None:
    words = ClockWords(Words("en"), "Europe/Berlin")
    at_ms = int(datetime(2026, 11, 22, hour, 30, tzinfo=BERLIN).timestamp() * 1000)
    assert words.greeting(at_ms, "Ana") == f"Good {greeting}, Ana"
    assert words.time(at_ms) == f"{hour:02d}:30"


def test_whoever_goes_is_told_hours_and_pay_so_far(desk: Desk) -> None:
    desk.show(c.WENT)
    view = desk.presenters.banner.view
    assert view.title == "Goodbye, Ana Martínez"
    figures = {one.label: one.amount.replace("\N{NO-BREAK SPACE}", " ") for one in view.figures}
    assert figures == {"Today": "7 h 42 min", "This week": "31 h", "Pay so far": "€483.20"}


def test_without_a_rate_no_pay_is_told_and_without_a_printer_nothing_is_printed(
    desk: Desk,
) -> None:
    slip = s.replace(c.SLIP, period_minor=None)
    assert c.WENT.made is not None
    desk.show(c.READER_AWAY, s.replace(c.WENT, made=s.replace(c.WENT.made, slip=slip)))
    assert [one.label for one in desk.presenters.banner.view.figures] == ["Today", "This week"]
    assert "print" not in desk.buttons()


def test_what_is_not_as_it_should_be_is_said(desk: Desk) -> None:
    desk.show(c.CONTRADICTION)
    assert "Break ends" in desk.presenters.banner.view.warning
    desk.show(c.DOUBTED)
    assert "This clock may be wrong" in desk.presenters.banner.view.warning
    desk.show(c.WAITS)
    assert "waits for a manager" in desk.presenters.banner.view.warning
    assert not desk.presenters.banner.view.has_missing


def test_the_bar_does_not_say_again_what_the_banner_says(desk: Desk) -> None:
    for code in ("badge_known", "punched_in", "punch_undone", "punch_does_not_fit"):
        desk.show(NoticeView(20, NoticeLevel.DONE, code, (("name", "Ana"),)))
        assert not desk.presenters.shell.view.has_notice
    desk.show(NoticeView(21, NoticeLevel.DONE, "punch_asked"))
    assert desk.presenters.shell.view.has_notice


def test_the_banner_changes_neither_page_nor_ticket(desk: Desk) -> None:
    before = (desk.presenters.shell.view.page, desk.presenters.ticket.view)
    desk.show(c.AT_WORK, c.WENT)
    assert (desk.presenters.shell.view.page, desk.presenters.ticket.view) == before
    desk.presenters.banner.close()
    assert desk.sent == [LeaveClock()]


# --------------------------------------------------------------------------- a PIN


def test_a_pin_is_keyed_for_a_name_and_forgotten_when_it_was_sent(desk: Desk) -> None:
    pin = desk.presenters.clock_pin
    desk.presenters.menu.time_clock()
    assert desk.has_open(Overlay.CLOCK_PIN)
    pin.choose(s.ANA.id)
    for digit in "1234":
        pin.key(digit)
    assert "1234" not in repr(pin.view)
    pin.enter()
    assert desk.sent == [ProvePin(s.ANA.id, "1234")]
    desk.show(s.replace(c.NOBODY, refused="wrong_pin", refusals=1))
    assert desk.has_open(Overlay.CLOCK_PIN)
    assert not pin.view.can_enter
    assert pin.view.message_colour == "danger_ink"
    pin.key("9")
    pin.enter()
    desk.show(s.replace(c.NOBODY, refused="wrong_pin", refusals=2))
    assert not pin.view.can_enter
    pin.key("1")
    pin.enter()
    desk.show(c.ASKS)
    assert desk.has_open(Overlay.NONE)
    assert desk.presenters.banner.view.shown


def test_after_too_many_pins_none_is_taken_for_a_while(desk: Desk) -> None:
    pin = desk.presenters.clock_pin
    pin.open()
    pin.choose(s.ANA.id)
    desk.show(s.replace(c.NOBODY, refused="wait_before_pin", wait_until_ms=desk.now_ms + 20_000))
    pin.key("1")
    assert not pin.view.can_enter
    assert "Wait" in pin.view.message
    desk.now_ms += 21_000
    pin.key("1")
    assert pin.view.can_enter


def test_whoever_is_too_early_may_ask_a_manager_and_cannot_try_in_vain(desk: Desk) -> None:
    desk.show(c.TOO_EARLY)
    view = desk.presenters.banner.view
    assert view.warning == "Your shift begins at 16:00. You can clock in from 15:50."
    assert desk.buttons() == ["manager", "hours"]
    desk.presenters.banner.tap("manager")
    assert desk.sent == [AwaitManager()]
    desk.show(NoticeView(9, NoticeLevel.REFUSED, "too_early"))
    assert not desk.presenters.shell.view.has_notice
    desk.show(c.ASKS, NoticeView(10, NoticeLevel.REFUSED, "too_early"))
    assert desk.presenters.shell.view.has_notice


def test_a_manager_without_a_badge_lets_in_by_pin(desk: Desk) -> None:
    pin = desk.presenters.clock_pin
    desk.show(s.replace(s.SIGNED_IN, people=(s.ANA, s.BEN)), c.AWAITS_MANAGER)
    assert desk.buttons() == ["manager_pin"]
    desk.presenters.banner.tap("manager_pin")
    assert desk.has_open(Overlay.CLOCK_PIN)
    assert (pin.view.name, pin.view.title) == (s.BEN.name, "A manager's PIN")
    pin.back()
    assert [tile.name for tile in pin.view.people] == [s.BEN.name]
    pin.choose(s.BEN.id)
    for digit in "2222":
        pin.key(digit)
    pin.enter()
    assert desk.sent == [AllowEarly(s.ANA.id, s.BEN.id, "2222")]
    desk.show(s.replace(c.AWAITS_MANAGER, refused="wrong_pin", refusals=1))
    assert (desk.has_open(Overlay.CLOCK_PIN), pin.view.can_enter) == (True, False)
    desk.show(c.ASKS)
    assert desk.has_open(Overlay.NONE)
    assert desk.buttons() == ["in", "hours"]


def test_the_card_of_the_managers_pin_goes_with_whoever_is_to_be_let_in(desk: Desk) -> None:
    desk.show(s.replace(s.SIGNED_IN, people=(s.ANA, s.BEN)), c.AWAITS_MANAGER)
    desk.presenters.banner.tap("manager_pin")
    desk.show(c.NOBODY)
    assert desk.has_open(Overlay.NONE)


def test_a_pin_that_was_begun_is_forgotten_with_its_card_and_closes_no_other(desk: Desk) -> None:
    desk.show(s.replace(s.SIGNED_IN, people=(s.ANA, s.BEN)), c.AWAITS_MANAGER)
    desk.presenters.banner.tap("manager_pin")
    desk.presenters.clock_pin.key("2")
    desk.presenters.shell.tap_outside()
    assert not desk.presenters.clock_pin.view.can_enter
    desk.presenters.open_overlay(Overlay.SEARCH)
    desk.show(c.NOBODY)
    assert desk.has_open(Overlay.SEARCH)


def test_a_real_keyboard_keys_the_pin_too(desk: Desk) -> None:
    desk.presenters.clock_pin.open()
    desk.presenters.clock_pin.choose(s.ANA.id)
    assert desk.presenters.typed("7")
    assert desk.presenters.clock_pin.view.can_enter


# --------------------------------------------------------------------------- own hours


def at_hours(desk: Desk) -> None:
    desk.show(c.AT_WORK)
    desk.presenters.banner.tap("hours")
    desk.show(c.HOURS)


def test_own_hours_are_written_day_by_day(desk: Desk) -> None:
    at_hours(desk)
    assert desk.sent == [OpenHours()]
    assert desk.has_open(Overlay.HOURS)
    view = desk.presenters.hours.view
    assert view.title == "Hours of Ana Martínez"
    assert [row.title.split(",")[0] for row in view.rows[:3]] == ["Sunday", "Saturday", "Friday"]
    assert view.rows[0].text == "08:58–11:58  ·  break 11:58–12:28  ·  12:28–now"
    assert view.rows[2].text == "In 08:58: the end is missing"


def test_own_data_say_shifts_leave_rates_and_badges(desk: Desk) -> None:
    desk.show(c.AT_WORK, c.WITH_OWN)
    desk.presenters.hours.tap_chip("own")
    view = desk.presenters.hours.view
    assert [(row.title, row.amount, row.text) for row in view.rows] == [
        ("Monday, 23 November", "09:00–17:00", "planned  ·  Bakery"),
        ("Tuesday, 24 November", "22:00–06:00", "planned  ·  bring the keys"),
        ("Paid leave: vacation", "70\u00a0h", "that is left"),
        ("Paid leave: Care", "\u22121\u00a0h", "that is left"),
        ("€17.00 an hour", "", "from Fri 1 Jan 2027  ·  Every job"),
        ("€16.50 an hour", "", "from Thu 1 Jan 2026  ·  Every job"),
        ("€600.00 a week for 38:30 hours", "", "from Mon 1 Jun 2026  ·  Bakery"),
        ("No. 1", "", "Supervisor  ·  Español"),
        ("Jobs", "", "Till, Bakery"),
        ("Badge", "", "given Fri 2 Jan 2026"),
        ("key ring", "", "given Sun 1 Mar 2026"),
    ]
    assert not any(row.can_act for row in view.rows)
    assert [row.colour for row in view.rows[4:7]] == ["muted", "brand_ink", "brand_ink"]
    assert view.total == ""
    desk.show(HoursView())
    assert desk.presenters.hours.view.rows == ()


def test_whoever_is_at_the_clock_is_spoken_to_in_their_own_language(desk: Desk) -> None:
    banner = desk.presenters.banner
    desk.show(c.SPANIARD, c.HOURS)
    assert banner.view.title == "Buenas tardes, Ana Martínez"
    assert desk.presenters.hours.view.title == "Horas de Ana Martínez"
    assert desk.presenters.menu.words.language == "en"
    desk.show(s.GERMAN_SHOP)
    assert banner.view.title == "Buenas tardes, Ana Martínez"
    desk.show(c.ASKS)
    assert banner.view.title == "Guten Tag, Ana Martínez"
    desk.show(s.SHOP)
    assert banner.view.title == "Good afternoon, Ana Martínez"


def test_corrections_are_shown_with_both_values_author_and_reason(desk: Desk) -> None:
    at_hours(desk)
    desk.presenters.hours.tap_chip("said")
    rows = {row.name: row for row in desk.presenters.hours.view.rows}
    correction = rows["K7Q2-650"]
    assert correction.title == (
        "Out 17:58, Thursday, 19 November  →  Out 16:58, Thursday, 19 November"
    )
    assert "Ben Okafor" in correction.text
    assert "left with the last customer" in correction.text
    assert correction.can_act
    assert not rows["K7Q2-640"].can_act
    assert rows["K7Q2-640"].title.endswith("no punch")
    assert rows["K7Q2-660"].amount == "Waits for a manager"
    assert "You came at nine." in rows["K7Q2-630"].text


def test_a_sheet_that_a_manager_fills_in_is_there_again_after_somebody_read_their_hours(
    desk: Desk,
) -> None:
    desk.show(s.MANAGER_IN, s.STAFF, c.AT_WORK)
    desk.presenters.sheet.open(s.SHEET)
    desk.presenters.banner.tap("hours")
    desk.show(c.HOURS)
    assert desk.has_open(Overlay.HOURS)
    desk.presenters.hours.close()
    assert desk.has_open(Overlay.SHEET)
    desk.presenters.sheet.close()
    desk.presenters.clock_pin.open()
    desk.presenters.clock_pin.close()
    assert desk.has_open(Overlay.NONE)


def close_by_hand(desk: Desk) -> None:
    desk.presenters.hours.close()


def close_by_scan(desk: Desk) -> None:
    desk.presenters.show(s.replace(s.LONG_TICKET, newest_line="L40"))


def close_by_page(desk: Desk) -> None:
    desk.presenters.show(s.SIGNED_OUT)


@pytest.mark.parametrize("close", [close_by_hand, close_by_scan, close_by_page])
def test_own_hours_are_shut_with_their_card_whatever_closed_it(
    desk: Desk, close: Callable[[Desk], None]
) -> None:
    at_hours(desk)
    close(desk)
    assert desk.has_open(Overlay.NONE)
    assert desk.sent[-1] == CloseHours()
    assert desk.sent.count(CloseHours()) == 1


def test_the_card_goes_when_the_register_shuts_the_hours(desk: Desk) -> None:
    at_hours(desk)
    desk.show(HoursView())
    assert desk.has_open(Overlay.NONE)
    assert desk.presenters.hours.view.rows == ()


# --------------------------------------------------------------------------- saying a punch


def keyed(desk: Desk, digits: str) -> None:
    for digit in digits:
        desk.presenters.say_punch.key(digit)


def test_a_forgotten_punch_is_told_with_time_and_reason(desk: Desk) -> None:
    desk.show(c.FORGOTTEN)
    assert "Friday" in desk.presenters.banner.view.missing
    desk.presenters.banner.answer_missing()
    say = desk.presenters.say_punch
    assert desk.has_open(Overlay.SAY_PUNCH)
    assert (say.view.time, say.view.can_go_on) == ("––:––", False)
    keyed(desk, "1730")
    assert (say.view.time, say.view.day) == ("17:30", "Friday, 20 November")
    say.go_on()
    assert [one.name for one in say.view.choices] == [
        "forgot",
        "reader",
        "badge",
        "mistake",
        "other",
    ]
    say.choose("forgot")
    at_ms = c.IN_MS - 2 * c.DAY_MS + 8 * c.HOUR_MS + 32 * c.MINUTE_MS
    assert AskPunch(s.ANA.id, "out", at_ms, "I forgot") in desk.sent
    assert desk.has_open(Overlay.NONE)


def test_a_reason_is_written_down_in_the_language_of_the_shop_which_managers_read(
    desk: Desk,
) -> None:
    desk.show(s.replace(c.FORGOTTEN, language="es"))
    desk.presenters.banner.answer_missing()
    keyed(desk, "1730")
    say = desk.presenters.say_punch
    say.go_on()
    assert say.view.choices[0].text == "Se me olvidó"
    say.choose("forgot")
    (asked,) = (one for one in desk.sent if isinstance(one, AskPunch))
    assert asked.reason == "I forgot"


def test_a_time_that_was_not_possible_is_not_taken(desk: Desk) -> None:
    desk.show(c.FORGOTTEN)
    desk.presenters.banner.answer_missing()
    say = desk.presenters.say_punch
    keyed(desk, "0300")
    assert (say.view.can_go_on, say.view.time_colour) == (False, "danger_ink")
    say.go_on()
    assert say.view.shows_time
    keyed(desk, "9")
    for _ in range(4):
        say.key("back")
    keyed(desk, "29")
    assert say.view.time == "2–:––"


def test_a_shift_over_midnight_ends_on_the_next_day(desk: Desk) -> None:
    late = s.replace(
        c.FORGOT, from_ms=c.TODAY_MS - 2 * c.HOUR_MS, to_ms=c.TODAY_MS + 14 * c.HOUR_MS
    )
    desk.show(s.replace(c.ASKS, missing=(late,)))
    desk.presenters.banner.answer_missing()
    keyed(desk, "0130")
    assert desk.presenters.say_punch.view.day == "Sunday, 22 November"


def test_a_forgotten_coming_is_told_with_the_job_where_there_is_only_one(desk: Desk) -> None:
    gap = s.replace(c.FORGOT, what="out", missing="in")
    desk.show(s.replace(c.ASKS, missing=(gap,), jobs=c.JOBS[:1]))
    desk.presenters.banner.answer_missing()
    keyed(desk, "1000")
    desk.presenters.say_punch.go_on()
    desk.presenters.say_punch.choose("reader")
    (asked,) = [one for one in desk.sent if isinstance(one, AskPunch)]
    assert (asked.what, asked.job) == ("in", "till")


def test_the_clock_may_ask_later_and_the_banner_still_punches(desk: Desk) -> None:
    desk.show(c.FORGOTTEN)
    desk.presenters.banner.answer_missing()
    desk.presenters.say_punch.later()
    assert desk.has_open(Overlay.NONE)
    assert desk.buttons() == ["in", "hours"]
    desk.presenters.banner.tap("in")
    assert desk.sent[-1] == PunchClock("in")
    assert not any(isinstance(one, AskPunch) for one in desk.sent)


def test_a_wrong_punch_of_a_day_is_told_with_a_reason_of_ones_own(desk: Desk) -> None:
    at_hours(desk)
    desk.presenters.hours.act("2026-11-22")
    say = desk.presenters.say_punch
    assert [one.name for one in say.view.choices] == [
        "K7Q2-00", "K7Q2-02", "in", "out", "break_start", "break_end",
    ]  # fmt: skip
    say.choose("K7Q2-00")
    keyed(desk, "0830")
    say.go_on()
    say.choose("other")
    assert desk.presenters.typed("bus")
    say.key(" ")
    say.send_typed()
    at_ms = c.TODAY_MS + 8 * c.HOUR_MS + 30 * c.MINUTE_MS
    assert AskPunch(s.ANA.id, "in", at_ms, "bus", punch="K7Q2-00") in desk.sent
    assert desk.has_open(Overlay.HOURS)


def test_what_has_not_happened_yet_cannot_be_said(desk: Desk) -> None:
    at_hours(desk)
    desk.presenters.hours.act("2026-11-22")
    desk.presenters.say_punch.choose("out")
    keyed(desk, "2300")
    assert not desk.presenters.say_punch.view.can_go_on


def test_a_correction_is_contested_with_a_reason(desk: Desk) -> None:
    at_hours(desk)
    desk.presenters.hours.act("K7Q2-650")
    desk.presenters.say_punch.choose("longer")
    assert ContestCorrection("K7Q2-650", "I worked longer") in desk.sent
    assert desk.has_open(Overlay.HOURS)


def test_a_time_that_clocks_show_twice_is_the_one_that_fits() -> None:
    two = int(datetime(2026, 10, 25, 2, 30, tzinfo=BERLIN, fold=0).timestamp() * 1000)
    again = int(datetime(2026, 10, 25, 2, 30, tzinfo=BERLIN, fold=1).timestamp() * 1000)
    assert again - two == c.HOUR_MS
    assert moment_between("02:30", two - c.HOUR_MS, again, BERLIN) == two
    assert moment_between("02:30", two + c.MINUTE_MS, again, BERLIN) == again
    assert moment_between("03:30", two - c.HOUR_MS, again, BERLIN) is None


def test_the_minute_of_the_punch_itself_can_be_said() -> None:
    from_ms = c.IN_MS + 20_000
    assert moment_between("08:58", from_ms, from_ms + c.HOUR_MS, ZoneInfo("UTC")) == from_ms


# --------------------------------------------------------------------------- by the door


def test_the_page_by_the_door_shows_who_is_in_and_nothing_of_pay(desk: Desk) -> None:
    desk.show(c.DOOR, s.SIGNED_OUT, c.WITH_READER, c.PRESENT)
    assert desk.presenters.shell.view.page is Page.DOOR
    view = desk.presenters.door.view
    assert (view.clock, view.prompt) == ("14:32", "Hold your badge to the reader")
    assert [(one.name, one.since) for one in view.people] == [
        ("Ana Martínez", "since 08:58"),
        ("Ben Okafor", "On a break since 11:58"),
        ("Chloé Dubois", "since Saturday 22:58"),
    ]
    desk.show(c.WENT)
    assert "483" not in repr(desk.presenters.door.view)


def test_by_the_door_everybody_sees_how_many_are_late_and_nobody_who(desk: Desk) -> None:
    desk.show(c.DOOR, s.SIGNED_OUT, c.NOBODY)
    assert desk.presenters.door.view.title == ""
    desk.show(s.replace(c.NOBODY, late=1, late_names=("Wilhelmine",)))
    assert desk.presenters.door.view.title == "1 is late"
    assert "Wilhelmine" not in repr(desk.presenters.door.view)
    desk.show(s.replace(c.PRESENT, late=2))
    assert desk.presenters.door.view.title == "3 people are in · 2 are late"


def test_without_a_reader_the_door_asks_for_names_and_a_reader_away_is_said(desk: Desk) -> None:
    desk.show(c.DOOR, s.SIGNED_OUT, s.STATUS, c.NOBODY)
    assert desk.presenters.door.view.prompt == "Choose your name"
    assert desk.presenters.door.view.nobody
    desk.show(c.READER_AWAY)
    assert "The badge reader" in desk.presenters.door.view.warning
    assert "This clock may be wrong" in desk.presenters.door.view.warning
    desk.presenters.door.use_pin()
    assert desk.has_open(Overlay.CLOCK_PIN)


def test_the_door_never_shows_a_sale(desk: Desk) -> None:
    desk.show(c.DOOR)
    for snapshot in (s.SIGNED_IN, s.TENDER, s.DONE, s.SIGNED_OUT):
        desk.show(snapshot)
        assert desk.presenters.shell.view.page is Page.DOOR
    desk.show(s.MANAGER_IN, s.WORKSHOP)
    assert desk.presenters.shell.view.page is Page.WORKSHOP
