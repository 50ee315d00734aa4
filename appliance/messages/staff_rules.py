"""The part `rules` of the page of the staff: how the shop pays. It is changed by `SetPayRules`."""

from appliance.messages.values import Snapshot


class StaffRulesView(Snapshot, frozen=True, tag="staff_rules"):
    """The pay rules as they count now. `zone` is empty where it is the machine's, which `machine_zone` names.

    The limits are of the shop's own rules of overtime, None where there is none. Work on a holiday is paid
    `holiday_ppm` in all, and who is off is paid `holiday_ms`; without a country there are no public holidays. Below 0
    `early_minutes` are no limit.
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
