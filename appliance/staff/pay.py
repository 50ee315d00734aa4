"""The part `pay` of the page of the staff: wages of a pay period, and one person's lines.

Reckoning a month of fifty people takes some tenths of a second on a small machine, so it is done a few people at a
time: the screen asks for the next ones when it has drawn these (`ReckonWages`), and a scan or a punch comes in between.
What was reckoned is kept until the journal has grown; then whoever is looked at comes first.
"""

from collections import deque
from collections.abc import Callable
from typing import Final

from appliance.domain import calendar
from appliance.messages import Fields, NoticeLevel
from appliance.messages.staff_pay import (
    ApproveAllWages,
    EarningView,
    PaymentView,
    PeriodState,
    ReckonWages,
    ShowPeriod,
    ShowWages,
    StaffPayView,
    WageLineView,
    WageQuestionView,
    WageRowView,
    WagesOfView,
    WageState,
)
from appliance.services import pay_rules, people, wage_ledger, wages
from appliance.services.timeclock import Place
from appliance.services.wage_ledger import Person
from appliance.services.wages import Wages
from appliance.till import Handlers, Till

AT_ONCE: Final = 8
"""People whose wages are reckoned between two messages."""

CLOSED: Final = StaffPayView()

Notice = Callable[[NoticeLevel, str, Fields], None]


class Pay:
    """What is shown of wages, reckoned piece by piece."""

    def __init__(self, till: Till, now_ms: Callable[[], int], notice: Notice, place: Place) -> None:
        """Nothing is reckoned. `place` is where this register stands."""
        self._till: Final = till
        self._now_ms: Final = now_ms
        self._notice: Final = notice
        self._place: Final = place
        self._first = self._last = self._today = ""
        self._known_length = -1
        self._staff: tuple[Person, ...] = ()
        self._waiting: deque[Person] = deque()
        self._rows: dict[str, WageRowView] = {}
        self._to_approve: deque[str] = deque()
        self._approved = 0
        self._chosen = ""
        self._wages: Wages | None = None
        self._step = 0
        self._drawn: StaffPayView | None = None

    # ------------------------------------------------------------------ commands

    @property
    def handlers(self) -> Handlers:
        """What each command does."""
        return {
            ShowPeriod: self.show_period,
            ShowWages: self.show_wages,
            ApproveAllWages: self.approve_all,
        }

    @property
    def heard(self) -> Handlers:
        """What comes by itself and answers nothing that a person asked."""
        return {ReckonWages: self.go_on}

    def opened(self) -> None:
        """Today's period, everybody."""
        self._chosen = ""
        self._turn_to("")

    def show_period(self, command: ShowPeriod) -> None:
        """Another period. Raises `ManagersOnly`, `NotADay`."""
        self._manager()
        self._turn_to(command.day)

    def show_wages(self, command: ShowWages) -> None:
        """Another person, or everybody. Raises `ManagersOnly`, `NoSuchEmployee`."""
        self._manager()
        known = {person.id for person in self._staff}
        if command.employee and command.employee not in known:
            raise people.NoSuchEmployee(employee=command.employee)
        self._chosen, self._wages, self._drawn = command.employee, None, None

    def approve_all(self, _command: ApproveAllWages) -> None:
        """Begin to approve what has no questions. Raises `ManagersOnly`."""
        self._manager()
        self._to_approve = deque(
            row.employee for row in self._rows.values() if row.state == "ready"
        )
        self._approved = 0
        self._approve_some()

    def go_on(self, _command: ReckonWages) -> None:
        """The next few people. Raises `ManagersOnly`."""
        self._manager()
        if self._to_approve:
            self._approve_some()
        elif self._waiting:
            self._reckon_some()

    # ------------------------------------------------------------------ doing it in pieces

    def _turn_to(self, day: str) -> None:
        """The period of a day; empty: today's."""
        rules = pay_rules.read(self._till.desk.db)
        today = calendar.day_of(self._now_ms(), rules.zone)
        wanted = pay_rules.day(day) if day else today
        first, last = calendar.period_of(wanted, rules.period, rules.period_anchor)
        self._first, self._last, self._today = (
            first.isoformat(),
            last.isoformat(),
            today.isoformat(),
        )
        self._rows = {}
        self._to_approve.clear()
        self._begin()

    def _begin(self) -> None:
        """Everybody is to be reckoned anew; rows of before stay until then."""
        desk = self._till.desk
        self._known_length = desk.book.length
        self._staff = wage_ledger.staff(desk.db)
        self._waiting = deque(sorted(self._staff, key=lambda person: person.id != self._chosen))
        self._wages = None
        self._reckon_some()

    def _reckon_some(self) -> None:
        for _ in range(min(AT_ONCE, len(self._waiting))):
            self._reckon(self._waiting.popleft())
        self._step += 1
        self._drawn = None

    def _reckon(self, person: Person) -> None:
        db = self._till.desk.db
        found = self._wages_of(person)
        if person.id == self._chosen:
            self._wages = found
        owed = wages.owed(db, person.id).owed_minor
        if not (found.lines or found.questions or owed):
            self._rows.pop(person.id, None)
            return
        self._rows[person.id] = WageRowView(
            employee=person.id,
            number=person.number,
            name=person.name,
            state=self._state(found),
            worked_ms=found.worked_ms,
            overtime_ms=found.overtime_ms,
            wages_minor=found.total_minor,
            owed_minor=owed,
            questions=len(found.questions),
        )

    def _wages_of(self, person: Person) -> Wages:
        return wages.of_employee(
            self._till.desk.db,
            person.id,
            self._first,
            self._last,
            self._now_ms(),
            number=person.number,
            name=person.name,
        )

    def _state(self, found: Wages) -> WageState:
        if found.approved:
            left = wage_ledger.unpaid_of_period(
                self._till.desk.db, found.employee, self._last, found.total_minor
            )
            return "approved" if left else "paid"
        if found.questions:
            return "questions"
        if not found.lines:
            return "none"
        return "running" if self._last >= self._today else "ready"

    def _approve_some(self) -> None:
        """Approve a few; whoever has got a question meanwhile, or days that are approved already, is passed over."""
        for _ in range(min(AT_ONCE, len(self._to_approve))):
            employee = self._to_approve.popleft()
            try:
                wages.approve(
                    self._till.desk,
                    employee,
                    self._first,
                    self._last,
                    self._place,
                    self._manager(),
                    self._now_ms(),
                )
            except (wages.StillAtWork, wages.BadPeriod):
                continue
            self._approved += 1
        self._step += 1
        self._drawn = None
        if not self._to_approve:
            self._notice(NoticeLevel.DONE, "wages_approved", (("count", self._approved),))

    # ------------------------------------------------------------------ out

    def view(self, *, shown: bool) -> StaffPayView:
        """The period as far as it is reckoned; looked up anew only when something has happened."""
        if not shown:
            return CLOSED
        if not self._to_approve and self._known_length != self._till.desk.book.length:
            self._begin()
        if self._drawn is None:
            self._drawn = self._draw()
        return self._drawn

    def _draw(self) -> StaffPayView:
        first, last = pay_rules.day(self._first), pay_rules.day(self._last)
        rows = tuple(self._rows[person.id] for person in self._staff if person.id in self._rows)
        return StaffPayView(
            from_day=self._first,
            to_day=self._last,
            before_day=(first - calendar.ONE_DAY).isoformat(),
            after_day=(last + calendar.ONE_DAY).isoformat(),
            today=self._today,
            state=self._state_of_all(rows),
            rows=rows,
            reckoned=len(self._staff) - len(self._waiting),
            people=len(self._staff),
            is_busy=bool(self._waiting or self._to_approve),
            step=self._step,
            chosen=self._of_chosen(),
        )

    def _state_of_all(self, rows: tuple[WageRowView, ...]) -> PeriodState:
        """The state of the one who is farthest behind."""
        states = {row.state for row in rows} - {"none"}
        if self._last >= self._today:
            return "running"
        if not states:
            return "empty"
        if states & {"questions", "ready"}:
            return "ready"
        return "approved" if "approved" in states else "paid"

    def _of_chosen(self) -> WagesOfView | None:
        person = next((one for one in self._staff if one.id == self._chosen), None)
        if person is None:
            return None
        db = self._till.desk.db
        found = self._wages = self._wages or self._wages_of(person)
        owed = wages.owed(db, person.id)
        jobs = pay_rules.jobs(db)
        return WagesOfView(
            employee=person.id,
            name=person.name,
            rules=found.rules,
            lines=tuple(
                WageLineView(
                    week=line.week,
                    kind=line.line_kind,
                    name=jobs.get(line.name, line.name) if line.line_kind == "time" else line.name,
                    length_ms=line.length_ms,
                    rate_minor=line.rate_minor,
                    factor_ppm=line.factor_ppm,
                    amount_minor=line.amount_minor,
                    day=line.day,
                )
                for line in found.lines
            ),
            questions=tuple(
                WageQuestionView(one.why, one.day, jobs.get(one.job, one.job))
                for one in found.questions
            ),
            earnings=tuple(
                EarningView(*one)
                for one in wage_ledger.earnings(db, person.id, self._first, self._last)
            ),
            payments=tuple(PaymentView(*one) for one in wage_ledger.payments(db, person.id)),
            approved_minor=owed.approved_minor,
            paid_minor=owed.paid_minor,
        )

    def _manager(self) -> str:
        people.refuse_but_managers(self._till.employee)
        assert self._till.employee is not None
        return self._till.employee.id
