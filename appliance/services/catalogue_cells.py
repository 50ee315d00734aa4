"""The cells of a catalogue file: from text to values and back. Nothing is guessed.

A price or quantity has at most one decimal mark, a point or a comma, and nothing between thousands. Texts that a
spreadsheet would take for a formula are written with an apostrophe in front, which is taken off again.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Final

from appliance.domain.barcode import catalogue_key
from appliance.domain.money import MILLI

CLEAR: Final = "-"
"""In a cell alone: take away what is there."""

MOST_PRICE_MINOR: Final = 1_000_000_000
MOST_MILLI: Final = 1_000_000_000
MOST_FAVOURITE: Final = 9_999
MOST_CODES: Final = 20
TOO_MANY_CODES: Final = "csv.too_many_codes"
LONGEST: Final[Mapping[str, int]] = {
    "id": 32,
    "name": 250,
    "sku": 64,
    "category": 60,
    "icon": 64,
    "tint": 32,
    "barcode": 64,
}
"""How many characters a cell may have; for barcodes each code."""

_UNITS: Final = {"piece": "piece", "kg": "kilogram", "kilogram": "kilogram"}
_QUANTITY: Final = re.compile(r"(-?)([0-9]{1,9})(?:[.,]([0-9]{1,3})(0*))?")
_WHOLE: Final = re.compile(r"[0-9]{1,9}")
_PRICE_LIKE: Final = re.compile(r"-?[0-9]+[.,][0-9]+")
_THIN: Final = re.compile(r"[a-z0-9_-]+")
_SHORTENED: Final = re.compile(r"[0-9](?:[.,][0-9]+)?E\+?[0-9]+", re.IGNORECASE)
_GROUP: Final = 3
_FORMULA: Final = "[=+\\-@\uff1d\uff0b\uff0d\uff20]"
"""What makes a cell a formula, also in full width."""

_TO_ESCAPE: Final = re.compile(f"'*{_FORMULA}")
_ESCAPED: Final = re.compile(f"'+{_FORMULA}")
_SHORT_GTINS: Final = (8, 12, 13)

_LONGEST_SHOWN: Final = 60
FORBIDDEN: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
Fields = tuple[tuple[str, str | int], ...]


class BadValue(Exception):
    """A cell cannot be used. `code` names a sentence, `fields` are its values."""

    def __init__(self, code: str, column: str = "", value: str = "", **fields: str | int) -> None:
        super().__init__(code)
        self.code: Final = code
        self.column: Final = column
        self.value: Final = value
        self.fields: Final[Fields] = tuple(fields.items())


def shown(text: str) -> str:
    """A cell as a message can show it: what cannot be printed is replaced, and long texts are cut."""
    plain = FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", text)
    return plain if len(plain) <= _LONGEST_SHOWN else plain[: _LONGEST_SHOWN - 1] + "…"


# --------------------------------------------------------------------------- cells to values


def unescaped(text: str) -> str:
    """A cell without the apostrophe that keeps spreadsheets from taking it for a formula."""
    return text[1:] if _ESCAPED.match(text) else text


def text_in(column: str) -> Callable[[str], str]:
    """Reads a text, which may be as long as `LONGEST` says."""
    longest = LONGEST[column]

    def read(text: str) -> str:
        if text[0] == "'":
            text = unescaped(text)
        if len(text) > longest:
            raise BadValue("csv.too_long", found=len(text), most=longest)
        return text

    return read


def plain_name_in(column: str) -> Callable[[str], str]:
    """Reads the name of an icon or tint: small letters, digits, hyphens."""
    read_text = text_in(column)

    def read(text: str) -> str:
        text = read_text(text)
        if not _THIN.fullmatch(text):
            raise BadValue(f"csv.bad_{column}")
        return text

    return read


def price_in(digits: int) -> Callable[[str], int]:
    """Reads a price of a currency with so many decimals, as minor units."""
    pattern = rf"([0-9]{{1,12}})(?:[.,]([0-9]{{1,{digits}}}))?" if digits else r"([0-9]{1,12})()"
    match = re.compile(pattern).fullmatch
    whole = int(f"1{'0' * digits}")

    def read(text: str) -> int:
        found = match(text)
        if found is None:
            raise _bad_price(text, digits)
        fraction = found[2]
        price = int(found[1]) * whole
        if fraction:
            price += int(fraction.ljust(digits, "0"))
        if price > MOST_PRICE_MINOR:
            raise BadValue("csv.price_too_high")
        return price

    return read


def _bad_price(text: str, digits: int) -> BadValue:
    if text.startswith(("-", "−")):
        return BadValue("csv.negative_price")
    if _PRICE_LIKE.fullmatch(text):
        return BadValue("csv.price_digits", digits=digits)
    return BadValue("csv.bad_price")


def tax_class_from(codes: tuple[str, ...]) -> Callable[[str], str]:
    """Reads the code of a tax class, small or large."""
    by_any_case = {code.casefold(): code for code in codes} | {code: code for code in codes}

    def read(text: str) -> str:
        plain = unescaped(text)
        found = by_any_case.get(plain) or by_any_case.get(plain.casefold())
        if found is None:
            raise BadValue("csv.unknown_tax_class", known=", ".join(codes) or "–")
        return found

    return read


def unit(text: str) -> str:
    """What the price is for, as `domain.ticket.Unit` says it."""
    found = _UNITS.get(text.casefold())
    if found is None:
        raise BadValue("csv.bad_unit")
    return found


def quantity(text: str) -> int:
    """A quantity in thousandths; below zero where more was sold than counted."""
    found = _QUANTITY.fullmatch(text)
    if found is None:
        raise BadValue("csv.bad_number")
    milli = int(found[2]) * MILLI + int((found[3] or "").ljust(3, "0"))
    if milli > MOST_MILLI:
        raise BadValue("csv.number_too_high", most=MOST_MILLI // MILLI)
    return -milli if found[1] else milli


def is_doubtful(text: str) -> bool:
    """Whether a quantity may have been meant in thousands: `1.250`, but not `0.250` or `1.25`."""
    found = _QUANTITY.fullmatch(text)
    if found is None or found[3] is None or not int(found[2]):
        return False
    return len(found[3] + found[4]) == _GROUP


def low_stock(text: str) -> int:
    """A quantity in thousandths that is not below zero."""
    if text.startswith("-"):
        raise BadValue("csv.bad_number")
    return quantity(text)


def favourite(text: str) -> int:
    """A place among the favourites; 0 is none."""
    if not _WHOLE.fullmatch(text):
        raise BadValue("csv.bad_whole_number")
    if int(text) > MOST_FAVOURITE:
        raise BadValue("csv.number_too_high", most=MOST_FAVOURITE)
    return int(text)


def category(text: str) -> str | None:
    """The name of a category; None where the product shall have none."""
    return None if text == CLEAR else text_in("category")(text)


def keys(text: str) -> tuple[str, ...]:
    """Catalogue keys of a cell: codes between blanks, or between bars where a code itself has a blank."""
    plain = unescaped(text)
    codes = [code.strip() for code in plain.split("|")] if "|" in plain else plain.split()
    keys = tuple(dict.fromkeys(key for code in codes if code and (key := _key(code))))
    if len(keys) > MOST_CODES:
        raise BadValue(TOO_MANY_CODES, most=MOST_CODES)
    return keys


def _key(code: str) -> str:
    if _SHORTENED.fullmatch(code):
        raise BadValue("csv.shortened_barcode", value=code)
    if len(code) > LONGEST["barcode"]:
        raise BadValue("csv.too_long", value=code, found=len(code), most=LONGEST["barcode"])
    return catalogue_key(code)


# --------------------------------------------------------------------------- values to cells


def safe(text: str) -> str:
    """A text that no spreadsheet takes for a formula; `unescaped` gives it back."""
    plain = text.strip()
    return f"'{plain}" if _TO_ESCAPE.match(plain) else plain


def quantity_text(milli: int | None, unit: str) -> str:
    """A quantity with as many decimals as it needs, and nothing for none.

    Three decimals of a piece get a zero more: 1.234 could be read as a thousand and some.
    """
    if milli is None:
        return ""
    whole, part = divmod(abs(milli), MILLI)
    fraction = f"{part:03d}".rstrip("0")
    if whole and len(fraction) == _GROUP and unit == "piece":
        fraction += "0"
    return f"{'-' if milli < 0 else ''}{whole}{'.' if fraction else ''}{fraction}"


def codes_text(keys: Iterable[str]) -> str:
    """Barcodes as people know them, with blanks between, or bars where one has a blank itself."""
    codes = [code_of(key) for key in keys]
    if any(len(code.split()) > 1 for code in codes):
        return "|".join(codes) + "|"
    return " ".join(codes)


def code_of(key: str) -> str:
    """The shortest way to write a catalogue key: a GTIN without the zeros it was filled with."""
    if key.startswith("="):
        return key[1:] if catalogue_key(key[1:]) == key else key
    if len(key) == 14 and key[0] == "0":  # noqa: PLR2004 - the length of every GTIN key
        for length in _SHORT_GTINS:
            short = key[-length:]
            if not key[:-length].strip("0") and catalogue_key(short) == key:
                return short
    return key
