"""The kinds of entries about devices that share one journal; see `kinds` for what holds for all kinds.

All are facts; whose word on the shop's devices counts is asked where they are read (`services.mirroring`). What a
device is called and where it stands is `trust_kinds.OriginKnown`.
"""

from typing import ClassVar, Final

from appliance.journal.body import Body


class OriginBegun(Body, frozen=True):
    """The first entry of an origin that goes on where another one ended, at `seq` with the hash `head` (hex).

    `why` is `restored` (this store was made from a backup of `was`), `replaced` (this device takes over from one that
    is gone) or `forked` (another history of `was` is known to the shop). With `forked`, the next entries are those of
    `was` after `seq` that the shop did not know: entry n of this origin was entry `seq + n - 1` of `was`. There were
    `again` of them, or it is 0: then a copy of the same disk may have had more.
    """

    kind: ClassVar[str] = "origin_begun"
    was: str
    seq: int
    head: str
    why: str
    again: int = 0


class RegisterPaired(Body, frozen=True):
    """A device was given a certificate, `fingerprint` (SHA-256 of its DER form, hex): it may mirror `device`.

    With `brings` the server that let it in had nothing of the shop: the device may hand over what others recorded.
    """

    kind: ClassVar[str] = "register_paired"
    device: str
    name: str
    place: str
    fingerprint: str
    brings: bool = False


class RegisterRevoked(Body, frozen=True):
    """A certificate counts no more; `why` is what the owner said."""

    kind: ClassVar[str] = "register_revoked"
    device: str
    fingerprint: str
    why: str = ""


class OriginClosed(Body, frozen=True):
    """Nothing of `device` after `seq`, whose hash is `head` (hex), is taken in any more.

    `by` is the origin of the device that replaces it, if one does.
    """

    kind: ClassVar[str] = "origin_closed"
    device: str
    seq: int
    head: str
    why: str
    by: str = ""


class ForkFound(Body, frozen=True):
    """At `seq` of `device` two entries are known: `held` here, `came` from `sender` (hashes, hex).

    What came lies in quarantine; `why` is `forked`, `closed` (it came after the origin was closed) or `not_yours`.
    """

    kind: ClassVar[str] = "fork_found"
    device: str
    seq: int
    held: str
    came: str
    sender: str
    why: str = "forked"


MIRROR_KINDS: Final[tuple[type[Body], ...]] = (
    OriginBegun,
    RegisterPaired,
    RegisterRevoked,
    OriginClosed,
    ForkFound,
)
