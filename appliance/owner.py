"""The owner thread: a bounded queue in front of the register, and what happens when something breaks.

Only this thread touches the store. A defect in handling one message is logged, shown with a short code, and the
register goes on from what is stored. A second defect while doing so ends the process, and so does any thread that dies:
the service manager starts it again within seconds. The watchdog is fed only while the screen answers too.
"""

import logging
import os
import queue
import threading
import time
import traceback
from collections.abc import Callable
from functools import partial
from typing import Final
from zlib import crc32

from appliance.messages import Command, Event, Snapshot, StartingView
from appliance.problems import Refusal, as_line
from appliance.register import Register
from appliance.watchdog import notify

log = logging.getLogger(__name__)

QUEUE_LENGTH: Final = 256
TICK_S: Final = 1.0
POST_S: Final = 5.0
"""How long a device waits for room in the queue before it gives its message up, which is logged and never silent."""
SCREEN_SILENT_S: Final = 10.0
BROKEN_EXIT: Final = 70
"""The exit code of a process that ended itself (EX_SOFTWARE)."""
REFUSED_EXIT: Final = 2
"""The exit code of every command that was refused. Another start would end the same way."""


class Owner:
    """Runs a register in its own thread. `build` makes the register inside that thread."""

    def __init__(
        self,
        build: Callable[[], Register],
        publish: Callable[[Snapshot], None],
        *,
        screen: bool,
        end_when_refused: bool = False,
    ) -> None:
        """`screen` says whether a screen will call `beat`. A refused start is shown, or ends the process."""
        self._build = build
        self._publish = publish
        self._queue: queue.Queue[Command | Event | None] = queue.Queue(QUEUE_LENGTH)
        self._thread = threading.Thread(target=self._work, name="register", daemon=True)
        self._has_screen = screen
        self._end_when_refused = end_when_refused
        self._screen_at = time.monotonic()

    def start(self) -> None:
        """Start the thread; from now on any thread that dies ends the process."""
        threading.excepthook = _end_the_process
        self._thread.start()

    def send(self, command: Command | Event) -> bool:
        """Queue a command of the screen, or what the mirror tells. False where the queue is full. Never blocks."""
        try:
            self._queue.put_nowait(command)
        except queue.Full:
            return False
        return True

    def post(self, event: Command | Event) -> None:
        """Queue a message of a device. Blocks its thread for at most five seconds."""
        try:
            self._queue.put(event, timeout=POST_S)
        except queue.Full:
            log.error(  # noqa: TRY400 - a full queue needs no traceback
                "the register does not keep up, lost: %s", type(event).__name__
            )

    def beat(self) -> None:
        """The screen is alive. Any thread."""
        self._screen_at = time.monotonic()

    def stop(self) -> None:
        """Let the thread finish what is queued and end; blocks for at most five seconds."""
        try:
            self._queue.put(None, timeout=POST_S)
        except queue.Full:
            return
        self._thread.join(POST_S)

    def _work(self) -> None:
        try:
            register = self._build()
        except Refusal as why:
            log.error("cannot start: %s", why)  # noqa: TRY400 - a refusal needs no traceback
            if self._end_when_refused:
                log.error(as_line(why))  # noqa: TRY400 - as above
                logging.shutdown()
                os._exit(REFUSED_EXIT)
            self._publish(
                StartingView(done=False, problem=why.code, fields=tuple(why.fields.items()))
            )
            return
        notify("READY=1")
        next_tick = time.monotonic()
        while True:
            if time.monotonic() >= next_tick:
                next_tick = time.monotonic() + TICK_S
                self._guarded(register, register.tick)
                self._feed_the_dog()
            try:
                message = self._queue.get(timeout=max(0.0, next_tick - time.monotonic()))
            except queue.Empty:
                continue
            if message is None:
                register.close()
                return
            self._guarded(register, partial(register.handle, message))

    def _guarded(self, register: Register, work: Callable[[], None]) -> None:
        try:
            work()
        except Refusal as no:
            register.show_refusal(no)
        except Exception as defect:
            code = defect_code(defect)
            log.exception("defect %s", code)
            register.reload_after_defect(code)

    def _feed_the_dog(self) -> None:
        if not self._has_screen or time.monotonic() - self._screen_at < SCREEN_SILENT_S:
            notify("WATCHDOG=1")


def defect_code(defect: BaseException) -> str:
    """A short code for a defect: the same for the same place in the program."""
    frames = traceback.extract_tb(defect.__traceback__)
    place = f"{frames[-1].name}:{frames[-1].lineno}" if frames else ""
    return f"{crc32(f'{type(defect).__name__}@{place}'.encode()) & 0xFFFF:04X}"


def _end_the_process(dead: threading.ExceptHookArgs) -> None:
    name = dead.thread.name if dead.thread else "?"
    if dead.exc_value is not None:
        log.critical("thread %s died", name, exc_info=dead.exc_value)
    logging.shutdown()
    os._exit(BROKEN_EXIT)
