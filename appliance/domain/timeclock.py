"""The time clock: from punches to stretches of work and of breaks.

A punch says what somebody did at one moment: came, went, began or ended a break. Stretches are what lies between two
punches of one employee. Nothing here asks for the time or knows a time zone; all times are UTC milliseconds.

Punches of several devices are one list, ordered by time and, at the same millisecond, by what fits first and by id: so
hours do not depend on the order in which devices told of them. What does not fit (going without having come) counts
for nothing and is named, for a manager to put right; it is never guessed.
"""

import itertools
from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import Final, NamedTuple

HOUR_MS: Final = 3_600_000
LONGEST_SHIFT_MS: Final = 16 * HOUR_MS
"""A longer stretch is no work but a forgotten punch: it counts for nothing until a manager says what was."""


class What(StrEnum):
    """What a punch says."""

    IN = "in"
    OUT = "out"
    BREAK_START = "break_start"
    BREAK_END = "break_end"


class Presence(StrEnum):
    """Where an employee is, as far as punches tell."""

    AWAY = "away"
    AT_WORK = "at_work"
    ON_BREAK = "on_break"


TRANSITIONS: Final[dict[tuple[Presence, What], Presence]] = {
    (Presence.AWAY, What.IN): Presence.AT_WORK,
    (Presence.AT_WORK, What.IN): Presence.AT_WORK,
    (Presence.AT_WORK, What.BREAK_START): Presence.ON_BREAK,
    (Presence.AT_WORK, What.OUT): Presence.AWAY,
    (Presence.ON_BREAK, What.BREAK_END): Presence.AT_WORK,
    (Presence.ON_BREAK, What.OUT): Presence.AWAY,
}
"""Every move there is. Coming in while at work changes the job; to the same job it is a second tap and no change."""


class Punch(NamedTuple):
    """One punch of one employee. `job` counts when coming in, `paid` when a break begins."""

    id: str
    at_ms: int
    what: What
    job: str = ""
    paid: bool = False


class Kind(StrEnum):
    """What a stretch is."""

    WORK = "work"
    PAID_BREAK = "paid_break"
    UNPAID_BREAK = "unpaid_break"


class Stretch(NamedTuple):
    """A time between two punches, `ended_ms` not included; `begun_by` and `ended_by` are their ids."""

    kind: Kind
    begun_ms: int
    ended_ms: int
    job: str
    begun_by: str
    ended_by: str

    @property
    def length_ms(self) -> int:
        """How long it is."""
        return self.ended_ms - self.begun_ms


class Fault(StrEnum):
    """Why a punch counts for nothing."""

    DOES_NOT_FIT = "does_not_fit"
    """The move is not in `TRANSITIONS`, such as going without having come."""

    NO_END = "no_end"
    """Nothing ended it within the longest shift: somebody forgot to punch."""


class Odd(NamedTuple):
    """A punch that counts for nothing until a manager has put it right."""

    punch: Punch
    fault: Fault


class Record(NamedTuple):
    """What the punches of one employee come to. `since` is the punch that began what is still going on."""

    stretches: tuple[Stretch, ...]
    odd: tuple[Odd, ...]
    presence: Presence
    since: Punch | None
    job: str


def ordered(punches: Iterable[Punch]) -> tuple[Punch, ...]:
    """Punches in the order that counts: by time, then by id (`K7Q2-9` before `K7Q2-10`)."""
    return tuple(sorted(punches, key=_place))


def _place(punch: Punch) -> tuple[int, str, int, str]:
    origin, _, number = punch.id.partition("-")
    return punch.at_ms, origin, len(number), number


def fold(punches: Iterable[Punch], now_ms: int) -> Record:
    """What the punches of one employee come to, as of `now_ms`.

    Stretches of no length are left out: whoever goes and comes at the same instant has worked through.
    """
    folding = _Folding()
    for _, at_once in itertools.groupby(ordered(punches), key=lambda punch: punch.at_ms):
        folding.take_at_once(list(at_once))
    folding.give_up_if_forgotten(now_ms)
    return Record(
        tuple(folding.stretches),
        tuple(sorted(folding.odd, key=lambda odd: _place(odd.punch))),
        folding.presence,
        folding.since,
        folding.job,
    )


def contradicts(record: Record, what: What, job: str = "") -> bool:
    """Whether a punch does not fit what was punched last, so that the clock must ask and not guess."""
    if what is What.IN and record.presence is Presence.AT_WORK:
        return job in {"", record.job}
    return (record.presence, what) not in TRANSITIONS


class _Folding:
    """One employee's punches, taken one after another."""

    def __init__(self) -> None:
        self.stretches: list[Stretch] = []
        self.odd: list[Odd] = []
        self.presence = Presence.AWAY
        self.since: Punch | None = None
        self.job = ""

    def take_at_once(self, punches: list[Punch]) -> None:
        """The punches of one instant: what moves somebody on goes first, so that going and coming is working on.

        Whoever is at work goes before coming for another job, whichever of the two was entered first.
        """
        if len(punches) == 1:
            self.take(punches[0])
            return
        self.give_up_if_forgotten(punches[0].at_ms)
        while punches:
            goes = any(punch.what is What.OUT and self._moves(punch) for punch in punches)
            moving = (
                place
                for place, punch in enumerate(punches)
                if self._moves(punch) and not (goes and punch.what is What.IN)
            )
            self.take(punches.pop(next(moving, 0)))

    def take(self, punch: Punch) -> None:
        """The next punch in order."""
        self.give_up_if_forgotten(punch.at_ms)
        following = TRANSITIONS.get((self.presence, punch.what))
        if following is None:
            self.odd.append(Odd(punch, Fault.DOES_NOT_FIT))
            return
        if not self._moves(punch):
            return
        self._close(punch)
        if punch.what is What.IN:
            self.job = punch.job
        self.presence = following
        self.since = None if following is Presence.AWAY else punch
        if following is Presence.AWAY:
            self.job = ""

    def _moves(self, punch: Punch) -> bool:
        is_second_tap = self.presence is Presence.AT_WORK and punch.what is What.IN
        if is_second_tap and punch.job in {"", self.job}:
            return False
        return (self.presence, punch.what) in TRANSITIONS

    def give_up_if_forgotten(self, now_ms: int) -> None:
        """What has gone on for longer than anybody works was not ended: it does not count, and says so."""
        if self.since is not None and now_ms - self.since.at_ms > LONGEST_SHIFT_MS:
            self.odd.append(Odd(self.since, Fault.NO_END))
            self.presence, self.since, self.job = Presence.AWAY, None, ""

    def _close(self, punch: Punch) -> None:
        begun = self.since
        if begun is None or begun.at_ms == punch.at_ms:
            return
        kind = Kind.WORK
        if self.presence is Presence.ON_BREAK:
            kind = Kind.PAID_BREAK if begun.paid else Kind.UNPAID_BREAK
        self.stretches.append(Stretch(kind, begun.at_ms, punch.at_ms, self.job, begun.id, punch.id))


def round_punch(at_ms: int, step_minutes: int) -> int:
    """A punch's time at the nearest step, the middle upwards: 1 to 7 minutes down, 8 to 14 up, for a quarter.

    29 CFR 785.48(b): only where it is neutral over time, so a punch in and a punch out are rounded alike. A step of 0
    rounds nothing, as a shop does that has not chosen otherwise.
    """
    if not step_minutes:
        return at_ms
    step_ms = step_minutes * 60_000
    return (at_ms + step_ms // 2) // step_ms * step_ms


def rounded(stretches: Iterable[Stretch], step_minutes: int) -> Iterator[Stretch]:
    """Stretches with both ends rounded; those of which nothing is left are gone.

    What was punched first stays first: stretches are rounded, and not punches before they are put in order, so that
    going and coming within one step is not taken for coming and going.
    """
    for stretch in stretches:
        one = stretch._replace(
            begun_ms=round_punch(stretch.begun_ms, step_minutes),
            ended_ms=round_punch(stretch.ended_ms, step_minutes),
        )
        if one.begun_ms < one.ended_ms:
            yield one
