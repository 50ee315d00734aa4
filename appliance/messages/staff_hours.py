"""The hours on the page of the staff: who is at work, what waits for a manager, and anybody's week, punch by punch.

Times are UTC milliseconds, days are `2026-11-28` in the shop's time zone, lengths are milliseconds.
"""

import msgspec

from appliance.messages.timeclock import Text
from appliance.messages.values import Command, Snapshot


class ShowHours(Command, frozen=True, tag="show_hours"):
    """Look at the week of an employee in which `day` lies, or with `one_day` at that day; an empty `day` is today.

    Without an `employee` it is the overview. Managers only.
    """

    employee: str = ""
    day: str = ""
    one_day: bool = False


class PutPunchRight(Command, frozen=True, tag="put_punch_right"):
    """A manager says what a punch was, by the clock on the wall of a day: `time` is `8:58`; `punch` None makes one.

    `what` None takes it away. Where the clocks went back, `later` says which of two equal hours is meant; None is not
    known. Managers only.
    """

    employee: str
    day: str
    time: Text
    reason: Text
    punch: str | None = None
    what: str | None = None
    job: Text = ""
    paid: bool = False
    later: bool | None = None


class HoursSaidView(msgspec.Struct, frozen=True):
    """What a punch says. `later` where its hour comes twice and this is the second one."""

    what: str
    at_ms: int
    job: str = ""
    paid: bool = False
    later: bool = False


class HoursCorrectionView(msgspec.Struct, frozen=True):
    """A correction with both values: None is no punch at all. `contested` is why the employee does not agree."""

    id: str
    author: str
    at_ms: int
    reason: str
    was: HoursSaidView | None
    said: HoursSaidView | None
    contested: str = ""


class HoursPunchView(msgspec.Struct, frozen=True):
    """A punch as it counts now, and where it came from.

    `counts_ms` is its time as hours are reckoned, which may be rounded. `clock` is as in `store.tables.PunchRow`, or
    `unknown_device` where no device of the shop told of the punch: then it counts for nothing.
    `fault` is a `domain.timeclock.Fault`, or empty. `gone` is empty, `taken_away` by a manager or `undone` at once.
    """

    id: str
    said: HoursSaidView
    counts_ms: int
    clock: str
    by: str
    device: str
    fault: str = ""
    gone: str = ""
    corrections: tuple[HoursCorrectionView, ...] = ()


class HoursStretchView(msgspec.Struct, frozen=True):
    """Work or a break, cut to one day: `comes_over` from the day before, `goes_over` into the next one.

    `kind` is a `domain.timeclock.Kind`. What `is_open` goes on now and counts for nothing yet.
    """

    kind: str
    begun_ms: int
    ended_ms: int
    job: str = ""
    comes_over: bool = False
    goes_over: bool = False
    is_open: bool = False


class HoursLockView(msgspec.Struct, frozen=True):
    """The approval of a day's wages: nothing of it is changed any more."""

    author: str
    at_ms: int


class HoursDayView(msgspec.Struct, frozen=True):
    """One day of an employee. It may have 23 or 25 hours."""

    day: str
    begins_ms: int
    ends_ms: int
    paid_ms: int = 0
    """Work and paid breaks."""
    unpaid_ms: int = 0
    stretches: tuple[HoursStretchView, ...] = ()
    punches: tuple[HoursPunchView, ...] = ()
    lock: HoursLockView | None = None


class HoursWeekView(msgspec.Struct, frozen=True):
    """Seven days of an employee. `before` and `after` are days of the weeks around it."""

    employee: str
    name: str
    days: tuple[HoursDayView, ...]
    before: str
    after: str


class HoursPersonView(msgspec.Struct, frozen=True):
    """Where somebody is, since when, and how long they have been paid for in this week."""

    id: str
    name: str
    presence: str = "away"
    since_ms: int = 0
    job: str = ""
    week_ms: int = 0


class HoursRequestView(msgspec.Struct, frozen=True):
    """What an employee asks for: `asked` instead of `was`, where None is a punch that was forgotten."""

    id: str
    employee: str
    name: str
    day: str
    asked: HoursSaidView
    was: HoursSaidView | None
    reason: str
    at_ms: int


class HoursOddView(msgspec.Struct, frozen=True):
    """What does not fit: a `domain.timeclock.Fault`, `doubtful` (the clock), `unknown_device` or `contested`."""

    why: str
    employee: str
    name: str
    day: str
    said: HoursSaidView
    text: str = ""


class StaffHoursView(Snapshot, frozen=True, tag="staff_hours"):
    """All of it, or nothing while nobody looks. `day` is the day that was chosen in the week, or empty.

    `jobs` are codes and names, `zone` is the IANA name of the shop's time zone.
    """

    zone: str = "UTC"
    now_ms: int = 0
    people: tuple[HoursPersonView, ...] = ()
    requests: tuple[HoursRequestView, ...] = ()
    odd: tuple[HoursOddView, ...] = ()
    week: HoursWeekView | None = None
    day: str = ""
    jobs: tuple[tuple[str, str], ...] = ()
