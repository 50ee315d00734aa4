"""Cash: rounding, quick amounts, change."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.domain.money import CURRENCIES, CashMode, Currency, Minor
from appliance.domain.tender import (
    NotEnough,
    make_change,
    quick_amounts,
    round_cash_due,
    settle_cash,
)

EUR = CURRENCIES["EUR"]
BELGIUM = replace(EUR, cash_step_minor=5)
CHF = CURRENCIES["CHF"]
CAD = CURRENCIES["CAD"]

currencies = st.sampled_from([*CURRENCIES.values(), BELGIUM])
due_amounts = st.one_of(st.integers(1, 3000), st.integers(1, 10**8)).map(Minor)


def settled(total: int, tendered: int, currency: Currency) -> tuple[int, int, int]:
    cash = settle_cash(Minor(total), Minor(tendered), currency)
    return cash.due_minor, cash.rounding_minor, cash.change_minor


def test_without_a_cash_step_nothing_is_rounded() -> None:
    assert settled(1999, 2000, EUR) == (1999, 0, 1)


@pytest.mark.parametrize(
    ("total", "tendered", "expected"),
    [
        (492, 500, (490, -2, 10)),  # Finance Canada
        (772_72, 800_00, (772_70, -2, 27_30)),  # CTV
        (598, 600, (600, 2, 0)),  # OPC Québec
        (597, 595, (595, -2, 0)),
    ],
)
def test_published_cash_totals(total: int, tendered: int, expected: tuple[int, int, int]) -> None:
    assert settled(total, tendered, CAD) == expected


def test_a_total_to_the_cent_is_taken_though_it_is_rounded_otherwise() -> None:
    # Odoo: total 2.31, customer hands over exactly 2.31 in coins.
    assert settled(231, 231, BELGIUM) == (231, 0, 0)
    assert settled(233, 233, BELGIUM) == (233, 0, 0)
    assert settled(231, 230, BELGIUM) == (230, -1, 0)
    assert settled(233, 235, BELGIUM) == (235, 2, 0)


def test_small_coins_are_taken_and_the_change_is_in_larger_ones() -> None:
    assert settled(231, 331, BELGIUM) == (231, 0, 100)
    assert settled(231, 333, BELGIUM) == (233, 2, 100)
    assert settled(231, 334, BELGIUM) == (229, -2, 105)
    assert settled(233, 234, BELGIUM) == (234, 1, 0)


def test_too_little_is_refused_with_what_is_due() -> None:
    with pytest.raises(NotEnough) as refused:
        settle_cash(Minor(233), Minor(232), BELGIUM)
    assert refused.value.fields == {"due_minor": 235, "tendered_minor": 232}
    with pytest.raises(NotEnough):
        settle_cash(Minor(231), Minor(229), BELGIUM)
    with pytest.raises(NotEnough):
        settle_cash(Minor(-500), Minor(-100), EUR)


def test_a_whole_krone_total_is_payable_in_one_tap() -> None:
    # odoo#65043: 22.90 to the nearest 1 is 23, with nothing left to pay
    assert settled(22_90, 23_00, CURRENCIES["SEK"]) == (23_00, 10, 0)


def test_rounding_leaves_no_cent_to_pay() -> None:
    # erpnext#12926: 230.89 rounded to 230.90; opensourcepos#1437: 956.92 or 956.93
    tens = replace(EUR, cash_step_minor=10)
    assert settled(230_89, 230_90, tens) == (230_90, 1, 0)
    for total in (956_92, 956_93):
        assert settled(total, total, EUR) == (total, 0, 0)
        assert settled(total, total, BELGIUM)[2] == 0


def test_a_refund_pays_out_its_rounded_total() -> None:
    assert settled(-492, 0, CAD) == (-490, 2, 490)
    assert settled(-1999, 0, EUR) == (-1999, 0, 1999)


def test_a_total_that_rounds_to_nothing_needs_no_cash() -> None:
    assert settled(2, 0, CHF) == (0, -2, 0)
    assert settled(0, 0, EUR) == (0, 0, 0)


def test_always_down_is_so_for_odd_coins_as_well() -> None:
    rand = CURRENCIES["ZAR"]
    assert settled(219, 300, rand) == (210, -9, 90)
    assert settled(219, 301, rand) == (211, -8, 90)
    assert settled(219, 219, rand) == (219, 0, 0)


@given(currencies, due_amounts, st.data())
def test_cash_always_adds_up_and_the_change_is_payable(
    currency: Currency, total: Minor, data: st.DataObject
) -> None:
    least = min(total, round_cash_due(total, currency))
    tendered = data.draw(
        st.one_of(st.integers(least, least + 1000), st.integers(least, 10 * least + 10**6))
    )
    cash = settle_cash(total, Minor(tendered), currency)
    assert cash.total_minor == total
    assert cash.total_minor + cash.rounding_minor == cash.due_minor
    assert cash.tendered_minor == tendered == cash.due_minor + cash.change_minor
    assert cash.change_minor >= 0
    assert abs(cash.rounding_minor) < currency.cash_step_minor
    if currency.cash_mode is CashMode.DOWN:
        assert cash.rounding_minor <= 0
    pieces = make_change(cash.change_minor, currency)
    assert sum(piece * count for piece, count in pieces) == cash.change_minor


@given(currencies, due_amounts)
def test_no_total_is_unpayable(currency: Currency, total: Minor) -> None:
    due = round_cash_due(total, currency)
    settle_cash(total, due, currency)
    settle_cash(total, total, currency)
    if due >= currency.cash_step_minor:
        short = min(due, total) - 1
        with pytest.raises(NotEnough):
            settle_cash(total, Minor(short), currency)


@given(currencies, st.integers(1, 10**7))
def test_a_refund_is_the_mirror_of_a_sale_paid_in_steps(currency: Currency, total: int) -> None:
    out = settle_cash(Minor(-total), Minor(0), currency)
    due = round_cash_due(Minor(total), currency)
    assert out.due_minor == -due
    assert out.change_minor == due


@pytest.mark.parametrize(
    ("code", "due", "expected"),
    [
        ("EUR", 36_30, (36_30, 37_00, 40_00, 50_00, 100_00)),
        ("EUR", 80, (80, 100, 200, 500, 1000, 2000)),
        ("EUR", 3_20, (3_20, 4_00, 5_00, 10_00, 20_00, 50_00)),
        ("EUR", 41_30, (41_30, 42_00, 50_00, 100_00)),
        ("EUR", 50_00, (50_00, 100_00)),
        ("EUR", 137_80, (137_80, 140_00, 150_00, 200_00)),
        ("EUR", 612_30, (612_30, 620_00, 700_00)),
        ("GBP", 12_30, (12_30, 13_00, 15_00, 20_00, 50_00)),
        ("CHF", 36_32, (36_30, 37_00, 40_00, 50_00, 100_00, 200_00)),
        ("SEK", 137_40, (137_00, 140_00, 150_00, 200_00, 500_00)),
        ("JPY", 3000, (3000, 5000, 10000)),
        ("JPY", 1234, (1234, 1300, 1500, 2000, 5000, 10000)),
    ],
)
def test_quick_amounts_are_what_people_hand_over(
    code: str, due: int, expected: tuple[int, ...]
) -> None:
    assert quick_amounts(Minor(due), CURRENCIES[code]) == expected


def test_where_nothing_is_due_there_is_one_amount() -> None:
    assert quick_amounts(Minor(0), EUR) == (0,)
    assert quick_amounts(Minor(-492), CAD) == (-490,)


@given(currencies, due_amounts, st.integers(1, 8))
def test_every_quick_amount_settles_and_none_is_twice(
    currency: Currency, due: Minor, most: int
) -> None:
    amounts = quick_amounts(due, currency, most)
    assert list(amounts) == sorted(set(amounts))
    assert 1 <= len(amounts) <= most
    assert amounts[0] == round_cash_due(due, currency)
    for amount in amounts:
        assert amount % currency.cash_step_minor == 0
        settle_cash(due, amount, currency)


@pytest.mark.parametrize("currency", CURRENCIES.values(), ids=lambda currency: currency.code)
def test_change_is_made_of_the_fewest_pieces(currency: Currency) -> None:
    # Were taking the largest that fits ever wrong, it would be so below the two largest added up (Kozen and Zaks).
    coins = [piece // currency.denominations_minor[-1] for piece in currency.denominations_minor]
    reach = min(coins[0] + coins[1], 45_000)
    fewest = [0] * (reach + 1)
    greedy = [0] * (reach + 1)
    for amount in range(1, reach + 1):
        fits = [coin for coin in coins if coin <= amount]
        fewest[amount] = 1 + min(fewest[amount - coin] for coin in fits)
        greedy[amount] = 1 + greedy[amount - fits[0]]
    assert greedy == fewest


def test_change_is_counted_out_largest_first() -> None:
    assert make_change(Minor(63_70), EUR) == (
        (5000, 1),
        (1000, 1),
        (200, 1),
        (100, 1),
        (50, 1),
        (20, 1),
    )
    assert make_change(Minor(400_00), EUR) == ((200_00, 2),)
    assert make_change(Minor(0), EUR) == ()
    assert make_change(Minor(-30), CURRENCIES["USD"]) == ((25, 1), (5, 1))


def test_what_no_coin_makes_is_left_out() -> None:
    assert make_change(Minor(1_03), CHF) == ((100, 1),)
