"""A PDF for an office printer, drawn text by text: letters of every script that Debian's fonts have, rules and bars.

Text that runs from the right is drawn as a picture, since it needs shaping. Lengths are millimetres, from the upper
left.
"""

from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from typing import Final

from appliance import whole_file
from appliance.problems import Refusal
from drivers.label import _letters as letters
from drivers.label._face import is_from_the_right

SIZES: Final = {"a4": (210.0, 297.0), "letter": (215.9, 279.4)}
"""Width and height of the papers that offices have."""

MARGIN_MM: Final = 15.0
ELLIPSIS: Final = "…"
MM_PER_POINT: Final = 25.4 / 72
PICTURE_DOTS_PER_MM: Final = 24


class FontsMissing(Refusal):
    """Letters are not installed: `packages`."""

    code = "fonts_missing"

    def __init__(self) -> None:
        """The packages of Debian that have them."""
        super().__init__(packages="fonts-dejavu-core fonts-droid-fallback")


class CannotWrite(Refusal):
    """The file cannot be written: `file`, `why`."""

    code = "cannot_write"


class FileExists(Refusal):
    """A file of this name is already there: `file`."""

    code = "file_exists"


class Paper:
    """A document while it is drawn."""

    def __init__(self, width: float, height: float) -> None:
        """An empty document of pages of this size; it has no page yet."""
        # It takes 20 MB and a tenth of a second, which only who makes sheets should spend.
        from fpdf import FPDF  # noqa: PLC0415

        self.width, self.height = width, height
        self.left: Final = MARGIN_MM
        self.right: Final = self.width - MARGIN_MM
        self.bottom: Final = self.height - MARGIN_MM
        self._pdf = FPDF(unit="mm", format=(self.width, self.height))
        self._pdf.set_auto_page_break(auto=False)
        self._pdf.set_margin(0)
        self._pdf.c_margin = 0
        self._families: dict[Path, str] = {}

    def begin(self) -> None:
        """A new page."""
        self._pdf.add_page()

    def finished(self) -> bytes:
        """The document."""
        return bytes(self._pdf.output())

    def text(
        self,
        x: float,
        y: float,
        text: str,
        *,
        size: float = 4.2,
        bold: bool = False,
        width: float = 0.0,
        right: bool = False,
    ) -> None:
        """A row of text `size` high whose upper edge is at `y`; cut with an ellipsis where it is wider than `width`.

        With `right` it ends at `x`. Raises `FontsMissing`.
        """
        try:
            fitting = _fit(text, size, width, bold=bold) if width else text
            if right:
                x -= letters.width(fitting, size, bold=bold)
            self.letters(x, y, fitting, size, bold=bold)
        except letters.FontMissing as why:
            raise FontsMissing from why

    def rule(self, y: float, x: float | None = None, to: float | None = None) -> None:
        """A thin line across the page, or from `x` to `to`."""
        self._pdf.set_line_width(0.2)
        self._pdf.line(self.left if x is None else x, y, self.right if to is None else to, y)

    def bar(self, x: float, y: float, width: float, height: float, grey: int) -> None:
        """A filled bar; `grey` is 0 for black to 255 for white."""
        self._pdf.set_fill_color(grey)
        self._pdf.rect(x, y, width, height, style="F")

    def within(
        self, x: float, y: float, width: float, height: float
    ) -> AbstractContextManager[object]:
        """What is drawn meanwhile reaches over no edge of this place, whatever a font says of its widths."""
        # The local context has fpdf2 forget the font that was set inside: with the clipping, the PDF forgets it too.
        with ExitStack() as stack:
            stack.enter_context(self._pdf.local_context())
            stack.enter_context(self._pdf.rect_clip(x, y, width, height))
            return stack.pop_all()

    def letters(self, x: float, y: float, text: str, size: float, *, bold: bool) -> None:
        """Text as it is, as wide as it is. Raises `drivers.label._letters.FontMissing`."""
        if is_from_the_right(text):
            drawn = letters.picture(text, round(size * PICTURE_DOTS_PER_MM), bold=bold).convert("L")
            ink = drawn.point([255 - level for level in range(256)])
            across, high = (side / PICTURE_DOTS_PER_MM for side in ink.size)
            self._pdf.image(ink, x, y, across, high)
            return
        for font, part in letters.runs(text, bold=bold):
            self._pdf.set_font(self._family(font), size=size * letters.EM / MM_PER_POINT)
            self._pdf.text(x, y + size * letters.GROUND, part)
            x += letters.width(part, size, bold=bold)

    def _family(self, font: Path) -> str:
        """The name under which a font is embedded; only what is used is."""
        if font not in self._families:
            self._families[font] = f"font{len(self._families)}"
            self._pdf.add_font(self._families[font], fname=font)
        return self._families[font]


def wrapped(text: str, size: float, width: float) -> list[str]:
    """A sentence in rows that are no wider than `width`, broken at blanks. Raises `FontsMissing`."""
    rows: list[str] = []
    for word in text.split():
        longer = f"{rows[-1]} {word}" if rows else word
        try:
            fits = bool(rows) and letters.width(longer, size, bold=False) <= width
        except letters.FontMissing as why:
            raise FontsMissing from why
        if fits:
            rows[-1] = longer
        else:
            rows.append(word)
    return rows


def refuse_to_replace(file: Path) -> None:
    """Raises `FileExists` where there is such a file."""
    if file.exists():
        raise FileExists(file=str(file))


def save(file: Path, content: bytes) -> None:
    """Put a document into a file, whole or not at all. Raises `CannotWrite`."""
    try:
        whole_file.write(file, content)
    except OSError as why:
        raise CannotWrite(file=str(file), why=why.strerror or str(why)) from why


def _fit(text: str, size: float, width: float, *, bold: bool) -> str:
    if letters.width(text, size, bold=bold) <= width:
        return text
    while text and letters.width(text + ELLIPSIS, size, bold=bold) > width:
        text = text[:-1]
    return text.rstrip() + ELLIPSIS
