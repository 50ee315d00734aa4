"""Who is not paired: people who type, other codes, half codes, garbage. Run by `test_evdev.py`."""

import random

import evdev.ecodes as e
import pytest

from drivers.scanner._code import CODE, Found, Misread
from drivers.scanner._found import found
from drivers.scanner._pairing import Listener
from tests.drivers.scanner.contract import SOON_MS
from tests.drivers.scanner.kernel import QUIET_MS, Plug, type_in
from tests.drivers.scanner.umockdev import KEYS

# ---------------------------------------------------------------------------------- who is no scanner


def test_a_person_who_types_the_code_pairs_nothing(plug: Plug, listener: Listener) -> None:
    keyboard = plug(name="Keyboard", vendor=0x046D)
    listener.open()
    for character in CODE:
        keyboard.type(character)
        keyboard.now_ms += 100
    keyboard.enter()
    assert listener.listen(QUIET_MS) is None


def test_a_person_who_types_fast_is_not_told_to_scan_another_code(
    plug: Plug, listener: Listener
) -> None:
    keyboard = plug(name="Keyboard", vendor=0x046D)
    listener.open()
    for character in "hello there":
        keyboard.type(character)
        keyboard.now_ms += 50
    keyboard.enter()
    assert listener.listen(QUIET_MS) is None


def test_a_few_keys_at_once_are_no_scan(plug: Plug, listener: Listener) -> None:
    keyboard = plug()
    listener.open()
    keyboard.type("abc")
    keyboard.enter()
    keyboard.now_ms += 1000
    keyboard.enter()
    assert listener.listen(QUIET_MS) is None


def test_a_keyboard_that_is_typed_on_does_not_disturb_the_scanner(
    plug: Plug, listener: Listener
) -> None:
    scanner, keyboard = plug(), plug(name="Keyboard", vendor=0x046D, serial="K1")
    listener.open()
    for character in CODE:
        scanner.type(character)
        keyboard.type("x")
        keyboard.now_ms += 120
    scanner.enter()
    heard = listener.listen(SOON_MS)
    assert isinstance(heard, Found)
    assert heard.label == "Honeywell 1900"
    assert listener.listen(QUIET_MS) is None


# ---------------------------------------------------------------------------------- another code


@pytest.mark.parametrize("layout", ["us", "de", "fr", "cz", "hu"])
def test_an_article_is_told_by_its_number_in_any_layout(
    plug: Plug, listener: Listener, layout: str
) -> None:
    scanner = plug()
    listener.open()
    type_in(scanner, "]E04006381333931", layout)
    scanner.enter()
    assert listener.listen(SOON_MS) == Misread(label="Honeywell 1900", text="]E04006381333931")


def test_two_scans_one_after_the_other_are_two(plug: Plug, listener: Listener) -> None:
    scanner = plug()
    listener.open()
    for text in ("4006381333931", CODE):
        scanner.type(text)
        scanner.enter()
        scanner.now_ms += 500
    assert isinstance(listener.listen(SOON_MS), Misread)
    assert isinstance(listener.listen(SOON_MS), Found)


def test_half_a_code_and_the_rest_after_a_pause_is_not_the_code(
    plug: Plug, listener: Listener
) -> None:
    scanner = plug()
    listener.open()
    scanner.type(CODE[:9])
    scanner.now_ms += 500
    scanner.type(CODE[9:])
    scanner.enter()
    assert isinstance(listener.listen(SOON_MS), Misread)
    assert isinstance(listener.listen(SOON_MS), Misread)


@pytest.mark.parametrize("lost_at", [0, 5, len(CODE)])
def test_a_code_with_lost_keys_pairs_nothing(plug: Plug, listener: Listener, lost_at: int) -> None:
    scanner = plug()
    listener.open()
    scanner.type(CODE[:lost_at])
    scanner.event(e.EV_SYN, e.SYN_DROPPED, 0)
    scanner.report()
    scanner.type(CODE[lost_at:])
    scanner.enter()
    assert listener.listen(QUIET_MS) is None
    scanner.now_ms += 1000
    scanner.type(CODE)
    scanner.enter()
    assert isinstance(listener.listen(SOON_MS), Found)


def test_an_endless_text_is_cut_and_told(plug: Plug, listener: Listener) -> None:
    scanner = plug()
    listener.open()
    for _ in range(120):
        scanner.type("7" * 10)
        assert listener.listen(0) is None
    misread = listener.listen(SOON_MS)
    assert isinstance(misread, Misread)
    assert set(misread.text) == {"7"}
    assert len(misread.text) <= 1000


def test_random_keys_pair_nothing_and_break_nothing(plug: Plug, listener: Listener) -> None:
    scanner = plug()
    listener.open()
    chance = random.Random(7)
    for _ in range(20):
        for _ in range(40):
            scanner.change(chance.choice(KEYS), chance.choice((0, 1, 1, 2)))
        scanner.now_ms += chance.choice((0, 500))
        assert not isinstance(listener.listen(0), Found)
    while heard := listener.listen(QUIET_MS):
        assert not isinstance(heard, Found)
    scanner.now_ms += 1000
    scanner.type(CODE)
    scanner.enter()
    assert isinstance(listener.listen(SOON_MS), Found)


# ---------------------------------------------------------------------------------- the list of what is there


def test_all_that_types_is_listed_with_what_chooses_it(plug: Plug) -> None:
    plug(name="Keyboard", vendor=0x046D, product=0xC31C, serial="")
    plug(name="Mouse", keys=(e.BTN_LEFT,))
    plug(serial="", socket="usb1/left")
    plug(serial="", socket="usb1/right")
    listed = {device.label: device.options for device in found(ports=())}
    assert listed == {
        "Keyboard [046d:c31c]": {"vendor": "046d", "product": "c31c"},
        **{
            f"Honeywell 1900 [0c2e:0b61 /dev/input/by-path/pci-{side}-event-kbd]": {
                "vendor": "0c2e",
                "product": "0b61",
                "path": f"/dev/input/by-path/pci-{side}-event-kbd",
            }
            for side in ("left", "right")
        },
    }
    assert {device.type for device in found(ports=())} == {"evdev"}
