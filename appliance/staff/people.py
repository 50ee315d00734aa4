"""The people who work here, on the page of the staff: whom a manager looks at, and what each command does."""

from collections.abc import Callable
from typing import Any, Final

from msgspec import UNSET

from appliance.domain import calendar
from appliance.journal.kinds import EmployeeAdded, EmployeeChanged
from appliance.journal.staff_kinds import EmployeeDetailed
from appliance.messages import (
    AddEmployee,
    AddJob,
    AssignJob,
    ChangeEmployee,
    ChoosePerson,
    ChosenPersonView,
    DescribeEmployee,
    EndEmployment,
    Fields,
    LabelBadge,
    NoticeLevel,
    PersonView,
    ResumeEmployment,
    SetPin,
    StaffBadgeView,
    StaffJobView,
    StaffPeopleView,
    StaffPersonView,
    StaffRateView,
    TakeOneBadge,
)
from appliance.services import badges, pay_rules, people, staff
from appliance.services.people import Pins
from appliance.store.database import Database
from appliance.till import Handlers, Till

Notice = Callable[[NoticeLevel, str, Fields], None]
_BADGE: Final = "badge"


class People:
    """The part `people` of the page. Each method does one command; all of them are for managers."""

    def __init__(
        self,
        till: Till,
        keeper: Pins,
        now_ms: Callable[[], int],
        notice: Notice,
        sign_out: Callable[[], None],
    ) -> None:
        """Nobody is chosen. `sign_out` locks the register: somebody may let themselves go."""
        self._till: Final = till
        self._keeper: Final = keeper
        self._now_ms: Final = now_ms
        self._notice: Final = notice
        self._sign_out: Final = sign_out
        self._chosen: str | None = None
        self._looked: tuple[object, ...] = ()
        self._seen = StaffPeopleView()

    @property
    def handlers(self) -> Handlers:
        """What each command does."""
        return {
            ChoosePerson: self.choose,
            AddEmployee: self.add,
            ChangeEmployee: self.change,
            SetPin: self.set_pin,
            DescribeEmployee: self.describe,
            EndEmployment: self.end,
            ResumeEmployment: self.resume,
            AssignJob: self.assign,
            AddJob: self.add_job,
            LabelBadge: self.label_badge,
            TakeOneBadge: self.take_badge,
        }

    def opened(self) -> None:
        """Nobody is chosen."""
        self._chosen = None

    # ------------------------------------------------------------------ whom it is about

    def choose(self, command: ChoosePerson) -> None:
        """Look at somebody; the wait for a badge of somebody else ends. Raises `ManagersOnly`, `NoSuchEmployee`."""
        self._manager()
        chosen = command.employee
        if chosen is not None:
            chosen = people.known(self._till.desk.db, chosen).id
        if chosen != self._chosen:
            self._till.badge_for = None
        self._chosen = chosen

    def add(self, command: AddEmployee) -> None:
        """Somebody new, who is looked at then. Raises what `staff.add` raises."""
        new = EmployeeAdded(command.number, command.name, command.role, "", command.language)
        self._chosen = staff.add(
            self._till.desk,
            self._keeper,
            new,
            command.pin,
            command.first_day,
            self._manager(),
        )

    def change(self, command: ChangeEmployee) -> None:
        """Name, number, role or language. Raises what `staff.change` raises."""
        person = people.known(self._till.desk.db, command.employee)
        edit = EmployeeChanged(
            employee=person.id,
            name=_given(command.name),
            number=_given(command.number),
            role=_given(command.role),
            language=_given(command.language),
        )
        person = staff.change(self._till.desk, edit, self._manager())
        if self._till.employee is not None and person.id == self._till.employee.id:
            self._till.employee = person

    def set_pin(self, command: SetPin) -> None:
        """Another PIN. Raises what `staff.new_pin` raises."""
        person = staff.new_pin(
            self._till.desk, self._keeper, command.employee, command.pin, self._manager()
        )
        self._notice(NoticeLevel.DONE, "pin_set", (("name", person.name),))

    def describe(self, command: DescribeEmployee) -> None:
        """What the records say. Raises what `staff.describe` raises."""
        person = people.known(self._till.desk.db, command.employee)
        edit = EmployeeDetailed(
            person.id,
            address=_given(command.address),
            born_day=_given(command.born_day),
            sex=_given(command.sex),
            occupation=_given(command.occupation),
            hired_day=_given(command.hired_day),
        )
        staff.describe(self._till.desk, edit, self._manager())

    def end(self, command: EndEmployment) -> None:
        """Somebody leaves; whoever lets themselves go is signed out. Raises what `staff.leave` raises."""
        actor = self._manager()
        person = people.find(self._till.desk.db, command.employee)
        is_gone = staff.leave(self._till.desk, person.id, command.last_day, actor, self._today())
        if is_gone and person.id == actor.id:
            self._sign_out()

    def resume(self, command: ResumeEmployment) -> None:
        """Somebody comes back. Raises what `staff.come_back` raises."""
        staff.come_back(self._till.desk, command.employee, command.first_day, self._manager())

    # ------------------------------------------------------------------ jobs and badges

    def assign(self, command: AssignJob) -> None:
        """Somebody does a job, or no longer. Raises `ManagersOnly`, `NoSuchEmployee`, `NoSuchJob`."""
        pay_rules.assign_job(
            self._till.desk,
            command.employee,
            command.job,
            self._manager().id,
            assigned=command.assigned,
        )

    def add_job(self, command: AddJob) -> None:
        """A job of the shop. Raises `ManagersOnly`, `NameNeeded`."""
        pay_rules.add_job(self._till.desk, command.name, self._manager().id)

    def label_badge(self, command: LabelBadge) -> None:
        """What a badge is called. Raises `ManagersOnly`, `NoSuchBadge`."""
        badges.label(self._till.desk, command.badge, command.label, self._manager().id)

    def take_badge(self, command: TakeOneBadge) -> None:
        """A badge is nobody's any more. Raises `ManagersOnly`, `NoSuchBadge`."""
        person = badges.take_one(self._till.desk, command.badge, self._manager().id)
        self._notice(NoticeLevel.DONE, "one_badge_taken", (("name", person.name),))

    # ------------------------------------------------------------------ out

    def sign_out_the_gone(self) -> None:
        """Somebody may have been let go at another register, and stand at this one."""
        person = self._till.employee
        if person is not None and not people.is_active(self._till.desk.db, person.id):
            self._sign_out()

    def view(self, *, shown: bool) -> StaffPeopleView:
        """Everybody, and who was chosen; looked up anew only after something was recorded."""
        if not shown:
            self._looked, self._seen = (), StaffPeopleView()
            return self._seen
        today = self._today()
        has_reader = any(one.kind == _BADGE for one in self._till.devices.values())
        looked = (
            self._till.desk.book.length,
            self._chosen,
            self._till.badge_for,
            today,
            has_reader,
        )
        if looked != self._looked:
            self._looked, self._seen = looked, self._look(today, has_reader=has_reader)
        return self._seen

    def _look(self, today: str, *, has_reader: bool) -> StaffPeopleView:
        db = self._till.desk.db
        counts = badges.counts(db)
        hired, left = staff.days_of(db, "hired_day"), staff.days_of(db, "left_day")
        return StaffPeopleView(
            people=tuple(
                StaffPersonView(
                    person,
                    badges=counts.get(person.id, 0),
                    left=not is_active or left.get(person.id, today) < today,
                    first_day=hired.get(person.id, ""),
                    last_day=left.get(person.id, ""),
                )
                for person, is_active in people.everyone(db)
            ),
            jobs=tuple(
                StaffJobView(job.code, job.name, job.archived) for job in pay_rules.all_jobs(db)
            ),
            chosen=None
            if self._chosen is None
            else _chosen(db, self._chosen, self._till.badge_for),
            today=today,
            has_reader=has_reader,
        )

    def _today(self) -> str:
        zone = pay_rules.read(self._till.desk.db).zone
        return calendar.day_of(self._now_ms(), zone).isoformat()

    def _manager(self) -> PersonView:
        """Whoever is signed in, as they are now: another register may have changed them."""
        people.refuse_but_managers(self._till.employee)
        assert self._till.employee is not None
        person = people.find(self._till.desk.db, self._till.employee.id)
        people.refuse_but_managers(person)
        return person


def _chosen(db: Database, employee: str, badge_for: str | None) -> ChosenPersonView:
    told = staff.details(db, employee)
    return ChosenPersonView(
        id=employee,
        language=people.language_of(db, employee),
        address=told.address,
        born_day=told.born_day,
        sex=told.sex,
        occupation=told.occupation,
        badges=tuple(
            StaffBadgeView(one.id, one.label, one.given_at_ms)
            for one in badges.held_by(db, employee)
        ),
        waits_for_badge=badge_for == employee,
        jobs=tuple(pay_rules.assigned_to(db, employee)),
        rates=tuple(
            StaffRateView(one.job, one.from_day, one.rate.rate_minor, one.rate.covers_ms)
            for one in pay_rules.rate_list(db, employee)
        ),
        approved_to=pay_rules.approved_to(db, employee),
    )


def _given(value: str | None) -> Any:  # noqa: ANN401 - a text, or that there is none
    return UNSET if value is None else value
