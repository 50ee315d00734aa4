"""The whole till in a real window: pressed with a pointer, killed in the middle of a sale, out of paper, told to end.

Nothing here waits for a time: each step waits until what it needs can be seen.
"""

from pathlib import Path

import pytest

from tests.flows import window
from tests.flows.window import Till

pytestmark = [
    pytest.mark.skipif(
        bool(window.missing_programs()),
        reason=f"not installed: {', '.join(window.missing_programs())}",
    ),
    pytest.mark.timeout(300),
]


def lines(till: Till) -> list[str]:
    """The keys of the ticket's lines that can be seen."""
    return [box["key"] for box in till.widgets() if box["key"].startswith("line:")]


def first(till: Till, kind: str, place: int = 0) -> str:
    """The key of the first thing of a kind, such as `tile:`, once it can be seen."""

    def keys() -> list[str]:
        return [box["key"] for box in till.widgets() if box["key"].startswith(kind)]

    till.wait(lambda: len(keys()) > place, kind)
    return keys()[place]


def hits(till: Till) -> list[str]:
    """The names of the products that the search found."""
    boxes = till.widgets()
    return [
        next(after["text"] for after in boxes[place + 1 :] if after["text"])
        for place, box in enumerate(boxes)
        if box["key"].startswith("hit:")
    ]


def scan(till: Till, *places: int) -> None:
    """Hold articles of the bench under the scanner, one after another."""
    for place in places:
        before = len(lines(till))
        till.tap(first(till, "bench_scan:", place))
        till.wait(lambda before=before: len(lines(till)) == before + 1, "the scanned line")  # type: ignore[misc]


def pay(till: Till, quick: int) -> None:
    """Take cash by one of the quick amounts; 0 is the exact one."""
    till.tap("pay_cash")
    till.tap(first(till, "quick:", quick))
    till.see(key="new_sale")


def begin_next_sale(till: Till) -> None:
    """Leave the page with the change. It does not listen for a moment, so that nobody taps it away unseen."""

    def left() -> bool:
        button = till.find(key="new_sale")
        if button is not None:
            till.press(button)
        return till.reads("Ready for the next customer")

    till.wait(left, "the next sale")


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
