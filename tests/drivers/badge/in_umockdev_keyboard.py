"""Badge readers that play keyboard. Run by `test_keyboard.py` under umockdev-wrapper."""

import gc
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import evdev.ecodes as e
import pytest

from drivers import DeviceAbsent, DeviceBusy
from drivers.badge import Badge, BadgeReaderAmbiguous, BadgeReaderNotChosen
from drivers.badge.keyboard import Driver, Options
from tests.drivers.badge.contract import AT_ONCE_MS, NEVER_AWAY_MS, SOON_MS, BadgeReaderContract
from tests.drivers.badge.tags import Tag
from tests.drivers.scanner.kernel import Plug
from tests.drivers.scanner.umockdev import Keyboard

READER = {
    "name": "Sycreader USB Reader",
    "vendor": 0xFFFF,
    "product": 0x0035,
    "serial": "08FF20171101",
}
EVIOCGRAB = 0x40044590
SEEED_10D = "3808980205"
MAKERS_3D5D = "111,27706"

Open = Callable[..., Driver]


@pytest.fixture
def reader(plug: Plug) -> Keyboard:
    return plug(**READER)


@pytest.fixture
def open_driver() -> Iterator[Open]:
    opened: list[Driver] = []

    def open_driver(**options: object) -> Driver:
        options.setdefault("vendor", "ffff")
        driver = Driver(Options(**options))  # type: ignore[arg-type]
        opened.append(driver)
        driver.open(SOON_MS)
        return driver

    yield open_driver
    for driver in opened:
        driver.close()


def typed(reader: Keyboard, text: str) -> None:
    reader.type(text)
    reader.enter()


class KeyboardBench:
    def __init__(self, plug: Plug, away_ms: int) -> None:
        self._plug = plug
        self._texts = (SEEED_10D, MAKERS_3D5D)
        self.tags = (Tag("E3086CED", "em4100-32"), Tag("6F6C3A", "wiegand26"))
        self.driver = Driver(Options(vendor="ffff", product="0035", away_ms=away_ms))
        self.plug()

    def hold(self, tag: Tag) -> None:
        typed(self.keyboard, self._texts[self.tags.index(tag)])

    def lift(self) -> None:
        """It types no more."""

    def hold_broken(self) -> None:
        typed(self.keyboard, "4294967296")

    def unplug(self) -> None:
        self.keyboard.pull()

    def plug(self) -> None:
        self.keyboard = self._plug(**READER)


class TestKeyboardBadgeReader(BadgeReaderContract):
    @pytest.fixture
    def make(self, plug: Plug) -> Iterator[Callable[[int], KeyboardBench]]:
        benches: list[KeyboardBench] = []

        def make(away_ms: int) -> KeyboardBench:
            benches.append(KeyboardBench(plug, away_ms))
            return benches[-1]

        yield make
        for bench in benches:
            bench.driver.close()


# ---------------------------------------------------------------------------------- choosing


def test_a_keyboard_is_never_taken_by_guesswork(plug: Plug) -> None:
    plug(name="Some Keyboard", vendor=0x046D, product=0xC31C)
    with pytest.raises(BadgeReaderNotChosen) as refusal:
        Driver(Options()).open(60_000)
    assert "Some Keyboard [046d:c31c]" in str(refusal.value.fields["candidates"])


def test_two_that_fit_are_not_told_apart_by_guesswork(plug: Plug, open_driver: Open) -> None:
    for serial in ("LEFT", "RIGHT"):
        plug(**{**READER, "serial": serial})
    with pytest.raises(BadgeReaderAmbiguous) as refusal:
        open_driver()
    assert "LEFT" in str(refusal.value.fields["candidates"])
    assert "RIGHT" in str(refusal.value.fields["candidates"])


@pytest.mark.parametrize(
    "match",
    [
        {"vendor": "FFFF", "product": "0035"},
        {"serial": "08FF20171101"},
        {"path": "pci-front"},
        {"name": "Sycreader USB Reader"},
    ],
)
def test_a_reader_is_found_by_what_stays(
    plug: Plug, open_driver: Open, match: dict[str, str]
) -> None:
    plug(name="Keyboard", vendor=0x046D, product=0xC31C, serial="K1")
    reader = plug(**READER, socket="usb1/front")
    driver = open_driver(**{"vendor": None, **match})
    typed(reader, SEEED_10D)
    assert driver.read(SOON_MS) == Badge("E3086CED", "em4100-32", "Sycreader USB Reader")


def test_a_device_with_a_key_held_down_is_left_alone(plug: Plug) -> None:
    plug(**READER, down=[e.KEY_LEFTSHIFT])
    with pytest.raises(DeviceBusy, match="key_held"):
        Driver(Options(vendor="ffff")).open(0)


def test_a_reader_whose_name_is_no_text_is_read(plug: Plug, open_driver: Open) -> None:
    reader = plug(**READER, raw_name=b"Reader \xe5\x95\x86\xe7")
    driver = open_driver()
    typed(reader, SEEED_10D)
    assert driver.read(SOON_MS) == Badge("E3086CED", "em4100-32", "Reader 商\ufffd")


def test_it_is_grabbed_while_it_is_open(plug: Plug, open_driver: Open) -> None:
    """The emulated kernel forgets a grab, so what the driver asks the kernel for is looked at."""
    grabs: list[object] = []

    def note(event: str, arguments: tuple[object, ...]) -> None:
        if event == "fcntl.ioctl" and arguments[1] == EVIOCGRAB:
            grabs.append(arguments[2])

    sys.addaudithook(note)
    plug(**READER)
    driver = open_driver()
    assert grabs == [1]
    driver.close()
    assert grabs == [1, 0]


# ---------------------------------------------------------------------------------- reading


def test_hex_is_read_if_it_is_named(reader: Keyboard, open_driver: Open) -> None:
    driver = open_driver(format="10h", suffix="tab")
    for text in ("62e3086ced\t", "01026F6C3A\t", "0102030405\t"):
        reader.type(text)
    ids = [badge.id for _ in range(3) if (badge := driver.read(SOON_MS))]
    assert ids == ["62E3086CED", "01026F6C3A", "0102030405"]


def test_hex_is_thrown_away_if_it_is_not_named(reader: Keyboard, open_driver: Open) -> None:
    driver = open_driver()
    for text in ("62E3086CED", "E3086CED", "12345678"):
        typed(reader, text)
    assert driver.read(AT_ONCE_MS) is None
    assert driver.voided == 3


def test_keys_are_read_in_the_layout_of_the_options(reader: Keyboard, open_driver: Open) -> None:
    driver = open_driver(format="8h", layout="fr")
    for digit in (e.KEY_5, e.KEY_6, e.KEY_7, e.KEY_8, e.KEY_9, e.KEY_0):
        reader.key(digit, held=[e.KEY_LEFTSHIFT])
    # The key that a US keyboard calls Q.
    reader.key(e.KEY_Q)
    reader.key(e.KEY_E)
    reader.enter()
    badge = driver.read(SOON_MS)
    assert badge is not None
    assert badge.id == "567890AE"


def test_a_prefix_is_expected_and_taken_off(reader: Keyboard, open_driver: Open) -> None:
    driver = open_driver(prefix=";")
    typed(reader, SEEED_10D)
    typed(reader, ";" + SEEED_10D)
    assert driver.read(SOON_MS)
    assert driver.voided == 1


def test_without_a_suffix_a_pause_ends_a_number(reader: Keyboard, open_driver: Open) -> None:
    driver = open_driver(suffix="none", gap_ms=50)
    reader.type(SEEED_10D)
    assert driver.read(SOON_MS)


def test_a_number_that_is_too_long_is_thrown_away_whole(
    reader: Keyboard, open_driver: Open
) -> None:
    driver = open_driver()
    typed(reader, "9" * 15 + SEEED_10D)
    assert driver.read(AT_ONCE_MS) is None
    assert driver.voided == 1


def test_half_a_badge_is_not_put_before_the_next(reader: Keyboard, open_driver: Open) -> None:
    driver = open_driver()
    reader.type("38089")
    reader.now_ms += 1500
    typed(reader, "80205")
    typed(reader, SEEED_10D)
    badge = driver.read(SOON_MS)
    assert badge is not None
    assert badge.id == "E3086CED"
    assert driver.voided == 2


def test_a_slow_reader_is_let_finish(reader: Keyboard, open_driver: Open) -> None:
    driver = open_driver(stale_ms=5000)
    for digit in SEEED_10D:
        reader.type(digit)
        reader.now_ms += 3000
    reader.enter()
    assert driver.read(SOON_MS)


def test_a_badge_with_lost_keys_is_thrown_away_whole(reader: Keyboard, open_driver: Open) -> None:
    driver = open_driver()
    reader.type("380")
    reader.event(e.EV_SYN, e.SYN_DROPPED, 0)
    # What stands before the next report belongs to the loss.
    reader.event(e.EV_KEY, e.KEY_ENTER, 1)
    reader.report()
    typed(reader, SEEED_10D)
    assert driver.read(AT_ONCE_MS) is None
    assert driver.voided == 1
    typed(reader, MAKERS_3D5D)
    assert driver.read(SOON_MS)


def test_events_that_are_cut_in_the_middle_are_put_together(
    reader: Keyboard, open_driver: Open
) -> None:
    driver = open_driver()
    reader.type(SEEED_10D[:-1])
    for part in reader.parts_of_a_key(e.KEY_5):
        reader.write(part)
        assert driver.read(0) is None
    reader.enter()
    assert driver.read(SOON_MS)


# ---------------------------------------------------------------------------------- the cable


def test_what_was_typed_before_the_grab_voids_the_badge_it_began(
    reader: Keyboard, open_driver: Open
) -> None:
    # The emulation keeps for the opener what was typed before; a kernel, what came before the grab.
    reader.type("38")
    driver = open_driver(format="8d")
    typed(reader, "08980205")
    typed(reader, "07302202")
    badge = driver.read(SOON_MS)
    assert badge is not None
    assert badge.id == "6F6C3A"
    assert driver.voided == 1


def test_a_whole_badge_before_the_grab_was_for_others(reader: Keyboard, open_driver: Open) -> None:
    typed(reader, SEEED_10D)
    driver = open_driver()
    typed(reader, MAKERS_3D5D)
    badge = driver.read(SOON_MS)
    assert badge is not None
    assert badge.form == "wiegand26"
    assert driver.voided == 1


def test_half_a_badge_and_a_pulled_cable_is_no_badge(
    plug: Plug, reader: Keyboard, open_driver: Open
) -> None:
    driver = open_driver()
    reader.change(e.KEY_LEFTSHIFT, 1)
    reader.type("38089")
    assert driver.read(AT_ONCE_MS) is None
    reader.pull()
    with pytest.raises(DeviceAbsent):
        driver.read(SOON_MS)
    assert driver.voided == 1
    again = plug(**READER)
    assert again.node != reader.node
    driver.open(SOON_MS)
    typed(again, "80205")
    typed(again, MAKERS_3D5D)
    badge = driver.read(SOON_MS)
    assert badge is not None
    assert badge.form == "wiegand26"
    assert driver.voided == 2


def test_an_end_of_file_is_an_unplug_and_no_garbage(reader: Keyboard, open_driver: Open) -> None:
    driver = open_driver()
    reader.end_of_file()
    with pytest.raises(DeviceAbsent):
        driver.read(SOON_MS)


def test_a_device_that_the_kernel_lists_no_more_is_absent(
    plug: Plug, reader: Keyboard, open_driver: Open
) -> None:
    other = plug(name="Keyboard", vendor=0x046D)
    driver = open_driver()
    other.pull()
    assert driver.read(AT_ONCE_MS) is None
    reader.vanish_quietly()
    with pytest.raises(DeviceAbsent):
        driver.read(SOON_MS)


def test_opening_and_closing_keeps_no_files(reader: Keyboard) -> None:
    driver = Driver(Options(vendor="ffff", away_ms=NEVER_AWAY_MS))
    counts = []
    for _ in range(2):
        for _ in range(10):
            driver.open(SOON_MS)
            typed(reader, SEEED_10D)
            assert driver.read(SOON_MS)
            driver.close()
        gc.collect()
        counts.append(sum(1 for _ in Path("/proc/self/fd").iterdir()))
    # The emulation opens and closes files of its own now and then.
    assert counts[1] < counts[0] + 5
