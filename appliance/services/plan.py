"""The schedule of a week: planning, changing and dropping shifts, copying the week before, and who is not there.

Shifts are planned by the clock on the wall in the shop's time zone, so that a night from 22:00 to 06:00 stays that when
clocks change, and so does the copy of a week.
"""

import datetime
from collections import defaultdict
from collections.abc import Mapping
from typing import Final, NamedTuple

from msgspec import UNSET

from appliance.domain import attendance, calendar, timeclock
from appliance.domain.attendance import Attendance, Shift, State, Stay
from appliance.journal.plan_kinds import EarlyAllowed, ShiftChanged, ShiftDropped, ShiftPlanned
from appliance.problems import Refusal
from appliance.services import pay_rules, people, shifts
from appliance.services.catalogue_texts import refuse_signs
from appliance.services.desk import Desk, at_once
from appliance.services.pay_rules import PayRules
from appliance.services.places import Place
from appliance.services.shifts import Planned, clock_text
from appliance.services.timeclock import punches
from appliance.services.wall_time import NotATime, minute
from appliance.store.database import Database

_MINUTE_MS: Final = 60_000


class NoSuchShift(Refusal):
    """No planned shift has this id, or it was dropped."""

    code = "no_such_shift"


class ShiftTooLong(Refusal):
    """Nobody works so long at a stretch: `hours` at most. Begin and end may not be the same."""

    code = "shift_too_long"


class ShiftsOverlap(Refusal):
    """Somebody is planned for this time already: `name`, `day`, `begins`, `ends`."""

    code = "shifts_overlap"


class NothingToCopy(Refusal):
    """There was nothing planned in the week before that is not planned in this one."""

    code = "nothing_to_copy"


class NoLimitThere(Refusal):
    """It is not too early for this employee to clock in: `name`."""

    code = "not_too_early"


class Wished(NamedTuple):
    """A shift as somebody wants it: the day on which it begins, and the times on the wall."""

    employee: str
    day: str
    begins: str
    ends: str
    job: str = ""
    note: str = ""


class Judged(NamedTuple):
    """A planned shift and what became of it; `clashes` with another shift of the same employee."""

    planned: Planned
    attendance: Attendance
    clashes: bool


class Week(NamedTuple):
    """A week of the schedule. `unplanned` are stays for no shift, with whose they are."""

    days: tuple[datetime.date, ...]
    shifts: tuple[Judged, ...]
    unplanned: tuple[tuple[str, Stay], ...]


# --------------------------------------------------------------------------- looking


def week(db: Database, day: datetime.date, now_ms: int) -> Week:
    """The workweek in which a day lies, with what became of its shifts as of `now_ms`."""
    rules = pay_rules.read(db)
    days = days_of_week(day, rules)
    from_ms = calendar.day_begins_ms(days[0], rules.zone)
    to_ms = calendar.day_begins_ms(days[-1] + calendar.ONE_DAY, rules.zone)
    # Who is there may be there for the night before, or for a shift soon after the week.
    by_person = _by_person(shifts.between(db, from_ms, to_ms + attendance.EARLY_MS))
    judged: list[Judged] = []
    extra: list[tuple[str, Stay]] = []
    margin_ms = 2 * timeclock.LONGEST_SHIFT_MS
    everybody = dict.fromkeys((*(one.id for one in people.active(db)), *by_person))
    for employee in everybody:
        told = punches(db, employee, from_ms - margin_ms, min(to_ms + margin_ms, now_ms + 1))
        there = attendance.stays(timeclock.fold(told, now_ms))
        own = by_person.get(employee, [])
        judged += [
            _judged(one, own, there, rules, now_ms)
            for one in own
            # A shift belongs to the day on which it begins.
            if from_ms <= one.begins_ms < to_ms
        ]
        extra += [
            (employee, stay)
            for stay in attendance.unplanned((one.shift for one in own), there, now_ms)
            if from_ms <= stay.begun_ms < to_ms
        ]
    judged.sort(key=lambda one: (one.planned.begins_ms, one.planned.id))
    extra.sort(key=lambda one: (one[1].begun_ms, one[0]))
    return Week(days, tuple(judged), tuple(extra))


def not_there(db: Database, now_ms: int) -> tuple[str, ...]:
    """The names of those whose shift is going on and who are late or missing, by the begin of it."""
    current = shifts.between(db, now_ms, now_ms + 1)
    if not current:
        return ()
    rules = pay_rules.read(db)
    names = {person.id: person.name for person in people.active(db)}
    found: dict[str, None] = {}
    for one in current:
        since_ms = now_ms - 3 * timeclock.LONGEST_SHIFT_MS
        told = punches(db, one.employee, since_ms, now_ms + 1)
        there = attendance.stays(timeclock.fold(told, now_ms))
        state = attendance.attendance(
            one.shift, there, rules.late_minutes * _MINUTE_MS, now_ms
        ).state
        if state in {State.LATE, State.MISSING} and one.employee in names:
            found[names[one.employee]] = None
    return tuple(found)


def days_of_week(day: datetime.date, rules: PayRules) -> tuple[datetime.date, ...]:
    """The seven days of the workweek in which a day lies."""
    first = calendar.week_begins(day, rules.week_starts)
    return tuple(first + place * calendar.ONE_DAY for place in range(calendar.DAYS))


# --------------------------------------------------------------------------- planning


@at_once
def plan(desk: Desk, wished: Wished, place: Place, actor: str) -> str:
    """Plan a shift; answers its id.

    Raises `NotHere`, `NoSuchEmployee`, `NoSuchJob`, `NotADay`, `NotATime`, `ShiftTooLong`, `ShiftsOverlap`.
    """
    place.refuse_unless("plan")
    body = _wanted(desk.db, wished, besides="")
    return desk.book.record(actor, body)[0].id


@at_once
def change(
    desk: Desk,
    shift: str,
    wished: Mapping[str, str],
    place: Place,
    actor: str,
    *,
    allows_early: bool = False,
) -> None:
    """Change a shift: `wished` are the fields of `Wished` that are to be others.

    With `allows_early` whose it is may clock in for it before the limit. Raises `NoSuchShift` and what `plan` raises.
    """
    place.refuse_unless("plan")
    held = _held(desk.db, shift)
    bodies: list[ShiftChanged | EarlyAllowed] = []
    if allows_early and not held.early_allowed:
        place.refuse_unless("allow")
        bodies.append(EarlyAllowed(shift=shift))
    zone = pay_rules.read(desk.db).zone
    now = Wished(
        held.employee,
        calendar.day_of(held.begins_ms, zone).isoformat(),
        clock_text(calendar.minute_of(held.begins_ms, zone)),
        clock_text(calendar.minute_of(held.ends_ms, zone)),
        held.job,
        held.note,
    )
    body = _wanted(desk.db, now._replace(**wished), besides=shift)
    times = (body.begins_ms, body.ends_ms)
    edit = ShiftChanged(
        shift=shift,
        employee=UNSET if body.employee == held.employee else body.employee,
        times=UNSET if times == (held.begins_ms, held.ends_ms) else times,
        job=UNSET if body.job == held.job else body.job,
        note=UNSET if body.note == held.note else body.note,
    )
    if edit != ShiftChanged(shift=shift):
        bodies.append(edit)
    if bodies:
        desk.book.record(actor, *bodies)


@at_once
def drop(desk: Desk, shift: str, place: Place, actor: str) -> Planned:
    """A shift is not to be worked; answers what it was. Raises `NotHere`, `NoSuchShift`."""
    place.refuse_unless("plan")
    held = _held(desk.db, shift)
    desk.book.record(actor, ShiftDropped(shift=shift))
    return held


@at_once
def copy_week(desk: Desk, day: str, place: Place, actor: str) -> tuple[int, int]:
    """Plan the week of a day as the week before was planned; answers how many shifts were copied and left out.

    Left out is what overlaps with what is planned already, and whoever works here no longer. A job that is archived is
    left away. Raises `NotHere`, `NotADay`, `NothingToCopy`.
    """
    place.refuse_unless("plan")
    db, rules = desk.db, pay_rules.read(desk.db)
    first = days_of_week(pay_rules.day(day), rules)[0]
    before = first - calendar.DAYS * calendar.ONE_DAY
    from_ms = calendar.day_begins_ms(before, rules.zone)
    to_ms = calendar.day_begins_ms(first, rules.zone)
    active = {person.id for person in people.active(db)}
    jobs = pay_rules.jobs(db)
    bodies: list[ShiftPlanned] = []
    left_out = 0
    for one in shifts.between(db, from_ms, to_ms):
        if one.begins_ms < from_ms:
            continue
        begins_ms, ends_ms = (_a_week_later(at_ms, rules) for at_ms in (one.begins_ms, one.ends_ms))
        job = one.job if one.job in jobs else ""
        wanted = ShiftPlanned(one.employee, begins_ms, ends_ms, job, one.note)
        if one.employee not in active or _clash(db, wanted, besides="") is not None:
            left_out += 1
        else:
            bodies.append(wanted)
    if not bodies:
        raise NothingToCopy
    desk.book.record(actor, *bodies)
    return len(bodies), left_out


@at_once
def allow_early(desk: Desk, employee: str, place: Place, actor: str, now_ms: int) -> str:
    """A manager lets somebody clock in before the limit, for their next shift; answers their name.

    Raises `NotHere`, `NoSuchEmployee`, and `NoLimitThere` where it is not too early.
    """
    place.refuse_unless("allow")
    person = people.find(desk.db, employee)
    shift = shifts.next_early(desk.db, person.id, now_ms)
    if shift is None:
        raise NoLimitThere(name=person.name)
    desk.book.record(actor, EarlyAllowed(shift=shift.id))
    return person.name


# --------------------------------------------------------------------------- helpers


def _by_person(planned: tuple[Planned, ...]) -> dict[str, list[Planned]]:
    found: dict[str, list[Planned]] = defaultdict(list)
    for one in planned:
        found[one.employee].append(one)
    return found


def _judged(
    one: Planned, own: list[Planned], there: tuple[Stay, ...], rules: PayRules, now_ms: int
) -> Judged:
    allowed_ms = rules.late_minutes * _MINUTE_MS
    clashes = any(
        other.id != one.id and attendance.overlap(one.shift, other.shift) for other in own
    )
    return Judged(one, attendance.attendance(one.shift, there, allowed_ms, now_ms), clashes)


def _held(db: Database, shift: str) -> Planned:
    held = shifts.one(db, shift)
    if held is None or held.dropped:
        raise NoSuchShift(shift=shift)
    return held


def _wanted(db: Database, wished: Wished, besides: str) -> ShiftPlanned:
    """What a wish comes to, if it can be; `besides` is the shift that is to become so."""
    person = people.find(db, wished.employee)
    if wished.job and wished.job not in pay_rules.jobs(db):
        raise pay_rules.NoSuchJob(job=wished.job)
    rules = pay_rules.read(db)
    day = pay_rules.day(wished.day)
    begins, ends = minute(wished.begins), minute(wished.ends)
    last = day + calendar.ONE_DAY if ends <= begins else day
    begins_ms = calendar.at_minute_ms(day, begins, rules.zone)
    ends_ms = calendar.at_minute_ms(last, ends, rules.zone)
    if not 0 < ends_ms - begins_ms <= timeclock.LONGEST_SHIFT_MS:
        raise ShiftTooLong(hours=timeclock.LONGEST_SHIFT_MS // timeclock.HOUR_MS)
    refuse_signs(wished.note.strip(), "note")
    wanted = ShiftPlanned(person.id, begins_ms, ends_ms, wished.job, wished.note.strip())
    clash = _clash(db, wanted, besides)
    if clash is not None:
        raise ShiftsOverlap(
            name=person.name,
            day=calendar.day_of(clash.begins_ms, rules.zone).isoformat(),
            begins=clock_text(calendar.minute_of(clash.begins_ms, rules.zone)),
            ends=clock_text(calendar.minute_of(clash.ends_ms, rules.zone)),
        )
    return wanted


def _clash(db: Database, wanted: ShiftPlanned, besides: str) -> Planned | None:
    near = shifts.of_employee(db, wanted.employee, wanted.begins_ms, wanted.ends_ms)
    return next((one for one in near if one.id != besides), None)


def _a_week_later(at_ms: int, rules: PayRules) -> int:
    day = calendar.day_of(at_ms, rules.zone) + calendar.DAYS * calendar.ONE_DAY
    return calendar.at_minute_ms(day, calendar.minute_of(at_ms, rules.zone), rules.zone)


__all__ = [
    "Judged",
    "NoLimitThere",
    "NoSuchShift",
    "NotATime",
    "NothingToCopy",
    "Shift",
    "ShiftTooLong",
    "ShiftsOverlap",
    "Week",
    "Wished",
    "allow_early",
    "change",
    "copy_week",
    "days_of_week",
    "drop",
    "minute",
    "not_there",
    "plan",
    "week",
]
