"""The codes that are known beforehand tell a scanner that is set to another keyboard from one that is set right."""

import barcode
import pytest
import zxingcpp
from PIL import Image

from drivers.known_codes import GROUP_SEPARATOR, LAYOUT, SEPARATOR, judge, shown
from drivers.scanner._code import LAYOUTS, Layout
from tests.drivers.scanner.test_keys import typed
from tests.drivers.scanner.wedge import chords_of


@pytest.mark.parametrize("set_to", LAYOUTS)
def test_in_each_wrong_layout_the_code_is_known_to_be_wrong(set_to: Layout) -> None:
    for set_up in LAYOUTS:
        for aim in ("", "]C0"):
            text = typed(chords_of(aim + LAYOUT, *set_to), *set_up)
            is_right = text.endswith(LAYOUT)
            if is_right and not text.startswith(aim):
                # The letters are alike, and the brackets are not.
                assert judge(text, LAYOUT).verdict == "adds_something", (set_up, text)
            else:
                expected = "right" if is_right else "wrong_layout"
                assert judge(text, LAYOUT).verdict == expected, (set_up, text)


def test_the_usual_neighbours_are_told_apart() -> None:
    for other in (("de", ""), ("fr", ""), ("es", ""), ("it", ""), ("ch", ""), ("us", "dvorak")):
        assert typed(chords_of(LAYOUT, "us", ""), *other) != LAYOUT


@pytest.mark.parametrize("code", [LAYOUT, SEPARATOR])
@pytest.mark.parametrize("article", ["4006381333931", "96385074", "]E04006381333931", "K7Q2", ""])
def test_an_article_is_no_fault_of_the_scanner(article: str, code: str) -> None:
    assert judge(article, code).verdict == "another"


def test_the_other_code_is_another_article() -> None:
    assert judge(SEPARATOR, LAYOUT).verdict == "another"
    assert judge("]C110ZY2107", LAYOUT).verdict == "another"
    assert judge(LAYOUT, SEPARATOR).verdict == "another"


def test_the_separator_has_a_name_for_people() -> None:
    assert shown(f"1{GROUP_SEPARATOR}2") == "1<GS>2"


def test_the_codes_are_what_a_scanner_reads_off_them() -> None:
    for text, aim in ((LAYOUT, "]C0"), (SEPARATOR.replace(GROUP_SEPARATOR, "\xf1"), "]C1")):
        drawn = f"\xf1{text}" if aim == "]C1" else text
        bars = barcode.get("code128", drawn).build()[0].strip("0")
        picture = Image.new("L", (3 * (len(bars) + 20), 90), 255)
        for place, bar in enumerate(bars, 10):
            if bar == "1":
                picture.paste(0, (3 * place, 0, 3 * place + 3, 90))
        (read,) = zxingcpp.read_barcodes(picture)
        code = SEPARATOR if aim == "]C1" else LAYOUT
        assert (read.symbology_identifier, read.bytes) == (aim, code.encode())
