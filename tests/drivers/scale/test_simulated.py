"""What only the scale without a scale can do: its levers."""

import pytest

from drivers.scale import (
    ScaleNotTared,
    ScaleNotZeroed,
    ScaleOverloaded,
    ScaleState,
    ScaleUnderZero,
)
from drivers.scale.simulated import Driver, Options
from tests.drivers.scale.contract import ENOUGH_MS


@pytest.fixture
def scale() -> Driver:
    return Driver(Options(capacity_grams=6000))


def test_overload_puts_on_more_than_it_can_weigh_and_lift_takes_it_off(scale: Driver) -> None:
    scale.overload()
    assert scale.load_grams > 6000
    with pytest.raises(ScaleOverloaded):
        scale.weigh(ENOUGH_MS)
    with pytest.raises(ScaleOverloaded):
        scale.zero(ENOUGH_MS)
    scale.lift()
    assert scale.weigh(ENOUGH_MS).net_milli_kg == 0


def test_its_capacity_itself_can_be_weighed(scale: Driver) -> None:
    scale.put(6000)
    assert scale.weigh(ENOUGH_MS).net_milli_kg == 6000
    scale.put(6001)
    assert scale.look(ENOUGH_MS).state is ScaleState.OVERLOADED


def test_a_tare_whose_container_was_lifted_shows_less_than_nothing(scale: Driver) -> None:
    scale.put(250)
    scale.tare(ENOUGH_MS)
    scale.lift()
    reading = scale.look(ENOUGH_MS)
    assert reading.weight is not None
    assert (reading.state, reading.weight.shown) == (ScaleState.UNDER_ZERO, "-00.250")
    with pytest.raises(ScaleUnderZero):
        scale.weigh(ENOUGH_MS)


def test_a_tared_scale_is_not_zeroed(scale: Driver) -> None:
    scale.put(50)
    scale.tare(ENOUGH_MS)
    with pytest.raises(ScaleNotZeroed):
        scale.zero(ENOUGH_MS)


@pytest.mark.parametrize(("grams", "is_near"), [(240, True), (241, False), (-240, True)])
def test_zero_reaches_four_hundredths_of_its_capacity(
    scale: Driver, grams: int, is_near: bool
) -> None:
    scale.put(grams)
    if is_near:
        scale.zero(ENOUGH_MS)
        assert scale.weigh(ENOUGH_MS).net_milli_kg == 0
    else:
        with pytest.raises(ScaleNotZeroed):
            scale.zero(ENOUGH_MS)


def test_a_tare_above_its_capacity_is_refused(scale: Driver) -> None:
    with pytest.raises(ScaleNotTared):
        scale.set_tare(6001, ENOUGH_MS)


def test_it_remembers_its_tare_while_the_cable_is_out(scale: Driver) -> None:
    scale.set_tare(250, ENOUGH_MS)
    scale.put(1250)
    scale.unplug()
    assert not scale.is_plugged
    scale.plug()
    weight = scale.weigh(ENOUGH_MS)
    assert (weight.net_milli_kg, weight.tare_milli_kg, weight.gross_milli_kg) == (1000, 250, 1250)


def test_it_may_start_without_its_cable() -> None:
    assert not Driver(Options(plugged=False)).is_plugged
