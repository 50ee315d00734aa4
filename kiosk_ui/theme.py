"""Every radius, gap, font and size of the screen on one page, without Kivy; the colours stand in `palette.py`.

A `Theme` is chosen once, when the window's size is known: light or dark, text larger or not, and one of two
layouts. `compact` is for displays such as the 800 x 480 touch screen; everything else is the regular layout,
scaled up as a whole on large displays. kv files find it under the name `T`.

Sizes: `dp` grows with the display, `sp` with the display and the wish for larger text, `tp` is for heights that
carry text.
"""

import functools
import importlib
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from kiosk_ui.palette import DARK, LIGHT, Palette, Rgba, rgba

INTER: Final = Path("/usr/share/fonts/opentype/inter")
"""Debian's `fonts-inter`: text and, as Inter Display, large figures."""

ICON_PACKAGE: Final = "fonticon_mdi7"
"""Material Design Icons 7, PyPI's `fonticon-materialdesignicons7`."""

FONT_FILES: Final[Mapping[str, str]] = {
    "UI": "Inter-Regular.otf",
    "UI-Medium": "Inter-Medium.otf",
    "UI-Semi": "Inter-SemiBold.otf",
    "UI-Bold": "Inter-Bold.otf",
    "Display": "InterDisplay-Bold.otf",
}
ICON_FONT: Final = "Icons"
MONO_FONT: Final = "RobotoMono-Regular"
"""Comes with Kivy."""

REGULAR_SIZE: Final = (1280, 771)
"""Larger areas scale the regular layout up: by 1.4 on 1920 x 1080."""

ROOMY_SIZE: Final = (1200, 765)
"""From here on tiles have room for icons and for names in two lines."""

COMPACT_BELOW: Final = (1000, 640)

LARGE_TEXT: Final = 1.1
"""Above this, tiles show no icons, so that their names have room."""

log = logging.getLogger(__name__)


_TINTS: Final[Mapping[str, tuple[str, str]]] = {
    "coffee": ("#F6EDE4", "#8A5A2B"),
    "bakery": ("#FDF1DC", "#A66A14"),
    "cold": ("#E4F1FB", "#1F6FB2"),
    "lunch": ("#E8F5E4", "#3B7D23"),
    "retail": ("#EFE9FB", "#6B46C1"),
    "gift": ("#FCE8EF", "#BE3A6B"),
    "brown": ("#F6EDE4", "#8A5A2B"),
    "yellow": ("#FDF1DC", "#A66A14"),
    "blue": ("#E4F1FB", "#1F6FB2"),
    "green": ("#E8F5E4", "#3B7D23"),
    "violet": ("#EFE9FB", "#6B46C1"),
    "pink": ("#FCE8EF", "#BE3A6B"),
    "red": ("#FDE9E9", "#B71C1C"),
    "grey": ("#EEF0F3", "#5F6673"),
}


@dataclass(frozen=True)
class Theme:
    """The look for one display. Made by `theme_for`."""

    c: Palette
    scale: float
    text_scale: float
    compact: bool
    is_roomy: bool
    """Whether there is room for what is pleasant but not needed, such as icons on tiles."""
    fonts: Mapping[str, Path]
    """Fonts that were found, by the name kv uses."""

    def dp(self, length: float) -> float:
        """A length on this display, in whole pixels."""
        return float(round(length * self.scale))

    def sp(self, size: float) -> float:
        """A font size on this display."""
        return float(round(size * self.scale * self.text_scale))

    def tp(self, height: float) -> float:
        """A height that carries text: it grows with larger text."""
        return float(round(height * self.scale * max(1.0, self.text_scale)))

    def font(self, name: str) -> str:
        """A font's name for Kivy; Kivy's own Roboto where the font was not found."""
        return name if name in self.fonts else "Roboto"

    def icon(self, name: str) -> str:
        """The glyph of a Material Design icon, such as `food-croissant`; empty where there is none."""
        return glyph(name) if ICON_FONT in self.fonts else ""

    def tint(self, name: str) -> Rgba:
        """The soft background of a tile's icon."""
        soft, strong = _TINTS.get(name, _TINTS["grey"])
        return rgba(strong + "40") if self.c == DARK else rgba(soft)

    def tint_ink(self, name: str) -> Rgba:
        """The colour of a tile's icon."""
        soft, strong = _TINTS.get(name, _TINTS["grey"])
        return rgba(soft) if self.c == DARK else rgba(strong)

    def pick(self, regular: float, compact: float) -> float:
        """A length that differs between the two layouts."""
        return self.dp(compact if self.compact else regular)

    def count(self, regular: int, compact: int) -> int:
        """A number that differs between the two layouts."""
        return compact if self.compact else regular

    @property
    def gap(self) -> float:
        """Between things that belong together."""
        return self.pick(12, 8)

    @property
    def edge(self) -> float:
        """Between a panel's edge and what is in it."""
        return self.pick(16, 12)

    @property
    def radius(self) -> float:
        """Of panels and strong buttons."""
        return self.dp(12)

    @property
    def small_radius(self) -> float:
        """Of keys, badges and other small things."""
        return self.dp(8)

    @property
    def hair(self) -> float:
        """The width of a hairline."""
        return max(1.0, self.dp(1))

    @property
    def touch(self) -> float:
        """The least side of anything to be touched."""
        return self.dp(48)

    @property
    def bar(self) -> float:
        """The height of the bar along the top."""
        return max(self.pick(64, 52), self.tp(50))

    @property
    def side(self) -> float:
        """The width of the panel on the left."""
        return self.pick(404, 290) * min(1.15, self.text_scale)

    @property
    def name_valign(self) -> str:
        """Where a tile's name stands: above the price, or at the top where there is no icon."""
        return "bottom" if self.is_roomy else "top"

    @property
    def tile_icon(self) -> float:
        """The height of a tile's icon; 0 where there is none, and the badge stands beside the price."""
        return self.dp(32) if self.is_roomy else 0

    @property
    def badge_below(self) -> int:
        """1 where a tile's badge stands beside the price, else 0."""
        return 0 if self.is_roomy else 1

    @property
    def sale_bottom(self) -> float:
        """The height of keypad and payment on the sale page."""
        return self.dp(84) if self.compact else self.tp(46) + 4 * self.touch + self.dp(66)

    @property
    def pager(self) -> float:
        """The width of the buttons that turn the page."""
        return self.dp(190 if self.is_roomy else 112)

    @property
    def tile_cols(self) -> int:
        """Tiles in a row."""
        return 5 if self.is_roomy else 4

    @property
    def tile_rows(self) -> int:
        """Rows of tiles."""
        return 3


def theme_for(width: float, height: float, *, dark: bool = False, text_scale: float = 1.0) -> Theme:
    """The theme for a register of this many pixels. Missing fonts are logged, and Kivy's own is taken."""
    regular_width, regular_height = REGULAR_SIZE
    scale = round(max(1.0, min(width / regular_width, height / regular_height)), 2)
    least_width, least_height = COMPACT_BELOW
    compact = width < least_width or height < least_height
    return Theme(
        c=DARK if dark else LIGHT,
        scale=scale,
        text_scale=text_scale,
        compact=compact,
        is_roomy=text_scale <= LARGE_TEXT
        and width >= ROOMY_SIZE[0] * scale
        and height >= ROOMY_SIZE[1] * scale,
        fonts=find_fonts(),
    )


def find_fonts(inter: Path = INTER, icon_package: str = ICON_PACKAGE) -> dict[str, Path]:
    """Where the fonts lie. What is missing is named in the log, with how to get it."""
    found = {name: inter / file for name, file in FONT_FILES.items() if (inter / file).is_file()}
    missing = [name for name in FONT_FILES if name not in found]
    if missing:
        log.error(
            "fonts %s are not in %s: install Debian's fonts-inter. Going on with Kivy's Roboto.",
            ", ".join(missing),
            inter,
        )
    try:
        package = importlib.import_module(icon_package)
        icons = Path(package.__file__ or "").parent / "fonts" / "materialdesignicons-webfont.ttf"
    except ImportError:
        icons = Path(icon_package)
    if icons.is_file():
        found[ICON_FONT] = icons
    else:
        log.error(
            "the icon font %s was not found: install fonticon-materialdesignicons7 from PyPI. "
            "Going on without icons.",
            icons,
        )
    return found


@functools.cache
def glyph(name: str) -> str:
    """One character of the icon font; empty where the font has no such icon."""
    try:
        font = importlib.import_module(ICON_PACKAGE).MDI7
    except ImportError:
        return ""
    return str(getattr(font, name.replace("-", "_"), ""))[-1:]
