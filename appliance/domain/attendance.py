"""The schedule against the time clock: who came late, who is missing, who left early, and who worked unplanned.

Nothing here asks for the time or knows a time zone; all times are UTC milliseconds. What is found depends on the shifts
and the punches alone, never on the order in which either became known.
"""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Final, NamedTuple

from appliance.domain.timeclock import HOUR_MS, Fault, Record

MISSING_AFTER_MS: Final = HOUR_MS
"""Who has not come so long after the begin is not late any more but missing."""

EARLY_MS: Final = 2 * HOUR_MS
"""Who comes so long before a shift, and is still there, has come for it."""


class Shift(NamedTuple):
    """A planned shift, its end not included."""

    id: str
    begins_ms: int
    ends_ms: int


class State(StrEnum):
    """How a planned shift stands."""

    COMING = "coming"
    """It has not begun, or only just."""

    HERE = "here"
    LATE = "late"
    """It has begun and nobody came."""

    MISSING = "missing"
    """It began long ago, or is over, and nobody came."""

    DONE = "done"
    """Whoever came has left again."""


class Attendance(NamedTuple):
    """What became of a shift. `late_ms` is how late somebody came, or has not come; `left_early_ms` as it says.

    Both are 0 within the minutes that the shop allows.
    """

    state: State
    late_ms: int = 0
    left_early_ms: int = 0


class Stay(NamedTuple):
    """From coming to going, breaks included. `ended_ms` None: still there (`open`), or nobody knows until when."""

    begun_ms: int
    ended_ms: int | None
    is_open: bool = False


def stays(record: Record) -> tuple[Stay, ...]:
    """When somebody was there, in order: stretches that follow one another are one stay."""
    parts = [Stay(one.begun_ms, one.ended_ms) for one in record.stretches]
    parts += [Stay(odd.punch.at_ms, None) for odd in record.odd if odd.fault is Fault.NO_END]
    if record.since is not None:
        parts.append(Stay(record.since.at_ms, None, is_open=True))
    found: list[Stay] = []
    for part in sorted(parts, key=lambda one: one.begun_ms):
        if found and found[-1].ended_ms == part.begun_ms:
            found[-1] = part._replace(begun_ms=found[-1].begun_ms)
        else:
            found.append(part)
    return tuple(found)


def attendance(shift: Shift, there: Sequence[Stay], allowed_ms: int, now_ms: int) -> Attendance:
    """What became of a shift, as of `now_ms`; `allowed_ms` is neither late nor early."""
    came = [stay for stay in there if _is_for(stay, shift, now_ms)]
    if not came:
        late_ms = now_ms - shift.begins_ms
        if now_ms >= shift.ends_ms or late_ms > max(allowed_ms, MISSING_AFTER_MS):
            return Attendance(State.MISSING)
        if late_ms > allowed_ms:
            return Attendance(State.LATE, late_ms)
        return Attendance(State.COMING)
    late_ms = _above(came[0].begun_ms - shift.begins_ms, allowed_ms)
    last = came[-1]
    if last.is_open:
        return Attendance(State.HERE, late_ms)
    if last.ended_ms is None:
        return Attendance(State.DONE, late_ms)
    return Attendance(State.DONE, late_ms, _above(shift.ends_ms - last.ended_ms, allowed_ms))


def unplanned(shifts: Iterable[Shift], there: Sequence[Stay], now_ms: int) -> tuple[Stay, ...]:
    """When somebody was there for none of their shifts."""
    planned = tuple(shifts)
    return tuple(
        stay for stay in there if not any(_is_for(stay, shift, now_ms) for shift in planned)
    )


def overlap(one: Shift, other: Shift) -> bool:
    """Whether nobody could work both."""
    return one.begins_ms < other.ends_ms and other.begins_ms < one.ends_ms


def _is_for(stay: Stay, shift: Shift, now_ms: int) -> bool:
    """Whether somebody was there during the shift, or came shortly before it and stayed."""
    if stay.begun_ms >= shift.ends_ms:
        return False
    if stay.begun_ms >= shift.begins_ms:
        return True
    if stay.ended_ms is not None:
        return stay.ended_ms > shift.begins_ms
    is_near = stay.begun_ms >= shift.begins_ms - EARLY_MS
    return is_near or (stay.is_open and now_ms > shift.begins_ms)


def _above(length_ms: int, allowed_ms: int) -> int:
    return length_ms if length_ms > allowed_ms else 0
