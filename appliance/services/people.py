"""Employees, their PINs, and signing in.

A PIN is kept as argon2id over an HMAC of it with the shop's pepper, keys in a file that is not part of the journal
(`pepper`): four digits alone would be guessed from a stolen journal in minutes. After five wrong tries the register
waits 30 seconds, then twice as long after each further one; each try is recorded before it is checked.
"""

import hmac
from pathlib import Path
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from appliance.journal.clock_kinds import PinProved
from appliance.journal.kinds import EmployeeAdded, PinTried, SignedIn, SignedOut
from appliance.messages import PersonView
from appliance.problems import Refusal
from appliance.services import pepper
from appliance.services.catalogue_texts import refuse_signs
from appliance.services.desk import Desk
from appliance.services.pepper import Ring
from appliance.store.database import Database
from appliance.store.statements import Statement, slot
from appliance.store.tables import Employee, PinTry

ROLES: Final = ("cashier", "manager", "owner")
MANAGERS: Final = ("manager", "owner")
LEAST_DIGITS: Final = 4
LONGEST_NUMBER: Final = 12
FREE_TRIES: Final = 5
FIRST_WAIT_MS: Final = 30_000
LONGEST_WAIT_MS: Final = 3_600_000

_EVERYONE: Final = Statement(
    lambda: Employee.select(
        Employee.id, Employee.number, Employee.name, Employee.role, Employee.active
    ).order_by(Employee.name, Employee.id)
)
_FIND: Final = Statement(
    lambda: (
        Employee.select(
            Employee.id,
            Employee.number,
            Employee.name,
            Employee.role,
            Employee.pin_hash,
            Employee.active,
            Employee.language,
        )
        .where((Employee.id == slot()) | (Employee.number == slot()))
        .order_by(Employee.active.desc(), Employee.id)
    )
)
"""By id or number: a number of somebody who has left may be another's now."""

_NUMBERED: Final = Statement(
    lambda: Employee.select(Employee.id).where(
        (Employee.number == slot()) & (Employee.active == slot())
    )
)
_TRIES: Final = Statement(
    lambda: PinTry.select(PinTry.tries, PinTry.last_at_ms).where(
        (PinTry.employee == slot()) & (PinTry.origin == slot())
    )
)


class WrongPin(Refusal):
    """The PIN is not this employee's."""

    code = "wrong_pin"


class WaitBeforePin(Refusal):
    """Too many wrong PINs: none is taken until `until_ms`."""

    code = "wait_before_pin"


class NumberTaken(Refusal):
    """Another employee has this number."""

    code = "number_taken"


class BadNumber(Refusal):
    """A number of an employee is made of letters and digits, `most` at most; ids have a dash besides."""

    code = "bad_number"


class NameNeeded(Refusal):
    """A person or a job without a name."""

    code = "name_needed"


class NoSuchEmployee(Refusal):
    """Nobody active has this id or number."""

    code = "no_such_employee"


class ManagersOnly(Refusal):
    """Only managers may do this."""

    code = "managers_only"


class PinTooShort(Refusal):
    """A PIN has at least four digits, and nothing but digits."""

    code = "pin_too_short"


class Pins:
    """Makes and checks PIN hashes with the shop's ring of keys: new ones with the first, checked with each."""

    def __init__(self, key: bytes | Ring, hasher: PasswordHasher) -> None:
        """`key` is one key in memory, or the ring of a store."""
        self.ring: Final = key if isinstance(key, Ring) else Ring((key,))
        self.hasher: Final = hasher

    @property
    def pepper(self) -> bytes:
        """The key for new hashes."""
        return self.ring.keys[0]

    def hash(self, pin: str) -> str:
        """The argon2id hash to store. Takes some tens of milliseconds."""
        return self.hasher.hash(_peppered(self.pepper, pin))

    def fits(self, pin: str, stored: str) -> bool:
        """Whether the PIN is the one that was hashed. Takes some tens of milliseconds, for each key of the ring."""
        return any(self._fits(key, pin, stored) for key in self.ring.keys)

    def _fits(self, key: bytes, pin: str, stored: str) -> bool:
        try:
            return self.hasher.verify(stored, _peppered(key, pin))
        except (VerifyMismatchError, InvalidHashError):
            return False


def pins(folder: Path) -> Pins:
    """The PIN keeper of a store, with the ring from its folder; see `pepper.of_store`. Raises `StoreReadOnly`.

    The cost is OWASP's second recommended setting (19 MiB, 2 passes, 1 lane): about 20 ms here, 200 ms on a Pi.
    """
    hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
    return Pins(pepper.of_store(folder), hasher)


def _peppered(key: bytes, pin: str) -> str:
    return hmac.new(key, pin.encode(), "sha256").hexdigest()


def active(db: Database) -> tuple[PersonView, ...]:
    """Everyone who works here, by name."""
    return tuple(person for person, is_here in everyone(db) if is_here)


def everyone(db: Database) -> tuple[tuple[PersonView, bool], ...]:
    """Everyone who works or ever worked here, by name, and whether they do."""
    return tuple(
        (PersonView(id=row[0], number=row[1], name=row[2], role=row[3]), bool(row[4]))
        for row in db.rows(_EVERYONE)
    )


def names(db: Database) -> dict[str, str]:
    """What everybody is called who ever worked here, by id and in the order of their names."""
    return {person.id: person.name for person, _ in everyone(db)}


def add(
    desk: Desk,
    keeper: Pins,
    *,
    number: str,
    name: str,
    role: str,
    pin: str,
    actor: str,
    language: str = "",
) -> str:
    """A new employee; answers their id. Raises `BadNumber`, `NumberTaken`, `NameNeeded`, `PinTooShort`."""
    refuse_number(desk.db, number)
    added = EmployeeAdded(
        number=number,
        name=named(name),
        role=role,
        pin_hash=hash_of(keeper, pin),
        language=language,
    )
    return desk.book.record(actor, added)[0].id


def hash_of(keeper: Pins, pin: str) -> str:
    """What is stored of a new PIN. Takes some tens of milliseconds. Raises `PinTooShort`."""
    if len(pin) < LEAST_DIGITS or not (pin.isascii() and pin.isdigit()):
        raise PinTooShort(least=LEAST_DIGITS)
    return keeper.hash(pin)


def named(name: str) -> str:
    """A name without the blanks around it. Raises `NameNeeded`, `Unprintable`."""
    if not name.strip():
        raise NameNeeded
    refuse_signs(name.strip(), "name")
    return name.strip()


def refuse_number(db: Database, number: str, but: str = "") -> None:
    """Raises `BadNumber`, and `NumberTaken` where somebody else (not `but`) who works here has it."""
    if not (number.isascii() and number.isalnum()) or len(number) > LONGEST_NUMBER:
        raise BadNumber(most=LONGEST_NUMBER)
    if any(row[0] != but for row in db.rows(_NUMBERED, number, 1)):
        raise NumberTaken(number=number)


def find(db: Database, who: str) -> PersonView:
    """An active employee by id or number. Raises `NoSuchEmployee`."""
    row = db.row(_FIND, who, who)
    if row is None or not row[5]:
        raise NoSuchEmployee(who=who)
    return PersonView(id=row[0], number=row[1], name=row[2], role=row[3])


def known(db: Database, who: str) -> PersonView:
    """An employee by id or number, also one who has left. Raises `NoSuchEmployee`."""
    row = db.row(_FIND, who, who)
    if row is None:
        raise NoSuchEmployee(who=who)
    return PersonView(id=row[0], number=row[1], name=row[2], role=row[3])


def is_active(db: Database, employee: str) -> bool:
    """Whether this employee (id) is among those who work here."""
    row = db.row(_FIND, employee, "")
    return row is not None and bool(row[5])


def language_of(db: Database, employee: str) -> str:
    """The language that an employee (id) wants to be spoken to in; empty for the shop's."""
    row = db.row(_FIND, employee, "")
    return "" if row is None else str(row[6])


def refuse_but_managers(person: PersonView | None) -> None:
    """Raises `ManagersOnly` for a cashier, and for nobody."""
    if person is None or person.role not in MANAGERS:
        raise ManagersOnly


def sign_in(desk: Desk, keeper: Pins, who: str, pin: str, now_ms: int) -> PersonView:
    """Sign in by id or number and PIN. Takes some tens of milliseconds.

    Raises `NoSuchEmployee`, `WrongPin`, `WaitBeforePin` (with `until_ms`).
    """
    person = prove(desk, keeper, who, pin, now_ms)
    desk.book.record(person.id, SignedIn(employee=person.id))
    return person


def prove_at_clock(desk: Desk, keeper: Pins, who: str, pin: str, now_ms: int) -> PersonView:
    """Who is at the time clock, by id or number and PIN; raises as `sign_in`. Signs nobody in."""
    person = prove(desk, keeper, who, pin, now_ms)
    desk.book.record(person.id, PinProved(employee=person.id))
    return person


def prove(desk: Desk, keeper: Pins, who: str, pin: str, now_ms: int) -> PersonView:
    """Who it is, proved by the PIN; raises as `sign_in`. The try counts until an entry that follows clears it."""
    row = desk.db.row(_FIND, who, who)
    if row is None or not row[5]:
        raise NoSuchEmployee(who=who)
    employee, number, name, role, stored, *_ = row
    until_ms = waits_until(desk.db, employee, desk.origin)
    if now_ms < until_ms:
        raise WaitBeforePin(until_ms=until_ms)
    desk.book.record(employee, PinTried(employee=employee))
    if not keeper.fits(pin, stored):
        until_ms = waits_until(desk.db, employee, desk.origin)
        if until_ms > now_ms:
            raise WaitBeforePin(until_ms=until_ms)
        raise WrongPin
    return PersonView(id=employee, number=number, name=name, role=role)


def sign_out(desk: Desk, employee: str) -> None:
    """Lock the register."""
    desk.book.record(employee, SignedOut(employee=employee))


def waits_until(db: Database, employee: str, origin: str) -> int:
    """Until when no PIN of this employee is taken on this register; 0 where one is taken now."""
    row = db.row(_TRIES, employee, origin)
    if row is None or row[0] < FREE_TRIES:
        return 0
    tries, last_at_ms = row
    wait_ms = min(FIRST_WAIT_MS << min(tries - FREE_TRIES, 16), LONGEST_WAIT_MS)
    return int(last_at_ms + wait_ms)
