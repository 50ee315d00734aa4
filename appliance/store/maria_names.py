"""Finding products by name on MariaDB: a table with a row for each word of each product.

Its own full-text index leaves out short and common words; a till's user types two letters and expects a list.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from appliance.store.database import Database

WORD_LENGTH: Final = 64
TABLE: Final = "product_word"
_WORDS: Final = re.compile(r"[^\W_]+")
_ADD: Final = f"INSERT INTO {TABLE}(word, num) VALUES (?, ?)"  # noqa: S608 - a constant
_REMOVE: Final = f"DELETE FROM {TABLE} WHERE num = ?"  # noqa: S608 - a constant
_NAMES: Final = msgspec.json.Decoder(dict[str, str])


class WordNames:
    """Implements `NameIndex`. Accents and case do not matter."""

    def __init__(self, db: Database) -> None:
        """The index of this store."""
        self._db = db

    def add(self, rows: Iterable[tuple[int, str]]) -> None:
        """Take in products by their numbers, each with all of its names."""
        self._db.sql_many(_ADD, [(word, num) for num, text in rows for word in sorted(words(text))])

    def remove(self, num: int) -> None:
        """Find a product no more."""
        self._db.sql_many(_REMOVE, [(num,)])

    def hits(self, words: Sequence[str], most: int) -> tuple[str, tuple[object, ...]]:
        """SQL that gives the numbers of products, and its parameters."""
        wanted = [part for word in words for part in _parts(word)]
        if not wanted:
            return "SELECT NULL", ()
        # The longest narrows most, so it leads.
        wanted.sort(key=len, reverse=True)
        also = "".join(
            f" AND EXISTS (SELECT 1 FROM {TABLE} AS w{place} "  # noqa: S608 - constants
            f"WHERE w{place}.num = w0.num AND w{place}.word >= ? AND w{place}.word < ?)"
            for place in range(1, len(wanted))
        )
        # MariaDB knows no LIMIT right within IN.
        found = (
            f"SELECT num FROM (SELECT DISTINCT w0.num FROM {TABLE} AS w0 "  # noqa: S608 - constants
            f"WHERE w0.word >= ? AND w0.word < ?{also} LIMIT {most}) AS hits"
        )
        return found, tuple(end for part in wanted for end in (part, part + chr(0x10FFFF)))

    def differs(self, scratch: Database) -> bool:
        """Whether a word is missing or too many: what `scratch` has to say is its names of the products."""
        named = "SELECT num, name, names FROM product WHERE archived = 0"
        wanted = (
            (word, num)
            for num, name, names in scratch.each_sql(named)
            for word in words("\n".join((name, *_NAMES.decode(names).values())))
        )
        held = self._db.each_sql(f"SELECT word, num FROM {TABLE}")  # noqa: S608 - a constant
        return _fingerprint(held) != _fingerprint(wanted)


def _fingerprint(rows: Iterable[tuple[str, int]]) -> int:
    """The same for the same rows in any order, without holding them all."""
    return sum(hash(tuple(row)) for row in rows) % (1 << 64)


def words(text: str) -> set[str]:
    """The words by which a text is found: without case and accents, and no longer than the table takes."""
    return set(_parts(text))


def _parts(text: str) -> list[str]:
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return [word[:WORD_LENGTH] for word in _WORDS.findall(plain)]
