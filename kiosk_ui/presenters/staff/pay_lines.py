"""Wages in sentences: how long, at what rate, by which rule. `6 h × 13.00 × 0.5 = 39.00, more than 40 hours a week`."""

import datetime
from typing import Final

import msgspec

from appliance.domain.money import PPM, divide_half_up
from appliance.messages import (
    EarningView,
    LeaveTakenView,
    LeaveView,
    LockedPartView,
    PaymentView,
    WageLineView,
    WageQuestionView,
    WageRemarkView,
    WageRowView,
    WagesOfView,
)
from kiosk_ui.presenters.formats import MINUS, NO_BREAK, Formats

HOUR_MS: Final = 3_600_000
QUESTION: Final = "question:"
EARNING: Final = "earning:"
ADJUSTMENT: Final = "adjustment:"
LEAVE: Final = "leave:"
TAKEN: Final = "taken:"
PAYMENT: Final = "payment:"
PERSON: Final = "wages:"
SAYS_WHICH: Final = frozenset(
    {"time", "piece", "bonus", "shift_bonus", "holiday", "holiday_pay", "leave"}
)
"""Kinds of lines that have a name of their own."""
NO_RATE: Final = "no_rate"
CHANGED: Final = "changed"
"""The question of what became known after an approval."""

ICONS: Final = {
    "time": "clock-outline",
    "overtime": "clock-plus-outline",
    "shift_bonus": "weather-night",
    "holiday": "party-popper",
    "holiday_pay": "party-popper",
    "leave": "beach",
    "missed_meal": "food-off-outline",
    "back_pay": "history",
}
"""Of the kinds of lines; the others are money."""

STATES: Final = {
    "none": ("circle-outline", "faint"),
    "running": ("progress-clock", "muted"),
    "questions": ("help-circle-outline", "amber_ink"),
    "ready": ("account-check-outline", "blue_ink"),
    "approved": ("lock-outline", "brand_ink"),
    "paid": ("check-circle-outline", "brand_ink"),
}
"""The icon of each state, and its colour."""


class PayLineView(msgspec.Struct, frozen=True):
    """A row: what it is, how it came about, and an amount with a word beneath it."""

    key: str
    icon: str
    colour: str
    title: str
    text: str = ""
    text_colour: str = "muted"
    amount: str = ""
    under: str = ""
    under_colour: str = "muted"
    back: str = "surface"
    border: str = "line"
    enabled: bool = False


class Lines:
    """Rows of the part about wages, in one language and currency."""

    def __init__(self, formats: Formats) -> None:
        """`formats` writes amounts."""
        self.formats: Final = formats
        self.words: Final = formats.words

    # ------------------------------------------------------------------ values

    def length(self, length_ms: int) -> str:
        """A length as people say it: `38 h 30 min`; seconds only where there are any."""
        seconds = divide_half_up(abs(length_ms), 1000)
        parts = (
            ("hours", seconds // 3600),
            ("minutes", seconds // 60 % 60),
            ("seconds", seconds % 60),
        )
        said = [self.words(f"staff_pay.length.{unit}", n=n) for unit, n in parts if n]
        sign = MINUS if length_ms < 0 else ""
        return sign + NO_BREAK.join(said or [self.words("staff_pay.length.hours", n=0)])

    def day(self, iso: str) -> str:
        """A day without its year: `23 Nov`."""
        day = datetime.date.fromisoformat(iso)
        month = self.words(f"date.month.{day.month}")[:3]
        return self.words("staff_pay.day", day=day.day, month=month)

    def days(self, from_day: str, to_day: str) -> str:
        """A period: `Mon 23 Nov – Sun 29 Nov 2026`."""
        first = datetime.date.fromisoformat(from_day)
        weekday = self.words(f"sheet.weekday.{first.isoweekday()}")
        return f"{weekday} {self.day(from_day)} – {self.formats.day(to_day)}"

    # ------------------------------------------------------------------ rows

    def person(self, row: WageRowView, *, chosen: bool) -> PayLineView:
        """Somebody in the list."""
        icon, colour = STATES[row.state]
        worked = [self.length(row.worked_ms)] if row.worked_ms else []
        if row.overtime_ms:
            worked.append(self.words("staff_pay.overtime", length=self.length(row.overtime_ms)))
        under, under_colour = self._standing(row)
        return PayLineView(
            key=PERSON + row.employee,
            icon=icon,
            colour=colour,
            title=row.name,
            text=", ".join(worked) or self.words("staff_pay.not_worked"),
            amount=self.formats.money(row.wages_minor) if row.state != "none" else "",
            under=under,
            under_colour=under_colour,
            back="brand_soft" if chosen else "surface",
            border="brand" if chosen else "line",
            enabled=True,
        )

    def _standing(self, row: WageRowView) -> tuple[str, str]:
        """What is to be known of somebody's wages first, and its colour."""
        if row.questions:
            return self.words.count("staff_pay.questions", row.questions), "amber_ink"
        if row.owed_minor and row.state in {"approved", "none"}:
            owed = self.formats.money(row.owed_minor)
            return self.words("staff_pay.owed", amount=owed), "ink"
        colour = STATES[row.state][1]
        return self.words(f"staff_pay.state.{row.state}"), "muted" if colour == "faint" else colour

    def of_person(self, seen: WagesOfView) -> tuple[PayLineView, ...]:
        """Everything about one person's wages of the period."""
        rows = [self._question(number, one) for number, one in enumerate(seen.questions)]
        rows += [self._remark(one) for one in seen.remarks]
        rows += [self._locked(one) for one in seen.locked]
        rows += [self._line(line, seen.rules) for line in seen.lines]
        rows += self._totals(seen)
        for title, entries in (
            ("earnings", [self._earning(one) for one in seen.earnings]),
            ("leave", [self._leave(one) for one in seen.leave]),
            ("leave_taken", [self._leave_taken(one) for one in seen.leave_taken]),
            ("payments", [self._payment(one) for one in seen.payments]),
        ):
            if entries:
                rows += [_heading(self.words(f"staff_pay.{title}")), *entries]
        return (*rows, *self._owed(seen))

    def _totals(self, seen: WagesOfView) -> list[PayLineView]:
        """The sum of the lines, additions and deductions, and what is to be paid with them."""
        money, words = self.formats.money, self.words
        if not (seen.lines or seen.adjustments):
            return [_says("clock-outline", words("staff_pay.no_lines"))]
        total = sum(line.amount_minor for line in seen.lines)
        rows = [_sum(words("staff_pay.total"), money(total))]
        if seen.adjustments:
            rows += [self._adjustment(one) for one in seen.adjustments]
            net = total + sum(one.amount_minor for one in seen.adjustments)
            rows.append(_sum(words("staff_pay.net"), money(net)))
        return rows

    def _owed(self, seen: WagesOfView) -> list[PayLineView]:
        if not (seen.approved_minor or seen.paid_minor or seen.payments):
            return []
        return [
            _sum(self.words(f"staff_pay.{name}_sum"), self.formats.money(minor))
            for name, minor in (
                ("approved", seen.approved_minor),
                ("paid", seen.paid_minor),
                ("owed", seen.approved_minor - seen.paid_minor),
            )
        ]

    def _question(self, number: int, one: WageQuestionView) -> PayLineView:
        asked = f"staff_pay.question.{one.why}"
        where = {CHANGED: "settle", NO_RATE: "rate"}.get(one.why, "where")
        return PayLineView(
            key=f"{QUESTION}{number}",
            icon="help-circle-outline",
            colour="amber_ink",
            title=self.words(
                asked if self.words.has(asked) else "staff_pay.question.other",
                day=self.formats.day(one.day) if one.day else "",
                job=one.job or self.words("staff_pay.any_job"),
                amount=self.formats.money(one.amount_minor),
            ),
            text=self.words(f"staff_pay.question.{where}"),
            text_colour="ink",
            back="amber_soft",
            border="amber_ink",
            enabled=True,
        )

    def _remark(self, one: WageRemarkView) -> PayLineView:
        key = f"staff_pay.remark.{one.why}"
        text = self.words(
            key if self.words.has(key) else "staff_pay.remark.other",
            day=self.formats.day(one.day),
            length=self.length(one.length_ms),
            taken=self.length(one.taken_ms),
        )
        return PayLineView("", "information-outline", "blue_ink", text, back="blue_soft")

    def _locked(self, one: LockedPartView) -> PayLineView:
        key = "staff_pay.left_out" if one.left_out_minor else "staff_pay.locked_part"
        text = self.words(
            key,
            days=self.days(one.from_day, one.to_day),
            total=self.formats.money(one.total_minor),
            left_out=self.formats.money(one.left_out_minor),
        )
        return PayLineView("", "lock-outline", "muted", text, back="soft")

    def _line(self, line: WageLineView, rules: str) -> PayLineView:
        words = self.words
        title = words(f"staff_pay.line.{line.kind}")
        if line.kind in SAYS_WHICH and line.name:
            name = self._leave_name(line.name, "") if line.kind == "leave" else line.name
            title = words("staff_pay.line.named", what=title, name=name)
        why = [self._reckoned(line)] if line.length_ms else []
        if line.kind == "overtime":
            why.append(self._rule(line.name, rules))
        if line.kind == "missed_meal":
            why.append(words("staff_pay.missed_meal"))
        if line.day:
            why.append(self.formats.day(line.day))
        else:
            why.append(words("staff_pay.week", day=self.day(line.week)))
        return PayLineView(
            key="",
            icon=ICONS.get(line.kind, "cash"),
            colour="muted",
            title=title,
            text=", ".join(why),
            amount=self.formats.money(line.amount_minor),
        )

    def _reckoned(self, line: WageLineView) -> str:
        """`6 h × 13.00 × 0.5 = 39.00`; a rate that is rounded for the eye is said to be about that."""
        amount = self.formats.amount
        if line.kind == "salary":
            return self.words("staff_pay.covers", length=self.length(line.length_ms))
        exact = divide_half_up(line.length_ms * line.rate_minor * line.factor_ppm, HOUR_MS * PPM)
        about = "" if exact == line.amount_minor else "≈" + NO_BREAK
        factors = [self.length(line.length_ms), about + amount(line.rate_minor)]
        if line.factor_ppm != PPM:
            factors.append(self.factor(line.factor_ppm))
        return " × ".join(factors) + f" = {amount(line.amount_minor)}"

    def factor(self, factor_ppm: int) -> str:
        """A factor with as many decimals as it needs: `0.5`."""
        whole, rest = divmod(factor_ppm, PPM)
        decimals = f"{rest:06d}".rstrip("0")
        return f"{whole}{self.formats.decimal_mark}{decimals}" if decimals else str(whole)

    def _rule(self, extra: str, rules: str) -> str:
        """Why hours are paid more, with the law where it is one."""
        of_law = f"staff_pay.extra.{extra}.{rules}"
        return self.words(of_law if self.words.has(of_law) else f"staff_pay.extra.{extra}.any")

    def _earning(self, one: EarningView) -> PayLineView:
        return PayLineView(
            key=EARNING + one.id,
            icon="trash-can-outline",
            colour="danger_ink",
            title=one.name,
            text=f"{self.words(f'staff_pay.line.{one.kind}')}, {self.formats.day(one.day)}",
            amount=self.formats.money(one.amount_minor),
            enabled=True,
        )

    def _adjustment(self, one: EarningView) -> PayLineView:
        kind = self.words(f"staff_pay.adjustment.{one.kind}")
        return PayLineView(
            key=ADJUSTMENT + one.id,
            icon="plus-circle-outline" if one.amount_minor > 0 else "minus-circle-outline",
            colour="muted",
            title=one.name,
            text=f"{kind}, {self.formats.day(one.day)}",
            amount=self.formats.money(one.amount_minor),
            enabled=True,
        )

    def _leave(self, one: LeaveView) -> PayLineView:
        left = self.length(one.granted_ms + one.accrued_ms - one.taken_ms)
        return PayLineView(
            key=LEAVE + one.code,
            icon="beach",
            colour="brand_ink",
            title=self._leave_name(one.code, one.name),
            text=self.words(
                "staff_pay.leave_of",
                granted=self.length(one.granted_ms),
                accrued=self.length(one.accrued_ms),
                taken=self.length(one.taken_ms),
            ),
            amount=self.words("staff_pay.leave_left", length=left),
            enabled=True,
        )

    def _leave_taken(self, one: LeaveTakenView) -> PayLineView:
        days = self._day_or_days(one.from_day, one.to_day)
        return PayLineView(
            key=TAKEN + one.id,
            icon="trash-can-outline",
            colour="danger_ink",
            title=self._leave_name(one.code, one.name),
            text=f"{days}, {self.words.count('staff_pay.days', one.days)}",
            amount=self.length(one.length_ms),
            enabled=True,
        )

    def _day_or_days(self, first: str, last: str) -> str:
        return self.formats.day(first) if first == last else self.days(first, last)

    def _leave_name(self, code: str, name: str) -> str:
        """What a kind of leave is called: by the shop, or by us where every shop has it."""
        own = f"staff_pay.leave_kind.{code}"
        return name or (self.words(own) if self.words.has(own) else code)

    def leave_name(self, one: LeaveView) -> str:
        """What a kind of leave is called."""
        return self._leave_name(one.code, one.name)

    def _payment(self, one: PaymentView) -> PayLineView:
        is_back = one.amount_minor < 0
        title = self.words("staff_pay.taken_back" if is_back else "staff_pay.was_paid")
        return PayLineView(
            key=PAYMENT + one.id,
            icon="cash-refund" if is_back else "cash-check",
            colour="amber_ink" if is_back else "brand_ink",
            title=title,
            text=", ".join(filter(None, (self.formats.day(one.day), one.note))),
            amount=self.formats.money(one.amount_minor),
            enabled=not is_back,
        )


def _says(icon: str, text: str) -> PayLineView:
    return PayLineView("", icon, "muted", text, back="clear", border="clear")


def _heading(text: str) -> PayLineView:
    return PayLineView("", "", "muted", text, back="clear", border="clear")


def _sum(text: str, amount: str) -> PayLineView:
    return PayLineView("", "sigma", "ink", text, amount=amount, back="soft", border="clear")
