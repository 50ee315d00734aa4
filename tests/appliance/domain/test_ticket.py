"""A ticket's states, lines and sums."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.domain.money import Minor
from appliance.domain.tax import RoundingBasis, Tax
from appliance.domain.ticket import (
    MAX_QTY_MILLI,
    TRANSITIONS,
    Act,
    Line,
    NotAllowedNow,
    QuantityFixedByLabel,
    QuantityOutOfRange,
    TicketState,
    Unit,
    check_quantity,
    check_quantity_change,
    next_state,
    totals,
)

VAT = Tax("A", "VAT", 190_000, included=True)
GST = Tax("G", "GST", 50_000, included=False)


def line(
    price: int,
    qty_milli: int = 1000,
    unit: Unit = Unit.PIECE,
    taxes: tuple[Tax, ...] = (),
    given_minor: int | None = None,
) -> Line:
    return Line(
        id="K7Q2-1",
        product_id="K7Q2-0.1",
        name="Apples",
        qty_milli=qty_milli,
        price_minor=Minor(price),
        unit=unit,
        taxes=taxes,
        tax_class="standard",
        category_id=None,
        amount_minor_given=None if given_minor is None else Minor(given_minor),
    )


def test_a_sale_goes_from_lines_to_tender_to_paid() -> None:
    state = TicketState.OPEN
    for act in (
        Act.CHANGE_LINES,
        Act.START_TENDER,
        Act.CANCEL_TENDER,
        Act.START_TENDER,
        Act.SETTLE,
    ):
        state = next_state(state, act)
    assert state is TicketState.PAID


def test_what_is_not_in_the_table_is_refused_with_state_and_act() -> None:
    for state in TicketState:
        for act in Act:
            if (state, act) not in TRANSITIONS:
                with pytest.raises(NotAllowedNow) as refused:
                    next_state(state, act)
                assert refused.value.fields == {"state": state.value, "act": act.value}


def test_a_ticket_that_is_done_stays_done() -> None:
    for state, _ in TRANSITIONS:
        assert state not in {TicketState.PAID, TicketState.ABANDONED}


def test_lines_are_fixed_and_nothing_is_abandoned_while_money_changes_hands() -> None:
    for act in (Act.CHANGE_LINES, Act.ABANDON, Act.START_TENDER):
        with pytest.raises(NotAllowedNow):
            next_state(TicketState.TENDERING, act)


@pytest.mark.parametrize("qty_milli", [0, -1, -1000, MAX_QTY_MILLI + 1, 4006381333931000])
def test_a_line_is_not_zero_not_below_and_not_a_barcode(qty_milli: int) -> None:
    with pytest.raises(QuantityOutOfRange) as refused:
        check_quantity(qty_milli, Unit.PIECE)
    assert refused.value.fields["most_milli"] == MAX_QTY_MILLI


def test_quantities_in_range_pass_and_only_returns_go_below_zero() -> None:
    for qty_milli in (1, 500, 1000, MAX_QTY_MILLI):
        check_quantity(qty_milli, Unit.KILOGRAM)
        check_quantity(-qty_milli, Unit.PIECE, returning=True)
    for qty_milli in (0, 1000, -MAX_QTY_MILLI - 1):
        with pytest.raises(QuantityOutOfRange):
            check_quantity(qty_milli, Unit.PIECE, returning=True)


def test_a_returned_line_stays_a_return_and_a_sold_one_sold() -> None:
    check_quantity_change(line(100, 1000), 2000)
    check_quantity_change(line(100, -1000), -2000)
    for before, after in ((1000, -1000), (-1000, 1000)):
        with pytest.raises(QuantityOutOfRange):
            check_quantity_change(line(100, before), after)


def test_what_a_label_priced_keeps_its_quantity() -> None:
    with pytest.raises(QuantityFixedByLabel):
        check_quantity_change(line(100, given_minor=2875), 2000)


def test_a_weighed_line_costs_price_by_weight_unless_the_label_says() -> None:
    assert line(299, 1250, Unit.KILOGRAM).amount_minor == 374
    assert line(299, 1250, Unit.KILOGRAM, given_minor=370).amount_minor == 370


def test_the_sums_have_added_taxes_in_the_total_and_included_ones_in_the_subtotal() -> None:
    lines = (line(183, taxes=(GST,)), line(286, taxes=(GST,)), line(119, taxes=(VAT,)))
    sums = totals(lines, RoundingBasis.RECEIPT)
    assert (sums.subtotal_minor, sums.total_minor) == (588, 611)
    assert (sums.tax.included_minor, sums.tax.added_minor) == (19, 23)


def test_items_are_whole_pieces_and_weighed_goods_one_each() -> None:
    lines = (
        line(100, 3000),
        line(100, 1500),
        line(100, 250),
        line(100, 2750, Unit.KILOGRAM),
        line(100, -2000),
    )
    assert totals(lines, RoundingBasis.LINE).item_count == 3 + 1 + 1 + 1 + 2


def test_an_empty_ticket_comes_to_nothing() -> None:
    sums = totals((), RoundingBasis.RECEIPT)
    assert (sums.subtotal_minor, sums.total_minor, sums.item_count) == (0, 0, 0)


@given(
    st.lists(
        st.builds(
            line,
            st.integers(0, 10**7),
            st.integers(1, MAX_QTY_MILLI),
            st.sampled_from(Unit),
            st.sampled_from([(), (VAT,), (GST,)]),
        ),
        max_size=10,
    ),
    st.sampled_from(RoundingBasis),
)
def test_the_total_is_the_lines_and_the_added_taxes(
    lines: list[Line], basis: RoundingBasis
) -> None:
    sums = totals(lines, basis)
    assert sums.subtotal_minor == sum(one.amount_minor for one in lines)
    assert sums.total_minor == sums.subtotal_minor + sums.tax.added_minor
