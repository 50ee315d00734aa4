"""Every word of the screen, by key and language.

One TOML file per language, English the model: each key of `en.toml` stands in the others with the same
placeholders. Sentences for problems, for the machine's health and for the self-test come from the shop's own words,
`appliance/strings`, since the command line says them too: `problem.<code>`, `health.<code>`, `check.step.<step>`.
"""

import functools
import importlib.resources
import logging
import tomllib
from collections.abc import Iterator, Mapping
from typing import Any, Final

from appliance.words import load

ENGLISH: Final = "en"
LANGUAGES: Final = ("en", "de", "es")
SHARED: Final = ("problem.", "health.", "check.")
"""How the keys of the shop's own words begin that the screen says too."""

log = logging.getLogger(__name__)


class Words:
    """The words of one language: `words("sale.title", number="1042")`.

    A key that is missing falls back to English, then to the key itself; a missing value to `?`. Nothing raises:
    a wrong word is better than no till.
    """

    def __init__(self, language: str) -> None:
        """Read `language`; an unknown one is English."""
        self.language = language if language in LANGUAGES else ENGLISH
        self._texts = read_language(self.language)
        self._english = read_language(ENGLISH)

    def __call__(self, key: str, **values: str | int) -> str:
        """The text of `key` with `values` filled in."""
        text = self._texts.get(key) or self._english.get(key)
        if text is None:
            log.warning("no text for %s", key)
            return key
        return text.format_map(_Values(values))

    def has(self, key: str) -> bool:
        """Whether there is a text for `key`."""
        return key in self._texts or key in self._english

    def count(self, key: str, number: int, shown: str = "") -> str:
        """The text of `key.one` or `key.other`, with `{n}` as `shown` or as plain digits."""
        form = "one" if number == 1 else "other"
        return self(f"{key}.{form}", n=shown or number)


@functools.cache
def read_language(language: str) -> Mapping[str, str]:
    """All texts of a language, keys dotted: `{"sale.title": "Sale {number}", ...}`."""
    file = importlib.resources.files(__package__) / f"{language}.toml"
    own = dict(_flat(tomllib.loads(file.read_text(encoding="utf-8"))))
    return own | {key: text for key, text in load(language).items() if key.startswith(SHARED)}


def _flat(table: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield prefix + key, str(value)


class _Values(dict[str, str | int]):
    def __missing__(self, key: str) -> str:
        log.warning("no value for {%s}", key)
        return "?"
