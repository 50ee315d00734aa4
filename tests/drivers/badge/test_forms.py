"""What is known of a badge, and what readers type."""

import re
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

import drivers
from drivers import BadOptions
from drivers.badge import FORMS, Badge, is_blank, is_random, same_badge, shortened
from drivers.badge._wedge_texts import MAX_LENGTH, Format, badge_typed
from tests.drivers.badge.tags import (
    CIVINTEC_26,
    CIVINTEC_34,
    MAKERS,
    MIFARE,
    NTAG,
    SEEED,
    Tag,
    badge,
)

chip_numbers = st.integers(1, (1 << 40) - 2)


def typed(text: str, written_as: Format = "auto") -> Tag | None:
    found = badge_typed(text, written_as, "reader")
    return None if found is None else Tag(found.id, found.form)


# ---------------------------------------------------------------------------------- values


def test_a_badge_hides_its_number() -> None:
    one = badge(SEEED)
    assert repr(one) == str(one) == "Badge(form='em4100', device='reader')"
    assert SEEED.id not in str(one.__rich_repr__())


@pytest.mark.parametrize(
    ("badge_id", "form"),
    [("62e3086ced", "em4100"), ("62E3086C", "em4100"), ("62E3086CEG", "em4100"), ("", "uid4")],
)
def test_a_number_that_does_not_fit_its_form_is_no_badge(badge_id: str, form: str) -> None:
    with pytest.raises(ValueError, match="hex digits") as refusal:
        Badge(badge_id, form, "reader")
    assert not badge_id or badge_id not in str(refusal.value)


def test_an_unknown_form_is_no_badge() -> None:
    with pytest.raises(ValueError, match="em4100-32"):
        Badge("62E3086CED", "em4200", "reader")


def test_one_card_reads_differently_on_different_readers() -> None:
    whole = badge(SEEED)
    assert [(short.form, short.id) for short in shortened(whole)] == [
        ("em4100-32", "E3086CED"),
        ("wiegand34", "E3086CED"),
        ("wiegand26", "086CED"),
    ]
    for text, form in (("3808980205", "em4100-32"), ("008,27885", "wiegand26")):
        found = badge_typed(text, "auto", "another reader")
        assert found is not None
        assert found.form == form
        assert same_badge(whole, found)
        assert same_badge(found, whole)


def test_a_long_wiegand_number_ends_with_the_short_one() -> None:
    assert same_badge(badge(CIVINTEC_34), badge(CIVINTEC_26))
    assert not same_badge(badge(CIVINTEC_34), badge(Tag("D41B82", "wiegand26")))


@given(chip_numbers, chip_numbers)
def test_two_readings_can_be_of_one_card_only_if_their_low_bytes_agree(
    one: int, other: int
) -> None:
    first, second = badge(Tag(f"{one:010X}", "em4100")), badge(Tag(f"{other:010X}", "em4100"))
    assert same_badge(first, first)
    assert same_badge(first, second) == (one == other)
    for short in shortened(second):
        assert same_badge(first, short) == first.id.endswith(short.id)


@pytest.mark.parametrize(
    "tag", [MIFARE, NTAG, Tag("04" * 10, "uid10"), Tag("0" * 8 + "1", "wiegand37")]
)
def test_what_readers_shorten_in_many_ways_has_no_shorter_form(tag: Tag) -> None:
    assert shortened(badge(tag)) == ()
    assert same_badge(badge(tag), badge(tag, "another reader"))


def test_a_chips_number_is_no_fobs_number() -> None:
    assert not same_badge(badge(Tag("E3086CED", "uid4")), badge(SEEED))
    assert not same_badge(badge(Tag("E3086CED", "uid4")), badge(Tag("E3086CED", "em4100-32")))


def test_every_form_shortens_to_forms_that_there_are() -> None:
    for form, length in FORMS.items():
        for short in shortened(badge(Tag("1" * length, form))):
            assert len(short.id) == FORMS[short.form] <= length


def test_a_number_that_changes_at_each_tap_is_known_by_its_first_byte() -> None:
    assert is_random(badge(Tag("08123456", "uid4")))
    assert not is_random(badge(MIFARE))
    assert not is_random(badge(Tag("08123456", "em4100-32")))


@pytest.mark.parametrize(("digits", "is_so"), [("00000", True), ("FFFF", True), ("0F0F", False)])
def test_all_zeros_and_all_ones_are_blank(digits: str, is_so: bool) -> None:
    assert is_blank(digits) is is_so


# ---------------------------------------------------------------------------------- what is typed

MAKERS_TABLE: list[tuple[Format, str, Tag]] = [
    ("10h", "01026F6C3A", MAKERS),
    ("13d", "0004335823930", MAKERS),
    ("8h", "026F6C3A", Tag("026F6C3A", "em4100-32")),
    ("10d", "0040856634", Tag("026F6C3A", "em4100-32")),
    ("5d5d", "00623,27706", Tag("026F6C3A", "em4100-32")),
    ("8d", "07302202", Tag("6F6C3A", "wiegand26")),
    ("3d5d", "111,27706", Tag("6F6C3A", "wiegand26")),
    ("8h+10d", "026F6C3A0040856634", Tag("026F6C3A", "em4100-32")),
    ("10d+3d5d", "0040856634 111,27706", Tag("026F6C3A", "em4100-32")),
]
HEX_NEEDS_A_NAME = {"10h", "8h", "8d"}


@pytest.mark.parametrize(("written_as", "text", "tag"), MAKERS_TABLE)
def test_one_tag_in_every_format(written_as: Format, text: str, tag: Tag) -> None:
    assert typed(text, written_as) == tag
    assert typed(text.lower(), written_as) == tag
    assert same_badge(badge(tag), badge(MAKERS))
    assert len(text) <= MAX_LENGTH


def test_every_format_is_in_the_table() -> None:
    assert {row[0] for row in MAKERS_TABLE} | {"auto"} == set(get_args(Format))


@pytest.mark.parametrize(("written_as", "text", "tag"), MAKERS_TABLE)
def test_a_format_that_another_may_be_taken_for_must_be_named(
    written_as: Format, text: str, tag: Tag
) -> None:
    assert typed(text) == (None if written_as in HEX_NEEDS_A_NAME else tag)


@pytest.mark.parametrize(
    ("written_as", "text"),
    [
        ("10d", "4294967296"),
        ("13d", "1099511627776"),
        ("8d", "16777216"),
        ("3d5d", "256,00001"),
        ("3d5d", "001,65536"),
        ("5d5d", "65536,00001"),
        ("5d5d", "00001,65536"),
        ("10d+3d5d", "0040856634 256,27706"),
    ],
)
def test_what_is_out_of_range_is_no_badge(written_as: Format, text: str) -> None:
    assert typed(text, written_as) is None
    assert typed(text) is None


@pytest.mark.parametrize(
    ("written_as", "text"),
    [
        ("8h+10d", "026F6C3A0040856635"),
        ("8h+10d", "026F6C3B0040856634"),
        ("10d+3d5d", "0040856634 111,27707"),
        ("10d+3d5d", "0040856634 112,27706"),
    ],
)
def test_two_that_do_not_say_the_same_are_no_badge(written_as: Format, text: str) -> None:
    assert typed(text, written_as) is None


@pytest.mark.parametrize(
    ("written_as", "text"),
    [("10d", "0000000000"), ("10d", "4294967295"), ("10h", "FFFFFFFFFF"), ("3d5d", "000,00000")],
)
def test_a_blank_tag_is_no_badge(written_as: Format, text: str) -> None:
    assert typed(text, written_as) is None


@pytest.mark.parametrize(
    "text", ["0040856634\n", " 0040856634", "+040856634", "٠٠٤٠٨٥٦٦٣٤", "004_856634"]
)
def test_only_plain_digits_are_digits(text: str) -> None:
    for written_as in get_args(Format):
        assert typed(text, written_as) is None


@given(chip_numbers)
def test_all_formats_of_a_tag_are_readings_of_one_card(number: int) -> None:
    low, mid, card = number % (1 << 32), number >> 16 & 0xFFFF, number & 0xFFFF
    texts: dict[Format, str] = {
        "10h": f"{number:010X}",
        "13d": f"{number:013}",
        "8h": f"{low:08X}",
        "10d": f"{low:010}",
        "5d5d": f"{mid:05},{card:05}",
        "8d": f"{number % (1 << 24):08}",
        "3d5d": f"{mid & 0xFF:03},{card:05}",
        "8h+10d": f"{low:08X}{low:010}",
        "10d+3d5d": f"{low:010}{mid & 0xFF:03},{card:05}",
    }
    for written_as, text in texts.items():
        found = badge_typed(text, written_as, "reader")
        if found is None:
            assert low in {0, 0xFFFFFFFF} or number % (1 << 24) in {0, 0xFFFFFF}
        else:
            assert same_badge(badge(Tag(f"{number:010X}", "em4100")), found)


@given(
    st.one_of(st.text(max_size=30), st.text("0123456789ABCDEFabcdef, ", max_size=24)),
    st.sampled_from(get_args(Format)),
)
def test_any_text_is_a_badge_or_nothing(text: str, written_as: Format) -> None:
    found = badge_typed(text, written_as, "reader")
    if found is not None:
        assert re.fullmatch(r"[0-9A-Fa-f, ]+", text)
        assert not is_blank(found.id)


# ---------------------------------------------------------------------------------- options


@pytest.mark.parametrize(
    ("type_name", "table", "key"),
    [
        ("keyboard", {"format": "26h"}, "format"),
        ("keyboard", {"layout": "xx"}, "layout"),
        ("keyboard", {"vendor": "0xffff"}, "vendor"),
        ("rdm6300", {"port": "/dev/serial0", "away_ms": 0}, "away_ms"),
        ("wiegand", {"pin_d0": 5, "pin_d1": 5}, "pin_d1"),
        ("wiegand", {"pin_d0": 5, "pin_d1": 6, "bits": []}, "bits"),
        ("wiegand", {"pin_d0": 5, "pin_d1": 6, "bits": [30]}, "bits"),
        ("pcsc", {"name": 5}, "name"),
    ],
)
def test_what_cannot_work_is_refused_with_its_key(
    type_name: str, table: dict[str, object], key: str
) -> None:
    with pytest.raises(BadOptions) as refusal:
        drivers.options_for(drivers.load("badge", type_name), table)
    assert refusal.value.key == key
