"""The part `rules` of the page of the staff: how the shop pays. Its commands are `SetPayRules` and `SetPayTerms`."""

from typing import Final

from appliance.messages.staff_rules import StaffRulesView
from appliance.services import pay_rules
from appliance.till import Handlers, Till

CLOSED: Final = StaffRulesView()


class Rules:
    """Shows the pay rules; it has no commands of its own."""

    def __init__(self, till: Till) -> None:
        """Nothing is looked up yet."""
        self._till: Final = till
        self._known_length = -1
        self._drawn = CLOSED

    @property
    def handlers(self) -> Handlers:
        """None."""
        return {}

    def opened(self) -> None:
        """There is nothing that was chosen before."""

    def view(self, *, shown: bool) -> StaffRulesView:
        """The rules, looked up when the journal has grown."""
        if not shown:
            return CLOSED
        length = self._till.desk.book.length
        if length != self._known_length:
            self._known_length, self._drawn = length, self._look()
        return self._drawn

    def _look(self) -> StaffRulesView:
        rules = pay_rules.read(self._till.desk.db)
        machine = pay_rules.machine_zone()
        overtime, holidays = rules.overtime, rules.holidays
        return StaffRulesView(
            overtime=rules.overtime.name,
            week_starts=rules.week_starts,
            period=rules.period,
            period_anchor=rules.period_anchor.isoformat(),
            round_minutes=rules.round_minutes,
            zone="" if rules.zone.key == machine else rules.zone.key,
            machine_zone=machine,
            weekly_after_ms=overtime.weekly_after_ms,
            weekly_ppm=overtime.weekly_ppm,
            daily_after_ms=overtime.daily_after_ms,
            daily_ppm=overtime.daily_ppm,
            double_after_ms=overtime.double_after_ms,
            double_ppm=overtime.double_ppm,
            seventh_day=overtime.seventh_day,
            breaks=rules.breaks.name,
            meals_waived=rules.meals_waived,
            holiday_country="" if holidays is None else holidays.country,
            holiday_subdivision="" if holidays is None else holidays.subdivision,
            holiday_ppm=rules.holiday_ppm,
            holiday_ms=rules.holiday_ms,
            early_minutes=rules.early_minutes,
            late_minutes=rules.late_minutes,
        )
