"""Gunicorn's threaded worker, hardened for a port that anybody on the network may talk to.

What gunicorn 27 does not do by itself (`gthread.py`): a connection that says nothing holds a thread for five seconds,
one that stops in the middle of the TLS handshake or of its headers holds it for ever, and a client that does not close
holds up the loop that accepts. Here a thread is given to a connection only once something came; the handshake and the
headers have a time limit together, every wait for the socket has one, and the loop never waits for a client.
"""

import functools
import logging
import os
import selectors
import socket
import ssl
import threading
import time
from typing import Any, Final

from gunicorn import http, util
from gunicorn.http.errors import NoMoreData
from gunicorn.workers.gthread import TConn, ThreadWorker

log = logging.getLogger(__name__)

SILENT_S: Final = 20
"""How long a connection may be open without a question, new or kept alive."""

QUESTION_S: Final = 10.0
"""How long a client may take from its first byte to the end of its headers."""

REQUEST_S: Final = 120.0
"""How long a whole request may take, longest waits for news, uploads and downloads included."""

STALL_S: Final = 30.0
"""How long the socket may not move at all."""


class Connection(TConn):  # type: ignore[misc]  # gunicorn has no types
    """One client's connection, which speaks TLS and HTTP/1.1 only."""

    context: ssl.SSLContext
    initialized: bool
    sock: Any
    parser: Any

    def init(self) -> None:
        """Shake hands, once; called in a thread before each request."""
        if not self.initialized:
            self.initialized = True
            self.sock.settimeout(STALL_S)
            self.sock = self.context.wrap_socket(
                self.sock, server_side=True, do_handshake_on_connect=False
            )
            self.sock.do_handshake()
            self.parser = http.get_parser(self.cfg, self.sock, self.client)
        self.sock.settimeout(STALL_S)

    def close(self, graceful: bool = False) -> None:  # noqa: FBT001, FBT002 - gunicorn's own
        """Close at once: the loop calls this, and waits for nobody."""
        del graceful
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

    def __init__(self, *given: Any, **named: Any) -> None:  # noqa: ANN401 - gunicorn's own
        """As gunicorn makes it."""
        super().__init__(*given, **named)
        self._busy: dict[Connection, float] = {}
        self._busy_lock = threading.Lock()

    # ------------------------------------------------------------------ the loop

    def accept(self, listener: socket.socket) -> None:
        """Take a connection, and wait for its first byte before a thread is given to it."""
        try:
            client, address = listener.accept()
        except OSError as why:
            log.debug("nobody there: %s", why)
            return
        connection = Connection(self.cfg, client, address, listener.getsockname())
        connection.context = self.app.tls()
        connection.timeout = time.monotonic() + SILENT_S
        connection.data_ready = True
        self.nr_conns += 1
        self.pending_conns.append(connection)
        self.poller.register(
            client,
            selectors.EVENT_READ,
            functools.partial(self.on_pending_socket_readable, connection),
        )

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

    # ------------------------------------------------------------------ in a thread

    def handle(self, conn: Connection) -> bool:
        """One request; whether the connection is kept."""
        self._allow(conn, QUESTION_S)
        is_kept = False
        request = None
        try:
            conn.init()
            request = next(conn.parser)
            if request:
                self._allow(conn, REQUEST_S)
                is_kept = bool(self._keepalive_after(conn, self.handle_request(request, conn)))
        except (NoMoreData, StopIteration, OSError) as why:
            # Scanners, browsers that change their mind, plain HTTP: nothing that anybody could mend here.
            log.debug("a connection from %s ended: %s", conn.client, why)
        except Exception as why:  # noqa: BLE001 - the top of a thread; gunicorn answers and logs it
            self.handle_error(request, conn.sock, conn.client, why)
        finally:
            with self._busy_lock:
                self._busy.pop(conn, None)
        if not is_kept:
            conn.part()
        return is_kept

    def _allow(self, conn: Connection, seconds: float) -> None:
        with self._busy_lock:
            self._busy[conn] = time.monotonic() + seconds


def end_the_process(code: int) -> None:
    """End this worker, and with this code the process that started it too."""
    logging.shutdown()
    os._exit(code)
