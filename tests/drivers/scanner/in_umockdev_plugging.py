"""Which scanner is taken, and what happens to its cable. Run by `test_evdev.py` under umockdev-wrapper."""

import gc
import os
from collections.abc import Iterator
from pathlib import Path

import evdev.ecodes as e
import pytest

from drivers import DeviceAbsent, DeviceBusy
from drivers._plugs import Plugs
from drivers.input_devices import find_candidates
from drivers.scanner import Scan, ScannerAmbiguous, ScannerNotChosen
from drivers.scanner.evdev import Driver, Options
from tests.drivers.scanner.contract import AT_ONCE_MS, SOON_MS, ScannerContract
from tests.drivers.scanner.kernel import Open, Plug, texts

MOUSE_KEYS = (e.BTN_LEFT, e.BTN_RIGHT)


class EvdevBench:
    def __init__(self, plug: Plug) -> None:
        self._plug = plug
        self.driver = Driver(Options(vendor="0c2e", product="0b61", serial="H12345"))
        self.plug()

    def plug(self) -> None:
        self.keyboard = self._plug()

    def unplug(self) -> None:
        self.keyboard.pull()

    def scan(self, text: str) -> None:
        self.keyboard.type(text)
        self.keyboard.enter()

    def half_scan(self, text: str) -> None:
        self.keyboard.type(text)


class TestEvdevScanner(ScannerContract):
    @pytest.fixture
    def bench(self, plug: Plug) -> Iterator[EvdevBench]:
        bench = EvdevBench(plug)
        yield bench
        bench.driver.close()


# ---------------------------------------------------------------------------------- choosing


def test_a_keyboard_is_never_taken_by_guesswork(plug: Plug) -> None:
    plug(name="Some Keyboard", vendor=0x046D, product=0xC31C)
    with pytest.raises(ScannerNotChosen) as refusal:
        Driver(Options()).open(0)
    assert "Some Keyboard [046d:c31c]" in str(refusal.value.fields["candidates"])


def test_a_device_that_cannot_type_is_no_candidate(plug: Plug) -> None:
    plug(name="Mouse", keys=MOUSE_KEYS)
    plug(name="Scanner")
    assert [candidate.name for candidate in find_candidates()] == ["Scanner"]


def test_all_that_is_set_must_fit(plug: Plug, open_driver: Open) -> None:
    plug(serial="OTHER")
    with pytest.raises(DeviceAbsent):
        open_driver(serial="H12345", vendor="0C2E", product="0b61")


@pytest.mark.parametrize(
    "match",
    [
        {"vendor": "0C2E"},
        {"vendor": "0c2e", "product": "0b61"},
        {"serial": "H12345"},
        {"serial": "Honeywell_H12345"},
        {"path": "/dev/input/by-id/usb-Honeywell_H12345-event-kbd"},
        {"path": "pci-front"},
        {"name": "Honeywell 1900"},
    ],
)
def test_a_scanner_is_found_by_what_stays(
    plug: Plug, open_driver: Open, match: dict[str, str]
) -> None:
    plug(name="Keyboard", vendor=0x046D, product=0xC31C, serial="K1")
    scanner = plug(socket="usb1/front")
    driver = open_driver(**{"vendor": None, **match})
    scanner.type("96385074")
    scanner.enter()
    assert driver.read(SOON_MS) == Scan("96385074", "Honeywell 1900")


def test_two_that_fit_are_not_told_apart_by_guesswork(plug: Plug, open_driver: Open) -> None:
    plug(serial="LEFT")
    plug(serial="RIGHT")
    with pytest.raises(ScannerAmbiguous) as refusal:
        open_driver()
    assert "LEFT" in str(refusal.value.fields["candidates"])
    assert "RIGHT" in str(refusal.value.fields["candidates"])


def test_while_two_fit_udev_may_talk_and_the_one_that_stays_is_taken(
    plug: Plug,
) -> None:
    left = plug(serial="LEFT")
    plug(serial="RIGHT")
    driver = Driver(Options(vendor="0c2e"))
    for _ in range(10):
        with pytest.raises(ScannerAmbiguous):
            driver.open(SOON_MS)
        # The emulation ends the whole process if nobody fetches what it says.
        for _ in range(10):
            plug(vendor=0x046D).pull()
    left.pull()
    driver.open(SOON_MS)
    driver.close()


def test_what_udev_says_and_nobody_could_keep_is_looked_after(
    plug: Plug, open_driver: Open
) -> None:
    scanner = plug()
    driver = open_driver()
    for is_pulled in (False, True):
        if is_pulled:
            scanner.vanish_quietly()
            assert driver._plugs.heard()
        break_socket(driver._plugs)
        if is_pulled:
            with pytest.raises(DeviceAbsent):
                driver.read(SOON_MS)
        else:
            assert driver.read(AT_ONCE_MS) is None
            other = plug(vendor=0x046D)
            assert driver._plugs.heard(), "it listens again"
            other.pull()


def break_socket(plugs: Plugs) -> None:
    """The next word of udev is an error, as it is when there was more than the socket holds."""
    read_end, write_end = os.pipe()
    os.write(write_end, b"x")
    os.dup2(read_end, plugs.fileno())
    os.close(read_end)
    os.close(write_end)


@pytest.mark.parametrize("name", [b"Scanner \xe5\x95\x86\xe7", b"Lecteur \xe9l\xe9gant"])
def test_a_scanner_whose_name_is_no_text_is_read_under_what_can_be_read_of_it(
    plug: Plug, open_driver: Open, name: bytes
) -> None:
    scanner = plug(raw_name=name)
    driver = open_driver(name=find_candidates()[0].name)
    scanner.type("96385074")
    scanner.enter()
    assert driver.read(SOON_MS) == Scan("96385074", name.decode(errors="replace"))


def test_two_scanners_at_once_keep_their_scans_apart(plug: Plug, open_driver: Open) -> None:
    left, right = plug(serial="LEFT", name="Left"), plug(serial="RIGHT", name="Right")
    drivers = open_driver(serial="LEFT"), open_driver(serial="RIGHT")
    for digit in "4006381333931":
        left.type(digit)
        right.type("7")
    right.enter()
    left.enter()
    assert drivers[0].read(SOON_MS) == Scan("4006381333931", "Left")
    assert drivers[1].read(SOON_MS) == Scan("7" * 13, "Right")


def test_a_device_with_a_key_held_down_is_left_alone(plug: Plug, open_driver: Open) -> None:
    plug(down=[e.KEY_LEFTSHIFT])
    with pytest.raises(DeviceBusy, match="key_held"):
        open_driver()


def test_a_whole_scan_before_the_grab_was_for_others(plug: Plug, open_driver: Open) -> None:
    # The emulation keeps for the opener what was typed before; a kernel, what came before the grab.
    scanner = plug()
    scanner.type("4006381333931")
    scanner.enter()
    driver = open_driver()
    scanner.type("96385074")
    scanner.enter()
    assert texts(driver, 1) == ["96385074"]
    assert driver.voided == 1


def test_a_key_that_comes_up_before_the_grab_voids_nothing(plug: Plug, open_driver: Open) -> None:
    scanner = plug()
    scanner.change(e.KEY_ENTER, 0)
    driver = open_driver()
    scanner.type("96385074")
    scanner.enter()
    assert texts(driver, 1) == ["96385074"]
    assert driver.voided == 0


def test_what_was_typed_before_the_grab_voids_the_scan_it_began(
    plug: Plug, open_driver: Open
) -> None:
    scanner = plug()
    scanner.type("4006")
    driver = open_driver()
    scanner.type("381333931")
    scanner.enter()
    scanner.type("96385074")
    scanner.enter()
    assert texts(driver, 1) == ["96385074"]
    assert driver.voided == 1


# ---------------------------------------------------------------------------------- plugging


def test_a_scanner_is_found_again_under_another_number(plug: Plug, open_driver: Open) -> None:
    first = plug()
    driver = open_driver()
    first.type("400638")
    assert driver.read(AT_ONCE_MS) is None
    first.pull()
    with pytest.raises(DeviceAbsent):
        driver.read(SOON_MS)
    second = plug()
    assert second.node != first.node
    driver.open(SOON_MS)
    second.type("96385074")
    second.enter()
    assert texts(driver, 1) == ["96385074"]


def test_an_end_of_file_is_an_unplug_and_no_garbage(plug: Plug, open_driver: Open) -> None:
    scanner = plug()
    driver = open_driver()
    scanner.end_of_file()
    with pytest.raises(DeviceAbsent):
        driver.read(SOON_MS)


def test_an_unplug_that_only_udev_tells_is_believed(plug: Plug, open_driver: Open) -> None:
    scanner, other = plug(), plug(vendor=0x046D)
    driver = open_driver()
    other.pull()
    assert driver.read(AT_ONCE_MS) is None
    scanner.vanish_quietly()
    with pytest.raises(DeviceAbsent):
        driver.read(SOON_MS)


def test_nothing_of_a_pulled_scanner_sticks_to_the_next(plug: Plug, open_driver: Open) -> None:
    first = plug()
    driver = open_driver()
    first.change(e.KEY_LEFTSHIFT, 1)
    first.key(e.KEY_CAPSLOCK)
    first.type("a")
    assert driver.read(AT_ONCE_MS) is None
    first.pull()
    with pytest.raises(DeviceAbsent):
        driver.read(SOON_MS)
    second = plug()
    driver.open(SOON_MS)
    second.type("ab12")
    second.enter()
    assert texts(driver, 1) == ["ab12"]


def test_opening_and_closing_keeps_no_files(plug: Plug) -> None:
    scanner = plug()
    driver = Driver(Options(vendor="0c2e"))
    counts = []
    for _ in range(2):
        for _ in range(10):
            driver.open(SOON_MS)
            scanner.type("7")
            scanner.enter()
            assert driver.read(SOON_MS)
            driver.close()
        gc.collect()
        counts.append(sum(1 for _ in Path("/proc/self/fd").iterdir()))
    # The emulation opens and closes files of its own now and then.
    assert counts[1] < counts[0] + 5
