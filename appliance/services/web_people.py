"""Who is let in over the web: passwords given, set and taken away, and the rules for all.

Owners decide. A code from the server's own console makes the first owner, or lets an owner set a password when no other
way is left; a code from an owner lets somebody else do it.
"""

from typing import Any, Final

from appliance.journal.access_kinds import (
    PasswordCodeGiven,
    PasswordSet,
    SecondFactorRemoved,
    WebRulesChanged,
)
from appliance.journal.kinds import EmployeeAdded
from appliance.messages import PersonView
from appliance.problems import Refusal
from appliance.services import access, people, shop
from appliance.services.access import Asked, Password, has_second, may_have_web, owners, password_of
from appliance.services.desk import Desk, at_once
from appliance.services.staff import OWNER, OwnersOnly
from appliance.store.database import Database
from appliance.store.projections import edits
from appliance.store.projections.access import ACCESS

CODE_MS: Final = 24 * 3_600_000
"""How long a code counts that an owner gave."""


class NoWebForRole(Refusal):
    """Somebody of this role does not come in over the web: `name`."""

    code = "no_web_for_role"


class WrongStartCode(Refusal):
    """The code is not the one that was given, or it is too old, or was used."""

    code = "wrong_start_code"


class OwnersThere(Refusal):
    """The shop has an owner already: one of them is to be chosen."""

    code = "owners_there"


def names_around(db: Database, person: PersonView) -> tuple[str, ...]:
    """What must not make up a password: the names of the person and of the shop."""
    return person.name, person.number, shop.read(db).name


@at_once
def set_password(desk: Desk, employee: str, stored: str, by: str, actor: str) -> Password:
    """Another password, of which `stored` is kept; every session of this person ends.

    Raises `NoSuchEmployee`, `NoWebForRole`.
    """
    person = people.find(desk.db, employee)
    if not may_have_web(desk.db, person):
        raise NoWebForRole(name=person.name)
    desk.book.record(actor, PasswordSet(person.id, stored, by))
    found = password_of(desk.db, person.id)
    assert found is not None
    return found


@at_once
def change_password(
    desk: Desk, employee: str, stored: str, session: str, address: str, agent: str, now_ms: int
) -> None:
    """Another password by the old one, which was proved: all sessions end, and one begins anew.

    Raises `NoSuchEmployee`, `NoWebForRole`.
    """
    is_second = has_second(desk.db, employee)
    password = set_password(desk, employee, stored, "own", employee)
    asked = Asked(employee, address, people.find(desk.db, employee), password)
    access.sign_in(desk, asked, session, agent, now_ms, second=is_second)


@at_once
def begin_again(desk: Desk, employee: str, stored: str, by: str) -> None:
    """A password by a code. One from the console also takes a second factor away, whose app may be lost.

    Raises `NoSuchEmployee`, `NoWebForRole`.
    """
    set_password(desk, employee, stored, by, employee)
    if by == "start_code" and has_second(desk.db, employee):
        desk.book.record(employee, SecondFactorRemoved(employee))


@at_once
def first_owner(desk: Desk, new: EmployeeAdded, stored: str) -> str:
    """The first person of the shop, an owner with a password; answers their id.

    Raises `OwnersThere`, `NameNeeded`, `BadNumber`, `NumberTaken`.
    """
    if owners(desk.db):
        raise OwnersThere
    people.refuse_number(desk.db, new.number)
    added = EmployeeAdded(
        number=new.number,
        name=people.named(new.name),
        role=OWNER,
        pin_hash=new.pin_hash,
        language=new.language,
    )
    employee = desk.book.record("", added)[0].id
    desk.book.record(employee, PasswordSet(employee, stored, "start_code"))
    return employee


@at_once
def give_code(desk: Desk, employee: str, code_hash: str, actor: PersonView, now_ms: int) -> None:
    """An owner gives somebody a code to set a password with. Raises `OwnersOnly`, `NoWebForRole`, `NoSuchEmployee`."""
    if actor.role != OWNER:
        raise OwnersOnly
    person = people.find(desk.db, employee)
    if not may_have_web(desk.db, person):
        raise NoWebForRole(name=person.name)
    desk.book.record(actor.id, PasswordCodeGiven(person.id, code_hash, now_ms + CODE_MS))


def code_of(db: Database, employee: str, now_ms: int) -> str:
    """The keyed hash of the code that was given to somebody and still counts; empty where there is none."""
    told: Any = edits.of_thing(db, ACCESS + employee).get("code")
    if not told or not told[1] - CODE_MS <= now_ms < told[1]:
        return ""
    return str(told[0])


@at_once
def take_password(desk: Desk, employee: str, actor: PersonView) -> None:
    """Somebody has no password any more, and is signed out everywhere. Raises `OwnersOnly`, `NoSuchEmployee`."""
    if actor.role != OWNER:
        raise OwnersOnly
    person = people.known(desk.db, employee)
    desk.book.record(actor.id, PasswordSet(person.id, "", "owner"))


@at_once
def change_rules(desk: Desk, edit: WebRulesChanged, actor: PersonView) -> None:
    """Who comes in. Raises `OwnersOnly`."""
    if actor.role != OWNER:
        raise OwnersOnly
    desk.book.record(actor.id, edit)
