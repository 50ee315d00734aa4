"""A pytest plugin for the tests on an emulated kernel: plugging scanners in, opening drivers on them."""

import itertools
from collections.abc import Callable, Iterator

import pytest

from drivers.scanner._ears import PAUSE_MS
from drivers.scanner._pairing import Listener
from drivers.scanner.evdev import Driver, Options
from tests.drivers.scanner.contract import SOON_MS
from tests.drivers.scanner.umockdev import Bed, Keyboard
from tests.drivers.scanner.wedge import chords_of

NUMBERS = itertools.count(3)
QUIET_MS = PAUSE_MS + 200
"""So long that whatever was sent has been judged."""

Plug = Callable[..., Keyboard]


@pytest.fixture(scope="session")
def bed() -> Bed:
    return Bed()


@pytest.fixture
def plug(bed: Bed) -> Iterator[Plug]:
    """Plugs a keyboard in, under the next event number and into the next socket."""
    plugged: list[Keyboard] = []

    def plug(**identity: object) -> Keyboard:
        number = next(NUMBERS)
        identity.setdefault("socket", f"usb1/1-{number}")
        plugged.append(Keyboard(bed, number, **identity))  # type: ignore[arg-type]
        return plugged[-1]

    yield plug
    for keyboard in plugged:
        if keyboard.is_plugged:
            keyboard.pull()


@pytest.fixture(scope="session")
def only_listener() -> Listener:
    """Learning all the layouts takes its time, so once must do."""
    return Listener(ports=())


@pytest.fixture
def listener(only_listener: Listener) -> Iterator[Listener]:
    yield only_listener
    only_listener.close()


@pytest.fixture
def open_driver() -> Iterator[Callable[..., Driver]]:
    """Opens a driver for the scanner that `plug` makes."""
    opened: list[Driver] = []

    def open_driver(**options: object) -> Driver:
        options.setdefault("vendor", "0c2e")
        driver = Driver(Options(**options))  # type: ignore[arg-type]
        opened.append(driver)
        driver.open(SOON_MS)
        return driver

    yield open_driver
    for driver in opened:
        driver.close()


Open = Callable[..., Driver]


def texts(driver: Driver, count: int) -> list[str]:
    return [scan.text for _ in range(count) if (scan := driver.read(SOON_MS))]


def type_in(scanner: Keyboard, text: str, layout: str, variant: str = "") -> None:
    for key, held in chords_of(text, layout, variant):
        scanner.key(key, held=held)
