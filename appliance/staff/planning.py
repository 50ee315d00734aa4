"""The schedule at the till: a week to look at and to plan, who is not there, and what the time clock refused."""

import datetime
from collections.abc import Callable
from typing import Final

from appliance.domain import calendar
from appliance.domain.attendance import Stay
from appliance.journal.trust_kinds import OriginKnown
from appliance.messages import Fields, NoticeLevel
from appliance.messages.plan import (
    ChangeShift,
    CopyWeek,
    DropShift,
    KnownDeviceView,
    KnowOrigin,
    PlanPersonView,
    PlanShift,
    PlanView,
    RefusedView,
    ShiftView,
    ShowWeek,
    StrangerView,
    UnplannedView,
)
from appliance.services import alarms, origins, pay_rules, people, plan
from appliance.services.pay_rules import PayRules
from appliance.services.places import Place
from appliance.services.plan import Judged, Wished
from appliance.services.shifts import clock_text
from appliance.till import Handlers, Till

LOOKED_BACK: Final = 28 * calendar.ONE_DAY
"""So far back is shown what was refused."""

MOST_REFUSED: Final = 50
_MINUTE_MS: Final = 60_000

Notice = Callable[[NoticeLevel, str, Fields], None]


class Planning:
    """The part of the page of the staff that plans. Remembers which week is looked at."""

    def __init__(
        self,
        till: Till,
        now_ms: Callable[[], int],
        notice: Notice,
        place: Place,
    ) -> None:
        """This week."""
        self._till: Final = till
        self._now_ms: Final = now_ms
        self._notice: Final = notice
        self._place: Final = place
        self._day: datetime.date | None = None

    @property
    def handlers(self) -> Handlers:
        """What each command does."""
        return {
            ShowWeek: self.show_week,
            PlanShift: self.plan_shift,
            ChangeShift: self.change_shift,
            DropShift: self.drop_shift,
            CopyWeek: self.copy_week,
            KnowOrigin: self.know_origin,
        }

    # ------------------------------------------------------------------ commands

    def opened(self) -> None:
        """This week, whatever was looked at before."""
        self._day = None

    def show_week(self, command: ShowWeek) -> None:
        """Another week. Raises `ManagersOnly`, `NotADay`."""
        self._manager()
        self._day = None if command.day is None else pay_rules.day(command.day)

    def plan_shift(self, command: PlanShift) -> None:
        """Raises `ManagersOnly` and what `plan.plan` raises."""
        wished = Wished(
            command.employee, command.day, command.begins, command.ends, command.job, command.note
        )
        plan.plan(self._till.desk, wished, self._place, self._manager())

    def change_shift(self, command: ChangeShift) -> None:
        """Raises `ManagersOnly` and what `plan.change` raises."""
        given = {name: getattr(command, name) for name in Wished._fields}
        wished = {name: value for name, value in given.items() if value is not None}
        plan.change(
            self._till.desk,
            command.shift,
            wished,
            self._place,
            self._manager(),
            allows_early=command.allows_early,
        )

    def drop_shift(self, command: DropShift) -> None:
        """Raises `ManagersOnly` and what `plan.drop` raises."""
        plan.drop(self._till.desk, command.shift, self._place, self._manager())

    def copy_week(self, command: CopyWeek) -> None:
        """Raises `ManagersOnly` and what `plan.copy_week` raises."""
        copied, left_out = plan.copy_week(
            self._till.desk, command.day, self._place, self._manager()
        )
        code = "week_copied_in_part" if left_out else "week_copied"
        self._notice(NoticeLevel.DONE, code, (("count", copied), ("left_out", left_out)))

    def know_origin(self, command: KnowOrigin) -> None:
        """Raises `ManagersOnly` and what `origins.say` raises."""
        word = OriginKnown(command.origin, command.place, command.name.strip(), command.known)
        origins.say(self._till.desk, word, self._place, self._manager())

    def _manager(self) -> str:
        people.refuse_but_managers(self._till.employee)
        return self._till.signed_in()

    # ------------------------------------------------------------------ out

    def view(self, *, shown: bool) -> PlanView:
        """The week that is looked at, and what smells; empty while nobody looks."""
        if not shown:
            return PlanView()
        db, now_ms = self._till.desk.db, self._now_ms()
        rules = pay_rules.read(db)
        today = calendar.day_of(now_ms, rules.zone)
        found = plan.week(db, self._day or today, now_ms)
        names = people.names(db)
        active = {person.id for person in people.active(db)}
        there = {one.planned.employee for one in found.shifts} | {who for who, _ in found.unplanned}
        rows = [
            PlanPersonView(who, name, who in active)
            for who, name in names.items()
            if who in active or who in there
        ]
        refused = alarms.since(db, calendar.day_begins_ms(today - LOOKED_BACK, rules.zone))
        return PlanView(
            days=tuple(day.isoformat() for day in found.days),
            today=today.isoformat(),
            people=tuple(rows),
            shifts=tuple(_shift_view(one, rules) for one in found.shifts),
            unplanned=tuple(_unplanned_view(who, stay, rules) for who, stay in found.unplanned),
            jobs=tuple(pay_rules.jobs(db).items()),
            early_minutes=rules.early_minutes,
            late_minutes=rules.late_minutes,
            refused=tuple(
                RefusedView(
                    id=one.id,
                    day=_day(one.at_ms, rules),
                    time=_time(one.at_ms, rules),
                    why=one.why,
                    place=one.place,
                    name=names.get(one.employee, ""),
                    device=one.device,
                    by=one.by,
                    origin=one.origin,
                    more=one.more,
                )
                for one in refused[:MOST_REFUSED]
            ),
            refused_count=len(refused),
            strangers=tuple(
                StrangerView(
                    one.origin, one.punches, _day(one.last_ms, rules) if one.punches else ""
                )
                for one in origins.waiting(db)
            ),
            devices=tuple(
                KnownDeviceView(origin, device.place, device.name, origin == origins.own(db))
                for origin, device in sorted(origins.known(db).items())
                # What this device was before it was restored is nobody's to admit or to disown.
                if device.place or origin == origins.own(db)
            ),
        )


def _day(at_ms: int, rules: PayRules) -> str:
    return calendar.day_of(at_ms, rules.zone).isoformat()


def _time(at_ms: int, rules: PayRules) -> str:
    return clock_text(calendar.minute_of(at_ms, rules.zone))


def _shift_view(one: Judged, rules: PayRules) -> ShiftView:
    planned, became = one.planned, one.attendance
    return ShiftView(
        id=planned.id,
        employee=planned.employee,
        day=_day(planned.begins_ms, rules),
        begins=_time(planned.begins_ms, rules),
        ends=_time(planned.ends_ms, rules),
        job=planned.job,
        note=planned.note,
        state=became.state.value,
        late_minutes=became.late_ms // _MINUTE_MS,
        left_early_minutes=became.left_early_ms // _MINUTE_MS,
        clashes=one.clashes,
        allowed=planned.early_allowed,
    )


def _unplanned_view(who: str, stay: Stay, rules: PayRules) -> UnplannedView:
    ends = "" if stay.ended_ms is None else _time(stay.ended_ms, rules)
    return UnplannedView(who, _day(stay.begun_ms, rules), _time(stay.begun_ms, rules), ends)
