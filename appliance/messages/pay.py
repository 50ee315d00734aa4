"""Commands for what pay is made of besides rates and punches. Days are `2026-11-28`, lengths milliseconds, ratios ppm.

All of them are for managers only.
"""

from typing import Annotated

import msgspec

from appliance.messages.values import Command, Number

Text = Annotated[str, msgspec.Meta(max_length=400)]
Days = Annotated[tuple[str, ...], msgspec.Meta(max_length=366)]
Weekdays = Annotated[tuple[int, ...], msgspec.Meta(max_length=7)]


class OwnBreakSaid(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who works for longer than `after_ms` is due breaks of `length_ms` in all."""

    after_ms: Number
    length_ms: Number


class OwnOvertimeSaid(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The shop's own rules of overtime; a limit of None means that there is none."""

    weekly_after_ms: Number | None = None
    weekly_ppm: Number = 1_500_000
    daily_after_ms: Number | None = None
    daily_ppm: Number = 1_500_000
    double_after_ms: Number | None = None
    double_ppm: Number = 2_000_000
    seventh_day: bool = False


class SetPayTerms(Command, frozen=True, tag="set_pay_terms"):
    """What else is agreed for the whole shop; what is left out stays. An empty `holiday_country` knows no holidays."""

    breaks: str | None = None
    own_breaks: Annotated[tuple[OwnBreakSaid, ...], msgspec.Meta(max_length=20)] | None = None
    meals_waived: bool | None = None
    own_overtime: OwnOvertimeSaid | None = None
    holiday_country: Text | None = None
    holiday_subdivision: Text = ""
    holiday_ppm: Number | None = None
    holiday_ms: Number | None = None


class SetShiftBonus(Command, frozen=True, tag="set_shift_bonus"):
    """More pay within a window of the day, from a day on; `amount_minor` None takes it back."""

    code: Text
    from_day: str
    amount_minor: Number | None
    name: Text = ""
    per: str = "hour"
    job: Text = ""
    from_minute: Number = 0
    to_minute: Number = 0
    weekdays: Weekdays = ()


class SetHoliday(Command, frozen=True, tag="set_holiday"):
    """A holiday or closed day of the shop's own; `name` None leaves the day to the public calendar again."""

    day: str
    name: Text | None
    observed: bool = True
    factor_ppm: Number | None = None
    hours_ms: Number | None = None


class DefineLeave(Command, frozen=True, tag="define_leave"):
    """A kind of paid leave; what is left out stays."""

    code: Text
    name: Text | None = None
    accrual_ppm: Number | None = None
    archived: bool | None = None


class GrantLeave(Command, frozen=True, tag="grant_leave"):
    """Leave that is somebody's from a day on; below zero takes some back."""

    employee: str
    leave: str
    day: str
    length_ms: Number
    reason: Text = ""


class TakeLeave(Command, frozen=True, tag="take_leave"):
    """Paid leave on some days, `length_ms` each; with a `reason` also where not enough is left."""

    employee: str
    leave: str
    days: Days
    length_ms: Number
    reason: Text = ""


class CancelLeave(Command, frozen=True, tag="cancel_leave"):
    """Leave that was not taken after all, or a grant that was a mistake, by its id."""

    leave: str
    reason: Text


class AddAdjustment(Command, frozen=True, tag="add_adjustment"):
    """What is paid out (below zero: kept back) and is no wage: `expenses`, `advance`, `tools` or `other`."""

    employee: str
    day: str
    kind: str
    name: Text
    amount_minor: Number


class RemoveAdjustment(Command, frozen=True, tag="remove_adjustment"):
    """An adjustment that was a mistake."""

    adjustment: str
    reason: Text


class SettleDifference(Command, frozen=True, tag="settle_difference"):
    """Pay what changed after an approval with the period of `day`, or let it be and say why."""

    approval: str
    day: str
    let_be: bool = False
    reason: Text = ""
