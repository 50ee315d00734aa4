"""Rounding, splitting and writing amounts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.domain.money import (
    CURRENCIES,
    CashMode,
    Currency,
    Minor,
    divide_half_down,
    divide_half_up,
    divide_toward_zero,
    extend,
    format_amount,
    rescale,
    round_cash,
    split_evenly,
)

amounts = st.integers(-(10**12), 10**12).map(Minor)
steps = st.sampled_from([1, 2, 5, 10, 25, 50, 100, 500])
modes = st.sampled_from(list(CashMode))
currencies = st.sampled_from(list(CURRENCIES.values()))


@pytest.mark.parametrize(
    ("numerator", "denominator", "up", "down", "zero"),
    [
        *((5, 10, 1, 0, 0), (-5, 10, -1, 0, 0), (15, 10, 2, 1, 1), (-15, 10, -2, -1, -1)),
        *((14, 10, 1, 1, 1), (16, 10, 2, 2, 1)),
        *((1, 3, 0, 0, 0), (2, 3, 1, 1, 0), (-2, 3, -1, -1, 0)),
    ],
)
def test_a_division_rounds_as_it_is_named(
    numerator: int, denominator: int, up: int, down: int, zero: int
) -> None:
    assert divide_half_up(numerator, denominator) == up
    assert divide_half_down(numerator, denominator) == down
    assert divide_toward_zero(numerator, denominator) == zero


@given(st.integers(-(10**18), 10**18), st.integers(1, 10**12))
def test_rounding_to_nearest_is_never_off_by_more_than_half(top: int, bottom: int) -> None:
    for rounded in (divide_half_up(top, bottom), divide_half_down(top, bottom)):
        assert 2 * abs(rounded * bottom - top) <= bottom
    assert abs(divide_half_down(top, bottom)) <= abs(divide_half_up(top, bottom))
    assert 0 <= abs(top) - abs(divide_toward_zero(top, bottom)) * bottom < bottom


def test_the_third_decimal_decides_and_nothing_behind_it_does_so_first() -> None:
    # Streamlined Sales Tax § 324; 1.2349 must not become 1.235 and then 1.24.
    assert divide_half_up(1234, 10) == 123
    assert divide_half_up(1235, 10) == 124
    assert divide_half_up(12349, 100) == 123


def test_a_weighed_line_rounds_half_a_cent_up() -> None:
    assert extend(Minor(299), 1250) == 374  # 3.7375
    assert extend(Minor(250), 1250) == 313  # 3.125
    assert extend(Minor(250), -1250) == -313
    assert extend(Minor(299), 3000) == 897


@given(amounts, st.lists(st.integers(0, 10_000), min_size=1, max_size=20))
def test_shares_always_add_up_to_the_whole(total: Minor, weights: list[int]) -> None:
    shares = split_evenly(total, weights)
    assert sum(shares) == total
    assert split_evenly(Minor(-total), weights) == tuple(-share for share in shares)


@given(amounts, st.lists(st.integers(0, 10_000), min_size=1, max_size=20).filter(any))
def test_a_share_is_within_one_of_the_exact_one(total: Minor, weights: list[int]) -> None:
    whole = sum(weights)
    for share, weight in zip(split_evenly(total, weights), weights, strict=True):
        assert abs(share * whole - total * weight) < whole


def test_what_is_left_over_goes_to_the_largest_remainder() -> None:
    assert split_evenly(Minor(100), [1, 1, 1]) == (34, 33, 33)
    assert split_evenly(Minor(100), [1, 2, 3]) == (17, 33, 50)
    assert split_evenly(Minor(2), [100, 199]) == (1, 1)
    assert split_evenly(Minor(-2), [0, 0, 0]) == (-1, -1, 0)
    assert split_evenly(Minor(0), []) == ()


@pytest.mark.parametrize(
    ("step", "mode", "table"),
    [
        # Casio V-R/REGI manuals
        (5, CashMode.NEAREST_HALF_UP, {0: (0, 2), 5: (3, 7), 10: (8, 9)}),  # AU; Finance Canada
        (50, CashMode.NEAREST_HALF_UP, {0: (0, 24), 50: (25, 74), 100: (75, 99)}),  # DK
        (10, CashMode.NEAREST_HALF_UP, {0: (0, 4), 10: (5, 9)}),  # NZ A
        (10, CashMode.NEAREST_HALF_DOWN, {0: (0, 5), 10: (6, 9)}),  # NZ B
        (100, CashMode.NEAREST_HALF_UP, {0: (0, 49), 100: (50, 99)}),  # NO, SE
        (5, CashMode.DOWN, {0: (0, 4), 5: (5, 9)}),  # ZA
    ],
)
def test_cash_is_rounded_as_the_published_tables_say(
    step: int, mode: CashMode, table: dict[int, tuple[int, int]]
) -> None:
    for rounded, (first, last) in table.items():
        for amount in range(first, last + 1):
            assert round_cash(Minor(1200 + amount), step, mode) == 1200 + rounded
            assert round_cash(Minor(-1200 - amount), step, mode) == -1200 - rounded


@pytest.mark.parametrize(
    ("code", "amount", "cash"),
    [
        ("CAD", 492, 490),  # Finance Canada
        ("CAD", 772_72, 772_70),  # CTV
        ("CAD", 598, 600),  # Office de la protection du consommateur, Québec
        ("CAD", 597, 595),
        ("CHF", 14_68, 14_70),  # RepairDesk#1248
        ("CHF", 14_66, 14_65),
        ("NZD", 15, 10),
        ("NZD", 16, 20),
        ("ZAR", 19, 10),
        ("SEK", 150, 200),
        ("DKK", 25, 50),
        ("HUF", 1_002_49, 1_000_00),
        ("HUF", 1_002_50, 1_005_00),
        ("EUR", 231, 231),
        ("JPY", 231, 231),
    ],
)
def test_each_currency_is_rounded_by_its_own_rule(code: str, amount: int, cash: int) -> None:
    currency = CURRENCIES[code]
    assert round_cash(Minor(amount), currency.cash_step_minor, currency.cash_mode) == cash


@given(amounts, steps, modes)
def test_rounded_cash_is_payable_near_and_the_same_for_refunds(
    amount: Minor, step: int, mode: CashMode
) -> None:
    rounded = round_cash(amount, step, mode)
    assert rounded % step == 0
    assert abs(rounded - amount) < step
    assert round_cash(rounded, step, mode) == rounded
    assert round_cash(Minor(-amount), step, mode) == -rounded


def test_a_price_on_a_label_becomes_the_currency_s_own_digits() -> None:
    assert rescale(2875, 2, 2) == 2875
    assert rescale(2875, 2, 3) == 28750
    assert rescale(2875, 2, 0) == 29
    assert rescale(2850, 2, 0) == 29


@pytest.mark.parametrize(
    ("code", "minor", "shown"),
    [
        ("EUR", 123456, "1,234.56"),
        ("EUR", -5, "-0.05"),
        ("EUR", 0, "0.00"),
        ("EUR", -1234567890, "-12,345,678.90"),
        ("JPY", 1234, "1,234"),
        ("KWD", 1234, "1.234"),
    ],
)
def test_an_amount_is_written_with_its_currency_s_decimals(
    code: str, minor: int, shown: str
) -> None:
    assert format_amount(Minor(minor), CURRENCIES[code]) == shown


def test_an_amount_is_written_with_the_language_s_marks() -> None:
    assert format_amount(Minor(123456789), CURRENCIES["EUR"], ",", ".") == "1.234.567,89"
    assert format_amount(Minor(123456), CURRENCIES["EUR"], ",", "") == "1234,56"


@given(currencies)
def test_every_cash_step_is_made_of_coins(currency: Currency) -> None:
    pieces = currency.denominations_minor
    assert list(pieces) == sorted(set(pieces), reverse=True)
    assert currency.cash_step_minor % pieces[-1] == 0
    assert all(piece % pieces[-1] == 0 for piece in pieces)
    assert not currency.usual_note_minor or currency.usual_note_minor in pieces
    assert CURRENCIES[currency.code] is currency
    assert currency.symbol
