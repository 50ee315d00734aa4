"""Reads a picture of the screen as a person would, by an OCR program that others wrote, and finds where to tap."""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

_ENLARGED = 2
_SURE = 30.0
_NEAR = 8
_BAND = 160
_WAYS = ("6", "11")
"""A page of lines, and single words anywhere: each way overlooks what the other one sees."""
_OVERLAP = 40


@dataclass(frozen=True, slots=True)
class Word:
    """A word on the screen, and its middle in pixels."""

    text: str
    line: tuple[int, ...]
    x: int
    y: int


def read(picture: Path) -> tuple[Word, ...]:
    """All words of a picture. It is read in bands: of a whole page the program overlooks buttons in the corners."""
    with Image.open(picture) as opened:
        grey = opened.convert("L")
    found: list[Word] = []
    for top in range(0, grey.height, _BAND):
        band = grey.crop((0, max(top - _OVERLAP, 0), grey.width, min(top + _BAND, grey.height)))
        file = picture.with_suffix(f".{top}.png")
        band.resize(
            (band.width * _ENLARGED, band.height * _ENLARGED), Image.Resampling.LANCZOS
        ).save(file)
        for how in _WAYS:
            done = subprocess.run(
                ["tesseract", str(file), "stdout", "--psm", how, "--dpi", "192", "tsv"],
                capture_output=True,
                text=True,
                check=True,
                env={**os.environ, "OMP_THREAD_LIMIT": "1"},
            )
            found += _words(done.stdout, max(top - _OVERLAP, 0), int(how))
        file.unlink()
    return tuple(found)


def _words(table: str, top: int, how: int) -> list[Word]:
    rows = [line.split("\t") for line in table.splitlines()[1:]]
    return [
        Word(
            row[11].strip(),
            (top, how, *(int(number) for number in row[1:5])),
            (int(row[6]) + int(row[8]) // 2) // _ENLARGED,
            top + (int(row[7]) + int(row[9]) // 2) // _ENLARGED,
        )
        for row in rows
        if len(row) == 12 and row[11].strip() and float(row[10]) > _SURE
    ]


def find(words: tuple[Word, ...], phrase: str) -> list[tuple[int, int]]:
    """The middles of a phrase that stands in one line, from the top down.

    Gaps, capitals and signs around words do not count, a currency's neither.
    """
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
    found.sort(key=lambda place: place[1])
    # What was read twice, in two bands, is one place.
    return [
        place
        for at, place in enumerate(found)
        if at == 0
        or max(abs(place[0] - found[at - 1][0]), abs(place[1] - found[at - 1][1])) > _NEAR
    ]


def _plain(word: str) -> str:
    return word.strip(".,:;!?“”\"'()…|€").casefold()
