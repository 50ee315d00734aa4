"""The catalogue as a CSV file: taken in all or nothing, and written out so that nothing changes on the way back.

An import reads the file once, row after row, in one transaction: what does not fit is found where the catalogue itself
would find it, and a stop, a crash or a bad row takes everything back. A dry run is the same with the taking back at
the end, so it tells what would truly happen. Columns and rules: `CATALOGUE_CSV.md`.
"""

import contextlib
import csv
import itertools
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Final, cast

import msgspec

from appliance.domain.money import Minor, format_amount
from appliance.services import shop
from appliance.services.catalogue_cells import codes_text, quantity_text, safe, shown
from appliance.services.catalogue_import import AT_ONCE, MOST_BAD_SHOWN, ImportResult, Taking
from appliance.services.catalogue_rows import (
    COLUMNS,
    BadCell,
    Draft,
    Header,
    RowReader,
    Terms,
    column_name,
    is_column,
    read_header,
)
from appliance.services.desk import Desk
from appliance.store.database import Database
from appliance.words import Words

DELIMITERS: Final = ",;\t"
_BOM: Final = "\ufeff"
_HAD_BAD_ROWS: Final = 1
_CANNOT_READ: Final = 2
_SEPARATOR: Final = "\x1f"
_NAMES: Final = msgspec.json.Decoder(dict[str, str])

Progress = Callable[[int, int], None]
"""Called with how many lines are done and how many there are (0: unknown)."""


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
    after: int = 0,
) -> ImportResult:
    """Take products in from a file, or from lines with their ends. Blocks: some 30,000 new products a second.

    Rows up to the line `after` are passed over.

    A bad row means that nothing is recorded, unless `skip_bad` leaves those out. `stop` is asked every few hundred
    rows; once it is true everything is taken back. Raises `OSError` for a file that cannot be read, and what the store
    raises when it cannot write; then nothing has changed.
    """
    result = ImportResult()
    total = 0
    with contextlib.ExitStack() as opened:
        if isinstance(lines, Path):
            total = line_count(lines)
            # Bytes that are no UTF-8 become characters that the rows know, so that their line can be named.
            lines = opened.enter_context(lines.open(encoding="utf-8-sig", errors="surrogateescape"))
        found = _find_header(lines, result)
        if found is None:
            return result
        header, records = found
        with contextlib.suppress(_TakeBack), desk.book.batch():
            taking = Taking(desk, actor, terms_of(desk.db), result)
            rows = _parts(header, records, taking.terms, result, AT_ONCE, after)
            _take_all(taking, rows, lambda done: progress(done, total), stop)
            if dry_run or result.stopped or result.file_bad or (result.bad_rows and not skip_bad):
                raise _TakeBack
            taking.close()
            result.recorded = True
    return result


def read_parts(
    path: Path, terms: Terms, at_once: int, after: int = 0
) -> Iterator[tuple[int, list[Draft]]]:
    """The good rows of a file after a line, some at once, each time with the last line that is done.

    Rows that are bad in themselves are left out. Nothing for a file that cannot be used. Raises `OSError`.
    """
    result = ImportResult()
    with path.open(encoding="utf-8-sig", errors="surrogateescape") as lines:
        found = _find_header(lines, result)
        if found is not None:
            yield from _parts(*found, terms, result, at_once, after)


def _take_all(
    taking: Taking,
    parts: Iterator[tuple[int, list[Draft]]],
    progress: Callable[[int], None],
    stop: Callable[[], bool],
) -> None:
    for done, drafts in parts:
        if stop():
            taking.result.stopped = True
            return
        taking.take(drafts)
        progress(done)
    if stop():
        taking.result.stopped = True


def _parts(
    header: Header,
    records: Iterator[tuple[int, list[str] | None, int]],
    terms: Terms,
    result: ImportResult,
    at_once: int,
    after: int,
) -> Iterator[tuple[int, list[Draft]]]:
    reader = RowReader(header, terms)
    next(records)
    while rows := list(itertools.islice(records, at_once)):
        drafts = []
        for line, cells, last in rows:
            if line <= after:
                continue
            if cells is None:
                result.note([BadCell(line, "", "", "csv.broken_quotes", (("last", last),))])
            elif any(cells):
                read = reader.read(line, cells)
                if isinstance(read, Draft):
                    drafts.append(read)
                else:
                    result.note(read)
        yield rows[-1][2], drafts


def terms_of(db: Database) -> Terms:
    """What the shop's own facts make of a file."""
    return Terms(shop.read(db).currency.digits, tuple(shop.tax_classes(db)))


# --------------------------------------------------------------------------- reading the file


def line_count(path: Path) -> int:
    """How many lines a file has. Raises `OSError`."""
    count, last = 0, b"\n"
    with path.open("rb") as handle:
        for block in iter(lambda: handle.read(1 << 20), b""):
            count += block.count(b"\n")
            last = block[-1:]
    return count if last == b"\n" else count + 1


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
        result.note([BadCell(1, "", shown(first), "csv.not_utf8")])
        return None
    cells, delimiter = _split_header(first)
    header, bad = read_header(cells)
    if bad:
        result.note(bad)
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
            result.note([BadCell(line, "", "", "csv.not_utf8")])
            return
        else:
            yield line, cells, reader.line_num


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
    named = db.each_sql("SELECT names FROM product WHERE names <> '{}'")
    languages = sorted({language for (names,) in named for language in _NAMES.decode(names)})
    write = cast(Callable[[list[str]], str], csv.writer(_Echo()).writerow)

    def line(cells: list[str]) -> str:
        return write(cells).removesuffix("\r\n")

    yield line([*COLUMNS, *(f"name_{language}" for language in languages)])
    for row in db.each_sql(_EXPORT.replace("{codes}", db.joined("code"))):
        (
            id_,
            name,
            price,
            cost,
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
                "" if cost is None else format_amount(Minor(cost), currency, ".", ""),
                safe(tax_class),
                safe(codes_text(codes.split(_SEPARATOR))) if codes else "",
                safe(sku),
                safe(category or ""),
                "kg" if unit == "kilogram" else unit,
                quantity_text(stock, unit),
                quantity_text(low, unit),
                str(favourite) if favourite else "",
                safe(icon),
                safe(tint),
                *(safe(translated.get(language, "")) for language in languages),
            ]
        )


_EXPORT: Final = (
    "SELECT id, name, price_minor, cost_minor, tax_class, "
    "(SELECT {codes} FROM barcode WHERE product = p.id), "
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
