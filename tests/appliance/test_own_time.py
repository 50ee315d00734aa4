"""Own hours at the time clock: who sees them, what was forgotten, what may be said of a punch, and by whom."""

from pathlib import Path

import pytest

from appliance.messages import (
    ApproveCorrection,
    AskPunch,
    AssignJob,
    BadgeRead,
    ChangeEmployee,
    CloseHours,
    ContestCorrection,
    CorrectPunch,
    DefineJob,
    GiveBadge,
    GrantLeave,
    HoursView,
    LeaveClock,
    OpenHours,
    PlanShift,
    PrintDaySlip,
    ProvePin,
    PunchClock,
    SetClock,
    SetPayRules,
    SetRate,
    SignIn,
    SignOut,
    TimeclockView,
)
from appliance.own_time import HOURS_MS
from tests.appliance.counter import Counter, open_counter
from tests.appliance.trading import START_MS

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
ANA, BEN = SignIn("1", "1111"), SignIn("2", "2222")
TAP = BadgeRead("badges", (("em4100", "0A1B2C3D4E"),))
FOB = BadgeRead("badges", (("em4100", "0102030405"),))


@pytest.fixture
def counter(tmp_path: Path) -> Counter:
    """Ana and Ben have badges. It is Thursday, 1 January 2026, ten in the morning in the shop."""
    opened = open_counter(tmp_path)
    opened.do(BEN, GiveBadge("1"), TAP, GiveBadge("2"), FOB, SetPayRules(zone="Europe/Berlin"))
    opened.do(SignOut())
    return opened


def entries(counter: Counter) -> int:
    return int(counter.shelf.db.sql("SELECT count(*) FROM entry")[0][0])


def at(hours: float) -> SetClock:
    return SetClock(START_MS + round(hours * HOUR_MS))


def hours(counter: Counter) -> HoursView:
    return counter.show(HoursView)


def clock(counter: Counter) -> TimeclockView:
    return counter.show(TimeclockView)


def ids(counter: Counter, table: str) -> list[str]:
    return [row[0] for row in counter.shelf.db.sql(f"SELECT id FROM {table} ORDER BY at_ms")]


# --------------------------------------------------------------------------- own hours


def test_own_hours_are_shown_day_by_day_with_what_goes_on(counter: Counter) -> None:
    counter.do(TAP, PunchClock("in"), at(4), TAP, PunchClock("break_start"))
    counter.do(at(4.5), TAP, PunchClock("break_end"), at(6), TAP)
    assert counter.do(OpenHours()) == ""
    seen = hours(counter)
    assert (seen.open, seen.name, seen.zone) == (True, "Ana", "Europe/Berlin")
    this, last = seen.weeks
    assert [day.day for day in this.days] == [
        "2025-12-29",
        "2025-12-30",
        "2025-12-31",
        "2026-01-01",
    ]
    assert len(last.days) == 7
    today = this.days[-1]
    assert [(one.kind, one.goes_on) for one in today.stretches] == [
        ("work", False),
        ("unpaid_break", False),
        ("work", True),
    ]
    assert round(today.paid_ms / 60_000) == 330
    assert this.paid_ms == today.paid_ms
    assert last.paid_ms == 0


def test_own_data_are_shown_with_the_hours_and_shut_with_them(counter: Counter) -> None:
    counter.do(BEN, DefineJob("till", "Till"), AssignJob("1", "till"))
    counter.do(SetRate("1", "2025-01-01", 1_500), SetRate("1", "2026-01-01", 1_600))
    counter.do(SetRate("1", "2026-02-01", 1_700, "till"))
    counter.do(GrantLeave("1", "vacation", "2026-01-01", 80 * HOUR_MS))
    counter.do(PlanShift("1", "2025-12-31", "09:00", "17:00"))
    counter.do(PlanShift("1", "2026-01-01", "12:00", "17:00", "till", "bring keys"))
    counter.do(PlanShift("2", "2026-01-02", "09:00", "17:00"))
    counter.do(PlanShift("1", "2026-01-15", "09:00", "17:00"), SignOut(), TAP)
    assert hours(counter).own is None
    counter.do(OpenHours())
    own = hours(counter).own
    assert own is not None
    assert (own.number, own.role, own.jobs) == ("1", "cashier", ("Till",))
    assert [(one.begins_ms - START_MS, one.job, one.note) for one in own.shifts] == [
        (2 * HOUR_MS, "Till", "bring keys"),
        (14 * DAY_MS - HOUR_MS, "", ""),
    ]
    assert [(one.code, one.left_ms) for one in own.leave if one.left_ms] == [
        ("vacation", 80 * HOUR_MS)
    ]
    assert [(one.job, one.rate_minor, one.counts) for one in own.rates] == [
        ("", 1_600, True),
        ("", 1_500, False),
        ("Till", 1_700, False),
    ]
    assert [(one.label, one.given_day) for one in own.badges] == [("", "2026-01-01")]
    counter.do(FOB)
    assert hours(counter) == HoursView()


def test_the_clock_knows_in_which_language_to_speak(counter: Counter) -> None:
    counter.do(BEN, ChangeEmployee("1", language="es"), SignOut(), TAP)
    assert clock(counter).language == "es"
    counter.do(PunchClock("in"), at(4), TAP, PunchClock("out"), PrintDaySlip())
    slip = counter.devices.printer.render(counter.devices.printer.slips[-1])
    assert "Hoy" in slip
    counter.do(FOB)
    assert clock(counter).language == ""


def test_a_shift_over_midnight_lies_on_both_days_and_is_one_shift_on_the_slip(
    counter: Counter,
) -> None:
    counter.do(at(12), TAP, PunchClock("in"), at(20), TAP, PunchClock("out"))
    made = clock(counter).made
    assert made is not None
    assert made.slip is not None
    assert round(made.slip.today_ms / HOUR_MS) == 8
    counter.do(TAP, OpenHours())
    first, second = hours(counter).weeks[0].days[-2:]
    assert [round(day.paid_ms / HOUR_MS) for day in (first, second)] == [2, 6]
    (before,), (after,) = first.stretches, second.stretches
    assert [[one.what for one in day.punches] for day in (first, second)] == [["in"], ["out"]]
    assert before.ended_ms == after.begun_ms == second.begins_ms


def test_own_hours_are_for_whoever_is_at_the_clock_and_for_nobody_else(counter: Counter) -> None:
    assert counter.do(OpenHours()) == "who_is_it"
    assert counter.do(BEN, OpenHours()) == "who_is_it"
    counter.do(TAP, OpenHours())
    assert hours(counter).name == "Ana"
    counter.do(FOB)
    assert hours(counter) == HoursView()
    counter.do(OpenHours())
    assert hours(counter).name == "Ben"
    counter.do(LeaveClock())
    assert hours(counter) == HoursView()


def test_own_hours_shut_themselves_when_their_owner_does_nothing_more(counter: Counter) -> None:
    counter.do(TAP, OpenHours())
    start_ms = counter.clock.now().at_ms
    counter.clock.set(start_ms + HOURS_MS - 1000)
    counter.do(OpenHours())
    counter.clock.set(start_ms + HOURS_MS + 1000)
    counter.register.tick()
    assert hours(counter).open
    counter.clock.set(start_ms + 3 * HOURS_MS)
    counter.register.tick()
    assert hours(counter) == HoursView()
    assert counter.do(OpenHours()) == "who_is_it"


def test_who_has_read_their_hours_is_asked_again_what_it_shall_be(counter: Counter) -> None:
    counter.do(TAP, OpenHours())
    counter.clock.set(counter.clock.now().at_ms + HOURS_MS - 1000)
    counter.do(CloseHours())
    assert clock(counter).choices == ("in",)
    assert counter.do(PunchClock("in")) == ""


# --------------------------------------------------------------------------- forgotten punches


def test_a_forgotten_end_is_noticed_at_the_next_tap_and_keeps_nobody_from_coming_in(
    counter: Counter,
) -> None:
    counter.do(TAP, PunchClock("in"), at(70), TAP)
    (gap,) = clock(counter).missing
    assert (gap.what, gap.missing, gap.waits) == ("in", "out", False)
    assert gap.at_ms == gap.from_ms
    assert gap.to_ms == gap.at_ms + 16 * HOUR_MS
    assert clock(counter).choices == ("in",)
    assert counter.do(PunchClock("in")) == ""
    assert len(clock(counter).missing) == 1
    ana = clock(counter).employee
    assert counter.do(AskPunch(ana, "out", START_MS + 8 * HOUR_MS, "forgot")) == ""
    assert [one.waits for one in clock(counter).missing] == [True]


def test_what_a_manager_approves_is_forgotten_no_more_and_what_is_declined_is_asked_again(
    counter: Counter,
) -> None:
    counter.do(TAP, PunchClock("in"), at(24), TAP)
    ask = AskPunch("1", "out", START_MS + 8 * HOUR_MS, "forgot")
    counter.do(ask, BEN)
    (request,) = ids(counter, "punch_request")
    counter.do(ApproveCorrection(request, approved=False, reason="no"))
    counter.do(TAP)
    assert [one.waits for one in clock(counter).missing] == [False]
    counter.do(OpenHours())
    (declined,) = hours(counter).requests
    assert (declined.answer, declined.answer_reason) == ("declined", "no")
    counter.do(ask)
    assert [one.answer for one in hours(counter).requests] == ["", "declined"]
    counter.do(ApproveCorrection(ids(counter, "punch_request")[1]))
    assert clock(counter).missing == ()
    assert [one.answer for one in hours(counter).requests] == ["declined"]


def test_a_punch_that_does_not_fit_asks_for_the_one_before_it(counter: Counter) -> None:
    counter.do(BEN, CorrectPunch("1", "seen", what="out", at_ms=START_MS + 20 * HOUR_MS))
    counter.do(at(30), TAP)
    (gap,) = clock(counter).missing
    assert (gap.what, gap.missing) == ("out", "in")
    assert gap.to_ms == START_MS + 20 * HOUR_MS
    assert gap.from_ms == START_MS + 4 * HOUR_MS


def test_a_shift_that_goes_on_is_not_forgotten(counter: Counter) -> None:
    counter.do(TAP, PunchClock("in"), at(15), TAP)
    assert clock(counter).missing == ()


# --------------------------------------------------------------------------- who may say so


def test_only_the_employee_or_a_manager_says_what_a_punch_should_have_been(
    counter: Counter,
) -> None:
    ask = AskPunch("1", "out", START_MS, "forgot")
    before = entries(counter)
    assert counter.do(ask) == "not_yours"
    assert (
        counter.do(FOB, ask, LeaveClock()) == ""
    )  # Ben is a manager, but a badge signs nobody in.
    assert entries(counter) == before
    assert counter.do(LeaveClock(), ANA, AskPunch("2", "out", START_MS, "forgot")) == "not_yours"
    assert counter.do(ask) == ""
    assert counter.do(SignOut(), ProvePin("1", "1111"), ask) == ""
    assert counter.do(LeaveClock(), BEN, ask) == ""
    authors = [
        row[0] for row in counter.shelf.db.sql("SELECT actor FROM entry WHERE kind = 'punch_asked'")
    ]
    assert authors == [person(counter, "1"), person(counter, "1"), person(counter, "2")]


def person(counter: Counter, number: str) -> str:
    return str(counter.shelf.db.sql(f"SELECT id FROM employee WHERE number = '{number}'")[0][0])


def test_a_correction_is_shown_with_both_values_and_can_be_contested_at_the_clock(
    counter: Counter,
) -> None:
    counter.do(TAP, PunchClock("in"), at(8), TAP, PunchClock("out"))
    out = ids(counter, "punch")[1]
    counter.do(
        BEN, CorrectPunch("1", "left early", punch=out, what="out", at_ms=START_MS + 7 * HOUR_MS)
    )
    counter.do(SignOut(), TAP, OpenHours())
    (correction,) = hours(counter).corrections
    assert correction.author == "Ben"
    assert correction.reason == "left early"
    assert correction.was is not None
    assert correction.said is not None
    assert (correction.was.at_ms > correction.said.at_ms, correction.contested) == (True, "")
    assert counter.do(FOB, ContestCorrection(correction.id, "no")) == "no_such_correction"
    assert counter.do(TAP, OpenHours(), ContestCorrection(correction.id, "I stayed")) == ""
    assert [one.contested for one in hours(counter).corrections] == ["I stayed"]
    assert counter.shelf.differences() == ()
