"""Somebody's week as a manager looks at it: days, stretches, punches, and all that was ever said of them.

Hours are reckoned as wages are, from the punches that count, with short breaks and rounding as the shop's rules say, so
that both come to the same. Here nothing is changed; `services.timeclock` does that.
"""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from zoneinfo import ZoneInfo

import msgspec

from appliance.domain import calendar, timeclock
from appliance.domain.timeclock import Kind, Punch, Record, Stretch, What
from appliance.journal.pay_kinds import ApprovedDetail
from appliance.journal.time_kinds import PunchSaid
from appliance.messages import (
    HoursCorrectionView,
    HoursDayView,
    HoursLockView,
    HoursPunchView,
    HoursSaidView,
    HoursStretchView,
    HoursWeekView,
)
from appliance.problems import Refusal
from appliance.services import origins, pay_rules, people
from appliance.services.pay_rules import PayRules
from appliance.services.timeclock import NoSuchPunch
from appliance.services.wall_time import minute
from appliance.services.worked_hours import as_counted
from appliance.store.database import Database
from appliance.store.statements import Statement, slot
from appliance.store.tables import Employee, PunchCorrection, PunchRow, WagePeriod

MARGIN_MS: Final = 2 * timeclock.LONGEST_SHIFT_MS
"""So far around the days that are looked at punches matter: what began before may end in them."""
UNKNOWN_DEVICE: Final = "unknown_device"
MINUTE_MS: Final = 60_000

_NAMES: Final = Statement(lambda: Employee.select(Employee.id, Employee.name))
_PUNCHES: Final = Statement(
    lambda: (
        PunchRow.select(
            PunchRow.id,
            PunchRow.at_ms,
            PunchRow.what,
            PunchRow.job,
            PunchRow.paid,
            PunchRow.clock,
            PunchRow.by,
            PunchRow.device,
            PunchRow.origin,
            PunchRow.gone,
            PunchRow.told_by,
        )
        .where(
            (PunchRow.employee == slot()) & (PunchRow.at_ms >= slot()) & (PunchRow.at_ms < slot())
        )
        .order_by(PunchRow.at_ms, PunchRow.id)
    )
)
_CORRECTIONS: Final = Statement(
    lambda: (
        PunchCorrection.select(
            PunchCorrection.id,
            PunchCorrection.punch,
            PunchCorrection.author,
            PunchCorrection.at_ms,
            PunchCorrection.reason,
            PunchCorrection.was,
            PunchCorrection.said,
            PunchCorrection.contested,
        )
        .where(PunchCorrection.employee == slot())
        .order_by(PunchCorrection.at_ms, PunchCorrection.id)
    )
)
_LOCKS: Final = Statement(
    lambda: (
        WagePeriod.select(
            WagePeriod.from_day,
            WagePeriod.to_day,
            WagePeriod.author,
            WagePeriod.at_ms,
            WagePeriod.detail,
        )
        .where(
            (WagePeriod.employee == slot())
            & (WagePeriod.to_day >= slot())
            & (WagePeriod.from_day <= slot())
        )
        .order_by(WagePeriod.lamport, WagePeriod.origin)
    )
)
_AT: Final = Statement(lambda: PunchRow.select(PunchRow.at_ms).where(PunchRow.id == slot()))
_NAME: Final = Statement(lambda: Employee.select(Employee.name).where(Employee.id == slot()))
_SAID: Final = msgspec.json.Decoder(PunchSaid)
_DETAIL: Final = msgspec.json.Decoder(ApprovedDetail)


class NoSuchTime(Refusal):
    """The clocks went forward over this time: `time`, `day`."""

    code = "no_such_time"


class TimeComesTwice(Refusal):
    """The clocks went back over this time, and it was not said which of the two is meant: `time`, `day`."""

    code = "time_comes_twice"


@dataclass(frozen=True, slots=True)
class _Told:
    """A punch as the table has it; its `clock` is `unknown_device` where no device of the shop told of it."""

    punch: Punch
    clock: str
    by: str
    device: str
    gone: bool

    @property
    def counts(self) -> bool:
        """Whether hours are made of it."""
        return not self.gone and self.clock != UNKNOWN_DEVICE


@dataclass(frozen=True, slots=True)
class _Lock:
    """An approval, with the rules of then."""

    from_day: str
    to_day: str
    view: HoursLockView
    rules: PayRules


def week(db: Database, employee: str, day: datetime.date, now_ms: int) -> HoursWeekView:
    """The workweek of an employee in which a day lies, as of `now_ms`."""
    rules = pay_rules.read(db)
    names = dict(db.rows(_NAMES))
    begins = calendar.week_begins(day, rules.week_starts)
    days = [begins + place * calendar.ONE_DAY for place in range(calendar.DAYS)]
    from_ms = calendar.day_begins_ms(begins, rules.zone)
    to_ms = calendar.day_begins_ms(days[-1] + calendar.ONE_DAY, rules.zone)
    told = _told(db, employee, from_ms - MARGIN_MS, to_ms + MARGIN_MS)
    record = timeclock.fold((one.punch for one in told if one.counts), now_ms)
    corrections = _corrections(db, employee, names, rules.zone)
    faults = {odd.punch.id: odd.fault.value for odd in record.odd}
    locks = _locks(db, employee, days, rules, names)
    seen = []
    for one in days:
        name = one.isoformat()
        lock = next((held for held in locks if held.from_day <= name <= held.to_day), None)
        counted = as_counted(record, rules if lock is None else lock.rules)
        punches = _seen(told, one, rules.zone, counted, faults, corrections)
        stretches = (*counted, *_going_on(record, now_ms))
        view = None if lock is None else lock.view
        seen.append(_day(one, rules.zone, stretches, punches, view))
    return HoursWeekView(
        employee=employee,
        name=names.get(employee, employee),
        days=tuple(seen),
        before=(begins - calendar.ONE_DAY).isoformat(),
        after=(days[-1] + calendar.ONE_DAY).isoformat(),
    )


def said_view(said: PunchSaid, zone: ZoneInfo) -> HoursSaidView:
    """What a punch says, with which of two equal hours it is."""
    second = calendar.is_second(said.at_ms, zone)
    return HoursSaidView(said.what, said.at_ms, said.job, said.paid, second)


def moment(
    db: Database, day: str, time: str, *, later: bool | None, keep: str | None = None
) -> int:
    """When the clock on the wall showed `time` on a day in the shop.

    Where the punch `keep` is of that very minute, its own time is it: whoever changes only the job moves no second.
    Raises `NotADay`, `NotATime`, `NoSuchTime`, and `TimeComesTwice` where `later` does not say which.
    """
    found = calendar.moments_of(pay_rules.day(day), minute(time), pay_rules.read(db).zone)
    if not found:
        raise NoSuchTime(time=time, day=day)
    if len(found) > 1 and later is None:
        raise TimeComesTwice(time=time, day=day)
    at_ms = found[-1] if later else found[0]
    held = None if keep is None else db.row(_AT, keep)
    if held is not None and 0 <= held[0] - at_ms < MINUTE_MS:
        return int(held[0])
    return at_ms


def moment_of(db: Database, punch: str) -> int:
    """When a punch (id) counts, in UTC milliseconds. Raises `NoSuchPunch`."""
    row = db.row(_AT, punch)
    if row is None:
        raise NoSuchPunch(punch=punch)
    return int(row[0])


def refuse_unknown(db: Database, employee: str) -> None:
    """Raises `NoSuchEmployee`; somebody who has left is known, for the hours stay."""
    if db.row(_NAME, employee) is None:
        raise people.NoSuchEmployee(who=employee)


def entries_so_far(db: Database) -> int:
    """A number that grows with each entry, wherever it came from: as long as it stays, so do the tables."""
    return db.newest()


# --------------------------------------------------------------------------- helpers


def _told(db: Database, employee: str, from_ms: int, to_ms: int) -> tuple[_Told, ...]:
    known = origins.known(db)
    return tuple(
        _Told(
            Punch(punch, at_ms, What(what), job, bool(paid)),
            clock if told_by in known else UNKNOWN_DEVICE,
            by,
            device or origin,
            bool(gone),
        )
        for punch, at_ms, what, job, paid, clock, by, device, origin, gone, told_by in db.rows(
            _PUNCHES, employee, from_ms, to_ms
        )
    )


def _going_on(record: Record, now_ms: int) -> Iterator[Stretch]:
    """What has begun and not ended: it reaches to now, and is ended by no punch."""
    begun = record.since
    if begun is not None and begun.at_ms < now_ms:
        kind = Kind.WORK
        if record.presence is timeclock.Presence.ON_BREAK:
            kind = Kind.PAID_BREAK if begun.paid else Kind.UNPAID_BREAK
        yield Stretch(kind, begun.at_ms, now_ms, record.job, begun.id, "")


def _corrections(
    db: Database, employee: str, names: Mapping[str, str], zone: ZoneInfo
) -> Mapping[str, list[HoursCorrectionView]]:
    """All corrections of an employee's punches, by punch, the oldest first."""
    found: dict[str, list[HoursCorrectionView]] = defaultdict(list)
    for entry, punch, author, at_ms, reason, was, said, contested in db.rows(
        _CORRECTIONS, employee
    ):
        found[punch].append(
            HoursCorrectionView(
                id=entry,
                author=names.get(author, author),
                at_ms=at_ms,
                reason=reason,
                was=None if was is None else said_view(_SAID.decode(was), zone),
                said=None if said is None else said_view(_SAID.decode(said), zone),
                contested=contested,
            )
        )
    return found


def _locks(
    db: Database,
    employee: str,
    days: Sequence[datetime.date],
    rules: PayRules,
    names: Mapping[str, str],
) -> list[_Lock]:
    """The approvals of these days, those that count first. Hours of an approved day are counted as they were then."""
    found = []
    for from_day, to_day, author, at_ms, detail in db.rows(
        _LOCKS, employee, days[0].isoformat(), days[-1].isoformat()
    ):
        terms = _DETAIL.decode(detail).terms if detail else {}
        then = pay_rules.from_told(terms) if terms else rules
        view = HoursLockView(names.get(author, author), at_ms)
        found.append(_Lock(from_day, to_day, view, then))
    return found


def _seen(
    told: Iterable[_Told],
    day: datetime.date,
    zone: ZoneInfo,
    counted: Iterable[Stretch],
    faults: Mapping[str, str],
    corrections: Mapping[str, Sequence[HoursCorrectionView]],
) -> Iterator[HoursPunchView]:
    """The punches of a day, with what they count as and what was said of them."""
    counts = {one.begun_by: one.begun_ms for one in counted}
    counts |= {one.ended_by: one.ended_ms for one in counted}
    for one in told:
        punch, of_it = one.punch, tuple(corrections.get(one.punch.id, ()))
        if calendar.day_of(punch.at_ms, zone) != day:
            continue
        was_taken = any(correction.said is None for correction in of_it)
        yield HoursPunchView(
            id=punch.id,
            said=said_view(PunchSaid(punch.what.value, punch.at_ms, punch.job, punch.paid), zone),
            counts_ms=counts.get(punch.id, punch.at_ms),
            clock=one.clock,
            by=one.by,
            device=one.device,
            fault=faults.get(punch.id, ""),
            gone="" if not one.gone else "taken_away" if was_taken else "undone",
            corrections=of_it,
        )


def _day(
    day: datetime.date,
    zone: ZoneInfo,
    stretches: Iterable[Stretch],
    punches: Iterator[HoursPunchView],
    lock: HoursLockView | None,
) -> HoursDayView:
    begins_ms = calendar.day_begins_ms(day, zone)
    ends_ms = calendar.day_begins_ms(day + calendar.ONE_DAY, zone)
    cut = tuple(
        HoursStretchView(
            kind=one.kind.value,
            begun_ms=max(one.begun_ms, begins_ms),
            ended_ms=min(one.ended_ms, ends_ms),
            job=one.job,
            comes_over=one.begun_ms < begins_ms,
            goes_over=one.ended_ms > ends_ms,
            is_open=not one.ended_by,
        )
        for one in stretches
        if one.begun_ms < ends_ms and one.ended_ms > begins_ms
    )
    return HoursDayView(
        day=day.isoformat(),
        begins_ms=begins_ms,
        ends_ms=ends_ms,
        paid_ms=_length(one for one in cut if one.kind != Kind.UNPAID_BREAK.value),
        unpaid_ms=_length(one for one in cut if one.kind == Kind.UNPAID_BREAK.value),
        stretches=cut,
        punches=tuple(punches),
        lock=lock,
    )


def _length(stretches: Iterable[HoursStretchView]) -> int:
    return sum(one.ended_ms - one.begun_ms for one in stretches if not one.is_open)
