"""Commands and the snapshot of the time clock and of wages. Times are UTC milliseconds, days are `2026-11-28`."""

from typing import Annotated

import msgspec

from appliance.messages.own_time import EarlyView, JobView, MissingView, PunchedView
from appliance.messages.values import AtMs, Command, Number, Snapshot

Text = Annotated[str, msgspec.Meta(max_length=400)]


class PunchClock(Command, frozen=True, tag="punch"):
    """Punch: `what` is `in`, `out`, `break_start` or `break_end`.

    Who it is, the badge has said that was held to the reader just before, or `employee` (id or number) and `pin` say.
    """

    what: str
    employee: Text = ""
    pin: Text = ""
    job: Text = ""
    paid: bool = False

    def __repr__(self) -> str:
        """Without the PIN."""
        return f"PunchClock(what={self.what!r}, employee={self.employee!r})"


class UndoPunch(Command, frozen=True, tag="undo_punch"):
    """Take back the punch that was made just now at this device."""

    punch: str


class AskPunch(Command, frozen=True, tag="ask_punch"):
    """Say what a punch should have been: a forgotten one, or instead of `punch`. A manager must approve it.

    Only the employee says it, having just held the badge to the reader or keyed in the PIN or being signed in, or a
    manager who is signed in.
    """

    employee: str
    what: str
    at_ms: AtMs
    reason: Text
    job: Text = ""
    paid: bool = False
    punch: str | None = None


class ApproveCorrection(Command, frozen=True, tag="approve_correction"):
    """A manager's answer to such a request."""

    request: str
    approved: bool = True
    reason: Text = ""


class CorrectPunch(Command, frozen=True, tag="correct_punch"):
    """A manager puts a punch right; `punch` None makes one, `what` None takes it away."""

    employee: str
    reason: Text
    punch: str | None = None
    what: str | None = None
    at_ms: AtMs = 0
    job: Text = ""
    paid: bool = False


class ContestCorrection(Command, frozen=True, tag="contest_correction"):
    """The employee who is at the clock, or signed in, does not agree with a correction."""

    correction: str
    reason: Text


class DefineJob(Command, frozen=True, tag="define_job"):
    """A job that people do. Managers only."""

    code: Text
    name: Text
    archived: bool = False


class SetRate(Command, frozen=True, tag="set_rate"):
    """What an employee is paid from a day on, by the hour, or for `covers_ms` of a week. Managers only."""

    employee: str
    from_day: str
    rate_minor: Number | None
    job: Text = ""
    covers_ms: Number = 0


class SetPayRules(Command, frozen=True, tag="set_pay_rules"):
    """How the shop pays; what is left out stays. Managers only."""

    overtime: str | None = None
    week_starts: Number | None = None
    period: str | None = None
    period_anchor: str | None = None
    round_minutes: Number | None = None
    zone: str | None = None
    early_minutes: Number | None = None
    late_minutes: Number | None = None


class AddEarning(Command, frozen=True, tag="add_earning"):
    """Piece work or a bonus of a day. Managers only."""

    employee: str
    day: str
    kind: str
    name: Text
    amount_minor: Number


class RemoveEarning(Command, frozen=True, tag="remove_earning"):
    """An earning that was a mistake. Managers only."""

    earning: str
    reason: Text


class ApproveWages(Command, frozen=True, tag="approve_wages"):
    """Reckon and lock an employee's wages for a period. Managers only."""

    employee: str
    from_day: str
    to_day: str


class PayWages(Command, frozen=True, tag="pay_wages"):
    """Wages were paid out. Managers only."""

    employee: str
    amount_minor: Number
    day: str
    note: Text = ""


class AtWorkView(msgspec.Struct, frozen=True):
    """Somebody who has come and not gone. `presence` is `at_work` or `on_break`, since `since_ms`."""

    employee: str
    name: str
    presence: str
    since_ms: int
    job: str = ""


class TimeclockView(Snapshot, frozen=True, tag="timeclock"):
    """Who is at work, and what the clock asks of whom: whoever held a badge to the reader, with what fits.

    `punch` is the one made last at this device, which `undo_until_ms` can take back. `requests` wait for a manager.
    `late` counts those whose shift has begun and who are not there; their names are for managers only.
    """

    at_work: tuple[AtWorkView, ...] = ()
    asks: str | None = None
    choices: tuple[str, ...] = ()
    punch: str | None = None
    undo_until_ms: int = 0
    requests: int = 0
    zone: str = ""
    """The IANA name of the shop's zone, in which times are shown."""
    name: str = ""
    """Whoever is at the clock, asked or not; they may see their own hours until `until_ms`."""
    employee: str = ""
    until_ms: int = 0
    presence: str = ""
    since_ms: int = 0
    job: str = ""
    """Where they are as far as punches tell, since when, and the code of the job that they do."""
    jobs: tuple[JobView, ...] = ()
    """What they may come in for, if there is a choice."""
    missing: tuple[MissingView, ...] = ()
    """Punches of theirs that must have been forgotten, the newest first."""
    contradicts: str = ""
    """What they tried to punch and what did not fit, so that the clock asks again."""
    early: EarlyView | None = None
    """Why they cannot clock in yet."""
    language: str = ""
    """The language that they want to be spoken to in; empty for the shop's."""
    made: PunchedView | None = None
    """What they have just punched."""
    may_set_up: bool = False
    """Whether they may open the page of devices here: a manager by PIN at the door."""
    refused: str = ""
    refusals: int = 0
    wait_until_ms: int = 0
    """A problem's code after a wrong PIN, how many there were, and 0 or the time until which no PIN is taken."""
    late: int = 0
    late_names: tuple[str, ...] = ()
