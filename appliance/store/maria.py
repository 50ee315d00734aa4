"""The store on MariaDB: whole transactions, one after another, however many programs share it.

Several servers of open-pos may share one database, or one Galera cluster, each with an origin of its own. Every
transaction that writes begins by raising the one number of the table `turn`, so that they come one after another: on
one server by the lock of that row, between the nodes of a cluster because two that raised it at once cannot both be
certified. By the number a program also sees that another one wrote since it did itself, and reads anew what it kept.

A statement is never repeated by itself, for a lost answer says nothing about what was done: a transaction that was
interrupted is gone as a whole (`Interrupted`), and whoever began it does all of its work again. Where the connection
was lost at the commit, nobody knows (`CommitUnknown`): ask the store.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import Any, Final, TypeVar

import pymysql
from peewee import MySQLDatabase

from appliance.store.database import (
    WRONG_VALUE,
    CommitUnknown,
    Database,
    Interrupted,
    StoreNewer,
    StoreRebuilding,
    StoreTrouble,
    Transaction,
)
from appliance.store.maria_errors import RowRefused, said_by
from appliance.store.maria_link import Link
from appliance.store.maria_names import WordNames
from appliance.store.maria_url import Nodes
from appliance.store.statements import Statement, compiled

_Kept = TypeVar("_Kept")

BUILDING: Final = 0
"""The version of tables that are being made."""

_READS: Final = ("SELECT", "WITH", "SHOW")
_PLAIN: Final = (str, int, bytes, type(None))
_TURN: Final = "UPDATE turn SET turn = LAST_INSERT_ID(turn + 1) WHERE id = 1 AND version = %s"
_SEE_TURN: Final = "SELECT turn, version FROM turn WHERE id = 1"
_LONG_READ: Final = "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY"


class MariaDatabase:
    """One connection, made anew when it is lost. Implements `Database`. Used by one thread."""

    def __init__(
        self, nodes: Nodes, folder: Path, holder: str, version: int, *, read_only: bool = False
    ) -> None:
        """Connect to the first of the servers that answers.

        `version` is that of the tables, `holder` names this program among those that share the database. Blocks for
        `CONNECT_S` a server at most. Raises `DatabaseAway`, `NotPrimary`, `DatabaseDenied`, `DatabaseRights`,
        `NoDatabase`, `DatabaseTooOld`, `DatabaseMode`.
        """
        self.folder: Final = folder
        self.holder: Final = holder
        self.where: Final = nodes.where
        self.is_shared: Final = True
        self.names: Final = WordNames(self)
        self._version = version
        self._peewee: Any = MySQLDatabase(nodes.database)
        self._sql: dict[Statement | str, str] = {}
        self._kept: dict[str, Any] | None = None if read_only else {}
        self._depth = self._parts = self._runs = 0
        self._has_written = self._has_news = False
        self._turn: int | None = None
        self._next = 0
        self._link: Final = Link(nodes, read_only=read_only)

    def close(self) -> None:
        """Hang up."""
        self._link.drop()

    # ------------------------------------------------------------------ statements

    def run(self, statement: Statement, *parameters: object) -> None:
        """Run a statement that gives no rows."""
        self._write(self._compiled(statement), parameters)

    def changed(self, statement: Statement, *parameters: object) -> int:
        """Run an UPDATE or DELETE; how many rows it found."""
        return int(self._write(self._compiled(statement), parameters).rowcount)

    def run_many(self, statement: Statement, rows: Iterable[Sequence[object]]) -> None:
        """Run a statement once for each row of parameters."""
        self._write_many(self._compiled(statement), list(rows))

    def row(self, statement: Statement, *parameters: object) -> Any:  # noqa: ANN401 - columns of any type
        """The first row, or None."""
        return self._read(self._compiled(statement), parameters).fetchone()

    def rows(self, statement: Statement, *parameters: object) -> list[Any]:
        """All rows, as tuples."""
        return list(self._read(self._compiled(statement), parameters).fetchall())

    def sql(self, text: str, parameters: Sequence[object] = ()) -> list[Any]:
        """Run SQL that Peewee has no word for."""
        if text.lstrip().startswith(_READS):
            return list(self._read(self._marked(text), parameters).fetchall())
        self._has_written = True
        self._runs += 1
        return list(self._link.ask(self._marked(text), parameters).fetchall())

    def each_sql(self, text: str) -> Iterator[Any]:
        """Rows of such SQL one after another, as the server sends them."""
        return self._link.stream(self._marked(text))

    def sql_many(self, text: str, rows: Iterable[Sequence[object]]) -> None:
        """Run such SQL once for each row of parameters."""
        self._write_many(self._marked(text), list(rows))

    def among(self, text: str, values: Sequence[object]) -> list[Any]:
        """Rows of SQL in which `IN ?` means one of `values`."""
        _refuse_strange(values)
        return list(self._read(self._marked(text), (tuple(values),)).fetchall()) if values else []

    # ------------------------------------------------------------------ SQL of its own

    def joined(self, column: str) -> str:
        """SQL for the texts of a column in their order, with the character 31 between two."""
        return f"group_concat({column} ORDER BY {column} SEPARATOR '\x1f')"

    def json_text(self, column: str) -> str:
        """SQL for the text at a path, a parameter, of a column of JSON."""
        return f"json_value({column}, ?)"

    def make_scratch(self, name: str, columns: Sequence[str]) -> None:
        """An empty table of whole numbers, the first of them the key, which nobody else sees."""
        key, *others = columns
        self.drop_scratch(name)
        told = "".join(f", {other} BIGINT NOT NULL" for other in others)
        self.sql(f"CREATE TEMPORARY TABLE {name}({key} BIGINT PRIMARY KEY{told}) ENGINE=InnoDB")

    def drop_scratch(self, name: str) -> None:
        """Drop such a table."""
        self.sql(f"DROP TEMPORARY TABLE IF EXISTS {name}")

    def newest(self) -> int:
        """The turn, and how often this connection wrote: within a transaction the turn stays the same."""
        return (int(self.sql(_SEE_TURN)[0][0]) << 32) + self._runs

    # ------------------------------------------------------------------ what seldom changes

    def kept(self, name: str, read: Callable[[Database], _Kept]) -> _Kept:
        """What `read` finds in the tables, kept until `forget`, until another program wrote, or a roll-back."""
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
        """A transaction in its turn; inside another one it is part of that.

        Raises `Interrupted` when it was lost with all that was done in it, `CommitUnknown` when nobody knows.
        """
        return Transaction(self)

    def begin(self) -> None:
        """Wait for the turn and begin, or go one deeper into the transaction that is open."""
        if not self._depth:
            try:
                self._take_turn()
            except Interrupted:
                if self._link.is_up:
                    raise
                # Nothing was done yet, so a connection that died while nobody used it may be made anew.
                self._take_turn()
        self._depth += 1

    def end(self, why: BaseException | None) -> None:
        """End what `begin` began: commit, or roll back because of `why`."""
        self._depth -= 1
        if self._depth:
            return
        lost = self._link.lost
        if why is None and lost is None and self._has_written:
            self._commit()
            return
        if why is not None or lost is not None:
            self.forget()
        self._link.roll_back()
        if why is None and lost is not None:
            # Whoever worked inside did not hear of it, or would not.
            raise lost

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """Undo what is done inside when an exception leaves it; the transaction around it goes on."""
        self._parts += 1
        name = f"part_{self._parts}"
        try:
            self._link.ask(f"SAVEPOINT {name}")
            try:
                yield
            except BaseException:
                self.forget()
                with suppress(Interrupted):
                    self._link.ask(f"ROLLBACK TO SAVEPOINT {name}")
                    self._link.ask(f"RELEASE SAVEPOINT {name}")
                raise
            self._link.ask(f"RELEASE SAVEPOINT {name}")
        finally:
            self._parts -= 1

    def take_news(self) -> bool:
        """Whether another program wrote since the last time; asked within a transaction, whose turn it is."""
        news, self._has_news = self._has_news, False
        if news:
            self._turn = self._next - 1
        return news

    def others_wrote(self) -> bool:
        """The same outside of a transaction; writes nothing."""
        turn = int(self.sql(_SEE_TURN)[0][0])
        if turn == self._turn:
            return False
        self._turn, self._has_news = turn, False
        self.forget()
        return True

    def patient(self) -> AbstractContextManager[None]:
        """Answers may take long inside. Not within a transaction."""
        return self._link.patient()

    @contextmanager
    def building(self) -> Iterator[None]:
        """Answers may take long inside, and transactions find tables that are being made."""
        version, self._version = self._version, BUILDING
        try:
            with self._link.patient():
                yield
        finally:
            self._version = version
            self.forget()

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Everything is read as it is now, however long that takes and whoever writes. Nothing is written."""
        with self._link.patient():
            self._link.ask("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            self._link.start(_LONG_READ)
            self._depth += 1
            try:
                yield
            finally:
                self._depth -= 1
                self._link.roll_back()

    def doubts(self) -> tuple[str, ...]:
        """What about the server's settings may lose committed entries in a power cut, in the words of its manual."""
        found = self.sql("SELECT @@innodb_flush_log_at_trx_commit, @@innodb_doublewrite")
        flushes, doubles = found[0]
        doubts = []
        if str(flushes) != "1":
            doubts.append(
                f"innodb_flush_log_at_trx_commit is {flushes}: a power cut may lose what was committed"
            )
        if str(doubles) not in {"1", "ON"}:
            doubts.append("innodb_doublewrite is off: a power cut may damage the tables")
        return tuple(doubts)

    # ------------------------------------------------------------------ helpers

    def _take_turn(self) -> None:
        self._has_written, self._parts = False, 0
        before = self._link.connected
        self._link.start("START TRANSACTION")
        try:
            cursor = self._link.ask(_TURN, (self._version,))
            if not cursor.rowcount:
                self._refuse_other_tables()
        except BaseException:
            self._link.roll_back()
            raise
        self._next = int(cursor.lastrowid)
        if self._next - 1 != self._turn or self._link.connected != before:
            self._has_news = True
            self.forget()

    def _refuse_other_tables(self) -> None:
        found = int(self.sql(_SEE_TURN)[0][1])
        if found > self._version:
            raise StoreNewer(path=self.where, found=found, known=self._version)
        raise StoreRebuilding(path=self.where, why=f"tables of version {found}")

    def _commit(self) -> None:
        try:
            self._link.commit()
        except (StoreTrouble, pymysql.MySQLError) as why:
            self.forget()
            self._turn = None
            if self._link.is_up and isinstance(why, StoreTrouble):
                # It said no, as a node does to what cannot be certified: then nothing is there.
                self._link.roll_back()
                raise
            self._link.drop()
            said = why.fields.get("why", "") if isinstance(why, StoreTrouble) else said_by(why)
            raise CommitUnknown(path=self.where, why=said) from why
        self._turn = self._next

    def _write(self, text: str, parameters: Sequence[object]) -> Any:  # noqa: ANN401 - a cursor
        if not self._depth:
            with self.transaction():
                return self._write(text, parameters)
        _refuse_strange(parameters)
        self._has_written = True
        self._runs += 1
        return self._link.ask(text, parameters)

    def _write_many(self, text: str, rows: Sequence[Sequence[object]]) -> None:
        if not self._depth:
            with self.transaction():
                self._write_many(text, rows)
            return
        for row in rows:
            _refuse_strange(row)
        self._has_written = True
        self._runs += 1
        self._link.ask_many(text, rows)

    def _read(self, text: str, parameters: Sequence[object]) -> Any:  # noqa: ANN401 - a cursor
        try:
            return self._link.ask(text, parameters)
        except Interrupted:
            if self._depth:
                raise
            # Reading changes nothing, so outside of a transaction it may be asked again, and another server.
            return self._link.ask(text, parameters)

    def _compiled(self, statement: Statement) -> str:
        text = self._sql.get(statement)
        if text is None:
            text = self._sql[statement] = compiled(statement, self._peewee)
        return text

    def _marked(self, text: str) -> str:
        marked = self._sql.get(text)
        if marked is None:
            marked = self._sql[text] = text.replace("%", "%%").replace("?", "%s")
        return marked


def _refuse_strange(parameters: Sequence[object]) -> None:
    """A list would be written out as several values, and a float be rounded: neither is ours."""
    if not all(isinstance(value, _PLAIN) for value in parameters):
        raise RowRefused(WRONG_VALUE)
