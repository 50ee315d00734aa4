"""The header and the rows of a catalogue file: what they say, and everything that is wrong with them.

`CATALOGUE_CSV.md` tells shop owners the columns and their rules.
"""

import difflib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from appliance.services import catalogue_cells as values
from appliance.services.catalogue_cells import CLEAR, FORBIDDEN, BadValue, Fields, shown

COLUMNS: Final = (
    "id",
    "name",
    "price",
    "cost",
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
    "cost_minor": None,
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

    `keys` are catalogue keys. `category` is a name, `""` where none is given, None where the product shall have none. A
    name in a language is `""` where it shall go. `doubtful` are column and text of a quantity such as 1.250, which
    could be a thousand pieces.
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
    # In the order of canonical JSON, in which every other reader of the journal will find them.
    names.sort(key=lambda each: each[1])
    return Header(tuple(columns), tuple(names), len(cells)), bad


def column_name(cell: str) -> str:
    """A heading as the columns are called: `Low stock` is `low_stock`."""
    return "_".join(cell.strip().casefold().split())


def is_column(name: str) -> bool:
    """Whether a heading (as `column_name` gives it) is one that we know."""
    return name in COLUMNS or _NAME_IN.fullmatch(name) is not None


_OTHERS: Final[Mapping[str, Callable[[str], object]]] = {
    "id": values.text_in("id"),
    "category": values.category,
    "barcode": values.keys,
    "stock": values.quantity,
}


class RowReader:
    """Reads the rows of one file."""

    def __init__(self, header: Header, terms: Terms) -> None:
        self._header = header
        read = {
            "name": values.text_in("name"),
            "price": values.price_in(terms.digits),
            "cost": values.price_in(terms.digits),
            "tax_class": values.tax_class_from(terms.tax_classes),
            "sku": values.text_in("sku"),
            "unit": values.unit,
            "low_stock": values.low_stock,
            "favourite": values.favourite,
            "icon": values.plain_name_in("icon"),
            "tint": values.plain_name_in("tint"),
        }
        kept_as = {
            "price": "price_minor",
            "cost": "cost_minor",
            "low_stock": "low_stock_milli",
        }
        self._fields: Final[tuple[tuple[int, str, str, Callable[[str], object]], ...]] = tuple(
            (place, name, kept_as.get(name, name), read[name])
            for place, name in header.columns
            if name in read
        )
        self._others: Final = tuple(
            (place, name) for place, name in header.columns if name not in read
        )
        self._name: Final = values.text_in("name")

    def read(self, line: int, cells: list[str]) -> Draft | list[BadCell]:
        """What a row says, or everything that is wrong with its cells."""
        header = self._header
        if len(cells) != header.width:
            if any(cells[header.width :]):
                extra = next(cell for cell in cells[header.width :] if cell)
                counts = (("found", len(cells)), ("expected", header.width))
                return [BadCell(line, "", shown(extra), "csv.too_many_cells", counts)]
            cells = cells[: header.width] + [""] * (header.width - len(cells))
        if FORBIDDEN.search("".join(cells)):
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
        for place, column in self._header.columns:
            if column in {"stock", "low_stock"} and values.is_doubtful(cells[place].strip()):
                return column, cells[place].strip()
        return None

    def _unreadable(self, line: int, cells: list[str]) -> list[BadCell]:
        titles = dict(self._header.columns) | {
            place: f"name_{language}" for place, language in self._header.names
        }
        return [
            BadCell(line, titles[place], shown(cell), *_why_unreadable(found[0]))
            for place, cell in enumerate(cells)
            if (found := FORBIDDEN.search(cell))
        ]


def _why_unreadable(character: str) -> tuple[str, Fields]:
    if _SURROGATE.match(character):
        return "csv.not_utf8", ()
    return "csv.control_character", (("character", f"U+{ord(character):04X}"),)
