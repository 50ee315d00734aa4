"""The one thread that writes: many requests, one commit.

A flush of the disk takes as long for one entry as for hundreds, so whoever asks while one is under way shares the next.
Each piece of work fails alone: what it recorded is taken back, and the others commit. Nobody is answered before the
commit. A commit that fails is told to all who were in it, and means that nobody knows: ask again. On a full disk the
database gives up the whole transaction at once; then all who were in it are told that, too, and nothing is stored.

On MariaDB a transaction may be interrupted from outside: then all of its work is done again from its beginning, for a
while and with growing pauses. Where the connection was lost at the commit, the store is asked first, in the next
transaction: what was recorded has hashes, and if they are there, the answers of then stand.
"""

import itertools
import logging
import queue
import random
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

from appliance.problems import Refusal
from appliance.services.desk import Desk
from appliance.store.database import CommitUnknown, Interrupted, StoreTrouble

log = logging.getLogger(__name__)

AT_ONCE: Final = 64
"""How many pieces of work share one commit at most."""
QUEUE_LENGTH: Final = 1024
ANSWER_S: Final = 60.0
AGAIN_FOR_S: Final = 25.0
"""How long interrupted work is begun anew; the last try may take some seconds more, and `ANSWER_S` is longer."""
SHORTEST_PAUSE_S: Final = 0.02
LONGEST_PAUSE_S: Final = 2.0
LOOK_EVERY_S: Final = 1.0
"""How often an idle server looks what others wrote into the same database."""

_Answer = TypeVar("_Answer")


class ServerBusy(Refusal):
    """The server does not keep up: nothing was done, ask again later."""

    code = "server_busy"


class ServerStopping(Refusal):
    """The server is being stopped: nothing was done."""

    code = "server_stopping"


@dataclass(frozen=True, slots=True)
class _Work:
    do: Callable[[Desk], Any]
    answer: "Future[Any]"


_Done = list[tuple[_Work, Any, BaseException | None]]
_Heads = dict[str, tuple[int, bytes]]


@dataclass(slots=True)
class _Group:
    """Works that share a commit, and what came of them.

    `unsure` are tries whose commit nobody knows of: what the heads are if it happened, and the answers that then count.
    One that recorded nothing can be done twice without harm, but whether it was done is as little known.
    """

    works: list[_Work]
    done: _Done = field(default_factory=list)
    recorded: _Heads = field(default_factory=dict)
    unsure: list[tuple[_Heads, _Done]] = field(default_factory=list)


class Scribe:
    """Runs work on the store, one piece after another. `build` makes the desk inside of the thread."""

    def __init__(
        self,
        build: Callable[[], Desk],
        close: Callable[[Desk], None],
        again_for_s: float = AGAIN_FOR_S,
    ) -> None:
        """Nothing runs yet; `close` is called with the desk when the thread ends."""
        self._again_for_s = again_for_s
        self._build = build
        self._close = close
        self._queue: queue.Queue[_Work | None] = queue.Queue(QUEUE_LENGTH)
        self._thread = threading.Thread(target=self._run, name="scribe", daemon=True)
        self._news = threading.Condition()
        self._commits = 0
        self._is_ready: Future[None] = Future()
        self._stopping = threading.Event()

    def start(self) -> None:
        """Open the store; blocks until it is. Raises what opening raises."""
        self._thread.start()
        self._is_ready.result()

    def stop(self) -> None:
        """Finish what is queued, close the store and end; whoever waits for news is woken."""
        self._stopping.set()
        self._queue.put(None)
        self._thread.join()
        with self._news:
            self._news.notify_all()

    def do(self, work: Callable[[Desk], _Answer]) -> _Answer:
        """What `work` answers, once it is on the disk. Blocks for the commit.

        `work` may run more than once before it counts, so it does nothing but read and record. Raises what it raises,
        `ServerBusy`, `ServerStopping`, and what the store raises when it cannot commit.
        """
        if self._stopping.is_set():
            raise ServerStopping
        asked = _Work(work, Future())
        try:
            self._queue.put_nowait(asked)
        except queue.Full:
            raise ServerBusy from None
        answer: _Answer = asked.answer.result(ANSWER_S)
        return answer

    @property
    def commits(self) -> int:
        """How many commits there were: as long as it is the same, there is no news."""
        return self._commits

    def wait_for_news(self, since: int, timeout_s: float) -> int:
        """Block until there were more commits than `since`, or for so long; how many there are now."""
        with self._news:
            self._news.wait_for(
                lambda: self._commits != since or self._stopping.is_set(), timeout_s
            )
            return self._commits

    # ------------------------------------------------------------------ in the thread

    def _run(self) -> None:
        try:
            desk = self._build()
        except BaseException as why:  # noqa: BLE001 - it is raised where `start` waits
            self._is_ready.set_exception(why)
            return
        self._is_ready.set_result(None)
        try:
            while (first := self._next(desk)) is not None:
                works, is_last = self._with_those_behind(first)
                self._commit(desk, works)
                if is_last:
                    return
        finally:
            self._close(desk)
            self._refuse_the_rest()

    def _next(self, desk: Desk) -> _Work | None:
        """What to do next; None at the end. Where others write the same store, their news are looked for meanwhile."""
        while desk.db.is_shared:
            try:
                return self._queue.get(timeout=LOOK_EVERY_S)
            except queue.Empty:
                with suppress(StoreTrouble):
                    if desk.book.look_for_news():
                        self._tell_news()
        return self._queue.get()

    def _with_those_behind(self, first: _Work) -> tuple[list[_Work], bool]:
        works = [first]
        while len(works) < AT_ONCE:
            try:
                following = self._queue.get_nowait()
            except queue.Empty:
                break
            if following is None:
                return works, True
            works.append(following)
        return works, False

    def _commit(self, desk: Desk, works: list[_Work]) -> None:
        group = _Group(works)
        length = desk.book.length
        try:
            self._until_it_holds(desk, group)
        except Exception as why:  # noqa: BLE001 - told to all who asked
            log.warning("a commit failed: %s", why)
            for work in works:
                work.answer.set_exception(why)
            return
        if desk.book.length != length:
            self._tell_news()
        for work, answer, wrong in group.done:
            if wrong is None:
                work.answer.set_result(answer)
            else:
                work.answer.set_exception(wrong)

    def _until_it_holds(self, desk: Desk, group: _Group) -> None:
        """Do the works until their commit is certain. Raises what the store raises, `Interrupted` after a while."""
        limit = time.monotonic() + self._again_for_s
        longest = SHORTEST_PAUSE_S
        for tries in itertools.count(1):
            try:
                _do_all(desk, group)
            except StoreTrouble as why:
                if isinstance(why, CommitUnknown):
                    group.unsure.append((group.recorded, group.done))
                is_over = time.monotonic() > limit or self._stopping.is_set()
                if is_over or not isinstance(why, Interrupted):
                    if group.unsure and not isinstance(why, CommitUnknown):
                        # What became of the last try says nothing about one before that may be stored.
                        raise CommitUnknown(**why.fields) from why
                    raise
                log.info("try %d was interrupted: %s", tries, why)
                # By chance, so that two servers that were in each other's way are not so again.
                self._stopping.wait(random.uniform(0, longest))  # noqa: S311 - no secret
                longest = min(2 * longest, LONGEST_PAUSE_S)
            else:
                return

    def _tell_news(self) -> None:
        with self._news:
            self._commits += 1
            self._news.notify_all()

    def _refuse_the_rest(self) -> None:
        while True:
            try:
                waiting = self._queue.get_nowait()
            except queue.Empty:
                return
            if waiting is not None:
                waiting.answer.set_exception(ServerStopping())


def _do_all(desk: Desk, group: _Group) -> None:
    """All works in one transaction. Raises `Interrupted` when it was lost, or nobody knows."""
    with desk.book.batch():
        # No one else writes now, and what was under way is either there or will never be.
        for recorded, done in group.unsure:
            if recorded and desk.book.holds(recorded):
                group.done = done
                return
        group.done, group.recorded = [], {}
        before = desk.book.heads
        for work in group.works:
            try:
                with desk.book.part():
                    group.done.append((work, work.do(desk), None))
            except Interrupted:
                raise
            except Exception as why:  # noqa: BLE001 - told to whoever asked
                group.done.append((work, None, why))
        after = desk.book.heads
        group.recorded = {
            origin: head for origin, head in after.items() if before.get(origin) != head
        }
