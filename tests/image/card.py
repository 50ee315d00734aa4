"""A card with the image on it, as a file, and what the firmware of a Raspberry Pi reads from it.

The emulator executes no firmware of a Raspberry Pi. What that does with an image is written down by its maker
(config.txt, autoboot.txt: "boot partitions", "tryboot") and is done here instead: which partition to start from, which
kernel and with which command line. Everything after the kernel's first instruction is the image's own.
"""

import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_SECTOR = 512


@dataclass(frozen=True, slots=True)
class Start:
    """What the firmware starts: from which partition, and with what."""

    partition: int
    kernel: Path
    initrd: Path
    line: str


class Card:
    """A card of `size_gb` that was flashed with `image`; the file `path` is made."""

    def __init__(self, path: Path, image: Path, size_gb: int = 16) -> None:
        self.path = path
        subprocess.run(["cp", "--sparse=always", str(image), str(path)], check=True)
        with path.open("r+b") as card:
            card.truncate(size_gb * 10**9 // _SECTOR * _SECTOR)

    def firmware(self, work: Path, *, is_trying: bool = False) -> Start:
        """What is started: the partition that autoboot.txt names, in its section for a trial if `is_trying`."""
        sections = {"", "all", "tryboot"} if is_trying else {"", "all"}
        chosen = {
            key: value
            for section, key, value in _settings(self.read(1, "autoboot.txt").decode())
            if section in sections
        }
        number = int(chosen.get("boot_partition", "1"))
        config = {
            key: value
            for section, key, value in _settings(self.read(number, "config.txt").decode())
            if section in {"", "all"}
        }
        files = work / f"start-{number}"
        shutil.rmtree(files, ignore_errors=True)
        files.mkdir(parents=True)
        kernel = config.get("kernel", "kernel8.img")
        initrd = config.get("initramfs", "initramfs8").split()[0]
        for name in (kernel, initrd):
            (files / name).write_bytes(self.read(number, name))
        line = self.read(number, "cmdline.txt").decode().strip()
        return Start(number, files / kernel, files / initrd, line)

    def read(self, partition: int, name: str) -> bytes:
        """A file of a FAT partition."""
        return self._mtools("mtype", partition, f"::{name}")

    def write(self, partition: int, name: str, content: bytes) -> None:
        """Put a file into a FAT partition, as the installer does at a computer."""
        source = self.path.with_suffix(".file")
        source.write_bytes(content)
        self._mtools("mcopy", partition, "-o", str(source), f"::{name}")

    def names(self, partition: int) -> list[str]:
        """The names in a FAT partition."""
        return self._mtools("mdir", partition, "-b", "::").decode().split()

    def _mtools(self, tool: str, partition: int, *arguments: str) -> bytes:
        offset = self.start_of(partition) * _SECTOR
        command = [tool, "-i", f"{self.path}@@{offset}", *arguments]
        return subprocess.run(command, check=True, capture_output=True).stdout

    def start_of(self, partition: int) -> int:
        """The first sector of one of the first four partitions."""
        with self.path.open("rb") as card:
            table = card.read(_SECTOR)[446:510]
        return int.from_bytes(table[(partition - 1) * 16 + 8 : (partition - 1) * 16 + 12], "little")


def _settings(text: str) -> Iterator[tuple[str, str, str]]:
    """Section, key and value of each line of a file of the firmware."""
    section = ""
    for raw in text.splitlines():
        line = raw.split("#")[0].strip()
        if line.startswith("["):
            section = line.strip("[]")
        elif line.startswith("initramfs "):
            yield section, "initramfs", line.removeprefix("initramfs ")
        elif "=" in line:
            key, _, value = line.partition("=")
            yield section, key.strip(), value.strip()
