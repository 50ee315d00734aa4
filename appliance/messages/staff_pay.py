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


class SaveWages(Command, frozen=True, tag="save_wages"):
    """Save the period's wages in the folder `wages` of the store: slips as PDF, or a table as CSV.

    Of one employee, or of everybody who is listed.
    """

    form: Literal["pdf", "csv"]
    employee: Text = ""


class PrintWages(Command, frozen=True, tag="print_wages"):
    """Print one person's wage slip of the period on the receipt printer."""

    employee: Text


class ShowLabour(Command, frozen=True, tag="show_labour"):
    """Look at labour cost against sales in the period that is shown, or no longer."""

    on: bool = True


# --------------------------------------------------------------------------- what is shown


class WageRowView(msgspec.Struct, frozen=True):
    """Somebody's wages of the period; `net_minor` are they with additions and deductions.

    `owed_minor` is all that is still owed, of whatever period.
    """

    employee: str
    number: str
    name: str
    state: WageState = "none"
    worked_ms: int = 0
    overtime_ms: int = 0
    wages_minor: int = 0
    net_minor: int = 0
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
    """What must be put right first; fields as in `services.reckoning.Question`."""

    why: str
    day: str
    job: str = ""
    approval: str = ""
    amount_minor: int = 0


class WageRemarkView(msgspec.Struct, frozen=True):
    """Something to know; fields as in `services.reckoning.Remark`."""

    why: str
    day: str
    length_ms: int = 0
    taken_ms: int = 0


class LockedPartView(msgspec.Struct, frozen=True):
    """Days of the period that were approved with another one."""

    from_day: str
    to_day: str
    total_minor: int
    left_out_minor: int = 0


class LeaveView(msgspec.Struct, frozen=True):
    """A kind of paid leave at the end of the period; `name` is empty for a kind that every shop has."""

    code: str
    name: str
    granted_ms: int = 0
    accrued_ms: int = 0
    taken_ms: int = 0


class LeaveTakenView(msgspec.Struct, frozen=True):
    """Leave that touches the period, as it was entered: the first and the last of its `days`."""

    id: str
    code: str
    name: str
    from_day: str
    to_day: str
    days: int
    length_ms: int


class EarningView(msgspec.Struct, frozen=True):
    """Pay besides hours, as it was entered; or an addition or deduction that is no wage."""

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
    remarks: tuple[WageRemarkView, ...] = ()
    locked: tuple[LockedPartView, ...] = ()
    earnings: tuple[EarningView, ...] = ()
    adjustments: tuple[EarningView, ...] = ()
    leave: tuple[LeaveView, ...] = ()
    leave_taken: tuple[LeaveTakenView, ...] = ()
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
