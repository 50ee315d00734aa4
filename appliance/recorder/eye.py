"""One camera at work: its shots become segments, and how it is becomes something that can be shown.

A camera that is not there, or that answers nonsense, is told once and asked again, ever less often. One that is there
and gives no picture for five seconds has its encoder begun anew; if that does not help either, `give_up` is told, which
may begin the whole process anew, and it is asked on.
"""

import logging
import threading
import time
from collections.abc import Callable
from typing import Final, NamedTuple

from appliance.recorder.motion import Motion
from appliance.recorder.segments import Cutter, Segment
from drivers import DeviceSilent, DeviceTrouble
from drivers.camera import Camera, CameraStopped, Packet, Shot, Small

log = logging.getLogger(__name__)

LOOK_MS: Final = 1000
STILL_NS: Final = 5_000_000_000
_FIRST_WAIT_S: Final = 1.0
_LONGEST_WAIT_S: Final = 30.0


class State(NamedTuple):
    """How a camera is. `code` and `fields` are its trouble's; `last_ns` the boot time of its last picture."""

    code: str = "camera_begins"
    fields: tuple[tuple[str, str | int], ...] = ()
    last_ns: int = 0
    motion: int = 0
    is_covered: bool = False

    @property
    def is_ok(self) -> bool:
        """Whether it gives pictures."""
        return not self.code


class Eye:
    """One camera and the thread that looks through it."""

    def __init__(
        self,
        name: str,
        camera: Camera,
        motion: Motion,
        out: Callable[[Segment], None],
        give_up: Callable[[str], None],
        still_ns: int = STILL_NS,
    ) -> None:
        """Nothing is begun. `out` gets each segment; it and `give_up` are called by the eye's own thread."""
        self.name: Final = name
        self.state = State()
        self.small: Small | None = None
        """The last small picture, for whoever watches."""
        self.lost = 0
        """Pictures that were of no use, since no key frame came before them."""
        self.restarts = 0
        """How often the encoder was begun anew since it gave nothing."""
        self._camera: Final = camera
        self._motion: Final = motion
        self._out: Final = out
        self._give_up: Final = give_up
        self._still_ns: Final = still_ns
        self._cutter: Final = Cutter(name, camera.form)
        self._stops = threading.Event()
        self._wait_s = _FIRST_WAIT_S
        self._since_ns = 0
        self._was_restarted = False

    def run(self) -> None:
        """Look until `stop`. This is the thread."""
        self._since_ns = now_ns()
        try:
            while not self._stops.is_set():
                self._look()
        finally:
            self._end_run()
            self._camera.close()

    def stop(self) -> None:
        """End it. Any thread; `run` returns soon."""
        self._stops.set()
        self._camera.wake()

    def _look(self) -> None:
        shots: tuple[Shot, ...] = ()
        try:
            shots = self._camera.shots(LOOK_MS)
        except CameraStopped:
            return
        except DeviceSilent:
            # How long already is judged below.
            pass
        except DeviceTrouble as no:
            self._trouble(no)
            self._stops.wait(self._wait_s)
            self._wait_s = min(2 * self._wait_s, _LONGEST_WAIT_S)
            self._since_ns = now_ns()
            return
        for shot in shots:
            if isinstance(shot, Packet):
                self._packet(shot)
            else:
                self._seen(shot)
        # By the video, not by whatever else comes: an encoder may stand still while its camera goes on.
        if now_ns() - self._since_ns >= self._still_ns:
            self._is_still()

    def _packet(self, packet: Packet) -> None:
        self._since_ns = now_ns()
        self._was_restarted, self._wait_s = False, _FIRST_WAIT_S
        if not self.state.is_ok:
            log.info("%s gives pictures", self.name)
        self.state = self.state._replace(code="", fields=(), last_ns=packet.at_ns)
        for segment in self._cutter.take(packet):
            self._out(segment)
        self.lost = self._cutter.lost

    def _seen(self, small: Small) -> None:
        seen = self._motion.look(small)
        self._cutter.moved(seen.motion)
        self.small = small
        self.state = self.state._replace(motion=seen.motion, is_covered=seen.is_covered)

    def _is_still(self) -> None:
        self._trouble(DeviceSilent(device=self._camera.label))
        self._since_ns = now_ns()
        if self._was_restarted:
            self._give_up(self.name)
        self._was_restarted = True
        self.restarts += 1
        self._camera.restart()

    def _trouble(self, no: DeviceTrouble) -> None:
        """Said once, until it is another one or the camera has given a picture."""
        self._end_run()
        if self.state.code != no.code:
            log.warning("%s: %s", self.name, no)
        self.state = State(no.code, tuple(no.fields.items()), self.state.last_ns)

    def _end_run(self) -> None:
        for segment in self._cutter.end():
            self._out(segment)


def now_ns() -> int:
    """Boot time."""
    return time.clock_gettime_ns(time.CLOCK_BOOTTIME)
