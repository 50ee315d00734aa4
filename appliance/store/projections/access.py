"""Who comes in over the web: passwords, second factors, tries and sessions.

Passwords, second factors and rules live in the edits themselves, as what the records say of people does, each with the
entry that set it: a session lasts only as long as the password under which it began.
"""

from collections.abc import Mapping
from typing import Any, Final

from appliance.journal.access_kinds import (
    ApiRequestDone,
    ApiTokenMade,
    ApiTokenRevoked,
    OneTimeCodeUsed,
    PasswordCodeGiven,
    PasswordProved,
    PasswordSet,
    PasswordTried,
    SecondFactorRemoved,
    SecondFactorSet,
    WebRulesChanged,
    WebSignedIn,
    WebSignedOut,
)
from appliance.journal.entry import Entry
from appliance.store.database import Database
from appliance.store.projections import edits
from appliance.store.statements import Statement, insert, slot
from appliance.store.tables import UsedCode, WebSession, WebSessionEnd, WebTry

ACCESS: Final = "access:"
"""Things of the edits: `access:EMPLOYEE` with `password`, `code` and `second`, and `access:` itself for the rules."""

TOKEN: Final = "token:"  # noqa: S105 - no password
"""Things of the edits: `token:TOKEN` with `made` and `revoked`."""

DONE: Final = "done:"
"""Things of the edits: `done:TOKEN:KEY` with `answer`, for each request that was done."""

_TRIES: Final = Statement(
    lambda: WebTry.select(WebTry.tries).where(
        (WebTry.who == slot()) & (WebTry.address == slot()) & (WebTry.origin == slot())
    )
)
_ADD_TRY: Final = insert(WebTry, "tries", "last_at_ms", "who", "address", "origin")
_SET_TRIES: Final = Statement(
    lambda: WebTry.update({WebTry.tries: slot(), WebTry.last_at_ms: slot()}).where(
        (WebTry.who == slot()) & (WebTry.address == slot()) & (WebTry.origin == slot())
    )
)
_FORGET_TRIES: Final = Statement(
    lambda: WebTry.update({WebTry.tries: slot()}).where(
        (WebTry.who == slot()) & (WebTry.origin == slot())
    )
)
_USE: Final = insert(UsedCode)
_BEGIN: Final = insert(WebSession)
_END: Final = insert(WebSessionEnd)


def tried(db: Database, entry: Entry, body: PasswordTried) -> None:
    """One more try, from this address and at all; wrong until a sign-in clears it."""
    for address in dict.fromkeys((body.address, "")):
        held = db.row(_TRIES, body.who, address, entry.origin)
        if held is None:
            db.run(_ADD_TRY, 1, entry.at_ms, body.who, address, entry.origin)
        else:
            db.run(_SET_TRIES, held[0] + 1, entry.at_ms, body.who, address, entry.origin)


def password_set(db: Database, entry: Entry, body: PasswordSet) -> None:
    """The newest password counts; a code that was given before it is worth nothing, and so is what was guessed."""
    thing = ACCESS + body.employee
    edits.wins(db, entry, thing, "password", [entry.id, body.password_hash, entry.at_ms])
    edits.wins(db, entry, thing, "code", None)
    db.run(_FORGET_TRIES, 0, body.employee, entry.origin)


def code_given(db: Database, entry: Entry, body: PasswordCodeGiven) -> None:
    """A code in the place of one that was given before."""
    edits.wins(db, entry, ACCESS + body.employee, "code", [body.code_hash, body.until_ms])


def second_set(db: Database, entry: Entry, body: SecondFactorSet) -> None:
    """Another app, other recovery codes."""
    value = [entry.id, body.secret, list(body.recovery)]
    edits.wins(db, entry, ACCESS + body.employee, "second", value)


def second_removed(db: Database, entry: Entry, body: SecondFactorRemoved) -> None:
    """No app."""
    edits.wins(db, entry, ACCESS + body.employee, "second", None)


def code_used(db: Database, entry: Entry, body: OneTimeCodeUsed) -> None:
    """A code that is worth nothing any more."""
    db.run(_USE, entry.id, body.employee, body.code)


def signed_in(db: Database, entry: Entry, body: WebSignedIn) -> None:
    """A session begins; tries from elsewhere stay counted, so that whoever guesses there goes on waiting."""
    db.run(
        _BEGIN,
        entry.id,
        body.session,
        body.employee,
        body.password,
        entry.at_ms,
        body.until_ms,
        body.address,
        body.agent,
        int(body.second),
    )
    _clear(db, entry, body.employee, body.address)


def proved(db: Database, entry: Entry, body: PasswordProved) -> None:
    """The try that came just before was right."""
    _clear(db, entry, body.employee, body.address)


def _clear(db: Database, entry: Entry, employee: str, from_there: str) -> None:
    for address in dict.fromkeys((from_there, "")):
        if db.row(_TRIES, employee, address, entry.origin) is not None:
            db.run(_SET_TRIES, 0, entry.at_ms, employee, address, entry.origin)


def signed_out(db: Database, entry: Entry, body: WebSignedOut) -> None:
    """A session ends, perhaps before the entry came that began it."""
    db.run(_END, entry.id, body.session, body.why, entry.at_ms)


def rules_changed(db: Database, entry: Entry, body: WebRulesChanged) -> None:
    """The rules that were told."""
    for field, value in edits.given(body, besides=""):
        edits.wins(db, entry, ACCESS, field, value)


def token_made(db: Database, entry: Entry, body: ApiTokenMade) -> None:
    """A program may work for somebody."""
    value = [
        body.employee,
        body.name,
        body.role,
        body.token_hash,
        body.until_ms,
        entry.at_ms,
        entry.actor,
    ]
    edits.wins(db, entry, TOKEN + body.token, "made", value)


def token_revoked(db: Database, entry: Entry, body: ApiTokenRevoked) -> None:
    """It may no more, perhaps before the entry came that said it might."""
    edits.wins(db, entry, TOKEN + body.token, "revoked", [entry.at_ms, entry.actor])


def request_done(db: Database, entry: Entry, body: ApiRequestDone) -> None:
    """What a program was told, should it ask the same again."""
    edits.wins(db, entry, f"{DONE}{body.token}:{body.key}", "answer", [body.request, body.answer])


APPLY: Final[Mapping[type, Any]] = {
    PasswordTried: tried,
    PasswordProved: proved,
    PasswordSet: password_set,
    PasswordCodeGiven: code_given,
    SecondFactorSet: second_set,
    SecondFactorRemoved: second_removed,
    OneTimeCodeUsed: code_used,
    WebSignedIn: signed_in,
    WebSignedOut: signed_out,
    WebRulesChanged: rules_changed,
    ApiTokenMade: token_made,
    ApiTokenRevoked: token_revoked,
    ApiRequestDone: request_done,
}
