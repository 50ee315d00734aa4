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


@dataclass(frozen=True, slots=True)
class TaxableLine:
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
    already; `added_minor` is to be paid besides. `line_taxes` has for every line the share of each of its taxes, in
    the order of `TaxableLine.taxes`; the shares of a tax add up to its total, and each is within one minor unit of
    the exact figure.
    """

    totals: tuple[TaxTotal, ...]
    included_minor: Minor
    added_minor: Minor
    line_taxes: tuple[tuple[Minor, ...], ...]


def compute(lines: Sequence[TaxableLine], basis: RoundingBasis) -> TaxResult:
    """All taxes of a receipt. The totals do not depend on the order of the lines."""
    shares = _per_line(lines) if basis is RoundingBasis.LINE else _per_receipt(lines)
    found: dict[_Key, Tax] = {}
    sums: defaultdict[_Key, int] = defaultdict(int)
    for line, line_shares in zip(lines, shares, strict=True):
        for tax, share in zip(line.taxes, line_shares, strict=True):
            key = _key(tax)
            # A tax renamed while the ticket was open has two names: one of them, whatever the order of the lines.
            if key not in found or tax.name < found[key].name:
                found[key] = tax
            sums[key] += share
    totals = tuple(
        TaxTotal(
            code=tax.code,
            name=tax.name,
            rate_ppm=tax.rate_ppm,
            included=tax.included,
            net_minor=_net(key, lines, shares, basis),
            tax_minor=Minor(sums[key]),
        )
        for key, tax in sorted(found.items())
    )
    return TaxResult(
        totals=totals,
        included_minor=Minor(sum(total.tax_minor for total in totals if total.included)),
        added_minor=Minor(sum(total.tax_minor for total in totals if not total.included)),
        line_taxes=tuple(tuple(map(Minor, line_shares)) for line_shares in shares),
    )


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


def _net(key: _Key, lines: Sequence[TaxableLine], shares: _Shares, basis: RoundingBasis) -> Minor:
    """The amounts of the lines that a tax applies to, less the taxes they include.

    Per receipt, those taxes are rounded once for just these lines. The lines' shares will not do: where another tax
    has more lines than these, which of them got its odd cent depends on their order.
    """
    net = 0
    included: defaultdict[_Key, list[tuple[int, int]]] = defaultdict(list)
    for line, line_shares in zip(lines, shares, strict=True):
        if key not in map(_key, line.taxes):
            continue
        net += line.amount_minor
        for tax, share in zip(line.taxes, line_shares, strict=True):
            if not tax.included:
                continue
            if basis is RoundingBasis.LINE:
                net -= share
            else:
                included[_key(tax)].append((line.amount_minor * tax.rate_ppm, _divisor(line)))
    return Minor(net - sum(divide_half_up(*_add(fractions)) for fractions in included.values()))


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
