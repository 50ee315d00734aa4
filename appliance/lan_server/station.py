"""Putting the server together, in its one worker process: store, scribe, readers, authority, application, threads."""

import dataclasses
import logging
import os
import ssl
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from flask import Flask

from appliance.clock import Clock
from appliance.journal.pairing_wire import Invitation, qr_text, short_fingerprint
from appliance.lan_server import addresses, intake
from appliance.lan_server.announce import Announcer
from appliance.lan_server.app import create_app
from appliance.lan_server.authority import Authority
from appliance.lan_server.console import Console
from appliance.lan_server.pairing import Made, Offers, Wish
from appliance.lan_server.room import Network, Readers, Room
from appliance.lan_server.scribe import Scribe
from appliance.services import pairing, people, shop
from appliance.services.desk import Desk
from appliance.store.database import Database, StoreTrouble
from appliance.store.shelf import DiskLimits, Shelf
from appliance.watchdog import notify

log = logging.getLogger(__name__)

BROKEN_EXIT: Final = 3
"""With this code of its worker gunicorn ends too, and does not start another one."""

WATCH_S: Final = 2.0
LOOK_AGAIN_S: Final = 300.0
"""How often the machine's addresses are looked at, which may change while the server runs."""

AUDIT_S: Final = 6 * 3600.0

Fill = Callable[[Shelf, Clock], None]


@dataclasses.dataclass(frozen=True, slots=True)
class Setting:
    """What the server was told: where its store is, under which name and port it is reached, whether it is announced.

    `fill` makes a demo shop of an empty store.
    """

    store: Path
    limits: DiskLimits
    port: int
    name: str = ""
    announce: bool = True
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
        self.stopping: Final = threading.Event()
        self.end: Callable[[int], None] = os._exit

    def open(self) -> Flask:
        """Open the store and start all threads; the application. Raises what the store raises; blocks for a rebuild."""
        threading.excepthook = self._end_the_process
        scribe = Scribe(self._desk, lambda desk: desk.db.close())
        scribe.start()
        self._closing.append(scribe.stop)
        network = Network(
            self._authority,
            Offers(self._clock, self._authority.fingerprint),
            self._setting.port,
            self._hosts(),
            is_stopping=self.stopping,
        )
        room = Room(
            scribe,
            Readers(lambda: Database(self._setting.store, read_only=True)),
            self._clock,
            people.pins(self._setting.store),
            network=network,
        )
        app = create_app(room)
        self._start_threads(room, network)
        return app

    def close(self) -> None:
        """End all threads and close the store, the last opened first."""
        self.stopping.set()
        self._is_over.set()
        while self._closing:
            self._closing.pop()()

    @property
    def certificate(self) -> Path:
        """The file with the server's key and certificate."""
        return self._authority.server_file

    def tls(self) -> ssl.SSLContext:
        """The TLS context for a new connection."""
        if self._context is None:
            self._context = self._authority.context()
        return self._context

    # ------------------------------------------------------------------ parts

    def _desk(self) -> Desk:
        shelf = Shelf(self._setting.store, limits=self._setting.limits)
        try:
            if self._setting.fill is not None:
                self._setting.fill(shelf, self._clock)
            return Desk(shelf.db, shelf.book(self._clock))
        except BaseException:
            shelf.close()
            raise

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
            room.scribe.do(lambda _desk: None)
            notify("WATCHDOG=1")
            until_look -= WATCH_S
            until_audit -= WATCH_S
            if until_look <= 0:
                until_look = LOOK_AGAIN_S
                self._look_at_addresses(network)
            if until_audit <= 0:
                until_audit = AUDIT_S
                with room.readers.reading() as db:
                    network.missing = intake.audit(db)

    def _hosts(self) -> tuple[str, ...]:
        hosts = addresses.hosts(self._setting.name)
        self._authority.serve_as((*hosts, *addresses.LOCAL))
        return hosts

    def _look_at_addresses(self, network: Network) -> None:
        try:
            network.hosts = self._hosts()
        except StoreTrouble as why:
            log.warning("the server's certificate could not be made anew: %s", why)
            return
        self._context = self._authority.context()

    def _end_the_process(self, dead: threading.ExceptHookArgs) -> None:
        """A server that is half alive is worse than one that starts again."""
        if self._is_over.is_set():
            return
        name = dead.thread.name if dead.thread else "?"
        log.critical("thread %s died", name, exc_info=dead.exc_value)
        self.end(BROKEN_EXIT)


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

    return {"pair": pair, "ping": ping, "revoke": revoke}


def offer(room: Room, network: Network, wish: Wish) -> Made:
    """Make an offer to a register, for the console and for the back office. Raises `NoSuchPlace`, `NoSuchDevice`."""
    pairing.refuse_place(wish.place)
    if wish.replaces:
        with room.readers.reading() as db:
            pairing.named(db, wish.replaces)
    return network.offers.make(wish)


def invitation(network: Network, made: Made) -> str:
    """The text of an offer's QR code."""
    best = network.hosts[0]
    return qr_text(Invitation(best, network.port, network.authority.fingerprint, made.token))
