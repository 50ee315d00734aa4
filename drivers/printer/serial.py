"""ESC/POS receipt printers on a serial line, or with a USB-serial chip inside.

Wiring: a null-modem cable with the handshake lines, or the printer's own. Speed, parity and flow
control are on the printer's self-test print; set `flow` to "dsr_dtr" if it says DTR/DSR, since
without flow control long slips lose bytes.

Wire format: ESC/POS, see `drivers.printer._escpos`.
"""

from typing import Literal

from drivers._serial_port import Baud, FlowControl, Line, Parity
from drivers.printer._options import Layout
from drivers.printer._session import EscposPrinter
from drivers.printer._transport import SerialTransport

__all__ = ["Driver", "Options"]


class Options(Layout, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The line (`drivers._serial_port.Line`), and what paper and characters it has (`Layout`)."""

    port: str
    baud: Baud = 9600
    data_bits: Literal[7, 8] = 8
    parity: Parity = "none"
    stop_bits: Literal[1, 2] = 1
    flow: FlowControl = "none"
    confirm: bool = True


class Driver(EscposPrinter):
    """A printer on a serial line. See `drivers.printer.Printer`."""

    def __init__(self, options: Options) -> None:
        """Open nothing yet."""
        line = Line(
            port=options.port,
            baud=options.baud,
            data_bits=options.data_bits,
            parity=options.parity,
            stop_bits=options.stop_bits,
            flow=options.flow,
        )
        super().__init__(SerialTransport(line), options.builder(), confirm=options.confirm)
