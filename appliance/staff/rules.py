"""The part `rules` of the page of the staff: how the shop pays. It is changed by the commands of `paying`."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from appliance.domain import calendar
from appliance.domain.shift_bonus import ShiftBonus
from appliance.messages.staff_rules import (
    CountryView,
    HolidayView,
    LeaveKindView,
    LookAtHolidays,
    OwnBreakView,
    ShiftBonusView,
    StaffRulesView,
)
from appliance.services import holiday_days, pay_rules, pay_terms, people
from appliance.services.pay_rules import PayRules
from appliance.till import Handlers, Till

CLOSED: Final = StaffRulesView()
LIKELY: Final = ("US", "DE", "ES", "AT", "CH", "GB", "FR", "MX")
"""Countries whose parts can be chosen without typing."""


class Rules:
    """Shows the pay rules, and the holidays once somebody looks at them."""

    def __init__(self, till: Till, now_ms: Callable[[], int]) -> None:
        """Nothing is looked up yet."""
        self._till: Final = till
        self._now_ms: Final = now_ms
        self._known: tuple[int, date, bool] | None = None
        self._zone = ZoneInfo(pay_rules.machine_zone())
        self._with_holidays = False
        self._drawn = CLOSED

    @property
    def handlers(self) -> Handlers:
        """What its own command does."""
        return {LookAtHolidays: self.look_at_holidays}

    def opened(self) -> None:
        """Nobody looks at the holidays."""
        self._with_holidays = False

    def look_at_holidays(self, command: LookAtHolidays) -> None:
        """Their library is loaded only for this. Raises `ManagersOnly`."""
        people.refuse_but_managers(self._till.employee)
        self._with_holidays = command.shown

    def view(self, *, shown: bool) -> StaffRulesView:
        """The rules, looked up when the journal has grown or another day has begun."""
        if not shown:
            return CLOSED
        length = self._till.desk.book.length
        today = calendar.day_of(self._now_ms(), self._zone)
        if self._known != (length, today, self._with_holidays):
            self._drawn = self._look()
            today = date.fromisoformat(self._drawn.today)
            self._known = (length, today, self._with_holidays)
        return self._drawn

    def _look(self) -> StaffRulesView:
        db = self._till.desk.db
        rules = pay_rules.read(db)
        self._zone = rules.zone
        today = calendar.day_of(self._now_ms(), rules.zone)
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
            today=today.isoformat(),
            jobs=tuple(pay_rules.jobs(db).items()),
            bonuses=self._bonuses(today.isoformat()),
            bonus_codes=tuple(pay_terms.shift_bonuses(db).terms),
            leave_kinds=tuple(
                LeaveKindView(one.code, one.name, one.accrual_ppm, one.archived)
                for one in pay_terms.leave_kinds(db, also_archived=True).values()
            ),
            own_breaks=tuple(
                OwnBreakView(one.after_ms, one.length_ms) for one in pay_terms.own_breaks(db)
            ),
            holidays=self._holidays(rules, today.year) if self._with_holidays else None,
            countries=_countries(rules) if self._with_holidays else (),
        )

    def _bonuses(self, today: str) -> tuple[ShiftBonusView, ...]:
        """What counts now and what is to come, by name."""
        held = pay_terms.shift_bonuses(self._till.desk.db).terms
        found = [
            _bonus_view(code, bonus, since, after)
            for code, terms in held.items()
            for since, bonus, after in _stretches(terms)
            if bonus is not None and not (after and after[0] <= today)
        ]
        return tuple(sorted(found, key=lambda one: (one.name.casefold(), one.code, one.from_day)))

    def _holidays(self, rules: PayRules, year: int) -> tuple[HolidayView, ...]:
        listed = holiday_days.listed(self._till.desk.db, rules, (year, year + 1))
        return tuple(
            HolidayView(
                one.day,
                one.name,
                one.is_public,
                one.own is not None,
                one.own is None or one.own.observed,
                None if one.own is None else one.own.factor_ppm,
                None if one.own is None else one.own.hours_ms,
            )
            for one in listed
        )


_Term = tuple[str, ShiftBonus | None]


def _stretches(
    terms: list[_Term],
) -> Iterator[tuple[str, ShiftBonus | None, _Term | None]]:
    """Terms with the day from which they count and what comes after; the same said twice is one."""
    kept = [one for place, one in enumerate(terms) if not place or terms[place - 1][1] != one[1]]
    for place, (since, bonus) in enumerate(kept):
        yield since, bonus, kept[place + 1] if place + 1 < len(kept) else None


def _bonus_view(code: str, bonus: ShiftBonus, since: str, after: _Term | None) -> ShiftBonusView:
    until = ""
    if after is not None and after[1] is None:
        until = (date.fromisoformat(after[0]) - timedelta(days=1)).isoformat()
    return ShiftBonusView(
        code=code,
        name=bonus.name,
        from_day=since,
        amount_minor=bonus.amount_minor,
        per=bonus.per.value,
        job=bonus.job,
        from_minute=bonus.from_minute,
        to_minute=bonus.to_minute,
        weekdays=bonus.weekdays,
        until_day=until,
    )


def _countries(rules: PayRules) -> tuple[CountryView, ...]:
    """The parts of the likely countries, and of the shop's own."""
    own = () if rules.holidays is None else (rules.holidays.country,)
    return tuple(
        CountryView(country, holiday_days.parts(country))
        for country in dict.fromkeys((*LIKELY, *own))
    )
