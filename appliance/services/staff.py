"""The people who work here: what is changed about them, by whom, and from which day to which they are here.

Nothing is ever deleted: whoever leaves stays in the books with all that they did, and may come back. Managers change
people, but not owners; nobody changes their own role; and somebody must always be left who may manage.
"""

import datetime
from dataclasses import dataclass
from typing import Any, Final

import msgspec
from msgspec import UNSET

from appliance.journal.body import Body
from appliance.journal.kinds import EmployeeAdded, EmployeeChanged
from appliance.journal.staff_kinds import EmployeeDetailed
from appliance.messages import PersonView
from appliance.problems import Refusal
from appliance.services import badges, pay_rules, people
from appliance.services.badges import Held
from appliance.services.catalogue_texts import refuse_signs
from appliance.services.desk import Desk, at_once
from appliance.services.pay_rules import Rate, RateFrom
from appliance.services.people import MANAGERS, ROLES, Pins
from appliance.services.shop import UnknownSetting
from appliance.store.database import Database
from appliance.store.projections import edits
from appliance.store.projections.staff import PERSON
from appliance.store.statements import Statement, slot
from appliance.store.tables import Edit
from appliance.words import LANGUAGES

OWNER: Final = "owner"
SEXES: Final = ("", "female", "male", "other")
LONGEST_TEXT: Final = 200

_DETAIL: Final = Statement(
    lambda: Edit.select(Edit.thing, Edit.value).where(
        (Edit.thing >= slot()) & (Edit.thing < slot()) & (Edit.field == slot())
    )
)


class OwnersOnly(Refusal):
    """Only owners may do this: make somebody an owner, or change one."""

    code = "owners_only"


class NotYourself(Refusal):
    """Nobody changes their own role."""

    code = "not_your_own_role"


class LastManager(Refusal):
    """Nobody else would be left who may manage the shop: `name`."""

    code = "last_manager"


class LastOwner(Refusal):
    """No other owner would be left: `name`."""

    code = "last_owner"


class NotHereYet(Refusal):
    """The first day of an employee is still to come: `name`, `day`."""

    code = "not_here_yet"


class NoLongerHere(Refusal):
    """The last day of an employee is over: `name`, `day`."""

    code = "no_longer_here"


class LastBeforeFirst(Refusal):
    """The last day of an employee lies before the first one: `day`."""

    code = "last_before_first"


class Details(msgspec.Struct, frozen=True):
    """What the records say of an employee; see `EmployeeDetailed`. What nobody told is empty."""

    address: str = ""
    born_day: str = ""
    sex: str = ""
    occupation: str = ""
    hired_day: str = ""
    left_day: str = ""


@dataclass(frozen=True, slots=True)
class OwnData:
    """What an employee may see of themselves: everything, but for a badge's number, which nobody knows.

    `jobs` are code and name. `rate` is paid on the day of the question where no job is said, None where none is agreed;
    `rates` are all that were ever agreed, with the days from which they count.
    """

    person: PersonView
    language: str
    details: Details
    badges: tuple[Held, ...]
    jobs: dict[str, str]
    rate: Rate | None
    rates: tuple[RateFrom, ...]


# --------------------------------------------------------------------------- looking


def details(db: Database, employee: str) -> Details:
    """What the records say of an employee (id)."""
    told = edits.of_thing(db, PERSON + employee)
    return Details(**{name: str(told.get(name, "")) for name in Details.__struct_fields__})


def days_of(db: Database, field: str) -> dict[str, str]:
    """One of the `Details`, such as `left_day`, of everybody of whom it was told, by id."""
    after = f"{PERSON[:-1]};"
    found = {
        thing.removeprefix(PERSON): msgspec.json.decode(value, type=str)
        for thing, value in db.rows(_DETAIL, PERSON, after, field)
    }
    return {employee: day for employee, day in found.items() if day}


def own_data(db: Database, employee: str, day: datetime.date) -> OwnData:
    """What an employee (id or number) may see of themselves on a `day`. Raises `NoSuchEmployee`."""
    person = people.known(db, employee)
    return OwnData(
        person=person,
        language=people.language_of(db, person.id),
        details=details(db, person.id),
        badges=badges.held_by(db, person.id),
        jobs=pay_rules.jobs_of(db, person.id),
        rate=pay_rules.rates_of(db, person.id).at("", day),
        rates=pay_rules.rate_list(db, person.id),
    )


def refuse_before_first_day(desk: Desk, employee: str, day: str) -> None:
    """Raises `NotHereYet` on a day before their first one, and `NoSuchEmployee`. A wrong clock may show any day."""
    person = people.find(desk.db, employee)
    hired_day = details(desk.db, person.id).hired_day
    if hired_day > day and desk.book.clock_ok:
        raise NotHereYet(name=person.name, day=hired_day)


def refuse_after_last_day(desk: Desk, employee: str, day: str) -> None:
    """Raises `NoLongerHere` after their last day, and `NoSuchEmployee`. A wrong clock may show any day."""
    person = people.find(desk.db, employee)
    left_day = details(desk.db, person.id).left_day
    if left_day and left_day < day and desk.book.clock_ok:
        raise NoLongerHere(name=person.name, day=left_day)


def here_on(db: Database, day: str) -> tuple[PersonView, ...]:
    """Everyone who works here and whose last day is not over on a day, by name: who may sign in."""
    left = days_of(db, "left_day")
    return tuple(one for one in people.active(db) if left.get(one.id, day) >= day)


# --------------------------------------------------------------------------- changing


@at_once
def add(
    desk: Desk, keeper: Pins, new: EmployeeAdded, pin: str, hired_day: str, actor: PersonView
) -> str:
    """Somebody new, of whom `new` says all but the PIN; answers their id. `hired_day` may be to come, or empty.

    Raises what `people.add` raises, and `OwnersOnly`, `UnknownSetting`, `NotADay`.
    """
    _refuse_role(actor, new.role)
    _refuse_language(new.language)
    if hired_day:
        pay_rules.day(hired_day)
    employee = people.add(
        desk,
        keeper,
        number=new.number,
        name=new.name,
        role=new.role,
        pin=pin,
        actor=actor.id,
        language=new.language,
    )
    if hired_day:
        desk.book.record(actor.id, EmployeeDetailed(employee, hired_day=hired_day))
    return employee


@at_once
def change(desk: Desk, edit: EmployeeChanged, actor: PersonView) -> PersonView:
    """Name, number, role or language; what is as it was is not noted again. Answers who it is now.

    Raises `NoSuchEmployee`, `OwnersOnly`, `NotYourself`, `LastManager`, `LastOwner`, `NameNeeded`, `BadNumber`,
    `NumberTaken`, `UnknownSetting`.
    """
    person = people.known(desk.db, edit.employee)
    _refuse_to_touch(actor, person)
    told: dict[str, Any] = {}
    if edit.name is not UNSET:
        told["name"] = people.named(edit.name)
    if edit.number is not UNSET:
        told["number"] = edit.number
        if edit.number != person.number:
            people.refuse_number(desk.db, edit.number, person.id)
    if edit.language is not UNSET:
        _refuse_language(edit.language)
        told["language"] = edit.language
    if edit.role is not UNSET and edit.role != person.role:
        _refuse_role(actor, edit.role)
        if person.id == actor.id:
            raise NotYourself
        _refuse_to_lose(desk.db, person, edit.role)
        told["role"] = edit.role
    held = {
        "name": person.name,
        "number": person.number,
        "role": person.role,
        "language": people.language_of(desk.db, person.id),
    }
    told = {field: value for field, value in told.items() if value != held[field]}
    if told:
        desk.book.record(actor.id, EmployeeChanged(employee=person.id, **told))
    return people.known(desk.db, person.id)


@at_once
def new_pin(desk: Desk, keeper: Pins, employee: str, pin: str, actor: PersonView) -> PersonView:
    """Another PIN. Takes some tens of milliseconds. Raises `NoSuchEmployee`, `OwnersOnly`, `PinTooShort`."""
    person = people.known(desk.db, employee)
    _refuse_to_touch(actor, person)
    hashed = people.hash_of(keeper, pin)
    desk.book.record(actor.id, EmployeeChanged(employee=person.id, pin_hash=hashed))
    return person


@at_once
def describe(desk: Desk, edit: EmployeeDetailed, actor: PersonView) -> None:
    """What the records say, but for the last day.

    Raises `NoSuchEmployee`, `OwnersOnly`, `NotADay`, `UnknownSetting`, `LastBeforeFirst`, `Unprintable`.
    """
    person = people.known(desk.db, edit.employee)
    _refuse_to_touch(actor, person)
    held = details(desk.db, person.id)
    told = {}
    for field in ("address", "born_day", "sex", "occupation", "hired_day"):
        value = getattr(edit, field)
        if value is not UNSET and value.strip()[:LONGEST_TEXT] != getattr(held, field):
            told[field] = value.strip()[:LONGEST_TEXT]
            refuse_signs(told[field], field)
    for field in ("born_day", "hired_day"):
        if told.get(field):
            pay_rules.day(told[field])
    if "sex" in told and told["sex"] not in SEXES:
        raise UnknownSetting(setting="sex", value=told["sex"], known=", ".join(SEXES[1:]))
    if held.left_day and told.get("hired_day", "") > held.left_day:
        raise LastBeforeFirst(day=held.left_day)
    if told:
        desk.book.record(actor.id, EmployeeDetailed(person.id, **told))


@at_once
def leave(desk: Desk, employee: str, last_day: str, actor: PersonView, today: str) -> bool:
    """Somebody leaves, with their last day; answers whether they are gone now.

    Where the last day is today or over they can neither sign in nor punch from now on; where it is to come, they can
    up to its end. All that they did stays, and so does what is owed to them.

    Raises `NoSuchEmployee`, `OwnersOnly`, `LastManager`, `LastOwner`, `NotADay`, `LastBeforeFirst`.
    """
    person = people.find(desk.db, employee)
    _refuse_to_touch(actor, person)
    pay_rules.day(last_day)
    if details(desk.db, person.id).hired_day > last_day:
        raise LastBeforeFirst(day=last_day)
    _refuse_to_lose(desk.db, person, "")
    told: list[Body] = [EmployeeDetailed(person.id, left_day=last_day)]
    is_gone = last_day <= today
    if is_gone:
        told.append(EmployeeChanged(employee=person.id, active=False))
    desk.book.record(actor.id, *told)
    return is_gone


@at_once
def come_back(desk: Desk, employee: str, first_day: str, actor: PersonView) -> PersonView:
    """Somebody works here again from `first_day` on, or stays after all (`first_day` empty).

    Raises `NoSuchEmployee`, `OwnersOnly`, `NotADay`, and `NumberTaken` where their number is another's now.
    """
    person = people.known(desk.db, employee)
    _refuse_to_touch(actor, person)
    people.refuse_number(desk.db, person.number, person.id)
    told = EmployeeDetailed(person.id, left_day="")
    if first_day:
        pay_rules.day(first_day)
        told = EmployeeDetailed(person.id, left_day="", hired_day=first_day)
    desk.book.record(actor.id, told, EmployeeChanged(employee=person.id, active=True))
    return person


# --------------------------------------------------------------------------- who may


def _refuse_to_touch(actor: PersonView, person: PersonView) -> None:
    """Managers change everybody but owners."""
    people.refuse_but_managers(actor)
    if person.role == OWNER and actor.role != OWNER:
        raise OwnersOnly


def _refuse_role(actor: PersonView, role: str) -> None:
    """Managers make cashiers and managers."""
    people.refuse_but_managers(actor)
    if role not in ROLES:
        raise UnknownSetting(setting="role", value=role, known=", ".join(ROLES))
    if role == OWNER and actor.role != OWNER:
        raise OwnersOnly


def _refuse_to_lose(db: Database, person: PersonView, role: str) -> None:
    """Whoever is the last to manage, or the last owner, stays; `role` is what they are to be, empty for nothing."""
    left = days_of(db, "left_day")
    others = {one.role for one in people.active(db) if one.id != person.id and one.id not in left}
    if person.role in MANAGERS and role not in MANAGERS and others.isdisjoint(MANAGERS):
        raise LastManager(name=person.name)
    if person.role == OWNER and role != OWNER and OWNER not in others:
        raise LastOwner(name=person.name)


def _refuse_language(language: str) -> None:
    if language and language not in LANGUAGES:
        raise UnknownSetting(setting="language", value=language, known=", ".join(LANGUAGES))
