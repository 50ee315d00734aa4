"""What else is agreed about pay, as data: breaks, overtime of the shop's own, shift bonuses, holidays, leave."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

import msgspec
from msgspec import UNSET

from appliance.domain import breaks
from appliance.domain.breaks import BREAKS
from appliance.domain.money import PPM, Minor
from appliance.domain.shift_bonus import Per, ShiftBonus, ShiftBonuses
from appliance.domain.timeclock import HOUR_MS
from appliance.journal.pay_kinds import (
    HolidaySet,
    LeaveKindDefined,
    OwnBreak,
    OwnOvertime,
    PayTermsChanged,
    ShiftBonusSet,
)
from appliance.services import holiday_days, pay_rules
from appliance.services.catalogue_texts import refuse_signs
from appliance.services.desk import Desk, at_once
from appliance.services.pay_rules import NoSuchJob, UnknownPayRule
from appliance.store.database import Database
from appliance.store.projections import pay as told_of

DAY_MS: Final = 24 * HOUR_MS
WEEK_MS: Final = 7 * DAY_MS
LEAVE_KINDS: Final = ("vacation", "sick")
"""The kinds of leave that every shop has; it may define more."""
MINUTES_OF_A_DAY: Final = 1440
_MOST_PPM: Final = 10 * PPM
_MOST_BREAKS: Final = 10


@at_once
def change(desk: Desk, edit: PayTermsChanged, actor: str) -> None:
    """Change the terms of pay; what is left out stays. Raises `UnknownPayRule`."""
    if edit.breaks is not UNSET:
        _refuse_unless_among("breaks", edit.breaks, (*BREAKS, breaks.OWN))
    if edit.own_breaks is not UNSET:
        _refuse_bad_breaks(edit.own_breaks)
    if edit.own_overtime is not UNSET:
        _refuse_bad_overtime(edit.own_overtime)
    if edit.holidays is not UNSET and edit.holidays is not None:
        holiday_days.refuse_unknown(edit.holidays)
    if edit.holiday_ppm is not UNSET:
        _refuse_beyond("holiday_ppm", edit.holiday_ppm, PPM, _MOST_PPM)
    if edit.holiday_ms is not UNSET:
        _refuse_beyond("holiday_ms", edit.holiday_ms, 0, DAY_MS)
    desk.book.record(actor, edit)


@at_once
def set_shift_bonus(desk: Desk, edit: ShiftBonusSet, actor: str) -> None:
    """More pay for work within a window of the day. Raises `NotADay`, `NoSuchJob`, `UnknownPayRule`, `Unprintable`."""
    pay_rules.day(edit.from_day)
    if not edit.code.strip():
        raise UnknownPayRule(setting="code", value=edit.code, known="night, sunday, …")
    _refuse_unless_among("per", edit.per, tuple(per.value for per in Per))
    if edit.job and edit.job not in pay_rules.jobs(desk.db):
        raise NoSuchJob(job=edit.job)
    if edit.amount_minor is not None and edit.amount_minor < 0:
        raise UnknownPayRule(
            setting="amount_minor", value=str(edit.amount_minor), known="0, 1, 2, …"
        )
    _refuse_beyond("from_minute", edit.from_minute, 0, MINUTES_OF_A_DAY - 1)
    _refuse_beyond("to_minute", edit.to_minute, 0, MINUTES_OF_A_DAY - 1)
    refuse_signs(edit.name, "name")
    for weekday in edit.weekdays:
        _refuse_unless_among("weekdays", weekday, tuple(range(7)))
    desk.book.record(actor, edit)


@at_once
def set_holiday(desk: Desk, edit: HolidaySet, actor: str) -> None:
    """What a day is to the shop, or nothing of its own any more. Raises `NotADay`, `UnknownPayRule`, `Unprintable`."""
    pay_rules.day(edit.day)
    own = edit.holiday
    if own is not None:
        if not own.name.strip():
            raise UnknownPayRule(setting="name", value=own.name, known="Inventory day, …")
        refuse_signs(own.name, "name")
        if own.factor_ppm is not None:
            _refuse_beyond("factor_ppm", own.factor_ppm, PPM, _MOST_PPM)
        if own.hours_ms is not None:
            _refuse_beyond("hours_ms", own.hours_ms, 0, DAY_MS)
    desk.book.record(actor, edit)


@at_once
def define_leave(desk: Desk, edit: LeaveKindDefined, actor: str) -> None:
    """A kind of paid leave. Raises `UnknownPayRule`, `Unprintable`."""
    if not edit.code.strip():
        raise UnknownPayRule(setting="code", value=edit.code, known="vacation, sick, …")
    if edit.name is not UNSET:
        refuse_signs(edit.name, "name")
    if edit.accrual_ppm is not UNSET:
        _refuse_beyond("accrual_ppm", edit.accrual_ppm, 0, PPM)
    desk.book.record(actor, edit)


def shift_bonuses(db: Database) -> ShiftBonuses:
    """The shift bonuses of the shop."""
    held = pay_rules.things(db, told_of.SHIFT_BONUS)
    return ShiftBonuses(
        {
            code: [(since, _bonus(code, value)) for since, value in sorted(fields.items())]
            for code, fields in held.items()
        }
    )


def own_breaks(db: Database) -> tuple[OwnBreak, ...]:
    """The breaks that the shop itself has set, whether its rules are those or a law's."""
    told = pay_rules.told(db).get("own_breaks", ())
    return msgspec.convert(told, tuple[OwnBreak, ...])


class LeaveKind(msgspec.Struct, frozen=True):
    """A kind of paid leave: each hour worked earns `accrual_ppm` of one; `name` is empty for those every shop has."""

    code: str
    name: str = ""
    accrual_ppm: int = 0
    archived: bool = False


def leave_kinds(db: Database, *, also_archived: bool = False) -> dict[str, LeaveKind]:
    """The kinds of leave by code."""
    told: dict[str, dict[str, Any]] = {code: {} for code in LEAVE_KINDS}
    told.update(pay_rules.things(db, told_of.LEAVE))
    found = {
        code: msgspec.convert({"code": code, **fields}, LeaveKind) for code, fields in told.items()
    }
    return {code: kind for code, kind in found.items() if also_archived or not kind.archived}


def _bonus(code: str, value: Any) -> ShiftBonus | None:  # noqa: ANN401 - JSON
    if value is None:
        return None
    return ShiftBonus(
        name=value["name"] or code,
        amount_minor=Minor(value["amount_minor"]),
        per=Per(value["per"]),
        job=value["job"],
        from_minute=value["from_minute"],
        to_minute=value["to_minute"],
        weekdays=tuple(value["weekdays"]),
    )


def _refuse_bad_breaks(own: Iterable[OwnBreak]) -> None:
    told = tuple(own)
    _refuse_beyond("own_breaks", len(told), 0, _MOST_BREAKS)
    for one in told:
        _refuse_beyond("after_ms", one.after_ms, 0, DAY_MS)
        _refuse_beyond("length_ms", one.length_ms, 1, DAY_MS)


def _refuse_bad_overtime(own: OwnOvertime) -> None:
    limits: Mapping[str, tuple[int | None, int]] = {
        "weekly_after_ms": (own.weekly_after_ms, WEEK_MS),
        "daily_after_ms": (own.daily_after_ms, DAY_MS),
        "double_after_ms": (own.double_after_ms, DAY_MS),
    }
    for setting, (limit, most) in limits.items():
        if limit is not None:
            _refuse_beyond(setting, limit, 0, most)
    for setting in ("weekly_ppm", "daily_ppm", "double_ppm"):
        _refuse_beyond(setting, getattr(own, setting), PPM, _MOST_PPM)
    if own.double_after_ms is not None and own.double_after_ms < (own.daily_after_ms or 0):
        least = f"{own.daily_after_ms} …"
        raise UnknownPayRule(setting="double_after_ms", value=str(own.double_after_ms), known=least)


def _refuse_unless_among(setting: str, value: object, known: tuple[object, ...]) -> None:
    if value not in known:
        listed = ", ".join(map(str, known))
        raise UnknownPayRule(setting=setting, value=str(value), known=listed)


def _refuse_beyond(setting: str, value: int, least: int, most: int) -> None:
    if not least <= value <= most:
        raise UnknownPayRule(setting=setting, value=str(value), known=f"{least} … {most}")
