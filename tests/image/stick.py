"""USB sticks as files."""

import subprocess
from pathlib import Path

_ROOM = 256 * 2**20


def stick(path: Path, *files: Path) -> Path:
    """A stick with FAT32 on it, as sold in shops, that holds some files."""
    size = sum(file.stat().st_size for file in files) + _ROOM
    with path.open("wb") as made:
        made.truncate(size // 2**20 * 2**20)
    subprocess.run(
        ["mkfs.vfat", "-F", "32", "-n", "STICK", str(path)], check=True, capture_output=True
    )
    for file in files:
        subprocess.run(["mcopy", "-i", str(path), str(file), "::"], check=True)
    return path
