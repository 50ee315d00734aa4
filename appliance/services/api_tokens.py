"""Tokens: with one, a program of the owner's own works for somebody, and may do what that person and the token may.

A token is `opos_` with 16 hexadecimal digits, which name it, and a secret, of which only a keyed hash is kept. It
counts until it is revoked or its time is over, while the person works here and has a role that comes in over the web.
"""

import hmac
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from appliance.journal.access_kinds import ApiTokenMade, ApiTokenRevoked
from appliance.messages import PersonView
from appliance.problems import Refusal
from appliance.services import access, people
from appliance.services.desk import Desk, at_once
from appliance.services.passwords import keyed
from appliance.services.staff import OWNER, OwnersOnly
from appliance.store.database import Database
from appliance.store.projections import edits
from appliance.store.projections.access import TOKEN
from appliance.store.statements import Statement, slot
from appliance.store.tables import Edit

RANKS: Final = {"cashier": 1, "manager": 2, "owner": 3}
LONGEST_NAME: Final = 60
LONGEST_MS: Final = 800 * 24 * 3_600_000
_PURPOSE: Final = "api token"
_TOKEN: Final = re.compile(r"opos_([0-9a-f]{16})_([A-Za-z0-9_-]{43})")
_ALL: Final = Statement(
    lambda: (
        Edit.select(Edit.thing, Edit.field, Edit.value)
        .where((Edit.thing > slot()) & (Edit.thing < slot()))
        .order_by(Edit.thing, Edit.field)
    )
)


class NoSuchToken(Refusal):
    """There is no such token."""

    code = "no_such_token"


class TokenRoleTooHigh(Refusal):
    """A token cannot do more than whom it works for: `name`."""

    code = "token_role_too_high"


class BadTokenEnd(Refusal):
    """A token ends at a day to come, and lasts `most_days` at most."""

    code = "bad_token_end"


@dataclass(frozen=True, slots=True)
class Token:
    """A token as it was made; `revoked_at_ms` is 0 while it counts. `by` is who (id) made it."""

    id: str
    employee: str
    name: str
    role: str
    until_ms: int
    made_at_ms: int
    by: str
    token_hash: str
    revoked_at_ms: int = 0


@dataclass(frozen=True, slots=True)
class Made:
    """A new token: its name, the whole of it to be shown once, and what is kept of it."""

    id: str
    text: str
    token_hash: str


def new(key: bytes) -> Made:
    """A token that nobody had before; `key` is the first of the ring for PINs."""
    name, secret = secrets.token_hex(8), secrets.token_urlsafe(32)
    return Made(name, f"opos_{name}_{secret}", keyed(key, _PURPOSE, f"{name} {secret}"))


@at_once
def make(desk: Desk, made: Made, wish: ApiTokenMade, actor: PersonView, now_ms: int) -> None:
    """An owner lets a program work for somebody; of `wish` the token and its hash are those of `made`.

    Raises `OwnersOnly`, `NoSuchEmployee`, `TokenRoleTooHigh`, `NameNeeded`, `BadTokenEnd`.
    """
    if actor.role != OWNER:
        raise OwnersOnly
    person = people.find(desk.db, wish.employee)
    if not 1 <= RANKS.get(wish.role, 0) <= RANKS.get(person.role, 0):
        raise TokenRoleTooHigh(name=person.name)
    if not now_ms < wish.until_ms <= now_ms + LONGEST_MS:
        raise BadTokenEnd(most_days=LONGEST_MS // (24 * 3_600_000))
    told = msgspec.structs.replace(
        wish,
        token=made.id,
        token_hash=made.token_hash,
        employee=person.id,
        name=people.named(wish.name)[:LONGEST_NAME],
    )
    desk.book.record(actor.id, told)


@at_once
def revoke(desk: Desk, token: str, actor: PersonView) -> None:
    """It counts no more, from the next request on. Raises `OwnersOnly`, `NoSuchToken`."""
    if actor.role != OWNER:
        raise OwnersOnly
    held = named(desk.db, token)
    if not held.revoked_at_ms:
        desk.book.record(actor.id, ApiTokenRevoked(token))


def named(db: Database, token: str) -> Token:
    """A token by its name. Raises `NoSuchToken`."""
    found = _token(token, edits.of_thing(db, TOKEN + token))
    if found is None:
        raise NoSuchToken
    return found


def all_of(db: Database) -> tuple[Token, ...]:
    """Every token that was ever made, the newest first."""
    held: dict[str, dict[str, object]] = {}
    for thing, field, value in db.rows(_ALL, TOKEN, f"{TOKEN[:-1]};"):
        held.setdefault(thing.removeprefix(TOKEN), {})[field] = msgspec.json.decode(value)
    found = [token for one, told in held.items() if (token := _token(one, told)) is not None]
    return tuple(sorted(found, key=lambda one: (-one.made_at_ms, one.id)))


def caller(
    db: Database, keys: Sequence[bytes], text: str, now_ms: int
) -> tuple[Token, PersonView] | None:
    """The token that was shown and for whom it works, their role being the token's; None for one that does not count.

    `keys` are the ring for PINs: a token of another server of the shop counts here too.
    """
    parts = _TOKEN.fullmatch(text)
    if parts is None:
        return None
    # Whether there is such a token, and whether its secret fits, takes as long either way.
    held = _token(parts[1], edits.of_thing(db, TOKEN + parts[1]))
    kept = (held.token_hash if held is not None else "0" * 64).encode()
    said = f"{parts[1]} {parts[2]}"
    fits = [hmac.compare_digest(keyed(key, _PURPOSE, said).encode(), kept) for key in keys]
    if held is None or not any(fits) or held.revoked_at_ms or now_ms >= held.until_ms:
        return None
    if not people.is_active(db, held.employee):
        return None
    person = people.known(db, held.employee)
    if not access.may_come_in(db, person, now_ms):
        return None
    role = min(held.role, person.role, key=lambda one: RANKS.get(one, 0))
    return held, msgspec.structs.replace(person, role=role)


def _token(token: str, told: dict[str, Any]) -> Token | None:
    made, revoked = told.get("made"), told.get("revoked")
    if not made:
        return None
    employee, name, role, token_hash, until_ms, at_ms, by = made
    revoked_at_ms = revoked[0] if revoked else 0
    return Token(token, employee, name, role, until_ms, at_ms, by, token_hash, revoked_at_ms)
