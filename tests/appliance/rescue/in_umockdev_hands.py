"""Taps and number keys from an emulated kernel, by the real python-evdev. `test_hands.py` runs this."""

import itertools
from collections.abc import Iterator

import evdev.ecodes as e
import pytest

from appliance.rescue.hands import ALONE_S, LOOK_AGAIN_S, Digit, Hands, Tap
from tests.appliance.rescue.glass import Glass
from tests.drivers.scanner.kernel import Plug
from tests.drivers.scanner.umockdev import Bed

NUMBERS = itertools.count(40)
SINGLE = {e.ABS_X: (0, 4095), e.ABS_Y: (0, 4095)}
MULTI = {
    e.ABS_X: (0, 799),
    e.ABS_Y: (0, 479),
    e.ABS_MT_SLOT: (0, 9),
    e.ABS_MT_POSITION_X: (0, 799),
    e.ABS_MT_POSITION_Y: (0, 479),
    e.ABS_MT_TRACKING_ID: (0, 65535),
}


class Time:
    """A clock that the test moves."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def hands(time: Time) -> Iterator[Hands]:
    opened = Hands(now=time)
    yield opened
    opened.close()


def done(hands: Hands, time: Time) -> list[Tap | Digit]:
    """What is read now, and what is meant after nothing more was typed."""
    assert hands.descriptors()
    found = list(hands.read())
    time.now += ALONE_S + 0.01
    return found + list(hands.read())


def test_a_finger_on_a_screen_that_knows_one(bed: Bed, hands: Hands, time: Time) -> None:
    glass = Glass(bed, next(NUMBERS), SINGLE, [e.BTN_TOUCH])
    assert done(hands, time) == []
    glass.send((e.EV_ABS, e.ABS_X, 1024), (e.EV_ABS, e.ABS_Y, 2048), (e.EV_KEY, e.BTN_TOUCH, 1))
    glass.send((e.EV_ABS, e.ABS_X, 1030))
    assert done(hands, time) == []
    glass.send((e.EV_KEY, e.BTN_TOUCH, 0))
    assert done(hands, time) == [Tap(250, 500, 251, 500)]


def test_the_first_of_many_fingers_counts(bed: Bed, hands: Hands, time: Time) -> None:
    glass = Glass(bed, next(NUMBERS), MULTI, [e.BTN_TOUCH])
    hands.descriptors()
    glass.send(
        (e.EV_ABS, e.ABS_MT_SLOT, 0),
        (e.EV_ABS, e.ABS_MT_TRACKING_ID, 7),
        (e.EV_ABS, e.ABS_MT_POSITION_X, 799),
        (e.EV_ABS, e.ABS_MT_POSITION_Y, 0),
        (e.EV_KEY, e.BTN_TOUCH, 1),
        (e.EV_ABS, e.ABS_X, 799),
        (e.EV_ABS, e.ABS_Y, 0),
    )
    glass.send(
        (e.EV_ABS, e.ABS_MT_SLOT, 1),
        (e.EV_ABS, e.ABS_MT_TRACKING_ID, 8),
        (e.EV_ABS, e.ABS_MT_POSITION_X, 5),
        (e.EV_ABS, e.ABS_MT_POSITION_Y, 5),
    )
    glass.send((e.EV_ABS, e.ABS_MT_SLOT, 0), (e.EV_ABS, e.ABS_MT_TRACKING_ID, -1))
    glass.send(
        (e.EV_ABS, e.ABS_MT_SLOT, 1),
        (e.EV_ABS, e.ABS_MT_TRACKING_ID, -1),
        (e.EV_KEY, e.BTN_TOUCH, 0),
    )
    assert done(hands, time) == [Tap(1000, 0, 1000, 0)]


def test_a_tablet_clicks(bed: Bed, hands: Hands, time: Time) -> None:
    tablet = Glass(bed, next(NUMBERS), {e.ABS_X: (0, 32767), e.ABS_Y: (0, 32767)}, [e.BTN_LEFT])
    hands.descriptors()
    tablet.send((e.EV_ABS, e.ABS_X, 16384), (e.EV_ABS, e.ABS_Y, 32767))
    tablet.send((e.EV_KEY, e.BTN_LEFT, 1))
    tablet.send((e.EV_KEY, e.BTN_LEFT, 0))
    assert done(hands, time) == [Tap(500, 1000, 500, 1000)]


def test_a_tap_is_turned_with_the_picture(bed: Bed, time: Time) -> None:
    glass = Glass(bed, next(NUMBERS), SINGLE, [e.BTN_TOUCH])
    hands = Hands(90, now=time)
    hands.descriptors()
    glass.send((e.EV_ABS, e.ABS_X, 0), (e.EV_ABS, e.ABS_Y, 4095), (e.EV_KEY, e.BTN_TOUCH, 1))
    glass.send((e.EV_KEY, e.BTN_TOUCH, 0))
    assert Tap(0, 0, 0, 0) in done(hands, time)
    hands.close()


def test_a_number_is_a_key_that_comes_alone(plug: Plug, hands: Hands, time: Time) -> None:
    keyboard = plug()
    hands.descriptors()
    keyboard.key(e.KEY_3)
    assert list(hands.read()) == []
    assert done(hands, time) == [Digit(3)]
    keyboard.key(e.KEY_KP2)
    keyboard.enter()
    assert done(hands, time) == [Digit(2)]


def test_a_barcode_is_no_number(plug: Plug, hands: Hands, time: Time) -> None:
    scanner = plug()
    hands.descriptors()
    scanner.type("4006381333931")
    scanner.enter()
    assert done(hands, time) == []
    scanner.type("5")
    assert done(hands, time) == [Digit(5)]


def test_what_is_plugged_in_later_works_and_what_is_pulled_out_hurts_nobody(
    plug: Plug, hands: Hands, time: Time
) -> None:
    hands.descriptors()
    list(hands.read())
    keyboard = plug()
    time.now += LOOK_AGAIN_S
    hands.descriptors()
    keyboard.key(e.KEY_1)
    assert done(hands, time) == [Digit(1)]
    keyboard.pull()
    assert done(hands, time) == []
