"""Badges: whose they are. A badge says who somebody is, and a PIN proves it: badges are copied in seconds.

The id of a badge is never stored, only an HMAC of it with a key of the shop's, a file that is not part of the journal
(`pepper.key`, as for PINs): with a stolen journal alone nobody can make a badge. One card reads differently at
different readers, so it is kept under the hash of each form that it can take.
"""

import hmac
from dataclasses import dataclass
from typing import Final

from appliance.journal.device_kinds import BadgeGiven, BadgeTaken
from appliance.journal.staff_kinds import BadgeLabelled
from appliance.messages import PersonView
from appliance.problems import Refusal
from appliance.services import people
from appliance.services.catalogue_texts import refuse_signs
from appliance.services.desk import Desk, at_once
from appliance.services.people import Pins
from appliance.store.database import Database
from appliance.store.projections import edits
from appliance.store.projections.staff import BADGE, LABEL
from appliance.store.statements import Statement, slot
from appliance.store.tables import Badge
from drivers.badge import Badge as ReadBadge
from drivers.badge import is_random

_PURPOSE: Final = b"badge"
_OWNER: Final = Statement(
    lambda: Badge.select(Badge.employee, Badge.as_read).where(Badge.mark == slot())
)
_HOLDERS: Final = Statement(lambda: Badge.select(Badge.employee).distinct())
_OF_EMPLOYEE: Final = Statement(lambda: Badge.select(Badge.mark).where(Badge.employee == slot()))


_GIVEN_TO: Final = Statement(
    lambda: (
        Badge.select(Badge.given, Badge.given_at_ms)
        .where(Badge.employee == slot())
        .distinct()
        .order_by(Badge.given_at_ms, Badge.given)
    )
)
_GIVEN: Final = Statement(
    lambda: (
        Badge.select(Badge.employee, Badge.given)
        .where(Badge.employee.is_null(is_null=False))
        .distinct()
    )
)
_MARKS: Final = Statement(
    lambda: (
        Badge.select(Badge.mark, Badge.employee)
        .where(Badge.given == slot())
        .order_by(Badge.as_read.desc(), Badge.mark)
    )
)
LONGEST_LABEL: Final = 60

Marks = tuple[tuple[str, ...], ...]
"""Keyed hashes of a badge: for each key of the shop's, those of the badge's forms, the fullest first."""


class NoSuchBadge(Refusal):
    """No badge has this id, or it was taken back."""

    code = "no_such_badge"


@dataclass(frozen=True, slots=True)
class Held:
    """A badge that somebody has: `id` is the entry that gave it. Its number is not known to anybody."""

    id: str
    label: str
    given_at_ms: int


class UnknownBadge(Refusal):
    """The badge is nobody's."""

    code = "unknown_badge"


class BadgeChanges(Refusal):
    """What was held to the reader says another number each time, as telephones do: it would never be known again."""

    code = "badge_changes"


class BadgeHasOwner(Refusal):
    """The badge is somebody else's: `name`."""

    code = "badge_has_owner"


def marks(keeper: Pins, ids: tuple[tuple[str, str], ...]) -> Marks:
    """The keyed hashes of a badge's forms, given as `(form, id)`, the fullest first; those of each key of the ring."""
    return tuple(_marks_of(key, ids) for key in keeper.ring.keys)


def _marks_of(key: bytes, ids: tuple[tuple[str, str], ...]) -> tuple[str, ...]:
    return tuple(
        hmac.new(key, b"\0".join((_PURPOSE, form.encode(), text.encode())), "sha256").hexdigest()
        for form, text in ids
    )


def owner(db: Database, found: Marks) -> PersonView:
    """Whose badge it is. Raises `UnknownBadge`, also for somebody who no longer works here.

    A reader that tells less than the one at which the badge was given is believed, since all shorter forms were kept.
    One that tells more is believed only if what it tells ends in just what was read then.
    """
    for of_key in found:
        for place, mark in enumerate(of_key):
            row = db.row(_OWNER, mark)
            if row is None or row[0] is None or (place > 0 and not row[1]):
                continue
            for person in people.active(db):
                if person.id == row[0]:
                    return person
    raise UnknownBadge


def holders(db: Database) -> frozenset[str]:
    """The ids of those who have a badge, also of those who no longer work here."""
    return frozenset(row[0] for row in db.rows(_HOLDERS) if row[0] is not None)


def counts(db: Database) -> dict[str, int]:
    """How many badges each employee has who has any, by id."""
    found: dict[str, int] = {}
    for employee, _ in db.rows(_GIVEN):
        found[employee] = found.get(employee, 0) + 1
    return found


def held_by(db: Database, employee: str) -> tuple[Held, ...]:
    """The badges of an employee (id), the first one first."""
    return tuple(
        Held(badge, str(edits.of_thing(db, BADGE + badge).get(LABEL, "")), given_at_ms)
        for badge, given_at_ms in db.rows(_GIVEN_TO, employee)
    )


@at_once
def give(
    desk: Desk, keeper: Pins, employee: str, ids: tuple[tuple[str, str], ...], actor: str
) -> PersonView:
    """The badge, whose forms are `ids` (see `marks`), is this employee's (id or number) from now on.

    Raises `NoSuchEmployee`, `BadgeChanges`, and `BadgeHasOwner` where it is somebody else's.
    """
    person = people.find(desk.db, employee)
    if any(is_random(ReadBadge(text, form, "")) for form, text in ids):
        raise BadgeChanges
    found = marks(keeper, ids)
    try:
        before = owner(desk.db, found)
    except UnknownBadge:
        pass
    else:
        if before.id == person.id:
            return person
        raise BadgeHasOwner(name=before.name)
    desk.book.record(actor, BadgeGiven(employee=person.id, marks=found[0]))
    return person


@at_once
def take(desk: Desk, employee: str, actor: str) -> int:
    """None of the employee's badges is theirs any more; how many forms were known. Raises `NoSuchEmployee`."""
    person = people.known(desk.db, employee)
    held = tuple(row[0] for row in desk.db.rows(_OF_EMPLOYEE, person.id))
    if held:
        desk.book.record(actor, BadgeTaken(employee=person.id, marks=held))
    return len(held)


@at_once
def take_one(desk: Desk, badge: str, actor: str) -> PersonView:
    """A badge is nobody's any more, in none of its forms; answers whose it was. Raises `NoSuchBadge`."""
    person = _holder(desk.db, badge)
    held = tuple(row[0] for row in desk.db.rows(_MARKS, badge))
    desk.book.record(actor, BadgeTaken(employee=person.id, marks=held))
    return person


@at_once
def label(desk: Desk, badge: str, text: str, actor: str) -> None:
    """What a badge is called, `LONGEST_LABEL` letters at most; empty for nothing.

    Raises `NoSuchBadge`, `Unprintable`.
    """
    _holder(desk.db, badge)
    refuse_signs(text.strip(), "label")
    desk.book.record(actor, BadgeLabelled(badge, text.strip()[:LONGEST_LABEL]))


def _holder(db: Database, badge: str) -> PersonView:
    row = db.row(_MARKS, badge) if badge else None
    if row is None or row[1] is None:
        raise NoSuchBadge(badge=badge)
    return people.known(db, row[1])
