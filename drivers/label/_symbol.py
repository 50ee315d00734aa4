"""Which barcode a text becomes, and its bars.

    4006381333931    EAN-13, UPC-A (drawn as the EAN-13 that begins with 0, which has the same bars) or EAN-8
    K7Q2-1041        Code 128, ISO/IEC 15417: sets B and C, whichever makes it shorter

EAN and UPC are built by python-barcode. Its Code 128 loses the digits 99 at the beginning of a number (0.16.1: "9940"
becomes "40"), so that one is put together here, from its table of bars.
"""

from typing import Final, Literal

import barcode
import msgspec
from barcode.charsets import code128

Kind = Literal["ean13", "ean8", "upca", "code128"]

LONGEST: Final = 48
PRINTABLE: Final = range(0x20, 0x7F)
START_B: Final = 104
START_C: Final = 105
TO_B: Final = 100
TO_C: Final = 99
STOP: Final = f"{code128.STOP}11"
QUIET: Final[dict[Kind, tuple[int, int]]] = {
    "ean13": (11, 7),
    "ean8": (7, 7),
    "upca": (9, 9),
    "code128": (10, 10),
}
"""White modules at the left and the right (GS1 General Specifications, 5.2.3.4; ISO/IEC 15417)."""


class Symbol(msgspec.Struct, frozen=True):
    """A barcode: `modules` are its bars (1) and spaces (0) from the left, without the quiet zones around them."""

    kind: Kind
    text: str
    modules: str

    @property
    def quiet(self) -> tuple[int, int]:
        """White modules that it needs at the left and at the right."""
        return QUIET[self.kind]

    @property
    def width(self) -> int:
        """All its modules, quiet zones included."""
        return sum(self.quiet) + len(self.modules)

    def bars(self) -> tuple[tuple[int, int], ...]:
        """Where each bar begins, and its width, in modules."""
        found: list[tuple[int, int]] = []
        place = 0
        for space in self.modules.split("0"):
            if space:
                found.append((place, len(space)))
            place += len(space) + 1
        return tuple(found)


def symbol_of(text: str) -> Symbol | None:
    """The barcode that says `text`; nothing if none can: empty, longer than 48 or beyond ASCII's printable part."""
    gtin = _gtin(text)
    if gtin is not None:
        kind: Kind = {8: "ean8", 12: "upca", 13: "ean13"}[len(gtin)]  # type: ignore[assignment]
        digits = f"0{gtin}" if kind == "upca" else gtin
        # python-barcode is given the digits without the last and finds the same check digit again.
        (modules,) = barcode.get_barcode_class("ean8" if kind == "ean8" else "ean13")(
            digits[:-1]
        ).build()
        return Symbol(kind, gtin, modules)
    if not 0 < len(text) <= LONGEST or any(ord(c) not in PRINTABLE for c in text):
        return None
    return Symbol("code128", text, "".join(code128.CODES[v] for v in _code128(text)) + STOP)


def _gtin(text: str) -> str | None:
    """The 8, 12 or 13 digits of a valid GTIN; a GTIN-14 only if it is one of those with zeros in front."""
    if not (text.isascii() and text.isdigit()):
        return None
    if len(text) == 14 and text.startswith("0"):
        significant = len(text.lstrip("0"))
        text = text[-next(n for n in (8, 12, 13) if significant <= n) :]
    if len(text) not in {8, 12, 13} or not text.strip("0"):
        return None
    weighted = sum(int(d) * (3 if place % 2 else 1) for place, d in enumerate(reversed(text)))
    return text if weighted % 10 == 0 else None


def _code128(text: str) -> list[int]:
    """Start, symbols and check of the shorter coding: digits in pairs wherever changing to set C pays."""
    in_c = _pays(text, at_start=True)
    values = [START_C if in_c else START_B]
    place = 0
    while place < len(text):
        rest = text[place:]
        if in_c and len(rest) > 1 and _digits(rest) > 1:
            values.append(int(rest[:2]))
            place += 2
        elif in_c:
            values.append(TO_B)
            in_c = False
        elif _digits(rest) % 2 == 0 and _pays(rest, at_start=False):
            values.append(TO_C)
            in_c = True
        else:
            values.append(ord(rest[0]) - 32)
            place += 1
    check = values[0] + sum(place * value for place, value in enumerate(values))
    return [*values, check % 103]


def _pays(text: str, *, at_start: bool) -> bool:
    """ISO/IEC 15417, annex E: four digits at the beginning or the end are shorter in pairs, six in the middle."""
    digits = _digits(text)
    if digits == len(text):
        return digits >= 4 or (at_start and digits == 2)
    return digits >= (4 if at_start else 6)


def _digits(text: str) -> int:
    return len(text) - len(text.lstrip("0123456789"))
