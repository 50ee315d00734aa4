"""What somebody at the time clock may know of themselves: what they forgot, their hours, the slip when they go.

Hours are those of the punches as they count now, not rounded as the shop's rules may have it for pay; the pay is what
`wages` reckons. Breaks that are paid count as hours.
"""

import datetime
from collections.abc import Iterable, Sequence
from typing import Final
from zoneinfo import ZoneInfo

import msgspec

from appliance.domain import calendar, timeclock
from appliance.domain.timeclock import (
    LONGEST_SHIFT_MS,
    Fault,
    Kind,
    Odd,
    Presence,
    Punch,
    Record,
    Stretch,
    What,
)
from appliance.journal.time_kinds import PaidFor, PunchSaid
from appliance.messages import (
    CorrectionView,
    JobView,
    MissingView,
    OddView,
    OwnDayView,
    OwnPunchView,
    OwnWeekView,
    RequestView,
    SaidView,
    SlipView,
    StretchView,
)
from appliance.services import pay_rules, wages
from appliance.services.timeclock import is_locked, open_requests, punches
from appliance.store.database import Database
from appliance.store.statements import Statement, slot
from appliance.store.tables import Employee, PunchCorrection, PunchRequest

LOOK_BACK_MS: Final = 14 * 24 * timeclock.HOUR_MS
"""So far back the clock looks for punches that somebody forgot."""

SHOWN: Final = 20
"""So many corrections and requests are shown, the newest first."""

_BEFORE: Final = {What.OUT: What.IN, What.BREAK_START: What.IN, What.BREAK_END: What.BREAK_START}
"""What must have been forgotten before a punch that does not fit."""

_NAME: Final = Statement(lambda: Employee.select(Employee.name).where(Employee.id == slot()))
_CORRECTIONS: Final = Statement(
    lambda: (
        PunchCorrection.select(
            PunchCorrection.id,
            PunchCorrection.at_ms,
            PunchCorrection.author,
            PunchCorrection.reason,
            PunchCorrection.was,
            PunchCorrection.said,
            PunchCorrection.contested,
        )
        .where((PunchCorrection.employee == slot()) & (PunchCorrection.at_ms >= slot()))
        .order_by(PunchCorrection.at_ms.desc(), PunchCorrection.id.desc())
    )
)
_REQUESTS: Final = Statement(
    lambda: (
        PunchRequest.select(
            PunchRequest.id,
            PunchRequest.at_ms,
            PunchRequest.said,
            PunchRequest.reason,
            PunchRequest.answer,
            PunchRequest.answer_reason,
        )
        .where((PunchRequest.employee == slot()) & (PunchRequest.at_ms >= slot()))
        .order_by(PunchRequest.at_ms.desc(), PunchRequest.id.desc())
    )
)
_SAID: Final = msgspec.json.Decoder(PunchSaid)
_APPROVED: Final = "approved"


def jobs_of(db: Database, employee: str) -> tuple[JobView, ...]:
    """What an employee (id) may come in for: the jobs that are assigned to them, or all of the shop's."""
    return tuple(JobView(code, name) for code, name in pay_rules.jobs_of(db, employee).items())


# --------------------------------------------------------------------------- forgotten punches


def missing(db: Database, employee: str, now_ms: int) -> tuple[MissingView, ...]:
    """What an employee must have forgotten to punch in the last two weeks, the newest first."""
    since_ms = now_ms - LOOK_BACK_MS
    told = punches(db, employee, since_ms, now_ms + 1)
    # A shift may have begun before the first punch that is looked at.
    odd = [
        one
        for one in timeclock.fold(told, now_ms).odd
        if one.punch.at_ms >= since_ms + LONGEST_SHIFT_MS
        and not is_locked(db, employee, one.punch.at_ms)
    ]
    if not odd:
        return ()
    asked = [(one[2], one[3]) for one in open_requests(db) if one[1] == employee]
    found = [_missing(one, told, now_ms) for one in reversed(odd)]
    return tuple(
        msgspec.structs.replace(one, waits=any(_is_asked(one, *ask) for ask in asked))
        for one in found
    )


def _missing(odd: Odd, told: Sequence[Punch], now_ms: int) -> MissingView:
    punch = odd.punch
    place = told.index(punch)
    if odd.fault is Fault.NO_END:
        after = told[place + 1].at_ms if place + 1 < len(told) else now_ms
        forgotten, from_ms = What.OUT, punch.at_ms
        to_ms = min(punch.at_ms + LONGEST_SHIFT_MS, after)
    else:
        before = told[place - 1].at_ms if place else 0
        forgotten, to_ms = _BEFORE.get(punch.what, What.OUT), punch.at_ms
        from_ms = max(punch.at_ms - LONGEST_SHIFT_MS, before)
    return MissingView(punch.id, punch.what.value, punch.at_ms, forgotten.value, from_ms, to_ms)


def _is_asked(one: MissingView, punch: str | None, said: PunchSaid) -> bool:
    if punch is not None:
        return punch == one.punch
    return said.what == one.missing and one.from_ms <= said.at_ms <= one.to_ms


# --------------------------------------------------------------------------- hours


def slip(db: Database, employee: str, now_ms: int) -> SlipView:
    """What somebody has worked and earned as of now.

    A shift that began before midnight counts for today as a whole, so that whoever works at night sees their shift.
    """
    rules = pay_rules.read(db)
    today = calendar.day_of(now_ms, rules.zone)
    week_ms = calendar.day_begins_ms(calendar.week_begins(today, rules.week_starts), rules.zone)
    stretches = _stretches(timeclock.fold(_told(db, employee, week_ms, now_ms), now_ms), now_ms)
    first, last = calendar.period_of(today, rules.period, rules.period_anchor)
    pay = wages.of_employee(db, employee, first.isoformat(), last.isoformat(), now_ms)
    asked = [one.why for one in pay.questions]
    is_priced = "no_rate" not in asked
    return SlipView(
        today_ms=_paid_ms(stretches, _shift_begins_ms(stretches, today, rules.zone), now_ms),
        week_ms=_paid_ms(stretches, week_ms, now_ms),
        period_minor=_so_far(pay.lines, today) if is_priced else None,
        from_day=first.isoformat(),
        to_day=last.isoformat(),
        questions=sum(why in set(Fault) for why in asked),
    )


def _so_far(lines: Sequence[PaidFor], today: datetime.date) -> int:
    """What the lines come to up to today: leave and holidays that are still to come are no pay yet."""
    return sum(line.amount_minor for line in lines if line.day <= today.isoformat())


def weeks(db: Database, employee: str, now_ms: int) -> tuple[OwnWeekView, OwnWeekView]:
    """This workweek and the last one, day by day up to now."""
    rules = pay_rules.read(db)
    today = calendar.day_of(now_ms, rules.zone)
    this = calendar.week_begins(today, rules.week_starts)
    last = this - calendar.DAYS * calendar.ONE_DAY
    told = _told(db, employee, calendar.day_begins_ms(last, rules.zone), now_ms)
    record = timeclock.fold(told, now_ms)
    stretches = _stretches(record, now_ms)
    found = [
        _day(day, stretches, record.odd, told, rules.zone)
        for day in calendar.days_between(last, today)
    ]
    return _week(found[calendar.DAYS :]), _week(found[: calendar.DAYS])


def _told(db: Database, employee: str, from_ms: int, now_ms: int) -> tuple[Punch, ...]:
    """The punches since then, with those before that may have begun what goes on."""
    return punches(db, employee, from_ms - 2 * LONGEST_SHIFT_MS, now_ms + 1)


def _stretches(record: Record, now_ms: int) -> tuple[Stretch, ...]:
    """What has ended, and what goes on, as if it ended now."""
    since = record.since
    if since is None or since.at_ms >= now_ms:
        return record.stretches
    kind = Kind.WORK
    if record.presence is Presence.ON_BREAK:
        kind = Kind.PAID_BREAK if since.paid else Kind.UNPAID_BREAK
    return (*record.stretches, Stretch(kind, since.at_ms, now_ms, record.job, since.id, ""))


def _shift_begins_ms(stretches: Sequence[Stretch], today: datetime.date, zone: ZoneInfo) -> int:
    """When today begins for somebody: at midnight, or with the shift that goes over it."""
    begins_ms = calendar.day_begins_ms(today, zone)
    for one in reversed(stretches):
        if one.begun_ms < begins_ms <= one.ended_ms:
            begins_ms = one.begun_ms
    return begins_ms


def _paid_ms(stretches: Iterable[Stretch], from_ms: int, to_ms: int) -> int:
    return sum(
        max(0, min(one.ended_ms, to_ms) - max(one.begun_ms, from_ms))
        for one in stretches
        if one.kind is not Kind.UNPAID_BREAK
    )


def _week(days: Sequence[OwnDayView]) -> OwnWeekView:
    return OwnWeekView(sum(day.paid_ms for day in days), tuple(days))


def _day(
    day: datetime.date,
    stretches: Sequence[Stretch],
    odd: Iterable[Odd],
    told: Iterable[Punch],
    zone: ZoneInfo,
) -> OwnDayView:
    begins_ms = calendar.day_begins_ms(day, zone)
    ends_ms = calendar.day_begins_ms(day + calendar.ONE_DAY, zone)
    return OwnDayView(
        day=day.isoformat(),
        begins_ms=begins_ms,
        ends_ms=ends_ms,
        paid_ms=_paid_ms(stretches, begins_ms, ends_ms),
        stretches=tuple(
            StretchView(
                kind=one.kind.value,
                begun_ms=max(one.begun_ms, begins_ms),
                ended_ms=min(one.ended_ms, ends_ms),
                job=one.job,
                goes_on=not one.ended_by,
            )
            for one in stretches
            if one.begun_ms < ends_ms and one.ended_ms > begins_ms
        ),
        odd=tuple(
            OddView(one.punch.id, one.punch.what.value, one.punch.at_ms, one.fault.value)
            for one in odd
            if begins_ms <= one.punch.at_ms < ends_ms
        ),
        punches=tuple(
            OwnPunchView(one.id, one.what.value, one.at_ms, one.job, one.paid)
            for one in told
            if begins_ms <= one.at_ms < ends_ms
        ),
    )


# --------------------------------------------------------------------------- what was said


def corrections(db: Database, employee: str, since_ms: int) -> tuple[CorrectionView, ...]:
    """What managers have put right of an employee's punches since then, the newest first."""
    return tuple(
        CorrectionView(
            id=row[0],
            at_ms=row[1],
            author=_name(db, row[2]),
            reason=row[3],
            was=_said(row[4]),
            said=_said(row[5]),
            contested=row[6],
        )
        for row in db.rows(_CORRECTIONS, employee, since_ms)
    )[:SHOWN]


def requests(db: Database, employee: str, since_ms: int) -> tuple[RequestView, ...]:
    """What an employee has asked for since then and was not granted (yet), the newest first."""
    return tuple(
        RequestView(
            id=row[0],
            at_ms=row[1],
            said=_view(_SAID.decode(row[2])),
            reason=row[3],
            answer=row[4],
            answer_reason=row[5],
        )
        for row in db.rows(_REQUESTS, employee, since_ms)
        if row[4] != _APPROVED
    )[:SHOWN]


def _name(db: Database, employee: str) -> str:
    row = db.row(_NAME, employee)
    return "" if row is None else str(row[0])


def _said(text: str | None) -> SaidView | None:
    return None if text is None else _view(_SAID.decode(text))


def _view(said: PunchSaid) -> SaidView:
    return SaidView(said.what, said.at_ms, said.job, said.paid)
