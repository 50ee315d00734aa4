"""Checking all chains of the journal in the background, piece by piece: it holds up neither the writer nor a page.

One check at a time. It reads some thousand entries, gives the connection back, and reckons; what it found stands here
until the next one, or until the server ends.
"""

import logging
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any, Final

from appliance.journal import chain
from appliance.journal.chain import Verdict
from appliance.journal.entry import Entry
from appliance.lan_server.room import Readers
from appliance.problems import Refusal
from appliance.services import journal_pages

log = logging.getLogger(__name__)

AT_ONCE: Final = 2_000

_SOME: Final = "SELECT * FROM entry WHERE origin = ? AND seq > ? AND seq <= ? ORDER BY seq LIMIT ?"


class AlreadyChecking(Refusal):
    """The journal is being checked; one check at a time."""

    code = "already_checking"


@dataclass(frozen=True, slots=True)
class Check:
    """How a check stands.

    `state` is `none`, `running`, `stopped`, `broken` (the server failed, or its store did not answer) or `done`.
    """

    state: str = "none"
    begun_ms: int = 0
    ended_ms: int = 0
    done: int = 0
    total: int = 0
    verdict: Verdict | None = None


class _Stopped(Exception):
    """Somebody wants no more of it."""


@dataclass
class Checker:
    """The one check of a server. Any thread."""

    readers: Readers
    now_ms: Callable[[], int]
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _now: Check = field(default_factory=Check)
    _stop: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    @property
    def check(self) -> Check:
        """How it stands."""
        with self._lock:
            return self._now

    def begin(self) -> None:
        """Check everything that is held now. Comes back at once. Raises `AlreadyChecking`."""
        with self.readers.reading() as db:
            heads = journal_pages.heads(db)
        with self._lock:
            if self._now.state == "running":
                raise AlreadyChecking
            self._stop.clear()
            self._now = Check("running", self.now_ms(), total=sum(heads.values()))
            self._thread = threading.Thread(
                target=self._run, args=(heads,), name="check", daemon=True
            )
            self._thread.start()

    def stop(self) -> None:
        """Go no further. Comes back at once."""
        self._stop.set()

    def wait(self, timeout_s: float) -> bool:
        """Until it has ended, for so long at most; whether it has."""
        thread = self._thread
        if thread is not None:
            thread.join(timeout_s)
        return self.check.state != "running"

    def _run(self, heads: dict[str, int]) -> None:
        try:
            verdict = chain.verify(self._entries(heads))
        except _Stopped:
            self._change(state="stopped", ended_ms=self.now_ms())
        except Refusal as why:
            # The store or its readers do not answer: the check is over, the server is not.
            log.warning("the check of the journal was broken off: %s", why)
            self._change(state="broken", ended_ms=self.now_ms())
        except BaseException:
            self._change(state="broken", ended_ms=self.now_ms())
            raise
        else:
            self._change(state="done", ended_ms=self.now_ms(), verdict=verdict)

    def _entries(self, heads: dict[str, int]) -> Iterator[Entry]:
        """What is held, up to these heads, some thousand in memory at once."""
        for origin, last in heads.items():
            after = 0
            while after < last:
                if self._stop.is_set():
                    raise _Stopped
                with self.readers.reading() as db:
                    rows: list[Any] = db.sql(_SOME, (origin, after, last, AT_ONCE))
                yield from map(Entry._make, rows)
                if len(rows) < min(AT_ONCE, last - after):
                    # Entries are gone from the middle: the chain was told so far, and is found to be broken.
                    return
                after = rows[-1][1]
                self._change(done=self.check.done + len(rows))

    def _change(self, **values: Any) -> None:  # noqa: ANN401 - fields of `Check`
        with self._lock:
            self._now = replace(self._now, **values)
