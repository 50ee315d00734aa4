"""ZPL label printers on the network: raw TCP, port 9100 (Zebra, and most others in a ZPL mode).

Wiring: give the printer a fixed address (its configuration label, printed by the feed button, shows the present one),
put the labels in and let it calibrate itself to them. It is let go after every use, so registers can share one.

Wire format: ZPL II, see `drivers.label._zpl`.
"""

from typing import Annotated

import msgspec

from drivers.label._session import ZplPrinter
from drivers.label._stock import Stock
from drivers.printer._transport import NetworkTransport

__all__ = ["Driver", "Options"]


class Options(Stock, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where the printer is, and what labels are in it (`Stock`)."""

    host: str
    port: Annotated[int, msgspec.Meta(ge=1, le=65_535)] = 9100
    confirm: bool = True


class Driver(ZplPrinter):
    """A label printer on the network. See `drivers.label.LabelPrinter`."""

    def __init__(self, options: Options) -> None:
        """Connect to nothing yet."""
        transport = NetworkTransport(options.host, options.port)
        super().__init__(transport, options.builder(), confirm=options.confirm)
