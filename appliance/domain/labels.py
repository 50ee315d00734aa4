"""Labels that scales print: EAN-13 with a price, a weight or a count in it (prefixes 02 and 20 to 29).

What the digits mean is the shop's own affair (restricted circulation numbers, GS1 General Specifications, 2.1), so the
owner describes each label by a template of thirteen characters:

    20IIIIIVPPPPC   I item, V verifier of the price, P price, C check digit
    23IIIIIWWWWWC   W weight in kilograms, with the template's decimals
    25IIIIINNNNNC   N number of pieces
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import ClassVar, Final

from appliance.domain.barcode import (
    NotABarcode,
    Scanned,
    as_it_is,
    catalogue_key,
    check_digit,
    is_gtin,
)
from appliance.domain.money import MILLI, divide_half_up
from appliance.problems import Refusal

_TWO_MINUS: Final = "0246891357"
_FIVE_MINUS: Final = "0594837261"
_FIVE_PLUS: Final = "0516273849"
_PRICE: Final = "P"
_WEIGHT: Final = "W"
_COUNT: Final = "N"
_LENGTH: Final = 13


class NotATemplate(Refusal):
    """The template describes no label. Fields: `template`."""

    code: ClassVar[str] = "not_a_template"


@dataclass(frozen=True, slots=True)
class LabelTemplate:
    """How one of the shop's labels is read: `pattern` as above, `decimals` of its price or weight (none for a count).

    Prices usually have the currency's decimals, weights three (grams). Raises `NotATemplate`.
    """

    pattern: str
    decimals: int
    _expression: re.Pattern[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        runs = [(letter, len(list(run))) for letter, run in groupby(self.pattern)]
        letters = [letter for letter, _ in runs if not _is_digit(letter)]
        figures = [length for letter, length in runs if letter in {_PRICE, _WEIGHT, _COUNT}]
        sound = (
            len(self.pattern) == _LENGTH
            and _is_digit(self.pattern[0])
            and self.pattern[-2:-1] != "C"
            and letters[-1:] == ["C"]
            and self.pattern[-1] == "C"
            and len(set(letters)) == len(letters)
            and "I" in letters
            and set(letters) <= set("IVPWNC")
            and len(figures) == 1
            and (
                self.pattern.count("V") == 0
                or (self.pattern.count("V") == 1 and figures[0] in {4, 5})
            )
            and self.decimals >= 0
        )
        if not sound:
            raise NotATemplate(template=self.pattern)
        expression = "".join(
            letter * length if _is_digit(letter) else f"(?P<{letter}>[0-9]{{{length}}})"
            for letter, length in runs
        )
        object.__setattr__(self, "_expression", re.compile(expression))

    def parts(self, digits: str) -> dict[str, str] | None:
        """The digits of each letter; None where the label is not of this kind."""
        match = self._expression.fullmatch(digits)
        return None if match is None else match.groupdict()


def price_verifier(digits: str) -> int:
    """The digit that verifies the 4 or 5 digits of a price or weight (GS1 General Specifications, 7.9.2 to 7.9.4)."""
    figures = [int(digit) for digit in digits]
    if len(figures) == 4:  # noqa: PLR2004
        first, second, third, fourth = figures
        weighted = _at(_TWO_MINUS, first) + _at(_TWO_MINUS, second) + 3 * third
        return 3 * (weighted + _at(_FIVE_MINUS, fourth)) % 10
    assert len(figures) == 5, digits  # noqa: PLR2004
    first, second, third, fourth, fifth = figures
    weighted = _at(_FIVE_PLUS, first) + _at(_TWO_MINUS, second) + _at(_FIVE_MINUS, third)
    weighted += _at(_FIVE_PLUS, fourth) + _at(_TWO_MINUS, fifth)
    return _FIVE_MINUS.index(str(-weighted % 10))


def read_weighed(code: str, templates: Sequence[LabelTemplate]) -> Scanned | None:
    """What a label says by the first template that fits; None where none does, so that it is an ordinary barcode.

    The keys are, best first: the label with zeros for its price and check digit made right (as most catalogues from
    scales have it), prefix and item, the item's digits, and the item's number without leading zeros.
    Raises `NotABarcode` where a template fits but for its check digit (`check_digit`) or its verifier (`verifier`).
    """
    if not templates:
        return None
    scanned = as_it_is(code)
    digits = scanned.text.zfill(_LENGTH) if len(scanned.text) == _LENGTH - 1 else scanned.text
    misread = False
    for template in templates:
        parts = template.parts(digits)
        if parts is None:
            continue
        if not is_gtin(digits):
            raise NotABarcode(text=scanned.text[:48], reason="check_digit")
        figure = next(parts[letter] for letter in (_PRICE, _WEIGHT, _COUNT) if letter in parts)
        if "V" in parts and int(parts["V"]) != price_verifier(figure):
            misread = True
            continue
        value = int(figure)
        return Scanned(
            text=scanned.text,
            aim=scanned.aim,
            keys=_keys(template, digits, parts["I"]),
            weight_milli_kg=(
                divide_half_up(value * MILLI, 10**template.decimals) if _WEIGHT in parts else None
            ),
            price_minor_digits=(value, template.decimals) if _PRICE in parts else None,
            count=value if _COUNT in parts else None,
        )
    if misread:
        raise NotABarcode(text=scanned.text[:48], reason="verifier")
    return None


def _keys(template: LabelTemplate, digits: str, item: str) -> tuple[str, ...]:
    zeroed = "".join(
        "0" if letter in "VPWN" else digit
        for letter, digit in zip(template.pattern[:-1], digits[:-1], strict=True)
    )
    prefix = "".join(filter(_is_digit, template.pattern))
    whole = catalogue_key(f"{zeroed}{check_digit(zeroed)}")
    plain = (whole, prefix + item, item, item.lstrip("0"))
    return tuple(dict.fromkeys(key for key in plain if key))


def _at(table: str, digit: int) -> int:
    return int(table[digit])


def _is_digit(letter: str) -> bool:
    return letter in "0123456789"
