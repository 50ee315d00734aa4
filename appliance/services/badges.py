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

_PURPOSE: Final = b"badge"
_OWNER: Final = Statement(
    lambda: Badge.select(Badge.employee, Badge.as_read).where(Badge.mark == slot())
)
_OF_EMPLOYEE: Final = Statement(lambda: Badge.select(Badge.mark).where(Badge.employee == slot()))


class UnknownBadge(Refusal):
    """The badge is nobody's."""

    code = "unknown_badge"


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


@at_once
def give(desk: Desk, employee: str, found: tuple[str, ...], actor: str) -> PersonView:
    """The badge is this employee's (id or number) from now on.

    Raises `NoSuchEmployee`, and `BadgeHasOwner` where it is somebody else's.
    """
    person = people.find(desk.db, employee)
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
