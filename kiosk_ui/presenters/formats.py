"""Amounts, quantities, times and problem sentences as this shop's people write them. Integers only.

en  €1,234.50   1.250 kg   2:32 pm is written 14:32
de  1.234,50 €  1,250 kg
es  1.234,50 €  1,250 kg
"""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Final, NamedTuple

from appliance.domain.money import CURRENCIES, Currency, Minor, format_amount
from appliance.messages import Fields
from appliance.words import with_why
from kiosk_ui.strings import Words

NO_BREAK: Final = "\N{NO-BREAK SPACE}"
MINUS: Final = "\N{MINUS SIGN}"
MILLI: Final = 1000
KEYED_DECIMALS: Final = 3


class Style(NamedTuple):
    """How a language writes numbers."""

    decimal_mark: str
    group_mark: str
    symbol_first: bool


STYLES: Final[Mapping[str, Style]] = {
    "en": Style(".", ",", symbol_first=True),
    "de": Style(",", ".", symbol_first=False),
    "es": Style(",", ".", symbol_first=False),
}


class Formats:
    """Numbers and sentences in the words' language and the shop's currency."""

    def __init__(self, words: Words, currency: str) -> None:
        """Write as `words.language` does; an unknown currency is written with its code."""
        self.words = words
        self._currency = CURRENCIES.get(currency) or Currency(currency, 2)
        self._style = STYLES[words.language]

    def money(self, minor: int) -> str:
        """An amount with its currency: `€36.30`, `36,30 €`."""
        sign = MINUS if minor < 0 else ""
        symbol = self._currency.symbol or self._currency.code
        number = self.amount(abs(minor))
        if self._style.symbol_first:
            space = NO_BREAK if symbol[-1:].isalpha() else ""
            return f"{sign}{symbol}{space}{number}"
        return f"{sign}{number}{NO_BREAK}{symbol}"

    def amount(self, minor: int) -> str:
        """An amount without its currency: `3.70`."""
        decimal, group = self._style.decimal_mark, self._style.group_mark
        return format_amount(Minor(minor), self._currency, decimal, group).replace("-", MINUS)

    def number(self, whole: int) -> str:
        """A whole number with its thousands grouped."""
        return f"{whole:,}".replace(",", self._style.group_mark).replace("-", MINUS)

    def quantity(self, qty_milli: int, unit: str) -> str:
        """A quantity: `3`, or `1.250 kg` for what is sold by weight."""
        if unit == "kilogram":
            return f"{self.thousandths(qty_milli)}{NO_BREAK}{self.words('unit.kilogram')}"
        whole, rest = divmod(abs(qty_milli), MILLI)
        if rest:
            return self.thousandths(qty_milli).rstrip("0")
        return (MINUS if qty_milli < 0 else "") + self.number(whole)

    def thousandths(self, qty_milli: int) -> str:
        """A quantity with all three decimals: `1.250`."""
        whole, rest = divmod(abs(qty_milli), MILLI)
        sign = MINUS if qty_milli < 0 else ""
        return f"{sign}{self.number(whole)}{self._style.decimal_mark}{rest:03d}"

    def price(self, minor: int, unit: str) -> str:
        """A price, by the kilogram where it is one: `€12.90/kg`."""
        shown = self.money(minor)
        return f"{shown}/{self.words('unit.kilogram')}" if unit == "kilogram" else shown

    def keyed(self, digits: str) -> str:
        """What was keyed, `1.25`, with this language's decimal mark."""
        return digits.replace(".", self._style.decimal_mark)

    @property
    def decimal_mark(self) -> str:
        """The decimal mark's own key."""
        return self._style.decimal_mark

    def clock(self, at_ms: int) -> str:
        """The time of day: `14:32`."""
        return _local(at_ms).strftime("%H:%M")

    def day_or_clock(self, at_ms: int, now_ms: int) -> str:
        """`14:32` for a moment of today, `28 Nov` for one before."""
        at, now = _local(at_ms), _local(now_ms)
        if at.date() == now.date():
            return self.clock(at_ms)
        return self.words(
            "date.day_month", day=at.day, month=self.words(f"date.month.{at.month}")[:3]
        )

    def day_and_clock(self, at_ms: int, now_ms: int) -> str:
        """`14:32` for a moment of today, else with its day before it."""
        clock = self.clock(at_ms)
        if _local(at_ms).date() == _local(now_ms).date():
            return clock
        return f"{self.day(_local(at_ms).date().isoformat())}, {clock}"

    def date(self, at_ms: int) -> str:
        """The day in words: `Sunday, 22 November`."""
        local = _local(at_ms)
        return self.words(
            "date.long",
            weekday=self.words(f"date.weekday.{local.isoweekday()}"),
            day=local.day,
            month=self.words(f"date.month.{local.month}"),
        )

    def day(self, iso: str) -> str:
        """A day written as `2026-11-28`, in words and short: `Sat 28 Nov 2026`."""
        day = datetime.fromisoformat(iso)
        return self.words(
            "date.short",
            weekday=self.words(f"sheet.weekday.{day.isoweekday()}"),
            day=day.day,
            month=self.words(f"date.month.{day.month}")[:3],
            year=day.year,
        )

    def sentence(self, key: str, values: Fields = ()) -> str:
        """The text of `key` with a problem's values: names that end in a unit are written in it.

        A name that ends in `_code` holds another problem's code, whose sentence stands there, with the same values.
        """
        others = tuple(one for one in values if not one[0].endswith("_code"))
        return self.words(key, **{name: self._value(name, value, others) for name, value in values})

    def problem(self, code: str, values: Fields = ()) -> str:
        """The sentence of a problem; one that is not known is named by its code."""
        key = f"problem.{code}"
        if not self.words.has(key):
            return self.words("problem.unknown", code=code)
        return with_why(self.sentence(key, values), code, dict(values))

    def _value(self, name: str, value: str | int, others: Fields) -> str:
        unit = name.rpartition("_")[2]
        if isinstance(value, str):
            if unit == "day":
                return self._day(value)
            return self.problem(value, others) if unit == "code" else value
        if unit == "minor":
            return self.money(value)
        if unit == "milli":
            return self.quantity(value, "piece")
        if unit == "ms":
            is_moment = name.endswith(("at_ms", "until_ms"))
            return self.clock(value) if is_moment else self.number(-(-value // MILLI))
        return self.number(value) if "number" not in name else str(value)

    def _day(self, iso: str) -> str:
        """A day in words; what is none stays as somebody wrote it."""
        try:
            return self.day(iso)
        except ValueError:
            return iso


def _local(at_ms: int) -> datetime:
    return datetime.fromtimestamp(at_ms // MILLI).astimezone()


def initials(name: str) -> str:
    """One or two capitals for a person: `Ana Martínez` is `AM`."""
    parts: list[str] = re.findall(r"\w+", name)
    if not parts:
        return "?"
    return (parts[0][0] + (parts[-1][0] if len(parts) > 1 else "")).upper()


def keyed_milli(digits: str) -> int:
    """What was keyed, in thousandths: `1.25` is 1250."""
    whole, _, rest = digits.partition(".")
    return int(whole or 0) * MILLI + int((rest + "000")[:KEYED_DECIMALS])


def milli_digits(qty_milli: int) -> str:
    """The shortest keys for a quantity: 1250 is `1.25`. The reverse of `keyed_milli`."""
    whole, rest = divmod(qty_milli, MILLI)
    return f"{whole}.{rest:03d}".rstrip("0") if rest else str(whole)
