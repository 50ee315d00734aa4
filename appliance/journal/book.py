"""The book: the one way to write into the journal, and to read it out and in again.

`record` appends entries of this device, applies them to the tables and commits, all in one transaction; nothing else
writes to a table. `receive` does the same with entries of other devices. The book knows no database: it writes on a
`Shelf`, which the store provides.
"""

import itertools
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from typing import Final, Protocol

from appliance.clock import Clock
from appliance.journal import chain
from appliance.journal.body import Body
from appliance.journal.entry import GENESIS, ORIGIN_LETTERS, Entry, canonical_body, chain_hash, seal
from appliance.journal.kinds import (
    UnknownKind,
    decode,
)
from appliance.journal.lines import from_line, to_line
from appliance.journal.mirror_kinds import OriginBegun
from appliance.problems import Refusal

RECEIVE_AT_ONCE: Final = 500
"""How many entries are taken in before progress is reported."""


class Shelf(Protocol):
    """Where entries are kept and tables are folded."""

    def transaction(self) -> AbstractContextManager[bool | None]:
        """A transaction that commits at the end and rolls back when an exception leaves it.

        It enters with true where another program has written since this one's last: then what was known of heads and
        Lamport time may no longer hold.
        """
        ...

    def others_wrote(self) -> bool:
        """Whether another program has written since this was last asked, or since this one wrote itself.

        Asked between transactions; writes nothing.
        """
        ...

    def part(self) -> AbstractContextManager[object]:
        """A part of the open transaction that is taken back alone when an exception leaves it."""
        ...

    def add_entries(self, entries: Sequence[Entry]) -> None:
        """Append entries to the journal."""
        ...

    def heads(self) -> dict[str, tuple[int, bytes]]:
        """The last `seq` and hash of each origin."""
        ...

    def top_lamport(self) -> int:
        """The highest Lamport time in the journal; 0 for an empty one."""
        ...

    def name_origin(self, origin: str) -> None:
        """From now on this store writes under another origin; inside a transaction."""
        ...

    def hash_at(self, origin: str, seq: int) -> bytes | None:
        """The hash of one entry, None where it is not held."""
        ...

    @property
    def origin(self) -> str:
        """The origin under which this store writes, as it is stored."""
        ...

    def entries(self) -> Iterator[Entry]:
        """All entries, each origin's in the order of `seq`."""
        ...

    def apply(self, entry: Entry, body: Body) -> None:
        """Fold one entry into the tables."""
        ...

    def apply_or_set_aside(self, entries: Sequence[Entry]) -> None:
        """Fold entries into the tables; what cannot be applied is noted with its reason instead."""
        ...

    def apply_what_waited(self) -> None:
        """Fold entries that came before what they go on from, if that is here now."""
        ...


class JournalForked(Refusal):
    """Another entry is already held under the same origin and seq."""

    code = "journal_forked"


class JournalGap(Refusal):
    """Entries are missing before the ones that came."""

    code = "journal_gap"


class JournalDamaged(Refusal):
    """An entry's bytes do not match its hash, or it is not linked to the one before it."""

    code = "journal_damaged"


class Book:
    """The journal of one store, written by one thread. `origin` names this installation of this device."""

    def __init__(self, shelf: Shelf, clock: Clock, origin: str) -> None:
        """Take up the chain where the shelf has it."""
        self._origin = self._first_origin = origin
        self._shelf = shelf
        self._clock = clock
        self._heads = shelf.heads()
        self._lamport = shelf.top_lamport()
        self._in_batch = self._is_half = self._has_written = False

    @property
    def origin(self) -> str:
        """The origin under which this device writes."""
        return self._origin

    def id_ahead(self, offset: int = 0) -> str:
        """The id that the next entry will have (`offset` 0), or the one after that (1), and so on."""
        return f"{self.origin}-{self._heads.get(self.origin, (0, GENESIS))[0] + 1 + offset}"

    @property
    def length(self) -> int:
        """How many entries are held: as long as it is the same, no table has changed."""
        return sum(seq for seq, _ in self._heads.values())

    @property
    def clock_ok(self) -> bool:
        """Whether the clock that dates entries can be trusted now."""
        return self._clock.now().ok

    def record(self, actor: str, *bodies: Body) -> tuple[Entry, ...]:
        """Append, apply and commit. Returns when the entries are on the disk.

        `actor` is the id of the employee who acted, or `""` for the device itself. Raises what the store raises when
        it cannot write; then nothing has changed.
        """
        if not self._in_batch:
            with self.batch():
                return self.record(actor, *bodies)
        moment = self._clock.now()
        seq, head = self._heads.get(self.origin, (0, GENESIS))
        lamport = self._lamport
        entries: list[Entry] = []
        for body in bodies:
            seq, lamport = seq + 1, lamport + 1
            entry = seal(
                Entry(
                    origin=self.origin,
                    seq=seq,
                    at_ms=moment.at_ms,
                    clock_ok=moment.ok,
                    lamport=lamport,
                    boot=moment.boot,
                    boot_ns=moment.boot_ns,
                    actor=actor,
                    kind=body.kind,
                    version=body.version,
                    body=canonical_body(body),
                    prev_hash=head,
                    hash=b"",
                )
            )
            head = entry.hash
            entries.append(entry)
        self._write(entries, bodies)
        self._heads[self.origin] = (seq, head)
        self._lamport = lamport
        return tuple(entries)

    def _write(self, entries: Sequence[Entry], bodies: Sequence[Body]) -> None:
        self._has_written = True
        try:
            self._shelf.add_entries(entries)
            for entry, body in zip(entries, bodies, strict=True):
                self._shelf.apply(entry, body)
        except BaseException:
            self._is_half = True
            raise

    @contextmanager
    def batch(self) -> Iterator[None]:
        """All that is recorded or received inside goes to the disk together at the end, or not at all.

        An exception that leaves the batch takes everything back, the head of the chain too. A batch within a batch is
        part of it: where an exception leaves that part and is caught, the whole still ends in a `RuntimeError`.
        """
        if self._in_batch:
            try:
                yield
            except BaseException:
                self._is_half = True
                raise
            return
        before = dict(self._heads), self._lamport, self._origin
        self._in_batch, self._is_half, self._has_written = True, False, False
        try:
            with self._shelf.transaction() as others_wrote:
                if others_wrote:
                    self._read_the_shelf()
                    before = dict(self._heads), self._lamport, self._origin
                yield
                self._refuse_a_half()
        except BaseException:
            if self._has_written:
                self._heads, self._lamport, self._origin = before
                self._ask_the_shelf()
            raise
        finally:
            self._in_batch = False

    @contextmanager
    def part(self) -> Iterator[None]:
        """A part of a batch that fails alone: an exception that leaves it takes back what was recorded inside only.

        So one commit serves many who do not know of each other. Raises `RuntimeError` outside of a batch.
        """
        if not self._in_batch:
            message = "a part needs a batch around it"
            raise RuntimeError(message)
        heads, lamport, is_half = dict(self._heads), self._lamport, self._is_half
        try:
            with self._shelf.part():
                yield
        except BaseException:
            self._heads, self._lamport, self._is_half = heads, lamport, is_half
            self._origin = self._shelf.origin
            raise

    def head(self, origin: str) -> tuple[int, bytes]:
        """The last `seq` and hash that is held of an origin; 0 and `GENESIS` where it has no entry."""
        return self._heads.get(origin, (0, GENESIS))

    @property
    def has_begun_anew(self) -> bool:
        """Whether this program goes on in another origin than the one with which it was started."""
        return self._origin != self._first_origin

    def begin_anew(self, why: str) -> str:
        """Go on in a new origin, whose first entry says so; answers it.

        For a store that was restored, and so has lost what it may have recorded since: a seq is never used twice. `why`
        as in `OriginBegun`.
        """
        seq, head = self.head(self._origin)
        begun = OriginBegun(was=self._origin, seq=seq, head=head.hex(), why=why)
        with self.batch():
            self._shelf.name_origin(self._unused())
            self._origin = self._shelf.origin
            self.record("", begun)
        return self._origin

    def _unused(self) -> str:
        while True:
            origin = new_origin()
            if origin not in self._heads:
                return origin

    @property
    def heads(self) -> dict[str, tuple[int, bytes]]:
        """The last `seq` and hash of each origin."""
        return dict(self._heads)

    def holds(self, heads: Mapping[str, tuple[int, bytes]]) -> bool:
        """Whether the shelf has all of these entries, by `seq` and hash of each origin."""
        return all(
            self._shelf.hash_at(origin, seq) == head for origin, (seq, head) in heads.items()
        )

    def look_for_news(self) -> bool:
        """Whether another program has recorded since; what it wrote is taken up. For between batches."""
        if not self._shelf.others_wrote():
            return False
        before = self._heads
        self._read_the_shelf()
        return self._heads != before

    def _ask_the_shelf(self) -> None:
        """An error at the commit means that nobody knows: what is on the disk counts, if it can be read."""
        with suppress(Refusal):
            self._read_the_shelf()

    def _read_the_shelf(self) -> None:
        heads, lamport, origin = self._shelf.heads(), self._shelf.top_lamport(), self._shelf.origin
        self._heads, self._lamport, self._origin = heads, lamport, origin

    def _refuse_a_half(self) -> None:
        if self._is_half:
            message = "a part of this batch failed, and nobody took back the rest"
            raise RuntimeError(message)

    def receive(self, entries: Sequence[Entry]) -> int:
        """Take in entries of any origins, each origin's in order. Returns how many were new.

        What is already held is passed over. Raises `JournalForked`, `JournalGap` or `JournalDamaged`, and then has
        taken none of them. An entry that cannot be applied is stored all the same and noted as unapplied.
        """
        if not self._in_batch:
            with self.batch():
                return self.receive(entries)
        heads = dict(self._heads)
        lamport = self._lamport
        fresh: list[Entry] = []
        for entry in entries:
            if self._is_held(entry, heads):
                continue
            heads[entry.origin] = (entry.seq, entry.hash)
            lamport = max(lamport, entry.lamport)
            fresh.append(entry)
        with self.batch():
            self._has_written = True
            self._shelf.add_entries(fresh)
            # What one device saw of another comes after what it saw.
            self._shelf.apply_or_set_aside(
                sorted(fresh, key=lambda entry: (entry.lamport, entry.origin, entry.seq))
            )
            self._shelf.apply_what_waited()
        self._heads, self._lamport = heads, lamport
        return len(fresh)

    def _is_held(self, entry: Entry, heads: dict[str, tuple[int, bytes]]) -> bool:
        seq, head = heads.get(entry.origin, (0, GENESIS))
        if entry.seq <= seq:
            held = self._shelf.hash_at(entry.origin, entry.seq)
            if held is not None and held != entry.hash:
                raise JournalForked(entry=entry.id)
            return True
        if entry.seq > seq + 1:
            raise JournalGap(entry=entry.id, expected=seq + 1)
        if entry.prev_hash != head or chain_hash(entry) != entry.hash:
            raise JournalDamaged(entry=entry.id)
        return False

    def verify(self, progress: chain.Progress = lambda _done: None) -> chain.Verdict:
        """Check every chain on the shelf; names the first bad entry."""
        return chain.verify(self._shelf.entries(), progress)

    def export_lines(self) -> Iterator[str]:
        """The whole journal as JSON lines, one entry a line, without line ends."""
        return map(to_line, self._shelf.entries())

    def import_lines(
        self, lines: Iterable[str], progress: chain.Progress = lambda _done: None
    ) -> int:
        """Take in what `export_lines` gave, all or nothing. Returns how many entries were new.

        Raises `NotAJournal` naming the line, and what `receive` raises. `progress` may raise to stop: then nothing
        was taken.
        """
        taken = done = 0
        numbered = enumerate(lines, start=1)
        with self.batch():
            while batch := tuple(itertools.islice(numbered, RECEIVE_AT_ONCE)):
                taken += self.receive([from_line(line, number) for number, line in batch])
                done += len(batch)
                progress(done)
        return taken


def new_origin() -> str:
    """Four letters and digits by chance, one of a million."""
    return "".join(secrets.choice(ORIGIN_LETTERS) for _ in range(4))


def typed(entry: Entry) -> Body:
    """The entry's body as its kind's struct. Raises as `kinds.decode` does."""
    return decode(entry.kind, entry.version, entry.body)


__all__ = [
    "Book",
    "JournalDamaged",
    "JournalForked",
    "JournalGap",
    "Shelf",
    "UnknownKind",
    "new_origin",
    "typed",
]
