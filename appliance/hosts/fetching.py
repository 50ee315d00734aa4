"""A bundle of software on its way from the LAN server into this register: `software/` in the store's folder.

It comes piece by piece into `<sha256>.part` and gets its own name once it is whole and has that SHA-256. So after a
break, a stop or a restart it goes on where it was. There is one bundle in the folder at most, and room for the shop
beside it.
"""

import hashlib
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Final, Protocol

from appliance import whole_file
from appliance.journal.wire import Offered, Shelf, Wanted
from appliance.machine import updates
from appliance.messages import FetchSoftware
from appliance.problems import Refusal
from appliance.store.sqlite import named

FOLDER: Final = "software"
FREE_BYTES: Final = 1_000_000_000
"""So much of the card stays free: the journal lies there too."""

TRIES: Final = 7
"""So often in a row a piece is asked for: a server or a network that begins anew is back within a minute."""

FIRST_PAUSE_S: Final = 1.0
"""Before it is asked again; each time twice as long."""

_PART: Final = ".part"
_BLOCK: Final = 1 << 20
_SYNC_BYTES: Final = 4_000_000
"""What was written is on the card before more comes: a sale would have to wait for all of it otherwise."""

Step = Callable[[str, int, int], None]
"""Is told what is done and how far that is; raises to stop it."""


class Source(Protocol):
    """The LAN server, as a source of software. Both block for its time limits, and raise refusals where it is away."""

    def software(self) -> Shelf:
        """The bundles that lie there."""
        ...

    def piece(self, wanted: Wanted) -> bytes:
        """A piece of one of them."""
        ...

    def close(self) -> None:
        """Hang up."""
        ...


Connect = Callable[[], Source]
"""Makes a connection of one's own. Raises refusals where there is no server."""


class FetchBroken(Refusal):
    """The server did not answer often enough: `file`, `why`."""

    code = "software_fetch_broken"


class SoftwareSpoilt(Refusal):
    """What came is not what the server told of: `file`. It was thrown away."""

    code = "software_spoilt"


class NoRoomForSoftware(Refusal):
    """The card has `free_mb` free, and `needed_mb` are needed for `file`."""

    code = "no_room_for_software"


def is_sound(offered: Offered) -> bool:
    """Whether what a server tells of can be fetched: its name is no path, its sum a sum, its size that of a bundle."""
    has_sum = len(offered.sha256) == hashlib.sha256().digest_size * 2 and offered.sha256.isalnum()
    return updates.is_plain(offered.file) and has_sum and 0 < offered.size <= updates.MOST_BYTES


def fetch(
    job: FetchSoftware,
    store: Path,
    connect: Connect,
    step: Step,
    pause: Callable[[float], object],
) -> Path:
    """Where the bundle lies, whole and right. Blocks for minutes; `step` can stop it, `pause` waits.

    Raises `NoRoomForSoftware`, `FetchBroken`, `SoftwareSpoilt`, `StoreTrouble`, and what `connect` and `step` raise.
    """
    folder = store / FOLDER
    whole, part = folder / job.file, folder / f"{job.sha256}{_PART}"
    with _named(folder):
        folder.mkdir(mode=0o700, exist_ok=True)
        drop(store, but=(whole.name, part.name))
        if whole.exists():
            # Of an installation that did not come to its end: it is looked at once more.
            whole.replace(part)
        with _opened(part) as out:
            digest = hashlib.sha256()
            have = _held(out, digest.update, job.size, step)
            _refuse_without_room(folder, job, have)
            for piece in _pieces(job, connect, have, pause):
                out.write(piece)
                digest.update(piece)
                have += len(piece)
                if have % _SYNC_BYTES < len(piece):
                    _sync(out)
                    _refuse_without_room(folder, job, have)
                step("fetching", have, job.size)
            _sync(out)
        if digest.hexdigest() != job.sha256:
            part.unlink()
            raise SoftwareSpoilt(file=job.file)
        part.replace(whole)
        whole_file.sync_folder(folder)
    return whole


def drop(store: Path, but: tuple[str, ...] = ()) -> None:
    """Remove what lies there, but for these names. Raises `OSError`."""
    with suppress(FileNotFoundError):
        for file in (store / FOLDER).iterdir():
            if file.name not in but:
                file.unlink()


def drop_whole(store: Path) -> None:
    """Remove what was installed; what is on its way stays. Raises `StoreTrouble`."""
    folder = store / FOLDER
    with _named(folder), suppress(FileNotFoundError):
        parts = tuple(file.name for file in folder.iterdir() if file.suffix == _PART)
        drop(store, but=parts)


def _opened(part: Path) -> IO[bytes]:
    try:
        return os.fdopen(os.open(part, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600), "r+b")
    except PermissionError:
        # RAUC made it its own.
        part.unlink()
        return _opened(part)


def _held(out: IO[bytes], take: Callable[[bytes], None], size: int, step: Step) -> int:
    """How many bytes are here already; the file stands behind them."""
    have = os.fstat(out.fileno()).st_size
    if have > size:
        out.truncate(0)
        return 0
    done = 0
    while block := out.read(_BLOCK):
        take(block)
        done += len(block)
        step("checking", done, have)
    return done


def _refuse_without_room(folder: Path, job: FetchSoftware, have: int) -> None:
    free, needed = shutil.disk_usage(folder).free, job.size - have + FREE_BYTES
    if free < needed:
        raise NoRoomForSoftware(
            file=job.file, free_mb=free // 1_000_000, needed_mb=-(-needed // 1_000_000)
        )


def _pieces(
    job: FetchSoftware, connect: Connect, have: int, pause: Callable[[float], object]
) -> Iterator[bytes]:
    """What is missing, one piece after the other; after a break on a new connection."""
    source: Source | None = None
    failed = 0
    try:
        while have < job.size:
            try:
                source = source or connect()
                piece = source.piece(Wanted(job.file, job.sha256, have))
            except Refusal as no:
                failed += 1
                if failed == TRIES:
                    why = str(no.fields.get("why", no.code))
                    raise FetchBroken(file=job.file, why=why) from no
                if source is not None:
                    source.close()
                source = None
                pause(FIRST_PAUSE_S * 2 ** (failed - 1))
                continue
            if not 0 < len(piece) <= job.size - have:
                raise FetchBroken(file=job.file, why=f"{len(piece)} bytes at {have}")
            failed = 0
            have += len(piece)
            yield piece
    finally:
        if source is not None:
            source.close()


def _sync(out: IO[bytes]) -> None:
    out.flush()
    os.fdatasync(out.fileno())


@contextmanager
def _named(folder: Path) -> Iterator[None]:
    """What the disk refuses is a trouble of the store."""
    try:
        yield
    except OSError as why:
        raise (named(why, folder) or why) from why


__all__ = ["Connect", "Source", "drop_whole", "fetch", "is_sound"]
