"""The page of the staff at the till: which part of it a manager looks at, and what became of what was asked there.

Each part (people, hours, pay, plan, rules) is a module of its own that does its commands and shows a snapshot while it
is looked at. It is looked up anew after each message, so that it also shows what others do meanwhile.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final, Literal, Protocol

from appliance.messages import CloseStaff, Fields, OpenStaff, PartName, Snapshot, StaffView
from appliance.problems import Refusal
from appliance.services import people, tickets
from appliance.till import Handlers, Till


class StaffPart(Protocol):
    """One part of the page."""

    @property
    def handlers(self) -> Handlers:
        """What each of its commands does."""
        ...

    def opened(self) -> None:
        """A manager begins to look at it: what was chosen there before is forgotten."""
        ...

    def view(self, *, shown: bool) -> Snapshot:
        """What it shows now; next to nothing, and at no cost, while it is not `shown`."""
        ...


class Staffing:
    """The page as a whole."""

    def __init__(self, till: Till, parts: Mapping[PartName, StaffPart]) -> None:
        """It is closed."""
        self._till: Final = till
        self._parts: Final = parts
        self._part: PartName | Literal[""] = ""
        self._answered = 0
        self._problem: tuple[str, Fields] = ("", ())
        self._has_told_closed = False

    @property
    def is_open(self) -> bool:
        """Whether the page is shown."""
        return bool(self._part)

    @property
    def handlers(self) -> Handlers:
        """The page's own commands and those of its parts."""
        own: dict[Any, Callable[[Any], object]] = {OpenStaff: self.open, CloseStaff: self.close}
        for part in self._parts.values():
            own.update(self.answering(part.handlers))
        return own

    def answering(self, handlers: Handlers) -> Handlers:
        """The same handlers; the page learns what became of each command."""
        return {kind: self._and_answer(act) for kind, act in handlers.items()}

    def _and_answer(self, act: Callable[[Any], object]) -> Callable[[Any], object]:
        def do(command: Any) -> None:  # noqa: ANN401 - a command of any kind
            self._answered += 1
            self._problem = ("", ())
            try:
                act(command)
            except Refusal as no:
                self._problem = (no.code, tuple(no.fields.items()))
                raise

        return do

    def open(self, command: OpenStaff) -> None:
        """Show a part of the page. Raises `ManagersOnly`, `FinishPaymentFirst`."""
        people.refuse_but_managers(self._till.employee)
        tickets.refuse_while_paying(self._till.desk)
        self._part, self._problem = command.part, ("", ())
        self._till.badge_for = None
        part = self._parts.get(command.part)
        if part is not None:
            part.opened()

    def close(self, _command: CloseStaff | None = None) -> None:
        """Leave the page; whoever was to get the next badge is not waited for."""
        self._part, self._problem = "", ("", ())
        self._till.badge_for = None

    def views(self) -> tuple[Snapshot, ...]:
        """The page, and each of its parts; nothing once it is known to be closed, for this is asked with every scan."""
        if not self._part and self._has_told_closed:
            return ()
        self._has_told_closed = not self._part
        code, fields = self._problem
        return (
            *(part.view(shown=name == self._part) for name, part in self._parts.items()),
            StaffView(self._part, self._answered, code, fields),
        )
