"""From what a scale shows to grams, and what a shop's configuration may say."""

import pytest

import drivers
from drivers import BadOptions
from drivers.scale import ScaleTooFine, Weight, WrongUnit
from drivers.scale._units import Expected

KG, LB, OZ = Expected("scale"), Expected("scale", "lb"), Expected("scale", "oz")


@pytest.mark.parametrize(
    ("shown", "unit", "grams"),
    [
        ("1", "lb", 454),
        ("100000.000", "lb", 45_359_237),
        ("0.01", "lb", 5),
        ("0.001", "lb", 0),
        ("1", "oz", 28),
        ("16", "oz", 454),
        ("1000000", "oz", 28_349_523),
        ("-1", "lb", -454),
    ],
)
def test_pounds_and_ounces_become_grams_by_their_exact_definition(
    shown: str, unit: str, grams: int
) -> None:
    expected = Expected("scale", unit)  # type: ignore[arg-type]
    weight = expected.weight(shown, unit, is_net=None)  # type: ignore[arg-type]
    assert (weight.net_milli_kg, weight.shown, weight.unit) == (grams, shown, unit)


@pytest.mark.parametrize("shown", ["1.2345", "0.0005", "-0.0005"])
def test_digits_below_a_gram_are_not_lost_in_silence(shown: str) -> None:
    with pytest.raises(ScaleTooFine) as trouble:
        KG.weight(shown, "kg", is_net=None)
    assert trouble.value.fields == {"device": "scale", "shown": f"{shown} kg"}


@pytest.mark.parametrize(
    ("shown", "unit", "grams"),
    [
        ("1.2344", "kg", 1234),
        ("1.2345", "kg", 1235),
        ("1.2355", "kg", 1236),
        ("-0.0005", "kg", -1),
        ("12.5", "g", 13),
        ("12.49", "g", 12),
        ("1.2340", "kg", 1234),
    ],
)
def test_a_shop_may_say_that_digits_below_a_gram_are_rounded(
    shown: str, unit: str, grams: int
) -> None:
    weight = Expected("scale", "kg", "half_up").weight(shown, unit, is_net=None)  # type: ignore[arg-type]
    assert (weight.net_milli_kg, weight.shown) == (grams, shown)


@pytest.mark.parametrize("expected", [LB, OZ])
def test_a_shop_in_pounds_or_ounces_refuses_all_else(expected: Expected) -> None:
    for unit in {"kg", "g", "lb", "oz"} - {expected.unit}:
        with pytest.raises(WrongUnit):
            expected.weight("1.0", unit, is_net=None)  # type: ignore[arg-type]


def test_gross_is_net_and_tare_where_the_tare_is_known() -> None:
    known = Weight(net_milli_kg=1000, shown="1.000", unit="kg", is_net=True, tare_milli_kg=250)
    unknown = Weight(net_milli_kg=1000, shown="1.000", unit="kg", is_net=True)
    assert (known.gross_milli_kg, unknown.gross_milli_kg) == (1250, None)


# ---------------------------------------------------------------------------------- the line


@pytest.mark.parametrize(
    ("type_name", "line"),
    [
        ("toledo_8217", (9600, 7, "even", 1)),
        ("sma", (9600, 8, "none", 1)),
        ("nci", (9600, 7, "even", 1)),
        ("cas", (9600, 8, "none", 1)),
        ("dibal_tisa", (9600, 8, "none", 1)),
    ],
)
def test_a_line_is_set_as_usual_scales_are(type_name: str, line: tuple[object, ...]) -> None:
    module = drivers.load("scale", type_name)
    options = drivers.options_for(module, {"port": "/dev/ttyUSB0"})
    assert line == (options.baud, options.data_bits, options.parity, options.stop_bits)  # type: ignore[attr-defined]
    assert module.Driver(options).label == "/dev/ttyUSB0"


@pytest.mark.parametrize(
    ("type_name", "values", "key"),
    [
        ("toledo_8217", {"port": "x", "unit": "oz"}, "unit"),
        ("dibal_tisa", {"port": "x", "unit": "lb"}, "unit"),
        ("sma", {"port": "x", "rounding": "up"}, "rounding"),
        ("cas", {"port": "x", "answer_ms": 0}, "answer_ms"),
        ("simulated", {"capacity_grams": 0}, "capacity_grams"),
    ],
)
def test_a_wrong_option_is_named(type_name: str, values: dict[str, object], key: str) -> None:
    with pytest.raises(BadOptions) as refusal:
        drivers.options_for(drivers.load("scale", type_name), values)
    assert refusal.value.key == key
