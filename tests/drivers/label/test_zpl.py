"""ZPL byte by byte: formats that hold no more commands than were meant, and answers that are read exactly."""

import re
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.label import Label, LabelStatus
from drivers.label._face import clean
from drivers.label._zpl import Builder, escaped, is_printable, read_status
from tests.drivers.label.far_end import decoded

BUILDER = Builder(57, 32, 8)
FORMAT = re.compile(
    rb"\^XA\^CI28\^LH0,0\^LS0\^FWN\^PON\^PMN\^LRN\^PW[0-9]+\^LL[0-9]+\n"
    rb"(?:\^FO[0-9]+,[0-9]+"
    rb"(?:\^A0N,[0-9]+(?:\^FB[0-9]+,1,0,[RC],0)?\^FH_\^FD[^\^~\\\x00-\x1f\x7f-\xff]+"
    rb"|\^GFA,[0-9]+,[0-9]+,[0-9]+,[0-9A-F]+"
    rb"|\^GB[0-9]+,[0-9]+,[0-9]+"
    rb")\^FS\n)*"
    rb"\^PQ(?P<copies>[0-9]+),0,0,N\^XZ\n"
)
"""All that a format of ours may be, and nothing else."""

hostile = st.one_of(
    st.text(max_size=40),
    st.text("^~\\_,>XZFSJABCIH0123456789ABCDEF\n\r\x02\x03\x10 €ü", max_size=40),
    st.sampled_from(
        (
            "^XZ^XA^FO0,0^GB400,400,400^FS",
            "~JA",
            "~JR",
            "^FS^XZ",
            "_5EXZ",
            "\\&",
            "^CC!",
            "!XZ",
            "~HS",
        )
    ),
)
# One GK420t in thermal transfer mode, as in the programming guide.
WELL = (
    b"\x02030,0,0,1245,000,0,0,0,000,0,0,0\x03\r\n"
    b"\x02000,0,0,0,0,2,4,0,00000000,1,000\x03\r\n"
    b"\x021234,0\x03\r\n"
)


@settings(max_examples=400, deadline=None)
@given(st.builds(Label, hostile, hostile, hostile, hostile, hostile), st.integers(1, 999))
def test_no_text_can_be_taken_for_a_command(label: Label, copies: int) -> None:
    made = BUILDER.label(label, copies)
    found = FORMAT.fullmatch(made)
    assert found is not None, made
    assert int(found["copies"]) == copies


@given(st.text(st.characters(codec="cp1252"), min_size=1))
def test_what_is_escaped_is_what_the_printer_reads(text: str) -> None:
    field = escaped(text)
    assert field.isascii()
    assert not set(field) & set("^~\\>\n\r\x00")
    assert decoded(field.encode()) == text


def test_letters_of_code_page_1252_are_the_printers_own() -> None:
    made = BUILDER.label(Label("Käse €"), 1)
    assert b"^FH_^FDK_C3_A4se _E2_82_AC^FS" in made
    assert b"^GF" not in made


@pytest.mark.parametrize("name", ["Κρασί", "Хлеб", "Łódź", "東京", "خبز", "a\\&b"])
def test_other_letters_and_backslashes_are_pictures(name: str) -> None:
    assert not is_printable(name)
    made = BUILDER.label(Label(name), 1)
    assert b"^GFA," in made
    assert b"^FD" not in made


def test_a_picture_has_as_many_bytes_as_it_says() -> None:
    made = BUILDER.label(Label("Κρασί Αγιωργίτικο"), 1)
    found = re.search(rb"\^GFA,([0-9]+),([0-9]+),([0-9]+),([0-9A-F]+)\^FS", made)
    assert found is not None
    sent, whole, row = (int(number) for number in found.groups()[:3])
    assert sent == whole == len(found[4]) // 2
    assert whole % row == 0
    assert row * 8 <= 57 * 8


def test_amounts_stand_at_the_right_edge() -> None:
    made = BUILDER.label(Label("Brot", "3,20 €"), 2)
    assert re.search(rb"\^FB[0-9]+,1,0,R,0\^FH_\^FD3,20 _E2_82_AC\^FS", made)
    assert made.endswith(b"^PQ2,0,0,N^XZ\n")


def test_bars_are_whole_dots_and_apart() -> None:
    made = BUILDER.label(Label("Brot", "3,20 €", "", "4006381333931"), 1)
    bars = [
        tuple(int(number) for number in found)
        for found in re.findall(rb"\^FO([0-9]+),[0-9]+\^GB([0-9]+),[0-9]+,([0-9]+)\^FS", made)
    ]
    # Two in each guard pattern, two in each of the twelve digits.
    assert len(bars) == 30
    assert all(width == thickness and width % 2 == 0 for _, width, thickness in bars)
    assert all(x + width < following for (x, width, _), (following, _, _) in pairwise(bars))


@pytest.mark.parametrize(("dpmm", "dots"), [(8, {2, 3}), (12, {2, 3, 4})])
def test_modules_are_neither_too_fine_to_read_nor_too_coarse(dpmm: int, dots: set[int]) -> None:
    assert set(Builder(57, 32, dpmm)._module_dots()) == dots


def test_a_well_printers_answer_is_read() -> None:
    assert read_status(WELL) == LabelStatus()


@pytest.mark.parametrize(
    ("place", "byte", "status"),
    [
        (5, b"1", LabelStatus(labels_out=True)),
        (7, b"1", LabelStatus(paused=True)),
        (16, b"7", LabelStatus(waiting=7)),
        (22, b"1", LabelStatus(waiting=1)),
        (28, b"1", LabelStatus(fault=True)),
        (30, b"1", LabelStatus(fault=True)),
        (32, b"1", LabelStatus(fault=True)),
        (43, b"1", LabelStatus(head_open=True)),
        # Without thermal transfer there is no ribbon to be out.
        (45, b"1", LabelStatus()),
        (62, b"9", LabelStatus(waiting=9)),
    ],
)
def test_each_flag_means_what_the_programming_guide_says(
    place: int, byte: bytes, status: LabelStatus
) -> None:
    assert WELL[place : place + 1] == b"0"
    assert read_status(WELL[:place] + byte + WELL[place + 1 :]) == status


def test_in_thermal_transfer_the_ribbon_counts() -> None:
    assert read_status(WELL[:45] + b"1,1" + WELL[48:]) == LabelStatus(ribbon_out=True)


@given(st.integers(0, len(WELL) - 3))
def test_half_an_answer_is_none(length: int) -> None:
    assert read_status(WELL[:length]) is None


@pytest.mark.parametrize("answer", [b"x" + WELL, WELL + b"x", WELL + WELL, b""])
def test_an_answer_with_something_else_around_it_is_none(answer: bytes) -> None:
    assert read_status(answer) is None


@given(st.binary(max_size=200))
def test_any_bytes_are_an_answer_or_none(answer: bytes) -> None:
    assert read_status(answer) is None


@settings(max_examples=500)
@given(st.integers(0, len(WELL) - 1), st.binary(max_size=3), st.integers(0, 3))
def test_a_damaged_answer_is_read_exactly_or_not_at_all(place: int, put: bytes, cut: int) -> None:
    damaged = WELL[:place] + put + WELL[place + cut :]
    status = read_status(damaged)
    if status is not None:
        strings = re.findall(rb"\x02([^\x02\x03]*)\x03", damaged)
        assert [len(string.split(b",")) for string in strings] == [12, 11, 2]
        assert status.labels_out is (strings[0].split(b",")[1] == b"1")
        assert status.head_open is (strings[1].split(b",")[2] == b"1")


def test_a_names_letters_all_come_through() -> None:
    made = BUILDER.label(Label("^XZ ~JA _5E Ü"), 1)
    found = re.search(rb"\^FH_\^FD(.*?)\^FS", made)
    assert found is not None
    assert decoded(found[1]) == clean("^XZ ~JA _5E Ü") == "^XZ ~JA _5E Ü"
