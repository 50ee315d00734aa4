"""The kinds of entries of the time clock and of wages; see `kinds` for what holds for all kinds.

Facts: punches, requests, corrections, extra pay, approvals and payments. Edits: jobs, rates and the rules of pay.
Days are texts such as `2026-11-28`, in the shop's own time zone; lengths are milliseconds, money is minor units.
"""

from typing import ClassVar, Final

import msgspec
from msgspec import UNSET, UnsetType

from appliance.journal.body import Body
from appliance.journal.pay_kinds import ApprovedDetail

# --------------------------------------------------------------------------- what is agreed


class JobDefined(Body, frozen=True):
    """A job that people do, by its code; the newest definition of a code counts."""

    kind: ClassVar[str] = "job_defined"
    code: str
    name: str | UnsetType = UNSET
    archived: bool | UnsetType = UNSET


class RateSet(Body, frozen=True):
    """What an employee is paid for a job from a day on: by the hour, or `covers_ms` of a week for a fixed salary.

    `rate_minor` None takes the rate of that day back.
    """

    kind: ClassVar[str] = "rate_set"
    employee: str
    job: str
    from_day: str
    rate_minor: int | None
    covers_ms: int = 0


class PayRulesChanged(Body, frozen=True):
    """How the shop pays. `overtime` names rules of `domain.wages`; `week_starts` is 0 for Monday to 6 for Sunday.

    `period` is `weekly`, `biweekly`, `semi_monthly` or `monthly`; `period_anchor` a day on which a biweekly period
    begins. `round_minutes` 0 rounds no punch. `zone` is an IANA name of the shop's time zone, empty for the machine's.
    Nobody clocks in more than `early_minutes` before their shift (below 0: whenever they like); whoever is not there
    `late_minutes` after its begin is late.
    """

    kind: ClassVar[str] = "pay_rules_changed"
    overtime: str | UnsetType = UNSET
    week_starts: int | UnsetType = UNSET
    period: str | UnsetType = UNSET
    period_anchor: str | UnsetType = UNSET
    round_minutes: int | UnsetType = UNSET
    zone: str | UnsetType = UNSET
    early_minutes: int | UnsetType = UNSET
    late_minutes: int | UnsetType = UNSET


# --------------------------------------------------------------------------- what happened


class Punched(Body, frozen=True):
    """An employee punched at this device, at the entry's time. `what` is a `domain.timeclock.What`.

    `by` is `pin` or the form of the badge. `paid` counts when a break begins, `job` when somebody comes in.
    """

    kind: ClassVar[str] = "punched"
    employee: str
    what: str
    by: str
    device: str = ""
    job: str = ""
    paid: bool = False


class PunchUndone(Body, frozen=True):
    """A punch was taken back at once, at the device where it was made."""

    kind: ClassVar[str] = "punch_undone"
    punch: str


class PunchSaid(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a punch is said to have been."""

    what: str
    at_ms: int
    job: str = ""
    paid: bool = False


class PunchAsked(Body, frozen=True):
    """An employee says what a punch should have been: one that was forgotten, or instead of `punch`.

    It counts for nothing until a manager approves it.
    """

    kind: ClassVar[str] = "punch_asked"
    employee: str
    said: PunchSaid
    reason: str
    punch: str | None = None


class PunchAnswered(Body, frozen=True):
    """A manager's answer to a request; what follows from it is an entry of its own."""

    kind: ClassVar[str] = "punch_answered"
    request: str
    approved: bool
    reason: str = ""


class PunchCorrected(Body, frozen=True):
    """A manager put a punch right: another one, a new one (`punch` None), or none at all (`said` None).

    `was` is what it had been. The newest correction of a punch counts; all of them stay to be seen.
    """

    kind: ClassVar[str] = "punch_corrected"
    employee: str
    reason: str
    punch: str | None = None
    said: PunchSaid | None = None
    was: PunchSaid | None = None
    request: str | None = None


class CorrectionContested(Body, frozen=True):
    """The employee does not agree with a correction."""

    kind: ClassVar[str] = "correction_contested"
    correction: str
    reason: str


class EarningAdded(Body, frozen=True):
    """Pay besides hours, of a day: `piece` work or a `bonus`."""

    kind: ClassVar[str] = "earning_added"
    employee: str
    day: str
    earning_kind: str
    name: str
    amount_minor: int


class EarningRemoved(Body, frozen=True):
    """An earning that was added by mistake."""

    kind: ClassVar[str] = "earning_removed"
    earning: str
    reason: str


class PaidFor(msgspec.Struct, frozen=True, omit_defaults=True):
    """A line of approved wages, as it was reckoned: see `domain.wages.WageLine`. `week` is the workweek's first day."""

    week: str
    line_kind: str
    name: str
    length_ms: int
    rate_minor: int
    factor_ppm: int
    amount_minor: int
    day: str = ""


class WagesApproved(Body, frozen=True):
    """The wages of an employee for a period, reckoned and locked: punches of it are put right no more.

    `rules` names the overtime rules, `currency` the money; `total_minor` are wages, without additions and deductions.
    """

    kind: ClassVar[str] = "wages_approved"
    employee: str
    from_day: str
    to_day: str
    rules: str
    currency: str
    worked_ms: int
    lines: tuple[PaidFor, ...]
    total_minor: int
    detail: ApprovedDetail | None = None


class WagesPaid(Body, frozen=True):
    """Wages were paid out; below zero takes a payment back."""

    kind: ClassVar[str] = "wages_paid"
    employee: str
    amount_minor: int
    day: str
    note: str = ""


TIME_KINDS: Final[tuple[type[Body], ...]] = (
    JobDefined,
    RateSet,
    PayRulesChanged,
    Punched,
    PunchUndone,
    PunchAsked,
    PunchAnswered,
    PunchCorrected,
    CorrectionContested,
    EarningAdded,
    EarningRemoved,
    WagesApproved,
    WagesPaid,
)
