"""The part about wages: a pay period, everybody in it, and one person's lines, payments and questions."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

import msgspec

from appliance.messages import (
    ApproveAllWages,
    ApproveWages,
    ChoosePerson,
    OpenStaff,
    PrintWages,
    ReckonWages,
    ShowHours,
    ShowLabour,
    ShowPeriod,
    ShowWages,
    Snapshot,
    StaffPayView,
    WageRowView,
    WagesOfView,
)
from kiosk_ui.presenters.ask import Ask, Question
from kiosk_ui.presenters.base import NowMs, Open, Presenter, Seen, Send
from kiosk_ui.presenters.sheet import Fill, Sheet
from kiosk_ui.presenters.staff import leave_sheets, pay_sheets
from kiosk_ui.presenters.staff.pay_chart import HOUR, ChartView, chart
from kiosk_ui.presenters.staff.pay_lines import (
    ADJUSTMENT,
    CHANGED,
    EARNING,
    LEAVE,
    NO_RATE,
    PAYMENT,
    PERSON,
    QUESTION,
    TAKEN,
    Lines,
    PayLineView,
)
from kiosk_ui.presenters.ticket import SumRow
from kiosk_ui.strings import Words

COLOURS: Final = {
    "running": ("soft", "ink"),
    "ready": ("blue_soft", "ink"),
    "approved": ("amber_soft", "ink"),
    "paid": ("brand_soft", "ink"),
    "empty": ("soft", "ink"),
}
"""Of a period's state: its back and its ink."""


class PersonPayView(msgspec.Struct, frozen=True):
    """Somebody's wages of the period."""

    title: str = ""
    note: str = ""
    has_note: bool = False
    lines: tuple[PayLineView, ...] = ()
    extra: str = ""
    can_extra: bool = False
    leave: str = ""
    can_leave: bool = False
    pay: str = ""
    can_pay: bool = False
    approve: str = ""
    can_approve: bool = False


class PayPartView(msgspec.Struct, frozen=True):
    """The period with its list, or somebody in it."""

    period: str = ""
    state: str = ""
    state_back: str = "soft"
    state_ink: str = "ink"
    rows: tuple[PayLineView, ...] = ()
    is_empty: bool = True
    empty: str = ""
    sums: tuple[SumRow, ...] = ()
    progress: str = ""
    is_busy: bool = False
    approve_all: str = ""
    can_approve_all: bool = False
    is_list: bool = True
    is_person: bool = False
    is_chart: bool = False
    is_hint: bool = False
    hint: str = ""
    show_chart: str = ""
    files: str = ""
    chart: ChartView = ChartView()
    person: PersonPayView = PersonPayView()


class StaffPayPresenter(Presenter[PayPartView]):
    """Goes from period to period and from person to person."""

    topics = (StaffPayView,)
    _asked = -1
    """The piece of work after which the next one was asked for."""
    _hour: int | None = None
    """The hour of the chart that was tapped."""

    def __init__(
        self, send: Send, words: Words, ask: Ask, fill: Fill, *, open_overlay: Open, now_ms: NowMs
    ) -> None:
        """`ask` asks before something is locked, `fill` opens a sheet."""
        self._ask = ask
        self._fill = fill
        super().__init__(send, words, open_overlay=open_overlay, now_ms=now_ms)

    # ------------------------------------------------------------------ gestures

    def earlier(self) -> None:
        """The period before."""
        self.send(ShowPeriod(self.seen.staff_pay.before_day))

    def later(self) -> None:
        """The period after."""
        self.send(ShowPeriod(self.seen.staff_pay.after_day))

    def choose(self, key: str) -> None:
        """A row was tapped: a person, an hour of the chart, or something about a person's wages."""
        kind, _, name = key.partition(":")
        if f"{kind}:" == PERSON:
            self.send(ShowWages(name))
        elif f"{kind}:" == HOUR:
            self._hour = None if self._hour == int(name) else int(name)
            self.refresh()
        elif self.seen.staff_pay.chosen is not None:
            self._choose_of(self.seen.staff_pay.chosen, key)

    def _choose_of(self, who: WagesOfView, key: str) -> None:
        """A question leads to where it is settled; what was entered can be removed; more leave can be granted."""
        for number, question in enumerate(who.questions):
            if key == f"{QUESTION}{number}" and question.why == NO_RATE:
                self.send(OpenStaff("people"))
                self.send(ChoosePerson(who.employee))
            elif key == f"{QUESTION}{number}" and question.why != CHANGED:
                self.send(OpenStaff("hours"))
                self.send(ShowHours(who.employee, question.day, one_day=True))
        make = self._sheets(who).get(key)
        if make is not None:
            self._fill(make())

    def _sheets(self, who: WagesOfView) -> Mapping[str, Callable[[], Sheet]]:
        """The sheet behind each row that has one."""
        seen, formats, lines = self.seen.staff_pay, self.formats, Lines(self.formats)
        is_locked = self._is_locked()
        found: dict[str, Callable[[], Sheet]] = {}
        for number, question in enumerate(who.questions):
            if question.why == CHANGED:
                found[f"{QUESTION}{number}"] = partial(
                    pay_sheets.settlement, seen, question, formats, is_locked=is_locked
                )
        for payment in who.payments:
            found[PAYMENT + payment.id] = partial(pay_sheets.take_back, seen, who, payment, formats)
        for prefix, entries in ((EARNING, who.earnings), (ADJUSTMENT, who.adjustments)):
            for entered in entries:
                found[prefix + entered.id] = partial(
                    pay_sheets.removal, entered, formats, is_wage=prefix == EARNING
                )
        for leave in who.leave:
            found[LEAVE + leave.code] = partial(leave_sheets.granting, seen, who, leave, lines)
        for taken in who.leave_taken:
            found[TAKEN + taken.id] = partial(leave_sheets.cancelling, taken, lines)
        return found

    def back(self) -> None:
        """Back to everybody."""
        self.send(ShowWages())

    def chart(self) -> None:
        """Show labour cost against sales, or no longer."""
        self._hour = None
        self.send(ShowLabour(on=self.seen.staff_pay.labour is None))

    def extra(self) -> None:
        """Enter extra pay."""
        seen = self.seen.staff_pay
        if seen.chosen is not None:
            self._fill(pay_sheets.extra_pay(seen, seen.chosen, self.formats))

    def leave(self) -> None:
        """Enter paid leave."""
        seen = self.seen.staff_pay
        if seen.chosen is not None and seen.chosen.leave:
            self._fill(leave_sheets.taking(seen, seen.chosen, Lines(self.formats)))

    def print_slip(self) -> None:
        """Print this person's slip."""
        seen = self.seen.staff_pay
        if seen.chosen is not None:
            self.send(PrintWages(seen.chosen.employee))

    def files(self) -> None:
        """Save wages as a file."""
        self._fill(pay_sheets.files(self.seen.staff_pay.chosen, self.formats))

    def pay(self) -> None:
        """Enter a payment."""
        seen = self.seen.staff_pay
        if seen.chosen is not None:
            self._fill(pay_sheets.payment(seen, seen.chosen, self.formats))

    def approve(self) -> None:
        """Ask whether to approve this person's wages."""
        seen, words = self.seen.staff_pay, self.words
        who, row = seen.chosen, self._row()
        if who is None or row is None or row.state != "ready":
            return
        self._ask(
            Question(
                title=words("staff_pay.ask.one", name=who.name),
                text=words(
                    "staff_pay.ask.one_text",
                    amount=self.formats.money(row.net_minor),
                    period=Lines(self.formats).days(seen.from_day, seen.to_day),
                ),
                yes=words("staff_pay.approve"),
                no=words("sheet.cancel"),
                command=ApproveWages(who.employee, seen.from_day, seen.to_day),
                destroys=False,
            )
        )

    def approve_all(self) -> None:
        """Ask whether to approve the wages of all without questions."""
        words = self.words
        ready = self._ready()
        if not ready:
            return
        total = self.formats.money(sum(row.net_minor for row in ready))
        self._ask(
            Question(
                title=words.count("staff_pay.ask.all", len(ready)),
                text=words("staff_pay.ask.all_text", amount=total),
                yes=words("staff_pay.approve"),
                no=words("sheet.cancel"),
                command=ApproveAllWages(),
                destroys=False,
            )
        )

    def tick(self) -> None:
        """Once a second: what was asked for may have been lost where the register's queue was full."""
        if self.seen.staff_pay.is_busy:
            self.send(ReckonWages())

    # ------------------------------------------------------------------ what follows from them

    def took(self, snapshot: Snapshot, before: Seen) -> None:
        """Ask for the next piece, once for each."""
        del before
        if isinstance(snapshot, StaffPayView) and snapshot.is_busy and snapshot.step != self._asked:
            self._asked = snapshot.step
            self.send(ReckonWages())

    def _row(self) -> WageRowView | None:
        seen = self.seen.staff_pay
        chosen = "" if seen.chosen is None else seen.chosen.employee
        return next((row for row in seen.rows if row.employee == chosen), None)

    def _is_locked(self) -> bool:
        row = self._row()
        return row is not None and row.state in {"approved", "paid"}

    def _ready(self) -> tuple[WageRowView, ...]:
        return tuple(row for row in self.seen.staff_pay.rows if row.state == "ready")

    # ------------------------------------------------------------------ drawing

    def draw(self) -> PayPartView:
        """The part for now; next to nothing while it is not shown."""
        seen, words = self.seen.staff_pay, self.words
        if not seen.from_day:
            return PayPartView()
        lines, ready = Lines(self.formats), self._ready()
        back, ink = COLOURS[seen.state]
        chosen = "" if seen.chosen is None else seen.chosen.employee
        return PayPartView(
            period=lines.days(seen.from_day, seen.to_day),
            state=words(f"staff_pay.period.{seen.state}"),
            state_back=back,
            state_ink=ink,
            rows=tuple(lines.person(row, chosen=row.employee == chosen) for row in seen.rows),
            is_empty=not seen.rows and not seen.is_busy,
            empty=words("staff_pay.empty"),
            sums=self._sums(lines),
            progress=words("staff_pay.progress", done=seen.reckoned, all=seen.people),
            is_busy=seen.is_busy,
            approve_all=words.count("staff_pay.approve_all", len(ready)),
            can_approve_all=bool(ready) and not seen.is_busy,
            is_list=seen.chosen is None and seen.labour is None,
            is_person=seen.chosen is not None,
            is_chart=seen.labour is not None,
            is_hint=seen.chosen is None and seen.labour is None,
            hint=words("staff_pay.hint"),
            files=words("staff_pay.files"),
            show_chart=words("staff_pay.chart.show"),
            chart=ChartView() if seen.labour is None else chart(seen.labour, lines, self._hour),
            person=self._person(seen.chosen, lines) if seen.chosen is not None else PersonPayView(),
        )

    def _sums(self, lines: Lines) -> tuple[SumRow, ...]:
        rows, words = self.seen.staff_pay.rows, self.words
        worked = [row for row in rows if row.state != "none"]
        length = lines.length(sum(row.worked_ms for row in worked))
        over_ms = sum(row.overtime_ms for row in worked)
        if over_ms:
            length += ", " + words("staff_pay.overtime", length=lines.length(over_ms))
        total = self.formats.money(sum(row.wages_minor for row in worked))
        owed = self.formats.money(sum(row.owed_minor for row in rows))
        return (
            SumRow(words.count("staff_pay.people", len(worked)), length),
            SumRow(words("staff_pay.total"), total),
            SumRow(words("staff_pay.owed_sum"), owed),
        )

    def _person(self, who: WagesOfView, lines: Lines) -> PersonPayView:
        seen, words, row = self.seen.staff_pay, self.words, self._row()
        state = "none" if row is None else row.state
        note = ""
        if state == "questions":
            note = words("staff_pay.note.questions")
        elif state == "running":
            note = words("staff_pay.note.running", day=self.formats.day(seen.to_day))
        elif state in {"approved", "paid"}:
            note = words("staff_pay.note.locked")
        return PersonPayView(
            title=who.name,
            note=note,
            has_note=bool(note),
            lines=lines.of_person(who),
            extra=words("staff_pay.extra_pay"),
            can_extra=state not in {"approved", "paid"},
            leave=words("staff_pay.take_leave"),
            can_leave=bool(who.leave),
            pay=words("staff_pay.pay"),
            can_pay=who.approved_minor > who.paid_minor,
            approve=words("staff_pay.approve"),
            can_approve=state == "ready",
        )
