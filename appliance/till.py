"""What the register knows besides the store: who stands at it, what is held, what is shown. Lost with the power."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from appliance.messages import (
    Command,
    DeviceView,
    Event,
    Fields,
    FindingView,
    MirrorState,
    PersonView,
    ResumeView,
)
from appliance.problems import Refusal
from appliance.services.desk import Desk
from appliance.services.shop import ShopFacts
from appliance.words import Words

Handlers = Mapping[type[Command | Event], Callable[[Any], object]]
"""What a part of the register does with each message that is its own."""


class SignInFirst(Refusal):
    """Nobody is signed in."""

    code = "sign_in_first"


@dataclass(frozen=True, slots=True)
class MirrorFacts:
    """How the mirror is: `acked` is the last own `seq` that the server has, `behind` how many it has not.

    `since_ms` is since when it is in this state.
    """

    state: MirrorState = "off"
    acked: int = 0
    behind: int = 0
    since_ms: int = 0
    code: str = ""
    fields: Fields = ()


@dataclass(slots=True)
class Till:
    """The register's working memory. `receipt_trouble` and `slips_given` go by the sale's id."""

    desk: Desk
    facts: ShopFacts
    words: Words
    tiles_at_once: int
    columns: int
    demo: bool
    waiting: Callable[[str], int]
    """How many jobs wait for a device."""
    place: str = "till"
    """`door` where this is a time clock and no till."""
    setting_up: bool = False
    """The page of the first start is open to whoever stands here: devices and the server are, too."""
    employee: PersonView | None = None
    sign_in_refused: str = ""
    sign_in_until_ms: int = 0
    sign_in_as: str | None = None
    """Who held a badge to the reader, and is asked for the PIN."""
    badge_for: str | None = None
    """To whom the next badge is given, by the manager who is signed in and sees the page of devices."""
    held_milli: int = 0
    selected: str | None = None
    newest: str | None = None
    read_ns: int = 0
    done: str | None = None
    slips_given: dict[str, int] = field(default_factory=dict)
    receipt_trouble: dict[str, tuple[str, Fields]] = field(default_factory=dict)
    printing: set[str] = field(default_factory=set)
    category: str | None = None
    page: int = 0
    search: str = ""
    resume: ResumeView = field(default_factory=lambda: ResumeView(show=False))
    devices: dict[str, DeviceView] = field(default_factory=dict)
    health: tuple[FindingView, ...] = ()
    today: str = ""
    """The day in the shop's time zone, such as `2026-11-28`; looked at every ten seconds."""
    disk: str = "ok"
    disk_free_bytes: int = 0
    clock_ok: bool = True
    mirror: MirrorFacts = field(default_factory=MirrorFacts)
    support_until_ms: int = 0
    """Until when somebody may sign in over the network to help."""

    def forget_lines(self) -> None:
        """No line is selected or new, no quantity is held."""
        self.held_milli, self.selected, self.newest = 0, None, None

    def signed_in(self) -> str:
        """The id of whoever is signed in. Raises `SignInFirst`."""
        if self.employee is None:
            raise SignInFirst
        return self.employee.id
