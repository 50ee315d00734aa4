"""`open-pos server` as a process: gunicorn around one worker, with TLS of the shop's own authority.

Two processes: the first listens and starts the second, which opens the store and serves. Where the second ends because
its store cannot be opened or one of its threads died, the first ends with the same code, and the service manager
starts both again.
"""

import logging
import os
import resource
import socket
import ssl
import sys
import threading
from collections.abc import Callable
from typing import Any, Final

from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter

from appliance.clock import SystemClock
from appliance.config import ServerConfig
from appliance.lan_server import addresses
from appliance.lan_server.authority import open_authority
from appliance.lan_server.station import BROKEN_EXIT, Setting, Station
from appliance.lan_server.worker import SILENT_S, Worker, end_the_process
from appliance.problems import Refusal

log = logging.getLogger(__name__)

BACKLOG: Final = 512
MOST_CONNECTIONS: Final = 2000
DESCRIPTORS: Final = 8192
"""More than all connections, readers and files need; many systems begin with 1024, which are fewer."""
STOP_S: Final = 10
"""How long open requests may take to end when the server is stopped."""

_NOTIFY: Final = "NOTIFY_SOCKET"


class PortTaken(Refusal):
    """Another program listens at this `port`, or the address is none of this machine's: `why`."""

    code = "port_taken"


def run(
    config: ServerConfig,
    setting: Setting,
    tell: Callable[[Refusal], None],
    ready: Callable[[str], None] = lambda _url: None,
) -> int:
    """Serve until the process is told to end; the exit code. Raises `StoreTrouble`, `PortTaken`.

    `tell` says to whoever runs the server why it cannot start, `ready` at which address it is found once all is open.
    """
    allow_descriptors()
    setting.store.mkdir(parents=True, exist_ok=True)
    authority = open_authority(setting.store)
    clock = SystemClock(always_ok=setting.fill is not None)
    station = Station(setting, clock, authority)
    station.renew()
    station.end = end_the_process
    try:
        Server(config, station, _listening(config), (tell, ready)).run()
    except SystemExit as end:
        return int(end.code or 0)
    return 0


def allow_descriptors(wanted: int = DESCRIPTORS) -> None:
    """Let this process and those that it starts have so many files and sockets, where the system lets it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if soft != resource.RLIM_INFINITY and soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


class _First(Arbiter):  # type: ignore[misc]  # gunicorn has no types
    """The first process: it keeps one worker, no more, since a second one could not open the store."""

    def handle_hup(self) -> None:
        """The terminal was closed: end, as any program does."""
        self.handle_term()

    def handle_ttin(self) -> None:
        """Not one more."""

    def handle_usr2(self) -> None:
        """No second server beside this one."""


class Server(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    """The application as gunicorn runs it."""

    def __init__(
        self,
        config: ServerConfig,
        station: Station,
        listener: int,
        say: tuple[Callable[[Refusal], None], Callable[[str], None]],
    ) -> None:
        """Nothing runs yet. `listener` is the descriptor of a listening socket, which gunicorn takes over."""
        self._config = config
        self._station = station
        self._listener = listener
        self._tell, self._ready = say
        # The first process must not say that all is ready: it does not know.
        self._notify = os.environ.pop(_NOTIFY, None)
        super().__init__()

    def load_config(self) -> None:
        """Settings of gunicorn; none come from its own files or variables."""
        settings: dict[str, Any] = {
            "bind": [f"fd://{self._listener}"],
            "worker_class": Worker,
            "workers": 1,
            "threads": self._config.threads,
            "worker_connections": MOST_CONNECTIONS + self._config.threads,
            "keepalive": SILENT_S,
            "graceful_timeout": STOP_S,
            # A rebuild of the tables takes minutes; whether the worker lives is the watchdog's question.
            "timeout": 0,
            "certfile": str(self._station.certificate),
            "keyfile": str(self._station.certificate),
            "cert_reqs": ssl.CERT_OPTIONAL,
            "control_socket_disable": True,
            "proc_name": "open-pos-server",
            "loglevel": "warning",
            "accesslog": None,
            "limit_request_fields": 64,
            "limit_request_line": 4094,
            "limit_request_field_size": 8190,
            "forwarded_allow_ips": "",
            "worker_exit": self._closed,
        }
        for name, value in settings.items():
            self.cfg.set(name, value)

    def run(self) -> None:
        """Serve. Ends with `SystemExit`."""
        _First(self).run()

    def load(self) -> Flask:
        """The application; called in the worker, which ends if there is none."""
        if self._notify is not None:
            os.environ[_NOTIFY] = self._notify
        try:
            app = self._station.open()
        except Refusal as why:
            self._tell(why)
            sys.exit(BROKEN_EXIT)
        best = addresses.hosts(self._config.name)[0]
        self._ready(addresses.url(best, self._config.port))
        return app

    def tls(self) -> ssl.SSLContext:
        """See `Station.tls`."""
        return self._station.tls()

    @property
    def stopping(self) -> threading.Event:
        """Set when the worker begins to end."""
        return self._station.stopping

    def _closed(self, _server: object, _worker: object) -> None:
        self._station.close()


def _listening(config: ServerConfig) -> int:
    family = socket.AF_INET6 if ":" in config.bind else socket.AF_INET
    try:
        return socket.create_server(
            (config.bind, config.port), family=family, backlog=BACKLOG
        ).detach()
    except OSError as why:
        raise PortTaken(port=config.port, why=why.strerror or str(why)) from why
