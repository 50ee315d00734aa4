"""Checking a chain: is every entry there, unaltered, and linked to the one before it?"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from appliance.journal.entry import GENESIS, Entry, chain_hash

PROGRESS_EVERY = 10_000
"""How many entries lie between two reports of progress."""

Progress = Callable[[int], None]
"""Called with how many are done. May raise to stop the work."""


@dataclass(frozen=True, slots=True)
class Bad:
    """The first entry at which a chain is broken.

    `why` is `missing` (entries before this one are gone), `altered` (its bytes do not match its hash) or `unlinked`
    (it does not name the hash of the entry before it).
    """

    entry: str
    why: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """How many entries were read, the head (seq and hash) of each origin, and the first bad entry, if any."""

    entries: int
    heads: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    bad: Bad | None = None


def verify(entries: Iterable[Entry], progress: Progress = lambda _done: None) -> Verdict:
    """Check entries in the order of each origin's `seq`; stops at the first bad one."""
    heads: dict[str, tuple[int, bytes]] = {}
    count = 0
    for entry in entries:
        seq, head = heads.get(entry.origin, (0, GENESIS))
        if entry.seq != seq + 1:
            return Verdict(count, heads, Bad(entry.id, "missing"))
        if chain_hash(entry) != entry.hash:
            return Verdict(count, heads, Bad(entry.id, "altered"))
        if entry.prev_hash != head:
            return Verdict(count, heads, Bad(entry.id, "unlinked"))
        heads[entry.origin] = (entry.seq, entry.hash)
        count += 1
        if count % PROGRESS_EVERY == 0:
            progress(count)
    progress(count)
    return Verdict(count, heads)
