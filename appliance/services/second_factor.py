"""The second factor: the six digits of an authenticator app (TOTP, RFC 6238), and codes for when it is lost.

The secret must be there to be reckoned with, so it is kept encrypted: AES-256-GCM with a key that HKDF (RFC 5869) makes
from the shop's pepper, bound to the employee. A stolen journal has neither. Six digits of the time step at hand, of
the one before and of the one after are taken, each once. Ten recovery codes of 80 bits take the app's place, each once.
"""

import base64
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import pyotp
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from appliance.journal.access_kinds import (
    OneTimeCodeUsed,
    SecondFactorRemoved,
    SecondFactorSet,
)
from appliance.journal.entry import ORIGIN_LETTERS
from appliance.messages import PersonView
from appliance.problems import Refusal
from appliance.services import people
from appliance.services.desk import Desk, at_once
from appliance.services.passwords import keyed
from appliance.services.staff import OWNER, OwnersOnly
from appliance.store.database import Database
from appliance.store.projections import edits
from appliance.store.projections.access import ACCESS
from appliance.store.statements import Statement, slot
from appliance.store.tables import UsedCode

RECOVERY_CODES: Final = 10
_RECOVERY_LETTERS: Final = 16
_STEP_MS: Final = 30_000
_AROUND: Final = (0, -1, 1)
_DIGITS: Final = 6
_NONCE: Final = 12
_USED: Final = Statement(
    lambda: UsedCode.select(UsedCode.id).where(
        (UsedCode.employee == slot()) & (UsedCode.code == slot())
    )
)


class WrongCode(Refusal):
    """The code is not the one that the app shows, or was used already."""

    code = "wrong_code"


class SecondFactorNeeded(Refusal):
    """The shop wants all who come in over the web to have a second factor."""

    code = "second_factor_needed"


@dataclass(frozen=True, slots=True)
class Factor:
    """A second factor that counts: the entry that set it, the sealed secret, the hashes of its recovery codes."""

    entry: str
    sealed: str
    recovery: tuple[str, ...]


# --------------------------------------------------------------------------- making one


def new_secret() -> str:
    """A secret as apps take it: 160 bits in base 32."""
    return pyotp.random_base32()


def address_for_app(secret: str, name: str, shop_name: str) -> str:
    """What stands in the QR code that the app reads (`otpauth://…`)."""
    return pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=shop_name)


def new_recovery_codes() -> tuple[str, ...]:
    """Codes to be written down: `7KQ2-M4TN-0A3B-Z9XY`."""
    return tuple(random_code(_RECOVERY_LETTERS) for _ in range(RECOVERY_CODES))


def random_code(letters: int) -> str:
    """Letters that can be read aloud (five bits each), in groups of four."""
    text = "".join(secrets.choice(ORIGIN_LETTERS) for _ in range(letters))
    return "-".join(text[at : at + 4] for at in range(0, letters, 4))


def plain_code(typed: str) -> str:
    """A code as it was made, however it was typed: dashes, blanks, small letters, O for 0, I or L for 1."""
    text = "".join(letter for letter in typed.upper() if letter.isascii() and letter.isalnum())
    return text.replace("O", "0").replace("I", "1").replace("L", "1")


def shows(secret: str, digits: str, now_ms: int) -> int | None:
    """The time step for which the app shows these digits at `now_ms`, or just before or after; None for none."""
    typed = "".join(letter for letter in digits if letter.isascii() and letter.isdigit())
    if len(typed) != _DIGITS:
        return None
    app = pyotp.HOTP(secret)
    now = now_ms // _STEP_MS
    return next((now + by for by in _AROUND if app.verify(typed, now + by)), None)


@at_once
def set_up(desk: Desk, employee: str, sealed: str, recovery: Sequence[str], step: int) -> None:
    """Somebody has an app that shows the right digits, those of `step`; `recovery` are keyed hashes."""
    person = people.find(desk.db, employee)
    told = SecondFactorSet(person.id, sealed, tuple(recovery))
    desk.book.record(person.id, told, OneTimeCodeUsed(person.id, _of_step(step)))


@at_once
def remove(desk: Desk, employee: str, actor: PersonView) -> None:
    """No app any more: one's own, or another's by an owner. Raises `OwnersOnly`, `NoSuchEmployee`."""
    person = people.known(desk.db, employee)
    if person.id != actor.id and actor.role != OWNER:
        raise OwnersOnly
    desk.book.record(actor.id, SecondFactorRemoved(person.id))


# --------------------------------------------------------------------------- showing it


def factor_of(db: Database, employee: str) -> Factor | None:
    """The second factor that counts; None where there is none."""
    told: Any = edits.of_thing(db, ACCESS + employee).get("second")
    return Factor(told[0], told[1], tuple(told[2])) if told else None


def proved(
    db: Database, keys: Sequence[bytes], employee: str, typed: str, now_ms: int
) -> OneTimeCodeUsed | None:
    """What is to be recorded of a code that is right; None for one that is wrong, or was used."""
    factor = factor_of(db, employee)
    if factor is None:
        return None
    secret = unseal(keys, employee, factor.sealed)
    step = None if secret is None else shows(secret, typed, now_ms)
    if step is not None:
        return _unless_used(db, employee, _of_step(step))
    for key in keys:
        hashed = keyed(key, "recovery", plain_code(typed))
        if hashed in factor.recovery:
            return _unless_used(db, employee, hashed)
    return None


def recovery_left(db: Database, employee: str) -> int:
    """How many recovery codes were not used yet."""
    factor = factor_of(db, employee)
    if factor is None:
        return 0
    return sum(db.row(_USED, employee, hashed) is None for hashed in factor.recovery)


# --------------------------------------------------------------------------- keeping it


def seal(key: bytes, employee: str, secret: str) -> str:
    """The secret, encrypted for this employee."""
    nonce = secrets.token_bytes(_NONCE)
    sealed = AESGCM(_derived(key)).encrypt(nonce, secret.encode(), employee.encode())
    return base64.b64encode(nonce + sealed).decode()


def unseal(keys: Sequence[bytes], employee: str, sealed: str) -> str | None:
    """The secret; None where none of the keys fits, or the text is none that `seal` made."""
    try:
        raw = base64.b64decode(sealed, validate=True)
    except ValueError:
        return None
    for key in keys:
        try:
            found = AESGCM(_derived(key)).decrypt(raw[:_NONCE], raw[_NONCE:], employee.encode())
        except (InvalidTag, ValueError):
            continue
        return found.decode()
    return None


def _derived(key: bytes) -> bytes:
    return HKDF(SHA256(), 32, salt=None, info=b"open-pos second factor").derive(key)


def _of_step(step: int) -> str:
    return f"t{step}"


def _unless_used(db: Database, employee: str, code: str) -> OneTimeCodeUsed | None:
    return None if db.row(_USED, employee, code) is not None else OneTimeCodeUsed(employee, code)
