"""Pairing a scanner that plays keyboard. Run by `test_evdev.py` under umockdev-wrapper."""

import gc
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import evdev.ecodes as e
import pytest

from drivers.input_devices import find_candidates, narrow
from drivers.scanner import Scan
from drivers.scanner import evdev as evdev_scanner
from drivers.scanner._code import CODE, Found, Misread
from drivers.scanner._pairing import Listener
from tests.drivers.scanner.contract import AT_ONCE_MS, SOON_MS
from tests.drivers.scanner.kernel import QUIET_MS, Plug, type_in
from tests.drivers.scanner.pairing_contract import ListenerContract
from tests.drivers.scanner.umockdev import Keyboard
from tests.drivers.scanner.wedge import chords_of

LAYOUTS = [
    *(("us", ""), ("gb", ""), ("de", ""), ("fr", ""), ("ch", ""), ("it", ""), ("hu", "")),
    *(("us", "intl"), ("cz", "qwerty"), ("nl", "")),
]
CHOICE = {"vendor": "0c2e", "product": "0b61", "serial": "H12345"}


class EvdevBench:
    def __init__(self, plug: Plug, listener: Listener) -> None:
        self.scanner = plug()
        self.listener = listener

    def scan(self, text: str) -> None:
        self.scanner.type(text)
        self.scanner.enter()


class TestEvdevListener(ListenerContract):
    @pytest.fixture
    def bench(self, plug: Plug, only_listener: Listener) -> Iterator[EvdevBench]:
        bench = EvdevBench(plug, only_listener)
        yield bench
        bench.listener.close()


def paired(listener: Listener) -> Found:
    heard = listener.listen(SOON_MS)
    assert isinstance(heard, Found)
    return heard


def driver_of(heard: Found) -> evdev_scanner.Driver:
    driver = evdev_scanner.Driver(evdev_scanner.Options(**heard.options))  # type: ignore[arg-type]
    driver.open(SOON_MS)
    return driver


# ---------------------------------------------------------------------------------- what is learned


@pytest.mark.parametrize(("layout", "variant"), LAYOUTS)
def test_the_layout_is_learned_and_makes_the_driver_read(
    plug: Plug, listener: Listener, layout: str, variant: str
) -> None:
    scanner = plug()
    listener.open()
    type_in(scanner, "]C0" + CODE, layout, variant)
    scanner.enter()
    heard = paired(listener)
    learned = {"layout": layout, **({"variant": variant} if variant else {})}
    assert heard == Found(
        type="evdev",
        label="Honeywell 1900",
        options={**CHOICE, **learned, "suffix": "enter"},
        aim=True,
        node=scanner.node,
    )
    listener.close()
    driver = driver_of(heard)
    text = "]E04006381333931 (10)Ab-'\"/:;=?_<>!%&*+,."
    type_in(scanner, text, layout, variant)
    scanner.enter()
    assert driver.read(SOON_MS) == Scan(text, "Honeywell 1900")
    driver.close()


def end_with_line_feed(scanner: Keyboard) -> None:
    scanner.key(e.KEY_J, held=[e.KEY_LEFTCTRL])


def end_with_tab_and_enter(scanner: Keyboard) -> None:
    scanner.key(e.KEY_TAB)
    scanner.enter()


def end_with_nothing(scanner: Keyboard) -> None:
    """And leave the pause to tell."""
    scanner.now_ms += 1000


@pytest.mark.parametrize(
    ("end", "suffix"),
    [
        (Keyboard.enter, "enter"),
        (lambda scanner: scanner.key(e.KEY_KPENTER), "enter"),
        (end_with_line_feed, "enter"),
        (lambda scanner: scanner.key(e.KEY_TAB), "tab"),
        (end_with_nothing, "none"),
        (end_with_tab_and_enter, "none"),
    ],
)
def test_the_suffix_is_learned_and_makes_the_driver_read(
    plug: Plug, listener: Listener, end: Callable[[Keyboard], None], suffix: str
) -> None:
    scanner = plug()
    listener.open()
    scanner.type(CODE)
    end(scanner)
    heard = paired(listener)
    assert heard.options["suffix"] == suffix
    listener.close()
    driver = driver_of(heard)
    for text in ("96385074", "4006381333931"):
        scanner.type(text)
        end(scanner)
    assert [driver.read(SOON_MS), driver.read(SOON_MS)] == [
        Scan("96385074", driver.label),
        Scan("4006381333931", driver.label),
    ]
    assert driver.voided == 0
    driver.close()


def test_a_prefix_is_learned_in_front_of_the_aim_identifier(plug: Plug, listener: Listener) -> None:
    scanner = plug()
    listener.open()
    scanner.type("~#]C0" + CODE)
    scanner.enter()
    heard = paired(listener)
    assert (heard.options["prefix"], heard.aim) == ("~#", True)


def test_a_scanner_that_types_alt_codes_needs_no_layout(plug: Plug, listener: Listener) -> None:
    keypad = (
        *(e.KEY_KP0, e.KEY_KP1, e.KEY_KP2, e.KEY_KP3, e.KEY_KP4),
        *(e.KEY_KP5, e.KEY_KP6, e.KEY_KP7, e.KEY_KP8, e.KEY_KP9),
    )
    scanner = plug()
    listener.open()
    for character in CODE:
        scanner.change(e.KEY_LEFTALT, 1)
        for digit in f"{ord(character):04}":
            scanner.key(keypad[int(digit)])
        scanner.change(e.KEY_LEFTALT, 0)
    scanner.enter()
    assert paired(listener).options == {**CHOICE, "layout": "us", "suffix": "enter"}


def test_a_bluetooth_scanner_of_sixty_milliseconds_is_heard(plug: Plug, listener: Listener) -> None:
    scanner = plug()
    listener.open()
    for character in CODE:
        scanner.type(character)
        scanner.now_ms += 56
    scanner.enter()
    assert isinstance(listener.listen(SOON_MS), Found)


# ---------------------------------------------------------------------------------- which device it is


def test_a_scanner_without_a_serial_number_goes_by_its_numbers(
    plug: Plug, listener: Listener
) -> None:
    scanner = plug(serial="")
    listener.open()
    scanner.type(CODE)
    scanner.enter()
    assert paired(listener).options == {
        "vendor": "0c2e",
        "product": "0b61",
        "layout": "us",
        "suffix": "enter",
    }


def test_of_two_alike_without_serial_numbers_the_socket_tells(
    plug: Plug, listener: Listener
) -> None:
    plug(serial="", socket="usb1/left")
    right = plug(serial="", socket="usb1/right")
    listener.open()
    right.type(CODE)
    right.enter()
    heard = paired(listener)
    assert heard.options["path"] == "/dev/input/by-path/pci-right-event-kbd"
    listener.close()
    driver = driver_of(heard)
    right.type("96385074")
    right.enter()
    assert driver.read(SOON_MS) == Scan("96385074", driver.label)
    driver.close()


def test_of_two_alike_with_serial_numbers_the_numbers_tell(plug: Plug, listener: Listener) -> None:
    plug(serial="LEFT")
    right = plug(serial="RIGHT")
    listener.open()
    right.type(CODE)
    right.enter()
    assert paired(listener).options == {
        **CHOICE,
        "serial": "RIGHT",
        "layout": "us",
        "suffix": "enter",
    }


def test_of_two_with_the_same_serial_number_the_socket_tells(plug: Plug) -> None:
    plug(serial="0001", socket="usb1/left")
    plug(serial="0001", socket="usb1/right")
    devices = find_candidates()
    for device in devices:
        assert [other for other in devices if narrow(device, devices).fits(other)] == [device]


def test_two_scanners_of_different_countries_may_scan_at_once(
    plug: Plug, listener: Listener
) -> None:
    left, right = plug(serial="LEFT"), plug(serial="RIGHT")
    listener.open()
    for one, other in zip(chords_of(CODE, "fr"), chords_of(CODE, "gb"), strict=True):
        left.key(one[0], held=one[1])
        right.key(other[0], held=other[1])
    left.enter()
    right.key(e.KEY_TAB)
    heard = [paired(listener), paired(listener)]
    told = {one.options["serial"]: (one.options["layout"], one.options["suffix"]) for one in heard}
    assert told == {"LEFT": ("fr", "enter"), "RIGHT": ("gb", "tab")}


def test_a_scanner_that_is_plugged_in_meanwhile_is_heard(plug: Plug, listener: Listener) -> None:
    listener.open()
    assert listener.listen(AT_ONCE_MS) is None
    scanner = plug()
    assert listener.listen(QUIET_MS) is None
    scanner.type(CODE)
    scanner.enter()
    assert isinstance(listener.listen(SOON_MS), Found)


def test_a_scanner_that_was_pulled_and_plugged_in_again_is_heard(
    plug: Plug, listener: Listener
) -> None:
    first = plug()
    listener.open()
    first.type(CODE[:9])
    assert listener.listen(AT_ONCE_MS) is None
    first.pull()
    second = plug()
    assert listener.listen(QUIET_MS) is None
    second.type(CODE[9:])
    second.enter()
    assert isinstance(listener.listen(SOON_MS), Misread)
    second.now_ms += 1000
    second.type(CODE)
    second.enter()
    assert isinstance(listener.listen(SOON_MS), Found)


def test_an_unplug_that_only_udev_tells_ends_the_listening_to_it(
    plug: Plug, listener: Listener
) -> None:
    scanner = plug()
    listener.open()
    scanner.vanish_quietly()
    assert listener.listen(AT_ONCE_MS) is None
    scanner.type(CODE)
    scanner.enter()
    assert listener.listen(QUIET_MS) is None


def test_nothing_is_grabbed(plug: Plug, listener: Listener) -> None:
    """The emulated kernel forgets a grab, so what the listener asks the kernel for is looked at."""
    asked: list[object] = []

    def note(event: str, arguments: tuple[object, ...]) -> None:
        if event == "fcntl.ioctl":
            asked.append(arguments[1])

    sys.addaudithook(note)
    scanner = plug()
    listener.open()
    scanner.type(CODE)
    scanner.enter()
    assert isinstance(listener.listen(SOON_MS), Found)
    assert 0x400445A0 in asked, "the clock is asked for, so this looks at the right place"
    assert 0x40044590 not in asked, "EVIOCGRAB"


def test_opening_and_closing_keeps_no_files(plug: Plug, listener: Listener) -> None:
    plug()
    counts = []
    for _ in range(2):
        for _ in range(10):
            listener.open()
            listener.listen(0)
            listener.close()
        gc.collect()
        counts.append(sum(1 for _ in Path("/proc/self/fd").iterdir()))
    # The emulation opens and closes files of its own now and then.
    assert counts[1] < counts[0] + 5


def test_what_was_not_asked_for_is_gone_after_closing(plug: Plug, listener: Listener) -> None:
    left, right = plug(serial="LEFT"), plug(serial="RIGHT")
    listener.open()
    for scanner in (left, right):
        scanner.type(CODE)
        scanner.enter()
    assert isinstance(listener.listen(SOON_MS), Found)
    listener.close()
    listener.open()
    assert listener.listen(QUIET_MS) is None
