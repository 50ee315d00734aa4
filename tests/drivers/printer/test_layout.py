"""Lines set into the columns of the paper: nothing is lost, and nothing is wider than the paper."""

from hypothesis import given
from hypothesis import strategies as st

from drivers.printer import PairLine, TextLine
from drivers.printer._escpos import _code128
from drivers.printer._layout import plain, printable, width
from drivers.printer._layout import rows as set_rows

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=120)
columns = st.sampled_from([32, 42, 48])


def in_cp858(character: str) -> bool:
    return character.encode("cp858", errors="ignore") != b""


def rows(line: TextLine | PairLine, columns: int) -> tuple[str, ...]:
    return tuple(row.text(columns) for row in set_rows(line, columns))


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
    found = rows(PairLine(left, right), columns)
    assert letters("".join(found)) == letters(left) + letters(right) or sorted(
        letters("".join(found))
    ) == sorted(letters(left + right))
    assert all(width(row) <= columns for row in found)


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


@given(texts, texts, columns)
def test_wide_letters_and_marks_fit_the_paper_too_and_none_is_lost(
    left: str, right: str, columns: int
) -> None:
    left, right = plain(left), plain(right)
    for line in (TextLine(left), PairLine(left, right)):
        found = rows(line, columns)
        wanted = left + right if isinstance(line, PairLine) else left
        assert sorted(letters("".join(found))) == sorted(letters(wanted))
        assert all(width(row) <= columns for row in found)


@given(texts, st.sampled_from(["1,00 \u20ac", "-1.234,50 \u20ac"]), columns)
def test_an_amount_ends_at_the_right_edge_whatever_the_name(
    name: str, amount: str, columns: int
) -> None:
    last = rows(PairLine(plain(name), amount), columns)[-1]
    assert last.endswith(amount)
    assert width(last) == columns


def test_wide_characters_break_anywhere_and_words_beside_them_do_not() -> None:
    assert rows(TextLine("Coffee 茶茶茶茶 espresso machine"), 12 + 20) == (
        "Coffee 茶茶茶茶 espresso machine",
    )
    assert rows(TextLine("茶" * 14 + " espresso"), 32) == ("茶" * 14, "espresso")
    assert rows(TextLine("x" * 30 + " " + "茶" * 3), 32) == ("x" * 30, "茶" * 3)
    assert rows(TextLine("x" * 29 + " " + "茶" * 3), 32) == ("x" * 29 + " 茶", "茶茶")


def test_a_mark_is_never_parted_from_its_letter() -> None:
    accented = "x\u0301"
    assert width(accented) == 1
    assert rows(TextLine(accented * 40), 32) == (accented * 32, accented * 8)
    assert width("e\ufe0f\u200d") == 1


@given(st.text(st.sampled_from("a\u0301\u0323\ufe0f"), max_size=400))
def test_marks_are_not_piled_up_without_end(text: str) -> None:
    assert plain("b" + "\u0301" * 500).count("\u0301") == 30
    assert width(plain(text)) == text.count("a")


def test_invisible_characters_that_turn_the_direction_are_taken_out() -> None:
    assert plain("a\u202eb\u2066c\u200fd\u00ade\ufefff") == "abcdef"
    assert plain("a\u200cb") == "ab"
    assert plain("a\u200cb\u202e", keep="\u200c") == "a\u200cb"


def test_a_mark_around_a_letter_takes_no_column() -> None:
    assert width("a\u20dd") == 1


def test_an_amount_too_long_to_leave_half_the_paper_has_a_row_of_its_own() -> None:
    amount = "9" * 28
    assert rows(PairLine("bread and cheese", amount), 32) == ("bread and cheese", "    " + amount)
