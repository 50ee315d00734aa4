"""Coming in over the web: who may, how often somebody may guess, and when a session is over."""

from dataclasses import dataclass
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from msgspec import UNSET

from appliance.clock import ScriptedClock
from appliance.journal.access_kinds import WebRulesChanged
from appliance.journal.book import Book
from appliance.journal.kinds import EmployeeAdded, EmployeeChanged, ShopChanged
from appliance.journal.staff_kinds import EmployeeDetailed
from appliance.journal.time_kinds import PayRulesChanged
from appliance.messages import PersonView
from appliance.problems import Refusal
from appliance.services import access, people, web_people
from appliance.services.access import (
    FREE_TRIES_IN_ALL,
    SESSION_MS,
    Asked,
    WaitBeforePassword,
    WrongSignIn,
)
from appliance.services.desk import Desk
from appliance.services.people import NumberTaken, Pins
from appliance.services.staff import OwnersOnly
from appliance.services.web_people import CODE_MS, NoWebForRole, OwnersThere, WrongStartCode
from appliance.store import schema
from appliance.store.database import Database
from appliance.store.shelf import Shelf
from tests.appliance.trading import ROOMY, dump

KEEPER = Pins(b"k" * 32, PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
KEY = b"k" * 32
NOW_MS = 1_795_860_000_000
HOME, AWAY = "192.0.2.7", "192.0.2.8"
MINUTE = 60_000


@dataclass
class Shop:
    """A store with an owner, a manager and a cashier, who all have a password in their own eyes."""

    shelf: Shelf
    desk: Desk
    clock: ScriptedClock
    ids: dict[str, str]

    @property
    def db(self) -> Database:
        return self.desk.db

    def now(self, at_ms: int) -> int:
        self.clock.set(at_ms)
        return at_ms

    def guess(self, name: str, at_ms: int, address: str = HOME) -> Refusal:
        """A wrong password; what is said of it."""
        asked = access.ask(self.desk, KEY, name, address, self.now(at_ms))
        if isinstance(asked, WaitBeforePassword):
            return asked
        return access.refused(self.desk, asked, "wrong_password", at_ms)

    def come_in(self, name: str, session: str, at_ms: int = NOW_MS, address: str = HOME) -> None:
        """The right password."""
        asked = access.ask(self.desk, KEY, name, address, self.now(at_ms))
        assert isinstance(asked, Asked)
        access.sign_in(self.desk, asked, session, "Firefox", at_ms)

    def is_in(self, session: str, at_ms: int = NOW_MS + 1) -> bool:
        return access.visit(self.db, session, at_ms) is not None


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    clock = ScriptedClock(NOW_MS)
    shelf = Shelf(tmp_path, limits=ROOMY)
    desk = Desk(shelf.db, Book(shelf, clock, shelf.origin))
    desk.book.record("", ShopChanged(name="Eckladen"), PayRulesChanged(zone="Europe/Berlin"))
    ids = {
        number: people.add(desk, KEEPER, number=number, name=name, role=role, pin="1234", actor="")
        for number, name, role in (
            ("1", "Olivia", "owner"),
            ("2", "Max", "manager"),
            ("3", "Carla", "cashier"),
        )
    }
    for number in ("1", "2"):
        web_people.set_password(desk, ids[number], "hash", "own", ids[number])
    return Shop(shelf, desk, clock, ids)


def person(shop: Shop, number: str) -> PersonView:
    return people.find(shop.db, number)


# --------------------------------------------------------------------------- guessing


def test_after_five_wrong_tries_one_waits_and_twice_as_long_after_each_further_one(
    shop: Shop,
) -> None:
    for _ in range(4):
        assert isinstance(shop.guess("1", NOW_MS), WrongSignIn)
    assert isinstance(shop.guess("1", NOW_MS), WaitBeforePassword)
    assert isinstance(shop.guess("1", NOW_MS + 29_000), WaitBeforePassword)
    said = shop.guess("1", NOW_MS + 31_000)
    assert isinstance(said, WaitBeforePassword)
    assert 59_000 < int(said.fields["until_ms"]) - (NOW_MS + 31_000) <= 60_000


def test_a_try_that_must_wait_is_not_checked_and_does_not_lengthen_the_wait(shop: Shop) -> None:
    for _ in range(5):
        shop.guess("1", NOW_MS)
    before = shop.desk.book.length
    for _ in range(50):
        assert isinstance(shop.guess("1", NOW_MS + 1000), WaitBeforePassword)
    assert shop.desk.book.length == before
    shop.come_in("1", "s", NOW_MS + 30_001)


def test_a_name_that_is_nobodys_is_treated_as_one_that_is_somebodys(shop: Shop) -> None:
    known = [shop.guess("1", NOW_MS + at) for at in (0, 0, 0, 0, 0, 100, 40_000, 41_000)]
    nobody = [shop.guess("77", NOW_MS + at) for at in (0, 0, 0, 0, 0, 100, 40_000, 41_000)]
    cashier = [shop.guess("3", NOW_MS + at) for at in (0, 0, 0, 0, 0, 100, 40_000, 41_000)]
    told = [
        [(no.code, "until_ms" in no.fields) for no in tries] for tries in (known, nobody, cashier)
    ]
    assert told[0] == told[1] == told[2]
    assert {code for code, _ in told[0]} == {"wrong_sign_in", "wait_before_password"}


def test_what_was_typed_as_a_name_is_in_no_entry(shop: Shop) -> None:
    shop.guess("zitronen falter 7", NOW_MS)
    bodies = "".join(row[0] for row in shop.db.sql("SELECT body FROM entry"))
    assert "zitronen" not in bodies
    assert '"who":"?' in bodies


def test_who_guesses_elsewhere_locks_nobody_out_at_home_until_it_is_too_much(shop: Shop) -> None:
    for _ in range(5):
        shop.guess("1", NOW_MS, AWAY)
    assert isinstance(shop.guess("1", NOW_MS, AWAY), WaitBeforePassword)
    shop.come_in("1", "s")
    assert isinstance(shop.guess("1", NOW_MS + 1, AWAY), WaitBeforePassword)
    for number in range(FREE_TRIES_IN_ALL):
        shop.guess("1", NOW_MS + 2, f"198.51.100.{number}")
    assert isinstance(shop.guess("1", NOW_MS + 3, HOME), WaitBeforePassword)


def test_the_try_is_on_the_disk_before_it_is_checked(shop: Shop) -> None:
    asked = access.ask(shop.desk, KEY, "1", HOME, NOW_MS)
    assert isinstance(asked, Asked)
    # The power fails here. Afterwards the try counts.
    rows = shop.db.sql("SELECT tries FROM web_try WHERE who = ?", (shop.ids["1"],))
    assert rows == [(1,), (1,)]


def test_many_tries_at_the_same_time_are_five(shop: Shop) -> None:
    asked = [access.ask(shop.desk, KEY, "1", HOME, NOW_MS) for _ in range(20)]
    assert sum(isinstance(one, Asked) for one in asked) == 5


def test_another_password_makes_what_was_guessed_worthless(shop: Shop) -> None:
    for number in range(FREE_TRIES_IN_ALL):
        shop.guess("1", NOW_MS, f"198.51.100.{number}")
    assert isinstance(shop.guess("1", NOW_MS, HOME), WaitBeforePassword)
    web_people.begin_again(shop.desk, shop.ids["1"], "new")
    shop.come_in("1", "s")


def test_people_are_found_by_number_or_by_a_name_that_only_one_has(shop: Shop) -> None:
    people.add(shop.desk, KEEPER, number="9", name="Max", role="manager", pin="1234", actor="")
    found = [access.find(shop.db, name) for name in (" 1 ", "OLIVIA", "max", "2", "", "K7Q2-1")]
    assert [one and one.number for one in found] == ["1", "1", None, "2", None, None]


# --------------------------------------------------------------------------- sessions


def test_a_session_lasts_twelve_hours_at_most(shop: Shop) -> None:
    shop.come_in("1", "s")
    assert shop.is_in("s", NOW_MS + SESSION_MS - 1)
    assert not shop.is_in("s", NOW_MS + SESSION_MS)
    assert not shop.is_in("other")


def test_a_session_does_not_live_longer_because_a_clock_is_set_back(shop: Shop) -> None:
    shop.come_in("1", "s")
    assert shop.is_in("s", NOW_MS - MINUTE)
    assert not shop.is_in("s", NOW_MS - SESSION_MS)


def test_another_password_ends_all_sessions_but_the_one_that_set_it(shop: Shop) -> None:
    shop.come_in("1", "a")
    shop.come_in("1", "b")
    shop.come_in("2", "c")
    web_people.change_password(shop.desk, shop.ids["1"], "new", "d", HOME, "Firefox", NOW_MS)
    assert [shop.is_in(one) for one in "abcd"] == [False, False, True, True]
    assert [one.session for one in access.own_sessions(shop.db, shop.ids["1"], NOW_MS)] == ["d"]


def test_signing_out_ends_what_it_names_and_nothing_else(shop: Shop) -> None:
    shop.come_in("1", "a")
    shop.come_in("1", "b")
    access.sign_out(shop.desk, shop.ids["1"], ("a",))
    length = shop.desk.book.length
    access.sign_out(shop.desk, shop.ids["1"], ("a",))
    assert shop.desk.book.length == length
    assert (shop.is_in("a"), shop.is_in("b")) == (False, True)


@pytest.mark.parametrize("what", ["left", "inactive", "role", "password"])
def test_a_session_is_over_at_once_for_whoever_may_no_more(shop: Shop, what: str) -> None:
    manager, owner = shop.ids["2"], person(shop, "1")
    shop.come_in("2", "s")
    assert shop.is_in("s")
    match what:
        case "left":
            shop.desk.book.record("", EmployeeDetailed(manager, left_day="2026-11-27"))
        case "inactive":
            shop.desk.book.record("", EmployeeChanged(employee=manager, active=False))
        case "role":
            shop.desk.book.record("", EmployeeChanged(employee=manager, role="cashier"))
        case _:
            web_people.take_password(shop.desk, manager, owner)
    assert not shop.is_in("s")
    asked = access.ask(shop.desk, KEY, "2", HOME, NOW_MS)
    assert isinstance(asked, Asked)
    assert asked.person is None


def test_whoever_goes_today_is_in_up_to_the_end_of_the_day(shop: Shop) -> None:
    shop.come_in("2", "s")
    shop.desk.book.record("", EmployeeDetailed(shop.ids["2"], left_day="2026-11-28"))
    midnight_ms = NOW_MS + 11 * 3_600_000
    assert shop.is_in("s", midnight_ms - MINUTE)
    assert not shop.is_in("s", midnight_ms + 2 * 3_600_000)


def test_if_the_password_changes_between_its_check_and_the_session_there_is_none(
    shop: Shop,
) -> None:
    asked = access.ask(shop.desk, KEY, "1", HOME, NOW_MS)
    assert isinstance(asked, Asked)
    web_people.set_password(shop.desk, shop.ids["1"], "other", "own", shop.ids["1"])
    with pytest.raises(WrongSignIn):
        access.sign_in(shop.desk, asked, "s", "Firefox", NOW_MS)
    assert not shop.is_in("s")


# --------------------------------------------------------------------------- who may


def test_cashiers_come_in_only_where_the_owner_allows_it(shop: Shop) -> None:
    cashier, owner = shop.ids["3"], person(shop, "1")
    with pytest.raises(NoWebForRole):
        web_people.set_password(shop.desk, cashier, "hash", "own", cashier)
    with pytest.raises(OwnersOnly):
        web_people.change_rules(shop.desk, WebRulesChanged(cashiers=True), person(shop, "2"))
    web_people.change_rules(shop.desk, WebRulesChanged(cashiers=True), owner)
    web_people.set_password(shop.desk, cashier, "hash", "own", cashier)
    shop.come_in("3", "s")
    assert shop.is_in("s")
    web_people.change_rules(shop.desk, WebRulesChanged(cashiers=False), owner)
    assert not shop.is_in("s")


def test_whoever_has_no_second_factor_is_told_so_where_all_need_one(shop: Shop) -> None:
    shop.come_in("1", "s")
    web_people.change_rules(shop.desk, WebRulesChanged(second_factor=True), person(shop, "1"))
    found = access.visit(shop.db, "s", NOW_MS + 1)
    assert found is not None
    assert found.needs_second
    edit = WebRulesChanged(second_factor=UNSET, cashiers=True)
    web_people.change_rules(shop.desk, edit, person(shop, "1"))
    assert access.rules(shop.db).second_factor


def test_a_code_for_a_password_counts_for_a_day_until_any_password_is_set(shop: Shop) -> None:
    manager, owner = shop.ids["2"], person(shop, "1")
    with pytest.raises(OwnersOnly):
        web_people.give_code(shop.desk, manager, "h", person(shop, "2"), NOW_MS)
    web_people.give_code(shop.desk, manager, "h", owner, NOW_MS)
    assert web_people.code_of(shop.db, manager, NOW_MS) == "h"
    assert web_people.code_of(shop.db, manager, NOW_MS + CODE_MS) == ""
    assert web_people.code_of(shop.db, manager, NOW_MS - 1) == ""
    assert web_people.code_of(shop.db, shop.ids["1"], NOW_MS) == ""
    with pytest.raises(WrongStartCode):
        web_people.begin_by_code(shop.desk, manager, "new", "other", NOW_MS)
    web_people.begin_by_code(shop.desk, manager, "new", "h", NOW_MS)
    with pytest.raises(WrongStartCode):
        web_people.begin_by_code(shop.desk, manager, "again", "h", NOW_MS)
    assert web_people.code_of(shop.db, manager, NOW_MS) == ""


def test_only_a_shop_without_an_owner_gets_its_first_one(shop: Shop, tmp_path: Path) -> None:
    new = EmployeeAdded(number="1", name=" Ana ", role="cashier", pin_hash="x", language="es")
    with pytest.raises(OwnersThere):
        web_people.first_owner(shop.desk, new, "hash")
    folder = tmp_path / "empty"
    shelf = Shelf(folder, limits=ROOMY)
    desk = Desk(shelf.db, Book(shelf, ScriptedClock(NOW_MS), shelf.origin))
    assert not access.is_begun(desk.db)
    employee = web_people.first_owner(desk, new, "hash")
    assert people.find(desk.db, "1") == people.find(desk.db, employee)
    assert people.find(desk.db, "1").role == "owner"
    assert people.find(desk.db, "1").name == "Ana"
    assert access.is_begun(desk.db)


def test_a_first_owner_takes_nobodys_number(shop: Shop) -> None:
    shop.desk.book.record("", EmployeeChanged(employee=shop.ids["1"], role="manager"))
    new = EmployeeAdded(number="3", name="Ana", role="owner", pin_hash="x")
    with pytest.raises(NumberTaken):
        web_people.first_owner(shop.desk, new, "hash")


# --------------------------------------------------------------------------- several servers


def test_a_session_begun_at_one_server_counts_at_the_other_and_ends_there_too(
    shop: Shop, tmp_path: Path
) -> None:
    other = Shelf(tmp_path / "other", limits=ROOMY)
    book = Book(other, ScriptedClock(NOW_MS), other.origin)
    shop.come_in("1", "s")
    book.receive(list(shop.shelf.entries()))
    assert access.visit(other.db, "s", NOW_MS + 1) is not None
    access.sign_out(Desk(other.db, book), shop.ids["1"], ("s",))
    theirs = [entry for entry in other.entries() if entry.origin == other.origin]
    shop.desk.book.receive(theirs)
    assert not shop.is_in("s")
    assert dump(shop.shelf) == dump(other)


def test_the_tables_are_what_the_journal_folds_to(shop: Shop) -> None:
    for _ in range(6):
        shop.guess("1", NOW_MS)
    shop.come_in("2", "s")
    access.sign_out(shop.desk, shop.ids["2"], ("s",))
    assert shop.shelf.differences() == ()
    assert schema.SCHEMA_VERSION == 7
