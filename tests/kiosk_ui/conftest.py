"""What all tests of the screen share."""

import gc
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def no_collector() -> Iterator[None]:
    """A stage is a million objects, which the collector would look through again and again while they are made."""
    gc.disable()
    yield
    gc.enable()
