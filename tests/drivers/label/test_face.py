"""What stands where: laws that hold for every label on every paper."""

import unicodedata
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.label import Label
from drivers.label._face import (
    BARS_LOWEST,
    GOOD_MODULE,
    PRICE_SMALLEST,
    Bars,
    Face,
    Text,
    arrange,
    clean,
)
from drivers.label._zpl import Builder

MODULES = (0.375, 0.25, 0.167)
Rectangle = tuple[float, float, float, float]
words = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x17F), max_size=90)
prices = st.one_of(st.just(""), st.from_regex(r"-?[0-9]{1,7},[0-9]{2} €", fullmatch=True), words)
codes = st.one_of(
    st.just(""),
    st.sampled_from(("4006381333931", "96385074", "036000291452", "K7Q2-1041")),
    st.text("0123456789AZ-", max_size=40),
    words,
)
labels = st.builds(Label, words, prices, words, codes, words)
widths = st.floats(15, 120)
heights = st.floats(10, 90)


def face_of(label: Label, width: float, height: float) -> Face:
    return arrange(label, width, height, Builder(width, height, 8), MODULES)


def rectangle(piece: Text | Bars) -> Rectangle:
    """Left, upper, right, lower edge of what is drawn; of letters, without the air below them."""
    if isinstance(piece, Text):
        return piece.x, piece.y, piece.x + piece.width, piece.y + piece.size
    left, right = piece.symbol.quiet
    module = piece.module
    return (
        piece.x - left * module,
        piece.y,
        piece.x + piece.width + right * module,
        piece.y + piece.height,
    )


def overlap(one: Rectangle, other: Rectangle) -> bool:
    slack = 0.01
    return (
        one[0] + slack < other[2]
        and other[0] + slack < one[2]
        and one[1] + slack < other[3]
        and other[1] + slack < one[3]
    )


def pieces(face: Face) -> list[Text | Bars]:
    return [*face.texts, *([face.bars] if face.bars else [])]


@settings(max_examples=200, deadline=None)
@given(labels, widths, heights)
def test_everything_is_on_the_label_and_nothing_on_anything_else(
    label: Label, width: float, height: float
) -> None:
    face = face_of(label, width, height)
    boxes = [rectangle(piece) for piece in pieces(face)]
    for left, upper, right, lower in boxes:
        # Quiet zones may lie in the margin; letters may not.
        assert left >= 0.49
        assert upper >= 0.99
        assert right <= width - 0.49
        assert lower <= height - 0.99
    assert all(text.x >= 0.99 and text.x + text.width <= width - 0.99 for text in face.texts)
    assert not any(overlap(one, other) for one, other in combinations(boxes, 2))


@settings(max_examples=200, deadline=None)
@given(labels, widths, heights)
def test_every_text_fits_its_box(label: Label, width: float, height: float) -> None:
    letters = Builder(width, height, 8)
    for text in face_of(label, width, height).texts:
        assert letters.width(text.text, text.size, bold=text.bold) <= text.width + 0.01


@settings(max_examples=100, deadline=None)
@given(labels, widths, heights)
def test_the_barcode_can_be_scanned_or_its_text_is_printed(
    label: Label, width: float, height: float
) -> None:
    face = face_of(label, width, height)
    if face.bars is not None:
        assert face.bars.module in MODULES
        assert face.bars.height >= BARS_LOWEST - 0.01
    elif code := clean(label.barcode):
        assert any(code.startswith(text.text.rstrip("… ")) for text in face.texts)


def test_the_name_is_printed_in_two_rows_at_most_and_smaller_if_it_is_long() -> None:
    short = face_of(Label("Brot"), 57, 32).texts
    two = face_of(Label("Vollkornbrot aus der Bäckerei am Markt"), 57, 32).texts
    long = face_of(Label("Vollkornbrot " * 8), 57, 32).texts
    assert [len(rows) for rows in (short, two, long)] == [1, 2, 2]
    assert short[0].size >= two[0].size > long[0].size
    assert " ".join(text.text for text in long) == ("Vollkornbrot " * 8).strip()


def test_a_name_that_never_fits_ends_with_an_ellipsis() -> None:
    first, second = face_of(Label("Vollkornbrot " * 20), 40, 20).texts
    assert second.text.endswith("…")
    assert ("Vollkornbrot " * 20).startswith(f"{first.text} {second.text[:-1]}")


def test_a_word_longer_than_the_label_breaks() -> None:
    first, second = face_of(Label("Donaudampfschifffahrtsgesellschaftskapitänsmütze"), 30, 20).texts
    assert first.text + second.text == "Donaudampfschifffahrtsgesellschaftskapitänsmütze"


def test_the_price_is_the_largest_thing_on_the_label() -> None:
    label = Label("Brot", "3,20 €", "1 kg = 6,40 €", "4006381333931", "A-1041")
    face = face_of(label, 57, 32)
    price = next(text for text in face.texts if text.text == "3,20 €")
    assert price.size == max(text.size for text in face.texts)
    assert price.align == "right"


def test_the_barcode_stands_beside_the_price_where_there_is_room_and_else_below() -> None:
    label = Label("Brot", "3,20 €", "", "4006381333931")
    for width, is_beside in ((70, True), (38, False)):
        face = face_of(label, width, 30)
        assert face.bars is not None
        price = next(text for text in face.texts if text.text == "3,20 €")
        assert (price.x > face.bars.x + face.bars.width) is is_beside
        assert (price.y + price.size < face.bars.y) is not is_beside


@pytest.mark.parametrize(
    ("width", "module"),
    [(70, 0.25), (34, 0.25), (29.3, 0.25), (28.9, 0.167), (25, 0.167), (18, None)],
)
def test_bars_become_narrower_and_then_text(width: float, module: float | None) -> None:
    face = face_of(Label("Brot", "3,20 €", "", "4006381333931"), width, 30)
    assert (face.bars.module if face.bars else None) == module
    assert any(text.text == "4006381333931" for text in face.texts)


@pytest.mark.parametrize("height", range(10, 40))
def test_bars_leave_the_price_room_to_be_read(height: float) -> None:
    face = face_of(Label("Brot", "3,20 €", "", "4006381333931"), 38, height)
    price = next(text for text in face.texts if text.text == "3,20 €")
    assert face.bars is None or price.size >= PRICE_SMALLEST - 0.01


def test_on_the_smallest_label_the_price_stays() -> None:
    label = Label("Vollkornbrot " * 3, "3,20 €", "1 kg = 6,40 €", "4006381333931", "A-1041")
    shown = [text.text for text in face_of(label, 15, 10).texts]
    assert "3,20 €" in shown
    assert "A-1041" not in shown


def test_a_smaller_name_is_better_than_bars_narrower_than_gs1_allows() -> None:
    label = Label("Vollkornbrot aus der Bäckerei", "12,50 €", "1 kg = 8,30 €", "4006381333931", "A")
    face = face_of(label, 38.1, 21.2)
    assert face.bars is not None
    assert face.bars.module >= GOOD_MODULE


def test_a_name_that_runs_from_the_right_stands_at_the_right() -> None:
    assert face_of(Label("خبز عربي"), 57, 32).texts[0].align == "right"
    assert face_of(Label("Brot"), 57, 32).texts[0].align == "left"


def test_an_empty_label_is_empty() -> None:
    assert face_of(Label(""), 57, 32) == Face(())


@given(st.text())
def test_cleaned_text_is_one_row_of_letters(text: str) -> None:
    cleaned = clean(text)
    assert cleaned == cleaned.strip() == clean(cleaned)
    assert all(unicodedata.category(c)[0] != "C" for c in cleaned)
    assert all(c == " " or not c.isspace() for c in cleaned)
    cleaned.encode()


def test_narrow_spaces_and_marks_of_direction_are_tidied_up() -> None:
    assert clean("1\u202f234,50\u00a0€") == "1 234,50 €"
    assert clean("\u200eBrot\u200f \ud800\n\tfein") == "Brot fein"
    assert clean("e\u0301") == "é"
    assert clean("Tee \u2615\ufe0f") == "Tee \u2615"
