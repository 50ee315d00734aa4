"""What smells at the badge reader, and telling a manager of it.

What a driver can tell honestly is when its thread took a reading (`BadgeRead.read_ns`, nanoseconds since this boot).
So a reading that comes twice, runs backwards or is seconds old is refused and noted: a queue that was blocked, or a
message that somebody put in again. A badge that is read again faster than a hand could take it away still lies there.
What no reader can tell is a card that was copied: it is that card. That is why a PIN, and a photo, exist.
"""

from collections.abc import Callable
from typing import Final

from appliance.clock import Moment
from appliance.domain import calendar
from appliance.messages import BadgeRead, Fields, NoticeLevel, PersonView
from appliance.problems import Refusal
from appliance.services import alarms, badges, pay_rules, people
from appliance.services.people import Pins
from appliance.services.places import Place
from appliance.till import Till

STALE_NS: Final = 5_000_000_000
"""An older reading says nothing about who stands there now."""

HELD_NS: Final = 500_000_000
"""No hand takes a badge away and holds it there again within half a second."""

Notice = Callable[[NoticeLevel, str, Fields], None]


class BadgeNotFresh(Refusal):
    """A reading of a badge that came twice, or late: `device`."""

    code = "badge_not_fresh"


class Alarms:
    """What the register knows of readings, besides what it noted. Lost with the power."""

    def __init__(
        self,
        till: Till,
        keeper: Pins,
        now: Callable[[], Moment],
        notice: Notice,
        place: Place,
    ) -> None:
        """Nothing was read."""
        self._till: Final = till
        self._keeper: Final = keeper
        self._now: Final = now
        self._notice: Final = notice
        self._place: Final = place
        self._last: dict[str, tuple[int, int]] = {}
        self._told: dict[str, str] = {}

    def is_tap(self, event: BadgeRead) -> bool:
        """Whether somebody held a badge to the reader just now; not while it only stays there.

        Raises `BadgeNotFresh`, which is noted, for a reading that came twice, backwards or late. One whose reader does
        not say when it was read is believed.
        """
        if not event.read_ns:
            return True
        now = self._now()
        last_ns, last_badge = self._last.get(event.device, (0, 0))
        age_ns = now.boot_ns - event.read_ns
        if event.read_ns <= last_ns or age_ns < 0:
            self._refuse("replayed", event, now)
        if age_ns > STALE_NS:
            self._refuse("stale", event, now)
        badge = hash(event.ids)
        self._last[event.device] = (event.read_ns, badge)
        return badge != last_badge or event.read_ns - last_ns > HELD_NS

    def unknown_badge(self, event: BadgeRead) -> None:
        """Note that a badge of nobody was held to the reader: a stranger's, a lost one, of somebody who left."""
        why, employee = alarms.why_unknown(
            self._till.desk.db, badges.marks(self._keeper, event.ids)
        )
        self._note(why, event, self._now(), employee)

    def tell(self, person: PersonView) -> None:
        """Tell a manager who signs in what was refused since yesterday; each refusal once."""
        if person.role not in people.MANAGERS:
            return
        db, now_ms = self._till.desk.db, self._now().at_ms
        zone = pay_rules.read(db).zone
        yesterday = calendar.day_of(now_ms, zone) - calendar.ONE_DAY
        refused = alarms.since(db, calendar.day_begins_ms(yesterday, zone))
        if refused and self._told.get(person.id) != refused[0].id:
            self._told[person.id] = refused[0].id
            self._notice(NoticeLevel.WARN, "punches_refused", (("count", len(refused)),))

    def _refuse(self, why: str, event: BadgeRead, now: Moment) -> None:
        self._note(why, event, now)
        raise BadgeNotFresh(device=event.device)

    def _note(self, why: str, event: BadgeRead, now: Moment, employee: str = "") -> None:
        form = event.ids[0][0] if event.ids else ""
        alarms.note(
            self._till.desk,
            now.at_ms,
            why,
            self._place,
            employee=employee,
            device=event.device,
            by=form,
        )
