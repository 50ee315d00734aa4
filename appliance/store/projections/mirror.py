"""Which devices share the journal: paired, revoked, closed, begun anew, and forks that were found."""

from collections.abc import Mapping
from typing import Any, Final

from appliance.journal.entry import Entry
from appliance.journal.mirror_kinds import (
    ForkFound,
    OriginBegun,
    OriginClosed,
    RegisterPaired,
    RegisterRevoked,
)
from appliance.store.database import Database
from appliance.store.statements import insert
from appliance.store.tables import (
    ClosedOrigin,
    FoundFork,
    OriginLine,
    PairedDevice,
    RevokedDevice,
)

_BEGIN: Final = insert(OriginLine)
_PAIR: Final = insert(PairedDevice)
_REVOKE: Final = insert(RevokedDevice)
_CLOSE: Final = insert(ClosedOrigin)
_FORK: Final = insert(FoundFork)


def begun(db: Database, entry: Entry, body: OriginBegun) -> None:
    """An origin that goes on where another ended."""
    db.run(
        _BEGIN, entry.id, entry.origin, body.was, body.seq, body.head, body.why, body.again, entry.at_ms
    )  # fmt: skip
    db.forget()


def paired(db: Database, entry: Entry, body: RegisterPaired) -> None:
    """A certificate was given."""
    given = (body.device, body.name, body.place, body.fingerprint)
    db.run(_PAIR, entry.id, *given, entry.actor, entry.at_ms, int(body.brings))
    db.forget()


def revoked(db: Database, entry: Entry, body: RegisterRevoked) -> None:
    """A certificate counts no more."""
    db.run(_REVOKE, entry.id, body.device, body.fingerprint, body.why, entry.actor, entry.at_ms)
    db.forget()


def closed(db: Database, entry: Entry, body: OriginClosed) -> None:
    """An origin ends. The lowest `seq` that was ever said counts, when it is read."""
    db.run(
        _CLOSE, entry.id, body.device, body.seq, body.head, body.why, body.by, entry.actor, entry.at_ms
    )  # fmt: skip
    db.forget()


def fork_found(db: Database, entry: Entry, body: ForkFound) -> None:
    """Two histories of one origin."""
    db.run(
        _FORK,
        entry.id,
        body.device,
        body.seq,
        body.held,
        body.came,
        body.sender,
        body.why,
        entry.at_ms,
    )


APPLY: Final[Mapping[type, Any]] = {
    OriginBegun: begun,
    RegisterPaired: paired,
    RegisterRevoked: revoked,
    OriginClosed: closed,
    ForkFound: fork_found,
}
