"""The store on MariaDB as the journal sees it: one of several programs that may share a database.

Each has a folder of its own, with the keys of this server and

    server.name   by which its values in the table `meta` are told from those of the others
    shop.lock     held, so that no second program runs under that name
"""

import logging
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from appliance.clock import Clock, SystemClock
from appliance.journal.book import Book
from appliance.journal.entry import ORIGIN_LETTERS
from appliance.store import anew, maria_schema, schema
from appliance.store.database import StoreReadOnly
from appliance.store.maria import MariaDatabase
from appliance.store.maria_url import parse
from appliance.store.on_database import OnDatabase
from appliance.store.schema import Progress
from appliance.store.sqlite import lock
from appliance.whole_file import write

log = logging.getLogger(__name__)

NAME: Final = "server.name"
_NAME_LENGTH: Final = 10


class MariaShelf(OnDatabase[MariaDatabase]):
    """One database, opened for writing. Implements `journal.book.Shelf`."""

    def __init__(
        self,
        url: str,
        folder: Path,
        *,
        progress: Progress = lambda _done, _total: None,
        clock: Clock | None = None,
    ) -> None:
        """Open the database at `url` (see `maria_url`), making its tables if there are none.

        `folder` is this server's own. Blocks for the connection and, when the program's tables changed, for the
        rebuild. Raises `StoreTrouble`.
        """
        nodes = parse(url)
        self._lock: Final = lock(folder)
        try:
            self.db = MariaDatabase(nodes, folder, server_name(folder), schema.SCHEMA_VERSION)
            try:
                self.rebuilt: Final = maria_schema.prepare(self.db, progress)
                anew.settle(self, clock or SystemClock(), progress)
                for doubt in self.db.doubts():
                    log.warning("%s: %s", self.db.where, doubt)
            except BaseException:
                self.db.close()
                raise
        except BaseException:
            self._lock.close()
            raise

    def close(self) -> None:
        """Hang up and give back the folder."""
        super().close()
        self._lock.close()

    def book(self, clock: Clock) -> Book:
        """The journal of this store."""
        return Book(self, clock, self.origin)

    @contextmanager
    def transaction(self) -> Iterator[bool]:
        """See `MariaDatabase.transaction`; enters with whether another program wrote since this one's last."""
        with self.db.transaction():
            yield self.db.take_news()

    def others_wrote(self) -> bool:
        """See `MariaDatabase.others_wrote`."""
        return self.db.others_wrote()

    def rebuild(self, progress: Progress = lambda _done, _total: None) -> None:
        """Fold the tables anew. `progress` may raise to stop: then nothing has changed."""
        maria_schema.rebuild(self.db, progress)

    def release_ballast(self) -> None:
        """Its disk is not ours: there is nothing set aside."""

    def differences(self, progress: Progress = lambda _done, _total: None) -> tuple[str, ...]:
        """The names of tables that differ from what the journal folds to in a file of SQLite."""
        with self.db.snapshot():
            return super().differences(progress)


def reader(url: str, folder: Path) -> MariaDatabase:
    """A connection that only reads. Raises as opening does."""
    return MariaDatabase(
        parse(url), folder, server_name(folder), schema.SCHEMA_VERSION, read_only=True
    )


def server_name(folder: Path) -> str:
    """By which name this server's values are kept in the database; made up once."""
    file = folder / NAME
    try:
        if not file.exists():
            folder.mkdir(parents=True, exist_ok=True)
            letters = (secrets.choice(ORIGIN_LETTERS) for _ in range(_NAME_LENGTH))
            write(file, "".join(letters).encode())
        return file.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as why:
        raise StoreReadOnly(path=str(file), why=str(why)) from why
