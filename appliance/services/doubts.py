"""What of punches waits for a manager: a clock that could not be trusted, a strange device, an employee's request."""

from typing import Final, NamedTuple

import msgspec

from appliance.journal.time_kinds import PunchSaid
from appliance.services import origins
from appliance.store.database import Database
from appliance.store.statements import Statement, slot
from appliance.store.tables import PunchRequest, PunchRow

_DOUBTFUL: Final = Statement(
    lambda: (
        PunchRow.select(PunchRow.id, PunchRow.at_ms, PunchRow.told_by)
        .where(
            (PunchRow.employee == slot())
            & (PunchRow.at_ms >= slot())
            & (PunchRow.at_ms < slot())
            & (PunchRow.gone == slot())
            & (PunchRow.clock == slot())
        )
        .order_by(PunchRow.at_ms, PunchRow.id)
    )
)
_TOLD_BY: Final = Statement(
    lambda: (
        PunchRow.select(PunchRow.id, PunchRow.at_ms, PunchRow.punched_at_ms)
        .where((PunchRow.employee == slot()) & (PunchRow.told_by == slot()))
        .order_by(PunchRow.at_ms, PunchRow.id)
    )
)
_ASKED: Final = Statement(
    lambda: (
        PunchRequest.select(PunchRequest.punch, PunchRequest.said)
        .where((PunchRequest.employee == slot()) & (PunchRequest.answer == slot()))
        .order_by(PunchRequest.at_ms, PunchRequest.id)
    )
)
_SAID: Final = msgspec.json.Decoder(PunchSaid)


class Doubt(NamedTuple):
    """A punch and why a manager must look at it: `doubtful` (the clock), `unknown_device` or `asked`.

    What an employee asks for may be a punch that there is not yet: then `punch` is empty.
    """

    why: str
    punch: str
    at_ms: int


def of_employee(db: Database, employee: str, from_ms: int, to_ms: int) -> tuple[Doubt, ...]:
    """What must be confirmed of an employee's punches from `from_ms` to before `to_ms`.

    A stranger's punch counts for nothing, and so does a punch of ours of which a stranger told another time, or that
    it is none: it is asked for where it was punched, too, so that nothing is moved out of sight. A request waits until
    it is answered: once its day is locked it could only be turned down.
    """
    known = origins.known(db)
    found = [
        Doubt("doubtful", punch, at_ms)
        for punch, at_ms, told_by in db.rows(_DOUBTFUL, employee, from_ms, to_ms, 0, "doubtful")
        if told_by in known
    ]
    for stranger in sorted(origins.strangers(db)):
        for punch, at_ms, punched_at_ms in db.rows(_TOLD_BY, employee, stranger):
            within = [one for one in (at_ms, punched_at_ms) if from_ms <= one < to_ms]
            found += [Doubt("unknown_device", punch, one) for one in within[:1]]
    for asked_for, text in db.rows(_ASKED, employee, ""):
        at_ms = _SAID.decode(text).at_ms
        if from_ms <= at_ms < to_ms:
            found.append(Doubt("asked", asked_for or "", at_ms))
    return tuple(found)
