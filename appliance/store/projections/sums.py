"""Sums of what was sold, kept beside the sales so that a year is added up in a moment; and what is odd.

What is stored knows no time zone. Sales are summed by business day and, for the clock, by quarters of an hour of UTC
(`tables.SoldQuarter`): the shop's days begin at such quarters whichever zone it is in, so a change of zone needs
nothing made anew, and a clock that is put right moves a sale from one quarter to another and touches nothing else.
"""

from collections.abc import Sequence
from typing import Any, Final

import msgspec

from appliance.domain.money import PPM, Minor, divide_half_up, extend
from appliance.domain.pricing import line_amount
from appliance.journal.entry import Entry
from appliance.journal.kinds import SalePaid, TaxRate
from appliance.store.database import Database
from appliance.store.projections import boots
from appliance.store.statements import Statement, insert, slot
from appliance.store.tables import OddAct, SoldItem, SoldQuarter, SoldTax, SoldTender

QUARTER_MS: Final = 900_000
LONGEST_KEY: Final = 100
"""Letters of a key that count: databases bound how long keys are, and no sale may be refused for that."""

_TAXES: Final = msgspec.json.Decoder(tuple[TaxRate, ...])
_ADD_QUARTER: Final = insert(
    SoldQuarter,
    "sales",
    "line_count",
    "subtotal_minor",
    "total_minor",
    "rounding_minor",
    "day",
    "quarter_ms",
    "cashier",
    "currency",
    "origin",
)
_MORE_OF_QUARTER: Final = Statement(
    lambda: SoldQuarter.update(
        {
            SoldQuarter.sales: SoldQuarter.sales + slot(),
            SoldQuarter.line_count: SoldQuarter.line_count + slot(),
            SoldQuarter.subtotal_minor: SoldQuarter.subtotal_minor + slot(),
            SoldQuarter.total_minor: SoldQuarter.total_minor + slot(),
            SoldQuarter.rounding_minor: SoldQuarter.rounding_minor + slot(),
        }
    ).where(
        (SoldQuarter.day == slot())
        & (SoldQuarter.quarter_ms == slot())
        & (SoldQuarter.cashier == slot())
        & (SoldQuarter.currency == slot())
    )
)
_DROP_EMPTY: Final = Statement(
    lambda: SoldQuarter.delete().where(
        (SoldQuarter.day == slot())
        & (SoldQuarter.quarter_ms == slot())
        & (SoldQuarter.cashier == slot())
        & (SoldQuarter.currency == slot())
        & (SoldQuarter.sales == slot())
    )
)
_ADD_ITEM: Final = insert(
    SoldItem,
    "line_count",
    "qty_milli",
    "amount_minor",
    "net_minor",
    "cost_minor",
    "costed_minor",
    "day",
    "product",
    "category",
    "unit",
    "currency",
)
_MORE_OF_ITEM: Final = Statement(
    lambda: SoldItem.update(
        {
            SoldItem.line_count: SoldItem.line_count + slot(),
            SoldItem.qty_milli: SoldItem.qty_milli + slot(),
            SoldItem.amount_minor: SoldItem.amount_minor + slot(),
            SoldItem.net_minor: SoldItem.net_minor + slot(),
            SoldItem.cost_minor: SoldItem.cost_minor + slot(),
            SoldItem.costed_minor: SoldItem.costed_minor + slot(),
        }
    ).where(
        (SoldItem.day == slot())
        & (SoldItem.product == slot())
        & (SoldItem.category == slot())
        & (SoldItem.unit == slot())
        & (SoldItem.currency == slot())
    )
)
_ADD_TAX: Final = insert(
    SoldTax,
    "sales",
    "net_minor",
    "tax_minor",
    "day",
    "currency",
    "code",
    "name",
    "rate_ppm",
    "included",
)
_MORE_OF_TAX: Final = Statement(
    lambda: SoldTax.update(
        {
            SoldTax.sales: SoldTax.sales + slot(),
            SoldTax.net_minor: SoldTax.net_minor + slot(),
            SoldTax.tax_minor: SoldTax.tax_minor + slot(),
        }
    ).where(
        (SoldTax.day == slot())
        & (SoldTax.currency == slot())
        & (SoldTax.code == slot())
        & (SoldTax.name == slot())
        & (SoldTax.rate_ppm == slot())
        & (SoldTax.included == slot())
    )
)
_ADD_TENDER: Final = insert(SoldTender, "times", "amount_minor", "day", "currency", "tender")
_MORE_OF_TENDER: Final = Statement(
    lambda: SoldTender.update(
        {
            SoldTender.times: SoldTender.times + slot(),
            SoldTender.amount_minor: SoldTender.amount_minor + slot(),
        }
    ).where(
        (SoldTender.day == slot()) & (SoldTender.currency == slot()) & (SoldTender.tender == slot())
    )
)
_NOTE: Final = insert(OddAct)
_DOUBTED_ACTS: Final = Statement(
    lambda: OddAct.select(OddAct.id, OddAct.boot_ns).where(
        (OddAct.origin == slot()) & (OddAct.boot == slot()) & (OddAct.clock_ok == slot())
    )
)
_RETIME_ACT: Final = Statement(
    lambda: OddAct.update({OddAct.at_ms: slot()}).where(OddAct.id == slot())
)


class SoldLine(msgspec.Struct, frozen=True):
    """A line of a sale, as `sales` reads it from the ticket; `taxes` is JSON."""

    product: str | None
    qty_milli: int
    price_minor: int
    amount_given_minor: int | None
    category: str | None
    unit: str
    taxes: str
    cost_each_minor: int | None

    @property
    def amount_minor(self) -> Minor:
        """What the line costs."""
        given = self.amount_given_minor
        return line_amount(
            Minor(self.price_minor), self.qty_milli, None if given is None else Minor(given)
        )


def figures_of(line: SoldLine) -> tuple[int, ...]:
    """What a line adds to the sums of its product: lines, quantity, amount, net, cost, net of what has a cost."""
    amount = line.amount_minor
    net = net_of(amount, line.taxes)
    if line.cost_each_minor is None:
        return (1, line.qty_milli, amount, net, 0, 0)
    cost = extend(Minor(line.cost_each_minor), line.qty_milli)
    return (1, line.qty_milli, amount, net, cost, net)


def net_of(amount_minor: int, taxes: str) -> int:
    """A line's amount without the taxes in it, half up."""
    rate_ppm = sum(rate.rate_ppm for rate in _TAXES.decode(taxes) if rate.included)
    return divide_half_up(amount_minor * PPM, PPM + rate_ppm)


def quarter_of(at_ms: int) -> int:
    """The begin of the quarter of an hour in which a moment lies."""
    return at_ms - at_ms % QUARTER_MS


def sold(db: Database, entry: Entry, body: SalePaid, at_ms: int, lines: Sequence[SoldLine]) -> None:
    """One more sale, made at `at_ms`."""
    figures: tuple[int, ...] = (
        1,
        len(lines),
        body.subtotal_minor,
        body.total_minor,
        body.rounding_minor,
    )
    key = _key(body.day, quarter_of(at_ms), entry.actor, body.currency)
    _add(db, _MORE_OF_QUARTER, _ADD_QUARTER, figures, key, entry.origin)
    for line in lines:
        item = _key(body.day, line.product or "", line.category or "", line.unit, body.currency)
        _add(db, _MORE_OF_ITEM, _ADD_ITEM, figures_of(line), item)
    for tax in body.taxes:
        figures = (1, tax.net_minor, tax.tax_minor)
        rate = _key(body.day, body.currency, tax.code, tax.name, tax.rate_ppm, int(tax.included))
        _add(db, _MORE_OF_TAX, _ADD_TAX, figures, rate)
    for paid in body.tenders:
        means = _key(body.day, body.currency, paid.tender)
        _add(db, _MORE_OF_TENDER, _ADD_TENDER, (1, paid.amount_minor), means)


def moved(db: Database, sale: Sequence[Any], lines: int, was_ms: int, at_ms: int) -> None:
    """A sale was truly made at `at_ms`.

    `sale` is its day, cashier, currency, origin, subtotal, total and rounding.
    """
    day, cashier, currency, origin, *amounts = sale
    was = _key(day, quarter_of(was_ms), cashier, currency)
    now = _key(day, quarter_of(at_ms), cashier, currency)
    if was == now:
        return
    figures = (1, lines, *amounts)
    db.run(_MORE_OF_QUARTER, *(-figure for figure in figures), *was)
    db.run(_DROP_EMPTY, *was, 0)
    _add(db, _MORE_OF_QUARTER, _ADD_QUARTER, figures, now, origin)


def odd(  # noqa: PLR0913 - a row of many columns
    db: Database,
    entry: Entry,
    what: str,
    *,
    ticket: str = "",
    line: str = "",
    sale: str = "",
    amount_minor: int = 0,
    qty_milli: int = 0,
    was_milli: int = 0,
) -> None:
    """Note what a manager may want to look at."""
    db.run(
        _NOTE,
        entry.id,
        entry.origin,
        boots.true_time(db, entry),
        int(entry.clock_ok),
        entry.boot,
        entry.boot_ns,
        what,
        entry.actor,
        ticket,
        line,
        sale,
        amount_minor,
        qty_milli,
        was_milli,
    )


def retime(db: Database, origin: str, boot: str, fixed_ns: int, at_ms: int) -> None:
    """Put right the times of a boot's odd acts."""
    for act, boot_ns in db.rows(_DOUBTED_ACTS, origin, boot, 0):
        db.run(_RETIME_ACT, boots.fixed(boot_ns, fixed_ns, at_ms), act)


def _key(*parts: str | int) -> tuple[str | int, ...]:
    return tuple(part[:LONGEST_KEY] if isinstance(part, str) else part for part in parts)


def _add(
    db: Database,
    more: Statement,
    first: Statement,
    figures: Sequence[int],
    key: Sequence[object],
    *besides: object,
) -> None:
    if not db.changed(more, *figures, *key):
        db.run(first, *figures, *key, *besides)
