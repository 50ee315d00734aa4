"""ESC/POS receipt printers on USB, by libusb.

Wiring: plug it in. The user needs the right to write to the device: `systemd/udev/` has a rule for
interface class 7. The kernel's `usblp` is sent away while the driver works, so `/dev/usb/lp0` is gone then: do not
use the drivers `usb` and `file` for one printer.

Wire format: ESC/POS on the bulk endpoints of the printer interface, see `drivers.printer._escpos`.
"""

from drivers.input_devices import HexId
from drivers.printer._options import Layout
from drivers.printer._session import EscposPrinter
from drivers.printer._usb_transport import UsbTransport

__all__ = ["Driver", "Options"]


class Options(Layout, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which printer, as `lsusb` prints it: "04b8" and "0202". With nothing set, the only one there is."""

    vendor: HexId | None = None
    product: HexId | None = None
    serial: str | None = None
    confirm: bool = True


class Driver(EscposPrinter):
    """A printer on USB. See `drivers.printer.Printer`."""

    def __init__(self, options: Options) -> None:
        """Look for nothing yet."""
        vendor = int(options.vendor, 16) if options.vendor else None
        product = int(options.product, 16) if options.product else None
        transport = UsbTransport(vendor, product, options.serial, answers=options.confirm)
        super().__init__(transport, options.builder(), confirm=options.confirm)
