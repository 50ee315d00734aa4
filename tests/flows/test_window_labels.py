"""Shelf labels in the real window: who may, a category printed, one product found by typing, and sheets as a PDF."""

from pathlib import Path

import pytest

from tests.flows import window
from tests.flows.selling import first, scan
from tests.flows.window import Till

pytestmark = [
    pytest.mark.skipif(
        bool(window.missing_programs()),
        reason=f"not installed: {', '.join(window.missing_programs())}",
    ),
    pytest.mark.timeout(300),
]


@pytest.mark.parametrize("size", window.SIZES)
def test_a_manager_prints_labels_for_a_category_and_saves_sheets(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    store = tmp_path / "shop"
    with window.screen(size) as shown, window.till(shown, store, size) as till:
        a_cashier_is_offered_no_labels(till)
        till.sign_in("Ben", "2222")
        printed = prints_a_category(till)
        printed += prints_two_copies_of_what_was_found(till)
        saves_sheets(till, store)
        till.tap("labels_close")
        scan(till, 0)
        the_printer_has_them(till, printed)
        assert till.end() == 0
        assert "Traceback" not in till.log.read_text()


def a_cashier_is_offered_no_labels(till: Till) -> None:
    till.sign_in("Ana", "1111")
    till.tap("menu")
    till.see(key="menu_lock")
    offered = till.find(key="menu_labels")
    assert offered is not None
    assert offered["disabled"]
    till.tap("menu_lock")


def prints_a_category(till: Till) -> int:
    till.tap("menu")
    till.tap("menu_labels")
    till.see(key="labels_close")
    till.read("0 labels")
    till.tap(till.key_of("chip:", "Coffee"))
    first(till, "label:")
    till.tap("labels_all")
    till.read("None of these")
    # One of them is taken off again: it has a label already.
    till.tap(first(till, "label:"))
    till.read("of these")
    till.tap("labels_print")
    till.read("labels were printed.")
    said = next(text for text in till.texts() if text.endswith("labels were printed."))
    return int(said.split()[0])


def prints_two_copies_of_what_was_found(till: Till) -> int:
    till.tap("labels_close")
    till.tap("menu")
    till.tap("menu_labels")
    till.read("0 labels")
    till.tap("labels_search")
    till.keys("esp")
    till.read("esp|")
    till.tap(till.key_of("label:", "Espresso"))
    till.tap("labels_done")
    till.read("1 label")
    till.tap("labels_more")
    till.read("2 labels")
    till.tap("labels_print")
    till.read("2 labels were printed.")
    return 2


def saves_sheets(till: Till, store: Path) -> None:
    till.tap("chip:sheet_L7651")
    till.tap("labels_save")
    till.read("Saved as")
    (file,) = (store / "labels").iterdir()
    assert file.read_bytes().startswith(b"%PDF-")
    assert till.reads(file.name)


def the_printer_has_them(till: Till, printed: int) -> None:
    if not till.reads("Labels: ") and till.find(key="chip:bench_counter"):
        till.tap("chip:bench_counter")
    till.read(f"Labels: {printed} ")
