"""Lines of a slip set into the columns of the paper, and text made printable.

Printers have one byte per character in one code page at a time, a fixed pitch, and obey control
characters wherever they stand. So text is first made harmless and plain, then each character that
the code page lacks is kept for a picture or replaced, then the rest is measured and set.
"""

import itertools
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from typing import Final

import msgspec

from drivers.printer import Align, Blank, PairLine, Rule, TextLine

RULE: Final = "-"
UNKNOWN: Final = "?"
JOINERS: Final = "\u200c\u200d"
"""They tell neighbouring letters of Arabic or Indic scripts whether to join, and take no room."""
MOST_MARKS: Final = 30
"""Marks on one letter: what UAX 15's Stream-Safe Text Format allows."""
LOOKALIKES: Final = frozenset({"<compat>", "<wide>", "<narrow>", "<font>", "<noBreak>"})
"""Unicode's kinds of characters that mean nothing else than their plain form: \ufb01, \uff21, \u2116."""
PLAIN: Final = str.maketrans(
    {
        "\t": " ",
        "\n": " ",
        # Quotes, dashes and signs that word processors and locales put in place of plain ones.
        "\u2018": "'",
        "\u2019": "'",
        "\u201a": "'",
        "\u2032": "'",
        "\u201c": '"',
        "\u201d": '"',
        "\u201e": '"',
        "\u2033": '"',
        "\u2010": "-",
        "\u2011": "-",
        "\u2012": "-",
        "\u2013": "-",
        "\u2014": "-",
        "\u2212": "-",
        "\u2022": "*",
        "\u2026": "...",
    }
)
SPELT: Final = {"\u20ac": "EUR", "\u2122": "TM"}
"""Signs that are written in letters where the code page lacks them: amounts stay text."""
WITHOUT_ACCENT: Final = {
    "Ł": "L",
    "ł": "l",
    "Đ": "D",
    "đ": "d",
    "Ħ": "H",
    "ħ": "h",
    "\u0131": "i",
    "Œ": "OE",
    "œ": "oe",
    "ẞ": "SS",
}


class Piece(msgspec.Struct, frozen=True):
    """A part of a row: a name or an amount, and the edge at which it stands."""

    text: str
    align: Align = "left"


class Row(msgspec.Struct, frozen=True):
    """One row of the paper: a piece, or a name and an amount that have a blank between them."""

    pieces: tuple[Piece, ...]

    def text(self, columns: int) -> str:
        """The row in characters, filled up with blanks from the left edge to its last character."""
        row = ""
        for piece in self.pieces:
            free = columns - width(row) - width(piece.text)
            if piece.align != "left" and piece.text:
                row += " " * (free if piece.align == "right" else free // 2)
            row += piece.text
        return row


def plain(text: str, keep: str = "") -> str:
    """`text` without typography and without anything that a printer could take for a command.

    All blanks become spaces, also babel's U+202F and U+00A0. Of the invisible characters, those
    that change directions or hide letters among them, only the ones of `keep` stay.
    """
    composed = unicodedata.normalize("NFC", text).translate(PLAIN)
    return "".join(_without_piles(_harmless(composed, keep)))


def printable(
    text: str, can_print: Callable[[str], bool], can_draw: Callable[[str], bool] | None = None
) -> str:
    """`text` in characters that the code page has or that may be drawn as a part of a picture.

    Signs that only look different have their plain form. Without `can_draw`, a letter that the code
    page lacks loses its accent. What has no form at all becomes "?", visibly.
    """
    if can_draw is None:
        return "".join(c if can_print(c) else _substitute(c, can_print) for c in plain(text))
    return "".join(
        c if can_print(c) or c in JOINERS else _drawable(c, can_print, can_draw)
        for c in plain(text, keep=JOINERS)
    )


def width(text: str) -> int:
    """Columns that `text` takes: two for East Asian wide characters, none for combining marks."""
    return sum(_character_width(character) for character in text)


def rows(line: TextLine | PairLine | Rule | Blank, columns: int) -> tuple[Row, ...]:
    """The rows of a line, each at most `columns` wide.

    Large text is higher and no wider, so that columns stay columns. The text must be printable already.
    """
    match line:
        case TextLine():
            return tuple(Row((Piece(row, line.align),)) for row in _wrap(line.text, columns))
        case PairLine():
            return _pair(line.left, line.right, columns)
        case Rule():
            return (Row((Piece(RULE * columns),)),)
        case Blank():
            return (Row((Piece(""),)),)


def _pair(left: str, right: str, columns: int) -> tuple[Row, ...]:
    """The amount ends the last row of the name, or has a row of its own if it does not fit there."""
    names = _wrap(left, columns)
    free = columns - width(names[-1]) - width(right)
    # Rather leave room for the amount beside the name than give it a row of its own.
    narrow = columns - width(right) - 1
    if free < 1 and names[-1] and narrow >= columns // 2:
        names = _wrap(left, narrow)
        free = columns - width(names[-1]) - width(right)
    if free >= 1 or (free == 0 and not names[-1]):
        last = Row((Piece(names[-1]), Piece(right, "right")))
        return (*(Row((Piece(name),)) for name in names[:-1]), last)
    amounts = tuple(Row((Piece(amount, "right"),)) for amount in _wrap(right, columns))
    return (*(Row((Piece(name),)) for name in names), *amounts) if left else amounts


def _wrap(text: str, columns: int) -> tuple[str, ...]:
    """Rows of at most `columns`, between words where possible; one empty row for an empty text.

    Between wide characters, which are written without blanks, a row may end anywhere.
    """
    wrapped: list[str] = []
    row, taken = "", 0
    for word in _words(text):
        size = width(word)
        if taken + size > columns:
            if row.strip():
                wrapped.append(row.rstrip())
            row, taken = "", 0
            if word.isspace():
                continue
            for cluster in _clusters(word):
                if taken + width(cluster) > columns:
                    wrapped.append(row)
                    row, taken = "", 0
                row += cluster
                taken += width(cluster)
        elif row or not word.isspace() or not wrapped:
            row += word
            taken += size
    if row.strip():
        wrapped.append(row.rstrip())
    return tuple(wrapped) or ("",)


def _words(text: str) -> Iterator[str]:
    """Runs of blanks, runs of narrow characters, and each wide character, with their marks."""
    kinds = ((_kind(cluster), cluster) for cluster in _clusters(text))
    for kind, same in itertools.groupby(kinds, key=lambda pair: pair[0]):
        clusters = (cluster for _, cluster in same)
        if kind == "wide":
            yield from clusters
        else:
            yield "".join(clusters)


def _kind(cluster: str) -> str:
    if cluster.isspace():
        return "blank"
    return "wide" if _character_width(cluster[0]) == 2 else "narrow"


def _clusters(text: str) -> Iterator[str]:
    """Each character with the marks that stand on it."""
    cluster = ""
    for character in text:
        if cluster and _character_width(character):
            yield cluster
            cluster = ""
        cluster += character
    if cluster:
        yield cluster


def _character_width(character: str) -> int:
    if unicodedata.category(character) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(character) in {"W", "F"} else 1


def _harmless(text: str, keep: str) -> Iterator[str]:
    for character in text:
        category = unicodedata.category(character)
        if category.startswith("Z"):
            yield " "
        elif character in keep or category not in {"Cc", "Cf", "Cs"}:
            yield character


def _without_piles(text: Iterable[str]) -> Iterator[str]:
    marks = 0
    for character in text:
        marks = 0 if _character_width(character) else marks + 1
        if marks <= MOST_MARKS:
            yield character


def _drawable(
    character: str, can_print: Callable[[str], bool], can_draw: Callable[[str], bool]
) -> str:
    plainly = _plain_form(character)
    if plainly and all(map(can_print, plainly)):
        return plainly
    return character if can_draw(character) else _substitute(character, can_print)


def _plain_form(character: str) -> str:
    kind = unicodedata.decomposition(character).partition(" ")[0]
    if kind in LOOKALIKES:
        return unicodedata.normalize("NFKC", character)
    return SPELT.get(character, "")


def _substitute(character: str, can_print: Callable[[str], bool]) -> str:
    candidates = (
        SPELT.get(character)
        or WITHOUT_ACCENT.get(character)
        or "".join(
            c for c in unicodedata.normalize("NFKD", character) if not unicodedata.combining(c)
        )
    )
    return candidates if candidates and all(map(can_print, candidates)) else UNKNOWN
