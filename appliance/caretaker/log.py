"""`open-pos caretaker log keep`: what is new in the system's journal goes to the card, and old logs go.

The journal of systemd lies in memory. Here it is appended, hour by hour, to one file for each start of the machine:

    /data/log/000042-3f9c01d2.log.gz    number, beginning of the boot id; gzip, one member for each time
    /data/log/000042-3f9c01d2.cursor    how far the journal was copied

Files are numbered, for a machine without a battery in its clock does not know which start was the newest.
"""

import argparse
import gzip
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

FOLDER: Final = Path("/data/log")
MOST_BOOTS: Final = 10
MOST_BYTES: Final = 20 * 1024 * 1024
MOST_OF_ONE: Final = MOST_BYTES // 2
"""Of one start at most so much is kept, so that a machine that stumbles all day still tells how it came to that."""
BOOT_ID: Final = Path("/proc/sys/kernel/random/boot_id")
_TIMEOUT_S: Final = 90
_FULL: Final = b"\n(more of this start is not kept)\n"


def main(arguments: Sequence[str]) -> int:
    """Copy what is new. 0 where it was copied."""
    parser = argparse.ArgumentParser(prog="open-pos caretaker log")
    parser.add_argument("do", choices=["keep"])
    parser.add_argument("--folder", type=Path, default=FOLDER)
    chosen = parser.parse_args(arguments)
    boot = BOOT_ID.read_text(encoding="ascii").strip()[:8]
    try:
        chosen.folder.mkdir(mode=0o750, parents=True, exist_ok=True)
        code = keep(chosen.folder, boot)
        thin_out(chosen.folder)
    except OSError as why:
        # A card that is full or broken must not make the machine slow to end.
        sys.stderr.write(f"the journal was not copied: {why}\n")
        return 1
    return code


def keep(folder: Path, boot: str) -> int:
    """Append what is new of this start. Raises `OSError`."""
    name = _name(folder, boot)
    log, cursor = folder / f"{name}.log.gz", folder / f"{name}.cursor"
    if log.exists() and log.stat().st_size >= MOST_OF_ONE:
        return 0
    try:
        said = subprocess.run(
            [
                "journalctl",
                "--boot",
                "--quiet",
                "--no-pager",
                "--output=short-iso-precise",
                f"--cursor-file={cursor}",
            ],
            check=False,
            capture_output=True,
            timeout=_TIMEOUT_S,
        )
    except subprocess.TimeoutExpired:
        sys.stderr.write("journalctl did not answer in time\n")
        return 1
    sys.stderr.buffer.write(said.stderr)
    if said.stdout:
        with log.open("ab") as out:
            out.write(gzip.compress(said.stdout, mtime=0))
            if out.tell() >= MOST_OF_ONE:
                out.write(gzip.compress(_FULL, mtime=0))
    return said.returncode


def thin_out(folder: Path) -> None:
    """Delete the oldest starts until few enough are left, and small enough. Raises `OSError`."""
    logs = sorted(folder.glob("[0-9]*.log.gz"), reverse=True)
    room = MOST_BYTES
    for place, log in enumerate(logs):
        room -= log.stat().st_size
        if place and (place >= MOST_BOOTS or room < 0):
            log.unlink()
            log.with_name(log.name.removesuffix(".log.gz") + ".cursor").unlink(missing_ok=True)


def _name(folder: Path, boot: str) -> str:
    """The name of this start's files: the one that it has, or the next number."""
    taken = sorted(path.name.split(".")[0] for path in folder.glob("[0-9]*-*.*"))
    for name in taken:
        if name.endswith(f"-{boot}"):
            return name
    last = int(taken[-1].split("-")[0]) if taken else 0
    return f"{last + 1:06}-{boot}"
