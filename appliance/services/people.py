"""Employees, their PINs, and signing in.

A PIN is kept as argon2id over an HMAC of it with the shop's pepper, a key in a file that is not part of the journal:
four digits alone would be guessed from a stolen journal in minutes. After five wrong tries the register waits 30
seconds, then twice as long after each further one; each try is recorded before it is checked.
"""

import hmac
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from appliance import whole_file
from appliance.journal.clock_kinds import PinProved
from appliance.journal.kinds import EmployeeAdded, PinTried, SignedIn, SignedOut
from appliance.messages import PersonView
from appliance.problems import Refusal
from appliance.services.desk import Desk
from appliance.store.database import Database, StoreReadOnly
from appliance.store.statements import Statement, slot
from appliance.store.tables import Employee, PinTry

ROLES: Final = ("cashier", "manager", "owner")
MANAGERS: Final = ("manager", "owner")
FREE_TRIES: Final = 5
FIRST_WAIT_MS: Final = 30_000
LONGEST_WAIT_MS: Final = 3_600_000
_PEPPER_BYTES: Final = 32

_ACTIVE: Final = Statement(
    lambda: Employee.select(
        Employee.id, Employee.number, Employee.name, Employee.role, Employee.active
    ).order_by(Employee.name, Employee.id)
)
_FIND: Final = Statement(
    lambda: Employee.select(
        Employee.id,
        Employee.number,
        Employee.name,
        Employee.role,
        Employee.pin_hash,
        Employee.active,
    ).where((Employee.id == slot()) | (Employee.number == slot()))
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


class NoSuchEmployee(Refusal):
    """Nobody active has this id or number."""

    code = "no_such_employee"


class ManagersOnly(Refusal):
    """Only managers may do this."""

    code = "managers_only"


class PinTooShort(Refusal):
    """A PIN has at least four digits, and nothing but digits."""

    code = "pin_too_short"


@dataclass(frozen=True, slots=True)
class Pins:
    """Makes and checks PIN hashes with the shop's pepper."""

    pepper: bytes
    hasher: PasswordHasher

    def hash(self, pin: str) -> str:
        """The argon2id hash to store. Takes some tens of milliseconds."""
        return self.hasher.hash(self._peppered(pin))

    def fits(self, pin: str, stored: str) -> bool:
        """Whether the PIN is the one that was hashed. Takes some tens of milliseconds."""
        try:
            return self.hasher.verify(stored, self._peppered(pin))
        except (VerifyMismatchError, InvalidHashError):
            return False

    def _peppered(self, pin: str) -> str:
        return hmac.new(self.pepper, pin.encode(), "sha256").hexdigest()


def pins(folder: Path) -> Pins:
    """The PIN keeper of a store, with the pepper from its folder; made at the first use, readable by its owner only.

    The cost is OWASP's second recommended setting (19 MiB, 2 passes, 1 lane): about 20 ms here, 200 ms on a Pi.
    """
    path = folder / "pepper.key"
    try:
        pepper = path.read_bytes() if path.exists() else b""
        if len(pepper) != _PEPPER_BYTES:
            pepper = _new_pepper(path)
    except OSError as why:
        raise StoreReadOnly(path=str(path), why=why.strerror or "") from why
    return Pins(pepper, PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1))


def _new_pepper(path: Path) -> bytes:
    """A pepper that is whole on the disk before any PIN is hashed with it."""
    pepper = secrets.token_bytes(_PEPPER_BYTES)
    whole_file.write(path, pepper, whole_file.FOR_ITS_OWNER)
    return pepper


def active(db: Database) -> tuple[PersonView, ...]:
    """Everyone who may sign in, by name."""
    return tuple(
        PersonView(id=row[0], number=row[1], name=row[2], role=row[3])
        for row in db.rows(_ACTIVE)
        if row[4]
    )


def names(db: Database) -> dict[str, str]:
    """What everybody is called who ever worked here, by id and in the order of their names."""
    return {row[0]: row[2] for row in db.rows(_ACTIVE)}


def add(
    desk: Desk, keeper: Pins, *, number: str, name: str, role: str, pin: str, actor: str
) -> None:
    """A new employee. Raises `PinTooShort`, `NumberTaken`."""
    least = 4
    if desk.db.row(_FIND, number, number) is not None:
        raise NumberTaken(number=number)
    if len(pin) < least or not pin.isdigit():
        raise PinTooShort(least=least)
    hashed = keeper.hash(pin)
    desk.book.record(actor, EmployeeAdded(number=number, name=name, role=role, pin_hash=hashed))


def find(db: Database, who: str) -> PersonView:
    """An active employee by id or number. Raises `NoSuchEmployee`."""
    row = db.row(_FIND, who, who)
    if row is None or not row[5]:
        raise NoSuchEmployee(who=who)
    return PersonView(id=row[0], number=row[1], name=row[2], role=row[3])


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
    employee, number, name, role, stored, _ = row
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
