"""A backup: the whole shop in one encrypted file, made while the shop sells on.

What is in it, as `archive` packs it:

    manifest.json            what this is, and what it must come to when it is restored (`Manifest`)
    store/shop.db            the database as it was at one moment
    store/…                  the small files of the store: keys for PINs, certificates, sheets
    config/open-pos.toml     the configuration, if there was one
    config/backup.toml       what is backed up every night, if that was said beside it
    sha256sums               of all of the above, as `sha256sum --check` reads them

The moment is a copy that SQLite makes beside the store (`VACUUM INTO`), reading as any reader does: the till holds the
one writing connection and is not disturbed. The copy goes when the backup is made. The database is the first thing
copied and the keys come after, for keys are only ever added.
"""

import errno
import fcntl
import hashlib
import os
import re
import shutil
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Any, Final

import msgspec
from pyrage import x25519

from appliance import __version__, whole_file
from appliance.problems import Refusal
from appliance.store import archive, schema
from appliance.store.archive import Lock, Part
from appliance.store.database import Database, NoStore
from appliance.store.shelf import heads
from appliance.store.sqlite import SqliteDatabase

FORMAT: Final = 1
MANIFEST: Final = "manifest.json"
DATABASE: Final = "store/shop.db"
CONFIGURATION: Final = "config/open-pos.toml"
PLAN: Final = "config/backup.toml"
SUMS: Final = "sha256sums"
SUFFIX: Final = ".backup"
REPORT: Final = "backups.json"
SPARE_BYTES: Final = 64 << 20
"""So much must stay free on the till's own disk while the copy lies there: it sells on."""

LEFT_BEHIND: Final = frozenset(
    {
        # The database comes as a copy; the rest belongs to this disk, or is made again from what is in the backup.
        "shop.db",
        "shop.db-wal",
        "shop.db-shm",
        "shop.db-journal",
        "shop.lock",
        "incarnation",
        "ballast",
        "backups",
        "check",
        "coming",
        "coming.moving",
        "coming.ready",
        "copying",
        "proving",
        "restored",
        "restoring",
        # Bundles for updates: some hundred megabytes that everybody can have anew.
        "software",
        REPORT,
    }
)
MADE_WAY: Final = "before-swap-"
"""How the folders of stores begin that made way for another one (`swap`)."""
_SYNC_EVERY: Final = 16 << 20
_NOT_IN_NAMES: Final = re.compile(r"[^A-Za-z0-9]+")


class BackupUnderWay(Refusal):
    """Another backup of this store is being made."""

    code = "backup_under_way"


class NotEnoughRoom(Refusal):
    """The disk of `path` has room for `free_mb`; `needed_mb` are needed."""

    code = "not_enough_room"


class CannotWriteBackup(Refusal):
    """The backup could not be written to `path`: `why`."""

    code = "cannot_write_backup"


class BackupTargetGone(Refusal):
    """What the backup was written to is not there any more: the stick was pulled out."""

    code = "backup_target_gone"


class BackupDiskFilled(Refusal):
    """The disk of `path` filled up while the backup was written."""

    code = "backup_disk_filled"


class FileTooLarge(Refusal):
    """The disk of `path` takes no file that large (FAT32: 4 GB)."""

    code = "backup_too_large"


class Totals(msgspec.Struct, frozen=True):
    """What the tables come to: sales and their sum by currency, and all stock together."""

    sales: int
    sales_minor: dict[str, int]
    stock_milli: int


class Manifest(msgspec.Struct, frozen=True):
    """What a backup is. `heads` are each origin's last `seq` and hash (hex); `made_at_ms` is by the till's clock."""

    format: int
    program: str
    schema: int
    origin: str
    shop: str
    made_at_ms: int
    heads: dict[str, tuple[int, str]]
    totals: Totals
    database_bytes: int
    parts: tuple[tuple[str, int], ...]

    @property
    def entries(self) -> int:
        """How many entries it holds."""
        return sum(seq for seq, _ in self.heads.values())


@dataclass(frozen=True, slots=True)
class Made:
    """A backup that was made. `sha256` is of the whole file; `removed` are older ones that made room."""

    file: Path
    size: int
    sha256: str
    manifest: Manifest
    removed: tuple[Path, ...] = ()


Progress = Callable[[int, int], None]
"""Called with how many bytes are done and how many there are. May raise to stop the work."""


def make(
    folder: Path,
    target: Path,
    lock: Lock,
    now_ms: int,
    *,
    configuration: Path | None = None,
    once: x25519.Identity | None = None,
    spare_bytes: int = SPARE_BYTES,
    progress: Progress = lambda _done, _total: None,
) -> Made:
    """Back the store in `folder` up into `target`: a file, or a folder, where it gets a name of its own.

    Blocks for as long as copying takes. `once` is one more key that opens it. Raises `NoStore`, `BackupUnderWay`,
    `NotEnoughRoom`, `CannotWriteBackup`, `BackupDiskFilled`, `BackupTargetGone`, `FileTooLarge`, `BadKey`,
    `StoreTrouble`; then there is no new file, and an older one of that name is as it was.
    """
    archive.check_lock(lock)
    # Before the copy, which takes time: a stick that is pulled out meanwhile is no file that could be made.
    in_folder = target.is_dir()
    with _copied(folder, spare_bytes) as copy:
        files = _small_files(folder, configuration)
        manifest = _manifest(copy, now_ms, files)
        file = target / _name(manifest) if in_folder else target
        with named(file):
            whole_file.clear(file.parent)
            _refuse_without_room(file, manifest)
        with named(file), whole_file.written(file) as out:
            counted = _Counted(out, _whole_size(manifest), progress)
            archive.write(counted, _parts(manifest, copy.folder, files), lock, once)
            counted.end()
        with named(file):
            size, digest = file.stat().st_size, sha256(file)
    return Made(file, size, digest, manifest)


def keep_newest(made: Made, count: int) -> tuple[Path, ...]:
    """Remove older backups of the same register beside the new one, but for `count` in all; the removed ones."""
    origin = made.manifest.origin
    ours = re.compile(rf"open-pos-.*-{origin}-[0-9]{{8}}-[0-9]{{6}}{re.escape(SUFFIX)}")
    try:
        files = tuple(made.file.parent.iterdir())
    except OSError:
        # The stick has been pulled out: the backup is made, and nothing needs to be removed.
        return ()
    found = sorted(
        (file for file in files if ours.fullmatch(file.name)),
        key=lambda file: file.stem[-15:],
        reverse=True,
    )
    removed = []
    for file in [one for one in found if one != made.file][max(0, count - 1) :]:
        with suppress(OSError):
            file.unlink()
            removed.append(file)
    return tuple(removed)


def sha256(file: Path) -> str:
    """The SHA-256 of a file, read from its disk and not from memory where the system allows. Raises `OSError`."""
    digest = hashlib.sha256()
    with file.open("rb", buffering=0) as handle:
        os.posix_fadvise(handle.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        while piece := handle.read(1 << 20):
            digest.update(piece)
        os.posix_fadvise(handle.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
    return digest.hexdigest()


def totals(db: Database) -> Totals:
    """What the tables of a store come to."""
    sums = {
        currency: (count, minor)
        for currency, count, minor in db.sql(
            "SELECT currency, count(*), sum(total_minor) FROM sale GROUP BY currency ORDER BY currency"
        )
    }
    (stock_milli,) = db.sql("SELECT coalesce(sum(qty_milli), 0) FROM stock_level")[0]
    return Totals(
        sales=sum(count for count, _ in sums.values()),
        sales_minor={currency: int(minor) for currency, (_, minor) in sums.items()},
        stock_milli=int(stock_milli),
    )


# --------------------------------------------------------------------------- the copy


@contextmanager
def _copied(folder: Path, spare_bytes: int) -> Iterator[SqliteDatabase]:
    """The database as it is now, copied beside the store and opened to be read; gone afterwards."""
    if not (folder / "shop.db").exists():
        raise NoStore(path=str(folder))
    place = folder / "copying"
    with named(place), _alone(place):
        _empty(place)
        try:
            _refuse_a_full_disk(folder, spare_bytes)
            source = SqliteDatabase(folder, read_only=True)
            try:
                source.copy_to(place / "shop.db")
            finally:
                source.close()
            copy = SqliteDatabase(place, read_only=True)
            try:
                # What is read now is in the file that will be packed; nobody writes to it.
                yield copy
            finally:
                copy.close()
        finally:
            shutil.rmtree(place, ignore_errors=True)


@contextmanager
def _alone(place: Path) -> Iterator[None]:
    place.mkdir(mode=0o700, exist_ok=True)
    descriptor = os.open(place, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError as why:
        raise BackupUnderWay(path=str(place.parent)) from why
    finally:
        os.close(descriptor)


def _empty(place: Path) -> None:
    """What a backup left that was killed."""
    for leftover in place.iterdir():
        leftover.unlink()


def _refuse_a_full_disk(folder: Path, spare_bytes: int) -> None:
    size = sum(
        (folder / name).stat().st_size
        for name in ("shop.db", "shop.db-wal")
        if (folder / name).exists()
    )
    refuse_unless_free(folder, size + spare_bytes)


def refuse_unless_free(folder: Path, needed: int) -> None:
    """Raises `NotEnoughRoom` where so many bytes do not fit."""
    disk = os.statvfs(folder)
    free = disk.f_bavail * disk.f_frsize
    if free < needed:
        raise NotEnoughRoom(path=str(folder), free_mb=free >> 20, needed_mb=-(-needed // (1 << 20)))


# --------------------------------------------------------------------------- what goes in


def _small_files(folder: Path, configuration: Path | None) -> dict[str, Path]:
    """The files besides the database, by their names in the archive."""
    found = {}
    for top in sorted(folder.iterdir()):
        if top.name in LEFT_BEHIND or top.name.startswith((".", MADE_WAY)):
            continue
        for file in [top] if top.is_file() else sorted(top.rglob("*")):
            if file.is_file() and not file.is_symlink():
                found[f"store/{file.relative_to(folder).as_posix()}"] = file
    if configuration is not None and configuration.is_file():
        found[CONFIGURATION] = configuration
        plan = configuration.with_name(PurePosixPath(PLAN).name)
        if plan.is_file():
            found[PLAN] = plan
    return found


def _manifest(db: SqliteDatabase, now_ms: int, files: Mapping[str, Path]) -> Manifest:
    size = db.path.stat().st_size
    return Manifest(
        format=FORMAT,
        program=__version__,
        schema=int(db.sql("PRAGMA user_version")[0][0]),
        origin=schema.meta(db, "origin") or "",
        shop=_shop_name(db),
        made_at_ms=now_ms,
        heads={origin: (seq, head.hex()) for origin, (seq, head) in heads(db).items()},
        totals=totals(db),
        database_bytes=size,
        parts=((DATABASE, size), *((name, file.stat().st_size) for name, file in files.items())),
    )


def _shop_name(db: Database) -> str:
    found = db.sql("SELECT value FROM edit WHERE thing = 'shop' AND field = 'name'")
    return str(msgspec.json.decode(found[0][0])) if found else ""


def _name(manifest: Manifest) -> str:
    """A name that every file system takes: `open-pos-Cafe-am-Eck-K7Q2-20261130-0215…`."""
    plain = unicodedata.normalize("NFKD", manifest.shop).encode("ascii", "ignore").decode()
    shop = _NOT_IN_NAMES.sub("-", plain).strip("-")[:40] or "shop"
    made = datetime.fromtimestamp(manifest.made_at_ms // 1000, tz=UTC)
    return f"open-pos-{shop}-{manifest.origin}-{made:%Y%m%d-%H%M%S}{SUFFIX}"


def _parts(manifest: Manifest, copy: Path, files: Mapping[str, Path]) -> Iterator[Part]:
    sums: dict[str, str] = {}
    text = msgspec.json.encode(manifest)
    places = {DATABASE: copy / "shop.db", **files}
    yield Part(MANIFEST, len(text), _hashed([text], MANIFEST, sums))
    for name, size in manifest.parts:
        yield Part(name, size, _hashed(_pieces_of(places[name]), name, sums))
    lines = "".join(f"{digest}  {name}\n" for name, digest in sums.items()).encode()
    yield Part(SUMS, len(lines), [lines])


def _hashed(pieces: Iterable[bytes], name: str, sums: dict[str, str]) -> Iterator[bytes]:
    digest = hashlib.sha256()
    for piece in pieces:
        digest.update(piece)
        yield piece
    sums[name] = digest.hexdigest()


def _pieces_of(file: Path) -> Iterator[bytes]:
    with file.open("rb", buffering=0) as handle:
        while piece := handle.read(archive.CHUNK):
            yield piece


# --------------------------------------------------------------------------- where it goes


def _whole_size(manifest: Manifest) -> int:
    content = sum(size + 2 * archive.BLOCK for _, size in manifest.parts)
    sums = sum(len(name) + 80 for name, _ in manifest.parts)
    text = len(msgspec.json.encode(manifest))
    plain = content + sums + text
    return plain + plain // archive.CHUNK * 16 + archive.OVERHEAD


def _refuse_without_room(file: Path, manifest: Manifest) -> None:
    refuse_unless_free(file.parent, _whole_size(manifest))


class _Counted:
    """The file that is written: tells how far it is, and sees to it that a slow disk is waited for as it goes."""

    def __init__(self, out: Any, total: int, progress: Progress) -> None:  # noqa: ANN401 - an open file
        self._out = out
        self._total = total
        self._progress = progress
        self._done = self._synced = 0

    def write(self, data: bytes) -> int:
        """Write it all."""
        self._out.write(data)
        self._done += len(data)
        if self._done - self._synced >= _SYNC_EVERY:
            self._out.flush()
            os.fdatasync(self._out.fileno())
            os.posix_fadvise(self._out.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
            self._synced = self._done
        self._progress(min(self._done, self._total - 1), self._total)
        return len(data)

    def end(self) -> None:
        """That was all."""
        self._progress(self._total, self._total)

    def tell(self) -> int:
        """Where it is."""
        return int(self._out.tell())

    def seek(self, place: int) -> int:
        """Go back to what is to be written once more."""
        return int(self._out.seek(place))


@contextmanager
def named(path: Path) -> Iterator[None]:
    """What the system says of a disk, as sentences."""
    try:
        yield
    except FileNotFoundError as why:
        if path.parent.exists():
            raise BackupTargetGone(path=str(path)) from why
        raise CannotWriteBackup(path=str(path), why=why.strerror or str(why)) from why
    except OSError as why:
        if why.errno in (errno.ENOSPC, errno.EDQUOT):
            raise BackupDiskFilled(path=str(path.parent)) from why
        if why.errno == errno.EFBIG:
            raise FileTooLarge(path=str(path)) from why
        if why.errno in (errno.EIO, errno.ENODEV, errno.ENXIO, errno.ESTALE, errno.ENOTCONN):
            raise BackupTargetGone(path=str(path)) from why
        raise CannotWriteBackup(path=str(path), why=why.strerror or str(why)) from why
