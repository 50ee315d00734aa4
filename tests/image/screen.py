"""Reads a picture of the screen as a person would, by an OCR program that others wrote, and finds where to tap."""

import subprocess
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageOps

_ENLARGED = 2
_SURE = 30.0


@dataclass(frozen=True, slots=True)
class Word:
    """A word on the screen, and its middle in pixels."""

    text: str
    line: tuple[int, ...]
    x: int
    y: int


def read(picture: Path) -> tuple[Word, ...]:
    """All words of a picture: dark ones on light ground, and light ones on dark ground."""
    with Image.open(picture) as opened:
        grey = opened.convert("L")
    large = grey.resize((grey.width * _ENLARGED, grey.height * _ENLARGED), Image.Resampling.LANCZOS)
    found: list[Word] = []
    for turn, image in enumerate((large, ImageOps.invert(large))):
        file = picture.with_suffix(f".{turn}.ocr.png")
        image.save(file)
        done = subprocess.run(
            ["tesseract", str(file), "stdout", "--psm", "11", "--dpi", "192", "tsv"],
            capture_output=True,
            text=True,
            check=True,
        )
        file.unlink()
        found += _words(done.stdout, turn)
    return tuple(found)


def _words(table: str, turn: int) -> list[Word]:
    rows = [line.split("\t") for line in table.splitlines()[1:]]
    return [
        Word(
            row[11].strip(),
            (turn, *(int(number) for number in row[1:5])),
            (int(row[6]) + int(row[8]) // 2) // _ENLARGED,
            (int(row[7]) + int(row[9]) // 2) // _ENLARGED,
        )
        for row in rows
        if len(row) == 12 and row[11].strip() and float(row[10]) > _SURE
    ]


def find(words: tuple[Word, ...], phrase: str) -> tuple[int, int] | None:
    """The middle of a phrase that stands in one line; of several the first from the top. Gaps do not count."""
    wanted = "".join(_plain(word) for word in phrase.split())
    found: list[tuple[int, int]] = []
    for at, first in enumerate(words):
        text, some = "", []
        for word in words[at:]:
            if word.line != first.line or not wanted.startswith(text):
                break
            text += _plain(word.text)
            some.append(word)
            if text == wanted:
                found.append(
                    (sum(w.x for w in some) // len(some), sum(w.y for w in some) // len(some))
                )
                break
    return min(found, key=lambda place: place[1]) if found else None


def _plain(word: str) -> str:
    return word.strip(".,:;!?“”\"'()…").casefold()
