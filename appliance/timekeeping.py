"""The till as a time clock: a badge or a PIN says who it is, a punch says what; managers put right, approve and pay."""

from collections.abc import Callable, Collection, Mapping
from typing import Any, Final

from msgspec import UNSET

from appliance.domain.timeclock import TRANSITIONS, Presence, What
from appliance.journal.time_kinds import (
    EarningAdded,
    JobDefined,
    PayRulesChanged,
    PunchSaid,
    RateSet,
)
from appliance.messages import Fields, NoticeLevel, PersonView
from appliance.messages.timeclock import (
    AddEarning,
    ApproveCorrection,
    ApproveWages,
    AskPunch,
    AtWorkView,
    ContestCorrection,
    CorrectPunch,
    DefineJob,
    PayWages,
    PunchClock,
    RemoveEarning,
    SetPayRules,
    SetRate,
    TimeclockView,
    UndoPunch,
)
from appliance.problems import Refusal
from appliance.services import alarms, pay_rules, people, plan, timeclock, wages
from appliance.services.people import Pins
from appliance.services.timeclock import UNDO_MS, Place
from appliance.till import Handlers, Till

PIN: Final = "pin"
ASKS_MS: Final = 30_000
"""So long the clock waits for what somebody wants who held a badge to the reader."""

Notice = Callable[[NoticeLevel, str, Fields], None]


class NotAPunch(Refusal):
    """A punch is `in`, `out`, `break_start` or `break_end`: `what`."""

    code = "not_a_punch"


class WhoIsIt(Refusal):
    """Neither a badge nor a PIN said who it is."""

    code = "who_is_it"


class Timekeeping:
    """What the register knows of its time clock besides the tables. Lost with the power."""

    def __init__(
        self,
        till: Till,
        keeper: Pins,
        now_ms: Callable[[], int],
        notice: Notice,
        acts: Mapping[str, Collection[str]] | None = None,
    ) -> None:
        """Nobody has tapped a badge. `acts` says what is possible where, if the shop wants it otherwise."""
        self._till: Final = till
        self._keeper: Final = keeper
        self._now_ms: Final = now_ms
        self._notice: Final = notice
        self._place: Final = Place("till", acts=acts)
        self._asks: tuple[str, str, int] | None = None
        self._made: tuple[str, int] | None = None
        self._seen: TimeclockView | None = None

    @property
    def handlers(self) -> Handlers:
        """What each command does."""
        acts: Handlers = {
            PunchClock: self.punch,
            UndoPunch: self.undo,
            AskPunch: self.ask,
            ApproveCorrection: self.approve_correction,
            CorrectPunch: self.correct,
            ContestCorrection: self.contest,
            DefineJob: self.define_job,
            SetRate: self.set_rate,
            SetPayRules: self.set_rules,
            AddEarning: self.add_earning,
            RemoveEarning: self.remove_earning,
            ApproveWages: self.approve_wages,
            PayWages: self.pay_wages,
        }
        return {kind: self._and_look(act) for kind, act in acts.items()}

    def _and_look(self, act: Callable[[Any], object]) -> Callable[[Any], object]:
        def do(command: Any) -> None:  # noqa: ANN401 - a command of any kind
            self._seen = None
            act(command)

        return do

    @property
    def place(self) -> Place:
        """Where this register stands, and what is possible there."""
        return self._place

    # ------------------------------------------------------------------ punching

    def tapped(self, person: PersonView, form: str) -> None:
        """A badge was held to the reader: the clock asks what it shall be."""
        self._asks, self._seen = (person.id, form, self._now_ms() + ASKS_MS), None

    def has_tapped(self) -> PersonView | None:
        """Whose badge was held to the reader just before, if they work here still."""
        if self._asks is None or self._now_ms() > self._asks[2]:
            return None
        return people.find(self._till.desk.db, self._asks[0])

    def punch(self, command: PunchClock) -> None:
        """Punch for whoever the badge or the PIN is of.

        Raises `WhoIsIt`, `NotAPunch`, `WrongPin`, `WaitBeforePin` and what `timeclock.punch` raises.
        """
        now_ms = self._now_ms()
        if command.what not in set(What):
            raise NotAPunch(what=command.what)
        person, by = self._who(command, now_ms)
        made = timeclock.punch(
            self._till.desk,
            person.id,
            What(command.what),
            self._place,
            now_ms,
            by=by,
            job=command.job,
            paid=command.paid,
        )
        self._asks, self._made = None, (made, now_ms + UNDO_MS)
        self._notice(NoticeLevel.DONE, f"punched_{command.what}", (("name", person.name),))

    def undo(self, command: UndoPunch) -> None:
        """Take it back. Raises `NoSuchPunch`, `TooLateToUndo`."""
        timeclock.undo(self._till.desk, command.punch, self._actor(), self._now_ms())
        self._made = None
        self._notice(NoticeLevel.DONE, "punch_undone", ())

    def _who(self, command: PunchClock, now_ms: int) -> tuple[PersonView, str]:
        desk = self._till.desk
        if command.pin:
            try:
                return people.prove(desk, self._keeper, command.employee, command.pin, now_ms), PIN
            except people.WaitBeforePin:
                alarms.note(
                    desk, now_ms, "pin_locked", self._place, employee=command.employee, by=PIN
                )
                raise
        if self._asks is None or now_ms > self._asks[2]:
            raise WhoIsIt
        return people.find(desk.db, self._asks[0]), self._asks[1]

    # ------------------------------------------------------------------ putting right

    def ask(self, command: AskPunch) -> None:
        """An employee says what should have been. Raises what `timeclock.ask` raises."""
        said = _said(command.what, command.at_ms, command.job, paid=command.paid)
        timeclock.ask(
            self._till.desk, command.employee, said, command.reason, self._place, command.punch
        )

    def approve_correction(self, command: ApproveCorrection) -> None:
        """A manager answers. Raises `ManagersOnly` and what `timeclock.answer` raises."""
        timeclock.answer(
            self._till.desk,
            command.request,
            self._place,
            self._manager(),
            approved=command.approved,
            reason=command.reason,
        )

    def correct(self, command: CorrectPunch) -> None:
        """A manager puts a punch right. Raises `ManagersOnly` and what `timeclock.correct` raises."""
        said = None
        if command.what is not None:
            said = _said(command.what, command.at_ms, command.job, paid=command.paid)
        actor = self._manager()
        timeclock.correct(
            self._till.desk,
            command.employee,
            command.punch,
            said,
            command.reason,
            self._place,
            actor,
        )

    def contest(self, command: ContestCorrection) -> None:
        """Whoever is signed in does not agree. Raises `WhoIsIt`, `NoSuchCorrection`, `ReasonNeeded`."""
        if self._till.employee is None:
            raise WhoIsIt
        timeclock.contest(
            self._till.desk, command.correction, command.reason, self._till.employee.id
        )

    # ------------------------------------------------------------------ pay

    def define_job(self, command: DefineJob) -> None:
        """Raises `ManagersOnly`."""
        edit = JobDefined(command.code, command.name, command.archived)
        pay_rules.define_job(self._till.desk, edit, self._manager())

    def set_rate(self, command: SetRate) -> None:
        """Raises `ManagersOnly` and what `pay_rules.set_rate` raises."""
        edit = RateSet(
            command.employee, command.job, command.from_day, command.rate_minor, command.covers_ms
        )
        pay_rules.set_rate(self._till.desk, edit, self._manager())

    def set_rules(self, command: SetPayRules) -> None:
        """Raises `ManagersOnly` and what `pay_rules.change` raises."""
        given = {name: getattr(command, name) for name in command.__struct_fields__}
        kept = {name: UNSET if value is None else value for name, value in given.items()}
        pay_rules.change(self._till.desk, PayRulesChanged(**kept), self._manager())

    def add_earning(self, command: AddEarning) -> None:
        """Raises `ManagersOnly` and what `wages.add_earning` raises."""
        earning = EarningAdded(
            command.employee, command.day, command.kind, command.name, command.amount_minor
        )
        wages.add_earning(self._till.desk, earning, self._manager())

    def remove_earning(self, command: RemoveEarning) -> None:
        """Raises `ManagersOnly` and what `wages.remove_earning` raises."""
        wages.remove_earning(self._till.desk, command.earning, command.reason, self._manager())

    def approve_wages(self, command: ApproveWages) -> None:
        """Raises `ManagersOnly` and what `wages.approve` raises."""
        wages.approve(
            self._till.desk,
            command.employee,
            command.from_day,
            command.to_day,
            self._place,
            self._manager(),
            self._now_ms(),
        )

    def pay_wages(self, command: PayWages) -> None:
        """Raises `ManagersOnly` and what `wages.pay` raises."""
        wages.pay(
            self._till.desk,
            command.employee,
            command.amount_minor,
            command.day,
            self._place,
            self._manager(),
            command.note,
        )

    # ------------------------------------------------------------------ out

    def tick(self) -> None:
        """Some time has gone by: what was asked may be over, and a shift may have been forgotten."""
        self._seen = None

    def view(self) -> TimeclockView:
        """Who is at work, and what the clock asks; looked up anew only after something has happened."""
        if self._seen is None:
            self._seen = self._look()
        return self._seen

    def _look(self) -> TimeclockView:
        desk, now_ms = self._till.desk, self._now_ms()
        at_work = tuple(
            AtWorkView(
                person.id, person.name, record.presence.value, record.since.at_ms, record.job
            )
            for person in people.active(desk.db)
            if (record := timeclock.record_of(desk.db, person.id, now_ms)).since is not None
        )
        absent = plan.not_there(desk.db, now_ms)
        asks = self._asks[0] if self._asks is not None and now_ms <= self._asks[2] else None
        made, until_ms = self._made or (None, 0)
        return TimeclockView(
            at_work=at_work,
            asks=asks,
            choices=_choices(desk.db, asks, now_ms),
            punch=made if now_ms <= until_ms else None,
            undo_until_ms=until_ms if now_ms <= until_ms else 0,
            requests=len(timeclock.open_requests(desk.db)),
            late=len(absent),
            late_names=absent if self._is_managed() else (),
        )

    def _is_managed(self) -> bool:
        return self._till.employee is not None and self._till.employee.role in people.MANAGERS

    def _manager(self) -> str:
        people.refuse_but_managers(self._till.employee)
        return self._actor()

    def _actor(self) -> str:
        return "" if self._till.employee is None else self._till.employee.id


def _choices(db: Any, employee: str | None, now_ms: int) -> tuple[str, ...]:  # noqa: ANN401 - the open store
    if employee is None:
        return ()
    presence = timeclock.record_of(db, employee, now_ms).presence
    return tuple(
        what.value
        for (here, what) in TRANSITIONS
        if here is presence and (here, what) != (Presence.AT_WORK, What.IN)
    )


def _said(what: str, at_ms: int, job: str, *, paid: bool) -> PunchSaid:
    if what not in set(What):
        raise NotAPunch(what=what)
    return PunchSaid(what, at_ms, job, paid)
