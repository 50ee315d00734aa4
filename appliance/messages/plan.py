"""Commands and snapshots of the schedule, and of what the time clock refused.

Days are `2026-11-28` and times `09:30`, both by the clock on the wall of the shop.
"""

from typing import Annotated

import msgspec

from appliance.messages.values import Command, Snapshot

Text = Annotated[str, msgspec.Meta(max_length=400)]


class ShowWeek(Command, frozen=True, tag="show_week"):
    """Look at the week of a day; None is this week. Managers only."""

    day: str | None = None


class PlanShift(Command, frozen=True, tag="plan_shift"):
    """Plan a shift that begins on a day; one that ends at or before its begin ends on the next day. Managers only."""

    employee: str
    day: str
    begins: Text
    ends: Text
    job: Text = ""
    note: Text = ""


class ChangeShift(Command, frozen=True, tag="change_shift"):
    """Change a planned shift; what is left out stays. Managers only.

    `allows_early` lets whose shift it is clock in before the limit.
    """

    shift: str
    employee: str | None = None
    day: str | None = None
    begins: Text | None = None
    ends: Text | None = None
    job: Text | None = None
    note: Text | None = None
    allows_early: bool = False


class DropShift(Command, frozen=True, tag="drop_shift"):
    """A planned shift is not to be worked. Managers only."""

    shift: str


class CopyWeek(Command, frozen=True, tag="copy_week"):
    """Plan the week of a day as the week before was planned. Managers only."""

    day: str


class AllowEarly(Command, frozen=True, tag="allow_early"):
    """Let an employee clock in before the shop's limit.

    A manager says so: by `manager` (id or number) and `pin`, because they are at the time clock (their badge was read
    just before), or because they are signed in.
    """

    employee: str
    manager: Text = ""
    pin: Text = ""

    def __repr__(self) -> str:
        """Without the PIN."""
        return f"AllowEarly(employee={self.employee!r}, manager={self.manager!r})"


class AwaitManager(Command, frozen=True, tag="await_manager"):
    """Whoever is at the time clock was refused as too early: the next manager's badge lets them in."""


class KnowOrigin(Command, frozen=True, tag="know_origin"):
    """Say that a device (its `origin`) is the shop's own and where it stands, or that it is not. Managers only."""

    origin: Text
    name: Text = ""
    place: Text = "till"
    known: bool = True


class ShiftView(msgspec.Struct, frozen=True):
    """A planned shift. `state` is an `attendance.State`; the minutes are 0 within what the shop allows.

    `clashes`: whose it is is planned for something else at the same time. `allowed`: they may clock in early.
    """

    id: str
    employee: str
    day: str
    begins: str
    ends: str
    job: str = ""
    note: str = ""
    state: str = "coming"
    late_minutes: int = 0
    left_early_minutes: int = 0
    clashes: bool = False
    allowed: bool = False


class UnplannedView(msgspec.Struct, frozen=True):
    """Somebody was there for no shift; `ends` is empty while they are, or if nobody knows."""

    employee: str
    day: str
    begins: str
    ends: str = ""


class PlanPersonView(msgspec.Struct, frozen=True):
    """A row of the week."""

    employee: str
    name: str
    is_active: bool = True


class RefusedView(msgspec.Struct, frozen=True):
    """A refused punch or badge, see `trust_kinds.PunchRefused`; `origin` is the device's mark."""

    id: str
    day: str
    time: str
    why: str
    place: str
    name: str = ""
    device: str = ""
    by: str = ""
    origin: str = ""
    more: bool = False


class StrangerView(msgspec.Struct, frozen=True):
    """A device that is not known, and how many punches count for nothing because of it."""

    origin: str
    punches: int
    day: str = ""


class KnownDeviceView(msgspec.Struct, frozen=True):
    """A device of the shop; `is_own` is this one."""

    origin: str
    place: str
    name: str
    is_own: bool = False


class PlanView(Snapshot, frozen=True, tag="plan"):
    """A week of the schedule, and what smells at the time clock; empty unless a manager looks at it.

    `days` are the seven of the week, `today` is one of them or not. `early_minutes` below 0 is no limit. `refused` are
    the newest of the last 28 days, `refused_count` is all of them.
    """

    days: tuple[str, ...] = ()
    today: str = ""
    people: tuple[PlanPersonView, ...] = ()
    shifts: tuple[ShiftView, ...] = ()
    unplanned: tuple[UnplannedView, ...] = ()
    jobs: tuple[tuple[str, str], ...] = ()
    early_minutes: int = -1
    late_minutes: int = 5
    refused: tuple[RefusedView, ...] = ()
    refused_count: int = 0
    strangers: tuple[StrangerView, ...] = ()
    devices: tuple[KnownDeviceView, ...] = ()
