"""The connection to MariaDB: to one server of several at a time, made anew where that loses nothing.

Within a transaction it is never made anew: what was done in it is gone, so everything that is asked afterwards is
answered with the same `Interrupted`, until the transaction was given up.
"""

from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any, Final

import pymysql
from pymysql.constants import CLIENT, FIELD_TYPE
from pymysql.converters import conversions
from pymysql.cursors import SSCursor

from appliance.store.database import DatabaseAway, Interrupted, NotPrimary
from appliance.store.maria_errors import ERRORS, DatabaseMode, DatabaseTooOld, is_gone, named
from appliance.store.maria_url import Nodes

AT_LEAST: Final = (10, 5)
CONNECT_S: Final = 5
ANSWER_S: Final = 5
"""How long an answer may take, and so how long a server that went silent is waited for."""
LOCK_WAIT_S: Final = 3
"""How long another program may hold the turn; shorter than `ANSWER_S`, so that the server says so itself."""
PATIENT_S: Final = 600
"""The same for making all tables anew."""
SQL_MODE: Final = "STRICT_ALL_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION"
PACKET_BYTES: Final = 64 << 20


class Link:
    """One connection. `connected` counts how often it was made; `lost` says why the open transaction is gone."""

    def __init__(self, nodes: Nodes, *, read_only: bool) -> None:
        """Connect to the first of the servers that answers. Raises as `MariaDatabase` does."""
        self.nodes: Final = nodes
        self.connected = 0
        self.lost: Interrupted | None = None
        self._read_only = read_only
        self._answer_s = ANSWER_S
        self._in_transaction = False
        self._place = 0
        self._connection: Any = None
        self._stream: _Stream | None = None
        self._connect()

    @property
    def is_up(self) -> bool:
        """Whether there is a connection, as far as it is known."""
        return self._connection is not None

    def start(self, text: str) -> None:
        """Begin a transaction with this statement."""
        self.lost = None
        self.ask(text)
        self._in_transaction = True

    def commit(self) -> None:
        """Commit. Any error means that nobody knows, unless the connection is still up: then nothing is there."""
        cursor = self._current().cursor()
        self._in_transaction = False
        with self._troubles():
            cursor.execute("COMMIT")

    def roll_back(self) -> None:
        """Give the transaction up. Never fails: a connection that cannot is dropped, which rolls back as well."""
        self._in_transaction, self.lost = False, None
        if self._connection is not None:
            try:
                self._current().cursor().execute("ROLLBACK")
            except ERRORS:
                self.drop()

    def ask(self, text: str, parameters: Sequence[object] = ()) -> Any:  # noqa: ANN401 - a cursor
        """Run a statement; its rows are in the cursor that comes back."""
        cursor = self._current().cursor()
        with self._troubles():
            cursor.execute(text, parameters)
        return cursor

    def ask_many(self, text: str, rows: Sequence[Sequence[object]]) -> None:
        """Run a statement once for each row."""
        cursor = self._current().cursor()
        with self._troubles():
            cursor.executemany(text, rows)

    def stream(self, text: str) -> Iterator[Any]:
        """Rows one after another, as the server sends them; as soon as something else is asked, all that are left."""
        cursor = self._current().cursor(SSCursor)
        with self._troubles():
            cursor.execute(text, ())
        stream = self._stream = _Stream(cursor)
        try:
            while True:
                if stream is not self._stream and not stream.is_taken_in:
                    raise Interrupted(path=self.nodes.where, why="the connection was closed")
                with self._troubles():
                    row = stream.next()
                if row is None:
                    return
                yield row
        finally:
            if self._stream is stream:
                self._stream = None
                with suppress(*ERRORS):
                    cursor.close()

    @contextmanager
    def patient(self) -> Iterator[None]:
        """Answers may take `PATIENT_S` inside. Hangs up before and afterwards."""
        self._answer_s = PATIENT_S
        self.drop()
        try:
            yield
        finally:
            self._answer_s = ANSWER_S
            self.drop()

    def drop(self) -> None:
        """Hang up without a farewell: the server may not listen, and rolls back what was open."""
        connection, self._connection = self._connection, None
        stream, self._stream = self._stream, None
        if stream is not None:
            stream.abandon()
        if self._in_transaction and self.lost is None:
            self.lost = Interrupted(path=self.nodes.where, why="the connection was closed")
        if connection is not None:
            with suppress(*ERRORS):
                connection._force_close()  # noqa: SLF001 - `close` waits for an answer

    # ------------------------------------------------------------------ helpers

    def _current(self) -> Any:  # noqa: ANN401 - PyMySQL's connection
        if self._stream is not None:
            # The connection is busy with its rows: they are taken in before anything else can be asked.
            stream, self._stream = self._stream, None
            with self._troubles():
                stream.take_the_rest()
        if self.lost is not None:
            raise type(self.lost)(**self.lost.fields)
        if self._connection is None:
            self._connect()
        return self._connection

    @contextmanager
    def _troubles(self) -> Iterator[None]:
        try:
            yield
        except ERRORS as why:
            trouble = named(why, self.nodes.where)
            if isinstance(trouble, Interrupted) and self._in_transaction:
                self.lost = trouble
            if is_gone(why):
                self.drop()
                self._place += 1
            if trouble is None:
                raise
            raise trouble from why
        except BaseException:
            # Something broke in while an answer was under way: it would be taken for the answer to what comes next.
            self.drop()
            raise

    def _connect(self) -> None:
        last: Interrupted = DatabaseAway(path=self.nodes.where, why="no server is named")
        for _ in self.nodes.hosts:
            try:
                self._connection = self._opened(self._place % len(self.nodes.hosts))
            except Interrupted as why:
                last = why
                self._place += 1
                continue
            self.connected += 1
            return
        raise last

    def _opened(self, place: int) -> Any:  # noqa: ANN401 - PyMySQL's connection
        host, port = self.nodes.hosts[place]
        connection: Any = None
        try:
            connection = pymysql.connect(
                host=host,
                port=port,
                unix_socket=self.nodes.socket or None,
                user=self.nodes.user,
                password=self.nodes.password,
                database=self.nodes.database,
                charset="utf8mb4",
                collation="utf8mb4_nopad_bin",
                connect_timeout=CONNECT_S,
                read_timeout=self._answer_s,
                write_timeout=self._answer_s,
                autocommit=True,
                client_flag=CLIENT.FOUND_ROWS,
                max_allowed_packet=PACKET_BYTES,
                conv=_CONVERSIONS,
                ssl={"ca": self.nodes.ca} if self.nodes.ca else None,
            )
            _settle(connection, self.nodes.where, read_only=self._read_only)
        except BaseException as why:
            if connection is not None:
                connection._force_close()  # noqa: SLF001 - as above
            if isinstance(why, ERRORS):
                at = self.nodes.host(place)
                raise named(why, self.nodes.where, connecting=at) or why from why
            raise
        return connection


class _Stream:
    """The rows of a result that the server is still sending."""

    def __init__(self, cursor: Any) -> None:  # noqa: ANN401 - PyMySQL's cursor
        self._cursor = cursor
        self._rest: deque[Any] | None = None

    @property
    def is_taken_in(self) -> bool:
        """Whether the rows that are left are held here."""
        return self._rest is not None

    def next(self) -> Any:  # noqa: ANN401 - a row
        """The next row, None at the end."""
        if self._rest is None:
            return self._cursor.fetchone()
        return self._rest.popleft() if self._rest else None

    def take_the_rest(self) -> None:
        """Hold the rows that are left."""
        self._rest = deque(self._cursor.fetchall())
        self._cursor.close()

    def abandon(self) -> None:
        """Let go of the rows that are left: closing would wait for them on a connection that is gone."""
        self._cursor.connection = None
        self._cursor._result.unbuffered_active = False  # noqa: SLF001 - there is no other way to say so


def _settle(connection: Any, where: str, *, read_only: bool) -> None:  # noqa: ANN401 - PyMySQL's
    """Say how we want to be served, and see that it is so."""
    cursor = connection.cursor()
    cursor.execute("SELECT version()")
    version = str(cursor.fetchone()[0])
    if "mariadb" not in version.lower() or _numbers(version) < AT_LEAST:
        needed = "MariaDB " + ".".join(map(str, AT_LEAST))
        raise DatabaseTooOld(path=where, found=version, needed=needed)
    cursor.execute("SHOW GLOBAL STATUS LIKE 'wsrep_cluster_status'")
    in_cluster = [row[1] for row in cursor.fetchall() if row[1] != "Disconnected"]
    if in_cluster not in ([], ["Primary"]):
        raise NotPrimary(path=where, why=in_cluster[0])
    cursor.execute(
        "SET SESSION sql_mode = %s, innodb_lock_wait_timeout = %s", (SQL_MODE, LOCK_WAIT_S)
    )
    cursor.execute("SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED")
    if read_only:
        cursor.execute("SET SESSION TRANSACTION READ ONLY")
    if in_cluster:
        # What was committed at another node is waited for before anything is read here.
        cursor.execute("SET SESSION wsrep_sync_wait = 1")
    cursor.execute("SELECT @@sql_mode")
    mode = str(cursor.fetchone()[0])
    if set(mode.split(",")) != set(SQL_MODE.split(",")):
        raise DatabaseMode(path=where, setting="sql_mode", found=mode, needed=SQL_MODE)


def _numbers(version: str) -> tuple[int, ...]:
    numbers = version.split("-", maxsplit=1)[0].split(".")
    return tuple(int(number) for number in numbers if number.isdecimal())


def _whole(text: str) -> int:
    """Sums of whole numbers come as decimals."""
    return int(text)


_CONVERSIONS: Final[dict[Any, Any]] = {
    **conversions,
    FIELD_TYPE.DECIMAL: _whole,
    FIELD_TYPE.NEWDECIMAL: _whole,
}
