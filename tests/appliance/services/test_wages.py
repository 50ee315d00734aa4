"""What is owed, through punches, rates and reports: never by calling a formula."""

import datetime
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from appliance.__main__ import main
from appliance.clock import Moment, ScriptedClock
from appliance.domain.timeclock import What
from appliance.journal.kinds import ClockFixed
from appliance.journal.pay_kinds import AdjustmentAdded
from appliance.journal.time_kinds import (
    EarningAdded,
    JobDefined,
    PayRulesChanged,
    PunchSaid,
    RateSet,
)
from appliance.services import pay_rules, people, timeclock, wages
from appliance.services.desk import Desk
from appliance.services.timeclock import Place
from appliance.services.wages import Wages
from appliance.store.shelf import Shelf
from tests.appliance.trading import ROOMY, START_MS

TILL = Place("till", "badge reader")
MONDAY = datetime.date(2026, 3, 2)
MONDAY_LATER_MS = 8 * 7 * 24 * 3_600_000
"""From a Monday in January to that one."""


@dataclass
class Shop:
    """A shop with Ana, and a clock that is set before each punch."""

    shelf: Shelf
    clock: ScriptedClock
    zone: str
    desk: Desk
    ana: str = ""
    ben: str = ""
    days: list[datetime.date] = field(default_factory=list)

    def at(self, day: datetime.date, hour: int, minute: int = 0, fold: int = 0) -> int:
        """A moment by the clock on the wall, in UTC milliseconds."""
        when = datetime.datetime(
            day.year, day.month, day.day, hour, minute, tzinfo=ZoneInfo(self.zone), fold=fold
        )
        return int(when.timestamp()) * 1000

    def after(self, day: str) -> int:
        """The moment at which a day is over."""
        return self.at(datetime.date.fromisoformat(day) + datetime.timedelta(days=1), 0)

    def punch(self, at_ms: int, what: What, job: str = "", *, paid: bool = False) -> str:
        self.clock.set(at_ms)
        return timeclock.punch(
            self.desk, self.ana, what, TILL, at_ms, by="em4100", job=job, paid=paid
        )

    def work(self, day: datetime.date, begins: int, hours: float, job: str = "") -> None:
        """Come at this hour of the clock on the wall, and go so many real hours later."""
        begun_ms = self.at(day, begins)
        self.punch(begun_ms, What.IN, job)
        self.punch(begun_ms + round(hours * 3_600_000), What.OUT)

    def work_week(self, *hours: float) -> None:
        for place, one in enumerate(hours):
            if one:
                self.work(MONDAY + datetime.timedelta(days=place), 6, one)

    def rate(self, minor: int, since: str = "2026-01-01", job: str = "", covers: int = 0) -> None:
        edit = RateSet(self.ana, job, since, minor, covers * 3_600_000)
        pay_rules.set_rate(self.desk, edit, self.ben)

    def rules(self, **values: str | int) -> None:
        pay_rules.change(self.desk, PayRulesChanged(**values), self.ben)  # type: ignore[arg-type]

    def owed(self, from_day: str = "2026-03-02", to_day: str = "2026-03-08") -> Wages:
        return wages.of_employee(self.desk.db, self.ana, from_day, to_day, self.clock.now().at_ms)


def open_shop(folder: Path, zone: str = "America/Los_Angeles") -> Shop:
    clock = ScriptedClock(START_MS)
    shelf = Shelf(folder, limits=ROOMY)
    desk = Desk(shelf.db, shelf.book(clock))
    pins = people.pins(shelf.db.folder)
    people.add(desk, pins, number="1", name="Ana", role="cashier", pin="1111", actor="")
    people.add(desk, pins, number="2", name="Ben", role="manager", pin="2222", actor="")
    shop = Shop(shelf, clock, zone, desk)
    shop.ana, shop.ben = people.find(desk.db, "1").id, people.find(desk.db, "2").id
    pay_rules.change(desk, PayRulesChanged(zone=zone, overtime="us_federal"), shop.ben)
    return shop


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    opened = open_shop(tmp_path)
    yield opened
    assert opened.shelf.differences() == ()
    opened.shelf.close()


def test_forty_six_hours_at_twelve(shop: Shop) -> None:
    """29 CFR 778.110(a)."""
    shop.rate(1200)
    shop.work_week(8, 8, 8, 8, 8, 6)
    found = shop.owed()
    assert found.total_minor == 58_800
    assert [(line.line_kind, line.length_ms // 3_600_000, line.amount_minor) for line in found.lines] == [
        ("time", 46, 55_200),
        ("overtime", 6, 3_600),
    ]  # fmt: skip
    assert found.questions == ()


def test_a_bonus_counts_for_the_regular_rate(shop: Shop) -> None:
    """29 CFR 778.110(b)."""
    shop.rate(1200)
    shop.work_week(8, 8, 8, 8, 8, 6)
    bonus = EarningAdded(shop.ana, "2026-03-06", "bonus", "production", 4600)
    wages.add_earning(shop.desk, bonus, shop.ben)
    assert shop.owed().total_minor == 63_700


@pytest.mark.parametrize(
    ("day", "counts"),
    [("2026-03-01", False), ("2026-03-02", True), ("2026-03-08", True), ("2026-03-09", False)],
)
def test_extra_pay_counts_from_the_first_day_of_a_period_to_its_last(
    shop: Shop, day: str, counts: bool
) -> None:
    shop.rate(1000)
    shop.work_week(8)
    wages.add_earning(shop.desk, EarningAdded(shop.ana, day, "bonus", "kind", 500), shop.ben)
    wages.add_adjustment(
        shop.desk, AdjustmentAdded(shop.ana, day, "expenses", "taxi", 70), shop.ben
    )
    assert shop.owed().total_minor == 8000 + 500 * counts
    assert shop.owed().net_minor == 8000 + 570 * counts


def test_piece_work_and_waiting_time(shop: Shop) -> None:
    """29 CFR 778.111(a): 491.00 for pieces, four of the fifty hours waiting at 8.00."""
    pay_rules.define_job(shop.desk, JobDefined("wait", "Waiting"), shop.ben)
    shop.rate(0)
    shop.rate(800, job="wait")
    shop.work_week(10, 10, 10, 10, 6)
    shop.work(MONDAY + datetime.timedelta(days=4), 14, 4, "wait")
    pieces = EarningAdded(shop.ana, "2026-03-06", "piece", "pieces", 49_100)
    wages.add_earning(shop.desk, pieces, shop.ben)
    assert shop.owed().total_minor == 57_530


def test_fact_sheet_23(shop: Shop) -> None:
    shop.rate(800)
    shop.work_week(8, 8, 8, 8, 8, 4)
    assert shop.owed().total_minor == 36_800


def test_piece_rate_of_the_department_of_labor(shop: Shop) -> None:
    shop.rate(0)
    shop.work_week(9, 9, 9, 9, 9)
    wages.add_earning(
        shop.desk, EarningAdded(shop.ana, "2026-03-02", "piece", "pieces", 40_500), shop.ben
    )
    assert shop.owed().total_minor == 42_750


def test_california_pays_overtime_by_the_day(shop: Shop) -> None:
    shop.rules(overtime="us_california")
    shop.rate(2500)
    shop.work_week(10, 8, 13, 8, 8)
    found = shop.owed()
    assert found.total_minor == 127_500
    by_day = [(line.day, line.name) for line in found.lines if line.line_kind == "overtime"]
    assert by_day == [("2026-03-02", "daily"), ("2026-03-04", "daily"), ("2026-03-04", "double")]


def test_without_rules_every_hour_is_paid_at_its_rate(shop: Shop) -> None:
    shop.rules(overtime="none")
    shop.rate(1000)
    shop.work_week(10, 10, 10, 10, 10)
    assert shop.owed().total_minor == 50_000


def test_a_short_night_has_23_hours_and_a_long_one_25(tmp_path: Path) -> None:
    """Clocks in Berlin went forward on 29 March 2026 and go back on 25 October: the night shift is real time."""
    shop = open_shop(tmp_path, "Europe/Berlin")
    shop.rate(1000)
    for day, hours in ((datetime.date(2026, 3, 28), 7), (datetime.date(2026, 10, 24), 9)):
        begun_ms, ended_ms = shop.at(day, 22), shop.at(day + datetime.timedelta(days=1), 6)
        shop.punch(begun_ms, What.IN)
        shop.punch(ended_ms, What.OUT)
        found = shop.owed(day.isoformat(), (day + datetime.timedelta(days=1)).isoformat())
        assert (found.worked_ms, found.total_minor) == (hours * 3_600_000, hours * 1000)


def test_a_shift_over_midnight_is_paid_in_the_periods_of_its_days(shop: Shop) -> None:
    shop.rate(1000)
    sunday = datetime.date(2026, 3, 15)
    shop.punch(shop.at(sunday, 20), What.IN)
    shop.punch(shop.at(sunday + datetime.timedelta(days=1), 4), What.OUT)
    before = shop.owed("2026-03-09", "2026-03-15")
    after = shop.owed("2026-03-16", "2026-03-22")
    assert (before.total_minor, after.total_minor) == (4000, 4000)


def test_a_rate_that_changes_at_midnight_changes_in_the_middle_of_a_shift(shop: Shop) -> None:
    shop.rate(1000)
    shop.rate(1200, since="2026-03-04")
    tuesday = datetime.date(2026, 3, 3)
    shop.punch(shop.at(tuesday, 22), What.IN)
    shop.punch(shop.at(tuesday + datetime.timedelta(days=1), 2), What.OUT)
    found = shop.owed()
    assert [(line.rate_minor, line.amount_minor) for line in found.lines] == [
        (1000, 2000),
        (1200, 2400),
    ]


def test_going_and_coming_within_one_minute_is_no_overlap(shop: Shop) -> None:
    shop.rate(6000)
    begun_ms = shop.at(MONDAY, 9)
    shop.punch(begun_ms, What.IN)
    shop.punch(begun_ms + 30 * 60_000, What.OUT)
    shop.punch(begun_ms + 30 * 60_000 + 20_000, What.IN)
    shop.punch(begun_ms + 60 * 60_000, What.OUT)
    found = shop.owed()
    assert (found.worked_ms, found.questions) == (60 * 60_000 - 20_000, ())


def test_overtime_of_a_workweek_is_paid_where_it_ends(shop: Shop) -> None:
    """A period that ends on Wednesday: its hours are paid now, the week's overtime with the next one."""
    shop.rate(1000)
    shop.work_week(10, 10, 10, 10, 10)
    first, second = shop.owed("2026-03-01", "2026-03-04"), shop.owed("2026-03-05", "2026-03-14")
    assert (first.total_minor, second.total_minor) == (30_000, 20_000 + 5_000)
    assert first.overtime_ms == 0


def test_unpaid_breaks_are_not_paid_and_paid_ones_are(shop: Shop) -> None:
    shop.rate(1000)
    begun_ms = shop.at(MONDAY, 8)
    for minutes, what, paid in (
        (0, What.IN, False),
        (120, What.BREAK_START, True),
        (135, What.BREAK_END, False),
        (240, What.BREAK_START, False),
        (270, What.BREAK_END, False),
        (510, What.OUT, False),
    ):
        shop.punch(begun_ms + minutes * 60_000, what, paid=paid)
    found = shop.owed()
    assert (found.worked_ms // 60_000, found.total_minor) == (480, 8000)


@pytest.mark.parametrize(("minute", "counted"), [(7, 0), (8, 15), (22, 15), (23, 30)])
def test_a_quarter_of_an_hour_is_rounded_in_the_middle_if_the_shop_wants_it(
    shop: Shop, minute: int, counted: int
) -> None:
    """29 CFR 785.48(b): 1 to 7 minutes down, 8 to 14 up."""
    shop.rate(6000)
    shop.rules(round_minutes=15)
    shop.punch(shop.at(MONDAY, 9), What.IN)
    shop.punch(shop.at(MONDAY, 10, minute), What.OUT)
    assert shop.owed().worked_ms == (60 + counted) * 60_000


# --------------------------------------------------------------------------- questions and answers


def test_a_forgotten_punch_is_asked_about_and_counts_when_a_manager_approves(shop: Shop) -> None:
    shop.rate(1000)
    shop.punch(shop.at(MONDAY, 9), What.IN)
    shop.work(MONDAY + datetime.timedelta(days=1), 9, 8)
    found = shop.owed()
    assert (found.total_minor, [one.why for one in found.questions]) == (8000, ["no_end"])
    with pytest.raises(wages.StillAtWork):
        wages.approve(shop.desk, shop.ana, "2026-03-02", "2026-03-08", TILL, shop.ben, START_MS)
    said = PunchSaid("out", shop.at(MONDAY, 17))
    request = timeclock.ask(
        shop.desk, shop.ana, said, "went with the last customer", TILL, actor=shop.ana
    )
    assert shop.owed().total_minor == 8000
    timeclock.answer(shop.desk, request, TILL, shop.ben, approved=True)
    found = shop.owed()
    assert (found.total_minor, found.questions) == (16_000, ())
    with pytest.raises(timeclock.NoSuchRequest):
        timeclock.answer(shop.desk, request, TILL, shop.ben, approved=False)


def test_wages_are_not_approved_over_a_request_that_nobody_answered(shop: Shop) -> None:
    """On a locked day it could only be turned down."""
    shop.rate(1000)
    shop.work(MONDAY, 9, 8)
    earlier = PunchSaid("in", shop.at(MONDAY, 8))
    came = shop.desk.db.sql("SELECT id FROM punch WHERE what = 'in'")[0][0]
    request = timeclock.ask(
        shop.desk, shop.ana, earlier, "opened the shop", TILL, came, actor=shop.ana
    )
    found = shop.owed()
    assert [(one.why, one.punch, one.day) for one in found.questions] == [
        ("asked", came, "2026-03-02")
    ]
    assert shop.owed("2026-03-03", "2026-03-08").questions == ()
    now_ms = shop.after("2026-03-08")
    with pytest.raises(wages.StillAtWork):
        wages.approve(shop.desk, shop.ana, "2026-03-02", "2026-03-08", TILL, shop.ben, now_ms)
    timeclock.answer(shop.desk, request, TILL, shop.ben, approved=True)
    wages.approve(shop.desk, shop.ana, "2026-03-02", "2026-03-08", TILL, shop.ben, now_ms)
    assert shop.owed().total_minor == 9000


def test_no_old_punch_is_taken_back_where_the_clock_was_set_back(shop: Shop) -> None:
    shop.rate(1000)
    shop.work(MONDAY, 9, 8)
    left = shop.desk.db.sql("SELECT id FROM punch WHERE what = 'out'")[0][0]
    earlier_ms = shop.at(MONDAY, 11)
    shop.clock.set(earlier_ms)
    with pytest.raises(timeclock.TooLateToUndo):
        timeclock.undo(shop.desk, left, shop.ana, earlier_ms)
    assert shop.owed().total_minor == 8000


def test_corrections_are_kept_with_both_values_and_can_be_contested(shop: Shop) -> None:
    shop.rate(1000)
    shop.punch(shop.at(MONDAY, 9), What.IN)
    out = shop.punch(shop.at(MONDAY, 17), What.OUT)
    said = PunchSaid("out", shop.at(MONDAY, 16))
    correction = timeclock.correct(shop.desk, shop.ana, out, said, "left at four", TILL, shop.ben)
    assert shop.owed().total_minor == 7000
    timeclock.contest(shop.desk, correction, "I stayed until five", shop.ana)
    kept = shop.desk.db.sql("SELECT reason, author, was, said, contested FROM punch_correction")
    ((reason, author, was, now, contested),) = kept
    assert (reason, author, contested) == ("left at four", shop.ben, "I stayed until five")
    assert (str(shop.at(MONDAY, 17)) in was, str(shop.at(MONDAY, 16)) in now) == (True, True)
    with pytest.raises(timeclock.NoSuchCorrection):
        timeclock.contest(shop.desk, correction, "me too", shop.ben)


@pytest.mark.parametrize("text", ["20260302", "2026-W10-1", "0001-01-01", "9999-12-31", " ", ""])
def test_a_day_is_written_in_one_way(shop: Shop, text: str) -> None:
    # A period approved as 20260302 to 20260308 would not be found again, and be approved and paid twice.
    now_ms = shop.clock.now().at_ms
    with pytest.raises(pay_rules.NotADay):
        wages.approve(shop.desk, shop.ana, text, "2026-03-08", TILL, shop.ben, now_ms)
    with pytest.raises(pay_rules.NotADay):
        wages.report(shop.shelf.db, "2026-03-02", text, now_ms)
    with pytest.raises(pay_rules.NotADay):
        shop.rate(1000, since=text)


def test_a_slip_in_the_year_locks_no_years(shop: Shop) -> None:
    shop.rate(1000)
    shop.work(MONDAY, 9, 8)
    after_ms = shop.at(MONDAY + datetime.timedelta(days=60), 9)
    with pytest.raises(wages.NotThisPeriod):
        wages.approve(shop.desk, shop.ana, "1970-01-01", "2026-03-08", TILL, shop.ben, after_ms)
    assert shop.shelf.db.sql("SELECT count(*) FROM wage_period") == [(0,)]
    wages.approve(shop.desk, shop.ana, "2025-12-01", "2026-03-31", TILL, shop.ben, after_ms)


def test_a_period_is_approved_when_its_last_day_is_over_where_the_shop_is(shop: Shop) -> None:
    shop.rate(1000)
    shop.work(MONDAY, 9, 8)
    midnight_ms, period = (
        shop.at(MONDAY + datetime.timedelta(days=7), 0),
        ("2026-03-02", "2026-03-08"),
    )
    with pytest.raises(wages.PeriodNotOver):
        wages.approve(shop.desk, shop.ana, *period, TILL, shop.ben, midnight_ms - 1)
    assert shop.owed().approved == ""
    wages.approve(shop.desk, shop.ana, *period, TILL, shop.ben, midnight_ms)
    assert shop.owed().approved != ""


def test_an_approved_period_is_locked(shop: Shop) -> None:
    shop.rate(1000)
    shop.punch(shop.at(MONDAY, 9), What.IN)
    out = shop.punch(shop.at(MONDAY, 17), What.OUT)
    now_ms = shop.after("2026-03-08")
    wages.approve(shop.desk, shop.ana, "2026-03-02", "2026-03-08", TILL, shop.ben, now_ms)
    with pytest.raises(timeclock.PeriodLocked):
        timeclock.correct(shop.desk, shop.ana, out, None, "mistake", TILL, shop.ben)
    late = EarningAdded(shop.ana, "2026-03-03", "bonus", "late", 100)
    with pytest.raises(timeclock.PeriodLocked):
        wages.add_earning(shop.desk, late, shop.ben)
    with pytest.raises(wages.BadPeriod):
        wages.approve(shop.desk, shop.ana, "2026-03-08", "2026-03-10", TILL, shop.ben, now_ms)
    # What is agreed later changes nothing of what was approved.
    shop.rate(5000, since="2026-03-01")
    found = shop.owed()
    assert (found.total_minor, found.approved != "") == (8000, True)
    assert wages.owed(shop.desk.db, shop.ana).owed_minor == 8000
    wages.pay(shop.desk, shop.ana, 5000, "2026-03-09", TILL, shop.ben)
    assert wages.owed(shop.desk.db, shop.ana).owed_minor == 3000


def test_clocking_in_is_possible_in_the_shop_only(shop: Shop) -> None:
    web = Place("web")
    with pytest.raises(timeclock.NotHere):
        timeclock.punch(shop.desk, shop.ana, What.IN, web, START_MS, by="pin")
    opened = Place("web", acts={**timeclock.ACTS, "punch": ("till", "door", "web")})
    timeclock.punch(shop.desk, shop.ana, What.IN, opened, START_MS, by="pin")


def test_the_report_says_how_each_line_was_reckoned(
    shop: Shop, capsys: pytest.CaptureFixture[str]
) -> None:
    shop.rate(1200)
    shop.work_week(8, 8, 8, 8, 8, 6)
    shop.punch(shop.at(MONDAY + datetime.timedelta(days=6), 9), What.IN)
    folder = str(shop.shelf.db.folder)
    asked = ["report", "wages", "--store", folder, "--from", "2026-03-02", "--to", "2026-03-08"]
    assert main(asked) == 1
    *reckoned, question = capsys.readouterr().out.splitlines()
    assert reckoned == [
        "Ana, 2026-03-02 to 2026-03-08: 588.00",
        "  week of 2026-03-02  hours: 46:00 h × 12.00 = 552.00",
        "  week of 2026-03-02  overtime of the week: 6:00 h × 12.00 × 0.5 = 36.00",
    ]
    assert question.startswith("  ? Nobody clocked out on 2026-03-08.")
    assert main([*asked, "--json"]) == 1
    (ana,) = json.loads(capsys.readouterr().out)
    assert (ana["name"], ana["total_minor"], len(ana["lines"])) == ("Ana", 58_800, 2)
    assert [one["why"] for one in ana["questions"]] == ["no_end"]


# --------------------------------------------------------------------------- clocks that were wrong


class WrongClock(ScriptedClock):
    """A Pi without a battery: it is some day in the past until a time server answers."""

    def now(self) -> Moment:
        """What it believes, which nobody should."""
        return super().now()._replace(ok=False)


def worked_by_a_wrong_clock(shop: Shop) -> Desk:
    """Eight hours of work on a day that never was."""
    clock = WrongClock(shop.at(datetime.date(2026, 1, 5), 9))
    desk = Desk(shop.shelf.db, shop.shelf.book(clock))
    begun_ms = clock.now().at_ms
    for hours, what in ((0, What.IN), (8, What.OUT)):
        clock.set(begun_ms + hours * 3_600_000)
        timeclock.punch(desk, shop.ana, what, TILL, begun_ms + hours * 3_600_000, by="em4100")
    shop.clock, shop.desk = clock, desk
    return desk


def test_a_wrong_clock_is_put_right_by_the_time_that_came_later_in_the_same_boot(
    shop: Shop,
) -> None:
    shop.rate(1000)
    desk = worked_by_a_wrong_clock(shop)
    told = shop.shelf.db.sql("SELECT boot, boot_ns FROM punch ORDER BY boot_ns")
    # Nine hours after the first punch the time server says: it is six in the evening, on Monday.
    fixed_ns = told[0][1] + 9 * 3_600_000_000_000
    desk.book.record("", ClockFixed(boot=told[0][0], boot_ns=fixed_ns, at_ms=shop.at(MONDAY, 18)))
    found = shop.owed()
    assert (found.worked_ms, found.total_minor, found.questions) == (8 * 3_600_000, 8000, ())
    times = shop.shelf.db.sql("SELECT at_ms, clock FROM punch ORDER BY at_ms")
    assert times == [(shop.at(MONDAY, 9), "fixed"), (shop.at(MONDAY, 17), "fixed")]


def test_a_wrong_clock_that_nobody_put_right_must_be_confirmed_by_a_manager(shop: Shop) -> None:
    shop.rate(1000)
    worked_by_a_wrong_clock(shop)
    day = ("2026-01-05", "2026-01-05")
    found = shop.owed(*day)
    assert [one.why for one in found.questions] == ["doubtful", "doubtful"]
    with pytest.raises(wages.StillAtWork):
        wages.approve(shop.desk, shop.ana, *day, TILL, shop.ben, shop.clock.now().at_ms)
    for punch in timeclock.punches(shop.shelf.db, shop.ana):
        said = PunchSaid(punch.what.value, punch.at_ms + MONDAY_LATER_MS)
        timeclock.correct(shop.desk, shop.ana, punch.id, said, "I was there", TILL, shop.ben)
    assert shop.owed(*day).questions == ()
    found = shop.owed()
    assert (found.total_minor, found.questions) == (8000, ())
