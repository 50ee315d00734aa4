"""A page as a picture, for any size from 480 x 320 on, upright or broad. Pillow draws; nothing is kept."""

from collections.abc import Callable
from pathlib import Path
from typing import Final, NamedTuple

from PIL import Image, ImageDraw, ImageFont

from appliance.rescue.pages import Button, Page

INK: Final = "#F4F6FA"
FAINT: Final = "#A9B4C4"
GROUND: Final = "#131A26"
PANEL: Final = "#1D2737"
EDGE: Final = "#3A4A63"
BUTTON: Final = "#2B6CB0"
RESTING: Final = "#263143"
WARNING: Final = "#F6AD55"

_FOLDERS: Final = (
    Path("/usr/share/fonts/opentype/inter"),
    Path("/usr/share/fonts/truetype/dejavu"),
)
_FACES: Final = {
    "plain": ("Inter-Regular.otf", "DejaVuSans.ttf"),
    "bold": ("Inter-Bold.otf", "DejaVuSans-Bold.ttf"),
}
_REGULAR: Final = (1280, 800)
_SMALLEST: Final = 11

Box = tuple[int, int, int, int]
Font = ImageFont.FreeTypeFont | ImageFont.ImageFont


class Drawn(NamedTuple):
    """A picture, and where its buttons that can be pressed lie (left, top, right, bottom)."""

    image: Image.Image
    buttons: tuple[tuple[Box, str], ...]


def draw(page: Page, size: tuple[int, int]) -> Drawn:
    """Draw a page. Takes a few hundredths of a second on a Raspberry Pi for each million of pixels."""
    width, height = size
    image = Image.new("RGB", size, GROUND)
    canvas = ImageDraw.Draw(image)
    upright = height > width
    scale = min(width / _REGULAR[0], height / _REGULAR[1]) if not upright else width / 900
    scale = max(scale, 0.5)
    pad = round(40 * scale)
    is_menu = len(page.buttons) > 2  # noqa: PLR2004 - the first page; all others have one or two below
    if is_menu and not upright:
        split = round(width * 0.56)
        words, area = (
            (pad, pad, split - pad // 2, height - pad),
            (split + pad // 2, pad, width - pad, height - pad),
        )
    else:
        each = round(84 * scale)
        gap = round(16 * scale)
        rows = len(page.buttons) if upright or is_menu else min(1, len(page.buttons))
        tall = rows * (each + gap)
        words, area = (
            (pad, pad, width - pad, height - pad - tall),
            (pad, height - pad - tall + gap, width - pad, height - pad),
        )
    canvas.rectangle((0, 0, width, max(3, round(8 * scale))), fill=WARNING)
    _write(canvas, page, words, scale)
    places = _place(page.buttons, area, scale, in_rows=upright or is_menu)
    for number, (button, box) in enumerate(zip(page.buttons, places, strict=True), 1):
        _button(canvas, button, number, box, scale)
    pressed = tuple(
        (box, one.act) for one, box in zip(page.buttons, places, strict=True) if one.enabled
    )
    return Drawn(image, pressed)


def lines_that_fit(size: tuple[int, int]) -> int:
    """How many short lines a page of lines shows on such a display."""
    scale = max(0.5, min(size[0] / _REGULAR[0], size[1] / _REGULAR[1]))
    return max(4, int((size[1] - 300 * scale) // (34 * scale)))


def _write(canvas: ImageDraw.ImageDraw, page: Page, box: Box, scale: float) -> None:
    """Title, sentences, lines, bar; smaller where they would not fit."""
    left, top, right, bottom = box
    small = font("plain", 20 * scale)
    if page.small:
        bottom -= round(36 * scale)
        canvas.text((left, bottom + round(8 * scale)), page.small, fill=FAINT, font=small)
    # On a small display the words need not be as small as the rest.
    larger = (1.3, 1.15) if scale < 0.8 else ()  # noqa: PLR2004 - 1000 pixels broad
    for shrink in (*larger, 1.0, 0.88, 0.76, 0.66, 0.56):
        blocks = _blocks(page, scale * shrink, right - left)
        if sum(tall for *_, tall in blocks) <= bottom - top or shrink == 0.56:  # noqa: PLR2004 - the last of them
            break
    y = float(top + round(12 * scale))
    for text, face, ink, tall in blocks:
        if y + tall > bottom + 1:
            break
        if text:
            canvas.text((left, y), text, fill=ink, font=face)
        y += tall
    if page.progress is not None:
        y += round(24 * scale)
        tall = round(28 * scale)
        canvas.rounded_rectangle(
            (left, y, right, y + tall), radius=tall // 2, fill=PANEL, outline=EDGE
        )
        filled = left + max(tall, (right - left) * min(1000, page.progress) // 1000)
        canvas.rounded_rectangle((left, y, filled, y + tall), radius=tall // 2, fill=BUTTON)


def _blocks(page: Page, scale: float, width: int) -> list[tuple[str, Font, str, float]]:
    """Each row of text with its font, colour and height."""
    rows: list[tuple[str, Font, str, float]] = []

    def add(text: str, weight: str, size: float, ink: str, after: float) -> None:
        face = font(weight, size * scale)
        rows.extend((row, face, ink, 1.32 * size * scale) for row in wrap(text, face, width))
        rows.append(("", face, ink, after * scale))

    add(page.title, "bold", 46, INK, 22)
    for place, text in enumerate(page.texts):
        add(text, "plain", 27, WARNING if place == 0 and len(page.buttons) > 2 else INK, 18)  # noqa: PLR2004 - as above
    for line in page.lines:
        add(line, "plain", 22, FAINT if not line.startswith("✗") else WARNING, 4)
    return rows


def _place(buttons: tuple[Button, ...], area: Box, scale: float, *, in_rows: bool) -> list[Box]:
    left, top, right, bottom = area
    gap = round(16 * scale)
    count = max(1, len(buttons))
    if in_rows:
        tall = min((bottom - top - gap * (count - 1)) // count, round(130 * scale))
        return [
            (left, top + n * (tall + gap), right, top + n * (tall + gap) + tall)
            for n in range(len(buttons))
        ]
    broad = min((right - left - gap * (count - 1)) // count, round(420 * scale))
    return [
        (left + n * (broad + gap), top, left + n * (broad + gap) + broad, bottom)
        for n in range(len(buttons))
    ]


def _button(
    canvas: ImageDraw.ImageDraw, button: Button, number: int, box: Box, scale: float
) -> None:
    left, top, right, bottom = box
    ink = INK if button.enabled else FAINT
    canvas.rounded_rectangle(
        box,
        radius=round(14 * scale),
        fill=BUTTON if button.enabled else RESTING,
        outline=None if button.enabled else EDGE,
    )
    # The key that presses it stands before its words.
    key = round(44 * scale)
    middle = (top + bottom) // 2
    inset = round(18 * scale)
    circle = (left + inset, middle - key // 2, left + inset + key, middle + key // 2)
    canvas.ellipse(circle, outline=ink, width=max(1, round(2 * scale)))
    canvas.text(
        (left + inset + key / 2, middle),
        str(number),
        fill=ink,
        font=font("bold", 24 * scale),
        anchor="mm",
    )
    start = left + 2 * inset + key
    for size in (28, 25, 22, 19, 16):
        face = font("bold", size * scale)
        rows = wrap(button.label, face, right - inset - start)
        if len(rows) * size * scale * 1.25 <= bottom - top - 6 * scale and len(rows) <= 3:  # noqa: PLR2004 - rows
            break
    first = middle - (len(rows) - 1) * size * scale * 1.25 / 2
    for place, row in enumerate(rows):
        canvas.text(
            (start, first + place * size * scale * 1.25), row, fill=ink, font=face, anchor="lm"
        )


def wrap(text: str, face: Font, width: float) -> list[str]:
    """Rows that are no broader than `width`; a word that is broader alone is broken."""
    rows: list[str] = []
    measure: Callable[[str], float] = face.getlength
    for paragraph in text.splitlines() or [""]:
        row = ""
        for word in paragraph.split():
            longer = f"{row} {word}".strip()
            if measure(longer) <= width:
                row = longer
                continue
            if row:
                rows.append(row)
            row = word
            while measure(row) > width and len(row) > 1:
                cut = next((n for n in range(len(row) - 1, 0, -1) if measure(row[:n]) <= width), 1)
                rows.append(row[:cut])
                row = row[cut:]
        rows.append(row)
    return rows


def font(weight: str, size: float) -> Font:
    """A font of the shop's typeface, or of what is there."""
    whole = max(_SMALLEST, round(size))
    for folder, name in zip(_FOLDERS, _FACES[weight], strict=True):
        try:
            return ImageFont.truetype(folder / name, whole)
        except OSError:
            continue
    return ImageFont.load_default(whole)
