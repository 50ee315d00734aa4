"""What the tests of the back office share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.appliance.lan_server.office import Office, open_office
from tests.browser import browser_of_the_session


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """A shop with an owner, a manager and a cashier; nobody has a password yet."""
    with open_office(tmp_path) as opened:
        yield opened


__all__ = ["browser_of_the_session", "office"]
