"""Every colour of the screen, light and dark, by what it is for."""

from dataclasses import dataclass, fields
from typing import Final

Rgba = tuple[float, float, float, float]


def rgba(code: str) -> Rgba:
    """`#RRGGBB` or `#RRGGBBAA` as four shares of one."""
    digits = code.removeprefix("#")
    red, green, blue = (int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4))
    return red, green, blue, int(digits[6:8] or "ff", 16) / 255


@dataclass(frozen=True)
class Palette:
    """The colours by what they are for. A name ending in `_ink` is for text and icons on a surface."""

    page: Rgba
    surface: Rgba
    soft: Rgba
    press: Rgba
    line: Rgba
    ink: Rgba
    muted: Rgba
    faint: Rgba
    brand: Rgba
    brand_press: Rgba
    brand_soft: Rgba
    brand_ink: Rgba
    blue: Rgba
    blue_press: Rgba
    blue_soft: Rgba
    blue_ink: Rgba
    amber_ink: Rgba
    amber_soft: Rgba
    danger: Rgba
    danger_press: Rgba
    danger_ink: Rgba
    danger_soft: Rgba
    night: Rgba
    night_muted: Rgba
    on_strong: Rgba
    chip: Rgba
    chip_ink: Rgba
    off: Rgba
    off_ink: Rgba
    scrim: Rgba
    clear: Rgba

    def __getitem__(self, name: str) -> Rgba:
        """The colour that a view names; the text colour where there is none of that name."""
        colour: Rgba = getattr(self, name, self.ink)
        return colour


def _palette(**codes: str) -> Palette:
    wanted = {field.name for field in fields(Palette)}
    assert wanted == set(codes), wanted ^ set(codes)
    return Palette(**{name: rgba(code) for name, code in codes.items()})


LIGHT: Final = _palette(
    page="#F4F5F7",
    surface="#FFFFFF",
    soft="#F3F4F6",
    press="#E9EBEF",
    line="#E5E7EB",
    ink="#14181F",
    muted="#5F6673",
    faint="#9AA1AC",
    brand="#0B6E4F",
    brand_press="#085A40",
    brand_soft="#E3F3EC",
    brand_ink="#0B6E4F",
    blue="#2453D6",
    blue_press="#1C43B0",
    blue_soft="#E8EEFD",
    blue_ink="#2453D6",
    amber_ink="#9A4607",
    amber_soft="#FDF0DF",
    danger="#C62828",
    danger_press="#A32020",
    danger_ink="#B71C1C",
    danger_soft="#FDE9E9",
    night="#14181F",
    night_muted="#C3C8D0",
    on_strong="#FFFFFF",
    chip="#14181F",
    chip_ink="#FFFFFF",
    off="#E9EBEF",
    off_ink="#7A828E",
    scrim="#14181F99",
    clear="#00000000",
)

DARK: Final = _palette(
    page="#0F1216",
    surface="#191D23",
    soft="#232931",
    press="#2C333D",
    line="#2E353F",
    ink="#F2F4F7",
    muted="#A9B1BC",
    faint="#6F7885",
    brand="#0B7353",
    brand_press="#095C43",
    brand_soft="#12352A",
    brand_ink="#58D0A4",
    blue="#2A5ADF",
    blue_press="#2149B8",
    blue_soft="#1B2A4D",
    blue_ink="#8FB0FF",
    amber_ink="#F0A65A",
    amber_soft="#3A2A17",
    danger="#C62828",
    danger_press="#A32020",
    danger_ink="#FF8A80",
    danger_soft="#401E1E",
    night="#05070A",
    night_muted="#C3C8D0",
    on_strong="#FFFFFF",
    chip="#F2F4F7",
    chip_ink="#14181F",
    off="#232931",
    off_ink="#8B94A1",
    scrim="#000000B3",
    clear="#00000000",
)

TEXT_PAIRS: Final = (
    ("ink", "surface"),
    ("ink", "soft"),
    ("ink", "page"),
    ("ink", "brand_soft"),
    ("ink", "blue_soft"),
    ("ink", "amber_soft"),
    ("ink", "danger_soft"),
    ("muted", "surface"),
    ("muted", "soft"),
    ("muted", "page"),
    ("muted", "brand_soft"),
    ("brand_ink", "surface"),
    ("brand_ink", "brand_soft"),
    ("brand_ink", "page"),
    ("blue_ink", "surface"),
    ("amber_ink", "surface"),
    ("amber_ink", "page"),
    ("amber_ink", "amber_soft"),
    ("amber_ink", "brand_soft"),
    ("danger_ink", "surface"),
    ("danger_ink", "page"),
    ("danger_ink", "danger_soft"),
    ("on_strong", "brand"),
    ("on_strong", "blue"),
    ("on_strong", "danger"),
    ("on_strong", "night"),
    ("night_muted", "night"),
    ("chip_ink", "chip"),
)
"""Every text colour with each background it stands on. A test holds each to a contrast of 4.5 : 1."""


def contrast(text: Rgba, background: Rgba) -> float:
    """The contrast ratio of WCAG 2.2, 1.4.3: from 1 to 21."""
    one, other = _luminance(text), _luminance(background)
    return (max(one, other) + 0.05) / (min(one, other) + 0.05)


def _luminance(colour: Rgba) -> float:
    red, green, blue = (
        part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4  # noqa: PLR2004
        for part in colour[:3]
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
