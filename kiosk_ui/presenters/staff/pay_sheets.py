"""What is filled in about somebody's pay: payments, extra pay, deductions, what changed later, and files of wages."""

from collections.abc import Mapping
from typing import Final

from appliance.messages import (
    AddAdjustment,
    AddEarning,
    Command,
    EarningView,
    PaymentView,
    PayWages,
    RemoveAdjustment,
    RemoveEarning,
    SaveWages,
    SettleDifference,
    StaffPayView,
    WageQuestionView,
    WagesOfView,
)
from kiosk_ui.presenters.formats import Formats
from kiosk_ui.presenters.sheet import Field, Sheet
from kiosk_ui.strings import Words

EARNINGS: Final = ("bonus", "piece")
ADJUSTMENTS: Final = {
    "expenses": ("expenses", 1),
    "advance": ("advance", -1),
    "tools": ("tools", -1),
    "other_plus": ("other", 1),
    "other_minus": ("other", -1),
}
"""What is no wage: its kind, and whether it is paid out or kept back."""
WAYS: Final = ("bank", "cash")
FORMS: Final = ("pdf", "csv")
EVERYBODY: Final = "all"


def payment(seen: StaffPayView, who: WagesOfView, formats: Formats) -> Sheet:
    """Pay out what is owed, or a part of it."""
    words = formats.words
    owed = max(0, who.approved_minor - who.paid_minor)

    def command(filled: Mapping[str, str]) -> Command:
        how = words(f"staff_pay.way.{filled['how']}") if filled["how"] else ""
        note = ", ".join(filter(None, (how, filled["note"])))
        return PayWages(who.employee, int(filled["amount"]), filled["day"], note)

    return Sheet(
        title=words("staff_pay.sheet.pay", name=who.name),
        text=words("staff_pay.sheet.pay_text"),
        fields=(
            _amount(words, str(owed or "")),
            _day(words, seen.today),
            Field(
                "how", words("staff_pay.sheet.how"), "choice", "bank", choices(words, "way", WAYS)
            ),
            Field("note", words("staff_pay.sheet.note")),
        ),
        save=words("staff_pay.pay"),
        command=command,
    )


def take_back(seen: StaffPayView, who: WagesOfView, paid: PaymentView, formats: Formats) -> Sheet:
    """A payment that was a mistake: the same amount, below zero."""
    words = formats.words
    return Sheet(
        title=words("staff_pay.sheet.back", name=who.name),
        text=words("staff_pay.sheet.back_text", amount=formats.money(paid.amount_minor)),
        fields=(
            _amount(words, str(paid.amount_minor)),
            _day(words, seen.today),
            _why(words, "note"),
        ),
        save=words("staff_pay.sheet.back_save"),
        command=lambda filled: PayWages(
            who.employee, -int(filled["amount"]), filled["day"], filled["note"]
        ),
    )


def extra_pay(seen: StaffPayView, who: WagesOfView, formats: Formats) -> Sheet:
    """Pay besides hours, or what is paid out or kept back and is no wage, on a day of the period."""
    words = formats.words

    def command(filled: Mapping[str, str]) -> Command:
        kind, minor = filled["kind"], int(filled["amount"])
        if kind in EARNINGS:
            return AddEarning(who.employee, filled["day"], kind, filled["name"], minor)
        name, sign = ADJUSTMENTS[kind]
        return AddAdjustment(who.employee, filled["day"], name, filled["name"], sign * minor)

    kinds = choices(words, "kind", (*EARNINGS, *ADJUSTMENTS))
    return Sheet(
        title=words("staff_pay.sheet.extra", name=who.name),
        text=words("staff_pay.sheet.extra_text"),
        fields=(
            Field(
                "kind", words("staff_pay.sheet.kind"), "choice", kinds[0][0], kinds, required=True
            ),
            Field("name", words("staff_pay.sheet.name"), required=True),
            _amount(words),
            _day(words, within(seen)),
        ),
        save=words("staff_pay.sheet.save"),
        command=command,
    )


def removal(entered: EarningView, formats: Formats, *, is_wage: bool) -> Sheet:
    """Extra pay, an addition or a deduction that was a mistake."""
    words = formats.words
    remove = RemoveEarning if is_wage else RemoveAdjustment
    return Sheet(
        title=words("staff_pay.sheet.remove", name=entered.name),
        text=words("staff_pay.sheet.remove_text", amount=formats.money(entered.amount_minor)),
        fields=(_why(words, "reason"),),
        save=words("staff_pay.sheet.remove_save"),
        command=lambda filled: remove(entered.id, filled["reason"]),
    )


def settlement(
    seen: StaffPayView, question: WageQuestionView, formats: Formats, *, is_locked: bool
) -> Sheet:
    """What became known after wages were approved: pay it with this period, or let it be and say why."""
    words = formats.words
    day = seen.today if is_locked else within(seen)
    return Sheet(
        title=words("staff_pay.sheet.settle"),
        text=words(
            "staff_pay.sheet.settle_text",
            day=formats.day(question.day),
            amount=formats.money(question.amount_minor),
        ),
        fields=(
            Field(
                "what",
                words("staff_pay.sheet.settle_how"),
                "choice",
                "pay",
                choices(words, "settle", ("pay", "let_be")),
                required=True,
            ),
            Field("reason", words("staff_pay.sheet.why"), note=words("staff_pay.sheet.settle_why")),
        ),
        save=words("staff_pay.sheet.save"),
        command=lambda filled: SettleDifference(
            question.approval, day, filled["what"] == "let_be", filled["reason"]
        ),
    )


def files(who: WagesOfView | None, formats: Formats) -> Sheet:
    """Wages as a file: slips as PDF, or a table as CSV."""
    words = formats.words
    whose = [(EVERYBODY, words("staff_pay.sheet.everybody"))]
    if who is not None:
        whose.append((who.employee, who.name))

    def command(filled: Mapping[str, str]) -> Command:
        employee = "" if filled["who"] == EVERYBODY else filled["who"]
        return SaveWages("csv" if filled["form"] == "csv" else "pdf", employee)

    return Sheet(
        title=words("staff_pay.sheet.files"),
        text=words("staff_pay.sheet.files_text"),
        fields=(
            Field(
                "form",
                words("staff_pay.sheet.form"),
                "choice",
                FORMS[0],
                choices(words, "form", FORMS),
                required=True,
            ),
            Field(
                "who",
                words("staff_pay.sheet.who"),
                "choice",
                whose[-1][0],
                tuple(whose),
                required=True,
            ),
        ),
        save=words("staff_pay.sheet.save"),
        command=command,
    )


def choices(words: Words, section: str, values: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """Values with what they are called in a section of the words."""
    return tuple((value, words(f"staff_pay.{section}.{value}")) for value in values)


def within(seen: StaffPayView) -> str:
    """Today, or the nearest day of the period."""
    return min(max(seen.today, seen.from_day), seen.to_day)


def _amount(words: Words, value: str = "") -> Field:
    return Field("amount", words("staff_pay.sheet.amount"), "amount", value, required=True)


def _day(words: Words, value: str) -> Field:
    return Field("day", words("staff_pay.sheet.day"), "day", value, required=True)


def _why(words: Words, key: str) -> Field:
    return Field(key, words("staff_pay.sheet.why"), required=True)
