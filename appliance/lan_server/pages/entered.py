"""What people type into fields: amounts, lengths of time and percentages, as integers; and how a field shows them.

An amount may have either decimal mark, whatever the language; thousands may be grouped by the mark of the language.
"""

import re
from typing import Final

from appliance.domain.money import Minor, format_amount
from appliance.lan_server.pages.formats import STYLES, Formats
from appliance.problems import Refusal

HOUR_MS: Final = 3_600_000
MOST_MINOR: Final = 10**12
MOST_HOURS: Final = 9999
_PERCENT: Final = re.compile(r"([0-9]{1,4})(?:[.,]([0-9]{1,4}))?")
_LENGTH: Final = re.compile(r"([0-9]{1,4}):([0-5][0-9])")
_HOURS: Final = re.compile(r"([0-9]{1,4})(?:[.,]([0-9]{1,2}))?")


class NotAnAmount(Refusal):
    """What was typed is no amount of money, with `digits` decimals at most: `text`, `example`."""

    code = "not_an_amount"


class NotALength(Refusal):
    """What was typed is no length of time, `7:30` or `7.5` hours: `text`."""

    code = "not_a_length"


class NotAPercentage(Refusal):
    """What was typed is no percentage: `text`."""

    code = "not_a_percentage"


def amount(text: str, form: Formats) -> int:
    """An amount in minor units, not below zero. Raises `NotAnAmount`."""
    currency, group = form.currency, re.escape(STYLES[form.words.language].group_mark)
    digits = currency.digits
    whole = rf"([0-9]{{1,12}}|[0-9]{{1,3}}(?:{group}[0-9]{{3}}){{1,3}})"
    pattern = rf"{whole}(?:[.,]([0-9]{{1,{digits}}}))?" if digits else rf"{whole}()"
    bare = text.replace(currency.symbol or currency.code, "").replace("\N{NO-BREAK SPACE}", "")
    found = re.fullmatch(pattern, bare.replace(" ", ""))
    if found is None:
        raise NotAnAmount(text=text, example=amount_text(123450, form))
    minor = int(re.sub(r"[^0-9]", "", found[1]) + "0" * digits)
    minor += int((found[2] or "").ljust(digits, "0") or 0)
    if minor > MOST_MINOR:
        raise NotAnAmount(text=text, example=amount_text(123450, form))
    return minor


def amount_text(minor: int, form: Formats) -> str:
    """An amount as a field shows it: `1234.50`."""
    mark = STYLES[form.words.language].decimal_mark
    return format_amount(Minor(minor), form.currency, mark, "")


def length_ms(text: str) -> int:
    """A length of time in milliseconds: `7:30`, `7.5`, `8`. Raises `NotALength`."""
    if (found := _LENGTH.fullmatch(text)) is not None:
        return (int(found[1]) * 60 + int(found[2])) * 60_000
    if (found := _HOURS.fullmatch(text)) is not None:
        hundredths = int((found[2] or "").ljust(2, "0"))
        return int(found[1]) * HOUR_MS + hundredths * HOUR_MS // 100
    raise NotALength(text=text)


def length_text(ms: int) -> str:
    """A length as a field shows it: `7:30`."""
    minutes = ms // 60_000
    return f"{minutes // 60}:{minutes % 60:02d}"


def percent_ppm(text: str) -> int:
    """A percentage in parts per million: `150`, `112.5`. Raises `NotAPercentage`."""
    found = _PERCENT.fullmatch(text.replace("%", "").replace("\N{NO-BREAK SPACE}", "").strip())
    if found is None:
        raise NotAPercentage(text=text)
    return int(found[1]) * 10_000 + int((found[2] or "").ljust(4, "0"))


def percent_text(ppm: int, form: Formats) -> str:
    """A percentage as a field shows it: `112.5`."""
    whole, rest = divmod(ppm, 10_000)
    decimals = f"{rest:04d}".rstrip("0")
    mark = STYLES[form.words.language].decimal_mark if decimals else ""
    return f"{whole}{mark}{decimals}"
