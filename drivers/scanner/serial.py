"""Barcode scanners on a serial line: RS-232, or USB in USB-COM (CDC-ACM) mode.

The better way to connect a scanner: no keyboard layouts, and the GS1 separator arrives as it is.

Wiring and setting up: scan the maker's code for "USB-COM" or "CDC", AIM identifiers on, suffix CR
(CR LF is as good). The port is `/dev/serial/by-id/usb-…`; the user must be in group `dialout`.

Wire format: the text, then CR or LF or both (`suffix = "enter"`), or TAB (`"tab"`), or silence
(`"none"`). A serial port tells no times: where there is no suffix and we came too late to see whether
there was a pause, what is there is thrown away. Text is UTF-8; what is not is taken for ISO 8859-1.
"""

import collections
import contextlib
import select
from typing import Final

import serial

from drivers import DeviceAbsent, DeviceRefused, DeviceTrouble
from drivers._bell import Bell
from drivers._clock import Deadline, now_ms
from drivers._serial_port import Line, open_port, read_now
from drivers.scanner import GROUP_SEPARATOR, Scan
from drivers.scanner._assembly import Assembly, Frame, Length, Milliseconds, Suffix

__all__ = ["Driver", "Options"]

_RETRY_MS: Final = 200
_LOOKS_IN_A_GAP: Final = 4
"""Without a suffix only the times tell scans apart, so it is looked so often that a gap cannot be missed."""
_ENDINGS: Final = {"enter": b"\r\n", "tab": b"\t", "none": b"\r\n"}


class Options(Line, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The line (`Line`) and how scans begin and end (`Frame`).

    `group_separators` are characters that stand for the GS1 separator beside 0x1D itself.
    """

    prefix: str = ""
    suffix: Suffix = "enter"
    gap_ms: Milliseconds = 150
    stale_ms: Milliseconds = 1000
    min_length: Length = 1
    max_length: Length = 4296
    group_separators: tuple[str, ...] = ()

    @property
    def frame(self) -> Frame:
        """How scans begin and end."""
        return Frame(
            prefix=self.prefix,
            suffix=self.suffix,
            gap_ms=self.gap_ms,
            stale_ms=self.stale_ms,
            min_length=self.min_length,
            max_length=self.max_length,
        )


class Driver:
    """A scanner on a serial line. See `drivers.scanner.Scanner`."""

    def __init__(self, options: Options) -> None:
        """Touch no device yet."""
        self.label = options.port
        self._options = options
        self._assembly = Assembly(options.frame)
        self._endings = _ENDINGS[options.suffix]
        self._bell = Bell()
        self._ready: collections.deque[str] = collections.deque()
        self._port: serial.Serial | None = None
        self._empty_at_ms = 0
        self._heard_earliest_ms = self._heard_at_ms = 0

    @property
    def voided(self) -> int:
        """How many scans were thrown away."""
        return self._assembly.voided

    def open(self, timeout_ms: int) -> None:
        """Open and lock the port; see `drivers._serial_port.open_port` for what it raises."""
        deadline = Deadline(timeout_ms)
        while self._port is None:
            try:
                # What came before the opening is thrown away by it.
                self._empty_at_ms = now_ms()
                self._port = open_port(self._options, Deadline(0))
            except DeviceTrouble as trouble:
                if deadline.is_over or isinstance(trouble, DeviceRefused):
                    raise
                self._wait(deadline.at_most(_RETRY_MS).left_ms)
                if self._bell.heard():
                    raise

    def read(self, timeout_ms: int) -> Scan | None:
        """The next whole scan; see `Scanner.read`."""
        deadline = Deadline(timeout_ms)
        while not self._ready:
            if self._port is None:
                raise DeviceAbsent(device=self.label)
            is_last_look = deadline.is_over
            is_there = self._look(self._port, deadline)
            if is_there and not self._ready and (is_last_look or self._bell.heard()):
                return None
        return Scan(self._ready.popleft(), self.label)

    def wake(self) -> None:
        """End a running `open` or `read` early. Any thread."""
        self._bell.ring()

    def close(self) -> None:
        """Give the port back."""
        self._let_go()
        self._ready.clear()

    def _let_go(self) -> None:
        if self._port is not None:
            with contextlib.suppress(OSError):
                self._port.close()
            self._port = None
        self._assembly.drop()

    def _look(self, port: serial.Serial, deadline: Deadline) -> bool:
        """Wait once and put what came into `_ready`. Lets go of the port and says no if it went."""
        wait_ms = deadline.left_ms
        if self._options.suffix == "none":
            wait_ms = min(wait_ms, max(1, self._options.gap_ms // _LOOKS_IN_A_GAP))
        asked_ms = now_ms()
        ready = self._wait(wait_ms, port.fileno())
        if not ready:
            # The bell may have ended the wait; nothing was there at the asking, and not later than that is known.
            self._empty_at_ms = asked_ms
            self._keep(self._assembly.idle(asked_ms - self._heard_at_ms))
            return True
        asked_ms = now_ms()
        try:
            received = read_now(port)
        except DeviceAbsent:
            self._let_go()
            return False
        self._take(received, self._empty_at_ms)
        self._empty_at_ms = asked_ms
        return True

    def _wait(self, timeout_ms: int, fd: int = -1) -> bool:
        """Wait for the bell or the port. Answers whether the port has something to say."""
        poll = select.poll()
        poll.register(self._bell.fileno(), select.POLLIN)
        if fd >= 0:
            poll.register(fd, select.POLLIN)
        return fd in dict(poll.poll(timeout_ms))

    def _take(self, received: bytes, earliest_ms: int) -> None:
        """Put bytes together that came at some moments between `earliest_ms` and now."""
        at_ms = now_ms()
        if self._options.suffix == "none" and self._is_blurred(earliest_ms, at_ms):
            # The thread was held up: a pause between two scans would not be seen, and they would be one number.
            self._keep(self._assembly.touch(earliest_ms))
            self._assembly.void(at_ms)
        self._heard_earliest_ms, self._heard_at_ms = earliest_ms, at_ms
        for byte in received:
            self._keep(self._assembly.touch(at_ms))
            if byte in self._endings:
                self._keep(self._assembly.end())
            else:
                # Bytes for now: a letter may be in two halves until the whole scan is there.
                self._assembly.add(chr(byte))

    def _is_blurred(self, earliest_ms: int, latest_ms: int) -> bool:
        """Whether a pause may be hidden in what just came, or between it and what came before."""
        gap_ms = self._options.gap_ms
        least_ms = earliest_ms - self._heard_at_ms
        most_ms = latest_ms - self._heard_earliest_ms
        return latest_ms - earliest_ms > gap_ms or (
            self._assembly.is_within and least_ms <= gap_ms < most_ms
        )

    def _keep(self, text: str | None) -> None:
        if not text:
            return
        text = _decoded(text.encode("latin-1"))
        for separator in self._options.group_separators:
            text = text.replace(separator, GROUP_SEPARATOR)
        self._ready.append(text)


def _decoded(received: bytes) -> str:
    try:
        return received.decode()
    except UnicodeDecodeError:
        return received.decode("latin-1")
