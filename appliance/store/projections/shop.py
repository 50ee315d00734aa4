"""The shop's own facts, tax classes, and clocks that were put right."""

from collections.abc import Mapping
from typing import Any, Final

from peewee import fn

from appliance.journal.entry import Entry, canonical_json
from appliance.journal.kinds import ClockFixed, ShopChanged, TaxClassDefined
from appliance.store.database import Database
from appliance.store.projections import boots, edits, sums, timeclock
from appliance.store.statements import Statement, insert, slot
from appliance.store.tables import BootFix, Sale, TaxClass, TicketLine

THING: Final = "shop"
"""The shop has no entry that made it; its edits go by this name."""

_FIND_TAX: Final = Statement(
    lambda: TaxClass.select(TaxClass.lamport, TaxClass.origin).where(TaxClass.code == slot())
)
_ADD_TAX: Final = insert(TaxClass, "name", "taxes", "lamport", "origin", "code")
_SET_TAX: Final = Statement(
    lambda: TaxClass.update(
        {
            TaxClass.name: slot(),
            TaxClass.taxes: slot(),
            TaxClass.lamport: slot(),
            TaxClass.origin: slot(),
        }
    ).where(TaxClass.code == slot())
)
_HAS_FIX: Final = Statement(
    lambda: BootFix.select(BootFix.boot_ns).where(
        (BootFix.origin == slot()) & (BootFix.boot == slot())
    )
)
_ADD_FIX: Final = insert(BootFix, "origin", "boot", "boot_ns", "at_ms")
_DOUBTED_SALES: Final = Statement(
    lambda: Sale.select(
        Sale.id,
        Sale.boot_ns,
        Sale.clock_ok,
        Sale.at_ms,
        Sale.ticket,
        Sale.day,
        Sale.cashier,
        Sale.currency,
        Sale.origin,
        Sale.subtotal_minor,
        Sale.total_minor,
        Sale.rounding_minor,
    ).where((Sale.origin == slot()) & (Sale.boot == slot()))
)
_LINES: Final = Statement(
    lambda: TicketLine.select(fn.COUNT(TicketLine.id)).where(
        (TicketLine.ticket == slot()) & TicketLine.removed.is_null()
    )
)
_RETIME_SALE: Final = Statement(lambda: Sale.update({Sale.at_ms: slot()}).where(Sale.id == slot()))


def change_shop(db: Database, entry: Entry, body: ShopChanged) -> None:
    """The shop's facts live in the edits themselves."""
    for field, value in edits.given(body, besides=""):
        edits.wins(db, entry, THING, field, value)
    db.forget()


def define_tax_class(db: Database, entry: Entry, body: TaxClassDefined) -> None:
    """The newest definition of a code counts."""
    held = db.row(_FIND_TAX, body.code)
    if held is not None and (entry.lamport, entry.origin) < tuple(held):
        return
    statement = _ADD_TAX if held is None else _SET_TAX
    taxes = canonical_json(body.taxes)
    db.run(statement, body.name, taxes, entry.lamport, entry.origin, body.code)


def fix_clock(db: Database, entry: Entry, body: ClockFixed) -> None:
    """Put right the times of that boot's sales taken with a doubtful clock. The first fix of a boot counts."""
    if db.row(_HAS_FIX, entry.origin, body.boot) is not None:
        return
    db.run(_ADD_FIX, entry.origin, body.boot, body.boot_ns, body.at_ms)
    for sale, boot_ns, clock_ok, was_ms, ticket, *figures in db.rows(
        _DOUBTED_SALES, entry.origin, body.boot
    ):
        if not clock_ok:
            at_ms = boots.fixed(boot_ns, body.boot_ns, body.at_ms)
            db.run(_RETIME_SALE, at_ms, sale)
            sums.moved(db, figures, db.row(_LINES, ticket)[0], was_ms, at_ms)
    sums.retime(db, entry.origin, body.boot, body.boot_ns, body.at_ms)
    timeclock.retime(db, entry.origin, body)


APPLY: Final[Mapping[type, Any]] = {
    ShopChanged: change_shop,
    TaxClassDefined: define_tax_class,
    ClockFixed: fix_clock,
}
