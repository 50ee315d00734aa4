"""Who is at the time clock: whoever has just held a badge to the reader or keyed in a PIN, for some seconds.

A badge or a PIN says who somebody is for the time clock alone. It signs nobody in, and the next person takes the place.
"""

from dataclasses import dataclass, replace
from typing import Final

import msgspec

from appliance.messages import EarlyView, PersonView, PunchedView
from appliance.services import people
from appliance.till import Till

ASKS_MS: Final = 30_000
"""So long the clock waits for what somebody wants who held a badge to the reader."""

MANAGER_COMES_MS: Final = 120_000
"""So long whoever is too early waits for a manager."""

GONE_MS: Final = 30_000
"""So long the slip of whoever has clocked out can be read."""


@dataclass(frozen=True, slots=True)
class Here:
    """Somebody at the clock, by `by` (a form of badge, or `pin`) read by `device`, from `since_ms` until `until_ms`.

    With `asks` the clock waits for what it shall be; `contradicts` is what was tried and did not fit, `early` why they
    could not come in yet.
    """

    person: PersonView
    by: str
    device: str
    since_ms: int
    until_ms: int
    asks: bool = True
    contradicts: str = ""
    early: EarlyView | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """Why a PIN was not taken, how many were not, and until when none is."""

    code: str = ""
    times: int = 0
    until_ms: int = 0


class AtClock:
    """The one who is at the clock, if anybody is, and what they have just punched. Lost with the power."""

    def __init__(self, till: Till) -> None:
        """Nobody is there."""
        self._till: Final = till
        self._here: Here | None = None
        self.made: PunchedView | None = None
        self.refused = Refused()

    def came(self, person: PersonView, by: str, device: str, now_ms: int) -> None:
        """Somebody said who they are; the clock asks what it shall be."""
        self._here = Here(person, by, device, now_ms, now_ms + ASKS_MS)
        self.refused = Refused()
        if self.made is not None and self.made.undo_until_ms <= now_ms:
            self.made = None

    def left(self) -> None:
        """Nobody is there any more."""
        self._here, self.made, self.refused = None, None, Refused()

    def here(self, now_ms: int) -> Here | None:
        """Who is at the clock; nobody any more where it was set back since they came, for it would wait for hours."""
        if self._here is None or not self._here.since_ms <= now_ms <= self._here.until_ms:
            return None
        return self._here

    def stays(self, until_ms: int) -> None:
        """Whoever is there does something: they stay at least so long."""
        if self._here is not None:
            self._here = replace(self._here, until_ms=max(self._here.until_ms, until_ms))

    def asks_again(
        self, now_ms: int, contradicts: str = "", early: EarlyView | None = None
    ) -> None:
        """What shall it be, then?"""
        if self._here is not None:
            self._here = replace(
                self._here,
                until_ms=now_ms + ASKS_MS,
                asks=True,
                contradicts=contradicts,
                early=early,
            )

    def waits_for_manager(self, now_ms: int) -> bool:
        """Whoever is too early wants a manager to let them in; answers whether anybody is."""
        here = self.here(now_ms)
        if here is None or here.early is None:
            return False
        early = msgspec.structs.replace(here.early, waits=True)
        self._here = replace(here, until_ms=now_ms + MANAGER_COMES_MS, early=early)
        return True

    def refuses_pin(self, code: str, until_ms: int) -> None:
        """A PIN was not taken, and none will be until then."""
        self.refused = Refused(code, self.refused.times + 1, until_ms)

    def takes_pin(self) -> None:
        """A PIN was right."""
        self.refused = Refused()

    def punched(self, made: PunchedView) -> None:
        """They have punched; they can be greeted, take it back and see their hours, and are asked nothing more."""
        self.made = made
        if self._here is not None:
            self._here = replace(
                self._here,
                until_ms=_greeted_until_ms(made),
                asks=False,
                contradicts="",
                early=None,
            )

    def has_read(self, now_ms: int) -> None:
        """They have read their hours: whoever was asked before is asked again, the others need stay no longer."""
        if self._here is None:
            return
        if self._here.asks:
            self.asks_again(now_ms, self._here.contradicts, self._here.early)
        elif self.made is not None:
            self._here = replace(self._here, until_ms=_greeted_until_ms(self.made))

    def acts_for(self, employee: str, now_ms: int) -> str:
        """Who speaks for an employee (id or number): they themselves at the clock, or else whoever is signed in.

        Empty where nobody is known. Whether that is enough, the service decides.
        """
        here, signed_in = self.here(now_ms), self._till.employee
        person = people.find(self._till.desk.db, employee)
        if here is not None and here.person.id == person.id:
            return person.id
        return "" if signed_in is None else signed_in.id


def _greeted_until_ms(made: PunchedView) -> int:
    return made.undo_until_ms if made.slip is None else made.at_ms + GONE_MS
