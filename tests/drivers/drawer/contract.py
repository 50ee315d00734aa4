"""What every cash drawer must do, whatever it hangs on."""

from collections.abc import Iterator
from typing import Protocol

import pytest

from drivers.drawer import Drawer, learnt_polarity

ENOUGH_MS = 5000


class Bench(Protocol):
    """A drawer on the table, with a switch, and a hand to push it shut."""

    driver: Drawer

    def pulses(self) -> int:
        """How many pulses reached the coil."""
        ...

    def spring_open(self) -> None:
        """What a healthy drawer does after a pulse, if the twin does not do it itself."""
        ...

    def push_shut(self) -> None: ...

    def let_rest(self) -> None:
        """Let the time pass that the coil needs to cool."""
        ...


class DrawerContract:
    """Inherit this and give a `bench` whose drawer is shut and has a switch, once learnt and once not."""

    @pytest.fixture
    def bench(self) -> Iterator[Bench]:
        raise NotImplementedError

    @pytest.fixture
    def unlearnt(self) -> Iterator[Bench]:
        raise NotImplementedError

    def test_it_stays_shut_until_it_is_kicked(self, bench: Bench) -> None:
        assert bench.driver.is_open(ENOUGH_MS) is False
        assert bench.pulses() == 0

    def test_a_kick_is_one_pulse(self, bench: Bench) -> None:
        bench.driver.kick(ENOUGH_MS)
        assert bench.pulses() == 1

    def test_the_switch_tells_open_and_shut(self, bench: Bench) -> None:
        bench.driver.kick(ENOUGH_MS)
        bench.spring_open()
        assert bench.driver.is_open(ENOUGH_MS) is True
        bench.push_shut()
        assert bench.driver.is_open(ENOUGH_MS) is False

    def test_the_bare_level_tells_shut_from_open_before_anything_is_learnt(
        self, unlearnt: Bench
    ) -> None:
        shut = unlearnt.driver.level(ENOUGH_MS)
        assert unlearnt.driver.is_open(ENOUGH_MS) is None
        unlearnt.driver.kick(ENOUGH_MS)
        unlearnt.spring_open()
        opened = unlearnt.driver.level(ENOUGH_MS)
        assert unlearnt.driver.is_open(ENOUGH_MS) is None
        assert {shut, opened} == {True, False}

    def test_what_is_learnt_from_two_levels_is_what_the_switch_means(self, bench: Bench) -> None:
        shut = bench.driver.level(ENOUGH_MS)
        bench.driver.kick(ENOUGH_MS)
        bench.spring_open()
        open_high = learnt_polarity(shut, bench.driver.level(ENOUGH_MS))
        assert open_high is bench.driver.level(ENOUGH_MS)
        assert bench.driver.is_open(ENOUGH_MS) is True

    def test_it_can_be_kicked_again_after_a_rest(self, bench: Bench) -> None:
        for _ in range(3):
            bench.driver.kick(ENOUGH_MS)
            bench.let_rest()
        assert bench.pulses() == 3

    def test_closing_gives_no_pulse(self, bench: Bench) -> None:
        bench.driver.close()
        bench.driver.close()
        assert bench.pulses() == 0

    def test_it_has_a_name(self, bench: Bench) -> None:
        assert bench.driver.label
