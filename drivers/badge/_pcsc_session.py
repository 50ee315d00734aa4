"""One connection to the PC/SC service, whose calls are waited for only so long.

pcsc-lite's library sends each call to `pcscd` and waits for the answer without a limit: if the service hangs
(not: has died), whoever called hangs with it, and no call of the library's ends that. So the calls are made by
a thread of the session's own. Drivers start no threads otherwise; here it is the only way in which a method
can keep to its `timeout_ms`, and another process would have to be started, watched and killed for the same.
(pyscard lets other threads run while it waits.)

A session that did not answer in time is given up as a whole. Its thread stays in the library until the service
answers or dies, and then gives back what it holds and ends by itself.
"""

import queue
import threading
from collections.abc import Callable
from typing import Final, TypeVar

from smartcard import scard

from drivers import DeviceSilent

_Answer = TypeVar("_Answer")
_Call = Callable[[], None]


class Session:
    """A thread that talks to the service. One other thread at a time calls it."""

    def __init__(self, label: str) -> None:
        """Begin to wait for calls; the service is not asked yet. `label` is the reader's, for troubles."""
        self.context: int | None = None
        """The library's number for the connection; to be used in calls only."""
        self._label: Final = label
        self._calls: Final[queue.SimpleQueue[_Call | None]] = queue.SimpleQueue()
        self._thread: Final = threading.Thread(target=self._work, name="pcsc", daemon=True)
        self._thread.start()

    def has_ended(self, within_ms: int) -> bool:
        """Whether its thread is gone, and with it all that it held, at the latest in so long."""
        self._thread.join(within_ms / 1000)
        return not self._thread.is_alive()

    def call(self, work: Callable[[], _Answer], within_ms: int) -> _Answer:
        """What `work` answers, done by the session's thread. Raises `DeviceSilent` if it takes longer."""
        answers: queue.SimpleQueue[_Answer] = queue.SimpleQueue()
        self._calls.put(lambda: answers.put(work()))
        try:
            return answers.get(timeout=within_ms / 1000)
        except queue.Empty:
            raise DeviceSilent(device=self._label, why="pcscd does not answer") from None

    def connect(self) -> int:
        """Establish the connection. A call: answers as the library does."""
        answer, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_SYSTEM)
        if answer == scard.SCARD_S_SUCCESS:
            self.context = context
        return int(answer)

    def end(self) -> None:
        """Leave the service, as soon as it lets us. Does not wait."""
        self._calls.put(None)

    def _work(self) -> None:
        while (call := self._calls.get()) is not None:
            call()
        if self.context is not None:
            scard.SCardReleaseContext(self.context)
