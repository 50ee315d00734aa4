"""ESC/POS receipt printers on the network: raw TCP, port 9100.

Wiring: give the printer a fixed address (its self-test print shows the present one; reserve it in
the router, or set it by the maker's tool). The cash drawer plugs into the printer's DK socket
(RJ12): see `drivers.drawer.printer_kick`. The printer is let go after every use, so several
registers can share one.

Wire format: ESC/POS, see `drivers.printer._escpos`.
"""

from typing import Annotated

import msgspec

from drivers.printer._options import Layout
from drivers.printer._session import EscposPrinter
from drivers.printer._transport import NetworkTransport

__all__ = ["Driver", "Options"]


class Options(Layout, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where the printer is, and what paper and characters it has (`Layout`)."""

    host: str
    port: Annotated[int, msgspec.Meta(ge=1, le=65_535)] = 9100
    confirm: bool = True


class Driver(EscposPrinter):
    """A printer on the network. See `drivers.printer.Printer`."""

    def __init__(self, options: Options) -> None:
        """Connect to nothing yet."""
        transport = NetworkTransport(options.host, options.port)
        super().__init__(transport, options.builder(), confirm=options.confirm)
