"""Finding products: by barcode, by category, and as somebody types."""

import re
import unicodedata
from typing import Final, NamedTuple

import msgspec
from peewee import JOIN

from appliance.domain.barcode import Scanned
from appliance.messages import CategoryView, TileView
from appliance.problems import Refusal
from appliance.store.database import Database
from appliance.store.statements import Statement, slot
from appliance.store.tables import Barcode, Category, Product, StockLevel, TaxClass

MOST_HITS: Final = 50
"""How many search hits are shown."""

_CANDIDATES: Final = 4 * MOST_HITS
_WORDS: Final = re.compile(r"\w+")
_SHORTEST_CODE: Final = 3

_COLUMNS: Final = (
    Product.id,
    Product.name,
    Product.names,
    Product.price_minor,
    Product.tax_class,
    Product.unit,
    Product.category,
    Product.icon,
    Product.tint,
    Product.favourite,
    Product.low_stock_milli,
    Product.archived,
    Product.cost_minor,
)
_TAXED: Final = (*_COLUMNS, TaxClass.taxes)
_BY_CODE: Final = Statement(lambda: Barcode.select(Barcode.product).where(Barcode.code == slot()))
_SCANNED: Final = Statement(
    lambda: (
        Barcode.select(*_TAXED)
        .join(Product, on=(Product.id == Barcode.product))
        .join(TaxClass, JOIN.LEFT_OUTER, on=(TaxClass.code == Product.tax_class))
        .where(Barcode.code == slot())
    )
)
_BY_ID: Final = Statement(
    lambda: (
        Product.select(*_TAXED)
        .join(TaxClass, JOIN.LEFT_OUTER, on=(TaxClass.code == Product.tax_class))
        .where(Product.id == slot())
    )
)
_CATEGORIES: Final = Statement(
    lambda: Category.select(Category.id, Category.name).order_by(Category.rank, Category.name)
)
_LEVEL: Final = Statement(
    lambda: StockLevel.select(StockLevel.qty_milli).where(StockLevel.product == slot())
)
_NAMES_OF_COLUMNS: Final = ", ".join(column.name for column in _COLUMNS)
_FAVOURITES: Final = (
    f"SELECT {_NAMES_OF_COLUMNS} FROM product WHERE favourite > 0 AND archived = 0 "  # noqa: S608 - constants
    "ORDER BY favourite, name LIMIT ? OFFSET ?"
)
_OF_CATEGORY: Final = (
    f"SELECT {_NAMES_OF_COLUMNS} FROM product WHERE category = ? AND archived = 0 "  # noqa: S608 - constants
    "ORDER BY name LIMIT ? OFFSET ?"
)
_SEARCH: Final = f"SELECT {_NAMES_OF_COLUMNS} FROM product WHERE num IN "  # noqa: S608 - constants
_NAMES: Final = msgspec.json.Decoder(dict[str, str])


class NoSuchBarcode(Refusal):
    """No product has this barcode."""

    code = "no_such_barcode"


class NoSuchProduct(Refusal):
    """No product has this id, or it is no longer sold."""

    code = "no_such_product"


class ProductRow(NamedTuple):
    """A product as the catalogue has it; `taxes` are those of its tax class as JSON, where they were asked for."""

    id: str
    name: str
    names: str
    price_minor: int
    tax_class: str
    unit: str
    category: str | None
    icon: str
    tint: str
    favourite: int
    low_stock_milli: int | None
    archived: int
    cost_minor: int | None
    taxes: str | None = None

    def name_in(self, language: str) -> str:
        """The product's name in a language, or its plain name."""
        if self.names == "{}":
            return self.name
        return _NAMES.decode(self.names).get(language, self.name)


def by_scan(db: Database, scanned: Scanned) -> tuple[ProductRow, str]:
    """The product that a scan means, and the catalogue key by which it was found.

    Only the barcode table is asked, so that a barcode is never taken for an id. Raises `NoSuchBarcode`.
    """
    for key in scanned.keys:
        row = db.row(_SCANNED, key)
        if row is not None:
            product = ProductRow(*row)
            if not product.archived:
                return product, key
    raise NoSuchBarcode(barcode=scanned.text)


def is_known(db: Database, key: str) -> bool:
    """Whether a catalogue key means some product."""
    row = db.row(_BY_CODE, key)
    return row is not None and row[0] is not None


def find(db: Database, product: str) -> ProductRow | None:
    """A product by its id."""
    row = db.row(_BY_ID, product)
    return None if row is None else ProductRow(*row)


def by_id(db: Database, product: str) -> ProductRow:
    """A product that is sold, by its id. Raises `NoSuchProduct`."""
    found = find(db, product)
    if found is None or found.archived:
        raise NoSuchProduct(product=product)
    return found


def categories(db: Database) -> tuple[CategoryView, ...]:
    """The categories in their order."""
    return tuple(CategoryView(*row) for row in db.rows(_CATEGORIES))


def page_of(
    db: Database, category: str | None, page: int, at_once: int, language: str
) -> tuple[int, tuple[TileView, ...]]:
    """How many pages a category has (None: the favourites), and the tiles of one of them."""
    if category is None:
        count = db.sql("SELECT count(*) FROM product WHERE favourite > 0 AND archived = 0")[0][0]
        rows = db.sql(_FAVOURITES, (at_once, page * at_once))
    else:
        count = db.sql(
            "SELECT count(*) FROM product WHERE category = ? AND archived = 0", (category,)
        )[0][0]
        rows = db.sql(_OF_CATEGORY, (category, at_once, page * at_once))
    return max(1, -(-count // at_once)), tuple(tile(db, ProductRow(*row), language) for row in rows)


def search(db: Database, text: str, language: str) -> tuple[tuple[TileView, ...], bool]:
    """The first hits for what was typed so far, best first, and whether there are more.

    Every word must begin a word of the product's name in some language; accents and case do not matter. A typed
    barcode finds its product as well.
    """
    words = _WORDS.findall(text)
    if not words:
        return (), False
    hits, parameters = db.names.hits(words, _CANDIDATES)
    rows = [ProductRow(*row) for row in db.sql(f"{_SEARCH}({hits})", parameters)]
    wanted = _plain(text)
    rows.sort(key=lambda row: _rank(row, language, wanted))
    coded = _by_typed_code(db, text.strip())
    if coded is not None:
        rows = [coded, *(row for row in rows if row.id != coded.id)]
    return (
        tuple(tile(db, row, language) for row in rows[:MOST_HITS]),
        len(rows) > MOST_HITS,
    )


def tile(db: Database, product: ProductRow, language: str) -> TileView:
    """A product as a tile."""
    stock = on_hand(db, product.id)
    low = (
        product.low_stock_milli is not None
        and stock is not None
        and stock <= product.low_stock_milli
    )
    return TileView(
        product=product.id,
        name=product.name_in(language),
        price_minor=product.price_minor,
        unit=product.unit,
        icon=product.icon,
        tint=product.tint,
        stock_milli=stock,
        low=low,
    )


def on_hand(db: Database, product: str) -> int | None:
    """What is on hand, in thousandths; None where no move was ever recorded."""
    levels = db.rows(_LEVEL, product)
    return sum(row[0] for row in levels) if levels else None


def _rank(row: ProductRow, language: str, wanted: str) -> tuple[bool, bool, int, str]:
    name = _plain(row.name_in(language))
    return (not name.startswith(wanted), row.favourite == 0, len(name), name)


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter)).strip()


def _by_typed_code(db: Database, text: str) -> ProductRow | None:
    if len(text) < _SHORTEST_CODE or not text.isalnum():
        return None
    for key in (text, text.zfill(14)):
        row = db.row(_BY_CODE, key)
        if row is not None and row[0] is not None:
            return find(db, row[0])
    return None
