"""What a register asks of the server, whatever carries it."""

from collections.abc import Sequence
from typing import Protocol

from appliance.journal.entry import Entry
from appliance.journal.wire import Asking, Hashes, Hello, Mark, Wanting, Welcome
from appliance.problems import Refusal


class ServerAway(Refusal):
    """The server does not answer, or not as it should: `why`. Nothing is known of what was under way."""

    code = "server_away"


class NotPaired(Refusal):
    """The server does not know this device, or no longer: `why`."""

    code = "not_paired"


class Link(Protocol):
    """The server, over the network. Every method blocks for its time limit at most.

    All raise `ServerAway` where no answer came, and `NotPaired` where the server does not let this device in.
    """

    def hello(self, hello: Hello) -> Welcome:
        """Where is the server?"""
        ...

    def up(self, entries: Sequence[Entry]) -> Mark:
        """Hand over entries of one origin, contiguous."""
        ...

    def down(self, wanting: Wanting) -> tuple[Entry, ...]:
        """Entries that this device lacks; none after `wanting.wait_ms`."""
        ...

    def at(self, asking: Asking) -> Hashes:
        """The hashes that the server holds."""
        ...

    def apart(self, entries: Sequence[Entry]) -> Mark:
        """Hand over entries that the server cannot take in, to be kept apart."""
        ...
