"""The schedule at the till, driven by the commands that scripts and screens send."""

from pathlib import Path

import pytest

from appliance.journal.plan_kinds import ShiftPlanned
from appliance.journal.time_kinds import PayRulesChanged, Punched
from appliance.messages import (
    AllowEarly,
    BadgeRead,
    ChangeShift,
    Command,
    CopyWeek,
    DefineJob,
    DropShift,
    GiveBadge,
    KnowOrigin,
    NoticeLevel,
    NoticeView,
    OpenStaff,
    PlanShift,
    PlanView,
    PunchClock,
    SetClock,
    SetPayRules,
    ShowWeek,
    SignIn,
    SignOut,
    StaffView,
    TimeclockView,
)
from appliance.parts import RegisterOptions
from appliance.register import DISK_EVERY_TICKS
from appliance.services import pay_rules, people
from appliance.store.shelf import Shelf
from tests.appliance.counter import Counter, open_counter
from tests.appliance.trading import ROOMY, START_MS

HOUR_MS = 3_600_000
ANA, BEN = SignIn("1", "1111"), SignIn("2", "2222")
BENS_FOB = BadgeRead("reader", (("em4100", "62E3086CED"),))
ANAS_FOB = BadgeRead("reader", (("em4100", "0A1B2C3D4E"),))
TODAY = "2026-01-01"


@pytest.fixture
def counter(tmp_path: Path) -> Counter:
    """New Year's Day, ten in the morning in Berlin."""
    opened = open_counter(tmp_path)
    opened.do(BEN, SetPayRules(zone="Europe/Berlin"), DefineJob("till", "Till"))
    opened.do(GiveBadge("1"), ANAS_FOB, GiveBadge("2"), BENS_FOB)
    return opened


def at(hours: float) -> SetClock:
    return SetClock(START_MS + round(hours * HOUR_MS))


def plan(counter: Counter) -> PlanView:
    return counter.show(PlanView)


def notice(counter: Counter) -> tuple[str, dict[str, str | int]]:
    shown = counter.show(NoticeView)
    assert shown.level is NoticeLevel.DONE
    return shown.code, dict(shown.fields)


def test_a_manager_plans_a_week_and_sees_who_came(counter: Counter) -> None:
    assert plan(counter) == PlanView()
    counter.do(OpenStaff("plan"))
    shown = plan(counter)
    assert (shown.days[0], shown.days[-1], shown.today) == ("2025-12-29", "2026-01-04", TODAY)
    assert [one.name for one in shown.people] == ["Ana", "Ben"]
    assert shown.jobs == (("till", "Till"),)
    answered = counter.show(StaffView).answered
    assert counter.do(PlanShift("1", TODAY, "11:00", "19:00", "till", "bring keys")) == ""
    assert counter.show(StaffView).answered == answered + 1
    (shift,) = plan(counter).shifts
    assert (shift.begins, shift.ends, shift.job, shift.note, shift.state) == (
        "11:00", "19:00", "till", "bring keys", "coming",
    )  # fmt: skip
    counter.do(at(1.2), OpenStaff("plan"))
    assert plan(counter).shifts[0].state == "late"
    assert plan(counter).shifts[0].late_minutes == 12
    counter.do(PunchClock("in", employee="1", pin="1111", job="till"), OpenStaff("plan"))
    assert plan(counter).shifts[0].state == "here"
    counter.do(ChangeShift(shift.id, ends="20:00"))
    assert plan(counter).shifts[0].ends == "20:00"
    counter.do(DropShift(shift.id))
    assert plan(counter).shifts == ()
    assert [(one.begins, one.ends) for one in plan(counter).unplanned] == [("11:12", "")]


def test_another_week_is_looked_at_until_the_page_is_opened_anew(counter: Counter) -> None:
    counter.do(OpenStaff("plan"), PlanShift("1", TODAY, "11:00", "19:00"))
    counter.do(ShowWeek("2026-01-08"))
    assert (plan(counter).days[0], plan(counter).shifts) == ("2026-01-05", ())
    counter.do(CopyWeek("2026-01-08"))
    assert notice(counter) == ("week_copied", {"count": 1, "left_out": 0})
    assert [one.day for one in plan(counter).shifts] == ["2026-01-08"]
    assert counter.do(CopyWeek("2026-01-08")) == "nothing_to_copy"
    assert counter.show(StaffView).problem == "nothing_to_copy"
    counter.do(PlanShift("2", "2026-01-02", "09:00", "12:00"), CopyWeek("2026-01-08"))
    assert notice(counter) == ("week_copied_in_part", {"count": 1, "left_out": 1})
    counter.do(ShowWeek())
    assert plan(counter).days[0] == "2025-12-29"
    counter.do(ShowWeek("2026-01-08"), OpenStaff("plan"))
    assert plan(counter).days[0] == "2025-12-29"
    assert counter.do(ShowWeek("soon")) == "not_a_day"


@pytest.mark.parametrize(
    "command",
    [
        ShowWeek(),
        PlanShift("1", TODAY, "11:00", "19:00"),
        ChangeShift("K7Q2-9", job=""),
        DropShift("K7Q2-9"),
        CopyWeek(TODAY),
        AllowEarly("1"),
        AllowEarly("1", "1", "1111"),
        KnowOrigin("M4TN"),
    ],
)
def test_the_plan_is_the_managers_business(counter: Counter, command: Command) -> None:
    counter.do(SignOut())
    assert counter.do(command) == "managers_only"
    counter.do(ANA)
    assert counter.do(command) == "managers_only"
    kinds = counter.shelf.db.sql("SELECT DISTINCT kind FROM entry")
    assert not {"shift_planned", "early_allowed", "origin_known"} & {row[0] for row in kinds}


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (PlanShift("1", TODAY, "11", "19:00"), "not_a_time"),
        (PlanShift("1", TODAY, "11:00", "11:00"), "shift_too_long"),
        (PlanShift("9", TODAY, "11:00", "12:00"), "no_such_employee"),
        (ChangeShift("K7Q2-9", job=""), "no_such_shift"),
        (DropShift("K7Q2-9"), "no_such_shift"),
        (CopyWeek(TODAY), "nothing_to_copy"),
        (AllowEarly("1"), "not_too_early"),
        (KnowOrigin("door"), "no_such_origin"),
        (KnowOrigin("M4TN", place="roof"), "no_such_place"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_recorded(
    counter: Counter, command: Command, code: str
) -> None:
    before = counter.shelf.db.sql("SELECT count(*) FROM entry")
    assert counter.do(command) == code
    assert counter.shelf.db.sql("SELECT count(*) FROM entry") == before


@pytest.mark.parametrize("by", ["pin", "badge", "signed in"])
def test_a_manager_lets_somebody_in_early(counter: Counter, by: str) -> None:
    counter.do(SetPayRules(early_minutes=10), PlanShift("1", TODAY, "11:00", "19:00"))
    if by != "signed in":
        counter.do(SignOut())
    early = PunchClock("in", employee="1", pin="1111")
    assert counter.do(early) == "too_early"
    assert dict(counter.show(NoticeView).fields) == {"begins": "11:00", "earliest": "10:50"}
    # Ana's own badge allows nothing.
    if by == "badge":
        counter.do(ANAS_FOB)
        assert counter.do(AllowEarly("1")) == "managers_only"
        counter.do(BENS_FOB)
    if by == "pin":
        assert counter.do(AllowEarly("1", "2", "9999")) == "wrong_pin"
    allow = AllowEarly("1", "2", "2222") if by == "pin" else AllowEarly("1")
    assert counter.do(allow) == ""
    assert notice(counter) == ("early_allowed", {"name": "Ana"})
    assert "2222" not in repr(allow)
    assert counter.do(early) == ""
    (actor,) = counter.shelf.db.sql("SELECT actor FROM entry WHERE kind = 'early_allowed'")
    assert actor == counter.shelf.db.sql("SELECT id FROM employee WHERE number = '2'")[0]


def test_the_clock_counts_who_is_late_and_names_them_for_managers_only(counter: Counter) -> None:
    counter.do(PlanShift("1", TODAY, "11:00", "19:00"), at(1.5), ANAS_FOB)
    shown = counter.show(TimeclockView)
    assert (shown.late, shown.late_names) == (1, ("Ana",))
    counter.do(SignOut(), ANAS_FOB)
    shown = counter.show(TimeclockView)
    assert (shown.late, shown.late_names) == (1, ())
    counter.do(PunchClock("in"))
    assert counter.show(TimeclockView).late == 0


def test_time_alone_makes_somebody_late(counter: Counter) -> None:
    counter.do(PlanShift("1", TODAY, "11:00", "19:00"), OpenStaff("plan"))
    assert (counter.show(TimeclockView).late, plan(counter).shifts[0].state) == (0, "coming")
    counter.clock.set(START_MS + 3 * HOUR_MS // 2)
    for _ in range(DISK_EVERY_TICKS):
        counter.register.tick()
    assert (counter.show(TimeclockView).late, plan(counter).shifts[0].state) == (1, "late")


def test_a_device_that_is_not_known_is_shown_and_admitted(counter: Counter, tmp_path: Path) -> None:
    other = Shelf(tmp_path / "other", limits=ROOMY)
    book = other.book(counter.clock)
    book.receive(tuple(counter.shelf.entries()))
    ana = counter.shelf.db.sql("SELECT id FROM employee WHERE number = '1'")[0][0]
    book.record(ana, Punched(employee=ana, what="in", by="pin"))
    desk = counter.register.till.desk
    desk.book.receive([one for one in other.entries() if one.origin == book.origin])
    counter.do(OpenStaff("plan"))
    (stranger,) = plan(counter).strangers
    assert (stranger.origin, stranger.punches, stranger.day) == (book.origin, 1, TODAY)
    assert [(one.is_own, one.place) for one in plan(counter).devices] == [(True, "")]
    assert counter.do(KnowOrigin(book.origin, "Back door", "door")) == ""
    assert plan(counter).strangers == ()
    named = {one.origin: (one.name, one.place) for one in plan(counter).devices}
    assert named[book.origin] == ("Back door", "door")
    assert counter.do(KnowOrigin(counter.register.origin, known=False)) == "own_device"
    other.close()


def test_by_the_door_too_a_manager_lets_somebody_in_early(tmp_path: Path) -> None:
    door = open_counter(tmp_path, options=RegisterOptions(place="door"))
    desk = door.register.till.desk
    ana = people.find(desk.db, "1").id
    pay_rules.change(desk, PayRulesChanged(zone="Europe/Berlin", early_minutes=10), "")
    desk.book.record("", ShiftPlanned(ana, START_MS + HOUR_MS, START_MS + 8 * HOUR_MS))
    early = PunchClock("in", employee="1", pin="1111")
    assert door.do(early) == "too_early"
    assert door.do(AllowEarly("1")) == "managers_only"
    assert door.do(PlanShift("1", "2026-01-02", "09:00", "17:00")) == "not_here"
    assert door.do(AllowEarly("1", "2", "2222")) == ""
    assert door.do(early) == ""
