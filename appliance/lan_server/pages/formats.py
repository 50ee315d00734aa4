"""Amounts, quantities, days and times as the person who looks writes them. Integers only.

    en  €1,234.50   1.250 kg   Sat 28 Nov 2026   14:32
    de  1.234,50 €  1,250 kg   Sa 28. Nov 2026   14:32

The till writes them the same way (`kiosk_ui/presenters/formats.py`); a test holds the two together.
"""

import datetime
from collections.abc import Mapping
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from appliance.domain import calendar
from appliance.domain.money import CURRENCIES, Currency, Minor, divide_half_up, format_amount
from appliance.problems import Refusal
from appliance.words import Words, with_why

NO_BREAK: Final = "\N{NO-BREAK SPACE}"
MINUS: Final = "\N{MINUS SIGN}"
MILLI: Final = 1000
MINUTE_MS: Final = 60_000


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


def _date(day: datetime.date | str) -> datetime.date:
    return datetime.date.fromisoformat(day) if isinstance(day, str) else day


class Formats:
    """Numbers, times and sentences in one language, one currency and one time zone."""

    def __init__(self, words: Words, currency: Currency | str, zone: ZoneInfo) -> None:
        """Write as `words.language` does; an unknown currency is written with its code."""
        self.words: Final = words
        self.zone: Final = zone
        if isinstance(currency, str):
            currency = CURRENCIES.get(currency) or Currency(currency, 2)
        self.currency: Final = currency
        self._style: Final = STYLES[words.language]

    def money(self, minor: int) -> str:
        """An amount with its currency: `€36.30`, `36,30 €`."""
        sign = MINUS if minor < 0 else ""
        symbol = self.currency.symbol or self.currency.code
        number = self.amount(abs(minor))
        if self._style.symbol_first:
            space = NO_BREAK if symbol[-1:].isalpha() else ""
            return f"{sign}{symbol}{space}{number}"
        return f"{sign}{number}{NO_BREAK}{symbol}"

    def coarse(self, minor: int) -> str:
        """An amount without cents where it has none, for the edge of a chart: `€4,000`."""
        whole, rest = divmod(minor, 10**self.currency.digits)
        if rest or not self.currency.digits:
            return self.money(minor)
        cents = self._style.decimal_mark + "0" * self.currency.digits
        return self.money(minor).replace(self.number(whole) + cents, self.number(whole))

    def amount(self, minor: int) -> str:
        """An amount without its currency: `3.70`."""
        decimal, group = self._style.decimal_mark, self._style.group_mark
        return format_amount(Minor(minor), self.currency, decimal, group).replace("-", MINUS)

    def number(self, whole: int) -> str:
        """A whole number with its thousands grouped."""
        return f"{whole:,}".replace(",", self._style.group_mark).replace("-", MINUS)

    def quantity(self, qty_milli: int, unit: str = "piece") -> str:
        """A quantity: `3`, or `1.250 kg` for what is sold by weight."""
        sign = MINUS if qty_milli < 0 else ""
        whole, rest = divmod(abs(qty_milli), MILLI)
        thousandths = f"{sign}{self.number(whole)}{self._style.decimal_mark}{rest:03d}"
        if unit == "kilogram":
            return f"{thousandths}{NO_BREAK}{self.words('receipt.kilogram')}"
        return thousandths.rstrip("0") if rest else f"{sign}{self.number(whole)}"

    def percent(self, ppm: int) -> str:
        """A share or a rate in parts per million with the decimals that it has: `19 %`, `8.875 %`."""
        whole, rest = divmod(abs(ppm), 10_000)
        sign = MINUS if ppm < 0 else ""
        decimals = f"{rest:04d}".rstrip("0")
        mark = self._style.decimal_mark if decimals else ""
        return f"{sign}{self.number(whole)}{mark}{decimals}{NO_BREAK}%"

    def change(self, now: int, before: int) -> str:
        """By how much something grew, in whole per cent: `+12 %`; empty where there was nothing before."""
        if before <= 0:
            return ""
        percent = divide_half_up((now - before) * 100, before)
        sign = "+" if percent > 0 else ""
        return f"{sign}{self.number(percent)}{NO_BREAK}%"

    def hours(self, length_ms: int) -> str:
        """A length of time in hours and minutes: `7:30 h`."""
        minutes = length_ms // MINUTE_MS
        return f"{self.number(minutes // 60)}:{minutes % 60:02d}{NO_BREAK}h"

    def clock(self, at_ms: int) -> str:
        """The time of day in the shop: `14:32`."""
        return calendar.moment_of(at_ms, self.zone).strftime("%H:%M")

    def day(self, at_ms: int) -> str:
        """The day in the shop, in words and short: `Sat 28 Nov 2026`."""
        return self.date(calendar.day_of(at_ms, self.zone))

    def date(self, day: datetime.date | str) -> str:
        """A day, also written as `2026-11-28`, in words and short: `Sat 28 Nov 2026`."""
        day = _date(day)
        return self.words(
            "web.date.short",
            weekday=self.weekday(day),
            day=day.day,
            month=self.words(f"web.date.month_{day.month}"),
            year=day.year,
        )

    def weekday(self, day: datetime.date | str) -> str:
        """The day of the week, short: `Sat`."""
        return self.words(f"web.date.weekday_{_date(day).isoweekday()}")

    def day_month(self, day: datetime.date | str) -> str:
        """A day of a year that is known: `28 Nov`."""
        day = _date(day)
        month = self.words(f"web.date.month_{day.month}")
        return self.words("web.date.day_month", day=day.day, month=month)

    def span(self, first: datetime.date | str, last: datetime.date | str) -> str:
        """From one day to another: `23 Nov – 29 Nov 2026`."""
        year = _date(last).year
        return f"{self.day_month(first)} – {self.day_month(last)} {year}"

    def moment(self, at_ms: int) -> str:
        """Day and time in the shop."""
        return f"{self.day(at_ms)}, {self.clock(at_ms)}"

    def problem(self, no: Refusal) -> str:
        """The sentence of a refusal, its values written as everything else is."""
        key = f"problem.{no.code}"
        values = {name: self._value(name, value) for name, value in no.fields.items()}
        said = self.words(key, **values)
        if said == key:
            return self.words("problem.unknown", code=no.code)
        return with_why(said, no.code, no.fields)

    def _value(self, name: str, value: str | int) -> str:
        unit = name.rpartition("_")[2]
        if isinstance(value, str):
            return value
        if unit == "minor":
            return self.money(value)
        if unit == "milli":
            return self.quantity(value)
        if unit == "ms":
            return self._time(name, value)
        return str(value) if "number" in name else self.number(value)

    def _time(self, name: str, value: int) -> str:
        if name.endswith("until_ms"):
            # Rounded up: who comes back at that minute waits no more.
            return self.clock(value + MINUTE_MS - 1)
        return self.clock(value) if name.endswith("at_ms") else self.number(-(-value // MILLI))
