"""Sheets of labels, as an office printer would print them: drawn by poppler, read by zxing-cpp, measured in dots."""

import shutil
import subprocess
from pathlib import Path

import msgspec
import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageOps

from appliance.label_sheets import (
    AVERY_5160,
    AVERY_L7160,
    AVERY_L7651,
    SHEETS,
    SheetLayout,
    sheet_pdf,
)
from drivers.label import Label

DPI = 300
DOTS_PER_MM = DPI / 25.4
MM = 1 / DOTS_PER_MM
ROLL = SheetLayout(
    page_width_mm=62,
    page_height_mm=100,
    columns=1,
    rows=2,
    label_width_mm=60,
    label_height_mm=45,
    left_mm=1,
    top_mm=2,
    pitch_x_mm=60,
    pitch_y_mm=50,
)

needs_poppler = pytest.mark.skipif(
    shutil.which("pdftoppm") is None, reason="pdftoppm is not installed: Debian's poppler-utils"
)


def numbered(count: int) -> list[Label]:
    """Labels whose barcode tells which they are; all kinds of barcodes in turn."""
    return [
        Label(f"Vollkornbrot Nr. {number}", "12,50 €", "1 kg = 8,30 €", code(number), f"A-{number}")
        for number in range(count)
    ]


def code(number: int) -> str:
    if number % 3 == 0:
        return f"A-{number:04d}"
    body = f"{number:07d}" if number % 3 == 1 else f"400{number:09d}"
    weighted = sum(int(d) * (3, 1)[place % 2] for place, d in enumerate(body[::-1]))
    return f"{body}{-weighted % 10}"


def pages(pdf: bytes, folder: Path) -> list[Image.Image]:
    (folder / "sheet.pdf").write_bytes(pdf)
    command = ("pdftoppm", "-r", str(DPI), "-gray", "sheet.pdf", "page")
    done = subprocess.run(command, cwd=folder, check=True, capture_output=True)
    assert not done.stderr, done.stderr
    return [Image.open(picture) for picture in sorted(folder.glob("page*.pgm"))]


def place_of(found: zxingcpp.Barcode, layout: SheetLayout) -> int:
    """The label in which the whole barcode lies."""
    corners = (
        found.position.top_left,
        found.position.top_right,
        found.position.bottom_left,
        found.position.bottom_right,
    )
    for place in range(layout.labels_per_sheet):
        x, y = layout.corner(place)
        if all(
            x <= corner.x * MM <= x + layout.label_width_mm
            and y <= corner.y * MM <= y + layout.label_height_mm
            for corner in corners
        ):
            return place
    raise AssertionError(f"{found.text} lies in no label")


@needs_poppler
@pytest.mark.parametrize("name", sorted(SHEETS))
def test_every_barcode_is_read_back_from_its_own_label(name: str, tmp_path: Path) -> None:
    layout, start = SHEETS[name], 2
    labels = numbered(layout.labels_per_sheet + 3)
    sheets = pages(sheet_pdf(labels, layout, start=start), tmp_path)
    assert len(sheets) == 2
    read = {
        number * layout.labels_per_sheet + place_of(found, layout): found.text
        for number, sheet in enumerate(sheets)
        for found in zxingcpp.read_barcodes(sheet)
    }
    assert read == {start + number: label.barcode for number, label in enumerate(labels)}


@needs_poppler
@pytest.mark.parametrize("layout", [*SHEETS.values(), ROLL])
def test_nothing_is_printed_beside_the_labels(layout: SheetLayout, tmp_path: Path) -> None:
    labels = [
        Label("W" * 50, "9.999.999,99 €", "1 kg = 9.999.999,99 €", "4006381333931", "W" * 80),
        Label("خبز عربي طازج " * 5, "Ω" * 30, "東京" * 20, "x" * 60, "Ж" * 60),
    ] * (layout.labels_per_sheet // 2)
    (sheet,) = pages(sheet_pdf(labels, layout), tmp_path)
    width = round(layout.page_width_mm * DOTS_PER_MM)
    height = round(layout.page_height_mm * DOTS_PER_MM)
    assert abs(sheet.width - width) <= 1
    assert abs(sheet.height - height) <= 1
    eraser = ImageDraw.Draw(sheet)
    for place in range(len(labels)):
        x, y = layout.corner(place)
        box = (x, y, x + layout.label_width_mm, y + layout.label_height_mm)
        cut = sheet.crop(tuple(round(side * DOTS_PER_MM) for side in box))  # type: ignore[arg-type]
        assert ImageOps.invert(cut).getbbox() is not None
        eraser.rectangle([round(side * DOTS_PER_MM) for side in box], fill=255)
    assert ImageOps.invert(sheet).getbbox() is None


@needs_poppler
def test_used_up_labels_stay_empty(tmp_path: Path) -> None:
    (sheet,) = pages(sheet_pdf(numbered(1), AVERY_L7160, start=20), tmp_path)
    x, y = AVERY_L7160.corner(20)
    box = ImageOps.invert(sheet).getbbox()
    assert box is not None
    assert box[0] * MM >= x
    assert box[1] * MM >= y


@needs_poppler
def test_letters_of_all_scripts_are_there_and_their_fonts_embedded(tmp_path: Path) -> None:
    labels = [Label(name) for name in ("Grüße 12,50 €", "Łódź", "Κρασί", "Хлеб", "東京 a")]
    pdf = sheet_pdf(labels, AVERY_L7160)
    (tmp_path / "sheet.pdf").write_bytes(pdf)
    said = subprocess.run(
        ("pdftotext", "sheet.pdf", "-"), cwd=tmp_path, check=True, capture_output=True, text=True
    )
    assert not said.stderr
    for label in labels:
        assert label.name in said.stdout
    assert pdf.count(b"/FontFile2") == 2
    assert b"/Subtype /Image" not in pdf


def test_bars_are_vectors_and_letters_from_the_right_are_a_picture() -> None:
    assert b"/Subtype /Image" not in sheet_pdf(numbered(3), AVERY_L7160)
    assert b"/Subtype /Image" in sheet_pdf([Label("خبز")], AVERY_L7160)


@needs_poppler
def test_letters_from_the_right_are_joined_and_stand_at_the_right(tmp_path: Path) -> None:
    (sheet,) = pages(sheet_pdf([Label("خبز")], AVERY_L7160), tmp_path)
    box = ImageOps.invert(sheet).getbbox()
    assert box is not None
    x, _ = AVERY_L7160.corner(0)
    assert box[0] * MM > x + AVERY_L7160.label_width_mm / 2
    assert box[2] * MM < x + AVERY_L7160.label_width_mm


def test_the_common_sheets_have_as_many_labels_as_their_boxes_say() -> None:
    counts = {name: layout.labels_per_sheet for name, layout in SHEETS.items()}
    assert counts == {"L7160": 21, "L7651": 65, "5160": 30}


@pytest.mark.parametrize("layout", [AVERY_L7160, AVERY_L7651, AVERY_5160])
def test_the_common_sheets_lie_in_the_middle_of_the_page(layout: SheetLayout) -> None:
    x, y = layout.corner(layout.labels_per_sheet - 1)
    right = layout.page_width_mm - x - layout.label_width_mm
    lower = layout.page_height_mm - y - layout.label_height_mm
    assert right == pytest.approx(layout.left_mm, abs=0.01)
    assert lower == pytest.approx(layout.top_mm, abs=0.01)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"label_width_mm": 10}, "label_width_mm"),
        ({"label_height_mm": 9}, "label_height_mm"),
        ({"pitch_x_mm": 60}, "pitch_x_mm"),
        ({"pitch_y_mm": 38}, "pitch_y_mm"),
        ({"left_mm": 20}, "page_width_mm"),
        ({"rows": 8}, "page_height_mm"),
    ],
)
def test_labels_that_overlap_or_leave_the_page_are_refused(
    change: dict[str, float], sentence: str
) -> None:
    with pytest.raises(ValueError, match=f"^{sentence}"):
        msgspec.structs.replace(AVERY_L7160, **change)


@pytest.mark.parametrize("start", [-1, 21])
def test_a_start_beyond_the_sheet_is_refused(start: int) -> None:
    with pytest.raises(ValueError, match=r"^start"):
        sheet_pdf(numbered(1), AVERY_L7160, start=start)


@pytest.mark.parametrize("count", [0, 2101])
def test_no_label_and_more_than_a_hundred_sheets_are_refused(count: int) -> None:
    with pytest.raises(ValueError, match=r"^labels"):
        sheet_pdf([Label("x")] * count, AVERY_L7160)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.builds(Label, *[st.text(max_size=40)] * 5), min_size=1, max_size=4))
def test_any_words_make_a_sheet(labels: list[Label]) -> None:
    assert sheet_pdf(labels, ROLL).startswith(b"%PDF-")
