"""From what a reader hears to what counts: a tag that stays on the reader is one tap.

Times are milliseconds of `drivers._clock.now_ms`. What a port or the kernel kept for us while
nobody was looking came at some moment between the last look and now, so each reading has an
earliest and a latest time. A tag was away only if even its earliest return is `away_ms` after the
latest moment at which it may have been there: when in doubt it stayed.
"""

import collections
import select
from collections.abc import Callable
from typing import Annotated, Final

import msgspec

from drivers import DeviceTrouble
from drivers._bell import Bell
from drivers._clock import Deadline
from drivers.badge import Badge, BadgeReaderAmbiguous, BadgeReaderNotChosen

Away = Annotated[int, msgspec.Meta(ge=1, le=60_000)]

AWAY_MS: Final = 1500
HEARTBEAT_MS: Final = 500
_RETRY_MS: Final = 200
_MOST_TAGS: Final = 64


class Taps:
    """The taps that wait to be read, and the tags that are on the reader or just left it."""

    def __init__(self, away_ms: int) -> None:
        """Start with an empty reader."""
        self.voided = 0
        """How many readings were thrown away."""
        self._away_ms = away_ms
        self._waiting: collections.deque[Badge] = collections.deque()
        self._last_ms: dict[tuple[str, str], int] = {}

    def __len__(self) -> int:
        """How many taps wait to be read."""
        return len(self._waiting)

    def next(self) -> Badge | None:
        """Take the oldest tap that waits."""
        return self._waiting.popleft() if self._waiting else None

    def heard(self, badge: Badge, earliest_ms: int, at_ms: int) -> None:
        """The reader told of `badge` between two moments. Adds a tap if it is new or was away."""
        tag = (badge.form, badge.id)
        before_ms = self._last_ms.pop(tag, None)
        self._last_ms[tag] = at_ms
        if before_ms is None or earliest_ms - before_ms > self._away_ms:
            self._waiting.append(badge)
        for other, last_ms in list(self._last_ms.items()):
            is_away = earliest_ms - last_ms > self._away_ms
            if is_away or len(self._last_ms) > _MOST_TAGS:
                del self._last_ms[other]

    def void(self) -> None:
        """A reading was half, broken or could be two things."""
        self.voided += 1

    def resume(self, at_ms: int) -> None:
        """The reader is back after a trouble. What was on it before may have lain there all the time."""
        self._last_ms = dict.fromkeys(self._last_ms, at_ms)

    def forget(self) -> None:
        """The reader is closed: what waits is lost, and every tag is new next time."""
        self._waiting.clear()
        self._last_ms.clear()


def keep_trying(take: Callable[[], None], bell: Bell, timeout_ms: int) -> None:
    """Call `take` until it works. Raises its last trouble when the time is over or the bell rings.

    What only another configuration can mend is raised at once.
    """
    deadline = Deadline(timeout_ms)
    while True:
        try:
            take()
        except (BadgeReaderNotChosen, BadgeReaderAmbiguous):
            raise
        except DeviceTrouble:
            if deadline.is_over:
                raise
            wait(deadline.at_most(_RETRY_MS).left_ms, bell.fileno())
            if bell.heard():
                raise
        else:
            return


def next_tap(
    taps: Taps, bell: Bell, timeout_ms: int, look: Callable[[Deadline], None]
) -> Badge | None:
    """The next tap, or nothing when the time is over or the bell rings.

    `look` waits once, tells `taps` what it heard, and raises a trouble if the reader is gone.
    """
    deadline = Deadline(timeout_ms)
    while not taps:
        is_last_look = deadline.is_over
        look(deadline)
        if not taps and (is_last_look or bell.heard()):
            return None
    return taps.next()


def wait(timeout_ms: int, *files: int) -> dict[int, int]:
    """Wait until one of the open files has something to say. Answers their poll flags."""
    poll = select.poll()
    for file in files:
        poll.register(file, select.POLLIN)
    return dict(poll.poll(timeout_ms))
