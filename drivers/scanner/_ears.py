"""Listening to one device without taking it: what it sent without a pause, and whether it is the code.

A scanner sends a whole scan with hardly a pause between two keys (1 to 15 ms, by Bluetooth up to
60 ms), a person does not. So what was sent up to a pause is a burst, and a burst of keys whose
usual gap is a person's is not looked at.
"""

import collections
import contextlib
import itertools
import os
import re
import statistics
import termios
from collections.abc import Mapping
from typing import Final, Protocol

import evdev.ecodes as e
import serial
from xkbcommon import xkb

from drivers import DeviceAbsent
from drivers._clock import Deadline, now_ms
from drivers._input_events import PRESS, READ_SIZE, RELEASE, Events, count_steadily
from drivers._serial_port import Line, Parity, open_port, read_now
from drivers.input_devices import InputDevice, find_candidates
from drivers.scanner._code import CODE, ENDINGS, Found, Frame, Layout, Misread, frame_of
from drivers.scanner._found import keyboard_options, port_label
from drivers.scanner._keys import ENDING_KEYS, Keys

PAUSE_MS: Final = 300
"""A silence that ends a burst: longer than any between two keys of a scan."""

_SLOWEST_CODE_MS: Final = 70
_SLOWEST_OTHER_MS: Final = 35
_FEWEST_CHARACTERS: Final = 6
_MOST_CHANGES: Final = 2000
_MOST_BYTES: Final = 1000
_SEPARATORS: Final = frozenset({"ctrl_]", "f12", "alt_029"})
_ENDINGS: Final = {"enter": "\r", "tab": "\t"}
_MODIFIERS: Final = frozenset(
    {
        *(e.KEY_LEFTSHIFT, e.KEY_RIGHTSHIFT, e.KEY_LEFTCTRL, e.KEY_RIGHTCTRL),
        *(e.KEY_LEFTALT, e.KEY_RIGHTALT, e.KEY_LEFTMETA, e.KEY_RIGHTMETA),
        *(e.KEY_CAPSLOCK, e.KEY_NUMLOCK),
    }
)
_BAUDS: Final = (9600, 115200, 57600, 38400, 19200, 4800, 2400, 1200)
_ARTICLE: Final = re.compile(r"(?:\][A-Za-z]\d)?\d+")
_CONTROLS_OF_SCANS: Final = b"\x02\x03\t\n\r\x1d"
_MOST_BURSTS: Final = 16

_Change = tuple[int, int, int]
"""A key's number, whether it went down or up, and the milliseconds of the event."""


class Ear(Protocol):
    """One device that is listened to. The host polls `fileno` and calls `hear` when it is ready."""

    label: str

    def fileno(self) -> int:
        """What to give to `poll`."""
        ...

    def hear(self) -> bool:
        """Take what is there; does not block. Answers whether the device still is."""
        ...

    def wait_ms(self) -> int | None:
        """How long to wait before `judge` has something to say; nothing if it never will."""
        ...

    def judge(self) -> Found | Misread | None:
        """What the oldest burst that is over means, if there is one and it means anything."""
        ...

    def close(self) -> None:
        """Stop listening."""
        ...


class KeyboardEar:
    """Overhears a device that types. It is not grabbed, so everybody else hears it as before."""

    def __init__(self, device: InputDevice, keymaps: Mapping[Layout, xkb.Keymap]) -> None:
        """Open `device` for reading. Raises `OSError`."""
        self.label = device.name
        self._device = device
        self._keymaps = keymaps
        self._fd = os.open(device.node, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        count_steadily(self._fd)
        self._events = Events()
        self._changes: list[_Change] = []
        self._last_ms = 0
        self._heard_at_ms = 0
        self._is_dropping = False
        self._is_lost = False
        self._bursts: collections.deque[list[_Change]] = collections.deque(maxlen=_MOST_BURSTS)

    def fileno(self) -> int:
        """The open device."""
        return self._fd

    def hear(self) -> bool:
        """Take the events that are there; see `Ear.hear`."""
        try:
            received = os.read(self._fd, READ_SIZE)
        except BlockingIOError:
            return True
        except OSError:
            return False
        self._heard_at_ms = now_ms()
        for event in self._events.unpack(received):
            self._take(*event)
        return bool(received)

    def wait_ms(self) -> int | None:
        """See `Ear.wait_ms`."""
        if self._bursts:
            return 0
        if not self._changes and not self._is_lost:
            return None
        return max(0, self._heard_at_ms + PAUSE_MS + 1 - now_ms())

    def judge(self) -> Found | Misread | None:
        """What the oldest burst means; see `Ear.judge`."""
        if now_ms() - self._heard_at_ms > PAUSE_MS:
            self._end_burst()
        return self._meaning(self._bursts.popleft()) if self._bursts else None

    def close(self) -> None:
        """Close the device."""
        with contextlib.suppress(OSError):
            os.close(self._fd)

    def _take(self, kind: int, code: int, value: int, at_ms: int) -> None:
        if (kind, code) == (e.EV_SYN, e.SYN_DROPPED):
            # Keys are missing from here on, so this burst is nothing, up to the pause behind it.
            self._is_dropping = self._is_lost = True
            self._changes.clear()
            self._last_ms = at_ms
        elif (kind, code) == (e.EV_SYN, e.SYN_REPORT):
            self._is_dropping = False
        elif kind == e.EV_KEY and value in (PRESS, RELEASE) and not self._is_dropping:
            self._change(code, value, at_ms)

    def _change(self, code: int, value: int, at_ms: int) -> None:
        if at_ms - self._last_ms > PAUSE_MS:
            self._end_burst()
        self._last_ms = at_ms
        if not self._is_lost and len(self._changes) < _MOST_CHANGES:
            self._changes.append((code, value, at_ms))

    def _end_burst(self) -> None:
        if self._changes:
            self._bursts.append(self._changes)
        self._changes = []
        self._is_lost = False

    def _meaning(self, burst: list[_Change]) -> Found | Misread | None:
        gap_ms = _usual_gap_ms(burst)
        if gap_ms is None or gap_ms > _SLOWEST_CODE_MS:
            return None
        texts = {layout: _typed(burst, keymap) for layout, keymap in self._keymaps.items()}
        for layout, text in texts.items():
            if frame := frame_of(text, mixed_ending="none"):
                return self._found(layout, frame)
        for text in texts.values():
            if CODE in text:
                return Misread(label=self.label, text=text.strip(ENDINGS), why="unknown_frame")
        return (
            Misread(label=self.label, text=_shown(texts)) if gap_ms <= _SLOWEST_OTHER_MS else None
        )

    def _found(self, layout: Layout, frame: Frame) -> Found:
        name, variant = layout
        options = {
            **keyboard_options(self._device, find_candidates()),
            "layout": name,
            **({"variant": variant} if variant else {}),
            **frame.options,
        }
        return Found(
            type="evdev",
            label=self.label,
            options=options,
            aim=frame.aim,
            node=self._device.node,
        )


class SerialEar:
    """Listens to a serial port. Nothing is ever sent on it."""

    def __init__(self, port: str) -> None:
        """Open and lock `port`, at the usual speed. Raises the troubles of `open_port`."""
        self.label = port_label(port)
        self._name = port
        self._baud = _BAUDS[0]
        self._port: serial.Serial = open_port(Line(port=port, baud=self._baud), Deadline(0))
        self._received = bytearray()
        self._heard_at_ms = 0

    def fileno(self) -> int:
        """The open port."""
        return int(self._port.fileno())

    def hear(self) -> bool:
        """Take the bytes that are there; see `Ear.hear`."""
        try:
            received = read_now(self._port)
        except DeviceAbsent:
            return False
        self._heard_at_ms = now_ms()
        self._received += received[: _MOST_BYTES - len(self._received)]
        return True

    def wait_ms(self) -> int | None:
        """See `Ear.wait_ms`."""
        return max(0, self._heard_at_ms + PAUSE_MS + 1 - now_ms()) if self._received else None

    def judge(self) -> Found | Misread | None:
        """What came before the silence means; see `Ear.judge`."""
        if not self._received or now_ms() - self._heard_at_ms <= PAUSE_MS:
            return None
        burst, self._received = bytes(self._received), bytearray()
        for bits, text in ((_eight_bits(), burst), (_seven_bits(burst), _without_parity(burst))):
            frame = frame_of(text.decode("latin-1"), mixed_ending=None)
            if frame is not None and bits is not None:
                options = {"port": self._name, "baud": self._baud, **bits, **frame.options}
                return Found(
                    type="serial",
                    label=self.label,
                    options=options,
                    aim=frame.aim,
                    node=os.path.realpath(self._name),
                )
        return self._misread(burst)

    def close(self) -> None:
        """Give the port back."""
        with contextlib.suppress(OSError):
            self._port.close()

    def _misread(self, burst: bytes) -> Misread | None:
        text = burst.decode("latin-1")
        if CODE in text:
            return Misread(label=self.label, text=text.strip(ENDINGS), why="unknown_frame")
        if _is_garbled(burst):
            self._try_next_speed()
            return Misread(label=self.label, text="", why="garbled")
        text = text.strip(ENDINGS)
        return Misread(label=self.label, text=text) if len(text) >= _FEWEST_CHARACTERS else None

    def _try_next_speed(self) -> None:
        self._baud = _BAUDS[(_BAUDS.index(self._baud) + 1) % len(_BAUDS)]
        with contextlib.suppress(OSError, ValueError, termios.error):
            self._port.baudrate = self._baud


def _usual_gap_ms(burst: list[_Change]) -> float | None:
    """The median from one key to the next, modifiers apart; nothing if there are too few keys."""
    presses = [at for code, value, at in burst if value == PRESS and code not in _MODIFIERS]
    if len(presses) < _FEWEST_CHARACTERS:
        return None
    return statistics.median(after - at for at, after in itertools.pairwise(presses))


def _typed(burst: list[_Change], keymap: xkb.Keymap) -> str:
    """What the keys say in one layout; Enter is a carriage return there, Tab a tab."""
    keys = Keys(keymap, _SEPARATORS)
    parts = []
    for code, value, _ in burst:
        if value == RELEASE:
            parts.append(keys.release(code) or "")
        elif code in ENDING_KEYS:
            parts += [keys.rest(), _ENDINGS[ENDING_KEYS[code]]]
        else:
            parts.append(keys.press(code))
    return "".join(parts) + keys.rest()


def _shown(texts: Mapping[Layout, str]) -> str:
    """Of all readings the one to show: an article's number if there is one, else the first."""
    readings = [text.strip(ENDINGS) for text in texts.values()]
    return next(filter(_ARTICLE.fullmatch, readings), readings[0])


def _eight_bits() -> dict[str, object]:
    return {}


def _without_parity(burst: bytes) -> bytes:
    return bytes(byte & 0x7F for byte in burst)


def _seven_bits(burst: bytes) -> dict[str, object] | None:
    """What the eighth bit is, if it is a parity throughout; nothing if it is not."""
    odd_ones = {byte.bit_count() % 2 for byte in burst}
    if len(odd_ones) != 1:
        return None
    parity: Parity = "odd" if odd_ones.pop() else "even"
    return {"data_bits": 7, "parity": parity}


def _is_garbled(burst: bytes) -> bool:
    """Whether no scan looks like this: unprintable characters that scanners do not send."""
    try:
        return not burst.translate(None, _CONTROLS_OF_SCANS).decode().isprintable()
    except UnicodeDecodeError:
        return True
