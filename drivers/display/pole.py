"""Pole displays of two rows of twenty characters (VFD or LCD) that speak Epson's ESC/POS on a serial line.

Wiring: RS-232 or USB-serial, 9600 8N1 as delivered; `flow` "dsr_dtr" if the display's sheet asks for
it. Set the display to its Epson (ESC/POS) command set by switch or set-up program. The port is
`/dev/serial/by-id/usb-…`; the user must be in group `dialout`.

Wire format (Epson DM-D110, Bixolon BCD-1100 and the Epson mode of most others):

    1B 40          ESC @     begin anew, display blank
    1F 01          US MD1    overwrite: text never scrolls
    1F 43 00       US C      no cursor
    1B 74 n        ESC t     code page: 0 CP437, 2 CP850, 16 CP1252, 17 CP866, 18 CP852, 19 CP858 (€)
    1F 24 x y      US $      cursor to column x and row y, from 1

`enter` and ESC @ are sent once for each connection. Everything else comes with each `show`, so that
a display that was switched off and on is right again after a second, and no cell goes dark between.
Aures and OXHOO displays want `enter = "02 05 43 31 03"` first (STX ENQ C 1 ETX, "take ESC/POS").

The display answers nothing: what was shown is what the serial port has sent.
"""

import contextlib
import termios
import time
from collections.abc import Callable
from typing import Annotated, Final, Literal

import msgspec
import serial

from drivers import DeviceAbsent, DeviceSilent, DeviceTrouble
from drivers._clock import Deadline
from drivers._serial_port import Line, open_port, send
from drivers.display import Shown
from drivers.display._rows import rows

__all__ = ["Driver", "Options"]

CodePage = Literal["CP437", "CP850", "CP852", "CP858", "CP866", "CP1252"]

_CODE_PAGES: Final[dict[CodePage, int]] = {
    "CP437": 0,
    "CP850": 2,
    "CP1252": 16,
    "CP866": 17,
    "CP852": 18,
    "CP858": 19,
}
_BEGIN: Final = b"\x1b@"
_CALM: Final = b"\x1f\x01\x1fC\x00"
_CODE_PAGE: Final = b"\x1bt"
_CURSOR: Final = b"\x1f$"
_LOOK_EVERY_MS: Final = 5


class Options(Line, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The line (`Line`) and what display is at its end.

    `enter` are bytes in hex that some displays want before they take ESC/POS.
    """

    columns: Annotated[int, msgspec.Meta(ge=16, le=40)] = 20
    rows: Annotated[int, msgspec.Meta(ge=2, le=4)] = 2
    code_page: CodePage = "CP858"
    enter: str = ""

    def __post_init__(self) -> None:
        """Refuse an `enter` that is no hex. The sentence begins with the key."""
        try:
            bytes.fromhex(self.enter)
        except ValueError as trouble:
            message = f"enter {self.enter!r} is no bytes in hex, such as '02 05 43 31 03'"
            raise ValueError(message) from trouble


class Driver:
    """A pole display. See `drivers.display.Display`."""

    def __init__(self, options: Options) -> None:
        """Open nothing yet."""
        self.label = options.port
        self._options = options
        self._port: serial.Serial | None = None

    def show(self, shown: Shown, timeout_ms: int) -> None:
        """Write all rows anew; returns when the port has sent them. See `Display.show`."""
        deadline = Deadline(timeout_ms)
        try:
            self._show(self._frame(shown), deadline)
        except DeviceTrouble:
            self.close()
            raise

    def close(self) -> None:
        """Give the port back. The display keeps its text."""
        port, self._port = self._port, None
        if port is None:
            return
        # Closing waits for what is unsent, on Linux for up to 30 s, if it is not thrown away before.
        with contextlib.suppress(OSError, termios.error):
            port.reset_output_buffer()
        with contextlib.suppress(OSError):
            port.close()

    def _show(self, frame: bytes, deadline: Deadline) -> None:
        """Send to the open port. One that is dead is opened anew, once: it may be plugged in again."""
        if self._port is not None:
            try:
                _send_all(self._port, frame, deadline)
            except DeviceAbsent:
                self.close()
            else:
                return
        self._port = open_port(self._options, Deadline(0))
        _send_all(self._port, bytes.fromhex(self._options.enter) + _BEGIN + frame, deadline)

    def _frame(self, shown: Shown) -> bytes:
        options = self._options
        frame = [_CALM, _CODE_PAGE, bytes((_CODE_PAGES[options.code_page],))]
        for number, row in enumerate(rows(shown, options.columns, options.rows, self._can_show), 1):
            frame += [_CURSOR, bytes((1, number)), row.encode(options.code_page)]
        return b"".join(frame)

    def _can_show(self, character: str) -> bool:
        try:
            return len(character.encode(self._options.code_page)) == 1
        except UnicodeEncodeError:
            return False


def _send_all(port: serial.Serial, message: bytes, deadline: Deadline) -> None:
    send(port, message, deadline)
    name = str(port.port)
    try:
        _wait_until_sent(lambda: port.out_waiting, deadline, name)
    except OSError as trouble:
        raise DeviceAbsent(port=name) from trouble


def _wait_until_sent(unsent: Callable[[], int], deadline: Deadline, name: str) -> None:
    """Wait until nothing is `unsent`. Raises `DeviceSilent`.

    A display that holds the line by flow control is noticed at once, rather than when the kernel's
    buffer is full of texts that would all be played when it lets go.
    """
    while unsent():
        if deadline.is_over:
            raise DeviceSilent(port=name, why="takes no data")
        time.sleep(deadline.at_most(_LOOK_EVERY_MS).left_s)
