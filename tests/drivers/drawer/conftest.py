"""Fixtures for the tests of drawers."""

from collections.abc import Iterator

import gpiozero
import pytest
from gpiozero.pins.mock import MockFactory

from tests.drivers.drawer.hand_clock import HandClock


@pytest.fixture
def pins() -> Iterator[MockFactory]:
    before = gpiozero.Device.pin_factory
    factory = gpiozero.Device.pin_factory = MockFactory()
    yield factory
    factory.close()
    gpiozero.Device.pin_factory = before


@pytest.fixture
def clock() -> HandClock:
    return HandClock()
