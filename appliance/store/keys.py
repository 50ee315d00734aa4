"""The keys and indexes of the tables, and how long keys may be.

An index of InnoDB holds 3,072 bytes (https://mariadb.com/kb/en/innodb-limitations/), four a letter.
"""

from collections.abc import Iterator
from typing import Any, Final

from peewee import BigIntegerField, ForeignKeyField

from appliance.store import tables

_KEY_BYTES: Final = 3072
_LETTER_BYTES: Final = 4
_NUMBER_BYTES: Final = 8
_LONGEST_KEY: Final = 700
_FURTHER: Final = {
    tables.Product: (("category", "name"), ("favourite",), ("sku",), ("name",)),
    tables.Barcode: (("product",),),
    tables.StockMove: (("product", "lamport"),),
    tables.Ticket: (("origin", "state"),),
}
"""Indexes besides those of the models, as `schema.py` has them for SQLite."""


def lengths(table: type[tables.Table]) -> dict[str, int]:
    """How long the texts of a table's keys may be, by column; a key is also what is unique or refers to another table.

    A row with a longer one is refused by both databases, so that their tables stay the same.
    """
    meta: Any = table._meta  # noqa: SLF001 - Peewee's documented place
    keys = [[field.column_name for field in meta.get_primary_keys()]]
    keys += [list(names) for names, unique in indexes(table) if unique]
    keys += [[f.column_name] for f in meta.sorted_fields if isinstance(f, ForeignKeyField)]
    numbers = {f.column_name for f in meta.sorted_fields if isinstance(f, BigIntegerField)}
    found: dict[str, int] = {}
    for names in keys:
        texts = [name for name in names if name not in numbers]
        room = _KEY_BYTES - _NUMBER_BYTES * (len(names) - len(texts))
        for name in texts:
            length = min(_LONGEST_KEY, room // len(texts) // _LETTER_BYTES)
            found[name] = min(length, found.get(name, length))
    return found


def indexes(table: type[tables.Table]) -> Iterator[tuple[tuple[str, ...], bool]]:
    """The indexes of a table besides its primary key: columns, and whether they are unique."""
    meta: Any = table._meta  # noqa: SLF001 - as above
    for field in meta.sorted_fields:
        if field.unique and not field.primary_key:
            yield (field.column_name,), True
        elif field.index and not field.primary_key and field.column_name not in _first_of_key(meta):
            yield (field.column_name,), False
    for names, unique in meta.indexes:
        yield tuple(names), unique
    for names in _FURTHER.get(table, ()):
        yield names, False


def _first_of_key(meta: Any) -> tuple[str, ...]:  # noqa: ANN401 - as above
    return tuple(field.column_name for field in meta.get_primary_keys())[:1]
