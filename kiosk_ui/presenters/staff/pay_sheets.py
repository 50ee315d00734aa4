"""What is filled in about somebody's wages: a payment, one that is taken back, extra pay and its removal."""

from collections.abc import Callable, Mapping
from typing import Final

from appliance.messages import (
    AddEarning,
    Command,
    EarningView,
    PaymentView,
    PayWages,
    RemoveEarning,
    StaffPayView,
    WagesOfView,
)
from kiosk_ui.presenters.formats import Formats
from kiosk_ui.presenters.sheet import Field, Sheet

KINDS: Final = ("bonus", "piece")
WAYS: Final = ("bank", "cash")


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
            Field(
                "amount", words("staff_pay.sheet.amount"), "amount", str(owed or ""), required=True
            ),
            Field("day", words("staff_pay.sheet.day"), "day", seen.today, required=True),
            Field(
                "how", words("staff_pay.sheet.how"), "choice", "bank", _choices(words, "way", WAYS)
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
            Field(
                "amount",
                words("staff_pay.sheet.amount"),
                "amount",
                str(paid.amount_minor),
                required=True,
            ),
            Field("day", words("staff_pay.sheet.day"), "day", seen.today, required=True),
            Field("note", words("staff_pay.sheet.why"), required=True),
        ),
        save=words("staff_pay.sheet.back_save"),
        command=lambda filled: PayWages(
            who.employee, -int(filled["amount"]), filled["day"], filled["note"]
        ),
    )


def extra_pay(seen: StaffPayView, who: WagesOfView, formats: Formats) -> Sheet:
    """Pay besides hours, on a day of the period."""
    words = formats.words
    return Sheet(
        title=words("staff_pay.sheet.extra", name=who.name),
        text=words("staff_pay.sheet.extra_text"),
        fields=(
            Field(
                "kind",
                words("staff_pay.sheet.kind"),
                "choice",
                KINDS[0],
                _choices(words, "line", KINDS),
                required=True,
            ),
            Field("name", words("staff_pay.sheet.name"), required=True),
            Field("amount", words("staff_pay.sheet.amount"), "amount", required=True),
            Field("day", words("staff_pay.sheet.day"), "day", _within(seen), required=True),
        ),
        save=words("staff_pay.sheet.save"),
        command=lambda filled: AddEarning(
            who.employee, filled["day"], filled["kind"], filled["name"], int(filled["amount"])
        ),
    )


def removal(earning: EarningView, formats: Formats) -> Sheet:
    """Extra pay that was a mistake."""
    words = formats.words
    return Sheet(
        title=words("staff_pay.sheet.remove", name=earning.name),
        text=words("staff_pay.sheet.remove_text", amount=formats.money(earning.amount_minor)),
        fields=(Field("reason", words("staff_pay.sheet.why"), required=True),),
        save=words("staff_pay.sheet.remove_save"),
        command=lambda filled: RemoveEarning(earning.id, filled["reason"]),
    )


def _choices(
    words: Callable[[str], str], section: str, values: tuple[str, ...]
) -> tuple[tuple[str, str], ...]:
    return tuple((value, words(f"staff_pay.{section}.{value}")) for value in values)


def _within(seen: StaffPayView) -> str:
    """Today, or the nearest day of the period."""
    return min(max(seen.today, seen.from_day), seen.to_day)
