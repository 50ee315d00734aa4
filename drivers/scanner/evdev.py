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
import select
from typing import Final

import evdev.ecodes as e

from drivers import DeviceAbsent, DeviceBusy, DeviceRefused, DeviceTrouble
from drivers._bell import Bell
from drivers._clock import Deadline, now_ms
from drivers._held_keyboard import HeldKeyboard, take
from drivers._input_events import PRESS, RELEASE, Event
from drivers._plugs import Plugs
from drivers.input_devices import HexId, Match
from drivers.scanner import Scan, ScannerAmbiguous, ScannerNotChosen
from drivers.scanner._assembly import Assembly, Frame
from drivers.scanner._keys import ENDING_CHARACTERS, ENDING_KEYS, Keys, compile_layout

__all__ = ["Driver", "Options"]

_LOOK_AGAIN_MS: Final = 1000
_FIRST_RETRY_MS: Final = 20
_SEPARATOR_NAMES: Final = frozenset({"ctrl_]", "f12", "alt_029"})


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
        self._device: HeldKeyboard | None = None
        self._plugs = Plugs("input")
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
        # Listen before looking, or a scanner that is plugged in between the two is never seen.
        self._plugs.open()
        try:
            self._find(Deadline(timeout_ms))
        except DeviceTrouble:
            # Nobody would fetch what udev says until the next try, and the kernel keeps it only so long.
            self._plugs.close()
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
        self._let_go()
        self._ready.clear()

    # ------------------------------------------------------------------ finding and taking

    def _find(self, deadline: Deadline) -> None:
        retry_ms = _FIRST_RETRY_MS
        while True:
            try:
                self._take_device()
            except (DeviceAbsent, DeviceBusy, DeviceRefused) as trouble:
                # A newly plugged device is refused until udev has set its permissions.
                pause_ms = _LOOK_AGAIN_MS if isinstance(trouble, DeviceAbsent) else retry_ms
                retry_ms = min(2 * retry_ms, _LOOK_AGAIN_MS)
                if deadline.is_over:
                    raise
                self._wait(deadline.at_most(pause_ms).left_ms)
                self._plugs.heard()
                if self._bell.heard():
                    raise
            else:
                return

    def _take_device(self) -> None:
        device = take(
            self._options.match,
            self.label,
            not_chosen=ScannerNotChosen,
            ambiguous=ScannerAmbiguous,
        )
        self._device, self.label = device, device.name
        for event in device.overheard:
            # Others saw these keys too, so whatever they are part of is void.
            if (event.kind, event.value) == (e.EV_KEY, PRESS) and event.code not in ENDING_KEYS:
                self._assembly.void(event.at_ms)
            self._handle(event)

    def _let_go(self) -> None:
        if self._device is not None:
            self._device.let_go()
            self._device = None
        self._plugs.close()
        self._is_dropping = False
        self._assembly.drop()

    # ------------------------------------------------------------------ reading

    def _look(self, device: HeldKeyboard, deadline: Deadline) -> bool:
        """Wait once and put what came into `_ready`. Lets go of the device and says no if it went."""
        waits = [deadline.left_ms]
        if (pause_ms := self._assembly.wait_ms(now_ms() - self._heard_at_ms)) is not None:
            waits.append(pause_ms)
        asked_ms = now_ms()
        flags = self._wait(min(waits), device.fileno())
        is_there = not flags or self._receive(device, flags)
        if not flags:
            # Nothing was there at the asking; since then, half a scan may have come that is not read yet.
            self._keep(self._assembly.idle(asked_ms - self._heard_at_ms))
        if not is_there or self._was_unplugged(device):
            self._let_go()
            return False
        return True

    def _wait(self, timeout_ms: int, fd: int = -1) -> int:
        """Wait for the device `fd`, the bell or udev. Answers the poll flags of the device."""
        poll = select.poll()
        poll.register(self._bell.fileno(), select.POLLIN)
        if self._plugs.fileno() >= 0:
            poll.register(self._plugs.fileno(), select.POLLIN)
        if fd >= 0:
            poll.register(fd, select.POLLIN)
        return dict(poll.poll(timeout_ms)).get(fd, 0)

    def _was_unplugged(self, device: HeldKeyboard) -> bool:
        """Whether udev said that it went away; forgets the rest that udev said."""
        changes = self._plugs.heard()
        if changes is None:
            return not device.is_there
        return any(one.action == "remove" and one.sys_path == device.sys_path for one in changes)

    def _receive(self, device: HeldKeyboard, flags: int) -> bool:
        """Read and handle what is there. Answers whether the device still is."""
        if not flags & select.POLLIN:
            return False
        try:
            events = device.events()
        except DeviceAbsent:
            return False
        self._heard_at_ms = now_ms()
        for event in events:
            self._handle(event)
        return True

    def _handle(self, event: Event) -> None:
        if event.kind == e.EV_SYN and event.code == e.SYN_DROPPED:
            self._is_dropping = True
            self._keep(self._assembly.touch(event.at_ms))
            self._assembly.void(event.at_ms)
        elif event.kind == e.EV_SYN and event.code == e.SYN_REPORT:
            self._is_dropping = False
        elif event.kind == e.EV_KEY and not self._is_dropping:
            if event.value == PRESS:
                self._press(event.code, event.at_ms)
            elif event.value == RELEASE:
                self._release(event.code, event.at_ms)

    def _press(self, code: int, at_ms: int) -> None:
        self._keep(self._assembly.touch(at_ms))
        if self._assembly.has_just_begun:
            self._keys.reset()
        if self._ends(ENDING_KEYS.get(code)):
            self._assembly.add(self._keys.rest())
            self._keep(self._assembly.end())
        else:
            self._add(self._keys.press(code))

    def _release(self, code: int, at_ms: int) -> None:
        text = self._keys.release(code)
        if text is None:
            self._assembly.void(at_ms)
        else:
            self._add(text)

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
