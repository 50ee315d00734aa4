"""Passwords: what one must be like, and how it is kept.

A password is kept as a PIN is: argon2id over an HMAC of it with the shop's pepper, which is no part of the journal. The
cost is that of `people.pins` (19 MiB, 2 passes, 1 lane: OWASP's second recommended setting).

The rule of what is too easy is small and has no list of a million: what everybody tries first is made of a few words,
of keys that lie side by side, and of names that stand on the shop's door. Whatever is left of a password without these
must still be hard to guess.
"""

import hmac
import unicodedata
from collections.abc import Iterable
from typing import Final

from appliance.problems import Refusal
from appliance.services.people import Pins

LEAST_LETTERS: Final = 10
"""NIST SP 800-63B-4 asks for 15 where a password stands alone and 8 beside a second factor; tries are few here."""
MOST_LETTERS: Final = 200
_LEAST_DIFFERENT: Final = 5
_LEAST_NAME: Final = 3
_USUAL: Final = (
    *("password", "passwort", "passwd", "contraseña", "contrasena", "clave", "kennwort", "geheim"),
    *("secret", "letmein", "willkommen", "welcome", "bienvenido", "hallo", "hello", "admin"),
    *("administrator", "owner", "manager", "cashier", "iloveyou", "sommer", "winter", "summer"),
    *("verano", "invierno", "frühling", "herbst", "spring", "autumn", "open-pos", "openpos"),
    *("register", "kasse", "caja", "shop", "laden", "tienda", "monday", "football", "dragon"),
)
_ROWS: Final = (
    *("01234567890", "09876543210", "qwertyuiop", "qwertzuiop", "asdfghjkl", "zxcvbnm", "yxcvbnm"),
    *("abcdefghijklmnopqrstuvwxyz", "1q2w3e4r5t6y7u8i9o0p", "1qaz2wsx3edc4rfv"),
)
_RUN: Final = 4


class PasswordTooShort(Refusal):
    """A password has at least `least` characters."""

    code = "password_too_short"


class PasswordTooLong(Refusal):
    """A password has at most `most` characters."""

    code = "password_too_long"


class PasswordTooEasy(Refusal):
    """A password that is among the first that somebody would try."""

    code = "password_too_easy"


class PasswordsDiffer(Refusal):
    """The second time something else was typed."""

    code = "passwords_differ"


def refuse_weak(password: str, names: Iterable[str] = ()) -> None:
    """Raises `PasswordTooShort`, `PasswordTooLong`, `PasswordTooEasy`; `names` are of the person and the shop."""
    text = _plain(password)
    if len(text) < LEAST_LETTERS:
        raise PasswordTooShort(least=LEAST_LETTERS)
    if len(text) > MOST_LETTERS:
        raise PasswordTooLong(most=MOST_LETTERS)
    left = text.casefold()
    parts = {part.casefold() for name in names for part in (name, *name.split())}
    words = sorted((*_USUAL, *(part for part in parts if len(part) >= _LEAST_NAME)), key=len)
    for word in reversed(words):
        left = left.replace(word, " ")
    for row in _ROWS:
        for way in (row, row[::-1]):
            for start in range(len(way) - _RUN + 1):
                left = left.replace(way[start : start + _RUN], " ")
    if len(set(left) - {" "}) < _LEAST_DIFFERENT:
        raise PasswordTooEasy


def hash_of(keeper: Pins, password: str) -> str:
    """What is stored of a password. Takes some tens of milliseconds."""
    return keeper.hash(_marked(password))


def fits(keeper: Pins, password: str, stored: str) -> bool:
    """Whether it is the password that was hashed. Takes some tens of milliseconds."""
    return keeper.fits(_marked(password), stored)


def keys_of(keeper: Pins) -> tuple[bytes, ...]:
    """The shop's keys: what is new is made with the first, what is there is checked with each."""
    ring = getattr(keeper, "ring", None)
    return (keeper.pepper,) if ring is None else tuple(ring.keys)


def keyed(key: bytes, purpose: str, text: str) -> str:
    """A keyed hash (hex) of a code that is too long to be guessed, so that no slow hash is needed."""
    return hmac.new(key, f"{purpose} {text}".encode(), "sha256").hexdigest()


def _marked(password: str) -> str:
    """So that nobody's PIN is their password: the same text is hashed to something else."""
    return f"password {_plain(password)}"


def _plain(password: str) -> str:
    """The same on every keyboard: an ü may come as one character or as two."""
    return unicodedata.normalize("NFC", password)[: MOST_LETTERS + 1]
