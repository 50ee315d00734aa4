"""ZPL label printers on USB, by libusb.

Wiring: plug it in. The user needs the right to write to the device, as for receipt printers on USB. Where a receipt
printer is on USB too, say which is which by `vendor` and `product` in both tables: Zebra's vendor is "0a5f".

Wire format: ZPL II on the bulk endpoints of the printer interface (class 7), see `drivers.label._zpl`.
"""

from drivers.input_devices import HexId
from drivers.label._session import ZplPrinter
from drivers.label._stock import Stock
from drivers.printer._usb_transport import UsbTransport

__all__ = ["Driver", "Options"]


class Options(Stock, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which printer, as `lsusb` prints it: "0a5f" and "0164". With nothing set, the only one there is."""

    vendor: HexId | None = None
    product: HexId | None = None
    serial: str | None = None
    confirm: bool = True


class Driver(ZplPrinter):
    """A label printer on USB. See `drivers.label.LabelPrinter`."""

    def __init__(self, options: Options) -> None:
        """Look for nothing yet."""
        vendor = int(options.vendor, 16) if options.vendor else None
        product = int(options.product, 16) if options.product else None
        transport = UsbTransport(vendor, product, options.serial, answers=options.confirm)
        super().__init__(transport, options.builder(), confirm=options.confirm)
