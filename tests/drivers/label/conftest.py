"""The judge, started once, and a printer's far end."""

from collections.abc import Iterator

import pytest

from tests.drivers.label.far_end import FarEnd
from tests.drivers.label.zebra import Zebra, why_not


@pytest.fixture(scope="session")
def zebra() -> Iterator[Zebra]:
    if reason := why_not():
        pytest.skip(reason)
    zebra = Zebra()
    yield zebra
    zebra.stop()


@pytest.fixture
def far_end() -> Iterator[FarEnd]:
    far_end = FarEnd()
    yield far_end
    far_end.unplug()
