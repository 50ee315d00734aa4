"""What stands where on a label: the same on every printer and on sheets, whatever the size.

    +--------------------------+        +---------------+
    | Name, large, in one or   |        | Name in two   |
    | two rows                 |        | rows          |
    | ||||||||||||             |        |        12,50 €|
    | ||||||||||||     12,50 € |        | ||||||||||||| |
    | 4006381333931            |        | 4006381333931 |
    | A-1041       1 kg 8,30 € |        | A-1041        |
    +--------------------------+        +---------------+

The barcode stands beside the price if there is room, else below it. Its modules are as wide as fits, in the steps
that the paper allows; where not even the narrowest fits, its text is printed without bars. All lengths are
millimetres, from the label's upper left corner.
"""

import unicodedata
from collections.abc import Sequence
from itertools import product
from typing import Final, Literal, Protocol

import msgspec

from drivers.label import Label
from drivers.label._symbol import Symbol, symbol_of
from drivers.printer._pictures import is_right_to_left

Align = Literal["left", "center", "right"]

LEADING: Final = 1.12
"""From one row to the next, in sizes."""
SIZE_STEP: Final = 0.97
SMALLEST: Final = 1.3
"""Smaller letters cannot be read; what is still too long then ends with an ellipsis."""
NAME_SHARES: Final = (0.42, 0.32, 0.25)
"""Of the height, at most; less only where the bars would have no room else."""
EDGE: Final = 0.5
"""White that stays between a quiet zone and the edge of the label."""
GAP: Final = 0.5
"""Between the bars and what is above and below them."""
PRICE_SMALLEST: Final = 3.0
BARS_SHARE: Final = 0.6
"""Of the width, at most, if the price is to stand beside the bars."""
BARS_LOWEST: Final = 5.0
BARS_HIGHEST: Final = 20.0
BARS_FAIR: Final = 0.35
"""Of the height, if the price stands above the bars."""
GOOD_MODULE: Final = 0.249
"""GS1's least width for labels printed on demand (General Specifications, 5.12.3); narrower only if need be."""
ELLIPSIS: Final = "…"
LONGEST: Final = 300
VARIATION_SELECTORS: Final = frozenset(map(chr, range(0xFE00, 0xFE10)))


class Letters(Protocol):
    """What knows how wide letters are."""

    def width(self, text: str, size: float, *, bold: bool) -> float:
        """At least as wide as `text` will be, in the unit of `size`, its height from row to row but for `LEADING`."""
        ...


class Text(msgspec.Struct, frozen=True):
    """A row of text in a box `width` wide, whose upper edge is `y`; it is `size` high and fits."""

    text: str
    x: float
    y: float
    width: float
    size: float
    align: Align = "left"
    bold: bool = False


class Bars(msgspec.Struct, frozen=True):
    """A barcode whose first bar begins at `x`, with modules `module` wide."""

    symbol: Symbol
    x: float
    y: float
    height: float
    module: float

    @property
    def width(self) -> float:
        """From the first bar to the last."""
        return len(self.symbol.modules) * self.module


class Face(msgspec.Struct, frozen=True):
    """All that is on a label."""

    texts: tuple[Text, ...]
    bars: Bars | None = None


class Box(msgspec.Struct, frozen=True):
    """A part of the label."""

    x: float
    y: float
    width: float
    height: float

    def without_top(self, height: float) -> "Box":
        """What is left below."""
        return Box(self.x, self.y + height, self.width, max(0.0, self.height - height))

    def without_bottom(self, height: float) -> "Box":
        """What is left above."""
        return Box(self.x, self.y, self.width, max(0.0, self.height - height))

    def without_left(self, width: float) -> "Box":
        """What is left at the right."""
        return Box(self.x + width, self.y, max(0.0, self.width - width), self.height)


def clean(text: str) -> str:
    """`text` in one row of at most 300 letters, without anything that is none: controls, marks of direction, halves.

    Every run of blanks is one space, since printers have no letter for the narrow ones that price formats use.
    """
    composed = unicodedata.normalize("NFC", text)
    spaced = (" " if unicodedata.category(c) in {"Zs", "Zl", "Zp", "Cc"} else c for c in composed)
    kept = (c for c in spaced if unicodedata.category(c) not in {"Cf", "Cs", "Co", "Cn"})
    return " ".join("".join(c for c in kept if c not in VARIATION_SELECTORS).split())[:LONGEST]


def is_from_the_right(text: str) -> bool:
    """Whether any of it is Arabic, Hebrew or the like: it runs from the right and is shaped as a whole."""
    return any(map(is_right_to_left, text))


def arrange(
    label: Label, width: float, height: float, letters: Letters, modules: Sequence[float]
) -> Face:
    """The face of `label` on so much paper. `modules` are the widths a bar may have, widest first."""
    margin = min(3.0, max(1.0, 0.05 * min(width, height)))
    box = Box(margin, margin, width - 2 * margin, height - 2 * margin)
    small = min(3.5, max(1.8, 0.075 * height))

    price, symbol = clean(label.price), symbol_of(label.barcode)
    good = [module for module in modules if module >= GOOD_MODULE]
    poor = [module for module in modules if module < GOOD_MODULE]
    if symbol is None:
        return _without_bars(label, box, small, letters)
    for steps, share in product((good, poor), NAME_SHARES):
        names = _name(clean(label.name), box, share, letters)
        free = box.without_top(sum(text.size * LEADING for text in names))
        footer = _footer(clean(label.note), clean(label.unit_price), free, small, letters)
        free = free.without_bottom(small * LEADING if footer else 0.0)
        found = _bars(symbol, free, small, steps, beside_price=bool(price))
        if found is not None:
            bars, rest = found
            below = Box(bars.x, bars.y + bars.height + GAP, bars.width, small)
            spelt = _row(bars.symbol.text, below, small, letters, align="center")
            return Face((*names, *_price(price, rest, letters), spelt, *footer), bars)
    return _without_bars(label, box, small, letters)


def _without_bars(label: Label, box: Box, small: float, letters: Letters) -> Face:
    """The price matters most: for it the name becomes smaller, and on the smallest labels the footer is left out."""
    price, code = clean(label.price), clean(label.barcode)
    note, unit_price = clean(label.note), clean(label.unit_price)
    face = Face(())
    for has_footer, share in product((True, False), NAME_SHARES):
        names = _name(clean(label.name), box, share, letters)
        free = box.without_top(sum(text.size * LEADING for text in names))
        footer = _footer(note, unit_price, free, small, letters) if has_footer else ()
        free = free.without_bottom(small * LEADING if footer else 0.0)
        # The digits are better than nothing: they can be keyed in.
        spelt = (_row(code, _lower(free, small), small, letters),) if code else ()
        free = free.without_bottom(small * LEADING if code else 0.0)
        face = Face((*names, *_price(price, free, letters), *spelt, *footer))
        if not price or free.height >= PRICE_SMALLEST * LEADING:
            break
    return face


def _name(name: str, box: Box, share: float, letters: Letters) -> tuple[Text, ...]:
    """The name in at most two rows, as large as they fit into their share of the height."""
    if not name:
        return ()
    size = min(8.0, box.height * share / 2 / LEADING)
    rows = wrapped(name, box.width, size, letters)
    while len(rows) > 2 and size * SIZE_STEP >= SMALLEST:
        size *= SIZE_STEP
        rows = wrapped(name, box.width, size, letters)
    if len(rows) > 2:
        rest = name[len(rows[0]) :].lstrip()
        rows = (rows[0], _shortened(rest, box.width, size, letters, bold=True))
    side: Align = "right" if is_from_the_right(name) else "left"
    return tuple(
        Text(row, box.x, box.y + number * size * LEADING, box.width, size, side, bold=True)
        for number, row in enumerate(rows)
    )


def wrapped(text: str, width: float, size: float, letters: Letters) -> tuple[str, ...]:
    """Rows no wider than `width`, broken between words; a word that is too long breaks anywhere, as Chinese does."""

    def fits(row: str) -> bool:
        return letters.width(row, size, bold=True) <= width

    rows: list[str] = []
    row = ""
    for word in text.split(" "):
        longer = f"{row} {word}" if row else word
        if fits(longer):
            row = longer
            continue
        if row:
            rows.append(row)
        row = ""
        for character in word:
            if row and not fits(row + character):
                rows.append(row)
                row = ""
            row += character
    return (*rows, row)


def _shortened(text: str, width: float, size: float, letters: Letters, *, bold: bool) -> str:
    if letters.width(text, size, bold=bold) <= width:
        return text
    while text and letters.width(text + ELLIPSIS, size, bold=bold) > width:
        text = text[:-1]
    return text.rstrip() + ELLIPSIS


def _row(
    text: str, box: Box, size: float, letters: Letters, *, align: Align = "left", bold: bool = False
) -> Text:
    """One row at the top of `box`, made smaller until it fits and shortened if it never does."""
    largest = size
    while letters.width(text, size, bold=bold) > box.width and size * SIZE_STEP >= SMALLEST:
        size *= SIZE_STEP
    shown = _shortened(text, box.width, size, letters, bold=bold)
    return Text(shown, box.x, box.y + (largest - size) / 2, box.width, size, align, bold)


def _footer(
    note: str, unit_price: str, box: Box, size: float, letters: Letters
) -> tuple[Text, ...]:
    """The note at the left, the unit price at the right, each with half of the width if there are both."""
    place = _lower(box, size)
    if not (note and unit_price):
        align: Align = "left" if note else "right"
        text = note or unit_price
        return (_row(text, place, size, letters, align=align),) if text else ()
    gap = size / 2
    needed = letters.width(unit_price, size, bold=False)
    right = min(needed, max(place.width / 2, place.width - letters.width(note, size, bold=False)))
    right = max(place.width / 4, min(right, 0.7 * place.width)) - gap / 2
    left_box = Box(place.x, place.y, place.width - right - gap, size)
    right_box = place.without_left(place.width - right)
    return (
        _row(note, left_box, size, letters),
        _row(unit_price, right_box, size, letters, align="right"),
    )


def _price(price: str, box: Box, letters: Letters) -> tuple[Text, ...]:
    """The price at the right edge, as large as there is room, standing on the ground of its box."""
    if not price or box.height <= 0 or box.width <= 0:
        return ()
    size = max(SMALLEST, min(20.0, box.height / LEADING))
    fitted = _row(price, box, size, letters, align="right", bold=True)
    ground = box.y + box.height - fitted.size * LEADING
    return (msgspec.structs.replace(fitted, y=max(box.y, ground)),)


def _bars(
    symbol: Symbol, box: Box, small: float, modules: Sequence[float], *, beside_price: bool
) -> tuple[Bars, Box] | None:
    """The bars and what they leave for the price; nothing if there is no room for them."""
    below = small * LEADING + GAP
    for module in modules if beside_price else ():
        width = symbol.width * module
        height = box.height - below - GAP
        if width <= BARS_SHARE * box.width and height >= BARS_LOWEST:
            bars = _at(symbol, box.x, box.y + GAP, height, module)
            return bars, box.without_left(width).without_bottom(below)
    for module in modules:
        price = PRICE_SMALLEST * LEADING if beside_price else 0.0
        room = box.height - below - GAP - price
        fair = BARS_FAIR * box.height if beside_price else BARS_HIGHEST
        height = min(room, BARS_HIGHEST, max(fair, BARS_LOWEST))
        # The quiet zones are white, and so is the label's margin.
        over = max(0.0, symbol.width * module - box.width) / 2
        if over <= box.x - EDGE and height >= BARS_LOWEST:
            y = box.y + box.height - below - height
            bars = _at(symbol, box.x - over, y, height, module)
            return bars, box.without_bottom(below + height + GAP)
    return None


def _at(symbol: Symbol, x: float, y: float, height: float, module: float) -> Bars:
    return Bars(symbol, x + symbol.quiet[0] * module, y, height, module)


def _lower(box: Box, size: float) -> Box:
    """The lowest row of a box."""
    return Box(box.x, box.y + box.height - size, box.width, size)
