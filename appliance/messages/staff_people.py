"""The people who work here: what managers do about them, and what the page of the staff shows of them.

Days are `2026-11-28`. Whatever carries a PIN hides it from `repr`, so that it stands in no log.
"""

import msgspec

from appliance.messages.snapshots import PersonView
from appliance.messages.timeclock import Text
from appliance.messages.values import Command, Snapshot


class ChoosePerson(Command, frozen=True, tag="choose_person"):
    """Look at somebody on the page of the staff (id or number); None: at nobody."""

    employee: Text | None


class AddEmployee(Command, frozen=True, tag="add_employee"):
    """Somebody new. `first_day` may be to come; until then they cannot punch. Managers only."""

    number: Text
    name: Text
    pin: Text
    role: Text = "cashier"
    language: Text = ""
    first_day: Text = ""

    def __repr__(self) -> str:
        """Without the PIN."""
        return f"AddEmployee(number={self.number!r}, name={self.name!r}, role={self.role!r})"


class ChangeEmployee(Command, frozen=True, tag="change_employee"):
    """Change somebody; what is left out stays. Managers only, and owners where an owner is meant."""

    employee: Text
    name: Text | None = None
    number: Text | None = None
    role: Text | None = None
    language: Text | None = None


class SetPin(Command, frozen=True, tag="set_pin"):
    """Another PIN for somebody. Managers only."""

    employee: Text
    pin: Text

    def __repr__(self) -> str:
        """Without the PIN."""
        return f"SetPin(employee={self.employee!r})"


class DescribeEmployee(Command, frozen=True, tag="describe_employee"):
    """What the records say of somebody; what is left out stays. Managers only.

    `sex` is `female`, `male`, `other` or empty.
    """

    employee: Text
    address: Text | None = None
    born_day: Text | None = None
    sex: Text | None = None
    occupation: Text | None = None
    hired_day: Text | None = None


class EndEmployment(Command, frozen=True, tag="end_employment"):
    """Somebody leaves. With a `last_day` to come they work on until its end. Managers only."""

    employee: Text
    last_day: Text


class ResumeEmployment(Command, frozen=True, tag="resume_employment"):
    """Somebody works here again from `first_day` on, or (without one) stays after all. Managers only."""

    employee: Text
    first_day: Text = ""


class AssignJob(Command, frozen=True, tag="assign_job"):
    """Somebody does a job (its code), or no longer. Managers only."""

    employee: Text
    job: Text
    assigned: bool = True


class AddJob(Command, frozen=True, tag="add_job"):
    """A new job of the shop; its code is made from its name. Managers only."""

    name: Text


class LabelBadge(Command, frozen=True, tag="label_badge"):
    """What a badge is called. Managers only."""

    badge: Text
    label: Text


class TakeOneBadge(Command, frozen=True, tag="take_one_badge"):
    """A badge is nobody's any more; the person's others stay. Managers only."""

    badge: Text


class StaffPersonView(msgspec.Struct, frozen=True):
    """Somebody in the list. `left` is whether they are gone; `left_day` may be to come."""

    person: PersonView
    badges: int = 0
    left: bool = False
    first_day: str = ""
    last_day: str = ""


class StaffBadgeView(msgspec.Struct, frozen=True):
    """A badge of somebody: what it is called and when it was given. Its number is known to nobody."""

    id: str
    label: str
    given_at_ms: int


class StaffRateView(msgspec.Struct, frozen=True):
    """What is paid from a day on: by the hour, or for `covers_ms` of a week. `job` is its code, empty for any."""

    job: str
    from_day: str
    rate_minor: int
    covers_ms: int = 0


class StaffJobView(msgspec.Struct, frozen=True):
    """A job of the shop."""

    code: str
    name: str
    archived: bool = False


class ChosenPersonView(msgspec.Struct, frozen=True):
    """Everything about whoever was chosen. `approved_to` is the last day of approved wages; `jobs` are codes.

    `waits_for_badge` says that the next badge at the reader is theirs.
    """

    id: str
    language: str = ""
    address: str = ""
    born_day: str = ""
    sex: str = ""
    occupation: str = ""
    badges: tuple[StaffBadgeView, ...] = ()
    waits_for_badge: bool = False
    jobs: tuple[str, ...] = ()
    rates: tuple[StaffRateView, ...] = ()
    approved_to: str = ""


class StaffPeopleView(Snapshot, frozen=True, tag="staff_people"):
    """Everybody who works or worked here, the jobs of the shop, and who was chosen.

    `today` is the day in the shop's time zone; `has_reader` whether there is a badge reader at this till.
    """

    people: tuple[StaffPersonView, ...] = ()
    jobs: tuple[StaffJobView, ...] = ()
    chosen: ChosenPersonView | None = None
    today: str = ""
    has_reader: bool = False
