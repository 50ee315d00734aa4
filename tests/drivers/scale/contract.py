"""What every scale must do, whatever it speaks."""

import threading
from collections.abc import Callable, Iterator
from typing import Protocol

import pytest

from drivers import DeviceAbsent, DeviceSilent, DeviceTrouble
from drivers.scale import (
    Scale,
    ScaleCannot,
    ScaleInMotion,
    ScaleNotTared,
    ScaleNotZeroed,
    ScaleState,
    ScaleUnreadable,
    WeighingStopped,
)

ENOUGH_MS = 8000
SHORT_MS = 600
LATER_S = 0.15


class Bench(Protocol):
    """A scale on the table, a hand with goods, and a cable. It can weigh 15 kg."""

    driver: Scale
    says_over: type[DeviceTrouble]
    says_under: type[DeviceTrouble]
    tells_net: bool

    def put(self, grams: int) -> None: ...

    def shake(self) -> None: ...

    def settle(self) -> None: ...

    def unplug(self) -> None: ...

    def plug(self) -> None: ...

    def silence(self) -> None: ...

    def babble(self) -> None: ...

    def answer(self) -> None: ...


def later(act: Callable[[], None]) -> threading.Timer:
    """Have something happen while the driver is busy."""
    timer = threading.Timer(LATER_S, act)
    timer.start()
    return timer


class ScaleContract:
    """Inherit this and give a `bench` whose scale is plugged in, empty and at rest."""

    @pytest.fixture
    def bench(self) -> Iterator[Bench]:
        raise NotImplementedError

    def test_a_weight_at_rest_is_weighed(self, bench: Bench) -> None:
        bench.put(1250)
        weight = bench.driver.weigh(ENOUGH_MS)
        assert weight.net_milli_kg == 1250
        assert (weight.shown.lstrip("0"), weight.unit) == ("1.250", "kg")

    def test_each_load_is_weighed_for_itself(self, bench: Bench) -> None:
        weighed = []
        for grams in (316, 14_995, 5):
            bench.put(grams)
            weighed.append(bench.driver.weigh(ENOUGH_MS).net_milli_kg)
            bench.put(0)
            bench.driver.look(ENOUGH_MS)
        assert weighed == [316, 14_995, 5]

    def test_an_empty_scale_weighs_nothing(self, bench: Bench) -> None:
        assert bench.driver.weigh(ENOUGH_MS).net_milli_kg == 0

    def test_a_look_shows_the_weight(self, bench: Bench) -> None:
        bench.put(1250)
        reading = bench.driver.look(ENOUGH_MS)
        assert (reading.state, reading.is_stable) == (ScaleState.SETTLED, True)
        assert reading.weight is not None
        assert reading.weight.net_milli_kg == 1250

    def test_looking_all_the_time_does_not_keep_from_weighing(self, bench: Bench) -> None:
        bench.put(1250)
        for _ in range(3):
            assert bench.driver.look(ENOUGH_MS).state is ScaleState.SETTLED
        assert bench.driver.weigh(ENOUGH_MS).net_milli_kg == 1250
        assert bench.driver.weigh(ENOUGH_MS).net_milli_kg == 1250

    def test_a_moving_weight_is_refused(self, bench: Bench) -> None:
        bench.put(1250)
        bench.shake()
        with pytest.raises(ScaleInMotion):
            bench.driver.weigh(SHORT_MS)
        reading = bench.driver.look(ENOUGH_MS)
        assert (reading.state, reading.is_stable) == (ScaleState.MOVING, False)

    def test_weighing_waits_for_the_weight_to_come_to_rest(self, bench: Bench) -> None:
        bench.put(1250)
        bench.shake()
        timer = later(bench.settle)
        assert bench.driver.weigh(ENOUGH_MS).net_milli_kg == 1250
        timer.join()

    def test_too_much_is_refused(self, bench: Bench) -> None:
        bench.put(16_000)
        with pytest.raises(bench.says_over):
            bench.driver.weigh(SHORT_MS)
        assert bench.driver.look(ENOUGH_MS).state is not ScaleState.SETTLED

    def test_less_than_nothing_is_refused(self, bench: Bench) -> None:
        bench.put(-100)
        with pytest.raises(bench.says_under):
            bench.driver.weigh(SHORT_MS)
        assert bench.driver.look(ENOUGH_MS).state is not ScaleState.SETTLED

    def test_a_scale_without_a_cable_is_absent_until_it_is_back(self, bench: Bench) -> None:
        bench.put(1250)
        bench.driver.weigh(ENOUGH_MS)
        bench.unplug()
        for use in (bench.driver.weigh, bench.driver.look):
            with pytest.raises(DeviceAbsent):
                use(0)
        bench.plug()
        assert bench.driver.weigh(ENOUGH_MS).net_milli_kg == 1250

    def test_weighing_waits_for_the_cable(self, bench: Bench) -> None:
        bench.put(1250)
        bench.unplug()
        timer = later(bench.plug)
        assert bench.driver.weigh(ENOUGH_MS).net_milli_kg == 1250
        timer.join()

    def test_a_cable_that_is_pulled_ends_the_weighing(self, bench: Bench) -> None:
        bench.shake()
        timer = later(bench.unplug)
        with pytest.raises(DeviceAbsent):
            bench.driver.weigh(ENOUGH_MS)
        timer.join()

    def test_a_silent_scale_is_said_to_be_silent_until_it_answers(self, bench: Bench) -> None:
        bench.put(1250)
        bench.silence()
        for use in (bench.driver.weigh, bench.driver.look):
            with pytest.raises(DeviceSilent):
                use(SHORT_MS)
        bench.answer()
        assert bench.driver.weigh(ENOUGH_MS).net_milli_kg == 1250

    def test_a_babbling_scale_is_unreadable_until_it_answers(self, bench: Bench) -> None:
        bench.put(1250)
        bench.babble()
        for use in (bench.driver.weigh, bench.driver.look):
            with pytest.raises(ScaleUnreadable):
                use(SHORT_MS)
        bench.answer()
        assert bench.driver.weigh(ENOUGH_MS).net_milli_kg == 1250

    def test_a_call_from_another_thread_ends_the_weighing(self, bench: Bench) -> None:
        bench.shake()
        timer = later(bench.driver.wake)
        with pytest.raises(WeighingStopped):
            bench.driver.weigh(ENOUGH_MS)
        timer.join()
        bench.settle()
        assert bench.driver.weigh(ENOUGH_MS).net_milli_kg == 0

    def test_a_call_before_the_weighing_ends_it_once(self, bench: Bench) -> None:
        bench.driver.wake()
        with pytest.raises(WeighingStopped):
            bench.driver.weigh(ENOUGH_MS)
        assert bench.driver.weigh(ENOUGH_MS).net_milli_kg == 0

    def test_a_closed_scale_weighs_again(self, bench: Bench) -> None:
        bench.driver.close()
        bench.put(1250)
        bench.driver.weigh(ENOUGH_MS)
        bench.driver.close()
        bench.driver.close()
        assert bench.driver.weigh(ENOUGH_MS).net_milli_kg == 1250

    def test_it_has_a_name(self, bench: Bench) -> None:
        assert bench.driver.label

    # ------------------------------------------------------------------ zero and tare

    def test_what_its_protocol_cannot_is_refused(self, bench: Bench) -> None:
        scale = bench.driver
        commands: tuple[tuple[str, bool, Callable[[], None]], ...] = (
            ("zero", scale.can_zero, lambda: scale.zero(ENOUGH_MS)),
            ("tare", scale.can_tare, lambda: scale.tare(ENOUGH_MS)),
            ("set_tare", scale.can_set_tare, lambda: scale.set_tare(250, ENOUGH_MS)),
        )
        bench.put(20)
        for name, is_possible, command in commands:
            if is_possible:
                continue
            with pytest.raises(ScaleCannot) as trouble:
                command()
            assert trouble.value.fields["command"] == name

    def test_a_little_dirt_is_made_the_new_zero(self, bench: Bench) -> None:
        if not bench.driver.can_zero:
            pytest.skip("its protocol has no such command")
        bench.put(20)
        bench.driver.zero(ENOUGH_MS)
        assert bench.driver.weigh(ENOUGH_MS).net_milli_kg == 0
        bench.put(1270)
        assert bench.driver.weigh(ENOUGH_MS).net_milli_kg == 1250

    def test_a_scale_that_shows_less_than_nothing_can_be_zeroed(self, bench: Bench) -> None:
        if not bench.driver.can_zero:
            pytest.skip("its protocol has no such command")
        bench.put(-20)
        bench.driver.zero(ENOUGH_MS)
        assert bench.driver.weigh(ENOUGH_MS).net_milli_kg == 0

    def test_goods_are_not_made_the_new_zero(self, bench: Bench) -> None:
        if not bench.driver.can_zero:
            pytest.skip("its protocol has no such command")
        bench.put(1250)
        with pytest.raises(ScaleNotZeroed):
            bench.driver.zero(ENOUGH_MS)
        assert bench.driver.weigh(ENOUGH_MS).net_milli_kg == 1250

    def test_a_container_is_taken_off(self, bench: Bench) -> None:
        if not bench.driver.can_tare:
            pytest.skip("its protocol has no such command")
        bench.put(250)
        bench.driver.tare(ENOUGH_MS)
        assert bench.driver.weigh(ENOUGH_MS).net_milli_kg == 0
        bench.put(1250)
        weight = bench.driver.weigh(ENOUGH_MS)
        assert weight.net_milli_kg == 1000
        assert weight.is_net
        assert weight.tare_milli_kg == (250 if bench.tells_net else None)
        assert weight.gross_milli_kg == (1250 if bench.tells_net else None)

    def test_nothing_is_no_tare(self, bench: Bench) -> None:
        if not bench.driver.can_tare:
            pytest.skip("its protocol has no such command")
        with pytest.raises(ScaleNotTared):
            bench.driver.tare(ENOUGH_MS)

    def test_a_moving_weight_is_neither_zero_nor_tare(self, bench: Bench) -> None:
        bench.put(20)
        bench.shake()
        if bench.driver.can_zero:
            with pytest.raises(ScaleInMotion):
                bench.driver.zero(SHORT_MS)
        if bench.driver.can_tare:
            with pytest.raises(ScaleInMotion):
                bench.driver.tare(SHORT_MS)
        bench.settle()
        assert bench.driver.weigh(ENOUGH_MS).net_milli_kg == 20

    def test_a_known_tare_is_set_and_cleared(self, bench: Bench) -> None:
        if not bench.driver.can_set_tare:
            pytest.skip("its protocol has no such command")
        bench.put(1250)
        bench.driver.set_tare(250, ENOUGH_MS)
        assert bench.driver.weigh(ENOUGH_MS).net_milli_kg == 1000
        bench.driver.set_tare(0, ENOUGH_MS)
        weight = bench.driver.weigh(ENOUGH_MS)
        assert (weight.net_milli_kg, weight.is_net) == (1250, False)

    def test_a_tare_that_the_scale_cannot_take_is_refused(self, bench: Bench) -> None:
        if not bench.driver.can_set_tare:
            pytest.skip("its protocol has no such command")
        with pytest.raises(ScaleNotTared):
            bench.driver.set_tare(1_000_000_000, ENOUGH_MS)

    def test_a_negative_tare_is_our_mistake(self, bench: Bench) -> None:
        with pytest.raises(ValueError, match="-1"):
            bench.driver.set_tare(-1, ENOUGH_MS)
