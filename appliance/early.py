"""Somebody clocks in long before their shift: the time clock refuses, and a manager lets them in right there.

Whoever was refused asks for a manager at the clock. The next badge of a manager, or a manager's PIN, lets them in; they
are asked again then, and no manager punches for them. Anybody else's badge begins anew with its owner.
"""

from collections.abc import Callable
from typing import Any, Final

from appliance.at_clock import AtClock
from appliance.messages import EarlyView, NoticeLevel, PersonView
from appliance.messages.plan import AllowEarly, AwaitManager
from appliance.own_time import Notice, WhoIsIt
from appliance.services import alarms, people, plan
from appliance.services.people import Pins
from appliance.services.places import Place
from appliance.services.shifts import TooEarly
from appliance.till import Handlers, Till

_REFUSED_PIN: Final = (
    people.WrongPin,
    people.WaitBeforePin,
    people.NoSuchEmployee,
    people.ManagersOnly,
)


class EarlyComers:
    """Lets in whoever is too early, where a manager says so."""

    def __init__(
        self,
        till: Till,
        keeper: Pins,
        clock: AtClock,
        now_ms: Callable[[], int],
        notice: Notice,
        place: Place,
    ) -> None:
        """Nobody waits."""
        self._till: Final = till
        self._keeper: Final = keeper
        self._clock: Final = clock
        self._now_ms: Final = now_ms
        self._notice: Final = notice
        self._place: Final = place

    @property
    def handlers(self) -> Handlers:
        """What each command does."""
        return {AwaitManager: self.wait, AllowEarly: self.allow}

    def refused(self, no: TooEarly) -> None:
        """Whoever is at the clock came too early: it says so and offers to ask a manager."""
        fields = dict[str, Any](no.fields)
        self._clock.asks_again(
            self._now_ms(), early=EarlyView(fields["begins"], fields["earliest"])
        )

    def wait(self, _command: AwaitManager) -> None:
        """Whoever was refused asks for a manager. Raises `WhoIsIt`."""
        if not self._clock.waits_for_manager(self._now_ms()):
            raise WhoIsIt

    def badge_lets_in(self, person: PersonView) -> bool:
        """Whether somebody waited and this badge let them in. Raises what `plan.allow_early` raises."""
        here = self._clock.here(self._now_ms())
        waits = here is not None and here.early is not None and here.early.waits
        if here is None or not waits or person.role not in people.MANAGERS:
            return False
        self._let_in(here.person.id, person.id)
        return True

    def allow(self, command: AllowEarly) -> None:
        """Raises `ManagersOnly`, `WrongPin`, `WaitBeforePin` and what `plan.allow_early` raises."""
        now_ms = self._now_ms()
        manager = self._till.employee
        if command.pin:
            manager = self._proved(command, now_ms)
        elif manager is None or manager.role not in people.MANAGERS:
            here = self._clock.here(now_ms)
            manager = None if here is None else people.find(self._till.desk.db, here.person.id)
        people.refuse_but_managers(manager)
        assert manager is not None
        self._let_in(command.employee, manager.id)

    def _proved(self, command: AllowEarly, now_ms: int) -> PersonView:
        desk = self._till.desk
        try:
            with alarms.lock_noted(desk, now_ms, self._place, command.manager):
                person = people.prove_at_clock(
                    desk, self._keeper, command.manager, command.pin, now_ms
                )
            people.refuse_but_managers(person)
        except _REFUSED_PIN as no:
            self._clock.refuses_pin(no.code, int(no.fields.get("until_ms", 0)))
            raise
        self._clock.takes_pin()
        return person

    def _let_in(self, employee: str, manager: str) -> None:
        now_ms = self._now_ms()
        here = self._clock.here(now_ms)
        try:
            name = plan.allow_early(self._till.desk, employee, self._place, manager, now_ms)
        finally:
            # Where there is no limit any more, time itself has let them in.
            if here is not None and here.early is not None:
                self._clock.asks_again(now_ms)
        self._notice(NoticeLevel.DONE, "early_allowed", (("name", name),))
