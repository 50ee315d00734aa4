"""The appliance's own words: every language says everything, and nothing that is missing stops a sale."""

import datetime
import string

import pytest

from appliance.domain.receipt import WORDS
from appliance.words import LANGUAGES, WITH_WHY, Words, load


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


def test_each_language_says_its_own_words_however_many_are_spoken_at_once() -> None:
    assert [Words(one)("receipt.total") for one in ("en", "de", "es", "de")] == [
        load(one)["receipt.total"] for one in ("en", "de", "es", "de")
    ]
    assert len({load(one)["receipt.total"] for one in LANGUAGES}) > 1


def test_what_is_missing_shows_as_itself() -> None:
    assert Words("en")("no.such.key") == "no.such.key"
    assert Words("xx").language == "en"
    assert Words("en")("problem.no_such_file") == "There is no file {file}."


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_a_driver_knows_besides_stands_behind_the_sentence_of_a_common_trouble(
    language: str,
) -> None:
    words = Words(language)
    fields = {"port": "/dev/ttyUSB0", "why": "a pty has no such parity"}
    said = words.problem("device_refused", fields)
    assert said == f"{words('problem.device_refused')} (a pty has no such parity)"
    # Where the cause is known, the sentence tells the cure, and nothing else.
    assert words.problem("paper_out", fields) == words("problem.paper_out")
    assert words.problem("device_busy", {}) == words("problem.device_busy")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_common_trouble_says_what_it_is_and_then_what_to_do(language: str) -> None:
    words = Words(language)
    for code in (*WITH_WHY, "key_held", "no_permission", "no_pins", "viewer_not_running"):
        sentences = words(f"problem.{code}").rstrip(".").split(". ")
        assert len(sentences) > 1, code


def test_milliseconds_are_told_in_seconds_or_as_the_time_of_day() -> None:
    words = Words("en")
    assert words("problem.drawer_resting", wait_ms=1160).endswith("in 2 s.")
    noon_ms = int(datetime.datetime(2026, 11, 22, 12, 5).astimezone().timestamp()) * 1000
    assert words("problem.wait_before_pin", until_ms=noon_ms).endswith("until 12:05.")
    assert words("problem.scale_unreadable", got="12_ms").startswith("The scale was not understood")
