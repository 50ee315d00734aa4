"""Planning a week by the clock on the wall, and who came to what was planned."""

import datetime
import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from appliance.clock import ScriptedClock
from appliance.domain.attendance import State
from appliance.domain.timeclock import What
from appliance.journal.kinds import EmployeeChanged
from appliance.journal.plan_kinds import EarlyAllowed, ShiftChanged, ShiftDropped, ShiftPlanned
from appliance.journal.time_kinds import JobDefined, PayRulesChanged, Punched
from appliance.journal.trust_kinds import OriginKnown
from appliance.services import pay_rules, people, plan, shifts, timeclock
from appliance.services.desk import Desk
from appliance.services.places import NotHere, Place
from appliance.services.plan import Wished
from appliance.store.shelf import Shelf
from tests.appliance.services.test_wages import MONDAY, TILL, Shop, open_shop
from tests.appliance.trading import ROOMY, START_MS

HOUR_MS = 3_600_000
DAY = datetime.timedelta(days=1)


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    opened = open_shop(tmp_path, "Europe/Berlin")
    pay_rules.define_job(opened.desk, JobDefined("till", "Till"), opened.ben)
    yield opened
    assert opened.shelf.differences() == ()
    opened.shelf.close()


def planned(
    shop: Shop, day: datetime.date, begins: str, ends: str, job: str = "", who: str = "1"
) -> str:
    wished = Wished(who, day.isoformat(), begins, ends, job)
    return plan.plan(shop.desk, wished, TILL, shop.ben)


def week(
    shop: Shop, day: datetime.date = MONDAY, now_ms: int | None = None
) -> list[tuple[str, str, str]]:
    """Day, begin and end of each shift as the wall shows them."""
    rules = pay_rules.read(shop.desk.db)
    found = plan.week(shop.desk.db, day, shop.at(MONDAY, 0) if now_ms is None else now_ms)
    zone = rules.zone

    def wall(at_ms: int) -> datetime.datetime:
        return datetime.datetime.fromtimestamp(at_ms // 1000, tz=zone)

    return [
        (
            wall(one.planned.begins_ms).date().isoformat(),
            wall(one.planned.begins_ms).strftime("%H:%M"),
            wall(one.planned.ends_ms).strftime("%H:%M"),
        )
        for one in found.shifts
    ]


def entries(shop: Shop) -> int:
    return int(shop.shelf.db.sql("SELECT count(*) FROM entry")[0][0])


# --------------------------------------------------------------------------- planning


def test_a_shift_at_midnight_on_monday_is_of_the_week_that_begins(shop: Shop) -> None:
    planned(shop, MONDAY + 7 * DAY, "00:00", "06:00")
    assert week(shop) == []
    assert week(shop, MONDAY + 7 * DAY) == [("2026-03-09", "00:00", "06:00")]


def test_a_week_is_planned_and_changed(shop: Shop) -> None:
    early = planned(shop, MONDAY, "09:00", "17:00", "till")
    late = planned(shop, MONDAY + DAY, "13:30", "22:00")
    planned(shop, MONDAY + 7 * DAY, "09:00", "17:00")
    assert week(shop) == [
        ("2026-03-02", "09:00", "17:00"),
        ("2026-03-03", "13:30", "22:00"),
    ]
    plan.change(shop.desk, late, {"ends": "21:00"}, TILL, shop.ben)
    plan.change(shop.desk, early, {"day": "2026-03-04", "job": "", "employee": "2"}, TILL, shop.ben)
    assert week(shop) == [
        ("2026-03-03", "13:30", "21:00"),
        ("2026-03-04", "09:00", "17:00"),
    ]
    held = shifts.one(shop.desk.db, early)
    assert held is not None
    assert (held.employee, held.job) == (shop.ben, "")
    plan.drop(shop.desk, late, TILL, shop.ben)
    assert len(week(shop)) == 1
    for act in (
        lambda: plan.drop(shop.desk, late, TILL, shop.ben),
        lambda: plan.change(shop.desk, late, {"job": ""}, TILL, shop.ben),
    ):
        with pytest.raises(plan.NoSuchShift):
            act()


def test_a_change_that_changes_nothing_is_no_entry(shop: Shop) -> None:
    shift = planned(shop, MONDAY, "09:00", "17:00")
    before = entries(shop)
    plan.change(shop.desk, shift, {"begins": "09:00", "day": "2026-03-02"}, TILL, shop.ben)
    assert entries(shop) == before


@pytest.mark.parametrize(
    ("wished", "refusal"),
    [
        (Wished("7", "2026-03-02", "09:00", "17:00"), people.NoSuchEmployee),
        (Wished("1", "2.3.2026", "09:00", "17:00"), pay_rules.NotADay),
        (Wished("1", "2026-03-02", "9", "17:00"), plan.NotATime),
        (Wished("1", "2026-03-02", "09:00", "24:00"), plan.NotATime),
        (Wished("1", "2026-03-02", "09:00", "17:00\n"), plan.NotATime),
        (Wished("1", "2026-03-02", "09:00", "17:00", "cook"), pay_rules.NoSuchJob),
        (Wished("1", "2026-03-02", "09:00", "09:00"), plan.ShiftTooLong),
        (Wished("1", "2026-03-02", "06:00", "22:01"), plan.ShiftTooLong),
        (Wished("1", "2026-03-02", "16:59", "18:00"), plan.ShiftsOverlap),
        (Wished("1", "2026-03-01", "23:00", "09:01"), plan.ShiftsOverlap),
    ],
)
def test_what_cannot_be_planned_is_refused_and_nothing_is_recorded(
    shop: Shop, wished: Wished, refusal: type[Exception]
) -> None:
    planned(shop, MONDAY, "09:00", "17:00")
    before = entries(shop)
    with pytest.raises(refusal):
        plan.plan(shop.desk, wished, TILL, shop.ben)
    assert entries(shop) == before


def test_shifts_that_touch_and_shifts_of_others_do_not_overlap(shop: Shop) -> None:
    shift = planned(shop, MONDAY, "09:00", "17:00")
    planned(shop, MONDAY, "17:00", "22:00")
    planned(shop, MONDAY, "10:00", "18:00", who="2")
    with pytest.raises(plan.ShiftsOverlap) as refused:
        plan.change(shop.desk, shift, {"ends": "18:00"}, TILL, shop.ben)
    assert refused.value.fields == {
        "name": "Ana", "day": "2026-03-02", "begins": "17:00", "ends": "22:00"
    }  # fmt: skip
    plan.change(shop.desk, shift, {"ends": "16:00"}, TILL, shop.ben)


@pytest.mark.parametrize(
    ("day", "hours"), [("2026-03-28", 7), ("2026-10-24", 9), ("2026-06-06", 8)]
)
def test_a_night_from_ten_to_six_stays_that_when_clocks_change(
    shop: Shop, day: str, hours: int
) -> None:
    night = datetime.date.fromisoformat(day)
    shift = planned(shop, night, "22:00", "06:00")
    assert week(shop, night) == [(day, "22:00", "06:00")]
    held = shifts.one(shop.desk.db, shift)
    assert held is not None
    assert held.ends_ms - held.begins_ms == hours * HOUR_MS
    # Copied from an ordinary week, and into one.
    for copied in (night + 7 * DAY, night + 14 * DAY):
        plan.copy_week(shop.desk, copied.isoformat(), TILL, shop.ben)
        assert week(shop, copied) == [(copied.isoformat(), "22:00", "06:00")]


def test_the_week_before_is_copied_but_for_what_is_in_the_way(shop: Shop) -> None:
    planned(shop, MONDAY, "09:00", "17:00", "till")
    planned(shop, MONDAY + DAY, "09:00", "17:00", who="2")
    planned(shop, MONDAY + 6 * DAY, "22:00", "06:00")
    dropped = planned(shop, MONDAY + 2 * DAY, "09:00", "17:00")
    plan.drop(shop.desk, dropped, TILL, shop.ben)
    planned(shop, MONDAY + 8 * DAY, "16:00", "20:00", who="2")
    pay_rules.define_job(shop.desk, JobDefined("till", "Till", archived=True), shop.ben)
    next_week = (MONDAY + 10 * DAY).isoformat()
    assert plan.copy_week(shop.desk, next_week, TILL, shop.ben) == (2, 1)
    assert week(shop, MONDAY + 7 * DAY) == [
        ("2026-03-09", "09:00", "17:00"),
        ("2026-03-10", "16:00", "20:00"),
        ("2026-03-15", "22:00", "06:00"),
    ]
    assert {
        one.job for one in shifts.between(shop.desk.db, shop.at(MONDAY + 7 * DAY, 0), 1 << 50)
    } == {""}
    before = entries(shop)
    with pytest.raises(plan.NothingToCopy):
        plan.copy_week(shop.desk, next_week, TILL, shop.ben)
    assert entries(shop) == before


def test_whoever_left_is_not_copied(shop: Shop) -> None:
    planned(shop, MONDAY, "09:00", "17:00")
    planned(shop, MONDAY, "09:00", "17:00", who="2")
    shop.desk.book.record("", EmployeeChanged(employee=shop.ana, active=False))
    assert plan.copy_week(shop.desk, "2026-03-09", TILL, shop.ben) == (1, 1)


def test_a_week_begins_on_the_day_that_the_shop_names(shop: Shop) -> None:
    planned(shop, MONDAY - DAY, "22:00", "06:00")
    planned(shop, MONDAY, "09:00", "17:00")
    assert [day for day, _, _ in week(shop)] == ["2026-03-02"]
    shop.rules(week_starts=6)
    assert [day for day, _, _ in week(shop)] == ["2026-03-01", "2026-03-02"]


def test_planning_is_possible_where_the_configuration_says(shop: Shop) -> None:
    shift = planned(shop, MONDAY, "09:00", "17:00")
    door, shut = Place("door"), Place("till", acts={"plan": (), "allow": ()})
    wished = Wished("1", "2026-03-03", "09:00", "17:00")
    for place in (door, shut):
        for act in (
            lambda at=place: plan.plan(shop.desk, wished, at, shop.ben),
            lambda at=place: plan.change(shop.desk, shift, {"job": "till"}, at, shop.ben),
            lambda at=place: plan.drop(shop.desk, shift, at, shop.ben),
            lambda at=place: plan.copy_week(shop.desk, "2026-03-09", at, shop.ben),
        ):
            with pytest.raises(NotHere):
                act()
    with pytest.raises(NotHere):
        plan.allow_early(shop.desk, "1", shut, shop.ben, START_MS)


# --------------------------------------------------------------------------- coming too early


def test_nobody_clocks_in_long_before_their_shift_unless_a_manager_allows_it(shop: Shop) -> None:
    planned(shop, MONDAY, "09:00", "17:00")
    shop.rules(early_minutes=10)
    with pytest.raises(shifts.TooEarly) as refused:
        shop.punch(shop.at(MONDAY, 8, 49), What.IN)
    assert refused.value.fields == {"begins": "09:00", "earliest": "08:50"}
    assert timeclock.punches(shop.desk.db, shop.ana) == ()
    assert plan.allow_early(shop.desk, "1", TILL, shop.ben, shop.at(MONDAY, 8, 30)) == "Ana"
    assert shop.punch(shop.at(MONDAY, 8, 31), What.IN)
    # What is allowed is allowed for that shift only.
    shop.punch(shop.at(MONDAY, 17), What.OUT)
    tuesday = planned(shop, MONDAY + DAY, "9:00", "17:00")
    with pytest.raises(shifts.TooEarly):
        shop.punch(shop.at(MONDAY + DAY, 8, 31), What.IN)
    plan.change(shop.desk, tuesday, {}, TILL, shop.ben, allows_early=True)
    before = entries(shop)
    plan.change(shop.desk, tuesday, {}, TILL, shop.ben, allows_early=True)
    assert entries(shop) == before
    assert shop.punch(shop.at(MONDAY + DAY, 8, 31), What.IN)


@pytest.mark.parametrize(
    ("early_minutes", "hour", "minute", "who"),
    [
        (-1, 6, 0, "Ana"),
        (10, 8, 50, "Ana"),
        (0, 9, 0, "Ana"),
        (10, 9, 30, "Ana"),
        (10, 6, 0, "Ben"),
        (10, 20, 0, "Ana"),
    ],
)
def test_it_is_not_too_early_without_a_limit_near_the_shift_in_it_or_without_a_shift(
    shop: Shop, early_minutes: int, hour: int, minute: int, who: str
) -> None:
    planned(shop, MONDAY, "09:00", "17:00")
    shop.rules(early_minutes=early_minutes)
    employee = shop.ana if who == "Ana" else shop.ben
    at_ms = shop.at(MONDAY, hour, minute)
    shop.clock.set(at_ms)
    assert timeclock.punch(shop.desk, employee, What.IN, TILL, at_ms, by="pin")
    with pytest.raises(plan.NoLimitThere):
        plan.allow_early(shop.desk, employee, TILL, shop.ben, at_ms)


def test_coming_back_and_going_are_never_too_early(shop: Shop) -> None:
    shop.punch(shop.at(MONDAY, 6), What.IN)
    planned(shop, MONDAY, "09:00", "17:00")
    shop.rules(early_minutes=0)
    shop.punch(shop.at(MONDAY, 6, 30), What.BREAK_START)
    shop.punch(shop.at(MONDAY, 6, 45), What.BREAK_END)
    assert shop.punch(shop.at(MONDAY, 7), What.OUT)


@pytest.mark.parametrize(
    "minutes", [{"early_minutes": -2}, {"early_minutes": 241}, {"late_minutes": -1}]
)
def test_limits_are_minutes(shop: Shop, minutes: dict[str, int]) -> None:
    with pytest.raises(pay_rules.UnknownPayRule):
        shop.rules(**minutes)


# --------------------------------------------------------------------------- who came


def test_late_missing_left_early_and_unplanned_are_seen(shop: Shop) -> None:
    planned(shop, MONDAY, "09:00", "17:00")
    planned(shop, MONDAY, "12:00", "20:00", who="2")
    nine, noon = shop.at(MONDAY, 9), shop.at(MONDAY, 12)
    assert plan.not_there(shop.desk.db, nine + 5 * 60_000) == ()
    assert plan.not_there(shop.desk.db, nine + 6 * 60_000) == ("Ana",)
    shop.punch(nine + 30 * 60_000, What.IN)
    assert plan.not_there(shop.desk.db, noon + HOUR_MS) == ("Ben",)
    shop.punch(noon + 2 * HOUR_MS, What.OUT)
    shop.punch(shop.at(MONDAY + DAY, 9), What.IN)
    shop.punch(shop.at(MONDAY + DAY, 11), What.OUT)
    found = plan.week(shop.desk.db, MONDAY, shop.at(MONDAY + DAY, 12))
    assert [
        (one.attendance.state, one.attendance.late_ms, one.attendance.left_early_ms)
        for one in found.shifts
    ] == [(State.DONE, 30 * 60_000, 3 * HOUR_MS), (State.MISSING, 0, 0)]
    ((who, stay),) = found.unplanned
    assert (who, stay.begun_ms) == (shop.ana, shop.at(MONDAY + DAY, 9))
    shop.rules(late_minutes=60)
    found = plan.week(shop.desk.db, MONDAY, shop.at(MONDAY + DAY, 12))
    assert found.shifts[0].attendance.late_ms == 0


def test_two_registers_may_plan_one_person_twice_and_both_see_it(
    shop: Shop, tmp_path: Path
) -> None:
    other = Shelf(tmp_path / "other", limits=ROOMY)
    desk = Desk(other.db, other.book(shop.clock))
    desk.book.receive(tuple(shop.shelf.entries()))
    planned(shop, MONDAY, "09:00", "17:00")
    plan.plan(desk, Wished("1", "2026-03-02", "12:00", "20:00"), TILL, shop.ben)
    shop.desk.book.receive([one for one in other.entries() if one.origin == desk.origin])
    found = plan.week(shop.desk.db, MONDAY, shop.at(MONDAY, 0))
    assert [one.clashes for one in found.shifts] == [True, True]
    plan.drop(shop.desk, found.shifts[1].planned.id, TILL, shop.ben)
    found = plan.week(shop.desk.db, MONDAY, shop.at(MONDAY, 0))
    assert [one.clashes for one in found.shifts] == [False]
    other.close()


steps = st.lists(
    st.tuples(st.integers(0, 1), st.integers(0, 6), st.integers(0, 60), st.booleans()), max_size=16
)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(made=steps, weave=st.randoms(use_true_random=False), hours=st.integers(0, 80))
def test_any_order_of_arrival_gives_the_same_schedule_and_the_same_late_and_missing(
    tmp_path_factory: pytest.TempPathFactory,
    made: list[tuple[int, int, int, bool]],
    weave: random.Random,
    hours: int,
) -> None:
    folder = tmp_path_factory.mktemp("plan")
    first = open_shop(folder / "first", "Europe/Berlin")
    second = Shelf(folder / "second", limits=ROOMY)
    clocks = (first.clock, ScriptedClock(START_MS))
    desks = (first.desk, Desk(second.db, second.book(clocks[1])))
    desks[1].book.receive(tuple(first.shelf.entries()))
    known: list[str] = []
    for register, what, number, hears in made:
        desk, clock = desks[register], clocks[register]
        who = (first.ana, first.ben)[number % 2]
        begins_ms = START_MS + number * HOUR_MS
        shift = known[number % len(known)] if known else "ZZZZ-1"
        clock.set(max(clock._at_ms, begins_ms))
        match what:
            case 0 | 1:
                body = ShiftPlanned(who, begins_ms, begins_ms + 4 * HOUR_MS)
                known.append(desk.book.record("", body)[0].id)
            case 2:
                times = (begins_ms, begins_ms + 8 * HOUR_MS)
                desk.book.record("", ShiftChanged(shift, times=times, employee=who))
            case 3:
                desk.book.record("", ShiftDropped(shift) if number % 3 else EarlyAllowed(shift))
            case _:
                punched = ("in", "out", "in")[what - 4]
                desk.book.record(who, Punched(employee=who, what=punched, by="pin"))
        if hears:
            desk.book.receive(tuple((first.shelf, second)[1 - register].entries()))
    sources = [
        [one for one in shelf.entries() if one.origin == desk.origin]
        for shelf, desk in zip((first.shelf, second), desks, strict=True)
    ]
    now_ms = START_MS + hours * HOUR_MS
    seen = []
    for number, mixed in enumerate((False, True)):
        shelf = Shelf(folder / f"woven {number}", limits=ROOMY)
        book = shelf.book(ScriptedClock(START_MS))
        for desk in desks:
            book.record("", OriginKnown(desk.origin, "till", ""))
        queues = [list(one) for one in sources]
        while any(queues):
            ready = [one for one in queues if one]
            # Who works there is told by the first register: it comes first, then in any order.
            queue = weave.choice(ready) if mixed else ready[0]
            book.receive([queue.pop(0)])
        day = pay_rules.day("2026-01-01")
        seen.append(
            (plan.week(shelf.db, day, now_ms), plan.not_there(shelf.db, now_ms), book.origin)
        )
        shelf.close()
    assert seen[0][:2] == seen[1][:2]
    first.shelf.close()
    second.close()


def test_late_minutes_are_part_of_the_rules_of_pay(shop: Shop) -> None:
    assert (
        pay_rules.read(shop.desk.db).early_minutes,
        pay_rules.read(shop.desk.db).late_minutes,
    ) == (-1, 5)
    pay_rules.change(shop.desk, PayRulesChanged(early_minutes=15, late_minutes=0), shop.ben)
    assert (
        pay_rules.read(shop.desk.db).early_minutes,
        pay_rules.read(shop.desk.db).late_minutes,
    ) == (15, 0)
