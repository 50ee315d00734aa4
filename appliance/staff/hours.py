"""The part *Hours* of the page of the staff: who is at work, what waits for a manager, and anybody's week."""

from collections.abc import Callable
from typing import Final

from appliance.domain import calendar
from appliance.messages import CorrectPunch, PutPunchRight, ShowHours, StaffHoursView
from appliance.services import attention, hours, pay_rules, people
from appliance.services.attention import Attention
from appliance.till import Handlers, Till

LOOKS_AGAIN_MS: Final = 60_000
"""So old may be what is shown: a shift that goes on grows, and one that was forgotten comes to light."""


class HoursPart:
    """Remembers whose week is looked at."""

    def __init__(
        self, till: Till, now_ms: Callable[[], int], correct: Callable[[CorrectPunch], object]
    ) -> None:
        """`correct` is how the time clock puts a punch right."""
        self._till: Final = till
        self._now_ms: Final = now_ms
        self._correct: Final = correct
        self._asked = ShowHours()
        self._view = StaffHoursView()
        self._found: Attention | None = None
        self._looked = (0, 0)
        """How many entries there were and when it was, when `_found` was found."""

    @property
    def handlers(self) -> Handlers:
        """What each command does."""
        return {ShowHours: self.show, PutPunchRight: self.put_right}

    def opened(self) -> None:
        """Nobody's week is looked at yet."""
        self._asked, self._found = ShowHours(), None

    def show(self, command: ShowHours) -> None:
        """Look at somebody's week or day. Raises `ManagersOnly`, `NoSuchEmployee`, `NotADay`."""
        people.refuse_but_managers(self._till.employee)
        if command.employee:
            hours.refuse_unknown(self._till.desk.db, command.employee)
        if command.day:
            pay_rules.day(command.day)
        self._asked = command
        if self._found is not None:
            self._view = self._look(self._found)

    def put_right(self, command: PutPunchRight) -> None:
        """Put a punch right, by the clock on the wall.

        Raises `ManagersOnly`, what `hours.moment` raises, and what `timeclock.correct` raises.
        """
        people.refuse_but_managers(self._till.employee)
        at_ms = 0
        if command.what is not None:
            at_ms = hours.moment(
                self._till.desk.db,
                command.day,
                command.time,
                later=command.later,
                keep=command.punch,
            )
        self._correct(
            CorrectPunch(
                command.employee,
                command.reason,
                command.punch,
                command.what,
                at_ms,
                command.job,
                command.paid,
            )
        )

    def view(self, *, shown: bool) -> StaffHoursView:
        """What is looked at; looked up anew only after something has happened, and once a minute."""
        if not shown:
            self._view, self._found = StaffHoursView(), None
            return self._view
        now_ms = self._now_ms()
        entries = hours.entries_so_far(self._till.desk.db)
        is_old = entries != self._looked[0] or abs(now_ms - self._looked[1]) >= LOOKS_AGAIN_MS
        if self._found is None or is_old:
            self._looked = (entries, now_ms)
            self._found = attention.look(self._till.desk.db, now_ms)
            self._view = self._look(self._found)
        return self._view

    def _look(self, found: Attention) -> StaffHoursView:
        """All of it, as of when the tables were looked at last."""
        db, asked, now_ms = self._till.desk.db, self._asked, self._looked[1]
        zone = pay_rules.read(db).zone
        day = pay_rules.day(asked.day) if asked.day else calendar.day_of(now_ms, zone)
        return StaffHoursView(
            zone=zone.key,
            now_ms=now_ms,
            people=found.people,
            requests=found.requests,
            odd=found.odd,
            week=hours.week(db, asked.employee, day, now_ms) if asked.employee else None,
            day=day.isoformat() if asked.employee and asked.one_day else "",
            jobs=tuple(sorted(pay_rules.jobs(db).items())),
        )
