"""These tests run in the virtual machine of tests/hardware/run and nowhere else."""

import os

import pytest

from tests.hardware.bench import Monitor

collect_ignore_glob = [] if "OPEN_POS_GUEST" in os.environ else ["test_*.py"]


@pytest.fixture(scope="session")
def monitor() -> Monitor:
    return Monitor()
