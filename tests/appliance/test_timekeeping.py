"""The till as a time clock, driven by the commands that scripts and screens send."""

from pathlib import Path

import pytest

from appliance.clock import Moment, ScriptedClock
from appliance.messages import (
    AddEarning,
    ApproveCorrection,
    ApproveWages,
    AskPunch,
    BadgeRead,
    CloseHours,
    Command,
    ContestCorrection,
    CorrectPunch,
    DefineJob,
    GiveBadge,
    LeaveClock,
    NoticeLevel,
    NoticeView,
    OpenHours,
    PayWages,
    PrintDaySlip,
    ProvePin,
    PunchClock,
    RemoveEarning,
    Scan,
    SessionView,
    SetClock,
    SetPayRules,
    SetRate,
    SignIn,
    SignOut,
    StatusView,
    TakeLeave,
    TicketView,
    TimeclockView,
    UndoPunch,
)
from appliance.parts import RegisterOptions
from appliance.services import wages
from appliance.services.places import ACTS
from tests.appliance.counter import COFFEE, Counter, open_counter
from tests.appliance.trading import START_MS

HOUR_MS = 3_600_000
ANA, BEN = SignIn("1", "1111"), SignIn("2", "2222")
FOB = BadgeRead("badges", (("em4100", "0102030405"),))
TAP = BadgeRead("badges", (("em4100", "0A1B2C3D4E"),))


@pytest.fixture
def counter(tmp_path: Path) -> Counter:
    opened = open_counter(tmp_path)
    opened.do(BEN, GiveBadge("1"), TAP, SetPayRules(zone="Europe/Berlin", overtime="us_federal"))
    opened.do(SetRate("1", "2026-01-01", 1200), SignOut())
    return opened


def entries(counter: Counter) -> int:
    return int(counter.shelf.db.sql("SELECT count(*) FROM entry")[0][0])


def at(hours: float) -> SetClock:
    return SetClock(START_MS + round(hours * HOUR_MS))


def shown(counter: Counter) -> TimeclockView:
    return counter.show(TimeclockView)


def ids(counter: Counter, table: str) -> list[str]:
    return [row[0] for row in counter.shelf.db.sql(f"SELECT id FROM {table} ORDER BY at_ms")]


def test_a_badge_asks_what_it_shall_be_and_a_punch_answers_it(counter: Counter) -> None:
    counter.do(TAP)
    assert (shown(counter).asks is not None, shown(counter).choices) == (True, ("in",))
    assert counter.do(PunchClock("in")) == ""
    notice = counter.show(NoticeView)
    assert (notice.level, notice.code) == (NoticeLevel.DONE, "punched_in")
    (ana,) = shown(counter).at_work
    assert (ana.name, ana.presence) == ("Ana", "at_work")
    assert shown(counter).asks is None
    counter.do(at(1), TAP)
    assert shown(counter).choices == ("break_start", "out")


def test_a_badge_does_not_disturb_the_sale(counter: Counter) -> None:
    counter.do(BEN, Scan(COFFEE), TAP, PunchClock("in"))
    assert [line.name for line in counter.show(TicketView).lines] == ["Flat white"]
    assert [one.name for one in shown(counter).at_work] == ["Ana"]


def test_nothing_at_the_clock_changes_a_ticket_and_scans_go_on(counter: Counter) -> None:
    counter.do(BEN, Scan(COFFEE))
    before = counter.show(TicketView)
    counter.do(TAP, PunchClock("in"))
    punch = shown(counter).punch
    assert punch is not None
    counter.do(UndoPunch(punch), OpenHours(), CloseHours(), PunchClock("in"), LeaveClock())
    after = counter.show(TicketView)
    assert (after.id, after.lines, after.total_minor) == (
        before.id,
        before.lines,
        before.total_minor,
    )
    counter.do(TAP, Scan(COFFEE))
    assert [line.qty_milli for line in counter.show(TicketView).lines] == [2000]
    session = counter.show(SessionView)
    assert session.employee is not None
    assert session.employee.name == "Ben"


def test_a_punch_names_who_it_was_and_who_is_asked_again_after_taking_it_back(
    counter: Counter,
) -> None:
    counter.do(BEN, TAP, PunchClock("in"))
    made = shown(counter).made
    assert made is not None
    assert (made.name, made.what, made.slip) == ("Ana", "in", None)
    assert made.undo_until_ms == made.at_ms + 10_000
    counter.do(UndoPunch(made.punch))
    assert (shown(counter).choices, shown(counter).made) == (("in",), None)
    ana = shown(counter).employee
    assert undone_by(counter) == ana
    assert counter.do(PunchClock("in")) == ""


def undone_by(counter: Counter) -> str:
    rows = counter.shelf.db.sql("SELECT actor FROM entry WHERE kind = 'punch_undone'")
    return str(rows[-1][0])


def test_a_double_tap_on_the_screen_punches_once_and_refuses_nothing(counter: Counter) -> None:
    counter.do(TAP, PunchClock("in"))
    before = entries(counter)
    assert counter.do(PunchClock("in")) == ""
    assert entries(counter) == before
    assert counter.do(PunchClock("break_start")) == "who_is_it"


def test_a_tap_that_contradicts_what_another_clock_took_asks_again(counter: Counter) -> None:
    counter.do(TAP, PunchClock("in"), SetClock(START_MS + 60_000), TAP)
    assert counter.do(PunchClock("break_end")) == "punch_does_not_fit"
    seen = shown(counter)
    assert (seen.contradicts, seen.choices) == ("break_end", ("break_start", "out"))
    assert seen.since_ms >= START_MS
    assert counter.do(PunchClock("out")) == ""


def test_the_next_badge_takes_the_place_of_the_one_before(counter: Counter) -> None:
    counter.do(BEN, GiveBadge("2"), FOB, SignOut(), TAP, PunchClock("in"), FOB)
    assert shown(counter).name == "Ben"
    assert shown(counter).made is None
    counter.do(LeaveClock())
    assert (shown(counter).name, shown(counter).asks) == ("", None)


def test_a_pin_is_proved_once_and_punches_as_a_badge_does(counter: Counter) -> None:
    assert counter.do(ProvePin("1", "9999")) == "wrong_pin"
    assert shown(counter).refused == "wrong_pin"
    assert counter.do(ProvePin("1", "1111")) == ""
    assert (shown(counter).name, shown(counter).choices) == ("Ana", ("in",))
    assert shown(counter).refused == ""
    assert counter.do(PunchClock("in")) == ""
    assert counter.shelf.db.sql("SELECT by FROM punch")[0][0] == "pin"
    assert "1111" not in repr(ProvePin("1", "1111"))
    assert counter.show(SessionView).employee is None


def test_looking_at_the_clock_by_pin_again_and_again_is_no_wrong_try(counter: Counter) -> None:
    for _ in range(8):
        assert counter.do(LeaveClock(), ProvePin("1", "1111")) == ""
    for _ in range(4):
        counter.do(ProvePin("1", "9999"))
    assert counter.do(ProvePin("1", "9999")) == "wait_before_pin"
    assert shown(counter).wait_until_ms > START_MS
    assert counter.shelf.differences() == ()


def test_who_may_do_several_jobs_is_given_the_choice_and_may_change(counter: Counter) -> None:
    counter.do(BEN, DefineJob("till", "Till"), DefineJob("bakery", "Bakery"), TAP)
    assert {one.name for one in shown(counter).jobs} == {"Till", "Bakery"}
    counter.do(PunchClock("in", job="till"))
    made = shown(counter).made
    assert made is not None
    assert made.job == "Till"
    counter.do(at(1), TAP)
    assert shown(counter).job == "till"
    assert counter.do(PunchClock("in", job="bakery")) == ""


def test_whoever_goes_sees_their_hours_and_pay_so_far_and_nobody_else_does(
    counter: Counter,
) -> None:
    counter.do(TAP, PunchClock("in"), at(3), TAP, PunchClock("break_start"))
    counter.do(at(3.5), TAP, PunchClock("break_end"), at(8), TAP, PunchClock("out"))
    made = shown(counter).made
    assert made is not None
    assert made.slip is not None
    assert round(made.slip.today_ms / 60_000) == 450
    assert made.slip.week_ms == made.slip.today_ms
    assert (made.slip.period_minor, made.slip.questions) == (9000, 0)
    assert (made.slip.from_day, made.slip.to_day) == ("2025-12-29", "2026-01-04")
    counter.do(SetClock(START_MS + 9 * HOUR_MS))
    counter.register.tick()
    assert shown(counter).made is None


def test_leave_that_is_still_to_come_is_no_pay_so_far(counter: Counter) -> None:
    days = ("2026-01-01", "2026-01-02")
    counter.do(BEN, TakeLeave("1", "vacation", days, HOUR_MS, "holidays"))
    counter.do(TAP, PunchClock("in"), at(8), TAP, PunchClock("out"))
    made = shown(counter).made
    assert made is not None
    assert made.slip is not None
    assert made.slip.period_minor == 9600 + 1200


def test_pay_is_not_guessed_where_no_rate_is_agreed(counter: Counter) -> None:
    counter.do(BEN, SetRate("1", "2026-01-01", None))
    counter.do(TAP, PunchClock("in"), at(3), TAP, PunchClock("out"))
    made = shown(counter).made
    assert made is not None
    assert made.slip is not None
    assert made.slip.period_minor is None


def test_a_slip_comes_out_of_the_printer_and_is_no_receipt(counter: Counter) -> None:
    assert counter.do(PrintDaySlip()) == "who_is_it"
    counter.do(TAP, PunchClock("in"), at(7.7), TAP, PunchClock("out"))
    assert counter.do(PrintDaySlip()) == ""
    text = counter.devices.printer.render(counter.devices.printer.slips[-1])
    for part in ("Working time", "Ana", "7 h 42 min", "92.40 EUR"):
        assert part in text
    assert counter.shelf.differences() == ()


def test_the_clock_looks_by_itself_who_is_still_at_work(counter: Counter) -> None:
    counter.do(TAP, PunchClock("in"), LeaveClock())
    counter.register.tick()
    assert [one.name for one in shown(counter).at_work] == ["Ana"]
    counter.clock.set(START_MS + 17 * HOUR_MS)
    counter.register.tick()
    assert shown(counter).at_work == ()


def test_a_clock_that_cannot_be_trusted_takes_the_punch_and_marks_it(tmp_path: Path) -> None:
    counter = open_counter(tmp_path)
    counter.register._clock = Doubtful(counter.clock)
    counter.register.till.desk.book._clock = counter.register._clock
    counter.register.tick()
    assert not counter.show(StatusView).clock_ok
    assert counter.do(ProvePin("1", "1111"), PunchClock("in")) == ""
    assert counter.shelf.db.sql("SELECT clock FROM punch")[0][0] == "doubtful"


class Doubtful:
    """A clock that no time server has set yet."""

    def __init__(self, clock: ScriptedClock) -> None:
        self._clock = clock

    def now(self) -> Moment:
        return self._clock.now()._replace(ok=False)


def test_a_badge_that_was_held_a_while_ago_punches_nothing(counter: Counter) -> None:
    counter.do(TAP, at(1))
    assert counter.do(PunchClock("in")) == "who_is_it"


def test_a_pin_will_do_and_wrong_ones_are_counted(counter: Counter) -> None:
    assert counter.do(PunchClock("in", employee="1", pin="9999")) == "wrong_pin"
    assert counter.do(PunchClock("in", employee="1", pin="1111")) == ""
    assert {row[0] for row in counter.shelf.db.sql("SELECT tries FROM pin_try")} == {0}
    assert "1111" not in repr(PunchClock("in", employee="1", pin="1111"))


def test_a_tap_that_contradicts_the_last_punch_is_refused_and_a_second_one_is_harmless(
    counter: Counter,
) -> None:
    counter.do(TAP)
    assert counter.do(PunchClock("out")) == "punch_does_not_fit"
    counter.do(PunchClock("in"), TAP)
    before = entries(counter)
    assert counter.do(PunchClock("in")) == ""
    assert entries(counter) == before
    assert counter.do(PunchClock("lunch", employee="1", pin="1111")) == "not_a_punch"


def test_a_clock_that_was_never_set_counts_from_1970_and_people_go_home_by_it(
    counter: Counter,
) -> None:
    """The pay period of its first days begins in 1969."""
    counter.do(SetClock(9 * HOUR_MS), TAP, PunchClock("in"), SetClock(17 * HOUR_MS), TAP)
    assert counter.do(PunchClock("out")) == ""
    made = shown(counter).made
    assert made is not None
    assert made.slip is not None
    assert (made.slip.from_day, made.slip.today_ms) == ("1969-12-29", 8 * HOUR_MS)


def test_nobody_is_at_the_clock_any_more_when_it_was_set_back(counter: Counter) -> None:
    """Or else a badge that was held to the reader before would be good for as long as the clock was wrong."""
    counter.do(at(3), TAP)
    assert shown(counter).asks is not None
    counter.do(at(2))
    counter.register.tick()
    assert (shown(counter).asks, shown(counter).employee) == (None, "")
    assert counter.do(PunchClock("in")) == "who_is_it"


def test_a_punch_is_taken_back_within_seconds_and_not_later(counter: Counter) -> None:
    counter.do(TAP, PunchClock("in"))
    punch = shown(counter).punch
    assert punch is not None
    assert counter.do(UndoPunch(punch)) == ""
    assert shown(counter).at_work == ()
    counter.do(at(1), TAP, PunchClock("in"))
    again = shown(counter).punch
    assert again is not None
    assert counter.do(at(2), UndoPunch(again)) == "too_late_to_undo"
    assert counter.do(UndoPunch("K7Q2-9999")) == "no_such_punch"


def test_a_forgotten_punch_goes_from_the_employee_by_the_manager_to_the_wages(
    counter: Counter,
) -> None:
    counter.do(TAP, PunchClock("in"), at(24))
    asked = AskPunch("1", "out", START_MS + 8 * HOUR_MS, "forgot, went at six")
    assert counter.do(asked) == "not_yours"
    assert counter.do(TAP, asked) == ""
    assert shown(counter).requests == 1
    (request,) = ids(counter, "punch_request")
    assert counter.do(ANA, ApproveCorrection(request)) == "managers_only"
    assert counter.do(SignOut(), BEN, ApproveCorrection(request)) == ""
    assert shown(counter).requests == 0
    assert counter.do(ApproveCorrection(request)) == "no_such_request"
    ana = counter.shelf.db.sql("SELECT id FROM employee WHERE number = '1'")[0][0]
    found = wages.of_employee(
        counter.shelf.db, ana, "2026-01-01", "2026-01-04", START_MS + 24 * HOUR_MS
    )
    assert (found.total_minor, found.questions) == (9600, ())


@pytest.mark.parametrize(
    "command",
    [
        CorrectPunch("1", "why", what="in", at_ms=START_MS),
        DefineJob("till", "Till"),
        SetRate("1", "2026-01-01", 1000),
        SetPayRules(week_starts=6),
        AddEarning("1", "2026-01-01", "bonus", "x", 100),
        RemoveEarning("K7Q2-1", "why"),
        ApproveWages("1", "2026-01-01", "2026-01-04"),
        PayWages("1", 100, "2026-01-04"),
    ],
)
def test_pay_is_the_managers_business(counter: Counter, command: Command) -> None:
    before = entries(counter)
    assert counter.do(command) == "managers_only"
    assert entries(counter) == before
    counter.do(ANA)
    assert counter.do(command) == "managers_only"


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (SetRate("7", "2026-01-01", 1000), "no_such_employee"),
        (SetRate("1", "1.1.2026", 1000), "not_a_day"),
        (SetRate("1", "2026-01-01", -1), "unknown_pay_rule"),
        (SetRate("1", "2026-01-01", 1000, job="cook"), "no_such_job"),
        (SetPayRules(overtime="mars"), "unknown_pay_rule"),
        (SetPayRules(round_minutes=7), "unknown_pay_rule"),
        (SetPayRules(zone="Europe/Atlantis"), "unknown_pay_rule"),
        (SetPayRules(period_anchor="soon"), "not_a_day"),
        (AddEarning("1", "2026-01-01", "gift", "x", 100), "unknown_pay_rule"),
        (RemoveEarning("K7Q2-9999", "why"), "no_such_earning"),
        (ApproveWages("1", "2026-01-04", "2026-01-01"), "bad_period"),
        (PayWages("1", 0, "2026-01-04"), "nothing_paid"),
        (CorrectPunch("1", " ", what="in", at_ms=START_MS), "reason_needed"),
        (CorrectPunch("1", "why", punch="K7Q2-9999"), "no_such_punch"),
        (CorrectPunch("1", "why"), "no_such_punch"),
        (ContestCorrection("K7Q2-9999", "why"), "no_such_correction"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_recorded(
    counter: Counter, command: Command, code: str
) -> None:
    counter.do(BEN)
    before = entries(counter)
    assert counter.do(command) == code
    assert entries(counter) == before


def test_the_configuration_says_what_is_possible_at_the_till(tmp_path: Path) -> None:
    strict = open_counter(
        tmp_path, options=RegisterOptions(acts=ACTS | {"punch": ("door",), "pay": ()})
    )
    assert strict.do(PunchClock("in", employee="1", pin="1111")) == "not_here"
    assert strict.do(BEN, PayWages("1", 100, "2026-01-04")) == "not_here"
    assert strict.do(AskPunch("1", "out", START_MS, "forgot")) == ""
