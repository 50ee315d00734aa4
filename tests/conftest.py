"""What all tests share: how hard Hypothesis tries, and which files begin first."""

import os
from typing import Final

import pytest
from hypothesis import settings

from tests.mariadb import maria_server

# CI tries the same examples every time, so that a red build is about the change, and fewer of them, as more of the same
# say nothing new; a developer's machine looks further.
# Nothing asserts a duration: the machine may be busy.
settings.register_profile("ci", max_examples=50, deadline=None, derandomize=True, print_blob=True)
settings.register_profile("dev", deadline=None)
settings.load_profile("ci" if os.environ.get("CI") else "dev")

__all__ = ["maria_server"]

SLOWEST: Final = ("/test_window", "/test_layout", "/crash/", "_at_work")
"""Parts of the names of files that take longest; most of it is waiting for windows and processes."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest begins first, so that at the end no worker waits for another's last window."""
    items.sort(key=lambda item: not any(part in item.nodeid for part in SLOWEST))
