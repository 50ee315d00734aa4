"""Tests of the drivers. A class's contract is a set of tests that every implementation inherits."""

import pytest

pytest.register_assert_rewrite(
    "tests.drivers.scanner.contract",
    "tests.drivers.printer.contract",
    "tests.drivers.drawer.contract",
    "tests.drivers.badge.contract",
    "tests.drivers.display.contract",
    "tests.drivers.label.contract",
    "tests.drivers.scale.contract",
    "tests.drivers.scanner.pairing_contract",
)
