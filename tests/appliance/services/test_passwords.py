"""What a password must be like, and how it is kept."""

import pytest
from argon2 import PasswordHasher

from appliance.services import passwords
from appliance.services.passwords import PasswordTooEasy, PasswordTooLong, PasswordTooShort
from appliance.services.people import Pins

NAMES = ("Anna Meier", "12", "Eckladen Süd")


@pytest.mark.parametrize(
    "password",
    [
        "password123",
        "Passwort2026!",
        "1234567890",
        "0987654321!",
        "qwertzuiop1",
        "QWERTYUIOP!!",
        "aaaaaaaaaaaaaaaa",
        "abababababab",
        "annameier1985",
        "Anna-Anna-12",
        "EcklAden2026!",
        "contraseña12",
        "Willkommen1!",
        "1q2w3e4r5t6y",
        "abcdefghijkl",
        "open-pos1234",
        "südsüdsüd1!",
    ],
)
def test_what_everybody_tries_first_is_refused(password: str) -> None:
    with pytest.raises(PasswordTooEasy):
        passwords.refuse_weak(password, NAMES)


@pytest.mark.parametrize(
    "password",
    [
        "zitronen falter 7",
        "correct horse battery",
        "XkT9#mP2vQ",
        "ein Pferd frisst Heu",
        "пароль-ключ-дом",
    ],
)
def test_a_few_words_or_ten_random_letters_will_do(password: str) -> None:
    passwords.refuse_weak(password, NAMES)


def test_a_password_has_ten_to_two_hundred_characters_however_they_are_composed() -> None:
    with pytest.raises(PasswordTooShort):
        passwords.refuse_weak("XkT9#mP2v")
    with pytest.raises(PasswordTooLong):
        passwords.refuse_weak("zitronen falter " * 20)
    with pytest.raises(PasswordTooShort):
        # Nine letters, of which each ü comes as two characters.
        passwords.refuse_weak("ku\u0308hlbru\u0308x")


def test_a_password_is_no_pin_and_needs_the_key() -> None:
    hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    keeper, other = Pins(b"k" * 32, hasher), Pins(b"o" * 32, hasher)
    stored = passwords.hash_of(keeper, "küh 1234567")
    assert stored.startswith("$argon2id$")
    assert passwords.fits(keeper, "ku\u0308h 1234567", stored)
    assert not passwords.fits(keeper, "küh 1234568", stored)
    assert not passwords.fits(other, "küh 1234567", stored)
    assert not keeper.fits("küh 1234567", stored)


def test_a_keyed_hash_is_of_one_key_one_purpose_and_one_text() -> None:
    one = passwords.keyed(b"k", "recovery", "A")
    others = {
        passwords.keyed(b"o", "recovery", "A"),
        passwords.keyed(b"k", "name", "A"),
        passwords.keyed(b"k", "recovery", "B"),
    }
    assert one not in others
    assert len(others) == 3
