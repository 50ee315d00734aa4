"""Somebody new in the real window: added with a PIN, a badge and a rate, at work; and then the badge is lost."""

import time
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


@pytest.mark.parametrize("size", window.SIZES)
def test_somebody_new_gets_a_pin_a_badge_and_a_rate_and_the_lost_badge_is_refused(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    store = tmp_path / "shop"
    with window.screen(size) as shown, window.till(shown, store, size) as till:
        till.sign_in("Ben", "2222")
        opens_the_page(till)
        adds_carla(till)
        gives_her_a_badge(till)
        sets_her_rate(till)
        locks(till)
        carla_clocks_in_and_signs_in(till)
        till.sign_in("Ben", "2222")
        opens_the_page(till)
        till.read("at work since")
        till.tap(till.key_of("person:", "Carla"))
        takes_the_badge_back(till)
        locks(till)
        holds_the_badge_until(till, "Nobody has this badge.")
        assert till.end() == 0
        assert "Traceback" not in till.log.read_text()
        assert "3333" not in till.log.read_text()


def opens_the_page(till: Till) -> None:
    till.tap("menu")
    till.tap("menu_staff")
    till.see(key="people_add")


def adds_carla(till: Till) -> None:
    till.tap("people_add")
    till.tap("field:name")
    till.tap("key:shift")
    till.keys("c")
    till.tap("key:shift")
    till.keys("arla")
    till.tap("field_take")
    keys_a_pin(till, "pin", "3333")
    keys_a_pin(till, "pin_again", "3334")
    till.tap("sheet_save")
    till.read("The two PINs differ.")
    keys_a_pin(till, "pin_again", "3333")
    till.tap("sheet_save")
    # Whoever was added is looked at.
    till.see(key="badge_give")
    till.read("Carla")


def keys_a_pin(till: Till, field: str, digits: str) -> None:
    scroll_to(till, f"field:{field}")
    till.tap(f"field:{field}")
    till.keys(digits)
    till.tap("field_take")


def gives_her_a_badge(till: Till) -> None:
    till.tap("badge_give")
    till.see(key="badge_cancel")
    if till.find(key="chip:bench_counter"):
        till.tap("chip:bench_counter")
    holds_the_badge_until(till, "The badge is now that of Carla.")
    till.read("given")


def sets_her_rate(till: Till) -> None:
    scroll_to(till, "rate_new")
    till.tap("rate_new")
    till.tap("field:amount")
    till.keys("1450")
    till.tap("field_take")
    till.tap("sheet_save")
    till.read("€14.50 an hour")


def carla_clocks_in_and_signs_in(till: Till) -> None:
    """The badge says who it is: that is enough for the clock, and the till still asks for the PIN."""
    holds_the_badge_until(till, "Enter your PIN")
    till.wait(lambda: clocks_in(till), "that she is in")
    till.tap("clock_close")
    till.keys("3333")
    till.tap("pin_enter")
    till.read("Ready for the next customer")
    till.tap("menu")
    till.tap("menu_lock")


def clocks_in(till: Till) -> bool:
    """The banner does not listen for a moment, so that nobody taps it unseen."""
    button = till.find(key="clock:in")
    if button is not None:
        till.press(button)
    return till.reads("In at ")


def takes_the_badge_back(till: Till) -> None:
    till.see(key="badge_give")
    till.tap(badge_line(till))
    till.tap("sheet_remove")
    till.tap("ask_yes")
    till.read("No badge yet.")


def badge_line(till: Till) -> str:
    """The key of the line of her badge: it is the entry's id."""
    return next(
        str(box["key"])
        for box in till.widgets()
        if box["key"].startswith("badge:") and "-" in box["key"]
    )


def locks(till: Till) -> None:
    till.tap("staff_leave")
    till.tap("menu")
    till.tap("menu_lock")
    till.read("Who is at the register?")


def holds_the_badge_until(till: Till, text: str) -> None:
    """Hold the stranger's badge to the reader; just after the last time it would be the same tap still."""
    time.sleep(3)
    till.tap("chip:badge:")
    till.read(text)


def scroll_to(till: Till, key: str) -> None:
    """Turn the wheel over a list until something in it lies above the sheet's buttons, or inside the window."""
    height = till.ask("tree")["size"][1]
    for _ in range(40):
        till.ask("idle")
        box, save = till.see(key=key), till.find(key="sheet_save")
        if box["y"] + box["h"] < (height if save is None else save["y"]):
            return
        till.screen.do("mousemove", box["centre"][0], round(height * 0.6), "click", 5)
    raise AssertionError(f"{key} stays out of sight")
