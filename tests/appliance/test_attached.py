"""What badges, drawers' switches and customer displays mean for the till."""

from pathlib import Path

import pytest

from appliance.journal.kinds import EmployeeChanged
from appliance.messages import (
    BadgeRead,
    BadgesView,
    BadgeVoided,
    ChangeQuantity,
    CloseDay,
    CloseWorkshop,
    Command,
    DeviceChanged,
    DeviceState,
    DrawerMoved,
    FindingView,
    GiveBadge,
    HealthChecked,
    NewSale,
    NoticeView,
    OpenWorkshop,
    Scan,
    ScanVoided,
    SessionView,
    SignIn,
    SignOut,
    StartTender,
    StatusView,
    TakeBadge,
    TenderCash,
    TicketView,
)
from appliance.services import badges
from drivers.badge import Badge, shortened
from drivers.display import Shown
from tests.appliance.counter import COFFEE, TEA, Counter, open_counter

ANA = SignIn("1", "1111")
BEN = SignIn("2", "2222")
FOB = "62E3086CED"
OTHER_FOB = "7700086CED"
"""Another fob, of which a reader that types three bytes says the same."""


@pytest.fixture
def counter(tmp_path: Path) -> Counter:
    return open_counter(tmp_path, also=("scale", "display"))


def tapped(number: str, form: str = "em4100") -> BadgeRead:
    badge = Badge(number, form, "reader")
    return BadgeRead("reader", tuple((one.form, one.id) for one in (badge, *shortened(badge))))


def person_id(counter: Counter, name: str) -> str:
    return next(one.id for one in counter.show(SessionView).people if one.name == name)


def notice(counter: Counter) -> tuple[str, dict[str, str | int]]:
    shown = counter.show(NoticeView)
    return shown.code, dict(shown.fields)


def journal(counter: Counter, kind: str) -> list[str]:
    sql = "SELECT body FROM entry WHERE kind = ? ORDER BY seq"
    return [row[0] for row in counter.shelf.db.sql(sql, (kind,))]


# --------------------------------------------------------------------------- badges


def test_a_badge_picks_the_name_and_the_pin_is_still_asked(counter: Counter) -> None:
    counter.do(BEN, GiveBadge("1"), tapped(FOB), SignOut(), tapped(FOB))
    session = counter.show(SessionView)
    assert session.employee is None
    assert session.chosen == person_id(counter, "Ana")
    assert counter.do(ANA) == ""
    assert counter.show(SessionView).chosen is None


def test_a_badge_of_nobody_is_refused_and_chooses_nobody(counter: Counter) -> None:
    assert counter.do(tapped(FOB)) == "unknown_badge"
    assert counter.show(SessionView).chosen is None


def test_the_number_of_a_badge_stands_nowhere(counter: Counter, tmp_path: Path) -> None:
    counter.do(BEN, GiveBadge("1"), tapped(FOB))
    (given,) = journal(counter, "badge_given")
    assert FOB not in given.upper()
    assert FOB[2:] not in given.upper()
    counter.shelf.db.sql("PRAGMA wal_checkpoint(TRUNCATE)")
    everything = (tmp_path / "shop.db").read_bytes()
    assert FOB.encode() not in everything
    assert FOB not in repr(tapped(FOB))


def test_only_managers_give_badges(counter: Counter) -> None:
    assert counter.do(ANA, GiveBadge("1")) == "managers_only"
    assert counter.do(tapped(FOB)) == "unknown_badge"
    assert counter.do(TakeBadge("1")) == "managers_only"


def test_a_badge_has_one_owner_at_a_time(counter: Counter) -> None:
    counter.do(BEN, GiveBadge("1"), tapped(FOB), GiveBadge("2"))
    assert counter.do(tapped(FOB)) == "badge_has_owner"
    assert notice(counter)[1]["name"] == "Ana"
    # Ben still waits for one of his own.
    counter.do(tapped("0102030405"), SignOut(), tapped("0102030405"))
    assert counter.show(SessionView).chosen == person_id(counter, "Ben")


def test_a_badge_that_was_taken_back_is_nobodys_and_can_be_given_anew(counter: Counter) -> None:
    counter.do(BEN, GiveBadge("1"), tapped(FOB), TakeBadge("1"))
    assert counter.do(tapped(FOB)) == "unknown_badge"
    counter.do(GiveBadge("2"), tapped(FOB), tapped(FOB))
    assert notice(counter) == ("badge_known", {"name": "Ben"})
    assert counter.shelf.differences() == ()


def waiting_for(counter: Counter) -> str:
    return counter.show(BadgesView).waiting_for


def test_managers_see_who_has_a_badge_and_who_waits_for_one(counter: Counter) -> None:
    assert counter.show(BadgesView) == BadgesView()
    counter.do(ANA)
    assert counter.show(BadgesView) == BadgesView()
    counter.do(SignOut(), BEN, GiveBadge("1"))
    assert waiting_for(counter) == person_id(counter, "Ana")
    counter.do(tapped(FOB))
    people = counter.show(BadgesView).people
    assert [(one.name, one.has_badge) for one in people] == [("Ana", True), ("Ben", False)]
    assert waiting_for(counter) == ""
    counter.do(TakeBadge("1"))
    assert not any(one.has_badge for one in counter.show(BadgesView).people)


@pytest.mark.parametrize("leaves", [SignOut(), CloseDay(), CloseWorkshop()])
def test_whoever_leaves_waits_for_no_badge_any_more(counter: Counter, leaves: Command) -> None:
    counter.do(BEN, OpenWorkshop(), GiveBadge("1"), leaves)
    counter.do(SignOut(), ANA)
    assert counter.do(tapped(FOB)) == "unknown_badge"
    counter.do(SignOut(), BEN)
    assert waiting_for(counter) == ""
    assert journal(counter, "badge_given") == []


def test_a_manager_who_became_a_cashier_meanwhile_gives_no_badge(counter: Counter) -> None:
    counter.do(BEN, GiveBadge("1"))
    desk = counter.register.till.desk
    desk.book.record("", EmployeeChanged(employee=person_id(counter, "Ben"), role="cashier"))
    assert counter.do(tapped(FOB)) == "managers_only"
    assert journal(counter, "badge_given") == []


def test_a_telephone_is_no_badge(counter: Counter) -> None:
    counter.do(BEN, GiveBadge("1"))
    assert counter.do(tapped("08A1B2C3", "uid4")) == "badge_changes"
    assert journal(counter, "badge_given") == []
    # Waiting goes on: a card is as good as ever.
    counter.do(tapped("04A1B2C3", "uid4"))
    assert notice(counter) == ("badge_given", {"name": "Ana"})


def test_waiting_for_a_badge_can_be_given_up(counter: Counter) -> None:
    counter.do(BEN, GiveBadge("1"), GiveBadge(None))
    assert counter.do(tapped(FOB)) == "unknown_badge"


def test_a_reader_that_tells_less_knows_the_badge_and_a_stranger_of_the_same_end_is_not_let_in(
    counter: Counter,
) -> None:
    counter.do(BEN, GiveBadge("1"), tapped(FOB), SignOut())
    counter.do(tapped(FOB[4:], "wiegand26"))
    assert counter.show(SessionView).chosen == person_id(counter, "Ana")
    assert counter.do(tapped(OTHER_FOB)) == "unknown_badge"


def test_a_badge_given_at_a_reader_that_tells_less_is_known_at_one_that_tells_more(
    counter: Counter,
) -> None:
    counter.do(BEN, GiveBadge("1"), tapped(FOB[4:], "wiegand26"), SignOut(), tapped(FOB))
    assert counter.show(SessionView).chosen == person_id(counter, "Ana")


def test_marks_depend_on_the_shops_key(counter: Counter, tmp_path: Path) -> None:
    other = open_counter(tmp_path / "other")
    ids = tapped(FOB).ids
    keepers = counter.register._keeper, other.register._keeper
    assert badges.marks(keepers[0], ids) == badges.marks(keepers[0], ids)
    assert not set(badges.marks(keepers[0], ids)) & set(badges.marks(keepers[1], ids))


# --------------------------------------------------------------------------- the drawer's switch


def test_a_drawer_that_opens_unasked_is_an_entry_and_an_alarm(counter: Counter) -> None:
    counter.do(ANA, DrawerMoved("drawer", "opened_unasked"))
    assert len(journal(counter, "drawer_forced")) == 1
    assert notice(counter) == ("drawer_forced", {"device": "drawer"})
    what, actor = counter.shelf.db.sql("SELECT what, actor FROM device_event")[0]
    assert (what, actor) == ("drawer_forced", person_id(counter, "Ana"))


def test_a_drawer_forced_while_nobody_is_there_is_noted_too(counter: Counter) -> None:
    counter.do(DrawerMoved("drawer", "opened_unasked"))
    assert counter.shelf.db.sql("SELECT actor FROM device_event") == [("",)]


def test_a_drawer_that_does_as_it_was_told_is_no_news(counter: Counter) -> None:
    counter.do(ANA, DrawerMoved("drawer", "opened"), DrawerMoved("drawer", "closed", 12))
    assert journal(counter, "drawer_forced") == []
    assert counter.show(NoticeView).id == 0


def test_a_drawer_left_open_is_reminded_of_until_it_is_shut(counter: Counter) -> None:
    counter.do(ANA, DrawerMoved("drawer", "left_open", 120))
    assert notice(counter) == ("drawer_left_open", {"open_s": 120, "device": "drawer"})
    counter.do(DrawerMoved("drawer", "closed", 130))
    assert counter.show(NoticeView).id == 0


# --------------------------------------------------------------------------- displays


def seen(counter: Counter) -> Shown:
    assert counter.devices.display.shown is not None
    return counter.devices.display.shown


def test_the_customer_sees_what_is_rung_up_and_what_comes_back(counter: Counter) -> None:
    counter.do(ANA)
    assert (seen(counter).state, seen(counter).title) == ("idle", "Corner")
    counter.do(Scan(COFFEE), Scan(COFFEE))
    assert seen(counter).state == "ticket"
    assert [(line.name, line.quantity, line.amount) for line in seen(counter).lines] == [
        ("Flat white", "2", "7.20 €")
    ]
    counter.do(StartTender())
    assert (seen(counter).state, seen(counter).due) == ("tender", "7.20 €")
    counter.do(TenderCash(1000))
    done = seen(counter)
    assert (done.state, done.due_label, done.due) == ("done", "Change", "2.80 €")
    counter.do(NewSale())
    assert seen(counter).state == "idle"


def test_the_display_shows_the_newest_dozen_lines(counter: Counter) -> None:
    counter.do(ANA)
    for number in range(1, 15):
        counter.do(Scan(COFFEE if number % 2 else TEA))
        line = counter.show(TicketView).lines[-1]
        counter.do(ChangeQuantity(line.id, number * 1000))
    shown = [line.quantity for line in seen(counter).lines]
    assert shown == [str(number) for number in range(3, 15)]


# --------------------------------------------------------------------------- troubles


def test_a_scan_that_was_thrown_away_is_asked_for_again(counter: Counter) -> None:
    counter.do(ANA, ScanVoided("scanner"))
    assert notice(counter) == ("scan_again", {"device": "scanner"})


def test_a_badge_that_was_not_understood_is_asked_for_again(counter: Counter) -> None:
    counter.do(BadgeVoided("reader"))
    assert notice(counter) == ("badge_again", {"device": "reader"})


def test_what_is_wrong_with_the_machine_is_said_once_and_stays_on_the_strip(
    counter: Counter,
) -> None:
    hot = FindingView("temperature", "warn", "temperature_high", (("celsius", 82),))
    fine = FindingView("network", "ok", "network_ok")
    counter.do(ANA, HealthChecked((hot, fine)))
    assert notice(counter) == ("temperature_high", {"celsius": 82})
    assert counter.show(StatusView).health == (hot,)
    counter.do(Scan(COFFEE))
    hotter = FindingView("temperature", "warn", "temperature_high", (("celsius", 83),))
    counter.do(HealthChecked((hotter,)))
    assert counter.show(NoticeView).id == 0
    counter.do(HealthChecked((fine,)))
    assert counter.show(StatusView).health == ()


def test_a_device_that_came_back_takes_its_notice_with_it(counter: Counter) -> None:
    gone = DeviceChanged("scale", "scale", DeviceState.ABSENT, "device_absent")
    counter.do(ANA, gone)
    assert notice(counter)[0] == "device_absent"
    counter.do(DeviceChanged("scale", "scale", DeviceState.OK))
    assert counter.show(NoticeView).id == 0
