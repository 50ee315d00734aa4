"""A time clock by the door is no till: what may be asked of it, and how a manager gets to its page of devices.

Selling, the cash, the catalogue and the day are refused there, whatever a page, a scanner or a script asks. Whoever
keyed in a manager's PIN may open the page of devices, to set up the reader and to give badges; they are signed in for
as long as it is open and no longer: nobody locks a clock by the door, so the page shuts itself when it is left alone.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from appliance.messages import (
    BadgeRead,
    CloseWorkshop,
    Command,
    DismissNotice,
    DismissResume,
    Event,
    OpenWorkshop,
    PersonView,
    SetClock,
)
from appliance.services.timeclock import NotHere
from appliance.till import Handlers, Till

ALWAYS: Final[frozenset[type[Command | Event]]] = frozenset(
    {DismissNotice, DismissResume, SetClock}
)
"""What may be asked of any register."""

LEFT_ALONE_MS: Final = 5 * 60_000
"""So long the page of devices stays open while nobody does anything. A self-test asks something more often."""


class Door:
    """Keeps what belongs to a till away from a time clock by the door."""

    def __init__(
        self,
        till: Till,
        here_by_pin: Callable[[], PersonView],
        has_gone: Callable[[], None],
        now_ms: Callable[[], int],
        *parts: Mapping[Any, Any],
    ) -> None:
        """`here_by_pin` says who keyed in their PIN just now; `has_gone` hears that they went on to the devices.

        `parts` are the handlers of what belongs here.
        """
        self._till: Final = till
        self._here_by_pin: Final = here_by_pin
        self._has_gone: Final = has_gone
        self._now_ms: Final = now_ms
        self._touched_ms = 0
        self._known: Final = ALWAYS.union(*parts)

    def refuse(self, message: Command | Event) -> None:
        """Raises `NotHere` for what is asked of a till only."""
        if isinstance(message, (Command, BadgeRead)):
            self._touched_ms = self._now_ms()
        if isinstance(message, Command) and type(message) not in self._known:
            tag = str(message.__struct_config__.tag)
            raise NotHere(act=tag, place=self._till.place)

    def is_left_alone(self) -> bool:
        """Whether the page of devices is open at the door and nobody has done anything for some minutes."""
        is_open = self._till.place == "door" and self._till.employee is not None
        return is_open and self._now_ms() - self._touched_ms >= LEFT_ALONE_MS

    def around(self, handlers: Handlers) -> Handlers:
        """The page of devices, opened by a manager's PIN."""
        opens, closes = handlers[OpenWorkshop], handlers[CloseWorkshop]

        def open_it(command: OpenWorkshop) -> None:
            self._till.employee = self._here_by_pin()
            try:
                # The page itself refuses whoever is no manager.
                opens(command)
            except BaseException:
                self._till.employee = None
                raise
            self._has_gone()

        def close_it(command: CloseWorkshop) -> None:
            closes(command)
            self._till.employee = None

        return {**handlers, OpenWorkshop: open_it, CloseWorkshop: close_it}
