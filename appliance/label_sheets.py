"""Sheets of labels as PDF, for any office printer: the same labels, on the same face, as from a label printer.

Bars are drawn as vectors, fonts are embedded, and text that runs from the right is drawn as a picture, since it needs
shaping. Print at 100 %, without "fit to page".

Which labels stand on them is the caller's business: this room knows labels, and no shop.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Final

import msgspec

from appliance.paper import FontsMissing, Paper, save
from appliance.problems import Refusal
from drivers.label import Label
from drivers.label import _letters as letters
from drivers.label._face import Bars, Text, arrange

MODULES_MM: Final = (0.33, 0.3, 0.28, 0.264, 0.25, 0.22, 0.19)
"""Widths of a bar, widest first: GS1's nominal 0.33 mm, then smaller; narrower ones blur on office printers."""
SHEETS_MOST: Final = 100
BLACK: Final = 0
NARROWEST_MM: Final = 15
LOWEST_MM: Final = 10

Length = Annotated[float, msgspec.Meta(ge=0, le=1000)]
Count = Annotated[int, msgspec.Meta(ge=1, le=50)]


class NoLabels(Refusal):
    """There is no product to make a label of."""

    code = "no_labels"


class TooManyLabels(Refusal):
    """So many labels are a slip of the finger, or more than fit: `most`."""

    code = "too_many_labels"


class SheetLayout(msgspec.Struct, frozen=True, kw_only=True):
    """Where the labels are on a sheet, in millimetres; pitches are from one label's edge to the next one's.

    Raises `ValueError` if the labels overlap or do not fit on the page.
    """

    page_width_mm: Length
    page_height_mm: Length
    columns: Count
    rows: Count
    label_width_mm: Length
    label_height_mm: Length
    left_mm: Length
    top_mm: Length
    pitch_x_mm: Length
    pitch_y_mm: Length

    def __post_init__(self) -> None:
        """Refuse what cannot be. The sentence begins with the key."""
        if self.label_width_mm < NARROWEST_MM:
            raise ValueError(
                f"label_width_mm {self.label_width_mm}: expected {NARROWEST_MM} or more"
            )
        if self.label_height_mm < LOWEST_MM:
            raise ValueError(
                f"label_height_mm {self.label_height_mm}: expected {LOWEST_MM} or more"
            )
        for name, pitch, size, count in (
            ("pitch_x_mm", self.pitch_x_mm, self.label_width_mm, self.columns),
            ("pitch_y_mm", self.pitch_y_mm, self.label_height_mm, self.rows),
        ):
            if count > 1 and pitch < size:
                raise ValueError(f"{name} {pitch}: expected at least the label's own {size}")
        right = self.left_mm + (self.columns - 1) * self.pitch_x_mm + self.label_width_mm
        lower = self.top_mm + (self.rows - 1) * self.pitch_y_mm + self.label_height_mm
        if right > self.page_width_mm + 0.01:
            raise ValueError(f"page_width_mm {self.page_width_mm}: the labels need {right:.1f}")
        if lower > self.page_height_mm + 0.01:
            raise ValueError(f"page_height_mm {self.page_height_mm}: the labels need {lower:.1f}")

    @property
    def labels_per_sheet(self) -> int:
        """How many labels one sheet has."""
        return self.columns * self.rows

    def corner(self, place: int) -> tuple[float, float]:
        """The upper left corner of a label: 0 is the first, then along the row."""
        row, column = divmod(place, self.columns)
        return self.left_mm + column * self.pitch_x_mm, self.top_mm + row * self.pitch_y_mm


AVERY_L7160: Final = SheetLayout(
    page_width_mm=210,
    page_height_mm=297,
    columns=3,
    rows=7,
    label_width_mm=63.5,
    label_height_mm=38.1,
    left_mm=7.25,
    top_mm=15.15,
    pitch_x_mm=66.0,
    pitch_y_mm=38.1,
)
"""A4, 21 labels of 63.5 x 38.1 mm."""

AVERY_L7651: Final = SheetLayout(
    page_width_mm=210,
    page_height_mm=297,
    columns=5,
    rows=13,
    label_width_mm=38.1,
    label_height_mm=21.2,
    left_mm=4.75,
    top_mm=10.7,
    pitch_x_mm=40.6,
    pitch_y_mm=21.2,
)
"""A4, 65 labels of 38.1 x 21.2 mm."""

AVERY_5160: Final = SheetLayout(
    page_width_mm=215.9,
    page_height_mm=279.4,
    columns=3,
    rows=10,
    label_width_mm=66.675,
    label_height_mm=25.4,
    left_mm=4.7625,
    top_mm=12.7,
    pitch_x_mm=69.85,
    pitch_y_mm=25.4,
)
"""US Letter, 30 labels of 2 5/8 x 1 inch."""

SHEETS: Final = {"L7160": AVERY_L7160, "L7651": AVERY_L7651, "5160": AVERY_5160}
"""The sheets that everybody sells, by the number that stands on the box."""


def sheet_pdf(labels: Sequence[Label], layout: SheetLayout, *, start: int = 0) -> bytes:
    """As many sheets as `labels` need, as PDF; for several of one label, repeat it.

    `start` labels of the first sheet are already used up. Takes half a second and some 10 ms a
    label. Raises `ValueError` for no label, for more than 100 sheets, and for a `start` beyond the sheet;
    `drivers.label._letters.FontMissing` where Debian's fonts are not installed.
    """
    per_sheet = layout.labels_per_sheet
    if not 0 <= start < per_sheet:
        raise ValueError(f"start {start}: expected 0 to {per_sheet - 1}")
    if not labels:
        raise ValueError("labels: expected at least one")
    if start + len(labels) > SHEETS_MOST * per_sheet:
        raise ValueError(f"labels {len(labels)}: expected at most {SHEETS_MOST} sheets")
    sheets = _Sheets(layout)
    for place, label in enumerate(labels, start):
        if place % per_sheet == 0 or place == start:
            sheets.paper.begin()
        sheets.draw(label, *layout.corner(place % per_sheet))
    return sheets.paper.finished()


def write(
    file: Path, labels: Sequence[Label], layout: SheetLayout = AVERY_L7160, *, start: int = 0
) -> None:
    """Put sheets of `labels` into `file`, whole or not at all. Takes as long as `sheet_pdf`.

    Raises `NoLabels`, `TooManyLabels`, `FontsMissing` and `CannotWrite`.
    """
    most = SHEETS_MOST * layout.labels_per_sheet - start
    if not labels:
        raise NoLabels
    if len(labels) > most:
        raise TooManyLabels(most=most)
    try:
        pdf = sheet_pdf(labels, layout, start=start)
    except letters.FontMissing as why:
        raise FontsMissing from why
    save(file, pdf)


class _Sheets:
    """The document while labels are drawn on it."""

    def __init__(self, layout: SheetLayout) -> None:
        self._size = (layout.label_width_mm, layout.label_height_mm)
        self.paper = Paper(layout.page_width_mm, layout.page_height_mm)

    def draw(self, label: Label, x: float, y: float) -> None:
        face = arrange(label, *self._size, self, MODULES_MM)
        with self.paper.within(x, y, *self._size):
            for text in face.texts:
                self._text(text, x + text.x, y + text.y)
            if face.bars is not None:
                self._bars(face.bars, x + face.bars.x, y + face.bars.y)

    def width(self, text: str, size: float, *, bold: bool) -> float:
        """How wide `text` will be; see `drivers.label._face.Letters`."""
        return letters.width(text, size, bold=bold) * 1.01

    def _text(self, text: Text, x: float, y: float) -> None:
        free = max(0.0, text.width - letters.width(text.text, text.size, bold=text.bold))
        x += {"left": 0.0, "center": free / 2, "right": free}[text.align]
        self.paper.letters(x, y, text.text, text.size, bold=text.bold)

    def _bars(self, bars: Bars, x: float, y: float) -> None:
        for place, width in bars.symbol.bars():
            self.paper.bar(x + place * bars.module, y, width * bars.module, bars.height, BLACK)
