"""The words that the appliance itself says: on receipts, in reports and on the command line.

One TOML file a language lies in `strings/`. English is complete by definition; a key that is missing elsewhere falls
back to English, and one that is missing everywhere shows as itself, so that words never stop a sale.
"""

import datetime
import functools
import tomllib
from collections.abc import Mapping
from importlib.resources import files
from typing import Final

LANGUAGES: Final = ("en", "de", "es")


WITH_WHY: Final = frozenset(
    {"device_absent", "device_busy", "device_refused", "device_silent", "device_trouble"}
)
"""Troubles with many causes: what the driver knows besides stands behind their sentence, for whoever mends it."""


class Words:
    """The words of one language."""

    def __init__(self, language: str) -> None:
        """Load a language; an unknown one is English."""
        self.language: Final = language if language in LANGUAGES else "en"
        self._words: Final = {**load("en"), **load(self.language)}

    def __call__(self, key: str, /, **values: object) -> str:
        """The sentence of a key with its values filled in; a value that was not given stays as its name.

        Of milliseconds a person is told the time of day (`until_ms`, `at_ms`) or the seconds, as on the screen.
        """
        given = _Given({name: _written(name, value) for name, value in values.items()})
        return self._words.get(key, key).format_map(given)

    def problem(self, code: str, fields: Mapping[str, object]) -> str:
        """The sentence of a problem, with what a driver knows besides."""
        return with_why(self(f"problem.{code}", **fields), code, fields)

    def section(self, name: str) -> dict[str, str]:
        """All words whose keys begin with `name.`, without that beginning."""
        prefix = f"{name}."
        return {
            key.removeprefix(prefix): text
            for key, text in self._words.items()
            if key.startswith(prefix)
        }


def with_why(sentence: str, code: str, fields: Mapping[str, object]) -> str:
    """A problem's sentence, and behind it what the driver says, which is English and technical."""
    why = fields.get("why")
    return f"{sentence} ({why})" if why and code in WITH_WHY else sentence


def _written(name: str, value: object) -> object:
    if not isinstance(value, int) or not name.endswith("_ms"):
        return value
    if name.endswith(("at_ms", "until_ms")):
        moment = datetime.datetime.fromtimestamp(value // 1000, tz=datetime.UTC).astimezone()
        return moment.strftime("%H:%M")
    return -(-value // 1000)


class _Given(dict[str, object]):
    def __missing__(self, key: str) -> str:
        return f"{{{key}}}"


@functools.cache
def load(language: str) -> Mapping[str, str]:
    """A language file as flat dotted keys. It is read once in a process: that takes longer than a sale's commit."""
    text = files("appliance").joinpath("strings", f"{language}.toml").read_text(encoding="utf-8")
    return dict(_flat("", tomllib.loads(text)))


def _flat(prefix: str, tree: Mapping[str, object]) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for key, value in tree.items():
        if isinstance(value, Mapping):
            found += _flat(f"{prefix}{key}.", value)
        else:
            found.append((prefix + key, str(value)))
    return found
