"""The time clock without a badge: whoever wants to punch chooses their name and keys in their PIN.

A manager lets somebody in early with the same card.
"""

from typing import Final

import msgspec

from appliance.messages import (
    AllowEarly,
    PersonView,
    ProvePin,
    SessionView,
    ShopView,
    Snapshot,
    TimeclockView,
)
from kiosk_ui.navigation import Overlay
from kiosk_ui.presenters import pin
from kiosk_ui.presenters.base import Presenter, Seen
from kiosk_ui.presenters.formats import initials
from kiosk_ui.presenters.keys import NO_KEY, KeyView, digit_pad
from kiosk_ui.presenters.sign_in import PersonTile

MANAGERS: Final = frozenset({"manager", "owner"})


class ClockPinView(msgspec.Struct, frozen=True):
    """People first, then the pad for one of them."""

    title: str
    close: str
    choosing: bool
    keying: bool
    people: tuple[PersonTile, ...]
    name: str
    initials: str
    dots: str
    message: str
    message_colour: str
    keys: tuple[KeyView, ...]
    enter: str
    can_enter: bool
    back: str


class ClockPinPresenter(Presenter[ClockPinView]):
    """Holds the digits of a PIN only until they are sent; they are never shown."""

    topics = (SessionView, ShopView, TimeclockView)
    _lets_in = ""
    """The employee (id) whom a manager is to let in; empty where somebody comes for themselves."""
    _person: str | None = None
    _digits = ""
    _waits_for_answer = False

    def open(self) -> None:
        """Somebody has no badge at hand."""
        self._begin("")

    def open_for_manager(self, employee: str) -> None:
        """A manager without a badge is to let an employee in early. The only one need not be chosen."""
        self._begin(employee)
        managers = self._people()
        if len(managers) == 1:
            self.choose(managers[0].id)

    def _begin(self, lets_in: str) -> None:
        self._lets_in = lets_in
        self._person, self._digits, self._waits_for_answer = None, "", False
        self.refresh()
        self.open_overlay(Overlay.CLOCK_PIN)

    def choose(self, person: str) -> None:
        """This is me."""
        self._person, self._digits = person, ""
        self.refresh()

    def back(self) -> None:
        """Somebody else."""
        self._person, self._digits = None, ""
        self.refresh()

    def close(self) -> None:
        """Not now."""
        self.open_overlay(Overlay.NONE)

    def left(self) -> None:
        """The card is gone, whoever closed it: what was keyed in so far is forgotten."""
        self._lets_in, self._person, self._digits, self._waits_for_answer = "", None, "", False
        self.refresh()

    def key(self, name: str) -> None:
        """A key of the pad, or of a real keyboard."""
        if self._wait_ms() == 0:
            self._digits = pin.keyed(self._digits, name)
            self.refresh()

    def enter(self) -> None:
        """That was the PIN."""
        if self._person is not None and self.view.can_enter:
            self._waits_for_answer = True
            if self._lets_in:
                self.send(AllowEarly(self._lets_in, self._person, self._digits))
            else:
                self.send(ProvePin(self._person, self._digits))

    def tick(self) -> None:
        """Once a second: the waiting time."""
        self.refresh()

    def took(self, snapshot: Snapshot, before: Seen) -> None:
        """A refused PIN is forgotten; once somebody is known, the banner asks."""
        clock = self.seen.timeclock
        if not isinstance(snapshot, TimeclockView):
            return
        if self._lets_in:
            is_done = clock.early is None or clock.employee != self._lets_in
        else:
            is_known = clock.employee == self._person and not clock.refused
            is_done = self._waits_for_answer and is_known
        if is_done:
            self.left()
            self.open_overlay(Overlay.NONE)
        elif self._waits_for_answer and clock.refusals != before.timeclock.refusals:
            self._waits_for_answer, self._digits = False, ""

    def _people(self) -> tuple[PersonView, ...]:
        people = self.seen.session.people if self.seen.session else ()
        if not self._lets_in:
            return people
        return tuple(one for one in people if one.role in MANAGERS)

    def _wait_ms(self) -> int:
        return max(0, self.seen.timeclock.wait_until_ms - self.now_ms())

    def draw(self) -> ClockPinView:
        """The card for now."""
        words, people = self.words, self._people()
        person = next((one for one in people if one.id == self._person), None)
        refused = self.seen.timeclock.refused
        return ClockPinView(
            title=words("time_clock.manager_pin" if self._lets_in else "time_clock.title"),
            close=words("common.close"),
            choosing=person is None,
            keying=person is not None,
            people=tuple(
                PersonTile(
                    one.id,
                    initials(one.name),
                    one.name,
                    words("time_clock.number", number=one.number),
                )
                for one in people
            ),
            name=person.name if person else "",
            initials=initials(person.name) if person else "",
            dots=pin.dots(self._digits),
            message=pin.message(
                self.formats, refused, self._wait_ms(), has_digits=bool(self._digits)
            ),
            message_colour="danger_ink" if refused else "muted",
            keys=digit_pad(corner=NO_KEY),
            enter=words("time_clock.enter"),
            can_enter=bool(self._digits) and self._wait_ms() == 0,
            back=words("sign_in.back"),
        )
