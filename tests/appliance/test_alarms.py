"""What smells at the time clock is refused, noted and told to managers."""

from pathlib import Path

import pytest

from appliance.alarms import HELD_NS, STALE_NS
from appliance.domain.timeclock import What
from appliance.journal.device_kinds import BadgeTaken
from appliance.journal.kinds import EmployeeChanged
from appliance.messages import (
    BadgeRead,
    GiveBadge,
    NoticeLevel,
    NoticeView,
    OpenStaff,
    PlanView,
    PunchClock,
    SessionView,
    SetClock,
    SignIn,
    SignOut,
    TakeBadge,
)
from appliance.services import alarms, badges, timeclock
from appliance.services.places import NotHere, Place
from appliance.store.shelf import Shelf
from tests.appliance.counter import Counter, open_counter
from tests.appliance.trading import ROOMY, START_MS

HOUR_MS = 3_600_000
ANA, BEN = SignIn("1", "1111"), SignIn("2", "2222")
FOB = (("em4100", "62E3086CED"), ("em4100-32", "E3086CED"))
OTHER = (("em4100", "0A1B2C3D4E"),)


@pytest.fixture
def counter(tmp_path: Path) -> Counter:
    opened = open_counter(tmp_path)
    opened.do(BEN, GiveBadge("1"), BadgeRead("reader", FOB), SignOut())
    return opened


def boot_ns(counter: Counter) -> int:
    return counter.clock._boot_ns


def read(counter: Counter, ids: tuple[tuple[str, str], ...] = FOB, ago_ns: int = 0) -> BadgeRead:
    return BadgeRead("reader", ids, read_ns=boot_ns(counter) - ago_ns)


def noted(counter: Counter) -> list[tuple[str, str, str, str, int]]:
    return counter.shelf.db.sql(
        "SELECT why, place, device, by, more FROM refused_punch ORDER BY at_ms, id"
    )


def wait(counter: Counter, ms: int) -> None:
    counter.clock.set(counter.clock._at_ms + ms)


def asks(counter: Counter) -> str | None:
    return counter.register._parts.timekeeping.view().asks


# --------------------------------------------------------------------------- readings


def test_a_fresh_reading_is_a_tap_and_the_same_reading_again_is_refused_and_noted(
    counter: Counter,
) -> None:
    wait(counter, 10_000)
    tap = read(counter)
    assert counter.do(tap) == ""
    assert asks(counter) is not None
    assert counter.do(PunchClock("in")) == ""
    assert counter.do(tap) == "badge_not_fresh"
    assert asks(counter) is None
    assert noted(counter) == [("replayed", "till", "reader", "em4100", 0)]
    assert counter.do(PunchClock("out")) == "who_is_it"


@pytest.mark.parametrize("ago_ns", [HELD_NS, 1])
def test_a_reading_that_runs_backwards_is_refused(counter: Counter, ago_ns: int) -> None:
    wait(counter, 10_000)
    counter.do(read(counter))
    wait(counter, 0)
    assert counter.do(read(counter, OTHER, ago_ns=ago_ns + 60_000_000)) == "badge_not_fresh"
    assert [one[0] for one in noted(counter)] == ["replayed"]


def test_a_reading_from_the_time_to_come_is_refused(counter: Counter) -> None:
    assert counter.do(read(counter, ago_ns=-60_000_000_000)) == "badge_not_fresh"
    assert [one[0] for one in noted(counter)] == ["replayed"]


def test_a_reading_that_waited_for_too_long_is_refused_also_for_giving_a_badge(
    counter: Counter,
) -> None:
    wait(counter, 60_000)
    late = read(counter, ago_ns=STALE_NS + 1)
    assert counter.do(late) == "badge_not_fresh"
    assert [one[0] for one in noted(counter)] == ["stale"]
    counter.do(BEN, GiveBadge("2"))
    wait(counter, 60_000)
    assert counter.do(read(counter, OTHER, ago_ns=2 * STALE_NS)) == "badge_not_fresh"
    assert len(counter.shelf.db.sql("SELECT 1 FROM entry WHERE kind = 'badge_given'")) == 1


def test_a_badge_that_stays_at_the_reader_is_one_tap(counter: Counter) -> None:
    wait(counter, 10_000)
    counter.do(read(counter), PunchClock("in"))
    for _ in range(20):
        wait(counter, 200)
        assert counter.do(read(counter)) == ""
        assert asks(counter) is None
    assert noted(counter) == []
    # Another badge counts at once, and so does this one after it was away.
    wait(counter, 100)
    assert counter.do(read(counter, OTHER)) == "unknown_badge"
    wait(counter, 100)
    counter.do(read(counter))
    assert asks(counter) is not None


def test_each_reader_has_readings_of_its_own(counter: Counter) -> None:
    wait(counter, 10_000)
    at_ns = boot_ns(counter)
    assert counter.do(BadgeRead("reader", FOB, at_ns)) == ""
    assert counter.do(BadgeRead("door", FOB, at_ns)) == ""
    assert noted(counter) == []


# --------------------------------------------------------------------------- badges of nobody


def test_a_strangers_card_cannot_fill_the_journal(counter: Counter) -> None:
    for _ in range(50):
        wait(counter, 2_000)
        assert counter.do(read(counter, OTHER)) == "unknown_badge"
    found = noted(counter)
    assert [one[-1] for one in found] == [0] * alarms.AN_HOUR + [1]
    assert {one[:-1] for one in found} == {("unknown_badge", "till", "reader", "em4100")}
    # What smells otherwise is noted all the same, and in the next hour strangers are again.
    counter.do(BadgeRead("reader", FOB, 1))
    assert noted(counter)[-1][0] == "replayed"
    wait(counter, HOUR_MS)
    counter.do(read(counter, OTHER))
    assert noted(counter)[-1] == ("unknown_badge", "till", "reader", "em4100", 0)


def test_the_number_of_a_badge_is_not_noted(counter: Counter) -> None:
    counter.do(read(counter, OTHER))
    bodies = counter.shelf.db.sql("SELECT body FROM entry WHERE kind = 'punch_refused'")
    assert len(bodies) == 1
    assert OTHER[0][1] not in str(bodies)


def test_a_lost_badge_is_refused_at_once_and_said_to_be_one(counter: Counter) -> None:
    counter.do(BEN, TakeBadge("1"), SignOut())
    assert counter.do(read(counter)) == "unknown_badge"
    assert [one[0] for one in noted(counter)] == ["taken_badge"]
    assert counter.do(PunchClock("in")) == "who_is_it"


def test_a_badge_that_was_taken_at_another_register_is_refused_here(
    counter: Counter, tmp_path: Path
) -> None:
    ana = counter.show(SessionView).people[0].id
    marks = badges.marks(counter.register._keeper, FOB)
    other = Shelf(tmp_path / "other", limits=ROOMY)
    book = other.book(counter.clock)
    book.receive(tuple(counter.shelf.entries()))
    book.record("", BadgeTaken(employee=ana, marks=marks[0]))
    assert counter.do(read(counter)) == ""
    desk = counter.register.till.desk
    desk.book.receive([entry for entry in other.entries() if entry.origin == book.origin])
    wait(counter, 2_000)
    assert counter.do(read(counter)) == "unknown_badge"
    assert [one[0] for one in noted(counter)] == ["taken_badge"]
    other.close()


def test_the_badge_of_somebody_who_left_is_refused_and_names_them(counter: Counter) -> None:
    ana = counter.show(SessionView).people[0].id
    counter.register.till.desk.book.record("", EmployeeChanged(employee=ana, active=False))
    assert counter.do(read(counter)) == "unknown_badge"
    assert counter.shelf.db.sql("SELECT why, employee FROM refused_punch") == [("left", ana)]


# --------------------------------------------------------------------------- other refusals


def test_a_punch_over_the_network_is_refused_and_noted(counter: Counter) -> None:
    """The server of the network must go through this same service."""
    desk = counter.register.till.desk
    with pytest.raises(NotHere):
        timeclock.punch(desk, "1", What.IN, Place("web", "server"), START_MS, by="pin")
    ana = counter.show(SessionView).people[0].id
    assert counter.shelf.db.sql("SELECT why, place, device, by, employee FROM refused_punch") == [
        ("not_here", "web", "server", "pin", ana)
    ]
    assert counter.shelf.db.sql("SELECT id FROM punch") == []
    allowed = Place("web", "server", {"punch": ("web",)})
    assert timeclock.punch(desk, ana, What.IN, allowed, START_MS, by="pin")


def test_whoever_is_locked_out_by_wrong_pins_is_noted(counter: Counter) -> None:
    said = [counter.do(PunchClock("in", employee="1", pin="9999")) for _ in range(6)]
    assert said[0] == "wrong_pin"
    assert said[-1] == "wait_before_pin"
    ana = counter.show(SessionView).people[0].id
    rows = counter.shelf.db.sql("SELECT DISTINCT why, by, employee FROM refused_punch")
    assert rows == [("pin_locked", "pin", ana)]


def test_what_is_usual_is_not_noted(counter: Counter) -> None:
    counter.do(PunchClock("in", employee="1", pin="9999"), PunchClock("out"))
    counter.do(read(counter), PunchClock("out"), PunchClock("in"))
    assert noted(counter) == []


# --------------------------------------------------------------------------- telling


def test_a_manager_is_told_once_what_was_refused_since_yesterday(counter: Counter) -> None:
    counter.do(read(counter, OTHER))
    assert counter.do(ANA) == ""
    assert counter.show(NoticeView).id == 0
    counter.do(SignOut(), BEN)
    notice = counter.show(NoticeView)
    assert (notice.level, notice.code) == (NoticeLevel.WARN, "punches_refused")
    assert notice.fields == (("count", 1),)
    counter.do(SignOut(), BEN)
    assert counter.show(NoticeView).id == 0
    wait(counter, 60_000)
    counter.do(SignOut(), read(counter, OTHER), BEN)
    assert counter.show(NoticeView).fields == (("count", 2),)
    counter.do(SignOut(), SetClock(START_MS + 72 * HOUR_MS), read(counter, OTHER), BEN)
    assert counter.show(NoticeView).fields == (("count", 1),)


def test_a_manager_looks_at_what_was_refused(counter: Counter) -> None:
    counter.do(read(counter, OTHER), BEN, OpenStaff("plan"))
    shown = counter.show(PlanView)
    assert shown.refused_count == 1
    (one,) = shown.refused
    assert (one.why, one.place, one.device, one.by) == (
        "unknown_badge",
        "till",
        "reader",
        "em4100",
    )
    assert one.origin == counter.register.origin
    counter.do(SignOut())
    assert counter.show(PlanView) == PlanView()
