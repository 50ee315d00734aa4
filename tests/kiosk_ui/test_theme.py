from pathlib import Path

import pytest

from kiosk_ui.palette import DARK, LIGHT, TEXT_PAIRS, Palette, contrast, rgba
from kiosk_ui.theme import find_fonts, glyph, theme_for


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("pair", TEXT_PAIRS, ids="-on-".join)
def test_every_text_can_be_read_on_its_background(palette: Palette, pair: tuple[str, str]) -> None:
    text, background = pair
    assert contrast(palette[text], palette[background]) >= 4.5


def test_contrast_is_that_of_wcag() -> None:
    assert contrast(rgba("#000000"), rgba("#FFFFFF")) == 21
    assert round(contrast(rgba("#777777"), rgba("#FFFFFF")), 2) == 4.48


@pytest.mark.parametrize(
    ("size", "scale", "compact"),
    [
        ((800, 480), 1.0, True),
        ((1024, 600), 1.0, True),
        ((1280, 720), 1.0, False),
        ((1280, 800), 1.0, False),
        ((1920, 1080), 1.4, False),
    ],
)
def test_the_layout_follows_the_size(size: tuple[int, int], scale: float, compact: bool) -> None:
    theme = theme_for(*size)
    assert (theme.scale, theme.compact) == (scale, compact)


@pytest.mark.parametrize("size", [(800, 480), (1280, 800), (1920, 1080)])
def test_touch_targets_grow_with_the_display(size: tuple[int, int]) -> None:
    theme = theme_for(*size)
    assert theme.touch >= 48 * theme.scale - 1
    assert theme.bar >= theme.touch


def test_missing_fonts_are_named_and_the_till_still_starts(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    assert find_fonts(tmp_path, "no_such_package") == {}
    assert "fonts-inter" in caplog.text
    assert "fonticon-materialdesignicons7" in caplog.text


def test_icons_are_found_by_their_published_names() -> None:
    assert glyph("food-croissant") == "\U000f07c8"
    assert glyph("no-such-icon") == ""
