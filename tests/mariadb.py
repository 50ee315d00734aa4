"""A real MariaDB for tests: Debian's, started once for all tests of a process, on a socket and a port of loopback."""

import contextlib
import itertools
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import pymysql
import pytest

from tests.ports import free_port

PASSWORD: Final = "p@ss/w:rd % 1"
_STARTS_S: Final = 60
_MEMORY: Final = "/dev/shm"  # noqa: S108 - a folder of our own is made in it
_ROOM_BYTES: Final = 1 << 30
_INSTALL: Final = "mariadb-install-db"


def mariadbd() -> str | None:
    """The server's program; None where it is not installed."""
    return shutil.which("mariadbd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/libexec")


needs_mariadb = pytest.mark.skipif(
    mariadbd() is None or shutil.which(_INSTALL) is None,
    reason="mariadb-server of Debian is not installed",
)


class Server:
    """One MariaDB in a folder of its own. Started by root it runs as `mysql`, where there is such a user."""

    def __init__(self, folder: Path, options: Sequence[str] = (), port: int = 0) -> None:
        """Make the server's own tables; nothing runs yet. `options` are those of the server."""
        self.folder: Final = folder
        self.port: Final = port or free_port()
        self.socket: Final = folder / "s.sock"
        self.options: Final = tuple(options)
        self._process: subprocess.Popen[bytes] | None = None
        self._numbers = itertools.count(1)
        folder.mkdir(parents=True, exist_ok=True)
        self.user = pwd.getpwuid(os.getuid()).pw_name
        # A server that starts deletes the temporary tables that it finds, those of others that run here, too.
        scratch = folder / "tmp"
        scratch.mkdir(exist_ok=True)
        self._environment: Final = {**os.environ, "TMPDIR": str(scratch)}
        if os.getuid() == 0 and "mysql" in {each.pw_name for each in pwd.getpwall()}:
            self.user = "mysql"
            folder.chmod(0o755)
            for place in (folder, scratch):
                shutil.chown(place, self.user)
        subprocess.run(
            (
                _INSTALL,
                "--no-defaults",
                f"--user={self.user}",
                f"--datadir={folder / 'data'}",
                "--auth-root-authentication-method=normal",
                "--skip-test-db",
            ),
            check=True,
            env=self._environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def begin(self, *options: str) -> None:
        """Start the program, without waiting for it."""
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                (
                    str(mariadbd()),
                    "--no-defaults",
                    f"--user={self.user}",
                    f"--datadir={self.folder / 'data'}",
                    f"--socket={self.socket}",
                    f"--pid-file={self.folder / 'pid'}",
                    f"--port={self.port}",
                    "--bind-address=127.0.0.1",
                    "--innodb-buffer-pool-size=64M",
                    "--innodb-log-file-size=32M",
                    "--skip-name-resolve",
                    *self.options,
                    *options,
                ),
                env=self._environment,
                stdout=log,
                stderr=log,
            )

    def start(self, *options: str) -> None:
        """Start the program and wait until it answers."""
        self.begin(*options)
        self.wait()

    def wait(self, ready: Callable[["Server"], bool] = lambda _server: True) -> None:
        """Until it answers, and is `ready`."""
        limit = time.monotonic() + _STARTS_S
        while True:
            assert self._process is not None
            assert self._process.poll() is None, self.log()
            with contextlib.suppress(pymysql.MySQLError, OSError):
                self.sql("SELECT 1")
                if ready(self):
                    return
            assert time.monotonic() < limit, self.log()
            time.sleep(0.05)

    @property
    def is_running(self) -> bool:
        """Whether it was started and neither stopped nor killed by us."""
        return self._process is not None

    def log(self) -> str:
        """The end of what it said."""
        return (self.folder / "log").read_text(errors="replace")[-4000:]

    def stop(self) -> None:
        """Let it end in peace."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """Kill −9."""
        self._end(signal.SIGKILL)

    def send(self, number: signal.Signals) -> None:
        """Send it a signal."""
        assert self._process is not None
        self._process.send_signal(number)

    def sql(self, *statements: str, database: str | None = None) -> list[Any]:
        """Run statements as the server's root; the rows of the last."""
        connection = pymysql.connect(
            unix_socket=str(self.socket), user="root", autocommit=True, database=database, connect_timeout=10
        )  # fmt: skip
        with contextlib.closing(connection), connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
            return list(cursor.fetchall())

    def new_database(self) -> str:
        """The name of a new, empty database in which the user `shop` may do everything."""
        name = f"shop_{next(self._numbers)}"
        self.sql(
            f"CREATE DATABASE {name}",
            f"CREATE USER IF NOT EXISTS shop@'%' IDENTIFIED BY '{PASSWORD}'",
            f"GRANT ALL ON {name}.* TO shop@'%'",
        )
        return name

    def url(self, database: str, *, port: int | None = None) -> str:
        """How open-pos reaches a database."""
        return f"mysql://shop:{quote(PASSWORD, safe='')}@127.0.0.1:{port or self.port}/{database}"

    def new_url(self) -> str:
        """How open-pos reaches a new database."""
        return self.url(self.new_database())

    def _end(self, number: signal.Signals) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(number)
            self._process.send_signal(signal.SIGCONT)
        if self._process is not None:
            self._process.wait(_STARTS_S)
        self._process = None


@contextlib.contextmanager
def running(*options: str, within: str | None = None) -> Iterator[Server]:
    """A server in a temporary folder, which `mysql` can reach."""
    folder = Path(tempfile.mkdtemp(prefix="open-pos-mariadb-", dir=within))
    folder.chmod(0o755)
    server = Server(folder / "one", options)
    try:
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def maria_server() -> Iterator[Server]:
    """A server for all tests of this process that ask for no power cuts: it does not wait for the disk."""
    options = ("--innodb-flush-log-at-trx-commit=0", "--skip-innodb-doublewrite")
    with running(*options, within=in_memory()) as server:
        yield server


def in_memory() -> str | None:
    """A folder without a disk, if there is one with room; None means wherever temporary files lie."""
    roomy = os.access(_MEMORY, os.W_OK) and shutil.disk_usage(_MEMORY).free > _ROOM_BYTES
    return _MEMORY if roomy else None
