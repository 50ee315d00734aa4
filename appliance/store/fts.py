"""Finding products by name on SQLite: FTS5, whose row numbers are `product.num`."""

from collections.abc import Iterable, Sequence
from typing import Final

from appliance.store.database import Database
from appliance.store.tables import SEARCH

CREATE: Final = (
    f"CREATE VIRTUAL TABLE {SEARCH} USING fts5(names, content='', contentless_delete=1, "
    "prefix='1 2 3', tokenize='unicode61 remove_diacritics 2')"
)
_ADD: Final = f"INSERT INTO {SEARCH}(rowid, names) VALUES (?, ?)"  # noqa: S608 - a constant
_REMOVE: Final = f"DELETE FROM {SEARCH} WHERE rowid = ?"  # noqa: S608 - a constant


class FtsNames:
    """Implements `NameIndex`. Accents and case do not matter."""

    def __init__(self, db: Database) -> None:
        """The index of this store."""
        self._db = db

    def add(self, rows: Iterable[tuple[int, str]]) -> None:
        """Take in products by their numbers, each with all of its names."""
        self._db.sql_many(_ADD, rows)

    def remove(self, num: int) -> None:
        """Find a product no more."""
        self._db.sql(_REMOVE, (num,))

    def hits(self, words: Sequence[str], most: int) -> tuple[str, tuple[object, ...]]:
        """SQL that gives the numbers of products, and its parameters."""
        query = " ".join(f'"{word}"*' for word in words)
        return f"SELECT rowid FROM {SEARCH} WHERE {SEARCH} MATCH ? LIMIT {most}", (query,)  # noqa: S608

    def differs(self, scratch: Database) -> bool:
        """Whether it has other terms than the index of `scratch`, a file of SQLite as well."""
        return _terms(self._db) != _terms(scratch)


def _terms(db: Database) -> int:
    """A fingerprint of the index: every term in every row, in whatever order they were indexed."""
    db.sql(
        f"CREATE VIRTUAL TABLE IF NOT EXISTS temp.terms USING fts5vocab(main, {SEARCH}, instance)"
    )
    fingerprint = 0
    for term, num, _column, offset in db.each_sql("SELECT term, doc, col, offset FROM temp.terms"):
        fingerprint = (fingerprint + hash((term, num, offset))) % (1 << 64)
    return fingerprint
