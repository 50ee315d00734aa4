"""Locked periods never change, whatever is agreed, corrected or brought by another register afterwards."""

import datetime
import itertools
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from appliance.clock import ScriptedClock
from appliance.domain.timeclock import What
from appliance.journal.book import Book
from appliance.journal.pay_kinds import (
    AdjustmentAdded,
    LeaveGranted,
    LeaveTaken,
    PayTermsChanged,
    ShiftBonusSet,
)
from appliance.journal.time_kinds import (
    EarningAdded,
    PaidFor,
    PayRulesChanged,
    PunchCorrected,
    Punched,
    PunchSaid,
    PunchUndone,
    RateSet,
    WagesApproved,
)
from appliance.journal.trust_kinds import OriginKnown
from appliance.services import leave, origins, timeclock, wages
from appliance.services.desk import Desk
from appliance.services.wages import Wages
from appliance.store.shelf import Shelf
from tests.appliance.services.test_leave import adjust, approve
from tests.appliance.services.test_pay_terms import told
from tests.appliance.services.test_wages import MONDAY, TILL, Shop, open_shop
from tests.appliance.trading import ROOMY

HOUR_MS = 3_600_000
DAY = datetime.timedelta(days=1)
WEEK = ("2026-03-02", "2026-03-08")
NEXT = ("2026-03-09", "2026-03-15")


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    opened = open_shop(tmp_path / "till")
    opened.rate(1000)
    yield opened
    assert opened.shelf.differences() == ()
    opened.shelf.close()


@dataclass
class Other:
    """Another register of the same shop, which is offline until they meet."""

    shelf: Shelf
    desk: Desk
    clock: ScriptedClock

    def punch(self, shop: Shop, at_ms: int, what: What) -> str:
        self.clock.set(at_ms)
        return timeclock.punch(self.desk, shop.ana, what, TILL, at_ms, by="em4100")


@pytest.fixture
def other(shop: Shop, tmp_path: Path) -> Iterator[Other]:
    made = offline(shop, tmp_path / "door")
    yield made
    made.shelf.close()


def offline(shop: Shop, folder: Path) -> Other:
    clock = ScriptedClock(shop.clock.now().at_ms)
    shelf = Shelf(folder, limits=ROOMY)
    desk = Desk(shelf.db, Book(shelf, clock, shelf.origin))
    desk.book.receive(list(shop.shelf.entries()))
    # A manager has said at each that the other is the shop's own.
    origins.say(desk, OriginKnown(shop.desk.origin, "till", "Till"), TILL, shop.ben)
    origins.say(shop.desk, OriginKnown(desk.origin, "door", "Door"), TILL, shop.ben)
    return Other(shelf, desk, clock)


def meet(shop: Shop, other: Other) -> None:
    """Both registers hear of everything."""
    shop.desk.book.receive(list(other.shelf.entries()))
    other.desk.book.receive(list(shop.shelf.entries()))


def owed_at(desk: Desk, employee: str, period: tuple[str, str], now_ms: int) -> Wages:
    return wages.of_employee(desk.db, employee, *period, now_ms)


# --------------------------------------------------------------------------- overlapping periods


def test_a_longer_period_shows_approved_weeks_as_approved(shop: Shop) -> None:
    shop.work_week(8, 8, 8, 8, 8, 4)
    approve(shop)
    shop.rate(2000, since="2026-01-01")
    shop.work(MONDAY + 7 * DAY, 8, 8)
    found = shop.owed("2026-03-01", "2026-03-31")
    assert told(found) == [
        ("time", "", 2640, 44_000),
        ("overtime", "weekly", 240, 2000),
        ("time", "", 480, 16_000),
    ]
    assert found.worked_ms == 52 * HOUR_MS
    assert [(week.week, week.worked_ms // HOUR_MS) for week in found.weeks] == [
        ("2026-03-02", 44),
        ("2026-03-09", 8),
    ]
    (part,) = found.locked
    assert (part.from_day, part.to_day, part.left_out_minor) == (*WEEK, 0)
    with pytest.raises(wages.BadPeriod):
        approve(shop, ("2026-03-01", "2026-03-31"))


def test_one_day_in_both_is_enough_for_a_period_to_be_locked_there(shop: Shop) -> None:
    shop.work_week(8, 8)
    approve(shop)
    for period in (("2026-02-24", WEEK[0]), (WEEK[1], "2026-03-14")):
        assert [(one.from_day, one.to_day) for one in shop.owed(*period).locked] == [WEEK]
        with pytest.raises(wages.BadPeriod):
            approve(shop, period)
    for period in (("2026-02-24", "2026-03-01"), NEXT):
        assert shop.owed(*period).locked == ()


def test_a_period_that_cuts_an_approved_week_leaves_its_lines_out_and_says_so(shop: Shop) -> None:
    shop.work_week(8, 8, 8, 8, 8)
    adjust(shop, 100, day="2026-03-06")
    approve(shop)
    found = shop.owed("2026-03-05", "2026-03-11")
    assert (found.lines, found.total_minor, found.net_minor) == ((), 0, 100)
    assert [(part.total_minor, part.left_out_minor) for part in found.locked] == [(40_000, 40_000)]
    # The days themselves are shown as they were approved.
    assert [(one.day, one.worked_ms // HOUR_MS) for one in found.days] == [
        ("2026-03-05", 8),
        ("2026-03-06", 8),
    ]


def test_a_week_of_a_longer_approved_period_is_shown_line_by_line(shop: Shop) -> None:
    shop.work_week(8, 8)
    shop.work(MONDAY + 7 * DAY, 8, 5)
    approve(shop, (WEEK[0], NEXT[1]))
    assert told(shop.owed(*NEXT)) == [("time", "", 300, 5000)]
    assert [part.left_out_minor for part in shop.owed(*NEXT).locked] == [16_000]


def test_overtime_of_a_week_that_was_approved_in_part_comes_with_its_end(shop: Shop) -> None:
    shop.work_week(10, 10, 10, 10, 10)
    approve(shop, ("2026-03-01", "2026-03-04"))
    found = shop.owed("2026-03-05", "2026-03-14")
    assert told(found) == [("time", "", 1200, 20_000), ("overtime", "weekly", 600, 5000)]
    approve(shop, ("2026-03-05", "2026-03-14"))
    assert wages.owed(shop.desk.db, shop.ana).owed_minor == 55_000


# --------------------------------------------------------------------------- what becomes known later


def test_a_correction_made_offline_changes_nothing_that_is_locked_and_is_asked_about(
    shop: Shop, other: Other
) -> None:
    shop.punch(shop.at(MONDAY, 9), What.IN)
    out = shop.punch(shop.at(MONDAY, 17), What.OUT)
    meet(shop, other)
    said = PunchSaid("out", shop.at(MONDAY, 19))
    timeclock.correct(other.desk, shop.ana, out, said, "stock-taking", TILL, shop.ben)
    approve(shop)
    meet(shop, other)
    for desk in (shop.desk, other.desk):
        found = owed_at(desk, shop.ana, WEEK, shop.clock.now().at_ms)
        assert (found.total_minor, found.worked_ms) == (8000, 8 * HOUR_MS)
        (question,) = found.questions
        assert (question.why, question.day, question.amount_minor) == ("changed", WEEK[0], 2000)
        assert wages.owed(desk.db, shop.ana).owed_minor == 8000
    # The correction itself is stored, and shown.
    assert shop.desk.db.sql("SELECT reason FROM punch_correction") == [("stock-taking",)]
    assert shop.desk.db.sql("SELECT count(*) FROM unapplied") == [(0,)]


def test_the_difference_is_paid_with_the_next_period(shop: Shop, other: Other) -> None:
    shop.work_week(8)
    approval = approve(shop)
    other.punch(shop, shop.at(MONDAY + DAY, 9), What.IN)
    other.punch(shop, shop.at(MONDAY + DAY, 12), What.OUT)
    meet(shop, other)
    shop.work(MONDAY + 7 * DAY, 8, 1)
    later = shop.clock.now().at_ms
    with pytest.raises(wages.StillAtWork):
        approve(shop, NEXT)
    with pytest.raises(timeclock.PeriodLocked):
        wages.settle(shop.desk, approval, WEEK[1], TILL, shop.ben, later)
    assert wages.settle(shop.desk, approval, NEXT[0], TILL, shop.ben, later) == 3000
    found = shop.owed(*NEXT)
    assert told(found) == [
        ("time", "", 60, 1000),
        ("back_pay", "2026-03-02 – 2026-03-08", 0, 3000),
    ]
    assert found.questions == ()
    with pytest.raises(wages.NothingChanged):
        wages.settle(shop.desk, approval, NEXT[0], TILL, shop.ben, later)
    approve(shop, NEXT)
    assert wages.owed(shop.desk.db, shop.ana).owed_minor == 12_000
    assert (shop.owed(*NEXT).questions, shop.owed().questions) == ((), ())
    assert shop.owed().total_minor == 8000


def test_a_difference_that_two_registers_paid_is_asked_about_again(
    shop: Shop, other: Other
) -> None:
    shop.work_week(8)
    approval = approve(shop)
    other.punch(shop, shop.at(MONDAY + DAY, 9), What.IN)
    other.punch(shop, shop.at(MONDAY + DAY, 12), What.OUT)
    meet(shop, other)
    now_ms = shop.clock.now().at_ms
    for desk in (shop.desk, other.desk):
        wages.settle(desk, approval, NEXT[0], TILL, shop.ben, now_ms)
    meet(shop, other)
    assert [one.amount_minor for one in shop.owed(*NEXT).questions] == [-3000]
    wages.settle(shop.desk, approval, NEXT[0], TILL, shop.ben, now_ms)
    assert (shop.owed(*NEXT).total_minor, shop.owed(*NEXT).questions) == (3000, ())


def test_a_difference_that_comes_to_a_period_after_its_approval_is_asked_about_there(
    shop: Shop, other: Other
) -> None:
    """One register pays it with a period that another one approves at the same time, without it."""
    shop.work_week(8)
    approval = approve(shop)
    shop.work(MONDAY + 7 * DAY, 8, 1)
    meet(shop, other)
    other.punch(shop, shop.at(MONDAY + DAY, 9), What.IN)
    other.punch(shop, shop.at(MONDAY + DAY, 12), What.OUT)
    later_ms = shop.clock.now().at_ms
    wages.settle(other.desk, approval, NEXT[0], TILL, shop.ben, later_ms)
    approve(shop, NEXT)
    meet(shop, other)
    for desk in (shop.desk, other.desk):
        assert wages.owed(desk.db, shop.ana).owed_minor == 9000
        (question,) = owed_at(desk, shop.ana, NEXT, later_ms).questions
        assert (question.why, question.day, question.amount_minor) == ("changed", NEXT[0], 3000)


def test_a_difference_of_an_approval_that_came_second_is_not_paid_besides_that_of_the_first(
    shop: Shop, other: Other
) -> None:
    shop.work_week(8)
    meet(shop, other)
    approve(shop)
    # Something else was recorded there before, so that its approval comes after.
    origins.say(other.desk, OriginKnown(shop.desk.origin, "till", "Till"), TILL, shop.ben)
    longer = wages.approve(
        other.desk, shop.ana, "2026-03-01", WEEK[1], TILL, shop.ben, shop.after(WEEK[1])
    )
    other.punch(shop, shop.at(MONDAY + DAY, 9), What.IN)
    late = shop.at(MONDAY + DAY, 12)
    other.punch(shop, late, What.OUT)
    assert wages.settle(other.desk, longer, NEXT[0], TILL, shop.ben, late) == 3000
    meet(shop, other)
    for desk in (shop.desk, other.desk):
        if desk is shop.desk:
            (question,) = owed_at(desk, shop.ana, NEXT, late).questions
            assert question.amount_minor == 3000
            wages.settle(desk, question.approval, NEXT[0], TILL, shop.ben, late)
            meet(shop, other)
        found = owed_at(desk, shop.ana, NEXT, late)
        assert (found.total_minor, found.questions) == (3000, ())


def test_a_manager_may_let_a_difference_be_until_something_else_changes(
    shop: Shop, other: Other
) -> None:
    shop.work_week(8)
    approval = approve(shop)
    other.punch(shop, shop.at(MONDAY + DAY, 9), What.IN)
    other.punch(shop, shop.at(MONDAY + DAY, 12), What.OUT)
    meet(shop, other)
    now_ms = shop.clock.now().at_ms
    with pytest.raises(timeclock.ReasonNeeded):
        wages.settle(shop.desk, approval, NEXT[0], TILL, shop.ben, now_ms, let_be=True)
    wages.settle(shop.desk, approval, NEXT[0], TILL, shop.ben, now_ms, let_be=True, reason="a test")
    found = shop.owed(*NEXT)
    assert (found.lines, found.questions) == ((), ())
    assert [one.why for one in found.remarks] == ["changed"]
    other.punch(shop, shop.at(MONDAY + 2 * DAY, 9), What.IN)
    other.punch(shop, shop.at(MONDAY + 2 * DAY, 10), What.OUT)
    meet(shop, other)
    assert [one.amount_minor for one in shop.owed(*NEXT).questions] == [4000]


def test_a_punch_after_the_period_that_ends_its_last_shift_is_looked_at(
    shop: Shop, other: Other
) -> None:
    """The shift of Sunday night is cut at midnight; its end on Monday is taken away by another register."""
    sunday = MONDAY + 6 * DAY
    shop.punch(shop.at(sunday, 20), What.IN)
    out = shop.punch(shop.at(sunday + DAY, 4), What.OUT)
    meet(shop, other)
    timeclock.correct(other.desk, shop.ana, out, None, "was somebody else", TILL, shop.ben)
    approve(shop)
    meet(shop, other)
    (question,) = shop.owed().questions
    assert (question.why, question.amount_minor, shop.owed().total_minor) == (
        "changed",
        -4000,
        4000,
    )


def test_hours_before_a_period_that_make_its_overtime_more_are_looked_at(
    shop: Shop, other: Other
) -> None:
    """Both halves of a workweek are approved; four more hours of its Monday are paid with the first half, and half of
    them again as overtime with the second one, in which the week ends."""
    halves = (("2026-03-02", "2026-03-04"), ("2026-03-05", "2026-03-08"))
    shop.work_week(10, 10, 10, 10)
    approvals = [approve(shop, half) for half in halves]
    other.punch(shop, shop.at(MONDAY, 17), What.IN)
    other.punch(shop, shop.at(MONDAY, 21), What.OUT)
    meet(shop, other)
    later_ms = shop.clock.now().at_ms
    questions = shop.owed(*NEXT).questions
    assert [one.amount_minor for one in questions] == [4000, 2000]
    for approval in approvals:
        wages.settle(shop.desk, approval, NEXT[0], TILL, shop.ben, later_ms)
    assert (shop.owed(*NEXT).total_minor, shop.owed(*NEXT).questions) == (6000, ())


def test_a_bonus_before_a_period_that_makes_its_overtime_dearer_is_looked_at(shop: Shop) -> None:
    shop.work_week(10, 10, 10, 10, 10)
    approve(shop, ("2026-03-05", "2026-03-08"))
    bonus = EarningAdded(shop.ana, "2026-03-02", "bonus", "inventory", 10_000)
    wages.add_earning(shop.desk, bonus, shop.ben)
    # 100.00 on 50 hours make the regular rate 2.00 more, and half of it is due for ten hours.
    (question,) = shop.owed("2026-03-05", "2026-03-08").questions
    assert (question.why, question.amount_minor) == ("changed", 1000)


def test_what_makes_no_difference_is_a_remark(shop: Shop, other: Other) -> None:
    shop.work_week(8)
    approve(shop)
    other.punch(shop, shop.at(MONDAY + DAY, 9), What.IN)
    meet(shop, other)
    found = wages.of_employee(shop.desk.db, shop.ana, *WEEK, shop.at(MONDAY + 5 * DAY, 9))
    assert ([one.why for one in found.remarks], found.questions) == (["changed"], ())


def test_a_difference_is_reckoned_by_the_rules_as_they_were_approved(
    shop: Shop, other: Other
) -> None:
    """67 minutes were approved as 60; the shop rounds no more, and another register brings a punch that is nothing."""
    shop.rules(round_minutes=15)
    shop.work(MONDAY, 8, 67 / 60)
    approve(shop)
    shop.rules(round_minutes=0)
    other.punch(shop, shop.at(MONDAY + DAY, 9), What.IN)
    meet(shop, other)
    found = wages.of_employee(shop.desk.db, shop.ana, *WEEK, shop.at(MONDAY + 5 * DAY, 9))
    assert ([one.why for one in found.remarks], found.questions) == (["changed"], ())


def test_a_cancellation_that_comes_first_counts_all_the_same(
    shop: Shop, other: Other, tmp_path: Path
) -> None:
    granted = leave.grant(
        shop.desk, LeaveGranted(shop.ana, "vacation", "2026-01-01", 80 * HOUR_MS), shop.ben
    )
    taken = LeaveTaken(shop.ana, "vacation", ("2026-03-03", "2026-03-04"), 8 * HOUR_MS)
    taken_id = leave.take(shop.desk, taken, shop.ben)
    paid = adjust(shop, 500)
    meet(shop, other)
    leave.cancel(other.desk, taken_id, "came after all", shop.ben)
    leave.cancel(other.desk, granted, "wrong person", shop.ben)
    wages.remove_adjustment(other.desk, paid, "was ours", shop.ben)
    third = Shelf(tmp_path / "third", limits=ROOMY)
    book = Book(third, ScriptedClock(0), third.origin)
    entries = list(other.shelf.entries())
    for own in (True, False):
        book.receive([one for one in entries if (one.origin == other.desk.origin) is own])
    for table in ("leave_day", "adjustment"):
        rows = [shelf.db.sql(f"SELECT * FROM {table} ORDER BY 1, 2") for shelf in (third, other.shelf)]  # fmt: skip
        assert rows[0] == rows[1]
        assert all(row[-1] is not None for row in rows[0])
    third.close()


def test_the_next_weeks_punches_change_nothing_of_a_week_that_was_approved_at_once(
    shop: Shop,
) -> None:
    shop.work_week(0, 0, 0, 0, 0, 0, 8)
    approve(shop)
    shop.work(MONDAY + 7 * DAY, 4, 8)
    assert (shop.owed().questions, shop.owed(*NEXT).questions) == ((), ())


def test_of_two_approvals_of_a_day_the_first_counts_everywhere(shop: Shop, other: Other) -> None:
    shop.work_week(8)
    meet(shop, other)
    now_ms = shop.clock.now().at_ms
    wages.approve(
        other.desk, shop.ana, "2026-03-01", "2026-03-07", TILL, shop.ben, shop.after("2026-03-07")
    )
    shop.rate(900)
    approve(shop)
    meet(shop, other)
    for desk in (shop.desk, other.desk):
        assert wages.owed(desk.db, shop.ana).owed_minor == 8000
        found = owed_at(desk, shop.ana, WEEK, now_ms)
        assert [one.why for one in found.remarks] == ["approved_twice"]
        assert [part.to_day for part in found.locked] == ["2026-03-07"]
        # A day that only the second one named is open.
        timeclock.refuse_locked_day(desk.db, shop.ana, "2026-03-08")
        with pytest.raises(timeclock.PeriodLocked):
            timeclock.refuse_locked_day(desk.db, shop.ana, "2026-03-07")
        assert (found.approved, told(found)) == ("", [("time", "", 480, 8000)])


def test_an_approval_of_an_older_program_counts_as_it_is(shop: Shop) -> None:
    """It kept neither days nor what was known, so nothing can be compared with it."""
    shop.work_week(8)
    line = PaidFor(WEEK[0], "time", "", 8 * HOUR_MS, 1000, 1_000_000, 7777)
    body = WagesApproved(shop.ana, *WEEK, "none", "EUR", 8 * HOUR_MS, (line,), 7777)
    shop.desk.book.record(shop.ben, body)
    shop.punch(shop.at(MONDAY + DAY, 9), What.IN)
    shop.punch(shop.at(MONDAY + DAY, 10), What.OUT)
    found = shop.owed()
    assert (found.total_minor, found.net_minor, found.lines) == (7777, 7777, (line,))
    assert (found.questions, found.remarks) == ((), ())
    assert wages.owed(shop.desk.db, shop.ana).owed_minor == 7777
    assert shop.owed("2026-03-01", "2026-03-31").total_minor == 7777
    record = wages.record(shop.desk.db, shop.ana, *WEEK, shop.clock.now().at_ms)
    assert (record.straight_minor, record.days) == (7777, ())


# --------------------------------------------------------------------------- laws


_LATER = st.lists(
    st.tuples(st.integers(0, 9), st.integers(0, 13 * 24 * 4), st.booleans()), max_size=12
)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(before=_LATER, after=_LATER, weave=st.randoms(use_true_random=False))
def test_locked_periods_never_change(
    tmp_path_factory: pytest.TempPathFactory,
    before: list[tuple[int, int, bool]],
    after: list[tuple[int, int, bool]],
    weave: random.Random,
) -> None:
    folder = tmp_path_factory.mktemp("locked")
    shop = open_shop(folder / "till")
    shop.rate(1000)
    shop.work_week(8, 9)
    other = offline(shop, folder / "door")
    now_ms = shop.at(MONDAY + 21 * DAY, 9)
    for act in before:
        _do(shop, other.desk, act)
    approval = wages.approve(shop.desk, shop.ana, *WEEK, TILL, shop.ben, now_ms)
    locked = owed_at(shop.desk, shop.ana, WEEK, now_ms)
    for act in after:
        _do(shop, weave.choice((shop.desk, other.desk)), act)
        if weave.random() < 0.3:
            meet(shop, other)
        assert _kept(owed_at(shop.desk, shop.ana, WEEK, now_ms)) == _kept(locked)
    meet(shop, other)
    for desk in (shop.desk, other.desk):
        found = owed_at(desk, shop.ana, WEEK, now_ms)
        assert (found.approved, _kept(found)) == (approval, _kept(locked))
        assert wages.owed(desk.db, shop.ana).approved_minor == locked.net_minor
    both = [owed_at(desk, shop.ana, NEXT, now_ms) for desk in (shop.desk, other.desk)]
    assert both[0] == both[1]
    shop.shelf.close()
    other.shelf.close()


def _kept(found: Wages) -> tuple[object, ...]:
    return (
        found.lines, found.days, found.weeks, found.adjustments, found.worked_ms, found.total_minor,
        found.net_minor,
    )  # fmt: skip


def _do(shop: Shop, desk: Desk, act: tuple[int, int, bool]) -> None:
    """One made-up entry, straight into the journal, as a register that knows of no approval writes it."""
    what, quarter, flag = act
    at_ms = shop.at(MONDAY, 0) + quarter * HOUR_MS // 4
    day = (MONDAY + DAY * (quarter // 96)).isoformat()
    punches = [row[0] for row in desk.db.sql("SELECT id FROM punch ORDER BY id")]
    said = PunchSaid("out" if flag else "in", at_ms)
    record = desk.book.record
    match what:
        case 0:
            record(shop.ana, Punched(employee=shop.ana, what=said.what, by="pin"))
        case 1:
            record(shop.ben, PunchCorrected(employee=shop.ana, reason="x", said=said))
        case 2:
            punch = punches[quarter % len(punches)]
            kept = said if flag else None
            record(shop.ben, PunchCorrected(employee=shop.ana, reason="x", punch=punch, said=kept))
        case 3:
            record(shop.ben, PunchUndone(punch=punches[quarter % len(punches)]))
        case 4:
            record(shop.ben, RateSet(shop.ana, "", "2026-01-01", 900 + quarter))
        case 5:
            record(shop.ben, PayRulesChanged(overtime="none", round_minutes=15 if flag else 0))
        case 6:
            record(shop.ben, EarningAdded(shop.ana, day, "bonus", "x", quarter))
        case 7:
            record(shop.ben, AdjustmentAdded(shop.ana, day, "other", "x", quarter + 1))
        case 8:
            record(shop.ben, LeaveTaken(shop.ana, "vacation", (day,), HOUR_MS))
        case _:
            record(
                shop.ben,
                PayTermsChanged(breaks="us_california" if flag else "de"),
                ShiftBonusSet("x", "2026-01-01", quarter),
            )


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    hours=st.lists(st.integers(0, 11 * 60), min_size=28, max_size=28),
    cuts=st.sets(st.integers(1, 3)),
    approved=st.booleans(),
)
def test_any_split_of_a_period_at_weeks_adds_up(
    tmp_path_factory: pytest.TempPathFactory, hours: list[int], cuts: set[int], approved: bool
) -> None:
    shop = open_shop(tmp_path_factory.mktemp("split"))
    shop.rate(1337)
    with shop.desk.book.batch():
        for place, minutes in enumerate(hours):
            if minutes:
                shop.work(MONDAY + place * DAY, 7, minutes / 60)
    bonus = ShiftBonusSet("late", "2026-01-01", 111, from_minute=17 * 60, to_minute=3 * 60)
    shop.desk.book.record(shop.ben, bonus, EarningAdded(shop.ana, "2026-03-12", "bonus", "x", 777))
    whole = shop.owed("2026-03-02", "2026-03-29")
    edges = [0, *sorted(cuts), 4]
    parts = []
    for begin, end in itertools.pairwise(edges):
        period = (
            (MONDAY + 7 * begin * DAY).isoformat(),
            (MONDAY + (7 * end - 1) * DAY).isoformat(),
        )
        parts.append(shop.owed(*period))
        if approved:
            approve(shop, period)
    assert sum(part.total_minor for part in parts) == whole.total_minor
    assert sum(part.worked_ms for part in parts) == whole.worked_ms
    assert tuple(line for part in parts for line in part.lines) == whole.lines
    if approved:
        after = shop.owed("2026-03-02", "2026-03-29")
        assert (after.lines, after.total_minor, after.days) == (
            whole.lines, whole.total_minor, whole.days,
        )  # fmt: skip
    shop.shelf.close()


_PUNCHES = st.lists(
    st.tuples(st.integers(0, 6 * 24 * 60), st.sampled_from(list(What)), st.integers(0, 2)),
    max_size=14,
)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(punches=_PUNCHES, weave=st.randoms(use_true_random=False))
def test_any_order_of_arrival_from_several_devices_gives_the_same_wages(
    tmp_path_factory: pytest.TempPathFactory,
    punches: list[tuple[int, What, int]],
    weave: random.Random,
) -> None:
    folder = tmp_path_factory.mktemp("order")
    shop = open_shop(folder / "till")
    shop.rate(1000)
    devices = [offline(shop, folder / f"door{place}") for place in range(3)]
    for minute, what, place in sorted(punches, key=lambda one: one[0]):
        device = devices[place]
        device.clock.set(shop.at(MONDAY, 0) + minute * 60_000)
        device.desk.book.record(shop.ana, Punched(employee=shop.ana, what=what.value, by="pin"))
    told_by = []
    for name in ("one", "two"):
        here = offline(shop, folder / name)
        waiting = [list(device.shelf.entries()) for device in devices]
        while any(waiting):
            source = weave.choice([one for one in waiting if one])
            here.desk.book.receive([source.pop(0)])
        told_by.append(owed_at(here.desk, shop.ana, WEEK, shop.at(MONDAY + 9 * DAY, 0)))
        here.shelf.close()
    assert told_by[0] == told_by[1]
    for device in devices:
        device.shelf.close()
    shop.shelf.close()


@pytest.mark.parametrize("shift", [(8, 8), (20, 10)])
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(minute=st.integers(1, 479), in_first=st.booleans(), step=st.sampled_from([0, 5, 6, 15]))
def test_going_and_coming_at_the_same_instant_changes_no_wages(
    tmp_path_factory: pytest.TempPathFactory,
    shift: tuple[int, int],
    minute: int,
    in_first: bool,
    step: int,
) -> None:
    shop = open_shop(tmp_path_factory.mktemp("instant"))
    shop.rate(1000)
    shop.rules(round_minutes=step)
    shop.desk.book.record(
        shop.ben,
        PayTermsChanged(breaks="us_california"),
        ShiftBonusSet("night", "2026-01-01", 200, from_minute=1320, to_minute=360),
        ShiftBonusSet("each", "2026-01-01", 500, per="shift"),
    )
    shop.work(MONDAY, *shift)
    before = shop.owed()
    at_ms = shop.at(MONDAY, shift[0]) + minute * 60_000
    both = (PunchSaid("in", at_ms), PunchSaid("out", at_ms))
    for said in both if in_first else reversed(both):
        timeclock.correct(shop.desk, shop.ana, None, said, "x", TILL, shop.ben)
    assert shop.owed() == before
    shop.shelf.close()
