"""The store as the journal sees it, and what must be right before the shop may sell with it."""

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import cysqlite

from appliance.clock import Clock, SystemClock
from appliance.journal.body import Body
from appliance.journal.book import Book
from appliance.journal.entry import Entry
from appliance.store import anew, schema
from appliance.store.database import Database, DiskFull, StoreCorrupt, StoreTrouble
from appliance.store.schema import Progress
from appliance.store.statements import Statement, insert, slot
from appliance.store.tables import Entry as EntryRow
from appliance.store.tables import Unapplied

_APPEND: Final = insert(EntryRow)
_HASH_AT: Final = Statement(
    lambda: EntryRow.select(EntryRow.hash).where(
        (EntryRow.origin == slot()) & (EntryRow.seq == slot())
    )
)
_ENTRIES: Final = Statement(lambda: EntryRow.select().order_by(EntryRow.origin, EntryRow.seq))
# One step in the index an origin: a GROUP BY would read the whole of it, a million entries in the third year.
_HEADS: Final = """
    WITH RECURSIVE known(origin) AS (
        SELECT min(origin) FROM entry
        UNION ALL
        SELECT (SELECT min(origin) FROM entry WHERE origin > known.origin)
        FROM known WHERE known.origin IS NOT NULL
    )
    SELECT e.origin, e.seq, e.hash, e.lamport FROM known JOIN entry AS e
    ON e.origin = known.origin AND e.seq = (SELECT max(seq) FROM entry WHERE origin = known.origin)
"""
_SPAN: Final = Statement(
    lambda: (
        EntryRow.select()
        .where((EntryRow.origin == slot()) & (EntryRow.seq > slot()))
        .order_by(EntryRow.seq)
        .limit(slot())
    )
)
_WAITING: Final = Statement(
    lambda: Unapplied.select(
        Unapplied.origin, Unapplied.seq, Unapplied.kind, Unapplied.cause, Unapplied.why
    ).order_by(Unapplied.origin, Unapplied.seq)
)


@dataclass(frozen=True, slots=True)
class DiskLimits:
    """When the disk counts as low (`warn_bytes` free or less) and as full for new sales (`stop_bytes`).

    `ballast_bytes` are set aside while there is room, and given back so that the day can be closed.
    """

    warn_bytes: int = 500 * 1024 * 1024
    stop_bytes: int = 50 * 1024 * 1024
    ballast_bytes: int = 32 * 1024 * 1024


class Shelf:
    """One store, opened for writing. Implements `journal.book.Shelf`."""

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
        self.db: Final = self._opened(folder)
        try:
            self._quick_check()
            self.rebuilt: Final = schema.prepare(self.db, progress)
            anew.settle(self, clock or SystemClock(), progress)
        except BaseException:
            self.db.close()
            raise
        self.lay_ballast()

    def close(self) -> None:
        """Close the file and give back the lock."""
        self.db.close()

    def book(self, clock: Clock) -> Book:
        """The journal of this store."""
        return Book(self, clock, self.origin)

    # ------------------------------------------------------------------ what the journal needs

    def transaction(self) -> AbstractContextManager[object]:
        """See `Database.transaction`."""
        return self.db.transaction()

    def part(self) -> AbstractContextManager[object]:
        """See `Database.savepoint`."""
        return self.db.savepoint()

    def add_entries(self, entries: Sequence[Entry]) -> None:
        """Append entries to the journal."""
        if len(entries) == 1:
            self.db.run(_APPEND, *entries[0])
        else:
            self.db.run_many(_APPEND, entries)

    def heads(self) -> dict[str, tuple[int, bytes]]:
        """The last `seq` and hash of each origin."""
        return heads(self.db)

    def top_lamport(self) -> int:
        """The highest Lamport time in the journal."""
        # An origin's Lamport times only grow, so the last entries know; a scan of the whole journal takes seconds.
        return max((int(row[3]) for row in self.db.sql(_HEADS)), default=0)

    @property
    def origin(self) -> str:
        """The origin under which this store writes."""
        found = schema.meta(self.db, "origin")
        assert found is not None, "an open store has an origin"
        return found

    def name_origin(self, origin: str) -> None:
        """From now on this store writes under another origin; inside a transaction."""
        schema.put_meta(self.db, "origin", origin)
        self.db.forget()

    def hash_at(self, origin: str, seq: int) -> bytes | None:
        """The hash of one entry, None where it is not held."""
        return hash_at(self.db, origin, seq)

    def entries(self) -> Iterator[Entry]:
        """All entries, each origin's in the order of `seq`."""
        return entries(self.db)

    def apply(self, entry: Entry, body: Body) -> None:
        """Fold one entry into the tables."""
        schema.apply(self.db, entry, body)

    def apply_or_set_aside(self, entry: Entry) -> None:
        """Fold one entry, or note why it cannot be."""
        schema.apply_or_set_aside(self.db, entry)

    # ------------------------------------------------------------------ soundness

    def unapplied(self) -> tuple[tuple[str, str, str, str], ...]:
        """Entries that are kept but not applied: id, kind, cause, and why in detail."""
        return tuple(
            (f"{origin}-{seq}", kind, cause, why)
            for origin, seq, kind, cause, why in self.db.rows(_WAITING)
        )

    def rebuild(self, progress: Progress = lambda _done, _total: None) -> None:
        """Fold the tables anew. `progress` may raise to stop: then nothing has changed."""
        schema.rebuild(self.db, progress)

    def differences(self, progress: Progress = lambda _done, _total: None) -> tuple[str, ...]:
        """The names of tables that differ from what the journal folds to, found by a rebuild in a scratch database."""
        folder = self.db.folder / "check"
        # A check that was killed leaves its files behind.
        shutil.rmtree(folder, ignore_errors=True)
        scratch = Database(folder)
        try:
            return schema.differences(self.db, scratch, progress)
        finally:
            scratch.close()
            shutil.rmtree(folder, ignore_errors=True)

    def _opened(self, folder: Path) -> Database:
        try:
            return Database(folder)
        except DiskFull:
            # Even opening needs some pages beside the file.
            self.release_ballast()
            return Database(folder)

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


def entries(db: Database) -> Iterator[Entry]:
    """All entries of a store, each origin's in the order of `seq`."""
    return map(Entry._make, db.each(_ENTRIES))


def span(db: Database, origin: str, after: int, most: int) -> list[Entry]:
    """At most `most` entries of one origin, those after `after`, in their order."""
    return [Entry._make(row) for row in db.rows(_SPAN, origin, after, most)]


def heads(db: Database) -> dict[str, tuple[int, bytes]]:
    """The last `seq` and hash of each origin."""
    return {origin: (seq, bytes(head)) for origin, seq, head, _ in db.sql(_HEADS)}


def hash_at(db: Database, origin: str, seq: int) -> bytes | None:
    """The hash of one entry, None where it is not held."""
    row = db.row(_HASH_AT, origin, seq)
    return None if row is None else bytes(row[0])
