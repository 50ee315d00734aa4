"""Putting the server together, in its one worker process: store, scribe, readers, authority, application, threads."""

import dataclasses
import logging
import os
import ssl
import threading
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import Any, Final

from flask import Flask

from appliance.clock import Clock
from appliance.journal.pairing_wire import short_fingerprint
from appliance.lan_server import addresses, intake
from appliance.lan_server.announce import Announcer
from appliance.lan_server.app import create_app
from appliance.lan_server.authority import Authority
from appliance.lan_server.console import Console
from appliance.lan_server.invite import invitation, offer
from appliance.lan_server.pairing import Offers, Wish
from appliance.lan_server.room import Network, Readers, Room
from appliance.lan_server.scribe import Scribe
from appliance.problems import Refusal
from appliance.services import pairing, people, shop
from appliance.services.desk import Desk
from appliance.services.places import Place
from appliance.store.opened import AnyShelf, open_reader, open_store
from appliance.store.shelf import DiskLimits
from appliance.watchdog import notify

log = logging.getLogger(__name__)

BROKEN_EXIT: Final = 3
"""With this code of its worker gunicorn ends too, and does not start another one."""

WATCH_S: Final = 2.0
LOOK_AGAIN_S: Final = 300.0
"""How often the machine's addresses are looked at, which may change while the server runs."""

AUDIT_S: Final = 6 * 3600.0

Fill = Callable[[AnyShelf, Clock], None]


@dataclasses.dataclass(frozen=True, slots=True)
class Setting:
    """What the server was told: where its store is, under which name and port it is reached, whether it is announced.

    `database` is the URL of a MariaDB, or empty for a file in `store`. `acts` is the shop's table of what can be done
    where, `fill` makes a demo shop of an empty store.
    """

    store: Path
    limits: DiskLimits
    port: int
    name: str = ""
    announce: bool = True
    database: str = dataclasses.field(default="", repr=False)
    acts: Mapping[str, Collection[str]] | None = None
    fill: Fill | None = None


class Station:
    """One running server. Made, opened and closed in the worker process."""

    def __init__(self, setting: Setting, clock: Clock, authority: Authority) -> None:
        """Nothing is opened yet."""
        self._setting = setting
        self._clock = clock
        self._authority = authority
        self._closing: list[Callable[[], None]] = []
        self._is_over = threading.Event()
        self._context: ssl.SSLContext | None = None
        self._shelf: AnyShelf | None = None
        self.stopping: Final = threading.Event()
        self.end: Callable[[int], None] = os._exit

    def open(self) -> Flask:
        """Open the store and start all threads; the application. Raises what the store raises; blocks for a rebuild."""
        threading.excepthook = self._end_the_process
        scribe = Scribe(self._desk, self._close_shelf)
        scribe.start()
        self._closing.append(scribe.stop)
        network = Network(
            self._authority,
            Offers(self._clock, self._authority.fingerprint),
            self._setting.port,
            self.renew(),
            is_stopping=self.stopping,
        )
        room = Room(
            scribe,
            Readers(lambda: open_reader(self._setting.store, self._setting.database)),
            self._clock,
            people.pins(self._setting.store),
            Place("web", acts=self._setting.acts),
            network,
        )
        self._closing.append(room.readers.close)
        app = create_app(room)
        self._start_threads(room, network)
        return app

    def close(self) -> None:
        """End all threads and close the store, the last opened first."""
        self.stopping.set()
        self._is_over.set()
        while self._closing:
            try:
                self._closing.pop()()
            except Exception:
                # The store is closed last, whatever became of the others.
                log.exception("a part of the server did not end well")

    @property
    def certificate(self) -> Path:
        """The file with the server's key and certificate."""
        return self._authority.server_file

    def renew(self) -> tuple[str, ...]:
        """Where this machine is found now; its certificates are made anew if they must. Raises `StoreTrouble`."""
        hosts = addresses.hosts(self._setting.name)
        now_ms = self._clock.now().at_ms
        if self._authority.serve_as((*hosts, *addresses.LOCAL), now_ms):
            self._context = None
        return hosts

    def tls(self) -> ssl.SSLContext:
        """The TLS context for a new connection."""
        if self._context is None:
            self._context = self._authority.context()
        return self._context

    # ------------------------------------------------------------------ parts

    def _desk(self) -> Desk:
        setting = self._setting
        shelf = open_store(setting.store, setting.database, limits=setting.limits)
        try:
            if self._setting.fill is not None:
                self._setting.fill(shelf, self._clock)
            self._shelf = shelf
            return Desk(shelf.db, shelf.book(self._clock))
        except BaseException:
            shelf.close()
            raise

    def _close_shelf(self, _desk: Desk) -> None:
        if self._shelf is not None:
            self._shelf.close()

    def _start_threads(self, room: Room, network: Network) -> None:
        console = Console(self._setting.store, questions(room, network))
        console.start()
        self._closing.append(console.close)
        if self._setting.announce:
            with room.readers.reading() as db:
                name = shop.read(db).name
            short = short_fingerprint(self._authority.fingerprint)
            announcer = Announcer(name, short, self._setting.port)
            announcer.start()
            self._closing.append(announcer.close)
        watch = threading.Thread(
            target=self._watch, args=(room, network), name="watch", daemon=True
        )
        watch.start()

    def _watch(self, room: Room, network: Network) -> None:
        """Feed the service manager's watchdog while the scribe answers; now and then look after the rest."""
        notify("READY=1")
        until_look, until_audit = LOOK_AGAIN_S, 0.0
        while not self._is_over.wait(WATCH_S):
            if not _answers(room.scribe):
                continue
            notify("WATCHDOG=1")
            until_look -= WATCH_S
            until_audit -= WATCH_S
            try:
                if until_look <= 0:
                    until_look = LOOK_AGAIN_S
                    network.hosts = self.renew()
                if until_audit <= 0:
                    until_audit = AUDIT_S
                    with room.readers.reading() as db:
                        network.missing = intake.audit(db)
            except Refusal as why:
                log.warning("not looked after now: %s", why)

    def _end_the_process(self, dead: threading.ExceptHookArgs) -> None:
        """A server that is half alive is worse than one that starts again."""
        if self._is_over.is_set():
            return
        name = dead.thread.name if dead.thread else "?"
        log.critical("thread %s died", name, exc_info=dead.exc_value)
        self.end(BROKEN_EXIT)


def _answers(scribe: Scribe) -> bool:
    """Whether the scribe still works; a disk that refuses to be written is no reason to start again."""
    try:
        scribe.do(lambda _desk: None)
    except TimeoutError:
        log.warning("the scribe does not answer")
        return False
    except Refusal as why:
        log.warning("nothing can be written: %s", why)
    return True


def questions(room: Room, network: Network) -> Mapping[str, Callable[[Mapping[str, Any]], object]]:
    """What the command line may ask, see `console`."""

    def pair(asked: Mapping[str, Any]) -> object:
        wish = Wish(
            name=str(asked.get("name", "")),
            place=str(asked.get("place", "till")),
            replaces=str(asked.get("replaces", "")).upper(),
        )
        made = offer(room, network, wish)
        return {
            "qr": invitation(network, made),
            "code": made.code,
            "until_ms": made.until_ms,
            "host": network.hosts[0],
            "port": network.port,
        }

    def ping(_asked: Mapping[str, Any]) -> object:
        return {"port": network.port, "pid": os.getpid()}

    def revoke(asked: Mapping[str, Any]) -> object:
        device, why = str(asked.get("device", "")).upper(), str(asked.get("why", ""))
        room.scribe.do(lambda desk: pairing.revoke(desk, device, why, actor=""))
        return {}

    def devices(_asked: Mapping[str, Any]) -> object:
        heard = network.devices.all()
        with room.readers.reading() as db:
            return [
                {
                    "device": one.device,
                    "name": one.name,
                    "place": one.place,
                    "heard_at_ms": heard[one.device].heard_at_ms if one.device in heard else 0,
                }
                for one in pairing.devices(db)
            ]

    return {"pair": pair, "ping": ping, "revoke": revoke, "devices": devices}
