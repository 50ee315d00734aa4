"""The till as a time clock: a badge or a PIN says who it is, a punch says what; managers put right, approve and pay."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from typing import Any, Final

from msgspec import UNSET

from appliance import clock_view
from appliance.at_clock import AtClock, Here
from appliance.domain.timeclock import What
from appliance.early import EarlyComers
from appliance.journal.time_kinds import (
    EarningAdded,
    JobDefined,
    PayRulesChanged,
    PunchSaid,
    RateSet,
)
from appliance.messages import (
    HoursView,
    LeaveClock,
    NoticeLevel,
    PersonView,
    PrintSlip,
    ProvePin,
    PunchedView,
)
from appliance.messages.timeclock import (
    AddEarning,
    ApproveCorrection,
    ApproveWages,
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
from appliance.own_time import NotAPunch, Notice, OwnTime, WhoIsIt
from appliance.services import alarms, own_time, pay_rules, people, timeclock, wages
from appliance.services.people import Pins
from appliance.services.shifts import TooEarly
from appliance.services.timeclock import UNDO_MS, Place
from appliance.store.projections.timeclock import PIN
from appliance.till import Handlers, Till

LOOKS_EVERY_MS: Final = 60_000
"""So often it is looked who is at work where nothing has happened: a shift may have been forgotten."""


class Timekeeping:
    """What the register knows of its time clock besides the tables. Lost with the power."""

    def __init__(
        self,
        till: Till,
        keeper: Pins,
        now_ms: Callable[[], int],
        notice: Notice,
        give: Callable[[PrintSlip], None],
        acts: Mapping[str, Collection[str]] | None = None,
    ) -> None:
        """Nobody has tapped a badge. `acts` says what is possible where, if the shop wants it otherwise."""
        self._till: Final = till
        self._keeper: Final = keeper
        self._now_ms: Final = now_ms
        self._notice: Final = notice
        self.place: Final = Place(till.place, acts=acts)
        self.clock: Final = AtClock(till)
        self._own: Final = OwnTime(till, self.clock, now_ms, notice, give, self.place)
        self._early: Final = EarlyComers(till, keeper, self.clock, now_ms, notice, self.place)
        self._seen: TimeclockView | None = None
        self._looked_ms = 0

    @property
    def handlers(self) -> Handlers:
        """What each command does."""
        acts: Handlers = {
            PunchClock: self.punch,
            UndoPunch: self.undo,
            ProvePin: self.prove,
            LeaveClock: self.leave,
            ApproveCorrection: self.approve_correction,
            CorrectPunch: self.correct,
            DefineJob: self.define_job,
            SetRate: self.set_rate,
            SetPayRules: self.set_rules,
            AddEarning: self.add_earning,
            RemoveEarning: self.remove_earning,
            ApproveWages: self.approve_wages,
            PayWages: self.pay_wages,
            **self._own.handlers,
            **self._early.handlers,
        }
        return {kind: self._and_look(act) for kind, act in acts.items()}

    def _and_look(self, act: Callable[[Any], object]) -> Callable[[Any], object]:
        def do(command: Any) -> None:  # noqa: ANN401 - a command of any kind
            self._look_again()
            act(command)

        return do

    def _look_again(self) -> None:
        self._seen = None
        self._own.changed()

    # ------------------------------------------------------------------ punching

    def tapped(self, person: PersonView, form: str, device: str) -> bool:
        """A badge was held to a reader: the clock asks what it shall be.

        False where it let in somebody who is too early, and its owner wanted nothing for themselves.
        """
        self._look_again()
        if self._early.badge_lets_in(person):
            return False
        self.clock.came(person, form, device, self._now_ms())
        return True

    def prove(self, command: ProvePin) -> None:
        """A PIN instead of a badge. Raises `WrongPin`, `WaitBeforePin`, `NoSuchEmployee`."""
        now_ms = self._now_ms()
        try:
            with alarms.lock_noted(self._till.desk, now_ms, self.place, command.employee):
                person = people.prove_at_clock(
                    self._till.desk, self._keeper, command.employee, command.pin, now_ms
                )
        except (people.WrongPin, people.WaitBeforePin, people.NoSuchEmployee) as no:
            self.clock.refuses_pin(no.code, int(no.fields.get("until_ms", 0)))
            raise
        self.clock.came(person, PIN, "", now_ms)

    def leave(self, _command: LeaveClock) -> None:
        """Whoever was at the clock has gone."""
        self.clock.left()

    def punch(self, command: PunchClock) -> None:
        """Punch for whoever the badge or the PIN is of.

        Raises `WhoIsIt`, `NotAPunch`, `WrongPin`, `WaitBeforePin` and what `timeclock.punch` raises.
        """
        now_ms = self._now_ms()
        if command.what not in set(What):
            raise NotAPunch(what=command.what)
        here = self._who(command, now_ms)
        try:
            made = timeclock.punch(
                self._till.desk,
                here.person.id,
                What(command.what),
                replace(self.place, device=here.device),
                now_ms,
                by=here.by,
                job=command.job,
                paid=command.paid,
            )
        except timeclock.PunchDoesNotFit:
            self.clock.asks_again(now_ms, contradicts=command.what)
            raise
        except TooEarly as no:
            self._early.refused(no)
            raise
        self.clock.punched(self._made(made, here, command))
        self._notice(NoticeLevel.DONE, f"punched_{command.what}", (("name", here.person.name),))

    def undo(self, command: UndoPunch) -> None:
        """Take it back; whoever is still there is asked again. Raises `NoSuchPunch`, `TooLateToUndo`."""
        now_ms, made = self._now_ms(), self.clock.made
        here = self.clock.here(now_ms)
        is_own = made is not None and made.punch == command.punch and here is not None
        actor = here.person.id if is_own and here is not None else self._actor()
        timeclock.undo(self._till.desk, command.punch, actor, now_ms)
        if is_own:
            self.clock.asks_again(now_ms)
        self.clock.made = None
        self._notice(NoticeLevel.DONE, "punch_undone", ())

    def here_by_pin(self) -> PersonView:
        """Who keyed in their PIN just now; a badge is not enough. Raises `WhoIsIt`."""
        here = self.clock.here(self._now_ms())
        if here is None or here.by != PIN:
            raise WhoIsIt
        return here.person

    def has_gone(self) -> None:
        """Whoever was at the clock has gone on to something else: it asks them nothing more."""
        self.clock.left()
        self._look_again()

    def _who(self, command: PunchClock, now_ms: int) -> Here:
        if command.pin:
            with alarms.lock_noted(self._till.desk, now_ms, self.place, command.employee):
                person = people.prove(
                    self._till.desk, self._keeper, command.employee, command.pin, now_ms
                )
            self.clock.came(person, PIN, "", now_ms)
        here, made = self.clock.here(now_ms), self.clock.made
        # A double tap comes when nothing is asked any more; the service takes it for the same punch.
        is_again = (
            made is not None
            and made.what == command.what
            and now_ms - made.at_ms < timeclock.DOUBLE_TAP_MS
        )
        if here is None or not (here.asks or is_again):
            raise WhoIsIt
        # They may have left the shop for good since they tapped.
        people.find(self._till.desk.db, here.person.id)
        return here

    def _made(self, punch: str, here: Here, command: PunchClock) -> PunchedView:
        db, now_ms = self._till.desk.db, self._now_ms()
        told = timeclock.punches(db, here.person.id, now_ms - 2 * timeclock.DOUBLE_TAP_MS)
        at_ms = next((one.at_ms for one in told if one.id == punch), now_ms)
        has_gone = command.what == What.OUT.value
        return PunchedView(
            punch=punch,
            name=here.person.name,
            what=command.what,
            at_ms=at_ms,
            job=pay_rules.jobs(db).get(command.job, ""),
            undo_until_ms=at_ms + UNDO_MS,
            slip=own_time.slip(db, here.person.id, now_ms) if has_gone else None,
        )

    # ------------------------------------------------------------------ putting right

    def approve_correction(self, command: ApproveCorrection) -> None:
        """A manager answers. Raises `ManagersOnly` and what `timeclock.answer` raises."""
        timeclock.answer(
            self._till.desk,
            command.request,
            self.place,
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
            self.place,
            actor,
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
        until = pay_rules.set_rate(self._till.desk, edit, self._manager())
        if until:
            self._notice(NoticeLevel.WARN, "rate_after_approval", (("day", until),))

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
            self.place,
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
            self.place,
            self._manager(),
            command.note,
        )

    # ------------------------------------------------------------------ out

    def tick(self) -> None:
        """Some time has gone by, or the clock was set: what was asked may be over, and a shift may be forgotten."""
        seen, now_ms = self._seen, self._now_ms()
        if seen is None or not 0 <= now_ms - self._looked_ms < LOOKS_EVERY_MS:
            self._look_again()
        elif (seen.employee and now_ms > seen.until_ms) or (
            seen.undo_until_ms and now_ms > seen.undo_until_ms
        ):
            self._seen = None

    def view(self) -> TimeclockView:
        """Who is at work, and what the clock asks; looked up anew only after something has happened."""
        if self._seen is None:
            self._looked_ms = self._now_ms()
            self._seen = clock_view.look(self._till, self.clock, self._looked_ms)
        return self._seen

    def hours(self) -> HoursView:
        """The own hours of whoever is at the clock and wants to see them."""
        return self._own.view()

    def _manager(self) -> str:
        people.refuse_but_managers(self._till.employee)
        return self._actor()

    def _actor(self) -> str:
        return "" if self._till.employee is None else self._till.employee.id


def _said(what: str, at_ms: int, job: str, *, paid: bool) -> PunchSaid:
    if what not in set(What):
        raise NotAPunch(what=what)
    return PunchSaid(what, at_ms, job, paid)
