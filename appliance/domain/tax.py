"""Taxes: included in the price (VAT in Europe) or added to it (sales tax in America), several on one line if need be.

Every tax is taken from the line's net: the amount without the taxes it includes. So for a line of amount A whose
included taxes add up to the rate R, a tax of rate r comes to exactly

    A × r ÷ (1 + R)

whether it is included or added. That exact fraction is rounded once, half up, and never rounded again: per line, or
per receipt after adding up the exact figures of all lines (`RoundingBasis`). Streamlined Sales Tax § 324 asks for just
this and leaves the basis to the seller, as HMRC does for retailers (VATREC12020).

Two taxes are two roundings, as for Canada's GST and PST, which are owed to two authorities. Where the law wants several
rates added up before they are rounded (U.S. state and local sales tax), define one tax with the sum of the rates.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from itertools import starmap
from math import lcm
from typing import NamedTuple

from appliance.domain.money import PPM, Minor, divide_half_up


class RoundingBasis(StrEnum):
    """Where a tax is rounded. Stored with each sale, so that it can always be computed again."""

    LINE = "line"
    RECEIPT = "receipt"


@dataclass(frozen=True, slots=True)
class Tax:
    """One tax. `rate_ppm` is in parts per million of the net (19 % is 190,000) and not below zero."""

    code: str
    name: str
    rate_ppm: int
    included: bool

    def __post_init__(self) -> None:
        assert self.rate_ppm >= 0, self.rate_ppm


class TaxableLine(NamedTuple):
    """What a line costs after discounts, its included taxes in it and its added ones not. Negative for a return."""

    amount_minor: Minor
    taxes: tuple[Tax, ...]


@dataclass(frozen=True, slots=True)
class TaxTotal:
    """What one tax came to, and the net of the lines it applies to. Also for a rate of zero.

    For lines with included taxes, net and included taxes add up to the lines' amounts exactly.
    """

    code: str
    name: str
    rate_ppm: int
    included: bool
    net_minor: Minor
    tax_minor: Minor


@dataclass(frozen=True, slots=True)
class TaxResult:
    """The taxes of a receipt.

    `totals` has one item per distinct (code, rate, included), in that order. `included_minor` is in the lines' amounts
    already; `added_minor` is to be paid besides.
    """

    totals: tuple[TaxTotal, ...]
    included_minor: Minor
    added_minor: Minor


def compute(lines: Sequence[TaxableLine], basis: RoundingBasis) -> TaxResult:
    """All taxes of a receipt. They do not depend on the order of the lines."""
    if basis is RoundingBasis.RECEIPT:
        lines = _merged(lines)
    found: dict[_Key, Tax] = {}
    taxed: defaultdict[_Key, list[TaxableLine]] = defaultdict(list)
    for line in lines:
        for tax in line.taxes:
            key = _key(tax)
            # A tax renamed while the ticket was open has two names: one of them, whatever the order of the lines.
            if key not in found or tax.name < found[key].name:
                found[key] = tax
            taxed[key].append(line)
    totals = tuple(_total(found[key], taxed[key], basis) for key in sorted(found))
    return TaxResult(
        totals=totals,
        included_minor=Minor(sum(total.tax_minor for total in totals if total.included)),
        added_minor=Minor(sum(total.tax_minor for total in totals if not total.included)),
    )


def line_shares(
    lines: Sequence[TaxableLine], basis: RoundingBasis
) -> tuple[tuple[Minor, ...], ...]:
    """For every line the share of each of its taxes, in the order of `TaxableLine.taxes`.

    The shares of a tax add up to its total, and each is within one minor unit of the exact figure.
    """
    shares = _per_line(lines) if basis is RoundingBasis.LINE else _per_receipt(lines)
    return tuple(tuple(map(Minor, of_line)) for of_line in shares)


_Key = tuple[str, int, bool]
_Shares = list[list[int]]


def _key(tax: Tax) -> _Key:
    return tax.code, tax.rate_ppm, tax.included


def _divisor(line: TaxableLine) -> int:
    """The amount is to the net as this is to `PPM`."""
    return PPM + sum(tax.rate_ppm for tax in line.taxes if tax.included)


def _per_line(lines: Sequence[TaxableLine]) -> _Shares:
    return [
        [divide_half_up(line.amount_minor * tax.rate_ppm, _divisor(line)) for tax in line.taxes]
        for line in lines
    ]


def _per_receipt(lines: Sequence[TaxableLine]) -> _Shares:
    """Shares of the taxes that were rounded once for all lines: by largest remainder."""
    shares: _Shares = [[0] * len(line.taxes) for line in lines]
    places: defaultdict[_Key, list[tuple[int, int]]] = defaultdict(list)
    exact: defaultdict[_Key, list[tuple[int, int]]] = defaultdict(list)
    for row, line in enumerate(lines):
        divisor = _divisor(line)
        for column, tax in enumerate(line.taxes):
            places[_key(tax)].append((row, column))
            exact[_key(tax)].append((line.amount_minor * tax.rate_ppm, divisor))
    for key, fractions in exact.items():
        for (row, column), share in zip(places[key], _apportion(fractions), strict=True):
            shares[row][column] = share
    return shares


def _apportion(fractions: list[tuple[int, int]]) -> list[int]:
    """Whole numbers for exact fractions (numerator, denominator) that add up to their rounded sum.

    Each is its fraction rounded down or up. Changing all signs changes the signs of the result and nothing else.
    """
    top_sum, bottom_sum = _add(fractions)
    lead = top_sum or next((top for top, _ in fractions if top), 0)
    if lead < 0:
        return [-share for share in _apportion([(-top, bottom) for top, bottom in fractions])]
    shares = [top // bottom for top, bottom in fractions]
    left_over = divide_half_up(top_sum, bottom_sum) - sum(shares)
    if left_over:
        common = lcm(*(bottom for _, bottom in fractions))
        remainders = [top % bottom * (common // bottom) for top, bottom in fractions]
        by_remainder = sorted(range(len(shares)), key=remainders.__getitem__, reverse=True)
        for place in by_remainder[:left_over]:
            shares[place] += 1
    return shares


def _merged(lines: Iterable[TaxableLine]) -> list[TaxableLine]:
    """Lines with the same taxes as one: what is rounded once for all does not ask which line it came from."""
    sums: defaultdict[tuple[Tax, ...], int] = defaultdict(int)
    for line in lines:
        sums[line.taxes] += line.amount_minor
    return [TaxableLine(Minor(amount), taxes) for taxes, amount in sums.items()]


def _total(tax: Tax, lines: Sequence[TaxableLine], basis: RoundingBasis) -> TaxTotal:
    """What one tax comes to on its lines. Their net is their amounts less all taxes that they include."""
    owed = _rounded(_key(tax), lines, basis)
    included = {_key(other) for line in lines for other in line.taxes if other.included}
    # Each is rounded for just these lines. Shares of totals will not do: where another tax has more lines than these,
    # which of them got its odd cent depends on their order.
    net = sum(line.amount_minor for line in lines) - sum(
        owed if key == _key(tax) else _rounded(key, lines, basis) for key in included
    )
    return TaxTotal(
        code=tax.code,
        name=tax.name,
        rate_ppm=tax.rate_ppm,
        included=tax.included,
        net_minor=Minor(net),
        tax_minor=Minor(owed),
    )


def _rounded(key: _Key, lines: Sequence[TaxableLine], basis: RoundingBasis) -> int:
    """One tax of some lines, rounded once each or once for all."""
    exact = [
        (line.amount_minor * tax.rate_ppm, _divisor(line))
        for line in lines
        for tax in line.taxes
        if _key(tax) == key
    ]
    if basis is RoundingBasis.RECEIPT:
        return divide_half_up(*_add(exact))
    return sum(divide_half_up(top, bottom) for top, bottom in exact)


def _add(fractions: Iterable[tuple[int, int]]) -> tuple[int, int]:
    """The exact sum as numerator and denominator; fractions of one denominator, nearly always all, are just added."""
    by_denominator: defaultdict[int, int] = defaultdict(int)
    for top, bottom in fractions:
        by_denominator[bottom] += top
    if len(by_denominator) == 1:
        ((bottom, top),) = by_denominator.items()
        return top, bottom
    exact = sum(
        starmap(Fraction, ((top, bottom) for bottom, top in by_denominator.items())), Fraction()
    )
    return exact.numerator, exact.denominator
