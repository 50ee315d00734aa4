"""All that is known of one sale: the receipt as it was printed, and each of its entries in the journal."""

from collections.abc import Iterator
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

import msgspec

from appliance.journal.entry import Entry
from appliance.journal.kinds import SalePaid
from appliance.services import odd, receipts
from appliance.services.odd import Act
from appliance.services.receipts import SaleRow
from appliance.store.database import Database
from appliance.words import Words

LONGEST: Final = 2_000
"""So many entries of a device are looked through for those of one sale, from the opening of its ticket on.

A ticket may have been open for longer: its lines and the sale itself are read by themselves then.
"""
AFTERWARDS: Final = 60
"""So far behind the sale its receipt is looked for; copies made later are known by themselves."""

_BETWEEN: Final = (
    "SELECT * FROM entry WHERE origin = ? AND seq >= ? AND seq <= ? ORDER BY seq LIMIT ?"
)
_LINES: Final = "SELECT id FROM ticket_line WHERE ticket = ? ORDER BY seq"
_PAID: Final = msgspec.json.Decoder(SalePaid)


class Story(NamedTuple):
    """A sale with its entries in their order. `kicked`: the drawer was to open. `day` is its business day."""

    sale: SaleRow
    origin: str
    day: str
    kicked: bool
    entries: tuple[Entry, ...]
    odd: tuple[Act, ...]
    lines: tuple[str, ...]


def of(db: Database, sale_id: str) -> Story:
    """What happened from the opening of the ticket on. Raises `NoSuchSale`."""
    sale = receipts.find(db, sale_id)
    lines = tuple(row[0] for row in db.sql(_LINES, (sale.ticket,)))
    strange = odd.of_sale(db, sale.ticket, sale.id)
    about = {sale.id, sale.ticket, *lines}
    entries = {
        entry.id: entry
        for entry in _near(db, sale)
        if entry.id in about or any(f'"{one}"' in entry.body for one in about)
    }
    for one in (*lines, *(act.id for act in strange)):
        if one not in entries:
            entries.update((entry.id, entry) for entry in _range(db, one, one, 0))
    paid = entries.get(sale.id)
    body = None if paid is None else _PAID.decode(paid.body)
    return Story(
        sale=sale,
        origin=sale.id.rpartition("-")[0],
        day="" if body is None else body.day,
        kicked=body is not None and body.kick,
        entries=tuple(sorted(entries.values(), key=lambda one: (one.lamport, one.origin))),
        odd=strange,
        lines=lines,
    )


def receipt(
    db: Database, sale: SaleRow, words: Words, columns: int, zone: ZoneInfo
) -> tuple[str, ...]:
    """The receipt as it was first printed, in lines of fixed width."""
    return receipts.text_of(db, sale, words, columns, copy=False, zone=zone)


def _near(db: Database, sale: SaleRow) -> Iterator[Entry]:
    """The entries of the devices at which the ticket was, around the time when it was there."""
    opened, paid = sale.ticket.rpartition("-"), sale.id.rpartition("-")
    if opened[0] == paid[0] and int(paid[2]) - int(opened[2]) + AFTERWARDS < LONGEST:
        yield from _range(db, sale.ticket, sale.id, AFTERWARDS)
        return
    # The register began anew in the middle of it, or did much else.
    yield from _range(db, sale.ticket, sale.ticket, LONGEST - 1)
    yield from _range(db, sale.id, sale.id, AFTERWARDS)


def _range(db: Database, first: str, last: str, more: int) -> Iterator[Entry]:
    origin, _, from_seq = first.rpartition("-")
    to_seq = int(last.rpartition("-")[2]) + more
    rows: list[Any] = db.sql(_BETWEEN, (origin, int(from_seq), to_seq, LONGEST))
    return map(Entry._make, rows)
