"""The part `rules` of the page of the staff: how the shop pays. It is changed by `SetPayRules` and what `pay` has.

Days are `2026-11-28`, lengths milliseconds, ratios ppm, weekdays 0 for Monday.
"""

import msgspec

from appliance.messages.values import Command, Snapshot


class LookAtHolidays(Command, frozen=True, tag="look_at_holidays"):
    """Show the holidays of this year and the next, or no longer. Managers only."""

    shown: bool


class ShiftBonusView(msgspec.Struct, frozen=True):
    """A shift bonus as it counts from a day on; `until_day` is its last day, empty where it goes on or is changed."""

    code: str
    name: str
    from_day: str
    amount_minor: int
    per: str = "hour"
    job: str = ""
    from_minute: int = 0
    to_minute: int = 0
    weekdays: tuple[int, ...] = ()
    until_day: str = ""


class LeaveKindView(msgspec.Struct, frozen=True):
    """A kind of paid leave; `name` is empty for those that every shop has and this one has not named."""

    code: str
    name: str = ""
    accrual_ppm: int = 0
    archived: bool = False


class OwnBreakView(msgspec.Struct, frozen=True):
    """Who works for longer than `after_ms` is due breaks of `length_ms` in all."""

    after_ms: int
    length_ms: int


class HolidayView(msgspec.Struct, frozen=True):
    """A day as the calendar and the shop name it.

    `is_public` is of the calendar, `is_own` was told by the shop; one that is not `kept` is a day like any other.
    `factor_ppm` and `hours_ms` are None where the day pays what every holiday does.
    """

    day: str
    name: str
    is_public: bool = True
    is_own: bool = False
    kept: bool = True
    factor_ppm: int | None = None
    hours_ms: int | None = None


class CountryView(msgspec.Struct, frozen=True):
    """The parts of a country that have holidays of their own, by code and name."""

    country: str
    parts: tuple[tuple[str, str], ...] = ()


class StaffRulesView(Snapshot, frozen=True, tag="staff_rules"):
    """The pay rules as they count now. `zone` is empty where it is the machine's, which `machine_zone` names.

    The limits are of the shop's own rules of overtime, None where there is none. Work on a holiday is paid
    `holiday_ppm` in all, and who is off is paid `holiday_ms`; without a country there are no public holidays. Below 0
    `early_minutes` are no limit. `holidays` are None until somebody looks at them, and `countries` empty. `jobs` are
    code and name.
    """

    overtime: str = "none"
    week_starts: int = 0
    period: str = "weekly"
    period_anchor: str = ""
    round_minutes: int = 0
    zone: str = ""
    machine_zone: str = ""
    weekly_after_ms: int | None = None
    weekly_ppm: int = 1_500_000
    daily_after_ms: int | None = None
    daily_ppm: int = 1_500_000
    double_after_ms: int | None = None
    double_ppm: int = 2_000_000
    seventh_day: bool = False
    breaks: str = "none"
    meals_waived: bool = False
    holiday_country: str = ""
    holiday_subdivision: str = ""
    holiday_ppm: int = 1_000_000
    holiday_ms: int = 0
    early_minutes: int = -1
    late_minutes: int = 5
    today: str = ""
    jobs: tuple[tuple[str, str], ...] = ()
    bonuses: tuple[ShiftBonusView, ...] = ()
    bonus_codes: tuple[str, ...] = ()
    """All that were ever used, also of bonuses that have ended."""
    leave_kinds: tuple[LeaveKindView, ...] = ()
    own_breaks: tuple[OwnBreakView, ...] = ()
    holidays: tuple[HolidayView, ...] | None = None
    countries: tuple[CountryView, ...] = ()
