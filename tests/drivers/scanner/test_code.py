"""The pairing code tells apart what is different, and lets be what is the same."""

import barcode
import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from drivers.scanner._code import CODE, LAYOUTS, Frame, Layout, frame_of
from drivers.scanner._keys import compile_layout
from tests.drivers.scanner.test_keys import typed
from tests.drivers.scanner.wedge import PRINTABLE, chords_of, ways

ACCENTS = set("^`~")
"""Dead keys on most keyboards. GS1 codes, Code 39 and web addresses of labels do not have them."""

THE_SAME: dict[Layout, tuple[Layout, ...]] = {
    ("us", ""): (
        *(("pl", ""), ("lv", ""), ("ro", ""), ("lt", "us"), ("au", ""), ("za", ""), ("ph", "")),
        *(("nl", "us"), ("kr", ""), ("us", "altgr-intl")),
    ),
    ("gb", ""): (("ie", ""),),
    ("de", ""): (("at", ""),),
    ("fr", ""): (("fr", "oss"), ("fr", "azerty")),
    ("ch", ""): (("ch", "fr"),),
    ("es", ""): (("es", "cat"),),
    ("se", ""): (("fi", ""),),
    ("nl", ""): (("nl", "std"),),
    ("hu", ""): (("hu", "standard"),),
    ("hr", ""): (("si", ""), ("rs", "latin"), ("ba", ""), ("me", "")),
}
"""The classes of layouts that the pairing does not tell apart, by the one that it takes for all."""

EVERY = [(layout, layout) for layout in LAYOUTS] + [
    (other, taken) for taken, others in THE_SAME.items() for other in others
]


USUAL = (
    *("us", "gb", "ie", "de", "at", "ch", "fr", "be", "nl", "es", "it", "pt", "br", "latam"),
    *(
        "se",
        "no",
        "dk",
        "fi",
        "is",
        "pl",
        "cz",
        "sk",
        "hu",
        "hr",
        "si",
        "ro",
        "lv",
        "tr",
        "ca",
        "jp",
    ),
)


def test_all_usual_layouts_are_known() -> None:
    assert set(USUAL) <= {name for (name, variant), _ in EVERY if not variant}


def learned(layout: Layout) -> Layout | None:
    """The first layout in which a scanner of `layout` says the code."""
    chords = chords_of(CODE, *layout)
    return next((taken for taken in LAYOUTS if typed(chords, *taken) == CODE), None)


@pytest.mark.parametrize(("layout", "taken"), EVERY)
def test_each_layout_is_told_from_all_that_type_something_else(
    layout: Layout, taken: Layout
) -> None:
    assert learned(layout) == taken


@pytest.mark.parametrize(("layout", "taken"), EVERY)
def test_the_layout_that_is_taken_reads_all_that_barcodes_say(
    layout: Layout, taken: Layout
) -> None:
    readable = set(ways(*layout)) - ACCENTS
    assert readable == set(PRINTABLE) - ACCENTS
    text = "".join(sorted(readable))
    assert typed(chords_of(text, *layout), *taken) == text


def test_each_layout_exists_and_is_listed_once() -> None:
    assert len(set(LAYOUTS)) == len(LAYOUTS)
    for layout in LAYOUTS:
        assert compile_layout(*layout)


@pytest.mark.parametrize("character", "')\\")
def test_no_sign_of_the_code_can_be_left_out(character: str) -> None:
    shorter = CODE.replace(character, "")
    mistaken = []
    for layout, _ in EVERY:
        chords = chords_of(shorter, *layout)
        taken = next(taken for taken in LAYOUTS if typed(chords, *taken) == shorter)
        text = "".join(sorted(set(PRINTABLE) - ACCENTS))
        if typed(chords_of(text, *layout), *taken) != text:
            mistaken.append(layout)
    assert mistaken


def test_the_code_is_short_and_has_every_kind_of_character() -> None:
    assert len(CODE) <= 24
    assert set(CODE) <= set(PRINTABLE) - ACCENTS - {" "}
    assert set("-_/+:]zyaqwm") <= set(CODE)
    assert any(c.isdigit() for c in CODE)
    assert any(c.isupper() for c in CODE)


def test_a_reader_that_others_wrote_reads_the_code_with_two_pixels_a_bar() -> None:
    (modules,) = barcode.get("code128", CODE).build()
    assert len(modules) * 2 + 40 <= 800
    bars = Image.new("L", (len(modules) + 20, 1), 255)
    bars.putdata([255] * 10 + [0 if module == "1" else 255 for module in modules] + [255] * 10)
    picture = bars.resize((bars.width * 2, 80), Image.Resampling.NEAREST)
    (read,) = zxingcpp.read_barcodes(picture)
    assert (read.text, read.symbology_identifier) == (CODE, "]C0")


# ---------------------------------------------------------------------------------- what stands around it


@pytest.mark.parametrize(
    ("text", "frame"),
    [
        (CODE, Frame(prefix="", suffix="none", aim=False)),
        (CODE + "\r", Frame(prefix="", suffix="enter", aim=False)),
        (CODE + "\r\n", Frame(prefix="", suffix="enter", aim=False)),
        (CODE + "\t", Frame(prefix="", suffix="tab", aim=False)),
        ("]C0" + CODE + "\r", Frame(prefix="", suffix="enter", aim=True)),
        ("\x02" + CODE + "\r", Frame(prefix="\x02", suffix="enter", aim=False)),
        ("~#]C0" + CODE + "\t", Frame(prefix="~#", suffix="tab", aim=True)),
    ],
)
def test_what_stands_around_the_code_is_learned(text: str, frame: Frame) -> None:
    assert frame_of(text, mixed_ending=None) == frame


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\r",
        CODE[:-1],
        CODE[1:],
        CODE.lower(),
        CODE.swapcase(),
        CODE + "#\r",
        CODE + CODE,
        CODE + "\r" + CODE + "\r",
        "\r" + CODE,
        "D" + CODE,
        "j" + CODE,
        "]C0~" + CODE,
        "123456789" + CODE,
    ],
)
def test_what_no_option_can_express_is_not_learned(text: str) -> None:
    assert frame_of(text, mixed_ending="none") is None


def test_enter_and_tab_together_are_learned_only_where_that_can_be_said() -> None:
    assert frame_of(CODE + "\t\r", mixed_ending=None) is None
    frame = frame_of(CODE + "\t\r", mixed_ending="none")
    assert frame
    assert frame.options == {"suffix": "none"}


def test_no_prefix_is_no_key_of_the_table() -> None:
    assert Frame(prefix="~", suffix="tab", aim=True).options == {"prefix": "~", "suffix": "tab"}
    assert Frame(prefix="", suffix="tab", aim=True).options == {"suffix": "tab"}


@given(st.text(max_size=60))
def test_a_text_without_the_code_is_never_learned(text: str) -> None:
    if CODE not in text:
        assert frame_of(text, mixed_ending="none") is None


@given(st.text(max_size=12), st.text(max_size=12))
def test_what_is_learned_takes_the_code_out_again(before: str, behind: str) -> None:
    frame = frame_of(before + CODE + behind, mixed_ending="none")
    if frame is not None:
        text = (before + CODE + behind).rstrip("\r\n\t").removeprefix(frame.prefix)
        assert text.endswith(CODE)
        assert len(text) == len(CODE) + (3 if frame.aim else 0)
