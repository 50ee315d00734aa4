"""Files that are whole at every moment, and after a power cut: the old one or the new one, never half of one."""

import fcntl
import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Final

FOR_ALL_TO_READ: Final = 0o644
FOR_ITS_OWNER: Final = 0o600
UNFINISHED: Final = ".unfinished"


def write(path: Path, data: bytes, mode: int | None = None) -> None:
    """Write a file in one go, perhaps in the place of another. Blocks for the disk.

    Without `mode` as the process' umask has it; with `mode`, no umask takes anything away from that.
    Raises `OSError`, after which all is as it was.
    """
    unfinished = write_beside(path, data, mode=mode)
    try:
        unfinished.replace(path)
    except OSError:
        with suppress(OSError):
            unfinished.unlink()
        raise
    sync_folder(path.parent)


@contextmanager
def written(path: Path, mode: int = FOR_ITS_OWNER) -> Iterator[IO[bytes]]:
    """A file that is too large to be held: what is written inside is there at the end, or nothing is.

    Until then it lies beside, as `.NAME.….unfinished`, locked; what a killed program left is cleared by `clear`. Blocks
    for the disk. Raises `OSError`.
    """
    file = path.with_name(f".{path.name}.{secrets.token_hex(4)}{UNFINISHED}")
    descriptor = os.open(file, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)
    try:
        with os.fdopen(descriptor, "w+b") as out:
            fcntl.flock(out, fcntl.LOCK_EX)
            yield out
            out.flush()
            os.fsync(out.fileno())
        file.replace(path)
    except BaseException:
        with suppress(OSError):
            file.unlink()
        raise
    sync_folder(path.parent)


def clear(folder: Path) -> None:
    """Remove what programs left that were killed while they wrote a file (`written`) into this folder."""
    for file in folder.glob(f".*{UNFINISHED}"):
        with suppress(OSError), file.open("rb") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            file.unlink()


def bytes_of(path: Path) -> bytes | None:
    """What a file holds; None where there is none. Raises `OSError`."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def write_beside(
    beside: Path, data: bytes, like: os.stat_result | None = None, mode: int | None = None
) -> Path:
    """A new file in the same folder, on the disk, with `mode`, or mode and owner of `like`.

    Raises `OSError`, leaving nothing.
    """
    file = beside.with_name(f".{beside.name}.{secrets.token_hex(4)}")
    mode = mode if like is None else stat.S_IMODE(like.st_mode)
    first = FOR_ALL_TO_READ if mode is None else mode
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, first)
    try:
        with os.fdopen(descriptor, "wb") as out:
            out.write(data)
            out.flush()
            made = os.fstat(out.fileno())
            if like is not None and (made.st_uid, made.st_gid) != (like.st_uid, like.st_gid):
                os.fchown(out.fileno(), like.st_uid, like.st_gid)
            # After the owner, because that takes some bits away; not for nothing, because FAT refuses it.
            has = stat.S_IMODE(made.st_mode)
            if mode is not None and (mode & ~has or (like is not None and has != mode)):
                os.fchmod(out.fileno(), mode)
            os.fsync(out.fileno())
    except OSError:
        with suppress(OSError):
            file.unlink()
        raise
    return file


def sync_folder(folder: Path) -> None:
    """Have the new names on the disk too."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
