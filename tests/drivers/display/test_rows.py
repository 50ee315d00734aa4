"""Two rows of twenty characters: what is cut, what is never cut, and what stands where."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.display import Shown, ShownLine
from drivers.display._rows import rows
from tests.drivers.display.contract import DONE, EXACT, IDLE, ONE, TENDER, TWO

COLUMNS, COUNT = 20, 2


def has(code_page: str) -> Callable[[str], bool]:
    def can_show(character: str) -> bool:
        return character.encode(code_page, "ignore") != b""

    return can_show


def on_pole(shown: Shown, count: int = COUNT, code_page: str = "CP858") -> list[str]:
    return list(rows(shown, COLUMNS, count, has(code_page)))


def sale(name: str, amount: str, total: str = "€4.80") -> Shown:
    line = ShownLine(name, "", amount)
    return Shown(state="ticket", lines=(line,), total_label="Total", total=total)


def test_every_state_has_its_two_rows() -> None:
    assert on_pole(IDLE) == ["    Corner Café     ", " " * 20]
    assert on_pole(ONE) == ["2 x Espresso   €4.80", "Total          €4.80"]
    assert on_pole(TWO) == ["Cinnamon bun   €3.40", "Total          €8.20"]
    assert on_pole(TENDER) == ["Total          €8.20", "To pay         €8.20"]
    assert on_pole(DONE) == ["Total          €8.20", "Change         €1.80"]
    assert on_pole(EXACT) == ["     Thank you!     ", "Total          €8.20"]


def test_a_ticket_without_lines_greets_above_its_total() -> None:
    empty = Shown(state="ticket", title="Corner Café", total_label="Total", total="€0.00")
    assert on_pole(empty) == ["    Corner Café     ", "Total          €0.00"]


def test_four_rows_show_three_lines_and_the_total_at_the_bottom() -> None:
    assert on_pole(TWO, 4) == [
        "2 x Espresso   €4.80",
        "Cinnamon bun   €3.40",
        " " * 20,
        "Total          €8.20",
    ]
    many = Shown(state="ticket", lines=(*TWO.lines, *TWO.lines), total_label="Sum", total="1")
    assert [row.split()[0] for row in on_pole(many, 4)] == [
        "Cinnamon",
        "2",
        "Cinnamon",
        "Sum",
    ]


def test_a_long_name_is_cut_before_its_amount() -> None:
    shown = sale("Bio-Vollkorn-Haferflocken zart", "12,50 €")
    assert on_pole(shown)[0] == "Bio-Vollkorn 12,50 €"


@pytest.mark.parametrize(
    ("quantity", "amount", "row"),
    [
        ("2", "€1.58", "2 x Tomatoes   €1.58"),
        ("0.350 kg", "€1.58", "0.350 kg Tomat €1.58"),
        ("1", "€1.58", "Tomatoes       €1.58"),
        ("", "€1.58", "Tomatoes       €1.58"),
        # Half a quantity is another quantity.
        ("1000000", "12 345 678,00 Ft", "Tom 12 345 678,00 Ft"),
    ],
)
def test_how_many_or_how_much_stands_before_the_name_whole_or_not_at_all(
    quantity: str, amount: str, row: str
) -> None:
    line = ShownLine("Tomatoes", quantity, amount)
    shown = Shown(state="ticket", lines=(line,), total_label="Total", total="1")
    assert on_pole(shown)[0] == row


def test_a_name_without_an_amount_has_the_whole_row() -> None:
    assert on_pole(sale("Twenty letters of it", ""))[0] == "Twenty letters of it"


def test_a_long_greeting_takes_both_rows() -> None:
    greeting = Shown(state="idle", title="Welcome to the Corner Café of Ana Martínez")
    assert on_pole(greeting) == ["   Welcome to the   ", " Corner Café of Ana "]


def test_an_amount_that_does_not_fit_is_not_shown_as_another_amount() -> None:
    assert on_pole(sale("Gold", "1", "123 456 789 012 345,67 €"))[1] == "#" * 20


def test_an_amount_as_wide_as_the_row_stands_alone() -> None:
    assert on_pole(sale("Gold", "1", "12 345 678 901,00 Ft"))[1] == "12 345 678 901,00 Ft"


@pytest.mark.parametrize(
    ("name", "code_page", "shown"),
    [
        ("Łódź", "CP858", "Lódz"),
        ("Ωmega", "CP858", "?mega"),
        ("茶", "CP858", "?"),
        ("Crème\u202fbrûlée", "CP437", "Crème brûlée"),
        ("two\nlines\x1b@", "CP858", "two lines@"),
    ],
)
def test_characters_that_the_display_lacks_are_folded(
    name: str, code_page: str, shown: str
) -> None:
    assert on_pole(sale(name, "1"), code_page=code_page)[0].split("   ")[0] == shown


def test_a_display_without_the_euro_says_eur() -> None:
    assert on_pole(ONE, code_page="CP437")[1] == "Total        EUR4.80"


texts = st.text(max_size=60)
lines = st.builds(ShownLine, name=texts, quantity=texts, amount=texts)
anything_shown = st.builds(
    Shown,
    state=st.sampled_from(["idle", "ticket", "tender", "done"]),
    title=texts,
    lines=st.lists(lines, max_size=6).map(tuple),
    total_label=texts,
    total=texts,
    due_label=texts,
    due=texts,
)


@given(anything_shown, st.integers(16, 40), st.integers(2, 4))
def test_any_words_fill_the_rows_exactly(shown: Shown, columns: int, count: int) -> None:
    made = rows(shown, columns, count, has("CP858"))
    assert [len(row) for row in made] == [columns] * count
    for row in made:
        assert len(row.encode("CP858")) == columns
        assert row.isprintable()


@given(st.integers(0, 10**25), texts)
def test_an_amount_is_whole_or_not_there(figure: int, name: str) -> None:
    row = on_pole(sale("", "", str(figure)))[1]
    assert row.split()[-1] in {str(figure), "#" * 20}
    row = on_pole(sale(name, str(figure)))[0]
    assert row.split()[-1] in {str(figure), "#" * 20}
