"""Fingers, pointers and number keys, read from the kernel: taps as places on the picture, digits as numbers.

Touch screens speak of many fingers (ABS_MT_*) or of one (ABS_X, BTN_TOUCH); a tablet, as a virtual machine has one, is
a pointer with absolute places (ABS_X, BTN_LEFT). Of several fingers the first one counts.

A number is one digit that comes alone: a barcode scanner types its whole barcode within a moment, and nothing of that
is meant. Enter may follow.
"""

import contextlib
import time
from collections.abc import Callable, Iterator
from typing import Any, Final, NamedTuple

import evdev
from evdev import ecodes

ALONE_S: Final = 0.35
"""So long nothing else is typed before and after a digit that is meant."""
LOOK_AGAIN_S: Final = 2.0

_DIGITS: Final = {
    **{getattr(ecodes, f"KEY_{n}"): n for n in range(1, 10)},
    **{getattr(ecodes, f"KEY_KP{n}"): n for n in range(1, 10)},
}
_ENTER: Final = frozenset({ecodes.KEY_ENTER, ecodes.KEY_KPENTER})
_PRESSES: Final = frozenset({ecodes.BTN_TOUCH, ecodes.BTN_LEFT})


class Tap(NamedTuple):
    """A finger was lifted: where it had come down and where it went, on the picture, in thousandths of its size."""

    from_x: int
    from_y: int
    x: int
    y: int


class Digit(NamedTuple):
    """A key with a number was pressed, alone."""

    number: int


class Hands:
    """All devices that are plugged in. `rotation` as the picture is turned, in degrees against the clock."""

    def __init__(self, rotation: int = 0, now: Callable[[], float] = time.monotonic) -> None:
        """Opens nothing yet."""
        self._rotation = rotation
        self._now = now
        self._open: dict[str, _Device] = {}
        self._looked_at = float("-inf")
        self._keys = _Keys()

    def descriptors(self) -> list[int]:
        """What to wait for, beside a moment of time; looks for new devices now and then."""
        if self._now() - self._looked_at >= LOOK_AGAIN_S:
            self._looked_at = self._now()
            self._look()
        return [one.device.fd for one in self._open.values()]

    def read(self) -> Iterator[Tap | Digit]:
        """What was done since the last time. Never blocks."""
        for path, one in list(self._open.items()):
            try:
                events = list(one.device.read())
            except BlockingIOError:
                continue
            except OSError:
                # It was pulled out.
                with contextlib.suppress(OSError):
                    one.device.close()
                del self._open[path]
                continue
            for event in events:
                if event.type == ecodes.EV_KEY and event.value == 1:
                    self._keys.press(event.code, self._now())
                tap = one.take(event)
                if tap is not None:
                    yield turned(tap, self._rotation)
        number = self._keys.meant(self._now())
        if number is not None:
            yield Digit(number)

    def close(self) -> None:
        """Let go of all devices."""
        for one in self._open.values():
            with contextlib.suppress(OSError):
                one.device.close()
        self._open.clear()

    def _look(self) -> None:
        for path in evdev.list_devices():
            if path in self._open:
                continue
            try:
                device = evdev.InputDevice(path)
            except OSError:
                continue
            if _is_of_use(device):
                self._open[path] = _Device(device)
            else:
                device.close()


def turned(tap: Tap, rotation: int) -> Tap:
    """A tap on the glass as a tap on a picture that is turned by so many degrees against the clock."""
    return Tap(*_turned(tap.from_x, tap.from_y, rotation), *_turned(tap.x, tap.y, rotation))


def _turned(x: int, y: int, rotation: int) -> tuple[int, int]:
    match rotation:
        case 90:
            return 1000 - y, x
        case 180:
            return 1000 - x, 1000 - y
        case 270:
            return y, 1000 - x
        case _:
            return x, y


class _Keys:
    """Which digit is meant: one that stands alone in time."""

    def __init__(self) -> None:
        self._waiting: int | None = None
        self._last_at = float("-inf")

    def press(self, code: int, at: float) -> None:
        if code in _PRESSES:
            return
        is_alone = at - self._last_at >= ALONE_S
        if code in _ENTER:
            # Enter after a digit, by a person or by a scanner whose barcode is that digit.
            return
        self._last_at = at
        self._waiting = _DIGITS.get(code) if is_alone else None

    def meant(self, now: float) -> int | None:
        if self._waiting is None or now - self._last_at < ALONE_S:
            return None
        number, self._waiting = self._waiting, None
        return number


class _Device:
    """One device, and where its first finger is."""

    def __init__(self, device: "evdev.InputDevice[str]") -> None:
        self.device = device
        places = _places(device)
        self._is_multi = ecodes.ABS_MT_POSITION_X in places
        x, y = (
            (ecodes.ABS_MT_POSITION_X, ecodes.ABS_MT_POSITION_Y)
            if self._is_multi
            else (ecodes.ABS_X, ecodes.ABS_Y)
        )
        self._axes = {x: 0, y: 1}
        self._spans = [places[axis] for axis in (x, y) if axis in places]
        self._at = [0, 0]
        self._slot = 0
        self._is_down = self._was_down = False
        self._from: tuple[int, int] | None = None

    def take(self, event: "evdev.InputEvent") -> Tap | None:
        """A tap, where this event ends one."""
        if len(self._spans) < 2:  # noqa: PLR2004 - the two axes
            return None
        if event.type == ecodes.EV_ABS:
            self._move(event.code, event.value)
        elif event.type == ecodes.EV_KEY and event.code in _PRESSES and not self._is_multi:
            self._is_down = event.value != 0
        elif event.type == ecodes.EV_SYN and event.code == ecodes.SYN_REPORT:
            return self._settle()
        return None

    def _move(self, code: int, value: int) -> None:
        if code == ecodes.ABS_MT_SLOT:
            self._slot = value
        elif self._slot != 0:
            return
        elif code == ecodes.ABS_MT_TRACKING_ID:
            self._is_down = value >= 0
        elif code in self._axes:
            self._at[self._axes[code]] = value

    def _settle(self) -> Tap | None:
        place = (self._share(0), self._share(1))
        if self._is_down and not self._was_down:
            self._from = place
        ended = self._was_down and not self._is_down
        self._was_down = self._is_down
        if not ended or self._from is None:
            return None
        begun, self._from = self._from, None
        return Tap(*begun, *place)

    def _share(self, axis: int) -> int:
        least, most = self._spans[axis]
        return max(0, min(1000, (self._at[axis] - least) * 1000 // max(1, most - least)))


def _places(device: "evdev.InputDevice[str]") -> dict[int, tuple[int, int]]:
    """Each absolute axis with its least and greatest value."""
    found: Any = device.capabilities().get(ecodes.EV_ABS, [])
    return {axis: (told.min, told.max) for axis, told in found}


def _is_of_use(device: "evdev.InputDevice[str]") -> bool:
    able = device.capabilities()
    keys = set(able.get(ecodes.EV_KEY, []))
    places = _places(device)
    points = bool(keys & _PRESSES) and ecodes.ABS_X in places
    return points or ecodes.ABS_MT_POSITION_X in places or bool(keys & set(_DIGITS))
