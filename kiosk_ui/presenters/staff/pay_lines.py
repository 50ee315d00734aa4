"""Wages in sentences: how long, at what rate, by which rule. `6 h × 13.00 × 0.5 = 39.00, more than 40 hours a week`."""

import datetime
from typing import Final

import msgspec

from appliance.domain.money import PPM, divide_half_up
from appliance.messages import (
    EarningView,
    PaymentView,
    WageLineView,
    WageQuestionView,
    WageRowView,
    WagesOfView,
)
from kiosk_ui.presenters.formats import NO_BREAK, Formats

HOUR_MS: Final = 3_600_000
QUESTION: Final = "question:"
EARNING: Final = "earning:"
PAYMENT: Final = "payment:"
PERSON: Final = "wages:"
SAYS_WHICH: Final = frozenset({"time", "piece", "bonus"})
"""Kinds of lines that have a name of their own."""

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
        seconds = divide_half_up(length_ms, 1000)
        parts = (
            ("hours", seconds // 3600),
            ("minutes", seconds // 60 % 60),
            ("seconds", seconds % 60),
        )
        said = [self.words(f"staff_pay.length.{unit}", n=n) for unit, n in parts if n]
        return NO_BREAK.join(said or [self.words("staff_pay.length.hours", n=0)])

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
        worked = [self.length(row.worked_ms)]
        if row.overtime_ms:
            worked.append(self.words("staff_pay.overtime", length=self.length(row.overtime_ms)))
        if row.state == "none":
            worked = []
        state = self.words(f"staff_pay.state.{row.state}")
        if row.questions:
            state = self.words.count("staff_pay.questions", row.questions)
        under, under_colour = state, colour if row.state != "none" else "muted"
        if row.owed_minor and row.state in {"approved", "none"}:
            owed = self.formats.money(row.owed_minor)
            under, under_colour = self.words("staff_pay.owed", amount=owed), "ink"
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

    def of_person(self, seen: WagesOfView) -> tuple[PayLineView, ...]:
        """Everything about one person's wages of the period."""
        money, words = self.formats.money, self.words
        rows = [self._question(number, one) for number, one in enumerate(seen.questions)]
        rows += [self._line(line, seen.rules) for line in seen.lines]
        if not seen.lines:
            rows.append(_says("clock-outline", words("staff_pay.no_lines")))
        else:
            total = sum(line.amount_minor for line in seen.lines)
            rows.append(_sum(words("staff_pay.total"), money(total)))
        if seen.earnings:
            rows.append(_heading(words("staff_pay.earnings")))
            rows += [self._earning(one) for one in seen.earnings]
        if seen.approved_minor or seen.paid_minor or seen.payments:
            rows.append(_heading(words("staff_pay.payments")))
            rows += [self._payment(one) for one in seen.payments]
            rows.append(_sum(words("staff_pay.approved_sum"), money(seen.approved_minor)))
            rows.append(_sum(words("staff_pay.paid_sum"), money(seen.paid_minor)))
            owed = seen.approved_minor - seen.paid_minor
            rows.append(_sum(words("staff_pay.owed_sum"), money(owed)))
        return tuple(rows)

    def _question(self, number: int, one: WageQuestionView) -> PayLineView:
        asked = f"staff_pay.question.{one.why}"
        return PayLineView(
            key=f"{QUESTION}{number}",
            icon="help-circle-outline",
            colour="amber_ink",
            title=self.words(
                asked if self.words.has(asked) else "staff_pay.question.other",
                day=self.formats.day(one.day) if one.day else "",
                job=one.job or self.words("staff_pay.any_job"),
            ),
            text=self.words("staff_pay.question.where"),
            text_colour="ink",
            back="amber_soft",
            border="amber_ink",
            enabled=True,
        )

    def _line(self, line: WageLineView, rules: str) -> PayLineView:
        words = self.words
        icon = {"overtime": "clock-plus-outline", "time": "clock-outline"}.get(line.kind, "cash")
        title = words(f"staff_pay.line.{line.kind}")
        if line.kind in SAYS_WHICH and line.name:
            title = words("staff_pay.line.named", what=title, name=line.name)
        why = [self._reckoned(line)] if line.length_ms else []
        if line.kind == "overtime":
            why.append(self._rule(line.name, rules))
        if line.day:
            why.append(self.formats.day(line.day))
        else:
            why.append(words("staff_pay.week", day=self.day(line.week)))
        return PayLineView(
            key="",
            icon=icon,
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
