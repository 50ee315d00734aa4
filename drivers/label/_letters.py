"""Letters as pictures: what the printer's own fonts lack, drawn from Debian's fonts.

DejaVu Sans has Europe's alphabets, Hebrew and Arabic, Droid Sans Fallback has Chinese and Japanese (packages
fonts-dejavu-core and fonts-droid-fallback); neither has Korean, Thai or Hindi. Arabic letters are joined and run from
the right (Pillow's Raqm, which needs Debian's libfribidi0; without it they stand apart). What neither font has becomes
"?".
"""

import functools
import unicodedata
from itertools import groupby
from pathlib import Path
from typing import Final

from PIL import Image, ImageDraw, ImageFont

from drivers.printer._pictures import FONTS, Face

REGULAR: Final = (FONTS / "dejavu/DejaVuSans.ttf", FONTS / "droid/DroidSansFallbackFull.ttf")
BOLD: Final = (FONTS / "dejavu/DejaVuSans-Bold.ttf", FONTS / "droid/DroidSansFallbackFull.ttf")
EM: Final = 0.85
"""Of a row's height: accents and descenders need the rest."""
GROUND: Final = 0.78
"""Where the letters stand, from the top of the row."""
UNKNOWN: Final = "?"
KOREAN: Final = frozenset(map(chr, range(0xAC00, 0xD7A4)))


class FontMissing(Exception):
    """A font is not installed. `args[0]` is its path."""


def runs(text: str, *, bold: bool) -> tuple[tuple[Path, str], ...]:
    """`text` in parts, each with the font that has its letters. Raises `FontMissing`."""
    fonts = BOLD if bold else REGULAR
    found = [_letter(character, fonts) for character in text]
    return tuple(
        (font, "".join(letter for _, letter in part))
        for font, part in groupby(found, key=lambda each: each[0])
    )


def width(text: str, size: float, *, bold: bool) -> float:
    """How wide `text` is in rows `size` high, in the unit of `size`. Raises `FontMissing`."""
    # Measured large, since small letters are fitted to their dots.
    measured = sum(_font(font, 100).getlength(part) for font, part in runs(text, bold=bold))
    return measured * size * EM / 100


def picture(text: str, size: int, *, bold: bool) -> Image.Image:
    """`text` in a row `size` (8 or more) dots high, one bit a dot, 1 where it is black. Raises `FontMissing`."""
    em = max(1, round(size * EM))
    parts = [(_font(font, em), part) for font, part in runs(text, bold=bold)]
    across = sum(font.getlength(part) for font, part in parts)
    drawn = Image.new("1", (max(1, round(across) + 1), max(1, round(size * 1.1))))
    draw = ImageDraw.Draw(drawn)
    x = 0.0
    for font, part in parts:
        draw.text((x, size * GROUND), part, fill=1, font=font, anchor="ls")
        x += font.getlength(part)
    return drawn


@functools.lru_cache(maxsize=4096)
def _letter(character: str, fonts: tuple[Path, ...]) -> tuple[Path, str]:
    """The font for a letter, and the letter: itself, in its plain form without accents, or a question mark."""
    parts = unicodedata.normalize("NFKD", character)
    plain = "".join(part for part in parts if not unicodedata.combining(part))
    # A Korean syllable comes apart into sounds, which are not its plain form.
    for candidate in (character, plain) if character not in KOREAN else (character,):
        for font in fonts:
            if candidate and all(_has(font, part) for part in candidate):
                return font, candidate
    return fonts[0], UNKNOWN


def _has(path: Path, character: str) -> bool:
    """Whether a font has a letter."""
    return character == " " or _face(path).has(character)


@functools.lru_cache(maxsize=8)
def _face(path: Path) -> Face:
    try:
        return Face(path.parent, path.name, 24)
    except OSError as trouble:
        raise FontMissing(str(path)) from trouble


@functools.lru_cache(maxsize=64)
def _font(path: Path, size: int) -> ImageFont.FreeTypeFont:
    try:
        return ImageFont.truetype(path, size)
    except OSError as trouble:
        raise FontMissing(str(path)) from trouble
