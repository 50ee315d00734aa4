"""What every customer display must do, whatever it is made of."""

from collections.abc import Iterator
from typing import Protocol

import msgspec
import pytest

from drivers import DeviceAbsent
from drivers.display import Display, Shown, ShownLine

ENOUGH_MS = 5000

IDLE = Shown(state="idle", title="Corner Café")
ONE = Shown(
    state="ticket",
    title="Corner Café",
    lines=(ShownLine("Espresso", "2", "€4.80"),),
    total_label="Total",
    total="€4.80",
)
TWO = msgspec.structs.replace(
    ONE, lines=(*ONE.lines, ShownLine("Cinnamon bun", "", "€3.40")), total="€8.20"
)
TENDER = msgspec.structs.replace(TWO, state="tender", due_label="To pay", due="€8.20")
DONE = msgspec.structs.replace(TWO, state="done", due_label="Change", due="€1.80")
EXACT = msgspec.structs.replace(DONE, title="Thank you!", due_label="", due="")


class Bench(Protocol):
    """A display on the table, its cable, and somebody who looks at it."""

    driver: Display

    def visible(self) -> str:
        """All that can be read on it."""
        ...

    def unplug(self) -> None: ...

    def plug(self) -> None: ...


class DisplayContract:
    """Inherit this and give a `bench` whose display is plugged in."""

    @pytest.fixture
    def bench(self) -> Iterator[Bench]:
        raise NotImplementedError

    def test_between_sales_it_greets(self, bench: Bench) -> None:
        bench.driver.show(IDLE, ENOUGH_MS)
        assert "Corner Caf" in bench.visible()

    def test_a_ticket_shows_its_newest_line_and_its_total(self, bench: Bench) -> None:
        bench.driver.show(TWO, ENOUGH_MS)
        for text in ("Cinnamon bun", "3.40", "Total", "8.20"):
            assert text in bench.visible()

    def test_change_is_shown_with_its_word(self, bench: Bench) -> None:
        bench.driver.show(DONE, ENOUGH_MS)
        assert "Change" in bench.visible()
        assert "1.80" in bench.visible()

    def test_the_newest_replaces_what_was_shown(self, bench: Bench) -> None:
        for shown in (TWO, DONE, IDLE, ONE):
            bench.driver.show(shown, ENOUGH_MS)
        assert "4.80" in bench.visible()
        for text in ("8.20", "Change", "Cinnamon"):
            assert text not in bench.visible()

    def test_the_same_may_be_said_again(self, bench: Bench) -> None:
        bench.driver.show(ONE, ENOUGH_MS)
        before = bench.visible()
        for _ in range(3):
            bench.driver.show(ONE, ENOUGH_MS)
        assert bench.visible() == before

    def test_a_display_that_is_gone_is_absent(self, bench: Bench) -> None:
        bench.driver.show(ONE, ENOUGH_MS)
        bench.unplug()
        for _ in range(2):
            with pytest.raises(DeviceAbsent):
                bench.driver.show(ONE, ENOUGH_MS)

    def test_plugged_in_again_it_shows_the_next_that_is_said(self, bench: Bench) -> None:
        bench.driver.show(ONE, ENOUGH_MS)
        bench.unplug()
        with pytest.raises(DeviceAbsent):
            bench.driver.show(TWO, ENOUGH_MS)
        bench.plug()
        bench.driver.show(TWO, ENOUGH_MS)
        assert "8.20" in bench.visible()

    def test_a_short_loss_between_two_shows_is_not_even_noticed(self, bench: Bench) -> None:
        bench.driver.show(ONE, ENOUGH_MS)
        bench.unplug()
        bench.plug()
        bench.driver.show(TWO, ENOUGH_MS)
        assert "8.20" in bench.visible()

    def test_closing_twice_is_no_mistake(self, bench: Bench) -> None:
        bench.driver.show(ONE, ENOUGH_MS)
        bench.driver.close()
        bench.driver.close()

    def test_it_has_a_name(self, bench: Bench) -> None:
        assert bench.driver.label
