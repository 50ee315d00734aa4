"""The part `pay` of the page of the staff: wages of a pay period, and one person's lines.

Reckoning a month of fifty people takes some tenths of a second on a small machine, so it is done a few people at a
time: the screen asks for the next ones when it has drawn these (`ReckonWages`), and a scan or a punch comes in between.
What was reckoned is kept until the journal has grown; then whoever is looked at comes first.
"""

from collections import deque
from collections.abc import Callable
from typing import Final

from appliance.domain import calendar
from appliance.messages import AnyJob, Fields, FileNotWritten, FileWritten, NoticeLevel, PrintSlip
from appliance.messages.staff_pay import (
    ApproveAllWages,
    PeriodState,
    PrintWages,
    ReckonWages,
    SaveWages,
    ShowLabour,
    ShowPeriod,
    ShowWages,
    StaffPayView,
    WageRowView,
    WagesOfView,
)
from appliance.services import pay_rules, people, wage_ledger, wage_states, wages
from appliance.services.timeclock import Place
from appliance.services.wage_ledger import Person
from appliance.services.wages import Wages
from appliance.slips import NoPrinter
from appliance.staff import pay_person, pay_slip
from appliance.staff.pay_files import WageFiles
from appliance.staff.pay_labour import LabourCount
from appliance.till import Handlers, Till

AT_ONCE: Final = 4
"""People whose wages are reckoned between two messages."""

CLOSED: Final = StaffPayView()

Notice = Callable[[NoticeLevel, str, Fields], None]


class Pay:
    """What is shown of wages, reckoned piece by piece."""

    def __init__(
        self,
        till: Till,
        now_ms: Callable[[], int],
        notice: Notice,
        give: Callable[[AnyJob], bool],
        place: Place,
    ) -> None:
        """Nothing is reckoned. `give` hands jobs out, `place` is where this register stands."""
        self._till: Final = till
        self._now_ms: Final = now_ms
        self._notice: Final = notice
        self._place: Final = place
        self._give: Final = give
        self._files: Final = WageFiles(till, now_ms, give)
        self._labour: LabourCount | None = None
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
            ShowLabour: self.show_labour,
            SaveWages: self.save,
            PrintWages: self.print_slip,
        }

    @property
    def heard(self) -> Handlers:
        """What comes by itself and answers nothing that a person asked."""
        return {
            ReckonWages: self.go_on,
            FileWritten: self.written,
            FileNotWritten: self.not_written,
        }

    def opened(self) -> None:
        """Today's period, everybody."""
        self._chosen, self._labour = "", None
        self._turn_to("")

    def show_period(self, command: ShowPeriod) -> None:
        """Another period. Raises `ManagersOnly`, `NotADay`."""
        self._manager()
        self._turn_to(command.day)

    def show_wages(self, command: ShowWages) -> None:
        """Another person, or everybody. Raises `ManagersOnly`, `NoSuchEmployee`."""
        self._manager()
        if command.employee:
            self._refuse_unknown(command.employee)
        self._chosen, self._wages, self._drawn = command.employee, None, None
        self._labour = None

    def approve_all(self, _command: ApproveAllWages) -> None:
        """Begin to approve what has no questions. Raises `ManagersOnly`."""
        self._manager()
        self._to_approve = deque(
            row.employee for row in self._rows.values() if row.state == "ready"
        )
        self._approved = 0
        self._approve_some()

    def show_labour(self, command: ShowLabour) -> None:
        """Count labour cost against sales, or look at it no longer. Raises `ManagersOnly`."""
        self._manager()
        self._chosen, self._labour = "", None
        if command.on and self._first:
            self._labour = LabourCount(self._till.desk.db, self._first, self._last)
        self._stepped()

    def save(self, command: SaveWages) -> None:
        """Begin to save wages. Raises `ManagersOnly` and what `WageFiles.begin` raises."""
        self._manager()
        rows = (row.employee for row in self._listed() if row.state != "none")
        who = [command.employee] if command.employee else list(rows)
        self._files.begin(command.form, who, self._first, self._last)
        self._stepped()

    def print_slip(self, command: PrintWages) -> None:
        """Print a slip. Raises `ManagersOnly`, `NoSuchEmployee`, `NoPrinter`."""
        self._manager()
        self._refuse_unknown(command.employee)
        till = self._till
        record = wages.record(
            till.desk.db, command.employee, self._first, self._last, self._now_ms()
        )
        lines = pay_slip.compose(record, till.facts, till.words)
        if not self._give(PrintSlip(sale="", copy=0, lines=lines)):
            raise NoPrinter

    def go_on(self, _command: ReckonWages) -> None:
        """The next few people. Raises `ManagersOnly`, and `CannotSaveNow` where nobody takes a file."""
        self._manager()
        if self._to_approve:
            self._approve_some()
        elif self._waiting:
            self._reckon_some()
        elif self._files.is_collecting:
            self._stepped()
            self._files.go_on(AT_ONCE)
        elif self._labour is not None and self._labour.goes_on:
            self._labour.count_a_week(self._now_ms())
            self._stepped()

    def written(self, event: FileWritten) -> None:
        """A file lies on the disk."""
        self._notice(NoticeLevel.DONE, "wages_saved", (("file", event.file),))

    def not_written(self, event: FileNotWritten) -> None:
        """There is none."""
        self._notice(NoticeLevel.WARN, event.code, event.fields)

    # ------------------------------------------------------------------ doing it in pieces

    def _turn_to(self, day: str) -> None:
        """The period of a day; empty: today's. Raises `NotADay` where the period is beyond what can be reckoned."""
        rules = pay_rules.read(self._till.desk.db)
        today = calendar.day_of(self._now_ms(), rules.zone)
        wanted = pay_rules.day(day) if day else today
        first, last = calendar.period_of(wanted, rules.period, rules.period_anchor)
        wages.period(first.isoformat(), last.isoformat())
        self._first, self._last, self._today = (
            first.isoformat(),
            last.isoformat(),
            today.isoformat(),
        )
        self._rows = {}
        self._to_approve.clear()
        self._labour = None
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
        self._stepped()

    def _stepped(self) -> None:
        self._step += 1
        self._drawn = None

    def _reckon(self, person: Person) -> None:
        db = self._till.desk.db
        found = self._wages_of(person)
        if person.id == self._chosen:
            self._wages = found
        owed = wages.owed(db, person.id).owed_minor
        if not (found.lines or found.questions or found.adjustments or owed):
            self._rows.pop(person.id, None)
            return
        self._rows[person.id] = WageRowView(
            employee=person.id,
            number=person.number,
            name=person.name,
            state=wage_states.state_of(self._till.desk.db, found, self._today),
            worked_ms=found.worked_ms,
            overtime_ms=found.overtime_ms,
            wages_minor=found.total_minor,
            net_minor=found.net_minor,
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
            except (wages.StillAtWork, wages.PeriodNotOver, wages.BadPeriod):
                continue
            self._approved += 1
        self._stepped()
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
        rows = self._listed()
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
            is_busy=self._is_busy,
            step=self._step,
            chosen=self._of_chosen(),
            labour=None if self._labour is None else self._labour.view(),
        )

    @property
    def _is_busy(self) -> bool:
        counting = self._labour is not None and self._labour.goes_on
        return bool(self._waiting or self._to_approve or self._files.is_collecting or counting)

    def _listed(self) -> tuple[WageRowView, ...]:
        return tuple(self._rows[person.id] for person in self._staff if person.id in self._rows)

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
        self._wages = self._wages or self._wages_of(person)
        return pay_person.view_of(self._till.desk.db, self._wages)

    def _refuse_unknown(self, employee: str) -> None:
        if employee not in {person.id for person in self._staff}:
            raise people.NoSuchEmployee(employee=employee)

    def _manager(self) -> str:
        people.refuse_but_managers(self._till.employee)
        assert self._till.employee is not None
        return self._till.employee.id
