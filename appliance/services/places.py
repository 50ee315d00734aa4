"""Where somebody acts, and which acts are possible there: at the till, at the door, over the web.

One table in the configuration says it (`[acts]`), and a service looks at it where the act is recorded, so that no page
and no server can forget to: whoever lets people act from elsewhere passes a `Place` to the same service.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

import msgspec

from appliance.config import ActsConfig
from appliance.problems import Refusal

ACTS: Final[dict[str, Collection[str]]] = msgspec.structs.asdict(ActsConfig())
"""Where each act is possible, unless the configuration says otherwise: clocking in only in the shop itself."""


class NotHere(Refusal):
    """This act is not possible at this place: `act`, `place`."""

    code = "not_here"


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody acts: `till`, `door` or `web`, at which device. `acts` is the shop's own table."""

    name: str
    device: str = ""
    acts: Mapping[str, Collection[str]] | None = None

    def allows(self, act: str) -> bool:
        """Whether the act is possible here; one that the table does not name is possible nowhere."""
        table = ACTS if self.acts is None else self.acts
        return self.name in table.get(act, ())

    def refuse_unless(self, act: str) -> None:
        """Raises `NotHere` where the act is not possible here."""
        if not self.allows(act):
            raise NotHere(act=act, place=self.name)
