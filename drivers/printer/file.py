"""ESC/POS receipt printers behind a device file (`/dev/usb/lp0`), or a plain file for trying things out.

Prefer `usb`: a file gives no answers, so a slip counts as printed when the kernel has taken it, and
an empty paper roll shows only when the printer takes no more data. The file must exist; it is
appended to.

Wiring: plug it in; the user must be in group `lp`. Wire format: ESC/POS, see
`drivers.printer._escpos`.
"""

from drivers.printer._options import Layout
from drivers.printer._session import EscposPrinter
from drivers.printer._transport import FileTransport

__all__ = ["Driver", "Options"]


class Options(Layout, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The file, and what paper and characters the printer has (`Layout`)."""

    path: str = "/dev/usb/lp0"


class Driver(EscposPrinter):
    """A printer behind a file. See `drivers.printer.Printer`; `status` only says that it is there."""

    def __init__(self, options: Options) -> None:
        """Open nothing yet."""
        super().__init__(FileTransport(options.path), options.builder(), confirm=False)
