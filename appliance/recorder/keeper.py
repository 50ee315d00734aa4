"""The recorder's owner of the disk: takes segments from all cameras, reads the journal, and keeps what is to be kept.

One thread does so, since index and folder have one owner. What cannot be written is lost, counted and told; nothing
that happens here ends the recording.
"""

import logging
import queue
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final, NamedTuple

import cysqlite

from appliance.clock import Clock
from appliance.recorder import clips
from appliance.recorder.events import Follower, Rule
from appliance.recorder.ring import Policy, Ring
from appliance.recorder.segments import MOST_NS, Segment
from appliance.recorder.vault import Deleted, Limits, NoRoom, Vault
from appliance.store.database import StoreTrouble
from appliance.store.sqlite import SqliteDatabase

log = logging.getLogger(__name__)

LOOKS_EVERY_S: Final = 0.5
_WAITING: Final = 64
_STOP_S: Final = 5.0
_OPENS_AGAIN_LOOKS: Final = 20
_LATE_NS: Final = MOST_NS + 2_000_000_000
"""A clip is hashed so long after its end: its last segment has then come, however long it is."""


class Plan(NamedTuple):
    """What the shop wants kept: each camera's policy, how much in all, and around which entries."""

    policies: Mapping[str, Policy]
    limits: Limits
    rules: Mapping[str, Rule]


class Counts(NamedTuple):
    """What became of segments since the recorder began."""

    kept: int = 0
    lost: int = 0
    deleted: int = 0
    deleted_protected: int = 0


class Keeper:
    """The thread, and the queue in front of it."""

    def __init__(
        self,
        folder: Path,
        store: Path,
        plan: Plan,
        clock: Clock,
        hashed: Callable[[str, str, str], None] = lambda _entry, _camera, _sha256: None,
    ) -> None:
        """Nothing is opened. `store` is the till's and only read; `hashed` hears of each clip that is complete."""
        self._folder: Final = folder
        self._store: Final = store
        self._plan: Final = plan
        self._clock: Final = clock
        self._hashed: Final = hashed
        self._queue: queue.Queue[Segment | None] = queue.Queue(_WAITING)
        self._rings: Final = {name: Ring(policy) for name, policy in plan.policies.items()}
        self._follower: Follower | None = None
        self._opens_in = 0
        self._reader: SqliteDatabase | None = None
        self._opened_file = 0
        self.ready = threading.Event()
        """Set once the vault is open."""
        self.counts = Counts()
        self.trouble = ""
        """Why segments are lost at present; empty while they are not."""

    @property
    def follows(self) -> bool:
        """Whether the journal is being followed; entries from before that make no clip, if the recorder is new."""
        return self._follower is not None

    def take(self, segment: Segment) -> None:
        """A camera's next segment. Any thread; never blocks: if too many wait, it is lost, and counted."""
        try:
            self._queue.put_nowait(segment)
        except queue.Full:
            self._lose("recordings_slow")

    def stop(self) -> None:
        """Have `run` keep what waits, and return."""
        with suppress(queue.Full):
            self._queue.put(None, timeout=_STOP_S)

    def run(self) -> None:
        """Work until `stop`. This is the thread. Where the vault cannot be opened it says so and returns at once."""
        try:
            vault = Vault(self._folder, self._plan.limits, self._clock, self._deleted)
        except (OSError, cysqlite.Error) as why:
            log.error("the recordings in %s cannot be opened: %s", self._folder, why)  # noqa: TRY400 - no mistake of ours
            return
        self._go_on(vault)
        self.ready.set()
        try:
            while True:
                try:
                    segment = self._queue.get(timeout=LOOKS_EVERY_S)
                except queue.Empty:
                    self._follow(vault)
                    continue
                if segment is None:
                    break
                self._keep(vault, self._rings[segment.camera].take(segment))
                if self._queue.empty():
                    self._follow(vault)
        finally:
            self._close_store()
            vault.close()

    def _go_on(self, vault: Vault) -> None:
        """Clips that were begun before this process was: the rest of them is kept."""
        now = self._clock.now()
        for clip in vault.index.going_on(now.boot, now.boot_ns):
            if clip.camera in self._rings:
                self._rings[clip.camera].want(clip.begin_ns, clip.end_ns)

    def _keep(self, vault: Vault, segments: tuple[Segment, ...]) -> None:
        for segment in segments:
            try:
                vault.put(segment)
            except (NoRoom, OSError, cysqlite.Error) as why:
                self._lose(
                    "recordings_full" if isinstance(why, NoRoom) else "recordings_unwritable"
                )
                log.debug("lost a segment: %s", why)
            else:
                self.counts = self.counts._replace(kept=self.counts.kept + 1)
                self.trouble = ""

    def _lose(self, why: str) -> None:
        if self.trouble != why:
            log.warning("segments are lost: %s", why)
        self.trouble = why
        self.counts = self.counts._replace(lost=self.counts.lost + 1)

    def _deleted(self, gone: Deleted) -> None:
        count = len(gone.rows)
        counts = self.counts
        self.counts = counts._replace(deleted=counts.deleted + count)
        if gone.why == "protected":
            log.warning("no other room: %d segments of clips were deleted", count)
            self.counts = self.counts._replace(deleted_protected=counts.deleted_protected + count)

    # ------------------------------------------------------------------ the journal

    def _follow(self, vault: Vault) -> None:
        """See what came, and have it kept. A journal that cannot be read now is read later."""
        try:
            follower = self._opened(vault)
            if follower is not None:
                for clip in follower.look():
                    ring = self._rings.get(clip.camera)
                    if ring is not None:
                        self._keep(vault, ring.want(clip.begin_ns, clip.end_ns))
            self._hash(vault)
        except (StoreTrouble, cysqlite.Error, OSError) as why:
            log.warning("the journal cannot be followed now: %s", why)
            self._close_store()

    def _hash(self, vault: Vault) -> None:
        now = self._clock.now()
        for clip in vault.index.unhashed(now.boot, now.boot_ns - _LATE_NS):
            digest = clips.check(vault.folder, vault.index, clip).sha256
            vault.index.hashed(clip.entry, clip.camera, digest)
            self._hashed(clip.entry, clip.camera, digest)

    def _opened(self, vault: Vault) -> Follower | None:
        """What reads the store; None while there is none. It is looked for again every ten seconds.

        A store that came back from a backup lies in the place of the one before: that one is let go of.
        """
        if self._follower is not None and _file(self._store) != self._opened_file:
            self._close_store()
            self._opens_in = 0
        if self._follower is None:
            if self._opens_in > 0:
                self._opens_in -= 1
                return None
            self._opens_in = _OPENS_AGAIN_LOOKS
            self._opened_file = _file(self._store)
            if not self._opened_file:
                return None
            self._reader = SqliteDatabase(self._store, read_only=True)
            names = list(self._plan.policies)
            self._follower = Follower(self._reader, vault.index, names, self._plan.rules)
        return self._follower

    def _close_store(self) -> None:
        if self._reader is not None:
            self._reader.close()
        self._reader = self._follower = None


def _file(store: Path) -> int:
    """The inode of the store's file; 0 where there is none."""
    try:
        return (store / "shop.db").stat().st_ino
    except OSError:
        return 0
