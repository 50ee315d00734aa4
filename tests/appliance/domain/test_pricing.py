"""What lines cost."""

from hypothesis import given
from hypothesis import strategies as st

from appliance.domain.money import Minor
from appliance.domain.pricing import amount_discount, line_amount, percentage_discount

amounts = st.integers(-(10**9), 10**9).map(Minor)
anything = st.integers(-(10**10), 10**10)


def test_a_price_on_the_label_is_what_the_line_costs() -> None:
    assert line_amount(Minor(999), 1234, Minor(2875)) == 2875
    assert line_amount(Minor(999), 1234, Minor(0)) == 0
    assert line_amount(Minor(999), 1234) == 1233


def test_a_percentage_is_rounded_half_up() -> None:
    assert percentage_discount(Minor(424), 100_000) == 42
    assert percentage_discount(Minor(5), 100_000) == 1
    assert percentage_discount(Minor(-5), 100_000) == -1


def test_a_fixed_discount_takes_at_most_everything() -> None:
    assert amount_discount(Minor(300), Minor(100)) == 100
    assert amount_discount(Minor(300), Minor(400)) == 300
    assert amount_discount(Minor(-300), Minor(100)) == -100
    assert amount_discount(Minor(300), Minor(-100)) == 0


@given(amounts, anything)
def test_no_discount_turns_a_line_round_or_raises_it(amount: Minor, much: int) -> None:
    for discount in (percentage_discount(amount, much), amount_discount(amount, Minor(much))):
        left = amount - discount
        assert abs(left) <= abs(amount)
        assert left * amount >= 0
