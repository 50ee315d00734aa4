"""Somebody is too early for their shift: the time clock says so, and a manager lets them in right there."""

from pathlib import Path

import pytest

from appliance.at_clock import ASKS_MS, MANAGER_COMES_MS
from appliance.journal.plan_kinds import ShiftPlanned
from appliance.journal.time_kinds import PayRulesChanged
from appliance.messages import (
    AllowEarly,
    AwaitManager,
    BadgeRead,
    EarlyView,
    LeaveClock,
    NoticeView,
    PunchClock,
    SessionView,
    SetClock,
    TimeclockView,
)
from appliance.parts import RegisterOptions
from appliance.services import badges, pay_rules, people
from tests.appliance.counter import Counter, open_counter
from tests.appliance.trading import START_MS

HOUR_MS = 3_600_000
ANAS_FOB = BadgeRead("badges", (("em4100", "0A1B2C3D4E"),))
BENS_FOB = BadgeRead("badges", (("em4100", "0102030405"),))
DORAS_FOB = BadgeRead("badges", (("em4100", "0000000007"),))
LIMIT = EarlyView("11:00", "10:50")


@pytest.fixture(params=["till", "door"])
def counter(request: pytest.FixtureRequest, tmp_path: Path) -> Counter:
    """Ten in the morning; Ana is to come at eleven, nobody more than ten minutes early. Ben is the manager."""
    opened = open_counter(tmp_path, options=RegisterOptions(place=request.param))
    desk, keeper = opened.register.till.desk, people.pins(tmp_path)
    people.add(desk, keeper, number="3", name="Dora", role="cashier", pin="3333", actor="")
    for number, fob in (("1", ANAS_FOB), ("2", BENS_FOB), ("3", DORAS_FOB)):
        badges.give(desk, keeper, people.find(desk.db, number).id, fob.ids, "")
    pay_rules.change(desk, PayRulesChanged(zone="Europe/Berlin", early_minutes=10), "")
    ana = people.find(desk.db, "1").id
    desk.book.record("", ShiftPlanned(ana, START_MS + HOUR_MS, START_MS + 8 * HOUR_MS))
    return opened


def clock(counter: Counter) -> TimeclockView:
    return counter.show(TimeclockView)


def presence(counter: Counter) -> dict[str, str]:
    return {one.name: one.presence for one in clock(counter).at_work}


def allowed_by(counter: Counter) -> list[str]:
    query = (
        "SELECT employee.number FROM entry JOIN employee ON employee.id = entry.actor"
        " WHERE entry.kind = 'early_allowed'"
    )
    return [row[0] for row in counter.shelf.db.sql(query)]


def test_whoever_is_too_early_is_told_and_still_asked(counter: Counter) -> None:
    assert counter.do(ANAS_FOB, PunchClock("in")) == "too_early"
    shown = clock(counter)
    assert (shown.name, shown.early, shown.asks is None) == ("Ana", LIMIT, False)
    assert counter.do(DORAS_FOB) == ""
    assert (clock(counter).name, clock(counter).early) == ("Dora", None)


def test_the_managers_badge_lets_in_whoever_waits_and_is_asked_nothing(counter: Counter) -> None:
    counter.do(ANAS_FOB, PunchClock("in"))
    assert counter.do(AwaitManager()) == ""
    assert clock(counter).early == EarlyView("11:00", "10:50", waits=True)
    assert counter.do(BENS_FOB) == ""
    assert counter.show(NoticeView).code == "early_allowed"
    assert (clock(counter).name, clock(counter).early) == ("Ana", None)
    assert counter.show(SessionView).chosen == clock(counter).employee
    assert counter.do(PunchClock("in")) == ""
    assert (presence(counter), allowed_by(counter)) == ({"Ana": "at_work"}, ["2"])


def test_a_managers_pin_lets_in_whoever_waits_and_a_wrong_one_is_counted(counter: Counter) -> None:
    counter.do(ANAS_FOB, PunchClock("in"), AwaitManager())
    ana, ben = clock(counter).employee, people.find(counter.shelf.db, "2").id
    assert counter.do(AllowEarly(ana, ben, "9999")) == "wrong_pin"
    assert (clock(counter).refused, clock(counter).refusals) == ("wrong_pin", 1)
    assert counter.do(AllowEarly(ana, "3", "3333")) == "managers_only"
    assert (clock(counter).refused, clock(counter).refusals) == ("managers_only", 2)
    assert counter.do(AllowEarly(ana, ben, "2222")) == ""
    assert (clock(counter).refused, clock(counter).early) == ("", None)
    assert counter.do(PunchClock("in")) == ""
    assert allowed_by(counter) == ["2"]


def test_a_managers_badge_lets_nobody_in_who_did_not_ask(counter: Counter) -> None:
    counter.do(ANAS_FOB, PunchClock("in"), BENS_FOB)
    assert (clock(counter).name, allowed_by(counter)) == ("Ben", [])


def test_a_cashiers_badge_lets_nobody_in(counter: Counter) -> None:
    counter.do(ANAS_FOB, PunchClock("in"), AwaitManager(), DORAS_FOB)
    assert (clock(counter).name, allowed_by(counter)) == ("Dora", [])


def test_whoever_asks_for_a_manager_waits_for_a_while_and_no_longer(counter: Counter) -> None:
    counter.do(ANAS_FOB, PunchClock("in"), AwaitManager(), SetClock(START_MS + ASKS_MS + 1_000))
    assert clock(counter).name == "Ana"
    counter.do(SetClock(START_MS + MANAGER_COMES_MS + 1_000), BENS_FOB)
    assert (clock(counter).name, allowed_by(counter)) == ("Ben", [])


def test_without_somebody_too_early_no_manager_is_waited_for(counter: Counter) -> None:
    assert counter.do(AwaitManager()) == "who_is_it"
    assert counter.do(ANAS_FOB, AwaitManager()) == "who_is_it"
    counter.do(PunchClock("in"), AwaitManager(), LeaveClock(), BENS_FOB)
    assert (clock(counter).name, allowed_by(counter)) == ("Ben", [])


def test_once_the_time_has_come_no_manager_is_needed(counter: Counter) -> None:
    counter.do(SetClock(START_MS + HOUR_MS - 601_000), ANAS_FOB, PunchClock("in"), AwaitManager())
    counter.do(SetClock(START_MS + HOUR_MS - 599_000))
    assert counter.do(BENS_FOB) == "not_too_early"
    assert (clock(counter).name, clock(counter).early) == ("Ana", None)
    assert counter.do(PunchClock("in")) == ""
