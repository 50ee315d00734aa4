"""The appliance's own words: every language says everything, and nothing that is missing stops a sale."""

import string

import pytest

from appliance.domain.receipt import WORDS
from appliance.words import LANGUAGES, Words, load


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_the_same_keys_and_values_to_fill_in(language: str) -> None:
    english, other = load("en"), load(language)
    assert set(other) == set(english)
    for key, text in other.items():
        assert text.strip() or key.endswith("_mark"), key
        assert placeholders(text) == placeholders(english[key]), key


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_of_a_receipt_is_there(language: str) -> None:
    assert set(Words(language).section("receipt")) == WORDS


def test_what_is_missing_shows_as_itself() -> None:
    assert Words("en")("no.such.key") == "no.such.key"
    assert Words("xx").language == "en"
    assert Words("en")("problem.no_such_file") == "There is no file {file}."
