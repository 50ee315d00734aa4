"""What every page and every endpoint of the server works with: the one that writes, and those that read."""

import queue
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Concatenate, Final, ParamSpec, TypeVar, cast

from flask import current_app

from appliance.clock import Clock
from appliance.journal.wire import Range
from appliance.lan_server.authority import Authority
from appliance.lan_server.devices import Devices
from appliance.lan_server.pairing import Offers, Turnstile
from appliance.lan_server.scribe import Scribe, ServerBusy
from appliance.services.desk import Desk
from appliance.services.people import Pins
from appliance.services.places import Place
from appliance.store.database import Database

_Given = ParamSpec("_Given")
_Answer = TypeVar("_Answer")

ROOM: Final = "open-pos-room"
READERS: Final = 8
READER_WAIT_S: Final = 10.0


class Readers:
    """Connections that only read, handed to one request at a time each; made when they are first needed."""

    def __init__(self, opened: Callable[[], Database], most: int = READERS) -> None:
        """`opened` makes one."""
        self._opened = opened
        self._idle: queue.LifoQueue[Database | None] = queue.LifoQueue()
        for _ in range(most):
            self._idle.put(None)
        self._most = most

    @contextmanager
    def reading(self) -> Iterator[Database]:
        """A connection for as long as the block runs. Raises `ServerBusy` if none comes free."""
        try:
            db = self._idle.get(timeout=READER_WAIT_S)
        except queue.Empty:
            raise ServerBusy from None
        try:
            if db is None:
                db = self._opened()
            yield db
        finally:
            self._idle.put(db)

    def close(self) -> None:
        """Close all; blocks until each was given back."""
        for _ in range(self._most):
            db = self._idle.get(timeout=READER_WAIT_S)
            if db is not None:
                db.close()


@dataclass(slots=True)
class Network:
    """What the server is on the network: who it is, whom it lets in, and what it heard of them.

    `hosts` are the names and addresses at which it may be found, the best one first. `missing` is what an audit found
    to be lost from within the journal. `is_stopping` ends all questions that wait.
    """

    authority: Authority
    offers: Offers
    port: int
    hosts: tuple[str, ...]
    devices: Devices = field(default_factory=Devices)
    turnstile: Turnstile = field(default_factory=Turnstile)
    missing: tuple[Range, ...] = ()
    is_stopping: threading.Event = field(default_factory=threading.Event)


@dataclass(frozen=True, slots=True)
class Room:
    """The server's parts, made once per process and handed to every blueprint."""

    scribe: Scribe
    readers: Readers
    clock: Clock
    keeper: Pins
    place: Place = field(default_factory=lambda: Place("web"))
    network: Network | None = None

    def now_ms(self) -> int:
        """The time of day in UTC milliseconds."""
        return self.clock.now().at_ms


def here() -> Room:
    """The room of the request at hand."""
    return cast(Room, current_app.extensions[ROOM])


def network() -> Network:
    """The network's part of the room of the request at hand."""
    found = here().network
    assert found is not None, "this room has no network"
    return found


def write(
    service: Callable[Concatenate[Desk, _Given], _Answer],
    /,
    *given: _Given.args,
    **named: _Given.kwargs,
) -> _Answer:
    """What a service answers, once it is on the disk: `write(staff.leave, employee, day, me(), today)`.

    The service runs in the scribe's thread, which knows no request: what it is given is found out here, before.
    Raises what it raises, and what `Scribe.do` raises.
    """
    return here().scribe.do(lambda desk: service(desk, *given, **named))
