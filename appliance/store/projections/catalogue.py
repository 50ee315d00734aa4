"""Categories, products, barcodes, pictures, and the search index over the products' names."""

import binascii
from collections.abc import Mapping
from typing import Any, Final

import msgspec

from appliance.journal.catalogue_kinds import CatalogueTaken, PictureSet
from appliance.journal.entry import Entry, canonical_json, number_of, part_id
from appliance.journal.kinds import (
    BarcodeSet,
    CategoryAdded,
    CategoryChanged,
    NewProduct,
    ProductChanged,
    ProductsAdded,
)
from appliance.store.database import Database
from appliance.store.projections import edits
from appliance.store.statements import Statement, insert, set_column, slot
from appliance.store.tables import (
    Barcode,
    CatalogueFile,
    Category,
    Picture,
    Product,
    ProductEdit,
)

_ADD_CATEGORY: Final = insert(Category, "id", "name", "icon", "tint", "rank")
_SET_CATEGORY: Final = {
    name: set_column(Category, name, Category.id) for name in ("name", "icon", "tint", "rank")
}
_ADD_PRODUCT: Final = insert(Product)
_SET_PRODUCT: Final = {
    name: set_column(Product, name, Product.id)
    for name in (
        "name",
        "names",
        "price_minor",
        "tax_class",
        "unit",
        "category",
        "sku",
        "icon",
        "tint",
        "favourite",
        "low_stock_milli",
        "archived",
        "cost_minor",
    )
}
_NAMES: Final = Statement(
    lambda: Product.select(Product.num, Product.name, Product.names, Product.archived).where(
        Product.id == slot()
    )
)
_FIND_BARCODE: Final = Statement(
    lambda: Barcode.select(Barcode.lamport, Barcode.origin).where(Barcode.code == slot())
)
_ADD_BARCODE: Final = insert(Barcode, "product", "lamport", "origin", "code")
_SET_BARCODE: Final = Statement(
    lambda: Barcode.update(
        {Barcode.product: slot(), Barcode.lamport: slot(), Barcode.origin: slot()}
    ).where(Barcode.code == slot())
)
_NOTE: Final = insert(ProductEdit)
_FIND_PICTURE: Final = Statement(
    lambda: Picture.select(Picture.lamport, Picture.origin).where(Picture.product == slot())
)
_ADD_PICTURE: Final = insert(Picture, "id", "jpeg", "lamport", "origin", "product")
_SET_PICTURE: Final = Statement(
    lambda: Picture.update(
        {
            Picture.id: slot(),
            Picture.jpeg: slot(),
            Picture.lamport: slot(),
            Picture.origin: slot(),
        }
    ).where(Picture.product == slot())
)
_FIND_FILE: Final = Statement(
    lambda: CatalogueFile.select(CatalogueFile.lamport, CatalogueFile.origin).where(
        CatalogueFile.file == slot()
    )
)
_ADD_FILE: Final = insert(CatalogueFile)
_DROP_FILE: Final = Statement(lambda: CatalogueFile.delete().where(CatalogueFile.file == slot()))


def add_category(db: Database, entry: Entry, body: CategoryAdded) -> None:
    """A category, with edits that arrived before it."""
    db.run(_ADD_CATEGORY, entry.id, body.name, body.icon, body.tint, body.rank)
    for field, value in edits.of_thing(db, entry.id).items():
        # Whoever names this entry as something that it is not (a punch) has edited nothing of it.
        if field in _SET_CATEGORY:
            db.run(_SET_CATEGORY[field], value, entry.id)


def change_category(db: Database, entry: Entry, body: CategoryChanged) -> None:
    """The winning fields of an edit."""
    for field, value in edits.given(body, besides="category"):
        if edits.wins(db, entry, body.category, field, value):
            db.run(_SET_CATEGORY[field], value, body.category)


def add_products(db: Database, entry: Entry, body: ProductsAdded) -> None:
    """A batch of products with their barcodes and search entries, and edits that arrived before them."""
    first = number_of(part_id(entry.id, 0))
    db.run_many(
        _ADD_PRODUCT,
        [
            _row(first + part, part_id(entry.id, part), new)
            for part, new in enumerate(body.products)
        ],
    )
    db.names.add(
        [(first + part, _searchable(new.name, new.names)) for part, new in enumerate(body.products)]
    )
    for part, new in enumerate(body.products):
        for code in new.barcodes:
            _set_barcode(db, entry, code, part_id(entry.id, part))
    for product, fields in edits.of_batch(db, entry.id).items():
        _set_fields(db, product, fields)


def change_product(db: Database, entry: Entry, body: ProductChanged) -> None:
    """The winning fields of an edit."""
    won = {
        field: value
        for field, value in edits.given(body, besides="product")
        if edits.wins(db, entry, body.product, field, value)
    }
    _set_fields(db, body.product, won)
    db.run(_NOTE, body.product, entry.origin, entry.seq)


def set_barcode(db: Database, entry: Entry, body: BarcodeSet) -> None:
    """The newest meaning of a barcode counts."""
    _set_barcode(db, entry, body.code, body.product)
    if body.product is not None:
        db.run(_NOTE, body.product, entry.origin, entry.seq)


def set_picture(db: Database, entry: Entry, body: PictureSet) -> None:
    """The newest picture of a product counts. Raises `ValueError` for what is no base64."""
    if body.jpeg:
        binascii.a2b_base64(body.jpeg, strict_mode=True)
    held = db.row(_FIND_PICTURE, body.product)
    if held is None or (entry.lamport, entry.origin) >= tuple(held):
        statement = _ADD_PICTURE if held is None else _SET_PICTURE
        db.run(statement, entry.id, body.jpeg or None, entry.lamport, entry.origin, body.product)
    db.run(_NOTE, body.product, entry.origin, entry.seq)


def take_file(db: Database, entry: Entry, body: CatalogueTaken) -> None:
    """What was told last of a file counts."""
    held = db.row(_FIND_FILE, body.file)
    if held is not None:
        if (entry.lamport, entry.origin) < tuple(held):
            return
        db.run(_DROP_FILE, body.file)
    db.run(
        _ADD_FILE,
        body.file,
        body.name,
        body.line,
        body.lines,
        body.added,
        body.changed,
        int(body.is_done),
        entry.lamport,
        entry.origin,
    )


def _row(num: int, product: str, new: NewProduct) -> tuple[object, ...]:
    return (
        num,
        product,
        new.name,
        canonical_json(new.names) if new.names else "{}",
        new.price_minor,
        new.tax_class,
        new.unit,
        new.category,
        new.sku,
        new.icon,
        new.tint,
        new.favourite,
        new.low_stock_milli,
        0,
        new.cost_minor,
    )


def _set_fields(db: Database, product: str, fields: dict[str, object]) -> None:
    for field, value in fields.items():
        stored = canonical_json(value) if field == "names" else value
        db.run(_SET_PRODUCT[field], int(stored) if field == "archived" else stored, product)  # type: ignore[call-overload]
    if not {"name", "names", "archived"} & fields.keys():
        return
    held = db.row(_NAMES, product)
    if held is None:
        return
    num, name, names, archived = held
    db.names.remove(num)
    if not archived:
        db.names.add([(num, _searchable(name, msgspec.json.decode(names)))])


def _searchable(name: str, names: Mapping[str, str]) -> str:
    return "\n".join((name, *(names[language] for language in sorted(names)))) if names else name


def _set_barcode(db: Database, entry: Entry, code: str, product: str | None) -> None:
    held = db.row(_FIND_BARCODE, code)
    if held is None:
        db.run(_ADD_BARCODE, product, entry.lamport, entry.origin, code)
    elif (entry.lamport, entry.origin) >= tuple(held):
        db.run(_SET_BARCODE, product, entry.lamport, entry.origin, code)


APPLY: Final[Mapping[type, Any]] = {
    CategoryAdded: add_category,
    CategoryChanged: change_category,
    ProductsAdded: add_products,
    ProductChanged: change_product,
    BarcodeSet: set_barcode,
    PictureSet: set_picture,
    CatalogueTaken: take_file,
}
