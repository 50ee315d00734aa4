"""A register with its owner's thread and its mirror's thread, and somebody who sees what a screen would see."""

import queue
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from appliance.clock import SystemClock
from appliance.devices import Devices
from appliance.messages import (
    OpenServer,
    PairByCode,
    Scan,
    ServerView,
    SignIn,
    Snapshot,
    StartingView,
    StatusView,
)
from appliance.mirror.thread import Mirror
from appliance.owner import Owner
from appliance.register import Register
from appliance.store.shelf import Shelf
from tests.appliance.counter import set_up_shop
from tests.appliance.lan_server.serving import Server
from tests.appliance.trading import ROOMY

PATIENCE_S = 30

_Topic = TypeVar("_Topic", bound=Snapshot)


class RealTill:
    """A register on the store in `folder`, which becomes a small shop if it is new and not `empty`."""

    def __init__(self, folder: Path, *, empty: bool = False) -> None:
        self.folder = folder
        self._empty = empty
        self._seen: queue.Queue[Snapshot] = queue.Queue()
        self._newest: dict[type[Snapshot], Snapshot] = {}
        self.owner = Owner(self._build, self._seen.put, screen=False)
        self.devices = Devices((), self.owner.post)
        self.mirror = Mirror(folder, SystemClock(), self.owner.send)
        self.devices.add(self.mirror)
        self.owner.start()
        self.see(StartingView, lambda shown: shown.done)

    def _build(self) -> Register:
        shelf = Shelf(self.folder, limits=ROOMY)
        if not self._empty and shelf.top_lamport() == 0:
            set_up_shop(shelf)
        self.origin = shelf.origin
        register = Register(shelf, SystemClock(), self.devices, self._seen.put)
        self.devices.start()
        return register

    def see(self, topic: type[_Topic], wanted: Callable[[_Topic], bool]) -> _Topic:
        """Wait until the newest snapshot of a topic is as wanted."""
        until = time.monotonic() + PATIENCE_S
        while True:
            newest = self._newest.get(topic)
            if isinstance(newest, topic) and wanted(newest):
                return newest
            left = until - time.monotonic()
            assert left > 0, f"waited in vain; seen: {newest}"
            try:
                snapshot = self._seen.get(timeout=left)
            except queue.Empty:
                continue
            self._newest[type(snapshot)] = snapshot

    def is_mirror(self, state: str) -> StatusView:
        """Wait until the strip says so."""
        return self.see(StatusView, lambda shown: shown.mirror == state)

    def sign_in(self) -> None:
        self.owner.send(SignIn("2", "2222"))

    def pair(self, server: Server, *, by_code: bool = False, name: str = "Till") -> None:
        """Pair it at this till, by a scan or by a typed code, and wait until it is connected."""
        offer = server.offer(name)
        self.owner.send(OpenServer())
        if by_code:
            self.owner.send(PairByCode("127.0.0.1", server.port, offer["code"]))
        else:
            host = f"/{offer['host'].upper()}/"
            self.owner.send(Scan(offer["qr"].replace(host, "/127.0.0.1/", 1)))
        self.see(ServerView, lambda shown: bool(shown.shop))
        self.is_mirror("connected")

    def has_all(self) -> ServerView:
        """Wait until everything that the server has is here."""
        return self.see(ServerView, lambda shown: 0 < shown.total == shown.pulled)

    def stop(self) -> None:
        self.devices.stop()
        self.owner.stop()
