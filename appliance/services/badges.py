"""Badges: whose they are. A badge says who somebody is, and a PIN proves it: badges are copied in seconds.

The id of a badge is never stored, only an HMAC of it with a key of the shop's, a file that is not part of the journal
(`pepper.key`, as for PINs): with a stolen journal alone nobody can make a badge. One card reads differently at
different readers, so it is kept under the hash of each form that it can take.
"""

import hmac
from typing import Final

from appliance.journal.kinds import BadgeGiven, BadgeTaken
from appliance.messages import PersonView
from appliance.problems import Refusal
from appliance.services import people
from appliance.services.desk import Desk, at_once
from appliance.services.people import Pins
from appliance.store.database import Database
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


class UnknownBadge(Refusal):
    """The badge is nobody's."""

    code = "unknown_badge"


class BadgeChanges(Refusal):
    """What was held to the reader says another number each time, as telephones do: it would never be known again."""

    code = "badge_changes"


class BadgeHasOwner(Refusal):
    """The badge is somebody else's: `name`."""

    code = "badge_has_owner"


def marks(keeper: Pins, ids: tuple[tuple[str, str], ...]) -> tuple[str, ...]:
    """The keyed hashes of a badge's forms, given as `(form, id)`, the fullest first."""
    return tuple(
        hmac.new(
            keeper.pepper, b"\0".join((_PURPOSE, form.encode(), text.encode())), "sha256"
        ).hexdigest()
        for form, text in ids
    )


def owner(db: Database, found: tuple[str, ...]) -> PersonView:
    """Whose badge it is. Raises `UnknownBadge`, also for somebody who no longer works here.

    A reader that tells less than the one at which the badge was given is believed, since all shorter forms were kept.
    One that tells more is believed only if what it tells ends in just what was read then.
    """
    for place, mark in enumerate(found):
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
    desk.book.record(actor, BadgeGiven(employee=person.id, marks=found))
    return person


@at_once
def take(desk: Desk, employee: str, actor: str) -> int:
    """None of the employee's badges is theirs any more; how many forms were known. Raises `NoSuchEmployee`."""
    person = people.find(desk.db, employee)
    held = tuple(row[0] for row in desk.db.rows(_OF_EMPLOYEE, person.id))
    if held:
        desk.book.record(actor, BadgeTaken(employee=person.id, marks=held))
    return len(held)
