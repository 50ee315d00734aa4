"""Breaks by law: which are paid, which are missing, and what a missing one costs. The rules are data.

Nothing is ever deducted that was not punched as a break: where a law asks for a break that nobody took, the time was
worked, is paid, and is named in a remark. Breaks are judged by the punches as they were made, also where a shop rounds
punches (Donohue v. AMN Services, 11 Cal.5th 58 (2021)).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NamedTuple

from appliance.domain.shifts import Pause, pauses, worked_ms
from appliance.domain.timeclock import HOUR_MS, Kind, Stretch

MINUTE_MS: Final = 60_000


class Due(NamedTuple):
    """Who works for longer than `after_ms` in a shift is due breaks of `length_ms` in all."""

    after_ms: int
    length_ms: int


class Meal(NamedTuple):
    """A meal period that must begin before the end of so much work; it may be waived in shifts up to `waived_ms`."""

    before_ms: int
    waived_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakRules:
    """What a law says of breaks.

    `paid_up_to_ms`: breaks this short are paid, however they were punched. A break counts towards what is due from
    `counts_from_ms` on. `in_a_row_ms` is how long somebody may work without one (0: no such rule). Each workday on
    which one of the `meals` is missed is owed an hour's pay.
    """

    name: str
    paid_up_to_ms: int = 0
    counts_from_ms: int = 0
    dues: tuple[Due, ...] = ()
    in_a_row_ms: int = 0
    meals: tuple[Meal, ...] = ()
    names_short_meals: bool = False


NO_RULES: Final = BreakRules(name="none")
"""Breaks are paid as they were punched."""

US_FEDERAL: Final = BreakRules(
    name="us_federal",
    paid_up_to_ms=20 * MINUTE_MS,
    counts_from_ms=30 * MINUTE_MS,
    names_short_meals=True,
)
"""29 CFR 785.18: rest of 5 to about 20 minutes is paid, and shorter interruptions all the more. 785.19: meal periods
are ordinarily 30 minutes or more; an unpaid break between the two is named."""

US_CALIFORNIA: Final = BreakRules(
    name="us_california",
    paid_up_to_ms=20 * MINUTE_MS,
    counts_from_ms=30 * MINUTE_MS,
    names_short_meals=True,
    meals=(Meal(5 * HOUR_MS, 6 * HOUR_MS), Meal(10 * HOUR_MS, 12 * HOUR_MS)),
)
"""Labor Code 512(a): 30 minutes before the end of the fifth hour, again before the end of the tenth; work of up to six
hours (12, where the first was taken) may waive it. 226.7(c): one hour at the regular rate for a workday on which one
was missed. Rests of ten minutes are paid (226.7(d))."""

DE: Final = BreakRules(
    name="de",
    counts_from_ms=15 * MINUTE_MS,
    dues=(Due(6 * HOUR_MS, 30 * MINUTE_MS), Due(9 * HOUR_MS, 45 * MINUTE_MS)),
    in_a_row_ms=6 * HOUR_MS,
)
"""ArbZG § 4: 30 minutes where more than six hours are worked, 45 where more than nine, in pieces of at least 15; nobody
works longer than six hours in a row."""

ES: Final = BreakRules(
    name="es", counts_from_ms=15 * MINUTE_MS, dues=(Due(6 * HOUR_MS, 15 * MINUTE_MS),)
)
"""Estatuto de los Trabajadores, art. 34.4: 15 minutes where a continuous day is longer than six hours."""

OWN: Final = "own"
"""The name of the shop's own rules, which its terms of pay hold."""

BREAKS: Final = {rules.name: rules for rules in (NO_RULES, US_FEDERAL, US_CALIFORNIA, DE, ES)}


class Missing(StrEnum):
    """What a shift lacks."""

    BREAK = "break"
    """Breaks of `length_ms` in all were due, `taken_ms` were taken."""

    IN_A_ROW = "in_a_row"
    """`length_ms` were worked without a break."""

    SHORT_MEAL = "short_meal"
    """An unpaid break of `taken_ms` is longer than a rest and shorter than a meal period."""

    MEAL = "meal"
    """The meal period before the end of `length_ms` of work; an hour is owed for it."""


class Lack(NamedTuple):
    """Something that a shift lacks."""

    what: Missing
    length_ms: int
    taken_ms: int = 0


class Judged(NamedTuple):
    """A shift with its breaks as they are to be paid, and what it lacks."""

    stretches: tuple[Stretch, ...]
    lacks: tuple[Lack, ...]


def judge(shift: Sequence[Stretch], rules: BreakRules, *, meals_waived: bool = False) -> Judged:
    """What a law makes of a shift's breaks."""
    found = pauses(shift)
    paid = [one for one in found if one.length_ms <= rules.paid_up_to_ms]
    stretches = tuple(_as_paid(shift, paid)) if paid else tuple(shift)
    return Judged(stretches, tuple(_lacks(shift, found, rules, meals_waived=meals_waived)))


def _as_paid(shift: Sequence[Stretch], paid: Sequence[Pause]) -> Iterator[Stretch]:
    """The shift with these pauses as paid breaks, also where somebody went and came again."""
    before: Stretch | None = None
    for stretch in shift:
        if before is not None and any(
            one.begun_ms <= before.ended_ms < stretch.begun_ms <= one.ended_ms for one in paid
        ):
            yield Stretch(
                Kind.PAID_BREAK,
                before.ended_ms,
                stretch.begun_ms,
                before.job,
                before.ended_by,
                stretch.begun_by,
            )
        within = any(
            one.begun_ms <= stretch.begun_ms and stretch.ended_ms <= one.ended_ms for one in paid
        )
        yield stretch._replace(kind=Kind.PAID_BREAK) if within else stretch
        before = stretch


def _lacks(
    shift: Sequence[Stretch], found: Sequence[Pause], rules: BreakRules, *, meals_waived: bool
) -> Iterator[Lack]:
    work_ms = worked_ms(shift)
    counted = [one for one in found if one.length_ms >= rules.counts_from_ms]
    taken_ms = sum(one.length_ms for one in counted)
    due_ms = max((due.length_ms for due in rules.dues if work_ms > due.after_ms), default=0)
    if taken_ms < due_ms:
        yield Lack(Missing.BREAK, due_ms, taken_ms)
    if rules.in_a_row_ms:
        longest_ms = max((length_ms for length_ms in _between(shift, counted)), default=0)
        if longest_ms > rules.in_a_row_ms:
            yield Lack(Missing.IN_A_ROW, longest_ms)
    if rules.names_short_meals:
        for one in found:
            if rules.paid_up_to_ms < one.length_ms < rules.counts_from_ms and _is_unpaid(
                one, shift
            ):
                yield Lack(Missing.SHORT_MEAL, rules.counts_from_ms, one.length_ms)
    yield from _missed_meals(shift, counted, rules, meals_waived=meals_waived)


def _missed_meals(
    shift: Sequence[Stretch], counted: Sequence[Pause], rules: BreakRules, *, meals_waived: bool
) -> Iterator[Lack]:
    # Rests are paid, and so are hours of work.
    hours_ms = _span_ms(shift) - sum(one.length_ms for one in counted)
    begins = [
        one.begun_ms - shift[0].begun_ms - sum(before.length_ms for before in counted[:place])
        for place, one in enumerate(counted)
    ]
    for place, meal in enumerate(rules.meals):
        is_due = hours_ms > meal.before_ms
        is_waived = meals_waived and hours_ms <= meal.waived_ms and len(counted) >= place
        is_taken = len(begins) > place and begins[place] <= meal.before_ms
        if is_due and not is_waived and not is_taken:
            yield Lack(Missing.MEAL, meal.before_ms)


def _span_ms(shift: Sequence[Stretch]) -> int:
    return shift[-1].ended_ms - shift[0].begun_ms


def _between(shift: Sequence[Stretch], counted: Sequence[Pause]) -> Iterator[int]:
    """How long was worked before, between and after the breaks that count; shorter pauses interrupt nothing."""
    ends = [one.begun_ms for one in counted] + [shift[-1].ended_ms]
    begins = [shift[0].begun_ms] + [one.ended_ms for one in counted]
    for begun_ms, ended_ms in zip(begins, ends, strict=True):
        yield sum(
            min(ended_ms, one.ended_ms) - max(begun_ms, one.begun_ms)
            for one in shift
            if one.kind is Kind.WORK and one.begun_ms < ended_ms and one.ended_ms > begun_ms
        )


def _is_unpaid(pause: Pause, shift: Sequence[Stretch]) -> bool:
    return not any(
        one.kind is Kind.PAID_BREAK
        and pause.begun_ms <= one.begun_ms
        and one.ended_ms <= pause.ended_ms
        for one in shift
    )
