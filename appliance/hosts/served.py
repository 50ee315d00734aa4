"""What the LAN server has for this register: asked for in a thread of its own, while somebody looks at the page."""

import logging
import threading
from collections.abc import Callable
from typing import Final

from appliance import __version__
from appliance.hosts.fetching import Connect, is_sound
from appliance.journal.wire import Offered
from appliance.machine.updates import Updates
from appliance.problems import Refusal

log = logging.getLogger(__name__)

ASK_EVERY_S: Final = 10.0
MOST: Final = 10
"""No more of them are shown."""

STOP_S: Final = 5.0


class Served:
    """Asks the server now and then. Any thread may call; nothing blocks but `ask` and `stop`."""

    def __init__(self, connect: Connect, updates: Updates, heard: Callable[[], None]) -> None:
        """Nothing is asked yet. `heard` is called, in the thread, when there is something else than before."""
        self._connect = connect
        self._updates = updates
        self._heard = heard
        self._bundles: tuple[Offered, ...] = ()
        self._watched = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._work, name="upkeep asks", daemon=True)

    @property
    def bundles(self) -> tuple[Offered, ...]:
        """What was there when the server was asked last."""
        return self._bundles

    def start(self) -> None:
        """Begin; nothing is asked before somebody looks."""
        self._thread.start()

    def stop(self) -> None:
        """End; a question that is open is left alone after a few seconds."""
        self._stopping.set()
        self._watched.set()
        if self._thread.is_alive():
            self._thread.join(STOP_S)

    def watch(self, *, on: bool) -> None:
        """Whether somebody looks."""
        if on:
            self._watched.set()
        else:
            self._watched.clear()

    def ask(self) -> None:
        """Ask once. A server that is away, or an older one, has nothing. Blocks for the network's time limits."""
        image = self._updates.image()
        found: tuple[Offered, ...] = ()
        if image is not None:
            runs = {__version__, image.version}
            found = tuple(
                one
                for one in self._told()
                if one.target == image.target and one.version not in runs and is_sound(one)
            )
        self._bundles = found[:MOST]

    def _told(self) -> tuple[Offered, ...]:
        try:
            source = self._connect()
            try:
                return source.software().bundles
            finally:
                source.close()
        except Refusal as no:
            log.debug("no software from the server: %s", no)
            return ()

    def _work(self) -> None:
        while not self._stopping.is_set():
            self._watched.wait()
            if self._stopping.is_set():
                return
            before = self._bundles
            self.ask()
            if self._bundles != before:
                self._heard()
            self._stopping.wait(ASK_EVERY_S)
