"""Gunicorn's threaded worker, hardened for a port that anybody on the network may talk to.

What gunicorn 27 does not do by itself (`gthread.py`): a connection that says nothing holds a thread for five seconds,
one that stops in the middle of the TLS handshake or of its headers holds it for ever, and a client that does not close
holds up the loop that accepts. Here a thread works on a connection only as long as bytes are there, until a request is
complete, or its headers where its body is large; until then the loop waits for more, within a time limit. From then on
every wait for the socket has a limit, and so has the whole request. Clients without a certificate of the shop get half
of the threads at most, and few of them for large bodies, so that registers are always served. The loop never waits for
a client. One address has so many connections that show no certificate, and where no descriptor is left the loop takes
no more connections for a moment, as the listening socket would be ready all the time.
"""

import errno
import functools
import logging
import math
import os
import re
import selectors
import socket
import ssl
import threading
import time
from collections import Counter
from collections.abc import Callable
from typing import Any, Final

from gunicorn import http, util
from gunicorn.http.errors import NoMoreData
from gunicorn.workers.gthread import _DEFER, TConn, ThreadWorker

log = logging.getLogger(__name__)

SILENT_S: Final = 20
"""How long a connection may be open without a question, new or kept alive."""

QUESTION_S: Final = 10.0
"""How long a client may take from its first byte to the end of its headers."""

REQUEST_S: Final = 120.0
"""How long a whole request may take, longest waits for news, uploads and downloads included.

A page that takes a large file allows as much again for each part of it that came (`MORE_TIME`).
"""

MORE_TIME: Final = "open-pos.more_time"
"""In the environment of a request: called without anything, it allows `REQUEST_S` from now on."""

STALL_S: Final = 30.0
"""How long the socket may not move at all."""

MOST_HEAD: Final = 64 << 10
MOST_GATHERED: Final = 256 << 10
"""A body of so many bytes is waited for before a thread is given to the request."""

MOST_FROM_ONE: Final = 256
"""So many connections one address may have open that have shown no certificate; a browser has six."""

FULL_S: Final = 0.5
"""How long no connection is taken after there was no descriptor left for one."""

_NONE_LEFT: Final = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM})
_PART: Final = 8192
_LENGTH: Final = re.compile(rb"\r\ncontent-length:[ \t]*([0-9]{1,12})[ \t]*\r\n", re.IGNORECASE)
_COMES_LATER: Final = re.compile(rb"\r\n(?:transfer-encoding|expect):", re.IGNORECASE)
_END_OF_HEAD: Final = b"\r\n\r\n"
_BUSY: Final = (
    b"HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nRetry-After: 5\r\n"
    b"Content-Type: text/plain\r\nContent-Length: 26\r\n\r\nToo many ask. Try again.\r\n"
)


class Strangers:
    """How many connections each address has open that have shown no certificate. Any thread."""

    def __init__(self, most: int = MOST_FROM_ONE) -> None:
        """Nobody came yet."""
        self._most = most
        self._open: Counter[str] = Counter()
        self._lock = threading.Lock()

    def come(self, address: str) -> bool:
        """One more; False if that is too many."""
        with self._lock:
            if self._open[address] >= self._most:
                return False
            self._open[address] += 1
            return True

    def go(self, address: str) -> None:
        """One less."""
        with self._lock:
            self._open[address] -= 1
            if not self._open[address]:
                del self._open[address]


class Connection(TConn):  # type: ignore[misc]  # gunicorn has no types
    """One client's connection, which speaks TLS and HTTP/1.1 only."""

    context: ssl.SSLContext
    initialized: bool
    sock: Any
    parser: Any

    def __init__(self, *given: Any) -> None:  # noqa: ANN401 - gunicorn's own
        """A connection of which nothing was read yet."""
        self._until = math.inf
        self._ends = math.inf
        self._is_asking = False
        self._head = bytearray()
        self._uncount: Callable[[], None] | None = None
        self.is_large = False
        super().__init__(*given)
        self._until = time.monotonic() + SILENT_S

    @property
    def timeout(self) -> float:
        """When the loop gives this connection up, while it waits for more of it."""
        return self._until

    @timeout.setter
    def timeout(self, until: float | None) -> None:
        """Gunicorn allows some more time with each byte; a request as a whole has a limit."""
        self._until = self._ends if until is None else min(until, self._ends)

    def gather(self) -> bool:
        """Read what is there, without waiting; whether a request is complete, or the headers of a large one.

        Raises `OSError` where this is no TLS, and `NoMoreData` at the end.
        """
        if not self.initialized:
            self.initialized = True
            self.sock.settimeout(0)
            self.sock = self.context.wrap_socket(
                self.sock, server_side=True, do_handshake_on_connect=False
            )
        if not self._is_asking:
            self._is_asking = True
            self._ends = time.monotonic() + QUESTION_S
        try:
            if self.parser is None:
                self.sock.do_handshake()
                self.parser = http.get_parser(self.cfg, self.sock, self.client)
            self._head += self.parser.unreader.take_buffered()
            while not self._is_complete():
                part = self.sock.recv(_PART)
                if not part:
                    raise NoMoreData
                self._head += part
        except ssl.SSLWantReadError:
            return False
        self.parser.unreader.unread(bytes(self._head))
        self._head.clear()
        self._is_asking, self._ends = False, math.inf
        self.sock.settimeout(STALL_S)
        return True

    def _is_complete(self) -> bool:
        end = self._head.find(_END_OF_HEAD)
        if end < 0:
            if len(self._head) > MOST_HEAD:
                raise NoMoreData
            return False
        head = self._head[: end + 2]
        found = _LENGTH.search(head)
        length = int(found[1]) if found else 0
        self.is_large = length > MOST_GATHERED or bool(_COMES_LATER.search(head))
        return self.is_large or len(self._head) >= end + len(_END_OF_HEAD) + length

    @property
    def is_known(self) -> bool:
        """Whether the client has a certificate of the shop's authority."""
        return self.sock.getpeercert(True) is not None  # noqa: FBT003 - the library's own

    def count_as_strangers(self, until: Callable[[], None]) -> None:
        """It counts as a stranger's until it shows a certificate or is closed; then `until` is called, once."""
        self._uncount = until

    def count_no_more(self) -> None:
        """See `count_as_strangers`."""
        until, self._uncount = self._uncount, None
        if until is not None:
            until()

    def close(self, graceful: bool = False) -> None:  # noqa: FBT001, FBT002 - gunicorn's own
        """Close at once: the loop calls this, and waits for nobody."""
        del graceful
        self.count_no_more()
        util.close(self.sock)

    def part(self) -> None:
        """Say good-bye and wait a moment for the client's, so that the last answer arrives; in a thread."""
        util.close_graceful(self.sock, timeout=1.0)

    def cut(self) -> None:
        """End whatever a thread waits for on this connection."""
        try:
            # Not the TLS layer's own: another thread is in the middle of using that.
            socket.socket.shutdown(self.sock, socket.SHUT_RDWR)
        except OSError:
            return


class Worker(ThreadWorker):  # type: ignore[misc]
    """The one worker process.

    Its `app` has `tls()`, which answers the TLS context, and `stopping`, which is set when the worker begins to end.
    """

    wsgi: Callable[[dict[str, Any], object], object]

    def __init__(self, *given: Any, **named: Any) -> None:  # noqa: ANN401 - gunicorn's own
        """As gunicorn makes it."""
        super().__init__(*given, **named)
        self._busy: dict[Connection, float] = {}
        self._busy_lock = threading.Lock()
        self._for_strangers = threading.BoundedSemaphore(max(1, self.cfg.threads // 2))
        self._for_large = threading.BoundedSemaphore(max(1, self.cfg.threads // 8))
        self._strangers = Strangers()
        self._full_until = -math.inf

    # ------------------------------------------------------------------ the loop

    def accept(self, listener: socket.socket) -> None:
        """Take a connection, and wait for its first byte before a thread is given to it."""
        try:
            client, address = listener.accept()
        except OSError as why:
            log.debug("nobody there: %s", why)
            if why.errno in _NONE_LEFT:
                self._full_until = time.monotonic() + FULL_S
                self.set_accept_enabled(False)
            return
        host = str(address[0])
        if not self._strangers.come(host):
            log.debug("too many connections from %s", host)
            util.close(client)
            return
        connection = Connection(self.cfg, client, address, listener.getsockname())
        connection.context = self.app.tls()
        connection.count_as_strangers(functools.partial(self._strangers.go, host))
        self.nr_conns += 1
        self.pending_conns.append(connection)
        self.poller.register(
            client,
            selectors.EVENT_READ,
            functools.partial(self.on_pending_socket_readable, connection),
        )

    def set_accept_enabled(self, enabled: bool) -> None:  # noqa: FBT001 - gunicorn's own
        """Called by the loop before it waits, a second at most: whether connections are taken."""
        super().set_accept_enabled(enabled and time.monotonic() >= self._full_until)

    def notify(self) -> None:
        """Called by the loop each second: connections whose time is over are cut."""
        super().notify()
        now = time.monotonic()
        with self._busy_lock:
            late = [connection for connection, until in self._busy.items() if until < now]
        for connection in late:
            connection.cut()

    def is_parent_alive(self) -> bool:
        """Whether the process that started this one is there; without it, this one ends."""
        is_alive = bool(super().is_parent_alive())
        if not is_alive:
            self.app.stopping.set()
        return is_alive

    def handle_exit(self, sig: int, frame: object) -> None:
        """Asked to end: what waits for news is answered now."""
        self.app.stopping.set()
        super().handle_exit(sig, frame)

    def handle_quit(self, sig: int, frame: object) -> None:
        """Asked to end at once."""
        self.app.stopping.set()
        super().handle_quit(sig, frame)

    def load_wsgi(self) -> None:
        """The application, which may ask for more time."""
        super().load_wsgi()
        answer = self.wsgi

        def with_more_time(environ: dict[str, Any], start: object) -> object:
            environ[MORE_TIME] = functools.partial(self._more_time, environ["gunicorn.socket"])
            return answer(environ, start)

        self.wsgi = with_more_time

    # ------------------------------------------------------------------ in a thread

    def handle(self, conn: Connection) -> object:
        """Go on with a connection; whether it is kept, or `_DEFER` where more of it must come first."""
        is_kept = is_answered = False
        try:
            if not conn.gather():
                return _DEFER
            is_answered = True
            self._allow(conn, REQUEST_S)
            if conn.is_known:
                conn.count_no_more()
                is_kept = self._serve(conn)
            else:
                is_kept = self._serve_stranger(conn)
        except (NoMoreData, StopIteration, OSError) as why:
            # Scanners, browsers that change their mind, plain HTTP: nothing that anybody could mend here.
            log.debug("a connection from %s ended: %s", conn.client, why)
        except Exception as why:  # noqa: BLE001 - the top of a thread; gunicorn answers and logs it
            self.handle_error(None, conn.sock, conn.client, why)
        finally:
            with self._busy_lock:
                self._busy.pop(conn, None)
        if is_answered and not is_kept:
            conn.part()
        return is_kept

    def _serve_stranger(self, conn: Connection) -> bool:
        turn = self._for_large if conn.is_large else self._for_strangers
        if not turn.acquire(blocking=False):
            conn.sock.sendall(_BUSY)
            return False
        try:
            return self._serve(conn)
        finally:
            turn.release()

    def _serve(self, conn: Connection) -> bool:
        request = next(conn.parser)
        if not request:
            return False
        return bool(self._keepalive_after(conn, self.handle_request(request, conn)))

    def _allow(self, conn: Connection, seconds: float) -> None:
        with self._busy_lock:
            self._busy[conn] = time.monotonic() + seconds

    def _more_time(self, sock: object) -> None:
        with self._busy_lock:
            for connection in self._busy:
                if connection.sock is sock:
                    self._busy[connection] = time.monotonic() + REQUEST_S


def end_the_process(code: int) -> None:
    """End this worker, and with this code the process that started it too."""
    logging.shutdown()
    os._exit(code)
