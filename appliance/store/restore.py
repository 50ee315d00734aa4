"""From a backup to a store, which then goes on under a new origin.

    restored/…      what is no part of the store: the configuration as it was
    restoring/…     where it is put together; nothing opens a store there

The backup is unpacked, checked and given its new origin in `restoring/`; then the small files are moved to their places
and the database last. So a restore that was interrupted leaves a folder in which no store lies, and the next one begins
again. What lies in the way is kept as `….before-1`. The folder's lock is held meanwhile: no register makes an empty
shop in it.
"""

import hashlib
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Final

import msgspec

from appliance import whole_file
from appliance.clock import Clock
from appliance.journal import chain
from appliance.problems import Refusal
from appliance.store import archive, incarnation, schema
from appliance.store.archive import BackupDamaged, NotABackup, Opener
from appliance.store.backup import (
    CONFIGURATION,
    DATABASE,
    FORMAT,
    MANIFEST,
    PLAN,
    SUMS,
    BackupDiskFilled,
    Manifest,
    NotEnoughRoom,
    Totals,
    named,
    refuse_unless_free,
    totals,
)
from appliance.store.database import DiskFull
from appliance.store.shelf import DiskLimits, Shelf, entries
from appliance.store.sqlite import SqliteDatabase, locked

_MOST_TEXT: Final = 16 << 20
_SPARE_BYTES: Final = 96 << 20
"""So much must stay free: where a backup is proven, a till sells on the same disk."""
_MANIFESTS: Final = msgspec.json.Decoder(Manifest)

Progress = Callable[[str, int, int], None]
"""Called with what is being done (`reading`, `verifying`, `rebuilding`), how much is done and how much there is."""


class BackupNewer(Refusal):
    """A newer program made this backup: `found`, `known`."""

    code = "backup_newer"


class StoreThere(Refusal):
    """The folder `path` holds a store already."""

    code = "store_there"


class NoSuchBackup(Refusal):
    """There is no file `path`."""

    code = "no_such_backup"


@dataclass(frozen=True, slots=True)
class Restored:
    """A store that was restored: what the backup was, the new origin, and where its configuration lies now."""

    manifest: Manifest
    origin: str
    configuration: Path | None


def restore(
    path: Path,
    folder: Path,
    opener: Opener,
    clock: Clock,
    progress: Progress = lambda _what, _done, _total: None,
) -> Restored:
    """Make a store in `folder` from the backup at `path`.

    Raises `NoSuchBackup`, `StoreThere`, `StoreInUse`, `BackupNewer`, `NotEnoughRoom`, `BackupDamaged`, `StoreTrouble`,
    and what `archive.read` raises. Then there is no store in the folder, as before.
    """
    refuse_a_store(folder)
    _refuse_no_file(path)
    place = folder / "restoring"
    with named(folder), locked(folder):
        refuse_a_store(folder)
        shutil.rmtree(place, ignore_errors=True)
        try:
            manifest = unpack(path, place, opener, progress)
            check(place, manifest, path, progress)
            origin = _begin_anew(place, clock, progress)
            configuration = _put_in_place(place, folder)
        except BaseException as why:
            shutil.rmtree(place, ignore_errors=True)
            if isinstance(why, DiskFull):
                raise BackupDiskFilled(path=str(folder)) from why
            raise
    return Restored(manifest, origin, configuration)


def look(
    path: Path, opener: Opener, progress: Progress = lambda _what, _done, _total: None
) -> Manifest:
    """What a backup is, after all of it was read and each part's hash was checked; writes nothing.

    Raises as `restore` does.
    """
    _refuse_no_file(path)
    with named(path):
        return _read(path, None, opener, progress)


def refuse_a_store(folder: Path) -> None:
    """Raises `StoreThere`."""
    if (folder / "shop.db").exists():
        raise StoreThere(path=str(folder))


def unpack(path: Path, place: Path, opener: Opener, progress: Progress) -> Manifest:
    """Write the parts of a backup into `place`, which is made, and check their hashes."""
    place.mkdir(mode=0o700, parents=True)
    return _read(path, place, opener, progress)


def check(place: Path, manifest: Manifest, path: Path, progress: Progress) -> None:
    """Raises `BackupDamaged` unless what was unpacked is a store whose chain and sums are what the backup says."""
    with opened(place) as db:
        wrong = sound(db) or differing(db, manifest, progress)
    if wrong:
        raise BackupDamaged(path=str(path), why=wrong)


def sound(db: SqliteDatabase) -> str:
    """What is wrong with the file itself; empty if nothing is."""
    found = str(db.sql("PRAGMA quick_check(1)")[0][0])
    return "" if found == "ok" else found


def differing(db: SqliteDatabase, manifest: Manifest, progress: Progress) -> str:
    """Where a store differs from its manifest; empty if nowhere. The whole chain is verified."""
    verdict = verified(db, manifest, progress)
    if verdict.bad is not None:
        return f"{verdict.bad.entry}: {verdict.bad.why}"
    if {
        origin: (seq, head.hex()) for origin, (seq, head) in verdict.heads.items()
    } != manifest.heads:
        return "the journal does not end where the backup says"
    if totals(db) != manifest.totals:
        return "the sums are not what the backup says"
    return ""


def verified(db: SqliteDatabase, manifest: Manifest, progress: Progress) -> chain.Verdict:
    """The chain of a store, checked."""
    total = manifest.entries
    return chain.verify(entries(db), lambda done: progress("verifying", done, total))


@contextmanager
def opened(place: Path) -> Iterator[SqliteDatabase]:
    """The unpacked database, to be read."""
    db = SqliteDatabase(place / "store", read_only=True)
    try:
        yield db
    finally:
        db.close()


# --------------------------------------------------------------------------- reading


def _read(path: Path, place: Path | None, opener: Opener, progress: Progress) -> Manifest:
    total = path.stat().st_size
    sink = _Sink(path, place)
    archive.read(path, opener, sink, lambda done: progress("reading", done, total))
    return sink.checked()


class _Sink:
    """Takes the parts of a backup: hashes them, and writes them where there is a `place` for it."""

    def __init__(self, path: Path, place: Path | None) -> None:
        self._path = path
        self._place = place
        self._name = ""
        self._out: IO[bytes] | None = None
        self._text: bytearray | None = None
        self._hash = hashlib.sha256()
        self._sums: dict[str, str] = {}
        self._told = b""
        self._manifest: Manifest | None = None

    def begin(self, name: str, size: int) -> None:
        """A part begins. The first one says what this is, and whether there is room for it."""
        if (name == MANIFEST) != (self._manifest is None) or name in self._sums:
            raise NotABackup(path=str(self._path))
        self._name, self._hash = name, hashlib.sha256()
        if name in (MANIFEST, SUMS):
            if size > _MOST_TEXT:
                raise NotABackup(path=str(self._path))
            self._text = bytearray()
        elif self._place is not None:
            self._out = self._file(name)

    def take(self, piece: bytes) -> None:
        """More of it."""
        self._hash.update(piece)
        if self._text is not None:
            self._text += piece
        elif self._out is not None:
            self._out.write(piece)

    def end(self) -> None:
        """It is complete."""
        if self._name == SUMS:
            self._told = bytes(self._text or b"")
        else:
            self._sums[self._name] = self._hash.hexdigest()
        if self._name == MANIFEST:
            self._manifest = _manifest(bytes(self._text or b""), self._path)
            self._refuse_without_room(self._manifest)
        if self._out is not None:
            self._out.flush()
            os.fsync(self._out.fileno())
            self._out.close()
        self._text = self._out = None

    def checked(self) -> Manifest:
        """The manifest, if everything that it names is there and as it was. Raises `BackupDamaged`."""
        manifest = self._manifest
        if manifest is None:
            raise NotABackup(path=str(self._path))
        lines = self._told.decode("utf-8", "surrogateescape").splitlines()
        told = {name: digest for digest, _, name in (line.partition("  ") for line in lines)}
        missing = {name for name, _ in manifest.parts} - self._sums.keys()
        wrong = sorted(missing) or sorted(
            name
            for name in told.keys() | self._sums.keys()
            if told.get(name) != self._sums.get(name)
        )
        if wrong or DATABASE not in self._sums:
            raise BackupDamaged(path=str(self._path), why=", ".join(wrong) or DATABASE)
        return manifest

    def _file(self, name: str) -> IO[bytes]:
        """A new file that its owner alone may read: there are keys among them."""
        assert self._place is not None
        where = PurePosixPath(name)
        if where.is_absolute() or ".." in where.parts or where.parts[0] not in ("store", "config"):
            raise BackupDamaged(path=str(self._path), why=name)
        file = self._place / where
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
        return os.fdopen(os.open(file, flags, 0o600), "wb")

    def _refuse_without_room(self, manifest: Manifest) -> None:
        if self._place is None:
            return
        needed = sum(size for _, size in manifest.parts) + _SPARE_BYTES
        if manifest.schema != schema.SCHEMA_VERSION:
            # The tables are made anew, after a copy was made.
            needed += 2 * manifest.database_bytes
        refuse_unless_free(self._place, needed)


def _manifest(text: bytes, path: Path) -> Manifest:
    try:
        shape = msgspec.json.decode(text, type=dict[str, object])
        found = (shape.get("format"), shape.get("schema"))
        if not all(isinstance(number, int) for number in found):
            raise NotABackup(path=str(path))
        if found[0] > FORMAT or found[1] > schema.SCHEMA_VERSION:  # type: ignore[operator]
            raise BackupNewer(path=str(path), program=str(shape.get("program", "?")))
        return _MANIFESTS.decode(text)
    except msgspec.DecodeError as why:
        raise NotABackup(path=str(path)) from why


def _refuse_no_file(path: Path) -> None:
    if not path.is_file():
        raise NoSuchBackup(path=str(path))


# --------------------------------------------------------------------------- putting in place


def _begin_anew(place: Path, clock: Clock, progress: Progress) -> str:
    """Open the store where it was unpacked, said to be a restored one, and so it takes a new origin."""
    incarnation.mark_restored(place / "store")
    shelf = Shelf(
        place / "store",
        limits=DiskLimits(ballast_bytes=0),
        progress=lambda done, total: progress("rebuilding", done, total),
        clock=clock,
    )
    try:
        return shelf.origin
    finally:
        shelf.close()


def _put_in_place(place: Path, folder: Path) -> Path | None:
    """Move everything to where it belongs, the database last: from then on there is a store."""
    configuration = None
    for name in (PLAN, CONFIGURATION):
        if (place / name).exists():
            configuration = folder / "restored" / PurePosixPath(name).name
            configuration.parent.mkdir(mode=0o700, exist_ok=True)
            _make_way(configuration)
            (place / name).replace(configuration)
    store = place / "store"
    _give_to_the_owner_of(folder, place)
    for name in ("shop.lock", "ballast"):
        (store / name).unlink(missing_ok=True)
    for one in sorted(store.iterdir()):
        if one.name == "shop.db":
            continue
        _make_way(folder / one.name)
        one.replace(folder / one.name)
    whole_file.sync_folder(folder)
    (store / "shop.db").replace(folder / "shop.db")
    whole_file.sync_folder(folder)
    shutil.rmtree(place, ignore_errors=True)
    return configuration


def _make_way(there: Path) -> None:
    """What lies where something is to go is nobody's to remove: keys of a store that was moved away, sheets."""
    if there.exists() and there.name != incarnation.FILE:
        number = 1
        while (aside := there.with_name(f"{there.name}.before-{number}")).exists():
            number += 1
        there.rename(aside)


def _give_to_the_owner_of(folder: Path, place: Path) -> None:
    """Whoever restores is often root, and the register is not."""
    owner = folder.stat()
    if os.geteuid() == 0 and owner.st_uid:
        for one in (place, *place.rglob("*")):
            os.chown(one, owner.st_uid, owner.st_gid, follow_symlinks=False)


__all__ = [
    "BackupNewer",
    "NoSuchBackup",
    "NotEnoughRoom",
    "Restored",
    "StoreThere",
    "Totals",
    "look",
    "restore",
]
