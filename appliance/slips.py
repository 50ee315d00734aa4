"""Receipts on their way to paper: what this run gave to the printer, and what became of it.

A receipt is printed at least once, and every slip after a first possible one says COPY. So a slip that waits for paper
is not given twice, and one of which nobody knows whether it came out counts as out.
"""

from typing import Final, Protocol

from appliance.messages import AnyJob, DropSlips, PrintFailed, PrintFinished
from appliance.problems import Refusal
from appliance.services import receipts
from appliance.till import Till


class Devices(Protocol):
    """Who runs jobs. None of this blocks."""

    def run(self, job: AnyJob) -> bool:
        """Take a job; False where its device's queue is full or no such device is configured."""
        ...

    def waiting(self, device: str) -> int:
        """How many jobs wait for a device."""
        ...

    def has(self, kind: str) -> bool:
        """Whether the shop has a device of this class."""
        ...


class NoPrinter(Refusal):
    """No receipt printer is configured, or its queue is full."""

    code = "no_printer"


class Slips:
    """Prints the receipts of a till."""

    def __init__(self, till: Till, devices: Devices) -> None:
        """Nothing is given to the printer yet."""
        self._till: Final = till
        self._devices: Final = devices

    def choose(self, sale_id: str | None, choice: str, actor: str) -> None:
        """What the customer wants; None means the last sale. Raises `NoSuchSale`, `NoSuchChoice`, `NoPrinter`."""
        sale = self._sale(sale_id)
        receipts.choose(self._till.desk, sale, choice, actor)
        if choice == "print":
            self._print(sale)
        elif sale.id in self._till.printing:
            self._devices.run(DropSlips(sale=sale.id))
            self._till.printing.discard(sale.id)
            self._till.receipt_trouble.pop(sale.id, None)

    def reprint(self, sale_id: str | None) -> None:
        """Print a sale's receipt again; None means the last sale. Raises `NoSuchSale`, `NoPrinter`."""
        self._print(self._sale(sale_id))

    def finished(self, event: PrintFinished) -> None:
        """The printer confirmed a slip; one without a sale is no receipt."""
        if not event.sale:
            return
        # The sale itself counts its confirmed slips, so what this run remembers of it may go: days are long.
        self._till.slips_given.pop(event.sale, None)
        self._till.printing.discard(event.sale)
        self._till.receipt_trouble.pop(event.sale, None)
        receipts.printed(self._till.desk, event.sale, event.copy)

    def failed(self, event: PrintFailed) -> None:
        """A slip waits, or nobody knows whether it came out: then the next one must say COPY."""
        if not event.sale:
            return
        if event.maybe_on_paper:
            self._till.slips_given[event.sale] = event.copy + 1
            self._till.printing.discard(event.sale)
        self._till.receipt_trouble[event.sale] = (event.code, event.fields)

    def _sale(self, sale_id: str | None) -> receipts.SaleRow:
        if sale_id is not None:
            return receipts.find(self._till.desk.db, sale_id)
        last = receipts.last(self._till.desk)
        if last is None:
            raise receipts.NoSuchSale(sale="")
        return last

    def _print(self, sale: receipts.SaleRow) -> None:
        till = self._till
        if sale.id in till.printing:
            # It waits for paper or a cable already; a second slip would come out beside it, and not say COPY.
            return
        # A slip that was asked for before this program began may have come out unconfirmed.
        given = till.slips_given.setdefault(sale.id, int(sale.receipt == "print"))
        copy = max(sale.copies, given)
        job = receipts.slip(till.desk, sale, copy, till.words, till.columns)
        till.receipt_trouble.pop(sale.id, None)
        if not self._devices.run(job):
            till.receipt_trouble[sale.id] = (NoPrinter.code, ())
            raise NoPrinter
        till.printing.add(sale.id)
