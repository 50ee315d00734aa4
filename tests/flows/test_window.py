"""The whole till in a real window: pressed with a pointer, killed in the middle of a sale, out of paper, told to end.

Nothing here waits for a time: each step waits until what it needs can be seen.
"""

from pathlib import Path

import pytest

from tests.flows import window
from tests.flows.selling import begin_next_sale, first, hits, lines, pay, scan
from tests.flows.window import Till

pytestmark = [
    pytest.mark.skipif(
        bool(window.missing_programs()),
        reason=f"not installed: {', '.join(window.missing_programs())}",
    ),
    pytest.mark.timeout(300),
]


def test_a_cashier_sells_through_a_power_cut_and_without_paper(tmp_path: Path) -> None:
    store = tmp_path / "shop"
    with window.screen((1280, 800)) as shown:
        with window.till(shown, store) as till:
            till.sign_in("Ana", "1111")
            rings_up_a_ticket(till)
            takes_cash_and_prints(till)
            scan(till, 0, 1)
            till.pull_the_plug()
        with window.till(shown, store) as till:
            finds_everything_after_the_power_cut(till)
            sells_without_paper(till)
            assert till.end() == 0
            assert "Traceback" not in till.log.read_text()


def rings_up_a_ticket(till: Till) -> None:
    scan(till, 0, 1, 2)
    till.keys("2")
    till.tap(first(till, "tile:"))
    till.wait(lambda: len(lines(till)) == 4, "the line of the tile")
    till.read("each")
    till.tap("line_remove")
    till.wait(lambda: len(lines(till)) == 3, "the line to go")

    till.tap("search")
    till.keys("caf")
    till.wait(lambda: hits(till)[:1] == ["Caffè latte"], "the hits for “caf”")
    till.tap(first(till, "hit:"))
    till.wait(lambda: len(lines(till)) == 4, "the line that was searched")


def takes_cash_and_prints(till: Till) -> None:
    pay(till, quick=1)
    till.read("Change")
    till.read("Drawer is open")
    till.read("kicked 1 time")
    till.tap("receipt_print")
    till.read("The receipt was printed.")
    till.read("Receipt 1 of 1")
    till.read("Served by Ana")
    till.tap("bench_pull:drawer")
    till.read("Drawer is shut")
    begin_next_sale(till)


def finds_everything_after_the_power_cut(till: Till) -> None:
    till.sign_in("Ana", "1111")
    till.see(key="resume_fine")
    till.read("2 lines of the open sale were taken up again.")
    till.read("Its receipt was printed.")
    till.tap("resume_fine")
    till.wait(lambda: len(lines(till)) == 2, "the two lines")


def sells_without_paper(till: Till) -> None:
    till.tap("bench_pull:paper")
    till.read("no paper")
    scan(till, 2)
    pay(till, quick=0)
    till.tap("receipt_print")
    till.read("Try again")
    begin_next_sale(till)
    scan(till, 0)
    till.tap("bench_pull:paper")
    till.read("Receipt 1 of 1")


@pytest.mark.parametrize("size", [(800, 480), (1920, 1080)])
def test_a_sale_can_be_made_at_every_size(tmp_path: Path, size: tuple[int, int]) -> None:
    with window.screen(size) as shown, window.till(shown, tmp_path / "shop", size) as till:
        till.sign_in("Ana", "1111")
        scan(till, 0, 1)
        pay(till, quick=1)
        till.read("Change")
        begin_next_sale(till)
        assert till.end() == 0
