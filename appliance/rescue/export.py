"""The journal on a USB stick, from a machine on which nothing else may work.

    open-pos-rescue-0001/shop.db           the store, copied by SQLite while it is whole, else byte by byte
                         shop.db-wal       beside it in the second case
                         system.log        the journal of the system since it was started
                         earlier/…         what was kept of earlier starts
                         open-pos.toml     the configuration, without passwords
                         README.txt        what this is

Keys that open PINs or backups are never copied. Bytes that cannot be read are zeros in the copy, and told.
"""

import os
import re
import shutil
import sqlite3
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Final, NamedTuple

from appliance.removable import Stick, sticks

LOGS: Final = Path("/data/log")
_PLACES: Final = ("/media/", "/run/media/", "/mnt/")
_CHUNK: Final = 1024 * 1024
_PAGES: Final = 256
"""So many pages of the store are copied between two looks at the clock."""
_TIMEOUT_S: Final = 60
_SPARE: Final = 40 * _CHUNK
"""For the logs, and for what a file system needs."""
_SECRET: Final = re.compile(
    r"""(?P<key>["']?\w*(?:passw|passphrase|secret|token|psk|api_?key|private)\w*["']?\s*=\s*)"""
    r'''(?P<value>"""(?s:.*?)"""|\'\'\'(?s:.*?)\'\'\'|"(?:\\.|[^"\\\n])*"?|'[^'\n]*'?|[^,}\n]+)''',
    re.IGNORECASE,
)
_IN_URL: Final = re.compile(r"(?P<before>://)[^@\s\"'/]*@")

Progress = Callable[[int], None]
"""Is told how far it is, in thousandths; draws, and feeds the watchdog."""


class Saved(NamedTuple):
    """What was written: the folder's name, its bytes, and how many bytes of the store could not be read."""

    folder: str
    size: int
    unread: int


class StickTooSmall(OSError):
    """The stick has less room than is needed; both in bytes."""

    def __init__(self, needed: int, free: int) -> None:
        """`needed` and `free` in bytes."""
        super().__init__(f"{free} bytes are free, {needed} are needed")
        self.needed, self.free = needed, free


def stick(root: Path = Path("/"), among: tuple[str, ...] = _PLACES) -> Stick | None:
    """The first stick that is mounted `among` these folders and can be written; None where there is none.

    A machine may run from a disk on USB: its own partitions are mounted elsewhere.
    """
    for one in sticks(root):
        place = one.mounted_at
        if place is None or not str(place).startswith(among):
            continue
        if os.access(place, os.W_OK):
            return one
    return None


def save(target: Path, store: Path, config: Path, progress: Progress, logs: Path = LOGS) -> Saved:
    """Copy everything into a new folder of `target`. Raises `StickTooSmall`, `OSError` where the stick fails."""
    needed = sum(_size(store / name) for name in ("shop.db", "shop.db-wal")) + _SPARE
    free = shutil.disk_usage(target).free
    if free < needed:
        raise StickTooSmall(needed, free)
    folder = _new_folder(target)
    progress(0)
    unread = copy_store(store, folder, progress)
    (folder / "system.log").write_bytes(_system_log())
    progress(940)
    _copy_logs(logs, folder / "earlier")
    _write_configuration(config, folder / "open-pos.toml")
    (folder / "README.txt").write_text(
        "The journal of a register of open-pos, saved by its rescue screen.\r\n"
        "shop.db holds every sale, and what is known of people: give it only to whom you trust.\r\n",
        encoding="utf-8",
    )
    progress(970)
    for file in folder.rglob("*"):
        if file.is_file():
            _sync(file)
    _sync(folder)
    progress(1000)
    return Saved(folder.name, sum(_size(file) for file in folder.rglob("*")), unread)


def copy_store(store: Path, folder: Path, progress: Progress) -> int:
    """Copy the store; how many of its bytes could not be read. 0 also where there is no store. Raises `OSError`."""
    source, copy = store / "shop.db", folder / "shop.db"
    if not source.exists():
        return 0

    def step(_status: int, remaining: int, total: int) -> None:
        progress(900 * (total - remaining) // max(1, total))

    try:
        whole = sqlite3.connect(f"file:{source}?mode=ro", uri=True)
        try:
            made = sqlite3.connect(copy)
            try:
                whole.backup(made, pages=_PAGES, progress=step, sleep=0.05)
            finally:
                made.close()
        finally:
            whole.close()
    except sqlite3.Error:
        copy.unlink(missing_ok=True)
        (folder / "shop.db-journal").unlink(missing_ok=True)
    else:
        return 0
    names = [name for name in ("shop.db", "shop.db-wal") if (store / name).exists()]
    return sum(
        copy_bytes(store / name, folder / name, lambda part: progress(part * 900 // 1000))
        for name in names
    )


def copy_bytes(source: Path, copy: Path, progress: Progress) -> int:
    """Copy what can be read, zeros for the rest; how many bytes those are. Raises `OSError` where `copy` fails."""
    size, unread = _size(source), 0
    try:
        descriptor = os.open(source, os.O_RDONLY)
    except OSError:
        return size
    try:
        with copy.open("wb") as out:
            for at in range(0, size, _CHUNK):
                wanted = min(_CHUNK, size - at)
                try:
                    part = os.pread(descriptor, wanted, at)
                except OSError:
                    part = b""
                unread += wanted - len(part)
                out.write(part.ljust(wanted, b"\0"))
                progress(1000 * (at + wanted) // size)
    finally:
        os.close(descriptor)
    return unread


def without_secrets(text: str) -> str:
    """A configuration whose passwords are dots; the text may be no TOML at all."""
    return _IN_URL.sub(r"\g<before>…@", _SECRET.sub(r'\g<key>"…"', text))


def _new_folder(target: Path) -> Path:
    for number in range(1, 10_000):
        folder = target / f"open-pos-rescue-{number:04}"
        try:
            folder.mkdir()
        except FileExistsError:
            continue
        return folder
    raise FileExistsError(str(target))


def _write_configuration(config: Path, copy: Path) -> None:
    try:
        text = config.read_text(encoding="utf-8", errors="replace")
    except OSError as why:
        text = f"# {config} could not be read: {why.strerror}\n"
    copy.write_text(without_secrets(text), encoding="utf-8")


def _system_log() -> bytes:
    try:
        said = subprocess.run(
            ["journalctl", "--boot", "--no-pager", "--quiet", "--output=short-iso-precise"],  # noqa: S607
            check=False,
            capture_output=True,
            timeout=_TIMEOUT_S,
        )
    except (OSError, subprocess.TimeoutExpired) as why:
        return f"journalctl: {why}\n".encode()
    return said.stdout + said.stderr


def _copy_logs(logs: Path, folder: Path) -> None:
    found = sorted(logs.glob("*.log.gz")) if logs.is_dir() else []
    if found:
        folder.mkdir()
    for log in found:
        copy_bytes(log, folder / log.name, lambda _part: None)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _size(file: Path) -> int:
    try:
        return file.stat().st_size if file.is_file() else 0
    except OSError:
        return 0
