"""The register's journal as the mirror's thread has it: read on a connection of its own, written by the register."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final

from appliance.journal.entry import GENESIS, Entry
from appliance.journal.lines import from_line
from appliance.journal.wire import BATCH_ENTRIES
from appliance.messages import EntriesCame, EntriesTaken, Event
from appliance.problems import Refusal
from appliance.services import mirroring, origins
from appliance.store import shelf
from appliance.store.sqlite import SqliteDatabase

MOST_AT_ONCE: Final = 100
"""Entries that are handed over at once, at most."""
MOST_BYTES: Final = 1 << 16
"""Or so many bytes of them: an entry of an import alone may be as long."""
PIECE_US: Final = 20_000
"""So long the register may be busy with them; the next piece is cut by how long the last one took."""
FIRST_PIECE: Final = 20
PATIENCE_S: Final = 60.0
_FULL_S: Final = 0.05


class RegisterBusy(Refusal):
    """The register did not take in what came from the server. Nothing is lost; it is tried again."""

    code = "register_busy"


class NotTaken(Refusal):
    """The register could not take in what came from the server; `why` is the code of the reason."""

    code = "entries_not_taken"


class Stopping(Refusal):
    """The program ends. Nobody is shown this."""

    code = "register_stopping"


class Handover:
    """Gives entries to the register's queue, piece by piece, and waits for its word on each."""

    def __init__(self, post: Callable[[Event], bool]) -> None:
        """`post` puts an event into the queue, False where that is full."""
        self._post = post
        self._heard = threading.Condition()
        self._answer: EntriesTaken | None = None
        self._number = 0
        self._is_stopping = False
        self._piece = FIRST_PIECE

    def taken(self, answer: EntriesTaken) -> None:
        """The register's word. Any thread."""
        with self._heard:
            self._answer = answer
            self._heard.notify_all()

    def stop(self) -> None:
        """Wait no longer. Any thread."""
        with self._heard:
            self._is_stopping = True
            self._heard.notify_all()

    def give(self, entries: Sequence[Entry]) -> None:
        """Have entries taken in; returns when they are on the disk.

        Raises `NotTaken`, `RegisterBusy` after a minute without an answer, `Stopping`.
        """
        left = list(entries)
        while left:
            piece = list(self._cut(left))
            answer = self._give(piece)
            if answer.code:
                raise NotTaken(**{**dict(answer.fields), "why": answer.code})
            del left[: len(piece)]
            self._piece = fitting(self._piece, len(piece), answer.took_us)

    def _cut(self, entries: Sequence[Entry]) -> Iterator[Entry]:
        size = 0
        for place, entry in enumerate(entries[: self._piece]):
            size += len(entry.body)
            if place and size > MOST_BYTES:
                return
            yield entry

    def _give(self, piece: Sequence[Entry]) -> EntriesTaken:
        self._number += 1
        until = time.monotonic() + PATIENCE_S
        with self._heard:
            # Under the lock, so that an answer that comes at once waits until it is waited for.
            while not self._post(EntriesCame(self._number, tuple(piece))):
                self._wait(until, _FULL_S)
            while self._answer is None or self._answer.number != self._number:
                self._wait(until, PATIENCE_S)
            answer, self._answer = self._answer, None
        return answer

    def _wait(self, until: float, most_s: float) -> None:
        if self._is_stopping:
            raise Stopping
        left = until - time.monotonic()
        if left <= 0:
            raise RegisterBusy
        self._heard.wait(min(most_s, left))


def fitting(piece: int, given: int, took_us: int) -> int:
    """How many entries to hand over next, after `given` of at most `piece` took `took_us`."""
    if took_us > PIECE_US:
        return max(1, given * PIECE_US // (2 * took_us))
    if given == piece and 2 * took_us < PIECE_US:
        return min(MOST_AT_ONCE, piece * 2)
    return piece


class StoreJournal:
    """The journal of a store that the register writes. Used by one thread; see `courier.Journal`."""

    def __init__(self, store: Path, handover: Handover) -> None:
        """Open the store to read. Raises `StoreTrouble`."""
        self._db = SqliteDatabase(store, read_only=True)
        self._handover = handover

    @property
    def origin(self) -> str:
        """The origin under which the register writes."""
        return origins.own(self._db)

    def own_seq(self) -> int:
        """The last `seq` that the register recorded."""
        return self.heads().get(self.origin, (0, GENESIS))[0]

    def heads(self) -> dict[str, tuple[int, bytes]]:
        """The last `seq` and hash of each origin."""
        return shelf.heads(self._db)

    def hash_at(self, origin: str, seq: int) -> bytes | None:
        """The hash of one entry, None where it is not held."""
        return shelf.hash_at(self._db, origin, seq)

    def span(self, origin: str, after: int, most: int) -> list[Entry]:
        """At most `most` entries of an origin, those after `after`."""
        return shelf.span(self._db, origin, after, most)

    def apart(self) -> Iterator[list[Entry]]:
        """What lies in quarantine of other devices, as batches of one origin in a row."""
        own = mirroring.own_line(self._db)
        run: list[Entry] = []
        for one in mirroring.quarantined(self._db):
            if one.origin in own:
                continue
            entry = from_line(one.line, one.seq)
            follows = run and (entry.origin, entry.seq) == (run[-1].origin, run[-1].seq + 1)
            if run and (not follows or len(run) >= BATCH_ENTRIES):
                yield run
                run = []
            run.append(entry)
        if run:
            yield run

    def take(self, entries: Sequence[Entry]) -> None:
        """Have the register take them in."""
        self._handover.give(entries)

    def close(self) -> None:
        """Close the store."""
        self._db.close()


__all__ = ["Handover", "NotTaken", "RegisterBusy", "Stopping", "StoreJournal", "fitting"]
