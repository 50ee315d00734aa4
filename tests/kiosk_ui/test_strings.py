"""Every language says everything, with the same values to be filled in."""

import ast
import string
from pathlib import Path

import pytest

from kiosk_ui.navigation import STOPPING
from kiosk_ui.strings import LANGUAGES, Words, read_language

OTHERS = [language for language in LANGUAGES if language != "en"]
ROOT = Path(__file__).parents[2]


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("language", OTHERS)
def test_every_language_has_the_same_keys(language: str) -> None:
    assert set(read_language(language)) == set(read_language("en"))


@pytest.mark.parametrize("language", OTHERS)
def test_every_text_has_the_same_placeholders(language: str) -> None:
    english = read_language("en")
    for key, text in read_language(language).items():
        assert placeholders(text) == placeholders(english[key]), key


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_is_empty(language: str) -> None:
    assert [key for key, text in read_language(language).items() if not text.strip()] == []


def test_a_missing_key_is_shown_as_itself() -> None:
    assert Words("de")("no.such.key") == "no.such.key"


def test_a_missing_value_does_not_stop_the_till() -> None:
    assert Words("en")("sale.title") == "Sale ?"


def test_an_unknown_language_is_english() -> None:
    assert Words("xx")("sale.cash") == "Cash"


def test_a_count_of_one_has_its_own_words() -> None:
    words = Words("en")
    assert [words.count("sale.items", n) for n in (0, 1, 2)] == ["0 items", "1 item", "2 items"]


def codes_raised() -> set[str]:
    """The codes of all refusals and troubles of the shop and its drivers: `code = "..."` in a class."""
    files = [*(ROOT / "appliance").rglob("*.py"), *(ROOT / "drivers").rglob("*.py")]
    found = set()
    for file in files:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.ClassDef):
                continue
            for line in node.body:
                targets = line.targets if isinstance(line, ast.Assign) else []
                if isinstance(line, ast.AnnAssign):
                    targets = [line.target]
                names = [target.id for target in targets if isinstance(target, ast.Name)]
                value = getattr(line, "value", None)
                if names == ["code"] and isinstance(value, ast.Constant) and value.value:
                    found.add(str(value.value))
    return found


def test_every_problem_of_the_shop_and_its_devices_has_a_sentence() -> None:
    english = read_language("en")
    assert sorted(code for code in codes_raised() if f"problem.{code}" not in english) == []


def test_every_problem_that_stops_the_register_says_what_to_do() -> None:
    english = read_language("en")
    for code in STOPPING:
        assert f"problem.{code}" in english
        assert f"todo.{code}" in english
