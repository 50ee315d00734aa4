"""Which segments there are, which clips are to be kept, and which boot was when: the recorder's own SQLite file.

It is not the shop's store: what it says can be found out again from the files and the journal, and a sale never waits
for it. Times are boot times, because a Raspberry Pi's wall clock jumps when a time server answers; `boot` says by how
much they differ from the time of day, as well as was ever known during that boot.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, NamedTuple

import cysqlite

from appliance.clock import Moment

NAME: Final = "index.db"
VERSION: Final = 1

_SCHEMA: Final = """
CREATE TABLE boot (
    id TEXT PRIMARY KEY,
    offset_ms INTEGER NOT NULL,
    ok INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE segment (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    camera TEXT NOT NULL,
    boot TEXT NOT NULL REFERENCES boot(id),
    run_ns INTEGER NOT NULL,
    begin_ns INTEGER NOT NULL,
    end_ns INTEGER NOT NULL,
    frames INTEGER NOT NULL,
    motion INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    path TEXT NOT NULL UNIQUE
) STRICT;
CREATE INDEX segment_time ON segment(camera, boot, begin_ns);
CREATE TABLE clip (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    entry TEXT NOT NULL,
    kind TEXT NOT NULL,
    camera TEXT NOT NULL,
    boot TEXT NOT NULL,
    begin_ns INTEGER NOT NULL,
    end_ns INTEGER NOT NULL,
    sha256 TEXT NOT NULL DEFAULT '',
    UNIQUE (entry, camera)
) STRICT;
CREATE INDEX clip_time ON clip(camera, boot, begin_ns);
CREATE TABLE followed (
    origin TEXT PRIMARY KEY,
    seq INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
"""
_COLUMNS: Final = "id, camera, segment.boot, run_ns, begin_ns, end_ns, frames, motion, bytes, path"
_WHEN: Final = "offset_ms + begin_ns / 1000000"
_PROTECTED: Final = """EXISTS (SELECT 1 FROM clip WHERE clip.camera = segment.camera AND clip.boot = segment.boot
    AND clip.begin_ns < segment.end_ns AND clip.end_ns > segment.begin_ns)"""


class _OtherVersion(Exception):
    """The file is of another version of the program."""


class Row(NamedTuple):
    """A segment on the disk; `path` is relative to the folder of the recordings."""

    id: int
    camera: str
    boot: str
    run_ns: int
    begin_ns: int
    end_ns: int
    frames: int
    motion: int
    bytes: int
    path: str
    at_ms: int
    """When it began, in UTC milliseconds, as well as is known today."""
    clock_ok: bool


class Clip(NamedTuple):
    """What an entry of the journal makes be kept: a piece of one camera's video."""

    entry: str
    kind: str
    camera: str
    boot: str
    begin_ns: int
    end_ns: int
    sha256: str = ""


class Index:
    """The file, opened by one thread. Methods block for the disk and raise `cysqlite.Error`."""

    def __init__(self, folder: Path, *, read_only: bool = False) -> None:
        """Open it, or make it. One that is broken, or of another version, is put aside and made anew."""
        self._path: Final = folder / NAME
        self._read_only: Final = read_only
        self._db: Any = self._opened()

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    @contextmanager
    def together(self) -> Iterator[None]:
        """What is written inside is there as a whole, or not at all."""
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    # ------------------------------------------------------------------ what is written

    def tell_clock(self, moment: Moment) -> None:
        """What boot time and time of day are now. A time that could be trusted is not undone by one that cannot."""
        self.tell_boot(moment.boot, moment.at_ms - moment.boot_ns // 1_000_000, ok=moment.ok)

    def tell_boot(self, boot: str, offset_ms: int, *, ok: bool) -> None:
        """The same for a boot: so many milliseconds are between its boot time and the time of day."""
        self._db.execute(
            "INSERT INTO boot VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE"
            " SET offset_ms = excluded.offset_ms, ok = excluded.ok WHERE excluded.ok >= boot.ok",
            (boot, offset_ms, int(ok)),
        )

    def knows_boot(self, boot: str) -> bool:
        """Whether anything was told of a boot."""
        return bool(self._db.execute("SELECT 1 FROM boot WHERE id = ?", (boot,)).fetchone())

    def add(self, row: Row) -> None:
        """A segment that lies on the disk, whole; its boot has been told. One that is known already stays as it is."""
        self._db.execute(
            "INSERT OR IGNORE INTO segment (camera, boot, run_ns, begin_ns, end_ns, frames, motion, bytes, path)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            row[1:10],
        )

    def drop(self, ids: list[int]) -> None:
        """Segments that are gone."""
        self._db.executemany("DELETE FROM segment WHERE id = ?", [(one,) for one in ids])

    def keep(self, clip: Clip) -> bool:
        """Have a clip kept; whether it was not known before."""
        found = self._db.execute(
            "INSERT OR IGNORE INTO clip (entry, kind, camera, boot, begin_ns, end_ns, sha256)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            clip,
        )
        return bool(found.rowcount)

    def follow(self, origin: str, seq: int) -> None:
        """The journal of an origin was read so far."""
        self._db.execute(
            "INSERT INTO followed VALUES (?, ?) ON CONFLICT (origin) DO UPDATE SET seq = excluded.seq",
            (origin, seq),
        )

    def followed(self) -> dict[str, int]:
        """How far the journal of each origin was read."""
        return dict(self._db.execute("SELECT origin, seq FROM followed").fetchall())

    def hashed(self, entry: str, camera: str, sha256: str) -> None:
        """A clip is complete, and this is its SHA-256 in hex."""
        self._db.execute(
            "UPDATE clip SET sha256 = ? WHERE entry = ? AND camera = ?", (sha256, entry, camera)
        )

    # ------------------------------------------------------------------ what is read

    def total_bytes(self) -> int:
        """All segments together."""
        return int(self._db.execute("SELECT coalesce(sum(bytes), 0) FROM segment").fetchone()[0])

    def oldest(self, count: int, *, protected: bool = False) -> list[Row]:
        """The first that were recorded, of those that a clip protects or of the others."""
        wanted = _PROTECTED if protected else f"NOT {_PROTECTED}"
        return self._rows(f"WHERE {wanted} ORDER BY segment.id LIMIT ?", (count,))

    def before(self, at_ms: int, count: int) -> list[Row]:
        """Unprotected ones that began before a time of day, as far as it was ever known in their boot."""
        return self._rows(
            f"WHERE boot.ok AND {_WHEN} < ? AND NOT {_PROTECTED} ORDER BY segment.id LIMIT ?",
            (at_ms, count),
        )

    def between(self, camera: str, from_ms: int, to_ms: int) -> list[Row]:
        """What a camera recorded between two times of day, in its order."""
        return self._rows(
            f"WHERE camera = ? AND {_WHEN} < ? AND offset_ms + end_ns / 1000000 > ?"
            f" ORDER BY {_WHEN}, segment.id",
            (camera, to_ms, from_ms),
        )

    def of(self, clip: Clip) -> list[Row]:
        """The segments that a clip needs, in their order."""
        return self._rows(
            "WHERE camera = ? AND segment.boot = ? AND begin_ns < ? AND end_ns > ? ORDER BY begin_ns",
            (clip.camera, clip.boot, clip.end_ns, clip.begin_ns),
        )

    def clips(self, entry: str) -> list[Clip]:
        """The clips of an entry of the journal, one a camera."""
        return self._clips("WHERE entry = ? ORDER BY camera", (entry,))

    def going_on(self, boot: str, now_ns: int) -> list[Clip]:
        """Clips of this boot whose end is still to come."""
        return self._clips("WHERE boot = ? AND end_ns > ? ORDER BY id", (boot, now_ns))

    def unhashed(self, boot: str, before_ns: int) -> list[Clip]:
        """Clips that are over and have no SHA-256 yet: those that ended by `before_ns` of this boot, and of others."""
        return self._clips(
            "WHERE sha256 = '' AND (boot <> ? OR end_ns <= ?) ORDER BY id", (boot, before_ns)
        )

    def paths(self) -> dict[str, int]:
        """Every path with the row's id."""
        return dict(self._db.execute("SELECT path, id FROM segment").fetchall())

    def _rows(self, condition: str, parameters: tuple[object, ...]) -> list[Row]:
        found = self._db.execute(
            f"SELECT {_COLUMNS.replace('id,', 'segment.id,', 1)}, {_WHEN}, ok"  # noqa: S608 - words of ours
            f" FROM segment JOIN boot ON boot.id = segment.boot {condition}",
            parameters,
        )
        return [Row._make((*row[:11], bool(row[11]))) for row in found.fetchall()]

    def _clips(self, condition: str, parameters: tuple[object, ...]) -> list[Clip]:
        found = self._db.execute(
            f"SELECT entry, kind, camera, boot, begin_ns, end_ns, sha256 FROM clip {condition}",  # noqa: S608
            parameters,
        )
        return [Clip(*row) for row in found.fetchall()]

    # ------------------------------------------------------------------ opening

    def _opened(self) -> Any:  # noqa: ANN401 - the driver's connection
        try:
            return self._connected()
        except (cysqlite.DatabaseCorruptError, _OtherVersion):
            if self._read_only:
                raise
        for suffix in ("", "-wal", "-shm"):
            old = self._path.with_name(f"{NAME}{suffix}")
            if old.exists():
                old.replace(self._path.with_name(f"broken-{NAME}{suffix}"))
        return self._connected()

    def _connected(self) -> Any:  # noqa: ANN401 - the driver's connection
        mode = "mode=ro" if self._read_only else "mode=rwc"
        db = cysqlite.connect(f"file:{self._path}?{mode}", uri=True, timeout=5)
        try:
            if self._read_only:
                return db
            db.execute("PRAGMA journal_mode=WAL")
            # A row that is lost with the power is found again: its file lies there.
            db.execute("PRAGMA synchronous=NORMAL")
            db.execute("PRAGMA foreign_keys=ON")
            _make_tables(db)
        except BaseException:
            db.close()
            raise
        return db


def _make_tables(db: Any) -> None:  # noqa: ANN401 - the driver's connection
    """Have the tables there. Raises `_OtherVersion`."""
    (version,) = db.execute("PRAGMA user_version").fetchone()
    if version == VERSION:
        return
    if version:
        raise _OtherVersion(version)
    db.execute("BEGIN IMMEDIATE")
    for statement in _SCHEMA.split(";\n"):
        if statement.strip():
            db.execute(statement)
    db.execute(f"PRAGMA user_version={VERSION}")
    db.execute("COMMIT")
