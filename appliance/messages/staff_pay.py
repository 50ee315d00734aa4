"""The part `pay` of the page of the staff: the wages of a pay period, a person's lines, and labour cost against sales.

Times are UTC milliseconds, lengths milliseconds, money minor units, days `2026-11-28` in the shop's time zone.
"""

from typing import Literal

import msgspec

from appliance.messages.timeclock import Text
from appliance.messages.values import Command, Snapshot

WageState = Literal["none", "running", "questions", "ready", "approved", "paid"]
"""How the wages of a person are: none in this period, it still runs, something must be put right, they may be approved,
they are approved and not all paid, they are paid."""

PeriodState = Literal["running", "ready", "approved", "paid", "empty"]

# --------------------------------------------------------------------------- commands


class ShowPeriod(Command, frozen=True, tag="show_period"):
    """Look at the pay period in which a day lies; without a day, at today's. Managers only, as all that follows."""

    day: Text = ""


class ShowWages(Command, frozen=True, tag="show_wages"):
    """Look at one person's wages of the period; without one, at everybody's."""

    employee: Text = ""


class ReckonWages(Command, frozen=True, tag="reckon_wages"):
    """Go on with what is done a few people at a time; a screen asks for it as long as `StaffPayView.is_busy`."""


class ApproveAllWages(Command, frozen=True, tag="approve_all_wages"):
    """Approve the wages of the period that is shown of everybody who has no open questions."""


class ShowLabour(Command, frozen=True, tag="show_labour"):
    """Look at labour cost against sales in the period that is shown, or no longer."""

    on: bool = True


# --------------------------------------------------------------------------- what is shown


class WageRowView(msgspec.Struct, frozen=True):
    """Somebody's wages of the period. `owed_minor` is all that is still owed, of whatever period."""

    employee: str
    number: str
    name: str
    state: WageState = "none"
    worked_ms: int = 0
    overtime_ms: int = 0
    wages_minor: int = 0
    owed_minor: int = 0
    questions: int = 0


class WageLineView(msgspec.Struct, frozen=True):
    """A line of wages, as `journal.time_kinds.PaidFor`; `name` is the job's name where it is one."""

    week: str
    kind: str
    name: str
    length_ms: int
    rate_minor: int
    factor_ppm: int
    amount_minor: int
    day: str = ""


class WageQuestionView(msgspec.Struct, frozen=True):
    """What must be put right first; `why` is that of `services.wages.Question`."""

    why: str
    day: str
    job: str = ""


class EarningView(msgspec.Struct, frozen=True):
    """Pay besides hours, as it was entered."""

    id: str
    day: str
    kind: str
    name: str
    amount_minor: int


class PaymentView(msgspec.Struct, frozen=True):
    """Wages that were paid out; below zero takes a payment back."""

    id: str
    day: str
    amount_minor: int
    note: str = ""


class WagesOfView(msgspec.Struct, frozen=True):
    """One person's wages of the period. `rules` names the overtime rules; payments: the newest first."""

    employee: str
    name: str
    rules: str = "none"
    lines: tuple[WageLineView, ...] = ()
    questions: tuple[WageQuestionView, ...] = ()
    earnings: tuple[EarningView, ...] = ()
    payments: tuple[PaymentView, ...] = ()
    approved_minor: int = 0
    paid_minor: int = 0


class LabourHourView(msgspec.Struct, frozen=True):
    """An hour of the day over all days of the period: sales without tax, and wages for straight time."""

    hour: int
    worked_ms: int
    cost_minor: int
    sales_minor: int


class LabourView(msgspec.Struct, frozen=True):
    """Labour cost against sales, by the hour; `done` of `parts` weeks are counted so far."""

    hours: tuple[LabourHourView, ...]
    done: int
    parts: int


class StaffPayView(Snapshot, frozen=True, tag="staff_pay"):
    """The period, everybody with wages, questions or something owed, and whoever was chosen.

    `reckoned` of `people` are done so far; `is_busy` until all are, and while everybody's wages are being approved.
    """

    from_day: str = ""
    to_day: str = ""
    before_day: str = ""
    after_day: str = ""
    today: str = ""
    state: PeriodState = "empty"
    rows: tuple[WageRowView, ...] = ()
    reckoned: int = 0
    people: int = 0
    is_busy: bool = False
    step: int = 0
    """Grows with each piece of what is being done, so that each is asked for once."""
    chosen: WagesOfView | None = None
    labour: LabourView | None = None
