"""The kinds of entries of the schedule; see `kinds` for what holds for all kinds.

A planned shift is a fact; what is changed about it are edits. Begin and end are UTC milliseconds of what was planned by
the clock on the wall, and compete together, so that two registers never make one shift of two halves.
"""

from typing import ClassVar, Final

from msgspec import UNSET, UnsetType

from appliance.journal.body import Body


class ShiftPlanned(Body, frozen=True):
    """Somebody shall work from `begins_ms` to before `ends_ms`, at a `job` (its code) if one is given."""

    kind: ClassVar[str] = "shift_planned"
    employee: str
    begins_ms: int
    ends_ms: int
    job: str = ""
    note: str = ""


class ShiftChanged(Body, frozen=True):
    """An edit of a planned shift; `times` are its begin and end in UTC milliseconds."""

    kind: ClassVar[str] = "shift_changed"
    shift: str
    employee: str | UnsetType = UNSET
    times: tuple[int, int] | UnsetType = UNSET
    job: str | UnsetType = UNSET
    note: str | UnsetType = UNSET


class ShiftDropped(Body, frozen=True):
    """A planned shift is not to be worked; it stays dropped."""

    kind: ClassVar[str] = "shift_dropped"
    shift: str


class EarlyAllowed(Body, frozen=True):
    """A manager lets whose shift it is clock in before the shop's limit."""

    kind: ClassVar[str] = "early_allowed"
    shift: str


PLAN_KINDS: Final[tuple[type[Body], ...]] = (
    ShiftPlanned,
    ShiftChanged,
    ShiftDropped,
    EarlyAllowed,
)
