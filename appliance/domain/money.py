"""Money as whole numbers of a currency's smallest unit, and every way in which it is ever rounded.

Nothing here knows a `float`. All functions treat a refund as the exact mirror of a sale: changing the sign of what
goes in changes nothing but the sign of what comes out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final, NewType

Minor = NewType("Minor", int)
"""An amount in the currency's minor unit (cents, öre). Negative is money going back to the customer."""

ZERO: Final = Minor(0)
"""Nothing to pay."""

MILLI: Final = 1000
"""One piece or one kilogram, in thousandths."""

PPM: Final = 1_000_000
"""The whole, in parts per million: a rate of 100 %."""


class CashMode(StrEnum):
    """How an amount is brought to the step of the smallest coin. What is a tie depends on the step."""

    NEAREST_HALF_UP = "nearest_half_up"
    """To the nearest multiple; from the middle away from zero (DK 25 øre → 50, NZ "A" 5 c → 10)."""

    NEAREST_HALF_DOWN = "nearest_half_down"
    """To the nearest multiple; from the middle towards zero (NZ "B" 5 c → 0)."""

    DOWN = "down"
    """Always towards zero (ZA)."""


@dataclass(frozen=True, slots=True)
class Currency:
    """A currency as a till needs it.

    `digits` are the decimals of ISO 4217. `cash_step_minor` is the smallest difference that is paid in cash; a shop
    may set its own with `dataclasses.replace`, and it must be a multiple of the smallest coin. `denominations_minor`
    are the notes and coins in use, largest first, each set such that taking the largest that fits gives the fewest
    pieces. `usual_note_minor` is the largest note that customers commonly pay with (0: the largest there is).
    """

    code: str
    digits: int
    cash_step_minor: int = 1
    cash_mode: CashMode = CashMode.NEAREST_HALF_UP
    denominations_minor: tuple[int, ...] = ()
    symbol: str = ""
    usual_note_minor: int = 0


def divide_half_up(numerator: int, denominator: int) -> int:
    """Round to nearest, ties away from zero, as printed tax tables do. The denominator is above zero."""
    assert denominator > 0, denominator
    magnitude = (2 * abs(numerator) + denominator) // (2 * denominator)
    return magnitude if numerator >= 0 else -magnitude


def divide_half_down(numerator: int, denominator: int) -> int:
    """Round to nearest, ties towards zero. The denominator is above zero."""
    assert denominator > 0, denominator
    magnitude = (2 * abs(numerator) + denominator - 1) // (2 * denominator)
    return magnitude if numerator >= 0 else -magnitude


def divide_toward_zero(numerator: int, denominator: int) -> int:
    """Drop the fraction. The denominator is above zero."""
    assert denominator > 0, denominator
    magnitude = abs(numerator) // denominator
    return magnitude if numerator >= 0 else -magnitude


def extend(price_minor: Minor, qty_milli: int) -> Minor:
    """Price of one piece or kilogram × quantity in thousandths, half up: 2.99 × 1.250 kg = 3.74."""
    return Minor(divide_half_up(price_minor * qty_milli, MILLI))


def split_evenly(total: Minor, weights: Sequence[int]) -> tuple[Minor, ...]:
    """Split an amount in proportion to weights (none negative), so that the shares add up to it exactly.

    Largest remainder: each share is the exact one rounded down or up, in magnitude; what is left over goes to the
    largest remainders, the earlier share first among equals. Where all weights are zero, all count the same.
    """
    assert all(weight >= 0 for weight in weights), weights
    assert weights or not total, total
    if not any(weights):
        weights = [1] * len(weights)
    whole = sum(weights)
    parts = [divmod(abs(total) * weight, whole) for weight in weights]
    left_over = abs(total) - sum(share for share, _ in parts)
    by_remainder = sorted(range(len(parts)), key=lambda place: -parts[place][1])
    favoured = set(by_remainder[:left_over])
    sign = 1 if total >= 0 else -1
    return tuple(
        Minor(sign * (share + (place in favoured))) for place, (share, _) in enumerate(parts)
    )


def round_cash(amount_minor: Minor, step_minor: int, mode: CashMode) -> Minor:
    """The multiple of the cash step at which an amount is paid in cash. The step is above zero.

    Only totals paid in cash are rounded so, never a price, a tax or what is paid otherwise (Finance Canada,
    "Eliminating the penny"; Belgium, law of 1 December 2019; Casio V-R manuals for AU, DK, NO, NZ, SE and ZA).
    """
    match mode:
        case CashMode.NEAREST_HALF_UP:
            steps = divide_half_up(amount_minor, step_minor)
        case CashMode.NEAREST_HALF_DOWN:
            steps = divide_half_down(amount_minor, step_minor)
        case CashMode.DOWN:
            steps = divide_toward_zero(amount_minor, step_minor)
    return Minor(steps * step_minor)


def rescale(value: int, decimals: int, digits: int) -> Minor:
    """A number with `decimals` decimals (a price on a label) as minor units of a currency with `digits`, half up."""
    if decimals <= digits:
        return Minor(value * 10 ** (digits - decimals))
    return Minor(divide_half_up(value, 10 ** (decimals - digits)))


def format_amount(
    amount_minor: Minor, currency: Currency, decimal_mark: str = ".", group_mark: str = ","
) -> str:
    """An amount with all of its currency's decimals and no symbol: `1,234.56`, `-0.05`, `1,234` for yen.

    `group_mark` stands between thousands and may be empty.
    """
    sign = "-" if amount_minor < 0 else ""
    whole, fraction = divmod(abs(amount_minor), 10**currency.digits)
    grouped = f"{whole:,}".replace(",", group_mark)
    if not currency.digits:
        return f"{sign}{grouped}"
    return f"{sign}{grouped}{decimal_mark}{fraction:0{currency.digits}d}"


_UP: Final = CashMode.NEAREST_HALF_UP
_SERIES: Final = (200_00, 100_00, 50_00, 20_00, 10_00, 5_00, 2_00, 1_00, 50, 20, 10, 5, 2, 1)

CURRENCIES: Final[Mapping[str, Currency]] = MappingProxyType(
    {
        currency.code: currency
        for currency in (
            # A step of 5 is law or custom in BE, FI, IE, NL and others: the shop sets it.
            Currency("EUR", 2, 1, _UP, _SERIES, "€", 100_00),
            # The dollar coin and the half dollar are legal but not in tills; no cents are struck since 12 Nov 2025.
            Currency(
                "USD", 2, 1, _UP, (100_00, 50_00, 20_00, 10_00, 5_00, 1_00, 25, 10, 5, 1), "$"
            ),
            Currency(
                "CAD", 2, 5, _UP, (100_00, 50_00, 20_00, 10_00, 5_00, 2_00, 1_00, 25, 10, 5), "$"
            ),
            Currency("GBP", 2, 1, _UP, _SERIES[2:], "£"),
            Currency(
                "CHF",
                2,
                5,
                _UP,
                (1000_00, 200_00, 100_00, 50_00, 20_00, 10_00, 5_00, 2_00, 1_00, 50, 20, 10, 5),
                "CHF",
                200_00,
            ),
            Currency("AUD", 2, 5, _UP, _SERIES[1:12], "$"),
            # 5 c is the shop's choice (Casio tables A and B); most shops round it down.
            Currency("NZD", 2, 10, CashMode.NEAREST_HALF_DOWN, _SERIES[1:11], "$"),
            Currency(
                "SEK",
                2,
                1_00,
                _UP,
                (1000_00, 500_00, 200_00, 100_00, 50_00, 20_00, 10_00, 5_00, 2_00, 1_00),
                "kr",
                500_00,
            ),
            Currency(
                "NOK",
                2,
                1_00,
                _UP,
                (1000_00, 500_00, 200_00, 100_00, 50_00, 20_00, 10_00, 5_00, 1_00),
                "kr",
                500_00,
            ),
            # The 1000-krone note is no longer valid since 1 June 2025.
            Currency(
                "DKK",
                2,
                50,
                _UP,
                (500_00, 200_00, 100_00, 50_00, 20_00, 10_00, 5_00, 2_00, 1_00, 50),
                "kr",
            ),
            # The 5 c coin is gone, so shops round down to 10 c today (Casio's table still has 5 c).
            Currency("ZAR", 2, 10, CashMode.DOWN, _SERIES[:11], "R"),
            Currency("JPY", 0, 1, _UP, (10_000, 5_000, 1_000, 500, 100, 50, 10, 5, 1), "¥"),
            # ISO has two decimals, but no coin is below 5 forints.
            Currency(
                "HUF",
                2,
                5_00,
                _UP,
                (
                    *(20_000_00, 10_000_00, 5_000_00, 2_000_00, 1_000_00, 500_00),
                    *(200_00, 100_00, 50_00, 20_00, 10_00, 5_00),
                ),
                "Ft",
            ),
            Currency(
                "KWD", 3, 5, _UP, (20_000, 10_000, 5_000, 1_000, 500, 250, 100, 50, 20, 10, 5), "KD"
            ),
            Currency("PLN", 2, 1, _UP, (500_00, *_SERIES), "zł", 200_00),
            # Ley Monetaria, art. 2: the smallest coin is 5 centavos.
            Currency("MXN", 2, 5, _UP, (1000_00, 500_00, *_SERIES[:12]), "$", 500_00),
        )
    }
)
"""The currencies that a shop can choose, by ISO 4217 code, as notes and coins were in 2026."""
