"""The courier: what a register and the server tell each other, step by step, without a thread and without a network.

Every connection begins with "where are you?" (`greet`). Then own entries go up (`ship`), and those of others come down
(`fetch`). Whatever goes wrong, the next greeting finds out where both stand; nothing is remembered that could be wrong.
A register that was restored from an old copy of its card gets its own entries back so, unless it wrote others first.

Where two histories of one origin are known, the server's counts. The courier finds the last entry that both share,
tells it (`parted`) and leaves that origin alone; putting it right is for a moment at which nobody sells.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

from appliance.journal.entry import GENESIS, Entry
from appliance.journal.wire import BATCH_ENTRIES, Asking, Hello, Mark, Range, Wanting, Welcome, cut
from appliance.mirror.link import Link, ServerAway

ASKED_AT_ONCE: Final = 32
"""Into how many parts a history is cut to find where two part: two questions find one of a thousand entries."""


class Journal(Protocol):
    """The register's journal, as the courier needs it."""

    @property
    def origin(self) -> str:
        """The origin under which the register writes."""
        ...

    def heads(self) -> dict[str, tuple[int, bytes]]:
        """The last `seq` and hash of each origin."""
        ...

    def hash_at(self, origin: str, seq: int) -> bytes | None:
        """The hash of one entry, None where it is not held."""
        ...

    def span(self, origin: str, after: int, most: int) -> list[Entry]:
        """At most `most` entries of an origin, those after `after`, in their order."""
        ...

    def take(self, entries: Sequence[Entry]) -> None:
        """Take in entries of one origin that follow what is held; returns once they are on the disk.

        Raises what `Book.receive` raises.
        """
        ...


@dataclass
class Courier:
    """One register's errands. Used by one thread; every method blocks as long as the link does.

    `sealed` is given each mark that is believed; it raises `ServerAway` for one that the server did not sign. `parted`
    maps an origin to the last `seq` that both sides share, where their histories differ after it. `has_all` says that
    the server had nothing else that is not here, when it was last asked since the greeting.
    """

    link: Link
    journal: Journal
    program: str
    peppers: tuple[str, ...] = ()
    sealed: Callable[[Mark], None] = lambda _mark: None
    parted: dict[str, int] = field(default_factory=dict)
    welcome: Welcome | None = None
    has_all: bool = False
    _marks: dict[str, int] = field(default_factory=dict)
    _wanted: list[Range] = field(default_factory=list)
    _refused: set[str] = field(default_factory=set)

    # ------------------------------------------------------------------ what a thread does again and again

    def greet(self) -> Welcome:
        """Ask where the server is, and see what each side lacks. Raises `ServerAway`, `NotPaired`."""
        self.welcome, self.has_all = None, False
        held = self.journal.heads()
        said = {origin: (seq, head.hex()) for origin, (seq, head) in held.items()}
        welcome = self.link.hello(Hello(self.journal.origin, self.program, said, self.peppers))
        self.parted.clear()
        for origin, (seq, head) in held.items():
            theirs, their_head = welcome.marks.get(origin, (0, GENESIS.hex()))
            if not self._agree(origin, seq, head, theirs, their_head):
                self.parted[origin] = self._last_shared(origin, min(seq, theirs))
        # An origin is known by the one that it goes on from: this register's newest comes last.
        self._wanted = sorted(
            (one for one in welcome.wanted if one.origin not in self.parted),
            key=lambda one: one.origin == self.journal.origin,
        )
        self._refused.clear()
        self._marks = {origin: seq for origin, (seq, _head) in welcome.marks.items()}
        self.welcome = welcome
        return welcome

    def ship(self) -> bool:
        """Hand over one batch of what the server lacks. False once there is nothing left to hand over.

        Greets first where that was not done yet. Raises `ServerAway`, `NotPaired`.
        """
        if self.welcome is None:
            self.greet()
        entries = self._next_up()
        if not entries:
            return False
        try:
            self._note(entries, self.link.up(entries))
        except BaseException:
            # Nobody knows whether they arrived.
            self.welcome = None
            raise
        return True

    def fetch(self, wait_ms: int = 0) -> bool:
        """Take in one batch of what this register lacks; False where there was none after `wait_ms`.

        Greets first where that was not done yet. Raises `ServerAway`, `NotPaired`, and what `Journal.take` raises.
        """
        if self.welcome is None:
            self.greet()
        held = self.journal.heads()
        try:
            entries = self.link.down(Wanting(self.have(), wait_ms))
        except BaseException:
            self.welcome = None
            raise
        self.has_all = not entries
        if not entries:
            return False
        first = entries[0]
        seq, head = held.get(first.origin, (0, GENESIS))
        if first.seq != seq + 1 or first.prev_hash != head:
            # The server went back, or has another history: the next greeting finds out.
            self.welcome = None
            if first.seq != seq + 1:
                return True
            self.parted[first.origin] = self._last_shared(first.origin, seq)
            return True
        self.journal.take(entries)
        return True

    def have(self) -> dict[str, int]:
        """How far every origin is held; without end where the server has another history, which would not fit."""
        held = {origin: seq for origin, (seq, _head) in self.journal.heads().items()}
        return held | dict.fromkeys(self.parted, FOR_EVER)

    def hand_over(self, entries: Sequence[Entry]) -> None:
        """Give the server what lies in this register's quarantine: entries of one origin that followed each other.

        The server passes over what it has. Raises `ServerAway`, `NotPaired`.
        """
        self.link.apart(entries)

    def behind(self) -> int:
        """How many own entries the server does not have yet, as far as is known."""
        held = self.journal.heads()
        seq, _head = held.get(self.journal.origin, (0, GENESIS))
        return max(0, seq - self._marks.get(self.journal.origin, 0))

    def lacking(self) -> tuple[int, int]:
        """How many of the entries that the server told of at the greeting are here, and how many they are."""
        if self.welcome is None:
            return 0, 0
        held = self.journal.heads()
        total = sum(seq for seq, _head in self.welcome.marks.values())
        here = sum(
            min(seq, held.get(origin, (0, GENESIS))[0])
            for origin, (seq, _head) in self.welcome.marks.items()
        )
        return here, total

    # ------------------------------------------------------------------ up

    def _next_up(self) -> Sequence[Entry]:
        for one in [one for one in self._wanted if one.origin not in self._refused]:
            most = min(BATCH_ENTRIES, one.last - one.first + 1)
            found = self.journal.span(one.origin, one.first - 1, most)
            if found and found[0].seq == one.first:
                return cut(found)
            self._wanted.remove(one)
        origin = self.journal.origin
        if origin in self.parted or origin in self._refused:
            return ()
        return cut(self.journal.span(origin, self._marks.get(origin, 0), BATCH_ENTRIES))

    def _note(self, entries: Sequence[Entry], mark: Mark) -> None:
        """What the server answered to a batch."""
        origin, last = entries[0].origin, entries[-1].seq
        self._wanted = [
            Range(one.origin, last + 1, one.last) if one.origin == origin else one
            for one in self._wanted
            if one.origin != origin or one.last > last
        ]
        if mark.trouble == "" and self._has(origin, mark):
            self.sealed(mark)
            self._marks[origin] = mark.seq
            # What was refused before may be known now.
            self._refused.clear()
        elif mark.trouble in {"", "gap"}:
            # The server is not where it was: it was restored meanwhile, or another history is there.
            self.welcome = None
        elif mark.trouble == "not_yours":
            self._refused.add(origin)
        else:
            shared = min(mark.seq, self.journal.heads().get(origin, (0, GENESIS))[0])
            self.parted[origin] = self._last_shared(origin, shared)

    def _has(self, origin: str, mark: Mark) -> bool:
        held = self.journal.hash_at(origin, mark.seq) if mark.seq else GENESIS
        return held is not None and held.hex() == mark.head

    # ------------------------------------------------------------------ two histories

    def _agree(self, origin: str, seq: int, head: bytes, theirs: int, their_head: str) -> bool:
        """Whether the shorter of two histories is the begin of the longer, as far as can be told without asking."""
        if theirs == 0 or seq == 0:
            return True
        if theirs <= seq:
            held = head if theirs == seq else self.journal.hash_at(origin, theirs)
            return held is not None and held.hex() == their_head
        # An entry that the server lost from within is no other one: it will ask for it.
        return self._their_hashes(origin, (seq,))[0] in {"", head.hex()}

    def _last_shared(self, origin: str, most: int) -> int:
        """The last `seq` up to `most` at which both hold the same entry; 0 where they share none."""
        low, high = 0, most
        while low < high:
            step = max(1, (high - low) // ASKED_AT_ONCE)
            asked = (*tuple(range(low + step, high, step))[: ASKED_AT_ONCE - 1], high)
            theirs = self._their_hashes(origin, asked)
            same = [
                (held := self.journal.hash_at(origin, seq)) is not None
                and their in {"", held.hex()}
                for seq, their in zip(asked, theirs, strict=True)
            ]
            first_other = next((place for place, one in enumerate(same) if not one), None)
            if first_other is None:
                return high
            high = asked[first_other] - 1
            low = asked[first_other - 1] if first_other else low
        return low

    def _their_hashes(self, origin: str, seqs: tuple[int, ...]) -> tuple[str, ...]:
        found = self.link.at(Asking(origin, seqs)).hashes
        if len(found) != len(seqs):
            raise ServerAway(why=f"asked for {len(seqs)} hashes, got {len(found)}")
        return found


FOR_EVER: Final = 1 << 62
"""A `seq` that no origin comes to."""
