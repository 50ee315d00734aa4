"""What a printer has no letters for, and logos, as pictures.

    1D 76 30 m xL xH yL yH d1 … dk    GS v 0, a raster: x bytes a row, y rows, the left dot in bit 7, 1 is black;
    m = 0 is one dot for one; k = x * y (Epson's and Citizen's command references)

A row of text that the code page cannot say is drawn whole, at the pitch of the printer's own
letters, so that amounts stay below each other. The fonts are Debian's `fonts-dejavu-core` (Latin,
Greek, Cyrillic, Hebrew, Arabic, Georgian, Armenian) and `fonts-droid-fallback` (Chinese, Japanese).
Where they are missing, nothing can be drawn, and text stays as plain as it was without.
Scripts from right to left need Pillow's Raqm layout, which needs Debian's `libfribidi0`.

Printers obey real-time commands even in the midst of a picture. These begin with DLE (10), so in
a picture no byte 10 stands before one from 01 to 1F: a dot is added to it, which makes it a 30.
"""

import functools
import itertools
import re
import struct
import unicodedata
import zlib
from pathlib import Path
from typing import Final

from PIL import Image, ImageChops, ImageDraw, ImageFont, UnidentifiedImageError, features

from drivers.printer._layout import JOINERS, UNKNOWN, Piece, Row, width

DOTS_PER_COLUMN: Final = 12
ROW_DOTS: Final = 30
"""The line spacing after `ESC @`, so that drawn rows stand as far apart as printed ones."""
BASELINE: Final = 22
BAND_ROWS: Final = 60
"""A picture goes in bands of so many rows, each a command; cheap printers have small buffers."""
LONGEST_DATA: Final = 48 * DOTS_PER_COLUMN // 8 * BAND_ROWS
"""The most data that one command has."""

FONTS: Final = Path("/usr/share/fonts/truetype")
NARROW: Final = ("dejavu/DejaVuSansMono.ttf", 19.93)
"""Its letters are 1233 / 2048 of their size apart: 12 dots at this one, as the printer's own."""
JOINED: Final = ("dejavu/DejaVuSans.ttf", 20)
WIDE: Final = ("droid/DroidSansFallbackFull.ttf", 24)
NO_CHARACTER: Final = "\U0010fffe"
"""Not a character, and never one: a font draws it as it draws whatever it lacks."""
RIGHT_TO_LEFT: Final = frozenset({"R", "AL", "AN"})

REAL_TIME: Final = re.compile(rb"\x10(?=[\x01-\x1f])")
HARMLESS: Final = b"\x30"

LOGO_HEIGHT: Final = 400
LOGO_PIXELS: Final = 25_000_000
"""More would not fit into a small machine's memory beside the shop."""
SURELY: Final = 64
"""Within so much of black or white, of 255, a picture's dot is one or the other."""


class Face:
    """One font file, and what it has letters for."""

    def __init__(self, folder: Path, name: str, size: float) -> None:
        """Load it. Raises `OSError` if it is missing or no font."""
        path = folder / name
        if not path.is_file():
            # Pillow would look for a namesake elsewhere.
            raise FileNotFoundError(path)
        has_raqm = features.check("raqm")
        layout = ImageFont.Layout.RAQM if has_raqm else ImageFont.Layout.BASIC
        self.name = name
        self.font = ImageFont.truetype(path, size, layout_engine=layout)
        self._bare = ImageFont.truetype(path, size, layout_engine=ImageFont.Layout.BASIC)
        self._lack = self._glyph(NO_CHARACTER)
        self._known: dict[str, bool] = {}

    def has(self, character: str) -> bool:
        """Whether it draws anything else for this character than for one that nobody has."""
        if character not in self._known:
            self._known[character] = self._glyph(character) != self._lack
        return self._known[character]

    def _glyph(self, character: str) -> tuple[bytes, tuple[int, int], tuple[int, int]]:
        mask, offset = self._bare.getmask2(character, mode="1")
        return bytes(mask), mask.size, (int(offset[0]), int(offset[1]))


class Lettering:
    """Draws rows of text in dots. Loads its fonts when they are first needed."""

    def __init__(self, columns: int, fonts: Path = FONTS) -> None:
        """`columns` of the paper; `fonts` is the folder that has the folders of the fonts."""
        self.width = columns * DOTS_PER_COLUMN
        self._fonts = fonts

    def can_draw(self, character: str) -> bool:
        """Whether some font has it, and it can be put in its place."""
        if is_right_to_left(character) and not features.check("raqm"):
            return False
        return any(face.has(character) for face in self._faces)

    def draw(self, row: Row, *, bold: bool, large: bool) -> Image.Image:
        """The row as dots, black is 1: as wide as the paper and one row high, or two if `large`."""
        canvas = Image.new("1", (self.width, ROW_DOTS))
        free = self.width
        for place in range(len(row.pieces) - 1, -1, -1):
            piece = row.pieces[place]
            # The amount comes first, and leaves the name the columns that it was promised.
            promised = sum(width(other.text) + 1 for other in row.pieces[:place] if other.text)
            dots = self._piece(piece, free - promised * DOTS_PER_COLUMN)
            if bold:
                # As the printer does it: once more, a dot further to the right.
                shifted = Image.new("1", dots.size)
                shifted.paste(dots, (1, 0))
                dots = ImageChops.logical_or(dots, shifted)
            free_dots = self.width - dots.width
            left = {"left": 0, "center": free_dots // 2, "right": free_dots}[piece.align]
            canvas.paste(dots, (left, 0))
            free -= dots.width + DOTS_PER_COLUMN
        return canvas.resize((self.width, 2 * ROW_DOTS)) if large else canvas

    @functools.cached_property
    def _faces(self) -> tuple[Face, ...]:
        """The fonts that there are, the best for most texts first; none without that one.

        The other two are no use alone: the last has no figures.
        """
        faces: list[Face] = []
        for name, size in (NARROW, JOINED, WIDE):
            try:
                faces.append(Face(self._fonts, name, size))
            except (OSError, ImportError):
                if not faces:
                    break
        return tuple(faces)

    def _piece(self, piece: Piece, most: int) -> Image.Image:
        """A piece in its natural width, which is that of its columns, or pressed into `most` dots."""
        runs = self._runs(piece.text)
        lengths = [round(face.font.getlength(text, mode="1")) for face, text in runs]
        natural = max(sum(lengths), 1)
        dots = Image.new("1", (natural, ROW_DOTS))
        pen = ImageDraw.Draw(dots)
        x = 0
        for (face, text), length in zip(runs, lengths, strict=True):
            pen.text((x, BASELINE), text, fill=1, font=face.font, anchor="ls")
            x += length
        if natural <= most:
            return dots
        pressed = dots.convert("L").resize((max(most, 1), ROW_DOTS), Image.Resampling.BOX)
        return pressed.point(lambda level: 255 * (level >= 100), mode="1")

    def _runs(self, text: str) -> list[tuple[Face, str]]:
        """Parts of the text that one font can draw, in the order in which they stand on the paper.

        Letters from right to left stay together with the figures and names between them, because
        their order is decided over the whole; only what that font lacks makes a new part.
        """
        faces = self._faces
        if any(map(is_right_to_left, text)):
            faces = tuple(sorted(faces, key=lambda face: face.name != JOINED[0]))
        parts: list[tuple[Face, str]] = []
        previous: Face | None = None
        for character in text:
            drawn, face = self._choose(character, previous, faces)
            if face is not None:
                parts.append((face, drawn))
                previous = face
        runs = [
            (face, "".join(character for _, character in same))
            for face, same in itertools.groupby(parts, key=lambda part: part[0])
        ]
        return runs[::-1] if _starts_from_the_right(text) else runs

    @staticmethod
    def _choose(
        character: str, previous: Face | None, faces: tuple[Face, ...]
    ) -> tuple[str, Face | None]:
        """What is drawn for a character, and by which font."""
        if previous is not None and (character in JOINERS or not width(character)):
            # A mark is drawn by the font of the letter that it stands on, or not at all.
            return (character if character in JOINERS or previous.has(character) else ""), previous
        face = next((face for face in faces if face.has(character)), None)
        return (UNKNOWN, faces[0]) if face is None and faces else (character, face)


def is_right_to_left(character: str) -> bool:
    """Whether it belongs to a script that is written from right to left."""
    return unicodedata.bidirectional(character) in RIGHT_TO_LEFT


def _starts_from_the_right(text: str) -> bool:
    """Whether the first letter that has a direction goes from right to left (UAX 9, rule P2)."""
    directions = map(unicodedata.bidirectional, text)
    return next((d for d in directions if d in {"L", "R", "AL"}), "L") != "L"


def raster(picture: Image.Image) -> bytes:
    """The commands that print `picture`, of which 1 is black, from the left edge of the paper.

    What is white at the right is not sent.
    """
    box = picture.getbbox()
    row_bytes = ((box[2] if box else 1) + 7) // 8
    commands = b""
    for top in range(0, picture.height, BAND_ROWS):
        bottom = min(top + BAND_ROWS, picture.height)
        band = picture.crop((0, top, row_bytes * 8, bottom)).tobytes()
        size = struct.pack("<HH", row_bytes, bottom - top)
        commands += b"\x1dv0\x00" + size + REAL_TIME.sub(HARMLESS, band)
    return commands


def logo(path: str, columns: int) -> Image.Image:
    """The shop's logo in the middle of the paper: made smaller if need be, never larger; 1 is black.

    Clear dots are white. Drawings are cut at half grey; photographs are dithered. Raises
    `ValueError`, which says why, if there is no PNG picture at `path`.
    """
    broken = (OSError, SyntaxError, ValueError, EOFError, struct.error, zlib.error)
    try:
        with Image.open(path, formats=("PNG",)) as file:
            if file.width * file.height > LOGO_PIXELS:
                raise ValueError(f"{file.width} x {file.height} dots are too many")
            picture = file.convert("RGBA")
    except FileNotFoundError as trouble:
        raise ValueError("there is no such file") from trouble
    except UnidentifiedImageError as trouble:
        raise ValueError("it is no PNG picture") from trouble
    except (*broken, Image.DecompressionBombError) as trouble:
        raise ValueError(f"it cannot be read: {trouble}") from trouble
    paper = Image.new("RGBA", picture.size, "white")
    grey = Image.alpha_composite(paper, picture).convert("L")
    grey.thumbnail((columns * DOTS_PER_COLUMN, LOGO_HEIGHT), Image.Resampling.LANCZOS)
    levels = grey.histogram()
    unsure = sum(levels[SURELY:-SURELY])
    dither = Image.Dither.NONE if unsure * 10 <= sum(levels) else Image.Dither.FLOYDSTEINBERG
    dots = ImageChops.invert(grey).convert("1", dither=dither)
    canvas = Image.new("1", (columns * DOTS_PER_COLUMN, dots.height))
    canvas.paste(dots, ((canvas.width - dots.width) // 2, 0))
    return canvas
