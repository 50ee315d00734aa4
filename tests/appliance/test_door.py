"""A time clock by the door: it punches, it sells nothing, and a manager's PIN opens its page of devices."""

from pathlib import Path

import pytest

from appliance.clock import ScriptedClock
from appliance.door import LEFT_ALONE_MS
from appliance.journal.kinds import ShopChanged
from appliance.messages import (
    BadgeRead,
    BadgesView,
    CloseDay,
    CloseWorkshop,
    Command,
    CorrectPunch,
    GiveBadge,
    OpenDay,
    OpenHours,
    OpenLabels,
    OpenServer,
    OpenWorkshop,
    PairByCode,
    ProvePin,
    PunchClock,
    Scan,
    SessionView,
    ShopView,
    SignIn,
    StartTender,
    TicketView,
    TimeclockView,
    WorkshopView,
)
from appliance.parts import RegisterOptions
from appliance.store.shelf import Shelf
from tests.appliance.counter import COFFEE, Counter, open_counter
from tests.appliance.trading import ROOMY, START_MS

TAP = BadgeRead("door reader", (("em4100", "0A1B2C3D4E"),))


@pytest.fixture
def door(tmp_path: Path) -> Counter:
    return open_counter(tmp_path, options=RegisterOptions(place="door"))


def entries(door: Counter) -> int:
    return int(door.shelf.db.sql("SELECT count(*) FROM entry")[0][0])


def give_badge(door: Counter) -> None:
    door.do(ProvePin("2", "2222"), OpenWorkshop(), GiveBadge("1"), TAP, CloseWorkshop())


@pytest.mark.parametrize(
    "command",
    [
        SignIn("2", "2222"),
        Scan(COFFEE),
        StartTender(),
        OpenDay(),
        CloseDay(),
        OpenLabels(),
    ],
)
def test_what_belongs_to_a_till_is_refused_at_the_door(door: Counter, command: Command) -> None:
    before = entries(door)
    assert door.do(command) == "not_here"
    assert entries(door) == before
    assert door.show(TicketView).lines == ()
    assert door.show(SessionView).employee is None


def test_the_screen_is_told_that_this_is_the_door(door: Counter) -> None:
    assert door.show(ShopView).place == "door"


def test_a_pin_punches_at_the_door(door: Counter) -> None:
    assert door.do(ProvePin("1", "1111"), PunchClock("in")) == ""
    assert [one.name for one in door.show(TimeclockView).at_work] == ["Ana"]
    assert door.do(OpenHours()) == ""


def test_a_managers_pin_opens_the_page_of_devices_to_give_badges_and_a_badge_does_not(
    door: Counter,
) -> None:
    give_badge(door)
    assert door.show(SessionView).employee is None
    assert door.show(BadgesView) == BadgesView()
    assert door.do(TAP, OpenWorkshop()) == "who_is_it"
    assert door.do(ProvePin("1", "1111"), OpenWorkshop()) == "managers_only"
    assert not door.show(WorkshopView).open
    assert door.show(SessionView).employee is None
    assert door.do(TAP, PunchClock("in")) == ""
    rows = door.shelf.db.sql("SELECT by, device FROM punch")
    assert [tuple(row) for row in rows] == [("em4100", "door reader")]


def test_whoever_went_on_to_the_devices_is_asked_nothing_more_by_the_clock(door: Counter) -> None:
    give_badge(door)
    door.do(ProvePin("2", "2222"))
    assert door.show(TimeclockView).may_set_up
    door.do(OpenWorkshop())
    assert door.show(TimeclockView).name == ""
    assert door.do(TAP) == ""
    assert door.show(TimeclockView).name == "Ana"


def test_the_page_of_devices_shuts_itself_at_the_door_when_it_is_left_alone(door: Counter) -> None:
    give_badge(door)
    door.do(ProvePin("2", "2222"), OpenWorkshop())
    door.clock.set(START_MS + LEFT_ALONE_MS - 60_000)
    door.register.tick()
    assert door.show(WorkshopView).open
    door.do(GiveBadge("1"))
    door.clock.set(START_MS + 2 * LEFT_ALONE_MS - 61_000)
    door.register.tick()
    assert door.show(WorkshopView).open
    door.clock.set(START_MS + 2 * LEFT_ALONE_MS)
    door.register.tick()
    assert not door.show(WorkshopView).open
    assert door.show(SessionView).employee is None
    assert door.do(GiveBadge("1")) != ""


def test_wages_and_corrections_are_not_made_at_the_door(door: Counter) -> None:
    door.do(ProvePin("2", "2222"), OpenWorkshop())
    correction = CorrectPunch("1", "why", what="in", at_ms=START_MS)
    assert door.do(correction) == "not_here"


def test_a_till_opens_its_page_of_devices_for_a_manager_who_is_signed_in(tmp_path: Path) -> None:
    till = open_counter(tmp_path)
    assert till.do(ProvePin("2", "2222"), OpenWorkshop()) == "managers_only"
    assert till.do(SignIn("2", "2222"), OpenWorkshop()) == ""


def test_a_new_clock_is_paired_by_a_typed_code_and_a_clock_with_people_by_a_manager_only(
    tmp_path: Path,
) -> None:
    shelf = Shelf(tmp_path / "new", limits=ROOMY)
    shelf.book(ScriptedClock(START_MS)).record("", ShopChanged(name="New"))
    shelf.close()
    options = RegisterOptions(place="door")
    new = open_counter(tmp_path / "new", options=options)
    # Allowed, though nobody takes the job here: there is no mirror behind this counter.
    assert new.do(OpenServer()) == ""
    assert new.do(PairByCode("192.0.2.7", 8443, "12345678")) == "mirror_busy"
    peopled = open_counter(tmp_path / "peopled", options=options)
    assert peopled.do(OpenServer()) == "managers_only"
