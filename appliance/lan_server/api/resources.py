"""What the API answers: one function for each address, from what was asked to a shape. No request, no JSON in here."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from appliance import __version__
from appliance.domain import barcode
from appliance.lan_server.api import questions, shapes
from appliance.lan_server.room import Room
from appliance.messages import PersonView
from appliance.problems import Refusal
from appliance.services import (
    catalogue,
    for_programs,
    origins,
    pay_rules,
    people,
    registers,
    reports,
    shop,
    tickets,
    wage_report,
)
from appliance.services.for_programs import ProductRow, SaleRow
from appliance.store.database import Database

LONGEST_PUNCHES_MS: Final = 62 * 24 * 3_600_000
MOST_WAGE_DAYS: Final = 62
_NAMES: Final = msgspec.json.Decoder(dict[str, str])


class PeriodTooLong(Refusal):
    """More days than `most_days` were asked for at once."""

    code = "period_too_long"


@dataclass(frozen=True, slots=True)
class Call:
    """One question: where it is answered, who asks, what stands in the address and behind the question mark."""

    room: Room
    db: Database
    person: PersonView
    path: dict[str, str]
    query: Any


Answer = Callable[[Call], shapes.Shape]


def of_shop(call: Call) -> shapes.Shop:
    """The shop's own facts."""
    facts = shop.read(call.db)
    return shapes.Shop(
        name=facts.name,
        address=facts.address,
        tax_number=facts.tax_number,
        currency=facts.currency.code,
        currency_digits=facts.currency.digits,
        cash_step_minor=facts.currency.cash_step_minor,
        language=facts.language,
        zone=str(pay_rules.read(call.db).zone),
        server=origins.own(call.db),
        version=__version__,
        now_ms=call.room.now_ms(),
    )


def products(call: Call) -> shapes.Products:
    """Products by id, or those that a search finds."""
    asked: questions.ProductsAsked = call.query
    if asked.q:
        tiles, _more = catalogue.search(call.db, asked.q, shop.read(call.db).language)
        rows = [for_programs.product(call.db, tile.product) for tile in tiles]
        found = [row for row in rows if row is not None and (asked.archived or not row.archived)]
        return shapes.Products(tuple(_product(call.db, row) for row in found[: asked.limit]), "")
    page = for_programs.products(call.db, asked.after, asked.limit + 1, archived=asked.archived)
    shown = page[: asked.limit]
    following = shown[-1].id if len(page) > len(shown) else ""
    return shapes.Products(tuple(_product(call.db, row) for row in shown), following)


def product(call: Call) -> shapes.Product:
    """A product by its id."""
    return product_of(call.db, call.path["product"])


def by_barcode(call: Call) -> shapes.Product:
    """The product that a scan of this code finds."""
    row, _key = catalogue.by_scan(call.db, barcode.as_it_is(call.path["code"]))
    return product_of(call.db, row.id)


def categories(call: Call) -> shapes.Categories:
    """All categories, in their order."""
    return shapes.Categories(
        tuple(shapes.Category(*row) for row in for_programs.categories(call.db))
    )


def tax_classes(call: Call) -> shapes.TaxClasses:
    """All tax classes."""
    return shapes.TaxClasses(
        tuple(
            shapes.TaxClass(
                code,
                name,
                tuple(
                    shapes.TaxRate(rate.code, rate.name, rate.rate_ppm, rate.included)
                    for rate in rates
                ),
            )
            for code, (name, rates) in shop.tax_classes(call.db).items()
        )
    )


def stock(call: Call) -> shapes.StockLevels:
    """What is on hand, by product."""
    asked: questions.Page = call.query
    page = for_programs.stock(call.db, asked.after, asked.limit + 1)
    shown = page[: asked.limit]
    following = shown[-1][0] if len(page) > len(shown) else ""
    return shapes.StockLevels(tuple(shapes.StockLevel(*one) for one in shown), following)


def sales(call: Call) -> shapes.Sales:
    """Sales of a time."""
    asked: questions.PeriodAsked = call.query
    page = for_programs.sales(
        call.db, asked.from_ms, asked.to_ms, _after(asked.after), asked.limit + 1
    )
    shown = page[: asked.limit]
    following = _cursor(shown[-1].at_ms, shown[-1].id) if len(page) > len(shown) else ""
    return shapes.Sales(tuple(map(_sale, shown)), following)


def sale(call: Call) -> shapes.WholeSale:
    """One sale with its lines, taxes and tenders."""
    row = for_programs.sale(call.db, call.path["sale"])
    return shapes.WholeSale(
        sale=_sale(row),
        lines=tuple(
            shapes.SaleLine(
                line.id,
                line.product_id,
                line.name,
                line.qty_milli,
                line.unit.value,
                line.price_minor,
                line.amount_minor,
                line.tax_class,
                line.category_id,
                line.barcode,
            )
            for line in tickets.lines_of(call.db, row.ticket)
        ),
        taxes=tuple(
            shapes.SaleTax(code, name, rate_ppm, bool(included), net_minor, tax_minor)
            for code, name, rate_ppm, included, net_minor, tax_minor in for_programs.taxes_of(
                call.db, row.id
            )
        ),
        tenders=tuple(shapes.SaleTender(*one) for one in for_programs.tenders_of(call.db, row.id)),
    )


def days(call: Call) -> shapes.BusinessDays:
    """Business days that were opened within a time."""
    asked: questions.PeriodAsked = call.query
    page = for_programs.days(
        call.db, asked.from_ms, asked.to_ms, _after(asked.after), asked.limit + 1
    )
    shown = page[: asked.limit]
    following = _cursor(shown[-1][3], shown[-1][0]) if len(page) > len(shown) else ""
    return shapes.BusinessDays(tuple(shapes.BusinessDay(*row) for row in shown), following)


def day(call: Call) -> reports.DayReport:
    """The report of one business day: X while it is open, Z once it is closed."""
    return reports.day(call.db, call.path["day"])


def employees(call: Call) -> shapes.Employees:
    """Everybody who works or worked here."""
    return shapes.Employees(
        tuple(
            shapes.Employee(one.id, one.number, one.name, one.role, is_here)
            for one, is_here in people.everyone(call.db)
        )
    )


def punches(call: Call) -> shapes.Punches:
    """The punches of a time. Raises `PeriodTooLong`."""
    asked: questions.PunchesAsked = call.query
    if asked.to_ms - asked.from_ms > LONGEST_PUNCHES_MS:
        raise PeriodTooLong(most_days=LONGEST_PUNCHES_MS // (24 * 3_600_000))
    everybody = people.names(call.db)
    chosen = [one for one in everybody if asked.employee in {"", one}]
    return shapes.Punches(
        tuple(
            shapes.Punch(id_, one, at_ms, what, job, bool(paid), by, device)
            for one in chosen
            for id_, at_ms, what, job, paid, by, device in for_programs.punches(
                call.db, one, asked.from_ms, asked.to_ms
            )
        )
    )


def wages(call: Call) -> shapes.Wages:
    """The wages of a period. Raises `NotADay`, `BadPeriod`, `PeriodTooLong`."""
    asked: questions.WagesAsked = call.query
    first, last = wage_report.period(asked.from_day, asked.to_day)
    if (last - first).days >= MOST_WAGE_DAYS:
        raise PeriodTooLong(most_days=MOST_WAGE_DAYS)
    found = wage_report.report(call.db, asked.from_day, asked.to_day, call.room.now_ms())
    return shapes.Wages(tuple(map(_wage, found)))


def of_registers(call: Call) -> shapes.Registers:
    """All registers, also those that are let in no more."""
    net = call.room.network
    heard = {} if net is None else net.devices.all()
    return shapes.Registers(
        tuple(
            shapes.Register(
                device=one.device,
                name=one.name,
                place=one.place,
                entries=one.entries,
                written_at_ms=one.written_at_ms,
                paired_at_ms=one.paired_at_ms,
                revoked_at_ms=one.revoked_at_ms,
                heard_at_ms=heard[one.device].heard_at_ms if one.device in heard else 0,
                behind=heard[one.device].behind_up + heard[one.device].behind_down
                if one.device in heard
                else 0,
            )
            for one in registers.all_of(call.db)
        )
    )


def journal(call: Call) -> shapes.Journal:
    """Entries from a cursor on."""
    asked: questions.JournalAsked = call.query
    marks = _marks(asked.after)
    found = for_programs.journal(call.db, marks, asked.limit)
    return shapes.Journal(
        tuple(
            shapes.JournalEntry(
                origin=entry.origin,
                seq=entry.seq,
                at_ms=entry.at_ms,
                lamport=entry.lamport,
                actor=entry.actor,
                kind=entry.kind,
                version=entry.version,
                body=for_programs.told(entry),
                hash=bytes(entry.hash).hex(),
            )
            for entry in found
        ),
        _packed(marks | {entry.origin: entry.seq for entry in found}),
    )


# --------------------------------------------------------------------------- parts


def product_of(db: Database, product_id: str) -> shapes.Product:
    """A product by its id, also one that is no longer sold. Raises `NoSuchProduct`."""
    row = for_programs.product(db, product_id)
    if row is None:
        raise catalogue.NoSuchProduct(product=product_id)
    return _product(db, row)


def _product(db: Database, row: ProductRow) -> shapes.Product:
    return shapes.Product(
        id=row.id,
        name=row.name,
        names=_NAMES.decode(row.names),
        price_minor=row.price_minor,
        tax_class=row.tax_class,
        unit=row.unit,
        category=row.category,
        sku=row.sku,
        icon=row.icon,
        tint=row.tint,
        favourite=row.favourite,
        low_stock_milli=row.low_stock_milli,
        archived=bool(row.archived),
        barcodes=for_programs.codes_of(db, row.id),
        stock_milli=catalogue.on_hand(db, row.id),
    )


def _sale(row: SaleRow) -> shapes.Sale:
    return shapes.Sale(
        id=row.id,
        register=row.register,
        number=row.number,
        day=row.day,
        at_ms=row.at_ms,
        cashier=row.cashier,
        currency=row.currency,
        subtotal_minor=row.subtotal_minor,
        total_minor=row.total_minor,
        rounding_minor=row.rounding_minor,
    )


def _wage(one: wage_report.Wages) -> shapes.Wage:
    return shapes.Wage(
        employee=one.employee,
        number=one.number,
        name=one.name,
        from_day=one.from_day,
        to_day=one.to_day,
        rules=one.rules,
        currency=one.currency,
        worked_ms=one.worked_ms,
        overtime_ms=one.overtime_ms,
        total_minor=one.total_minor,
        net_minor=one.net_minor,
        approved=one.approved,
        questions=len(one.questions),
        lines=tuple(
            shapes.WageLine(
                line.week,
                line.line_kind,
                line.name,
                line.length_ms,
                line.rate_minor,
                line.factor_ppm,
                line.amount_minor,
                line.day,
            )
            for line in one.lines
        ),
    )


def _cursor(at_ms: int, id_: str) -> str:
    return f"{at_ms}_{id_}"


def _after(cursor: str) -> tuple[int, str]:
    """The time and id at which a part ended: their shape was checked when the question was read."""
    at_ms, _, id_ = cursor.partition("_")
    return (int(at_ms), id_) if at_ms else (-1, "")


def _packed(marks: dict[str, int]) -> str:
    return "~".join(f"{origin}.{seq}" for origin, seq in sorted(marks.items()))


def _marks(cursor: str) -> dict[str, int]:
    """How far each origin was read."""
    parts = (one.split(".") for one in cursor.split("~") if one)
    return {origin: int(seq) for origin, seq in parts}
