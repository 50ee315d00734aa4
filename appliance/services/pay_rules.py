"""What is agreed about pay: the shop's rules, its jobs, and who is paid what from which day on."""

import datetime
import unicodedata
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec
from msgspec import UNSET, UnsetType

from appliance.domain import breaks, calendar
from appliance.domain.breaks import BREAKS, BreakRules, Due
from appliance.domain.money import PPM, Minor
from appliance.domain.wages import OWN, RULES, Rules
from appliance.journal.pay_kinds import HolidayCalendar, OwnBreak, OwnOvertime
from appliance.journal.staff_kinds import JobAssigned
from appliance.journal.time_kinds import JobDefined, PayRulesChanged, RateSet
from appliance.problems import Refusal
from appliance.services import people
from appliance.services.desk import Desk, at_once
from appliance.store.database import Database
from appliance.store.projections import edits, timeclock
from appliance.store.projections.staff import JOBS
from appliance.store.statements import Statement, slot
from appliance.store.tables import Edit, WagePeriod

PERIODS: Final = ("weekly", "biweekly", "semi_monthly", "monthly")
STEPS: Final = (0, 5, 6, 15)
"""Minutes to which punches may be rounded: 29 CFR 785.48(b) names five minutes, a tenth and a quarter of an hour."""
MOST_MINUTES: Final = 240
"""How much somebody may be early or late at most: four hours."""
NO_LIMIT: Final = -1
"""As `early_minutes`: everybody clocks in whenever they like."""
YEARS: Final = range(1969, 2201)
"""What a shop may name; beyond, numbers run out. A clock never set shows 1970, whose first period begins in 1969."""
FIRST_MONDAY: Final = datetime.date(2024, 1, 1)
_LOCALTIME: Final = Path("/etc/localtime")
_ZONES: Final = "zoneinfo/"

_OF_KIND: Final = Statement(
    lambda: (
        Edit.select(Edit.thing, Edit.field, Edit.value)
        .where((Edit.thing >= slot()) & (Edit.thing < slot()))
        .order_by(Edit.thing, Edit.field)
    )
)


_APPROVED_TO: Final = Statement(
    lambda: (
        WagePeriod.select(WagePeriod.to_day)
        .where(WagePeriod.employee == slot())
        .order_by(WagePeriod.to_day.desc())
    )
)


class UnknownPayRule(Refusal):
    """A rule of pay has a value that is none: `setting`, `value`, and `known` values."""

    code = "unknown_pay_rule"


class NoSuchJob(Refusal):
    """No job has this code."""

    code = "no_such_job"


class NotADay(Refusal):
    """A day is written as year, month and day: `2026-11-28`."""

    code = "not_a_day"


@dataclass(frozen=True, slots=True)
class PayRules:
    """How the shop pays. Work on a holiday is paid `holiday_ppm` in all, and who is off is paid `holiday_ms`."""

    overtime: Rules
    week_starts: int
    period: str
    period_anchor: datetime.date
    round_minutes: int
    zone: ZoneInfo
    breaks: BreakRules = breaks.NO_RULES
    meals_waived: bool = False
    holidays: HolidayCalendar | None = None
    holiday_ppm: int = PPM
    holiday_ms: int = 0
    early_minutes: int = NO_LIMIT
    late_minutes: int = 5


@dataclass(frozen=True, slots=True)
class Rate:
    """What is paid from a day on: by the hour, or a weekly salary where `covers_ms` is not 0."""

    rate_minor: Minor
    covers_ms: int = 0


@dataclass(frozen=True, slots=True)
class RateFrom:
    """A rate with the day from which it counts, and its job (empty: whatever has none of its own)."""

    job: str
    from_day: str
    rate: Rate


@dataclass(frozen=True, slots=True)
class Job:
    """A job that people do; one that is archived is offered no more."""

    code: str
    name: str
    archived: bool


class Rates:
    """The rates of one employee, by job and day."""

    def __init__(self, held: Mapping[str, list[tuple[str, Rate | None]]]) -> None:
        """`held` are each job's rates with the days from which they count, in order."""
        self._held = held
        self._found: dict[tuple[str, datetime.date], Rate | None] = {}

    def at(self, job: str, day: datetime.date) -> Rate | None:
        """The rate of a job on a day; a job without one is paid as work without a job is. None where none is agreed."""
        if (job, day) not in self._found:
            self._found[job, day] = self._look_up(job, day)
        return self._found[job, day]

    def _look_up(self, job: str, day: datetime.date) -> Rate | None:
        for code in dict.fromkeys((job, "")):
            rates = self._held.get(code, [])
            place = bisect_right([since for since, _ in rates], day.isoformat())
            if place and (rate := rates[place - 1][1]) is not None:
                return rate
        return None

    def usual(self, day: datetime.date) -> Rate | None:
        """The rate of a day on which nobody says at which job: the general one, else that of the only job with one."""
        if (general := self.at("", day)) is not None:
            return general
        of_jobs = [rate for job in self._held if (rate := self.at(job, day)) is not None]
        return of_jobs[0] if len(of_jobs) == 1 else None


def read(db: Database) -> PayRules:
    """The shop's rules, with cautious ones where it has set nothing: no rounding, no overtime, weeks from Monday."""
    return from_told(told(db))


def told(db: Database) -> dict[str, Any]:
    """The rules as they were told, field by field, with the time zone that counts: all that `from_told` needs."""
    found: dict[str, Any] = edits.of_thing(db, timeclock.RULES)
    return {**found, "zone": found.get("zone") or machine_zone()}


def from_told(told: Mapping[str, Any]) -> PayRules:
    """The rules that were told, now or when wages were approved."""
    week_starts = int(told.get("week_starts", 0))
    anchor = FIRST_MONDAY + datetime.timedelta(days=week_starts)
    if told.get("period_anchor"):
        anchor = datetime.date.fromisoformat(told["period_anchor"])
    return PayRules(
        overtime=_overtime(told),
        week_starts=week_starts,
        period=str(told.get("period", "weekly")),
        period_anchor=anchor,
        round_minutes=int(told.get("round_minutes", 0)),
        zone=ZoneInfo(told["zone"]),
        breaks=_breaks(told),
        meals_waived=bool(told.get("meals_waived")),
        holidays=msgspec.convert(told.get("holidays"), HolidayCalendar | None),
        holiday_ppm=int(told.get("holiday_ppm", PPM)),
        holiday_ms=int(told.get("holiday_ms", 0)),
        early_minutes=int(told.get("early_minutes", NO_LIMIT)),
        late_minutes=int(told.get("late_minutes", 5)),
    )


def _overtime(told: Mapping[str, Any]) -> Rules:
    name = told.get("overtime", "none")
    if name != OWN:
        return RULES[name]
    own = msgspec.convert(told.get("own_overtime", {}), OwnOvertime)
    return Rules(name=OWN, **msgspec.structs.asdict(own))


def _breaks(told: Mapping[str, Any]) -> BreakRules:
    name = told.get("breaks", "none")
    if name != breaks.OWN:
        return BREAKS[name]
    own = msgspec.convert(told.get("own_breaks", ()), tuple[OwnBreak, ...])
    return BreakRules(name=breaks.OWN, dues=tuple(Due(one.after_ms, one.length_ms) for one in own))


def period_at(db: Database, on_day: str | datetime.date) -> tuple[datetime.date, datetime.date]:
    """The first and the last day of the pay period in which a day lies. Raises `NotADay`."""
    rules = read(db)
    at = day(on_day) if isinstance(on_day, str) else on_day
    return calendar.period_of(at, rules.period, rules.period_anchor)


def period_before(db: Database, on_day: str | datetime.date) -> tuple[datetime.date, datetime.date]:
    """The pay period before the one in which a day lies. Raises `NotADay`."""
    return period_at(db, period_at(db, on_day)[0] - calendar.ONE_DAY)


def period_after(db: Database, on_day: str | datetime.date) -> tuple[datetime.date, datetime.date]:
    """The pay period after the one in which a day lies. Raises `NotADay`."""
    return period_at(db, period_at(db, on_day)[1] + calendar.ONE_DAY)


def machine_zone() -> str:
    """The IANA name of the machine's time zone; UTC where it has none."""
    target = str(_LOCALTIME.resolve())
    return target.partition(_ZONES)[2] or "UTC"


def change(desk: Desk, edit: PayRulesChanged, actor: str) -> None:
    """Change how the shop pays. Raises `UnknownPayRule`, `NotADay`."""
    known: Mapping[str, tuple[object, tuple[object, ...]]] = {
        "overtime": (edit.overtime, (*RULES, OWN)),
        "week_starts": (edit.week_starts, tuple(range(7))),
        "period": (edit.period, PERIODS),
        "round_minutes": (edit.round_minutes, STEPS),
    }
    for setting, (value, values) in known.items():
        if value is not UNSET and value not in values:
            listed = ", ".join(map(str, values))
            raise UnknownPayRule(setting=setting, value=str(value), known=listed)
    _refuse_minutes("early_minutes", edit.early_minutes, NO_LIMIT)
    _refuse_minutes("late_minutes", edit.late_minutes, 0)
    if isinstance(edit.period_anchor, str):
        day(edit.period_anchor)
    if isinstance(edit.zone, str) and edit.zone:
        try:
            ZoneInfo(edit.zone)
        except (ZoneInfoNotFoundError, ValueError) as why:
            known_zones = "Europe/Berlin, America/Los_Angeles, …"
            raise UnknownPayRule(setting="zone", value=edit.zone, known=known_zones) from why
    desk.book.record(actor, edit)


def _refuse_minutes(setting: str, value: int | UnsetType, least: int) -> None:
    if value is not UNSET and (value < least or value > MOST_MINUTES):
        known = f"{least}, {least + 1}, …, {MOST_MINUTES}"
        raise UnknownPayRule(setting=setting, value=str(value), known=known)


def day(text: str) -> datetime.date:
    """A day written as 2026-11-28, which sorts as text; raises `NotADay` for other ways of ISO 8601 and far years."""
    try:
        found = datetime.date.fromisoformat(text)
    except ValueError as why:
        raise NotADay(text=text) from why
    if found.isoformat() != text or found.year not in YEARS:
        raise NotADay(text=text)
    return found


def all_jobs(db: Database) -> tuple[Job, ...]:
    """The jobs of the shop by name, those that are archived last."""
    told = things(db, timeclock.JOB)
    found = (
        Job(code, str(fields.get("name", code)), bool(fields.get("archived")))
        for code, fields in told.items()
    )
    return tuple(sorted(found, key=lambda job: (job.archived, job.name.casefold(), job.code)))


def jobs(db: Database) -> dict[str, str]:
    """The jobs that are not archived: code and name."""
    return {job.code: job.name for job in all_jobs(db) if not job.archived}


def assigned_to(db: Database, employee: str) -> dict[str, str]:
    """The jobs that were assigned to an employee (id) and are not archived: code and name."""
    told = edits.of_thing(db, JOBS + employee)
    return {code: name for code, name in jobs(db).items() if told.get(code)}


def jobs_of(db: Database, employee: str) -> dict[str, str]:
    """The jobs that an employee (id) does: those assigned, and all of the shop's where none is."""
    return assigned_to(db, employee) or jobs(db)


def define_job(desk: Desk, edit: JobDefined, actor: str) -> None:
    """A job, by its code. Raises `NameNeeded`."""
    if edit.name is not UNSET:
        edit = msgspec.structs.replace(edit, name=people.named(edit.name))
    if not edit.code.strip():
        raise people.NameNeeded
    desk.book.record(actor, edit)


@at_once
def add_job(desk: Desk, name: str, actor: str) -> str:
    """A new job; answers its code, which is made from its name. Raises `NameNeeded`.

    Two registers that add the same job make the same code, and so it is one job. An archived one of that name comes
    back.
    """
    name = people.named(name)
    held = {job.code: job for job in all_jobs(desk.db)}
    plain = _code_of(name)
    code, number = plain, 1
    while code in held and held[code].name != name:
        number += 1
        code = f"{plain}_{number}"
    desk.book.record(actor, JobDefined(code, name, archived=False))
    return code


def _code_of(name: str) -> str:
    """Small letters and digits without accents: `Café-Bar` is `cafe_bar`."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    words = "".join(
        sign if sign.isascii() and sign.isalnum() else "" if unicodedata.combining(sign) else " "
        for sign in plain
    )
    return "_".join(words.split()) or "job"


@at_once
def assign_job(desk: Desk, employee: str, job: str, actor: str, *, assigned: bool) -> None:
    """An employee does a job, or no longer. Raises `NoSuchEmployee`, `NoSuchJob`."""
    person = people.known(desk.db, employee)
    if job not in {one.code for one in all_jobs(desk.db)}:
        raise NoSuchJob(job=job)
    if (job in assigned_to(desk.db, person.id)) != assigned:
        desk.book.record(actor, JobAssigned(person.id, job, assigned))


@at_once
def set_rate(desk: Desk, edit: RateSet, actor: str) -> str:
    """What an employee is paid from a day on; answers the day up to which approved wages stay as they are all the same.

    It is empty where no approved day is meant. Raises `NoSuchEmployee`, `NoSuchJob`, `NotADay`, `UnknownPayRule`.
    """
    person = people.known(desk.db, edit.employee)
    if edit.job and edit.job not in jobs(desk.db):
        raise NoSuchJob(job=edit.job)
    day(edit.from_day)
    if edit.rate_minor is not None and edit.rate_minor < 0:
        raise UnknownPayRule(setting="rate", value=str(edit.rate_minor), known="0, 1, 2, …")
    if edit.covers_ms < 0:
        raise UnknownPayRule(setting="covers_ms", value=str(edit.covers_ms), known="0, 1, 2, …")
    desk.book.record(actor, msgspec.structs.replace(edit, employee=person.id))
    until = approved_to(desk.db, person.id)
    return until if until >= edit.from_day else ""


def approved_to(db: Database, employee: str) -> str:
    """The last day of an employee's (id) approved wages; empty where none are."""
    row = db.row(_APPROVED_TO, employee)
    return "" if row is None else str(row[0])


def rate_list(db: Database, employee: str) -> tuple[RateFrom, ...]:
    """All rates of an employee (id) that were not taken back, by job, the newest first."""
    told = things(db, f"{timeclock.RATE}{employee}:")
    return tuple(
        RateFrom(job, since, rate)
        for job, fields in sorted(told.items())
        for since, value in sorted(fields.items(), reverse=True)
        if (rate := _rate(value)) is not None
    )


def rates_of(db: Database, employee: str) -> Rates:
    """What an employee is paid."""
    held = things(db, f"{timeclock.RATE}{employee}:")
    return Rates(
        {
            job: [(since, _rate(value)) for since, value in sorted(fields.items())]
            for job, fields in held.items()
        }
    )


def _rate(value: Any) -> Rate | None:  # noqa: ANN401 - JSON
    return None if value is None else Rate(Minor(value["rate_minor"]), value["covers_ms"])


def things(db: Database, prefix: str) -> dict[str, dict[str, Any]]:
    """The fields of all edited things whose name begins so, by the rest of their name."""
    found: dict[str, dict[str, Any]] = {}
    after = prefix[:-1] + chr(ord(prefix[-1]) + 1)
    for thing, field, value in db.rows(_OF_KIND, prefix, after):
        found.setdefault(thing.removeprefix(prefix), {})[field] = msgspec.json.decode(value)
    return found
