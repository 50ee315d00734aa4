"""What waits for a manager: requests, punches that do not fit, doubtful clocks, contested corrections; and who is here.

For everybody at once, with one question to the tables for each kind of thing and not one a person.
"""

import itertools
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, Final

import msgspec
from peewee import JOIN

from appliance.domain import calendar, timeclock
from appliance.domain.timeclock import Kind, Punch, Record, What
from appliance.journal.time_kinds import PunchSaid
from appliance.messages import HoursOddView, HoursPersonView, HoursRequestView
from appliance.services import origins, pay_rules
from appliance.services.hours import MARGIN_MS, UNKNOWN_DEVICE, said_view
from appliance.services.pay_rules import PayRules
from appliance.services.worked_hours import as_counted
from appliance.store.database import Database
from appliance.store.statements import Statement, slot
from appliance.store.tables import (
    Employee,
    PunchCorrection,
    PunchRequest,
    PunchRow,
    WagePeriod,
)

LOOKS_BACK: Final = 62 * calendar.ONE_DAY
"""So far back what does not fit is told: the longest pay period and the one before."""

STAFF: Final = Statement(
    lambda: Employee.select(Employee.id, Employee.name, Employee.active).order_by(
        Employee.name, Employee.id
    )
)
PUNCHES: Final = Statement(
    # The cross join has the employees read first, so that the index of punches by employee and time is used.
    lambda: (
        Employee.select(
            PunchRow.employee,
            PunchRow.id,
            PunchRow.at_ms,
            PunchRow.what,
            PunchRow.job,
            PunchRow.paid,
            PunchRow.clock,
            PunchRow.told_by,
        )
        .join(PunchRow, JOIN.CROSS)
        .where(
            (PunchRow.employee == Employee.id)
            & (PunchRow.at_ms >= slot())
            & (PunchRow.at_ms <= slot())
            & (PunchRow.gone == slot())
        )
        .order_by(PunchRow.employee, PunchRow.at_ms, PunchRow.id)
    )
)
_REQUESTS: Final = Statement(
    lambda: (
        PunchRequest.select(
            PunchRequest.id,
            PunchRequest.employee,
            PunchRequest.said,
            PunchRequest.reason,
            PunchRequest.at_ms,
            PunchRow.what,
            PunchRow.at_ms,
            PunchRow.job,
            PunchRow.paid,
            PunchRow.gone,
        )
        .join(PunchRow, JOIN.LEFT_OUTER, on=(PunchRow.id == PunchRequest.punch))
        .where(PunchRequest.answer == slot())
        .order_by(PunchRequest.at_ms, PunchRequest.id)
    )
)
_CORRECTIONS: Final = Statement(
    lambda: (
        PunchCorrection.select(
            PunchCorrection.punch,
            PunchCorrection.employee,
            PunchCorrection.said,
            PunchCorrection.was,
            PunchCorrection.contested,
        )
        .where(PunchCorrection.at_ms >= slot())
        .order_by(PunchCorrection.at_ms, PunchCorrection.id)
    )
)
_LOCKS: Final = Statement(
    lambda: WagePeriod.select(WagePeriod.employee, WagePeriod.from_day, WagePeriod.to_day).where(
        WagePeriod.to_day >= slot()
    )
)
_SAID: Final = msgspec.json.Decoder(PunchSaid)

_Locks = Mapping[str, list[tuple[str, str]]]


@dataclass(frozen=True, slots=True)
class Attention:
    """Who works here or did lately, and what waits: requests the oldest first, the rest the newest first."""

    people: tuple[HoursPersonView, ...]
    requests: tuple[HoursRequestView, ...]
    odd: tuple[HoursOddView, ...]


def look(db: Database, now_ms: int) -> Attention:
    """All of it, as of `now_ms`."""
    rules = pay_rules.read(db)
    staff = db.rows(STAFF)
    names = {employee: name for employee, name, _ in staff}
    today = calendar.day_of(now_ms, rules.zone)
    since_ms = calendar.day_begins_ms(today - LOOKS_BACK, rules.zone)
    locks = _locked(db, (today - LOOKS_BACK).isoformat())
    told = db.rows(PUNCHES, since_ms - MARGIN_MS, now_ms, 0)
    known = origins.known(db)
    records: dict[str, Record] = {}
    odd: list[HoursOddView] = []
    for employee, rows in itertools.groupby(told, key=itemgetter(0)):
        own = list(rows)
        counted = (_punch(row) for row in own if row[7] in known)
        record = records[employee] = timeclock.fold(counted, now_ms)
        found = _odd(own, record, known, employee, names[employee], rules)
        odd += (
            one
            for one in found
            if one.said.at_ms >= since_ms and not _is_locked(locks, employee, one.day)
        )
    odd += _contested(db, since_ms, names, rules)
    week_ms = calendar.day_begins_ms(calendar.week_begins(today, rules.week_starts), rules.zone)
    return Attention(
        people=tuple(
            _person(employee, name, records.get(employee), rules, week_ms)
            for employee, name, active in staff
            if active or employee in records
        ),
        requests=tuple(_requests(db, names, rules)),
        odd=tuple(sorted(odd, key=lambda one: (-one.said.at_ms, one.name, one.employee, one.why))),
    )


# --------------------------------------------------------------------------- helpers


def _punch(row: Any) -> Punch:  # noqa: ANN401 - a row
    return Punch(row[1], row[2], What(row[3]), row[4], bool(row[5]))


def _person(
    employee: str, name: str, record: Record | None, rules: PayRules, week_ms: int
) -> HoursPersonView:
    if record is None:
        return HoursPersonView(employee, name)
    since = record.since
    # What ended well before the week does not touch it, and the law's breaks need not be looked for there.
    lately = tuple(one for one in record.stretches if one.ended_ms > week_ms - MARGIN_MS)
    return HoursPersonView(
        id=employee,
        name=name,
        presence=record.presence.value,
        since_ms=0 if since is None else since.at_ms,
        job=record.job,
        week_ms=sum(
            one.ended_ms - max(one.begun_ms, week_ms)
            for one in as_counted(record._replace(stretches=lately), rules)
            if one.ended_ms > week_ms and one.kind is not Kind.UNPAID_BREAK
        ),
    )


def _odd(
    rows: Iterable[Any],
    record: Record,
    known: Container[str],
    employee: str,
    name: str,
    rules: PayRules,
) -> Iterator[HoursOddView]:
    """Punches that do not fit, of strange devices, and those of a clock that could not be trusted."""
    faults = {one.punch.id: one.fault.value for one in record.odd}
    for row in rows:
        doubt = "doubtful" if row[6] == "doubtful" else ""
        why = faults.get(row[1], doubt) if row[7] in known else UNKNOWN_DEVICE
        if why:
            said = said_view(PunchSaid(row[3], row[2], row[4], bool(row[5])), rules.zone)
            yield HoursOddView(why, employee, name, _day(row[2], rules), said)


def _contested(
    db: Database, since_ms: int, names: Mapping[str, str], rules: PayRules
) -> Iterator[HoursOddView]:
    """Corrections with which the employee does not agree, until the punch is corrected or confirmed once more."""
    newest = {row[0]: row for row in db.rows(_CORRECTIONS, since_ms)}
    for _, employee, said, was, contested in newest.values():
        text = said or was
        if contested and text is not None:
            told = _SAID.decode(text)
            yield HoursOddView(
                "contested",
                employee,
                names.get(employee, employee),
                _day(told.at_ms, rules),
                said_view(told, rules.zone),
                contested,
            )


def _requests(
    db: Database, names: Mapping[str, str], rules: PayRules
) -> Iterator[HoursRequestView]:
    """What employees ask for, beside what the punch says now."""
    for entry, employee, said, reason, at_ms, *was in db.rows(_REQUESTS, ""):
        asked = _SAID.decode(said)
        what, was_ms, job, paid, gone = was
        is_punch = what is not None and not gone
        yield HoursRequestView(
            id=entry,
            employee=employee,
            name=names.get(employee, employee),
            day=_day(asked.at_ms, rules),
            asked=said_view(asked, rules.zone),
            was=said_view(PunchSaid(what, was_ms, job, bool(paid)), rules.zone)
            if is_punch
            else None,
            reason=reason,
            at_ms=at_ms,
        )


def _locked(db: Database, since: str) -> _Locks:
    found: dict[str, list[tuple[str, str]]] = {}
    for employee, from_day, to_day in db.rows(_LOCKS, since):
        found.setdefault(employee, []).append((from_day, to_day))
    return found


def _is_locked(locks: _Locks, employee: str, day: str) -> bool:
    return any(first <= day <= last for first, last in locks.get(employee, ()))


def _day(at_ms: int, rules: PayRules) -> str:
    return calendar.day_of(at_ms, rules.zone).isoformat()
