"""Taking a large file of products in while the shop sells: first a rehearsal, then part by part.

The import of the command line is one transaction, for which everybody else would wait. Here it is two steps:

- `rehearse` does all of it in a scratch store of its own, beside the shop's, on a copy of the catalogue. It tells what
  would happen and which lines are refused, and nobody waits for it.
- `take_part` takes some rows in, one short transaction each. With the rows goes an entry (`CatalogueTaken`) that says
  how far the file is done, so that whoever stops or loses power goes on behind the last row that is in, never twice.

So the parts are each all or nothing, and the file as a whole can be resumed. What changed in the catalogue between the
two steps is met as it is: a row that no longer fits is refused and told at the end.
"""

import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NamedTuple

import msgspec

from appliance.clock import ScriptedClock
from appliance.journal.catalogue_kinds import CatalogueTaken
from appliance.journal.kinds import ProductChanged
from appliance.services.catalogue_csv import import_catalogue, terms_of
from appliance.services.catalogue_import import ImportResult, Taking
from appliance.services.catalogue_rows import Draft
from appliance.services.desk import Desk
from appliance.store.database import Database
from appliance.store.shelf import DiskLimits, Shelf

PART: Final = 50
"""How many rows are one piece of work: some 10 to 20 ms on a small PC."""

MOST_PRICES_SHOWN: Final = 500

_AT_ONCE: Final = 1_000
_PRODUCT_COLUMNS: Final = (
    "num, id, name, names, price_minor, tax_class, unit, category, sku, icon, tint, favourite, "
    "low_stock_milli, archived, cost_minor"
)
_COPIED: Final = {
    "edit": (
        "thing, field, lamport, origin, value",
        "SELECT thing, field, 0, '', value FROM edit WHERE thing = 'shop'",
    ),
    "tax_class": (
        "code, name, taxes, lamport, origin",
        "SELECT code, name, taxes, 0, '' FROM tax_class",
    ),
    "category": (
        "id, name, icon, tint, rank",
        "SELECT id, name, icon, tint, category.rank FROM category",
    ),
    "product": (_PRODUCT_COLUMNS, f"SELECT {_PRODUCT_COLUMNS} FROM product"),  # noqa: S608 - constants
    "barcode": ("code, product, lamport, origin", "SELECT code, product, 0, '' FROM barcode"),
    "stock_level": (
        "product, origin, qty_milli",
        "SELECT product, origin, qty_milli FROM stock_level",
    ),
}
"""What an import looks at, and how a scratch store gets it: rows without their entries, as old as can be."""

_PRICES: Final = "SELECT body FROM entry WHERE kind = 'product_changed' ORDER BY seq"
_PRODUCT: Final = "SELECT name, price_minor FROM product WHERE id = ?"
_EDIT: Final = msgspec.json.Decoder(ProductChanged)
# `lines` is a word of its own in MariaDB, unless its table stands before it.
_MARKS: Final = (
    "SELECT f.file, f.name, f.line, f.lines, f.added, f.changed, f.is_done FROM catalogue_file AS f"
)
_FILE: Final = f"{_MARKS} WHERE f.file = ?"
_UNDONE: Final = f"{_MARKS} WHERE f.is_done = 0 ORDER BY f.lamport DESC LIMIT 5"

Progress = Callable[[int, int], None]


class NewPrice(NamedTuple):
    """A price that would change."""

    product: str
    name: str
    before_minor: int
    after_minor: int


@dataclass(slots=True)
class Rehearsal:
    """What would happen. `prices` lists the first of `price_count` prices that change."""

    result: ImportResult
    prices: list[NewPrice] = field(default_factory=list)
    price_count: int = 0


class FileMark(NamedTuple):
    """How far a file was taken in."""

    file: str
    name: str
    line: int
    lines: int
    added: int
    changed: int
    is_done: bool


def rehearse(
    copied_from: Callable[[], Iterator[tuple[str, Iterable[tuple[object, ...]]]]],
    path: Path,
    *,
    after: int = 0,
    progress: Progress = lambda _done, _total: None,
    stop: Callable[[], bool] = lambda: False,
) -> Rehearsal:
    """Take a file in, into a scratch store beside it.

    `copied_from` gives rows of the catalogue, see `rows_of_catalogue`. Blocks: a second
    for 100,000 products of the shop, and a second for 10,000 rows of the file. Raises `OSError`, and what a store
    raises on a full disk; the shop's store is not touched.
    """
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        shelf = Shelf(Path(folder), limits=DiskLimits(0, 0, 0))
        try:
            desk = Desk(shelf.db, shelf.book(ScriptedClock(0)))
            before: dict[str, int] = {}
            with shelf.transaction():
                for statement, rows in copied_from():
                    # A scratch store is no shop: its tables are given to it, not folded.
                    shelf.db.sql_many(statement, rows)
            shelf.db.forget()
            found = _PricesBefore(shelf.db, before)
            result = import_catalogue(
                desk, path, skip_bad=True, progress=progress, stop=stop, after=after
            )
            rehearsal = Rehearsal(result)
            found.compare(rehearsal)
            return rehearsal
        finally:
            shelf.close()


def rows_of_catalogue(db: Database) -> Iterator[tuple[str, Iterable[tuple[object, ...]]]]:
    """The catalogue's rows as `rehearse` wants them: statements and what goes into them, some at once."""
    for table, (columns, reading) in _COPIED.items():
        marks = ", ".join("?" for _ in columns.split(","))
        writing = f"INSERT INTO {table}({columns}) VALUES ({marks})"  # noqa: S608 - constants
        rows: list[tuple[object, ...]] = []
        for row in db.each_sql(reading):
            rows.append(tuple(row))
            if len(rows) == _AT_ONCE:
                yield writing, rows
                rows = []
        yield writing, rows


def take_part(
    desk: Desk, drafts: list[Draft], mark: FileMark, actor: str
) -> tuple[ImportResult, FileMark]:
    """Some rows, and how far the file is with them. Does nothing but read and record, so that it can be run again.

    `mark` says how far the file will be, with the counts from before this part.
    """
    result = ImportResult()
    if drafts:
        taking = Taking(desk, actor, terms_of(desk.db), result)
        taking.take(drafts)
        taking.close()
    mark = mark._replace(added=mark.added + result.added, changed=mark.changed + result.changed)
    desk.book.record(actor, CatalogueTaken(**mark._asdict()))
    return result, mark


def mark_of(db: Database, file: str) -> FileMark | None:
    """How far a file was taken in; None where it never was."""
    found = db.sql(_FILE, (file,))
    return _mark(found[0]) if found else None


def undone(db: Database) -> tuple[FileMark, ...]:
    """Files of which a part is not in yet, the newest first."""
    return tuple(map(_mark, db.sql(_UNDONE)))


def _mark(row: tuple[str, str, int, int, int, int, int]) -> FileMark:
    return FileMark(*row[:6], is_done=bool(row[6]))


class _PricesBefore:
    """The prices of products that exist, to tell those that an import changes."""

    def __init__(self, db: Database, before: dict[str, int]) -> None:
        self._db = db
        self._before = before
        for product, price_minor in db.each_sql("SELECT id, price_minor FROM product"):
            self._before[product] = price_minor

    def compare(self, rehearsal: Rehearsal) -> None:
        for (body,) in self._db.sql(_PRICES):
            edit = _EDIT.decode(body)
            if not isinstance(edit.price_minor, int) or edit.product not in self._before:
                continue
            rehearsal.price_count += 1
            if len(rehearsal.prices) < MOST_PRICES_SHOWN:
                name, price_minor = self._db.sql(_PRODUCT, (edit.product,))[0]
                rehearsal.prices.append(
                    NewPrice(edit.product, name, self._before[edit.product], price_minor)
                )
