"""Pairing: "scan this with your scanner" finds out which device it is and how it is set.

The screen shows `CODE` as a Code 128. Whoever sends exactly that, faster than a person can type, is
a scanner: a keyboard is never taken for one, and nobody has to know a vendor number or a layout.
Nothing is grabbed, so a keyboard stays alive; but what is scanned meanwhile is also typed into
whatever has the focus, so the screen that shows the code must not listen to keys.

A scanner that one of our own drivers has grabbed is not heard, nor is a port that it has locked:
close those drivers while pairing. Serial ports in use by other devices are named in `busy_ports`
and are never opened, since the opening of a port can reset what is behind it (DTR rises).

Speeds of a serial line: 9600 8N1 or 7 bits with parity are understood at once. USB-COM scanners
have no speed. What comes garbled sets the next usual speed, for the next try.
"""

import collections
import select
from collections.abc import Collection, Mapping
from typing import Final

from xkbcommon import xkb

from drivers import DeviceAbsent, DeviceTrouble
from drivers._bell import Bell
from drivers._clock import Deadline, now_ms
from drivers._plugs import Plugs
from drivers.input_devices import InputDevice, find_candidates
from drivers.scanner._code import CODE, LAYOUTS, Found, Layout, Misread
from drivers.scanner._ears import Ear, KeyboardEar, SerialEar
from drivers.scanner._found import PORTS, serial_ports
from drivers.scanner._keys import compile_layout

__all__ = ["CODE", "LAYOUTS", "Found", "Listener", "Misread"]

_LOOK_AGAIN_MS: Final = 1000


class Listener:
    """Listens to all that types and to all serial ports, until one of them says `CODE`.

    One thread opens, listens and closes; only `wake` may be called by another thread.
    """

    def __init__(self, busy_ports: Collection[str] = (), ports: tuple[str, ...] = PORTS) -> None:
        """Touch no device yet. `ports` are patterns of files, `busy_ports` any names of ports."""
        self._busy_ports = tuple(busy_ports)
        self._ports = ports
        self._keymaps: Mapping[Layout, xkb.Keymap] = {}
        self._ears: dict[str, Ear] = {}
        self._refused: dict[str, str] = {}
        self._bell = Bell()
        self._ready: collections.deque[Found | Misread] = collections.deque()
        self._plugs = Plugs("input", "tty")
        self._is_open = False
        self._look_again_at_ms = 0

    @property
    def refused(self) -> tuple[str, ...]:
        """What is there and could not be opened, by name: in use, or not allowed to this user."""
        return tuple(self._refused.values())

    def open(self) -> None:
        """Begin to listen to what is plugged in. Does nothing if that is done already.

        The first time, some thirty keyboard layouts are learned, which takes up to half a second
        on a Raspberry Pi. Raises nothing: what cannot be opened is tried again while listening.
        """
        if self._is_open:
            return
        self._is_open = True
        self._keymaps = self._keymaps or {layout: compile_layout(*layout) for layout in LAYOUTS}
        self._plugs.open()
        self._find()

    def listen(self, timeout_ms: int) -> Found | Misread | None:
        """The next scan that was heard, or nothing when `timeout_ms` passed or `wake` was called.

        Devices that are plugged in meanwhile are listened to as well. Raises `DeviceAbsent` if it
        is not open.
        """
        if not self._is_open:
            raise DeviceAbsent(device="scanner")
        deadline = Deadline(timeout_ms)
        while not self._ready:
            is_last_look = deadline.is_over
            self._look(deadline)
            if not self._ready and (is_last_look or self._bell.heard()):
                return None
        return self._ready.popleft()

    def wake(self) -> None:
        """End a running `listen` early, or else the next one. Any thread; never blocks."""
        self._bell.ring()

    def close(self) -> None:
        """Stop listening. Twice is no mistake, and `open` works again afterwards."""
        for node in list(self._ears):
            self._drop(node)
        self._ready.clear()
        self._refused.clear()
        self._plugs.close()
        self._is_open = False

    # ------------------------------------------------------------------ what is plugged in

    def _find(self) -> None:
        """Open an ear for each device that has none, and close those whose device is gone."""
        self._look_again_at_ms = now_ms() + _LOOK_AGAIN_MS
        keyboards = {device.node: device for device in find_candidates()}
        ports = serial_ports(self._ports, self._busy_ports)
        for node in self._ears.keys() - keyboards.keys() - ports.keys():
            self._drop(node)
        self._refused.clear()
        for node, device in keyboards.items():
            if node not in self._ears:
                self._overhear(device)
        for real, name in ports.items():
            if real not in self._ears:
                self._hear_port(real, name)

    def _overhear(self, device: InputDevice) -> None:
        try:
            self._ears[device.node] = KeyboardEar(device, self._keymaps)
        except OSError:
            # A newly plugged device is refused until udev has set its permissions.
            self._refused[device.node] = device.name

    def _hear_port(self, real: str, name: str) -> None:
        try:
            self._ears[real] = SerialEar(name)
        except DeviceTrouble:
            self._refused[real] = name

    def _drop(self, node: str) -> None:
        self._ears.pop(node).close()

    # ------------------------------------------------------------------ listening

    def _look(self, deadline: Deadline) -> None:
        """Wait once and put what was understood into `_ready`."""
        if now_ms() >= self._look_again_at_ms:
            self._find()
        waits = [deadline.left_ms, max(0, self._look_again_at_ms - now_ms())]
        waits += [wait for ear in self._ears.values() if (wait := ear.wait_ms()) is not None]
        flags = self._wait(min(waits))
        for node, ear in list(self._ears.items()):
            seen = flags.get(ear.fileno(), 0)
            if seen and not (seen & select.POLLIN and ear.hear()):
                self._drop(node)
        self._follow_plugs()
        for ear in self._ears.values():
            if meaning := ear.judge():
                self._ready.append(meaning)

    def _wait(self, timeout_ms: int) -> dict[int, int]:
        """Wait for a device, the bell or udev. Answers the poll flags by file."""
        poll = select.poll()
        poll.register(self._bell.fileno(), select.POLLIN)
        if self._plugs.fileno() >= 0:
            poll.register(self._plugs.fileno(), select.POLLIN)
        for ear in self._ears.values():
            poll.register(ear.fileno(), select.POLLIN)
        return dict(poll.poll(timeout_ms))

    def _follow_plugs(self) -> None:
        """Drop what udev said went away, and look again at once if it said anything else."""
        changes = self._plugs.heard()
        if changes is None:
            self._look_again_at_ms = 0
        for change in changes or ():
            if change.action != "remove":
                self._look_again_at_ms = 0
            elif change.node in self._ears:
                self._drop(change.node)
