"""RDM6300 and RDM630: 125 kHz reader modules for EM4100 tags on a serial line.

Wiring: the module runs on 5 V. Its TX gives 5 V as well, and a Raspberry Pi's pins bear 3.3 V: put
a divider of two resistors (TX - 10 kOhm - RXD - 20 kOhm - ground) or a level shifter between, or
use a USB-serial adapter. The coil goes to ANT1 and ANT2. On the Pi's own pins the port is
`/dev/serial0`, with its login console switched off; else it is `/dev/serial/by-id/usb-…`. The user
must be in group `dialout`.

Wire format, 9600 8N1, from the module only, again and again while the tag stays:

    02  "62E3086CED"  "08"  03        five bytes in hex, and their exclusive or

(the example of Seeed's wiki: 62 ^ E3 ^ 08 ^ 6C ^ ED = 08). Letters are upper-case. A frame with a
wrong character, a wrong length, a wrong sum or a pause in the middle is thrown away; what is
outside of frames is noise. The sum has eight bits only: it finds every single flipped bit, and 255
of 256 wilder faults.

Heartbeat: a USB adapter that is pulled out is noticed within half a second. The module itself
cannot be asked: a broken one, or a loose wire between it and the port, looks like a reader to
which nobody holds a badge.
"""

import contextlib
import os
from pathlib import Path
from typing import Final

import serial

from drivers import DeviceAbsent
from drivers._bell import Bell
from drivers._clock import Deadline, now_ms
from drivers._serial_port import Line, open_port, read_now
from drivers.badge import Badge, is_blank
from drivers.badge._taps import AWAY_MS, HEARTBEAT_MS, Away, Taps, keep_trying, next_tap, wait

__all__ = ["Driver", "Options"]

_START: Final = 0x02
_END: Final = 0x03
_HEX: Final = frozenset(b"0123456789ABCDEF")
_LENGTH: Final = 12
_STALE_MS: Final = 250


class Options(Line, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The line (`Line`; as it is, for these modules), and after how long away a tag is new again."""

    away_ms: Away = AWAY_MS


class Frames:
    """Finds frames in bytes. `voided` counts those that began and were not as they should be."""

    def __init__(self) -> None:
        """Start between two frames."""
        self.voided = 0
        self._part: bytearray | None = None

    @property
    def is_within(self) -> bool:
        """Whether a frame has begun and not ended."""
        return self._part is not None

    def take(self, byte: int) -> str | None:
        """The ten digits of the frame that `byte` ends, if it is sound."""
        if byte == _START:
            self.drop()
            self._part = bytearray()
        elif self._part is not None:
            if byte == _END and len(self._part) == _LENGTH:
                return self._end(self._part)
            if byte not in _HEX or len(self._part) == _LENGTH:
                self.drop()
            else:
                self._part.append(byte)
        return None

    def drop(self) -> None:
        """Throw away the frame that has begun, if there is one."""
        self.voided += self._part is not None
        self._part = None

    def _end(self, part: bytearray) -> str | None:
        *number, checksum = bytes.fromhex(part.decode("ascii"))
        for byte in number:
            checksum ^= byte
        digits = part[:-2].decode("ascii")
        if checksum or is_blank(digits):
            self.drop()
            return None
        self._part = None
        return digits


class Driver:
    """An RDM6300 on a serial port. See `drivers.badge.BadgeReader`."""

    def __init__(self, options: Options) -> None:
        """Touch no device yet."""
        self.label = options.port
        self._options = options
        self._frames = Frames()
        self._taps = Taps(options.away_ms)
        self._bell = Bell()
        self._port: serial.Serial | None = None
        self._looked_at_ms = 0
        self._heard_at_ms = 0

    @property
    def voided(self) -> int:
        """How many frames were thrown away."""
        return self._frames.voided

    def open(self, timeout_ms: int) -> None:
        """Open and lock the port; see `drivers._serial_port.open_port` for what it raises."""
        if self._port is None:
            keep_trying(self._take_port, self._bell, timeout_ms)

    def read(self, timeout_ms: int) -> Badge | None:
        """The next badge; see `BadgeReader.read`."""
        return next_tap(self._taps, self._bell, timeout_ms, self._look)

    def wake(self) -> None:
        """End a running `open` or `read` early. Any thread."""
        self._bell.ring()

    def close(self) -> None:
        """Give the port back."""
        self._let_go()
        self._taps.forget()

    def _take_port(self) -> None:
        self._port = open_port(self._options, Deadline(0))
        self._looked_at_ms = now_ms()
        self._taps.resume(self._looked_at_ms)

    def _let_go(self) -> None:
        if self._port is not None:
            with contextlib.suppress(OSError):
                self._port.close()
            self._port = None
        self._frames.drop()

    def _look(self, deadline: Deadline) -> None:
        """Wait once and tell the taps what came. Lets go of the port and raises if it went."""
        if self._port is None:
            raise DeviceAbsent(device=self.label)
        # What is there already came at some moment since the last look.
        earliest_ms = self._looked_at_ms
        flags = wait(0, self._port.fileno())
        if not flags:
            pause_ms = _STALE_MS if self._frames.is_within else HEARTBEAT_MS
            left_ms = deadline.at_most(pause_ms).left_ms
            flags = wait(left_ms, self._port.fileno(), self._bell.fileno())
            earliest_ms = now_ms()
        self._looked_at_ms = now_ms()
        if self._port.fileno() in flags:
            self._receive(self._port, earliest_ms)
        elif not _is_there(self._port, self._options.port):
            self._let_go()
            raise DeviceAbsent(device=self.label)
        elif self._looked_at_ms - self._heard_at_ms >= _STALE_MS:
            self._frames.drop()

    def _receive(self, port: serial.Serial, earliest_ms: int) -> None:
        self._heard_at_ms = self._looked_at_ms
        try:
            received = read_now(port)
        except DeviceAbsent:
            self._let_go()
            raise
        for byte in received:
            if (digits := self._frames.take(byte)) is not None:
                badge = Badge(digits, "em4100", self.label)
                self._taps.heard(badge, earliest_ms, self._looked_at_ms)


def _is_there(port: serial.Serial, path: str) -> bool:
    """Whether the name still leads to the device that is open: a pulled adapter's name is gone."""
    try:
        return Path(path).stat().st_rdev == os.fstat(port.fileno()).st_rdev
    except OSError:
        return False
