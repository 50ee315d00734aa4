"""The page of devices in the real window: who may open it, a printer set up and tested there, and a sale afterwards."""

import time
import tomllib
from pathlib import Path

import pytest

from kiosk_ui.strings import Words
from tests.flows import window
from tests.flows.selling import begin_next_sale, pay, scan
from tests.flows.window import Till

pytestmark = [
    pytest.mark.skipif(
        bool(window.missing_programs()),
        reason=f"not installed: {', '.join(window.missing_programs())}",
    ),
    pytest.mark.timeout(300),
]


@pytest.mark.parametrize("size", window.SIZES)
def test_a_manager_sets_the_printer_up_tests_it_and_sells_with_it(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    store = tmp_path / "shop"
    with window.screen(size) as shown, window.till(shown, store, size) as till:
        a_cashier_finds_no_page_of_devices(till)
        till.sign_in("Ben", "2222")
        opens_the_page(till)
        sets_narrow_paper(till, store)
        puts_the_printer_to_the_test(till)
        till.tap("workshop_leave")
        sells_with_the_narrow_paper(till)
        assert till.end() == 0
        assert "Traceback" not in till.log.read_text()


def test_a_file_that_cannot_be_read_is_said_on_the_screen_and_no_store_is_opened(
    tmp_path: Path,
) -> None:
    store, file = tmp_path / "shop", tmp_path / "open-pos.toml"
    file.write_text(f'[store]\nfolder = "{store}"\ncolumns = \n')
    with window.screen((1280, 800)) as shown, window.till(shown, store, file=file) as till:
        till.read("line 3")
        assert till.reads(str(file))
        assert till.reads(Words("en")("todo.bad_configuration"))
        # The service manager starts it again when the window is closed.
        assert till.end() == 2
        assert "(bad_configuration)" in till.log.read_text()
        assert "Traceback" not in till.log.read_text()
    assert not store.exists()


def a_cashier_finds_no_page_of_devices(till: Till) -> None:
    till.sign_in("Ana", "1111")
    till.tap("menu")
    till.see(key="menu_lock")
    offered = till.find(key="menu_devices")
    assert offered is not None
    assert offered["disabled"]
    till.press(offered)
    till.tap("menu_lock")


def opens_the_page(till: Till) -> None:
    till.tap("menu")
    till.tap("menu_devices")
    till.see(key="workshop_leave")
    till.see(key="device:printer")


def sets_narrow_paper(till: Till, store: Path) -> None:
    till.tap("device:printer")
    till.tap("chip:columns=32")
    till.tap("workshop_save")
    # What was saved can be tested; before, it could not.
    till.see(key="workshop_check")
    devices = tomllib.loads((store / "devices.toml").read_text())["device"]
    assert [one["options"]["columns"] for one in devices if one["name"] == "printer"] == [32]


def puts_the_printer_to_the_test(till: Till) -> None:
    till.tap("workshop_check")
    till.tap("check_yes")
    till.read("0 faults")
    till.tap("checks_print")
    till.read("Self-test")
    till.tap("workshop_add")


def sells_with_the_narrow_paper(till: Till) -> None:
    scan(till, 0)
    pay(till, quick=0)
    till.tap("receipt_print")
    till.read("The receipt was printed.")
    if till.find(key="chip:bench_paper"):
        till.tap("chip:bench_paper")  # on a small screen the bench shows one thing at a time
    till.read("Served by Ben")
    widest = max(map(len, receipt_rows(till)))
    assert 20 < widest <= 32
    begin_next_sale(till)


def receipt_rows(till: Till) -> list[str]:
    """The rows of the slip that the bench shows."""
    paper = next(text for text in till.texts() if "Served by Ben" in text)
    return paper.splitlines()


def test_a_manager_gives_a_badge_which_then_picks_the_name(tmp_path: Path) -> None:
    with window.screen((1280, 800)) as shown, window.till(shown, tmp_path / "shop") as till:
        till.sign_in("Ben", "2222")
        opens_the_page(till)
        till.tap("badges:")
        till.tap(till.key_of("badge:", "Ana"))
        till.see(key="badge_cancel")
        till.tap("chip:bench_counter")
        till.tap("chip:badge:")
        till.read("The badge is now that of Ana.")
        till.tap("workshop_leave")
        till.tap("menu")
        till.tap("menu_lock")
        till.see(text="Ana")
        till.wait(lambda: picks_a_name(till), "the page of the PIN")
        # The name is picked, and the PIN still asked.
        till.keys("1111")
        till.tap("pin_enter")
        till.read("Ready for the next customer")
        assert till.end() == 0
        assert "Traceback" not in till.log.read_text()


def picks_a_name(till: Till) -> bool:
    """Hold the badge to the reader. Just after the last time it is the same tap still."""
    time.sleep(3)
    till.tap("chip:badge:")
    return till.find(key="pin_enter") is not None
