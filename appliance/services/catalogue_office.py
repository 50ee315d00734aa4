"""The catalogue as the back office lists it: searched, filtered, sorted, page by page.

Words are found within names in all languages and in the shop's own numbers, barcodes as they are scanned or typed.
Plain SQL, the same on SQLite and MariaDB. Of 100,000 products a page takes some 50 ms with a search, less without.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

import msgspec

from appliance.domain.money import PPM, divide_half_up
from appliance.services.catalogue_cells import code_of
from appliance.store.database import Database

AT_ONCE: Final = 50
"""How many products are on a page."""

MOST_WORDS: Final = 6
STATES: Final = ("sold", "archived", "all")
LACKS: Final = ("low", "no_barcode", "no_price", "no_cost")
"""What can be asked for: low stock, or something that a product does not have."""

NONE: Final = "-"
"""As a category: products without one."""

_STOCK: Final = "(SELECT sum(s.qty_milli) FROM stock_level AS s WHERE s.product = p.id)"
_LOW: Final = f"p.low_stock_milli IS NOT NULL AND coalesce({_STOCK}, 0) <= p.low_stock_milli"
_SORTS: Final = {
    "name": "p.name, p.num",
    "price": "p.price_minor, p.name, p.num",
    "price_down": "p.price_minor DESC, p.name, p.num",
    "stock": "stock, p.name, p.num",
    "low": f"CASE WHEN {_LOW} THEN 0 WHEN {_STOCK} IS NOT NULL THEN 1 ELSE 2 END, p.name, p.num",
    "favourite": "CASE WHEN p.favourite > 0 THEN 0 ELSE 1 END, p.favourite, p.name, p.num",
}
SORTS: Final = tuple(_SORTS)

_COLUMNS: Final = ", ".join(
    (
        "p.id, p.name, p.price_minor, p.cost_minor, p.tax_class, p.unit, p.category, p.sku, p.icon, p.tint",
        "p.low_stock_milli, p.archived",
        "(SELECT min(b.code) FROM barcode AS b WHERE b.product = p.id) AS code",
        f"{_STOCK} AS stock",
        "(SELECT i.id FROM picture AS i WHERE i.product = p.id AND i.jpeg IS NOT NULL) AS picture",
    )
)
_WHERE: Final = {
    "low": _LOW,
    "no_barcode": "NOT EXISTS (SELECT 1 FROM barcode AS b WHERE b.product = p.id)",
    "no_price": "p.price_minor = 0",
    "no_cost": "p.cost_minor IS NULL",
}


class Wanted(msgspec.Struct, frozen=True):
    """What is looked for. `category` is an id, empty for all, `-` for those without one."""

    text: str = ""
    category: str = ""
    state: str = "sold"
    lacks: str = ""
    sort: str = "name"

    @property
    def is_narrow(self) -> bool:
        """Whether anything but the order was asked for."""
        return bool(self.text or self.category or self.lacks) or self.state != "sold"


class Listed(NamedTuple):
    """A product in a list. `code` is a barcode as people know it, `picture` the entry that set it."""

    id: str
    name: str
    price_minor: int
    cost_minor: int | None
    tax_class: str
    unit: str
    category: str | None
    sku: str
    icon: str
    tint: str
    low_stock_milli: int | None
    archived: int
    code: str | None
    stock_milli: int | None
    picture: str | None

    @property
    def is_low(self) -> bool:
        """Whether there is less than the shop wants."""
        return self.low_stock_milli is not None and (self.stock_milli or 0) <= self.low_stock_milli


def find(
    db: Database, wanted: Wanted, page: int = 0, at_once: int = AT_ONCE
) -> tuple[int, tuple[Listed, ...]]:
    """How many products there are of what is wanted, and one page of them (from 0)."""
    where, values = _conditions(wanted)
    count = int(db.sql(f"SELECT count(*) FROM product AS p WHERE {where}", values)[0][0])  # noqa: S608 - constants
    order = _SORTS.get(wanted.sort, _SORTS["name"])
    rows = db.sql(
        f"SELECT {_COLUMNS} FROM product AS p WHERE {where} ORDER BY {order} LIMIT ? OFFSET ?",  # noqa: S608 - constants
        (*values, at_once, page * at_once),
    )
    return count, tuple(_listed(row) for row in rows)


def some(db: Database, products: Sequence[str]) -> tuple[Listed, ...]:
    """Products by their ids, in the order of their names; ids that are none are left out."""
    found: list[Listed] = []
    for at in range(0, len(products), AT_ONCE):
        part = products[at : at + AT_ONCE]
        marks = ", ".join("?" for _ in part)
        rows = db.sql(f"SELECT {_COLUMNS} FROM product AS p WHERE p.id IN ({marks})", part)  # noqa: S608 - question marks
        found += map(_listed, rows)
    return tuple(sorted(found, key=lambda one: (one.name, one.id)))


def counts(db: Database) -> dict[str | None, int]:
    """How many products that are sold each category has; None: those without one."""
    return dict(
        db.sql("SELECT category, count(*) FROM product WHERE archived = 0 GROUP BY category")
    )


def margin_ppm(price_minor: int, cost_minor: int, included_ppm: int) -> int | None:
    """Which share of the price without tax the shop keeps, in parts per million; None for what costs nothing.

    `included_ppm` is the sum of the tax rates that the price includes: margin = (net - cost) / net with
    net = price / (1 + rate).
    """
    if price_minor <= 0:
        return None
    gross = price_minor * PPM
    kept = gross - cost_minor * (PPM + included_ppm)
    return divide_half_up(kept * PPM, gross)


def _listed(row: Sequence[object]) -> Listed:
    one = Listed(*row)  # type: ignore[arg-type]
    stock = None if one.stock_milli is None else int(one.stock_milli)
    return one._replace(code=None if one.code is None else code_of(one.code), stock_milli=stock)


def _conditions(wanted: Wanted) -> tuple[str, list[object]]:
    parts: list[str] = ["1 = 1"]
    values: list[object] = []
    if wanted.state != "all":
        parts.append("p.archived = ?")
        values.append(int(wanted.state == "archived"))
    if wanted.category == NONE:
        parts.append("p.category IS NULL")
    elif wanted.category:
        parts.append("p.category = ?")
        values.append(wanted.category)
    if wanted.lacks in _WHERE:
        parts.append(_WHERE[wanted.lacks])
    for word in wanted.text.split()[:MOST_WORDS]:
        condition, more = _has(word)
        parts.append(condition)
        values += more
    return " AND ".join(parts), values


def _has(word: str) -> tuple[str, list[object]]:
    """A word stands in a name, in any case; SQLite's own LIKE knows the cases of A to Z only."""
    spellings = dict.fromkeys((word, word.lower(), word.capitalize(), word.upper()))
    patterns = [f"%{_escaped(one)}%" for one in spellings]
    likes = {
        column: " OR ".join(f"p.{column} LIKE ? ESCAPE '|'" for _ in patterns)
        for column in ("name", "names", "sku")
    }
    # Most products of most shops have neither: an empty text is told quicker than one that is searched.
    told = f"{likes['name']} OR (p.names <> '{{}}' AND ({likes['names']})) OR (p.sku <> '' AND ({likes['sku']}))"
    codes = (word, word.zfill(14))
    by_code = "p.id IN (SELECT b.product FROM barcode AS b WHERE b.code IN (?, ?))"
    return f"({told} OR {by_code})", [*patterns, *patterns, *patterns, *codes]


def _escaped(word: str) -> str:
    for special in "|%_":
        word = word.replace(special, f"|{special}")
    return word
