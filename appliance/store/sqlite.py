"""The store as a file of SQLite: the pragmas, the locks, and what each trouble of a disk is called.

A store is a folder:

    shop.db (+ -wal, -shm)   the journal and the tables
    shop.lock                held by the one program that writes
    incarnation              the mark of the newest opening, see `incarnation.py`
    ballast                  space set aside, given back so that the day can be closed on a full disk
    backups/                 copies made before the tables are rebuilt
    import/                  a file of products that the server is taking in

SQLite runs in WAL mode with `synchronous=FULL`: a commit is on the disk before anyone sees its effect. The driver
brings its own SQLite, because Debian's has a WAL defect that can lose committed rows (fixed in 3.51.3,
https://sqlite.org/wal.html#walresetbug). One connection writes and checkpoints; nobody else does.
"""

import fcntl
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any, Final, NoReturn, TypeVar

import cysqlite
import msgspec
from peewee import PeeweeException
from playhouse.cysqlite_ext import CySqliteDatabase

from appliance.store.database import (
    Database,
    DiskFull,
    NoStore,
    SqliteTooOld,
    StoreBroken,
    StoreCorrupt,
    StoreInUse,
    StoreReadOnly,
    StoreTrouble,
    Transaction,
)
from appliance.store.fts import FtsNames
from appliance.store.statements import Statement, compiled

_Kept = TypeVar("_Kept")

SQLITE_AT_LEAST: Final = (3, 51, 3)
APPLICATION_ID: Final = 0x4F504F53
"""`OPOS`: marks the file as a store of open-pos."""


class SqliteDatabase:
    """One open store file. Implements `Database`. Used by one thread."""

    def __init__(self, folder: Path, *, read_only: bool = False) -> None:
        """Open the file, making it if there is none.

        A writing one holds the folder's lock until `close`. Raises `SqliteTooOld`, `StoreInUse`,
        `StoreReadOnly`, `StoreCorrupt`, `DiskFull`; one that only reads, `NoStore`.
        """
        _refuse_an_old_sqlite()
        self.folder: Final = folder
        self.path: Final = folder / "shop.db"
        self._sql: dict[Statement, str] = {}
        self._lock: IO[str] | None = None
        self._depth = 0
        self.holder: Final = ""
        self.is_shared: Final = False
        self.names: Final = FtsNames(self)
        self._kept: dict[str, Any] | None = None if read_only else {}
        if read_only:
            if not self.path.exists():
                raise NoStore(path=str(folder))
        else:
            self._lock = lock(folder)
        self.peewee: Final[Any] = CySqliteDatabase(  # type: ignore[no-untyped-call]
            str(self.path),
            rank_functions=False,
            lock_type="IMMEDIATE",
            timeout=5,
            pragmas=_pragmas(),
        )
        try:
            with _troubles_named(self.path):
                self.peewee.connect()
                self._connection: Any = self.peewee.connection()  # type: ignore[no-untyped-call]
                # Otherwise SQLite plans a statement anew at each run, to look at its parameters (STAT4): 15 µs for 3.
                self._connection.db_config(cysqlite.SQLITE_DBCONFIG_ENABLE_QPSG, 1)  # type: ignore[attr-defined]
                if read_only:
                    self._connection.execute("PRAGMA query_only=1")
                else:
                    self._connection.execute("BEGIN IMMEDIATE")
                    self._connection.execute("COMMIT")
        except BaseException:
            self.close()
            raise

    @property
    def where(self) -> str:
        """The file."""
        return str(self.path)

    @property
    def sqlite_version(self) -> str:
        """The version of SQLite that the driver brings."""
        return str(cysqlite.sqlite_version)

    def copy_to(self, target: Path) -> None:
        """The whole store as one file, as of one moment; whoever sells is not disturbed. Blocks: a second for 100 MB.

        A reader may do so too: nothing is written but `target`, which must not exist. Raises `StoreTrouble`.
        """
        is_reader = self._kept is None
        self.sql("PRAGMA query_only=0")
        try:
            self.sql("VACUUM INTO ?", (str(target),))
        finally:
            self.sql(f"PRAGMA query_only={int(is_reader)}")

    def close(self) -> None:
        """Close the file and give back the lock."""
        if not self.peewee.is_closed():
            with suppress(cysqlite.Error):
                self.peewee.close()
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    # ------------------------------------------------------------------ statements

    def run(self, statement: Statement, *parameters: object) -> None:
        """Run a statement that gives no rows."""
        try:
            self._connection.execute(self._compiled(statement), parameters)
        except cysqlite.Error as why:
            self._fail(why)

    def changed(self, statement: Statement, *parameters: object) -> int:
        """Run an UPDATE or DELETE; how many rows it found."""
        return int(self._execute(self._compiled(statement), parameters).rowcount)

    def run_many(self, statement: Statement, rows: Iterable[Sequence[object]]) -> None:
        """Run a statement once for each row of parameters."""
        self.sql_many(self._compiled(statement), rows)

    def row(self, statement: Statement, *parameters: object) -> Any:  # noqa: ANN401 - columns of any type
        """The first row, or None."""
        try:
            return self._connection.execute(self._compiled(statement), parameters).fetchone()
        except cysqlite.Error as why:
            self._fail(why)

    def rows(self, statement: Statement, *parameters: object) -> list[Any]:
        """All rows, as tuples."""
        return self.sql(self._compiled(statement), parameters)

    def sql(self, text: str, parameters: Sequence[object] = ()) -> list[Any]:
        """Run SQL that Peewee has no word for: pragmas, triggers, FTS5."""
        try:
            found: list[Any] = self._connection.execute(text, parameters).fetchall()
        except cysqlite.Error as why:
            self._fail(why)
        return found

    def each_sql(self, text: str) -> Iterator[Any]:
        """Rows of such SQL one after another."""
        try:
            yield from self._connection.execute(text)
        except cysqlite.Error as why:
            self._fail(why)

    def sql_many(self, text: str, rows: Iterable[Sequence[object]]) -> None:
        """Run such SQL once for each row of parameters."""
        try:
            self._connection.executemany(text, rows)
        except cysqlite.Error as why:
            self._fail(why)

    def among(self, text: str, values: Sequence[object]) -> list[Any]:
        """Rows of SQL in which `IN ?` means one of `values`."""
        wanted = msgspec.json.encode(values).decode()
        return self.sql(text.replace("IN ?", "IN (SELECT value FROM json_each(?))"), (wanted,))

    # ------------------------------------------------------------------ SQL of its own

    def joined(self, column: str) -> str:
        """SQL for the texts of a column in their order, with the character 31 between two."""
        return f"group_concat({column}, char(31) ORDER BY {column})"

    def json_text(self, column: str) -> str:
        """SQL for the text at a path, a parameter, of a column of JSON."""
        return f"json_extract({column}, ?)"

    def make_scratch(self, name: str, columns: Sequence[str]) -> None:
        """An empty table of whole numbers, the first of them the key, which nobody else sees."""
        key, *others = columns
        self.drop_scratch(name)
        told = "".join(f", {other} INTEGER NOT NULL" for other in others)
        self._execute(f"CREATE TEMP TABLE {name}({key} INTEGER PRIMARY KEY{told})")

    def drop_scratch(self, name: str) -> None:
        """Drop such a table."""
        self._execute(f"DROP TABLE IF EXISTS temp.{name}")

    def newest(self) -> int:
        """How many entries there are: they are never deleted, so the last row's number costs nothing to find."""
        return int(self.sql("SELECT max(rowid) FROM entry")[0][0] or 0)

    # ------------------------------------------------------------------ what seldom changes

    def kept(self, name: str, read: Callable[[Database], _Kept]) -> _Kept:
        """What `read` finds in the tables, read once and then kept until `forget`, or until anything is rolled back.

        Only the projection that changes those rows may, and must, call `forget`. A reader beside the writer keeps
        nothing: it would not hear of changes.
        """
        if self._kept is None:
            return read(self)
        if name not in self._kept:
            self._kept[name] = read(self)
        found: _Kept = self._kept[name]
        return found

    def forget(self) -> None:
        """What was kept is to be read again."""
        if self._kept:
            self._kept.clear()

    # ------------------------------------------------------------------ transactions

    def transaction(self) -> Transaction:
        """An IMMEDIATE transaction; inside another one it is part of that.

        Commits at the end; rolls back when an exception leaves it. The disk's troubles come out as `StoreTrouble`.
        Some (a full disk, one that does not answer) make SQLite give up the whole transaction at once; then all that
        is asked in it afterwards is refused with the same trouble, also for whoever did not listen.
        """
        return Transaction(self)

    def begin(self) -> None:
        """Begin a transaction, or go one deeper into the one that is open."""
        if not self._depth:
            try:
                self._connection.execute("BEGIN IMMEDIATE")
            except cysqlite.Error as why:
                raise (named(why, self.path) or why) from why
        self._depth += 1

    def end(self, why: BaseException | None) -> None:
        """End what `begin` began: commit, or roll back because of `why`."""
        self._depth -= 1
        if self._depth:
            return
        if isinstance(self._connection, _GivenUp):
            given_up, self._connection = self._connection, self._connection.real
            if why is None:
                # Whoever worked inside did not hear of it, or would not.
                given_up.refuse()
        if why is None:
            try:
                self._connection.execute("COMMIT")
            except cysqlite.Error as failed:
                self._roll_back()
                raise (named(failed, self.path) or failed) from failed
            return
        self._roll_back()
        if isinstance(why, (cysqlite.Error, OSError)):
            trouble = named(why, self.path)
            if trouble is not None:
                raise trouble from why

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """Undo what is done inside when an exception leaves it; the transaction around it goes on."""
        self._execute("SAVEPOINT part")
        try:
            yield
        except BaseException:
            self.forget()
            self._execute("ROLLBACK TO part")
            self._execute("RELEASE part")
            raise
        self._execute("RELEASE part")

    def _roll_back(self) -> None:
        self.forget()
        # SQLite ends the transaction by itself after some errors (a full disk is one).
        with suppress(cysqlite.OperationalError):
            self._connection.execute("ROLLBACK")

    def _execute(self, text: str, parameters: Sequence[object] = ()) -> Any:  # noqa: ANN401 - a cursor
        try:
            return self._connection.execute(text, parameters)
        except cysqlite.Error as why:
            self._fail(why)

    def _fail(self, why: cysqlite.Error) -> NoReturn:
        """Raise the trouble. Where SQLite gave up the open transaction, nothing more is let into it.

        Each further statement would otherwise be a transaction of its own, and what came before it would be missing.
        """
        trouble = named(why, self.path)
        if self._depth and not self._connection.in_transaction:
            self.forget()
            trouble = trouble or StoreTrouble(path=str(self.path), why=str(why))
            self._connection = _GivenUp(self._connection, trouble)
        if trouble is None:
            raise why
        raise trouble from why

    def _compiled(self, statement: Statement) -> str:
        sql = self._sql.get(statement)
        if sql is None:
            sql = self._sql[statement] = compiled(statement, self.peewee)
        return sql


class _GivenUp:
    """Stands in for the connection while a transaction is open that SQLite gave up: refuses all that is asked."""

    def __init__(self, real: Any, trouble: StoreTrouble) -> None:  # noqa: ANN401 - the driver's
        self.real: Final = real
        self._trouble: Final = trouble

    def refuse(self) -> NoReturn:
        raise type(self._trouble)(**self._trouble.fields)

    def execute(self, _text: str, _parameters: Sequence[object] = ()) -> NoReturn:
        self.refuse()

    def executemany(self, _text: str, _rows: Iterable[Sequence[object]]) -> NoReturn:
        self.refuse()


def _pragmas() -> tuple[tuple[str, str | int], ...]:
    return (
        ("journal_mode", "wal"),
        ("synchronous", "FULL"),
        ("foreign_keys", 1),
        ("wal_autocheckpoint", 1000),
        ("journal_size_limit", 64 * 1024 * 1024),
        ("cell_size_check", 1),
        ("trusted_schema", 0),
        ("temp_store", "memory"),
        ("mmap_size", 0),
        ("cache_size", -16_000),
    )


def _refuse_an_old_sqlite() -> None:
    if tuple(cysqlite.sqlite_version_info) < SQLITE_AT_LEAST:
        raise SqliteTooOld(
            found=cysqlite.sqlite_version, needed=".".join(str(part) for part in SQLITE_AT_LEAST)
        )


def lock(folder: Path) -> IO[str]:
    """Hold a folder for as long as what comes back is open. Raises `StoreInUse`, `StoreReadOnly`, `DiskFull`."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle = (folder / "shop.lock").open("a+")
    except OSError as why:
        raise (named(why, folder) or why) from why
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as why:
        handle.seek(0)
        holder = handle.read().strip()
        handle.close()
        raise StoreInUse(path=str(folder), process=holder or "?") from why
    with suppress(OSError):
        handle.truncate(0)
        handle.write(str(os.getpid()))
        handle.flush()
    return handle


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold a folder's lock, so that no program makes or writes a store in it. Raises `StoreInUse`, `StoreReadOnly`."""
    handle = lock(folder)
    try:
        yield
    finally:
        handle.close()


@contextmanager
def _troubles_named(path: Path) -> Iterator[None]:
    try:
        yield
    except (cysqlite.Error, PeeweeException, OSError) as why:
        trouble = named(why, path)
        if trouble is None:
            raise
        raise trouble from why


def named(why: Exception, path: Path) -> StoreTrouble | None:
    """What a driver's or the system's error means for the shop; None where it is a mistake of ours."""
    text = (why.strerror if isinstance(why, OSError) else None) or str(why)
    for trouble, kinds, marks in _MEANINGS:
        if isinstance(why, kinds) or any(mark in text.lower() for mark in marks):
            return trouble(path=str(path), why=text)
    return StoreReadOnly(path=str(path), why=text) if isinstance(why, OSError) else None


_MEANINGS: Final[
    tuple[tuple[type[StoreTrouble], tuple[type[Exception], ...], tuple[str, ...]], ...]
] = (
    # 4874 is SQLITE_IOERR_SHMSIZE: the index of the log beside the file could not be made long enough.
    (DiskFull, (cysqlite.DiskFullError,), ("disk is full", "no space left", "ext=4874")),
    (StoreReadOnly, (cysqlite.ReadOnlyError,), ("readonly", "read-only", "unable to open")),
    (StoreCorrupt, (cysqlite.DatabaseCorruptError,), ("malformed", "not a database")),
    (StoreInUse, (cysqlite.DatabaseLockedError,), ("database is locked",)),
    (StoreBroken, (), ("disk i/o",)),
)
"""Which errors mean what: by the driver's class, or by words in the text where Peewee wrapped it in one of its own."""
