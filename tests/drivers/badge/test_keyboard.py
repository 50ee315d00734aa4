"""Badge readers that play keyboard, with the real python-evdev, pyudev and libxkbcommon on an emulated kernel.

The emulation is loaded before a program starts, so the tests in `in_umockdev_*.py` run in a pytest
of their own. What it reports is shown here when something fails.
"""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[2]


@pytest.mark.parametrize("name", ["in_umockdev_keyboard.py"])
def test_on_an_emulated_kernel(name: str) -> None:
    if shutil.which("umockdev-wrapper") is None:
        pytest.skip("umockdev is not installed (Debian: umockdev libumockdev0)")
    command = (
        *("umockdev-wrapper", sys.executable, "-m", "pytest", "-q", "--color=no"),
        *("-p", "no:cacheprovider", "-p", "tests.drivers.scanner.kernel", str(HERE / name)),
    )
    run = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=100, check=False
    )
    print(run.stdout[-200:])
    assert run.returncode == 0, f"\n{run.stdout}\n{run.stderr}"
