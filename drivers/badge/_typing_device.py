"""A device that plays keyboard, held for this program alone: found, grabbed, and read as key events.

A grabbed keyboard is dead for everyone else, so one is taken only if the configuration names it.
Reads the kernel's `struct input_event` itself: python-evdev 2.0.0 makes an event of uninitialised
memory out of an end of file, because it takes only negative lengths for the end.
"""

import contextlib
import errno
import fcntl
import os
import struct
import time
from pathlib import Path
from typing import Final

import evdev
import msgspec

from drivers import DeviceAbsent, DeviceBusy, DeviceRefused, DeviceTrouble, KeyHeld, NoPermission
from drivers.badge import BadgeReaderAmbiguous, BadgeReaderNotChosen
from drivers.input_devices import InputDevice, Match, find_candidates

SYSFS: Final = Path("/sys/class/input")
_EVENT: Final = struct.Struct("@llHHi")
_EVENTS_AT_ONCE: Final = 64
_EVIOCSCLOCKID: Final = 0x400445A0
_GONE: Final = frozenset({errno.ENODEV, errno.ENOENT, errno.ENXIO, errno.EIO})


class KeyEvent(msgspec.Struct, frozen=True):
    """One event as the kernel numbers them, and when it happened."""

    kind: int
    code: int
    value: int
    at_ms: int


class TypingDevice:
    """One open and grabbed device. Made by `take`."""

    def __init__(self, device: "evdev.InputDevice[str]", name: str) -> None:
        """Hold `device`, which is open and not grabbed yet."""
        self.name = name
        self.overheard: tuple[KeyEvent, ...] = ()
        """What it typed between opening and grabbing, which other programs saw as well."""
        self._device = device
        self._rest = b""

    def fileno(self) -> int:
        """What to give to `poll`."""
        return int(self._device.fd)

    def grab(self) -> None:
        """Take it from the other programs. Raises `OSError`, or `DeviceBusy` if a key is down."""
        if self._device.active_keys():
            # The other readers saw the key go down and would never see it come up.
            raise KeyHeld(device=self.name)
        self._device.grab()
        # Event times must not jump when the time server sets the wall clock in the middle of a badge.
        with contextlib.suppress(OSError):
            fcntl.ioctl(self._device.fd, _EVIOCSCLOCKID, struct.pack("i", time.CLOCK_MONOTONIC))
        while events := self.events():
            self.overheard += events

    def events(self) -> tuple[KeyEvent, ...]:
        """What has happened; empty if nothing has. Never blocks. Raises `DeviceAbsent`."""
        try:
            received = os.read(self._device.fd, _EVENT.size * _EVENTS_AT_ONCE)
        except BlockingIOError:
            return ()
        except OSError as trouble:
            raise DeviceAbsent(device=self.name) from trouble
        if not received:
            raise DeviceAbsent(device=self.name)
        received = self._rest + received
        whole = len(received) - len(received) % _EVENT.size
        self._rest = received[whole:]
        return tuple(
            KeyEvent(kind, code, value, seconds * 1000 + micros // 1000)
            for seconds, micros, kind, code, value in _EVENT.iter_unpack(received[:whole])
        )

    @property
    def is_there(self) -> bool:
        """Whether the kernel still lists it."""
        return (SYSFS / Path(str(self._device.path)).name).exists()

    def let_go(self) -> None:
        """Give it back. Twice is no mistake."""
        with contextlib.suppress(OSError):
            self._device.ungrab()
        with contextlib.suppress(OSError):
            self._device.close()


def take(match: Match, label: str) -> TypingDevice:
    """Find the one device that fits, open and grab it.

    Raises `BadgeReaderNotChosen`, `BadgeReaderAmbiguous`, `DeviceAbsent`, `DeviceBusy` (another
    program grabbed it, or a key is held down) and `DeviceRefused`.
    """
    candidates = find_candidates()
    if match.is_empty:
        raise BadgeReaderNotChosen(candidates=_listed(candidates))
    fitting = tuple(device for device in candidates if match.fits(device))
    if not fitting:
        raise DeviceAbsent(device=label)
    if len(fitting) > 1:
        raise BadgeReaderAmbiguous(candidates=_listed(fitting))
    name = fitting[0].name or label
    try:
        device = TypingDevice(evdev.InputDevice(fitting[0].node), name)
    except OSError as trouble:
        raise _why(name, trouble) from trouble
    try:
        device.grab()
    except OSError as trouble:
        device.let_go()
        raise _why(name, trouble) from trouble
    except DeviceTrouble:
        device.let_go()
        raise
    return device


def _why(name: str, trouble: OSError) -> DeviceTrouble:
    if trouble.errno == errno.EBUSY:
        return DeviceBusy(device=name, why="grabbed by another program")
    if trouble.errno in _GONE:
        return DeviceAbsent(device=name)
    if trouble.errno in (errno.EACCES, errno.EPERM):
        return NoPermission(device=name, group="input")
    return DeviceRefused(device=name, why=trouble.strerror or str(trouble))


def _listed(devices: tuple[InputDevice, ...]) -> str:
    return "; ".join(device.describe() for device in devices) or "none"
