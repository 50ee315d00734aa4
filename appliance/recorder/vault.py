"""The recordings on the disk: each segment a file of its own, whole or not there, and never more than is allowed.

    <folder>/index.db                         what there is (`index.py`)
    <folder>/recorder.lock                    held by the one program that records
    <folder>/<camera>/<boot>/<begin_ns>.ts    one segment

A segment is written beside, flushed, renamed, and only then told to the index; whatever a power cut leaves of that is
put right when the vault is opened. Room is made before a segment is written: first what is older than its time goes,
then the oldest that no clip protects, and if there is nothing else the oldest that one does, which is told. A disk on
which nothing can be written loses segments, and nothing else: the recorder goes on.
"""

import errno
import fcntl
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO, Final, NamedTuple

from appliance import whole_file
from appliance.clock import Clock
from appliance.recorder.index import Index, Row
from appliance.recorder.segments import Segment, demuxed, nanoseconds, since_run

_SUFFIX: Final = ".ts"
_LOCK: Final = "recorder.lock"
_AT_ONCE: Final = 50
_FILE: Final = re.compile(r"(?P<camera>[^/]+)/(?P<boot>[0-9a-z]+)/(?P<begin>[0-9]+)\.ts")
_DAY_MS: Final = 86_400_000


class Limits(NamedTuple):
    """How much may be kept: `quota_bytes` in all, `floor_bytes` of the disk stay free, `days` at most (0: no limit)."""

    quota_bytes: int
    floor_bytes: int
    days: int = 0


class Deleted(NamedTuple):
    """What had to go: which segments, and `why`: `age`, `room`, or `protected`, for which there was no other room."""

    rows: tuple[Row, ...]
    why: str


class NoRoom(Exception):
    """There is no room for a segment, though all others were deleted that could be."""


class Vault:
    """The folder, used by one thread. `deleted` hears of whatever had to go."""

    def __init__(
        self, folder: Path, limits: Limits, clock: Clock, deleted: Callable[[Deleted], None]
    ) -> None:
        """Open the folder, and put right what a power cut left. Raises `OSError`."""
        folder.mkdir(parents=True, exist_ok=True)
        self.folder: Final = folder
        self._lock: Final = _locked(folder / _LOCK)
        self.index: Final = Index(folder)
        self._limits: Final = limits
        self._clock: Final = clock
        self._deleted: Final = deleted
        self._made: set[Path] = set()
        self.index.tell_clock(clock.now())
        self._reconcile()

    def close(self) -> None:
        """Close the index, and let others have the folder."""
        self.index.close()
        self._lock.close()

    def put(self, segment: Segment) -> Row:
        """Keep a segment. Blocks for the disk. Raises `NoRoom`, `OSError`; then it is as if it had never come."""
        now = self._clock.now()
        self.index.tell_clock(now)
        self.make_room(len(segment.data))
        path = Path(segment.camera) / now.boot / f"{segment.begin_ns}{_SUFFIX}"
        self._folder_of(path)
        whole_file.write(self.folder / path, segment.data, whole_file.FOR_ITS_OWNER)
        row = Row(
            0,
            segment.camera,
            now.boot,
            segment.run_ns,
            segment.begin_ns,
            segment.end_ns,
            segment.frames,
            segment.motion,
            len(segment.data),
            str(path),
            0,
            now.ok,
        )
        self.index.add(row)
        return row

    def make_room(self, size: int) -> None:
        """Delete until so many bytes may be written. Raises `NoRoom`."""
        if self._limits.days:
            now = self._clock.now()
            limit_ms = now.at_ms - self._limits.days * _DAY_MS
            # By a clock that cannot be trusted all might be old.
            while now.ok and (rows := self.index.before(limit_ms, _AT_ONCE)):
                self._delete(rows, "age")
        for protected, why in ((False, "room"), (True, "protected")):
            while (short := self._short_of(size)) > 0:
                rows = self.index.oldest(_AT_ONCE, protected=protected)
                if not rows:
                    break
                self._delete(list(_enough(rows, short)), why)
        if self._short_of(size) > 0:
            raise NoRoom

    def _short_of(self, size: int) -> int:
        """So many bytes have to go before `size` can be written."""
        free = shutil.disk_usage(self.folder).free
        over_quota = self.index.total_bytes() + size - self._limits.quota_bytes
        return max(over_quota, self._limits.floor_bytes + size - free)

    def _delete(self, rows: list[Row], why: str) -> None:
        """The rows first: a file without a row is found again, a row without a file would be a promise."""
        with self.index.together():
            self.index.drop([row.id for row in rows])
        for row in rows:
            with suppress(FileNotFoundError):
                (self.folder / row.path).unlink()
            self._forget_empty((self.folder / row.path).parent)
        self._deleted(Deleted(tuple(rows), why))

    def _folder_of(self, path: Path) -> None:
        """The folder that a file will lie in, on the disk too."""
        folder = (self.folder / path).parent
        if folder in self._made and folder.is_dir():
            return
        folder.mkdir(parents=True, exist_ok=True)
        for each in (folder.parent, self.folder):
            whole_file.sync_folder(each)
        self._made.add(folder)

    def _forget_empty(self, folder: Path) -> None:
        with suppress(OSError):
            folder.rmdir()
            self._made.discard(folder)

    # ------------------------------------------------------------------ after a power cut

    def _reconcile(self) -> None:
        """Rows and files agree again: rows without a file go, whole files without a row get one."""
        known = self.index.paths()
        there = {str(path.relative_to(self.folder)): path for path in self._files()}
        self.index.drop([id_ for path, id_ in known.items() if path not in there])
        for path, file in there.items():
            if path not in known:
                self._adopt(path, file)

    def _files(self) -> Iterator[Path]:
        for file in self.folder.glob("[!.]*/[0-9a-z]*/*"):
            if file.suffix == _SUFFIX and not file.name.startswith("."):
                yield file
            else:
                # What was being written when the power went.
                with suppress(OSError):
                    file.unlink()

    def _adopt(self, path: str, file: Path) -> None:
        named = _FILE.fullmatch(path)
        data = file.read_bytes()
        found = measured(data)
        if named is None or not found.frames:
            file.unlink()
            return
        lasts_ns = found.lasts_ns
        begin_ns = int(named["begin"])
        boot = named["boot"]
        if not self.index.knows_boot(boot):
            # It was written about when it ended, by whatever clock there was.
            written_ms = file.stat().st_mtime_ns // 1_000_000
            offset_ms = written_ms - (begin_ns + lasts_ns) // 1_000_000
            self.index.tell_boot(boot, offset_ms, ok=False)
        row = Row(
            id=0,
            camera=named["camera"],
            boot=boot,
            run_ns=begin_ns - found.into_run_ns,
            begin_ns=begin_ns,
            end_ns=begin_ns + lasts_ns,
            frames=found.frames,
            motion=0,
            bytes=len(data),
            path=path,
            at_ms=0,
            clock_ok=False,
        )
        self.index.add(row)


def _locked(path: Path) -> IO[bytes]:
    """The lock of the folder, held until it is closed. Raises `OSError`."""
    handle = path.open("ab")
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as why:
        handle.close()
        raise OSError(errno.EBUSY, "another program records into this folder") from why
    return handle


class Measured(NamedTuple):
    """What a transport stream says of itself: its pictures, how long they last, how far into the run the first is."""

    frames: int = 0
    lasts_ns: int = 0
    into_run_ns: int = 0


def measured(data: bytes) -> Measured:
    """What can be read of a transport stream; of rubbish, nothing."""
    _, packets = demuxed(data)
    times = [one.pts for one in packets if one.pts is not None]
    if not times:
        return Measured()
    lasts = times[-1] - times[0]
    usual = lasts // max(1, len(times) - 1)
    return Measured(len(times), nanoseconds(lasts + usual), since_run(times[0]))


def _enough(rows: list[Row], size: int) -> Iterator[Row]:
    """The first of them that together have so many bytes."""
    for row in rows:
        yield row
        size -= row.bytes
        if size <= 0:
            return
