"""A camera without a lens: a drawn shop, for the demo and for tests.

`walk` sends somebody through the picture, `light` switches the lamps, `cover` holds a hand before the lens, `flash`
makes one picture white. `unplug` and `plug` are its cable, `freeze` is an encoder that gives nothing any more until
`restart`, while the camera goes on; `hang` is a camera that gives nothing at all, whatever is tried, until `thaw`. The
levers may be pulled by any thread.

Every picture carries its own time (`_picture_clock.py`), so whoever shows one can be asked of when it is.
"""

import threading
import time
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from drivers import DeviceAbsent, DeviceSilent
from drivers._clock import Deadline
from drivers.camera import MOST_WAITING, CameraStopped, Form, Shot, Small, _picture_clock
from drivers.camera._encoder import Encoder

__all__ = ["Driver", "Options"]

_NS: Final = 1_000_000_000
_WHITE, _BLACK, _GREY = 235, 16, 128
_SMALL_EVERY: Final = 3
_WALK_NS: Final = 4 * _NS
_BEHIND_NS: Final = _NS

Picture = NDArray[np.uint8]


class Options(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What it is called, the video's size in pixels and pictures a second, and whether its cable is in."""

    label: str = "simulated camera"
    width: int = 640
    height: int = 480
    fps: int = 15
    kbit_s: int = 600
    plugged: bool = True

    def __post_init__(self) -> None:
        """Refuse sizes that no encoder takes, and speeds that are none."""
        if self.width % 16 or self.height % 16 or not (160 <= self.width <= 1920):
            raise ValueError(
                f"width and height must be multiples of 16, width from 160, not {self.width}x{self.height}"
            )
        if not 1 <= self.fps <= 30:
            raise ValueError(f"fps must be from 1 to 30, not {self.fps}")


class Driver:
    """A camera whose world is a method. See `drivers.camera.Camera`."""

    def __init__(self, options: Options) -> None:
        """The lamps are on, nobody is there."""
        self.label = options.label
        self.form = Form(options.width, options.height, options.fps)
        self._kbit_s: Final = options.kbit_s
        self._changed = threading.Condition()
        self._is_plugged = options.plugged
        self._is_frozen = self._hangs = self._is_covered = self._is_woken = False
        self._brightness = 100
        self._walks_from_ns = 0
        self._flashes = False
        self.flashed_at_ns = 0
        """When the last flash was taken, in boot time; 0 before there was one."""
        self._noise: Final = np.random.default_rng(1)
        self._shop: Final = _shelves(self.form)
        self._encoder: Encoder | None = None
        self._next_ns = 0
        self._number = 0

    # ------------------------------------------------------------------ the levers, for any thread

    @property
    def is_plugged(self) -> bool:
        """Whether the cable is in."""
        return self._is_plugged

    def walk(self) -> None:
        """Somebody walks through, for four seconds."""
        self._set(_walks_from_ns=_now_ns())

    def light(self, percent: int) -> None:
        """The lamps: 100 is day, 20 is night."""
        self._set(_brightness=percent)

    def cover(self) -> None:
        """A hand before the lens, until `uncover`."""
        self._set(_is_covered=True)

    def uncover(self) -> None:
        """Take it away."""
        self._set(_is_covered=False)

    def flash(self) -> None:
        """The next picture is white; `flashed_at_ns` says when it was taken."""
        self._set(_flashes=True)

    def unplug(self) -> None:
        """Pull the cable."""
        self._set(_is_plugged=False, _encoder=None)

    def plug(self) -> None:
        """Put the cable back in."""
        self._set(_is_plugged=True)

    def freeze(self) -> None:
        """Give no video any more, until it is restarted; small pictures come as before."""
        self._set(_is_frozen=True)

    def hang(self) -> None:
        """Give no picture any more, whatever is tried, until `thaw`."""
        self._set(_hangs=True)

    def thaw(self) -> None:
        """Give pictures again."""
        self._set(_hangs=False, _is_frozen=False)

    def _set(self, **what: object) -> None:
        with self._changed:
            for name, value in what.items():
                setattr(self, name, value)
            self._changed.notify_all()

    # ------------------------------------------------------------------ the driver

    def shots(self, timeout_ms: int) -> tuple[Shot, ...]:
        """What is due; see `Camera.shots`."""
        deadline = Deadline(timeout_ms)
        with self._changed:
            while True:
                if self._is_woken:
                    self._is_woken = False
                    raise CameraStopped(device=self.label)
                if not self._is_plugged:
                    raise DeviceAbsent(device=self.label)
                now_ns = _now_ns()
                if self._encoder is None or now_ns - self._next_ns > _BEHIND_NS:
                    # It begins, or nobody fetched anything for a while.
                    self._next_ns = now_ns
                    self._encoder = self._encoder or Encoder(self.form, self._kbit_s)
                if not self._hangs and self._next_ns <= now_ns:
                    if found := self._taken(self._encoder, now_ns):
                        return found
                    continue
                if deadline.is_over:
                    raise DeviceSilent(device=self.label)
                due_s = deadline.left_s if self._hangs else (self._next_ns - now_ns) / _NS
                self._changed.wait(min(deadline.left_s, due_s))

    def restart(self) -> None:
        """Begin the encoder anew."""
        self._set(_encoder=None, _is_frozen=False)

    def wake(self) -> None:
        """End a running call early, or else the next one. Any thread."""
        self._set(_is_woken=True)

    def close(self) -> None:
        """Let go of the encoder."""
        self._set(_encoder=None)

    def _taken(self, encoder: Encoder, now_ns: int) -> tuple[Shot, ...]:
        found: list[Shot] = []
        while self._next_ns <= now_ns and len(found) < MOST_WAITING:
            picture = self._picture(self._next_ns)
            if self._number % _SMALL_EVERY == 0:
                found.append(_small(self._next_ns, picture, self.form))
            if not self._is_frozen:
                found += encoder.encode(self._next_ns, picture)
            self._next_ns += _NS // self.form.fps
            self._number += 1
        return tuple(found)

    def _picture(self, at_ns: int) -> Picture:
        wide, high = self.form.width, self.form.height
        seen = self._shop * (self._brightness / 100)
        walked_ns = at_ns - self._walks_from_ns
        if self._walks_from_ns and walked_ns < _WALK_NS:
            left = walked_ns * (wide * 3 // 4) // _WALK_NS
            seen[high // 4 : high * 7 // 8, left : left + wide // 6] = _WHITE
        if self._is_covered:
            seen[:] = _BLACK
        else:
            seen += self._noise.normal(0, 2, seen.shape)
        picture = np.full((high * 3 // 2, wide), _GREY, np.uint8)
        picture[:high] = np.clip(seen, _BLACK, _WHITE).astype(np.uint8)
        if self._flashes:
            self._flashes = False
            self.flashed_at_ns = at_ns
            picture[:high] = _WHITE
        _picture_clock.write(picture[:high], at_ns // 1_000_000)
        return picture


def _now_ns() -> int:
    return time.clock_gettime_ns(time.CLOCK_BOOTTIME)


def _shelves(form: Form) -> NDArray[np.float64]:
    """What stands in the shop: shelves, bright and dark."""
    row, column = np.indices((form.height, form.width))
    seen = np.full(row.shape, 70.0)
    seen += 50 * (column * 12 // form.width % 2) + 20 * (row * 5 // form.height % 2)
    return seen


def _small(at_ns: int, picture: Picture, form: Form) -> Small:
    """Every second pixel of every second row."""
    high, wide = form.height, form.width
    bright = picture[:high:2, ::2]
    # Without colour: half as many values, all of them the middle.
    colour = np.full(bright.size // 2, _GREY, np.uint8)
    return Small(at_ns, wide // 2, high // 2, bright.tobytes() + colour.tobytes())
