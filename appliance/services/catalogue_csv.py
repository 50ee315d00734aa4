"""The catalogue as a CSV file: taken in all or nothing, and written out so that nothing changes on the way back.

An import reads the file once, row after row, in one transaction: what does not fit is found where the catalogue itself
would find it, and a stop, a crash or a bad row takes everything back. A dry run is the same with the taking back at
the end, so it tells what would truly happen. Columns and rules: `catalogue_rows.py`, `CATALOGUE_CSV.md`.
"""

import contextlib
import csv
import itertools
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, cast

import msgspec

from appliance.domain.money import Minor, format_amount
from appliance.journal.entry import number_of, part_id
from appliance.journal.kinds import (
    BarcodeSet,
    Body,
    CategoryAdded,
    NewProduct,
    ProductChanged,
    ProductsAdded,
    StockMove,
    StockMoved,
)
from appliance.services import shop
from appliance.services.catalogue_rows import (
    COLUMNS,
    BadCell,
    BadValue,
    Draft,
    Header,
    RowReader,
    Terms,
    codes_text,
    column_name,
    is_column,
    quantity_text,
    read_header,
    safe,
    shown,
)
from appliance.services.desk import Desk
from appliance.store.database import Database
from appliance.words import Words

AT_ONCE: Final = 500
"""How many rows become one entry. An entry can name 4,096 things."""

MOST_BAD_SHOWN: Final = 1_000
"""How many bad cells a result lists; all are counted."""

DELIMITERS: Final = ",;\t"
_BOM: Final = "\ufeff"
_HAD_BAD_ROWS: Final = 1
_CANNOT_READ: Final = 2
_SEPARATOR: Final = "\x1f"

Progress = Callable[[int, int], None]
"""Called with how many lines are done and how many there are (0: unknown)."""


@dataclass(slots=True)
class ImportResult:
    """What an import did, or in a dry run would do. `recorded` is whether it is in the journal now.

    `bad` lists what is wrong, `bad_rows` counts the rows it is in. `file_bad` means that the header cannot be used: no row
    was read. `stock_kept` counts rows whose stock differs from what is on hand: only a count changes that.
    """

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    categories: int = 0
    stock_kept: int = 0
    bad_rows: int = 0
    bad: list[BadCell] = field(default_factory=list)
    file_bad: bool = False
    stopped: bool = False
    recorded: bool = False


class _TakeBack(Exception):
    """Leaves the transaction without a trace."""


def import_catalogue(
    desk: Desk,
    lines: Iterable[str] | Path,
    *,
    actor: str = "",
    dry_run: bool = False,
    skip_bad: bool = False,
    progress: Progress = lambda _done, _total: None,
    stop: Callable[[], bool] = lambda: False,
) -> ImportResult:
    """Take products in from a file, or from lines with their ends. Blocks: some 30,000 new products a second.

    A bad row means that nothing is recorded, unless `skip_bad` leaves those out. `stop` is asked some hundred times a
    second; once it is true everything is taken back. Raises `OSError` for a file that cannot be read, and what the
    store raises when it cannot write; then nothing has changed.
    """
    result = ImportResult()
    total = 0
    with contextlib.ExitStack() as opened:
        if isinstance(lines, Path):
            total = _line_count(lines)
            # Bytes that are no UTF-8 become characters that the rows know, so that their line can be named.
            lines = opened.enter_context(lines.open(encoding="utf-8-sig", errors="surrogateescape"))
        found = _find_header(lines, result)
        if found is None:
            return result
        header, records = found
        with contextlib.suppress(_TakeBack), desk.book.batch():
            taking = _Taking(desk, actor, result)
            _take_all(taking, header, records, lambda done: progress(done, total), stop)
            if dry_run or result.stopped or result.file_bad or (result.bad_rows and not skip_bad):
                raise _TakeBack
            taking.close()
            result.recorded = True
    progress(total, total)
    return result


def _take_all(
    taking: "_Taking",
    header: Header,
    records: Iterator[tuple[int, list[str] | None, int]],
    progress: Callable[[int], None],
    stop: Callable[[], bool],
) -> None:
    facts = shop.read(taking.desk.db)
    terms = Terms(facts.currency.digits, tuple(shop.tax_classes(taking.desk.db)))
    reader = RowReader(header, terms)
    taking.terms = terms
    result = taking.result
    next(records)
    done = 1
    while rows := list(itertools.islice(records, AT_ONCE)):
        if stop():
            result.stopped = True
            return
        drafts = []
        for line, cells, last in rows:
            done = last
            if cells is None:
                _note(result, [BadCell(line, "", "", "csv.broken_quotes", (("last", last),))])
            elif any(cells):
                read = reader.read(line, cells)
                if isinstance(read, Draft):
                    drafts.append(read)
                else:
                    _note(result, read)
        taking.take(drafts)
        progress(done)
    if stop():
        result.stopped = True


def _note(result: ImportResult, bad: list[BadCell]) -> None:
    result.bad_rows += 1
    result.bad += bad[: max(0, MOST_BAD_SHOWN - len(result.bad))]


# --------------------------------------------------------------------------- reading the file


def _line_count(path: Path) -> int:
    with path.open("rb") as handle:
        return sum(block.count(b"\n") for block in iter(lambda: handle.read(1 << 20), b""))


def _find_header(
    lines: Iterable[str], result: ImportResult
) -> tuple[Header, Iterator[tuple[int, list[str] | None, int]]] | None:
    """The header and the records, the header's own first; None where the file cannot be used."""
    source = iter(lines)
    try:
        first = next(source, "").removeprefix(_BOM)
    except UnicodeDecodeError:
        first = "\udc80"
    result.file_bad = True
    if "\0" in first or any("\ud800" <= letter <= "\udfff" for letter in first):
        _note(result, [BadCell(1, "", shown(first), "csv.not_utf8")])
        return None
    cells, delimiter = _split_header(first)
    header, bad = read_header(cells)
    if bad:
        _note(result, bad)
        return None
    result.file_bad = False
    return header, _records(itertools.chain([first], source), delimiter, result)


def _split_header(line: str) -> tuple[list[str], str]:
    """The cells of the header by the delimiter that gives most columns we know."""
    splits = []
    for delimiter in DELIMITERS:
        with contextlib.suppress(csv.Error):
            cells = next(csv.reader([line], delimiter=delimiter), [])
            known = sum(is_column(column_name(cell)) for cell in cells)
            splits.append((known, len(cells), cells, delimiter))
    _, _, cells, delimiter = max(splits, key=lambda split: split[:2], default=(0, 0, [line], ","))
    return cells, delimiter


def _records(
    lines: Iterable[str], delimiter: str, result: ImportResult
) -> Iterator[tuple[int, list[str] | None, int]]:
    """Each record's first line, its cells (None where its quotes are broken) and its last line."""
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield line, None, reader.line_num
        except UnicodeDecodeError:
            # Text that somebody else opened: the rest cannot be read.
            result.file_bad = True
            _note(result, [BadCell(line, "", "", "csv.not_utf8")])
            return
        else:
            yield line, cells, reader.line_num


# --------------------------------------------------------------------------- taking rows in


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
    keys: set[str] = msgspec.field(default_factory=set)
    stock_milli: int | None = None


_HELD: Final = (
    "SELECT num, id, name, names, price_minor, tax_class, unit, category, sku, icon, tint, favourite, "
    "low_stock_milli, archived FROM product WHERE id IN (SELECT value FROM json_each(?))"
)
_OWNERS: Final = (
    "SELECT code, product FROM barcode "
    "WHERE product IS NOT NULL AND code IN (SELECT value FROM json_each(?))"
)
_BY_SKU: Final = (
    "SELECT sku, id FROM product WHERE sku <> '' AND sku IN (SELECT value FROM json_each(?)) "
    "ORDER BY archived, num"
)
_CODES_OF: Final = (
    "SELECT product, code FROM barcode WHERE product IN (SELECT value FROM json_each(?))"
)
_STOCK_OF: Final = (
    "SELECT product, sum(qty_milli) FROM stock_level "
    "WHERE product IN (SELECT value FROM json_each(?)) GROUP BY product"
)
_LINES: Final = "temp.import_line"
_LINE_OF: Final = f"SELECT num, line FROM {_LINES} WHERE num IN (SELECT value FROM json_each(?))"  # noqa: S608
_NAMES: Final = msgspec.json.Decoder(dict[str, str])


@dataclass(slots=True)
class _Known:
    """What the catalogue has of a handful of rows."""

    held: dict[str, _Held]
    owners: dict[str, str]
    by_sku: dict[str, list[str]]
    lines: dict[int, int]
    """The lines of this file that products came from."""


@dataclass(slots=True)
class _Pending:
    """What the rows so far will become."""

    categories: list[CategoryAdded] = field(default_factory=list)
    products: list[tuple[Draft, NewProduct]] = field(default_factory=list)
    edits: list[Body] = field(default_factory=list)
    edited: list[tuple[int, int]] = field(default_factory=list)
    moves: list[StockMove] = field(default_factory=list)
    codes: dict[str, int] = field(default_factory=dict)
    skus: dict[str, int] = field(default_factory=dict)


class _Taking:
    """An import under way, inside a batch. Keeps the lines of its products in a table of its own, not in memory."""

    def __init__(self, desk: Desk, actor: str, result: ImportResult) -> None:
        self.desk: Final = desk
        self.result: Final = result
        self.terms = Terms(2, ())
        self._actor: Final = actor
        self._categories: dict[str, str] = {}
        self._category_names: dict[str, str] = {}
        self._rank = 0
        desk.db.sql(f"DROP TABLE IF EXISTS {_LINES}")
        desk.db.sql(
            f"CREATE TEMP TABLE {_LINES[5:]}(num INTEGER PRIMARY KEY, line INTEGER NOT NULL)"
        )
        for id_, name, rank in desk.db.sql(
            "SELECT id, name, rank FROM category ORDER BY rank DESC, id"
        ):
            self._categories[name.strip().casefold()] = id_
            self._category_names[id_] = name.strip().casefold()
            self._rank = max(self._rank, rank)

    def close(self) -> None:
        """Leave nothing behind."""
        self.desk.db.sql(f"DROP TABLE {_LINES}")

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
                _note(
                    self.result,
                    [BadCell(draft.line, why.column, shown(why.value), why.code, why.fields)],
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

    def _look_up(
        self, statement: str, wanted: list[str] | list[object] | list[int]
    ) -> list[tuple[object, ...]]:
        if not wanted:
            return []
        return self.desk.db.sql(statement, (msgspec.json.encode(wanted).decode(),))

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
            if owner is not None and owner.num not in known.lines and (not sku or not owner.sku):
                held = owner
        if held is not None and held.num in known.lines:
            column, value = ("id", draft.id) if held.id == draft.id else ("sku", sku)
            raise BadValue(f"csv.{column}_twice", column, value, other=known.lines[held.num])
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
            if product is not None and product.num in known.lines:
                raise BadValue("csv.barcode_twice", "barcode", key, other=known.lines[product.num])
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
        pending.edited.append((held.num, draft.line))
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
        lines = pending.edited
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
    return None if after == before else after


# --------------------------------------------------------------------------- writing


class _Echo:
    """What a `csv.writer` writes to in order to give its line back."""

    def write(self, line: str) -> str:
        return line


def export_catalogue(db: Database) -> Iterator[str]:
    """All products that are sold, as lines of CSV without their ends; a line may have line breaks within quotes.

    Reads as it goes, and holds no more than a row. Stock is what is on hand.
    """
    currency = shop.read(db).currency
    languages = [
        row[0]
        for row in db.sql(
            "SELECT DISTINCT each.key FROM product, json_each(product.names) AS each "
            "WHERE product.names <> '{}' ORDER BY 1"
        )
    ]
    write = csv.writer(cast("contextlib.AbstractContextManager[str]", _Echo())).writerow  # type: ignore[arg-type]

    def line(cells: list[str]) -> str:
        return cast(str, write(cells)).removesuffix("\r\n")

    yield line([*COLUMNS, *(f"name_{language}" for language in languages)])
    for row in db.each_sql(_EXPORT):
        (
            id_,
            name,
            price,
            tax_class,
            codes,
            sku,
            category,
            unit,
            stock,
            low,
            favourite,
            icon,
            tint,
            names,
        ) = row
        translated = _NAMES.decode(names)
        yield line(
            [
                id_,
                safe(name),
                format_amount(Minor(price), currency, ".", ""),
                safe(tax_class),
                safe(codes_text(codes.split(_SEPARATOR))) if codes else "",
                safe(sku),
                safe(category or ""),
                "kg" if unit == "kilogram" else unit,
                quantity_text(stock, unit),
                quantity_text(low, unit),
                str(favourite) if favourite else "",
                icon,
                tint,
                *(safe(translated.get(language, "")) for language in languages),
            ]
        )


_EXPORT: Final = (
    "SELECT id, name, price_minor, tax_class, "
    "(SELECT group_concat(code, char(31) ORDER BY code) FROM barcode WHERE product = p.id), "
    "sku, (SELECT name FROM category WHERE id = p.category), unit, "
    "(SELECT sum(qty_milli) FROM stock_level WHERE product = p.id), "
    "low_stock_milli, favourite, icon, tint, names FROM product AS p WHERE archived = 0 ORDER BY num"
)


# --------------------------------------------------------------------------- the command line


def command(
    desk: Desk,
    path: Path,
    words: Words,
    progress: Progress,
    *,
    dry_run: bool,
    skip_bad: bool,
    say: Callable[[str], None] = print,
) -> int:
    """Import a file and say what came of it. Returns 0 done, 1 bad rows and so nothing recorded, 2 no such file."""
    try:
        result = import_catalogue(desk, path, dry_run=dry_run, skip_bad=skip_bad, progress=progress)
    except OSError as why:
        say(words("csv.cannot_read", path=str(path), why=why.strerror or str(why)))
        return _CANNOT_READ
    for line in report(result, words, dry_run=dry_run):
        say(line)
    return (
        0 if result.recorded or (dry_run and (skip_bad or not result.bad_rows)) else _HAD_BAD_ROWS
    )


def report(result: ImportResult, words: Words, *, dry_run: bool = False) -> Iterator[str]:
    """What came of an import, in sentences."""
    for bad in result.bad:
        yield sentence(bad, words)
    if result.bad_rows and len(result.bad) >= MOST_BAD_SHOWN:
        yield words("csv.more_bad", rows=result.bad_rows)
    if result.stopped:
        yield words("csv.stopped")
        return
    if result.file_bad:
        yield words("csv.file_bad")
        return
    counts = {
        "added": result.added,
        "changed": result.changed,
        "unchanged": result.unchanged,
        "bad": result.bad_rows,
    }
    said = "csv.would" if dry_run else "csv.done" if result.recorded else "csv.nothing"
    yield words(said, **counts)
    if result.categories and (result.recorded or dry_run):
        yield words("csv.categories", count=result.categories)
    if result.stock_kept:
        yield words("csv.stock_kept", count=result.stock_kept)


def sentence(bad: BadCell, words: Words) -> str:
    """One thing that is wrong, with its line, column and value."""
    why = words(bad.code, **dict(bad.fields))
    if bad.value:
        return words("csv.cell", line=bad.line, column=bad.column or "–", value=bad.value, why=why)
    if bad.column:
        return words("csv.column", line=bad.line, column=bad.column, why=why)
    return words("csv.line", line=bad.line, why=why)


__all__ = [
    "AT_ONCE",
    "BadCell",
    "ImportResult",
    "command",
    "export_catalogue",
    "import_catalogue",
    "report",
    "sentence",
]
