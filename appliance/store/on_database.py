"""What a store does for the journal, on whichever database it is kept."""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Final, Generic, TypeVar

from appliance.journal.body import Body
from appliance.journal.entry import Entry
from appliance.store import held, schema
from appliance.store.database import Database
from appliance.store.schema import Progress
from appliance.store.sqlite import SqliteDatabase
from appliance.store.statements import insert
from appliance.store.tables import Entry as EntryRow

_Db = TypeVar("_Db", bound=Database)
_APPEND: Final = insert(EntryRow)


class OnDatabase(Generic[_Db]):
    """Most of `journal.book.Shelf`."""

    db: _Db

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

    def close(self) -> None:
        """Give back what is held."""
        self.db.close()

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
        return held.heads(self.db)

    def top_lamport(self) -> int:
        """The highest Lamport time in the journal."""
        return held.top_lamport(self.db)

    def hash_at(self, origin: str, seq: int) -> bytes | None:
        """The hash of one entry, None where it is not held."""
        return held.hash_at(self.db, origin, seq)

    def entries(self) -> Iterator[Entry]:
        """All entries, each origin's in the order of `seq`."""
        return held.entries(self.db)

    def apply(self, entry: Entry, body: Body) -> None:
        """Fold one entry into the tables."""
        schema.apply(self.db, entry, body)

    def apply_or_set_aside(self, entries: Sequence[Entry]) -> None:
        """Fold entries, and note of each that cannot be why."""
        schema.apply_or_set_aside(self.db, entries)

    def apply_what_waited(self) -> None:
        """Fold what came before what it goes on from, if that is here now."""
        schema.apply_what_waited(self.db)

    # ------------------------------------------------------------------ soundness

    def unapplied(self) -> tuple[tuple[str, str, str, str], ...]:
        """Entries that are kept but not applied: id, kind, cause, and why in detail."""
        return held.unapplied(self.db)

    def differences(self, progress: Progress = lambda _done, _total: None) -> tuple[str, ...]:
        """The names of tables that differ from what the journal folds to, found by a fold into a file of SQLite."""
        folder = self.db.folder / "check"
        # A check that was killed leaves its files behind.
        shutil.rmtree(folder, ignore_errors=True)
        scratch = SqliteDatabase(folder)
        try:
            return schema.differences(self.db, scratch, progress)
        finally:
            scratch.close()
            shutil.rmtree(folder, ignore_errors=True)
