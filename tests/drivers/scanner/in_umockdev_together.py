"""Several scanners at once, of several countries, and things that are none. Run by `test_evdev.py`."""

import random
from collections.abc import Callable, Iterable

import evdev.ecodes as e
import pytest

from drivers import DeviceAbsent
from drivers.scanner import GROUP_SEPARATOR, Scan
from tests.drivers.scanner.contract import AT_ONCE_MS, SOON_MS
from tests.drivers.scanner.in_umockdev_keys import SEPARATORS
from tests.drivers.scanner.kernel import Open, Plug, texts
from tests.drivers.scanner.umockdev import EVENT, Keyboard
from tests.drivers.scanner.wedge import chords_of

ARTICLES = [
    "]E04006381333931",
    "]C10104006381333931",
    "]e00104006381333931",
    "]Q1https://a.b/01?x=Z",
]
AIM = [
    *("]E02112345678900", "]E402345673", "]E00416000336108", "]C0Ab-12", "]A0ABC", "]I1123456"),
    *("]C1011231231231233310ABC123", "]e00104006381333931", "]d1x", "]d20104006381333931"),
    *("]Q1https://example.com/01/12312312312333?99=TEST", "]Q30104006381333931", "]J10104"),
]

Change = tuple[int, int]


def changes_of(text: str, layout: str, variant: str = "") -> list[Change]:
    """Every key that goes down and up for a text and Enter."""
    changes: list[Change] = []
    for key, held in [*chords_of(text, layout, variant), (e.KEY_ENTER, ())]:
        changes += [(modifier, 1) for modifier in held]
        changes += [(key, 1), (key, 0)]
        changes += [(modifier, 0) for modifier in reversed(held)]
    return changes


def scan_at_once(scans: Iterable[tuple[Keyboard, list[Change]]], chance: random.Random) -> None:
    """Send the keys of several scanners, one event of this, one event of that."""
    left = [(scanner, list(changes)) for scanner, changes in scans]
    while left := [(scanner, changes) for scanner, changes in left if changes]:
        scanner, changes = chance.choice(left)
        scanner.now_ms += 2
        scanner.event(e.EV_KEY, *changes.pop(0))
        if chance.random() < 0.9 or not changes:
            scanner.report()


@pytest.mark.parametrize("seed", range(4))
def test_scans_that_come_at_the_same_time_are_neither_lost_nor_merged(
    plug: Plug, open_driver: Open, seed: int
) -> None:
    countries = [("LEFT", "us", ""), ("MIDDLE", "fr", ""), ("RIGHT", "de", "")]
    scanners = {serial: plug(serial=serial, name=serial) for serial, *_ in countries}
    drivers = {
        serial: open_driver(serial=serial, layout=layout, variant=variant)
        for serial, layout, variant in countries
    }
    chance = random.Random(seed)
    for article in ARTICLES:
        scan_at_once(
            [
                (scanners[serial], changes_of(article + serial, layout, variant))
                for serial, layout, variant in countries
            ],
            chance,
        )
        for serial, driver in drivers.items():
            assert driver.read(SOON_MS) == Scan(article + serial, serial)
    for driver in drivers.values():
        assert driver.read(AT_ONCE_MS) is None
        assert driver.voided == 0


def test_a_scanner_that_is_replugged_does_not_disturb_the_other(
    plug: Plug, open_driver: Open
) -> None:
    left, right = plug(serial="LEFT", name="Left"), plug(serial="RIGHT", name="Right")
    drivers = open_driver(serial="LEFT"), open_driver(serial="RIGHT", layout="fr")
    half = changes_of("]E04006381333931", "fr")
    for change in half[:20]:
        right.change(*change)
    left.type("400638")
    assert drivers[0].read(AT_ONCE_MS) is None
    left.pull()
    with pytest.raises(DeviceAbsent):
        drivers[0].read(SOON_MS)
    for change in half[20:]:
        right.change(*change)
    assert drivers[1].read(SOON_MS) == Scan("]E04006381333931", "Right")
    again = plug(serial="LEFT", name="Left")
    drivers[0].open(SOON_MS)
    again.type("96385074")
    again.enter()
    assert drivers[0].read(SOON_MS) == Scan("96385074", "Left")
    assert (drivers[0].voided, drivers[1].voided) == (1, 0)


@pytest.mark.parametrize("layout", ["us", "gb", "de", "fr", "ch", "hu"])
def test_every_aim_identifier_arrives_in_every_layout(
    plug: Plug, open_driver: Open, layout: str
) -> None:
    scanner = plug()
    driver = open_driver(layout=layout)
    for text in AIM:
        for change in changes_of(text, layout):
            scanner.change(*change)
        assert texts(driver, 1) == [text]


BY_KEY: dict[str, Callable[[Keyboard], None]] = {
    name: way for name, way in SEPARATORS.items() if name != "|"
}


@pytest.mark.parametrize("layout", ["us", "de", "fr"])
@pytest.mark.parametrize("travels_as", BY_KEY)
def test_the_gs1_separator_arrives_in_every_layout_without_being_chosen(
    plug: Plug, open_driver: Open, layout: str, travels_as: str
) -> None:
    scanner = plug()
    driver = open_driver(layout=layout)
    for change in changes_of("]C110ABC", layout)[:-2]:
        scanner.change(*change)
    BY_KEY[travels_as](scanner)
    for change in changes_of("21ser-1", layout):
        scanner.change(*change)
    assert texts(driver, 1) == ["]C110ABC" + GROUP_SEPARATOR + "21ser-1"]


@pytest.mark.parametrize(("layout", "variant"), [("de", ""), ("fr", ""), ("us", "intl")])
def test_a_chosen_character_is_the_separator_in_its_layout(
    plug: Plug, open_driver: Open, layout: str, variant: str
) -> None:
    scanner = plug()
    driver = open_driver(layout=layout, variant=variant, group_separators=("|",))
    for change in changes_of("]d210ABC|21x", layout, variant):
        scanner.change(*change)
    assert texts(driver, 1) == ["]d210ABC" + GROUP_SEPARATOR + "21x"]


def test_an_accent_at_the_end_of_a_scan_is_part_of_it(plug: Plug, open_driver: Open) -> None:
    scanner = plug()
    driver = open_driver(layout="us", variant="intl")
    scanner.type("7'")
    scanner.enter()
    scanner.type("e")
    scanner.enter()
    assert texts(driver, 2) == ["7'", "e"]


# ---------------------------------------------------------------------------------- what is no scanner


def test_a_keyboard_that_was_named_by_mistake_gives_no_halves(
    plug: Plug, open_driver: Open
) -> None:
    keyboard = plug(name="Keyboard")
    driver = open_driver()
    for digit in "4006381333931":
        keyboard.type(digit)
        keyboard.now_ms += 1500
    keyboard.now_ms += 5000
    keyboard.type("96385074")
    keyboard.enter()
    assert texts(driver, 1) == ["96385074"]
    assert driver.voided == 13


def test_garbage_from_a_device_breaks_nothing(plug: Plug, open_driver: Open) -> None:
    scanner = plug()
    driver = open_driver(layout="de")
    chance = random.Random(11)
    for _ in range(200):
        kind = chance.choice((e.EV_SYN, e.EV_KEY, e.EV_MSC, e.EV_LED, 0xFFFF))
        code, value = chance.randrange(0x10000), chance.choice((0, 1, 2, -1, 2**31 - 1, -(2**31)))
        scanner.write(EVENT.pack(1000, 0, kind, code, value))
        while driver.read(0):
            """Whatever it made of them."""
    scanner.report()
    scanner.now_ms += 5000
    scanner.enter()
    scanner.type("96385074")
    scanner.enter()
    last = None
    while scan := driver.read(AT_ONCE_MS):
        last = scan
    assert last == Scan("96385074", "Honeywell 1900")


def test_an_end_in_the_middle_of_an_event_is_an_unplug(plug: Plug, open_driver: Open) -> None:
    scanner = plug()
    driver = open_driver()
    scanner.type("4006")
    scanner.write(scanner.parts_of_a_key(e.KEY_7)[0])
    assert driver.read(AT_ONCE_MS) is None
    scanner.pull()
    with pytest.raises(DeviceAbsent):
        driver.read(SOON_MS)
    again = plug()
    driver.open(SOON_MS)
    again.type("96385074")
    again.enter()
    assert texts(driver, 1) == ["96385074"]
    assert driver.voided == 1
