"""Cash drawers that hang on a receipt printer's drawer socket (DK, RJ12), the usual way.

Wiring: the drawer's own cable into the printer's socket, which looks like a telephone's; never plug
a telephone or a network into it, it has 24 V. `pin` is 2 unless the cable is for a second drawer
(5).

The printer has one writer, its own thread; a second connection from here would mix with its slips
or be refused. So this driver has no transport: `printer` names the printer in the configuration,
and whoever puts the devices together gives `connect` a face of that printer's queue. A kick is then
one more job of the printer.

Wire format: `ESC p` by the printer's driver, all five bytes, on one pin only. The switch is pin 3
of the socket, in the printer's status (DLE EOT 1, bit 2). Which level means open depends on the
drawer: until `sense_open_high` is set, `is_open` does not know.
"""

import msgspec

from drivers.drawer import Kicker, PrinterNotConnected, means_open
from drivers.printer import (
    KICK_OFF_MS,
    KICK_ON_MS,
    DrawerPin,
    PulseMs,
    RestMs,
    Status,
    check_pulse,
)

__all__ = ["Driver", "Options"]


class Options(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which printer of the configuration, which pin, and the pulse, see `drivers.printer.check_pulse`."""

    printer: str = "printer"
    pin: DrawerPin = 2
    on_ms: PulseMs = KICK_ON_MS
    off_ms: RestMs = KICK_OFF_MS
    sense_open_high: bool | None = None

    def __post_init__(self) -> None:
        """Refuse a pulse that burns the coil. The sentence begins with the key."""
        check_pulse(self.on_ms, self.off_ms)


class Driver:
    """A drawer on a printer. See `drivers.drawer.Drawer`; `connect` it before use."""

    def __init__(self, options: Options) -> None:
        """Know the printer's name only."""
        self.label = f"drawer of {options.printer}"
        self.printer = options.printer
        """The printer's name in the configuration."""
        self._options = options
        self._kicker: Kicker | None = None

    def connect(self, printer: Kicker) -> None:
        """Kick through this printer from now on; its own thread must do the work."""
        self._kicker = printer

    def kick(self, timeout_ms: int) -> None:
        """Give one pulse; see `drivers.printer.Printer.kick` for what it raises."""
        options = self._options
        self._connected().kick(options.pin, options.on_ms, options.off_ms, timeout_ms)

    def is_open(self, timeout_ms: int) -> bool | None:
        """What the printer says of its pin 3; see `drivers.printer.Printer.status`."""
        if self._options.sense_open_high is None:
            # Nothing to be learnt from an answer, so the printer is not asked.
            return None
        return means_open(self.level(timeout_ms), self._options.sense_open_high)

    def level(self, timeout_ms: int) -> bool | None:
        """The bare level of pin 3, or nothing if the printer does not tell; asks the printer."""
        return self._connected().status(timeout_ms).drawer_pin_high

    def is_open_by(self, status: Status) -> bool | None:
        """What an answer says that the printer gave to somebody else."""
        return means_open(status.drawer_pin_high, self._options.sense_open_high)

    def close(self) -> None:
        """Forget the printer, which belongs to somebody else."""
        self._kicker = None

    def _connected(self) -> Kicker:
        if self._kicker is None:
            raise PrinterNotConnected(printer=self.printer)
        return self._kicker
