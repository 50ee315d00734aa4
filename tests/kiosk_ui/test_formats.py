import pytest

from kiosk_ui.presenters.formats import Formats, initials, keyed_milli, milli_digits
from kiosk_ui.strings import Words


def formats(language: str, currency: str = "EUR") -> Formats:
    return Formats(Words(language), currency)


@pytest.mark.parametrize(
    ("language", "currency", "minor", "shown"),
    [
        ("en", "EUR", 3630, "€36.30"),
        ("de", "EUR", 3630, "36,30\u00a0€"),
        ("es", "EUR", 3630, "36,30\u00a0€"),
        ("en", "EUR", 123_456_789, "€1,234,567.89"),
        ("de", "EUR", 123_456_789, "1.234.567,89\u00a0€"),
        ("en", "EUR", -105, "−€1.05"),
        ("de", "EUR", -105, "−1,05\u00a0€"),
        ("en", "JPY", 1200, "¥1,200"),
        ("en", "XXX", 5, "XXX\u00a00.05"),
        ("en", "EUR", 0, "€0.00"),
    ],
)
def test_money_is_written_as_the_language_does(
    language: str, currency: str, minor: int, shown: str
) -> None:
    assert formats(language, currency).money(minor) == shown


@pytest.mark.parametrize(
    ("language", "milli", "unit", "shown"),
    [
        ("en", 3000, "piece", "3"),
        ("en", 1250, "kilogram", "1.250\u00a0kg"),
        ("de", 1250, "kilogram", "1,250\u00a0kg"),
        ("es", 1_000_250, "kilogram", "1.000,250\u00a0kg"),
        ("en", 1500, "piece", "1.5"),
        ("en", -2000, "piece", "−2"),
    ],
)
def test_quantities_are_written_as_the_language_does(
    language: str, milli: int, unit: str, shown: str
) -> None:
    assert formats(language).quantity(milli, unit) == shown


@pytest.mark.parametrize("digits", ["1", "12", "1.25", "0.5", "9999.999"])
def test_what_was_keyed_comes_back_as_it_was(digits: str) -> None:
    assert milli_digits(keyed_milli(digits)) == digits


def test_an_unfinished_number_is_worth_what_it_says_so_far() -> None:
    assert [keyed_milli(digits) for digits in ("", "1.", ".5", "1.2")] == [0, 1000, 500, 1200]


def test_a_problem_nobody_knows_is_named_by_its_code() -> None:
    assert formats("en").problem("gremlins") == "That did not work (gremlins)."


def test_a_day_in_a_problem_is_written_in_words_and_what_is_none_as_it_is() -> None:
    formats = Formats(Words("en"), "EUR")
    assert formats.problem("period_locked", (("day", "2026-11-28"),)).startswith(
        "The wages of Sat 28 Nov 2026"
    )
    assert "of soon are" in formats.problem("period_locked", (("day", "soon"),))


def test_the_values_of_a_problem_are_written_in_their_units() -> None:
    text = formats("de").problem("not_enough", (("due_minor", 370),))
    assert text == "Das reicht nicht: Zu zahlen sind 3,70\u00a0€."


@pytest.mark.parametrize(
    ("name", "shown"), [("Ana Martínez", "AM"), ("Cher", "C"), ("", "?"), ("Max von Berg", "MB")]
)
def test_initials(name: str, shown: str) -> None:
    assert initials(name) == shown
