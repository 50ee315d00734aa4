"""What was refused at the time clock because it smells: kept in the journal, for a manager to see.

Noted before the refusal is told, in a transaction of its own. A stranger's card that is held to the reader all day
must not fill the journal: of each reason a device notes `AN_HOUR` refusals within one hour, and then one more that says
that there were others.
"""

import functools
import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Concatenate, Final, NamedTuple, ParamSpec, TypeVar

from appliance.domain.timeclock import What
from appliance.journal.trust_kinds import PunchRefused
from appliance.services import people
from appliance.services.desk import Desk
from appliance.services.places import NotHere, Place
from appliance.store.database import Database
from appliance.store.projections.timeclock import PIN
from appliance.store.statements import Statement, slot
from appliance.store.tables import Badge, Employee, RefusedPunch

AN_HOUR: Final = 6
"""So many refusals of one reason are noted within an hour, by each device."""

_HOUR_MS: Final = 3_600_000
_OF_REASON: Final = Statement(
    lambda: RefusedPunch.select(RefusedPunch.more).where(
        (RefusedPunch.at_ms >= slot())
        & (RefusedPunch.at_ms <= slot())
        & (RefusedPunch.origin == slot())
        & (RefusedPunch.why == slot())
    )
)
_SINCE: Final = Statement(
    lambda: (
        RefusedPunch.select()
        .where(RefusedPunch.at_ms >= slot())
        .order_by(RefusedPunch.at_ms.desc(), RefusedPunch.id.desc())
    )
)
_HOLDER: Final = Statement(lambda: Badge.select(Badge.employee).where(Badge.mark == slot()))
_ACTIVE: Final = Statement(lambda: Employee.select(Employee.active).where(Employee.id == slot()))
_WHO: Final = Statement(
    lambda: Employee.select(Employee.id).where(
        (Employee.id == slot()) | (Employee.number == slot())
    )
)
_Given = ParamSpec("_Given")
_Answer = TypeVar("_Answer")


class Refused(NamedTuple):
    """A refusal that was noted: see `trust_kinds.PunchRefused`."""

    id: str
    origin: str
    at_ms: int
    why: str
    place: str
    employee: str
    device: str
    by: str
    more: bool


def note(
    desk: Desk,
    now_ms: int,
    why: str,
    place: Place,
    *,
    employee: str = "",
    device: str = "",
    by: str = "",
) -> None:
    """Put a refusal into the journal, unless enough of its reason were within the hour.

    `employee` is the id or number of who it is, or is said to be.
    """
    noted = desk.db.rows(_OF_REASON, now_ms - _HOUR_MS, now_ms, desk.origin, why)
    if len(noted) > AN_HOUR:
        return
    who = desk.db.row(_WHO, employee, employee)
    body = PunchRefused(
        why=why,
        place=place.name,
        employee="" if who is None else str(who[0]),
        device=device or place.device,
        by=by,
        more=len(noted) == AN_HOUR,
    )
    desk.book.record("", body)


@contextmanager
def lock_noted(desk: Desk, now_ms: int, place: Place, employee: str) -> Iterator[None]:
    """Within it a PIN is proved: note it where none is taken any more, for there were too many wrong ones."""
    try:
        yield
    except people.WaitBeforePin:
        note(desk, now_ms, "pin_locked", place, employee=employee, by=PIN)
        raise


def noted(
    punch: Callable[Concatenate[Desk, str, What, Place, int, _Given], _Answer],
) -> Callable[Concatenate[Desk, str, What, Place, int, _Given], _Answer]:
    """A service that punches, which notes when somebody tried it where it is not possible."""

    @functools.wraps(punch)
    def serve(
        desk: Desk,
        employee: str,
        what: What,
        place: Place,
        now_ms: int,
        /,
        *args: _Given.args,
        **kwargs: _Given.kwargs,
    ) -> _Answer:
        try:
            return punch(desk, employee, what, place, now_ms, *args, **kwargs)
        except NotHere as no:
            # What the service itself had written was taken back with the refusal.
            by = str(kwargs.get("by", ""))
            note(desk, now_ms, no.code, place, employee=employee, by=by)
            raise

    return serve


def since(db: Database, from_ms: int) -> tuple[Refused, ...]:
    """What was refused from `from_ms` on, at all devices, the newest first."""
    return tuple(Refused._make((*row[:-1], bool(row[-1]))) for row in db.rows(_SINCE, from_ms))


def why_unknown(db: Database, marks: Iterable[Sequence[str]]) -> tuple[str, str]:
    """Why a badge that is nobody's now smells, and whose it is or was if that is known: see `PunchRefused`."""
    for mark in itertools.chain.from_iterable(marks):
        held = db.row(_HOLDER, mark)
        if held is None:
            continue
        if held[0] is None:
            return "taken_badge", ""
        active = db.row(_ACTIVE, held[0])
        if active is not None and not active[0]:
            return "left", str(held[0])
    return "unknown_badge", ""
