"""Taxes: published examples, and laws that hold for all receipts."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.domain.money import Minor
from appliance.domain.pricing import line_amount, percentage_discount
from appliance.domain.tax import RoundingBasis, Tax, TaxableLine, compute, line_shares

VAT_19 = Tax("A", "VAT", 190_000, included=True)
VAT_7 = Tax("B", "VAT reduced", 70_000, included=True)
ZERO_RATED = Tax("Z", "VAT zero", 0, included=True)
GST = Tax("G", "GST", 50_000, included=False)
PST = Tax("P", "PST", 70_000, included=False)
HST = Tax("H", "HST", 120_000, included=False)
LEVY = Tax("L", "Levy", 12_500, included=True)
STATE = Tax("S", "Sales tax", 62_500, included=False)
TAXES = (VAT_19, VAT_7, ZERO_RATED, GST, PST, LEVY, STATE, Tax("X", "Odd", 123_457, included=True))
BOTH = pytest.mark.parametrize("basis", list(RoundingBasis))

small = st.integers(-500, 500)
amounts = st.one_of(small, st.integers(-(10**9), 10**9)).map(Minor)
tax_sets = st.lists(st.sampled_from(TAXES), max_size=3, unique=True).map(tuple)
tickets = st.lists(st.builds(TaxableLine, amounts, tax_sets), max_size=12)
included_tickets = st.lists(
    st.builds(
        TaxableLine,
        amounts,
        st.lists(
            st.sampled_from([tax for tax in TAXES if tax.included]), max_size=2, unique=True
        ).map(tuple),
    ),
    max_size=12,
)
bases = st.sampled_from(list(RoundingBasis))


def line(amount: int, *taxes: Tax) -> TaxableLine:
    return TaxableLine(Minor(amount), taxes)


def added(lines: list[TaxableLine], basis: RoundingBasis) -> int:
    return compute(lines, basis).added_minor


@BOTH
def test_streamlined_sales_tax_example(basis: RoundingBasis) -> None:
    assert added([line(1099, STATE)], basis) == 69  # SST § 324: 0.686875


def test_canada_s_penny_example() -> None:
    # Finance Canada: 1.83 + 2.86 = 4.69, GST 5 % = 0.23
    lines = [line(183, GST), line(286, GST)]
    result = compute(lines, RoundingBasis.RECEIPT)
    assert result.added_minor == 23
    assert result.totals[0].net_minor == 469
    assert sum(one.amount_minor for one in lines) + result.added_minor == 492


def test_ctv_s_example_of_a_combined_rate() -> None:
    assert added([line(689_93, HST)], RoundingBasis.RECEIPT) == 82_79  # 82.7916


def test_each_of_two_taxes_is_rounded_by_itself_and_a_combined_rate_once() -> None:
    half = Tax("A", "State", 45_000, included=False), Tax("B", "City", 45_000, included=False)
    both = Tax("C", "State and city", 90_000, included=False)
    assert added([line(10, *half)], RoundingBasis.RECEIPT) == 0  # 0.45 twice
    assert added([line(10, both)], RoundingBasis.RECEIPT) == 1  # 0.90 once
    assert added([line(689_93, GST, PST)], RoundingBasis.RECEIPT) == 34_50 + 48_30


def test_included_vat_is_taken_out_of_the_price() -> None:
    result = compute([line(1190, VAT_19), line(107, VAT_7)], RoundingBasis.LINE)
    assert [(total.code, total.net_minor, total.tax_minor) for total in result.totals] == [
        ("A", 1000, 190),
        ("B", 100, 7),
    ]
    assert (result.included_minor, result.added_minor) == (197, 0)
    assert line_shares([line(1190, VAT_19), line(107, VAT_7)], RoundingBasis.LINE) == ((190,), (7,))


def test_every_tax_is_taken_from_the_same_net() -> None:
    # 11.28 = 10.00 net + 12.8 % of two included taxes; GST comes on top of the net.
    included = Tax("A", "VAT", 100_000, included=True), Tax("B", "Levy", 28_000, included=True)
    result = compute([line(1128, *included, GST)], RoundingBasis.RECEIPT)
    assert [total.tax_minor for total in result.totals] == [100, 28, 50]
    assert [total.net_minor for total in result.totals] == [1000, 1000, 1000]
    assert (result.included_minor, result.added_minor) == (128, 50)


def test_the_basis_decides_where_the_cents_go() -> None:
    lines = [line(10, STATE)] * 3  # 0.625 each
    assert added(lines, RoundingBasis.LINE) == 3
    assert added(lines, RoundingBasis.RECEIPT) == 2  # 1.875
    assert line_shares(lines, RoundingBasis.RECEIPT) == ((1,), (1,), (0,))


def test_the_odd_cent_goes_to_the_line_that_lost_most() -> None:
    # 6.25 and 0.625 come to 6.875
    lines = [line(100, STATE), line(10, STATE)]
    assert line_shares(lines, RoundingBasis.RECEIPT) == ((6,), (1,))


def test_an_exchange_that_comes_to_nothing_mirrors_as_well() -> None:
    lines = [line(10, STATE), line(10, STATE), line(-20, STATE)]  # 0.625, 0.625, -1.25
    back = [line(-one.amount_minor, STATE) for one in lines]
    assert line_shares(lines, RoundingBasis.RECEIPT) == ((1,), (0,), (-1,))
    assert line_shares(back, RoundingBasis.RECEIPT) == ((-1,), (0,), (1,))


def test_a_rate_of_zero_still_has_its_net() -> None:
    (total,) = compute([line(500, ZERO_RATED)], RoundingBasis.RECEIPT).totals
    assert (total.net_minor, total.tax_minor) == (500, 0)


def test_lines_without_tax_and_no_lines_are_fine() -> None:
    assert compute([line(500)], RoundingBasis.RECEIPT).totals == ()
    assert line_shares([line(500)], RoundingBasis.LINE) == ((),)
    assert compute([], RoundingBasis.LINE).added_minor == 0


def test_a_renamed_tax_is_one_tax_whatever_the_order() -> None:
    renamed = Tax(VAT_19.code, "MwSt.", VAT_19.rate_ppm, included=True)
    lines = [line(119, VAT_19), line(119, renamed)]
    result = compute(lines, RoundingBasis.RECEIPT)
    assert [total.tax_minor for total in result.totals] == [38]
    assert compute(lines[::-1], RoundingBasis.RECEIPT).totals == result.totals


@BOTH
def test_figures_from_other_registers_trackers_leave_nothing_over(basis: RoundingBasis) -> None:
    # odoo#288573: 2 × 2.12 at 20 %, 10 % off
    full = line_amount(Minor(212), 2000)
    sold = Minor(full - percentage_discount(full, 100_000))
    assert sold == 382
    vat = Tax("A", "VAT", 200_000, included=True)
    (total,) = compute([TaxableLine(sold, (vat,))], basis).totals
    assert (total.net_minor, total.tax_minor) == (318, 64)
    # erpnext PR#28006: 250.5 + 50.5 = 301, not 300
    assert sum(one.amount_minor for one in (line(250_50, vat), line(50_50, vat))) == 301_00


@given(included_tickets, bases)
def test_net_and_included_taxes_add_up_to_what_is_paid(
    lines: list[TaxableLine], basis: RoundingBasis
) -> None:
    result = compute(lines, basis)
    assert result.added_minor == 0
    for total in result.totals:
        concerned = [one for one in lines if any(tax.code == total.code for tax in one.taxes)]
        gross = sum(one.amount_minor for one in concerned)
        taxes = compute(concerned, basis).included_minor
        assert total.net_minor + taxes == gross


@given(st.lists(st.builds(line, amounts, st.sampled_from(TAXES)), max_size=12), bases)
def test_with_one_tax_a_line_its_net_and_tax_are_the_gross(
    lines: list[TaxableLine], basis: RoundingBasis
) -> None:
    for total in compute(lines, basis).totals:
        gross = sum(one.amount_minor for one in lines if one.taxes[0].code == total.code)
        assert total.net_minor + (total.tax_minor if total.included else 0) == gross


@given(tickets, bases, st.randoms(use_true_random=False))
def test_totals_do_not_depend_on_the_order_of_lines(
    lines: list[TaxableLine], basis: RoundingBasis, chance: object
) -> None:
    shuffled = list(lines)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    result, other = compute(lines, basis), compute(shuffled, basis)
    assert other.totals == result.totals
    assert (other.included_minor, other.added_minor) == (
        result.included_minor,
        result.added_minor,
    )


@given(tickets, bases)
def test_the_lines_shares_add_up_to_the_totals(
    lines: list[TaxableLine], basis: RoundingBasis
) -> None:
    result = compute(lines, basis)
    for total in result.totals:
        shares = (
            share
            for one, of_line in zip(lines, line_shares(lines, basis), strict=True)
            for tax, share in zip(one.taxes, of_line, strict=True)
            if tax.code == total.code
        )
        assert sum(shares) == total.tax_minor
    taxes = sum(total.tax_minor for total in result.totals)
    assert result.included_minor + result.added_minor == taxes


@given(tickets, bases)
def test_a_return_mirrors_the_sale_to_the_last_line(
    lines: list[TaxableLine], basis: RoundingBasis
) -> None:
    result = compute(lines, basis)
    returned = [TaxableLine(Minor(-one.amount_minor), one.taxes) for one in lines]
    back = compute(returned, basis)
    assert line_shares(returned, basis) == tuple(
        tuple(-tax for tax in row) for row in line_shares(lines, basis)
    )
    assert [(-total.net_minor, -total.tax_minor) for total in back.totals] == [
        (total.net_minor, total.tax_minor) for total in result.totals
    ]


@given(tickets, bases)
def test_a_tax_is_its_exact_figure_rounded_once(
    lines: list[TaxableLine], basis: RoundingBasis
) -> None:
    result = compute(lines, basis)
    exact: dict[str, Fraction] = {}
    for one, of_line in zip(lines, line_shares(lines, basis), strict=True):
        whole = 1 + sum(Fraction(tax.rate_ppm, 10**6) for tax in one.taxes if tax.included)
        for tax, share in zip(one.taxes, of_line, strict=True):
            figure = one.amount_minor * Fraction(tax.rate_ppm, 10**6) / whole
            exact[tax.code] = exact.get(tax.code, Fraction()) + figure
            distance = abs(share - figure)
            assert distance <= Fraction(1, 2) if basis is RoundingBasis.LINE else distance < 1
    if basis is RoundingBasis.RECEIPT:
        for total in result.totals:
            off = total.tax_minor - exact[total.code]
            assert abs(off) <= Fraction(1, 2)
            if abs(off) == Fraction(1, 2):
                assert abs(total.tax_minor) > abs(exact[total.code])


@given(tickets)
def test_a_single_line_comes_to_the_same_on_either_basis(lines: list[TaxableLine]) -> None:
    for one in lines:
        per_line, per_receipt = (compute([one], basis) for basis in RoundingBasis)
        assert per_line == per_receipt
