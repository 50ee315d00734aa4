"""The time clock: punches, what is said of them afterwards, and where each act is possible.

A punch is a fact of a device in the shop, at the device's own time. Whatever is not right about it is put right by
further entries: an employee asks, a manager approves or corrects with a reason, and all of it stays to be seen.
"""

from dataclasses import dataclass
from typing import Any, Final

import msgspec

from appliance.domain import calendar, timeclock
from appliance.domain.breaks import MINUTE_MS
from appliance.domain.timeclock import Presence, Punch, Record, What
from appliance.journal.time_kinds import (
    CorrectionContested,
    PunchAnswered,
    PunchAsked,
    PunchCorrected,
    Punched,
    PunchSaid,
    PunchUndone,
)
from appliance.problems import Refusal
from appliance.services import alarms, locks, origins, pay_rules, people, shifts, staff
from appliance.services.catalogue_texts import refuse_signs
from appliance.services.desk import Desk, at_once
from appliance.services.places import ACTS, NotHere, Place
from appliance.store.database import Database
from appliance.store.statements import Statement, slot
from appliance.store.tables import PunchCorrection, PunchRequest, PunchRow

UNDO_MS: Final = 10_000
"""So long may a punch be taken back where it was made."""

DOUBLE_TAP_MS: Final = 5_000
"""The same punch again within this time is the same punch."""

_COLUMNS: Final = (
    PunchRow.id,
    PunchRow.at_ms,
    PunchRow.what,
    PunchRow.job,
    PunchRow.paid,
    PunchRow.told_by,
)
_PUNCHES: Final = Statement(
    lambda: (
        PunchRow.select(*_COLUMNS)
        .where(
            (PunchRow.employee == slot())
            & (PunchRow.at_ms >= slot())
            & (PunchRow.at_ms < slot())
            & (PunchRow.gone == slot())
        )
        .order_by(PunchRow.at_ms, PunchRow.id)
    )
)
_PUNCH: Final = Statement(
    lambda: PunchRow.select(
        PunchRow.employee,
        PunchRow.origin,
        PunchRow.at_ms,
        PunchRow.what,
        PunchRow.job,
        PunchRow.paid,
        PunchRow.gone,
    ).where(PunchRow.id == slot())
)
_REQUEST: Final = Statement(
    lambda: PunchRequest.select(
        PunchRequest.employee, PunchRequest.punch, PunchRequest.said, PunchRequest.answer
    ).where(PunchRequest.id == slot())
)
_OPEN_REQUESTS: Final = Statement(
    lambda: (
        PunchRequest.select(
            PunchRequest.id,
            PunchRequest.employee,
            PunchRequest.punch,
            PunchRequest.said,
            PunchRequest.reason,
        )
        .where(PunchRequest.answer == slot())
        .order_by(PunchRequest.at_ms, PunchRequest.id)
    )
)
_CORRECTION: Final = Statement(
    lambda: PunchCorrection.select(PunchCorrection.employee).where(PunchCorrection.id == slot())
)
_SAID: Final = msgspec.json.Decoder(PunchSaid)
FOR_EVER: Final = 1 << 53


class PunchDoesNotFit(Refusal):
    """What was punched last says otherwise: `what`, `presence`. The clock asks and does not guess."""

    code = "punch_does_not_fit"


class TooLateToUndo(Refusal):
    """A punch is taken back within seconds and at its own device, or put right by a manager."""

    code = "too_late_to_undo"


class NoSuchPunch(Refusal):
    """No punch has this id."""

    code = "no_such_punch"


class NoSuchRequest(Refusal):
    """No request has this id, or it was answered already."""

    code = "no_such_request"


class NoSuchCorrection(Refusal):
    """No correction of this employee's punches has this id."""

    code = "no_such_correction"


class ReasonNeeded(Refusal):
    """Whoever puts a punch right says why."""

    code = "reason_needed"


class PeriodLocked(Refusal):
    """The wages of this day are approved and locked: `day`."""

    code = "period_locked"


class PunchTwice(Refusal):
    """A punch that says the same is there already, at the same minute."""

    code = "punch_twice"


class NotYours(Refusal):
    """Only the employee whose punch it is may say so, or a manager."""

    code = "not_yours"


# --------------------------------------------------------------------------- looking


def punches(
    db: Database, employee: str, from_ms: int = 0, to_ms: int = FOR_EVER
) -> tuple[Punch, ...]:
    """The punches of an employee that count, from `from_ms` to before `to_ms`, in order: see `doubts` for others."""
    known = origins.known(db)
    return tuple(
        Punch(row[0], row[1], What(row[2]), row[3], bool(row[4]))
        for row in db.rows(_PUNCHES, employee, from_ms, to_ms, 0)
        if row[5] in known
    )


def record_of(db: Database, employee: str, now_ms: int) -> Record:
    """What an employee's punches of the last days come to: where they are, and what does not fit."""
    since_ms = now_ms - 3 * timeclock.LONGEST_SHIFT_MS
    return timeclock.fold(punches(db, employee, since_ms, now_ms + 1), now_ms)


def own_punch(db: Database, employee: str, punch_id: str) -> PunchSaid | None:
    """What a punch of an employee says now; None for somebody else's, for one that is gone, and for none at all."""
    row: Any = db.row(_PUNCH, punch_id)
    if row is None or row[0] != employee or row[6]:
        return None
    return PunchSaid(row[3], row[2], row[4], bool(row[5]))


def open_requests(db: Database) -> tuple[tuple[str, str, str | None, PunchSaid, str], ...]:
    """What employees ask for and no manager has answered: id, employee, punch, what is said, and why."""
    return tuple(
        (row[0], row[1], row[2], _SAID.decode(row[3]), row[4])
        for row in db.rows(_OPEN_REQUESTS, "")
    )


# --------------------------------------------------------------------------- punching


@alarms.noted
@at_once
def punch(
    desk: Desk,
    employee: str,
    what: What,
    place: Place,
    now_ms: int,
    *,
    by: str,
    job: str = "",
    paid: bool = False,
) -> str:
    """Punch now, at `now_ms` of this device; answers the punch's id. Once more within seconds is the same punch.

    Whoever was assigned one job comes in for that one where no other is named: it may have a rate of its own.
    Raises `NotHere`, which is noted (`alarms`), `NoSuchEmployee`, `NotHereYet`, `NoLongerHere`, `NoSuchJob`, `TooEarly`
    long before a planned shift, and `PunchDoesNotFit` where the last punch says otherwise.
    """
    place.refuse_unless("punch")
    person = people.find(desk.db, employee)
    if what is What.IN:
        # Whoever is at work gets out, also after the last midnight.
        today = calendar.day_of(now_ms, pay_rules.read(desk.db).zone).isoformat()
        staff.refuse_before_first_day(desk, person.id, today)
        staff.refuse_after_last_day(desk, person.id, today)
        only = tuple(pay_rules.assigned_to(desk.db, person.id))
        job = only[0] if not job and len(only) == 1 else job
    if job and job not in pay_rules.jobs(desk.db):
        raise pay_rules.NoSuchJob(job=job)
    last = punches(desk.db, person.id, now_ms - DOUBLE_TAP_MS, now_ms + 1)[-1:]
    if last and (last[0].what, last[0].job) == (what, job):
        return last[0].id
    record = record_of(desk.db, person.id, now_ms)
    if timeclock.contradicts(record, what, job):
        raise PunchDoesNotFit(what=what.value, presence=record.presence.value)
    if record.presence is Presence.AWAY:
        shifts.refuse_early(desk.db, person.id, now_ms)
    body = Punched(
        employee=person.id, what=what.value, by=by, device=place.device, job=job, paid=paid
    )
    return desk.book.record(person.id, body)[0].id


@at_once
def undo(desk: Desk, punch_id: str, actor: str, now_ms: int) -> None:
    """Take a punch back, within ten seconds and where it was made. Raises `NoSuchPunch`, `TooLateToUndo`."""
    row = _found(desk.db, punch_id)
    # A clock that was set back makes no punch younger.
    if row.origin != desk.origin or abs(now_ms - row.said.at_ms) > UNDO_MS or row.gone:
        raise TooLateToUndo(punch=punch_id)
    desk.book.record(actor, PunchUndone(punch=punch_id))


# --------------------------------------------------------------------------- putting right


@at_once
def ask(
    desk: Desk,
    employee: str,
    said: PunchSaid,
    reason: str,
    place: Place,
    punch_id: str | None = None,
    *,
    actor: str,
) -> str:
    """An employee, or a manager for them, says what a punch should have been; answers the request's id.

    Raises `NotHere`, `NoSuchEmployee`, `NotYours`, `NoSuchPunch`, `ReasonNeeded`, `PeriodLocked`.
    """
    place.refuse_unless("ask")
    person = people.find(desk.db, employee)
    if actor != person.id and not (actor and people.find(desk.db, actor).role in people.MANAGERS):
        raise NotYours
    if punch_id is not None and _found(desk.db, punch_id).employee != person.id:
        raise NoSuchPunch(punch=punch_id)
    _refuse_without(reason)
    _refuse_locked(desk.db, person.id, said.at_ms)
    body = PunchAsked(employee=person.id, said=said, reason=reason.strip(), punch=punch_id)
    return desk.book.record(actor, body)[0].id


@at_once
def answer(
    desk: Desk, request: str, place: Place, actor: str, *, approved: bool, reason: str = ""
) -> None:
    """A manager answers a request; what is approved becomes a correction.

    Raises `NotHere`, `NoSuchRequest`, `PeriodLocked`, `PunchTwice`.
    """
    place.refuse_unless("approve")
    row = desk.db.row(_REQUEST, request)
    if row is None or row[3]:
        raise NoSuchRequest(request=request)
    employee, punch_id, said, _ = row
    told = _SAID.decode(said)
    refuse_signs(reason, "reason")
    desk.book.record(actor, PunchAnswered(request=request, approved=approved, reason=reason))
    if approved:
        _correct(desk, employee, punch_id, told, reason or "approved", actor, request)


@at_once
def correct(
    desk: Desk,
    employee: str,
    punch_id: str | None,
    said: PunchSaid | None,
    reason: str,
    place: Place,
    actor: str,
) -> str:
    """A manager puts a punch right, adds one (`punch_id` None) or takes one away (`said` None); answers its entry's id.

    Raises `NotHere`, `NoSuchEmployee`, `NoSuchPunch`, `ReasonNeeded`, `PeriodLocked`, and `PunchTwice` for one that is
    added though it is there.
    """
    place.refuse_unless("correct")
    _refuse_without(reason)
    person = people.known(desk.db, employee)
    if punch_id is None and said is None:
        raise NoSuchPunch(punch="")
    return _correct(desk, person.id, punch_id, said, reason.strip(), actor, None)


@at_once
def contest(desk: Desk, correction: str, reason: str, actor: str) -> None:
    """The employee does not agree with a correction of their own punch. Raises `NoSuchCorrection`, `ReasonNeeded`."""
    row = desk.db.row(_CORRECTION, correction)
    if row is None or row[0] != actor:
        raise NoSuchCorrection(correction=correction)
    _refuse_without(reason)
    desk.book.record(actor, CorrectionContested(correction=correction, reason=reason.strip()))


def is_locked(db: Database, employee: str, at_ms: int) -> bool:
    """Whether the wages of the day of a moment are approved."""
    day = calendar.day_of(at_ms, pay_rules.read(db).zone).isoformat()
    return locks.is_locked(db, employee, day)


def refuse_locked_day(db: Database, employee: str, day: str) -> None:
    """Raises `PeriodLocked` where the wages of a day are approved."""
    if locks.is_locked(db, employee, day):
        raise PeriodLocked(day=day)


# --------------------------------------------------------------------------- helpers


@dataclass(frozen=True, slots=True)
class _Found:
    employee: str
    origin: str
    said: PunchSaid
    gone: bool


def _found(db: Database, punch_id: str) -> _Found:
    row: Any = db.row(_PUNCH, punch_id)
    if row is None:
        raise NoSuchPunch(punch=punch_id)
    employee, origin, at_ms, what, job, paid, gone = row
    return _Found(employee, origin, PunchSaid(what, at_ms, job, bool(paid)), bool(gone))


def _correct(
    desk: Desk,
    employee: str,
    punch_id: str | None,
    said: PunchSaid | None,
    reason: str,
    actor: str,
    request: str | None,
) -> str:
    was: PunchSaid | None = None
    if punch_id is not None:
        held = _found(desk.db, punch_id)
        if held.employee != employee:
            raise NoSuchPunch(punch=punch_id)
        was = None if held.gone else held.said
        _refuse_locked(desk.db, employee, held.said.at_ms)
    if said is not None:
        What(said.what)
        _refuse_locked(desk.db, employee, said.at_ms)
        if punch_id is None:
            _refuse_twice(desk.db, employee, said)
    body = PunchCorrected(
        employee=employee, reason=reason, punch=punch_id, said=said, was=was, request=request
    )
    return desk.book.record(actor, body)[0].id


def _refuse_twice(db: Database, employee: str, said: PunchSaid) -> None:
    from_ms = said.at_ms - said.at_ms % MINUTE_MS
    there = punches(db, employee, from_ms, from_ms + MINUTE_MS)
    if any(one.what == said.what for one in there):
        raise PunchTwice


def _refuse_without(reason: str) -> None:
    if not reason.strip():
        raise ReasonNeeded
    refuse_signs(reason.strip(), "reason")


def _refuse_locked(db: Database, employee: str, at_ms: int) -> None:
    day = calendar.day_of(at_ms, pay_rules.read(db).zone)
    refuse_locked_day(db, employee, day.isoformat())


__all__ = [
    "ACTS",
    "NoSuchCorrection",
    "NoSuchPunch",
    "NoSuchRequest",
    "NotHere",
    "NotYours",
    "PeriodLocked",
    "Place",
    "Presence",
    "PunchDoesNotFit",
    "PunchTwice",
    "ReasonNeeded",
    "TooLateToUndo",
    "answer",
    "ask",
    "contest",
    "correct",
    "is_locked",
    "open_requests",
    "own_punch",
    "punch",
    "punches",
    "record_of",
    "refuse_locked_day",
    "undo",
]
