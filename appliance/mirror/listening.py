"""A second line to the server, on which the register only waits: the server answers when there is something new.

So an edit made elsewhere is here at once, and a register with nothing to say asks twice a minute. What comes is not
taken from here: the mirror's own thread is woken and fetches it, on its own connection and in its own order.

A question that comes to nothing (a server that refuses it, a defect in here) is not asked again at once: meanwhile the
mirror asks by itself. Here, too, a defect never stops the till.
"""

import logging
import threading
from collections.abc import Callable, Mapping
from typing import Final

from appliance.journal.wire import Wanting
from appliance.mirror.courier import FOR_EVER
from appliance.mirror.link import Link, NotPaired, ServerAway

log = logging.getLogger(__name__)

WAIT_MS: Final = 25_000
FAILED_S: Final = 5.0
"""How long nothing is asked after a question that failed."""


class Listener:
    """One long question after another, each asked only after the mirror fetched what the last one told of."""

    def __init__(self, heard: Callable[[], None], failed_s: float = FAILED_S) -> None:
        """`heard` is called, in the listener's thread, when the server has news, or is not reached any more."""
        self._heard = heard
        self._failed_s = failed_s
        self._changed = threading.Condition()
        self._line: Link | None = None
        self._have: Mapping[str, int] = {}
        self._is_asked = self._is_stopping = False
        self._is_waiting = False
        self._thread = threading.Thread(target=self._work, name="mirror-listen", daemon=True)

    def start(self) -> None:
        """Begin; nothing is asked yet."""
        self._thread.start()

    def listen(self, line: Link, have: Mapping[str, int], own: str) -> None:
        """Wait at `line` for entries after those in `have`, but not for this register's `own`. Returns at once.

        While a question is open it stays as it is: what was fetched since is news once more, which costs one round.
        """
        with self._changed:
            self._line = line
            self._have = {**have, own: FOR_EVER}
            self._is_asked = True
            self._changed.notify_all()

    @property
    def is_waiting(self) -> bool:
        """Whether a question is open, so that the mirror need not ask by itself."""
        return self._is_waiting

    def hang_up(self) -> None:
        """Ask nothing any more; an answer that still comes is nobody's."""
        with self._changed:
            self._line, self._is_asked = None, False

    def stop(self) -> None:
        """End after the question that is open; does not wait for it."""
        with self._changed:
            self._is_stopping = True
            self._line = None
            self._changed.notify_all()

    def _work(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._is_stopping or self._is_asked)
                if self._is_stopping:
                    return
                line, have, self._is_asked = self._line, dict(self._have), False
                self._is_waiting = line is not None
            if line is None:
                continue
            has_news = self._ask(line, have)
            with self._changed:
                self._is_waiting = False
                if self._line is not line:
                    continue
                if has_news is False:
                    # The server had nothing to say: the same question once more, with what is here by now.
                    self._is_asked = True
                    continue
            self._heard()
            if has_news is None:
                with self._changed:
                    self._changed.wait_for(lambda: self._is_stopping, self._failed_s)

    def _ask(self, line: Link, have: dict[str, int]) -> bool | None:
        """Whether there is news; None where the question failed."""
        try:
            return bool(line.down(Wanting(have, WAIT_MS, most=1)))
        except (ServerAway, NotPaired):
            # The mirror finds out by itself, and sooner than it would have asked.
            return None
        except Exception:
            log.exception("a defect in the mirror's second line: it goes on later")
            return None
