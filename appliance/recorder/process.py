"""The recorder as a process: cameras and keeper put together, watched, and ended.

The service manager is told `READY=1` once recordings can be written, and `WATCHDOG=1` while the keeper and every
camera's thread live. If one of them dies of a mistake of ours, or the folder cannot be written to, the process ends
with 3 and is started again; a camera that nothing helps ends it too (4), but not oftener than every ten minutes.
"""

import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

import drivers
from appliance.clock import Clock
from appliance.recorder.events import RULES
from appliance.recorder.eye import Eye
from appliance.recorder.keeper import Keeper, Plan
from appliance.recorder.motion import Motion
from appliance.recorder.settings import CameraTable, Settings
from appliance.recorder.vault import Limits
from appliance.watchdog import notify

log = logging.getLogger(__name__)

DIED: Final = 3
STUCK: Final = 4
NOT_BEFORE_S: Final = 600.0
_MB: Final = 1024 * 1024
_WHOLE_DISK: Final = 1 << 60
_BEATS_EVERY_S: Final = 1.0
_ENDS_WITHIN_S: Final = 10.0


class Recorder:
    """All of it. `run` works until `stop` and answers the exit code."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        """Nothing is begun."""
        table = settings.recorder
        quota = table.quota_mb * _MB or _WHOLE_DISK
        plan = Plan(
            {camera.name: camera.policy for camera in settings.cameras},
            Limits(quota, table.floor_mb * _MB, table.days),
            RULES,
        )
        self.keeper: Final = Keeper(Path(table.folder), settings.store, plan, clock)
        self.eyes: Final = tuple(self._eye(camera) for camera in settings.cameras)
        self._began_s: Final = time.monotonic()
        self._ends = threading.Event()
        self._code = 0
        self._threads: list[threading.Thread] = []

    def run(self) -> int:
        """Record until `stop`. The exit code: 0, or `DIED`, or `STUCK`."""
        self._begin("keeper", self.keeper.run)
        while not self.keeper.ready.wait(_BEATS_EVERY_S):
            if not self._threads[0].is_alive():
                return DIED
        for eye in self.eyes:
            self._begin(f"camera {eye.name}", eye.run)
        notify("READY=1")
        while not self._ends.wait(_BEATS_EVERY_S):
            if not all(thread.is_alive() for thread in self._threads):
                self._code = DIED
                break
            notify("WATCHDOG=1")
        notify("STOPPING=1")
        self._end()
        return self._code

    def stop(self) -> None:
        """End it. Any thread, or a signal."""
        self._ends.set()

    def _eye(self, table: CameraTable) -> Eye:
        module = drivers.load("camera", table.type)
        camera = module.Driver(drivers.options_for(module, table.options))
        motion = Motion(table.sensitivity, table.zones)
        return Eye(table.name, camera, motion, self.keeper.take, self._stuck)

    def _stuck(self, name: str) -> None:
        if time.monotonic() - self._began_s >= NOT_BEFORE_S:
            log.error("%s gives no picture whatever is tried; the recorder begins anew", name)
            self._code = STUCK
            self._ends.set()

    def _begin(self, name: str, run: Callable[[], None]) -> None:
        def work() -> None:
            try:
                run()
            except BaseException:
                log.exception("the thread %r died", name)
                raise

        thread = threading.Thread(target=work, name=name, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _end(self) -> None:
        """The cameras first: what they still have goes to the keeper."""
        keeper, *eyes = self._threads
        for eye in self.eyes:
            eye.stop()
        for thread in eyes:
            thread.join(_ENDS_WITHIN_S)
        self.keeper.stop()
        keeper.join(_ENDS_WITHIN_S)
