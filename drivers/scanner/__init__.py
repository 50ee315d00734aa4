"""Barcode scanners: from a beam on a package to one text.

A scanner gives whole scans or nothing. Half a scan (a cable pulled in the middle, keys lost by the
kernel, a pause that no scanner makes) is thrown away and counted, because a part of a number can be
another article's number. The text is what the symbol says, with an AIM identifier in front if the
scanner is set to send one (`]E0`, `]C1` and so on) and GS1 separators as 0x1D, whatever they
travelled as.
"""

from typing import Final, Protocol

import msgspec

from drivers import DeviceTrouble

MAX_LENGTH: Final = 4296
"""The longest text that any usual symbol holds: a QR code full of letters."""

GROUP_SEPARATOR: Final = "\x1d"


class Scan(msgspec.Struct, frozen=True):
    """One read symbol. `device` is the label of the scanner that read it."""

    text: str
    device: str


class Scanner(Protocol):
    """A scanner that one thread opens and reads; only `wake` may be called by another thread."""

    @property
    def label(self) -> str:
        """What the scanner is called on the screen: its own name once seen, else what is looked for."""
        ...

    @property
    def voided(self) -> int:
        """How many scans were thrown away since the driver was made, so that its host can say "again"."""
        ...

    def open(self, timeout_ms: int) -> None:
        """Find the scanner and take it for this program alone. Does nothing if that is done already.

        Waits for it to be plugged in for at most `timeout_ms`; `wake` ends the wait. Raises
        `DeviceAbsent`, `DeviceBusy`, `DeviceRefused`, and what a driver adds to them.
        """
        ...

    def read(self, timeout_ms: int) -> Scan | None:
        """The next scan, or nothing when `timeout_ms` passed or `wake` was called.

        Raises `DeviceAbsent` when the scanner is not open or was unplugged; half a scan is gone
        then, and `open` finds the scanner again.
        """
        ...

    def wake(self) -> None:
        """End a running `open` or `read` early, or else the next one. Any thread; never blocks."""
        ...

    def close(self) -> None:
        """Let go of the scanner. Twice is no mistake, and `open` works again afterwards."""
        ...


class ScannerNotChosen(DeviceTrouble):
    """The configuration does not say which keyboard is the scanner. `candidates` may be it."""

    code = "scanner_not_chosen"


class ScannerAmbiguous(DeviceTrouble):
    """Several devices fit the configuration. `candidates` names them; `path` or `serial` tells."""

    code = "scanner_ambiguous"
