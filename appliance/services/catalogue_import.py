"""Taking rows of a file into the catalogue: which product a row means, what it changes, what speaks against it.

Works inside a batch of the book, so that each row meets the catalogue as the rows before it left it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final, cast

import msgspec

from appliance.journal.body import Body
from appliance.journal.entry import number_of, part_id
from appliance.journal.kinds import (
    BarcodeSet,
    CategoryAdded,
    NewProduct,
    ProductChanged,
    ProductsAdded,
    StockMove,
    StockMoved,
)
from appliance.services.catalogue_cells import BadValue, shown
from appliance.services.catalogue_rows import BadCell, Draft, Terms
from appliance.services.desk import Desk

AT_ONCE: Final = 500
"""How many rows become one entry. An entry can name 4,096 things."""

MOST_BAD_SHOWN: Final = 1_000
"""How many bad cells a result lists; all are counted."""


@dataclass(slots=True)
class ImportResult:
    """What an import did, or in a dry run would do. `recorded` is whether it is in the journal now.

    `bad` lists what is wrong, `bad_rows` counts the rows it is in, which begin at `bad_lines`. `file_bad` means that
    the file as a whole cannot be used. `stock_kept` counts rows whose stock differs from what is on hand: only a
    count changes that.
    """

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    categories: int = 0
    stock_kept: int = 0
    bad_rows: int = 0
    bad: list[BadCell] = field(default_factory=list)
    bad_lines: list[int] = field(default_factory=list)
    file_bad: bool = False
    stopped: bool = False
    recorded: bool = False

    def note(self, bad: Sequence[BadCell]) -> None:
        """One more bad row."""
        self.bad_rows += 1
        self.bad_lines.append(bad[0].line)
        self.bad += bad[: max(0, MOST_BAD_SHOWN - len(self.bad))]


class _Held(msgspec.Struct):
    """A product that the catalogue has."""

    num: int
    id: str
    name: str
    names: str
    price_minor: int
    tax_class: str
    unit: str
    category: str | None
    sku: str
    icon: str
    tint: str
    favourite: int
    low_stock_milli: int | None
    archived: int
    cost_minor: int | None
    keys: set[str] = msgspec.field(default_factory=set)
    stock_milli: int | None = None


_HELD: Final = (
    "SELECT num, id, name, names, price_minor, tax_class, unit, category, sku, icon, tint, favourite, "
    "low_stock_milli, archived, cost_minor FROM product WHERE id IN ?"
)
_OWNERS: Final = "SELECT code, product FROM barcode WHERE product IS NOT NULL AND code IN ?"
_BY_SKU: Final = "SELECT sku, id FROM product WHERE sku <> '' AND sku IN ? ORDER BY archived, num"
_CODES_OF: Final = "SELECT product, code FROM barcode WHERE product IN ?"
_STOCK_OF: Final = (
    "SELECT product, sum(qty_milli) FROM stock_level WHERE product IN ? GROUP BY product"
)
_LINES: Final = "import_line"
_LINE_OF: Final = f"SELECT num, line FROM {_LINES} WHERE num IN ?"  # noqa: S608
_NAMES: Final = msgspec.json.Decoder(dict[str, str])


@dataclass(slots=True)
class _Pending:
    """What the rows so far will become."""

    categories: list[CategoryAdded] = field(default_factory=list)
    products: list[tuple[Draft, NewProduct]] = field(default_factory=list)
    edits: list[Body] = field(default_factory=list)
    edited: dict[int, int] = field(default_factory=dict)
    moves: list[StockMove] = field(default_factory=list)
    codes: dict[str, int] = field(default_factory=dict)
    skus: dict[str, int] = field(default_factory=dict)


@dataclass(slots=True)
class _Known:
    """What the catalogue has of a handful of rows."""

    held: dict[str, _Held]
    owners: dict[str, str]
    by_sku: dict[str, list[str]]
    lines: dict[int, int]
    """The lines of this file that products came from."""

    def line(self, held: _Held, pending: _Pending) -> int:
        """The line of this file that a product came from or was changed by; 0 if it was none."""
        return self.lines.get(held.num) or pending.edited.get(held.num, 0)


class Taking:
    """An import under way, inside a batch. Keeps the lines of its products in a table of its own, not in memory."""

    def __init__(self, desk: Desk, actor: str, terms: Terms, result: ImportResult) -> None:
        self.desk: Final = desk
        self.result: Final = result
        self.terms: Final = terms
        self._actor: Final = actor
        self._categories: dict[str, str] = {}
        self._category_names: dict[str, str] = {}
        self._rank = 0
        desk.db.make_scratch(_LINES, ("num", "line"))
        for id_, name, rank in desk.db.sql(
            "SELECT id, name, rank FROM category ORDER BY rank DESC, id"
        ):
            self._categories[name.strip().casefold()] = id_
            self._category_names[id_] = name.strip().casefold()
            self._rank = max(self._rank, rank)

    def close(self) -> None:
        """Leave nothing behind."""
        self.desk.db.drop_scratch(_LINES)

    def take(self, drafts: list[Draft]) -> None:
        """Record some rows. Those that do not fit are noted instead."""
        known = self._known(drafts)
        pending = _Pending()
        for draft in drafts:
            try:
                held = self._match(draft, known, pending)
                self._refuse_taken_codes(draft, held, known, pending)
                if held is None:
                    self._add(draft, pending)
                else:
                    self._change(draft, held, pending)
            except BadValue as why:
                self.result.note(
                    [BadCell(draft.line, why.column, shown(why.value), why.code, why.fields)]
                )
                continue
            if sku := cast(str, draft.fields.get("sku", "")):
                pending.skus[sku] = draft.line
            for key in draft.keys:
                pending.codes[key] = draft.line
        self._record(pending)

    # ------------------------------------------------------------------ finding

    def _known(self, drafts: list[Draft]) -> _Known:
        codes = [key for draft in drafts for key in draft.keys]
        skus = [sku for draft in drafts if (sku := draft.fields.get("sku"))]
        ids = {draft.id for draft in drafts if draft.id}
        owners = dict(self._look_up(_OWNERS, codes))
        by_sku: dict[str, list[str]] = {}
        for sku, product in self._look_up(_BY_SKU, skus):
            by_sku.setdefault(sku, []).append(product)
            ids.add(product)
        ids.update(owners.values())
        held = {row[1]: _Held(*row) for row in self._look_up(_HELD, list(ids))}
        for product, code in self._look_up(_CODES_OF, list(held)):
            held[product].keys.add(code)
        for product, qty_milli in self._look_up(_STOCK_OF, list(held)):
            held[product].stock_milli = qty_milli
        lines = dict(self._look_up(_LINE_OF, [each.num for each in held.values()]))
        return _Known(held, owners, by_sku, lines)

    def _look_up(self, statement: str, wanted: Sequence[object]) -> list[Any]:
        if not wanted:
            return []
        return self.desk.db.among(statement, wanted)

    def _match(self, draft: Draft, known: _Known, pending: _Pending) -> _Held | None:
        """The product that a row means: by id, else by sku, else by its first barcode."""
        held = known.held.get(draft.id)
        sku = cast(str, draft.fields.get("sku", ""))
        if held is None and sku:
            if sku in pending.skus:
                raise BadValue("csv.sku_twice", "sku", sku, other=pending.skus[sku])
            held = self._by_sku(draft, sku, known)
        if held is None and draft.keys:
            owner = known.held.get(known.owners.get(draft.keys[0], ""))
            # A product without a number of the shop's own may get one now.
            if owner is not None and not known.line(owner, pending) and not (sku and owner.sku):
                held = owner
        if held is not None and (other := known.line(held, pending)):
            column, value = ("id", draft.id) if held.id == draft.id else ("sku", sku)
            raise BadValue(f"csv.{column}_twice", column, value, other=other)
        return held

    def _by_sku(self, draft: Draft, sku: str, known: _Known) -> _Held | None:
        found = known.by_sku.get(sku, [])
        if len(found) > 1:
            owner = known.owners.get(draft.keys[0]) if draft.keys else None
            if owner not in found:
                raise BadValue("csv.sku_of_several", "sku", sku, count=len(found))
            return known.held[owner]
        return known.held[found[0]] if found else None

    def _refuse_taken_codes(
        self, draft: Draft, held: _Held | None, known: _Known, pending: _Pending
    ) -> None:
        for key in draft.keys:
            if key in pending.codes:
                raise BadValue("csv.barcode_twice", "barcode", key, other=pending.codes[key])
            owner = known.owners.get(key)
            if owner is None or (held is not None and owner == held.id):
                continue
            product = known.held.get(owner)
            if product is not None and (other := known.line(product, pending)):
                raise BadValue("csv.barcode_twice", "barcode", key, other=other)
            name = owner if product is None else product.name
            raise BadValue("csv.barcode_taken", "barcode", key, product=shown(name))

    # ------------------------------------------------------------------ deciding

    def _add(self, draft: Draft, pending: _Pending) -> None:
        fields = draft.fields
        _refuse_doubtful(draft, cast(str, fields.get("unit", "piece")))
        if "tax_class" not in fields:
            if len(self.terms.tax_classes) != 1:
                known = ", ".join(self.terms.tax_classes) or "–"
                raise BadValue("csv.missing_tax_class", "tax_class", known=known)
            fields["tax_class"] = self.terms.tax_classes[0]
        new = NewProduct(
            category=self._category(draft.category, pending) if draft.category else None,
            barcodes=draft.keys,
            names={language: name for language, name in draft.names.items() if name},
            **fields,  # type: ignore[arg-type]
        )
        pending.products.append((draft, new))
        self.result.added += 1

    def _change(self, draft: Draft, held: _Held, pending: _Pending) -> None:
        _refuse_doubtful(draft, cast(str, draft.fields.get("unit", held.unit)))
        changed = {
            name: value
            for name, value in draft.fields.items()
            if value != (kept.strip() if isinstance(kept := getattr(held, name), str) else kept)
        }
        if draft.category is None and held.category is not None:
            changed["category"] = None
        elif draft.category:
            wanted = draft.category.casefold()
            if held.category is None or wanted != self._category_names.get(held.category):
                changed["category"] = self._category(draft.category, pending)
        if draft.names and (names := _renamed(held, draft.names)) is not None:
            changed["names"] = names
        if held.archived:
            changed["archived"] = False
        codes = [key for key in draft.keys if key not in held.keys]
        if changed:
            pending.edits.append(ProductChanged(product=held.id, **changed))  # type: ignore[arg-type]
        pending.edits += [BarcodeSet(code=key, product=held.id) for key in codes]
        pending.edited[held.num] = draft.line
        counted = draft.stock_milli is not None and held.stock_milli is None
        if counted:
            pending.moves.append(_opening(held.id, cast(int, draft.stock_milli)))
        elif draft.stock_milli is not None and draft.stock_milli != held.stock_milli:
            self.result.stock_kept += 1
        if changed or codes or counted:
            self.result.changed += 1
        else:
            self.result.unchanged += 1

    def _category(self, name: str, pending: _Pending) -> str:
        """The id of a category, by its name in any case; made if there is none."""
        folded = name.casefold()
        if folded not in self._categories:
            self._rank += 1
            made = self.desk.book.id_ahead(len(pending.categories))
            pending.categories.append(CategoryAdded(name=name, rank=self._rank))
            self._categories[folded] = made
            self._category_names[made] = folded
            self.result.categories += 1
        return self._categories[folded]

    # ------------------------------------------------------------------ recording

    def _record(self, pending: _Pending) -> None:
        bodies: list[Body] = [*pending.categories]
        lines = list(pending.edited.items())
        moves = pending.moves
        if pending.products:
            entry = self.desk.book.id_ahead(len(bodies))
            first = number_of(part_id(entry, 0))
            bodies.append(ProductsAdded(products=tuple(new for _, new in pending.products)))
            for part, (draft, new) in enumerate(pending.products):
                if new.barcodes or new.sku:
                    lines.append((first + part, draft.line))
                if draft.stock_milli is not None:
                    moves.append(_opening(part_id(entry, part), draft.stock_milli))
        bodies += pending.edits
        if moves:
            bodies.append(StockMoved(reason="count", moves=tuple(moves)))
        if bodies:
            self.desk.book.record(self._actor, *bodies)
        self.desk.db.sql_many(f"INSERT INTO {_LINES}(num, line) VALUES (?, ?)", lines)  # noqa: S608


def _opening(product: str, milli: int) -> StockMove:
    return StockMove(product=product, qty_milli=milli, counted_milli=milli)


def _refuse_doubtful(draft: Draft, unit: str) -> None:
    if draft.doubtful is not None and unit == "piece":
        column, text = draft.doubtful
        raise BadValue("csv.doubtful_number", column, text)


def _renamed(held: _Held, given: dict[str, str]) -> dict[str, str] | None:
    """All names of a product with the given ones; None where nothing changes."""
    before = _NAMES.decode(held.names)
    after = dict(before)
    for language, name in given.items():
        if not name:
            after.pop(language, None)
        elif name != before.get(language, "").strip():
            after[language] = name
    return None if after == before else dict(sorted(after.items()))
