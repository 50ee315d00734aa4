"""What the rest of the program needs of a database, and what each trouble of one is called.

Two there are: a file of SQLite (`sqlite.py`), on every register and by default on the server, and MariaDB (`maria.py`)
for a server that wants it. The journal and the tables are the same in both, row by row; what the two write differently
stands behind this protocol.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Final, Protocol, TypeVar

from appliance.problems import Refusal
from appliance.store.statements import Statement

_Kept = TypeVar("_Kept")

KEY_TAKEN: Final = "a key is there already"
REFERS_TO_NOTHING: Final = "what it refers to is not there"
VALUE_MISSING: Final = "a value is missing"
WRONG_VALUE: Final = "a value does not fit"
"""Why tables do not take a row. It is kept beside the entry, so both databases say it in the same words."""


class StoreTrouble(Refusal):
    """The store cannot be used, or could not write. Nothing that was acknowledged is lost."""

    code = "store_trouble"


class SqliteTooOld(StoreTrouble):
    """The driver's SQLite has a defect that can lose committed rows."""

    code = "sqlite_too_old"


class StoreInUse(StoreTrouble):
    """Another program writes this store."""

    code = "store_in_use"


class StoreReadOnly(StoreTrouble):
    """The file or its disk cannot be written."""

    code = "store_read_only"


class StoreCorrupt(StoreTrouble):
    """The file is damaged, or is no store of open-pos."""

    code = "store_corrupt"


class NoStore(StoreTrouble):
    """Nothing was ever sold into this folder: `path`."""

    code = "no_store"


class StoreNewer(StoreTrouble):
    """A newer version of open-pos made these tables, and recorded what this one cannot read."""

    code = "store_newer"


class DiskFull(StoreTrouble):
    """The disk is full: the last thing asked was not done, and nothing before it is lost."""

    code = "disk_full"


class StoreBroken(StoreTrouble):
    """The disk does not answer as it should."""

    code = "store_broken"


class Interrupted(StoreTrouble):
    """The transaction was lost and nothing of it is stored: all of its work may be done again. `why` says what came."""

    code = "store_interrupted"


class CommitUnknown(Interrupted):
    """The connection was lost at the commit: whether it is stored, only the store can tell."""

    code = "commit_unknown"


class DatabaseAway(Interrupted):
    """No server of the database answers: `path`, `why`."""

    code = "database_away"


class NotPrimary(Interrupted):
    """This part of the cluster is cut off from most of the others, and takes nothing: `path`."""

    code = "database_not_primary"


class StoreRebuilding(Interrupted):
    """Another server makes the tables anew."""

    code = "store_rebuilding"


class NameIndex(Protocol):
    """Finds products by the beginnings of the words in their names."""

    def add(self, rows: Iterable[tuple[int, str]]) -> None:
        """Take in products by their numbers, each with all of its names."""
        ...

    def remove(self, num: int) -> None:
        """Find a product no more."""
        ...

    def hits(self, words: Sequence[str], most: int) -> tuple[str, tuple[object, ...]]:
        """SQL that gives the numbers of products whose names have words beginning so, and its parameters.

        It stands within `num IN (…)`. At most `most` numbers, whichever come first.
        """
        ...

    def differs(self, scratch: "Database") -> bool:
        """Whether it differs from what `scratch`, which has the same products, would find."""
        ...


class Database(Protocol):
    """One open store. Used by one thread."""

    @property
    def folder(self) -> Path:
        """Where the program keeps its files beside the tables: keys, backups."""
        ...

    @property
    def where(self) -> str:
        """What the store is called in messages; never with a password."""
        ...

    @property
    def holder(self) -> str:
        """Whose `meta` values are read: empty where the store belongs to one program alone."""
        ...

    @property
    def is_shared(self) -> bool:
        """Whether other programs may write it, too."""
        ...

    @property
    def names(self) -> NameIndex:
        """The search index over the names of products."""
        ...

    def close(self) -> None:
        """Give back what is held."""
        ...

    # ------------------------------------------------------------------ statements

    def run(self, statement: Statement, *parameters: object) -> None:
        """Run a statement that gives no rows."""
        ...

    def changed(self, statement: Statement, *parameters: object) -> int:
        """Run an UPDATE or DELETE; how many rows it found."""
        ...

    def run_many(self, statement: Statement, rows: Iterable[Sequence[object]]) -> None:
        """Run a statement once for each row of parameters."""
        ...

    def row(self, statement: Statement, *parameters: object) -> Any:  # noqa: ANN401 - columns of any type
        """The first row, or None."""
        ...

    def rows(self, statement: Statement, *parameters: object) -> list[Any]:
        """All rows, as tuples."""
        ...

    def sql(self, text: str, parameters: Sequence[object] = ()) -> list[Any]:
        """Run SQL that Peewee has no word for, with `?` where a parameter comes."""
        ...

    def each_sql(self, text: str) -> Iterator[Any]:
        """Rows of such SQL one after another, without holding them all. Nothing else runs until the last is read."""
        ...

    def sql_many(self, text: str, rows: Iterable[Sequence[object]]) -> None:
        """Run such SQL once for each row of parameters."""
        ...

    def among(self, text: str, values: Sequence[object]) -> list[Any]:
        """Rows of SQL in which `IN ?` means one of `values`."""
        ...

    # ------------------------------------------------------------------ what the two write differently

    def joined(self, column: str) -> str:
        """SQL for the texts of a column in their order, with the character 31 between two."""
        ...

    def json_text(self, column: str) -> str:
        """SQL for the text at a path (`$.de`, a parameter) of a column of JSON; NULL where there is none."""
        ...

    def make_scratch(self, name: str, columns: Sequence[str]) -> None:
        """An empty table of whole numbers, the first of them the key, which nobody else sees; kept until `close`."""
        ...

    def drop_scratch(self, name: str) -> None:
        """Drop such a table."""
        ...

    def newest(self) -> int:
        """A number that is another one after each entry: as long as it stays, so do the tables."""
        ...

    # ------------------------------------------------------------------ what seldom changes

    def kept(self, name: str, read: Callable[["Database"], _Kept]) -> _Kept:
        """What `read` finds in the tables, read once and then kept until `forget`, or until anything is rolled back.

        Only the projection that changes those rows may, and must, call `forget`. A reader beside the writer keeps
        nothing: it would not hear of changes.
        """
        ...

    def forget(self) -> None:
        """What was kept is to be read again."""
        ...

    # ------------------------------------------------------------------ transactions

    def transaction(self) -> AbstractContextManager[object]:
        """A transaction; inside another one it is part of that.

        Commits at the end; rolls back when an exception leaves it. Troubles come out as `StoreTrouble`.
        """
        ...

    def begin(self) -> None:
        """Begin a transaction, or go one deeper into the one that is open."""
        ...

    def end(self, why: BaseException | None) -> None:
        """End what `begin` began: commit, or roll back because of `why`."""
        ...

    def savepoint(self) -> AbstractContextManager[None]:
        """Undo what is done inside when an exception leaves it; the transaction around it goes on."""
        ...


class Transaction:
    """The context of `Database.transaction`: written out, because each sale enters a dozen."""

    __slots__ = ("_db",)

    def __init__(self, db: Database) -> None:
        """Nothing begins yet."""
        self._db = db

    def __enter__(self) -> None:
        """Begin."""
        self._db.begin()

    def __exit__(self, _kind: object, why: BaseException | None, _traceback: object) -> None:
        """End."""
        self._db.end(why)
