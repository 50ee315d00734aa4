"""Commands and snapshots of somebody at the time clock: who it is, their own hours, the slip when they go.

What is in `HoursView` and in `PunchedView.slip` is shown to nobody but the one who has just held a badge to the reader
or keyed in a PIN. Times are UTC milliseconds, days are `2026-11-28`, both in the shop's own zone where they are shown.
"""

from typing import Annotated

import msgspec

from appliance.messages.own_data import OwnDataView
from appliance.messages.values import Command, Snapshot

_Text = Annotated[str, msgspec.Meta(max_length=400)]


class ProvePin(Command, frozen=True, tag="prove_pin"):
    """Say who is at the clock by a PIN instead of a badge; the clock then asks as after a badge."""

    employee: _Text
    pin: _Text

    def __repr__(self) -> str:
        """Without the PIN."""
        return f"ProvePin(employee={self.employee!r})"


class LeaveClock(Command, frozen=True, tag="leave_clock"):
    """Whoever was at the clock has gone: nothing is asked any more, and own hours are shut."""


class OpenHours(Command, frozen=True, tag="open_hours"):
    """Show the own hours of whoever is at the clock; once more while they are open keeps them open."""


class CloseHours(Command, frozen=True, tag="close_hours"):
    """Own hours were read."""


class PrintDaySlip(Command, frozen=True, tag="print_day_slip"):
    """Print the slip of whoever has just clocked out."""


class JobView(msgspec.Struct, frozen=True):
    """A job that somebody may do."""

    code: str
    name: str


class MissingView(msgspec.Struct, frozen=True):
    """A punch that must have been forgotten, as `punch` tells, which was `what` at `at_ms`.

    `missing` is what was not punched; it was after `from_ms` and before `to_ms`. With `waits` it was said already, and
    a manager is to approve it.
    """

    punch: str
    what: str
    at_ms: int
    missing: str
    from_ms: int
    to_ms: int
    waits: bool = False


class SlipView(msgspec.Struct, frozen=True):
    """What somebody has worked and earned when they go. Lengths are paid time, in milliseconds.

    `period_minor` is what the pay period from `from_day` to `to_day` comes to so far; None where no rate is agreed for
    a part of it. `questions` are punches of the period that count for nothing until a manager has put them right.
    """

    today_ms: int
    week_ms: int
    period_minor: int | None
    from_day: str
    to_day: str
    questions: int = 0


class EarlyView(msgspec.Struct, frozen=True):
    """Why somebody cannot clock in yet: their shift begins at `begins`, and the shop lets them in from `earliest`.

    Both by the clock on the wall. With `waits` a manager's badge or PIN is waited for.
    """

    begins: str
    earliest: str
    waits: bool = False


class PunchedView(msgspec.Struct, frozen=True):
    """The punch just made. `slip` is for whoever went."""

    punch: str
    name: str
    what: str
    at_ms: int
    job: str = ""
    undo_until_ms: int = 0
    slip: SlipView | None = None


class StretchView(msgspec.Struct, frozen=True):
    """A time of work or of a break (`domain.timeclock.Kind`), cut to its day.

    With `goes_on` it has not ended.
    """

    kind: str
    begun_ms: int
    ended_ms: int
    job: str = ""
    goes_on: bool = False


class OddView(msgspec.Struct, frozen=True):
    """A punch that counts for nothing until a manager has put it right; `why` is a `domain.timeclock.Fault`."""

    punch: str
    what: str
    at_ms: int
    why: str


class OwnPunchView(msgspec.Struct, frozen=True):
    """A punch of somebody's own that counts now."""

    punch: str
    what: str
    at_ms: int
    job: str = ""
    paid: bool = False


class OwnDayView(msgspec.Struct, frozen=True):
    """One day of somebody's hours. `begins_ms` is its first moment and `ends_ms` the next day's."""

    day: str
    begins_ms: int
    ends_ms: int
    paid_ms: int = 0
    stretches: tuple[StretchView, ...] = ()
    odd: tuple[OddView, ...] = ()
    punches: tuple[OwnPunchView, ...] = ()


class OwnWeekView(msgspec.Struct, frozen=True):
    """A workweek up to now, its days in order."""

    paid_ms: int
    days: tuple[OwnDayView, ...]


class SaidView(msgspec.Struct, frozen=True):
    """What a punch was, or is said to have been."""

    what: str
    at_ms: int
    job: str = ""
    paid: bool = False


class CorrectionView(msgspec.Struct, frozen=True):
    """What a manager made of a punch: both values (None: there was or is none), why, who and when."""

    id: str
    at_ms: int
    author: str
    reason: str
    was: SaidView | None
    said: SaidView | None
    contested: str = ""


class RequestView(msgspec.Struct, frozen=True):
    """What somebody said a punch should have been. `answer` is empty while it waits, else `declined` and why."""

    id: str
    at_ms: int
    said: SaidView
    reason: str
    answer: str = ""
    answer_reason: str = ""


class HoursView(Snapshot, frozen=True, tag="hours"):
    """Somebody's own hours, while they are at the clock and want to see them; else `open` is False and nothing else."""

    open: bool = False
    employee: str = ""
    name: str = ""
    zone: str = ""
    weeks: tuple[OwnWeekView, ...] = ()
    """This week and the last one."""
    corrections: tuple[CorrectionView, ...] = ()
    """The newest first."""
    requests: tuple[RequestView, ...] = ()
    own: OwnDataView | None = None
