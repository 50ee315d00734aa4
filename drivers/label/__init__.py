"""Label printers: shelf and price labels, one after the other, and an honest answer about whether they came.

A label holds finished words: what a price is called and how it is written was decided by whoever made it. What stands
where on the paper, how large, and which barcode it becomes is the business of `drivers.label._face`, so a label looks
the same from every printer and on a sheet of labels.

One thread, one queue, one printer, as with receipt printers.
"""

from collections.abc import Sequence
from typing import Final, Protocol

import msgspec

from drivers import DeviceSilent, DeviceTrouble
from drivers.printer import PrinterFault, PrintUnconfirmed

__all__ = [
    "COPIES_MOST",
    "HeadOpen",
    "Label",
    "LabelPrinter",
    "LabelPrinterFault",
    "LabelPrinterPaused",
    "LabelPrinterSilent",
    "LabelStatus",
    "LabelsOut",
    "LabelsUnconfirmed",
    "RibbonOut",
    "check_copies",
    "print_ms",
    "trouble_of",
]

COPIES_MOST: Final = 999
"""More of one label than anybody wants; a slip of the finger would empty the roll."""
START_MS: Final = 10_000
"""To connect, to be asked and to warm up."""
EACH_MS: Final = 500
"""Between two labels: some draw the paper back to the tear-off edge and forth again."""
FEED_MM_PER_S: Final = 50
"""The slowest that printers can be set to, two inches a second."""


class Label(msgspec.Struct, frozen=True):
    """What stands on one label, in finished words; what is empty is left out.

    `barcode` is any text: a valid GTIN becomes EAN-13, EAN-8 or UPC-A, anything else Code 128, and what no barcode
    can say or what is too wide for the label is printed as text. `note` is small: an article number, a date.
    """

    name: str
    price: str = ""
    unit_price: str = ""
    barcode: str = ""
    note: str = ""


class LabelStatus(msgspec.Struct, frozen=True, kw_only=True):
    """How a label printer is. `waiting` counts what it still has to print: labels, and formats it has not begun."""

    labels_out: bool = False
    ribbon_out: bool = False
    head_open: bool = False
    paused: bool = False
    fault: bool = False
    waiting: int = 0

    @property
    def can_print(self) -> bool:
        """Whether a label would come out."""
        stopped = self.labels_out or self.ribbon_out or self.head_open or self.paused
        return not (stopped or self.fault)


class LabelsOut(DeviceTrouble):
    """The roll of labels is at its end. `sent` is 1 if the rest may follow by itself when there is a new one."""

    code = "labels_out"


class RibbonOut(DeviceTrouble):
    """The ribbon of a thermal transfer printer is at its end or torn. `sent` as in `LabelsOut`."""

    code = "ribbon_out"


class HeadOpen(DeviceTrouble):
    """The print head is open. `sent` as in `LabelsOut`."""

    code = "head_open"


class LabelPrinterPaused(DeviceTrouble):
    """Somebody pressed pause. `sent` as in `LabelsOut`."""

    code = "label_printer_paused"


class LabelPrinterFault(PrinterFault):
    """Too hot, too cold, or it lost its memory. `sent` as in `LabelsOut`."""

    code = "label_printer_fault"


class LabelsUnconfirmed(PrintUnconfirmed):
    """Labels were sent, at least partly, and the printer did not say that they are done."""

    code = "labels_unconfirmed"


class LabelPrinterSilent(DeviceSilent):
    """No answer that can be read. Some printers are deaf while labels or ribbon are out or the head is open."""

    code = "label_printer_silent"


class LabelPrinter(Protocol):
    """A printer of labels that one thread talks to. It connects by itself, so there is no `open`."""

    @property
    def label(self) -> str:
        """What the printer is called in logs: its address or its port."""
        ...

    def print(self, labels: Sequence[Label], copies: int, timeout_ms: int) -> None:
        """Print each of `labels` so many times (1 to 999, else `ValueError`), in their order.

        Returns when the printer has nothing left to print; `print_ms` says how long that may take.
        Raises `DeviceAbsent`, `DeviceSilent`, `DeviceBusy`, `DeviceRefused`, `LabelPrinterSilent`, `LabelsOut`,
        `RibbonOut`, `HeadOpen`, `LabelPrinterPaused`, `LabelPrinterFault` and `LabelsUnconfirmed`. Each has the
        field `sent`: 0, certainly nothing was printed; 1, some or all of it was or will be.
        """
        ...

    def print_ms(self, labels: Sequence[Label], copies: int) -> int:
        """A sensible `timeout_ms` for `print`: it counts labels and their length. Touches no device."""
        ...

    def status(self, timeout_ms: int) -> LabelStatus:
        """How it is. Raises `DeviceAbsent`, `DeviceBusy`, `DeviceRefused` and `LabelPrinterSilent`."""
        ...

    def close(self) -> None:
        """Let go of the printer. The next use connects again."""
        ...


def check_copies(copies: int) -> None:
    """Refuse a number of copies that nobody means, by `ValueError`."""
    if not 1 <= copies <= COPIES_MOST:
        raise ValueError(f"copies {copies}: expected 1 to {COPIES_MOST}")


def print_ms(count: int, height_mm: float) -> int:
    """How long so many labels of this height may take on a slow printer that is well."""
    return START_MS + count * (EACH_MS + round(1000 * height_mm / FEED_MM_PER_S))


def trouble_of(status: LabelStatus) -> DeviceTrouble | None:
    """What keeps the printer from printing. An open head hides the rest, and any trouble pauses: so this order."""
    if status.head_open:
        return HeadOpen()
    if status.labels_out:
        return LabelsOut()
    if status.ribbon_out:
        return RibbonOut()
    if status.fault:
        return LabelPrinterFault()
    return LabelPrinterPaused() if status.paused else None
