"""A device that plays keyboard, held for this program alone: found, grabbed, and read as key events.

A grabbed keyboard is dead for everyone else, so one is taken only if the configuration names it, and if
it is the only one that fits.

Speaks to the kernel itself and leaves python-evdev only the names of keys: version 2.0.0 makes an event
of uninitialised memory out of an end of file, because it takes only negative lengths for the end, and
cannot open a device whose name is not valid UTF-8, as of a maker who writes in another code or whose
name was cut off in the middle of a letter.
"""

import contextlib
import errno
import fcntl
import os
from pathlib import Path
from typing import Final, Protocol

from drivers import (
    DeviceAbsent,
    DeviceBusy,
    DeviceRefused,
    DeviceTrouble,
    KeyHeld,
    NoPermission,
)
from drivers._input_events import READ_SIZE, Event, Events, count_steadily
from drivers.input_devices import InputDevice, Match, find_candidates

__all__ = ["HeldKeyboard", "listed", "take"]

_SYSFS: Final = Path("/sys/class/input")
_KEY_BYTES: Final = 96
_EVIOCGKEY: Final = 0x80004518 | _KEY_BYTES << 16
_EVIOCGRAB: Final = 0x40044590
_GONE: Final = frozenset({errno.ENODEV, errno.ENOENT, errno.ENXIO, errno.EIO})


class Candidates(Protocol):
    """How to make a trouble of a class of devices that is about which keyboard it is."""

    def __call__(self, *, candidates: str) -> DeviceTrouble:
        """The trouble that names `candidates`."""
        ...


class HeldKeyboard:
    """One open and grabbed device. Made by `take`."""

    def __init__(self, device: InputDevice, name: str) -> None:
        """Open `device` and grab it.

        Raises `DeviceAbsent`, `DeviceBusy` (another program grabbed it, or a key is held down) and
        `DeviceRefused`.
        """
        self.name = name
        self.overheard: tuple[Event, ...] = ()
        """What it typed between opening and grabbing, which other programs saw as well."""
        self.sys_path = _path_in_sysfs(device.node)
        """Its path in sysfs, which no other plug ever has: `event7` may soon be another device."""
        self.node = device.node
        self._events = Events()
        try:
            self._fd = os.open(device.node, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        except OSError as trouble:
            raise _why(self.name, trouble) from trouble
        try:
            self._grab()
        except OSError as trouble:
            self.let_go()
            raise _why(self.name, trouble) from trouble
        except DeviceTrouble:
            self.let_go()
            raise

    def fileno(self) -> int:
        """What to give to `poll`."""
        return self._fd

    def events(self) -> tuple[Event, ...]:
        """What has happened; empty if nothing has. Never blocks. Raises `DeviceAbsent`."""
        try:
            received = os.read(self._fd, READ_SIZE)
        except BlockingIOError:
            return ()
        except OSError as trouble:
            raise DeviceAbsent(device=self.name) from trouble
        if not received:
            raise DeviceAbsent(device=self.name)
        return tuple(self._events.unpack(received))

    @property
    def is_there(self) -> bool:
        """Whether the kernel still lists it."""
        return Path(self.sys_path).exists() and _path_in_sysfs(self.node) == self.sys_path

    def let_go(self) -> None:
        """Give it back. Twice is no mistake."""
        if self._fd < 0:
            return
        with contextlib.suppress(OSError):
            fcntl.ioctl(self._fd, _EVIOCGRAB, 0)
        with contextlib.suppress(OSError):
            os.close(self._fd)
        self._fd = -1

    def _grab(self) -> None:
        keys = bytearray(_KEY_BYTES)
        fcntl.ioctl(self._fd, _EVIOCGKEY, keys)
        if any(keys):
            # The other readers saw the key go down and would never see it come up.
            raise KeyHeld(device=self.name)
        fcntl.ioctl(self._fd, _EVIOCGRAB, 1)
        count_steadily(self._fd)
        while events := self.events():
            self.overheard += events


def take(
    match: Match, label: str, *, not_chosen: Candidates, ambiguous: Candidates
) -> HeldKeyboard:
    """Find the one device that fits, open and grab it. `label` is what it is called until it is found.

    Raises `not_chosen` where nothing was chosen, `ambiguous` where several fit, `DeviceAbsent`, and what
    `HeldKeyboard` raises.
    """
    candidates = find_candidates()
    if match.is_empty:
        raise not_chosen(candidates=listed(candidates))
    fitting = tuple(device for device in candidates if match.fits(device))
    if not fitting:
        raise DeviceAbsent(device=label)
    if len(fitting) > 1:
        raise ambiguous(candidates=listed(fitting))
    return HeldKeyboard(fitting[0], fitting[0].name or label)


def listed(devices: tuple[InputDevice, ...]) -> str:
    """Devices for a person to choose from."""
    return "; ".join(device.describe() for device in devices) or "none"


def _why(name: str, trouble: OSError) -> DeviceTrouble:
    if trouble.errno == errno.EBUSY:
        return DeviceBusy(device=name, why="grabbed by another program")
    if trouble.errno in _GONE:
        return DeviceAbsent(device=name)
    if trouble.errno in (errno.EACCES, errno.EPERM):
        return NoPermission(device=name, group="input")
    return DeviceRefused(device=name, why=trouble.strerror or str(trouble))


def _path_in_sysfs(node: str) -> str:
    return str((_SYSFS / Path(node).name).resolve())
