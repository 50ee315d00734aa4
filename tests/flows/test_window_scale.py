"""The scale in the real window: a container is tared, goods are weighed, and the receipt says both."""

from pathlib import Path

import pytest

from tests.flows import window
from tests.flows.selling import lines, pay
from tests.flows.window import Till

pytestmark = [
    pytest.mark.skipif(
        bool(window.missing_programs()),
        reason=f"not installed: {', '.join(window.missing_programs())}",
    ),
    pytest.mark.timeout(300),
]


def lay(till: Till, grams: int) -> None:
    """Lay so much on the bench's scale."""
    till.tap(f"chip:scale:{grams}")


def weigh(till: Till, key: str) -> None:
    """Tap goods that are sold by weight, and see them on the ticket."""
    before = len(lines(till))
    till.tap(key)
    till.wait(lambda: len(lines(till)) == before + 1, "the weighed line")


@pytest.mark.parametrize("size", window.SIZES)
def test_a_container_is_not_paid_for(tmp_path: Path, size: tuple[int, int]) -> None:
    with window.screen(size) as shown, window.till(shown, tmp_path / "shop", size) as till:
        till.sign_in("Ana", "1111")
        till.tap("chip:bench_counter")
        lay(till, 125)
        till.tap("status")
        till.tap("devices_scale")
        till.read("00.125 kg")
        till.tap("scale_tare")
        till.read("Tare 0.125")
        till.read("00.000 kg")
        till.tap("scale_close")
        lay(till, 485)
        till.tap("search")
        till.keys("app")
        weigh(till, till.key_of("hit:", "Apples"))
        till.read("0.360")
        pay(till, quick=0)
        till.tap("receipt_print")
        till.read("The receipt was printed.")
        till.tap("chip:bench_paper")
        till.read("Tare 0.125 kg")
        assert till.end() == 0
        assert "Traceback" not in till.log.read_text()
