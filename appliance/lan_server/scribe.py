"""The one thread that writes: many requests, one commit.

A flush of the disk takes as long for one entry as for hundreds, so whoever asks while one is under way shares the next.
Each piece of work fails alone: what it recorded is taken back, and the others commit. Nobody is answered before the
commit. A commit that fails is told to all who were in it, and means that nobody knows: ask again.
"""

import logging
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from appliance.problems import Refusal
from appliance.services.desk import Desk

log = logging.getLogger(__name__)

AT_ONCE: Final = 64
"""How many pieces of work share one commit at most."""
QUEUE_LENGTH: Final = 1024
ANSWER_S: Final = 60.0

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


class Scribe:
    """Runs work on the store, one piece after another. `build` makes the desk inside of the thread."""

    def __init__(self, build: Callable[[], Desk], close: Callable[[Desk], None]) -> None:
        """Nothing runs yet; `close` is called with the desk when the thread ends."""
        self._build = build
        self._close = close
        self._queue: queue.Queue[_Work | None] = queue.Queue(QUEUE_LENGTH)
        self._thread = threading.Thread(target=self._run, name="scribe", daemon=True)
        self._news = threading.Condition()
        self._commits = 0
        self._is_ready: Future[None] = Future()
        self._is_stopping = False

    def start(self) -> None:
        """Open the store; blocks until it is. Raises what opening raises."""
        self._thread.start()
        self._is_ready.result()

    def stop(self) -> None:
        """Finish what is queued, close the store and end; whoever waits for news is woken."""
        self._is_stopping = True
        self._queue.put(None)
        self._thread.join()
        with self._news:
            self._news.notify_all()

    def do(self, work: Callable[[Desk], _Answer]) -> _Answer:
        """What `work` answers, once it is on the disk. Blocks for the commit.

        `work` may run more than once before it counts, so it does nothing but read and record. Raises what it raises,
        `ServerBusy`, `ServerStopping`, and what the store raises when it cannot commit.
        """
        if self._is_stopping:
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
            self._news.wait_for(lambda: self._commits != since or self._is_stopping, timeout_s)
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
            while (first := self._queue.get()) is not None:
                works, is_last = self._with_those_behind(first)
                self._commit(desk, works)
                if is_last:
                    return
        finally:
            self._close(desk)
            self._refuse_the_rest()

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
        done: list[tuple[_Work, Any, BaseException | None]] = []
        length = desk.book.length
        try:
            with desk.book.batch():
                for work in works:
                    try:
                        with desk.book.part():
                            done.append((work, work.do(desk), None))
                    except Exception as why:  # noqa: BLE001 - told to whoever asked
                        done.append((work, None, why))
        except Exception as why:  # noqa: BLE001 - told to all who asked
            log.warning("a commit failed: %s", why)
            for work in works:
                work.answer.set_exception(why)
            return
        if desk.book.length != length:
            with self._news:
                self._commits += 1
                self._news.notify_all()
        for work, answer, wrong in done:
            if wrong is None:
                work.answer.set_result(answer)
            else:
                work.answer.set_exception(wrong)

    def _refuse_the_rest(self) -> None:
        while True:
            try:
                waiting = self._queue.get_nowait()
            except queue.Empty:
                return
            if waiting is not None:
                waiting.answer.set_exception(ServerStopping())
