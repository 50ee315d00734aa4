"""What comes out of a printer that somebody else wrote: barcodes that scan, letters inside their label."""

import pytest
import zxingcpp
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from drivers.label import Label
from drivers.label._face import arrange
from drivers.label._zpl import FONT_0_WIDTHS, Builder, escaped
from tests.drivers.label.zebra import Zebra, ink

STOCKS = [(57, 32, 8), (57, 32, 12), (38, 25, 8), (100, 50, 8), (50, 30, 12), (30, 40, 8)]


def draw(zebra: Zebra, label: Label, stock: tuple[float, float, int] = (57, 32, 8)) -> Image.Image:
    (picture,) = zebra.draw(Builder(*stock).label(label, 1), *stock)
    return picture


def scanned(picture: Image.Image) -> list[tuple[str, str]]:
    """What a scanner reads on the label: AIM identifier and text."""
    return [(code.symbology_identifier, code.text) for code in zxingcpp.read_barcodes(picture)]


@pytest.mark.parametrize("stock", STOCKS)
@pytest.mark.parametrize(
    ("barcode", "reads"),
    [
        ("4006381333931", ("]E0", "4006381333931")),
        ("96385074", ("]E4", "96385074")),
        ("036000291452", ("]E0", "0036000291452")),
        ("04901234567894", ("]E0", "4901234567894")),
        ("A-1041", ("]C0", "A-1041")),
        ("9940689625", ("]C0", "9940689625")),
    ],
)
def test_a_scanner_reads_every_symbol(
    zebra: Zebra, stock: tuple[float, float, int], barcode: str, reads: tuple[str, str]
) -> None:
    label = Label("Vollkornbrot aus der Bäckerei", "12,50 €", "1 kg = 8,30 €", barcode, "A-1041")
    assert scanned(draw(zebra, label, stock)) == [reads]


def test_a_code_of_a_weighed_article_is_read_on_a_wide_label(zebra: Zebra) -> None:
    label = Label("Emmentaler", "7,18 €", "", "^~\\>_23", "0,412 kg")
    assert scanned(draw(zebra, label, (100, 50, 8))) == [("]C0", "^~\\>_23")]


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.text(st.characters(min_codepoint=0x20, max_codepoint=0x24F), max_size=60),
    st.from_regex(r"[0-9]{1,5},[0-9]{2} €", fullmatch=True),
    st.sampled_from(STOCKS),
)
def test_whatever_the_name_is_the_barcode_can_be_read(
    zebra: Zebra, name: str, price: str, stock: tuple[float, float, int]
) -> None:
    picture = draw(zebra, Label(name, price, "", "96385074", "note"), stock)
    assert scanned(picture) == [("]E4", "96385074")]


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.text(st.characters(codec="cp1252", categories=["L", "N", "P", "S", "Zs"]), max_size=60),
    st.text(st.characters(codec="cp1252", categories=["L", "N", "P", "S"]), max_size=12),
    st.sampled_from(STOCKS),
)
def test_letters_stay_inside_the_margins(
    zebra: Zebra, name: str, price: str, stock: tuple[float, float, int]
) -> None:
    width, height, dpmm = stock
    # Wider and higher than the label: what would fall off its edge is seen.
    made = Builder(*stock).label(Label(name, price, "1 kg = 8,30 €", "", "A-1041"), 1)
    made = made.replace(b"^PW%d" % round(width * dpmm), b"^PW%d" % round(2 * width * dpmm))
    (picture,) = zebra.draw(made, 2 * width, 2 * height, dpmm)
    box = ink(picture)
    assert box is not None
    assert box[2] <= width * dpmm
    assert box[3] <= height * dpmm


def test_no_letter_is_wider_than_the_table_says(zebra: Zebra) -> None:
    high, count = 50, 10
    letters = [
        letter
        for letter in (bytes((byte,)).decode("cp1252", "ignore") for byte in range(0x21, 0x100))
        if letter not in {"", "\\", "\xa0", "\xad", "|"}
    ]
    bar = escaped("|")
    rows = [
        f"^XA^CI28^FO10,10^A0N,{high}^FH_^FD{bar}{escaped(letter) * count}{bar}^FS^XZ"
        for letter in letters
    ]
    pictures = zebra.draw("".join(rows).encode(), 90, 10, 8)
    for letter, picture in zip(letters, pictures, strict=True):
        box = ink(picture)
        assert box is not None
        widest = (FONT_0_WIDTHS.get(letter, 0.5) * count + 2 * FONT_0_WIDTHS["|"]) * high
        assert box[2] - box[0] <= widest + 2, letter


def test_the_euro_sign_comes_out(zebra: Zebra) -> None:
    euro = draw(zebra, Label("€"))
    other = draw(zebra, Label("¤"))
    made = Builder(57, 32, 8).label(Label("€"), 1)
    (nothing,) = zebra.draw(made.replace(b"_E2_82_AC", b"_EE_80_80"), 57, 32, 8)
    # Neither the box of a letter that is not there, nor another one.
    assert len({picture.tobytes() for picture in (euro, other, nothing)}) == 3


@pytest.mark.parametrize("name", ["Κρασί", "Хлеб", "Łódź ćma", "東京ラーメン", "خبز عربي", "a\\&b"])
def test_letters_that_the_printer_lacks_come_out_as_a_picture(zebra: Zebra, name: str) -> None:
    stock = (57, 32, 8)
    text = arrange(Label(name), *stock[:2], Builder(*stock), ()).texts[0]
    box = ink(draw(zebra, Label(name), stock))
    assert box is not None
    assert text.x * 8 - 4 <= box[0] < box[2] <= (text.x + text.width) * 8 + 4
    assert text.y * 8 - 4 <= box[1] < box[3] <= (text.y + text.size * 1.12) * 8 + 4
    assert box[3] - box[1] > text.size * 8 * 0.5


@pytest.mark.parametrize("price", ["99,00 €", "99,00 ₽"])
def test_the_price_ends_at_the_right_margin(zebra: Zebra, price: str) -> None:
    box = ink(draw(zebra, Label("", price, "", ""), (100, 20, 8)))
    assert box is not None
    assert 97 * 8 < box[2] <= 99 * 8 + 2
    assert box[0] > 25 * 8


def test_a_name_full_of_commands_makes_one_label_with_that_name(zebra: Zebra) -> None:
    name = "^XZ^XA~JA^FS^FO0,0^GB400,200,200^FS _5E"
    made = Builder(57, 32, 8).label(Label(name, "1,00 €"), 1)
    pictures = zebra.draw(made, 57, 32, 8)
    assert len(pictures) == 1
    black = pictures[0].histogram()[0]
    assert black < 0.2 * pictures[0].width * pictures[0].height


def test_labels_of_one_job_are_labels_of_their_own(zebra: Zebra) -> None:
    builder = Builder(57, 32, 8)
    made = [builder.label(Label(f"Nr. {number}", "", "", f"A-{number}"), 1) for number in range(3)]
    pictures = zebra.draw(b"".join(made), 57, 32, 8)
    assert [scanned(picture) for picture in pictures] == [[("]C0", f"A-{n}")] for n in range(3)]
