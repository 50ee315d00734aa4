"""Coming in over the web: who may, with what, for how long, and how often somebody may guess.

People are the employees of the journal. Managers and owners may have a password, cashiers where the owner allows it.
Every try is an entry before it is checked. After five wrong ones a person waits 30 seconds at the address from which
they came, then twice as long after each further one; after twenty from wherever, at every address. A name that is
nobody's is treated in every respect as one that is somebody's, so that nobody learns who works here.

A session is known by the SHA-256 of what the browser holds. It counts while the password under which it began does,
while whoever it is works here and has a role that may come in, for twelve hours at most.
"""

import hashlib
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from appliance.domain import calendar
from appliance.journal.access_kinds import (
    PasswordProved,
    PasswordTried,
    WebRefused,
    WebSignedIn,
    WebSignedOut,
)
from appliance.journal.body import Body
from appliance.messages import PersonView
from appliance.problems import Refusal
from appliance.services import pay_rules, people, staff
from appliance.services.desk import Desk, at_once
from appliance.services.passwords import keyed
from appliance.services.people import FIRST_WAIT_MS, FREE_TRIES, LONGEST_WAIT_MS, MANAGERS
from appliance.services.staff import OWNER
from appliance.store.database import Database
from appliance.store.projections import edits
from appliance.store.projections.access import ACCESS
from appliance.store.statements import Statement, slot
from appliance.store.tables import WebSession, WebSessionEnd, WebTry

SESSION_MS: Final = 12 * 3_600_000
FREE_TRIES_IN_ALL: Final = 20
LONGEST_AGENT: Final = 200
_NOBODY: Final = "?"

_TRIES: Final = Statement(
    lambda: WebTry.select(WebTry.tries, WebTry.last_at_ms).where(
        (WebTry.who == slot()) & (WebTry.address == slot()) & (WebTry.origin == slot())
    )
)
_SESSION: Final = Statement(
    lambda: WebSession.select(
        WebSession.employee,
        WebSession.password,
        WebSession.begun_at_ms,
        WebSession.until_ms,
        WebSession.second,
    ).where(WebSession.session == slot())
)
_ENDED: Final = Statement(
    lambda: WebSessionEnd.select(WebSessionEnd.id).where(WebSessionEnd.session == slot())
)
_OWN_SESSIONS: Final = Statement(
    lambda: (
        WebSession.select(
            WebSession.session,
            WebSession.password,
            WebSession.begun_at_ms,
            WebSession.address,
            WebSession.agent,
        )
        .where((WebSession.employee == slot()) & (WebSession.until_ms > slot()))
        .order_by(WebSession.begun_at_ms.desc(), WebSession.id)
    )
)


class WrongSignIn(Refusal):
    """Nobody comes in with this name and password; it is not said which of the two is wrong."""

    code = "wrong_sign_in"


class WaitBeforePassword(Refusal):
    """Too many wrong tries: none is taken until `until_ms`."""

    code = "wait_before_password"


@dataclass(frozen=True, slots=True)
class WebRules:
    """Who comes in. `second_factor`: only with one; `cashiers`: they may have a password."""

    second_factor: bool = False
    cashiers: bool = False


@dataclass(frozen=True, slots=True)
class Password:
    """A password that counts: the entry that set it, its hash, and when it was set."""

    entry: str
    stored: str
    set_at_ms: int


@dataclass(frozen=True, slots=True)
class Asked:
    """A try that was noted. `person` is None, and `why` says why, where no password would do."""

    who: str
    address: str
    person: PersonView | None
    password: Password | None
    has_second: bool = False
    why: str = ""


@dataclass(frozen=True, slots=True)
class Visit:
    """A session that counts. `needs_second`: the shop wants a second factor, and this person has none yet."""

    person: PersonView
    session: str
    begun_at_ms: int
    needs_second: bool


@dataclass(frozen=True, slots=True)
class OwnSession:
    """One of somebody's sessions."""

    session: str
    begun_at_ms: int
    address: str
    agent: str


# --------------------------------------------------------------------------- looking


def rules(db: Database) -> WebRules:
    """What the owner wants."""
    told = edits.of_thing(db, ACCESS)
    return WebRules(bool(told.get("second_factor", False)), bool(told.get("cashiers", False)))


def may_have_web(db: Database, person: PersonView) -> bool:
    """Whether somebody of this role comes in at all."""
    return person.role in MANAGERS or rules(db).cashiers


def password_of(db: Database, employee: str) -> Password | None:
    """The password that counts; None where there is none."""
    told: Any = edits.of_thing(db, ACCESS + employee).get("password")
    return Password(*told) if told and told[1] else None


def has_second(db: Database, employee: str) -> bool:
    """Whether an authenticator app is asked for."""
    return bool(edits.of_thing(db, ACCESS + employee).get("second"))


def owners(db: Database) -> tuple[PersonView, ...]:
    """The owners who work here."""
    return tuple(one for one in people.active(db) if one.role == OWNER)


def is_begun(db: Database) -> bool:
    """Whether any owner has a password: before that, only a code from the console lets anybody in."""
    return any(password_of(db, one.id) is not None for one in owners(db))


def visit(db: Database, session: str, now_ms: int) -> Visit | None:
    """The session (SHA-256, hex) if it counts at `now_ms`, however long nobody did anything in it."""
    row = db.row(_SESSION, session)
    if row is None or db.row(_ENDED, session) is not None:
        return None
    employee, password_entry, begun_at_ms, until_ms, _second = row
    person = _here(db, employee, now_ms)
    password = password_of(db, employee)
    if person is None or password is None or password.entry != password_entry:
        return None
    if not begun_at_ms - SESSION_MS < now_ms < until_ms or not may_have_web(db, person):
        return None
    needs = rules(db).second_factor and not has_second(db, employee)
    return Visit(person, session, begun_at_ms, needs)


def own_sessions(db: Database, employee: str, now_ms: int) -> tuple[OwnSession, ...]:
    """The sessions of somebody that count, the newest first."""
    password = password_of(db, employee)
    return tuple(
        OwnSession(session, begun_at_ms, address, agent)
        for session, entry, begun_at_ms, address, agent in db.rows(_OWN_SESSIONS, employee, now_ms)
        if password is not None and entry == password.entry and db.row(_ENDED, session) is None
    )


def waits_until(db: Database, who: str, address: str, origin: str) -> int:
    """Until when nothing of this person is checked that comes from there; 0 where it is checked now."""
    return max(
        _wait(db.row(_TRIES, who, address, origin), FREE_TRIES),
        _wait(db.row(_TRIES, who, "", origin), FREE_TRIES_IN_ALL),
    )


def find(db: Database, name: str) -> PersonView | None:
    """Who is meant by a number, or by a name that only one person has; None for nobody who works here."""
    wanted = _plain(name)
    everybody = people.active(db)
    found = [one for one in everybody if _plain(one.number) == wanted] or [
        one for one in everybody if _plain(one.name) == wanted
    ]
    return found[0] if len(found) == 1 else None


# --------------------------------------------------------------------------- signing in


@at_once
def ask(desk: Desk, key: bytes, name: str, address: str, now_ms: int) -> Asked | WaitBeforePassword:
    """Somebody types a name and a password: notes the try, and answers what the password is to be checked by.

    Of a name that is nobody's a keyed hash is noted, because it may be a password, typed into the wrong field. A
    refusal is answered, not raised, where it must not take back what was noted.
    """
    person = find(desk.db, name)
    nobody = _NOBODY + keyed(key, "name", _plain(name))[:16]
    who = nobody if person is None else person.id
    until_ms = waits_until(desk.db, who, address, desk.origin)
    if now_ms < until_ms:
        return WaitBeforePassword(until_ms=until_ms)
    desk.book.record(who if person else "", PasswordTried(who, address))
    if person is None:
        return Asked(who, address, None, None, why="unknown_name")
    password = password_of(desk.db, person.id)
    why = ""
    if _here(desk.db, person.id, now_ms) is None:
        why = "left"
    elif not may_have_web(desk.db, person):
        why = "no_web"
    elif password is None:
        why = "no_password"
    return Asked(
        who, address, None if why else person, password, has_second(desk.db, person.id), why
    )


@at_once
def ask_code(
    desk: Desk, employee: str, address: str, now_ms: int, what: str = "code"
) -> Asked | WaitBeforePassword:
    """The same for a code, or the password once more, of somebody who is known already."""
    until_ms = waits_until(desk.db, employee, address, desk.origin)
    if now_ms < until_ms:
        return WaitBeforePassword(until_ms=until_ms)
    desk.book.record(employee, PasswordTried(employee, address, what))
    return Asked(
        employee,
        address,
        _here(desk.db, employee, now_ms),
        password_of(desk.db, employee),
        has_second(desk.db, employee),
    )


@at_once
def refused(desk: Desk, asked: Asked, why: str, now_ms: int) -> Refusal:
    """A try was wrong; notes it and answers what is said, which is the same whatever was wrong."""
    is_person = not asked.who.startswith(_NOBODY)
    told = WebRefused(asked.who, asked.address, asked.why or why)
    desk.book.record(asked.who if is_person else "", told)
    until_ms = waits_until(desk.db, asked.who, asked.address, desk.origin)
    return WaitBeforePassword(until_ms=until_ms) if until_ms > now_ms else WrongSignIn()


@at_once
def sign_in(
    desk: Desk,
    asked: Asked,
    session: str,
    agent: str,
    now_ms: int,
    also: Sequence[Body] = (),
    *,
    second: bool = False,
) -> None:
    """A session begins, of which `session` is the SHA-256 (hex). Raises `WrongSignIn` if all changed meanwhile."""
    assert asked.person is not None
    employee = asked.person.id
    password = password_of(desk.db, employee)
    if password is None or password != asked.password:
        raise WrongSignIn
    begun = WebSignedIn(
        employee=employee,
        session=session,
        password=password.entry,
        until_ms=now_ms + SESSION_MS,
        address=asked.address,
        agent=agent[:LONGEST_AGENT],
        second=second,
    )
    desk.book.record(employee, *also, begun)


def proved(desk: Desk, employee: str, address: str) -> None:
    """Somebody who is signed in typed their password once more, and rightly: it does not count as a wrong try."""
    desk.book.record(employee, PasswordProved(employee, address))


@at_once
def sign_out(desk: Desk, employee: str, sessions: Sequence[str], why: str = "own") -> None:
    """Sessions end. Ending one that is over changes nothing."""
    open_ones = [one for one in sessions if desk.db.row(_ENDED, one) is None]
    desk.book.record(employee, *(WebSignedOut(employee, one, why) for one in open_ones))


def note_refusal(desk: Desk, person: PersonView, address: str, what: str) -> None:
    """Somebody wanted what is not for their role."""
    desk.book.record(person.id, WebRefused(person.id, address, "role", what))


# --------------------------------------------------------------------------- helpers


def session_mark(held: str) -> str:
    """What is kept of what the browser holds."""
    return hashlib.sha256(held.encode()).hexdigest()


def _here(db: Database, employee: str, now_ms: int) -> PersonView | None:
    """Whoever works here, up to the end of their last day."""
    if not people.is_active(db, employee):
        return None
    left_day = staff.details(db, employee).left_day
    if left_day and left_day < calendar.day_of(now_ms, pay_rules.read(db).zone).isoformat():
        return None
    return people.known(db, employee)


def _wait(row: Any, free: int) -> int:  # noqa: ANN401 - a row
    if row is None or row[0] < free:
        return 0
    tries, last_at_ms = row
    return int(last_at_ms + min(FIRST_WAIT_MS << min(tries - free, 16), LONGEST_WAIT_MS))


def _plain(name: str) -> str:
    return unicodedata.normalize("NFC", name).strip().casefold()
