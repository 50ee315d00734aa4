"""Letters as pictures: whose font they come from, and what becomes of those that no font has."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.label import _letters as letters
from drivers.label._face import clean
from drivers.printer._pictures import FONTS


def shown(text: str) -> list[tuple[str, str]]:
    return [(font.stem, part) for font, part in letters.runs(text, bold=False)]


def test_each_part_of_a_text_comes_from_a_font_that_has_it() -> None:
    assert shown("Łódź Ω") == [("DejaVuSans", "Łódź Ω")]
    assert shown("خبز 12") == [("DejaVuSans", "خبز 12")]
    assert shown("Tee 東京 A") == [
        ("DejaVuSans", "Tee "),
        ("DroidSansFallbackFull", "東京"),
        ("DejaVuSans", " A"),
    ]


@pytest.mark.parametrize("letter", ["ก", "한", "ह", "\U0001f170"])
def test_what_no_font_has_becomes_a_question_mark_that_everybody_sees(letter: str) -> None:
    assert shown(letter) == [("DejaVuSans", "?")]


def test_what_no_font_has_is_printed_in_its_plain_form_if_there_is_one() -> None:
    assert shown("\U0001d4d0") == [("DejaVuSans", "A")]


@pytest.mark.parametrize("bold", [True, False])
@settings(deadline=None, max_examples=100)
@given(text=st.text(max_size=30).map(clean), size=st.integers(8, 200))
def test_a_picture_is_as_wide_as_was_measured(text: str, size: int, *, bold: bool) -> None:
    picture = letters.picture(text, size, bold=bold)
    assert picture.mode == "1"
    measured = letters.width(text, size, bold=bold)
    # Small letters are fitted to their dots, half a dot each at most.
    assert abs(picture.width - measured) <= 2 + 0.75 * len(text)


def test_a_missing_font_is_named() -> None:
    with pytest.raises(letters.FontMissing, match="NoSuchFont"):
        letters._font(FONTS / "NoSuchFont.ttf", 10)
