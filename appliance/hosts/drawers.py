"""The host of a cash drawer: kicks at most once, and watches the drawer's switch.

A kick that failed is reported, never repeated. A drawer on a printer's socket is kicked, and its switch is read, by the
printer's own thread, because a printer has one writer. While that thread waits for the printer, the drawer's own thread
tells of the kicks that come to nothing: no drawer springs open long after its sale.
"""

import time
from collections import deque
from typing import Any, Final

from appliance.hosts.base import IDLE_S, STATUS_MS, JobHost, Post, Work, fields_of
from appliance.hosts.printers import WITH_A_DRAWER_IDLE_S, PrinterHost
from appliance.messages import DrawerFailed, DrawerMoved, KickDrawer
from drivers import DeviceTrouble
from drivers._clock import now_ms
from drivers.drawer import Drawer, DrawerEvent, DrawerJammed, DrawerWatch, KickTooLate, WatchLimits
from drivers.printer import Status

KICK_MS: Final = 2_000
KICK_WITHIN_MS: Final = 5_000
"""A kick that was not given by then is not given any more: whoever made the sale may have left."""
LOOKS_AT_DRAWER: Final = 10
LOOK_AGAIN_S: Final = 0.1


class DrawerHost(JobHost):
    """Kicks a drawer and watches its switch."""

    kind = "drawer"
    idle_s = 0.25
    limits = WatchLimits()
    """How long it may stand open, and how soon after a kick it opens."""

    def __init__(
        self,
        name: str,
        driver: Any,  # noqa: ANN401 - a driver of any class
        post: Post,
        through: PrinterHost | None = None,
    ) -> None:
        """Host `driver` under `name`; `through` is the printer on whose socket it hangs."""
        super().__init__(name, driver, post)
        self._through = through
        self._watch = DrawerWatch(self.limits)
        self._asked: deque[tuple[KickDrawer, int]] = deque()
        """Kicks that nobody has taken in hand yet, and when they were asked for."""
        self._is_failing = False
        if through is not None:
            through.hear_status = self._hear
            through.idle_s = WITH_A_DRAWER_IDLE_S

    def start(self) -> None:
        """Begin to work."""
        if self._through is not None:
            self.report.well()
        super().start()

    def stop(self) -> None:
        """End the thread; the printer on whose socket it hangs works on and tells it nothing more."""
        super().stop()
        if self._through is not None and self._through.hear_status == self._hear:
            self._through.hear_status = None
            self._through.idle_s = IDLE_S

    def take(self, job: Any, *, urgent: bool = False) -> bool:  # noqa: ANN401 - as the base has it
        """Queue a job, for the printer's thread where the drawer hangs on one."""
        if self._through is None:
            return super().take(job, urgent=urgent)
        return self._through.take(job, urgent=urgent)

    def kick(self, job: KickDrawer) -> bool:
        """Queue a kick; False where the queue is full."""
        asked = (job, now_ms())
        # Said so early, since somebody may use the key while the kick waits.
        self._watch.kicked(asked[1])
        with self._changed:
            self._asked.append(asked)
        return self.take(lambda: self._kick_once(asked), urgent=True) or not self._claims(asked)

    def _kick_once(self, asked: tuple[KickDrawer, int]) -> None:
        self._give_up_late_kicks()
        if not self._claims(asked):
            return
        # Said before the pulse: the drawer may be open before the call returns.
        self._watch.kicked(now_ms())
        try:
            self.driver.kick(KICK_MS)
            self._refuse_a_jam()
        except DeviceTrouble as trouble:
            self._failed(asked[0], trouble)
        else:
            self._works()

    def _give_up_late_kicks(self) -> None:
        latest_ms = now_ms() - KICK_WITHIN_MS
        for asked in tuple(self._asked):
            if asked[1] < latest_ms and self._claims(asked):
                self._failed(asked[0], KickTooLate())

    def _claims(self, asked: tuple[KickDrawer, int]) -> bool:
        """Whether this thread is the one that gives a kick or gives it up."""
        with self._changed:
            if asked not in self._asked:
                return False
            self._asked.remove(asked)
        return True

    def _failed(self, job: KickDrawer, trouble: DeviceTrouble) -> None:
        self._is_failing = True
        self._watch.left_to_the_key(now_ms())
        self.report.trouble(trouble)
        self._post(
            DrawerFailed(
                sale=job.sale, device=self.name, code=trouble.code, fields=fields_of(trouble)
            )
        )

    def _works(self) -> None:
        """It came open: what was told of a kick that failed is over. That its switch answers says nothing of that."""
        self._is_failing = False
        self.report.well()

    def _refuse_a_jam(self) -> None:
        """Look whether the drawer came open, where it has a switch; every look is also the watch's."""
        for _ in range(LOOKS_AT_DRAWER):
            is_open = self.driver.is_open(STATUS_MS)
            self._seen(is_open)
            if is_open is not False:
                return
            time.sleep(LOOK_AGAIN_S)
        raise DrawerJammed

    def _lent(self, work: Work) -> None:
        # A test kicks it too, and that is nobody's burglary.
        self._watch.kicked(now_ms())
        super()._lent(work)

    def _look(self) -> None:
        if self._through is not None:
            self._give_up_late_kicks()
            return
        try:
            self._seen(self.driver.is_open(STATUS_MS))
        except DeviceTrouble as trouble:
            self.report.trouble(trouble)
        else:
            if not self._is_failing:
                self.report.well()

    def _close(self) -> None:
        """A printer is closed by its own host."""
        if self._through is None:
            super()._close()

    def _hear(self, status: Status) -> None:
        """The printer's answer tells the level of the switch."""
        self._seen(self.driver.is_open_by(status))

    def _seen(self, is_open: bool | None) -> None:  # noqa: FBT001 - what a look found
        for news in self._watch.look(now_ms(), is_open=is_open):
            what = news.event.value
            if news.event is DrawerEvent.OPENED and self._is_failing:
                self._works()
            # A kick that opened nothing is told as `DrawerFailed`, by whoever kicked.
            if what != "did_not_open":
                self._post(DrawerMoved(device=self.name, what=what, open_s=news.open_ms // 1000))


def refuse_a_jam(drawer: Drawer) -> None:
    """Look whether a drawer that was just kicked came open, where it has a switch. Raises `DrawerJammed`.

    Blocks for at most a second and the time of the looks; a drawer without a switch is believed.
    """
    for _ in range(LOOKS_AT_DRAWER):
        if drawer.is_open(STATUS_MS) is not False:
            return
        time.sleep(LOOK_AGAIN_S)
    raise DrawerJammed
