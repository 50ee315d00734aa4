"""The till as the place where managers agree on pay: terms, bonuses, holidays, leave, additions and deductions."""

from collections.abc import Callable, Collection, Mapping
from typing import Final, TypeVar

import msgspec
from msgspec import UNSET, UnsetType

from appliance.journal.pay_kinds import (
    AdjustmentAdded,
    HolidayCalendar,
    HolidaySet,
    LeaveGranted,
    LeaveKindDefined,
    LeaveTaken,
    OwnBreak,
    OwnHoliday,
    OwnOvertime,
    PayTermsChanged,
    ShiftBonusSet,
)
from appliance.messages.pay import (
    AddAdjustment,
    CancelLeave,
    DefineLeave,
    GrantLeave,
    RemoveAdjustment,
    SetHoliday,
    SetPayTerms,
    SetShiftBonus,
    SettleDifference,
    TakeLeave,
)
from appliance.services import leave, pay_terms, people, wages
from appliance.services.timeclock import Place
from appliance.till import Handlers, Till

_Value = TypeVar("_Value")


class Paying:
    """What managers say about pay. Every act raises `ManagersOnly` for others, and what its service raises."""

    def __init__(
        self,
        till: Till,
        now_ms: Callable[[], int],
        acts: Mapping[str, Collection[str]] | None = None,
    ) -> None:
        """`acts` says what is possible where, if the shop wants it otherwise."""
        self._till: Final = till
        self._now_ms: Final = now_ms
        self._place: Final = Place(till.place, acts=acts)

    @property
    def handlers(self) -> Handlers:
        """What each command does."""
        return {
            SetPayTerms: self.set_terms,
            SetShiftBonus: self.set_shift_bonus,
            SetHoliday: self.set_holiday,
            DefineLeave: self.define_leave,
            GrantLeave: self.grant_leave,
            TakeLeave: self.take_leave,
            CancelLeave: self.cancel_leave,
            AddAdjustment: self.add_adjustment,
            RemoveAdjustment: self.remove_adjustment,
            SettleDifference: self.settle,
        }

    # ------------------------------------------------------------------ what is agreed

    def set_terms(self, command: SetPayTerms) -> None:
        """Change the terms of pay."""
        edit = PayTermsChanged(
            breaks=_given(command.breaks),
            own_breaks=UNSET
            if command.own_breaks is None
            else tuple(OwnBreak(one.after_ms, one.length_ms) for one in command.own_breaks),
            meals_waived=_given(command.meals_waived),
            own_overtime=UNSET
            if command.own_overtime is None
            else OwnOvertime(**msgspec.structs.asdict(command.own_overtime)),
            holidays=_calendar(command.holiday_country, command.holiday_subdivision),
            holiday_ppm=_given(command.holiday_ppm),
            holiday_ms=_given(command.holiday_ms),
        )
        pay_terms.change(self._till.desk, edit, self._manager())

    def set_shift_bonus(self, command: SetShiftBonus) -> None:
        """A bonus for a window of the day."""
        edit = ShiftBonusSet(**msgspec.structs.asdict(command))
        pay_terms.set_shift_bonus(self._till.desk, edit, self._manager())

    def set_holiday(self, command: SetHoliday) -> None:
        """What a day is to the shop."""
        own = None
        if command.name is not None:
            own = OwnHoliday(command.name, command.observed, command.factor_ppm, command.hours_ms)
        pay_terms.set_holiday(self._till.desk, HolidaySet(command.day, own), self._manager())

    def define_leave(self, command: DefineLeave) -> None:
        """A kind of leave."""
        edit = LeaveKindDefined(
            command.code,
            _given(command.name),
            _given(command.accrual_ppm),
            _given(command.archived),
        )
        pay_terms.define_leave(self._till.desk, edit, self._manager())

    # ------------------------------------------------------------------ what happens

    def grant_leave(self, command: GrantLeave) -> None:
        """Leave that is somebody's."""
        body = LeaveGranted(**msgspec.structs.asdict(command))
        leave.grant(self._till.desk, body, self._manager())

    def take_leave(self, command: TakeLeave) -> None:
        """Leave on some days."""
        body = LeaveTaken(**msgspec.structs.asdict(command))
        leave.take(self._till.desk, body, self._manager())

    def cancel_leave(self, command: CancelLeave) -> None:
        """Leave that is none."""
        leave.cancel(self._till.desk, command.leave, command.reason, self._manager())

    def add_adjustment(self, command: AddAdjustment) -> None:
        """An addition or deduction."""
        body = AdjustmentAdded(
            command.employee, command.day, command.kind, command.name, command.amount_minor
        )
        wages.add_adjustment(self._till.desk, body, self._manager())

    def remove_adjustment(self, command: RemoveAdjustment) -> None:
        """One that was a mistake."""
        wages.remove_adjustment(
            self._till.desk, command.adjustment, command.reason, self._manager()
        )

    def settle(self, command: SettleDifference) -> None:
        """What changed after an approval."""
        wages.settle(
            self._till.desk,
            command.approval,
            command.day,
            self._place,
            self._manager(),
            self._now_ms(),
            let_be=command.let_be,
            reason=command.reason,
        )

    def _manager(self) -> str:
        people.refuse_but_managers(self._till.employee)
        return self._till.signed_in()


def _given(value: _Value | None) -> _Value | UnsetType:
    return UNSET if value is None else value


def _calendar(country: str | None, subdivision: str) -> HolidayCalendar | UnsetType | None:
    if country is None:
        return UNSET
    return HolidayCalendar(country, subdivision) if country else None
