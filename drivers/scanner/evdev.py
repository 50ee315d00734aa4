"""Barcode scanners that play USB or Bluetooth keyboard (HID), read from `/dev/input/event*`.

The device is grabbed, so no other program sees its keys and no scan can press a button on the
screen. A grabbed keyboard is dead for everyone else; therefore a device is never taken by
guesswork: the configuration names it, and without a name `open` refuses and lists what is there.

Wiring and setting up: plug it in; the user must be in group `input`. Set the scanner to US
keyboard, Enter as suffix, AIM identifiers on. Then `open-pos` lists it by vendor and product, as
`lsusb` does. If the scanner is set to another country's keyboard, `layout` (and `variant`) must say
the same. A scanner with a USB-COM mode has no layouts to get wrong: see the driver `serial`.

Wire format: `struct input_event` of the kernel, key numbers of a keyboard, one SYN_REPORT after
each change. SYN_DROPPED means that the kernel's buffer ran over and keys are missing.
"""

import collections
import contextlib
import errno
import os
import select
from pathlib import Path
from typing import Any, Final

import evdev
import evdev.ecodes as e
import pyudev

from drivers import DeviceAbsent, DeviceBusy, DeviceRefused, DeviceTrouble, KeyHeld, NoPermission
from drivers._bell import Bell
from drivers._clock import Deadline, now_ms
from drivers.input_devices import HexId, InputDevice, Match, find_candidates
from drivers.scanner import Scan, ScannerAmbiguous, ScannerNotChosen
from drivers.scanner._assembly import Assembly, Frame
from drivers.scanner._events import PRESS, READ_SIZE, RELEASE, Events, count_steadily
from drivers.scanner._keys import ENDING_CHARACTERS, ENDING_KEYS, Keys, compile_layout

__all__ = ["Driver", "Options"]

_LOOK_AGAIN_MS: Final = 1000
_FIRST_RETRY_MS: Final = 20
_SEPARATOR_NAMES: Final = frozenset({"ctrl_]", "f12", "alt_029"})
_GONE: Final = frozenset({errno.ENODEV, errno.ENOENT, errno.ENXIO, errno.EIO})


class Options(Frame, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which device it is, how its scans begin and end (`Frame`), and how its keys are to be read.

    Everything set of `vendor`, `product`, `serial`, `path` and `name` must fit, see
    `drivers.input_devices.Match`. `group_separators` are the ways in which the GS1 separator may
    arrive: "ctrl_]", "f12", "alt_029", or one character of choice such as "|", which then cannot be
    data.
    """

    vendor: HexId | None = None
    product: HexId | None = None
    serial: str | None = None
    path: str | None = None
    name: str | None = None
    layout: str = "us"
    variant: str = ""
    group_separators: tuple[str, ...] = ("ctrl_]", "f12", "alt_029")

    def __post_init__(self) -> None:
        """Refuse what msgspec cannot see. Each sentence begins with the key that it is about."""
        compile_layout(self.layout, self.variant)
        for separator in self.group_separators:
            if separator not in _SEPARATOR_NAMES and len(separator) != 1:
                known = ", ".join(sorted(_SEPARATOR_NAMES))
                message = f"group_separators has {separator!r}: expected {known} or one character"
                raise ValueError(message)

    @property
    def match(self) -> Match:
        """Which device is meant."""
        return Match(
            vendor=self.vendor,
            product=self.product,
            serial=self.serial,
            path=self.path,
            name=self.name,
        )


class Driver:
    """A scanner that plays keyboard. See `drivers.scanner.Scanner`."""

    def __init__(self, options: Options) -> None:
        """Touch no device yet."""
        self.label = options.match.describe() or "scanner"
        self._options = options
        self._assembly = Assembly(options)
        keymap = compile_layout(options.layout, options.variant)
        self._keys = Keys(keymap, frozenset(options.group_separators))
        self._bell = Bell()
        self._ready: collections.deque[str] = collections.deque()
        self._device: evdev.InputDevice[str] | None = None
        self._sys_path = ""
        self._monitor: Any = None
        self._events = Events()
        self._is_dropping = False
        self._heard_at_ms = 0

    @property
    def voided(self) -> int:
        """How many scans were thrown away."""
        return self._assembly.voided

    def open(self, timeout_ms: int) -> None:
        """Find the scanner by its match and grab it.

        Raises `ScannerNotChosen` and `ScannerAmbiguous` at once, `DeviceAbsent`, `DeviceBusy`
        (another program grabbed it, or a key is held down) and `DeviceRefused` when the time is
        over.
        """
        if self._device is not None:
            return
        if self._options.match.is_empty:
            raise ScannerNotChosen(candidates=_listed(find_candidates()))
        deadline = Deadline(timeout_ms)
        # Listen before looking, or a scanner that is plugged in between the two is never seen.
        self._listen()
        retry_ms = _FIRST_RETRY_MS
        while self._device is None:
            try:
                self._device = self._take()
            except (DeviceAbsent, DeviceBusy, DeviceRefused) as trouble:
                # A newly plugged device is refused until udev has set its permissions.
                pause_ms = _LOOK_AGAIN_MS if isinstance(trouble, DeviceAbsent) else retry_ms
                retry_ms = min(2 * retry_ms, _LOOK_AGAIN_MS)
                if deadline.is_over:
                    raise
                self._wait(deadline.at_most(pause_ms).left_ms)
                self._unplugged_paths()
                if self._bell.heard():
                    raise

    def read(self, timeout_ms: int) -> Scan | None:
        """The next whole scan; see `Scanner.read`."""
        deadline = Deadline(timeout_ms)
        while not self._ready:
            if self._device is None:
                raise DeviceAbsent(device=self.label)
            is_last_look = deadline.is_over
            is_there = self._look(self._device, deadline)
            if is_there and not self._ready and (is_last_look or self._bell.heard()):
                return None
        return Scan(self._ready.popleft(), self.label)

    def wake(self) -> None:
        """End a running `open` or `read` early. Any thread."""
        self._bell.ring()

    def close(self) -> None:
        """Give the device back to the other programs."""
        if self._device is not None:
            with contextlib.suppress(OSError):
                self._device.ungrab()
            self._let_go(self._device)
        self._ready.clear()
        self._monitor = None

    # ------------------------------------------------------------------ finding and taking

    def _listen(self) -> None:
        """Hear of plugging and unplugging. Without udev's socket, looking again now and then must do."""
        if self._monitor is None:
            with contextlib.suppress(OSError):
                monitor = pyudev.Monitor.from_netlink(pyudev.Context())
                monitor.filter_by("input")
                monitor.start()
                self._monitor = monitor

    def _take(self) -> "evdev.InputDevice[str]":
        fitting = [device for device in find_candidates() if self._options.match.fits(device)]
        if not fitting:
            raise DeviceAbsent(device=self.label)
        if len(fitting) > 1:
            raise ScannerAmbiguous(candidates=_listed(tuple(fitting)))
        self.label = fitting[0].name
        try:
            device = evdev.InputDevice(fitting[0].node)
        except OSError as trouble:
            raise self._why(trouble) from trouble
        self._sys_path = str(Path("/sys/class/input", Path(fitting[0].node).name).resolve())
        try:
            self._grab(device)
        except OSError as trouble:
            self._let_go(device)
            raise self._why(trouble) from trouble
        except DeviceBusy:
            self._let_go(device)
            raise
        return device

    def _grab(self, device: "evdev.InputDevice[str]") -> None:
        if device.active_keys():
            # The other readers saw the key go down and would never see it come up.
            raise KeyHeld(device=self.label)
        device.grab()
        count_steadily(device.fd)
        with contextlib.suppress(BlockingIOError):
            while overheard := os.read(device.fd, READ_SIZE):
                for kind, code, value, at_ms in self._events.unpack(overheard):
                    # Others saw these keys too, so whatever they are part of is void.
                    if (kind, value) == (e.EV_KEY, PRESS) and code not in ENDING_KEYS:
                        self._assembly.void(at_ms)
                    self._handle(kind, code, value, at_ms)

    def _why(self, trouble: OSError) -> DeviceTrouble:
        if trouble.errno == errno.EBUSY:
            return DeviceBusy(device=self.label, why="grabbed by another program")
        if trouble.errno in _GONE:
            return DeviceAbsent(device=self.label)
        if trouble.errno in (errno.EACCES, errno.EPERM):
            return NoPermission(device=self.label, group="input")
        return DeviceRefused(device=self.label, why=trouble.strerror or str(trouble))

    def _let_go(self, device: "evdev.InputDevice[str]") -> None:
        with contextlib.suppress(OSError):
            device.close()
        self._device = None
        self._events.forget()
        self._is_dropping = False
        self._assembly.drop()

    # ------------------------------------------------------------------ reading

    def _look(self, device: "evdev.InputDevice[str]", deadline: Deadline) -> bool:
        """Wait once and put what came into `_ready`. Lets go of the device and says no if it went."""
        waits = [deadline.left_ms]
        if (pause_ms := self._assembly.wait_ms(now_ms() - self._heard_at_ms)) is not None:
            waits.append(pause_ms)
        flags = self._wait(min(waits), device.fd)
        is_there = not flags or self._receive(device.fd, flags)
        if not flags:
            self._keep(self._assembly.idle(now_ms() - self._heard_at_ms))
        if self._sys_path in self._unplugged_paths() or not is_there:
            self._let_go(device)
            return False
        return True

    def _wait(self, timeout_ms: int, fd: int = -1) -> int:
        """Wait for the device `fd`, the bell or udev. Answers the poll flags of the device."""
        poll = select.poll()
        poll.register(self._bell.fileno(), select.POLLIN)
        if self._monitor is not None:
            poll.register(self._monitor.fileno(), select.POLLIN)
        if fd >= 0:
            poll.register(fd, select.POLLIN)
        return dict(poll.poll(timeout_ms)).get(fd, 0)

    def _unplugged_paths(self) -> set[str]:
        """What udev said went away since the last question; forgets the rest that it said.

        By its path in sysfs, which no other plug ever has: `event7` may be the next device already
        when udev tells that the one before is gone.
        """
        paths: set[str] = set()
        while self._monitor is not None and (device := self._monitor.poll(timeout=0)) is not None:
            if device.action == "remove":
                paths.add(device.sys_path)
        return paths

    def _receive(self, fd: int, flags: int) -> bool:
        """Read and handle what is there. Answers whether the device still is.

        Reads the file itself: python-evdev 2.0.0 makes an event of uninitialised memory out of an
        end of file, because it takes only negative lengths for the end.
        """
        if not flags & select.POLLIN:
            return False
        try:
            received = os.read(fd, READ_SIZE)
        except BlockingIOError:
            return True
        except OSError:
            return False
        self._heard_at_ms = now_ms()
        for kind, code, value, at_ms in self._events.unpack(received):
            self._handle(kind, code, value, at_ms)
        return bool(received)

    def _handle(self, kind: int, code: int, value: int, at_ms: int) -> None:
        if kind == e.EV_SYN and code == e.SYN_DROPPED:
            self._is_dropping = True
            self._keep(self._assembly.touch(at_ms))
            self._assembly.void(at_ms)
        elif kind == e.EV_SYN and code == e.SYN_REPORT:
            self._is_dropping = False
        elif kind == e.EV_KEY and not self._is_dropping:
            if value == PRESS:
                self._press(code, at_ms)
            elif value == RELEASE:
                self._add(self._keys.release(code))

    def _press(self, code: int, at_ms: int) -> None:
        self._keep(self._assembly.touch(at_ms))
        if self._assembly.has_just_begun:
            self._keys.reset()
        if self._ends(ENDING_KEYS.get(code)):
            self._assembly.add(self._keys.rest())
            self._keep(self._assembly.end())
        else:
            self._add(self._keys.press(code))

    def _add(self, text: str) -> None:
        if self._ends(ENDING_CHARACTERS.get(text)):
            self._keep(self._assembly.end())
        else:
            self._assembly.add(text)

    def _ends(self, ending: str | None) -> bool:
        """Whether this key is the suffix. If there is to be none, Enter and Tab end a scan all the same."""
        return ending is not None and self._options.suffix in (ending, "none")

    def _keep(self, text: str | None) -> None:
        if text:
            self._ready.append(text)


def _listed(devices: tuple[InputDevice, ...]) -> str:
    return "; ".join(device.describe() for device in devices) or "none"
