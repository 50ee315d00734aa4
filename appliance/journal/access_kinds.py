"""The kinds of entries about who comes in over the web, and with what; see `kinds` for what holds for all kinds.

Edits, of which the newest counts: `PasswordSet`, `PasswordCodeGiven`, `SecondFactorSet`, `SecondFactorRemoved`,
`WebRulesChanged`. All others are facts. No password and no code is in any of them, only what they are checked by.
"""

from typing import ClassVar, Final

from msgspec import UNSET, UnsetType

from appliance.journal.body import Body


class PasswordTried(Body, frozen=True):
    """A password or a code is about to be checked: stored before the check, so that nothing gives more tries.

    `who` is the id of the employee, or a mark of the name that was typed where it is nobody's. `address` is where it
    came from. `what` is `password` or `code`.
    """

    kind: ClassVar[str] = "password_tried"
    who: str
    address: str
    what: str = "password"


class PasswordProved(Body, frozen=True):
    """Somebody who is signed in typed their password once more; clears their tries from this address."""

    kind: ClassVar[str] = "password_proved"
    employee: str
    address: str


class WebRefused(Body, frozen=True):
    """Somebody was not let in, or not let do something; `who` and `address` as in `PasswordTried`.

    `why` is `unknown_name`, `wrong_password`, `wrong_code`, `no_password`, `no_web` (not for this role), `left` or
    `role` (signed in, but `what` is not for this role).
    """

    kind: ClassVar[str] = "web_refused"
    who: str
    address: str
    why: str
    what: str = ""


class PasswordSet(Body, frozen=True):
    """A password. `password_hash` is argon2id over the peppered password; empty: there is none any more.

    It ends every session of the employee, makes a code that was given worthless, and clears the tries at this server.
    `by` is how it came to be: `start_code` (from the server's own console), `code` (given by an owner), `own` (by the
    old one) or `owner`.
    """

    kind: ClassVar[str] = "password_set"
    employee: str
    password_hash: str
    by: str


class PasswordCodeGiven(Body, frozen=True):
    """A code with which somebody sets a password of their own, once, until `until_ms`; only its keyed hash is here."""

    kind: ClassVar[str] = "password_code_given"
    employee: str
    code_hash: str
    until_ms: int


class SecondFactorSet(Body, frozen=True):
    """An authenticator app. `secret` is encrypted with a key that is no part of the journal.

    `recovery` are the keyed hashes of codes that take the app's place, each once.
    """

    kind: ClassVar[str] = "second_factor_set"
    employee: str
    secret: str
    recovery: tuple[str, ...]


class SecondFactorRemoved(Body, frozen=True):
    """The authenticator app is not asked for any more."""

    kind: ClassVar[str] = "second_factor_removed"
    employee: str


class OneTimeCodeUsed(Body, frozen=True):
    """A code was taken and is worth nothing from now on.

    `code` is the app's time step (RFC 6238) as `t57012345`, or the keyed hash of a recovery code.
    """

    kind: ClassVar[str] = "one_time_code_used"
    employee: str
    code: str


class WebSignedIn(Body, frozen=True):
    """Somebody signed in at a browser; clears their tries from this address at this server.

    `session` is the SHA-256 (hex) of what the browser holds. It lasts to `until_ms` at most, and while `password`, the
    entry that set the password, counts. `second` says that a second factor was shown, `agent` what browser it is.
    """

    kind: ClassVar[str] = "web_signed_in"
    employee: str
    session: str
    password: str
    until_ms: int
    address: str
    agent: str = ""
    second: bool = False


class WebSignedOut(Body, frozen=True):
    """A session is over; `why` is `own`, `everywhere` (ended from another browser) or `idle`."""

    kind: ClassVar[str] = "web_signed_out"
    employee: str
    session: str
    why: str = "own"


class WebRulesChanged(Body, frozen=True):
    """Who comes in over the web: whether all need a second factor, and whether cashiers may have a password."""

    kind: ClassVar[str] = "web_rules_changed"
    second_factor: bool | UnsetType = UNSET
    cashiers: bool | UnsetType = UNSET


class ApiTokenMade(Body, frozen=True):
    """A token with which an owner's own program works for `employee`, with what `role` allows, until `until_ms`.

    `token` is the part of it that is no secret; of the rest only the keyed hash is here. Made by the entry's actor.
    """

    kind: ClassVar[str] = "api_token_made"
    token: str
    employee: str
    name: str
    role: str
    token_hash: str
    until_ms: int


class ApiTokenRevoked(Body, frozen=True):
    """A token counts no more."""

    kind: ClassVar[str] = "api_token_revoked"
    token: str


class ApiRequestDone(Body, frozen=True):
    """A program's request was done, and is not done again: `key` is the SHA-256 (hex) of the key that it gave.

    `request` is the SHA-256 (hex) of what it asked, `answer` what it was told (JSON). So is a form of the back office
    that counts once; its `token` is `form`.
    """

    kind: ClassVar[str] = "api_request_done"
    token: str
    key: str
    request: str
    answer: str


ACCESS_KINDS: Final[tuple[type[Body], ...]] = (
    PasswordTried,
    PasswordProved,
    WebRefused,
    PasswordSet,
    PasswordCodeGiven,
    SecondFactorSet,
    SecondFactorRemoved,
    OneTimeCodeUsed,
    WebSignedIn,
    WebSignedOut,
    WebRulesChanged,
    ApiTokenMade,
    ApiTokenRevoked,
    ApiRequestDone,
)
