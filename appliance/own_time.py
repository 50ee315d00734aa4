"""Own hours at the time clock: to see them, to say that a punch was wrong, and not to agree with a correction."""

from collections.abc import Callable
from typing import Any, Final

from appliance.at_clock import AtClock
from appliance.domain.timeclock import What
from appliance.journal.time_kinds import PunchSaid
from appliance.messages import (
    AskPunch,
    CloseHours,
    ContestCorrection,
    Fields,
    HoursView,
    NoticeLevel,
    OpenHours,
    PrintDaySlip,
    PrintSlip,
)
from appliance.problems import Refusal
from appliance.services import day_slip, own_person, own_time, pay_rules, people, timeclock
from appliance.services.timeclock import Place
from appliance.till import Handlers, Till
from appliance.words import Words

HOURS_MS: Final = 60_000
"""So long own hours stay open after what their owner did last."""

_SEEN_MS: Final = 60 * 24 * 3_600_000
"""So far back corrections and requests are shown."""

_SHUT: Final = HoursView()

Notice = Callable[[NoticeLevel, str, Fields], None]


class NotAPunch(Refusal):
    """A punch is `in`, `out`, `break_start` or `break_end`: `what`."""

    code = "not_a_punch"


class WhoIsIt(Refusal):
    """Neither a badge nor a PIN said who it is."""

    code = "who_is_it"


class OwnTime:
    """What the one at the clock can see and say of their own hours."""

    def __init__(
        self,
        till: Till,
        clock: AtClock,
        now_ms: Callable[[], int],
        notice: Notice,
        give: Callable[[PrintSlip], None],
        place: Place,
    ) -> None:
        """`give` takes a slip for the printer."""
        self._till: Final = till
        self._clock: Final = clock
        self._now_ms: Final = now_ms
        self._notice: Final = notice
        self._give: Final = give
        self._place: Final = place
        self._owner = ""
        self._seen = _SHUT
        self._is_old = False

    @property
    def handlers(self) -> Handlers:
        """What each command does."""
        acts: Handlers = {
            OpenHours: self.open,
            CloseHours: self.close,
            AskPunch: self.ask,
            ContestCorrection: self.contest,
            PrintDaySlip: self.print_slip,
        }
        return {kind: self._and_stay(act) for kind, act in acts.items()}

    def _and_stay(self, act: Callable[[Any], object]) -> Callable[[Any], object]:
        def do(command: Any) -> None:  # noqa: ANN401 - a command of any kind
            self.changed()
            act(command)
            now_ms = self._now_ms()
            if self._is_open(now_ms):
                self._clock.stays(now_ms + HOURS_MS)

        return do

    # ------------------------------------------------------------------ seeing

    def open(self, _command: OpenHours) -> None:
        """Show the hours of whoever is at the clock. Raises `WhoIsIt`."""
        here = self._clock.here(self._now_ms())
        if here is None:
            raise WhoIsIt
        self._owner = here.person.id

    def close(self, _command: CloseHours) -> None:
        """They were read; whoever was asked something before is asked again."""
        now_ms = self._now_ms()
        here = self._clock.here(now_ms)
        if self._owner and here is not None:
            self._clock.has_read(now_ms)
        self._owner = ""

    def changed(self) -> None:
        """Something happened at the clock: what is shown may be old."""
        self._is_old = True

    def view(self) -> HoursView:
        """The hours of whoever wants to see them; looked up anew only after something has happened."""
        if not self._owner:
            # Nearly always: a scan must not even ask for the time.
            self._seen = _SHUT
            return self._seen
        now_ms = self._now_ms()
        if not self._is_open(now_ms):
            self._owner, self._seen = "", _SHUT
        elif self._is_old or not self._seen.open:
            self._seen = self._look(now_ms)
        self._is_old = False
        return self._seen

    def _is_open(self, now_ms: int) -> bool:
        """Only while their owner is at the clock: another badge shuts them."""
        here = self._clock.here(now_ms)
        return bool(self._owner) and here is not None and here.person.id == self._owner

    def _look(self, now_ms: int) -> HoursView:
        here, db = self._clock.here(now_ms), self._till.desk.db
        assert here is not None
        return HoursView(
            open=True,
            employee=here.person.id,
            name=here.person.name,
            zone=pay_rules.read(db).zone.key,
            weeks=own_time.weeks(db, here.person.id, now_ms),
            corrections=own_time.corrections(db, here.person.id, now_ms - _SEEN_MS),
            requests=own_time.requests(db, here.person.id, now_ms - _SEEN_MS),
            own=own_person.look(db, here.person.id, now_ms),
        )

    # ------------------------------------------------------------------ saying

    def ask(self, command: AskPunch) -> None:
        """Say what a punch should have been. Raises what `timeclock.ask` raises, and `NotAPunch`."""
        if command.what not in set(What):
            raise NotAPunch(what=command.what)
        said = PunchSaid(command.what, command.at_ms, command.job, command.paid)
        timeclock.ask(
            self._till.desk,
            command.employee,
            said,
            command.reason,
            self._place,
            command.punch,
            actor=self._clock.acts_for(command.employee, self._now_ms()),
        )
        self._notice(NoticeLevel.DONE, "punch_asked", ())

    def contest(self, command: ContestCorrection) -> None:
        """Whoever is at the clock, or signed in, does not agree.

        Raises `WhoIsIt`, `NoSuchCorrection`, `ReasonNeeded`.
        """
        here, signed_in = self._clock.here(self._now_ms()), self._till.employee
        person = signed_in if here is None else here.person
        if person is None:
            raise WhoIsIt
        timeclock.contest(self._till.desk, command.correction, command.reason, person.id)
        self._notice(NoticeLevel.DONE, "correction_contested", ())

    def print_slip(self, _command: PrintDaySlip) -> None:
        """Print the slip of whoever has just gone. Raises `WhoIsIt`."""
        here, made = self._clock.here(self._now_ms()), self._clock.made
        if here is None or made is None or made.slip is None:
            raise WhoIsIt
        till = self._till
        language = people.language_of(till.desk.db, here.person.id)
        words = Words(language) if language else till.words
        lines = day_slip.compose(
            made, pay_rules.read(till.desk.db).zone, till.facts, words, clock_ok=till.clock_ok
        )
        self._give(PrintSlip(sale="", copy=0, lines=lines))
