"""Which barcode a text becomes; each is drawn and read back by zxing-cpp."""

import string

import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from drivers.label._symbol import LONGEST, Symbol, symbol_of

ASCII = string.digits + string.ascii_letters + string.punctuation + " "
MODULE, HEIGHT = 2, 60


def check_digit(digits: str) -> str:
    """GS1 General Specifications, 7.9.1, by the table: weights 3 and 1 from the right."""
    return str(-sum(int(d) * (3, 1)[place % 2] for place, d in enumerate(digits[::-1])) % 10)


def drawn(symbol: Symbol) -> Image.Image:
    left, _ = symbol.quiet
    picture = Image.new("L", (symbol.width * MODULE, HEIGHT), 255)
    pen = ImageDraw.Draw(picture)
    for place, width in symbol.bars():
        x = (left + place) * MODULE
        pen.rectangle((x, 0, x + width * MODULE - 1, HEIGHT), fill=0)
    return picture


def read_back(symbol: Symbol) -> tuple[str, str]:
    (code,) = zxingcpp.read_barcodes(drawn(symbol))
    return code.symbology_identifier, code.text


def gtins(length: int) -> st.SearchStrategy[str]:
    digits = st.text(string.digits, min_size=length - 1, max_size=length - 1)
    return digits.map(lambda d: d + check_digit(d)).filter(lambda d: d.strip("0"))


@pytest.mark.parametrize(
    ("text", "kind", "scanned"),
    [
        ("4006381333931", "ean13", ("]E0", "4006381333931")),
        ("96385074", "ean8", ("]E4", "96385074")),
        ("036000291452", "upca", ("]E0", "0036000291452")),
        # The catalogue's key of 14 digits is the same article.
        ("04006381333931", "ean13", ("]E0", "4006381333931")),
        ("00036000291452", "upca", ("]E0", "0036000291452")),
        ("00000096385074", "ean8", ("]E4", "96385074")),
        # A wrong check digit, and a GTIN-14 of a box, are no EAN.
        ("4006381333932", "code128", ("]C0", "4006381333932")),
        ("10012345678902", "code128", ("]C0", "10012345678902")),
        ("00000000", "code128", ("]C0", "00000000")),
        ("K7Q2-1041", "code128", ("]C0", "K7Q2-1041")),
        ("9940689625", "code128", ("]C0", "9940689625")),
        ("^XZ~JA>5\\&", "code128", ("]C0", "^XZ~JA>5\\&")),
        ("7", "code128", ("]C0", "7")),
    ],
)
def test_a_text_becomes_the_barcode_that_fits_it(
    text: str, kind: str, scanned: tuple[str, str]
) -> None:
    symbol = symbol_of(text)
    assert symbol is not None
    assert symbol.kind == kind
    assert read_back(symbol) == scanned


@pytest.mark.parametrize(
    "text", ["", "Käse", "a\tb", "a\x1db", "\u0664\u0660", "x" * (LONGEST + 1), "1\n"]
)
def test_what_no_barcode_can_say_becomes_none(text: str) -> None:
    assert symbol_of(text) is None


@given(gtins(13))
def test_every_ean_13_is_read_back(gtin: str) -> None:
    symbol = symbol_of(gtin)
    assert symbol is not None
    assert read_back(symbol) == ("]E0", gtin)


@given(gtins(12))
def test_every_upc_a_is_read_back(gtin: str) -> None:
    symbol = symbol_of(gtin)
    assert symbol is not None
    assert (symbol.kind, symbol.text) == ("upca", gtin)
    assert read_back(symbol) == ("]E0", f"0{gtin}")


@given(gtins(8))
def test_every_ean_8_is_read_back(gtin: str) -> None:
    symbol = symbol_of(gtin)
    assert symbol is not None
    assert read_back(symbol) == ("]E4", gtin)


@settings(max_examples=300)
@given(
    st.one_of(
        st.text(ASCII, min_size=1, max_size=LONGEST),
        st.text(string.digits + "A>", min_size=1, max_size=LONGEST),
        st.from_regex(r"[A-Z]{0,3}[0-9]{0,9}[a-z~]{0,3}[0-9]{1,9}", fullmatch=True),
    ).filter(lambda text: getattr(symbol_of(text), "kind", "") == "code128")
)
def test_every_code_128_is_read_back(text: str) -> None:
    symbol = symbol_of(text)
    assert symbol is not None
    assert read_back(symbol) == ("]C0", text)


@given(st.text(string.digits, min_size=2, max_size=30).filter(lambda text: len(text) % 2 == 0))
def test_an_even_number_of_digits_takes_half_a_character_each(digits: str) -> None:
    symbol = symbol_of(digits)
    assert symbol is not None
    if symbol.kind == "code128":
        assert len(symbol.modules) == 11 * (2 + len(digits) // 2) + 13


@pytest.mark.parametrize(
    ("text", "characters"),
    [("123456AB", 8), ("AB1234", 7), ("AB123456CD", 11), ("A1234B", 8), ("12345", 6)],
)
def test_digits_are_paired_wherever_that_is_shorter(text: str, characters: int) -> None:
    symbol = symbol_of(text)
    assert symbol is not None
    # With the start, the changes between the sets and the check; the stop has 13 modules.
    assert len(symbol.modules) == 11 * characters + 13


@given(st.text(max_size=60))
def test_any_text_is_a_barcode_or_none(text: str) -> None:
    symbol = symbol_of(text)
    assert symbol is None or (set(symbol.modules) == {"0", "1"} and symbol.width > 0)
