"""What badge readers and drawers' switches mean for the till."""

from collections.abc import Callable
from typing import Final

from appliance.alarms import Alarms
from appliance.journal.device_kinds import DrawerForced
from appliance.messages import (
    BadgeRead,
    DrawerMoved,
    Fields,
    GiveBadge,
    NoticeLevel,
    PersonView,
    TakeBadge,
)
from appliance.services import badges, people
from appliance.services.people import Pins
from appliance.slips import Devices
from appliance.till import Handlers, Till

Notice = Callable[[NoticeLevel, str, Fields], None]


class Attached:
    """Devices besides the scanner and the receipt printer. Each method does one command or event."""

    def __init__(
        self,
        till: Till,
        keeper: Pins,
        devices: Devices,
        notice: Notice,
        tapped: Callable[[PersonView, str, str], bool],
        alarms: Alarms,
    ) -> None:
        """Nothing is waited for. `tapped`, the time clock, hears whose badge was read, of which form and by what.

        It answers False where the badge was for somebody else, and its owner is not to be greeted.
        """
        self._till: Final = till
        self._keeper: Final = keeper
        self._devices: Final = devices
        self._notice: Final = notice
        self._tapped: Final = tapped
        self._alarms: Final = alarms

    @property
    def handlers(self) -> Handlers:
        """What each message does."""
        return {
            BadgeRead: self.badge_read,
            GiveBadge: self.give_badge,
            TakeBadge: self.take_badge,
        }

    # ------------------------------------------------------------------ badges

    def give_badge(self, command: GiveBadge) -> None:
        """The next badge is this employee's, until the manager leaves. Raises `ManagersOnly`, `NoSuchEmployee`."""
        people.refuse_but_managers(self._till.employee)
        if command.employee is None:
            self._till.badge_for = None
        else:
            self._till.badge_for = people.find(self._till.desk.db, command.employee).id

    def take_badge(self, command: TakeBadge) -> None:
        """None of the employee's badges is theirs any more. Raises `ManagersOnly`, `NoSuchEmployee`."""
        people.refuse_but_managers(self._till.employee)
        assert self._till.employee is not None
        badges.take(self._till.desk, command.employee, self._till.employee.id)
        name = people.find(self._till.desk.db, command.employee).name
        self._notice(NoticeLevel.DONE, "badge_taken", (("name", name),))

    def badge_read(self, event: BadgeRead) -> None:
        """A badge says who somebody is: it is given away, or picks a name on the sign-in page; the PIN stays asked.

        Raises `UnknownBadge` and `BadgeNotFresh`, which are noted, `BadgeHasOwner`, `BadgeChanges`, `ManagersOnly`.
        """
        till = self._till
        if not self._alarms.is_tap(event):
            return
        if till.badge_for is not None and till.employee is not None:
            # Somebody may have made a cashier of the manager meanwhile, at another register.
            people.refuse_but_managers(people.find(till.desk.db, till.employee.id))
            given = badges.give(
                till.desk, self._keeper, till.badge_for, event.ids, till.employee.id
            )
            till.badge_for = None
            self._notice(NoticeLevel.DONE, "badge_given", (("name", given.name),))
            return
        try:
            person = badges.owner(till.desk.db, badges.marks(self._keeper, event.ids))
        except badges.UnknownBadge:
            self._alarms.unknown_badge(event)
            raise
        if not self._tapped(person, event.ids[0][0], event.device):
            return
        if till.employee is None:
            till.sign_in_as = person.id
        else:
            self._notice(NoticeLevel.DONE, "badge_known", (("name", person.name),))

    # ------------------------------------------------------------------ the drawer's switch

    def drawer_moved(self, event: DrawerMoved) -> None:
        """The drawer was forced, or stands open; that it opened and closed as it should is no news."""
        device = ("device", event.device)
        if event.what == "opened_unasked":
            actor = self._till.employee.id if self._till.employee is not None else ""
            self._till.desk.book.record(actor, DrawerForced(device=event.device))
            self._notice(NoticeLevel.WARN, "drawer_forced", (device,))
        elif event.what == "left_open":
            self._notice(NoticeLevel.WARN, "drawer_left_open", (("open_s", event.open_s), device))
