"""The kinds of entries for what pay is made of besides rates and punches; see `kinds` for what holds for all kinds.

Facts: leave that was granted and taken, additions and deductions, differences that were paid. Edits: the terms of pay,
shift bonuses, the shop's own holidays, kinds of leave. Days are texts such as `2026-11-28`, in the shop's own time
zone; lengths are milliseconds, money is minor units, factors and ratios are parts per million.
"""

from typing import Any, ClassVar, Final

import msgspec
from msgspec import UNSET, UnsetType

from appliance.journal.body import Body

# --------------------------------------------------------------------------- what is agreed


class OwnOvertime(msgspec.Struct, frozen=True, omit_defaults=True):
    """The shop's own rules of overtime, as `domain.wages.Rules` has them; a limit of None means that there is none."""

    weekly_after_ms: int | None = None
    weekly_ppm: int = 1_500_000
    daily_after_ms: int | None = None
    daily_ppm: int = 1_500_000
    double_after_ms: int | None = None
    double_ppm: int = 2_000_000
    seventh_day: bool = False


class OwnBreak(msgspec.Struct, frozen=True):
    """Who works for longer than `after_ms` is due breaks of `length_ms` in all."""

    after_ms: int
    length_ms: int


class HolidayCalendar(msgspec.Struct, frozen=True, omit_defaults=True):
    """Whose public holidays count: a country by ISO 3166-1, and a part of it by ISO 3166-2 without the country."""

    country: str
    subdivision: str = ""


class PayTermsChanged(Body, frozen=True):
    """What else is agreed for the whole shop, besides `PayRulesChanged`; what is left out stays.

    `breaks` names rules of `domain.breaks`, `own_breaks` and `own_overtime` are the shop's own. `holidays` None knows
    no public holidays. Work on a holiday is paid `holiday_ppm` in all (1,000,000 is no more than on other days), and
    who does not work on it is paid `holiday_ms`. `meals_waived`: breaks that people may waive by law are waived in
    writing.
    """

    kind: ClassVar[str] = "pay_terms_changed"
    breaks: str | UnsetType = UNSET
    own_breaks: tuple[OwnBreak, ...] | UnsetType = UNSET
    meals_waived: bool | UnsetType = UNSET
    own_overtime: OwnOvertime | UnsetType = UNSET
    holidays: HolidayCalendar | UnsetType | None = UNSET
    holiday_ppm: int | UnsetType = UNSET
    holiday_ms: int | UnsetType = UNSET


class ShiftBonusSet(Body, frozen=True):
    """More pay for work within a window of the day, from a day on; `amount_minor` None takes it back from that day.

    The window goes from one minute of the day to another, over midnight where the second is not after the first, and
    begins on `weekdays` (0 is Monday; none: all). `per` is `hour`, or `shift` for each shift that begins in it. An
    empty `job` means all jobs.
    """

    kind: ClassVar[str] = "shift_bonus_set"
    code: str
    from_day: str
    amount_minor: int | None
    name: str = ""
    per: str = "hour"
    job: str = ""
    from_minute: int = 0
    to_minute: int = 0
    weekdays: tuple[int, ...] = ()


class OwnHoliday(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a day is to the shop. `observed` false: a public holiday that the shop does not keep.

    `factor_ppm` and `hours_ms` say what is paid where that is not what the terms say (a day that is merely closed pays
    a factor of 1,000,000 and no hours).
    """

    name: str
    observed: bool = True
    factor_ppm: int | None = None
    hours_ms: int | None = None


class HolidaySet(Body, frozen=True):
    """A holiday or closed day of the shop's own; `holiday` None leaves the day to the public calendar again."""

    kind: ClassVar[str] = "holiday_set"
    day: str
    holiday: OwnHoliday | None


class LeaveKindDefined(Body, frozen=True):
    """A kind of paid leave, by its code. Each hour worked earns `accrual_ppm` of an hour of it, once it is approved."""

    kind: ClassVar[str] = "leave_kind_defined"
    code: str
    name: str | UnsetType = UNSET
    accrual_ppm: int | UnsetType = UNSET
    archived: bool | UnsetType = UNSET


# --------------------------------------------------------------------------- what happened


class LeaveGranted(Body, frozen=True):
    """So much paid leave is somebody's from a day on, such as a year's; below zero takes some back."""

    kind: ClassVar[str] = "leave_granted"
    employee: str
    leave: str
    day: str
    length_ms: int
    reason: str = ""


class LeaveTaken(Body, frozen=True):
    """Paid leave on some days, `length_ms` each. `reason` is the manager's where there was not enough left."""

    kind: ClassVar[str] = "leave_taken"
    employee: str
    leave: str
    days: tuple[str, ...]
    length_ms: int
    reason: str = ""


class LeaveCancelled(Body, frozen=True):
    """Leave that was granted or taken by mistake, or not taken after all."""

    kind: ClassVar[str] = "leave_cancelled"
    leave: str
    reason: str


class AdjustmentAdded(Body, frozen=True):
    """What is paid out (below zero: kept back) and is no wage: `expenses`, an `advance`, `tools`, `other`."""

    kind: ClassVar[str] = "adjustment_added"
    employee: str
    day: str
    adjustment_kind: str
    name: str
    amount_minor: int


class AdjustmentRemoved(Body, frozen=True):
    """An adjustment that was added by mistake."""

    kind: ClassVar[str] = "adjustment_removed"
    adjustment: str
    reason: str


class BackPaySettled(Body, frozen=True):
    """What changed after an approval is paid with the period of `day`; below zero is taken off.

    `facts` is the checksum of what was known then. An amount of 0 means that a manager let the difference be, and why.
    """

    kind: ClassVar[str] = "back_pay_settled"
    employee: str
    approval: str
    facts: str
    day: str
    amount_minor: int
    reason: str = ""


# --------------------------------------------------------------------------- parts of an approval


class DayWorked(msgspec.Struct, frozen=True):
    """So long was worked on a day, paid breaks included."""

    day: str
    worked_ms: int


class WeekWorked(msgspec.Struct, frozen=True):
    """A workweek by its first day: all its hours, its overtime, and its regular rate rounded to the minor unit."""

    week: str
    worked_ms: int
    overtime_ms: int
    regular_rate_minor: int


class Adjusted(msgspec.Struct, frozen=True):
    """An addition (above zero) or a deduction that is no wage."""

    day: str
    adjustment_kind: str
    name: str
    amount_minor: int


class Accrued(msgspec.Struct, frozen=True):
    """Leave that was earned by the hours of a period."""

    leave: str
    length_ms: int


class Lacked(msgspec.Struct, frozen=True, omit_defaults=True):
    """A break that a law asks for and that a shift of a day lacked: `why` is a `domain.breaks.Missing`."""

    day: str
    why: str
    length_ms: int = 0
    taken_ms: int = 0


class ApprovedDetail(msgspec.Struct, frozen=True, omit_defaults=True):
    """What else is kept of approved wages, so that nothing that is set later changes them.

    `terms` are the rules of pay as they were told, rounding of punches and time zone among them. `facts` is the
    checksum of the punches and other facts that were known, which lie from `begins_ms` to before `ends_ms`.
    """

    begins_ms: int
    ends_ms: int
    facts: str
    net_minor: int
    days: tuple[DayWorked, ...] = ()
    weeks: tuple[WeekWorked, ...] = ()
    adjustments: tuple[Adjusted, ...] = ()
    accrued: tuple[Accrued, ...] = ()
    lacked: tuple[Lacked, ...] = ()
    terms: dict[str, Any] = {}


PAY_KINDS: Final[tuple[type[Body], ...]] = (
    PayTermsChanged,
    ShiftBonusSet,
    HolidaySet,
    LeaveKindDefined,
    LeaveGranted,
    LeaveTaken,
    LeaveCancelled,
    AdjustmentAdded,
    AdjustmentRemoved,
    BackPaySettled,
)
