"""Lines of a slip set into the columns of the paper, and text made printable.

Printers have one byte per character in one code page at a time, a fixed pitch, and obey control
characters wherever they stand. So text is first made harmless and plain, then measured, then set.
"""

import textwrap
import unicodedata
from collections.abc import Callable
from typing import Final

from drivers.printer import Align, Blank, PairLine, Rule, TextLine

RULE: Final = "-"
UNKNOWN: Final = "?"
PLAIN: Final = str.maketrans(
    {
        # Spaces of number formats: babel writes U+202F and U+00A0.
        "\u00a0": " ",
        "\u2007": " ",
        "\u2008": " ",
        "\u2009": " ",
        "\u200a": " ",
        "\u202f": " ",
        "\u3000": " ",
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
    "€": "EUR",
    "™": "TM",
}


def plain(text: str) -> str:
    """`text` without typography and without anything that a printer could take for a command."""
    composed = unicodedata.normalize("NFC", text).translate(PLAIN)
    return "".join(c for c in composed if unicodedata.category(c) not in {"Cc", "Cf"})


def printable(text: str, can_print: Callable[[str], bool]) -> str:
    """`text` in characters that the code page has.

    A letter that it lacks loses its accent; what has no plain form becomes "?", visibly.
    """
    return "".join(c if can_print(c) else _substitute(c, can_print) for c in plain(text))


def width(text: str) -> int:
    """Columns that `text` takes: two for East Asian wide characters, none for combining marks."""
    return sum(_character_width(character) for character in text)


def rows(line: TextLine | PairLine | Rule | Blank, columns: int) -> tuple[str, ...]:
    """The rows of a line, each exactly as wide as it is to be printed, at most `columns`.

    Large text is higher and no wider, so that columns stay columns. The text must be printable already.
    """
    match line:
        case TextLine():
            return tuple(_aligned(row, columns, line.align) for row in _wrap(line.text, columns))
        case PairLine():
            return _pair(line.left, line.right, columns)
        case Rule():
            return (RULE * columns,)
        case Blank():
            return ("",)


def _pair(left: str, right: str, columns: int) -> tuple[str, ...]:
    """The amount ends the last row of the name, or has a row of its own if it does not fit there."""
    names = _wrap(left, columns)
    free = columns - width(names[-1]) - width(right)
    if free >= 1 or (free == 0 and not names[-1]):
        return (*names[:-1], names[-1] + " " * free + right)
    # Rather leave room for the amount beside the name than give it a row of its own.
    narrow = columns - width(right) - 1
    if narrow >= columns // 2:
        names = _wrap(left, narrow)
        return (*names[:-1], names[-1] + " " * (columns - width(names[-1]) - width(right)) + right)
    amounts = tuple(_aligned(row, columns, "right") for row in _wrap(right, columns))
    return (*names, *amounts) if left else amounts


def _aligned(text: str, columns: int, align: Align) -> str:
    free = columns - width(text)
    if align == "left" or not text:
        return text
    return " " * (free if align == "right" else free // 2) + text


def _wrap(text: str, columns: int) -> tuple[str, ...]:
    """Rows of at most `columns`, between words where possible; one empty row for an empty text."""
    if all(_character_width(character) == 1 for character in text):
        lines = textwrap.wrap(text, columns, break_on_hyphens=False, drop_whitespace=True)
        return tuple(lines) or ("",)
    wrapped: list[str] = [""]
    for character in text:
        if width(wrapped[-1] + character) > columns:
            wrapped.append("")
        wrapped[-1] += character
    return tuple(wrapped)


def _character_width(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in {"W", "F"} else 1


def _substitute(character: str, can_print: Callable[[str], bool]) -> str:
    candidates = WITHOUT_ACCENT.get(character) or "".join(
        c for c in unicodedata.normalize("NFKD", character) if not unicodedata.combining(c)
    )
    return candidates if candidates and all(map(can_print, candidates)) else UNKNOWN
