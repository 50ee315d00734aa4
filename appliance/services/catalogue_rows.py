"""One row of a catalogue file: what its cells say, what is wrong with them, and how to write them.

`CATALOGUE_CSV.md` tells shop owners the columns and their rules. Nothing is guessed: a cell that could mean two
things is refused with a reason, and whoever wrote it decides.
"""

import difflib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from appliance.domain.barcode import catalogue_key
from appliance.domain.money import MILLI

COLUMNS: Final = (
    "id",
    "name",
    "price",
    "tax_class",
    "barcode",
    "sku",
    "category",
    "unit",
    "stock",
    "low_stock",
    "favourite",
    "icon",
    "tint",
)
"""The columns in the order in which an export writes them; `name_<language>` follows."""

REQUIRED: Final = ("name", "price")
_EMPTY: Final[Mapping[str, object]] = {
    "category": None,
    "sku": "",
    "icon": "",
    "tint": "",
    "favourite": 0,
    "low_stock_milli": None,
}
_NAME_IN: Final = re.compile(r"name_([a-z]{2,3}(?:-[a-z0-9]{2,8})*)")
_SURROGATE: Final = re.compile("[\ud800-\udfff]")


class BadCell(NamedTuple):
    """Something wrong in the file. `code` names the sentence in `strings/`, `fields` are its values."""

    line: int
    column: str
    value: str
    code: str
    fields: Fields = ()


class Draft(NamedTuple):
    """A row that was read. `fields` are only those that the row gives, by the names of `NewProduct`.

    `keys` are catalogue keys; `category` is a name, `""` where none is given and None where the product shall have none; a name
    in a language is `""` where it shall go; `doubtful` is a quantity such as 1.250, which could be a thousand
    pieces: its column and text.
    """

    line: int
    id: str
    keys: tuple[str, ...]
    category: str | None
    names: dict[str, str]
    stock_milli: int | None
    doubtful: tuple[str, str] | None
    fields: dict[str, object]


@dataclass(frozen=True, slots=True)
class Terms:
    """What the shop's own facts make of a file: the decimals of its currency and the codes of its tax classes."""

    digits: int
    tax_classes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Header:
    """The columns that a file has: the place of each, and the place of the name in each language."""

    columns: tuple[tuple[int, str], ...]
    names: tuple[tuple[int, str], ...]
    width: int


def read_header(cells: Sequence[str]) -> tuple[Header, list[BadCell]]:
    """The columns of a header, and what is wrong with it."""
    columns: list[tuple[int, str]] = []
    names: list[tuple[int, str]] = []
    bad: list[BadCell] = []
    seen: set[str] = set()
    cells = list(cells)
    while cells and not cells[-1].strip():
        cells.pop()
    for place, cell in enumerate(cells):
        name = column_name(cell)
        language = _NAME_IN.fullmatch(name)
        if name in seen and name:
            bad.append(BadCell(1, name, shown(cell), "csv.column_twice"))
        elif name in COLUMNS:
            columns.append((place, name))
        elif language is not None:
            names.append((place, language[1]))
        else:
            near = difflib.get_close_matches(name, (*COLUMNS, "name_en", "name_de"), 1, 0.0)
            bad.append(
                BadCell(1, shown(cell), shown(cell), "csv.unknown_column", (("near", near[0]),))
            )
        seen.add(name)
    bad += [BadCell(1, name, "", "csv.missing_column") for name in REQUIRED if name not in seen]
    return Header(tuple(columns), tuple(names), len(cells)), bad


def column_name(cell: str) -> str:
    """A heading as the columns are called: `Low stock` is `low_stock`."""
    return "_".join(cell.strip().casefold().split())


def is_column(name: str) -> bool:
    """Whether a heading (as `column_name` gives it) is one that we know."""
    return name in COLUMNS or _NAME_IN.fullmatch(name) is not None


class RowReader:
    """Reads the rows of one file."""

    def __init__(self, header: Header, terms: Terms) -> None:
        self._header = header
        read = {
            "name": _text("name"),
            "price": _price_reader(terms.digits),
            "tax_class": _tax_class_reader(terms.tax_classes),
            "sku": _text("sku"),
            "unit": _unit,
            "low_stock": _low_stock,
            "favourite": _favourite,
            "icon": _thin("icon"),
            "tint": _thin("tint"),
        }
        kept_as = {"price": "price_minor", "low_stock": "low_stock_milli"}
        self._fields: Final[tuple[tuple[int, str, str, Callable[[str], object]], ...]] = tuple(
            (place, name, kept_as.get(name, name), read[name])
            for place, name in header.columns
            if name in read
        )
        self._others: Final = tuple(
            (place, name) for place, name in header.columns if name not in read
        )
        self._name: Final = _text("name")

    def read(self, line: int, cells: list[str]) -> Draft | list[BadCell]:
        """What a row says, or everything that is wrong with its cells."""
        header = self._header
        if len(cells) != header.width:
            if any(cells[header.width :]):
                extra = next(cell for cell in cells[header.width :] if cell)
                fields = (("found", len(cells)), ("expected", header.width))
                return [BadCell(line, "", shown(extra), "csv.too_many_cells", fields)]
            cells = cells[: header.width] + [""] * (header.width - len(cells))
        if _FORBIDDEN.search("".join(cells)):
            return self._unreadable(line, cells)
        bad: list[BadCell] = []
        fields: dict[str, object] = {}
        for place, column, field, read in self._fields:
            text = cells[place].strip()
            if not text:
                continue
            try:
                fields[field] = _EMPTY[field] if text == CLEAR and field in _EMPTY else read(text)
            except BadValue as why:
                bad.append(BadCell(line, column, shown(text), why.code, why.fields))
        for field, column in (("name", "name"), ("price_minor", "price")):
            if field not in fields and not any(each.column == column for each in bad):
                bad.append(BadCell(line, column, "", f"csv.missing_{column}"))
        others = self._read_others(line, cells, bad)
        names = self._read_names(line, cells, bad) if header.names else {}
        if bad:
            return bad
        doubtful = (
            self._doubtful(cells) if "stock" in others or "low_stock_milli" in fields else None
        )
        return Draft(
            line,
            str(others.get("id", "")),
            others.get("barcode", ()),  # type: ignore[arg-type]
            others.get("category", ""),  # type: ignore[arg-type]
            names,
            others.get("stock"),  # type: ignore[arg-type]
            doubtful,
            fields,
        )

    def _read_others(self, line: int, cells: list[str], bad: list[BadCell]) -> dict[str, object]:
        found: dict[str, object] = {}
        for place, column in self._others:
            text = cells[place].strip()
            if text and (text != CLEAR or column == "category"):
                try:
                    found[column] = _OTHERS[column](text)
                except BadValue as why:
                    bad.append(
                        BadCell(line, column, shown(why.value or text), why.code, why.fields)
                    )
        return found

    def _read_names(self, line: int, cells: list[str], bad: list[BadCell]) -> dict[str, str]:
        found = {}
        for place, language in self._header.names:
            text = cells[place].strip()
            if text:
                try:
                    found[language] = "" if text == CLEAR else self._name(text)
                except BadValue as why:
                    bad.append(BadCell(line, f"name_{language}", shown(text), why.code, why.fields))
        return found

    def _doubtful(self, cells: list[str]) -> tuple[str, str] | None:
        """A quantity that may have been meant in thousands: `1.250`, but not `0.250` or `1.25`."""
        for place, column in self._header.columns:
            if column in {"stock", "low_stock"}:
                read = _QUANTITY.fullmatch(cells[place].strip())
                if read and read[3] and len(read[3] + read[4]) == _GROUP and int(read[2]):
                    return column, cells[place].strip()
        return None

    def _unreadable(self, line: int, cells: list[str]) -> list[BadCell]:
        titles = dict(self._header.columns) | {
            place: f"name_{language}" for place, language in self._header.names
        }
        return [
            BadCell(line, titles[place], shown(cell), *_why_unreadable(found[0]))
            for place, cell in enumerate(cells)
            if (found := _FORBIDDEN.search(cell))
        ]


def _why_unreadable(character: str) -> tuple[str, Fields]:
    if _SURROGATE.match(character):
        return "csv.not_utf8", ()
    return "csv.control_character", (("character", f"U+{ord(character):04X}"),)
