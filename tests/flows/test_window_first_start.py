"""The first start at the real window: from the language to the first sale, with the plug pulled on the way."""

from pathlib import Path

import pytest

from appliance.store import backup
from appliance.store.archive import Lock
from appliance.store.shelf import Shelf
from tests.appliance.counter import set_up_shop
from tests.appliance.trading import ROOMY, START_MS
from tests.flows import window

pytestmark = [
    pytest.mark.skipif(
        bool(window.missing_programs()),
        reason=f"not installed: {', '.join(window.missing_programs())}",
    ),
    pytest.mark.timeout(300),
]


def typed(till: window.Till, text: str) -> None:
    """Type on the keyboard of the screen, and take it over."""
    for sign in text:
        if sign.isupper():
            till.tap("key:shift")
        till.tap(f"key:{sign.lower()}")
        if sign.isupper():
            till.tap("key:shift")
    till.tap("first_take")


@pytest.mark.parametrize("size", window.SIZES)
def test_from_the_language_to_the_first_sale(tmp_path: Path, size: tuple[int, int]) -> None:
    store = tmp_path / "shop"
    fresh = ("--fresh",)
    with window.screen(size) as shown:
        with window.till(shown, store, size, more=fresh) as till:
            till.tap("language:en")
            till.tap("way:new")
            till.tap("country:BE")
            till.read("Belgium")
            till.tap("first_go_on")
            till.tap("field:name")
            typed(till, "Corner")
            typed(till, "main 1")
            typed(till, "Town")
            till.read("Town")
            till.tap("first_go_on")
            till.tap("wifi:Corner & Co.")
            typed(till, "wrong one")
            till.read("The password of Corner & Co. is another one.")
            till.tap("wifi:Corner & Co.")
            typed(till, "password")
            till.read("192.0.2.20")
            till.pull_the_plug()
        with window.till(shown, store, size, more=fresh) as till:
            # It goes on where it stopped: the network is joined, so the owner is next.
            till.tap("field:owner")
            typed(till, "Olga")
            typed(till, "4711")
            typed(till, "4711")
            till.tap("first_go_on")
            till.tap("devices:")
            till.tap("workshop_leave")
            till.tap("first_go_on")
            till.tap("server:none")
            till.tap("goods:demo")
            till.read("Olga: can sign in.")
            till.tap("first_go_on")
            till.sign_in("Olga", "4711")
            till.tap(text="Flat white")
            till.tap("pay_cash")
            till.tap("quick:500")
            till.press_until("cash_take", "Change")
            assert till.end() == 0


def test_a_shop_comes_back_from_a_stick(tmp_path: Path) -> None:
    size = (800, 480)
    was = Shelf(tmp_path / "was", limits=ROOMY)
    set_up_shop(was)
    was.close()
    store = tmp_path / "shop"
    stick = tmp_path / "shop-stick"
    stick.mkdir()
    lock = Lock(passphrase="horse")
    backup.make(tmp_path / "was", stick, lock, START_MS, spare_bytes=0)
    with window.screen(size) as shown, window.till(shown, store, size, more=("--fresh",)) as till:
        till.tap("language:en")
        till.tap("way:stick")
        till.tap("file:0")
        typed(till, "pony")
        till.see(key="file:0")
        till.read("does not open")
        till.tap("file:0")
        typed(till, "horse")
        till.wait(lambda: comes_back(till), "the register that started anew")
        till.sign_in("Ana", "1111")
        till.see(text="Flat white")
        assert till.end() == 0


def comes_back(till: window.Till) -> bool:
    """Whether the register that started anew shows the people of the shop."""
    try:
        return till.reads("Who is at the register?")
    except (AssertionError, OSError, ValueError):
        till._is_there()
        return False
