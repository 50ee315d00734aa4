"""Taps and keys on an emulated kernel; and that a picture that is turned is tapped where it is seen."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from appliance.rescue.hands import Tap, turned

HERE = Path(__file__).parent


@pytest.mark.parametrize(
    ("rotation", "upper_left_on_the_glass"),
    [(0, (0, 0)), (90, (0, 1000)), (180, (1000, 1000)), (270, (1000, 0))],
)
def test_the_corner_of_the_picture_is_tapped_where_it_lies(
    rotation: int, upper_left_on_the_glass: tuple[int, int]
) -> None:
    tap = Tap(*upper_left_on_the_glass, *upper_left_on_the_glass)
    assert turned(tap, rotation) == Tap(0, 0, 0, 0)


def test_on_an_emulated_kernel() -> None:
    if shutil.which("umockdev-wrapper") is None:
        pytest.skip("umockdev is not installed (Debian: umockdev libumockdev0)")
    command = (
        *("umockdev-wrapper", sys.executable, "-m", "pytest", "-q", "--color=no"),
        *("-p", "no:cacheprovider", "-p", "tests.drivers.scanner.kernel"),
        str(HERE / "in_umockdev_hands.py"),
    )
    run = subprocess.run(
        command, cwd=HERE.parents[2], capture_output=True, text=True, timeout=100, check=False
    )
    assert run.returncode == 0, f"\n{run.stdout}\n{run.stderr}"
