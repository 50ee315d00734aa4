"""Lines set into the columns of the paper: nothing is lost, and nothing is wider than the paper."""

from hypothesis import given
from hypothesis import strategies as st

from drivers.printer import PairLine, TextLine
from drivers.printer._escpos import _code128
from drivers.printer._layout import plain, printable, rows, width

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=120)
columns = st.sampled_from([32, 42, 48])


def in_cp858(character: str) -> bool:
    return character.encode("cp858", errors="ignore") != b""


def letters(text: str) -> str:
    return "".join(text.split())


@given(texts)
def test_nothing_that_commands_a_printer_is_left(text: str) -> None:
    assert all(character >= " " and character != "\x7f" for character in plain(text))


@given(texts)
def test_what_is_printable_fits_the_code_page(text: str) -> None:
    assert all(in_cp858(character) for character in printable(text, in_cp858))


@given(texts, columns, st.booleans())
def test_no_row_is_wider_than_the_paper(text: str, columns: int, large: bool) -> None:
    for row in rows(TextLine(printable(text, in_cp858), large=large), columns):
        assert width(row) <= columns


@given(texts, texts, columns)
def test_a_pair_loses_no_letter(left: str, right: str, columns: int) -> None:
    left, right = printable(left, in_cp858), printable(right, in_cp858)
    set_rows = rows(PairLine(left, right), columns)
    assert letters("".join(set_rows)) == letters(left) + letters(right) or sorted(
        letters("".join(set_rows))
    ) == sorted(letters(left + right))
    assert all(width(row) <= columns for row in set_rows)


@given(texts, columns)
def test_a_text_loses_no_letter(text: str, columns: int) -> None:
    text = printable(text, in_cp858)
    assert letters("".join(rows(TextLine(text), columns))) == letters(text)


@given(st.from_regex(r"[0-9]{1,40}", fullmatch=True))
def test_no_digits_of_a_barcode_are_a_real_time_command(digits: str) -> None:
    assert b"\x10" not in _code128(digits)
    assert len(_code128(digits)) in (2 + len(digits), 2 + len(digits) // 2)


def test_wide_characters_count_double() -> None:
    assert width("茶A") == 3
    assert rows(TextLine("茶" * 20), 32) == ("茶" * 16, "茶" * 4)


def test_words_are_kept_whole_where_they_fit() -> None:
    assert rows(TextLine("Ein langer Name, der umbrochen wird."), 32) == (
        "Ein langer Name, der umbrochen",
        "wird.",
    )


def test_text_may_stand_right_or_in_the_middle() -> None:
    assert rows(TextLine("ab", align="right"), 32) == (" " * 30 + "ab",)
    assert rows(TextLine("ab", align="center", large=True), 32) == (" " * 15 + "ab",)
