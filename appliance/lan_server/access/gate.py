"""What the gate remembers while the server runs: who asked how often, and who has not moved for how long.

All of it may be lost at a restart: what must not be is in the journal.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, cast

from flask import current_app

from appliance.lan_server.access.brakes import Brake

GATE: Final = "open-pos-gate"
IDLE_MS: Final = 30 * 60_000
MOST_SESSIONS: Final = 4096
_HOUR_MS: Final = 3_600_000


def steady_ms() -> int:
    """Milliseconds that nobody sets back."""
    return time.monotonic_ns() // 1_000_000


class Idle:
    """When each session was last used."""

    def __init__(self, limit_ms: int = IDLE_MS) -> None:
        """Nobody was seen yet: a session that began before this server did may go on."""
        self._limit_ms = limit_ms
        self._seen: OrderedDict[str, int] = OrderedDict()
        self._lock = threading.Lock()

    def is_over(self, session: str, now_ms: int) -> bool:
        """Whether nothing was done in it for too long; otherwise it was used now."""
        with self._lock:
            seen_ms = self._seen.pop(session, now_ms)
            self._seen[session] = now_ms if now_ms - seen_ms < self._limit_ms else seen_ms
            while len(self._seen) > MOST_SESSIONS:
                self._seen.popitem(last=False)
            return now_ms - seen_ms >= self._limit_ms


class Seldom:
    """Lets each thing through once an hour, so that nobody fills the journal by asking again and again."""

    def __init__(self) -> None:
        """Nothing came yet."""
        self._seen: OrderedDict[tuple[str, ...], int] = OrderedDict()
        self._lock = threading.Lock()

    def is_due(self, thing: tuple[str, ...], now_ms: int) -> bool:
        """Whether it did not come within the last hour."""
        with self._lock:
            seen_ms = self._seen.get(thing)
            if seen_ms is not None and now_ms - seen_ms < _HOUR_MS:
                return False
            self._seen[thing] = now_ms
            self._seen.move_to_end(thing)
            while len(self._seen) > MOST_SESSIONS:
                self._seen.popitem(last=False)
            return True


@dataclass(frozen=True, slots=True)
class Gate:
    """All of it. `hands` is how many passwords are checked at once: each takes 19 MiB while it is."""

    questions: Brake = field(default_factory=lambda: Brake(burst=300, refill_ms=200))
    """Pages and pictures for those who are not signed in."""
    tries: Brake = field(default_factory=lambda: Brake(burst=20, refill_ms=15_000))
    """Passwords and codes, whoever is meant."""
    idle: Idle = field(default_factory=Idle)
    noted: Seldom = field(default_factory=Seldom)
    hands: threading.BoundedSemaphore = field(default_factory=lambda: threading.BoundedSemaphore(2))
    now_ms: Callable[[], int] = steady_ms
    _nobodys: list[str] = field(default_factory=list)

    def nobodys(self, make: Callable[[], str]) -> str:
        """A hash to check the password of nobody by, which must take as long as that of somebody."""
        if not self._nobodys:
            self._nobodys.append(make())
        return self._nobodys[0]


def gate() -> Gate:
    """The gate of the application at hand."""
    return cast(Gate, current_app.extensions[GATE])
