"""Which entries of the journal make a clip be kept, learned by reading the journal.

The recorder asks the store, which it never writes to, for what came since it last looked; how far it got stands in its
own index, beside the clips that came of it, in one transaction. So it catches up after either of the two was down, and
no entry makes two clips. Only entries of boots in which this machine recorded matter: those of another register, which
the mirror brings, happened before other cameras.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from appliance.journal.entry import Entry
from appliance.recorder.index import Clip, Index
from appliance.store.database import Database
from appliance.store.held import heads, span

BEFORE_NS: Final = 10_000_000_000
AFTER_NS: Final = 20_000_000_000
_AT_ONCE: Final = 200
_BEGUN: Final = ""
"""No origin: says that a journal was looked at, even if there was nothing in it."""


class Rule(NamedTuple):
    """What is kept around an entry of a kind, in nanoseconds before and after it."""

    before_ns: int = BEFORE_NS
    after_ns: int = AFTER_NS


RULES: Final[Mapping[str, Rule]] = {
    "line_removed": Rule(),
    "ticket_abandoned": Rule(),
    "drawer_forced": Rule(),
    "day_closed": Rule(),
    "punched": Rule(before_ns=3_000_000_000, after_ns=5_000_000_000),
}
"""The kinds that make a clip, unless a shop says otherwise."""


class Follower:
    """Reads the journal. Used by one thread; `db` only reads."""

    def __init__(
        self, db: Database, index: Index, cameras: Sequence[str], rules: Mapping[str, Rule]
    ) -> None:
        """It goes on where it was; a recorder that is new begins with what comes from now on."""
        self._db: Final = db
        self._index: Final = index
        self._cameras: Final = tuple(cameras)
        self._rules: Final = rules
        if not index.followed():
            with index.together():
                index.follow(_BEGUN, 0)
                for origin, (seq, _) in heads(db).items():
                    index.follow(origin, seq)

    def look(self) -> tuple[Clip, ...]:
        """The clips that what came since the last look asks for, one a camera. Blocks for the disk."""
        found: list[Clip] = []
        known = self._index.followed()
        for origin, (head, _) in heads(self._db).items():
            after = known.get(origin, 0)
            while after < head and (entries := span(self._db, origin, after, _AT_ONCE)):
                after = entries[-1].seq
                with self._index.together():
                    found += [clip for clip in self._clips(entries) if self._index.keep(clip)]
                    self._index.follow(origin, after)
        return tuple(found)

    def _clips(self, entries: list[Entry]) -> Iterator[Clip]:
        for entry in entries:
            rule = self._rules.get(entry.kind)
            if rule is None or not self._index.knows_boot(entry.boot):
                continue
            for camera in self._cameras:
                yield Clip(
                    entry.id,
                    entry.kind,
                    camera,
                    entry.boot,
                    max(0, entry.boot_ns - rule.before_ns),
                    entry.boot_ns + rule.after_ns,
                )
