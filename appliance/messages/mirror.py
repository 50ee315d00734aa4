"""The LAN server as the till sees it: pairing, what comes from the other devices, how far its own entries are there.

A person asks (`…(Command)`), the mirror's thread does it and tells (`…(Event)`). What comes from the server is put into
the register's queue a few entries at a time (`EntriesCame`), and the thread hears what became of it (`EntriesTaken`)
before it hands over more. Words are made by presenters: `code` names a sentence.
"""

from typing import Literal

import msgspec

from appliance.messages.values import Command, Event, Fields, Job, Snapshot

MirrorState = Literal["off", "connected", "behind", "alone", "trouble"]
"""`off` is not paired, `behind` has entries that have waited for some seconds and are not on the server, `alone` does
not reach the server, `trouble` reaches it and a person must do something."""

EntryValues = tuple[str, int, int, bool, int, str, int, str, str, int, str, bytes, bytes]
"""The fields of a `journal.entry.Entry`, in its order; an `Entry` is one."""


class FoundServerView(msgspec.Struct, frozen=True):
    """A LAN server that says by mDNS that it is there; `mark` is the begin of its fingerprint, a hint and no proof."""

    shop: str
    host: str
    port: int
    mark: str = ""


class ServerView(Snapshot, frozen=True, tag="server"):
    """The LAN server of this register, and the sheet where it is paired; `open` while somebody looks at the sheet.

    `shop` is empty where none is paired, `since_ms` is when it was. `step` is what the pairing does now (`asking` the
    server, `proving` the code, `storing` what it gave), empty where none is under way. `pulled` of `total` entries of
    the other devices are here; `total` is 0 until it is known.
    """

    open: bool = False
    shop: str = ""
    address: str = ""
    name: str = ""
    server: str = ""
    since_ms: int = 0
    replaces: str = ""
    step: str = ""
    searching: bool = False
    found: tuple[FoundServerView, ...] = ()
    pulled: int = 0
    total: int = 0
    problem: str = ""
    problem_fields: Fields = ()


# --------------------------------------------------------------------------- commands


class OpenServer(Command, frozen=True, tag="open_server"):
    """Look at the LAN server, or pair with one: for managers, and for anybody where nobody works here yet."""


class CloseServer(Command, frozen=True, tag="close_server"):
    """Leave it. What is under way goes on."""


class FindServers(Command, frozen=True, tag="find_servers"):
    """Look again which servers the network has."""


class PairByCode(Command, frozen=True, tag="pair_by_code"):
    """Pair with the server at an address, by the eight digits that its page shows."""

    host: str
    port: int
    code: str

    def __repr__(self) -> str:
        """Without the code."""
        return f"PairByCode(host={self.host!r}, port={self.port})"


class ForgetServer(Command, frozen=True, tag="forget_server"):
    """Work alone from now on. What was mirrored stays, here and there."""


# --------------------------------------------------------------------------- jobs


class Applicant(msgspec.Struct, frozen=True):
    """Who wants to be paired: as `journal.pairing_wire.Finish` says. `peppers` are never logged."""

    origin: str
    program: str
    seq: int
    head: str
    peppers: tuple[str, ...]
    name: str = ""

    def __repr__(self) -> str:
        """Without the keys."""
        return f"Applicant(origin={self.origin!r})"


class PairNow(Job, frozen=True):
    """Pair by what was scanned (`text`), or by a typed `code` with the server at `host` and `port`."""

    applicant: Applicant
    text: str = ""
    host: str = ""
    port: int = 0
    code: str = ""

    def __repr__(self) -> str:
        """Without what is secret."""
        return f"PairNow(host={self.host!r}, port={self.port})"


class LookForServers(Job, frozen=True):
    """Find servers on the network; answered by `ServersFound`."""


class UnpairNow(Job, frozen=True):
    """Forget the server; answered by `ServerForgotten`."""


class ShipEntries(Job, frozen=True):
    """Something was recorded: ship it."""


class EntriesTaken(Job, frozen=True):
    """What became of `EntriesCame` with this `number`: they are on the disk, or `code` says why not.

    `took_us` is how long it took, in microseconds: the next piece is cut by it.
    """

    number: int
    took_us: int = 0
    code: str = ""
    fields: Fields = ()


# --------------------------------------------------------------------------- events


class EntriesCame(Event, frozen=True, tag="entries_came"):
    """Entries of other devices, each origin's in order; answered by `EntriesTaken`."""

    number: int
    entries: tuple[EntryValues, ...]

    def __repr__(self) -> str:
        """Not all of them."""
        return f"EntriesCame(number={self.number}, {len(self.entries)} entries)"


class MirrorChanged(Event, frozen=True, tag="mirror_changed"):
    """How the mirror is: `connected`, `alone` or in `trouble` (`off` where nothing is paired), and why.

    `acked` is the last `seq` of this device that the server has on its disk.
    """

    state: MirrorState
    acked: int = 0
    pulled: int = 0
    total: int = 0
    code: str = ""
    fields: Fields = ()


class HistoriesPart(Event, frozen=True, tag="histories_part"):
    """The server holds other entries of `origin` after `seq` than this register: to be put right at the next start."""

    origin: str
    seq: int


class ServerPaired(Event, frozen=True, tag="server_paired"):
    """A server is paired, told at each start too: what must be known of it can so be recorded after a power cut.

    `peppers` are the shop's keys for PINs, in hex, the first for new ones.
    """

    server: str
    shop: str
    name: str
    address: str
    since_ms: int
    replaces: str
    peppers: tuple[str, ...]

    def __repr__(self) -> str:
        """Without the keys."""
        return f"ServerPaired(server={self.server!r}, address={self.address!r})"


class ServerForgotten(Event, frozen=True, tag="server_forgotten"):
    """Nothing is paired any more; `fingerprint` is that of the certificate that is gone (SHA-256, hex)."""

    fingerprint: str


class PairingStepped(Event, frozen=True, tag="pairing_stepped"):
    """The pairing does something else now, or failed (`code`)."""

    step: str
    code: str = ""
    fields: Fields = ()


class ServersFound(Event, frozen=True, tag="servers_found"):
    """Which servers the network has."""

    found: tuple[FoundServerView, ...]
