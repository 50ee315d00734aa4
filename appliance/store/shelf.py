"""The store as the journal sees it, and what must be right before the shop may sell with it."""

import os
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import cysqlite

from appliance.clock import Clock, SystemClock
from appliance.journal.book import Book
from appliance.store import anew, schema
from appliance.store.database import DiskFull, StoreCorrupt, StoreTrouble
from appliance.store.held import entries, hash_at, heads, span
from appliance.store.on_database import OnDatabase
from appliance.store.schema import Progress
from appliance.store.sqlite import SqliteDatabase

__all__ = ["DiskLimits", "Shelf", "entries", "hash_at", "heads", "span"]


@dataclass(frozen=True, slots=True)
class DiskLimits:
    """When the disk counts as low (`warn_bytes` free or less) and as full for new sales (`stop_bytes`).

    `ballast_bytes` are set aside while there is room, and given back so that the day can be closed.
    """

    warn_bytes: int = 500 * 1024 * 1024
    stop_bytes: int = 50 * 1024 * 1024
    ballast_bytes: int = 32 * 1024 * 1024


class Shelf(OnDatabase[SqliteDatabase]):
    """One store in a file, opened for writing. Implements `journal.book.Shelf`."""

    def __init__(
        self,
        folder: Path,
        *,
        limits: DiskLimits | None = None,
        progress: Progress = lambda _done, _total: None,
        clock: Clock | None = None,
    ) -> None:
        """Open the store in `folder`, making it if there is none, and check that it is sound.

        A store that may not go on under its origin gets a new one (`anew`), dated by `clock`. Blocks for the quick
        check (about half a second for 100 MB) and, when the program's tables changed, for the rebuild. Raises
        `StoreTrouble`.
        """
        self.limits: Final = limits or DiskLimits()
        self._ballast: Final = folder / "ballast"
        self.db = self._opened(folder)
        try:
            self._quick_check()
            self.rebuilt: Final = schema.prepare(self.db, progress)
            anew.settle(self, clock or SystemClock(), progress)
        except BaseException:
            self.db.close()
            raise
        self.lay_ballast()

    def book(self, clock: Clock) -> Book:
        """The journal of this store."""
        return Book(self, clock, self.origin)

    def transaction(self) -> AbstractContextManager[None]:
        """See `Database.transaction`. Nobody else writes here."""
        return self.db.transaction()

    def others_wrote(self) -> bool:
        """Nobody else does."""
        return False

    # ------------------------------------------------------------------ soundness

    def rebuild(self, progress: Progress = lambda _done, _total: None) -> None:
        """Fold the tables anew. `progress` may raise to stop: then nothing has changed."""
        schema.rebuild(self.db, progress)

    def _opened(self, folder: Path) -> SqliteDatabase:
        try:
            return SqliteDatabase(folder)
        except DiskFull:
            # Even opening needs some pages beside the file.
            self.release_ballast()
            return SqliteDatabase(folder)

    def _quick_check(self) -> None:
        try:
            found = [row[0] for row in self.db.sql("PRAGMA quick_check(1)")]
        except cysqlite.Error as why:
            # Damage may come as any error: a search index without its first page says "invalid fts5 file format".
            raise StoreCorrupt(path=str(self.db.path), why=str(why)) from why
        if found != ["ok"]:
            raise StoreCorrupt(path=str(self.db.path), why=found[0])

    # ------------------------------------------------------------------ the disk

    def free_bytes(self) -> int:
        """Free space on the store's disk, for whoever runs the shop. Raises `StoreTrouble` if it does not answer."""
        try:
            disk = os.statvfs(self.db.folder)
        except OSError as why:
            raise StoreTrouble(path=str(self.db.folder), why=str(why)) from why
        return disk.f_bavail * disk.f_frsize

    def disk_state(self) -> str:
        """`ok`, `low` (say so) or `full` (no new sale before payment)."""
        free = self.free_bytes()
        if free <= self.limits.stop_bytes:
            return "full"
        return "low" if free <= self.limits.warn_bytes else "ok"

    def lay_ballast(self) -> bool:
        """Set space aside if there is room for it. True if the ballast lies."""
        if self._ballast.exists():
            return True
        if self.free_bytes() - self.limits.ballast_bytes <= self.limits.stop_bytes:
            return False
        try:
            with self._ballast.open("wb") as handle:
                os.posix_fallocate(handle.fileno(), 0, self.limits.ballast_bytes)
        except OSError:
            self.release_ballast()
            return False
        return True

    def release_ballast(self) -> None:
        """Give the space back, so that what must be written still can be."""
        with suppress(OSError):
            self._ballast.unlink()
