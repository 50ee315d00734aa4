"""Code pages, the sheet by which one is chosen, and the self-test."""

import pytest

import drivers
from drivers.printer import (
    CODE_PAGES,
    CodePageRow,
    Slip,
    TextLine,
    code_page_sheet,
    network,
    self_test_slip,
)
from tests.drivers.printer.drawing import (
    commands,
    pictures,
)
from tests.drivers.printer.wire import words


@pytest.mark.parametrize("code_page", CODE_PAGES)
def test_each_code_page_of_the_sheet_can_be_chosen_and_tells_itself_apart(code_page: str) -> None:
    found = commands(CodePageRow(code_page, "€ £ é ñ ß ø ł Ω Ж"))
    chosen = [command.parameters[0] for command in found if command.name == b"\x1bt"]
    (row,) = [command.data for command in found if command.name == b"text"]
    assert row[:12].decode().strip() == code_page
    if code_page == "CP858":
        assert chosen == [19]
    else:
        assert chosen[0] == chosen[2] == 19 != chosen[1]
    codec = code_page.lower().replace("_", "-")
    expected = [c if c.encode(codec, "ignore") else "?" for c in "€£éñßøłΩЖ"]
    assert row[12:].decode(codec).split() == expected


def test_a_code_page_that_nobody_knows_has_its_name_alone() -> None:
    found = commands(CodePageRow("CP9\x1b@", "abc"), TextLine("after"))
    assert words(found).split() == ["CP9@", "after"]


def test_the_sheet_shows_first_what_the_letters_should_look_like() -> None:
    found = commands(*code_page_sheet().lines)
    assert len(pictures(found)) == 1
    assert words(found).split()[1::10] == list(CODE_PAGES)


@pytest.mark.parametrize("name", ["CP858", "cp858"])
def test_a_code_page_may_be_written_in_small_letters(name: str) -> None:
    message = (
        network.Options(host="x", code_page=name).builder().slip(Slip((TextLine("é"),))).message
    )
    assert message.startswith(b"\x1b@\x1bt\x13")


@pytest.mark.parametrize("name", ["CP85", "", "AUTO", "Unknown", "CP851", "CP1098"])
def test_a_code_page_that_cannot_be_written_is_refused(name: str) -> None:
    module = drivers.load("printer", "network")
    with pytest.raises(drivers.BadOptions, match="code_page") as refusal:
        drivers.options_for(module, {"host": "x", "code_page": name})
    assert refusal.value.key == "code_page"


@pytest.mark.parametrize("columns", [32, 42, 48])
def test_the_ruler_of_the_self_test_is_one_row_as_wide_as_the_paper(columns: int) -> None:
    found = commands(*self_test_slip(columns).lines, columns=columns)
    (ruler,) = [c.data for c in found if c.name == b"text" and c.data.startswith(b"....5...10")]
    assert len(ruler) == columns
    for column in range(5, columns, 5):
        assert ruler[:column].endswith(str(column).encode())
