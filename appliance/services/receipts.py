"""Receipts of paid sales: what stands on them, and what became of them."""

import datetime
from dataclasses import dataclass
from typing import Final

from peewee import SQL

from appliance.domain import receipt
from appliance.domain.money import CURRENCIES, Minor
from appliance.domain.tax import TaxTotal
from appliance.journal.kinds import ReceiptChosen, ReceiptPrinted
from appliance.messages import PrintSlip
from appliance.problems import Refusal
from appliance.services import shop, tickets
from appliance.services.desk import Desk
from appliance.store.database import Database
from appliance.store.statements import Statement, slot
from appliance.store.tables import Employee, Sale, SaleTax, TenderRow
from appliance.words import Words

_COLUMNS: Final = (
    Sale.id,
    Sale.ticket,
    Sale.number,
    Sale.at_ms,
    Sale.clock_ok,
    Sale.cashier,
    Sale.currency,
    Sale.subtotal_minor,
    Sale.total_minor,
    Sale.rounding_minor,
    Sale.receipt,
    Sale.copies,
)
_SALE: Final = Statement(lambda: Sale.select(*_COLUMNS).where(Sale.id == slot()))
_LAST: Final = Statement(
    lambda: (
        Sale.select(*_COLUMNS)
        .where(Sale.origin == slot())
        .order_by(Sale.number.desc())
        .limit(SQL("1"))
    )
)
_UNCONFIRMED: Final = Statement(
    lambda: (
        Sale.select(Sale.id, Sale.number)
        .where(Sale.day == slot())
        .where(Sale.origin == slot())
        .where(Sale.receipt == SQL("'print'"))
        .where(Sale.copies == SQL("0"))
        .order_by(Sale.number.desc())
        .limit(SQL("20"))
    )
)
TAXES: Final = Statement(
    lambda: (
        SaleTax.select(
            SaleTax.code,
            SaleTax.name,
            SaleTax.rate_ppm,
            SaleTax.included,
            SaleTax.net_minor,
            SaleTax.tax_minor,
        )
        .where(SaleTax.sale == slot())
        .order_by(SaleTax.position)
    )
)
_TENDERS: Final = Statement(
    lambda: (
        TenderRow.select(TenderRow.tender, TenderRow.tendered_minor, TenderRow.change_minor)
        .where(TenderRow.sale == slot())
        .order_by(TenderRow.position)
    )
)
_CASHIER: Final = Statement(lambda: Employee.select(Employee.name).where(Employee.id == slot()))


class NoSuchSale(Refusal):
    """No sale has this id, or none was made yet."""

    code = "no_such_sale"


class NoSuchChoice(Refusal):
    """A receipt is printed or it is not."""

    code = "no_such_choice"


@dataclass(frozen=True, slots=True)
class SaleRow:
    """A paid sale as stored. `receipt` is `asked`, `print` or `none`; `copies` are confirmed slips."""

    id: str
    ticket: str
    number: int
    at_ms: int
    clock_ok: int
    cashier: str
    currency: str
    subtotal_minor: int
    total_minor: int
    rounding_minor: int
    receipt: str
    copies: int


def find(db: Database, sale: str) -> SaleRow:
    """A sale by its id. Raises `NoSuchSale`."""
    row = db.row(_SALE, sale)
    if row is None:
        raise NoSuchSale(sale=sale)
    return SaleRow(*row)


def last(desk: Desk) -> SaleRow | None:
    """The last committed sale of this register."""
    row = desk.db.row(_LAST, desk.origin)
    return None if row is None else SaleRow(*row)


def unconfirmed(desk: Desk, day: str) -> tuple[tuple[str, int], ...]:
    """Sales of a business day whose receipt was asked for and never confirmed: id and number, the newest 20."""
    rows = desk.db.rows(_UNCONFIRMED, day, desk.origin)
    return tuple((row[0], row[1]) for row in reversed(rows))


def change_of(db: Database, sale: str) -> tuple[Minor, Minor]:
    """What was handed over and what was given back, over all tenders."""
    rows = db.rows(_TENDERS, sale)
    return Minor(sum(row[1] for row in rows)), Minor(sum(row[2] for row in rows))


def choose(desk: Desk, sale: SaleRow, choice: str, actor: str) -> None:
    """Note what the customer wants. Raises `NoSuchChoice`."""
    if choice not in {"print", "none"}:
        raise NoSuchChoice(choice=choice)
    if choice != sale.receipt:
        desk.book.record(actor, ReceiptChosen(sale=sale.id, choice=choice))


def printed(desk: Desk, sale: str, copy: int) -> None:
    """Note that the printer confirmed a slip."""
    desk.book.record("", ReceiptPrinted(sale=sale, copy=copy))


def slip(desk: Desk, sale: SaleRow, copy: int, words: Words, columns: int) -> PrintSlip:
    """The job of printing a sale's receipt; `copy` above 0 is marked COPY."""
    lines = receipt.compose(
        facts(desk.db, sale, words, copy=copy > 0), words.section("receipt"), columns
    )
    return PrintSlip(sale=sale.id, copy=copy, lines=lines)


def as_text(desk: Desk, sale: SaleRow, words: Words, columns: int) -> tuple[str, ...]:
    """The receipt in fixed-width lines, as it prints."""
    return text_of(desk.db, sale, words, columns, copy=sale.copies > 0)


def text_of(
    db: Database,
    sale: SaleRow,
    words: Words,
    columns: int,
    *,
    copy: bool,
    zone: datetime.tzinfo | None = None,
) -> tuple[str, ...]:
    """The same at any device, marked COPY or not; `zone` is the shop's, where this machine's may be another."""
    what = facts(db, sale, words, copy=copy, zone=zone)
    return receipt.layout(receipt.compose(what, words.section("receipt"), columns), columns)


def facts(
    db: Database, sale: SaleRow, words: Words, *, copy: bool, zone: datetime.tzinfo | None = None
) -> receipt.SaleFacts:
    """Everything that a sale's receipt says."""
    here = shop.read(db)
    cashier = db.row(_CASHIER, sale.cashier)
    tenders = db.rows(_TENDERS, sale.id)
    return receipt.SaleFacts(
        shop_name=here.name,
        address=here.address,
        tax_number=here.tax_number,
        number=sale.number,
        date_text=date_text(sale.at_ms, words, zone),
        cashier=cashier[0] if cashier else "",
        register=sale.id.rpartition("-")[0],
        lines=tuple(
            receipt.SoldLine(
                name=line.name,
                qty_milli=line.qty_milli,
                unit=line.unit,
                price_minor=line.price_minor,
                amount_minor=line.amount_minor,
                weighing=line.weighing,
            )
            for line in tickets.lines_of(db, sale.ticket)
        ),
        taxes=tuple(
            TaxTotal(
                code=row[0],
                name=row[1],
                rate_ppm=row[2],
                included=bool(row[3]),
                net_minor=Minor(row[4]),
                tax_minor=Minor(row[5]),
            )
            for row in db.rows(TAXES, sale.id)
        ),
        subtotal_minor=Minor(sale.subtotal_minor),
        rounding_minor=Minor(sale.rounding_minor),
        total_minor=Minor(sale.total_minor),
        tenders=tuple((words(f"tender.{row[0]}"), Minor(row[1])) for row in tenders),
        change_minor=Minor(sum(row[2] for row in tenders)),
        currency=CURRENCIES[sale.currency],
        copy=copy,
        time_confirmed=bool(sale.clock_ok),
        footer=here.footer,
        code=sale.id,
    )


def date_text(at_ms: int, words: Words, zone: datetime.tzinfo | None = None) -> str:
    """Date and time in a time zone (None: this machine's), in the language's order."""
    local = datetime.datetime.fromtimestamp(at_ms // 1000, tz=datetime.UTC).astimezone(zone)
    return local.strftime(words("format.date_time"))
