"""The real pyserial on an emulated /dev/ttyUSB0, whose far end also ends the program at a wrong byte.

The emulation is loaded before a program starts, so `in_umockdev_scale.py` runs in a pytest of its own.
"""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[2]

ADAPTER = """P: /devices/pci0000:00/usb1/1-2/1-2:1.0/ttyUSB0/tty/ttyUSB0
N: ttyUSB0
E: DEVNAME=/dev/ttyUSB0
E: MAJOR=188
E: MINOR=0
E: SUBSYSTEM=tty
A: dev=188:0
"""

# umockdev's own writing: w is what the program writes, r what it reads; ^B is STX, ^M is CR.
DIALOGUE = """w 0 W
r 50 ^B?^A^M
w 0 W
r 50 ^B01.235^M
w 0 W
r 50 ^B01.235^M
"""


def run(folder: Path, dialogue: str) -> subprocess.CompletedProcess[str]:
    if shutil.which("umockdev-run") is None:
        pytest.skip("umockdev is not installed (Debian: umockdev libumockdev0)")
    (folder / "adapter").write_text(ADAPTER)
    (folder / "dialogue").write_text(dialogue)
    command = (
        *("umockdev-run", "-d", str(folder / "adapter")),
        *("-s", f"/dev/ttyUSB0={folder / 'dialogue'}", "--"),
        *(sys.executable, "-m", "pytest", "-q", "--color=no", "-p", "no:cacheprovider"),
        str(HERE / "in_umockdev_scale.py"),
    )
    return subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=100, check=False
    )


def test_on_an_emulated_kernel(tmp_path: Path) -> None:
    ran = run(tmp_path, DIALOGUE)
    assert ran.returncode == 0, f"\n{ran.stdout}\n{ran.stderr}"


def test_the_emulated_kernel_would_notice_another_question(tmp_path: Path) -> None:
    ran = run(tmp_path, DIALOGUE.replace("w 0 W", "w 0 X"))
    assert ran.returncode != 0
