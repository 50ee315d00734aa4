"""What the flows share."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from appliance.config import DeviceConfig
from tests.flows.at_work import Shop


@pytest.fixture
def open_shop(tmp_path: Path) -> Iterator[Callable[..., Shop]]:
    opened: list[Shop] = []

    def open_one(*configured: DeviceConfig) -> Shop:
        opened.append(Shop(tmp_path / "store", *configured))
        return opened[-1]

    yield open_one
    for shop in opened:
        shop.close()
