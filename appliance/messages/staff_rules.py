"""The part `rules` of the page of the staff: how the shop pays. It is changed by `SetPayRules`."""

from appliance.messages.values import Snapshot


class StaffRulesView(Snapshot, frozen=True, tag="staff_rules"):
    """The pay rules as they count now. `zone` is empty where it is the machine's, which `machine_zone` names."""

    overtime: str = "none"
    week_starts: int = 0
    period: str = "weekly"
    period_anchor: str = ""
    round_minutes: int = 0
    zone: str = ""
    machine_zone: str = ""
