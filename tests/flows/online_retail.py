"""Three days of a real shop, as scripts for `open-pos play`.

The shop is an online retailer of gifts in Britain, the days are 1 to 3 December 2010 (UCI Machine Learning Repository,
"Online Retail", CC BY 4.0). A row is one line of an invoice: `invoice, stock_code, description, quantity, time,
unit_price`, times as `12/1/10 8:26`.

Left out are what a register does not ring up as a sale:

    credits             invoices that begin with C; their quantities are negative
    lines with no price  found and lost goods, no description, 30 of them with a negative quantity

What remains are 7,290 lines of 337 invoices, 153,652.88 pounds in all, with quantities of 1 to 2,880: none needs to be
split. An invoice's lines stand together; one invoice took until the next minute, so the first line's time counts.

A stock code sells at several prices and under several descriptions (two spellings of one code that differ in case are
two codes to the shop). So each pair of code and price is a product of its own, under the first description seen, and
its barcode is `85123A/255`: no GTIN, so that no two are taken for the same.
"""

import csv
import datetime
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tests.real_data import real_data

FILE: Final = "online-retail-1-3-dec-2010.csv"
NOTES_MINOR: Final = (500, 1000, 2000, 5000)
"""The notes of the Bank of England: the customer hands over the next whole number of the smallest that will do."""

_MOST_NOTES: Final = 5
_CLOSING_HOUR: Final = 23


@dataclass(frozen=True, slots=True)
class Sold:
    """One line. The price is in pence."""

    code: str
    description: str
    quantity: int
    price_minor: int

    @property
    def barcode(self) -> str:
        """What is printed on this product at this price."""
        return f"{self.code}/{self.price_minor}"


@dataclass(frozen=True, slots=True)
class Invoice:
    """One sale."""

    number: str
    at_ms: int
    lines: list[Sold] = field(default_factory=list)

    @property
    def total_minor(self) -> int:
        """What the customer owes, added up here and nowhere else."""
        return sum(line.quantity * line.price_minor for line in self.lines)


def where() -> Path:
    """Where the file is expected: in $OPEN_POS_DATA, or beside the repository."""
    return real_data(FILE)


def read(path: Path) -> dict[datetime.date, list[Invoice]]:
    """The invoices of each day, in the order of the file."""
    invoices: dict[str, Invoice] = {}
    with path.open(encoding="utf-8", newline="") as handle:
        for row in csv.DictReader(handle):
            price_minor = pence(row["unit_price"])
            if row["invoice"].startswith("C") or price_minor == 0:
                continue
            quantity = int(row["quantity"])
            assert quantity > 0, row
            invoice = invoices.setdefault(
                row["invoice"], Invoice(row["invoice"], _utc_ms(row["time"]))
            )
            invoice.lines.append(Sold(row["stock_code"], row["description"], quantity, price_minor))
    days: dict[datetime.date, list[Invoice]] = {}
    for invoice in invoices.values():
        day = datetime.datetime.fromtimestamp(invoice.at_ms // 1000, tz=datetime.UTC).date()
        days.setdefault(day, []).append(invoice)
    return days


def script(invoices: list[Invoice], employee: str, pin: str) -> Iterator[str]:
    """One day as the cashier works it, one command a line."""
    yield f"# {len(invoices)} invoices"
    yield _line("set_clock", at_ms=invoices[0].at_ms - 60_000)
    yield _line("sign_in", employee=employee, pin=pin)
    for invoice in invoices:
        yield _line("set_clock", at_ms=invoice.at_ms)
        for line in invoice.lines:
            yield _line("key_quantity", qty_milli=1000 * line.quantity)
            yield _line("scan", text=line.barcode)
        yield _line("tender_cash", amount_minor=handed_over(invoice.total_minor))
        yield _line("choose_receipt", sale=None, choice="none")
    last = datetime.datetime.fromtimestamp(invoices[-1].at_ms // 1000, tz=datetime.UTC)
    evening = last.replace(hour=_CLOSING_HOUR, minute=0)
    yield _line("set_clock", at_ms=int(evening.timestamp()) * 1000)
    yield _line("close_day")


def handed_over(total_minor: int) -> int:
    """What a customer gives for a total: some notes of the smallest kind of which five will do, else fifties."""
    for note in NOTES_MINOR:
        if total_minor <= _MOST_NOTES * note:
            return -(-total_minor // note) * note
    return -(-total_minor // NOTES_MINOR[-1]) * NOTES_MINOR[-1]


def pence(pounds: str) -> int:
    """`2.5` as 250, by its digits."""
    whole, _, fraction = pounds.partition(".")
    assert len(fraction) <= 2, pounds  # no price of these days is finer than a penny
    return int(whole) * 100 + int(fraction.ljust(2, "0"))


def _utc_ms(time: str) -> int:
    """`12/1/10 8:26`; Britain keeps UTC in December."""
    local = datetime.datetime.strptime(time, "%m/%d/%y %H:%M").replace(tzinfo=datetime.UTC)
    return int(local.timestamp()) * 1000


def _line(do: str, **fields: object) -> str:
    return json.dumps({"do": do, **fields})
