"""From keys to whole scans. Run by `test_evdev.py` under umockdev-wrapper."""

import random
from collections.abc import Callable

import evdev.ecodes as e
import pytest

from drivers.scanner import GROUP_SEPARATOR, Scan
from tests.drivers.scanner.contract import AT_ONCE_MS
from tests.drivers.scanner.kernel import Open, Plug, texts
from tests.drivers.scanner.umockdev import KEYS, Keyboard

EVERY_KIND = "]C10104006381333931-zY/aAm:(%)"


# ---------------------------------------------------------------------------------- layouts


@pytest.mark.parametrize(
    ("layout", "reads"),
    [
        ("us", "]C10104006381333931-zY/aAm:(%)"),
        ("gb", "]C10104006381333931-zY/aAm:(%)"),
        ("de", "+C10104006381333931ßyZ-aAmÖ)%="),
        ("fr", '$C&à&à\'àà-"_&"""ç"&)wY!qQ,M950'),
    ],
)
def test_keys_are_read_in_the_layout_of_the_options(
    plug: Plug, open_driver: Open, layout: str, reads: str
) -> None:
    scanner = plug()
    driver = open_driver(layout=layout)
    scanner.type(EVERY_KIND)
    scanner.enter()
    assert texts(driver, 1) == [reads]


def test_a_french_scanner_is_read_in_french(plug: Plug, open_driver: Open) -> None:
    scanner = plug()
    driver = open_driver(layout="fr")
    for key in (e.KEY_4, e.KEY_0, e.KEY_Q):
        scanner.key(key, held=[e.KEY_LEFTSHIFT])
    scanner.key(e.KEY_5, held=[e.KEY_RIGHTALT])
    scanner.enter()
    assert texts(driver, 1) == ["40A["]


def test_a_variant_of_a_layout_can_be_chosen(plug: Plug, open_driver: Open) -> None:
    scanner = plug()
    driver = open_driver(layout="us", variant="dvorak")
    scanner.type("s")
    scanner.enter()
    assert texts(driver, 1) == ["o"]


def test_caps_lock_does_not_outlive_its_scan(plug: Plug, open_driver: Open) -> None:
    scanner = plug()
    driver = open_driver()
    scanner.key(e.KEY_CAPSLOCK)
    scanner.type("ab")
    scanner.enter()
    scanner.type("ab")
    scanner.enter()
    assert texts(driver, 2) == ["AB", "ab"]


def test_a_key_that_repeats_itself_is_typed_once(plug: Plug, open_driver: Open) -> None:
    scanner = plug()
    driver = open_driver()
    for value in (1, 2, 2, 2, 0):
        scanner.change(e.KEY_7, value)
    scanner.enter()
    assert texts(driver, 1) == ["7"]


def test_keypad_digits_are_digits_whatever_num_lock_says(plug: Plug, open_driver: Open) -> None:
    scanner = plug()
    driver = open_driver()
    for key in (e.KEY_KP4, e.KEY_KP0, e.KEY_KP7):
        scanner.key(key)
    scanner.key(e.KEY_KPENTER)
    assert texts(driver, 1) == ["407"]


# ---------------------------------------------------------------------------------- GS1 separators


def type_alt(scanner: Keyboard, digits: str) -> None:
    keypad = (
        *(e.KEY_KP0, e.KEY_KP1, e.KEY_KP2, e.KEY_KP3, e.KEY_KP4),
        *(e.KEY_KP5, e.KEY_KP6, e.KEY_KP7, e.KEY_KP8, e.KEY_KP9),
    )
    scanner.change(e.KEY_LEFTALT, 1)
    for digit in digits:
        scanner.key(keypad[int(digit)])
    scanner.change(e.KEY_LEFTALT, 0)


def type_ctrl_bracket(scanner: Keyboard) -> None:
    scanner.key(e.KEY_RIGHTBRACE, held=[e.KEY_LEFTCTRL])


SEPARATORS: dict[str, Callable[[Keyboard], None]] = {
    "ctrl_]": type_ctrl_bracket,
    "f12": lambda scanner: scanner.key(e.KEY_F12),
    "alt_029": lambda scanner: type_alt(scanner, "029"),
    "|": lambda scanner: scanner.type("|"),
}


@pytest.mark.parametrize("travels_as", SEPARATORS)
def test_the_gs1_separator_is_understood_as_it_travels(
    plug: Plug, open_driver: Open, travels_as: str
) -> None:
    scanner = plug()
    driver = open_driver(group_separators=(travels_as,))
    scanner.type("]C110ABC")
    SEPARATORS[travels_as](scanner)
    scanner.type("21SER1")
    scanner.enter()
    assert texts(driver, 1) == ["]C110ABC" + GROUP_SEPARATOR + "21SER1"]


@pytest.mark.parametrize(
    ("travels_as", "left"), [*((s, "") for s in SEPARATORS if s != "|"), ("|", "|")]
)
def test_what_is_not_chosen_as_separator_is_none(
    plug: Plug, open_driver: Open, travels_as: str, left: str
) -> None:
    scanner = plug()
    driver = open_driver(group_separators=("~",))
    scanner.type("10ABC")
    SEPARATORS[travels_as](scanner)
    scanner.type("21")
    scanner.enter()
    assert texts(driver, 1) == ["10ABC" + left + "21"]


@pytest.mark.parametrize("layout", ["de", "fr"])
def test_ctrl_bracket_is_found_by_its_place_in_other_layouts(
    plug: Plug, open_driver: Open, layout: str
) -> None:
    scanner = plug()
    driver = open_driver(layout=layout)
    scanner.key(e.KEY_X)
    type_ctrl_bracket(scanner)
    scanner.enter()
    assert texts(driver, 1) == ["x" + GROUP_SEPARATOR]


@pytest.mark.parametrize("count", [6, 4301])
def test_more_digits_under_alt_than_any_character_has_void_the_scan(
    plug: Plug, open_driver: Open, count: int
) -> None:
    scanner = plug()
    driver = open_driver()
    scanner.type("4006")
    scanner.change(e.KEY_LEFTALT, 1)
    for _ in range(count):
        scanner.key(e.KEY_KP1)
        assert driver.read(0) is None
    scanner.change(e.KEY_LEFTALT, 0)
    scanner.enter()
    scanner.type("96385074")
    scanner.enter()
    assert texts(driver, 1) == ["96385074"]
    assert driver.voided == 1


def test_a_whole_scan_may_come_as_alt_codes(plug: Plug, open_driver: Open) -> None:
    scanner = plug()
    driver = open_driver()
    for number in ("065", "0228", "132", "013"):
        type_alt(scanner, number)
    assert texts(driver, 1) == ["Aää"]


# ---------------------------------------------------------------------------------- ends


def test_a_prefix_is_expected_and_taken_off(plug: Plug, open_driver: Open) -> None:
    scanner = plug()
    driver = open_driver(prefix="~", suffix="tab")
    for text in ("~96385074\t", "96385074\t", "~4006381333931\t"):
        scanner.type(text)
    assert texts(driver, 2) == ["96385074", "4006381333931"]
    assert driver.voided == 1


def test_enter_is_data_if_tab_is_the_suffix(plug: Plug, open_driver: Open) -> None:
    scanner = plug()
    driver = open_driver(suffix="tab")
    scanner.type("a")
    scanner.enter()
    scanner.type("b\t")
    assert texts(driver, 1) == ["a\rb"]


def test_cr_and_lf_end_one_scan(plug: Plug, open_driver: Open) -> None:
    scanner = plug()
    driver = open_driver()
    scanner.type("12")
    scanner.enter()
    scanner.key(e.KEY_J, held=[e.KEY_LEFTCTRL])
    scanner.type("34")
    scanner.enter()
    assert texts(driver, 2) == ["12", "34"]
    assert driver.voided == 0


def test_without_a_suffix_a_pause_ends_a_scan(plug: Plug, open_driver: Open) -> None:
    scanner = plug()
    driver = open_driver(suffix="none", gap_ms=100, min_length=4)
    scanner.type("96385074")
    scanner.now_ms += 150
    scanner.type("123")
    scanner.now_ms += 150
    scanner.type("4006381333931")
    assert texts(driver, 2) == ["96385074", "4006381333931"]
    assert driver.voided == 1
    assert driver.read(AT_ONCE_MS) is None


def test_a_scan_that_is_too_long_is_thrown_away_whole(plug: Plug, open_driver: Open) -> None:
    scanner = plug()
    driver = open_driver(max_length=13)
    for text in ("1" * 14, "4006381333931"):
        scanner.type(text)
        scanner.enter()
    assert texts(driver, 1) == ["4006381333931"]
    assert driver.voided == 1


def test_a_lonely_enter_is_no_scan(plug: Plug, open_driver: Open) -> None:
    scanner = plug()
    driver = open_driver()
    scanner.enter()
    scanner.key(e.KEY_LEFTSHIFT)
    scanner.enter()
    assert driver.read(AT_ONCE_MS) is None
    assert driver.voided == 0


def test_a_stale_half_is_not_put_before_the_next_scan(plug: Plug, open_driver: Open) -> None:
    scanner = plug()
    driver = open_driver()
    scanner.change(e.KEY_LEFTSHIFT, 1)
    scanner.type("400638")
    scanner.now_ms += 1500
    scanner.type("96385074")
    scanner.enter()
    assert texts(driver, 1) == ["96385074"]
    assert driver.voided == 1


def test_a_slow_scanner_is_let_finish(plug: Plug, open_driver: Open) -> None:
    scanner = plug()
    driver = open_driver()
    for digit in "96385074":
        scanner.type(digit)
        scanner.now_ms += 500
    scanner.enter()
    assert texts(driver, 1) == ["96385074"]


# ---------------------------------------------------------------------------------- lost keys


def test_a_scan_with_lost_keys_is_thrown_away_whole(plug: Plug, open_driver: Open) -> None:
    scanner = plug()
    driver = open_driver()
    scanner.type("4006")
    scanner.event(e.EV_SYN, e.SYN_DROPPED, 0)
    # What stands before the next report belongs to the loss.
    scanner.event(e.EV_KEY, e.KEY_9, 1)
    scanner.event(e.EV_KEY, e.KEY_ENTER, 1)
    scanner.report()
    scanner.type("3931")
    scanner.enter()
    scanner.type("96385074")
    scanner.enter()
    assert texts(driver, 1) == ["96385074"]
    assert driver.voided == 1
    assert driver.read(AT_ONCE_MS) is None


def test_a_loss_before_the_first_key_voids_the_tail_too(plug: Plug, open_driver: Open) -> None:
    scanner = plug()
    driver = open_driver()
    scanner.event(e.EV_SYN, e.SYN_DROPPED, 0)
    scanner.report()
    scanner.type("3931")
    scanner.enter()
    scanner.type("96385074")
    scanner.enter()
    assert texts(driver, 1) == ["96385074"]


def test_after_a_loss_a_pause_begins_a_new_scan(plug: Plug, open_driver: Open) -> None:
    scanner = plug()
    driver = open_driver()
    scanner.type("4006")
    scanner.event(e.EV_SYN, e.SYN_DROPPED, 0)
    scanner.report()
    scanner.now_ms += 1500
    scanner.type("96385074")
    scanner.enter()
    assert texts(driver, 1) == ["96385074"]


def test_a_shift_that_was_lost_does_not_stick(plug: Plug, open_driver: Open) -> None:
    scanner = plug()
    driver = open_driver()
    scanner.change(e.KEY_LEFTSHIFT, 1)
    scanner.event(e.EV_SYN, e.SYN_DROPPED, 0)
    scanner.report()
    scanner.enter()
    scanner.type("ab1")
    scanner.enter()
    assert texts(driver, 1) == ["ab1"]


def test_keys_that_mean_nothing_and_events_of_other_kinds_do_no_harm(
    plug: Plug, open_driver: Open
) -> None:
    scanner = plug()
    driver = open_driver()
    scanner.type("9638")
    for key in (e.KEY_LEFT, e.KEY_F5, e.KEY_MUTE, e.KEY_RESERVED, e.KEY_MAX, 0xFFFF):
        scanner.key(key)
    scanner.event(e.EV_MSC, e.MSC_SCAN, 0x70004)
    scanner.event(e.EV_REL, e.REL_X, -5)
    scanner.event(e.EV_LED, e.LED_CAPSL, 1)
    scanner.type("5074")
    scanner.enter()
    assert texts(driver, 1) == ["96385074"]


def test_random_keys_raise_nothing(plug: Plug, open_driver: Open) -> None:
    scanner = plug()
    driver = open_driver(layout="fr")
    chance = random.Random(7)
    for _ in range(60):
        for _ in range(20):
            scanner.change(chance.choice(KEYS), chance.choice((0, 1, 1, 2)))
        while driver.read(0):
            """Whatever it made of them."""
    scanner.now_ms += 5000
    scanner.key(e.KEY_X)
    scanner.enter()
    last = None
    while scan := driver.read(AT_ONCE_MS):
        last = scan
    assert last == Scan("x", "Honeywell 1900")


def test_events_that_are_cut_in_the_middle_are_put_together(plug: Plug, open_driver: Open) -> None:
    scanner = plug()
    driver = open_driver()
    for part in scanner.parts_of_a_key(e.KEY_7):
        scanner.write(part)
        assert driver.read(AT_ONCE_MS // 6) is None
    scanner.enter()
    assert texts(driver, 1) == ["7"]
