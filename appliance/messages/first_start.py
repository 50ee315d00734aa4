"""The first start: a new register is set up by its own screen, step after step, each of which may be left for later.

What is chosen becomes the same entries as anywhere else; how far it has come is an entry too, so that after a power cut
it goes on where it stopped. Later the same page is opened from the menu, by managers.
"""

from typing import Final, Literal

import msgspec

from appliance.messages.values import Command, Event, Fields, Job, Snapshot

StepName = Literal[
    "language",
    "way",
    "stick",
    "country",
    "shop",
    "network",
    "join",
    "owner",
    "devices",
    "server",
    "goods",
    "end",
]
Way = Literal["new", "stick", "join"]
"""A new shop; one that comes back from a stick's backup; one whose LAN server this register joins."""

STEPS: Final[dict[str, tuple[StepName, ...]]] = {
    "new": (
        "language",
        "way",
        "country",
        "shop",
        "network",
        "owner",
        "devices",
        "server",
        "goods",
        "end",
    ),
    "stick": ("language", "way", "stick"),
    "join": ("language", "way", "country", "network", "join", "devices", "end"),
}
"""The steps of each way, in their order."""


class TaxTerm(msgspec.Struct, frozen=True):
    """A tax class of one tax: its code, what it is called on receipts, its rate as text such as `19` or `8.875`."""

    code: str
    name: str
    rate: str


class WifiView(msgspec.Struct, frozen=True):
    """A Wi-Fi that can be heard; `signal` from 0 to 100, `security` empty for an open one."""

    name: str
    signal: int
    security: str = ""
    joined: bool = False


class NetworkView(msgspec.Struct, frozen=True):
    """The network, as far as it is known: `wired` and `wifi` as in `machine.network.Seen`.

    `known` is False until it was looked at. `joining` names the Wi-Fi that is being joined.
    """

    known: bool = False
    searching: bool = False
    wired: str = ""
    wifi: str = ""
    joined: str = ""
    addresses: tuple[str, ...] = ()
    networks: tuple[WifiView, ...] = ()
    joining: str = ""


class StickFileView(msgspec.Struct, frozen=True):
    """A file on a stick that could be of use: `kind` is `csv` or `backup`."""

    path: str
    name: str
    kind: str
    bytes: int
    at_ms: int = 0


class FirstStartView(Snapshot, frozen=True, tag="first_start"):
    """The page; next to nothing while it is not `open`.

    `is_first` until it has once come to its end. `done` names the steps that were answered, each with how (`done`,
    `skipped`, `file`). `answered` counts the commands of the page; `problem` is why the last one was refused.
    """

    open: bool = False
    is_first: bool = False
    step: StepName = "language"
    way: Way = "new"
    done: tuple[tuple[str, str], ...] = ()
    country: str = ""
    currency: str = ""
    cash_step_minor: int = 0
    included: bool = True
    zone: str = ""
    taxes: tuple[TaxTerm, ...] = ()
    name: str = ""
    address: tuple[str, ...] = ()
    tax_number: str = ""
    people: tuple[str, ...] = ()
    """Who may set up the register: the names of its managers and owners."""
    products: int = 0
    devices: tuple[str, ...] = ()
    """The devices that are set up, by their names."""
    server: str = ""
    """`here` where this machine is the server too."""
    server_url: str = ""
    start_code: str = ""
    """For the first sign-in on the server's pages, while it is known."""
    network: NetworkView = NetworkView()
    sticks: int = 0
    files: tuple[StickFileView, ...] = ()
    looked_for_files: bool = False
    busy: str = ""
    busy_done: int = 0
    busy_total: int = 0
    answered: int = 0
    problem: str = ""
    problem_fields: Fields = ()
    file_errors: tuple[str, ...] = ()
    """What is wrong in `open-pos.toml` on the card, a sentence each."""


# --------------------------------------------------------------------------- commands


class OpenFirstStart(Command, frozen=True, tag="open_first_start"):
    """Show the page: for managers, and for anybody where nobody works yet."""

    step: StepName | None = None


class CloseFirstStart(Command, frozen=True, tag="close_first_start"):
    """Leave it for later."""


class GoToStep(Command, frozen=True, tag="go_to_step"):
    """Look at a step, perhaps once more."""

    step: StepName


class SkipStep(Command, frozen=True, tag="skip_step"):
    """Leave a step for later and go on."""

    step: StepName


class PassStep(Command, frozen=True, tag="pass_step"):
    """A step is as it should be: go on."""

    step: StepName


class ChooseFirstLanguage(Command, frozen=True, tag="choose_first_language"):
    """The language of the screen and of receipts."""

    language: str


class ChooseWay(Command, frozen=True, tag="choose_way"):
    """A new shop, or one that exists already."""

    way: Way


class TakeCountry(Command, frozen=True, tag="take_country"):
    """What is usual in the country, as the shop has it. `country` is empty for one that is not listed."""

    country: str
    currency: str
    cash_step_minor: int
    included: bool
    zone: str
    taxes: tuple[TaxTerm, ...]


class StandIn(Command, frozen=True, tag="stand_in"):
    """The country of a register that joins a shop: only its clock and its Wi-Fi need it. Empty for any other."""

    country: str


class TakeShop(Command, frozen=True, tag="take_shop"):
    """What stands on receipts."""

    name: str
    address: tuple[str, ...] = ()
    tax_number: str = ""


class LookAtNetwork(Command, frozen=True, tag="look_at_network"):
    """Which Wi-Fi there is now."""


class JoinWifi(Command, frozen=True, tag="join_wifi"):
    """Join a Wi-Fi; `typed` where its name was typed, because it tells none."""

    name: str
    password: str = ""
    typed: bool = False

    def __repr__(self) -> str:
        """Without the password."""
        return f"JoinWifi(name={self.name!r})"


class AddOwner(Command, frozen=True, tag="add_owner"):
    """Whom the shop belongs to; the first who may sign in."""

    name: str
    pin: str

    def __repr__(self) -> str:
        """Without the PIN."""
        return f"AddOwner(name={self.name!r})"


class ChooseServer(Command, frozen=True, tag="choose_server"):
    """`none`, or `here`: this machine is the server too. Another one is joined by the sheet of the LAN server."""

    choice: Literal["none", "here"]


class LookForFiles(Command, frozen=True, tag="look_for_files"):
    """Which files are on the sticks."""


class TakeGoods(Command, frozen=True, tag="take_goods"):
    """`demo`: products to try with. `file`: a catalogue from a stick (`path`). `none`."""

    choice: Literal["demo", "file", "none"]
    path: str = ""


class RestoreShop(Command, frozen=True, tag="restore_shop"):
    """The shop comes back from a backup on a stick; the register starts again with it."""

    path: str
    passphrase: str

    def __repr__(self) -> str:
        """Without the passphrase."""
        return f"RestoreShop(path={self.path!r})"


# --------------------------------------------------------------------------- jobs and events


class SeeNetwork(Job, frozen=True):
    """Look at the network; answered by `NetworkSeen`."""

    again: bool = False


class JoinNetwork(Job, frozen=True):
    """Join a Wi-Fi; answered by `NetworkJoined`, and by `NetworkSeen`. `security` None for one that was typed.

    With `keep` one that cannot be joined now is joined later.
    """

    name: str
    password: str
    security: str | None = None
    keep: bool = False

    def __repr__(self) -> str:
        """Without the password."""
        return f"JoinNetwork(name={self.name!r})"


class TellLocality(Job, frozen=True):
    """Tell the machine where it stands; empty is left as it is. Only its failure is told (`ErrandFailed`)."""

    zone: str = ""
    country: str = ""


class TellCard(Job, frozen=True):
    """What became of `open-pos.toml` on the card: it was `applied`, or `refused` and `text` says why.

    Only its failure is told (`ErrandFailed`).
    """

    digest: str
    state: Literal["applied", "refused"]
    text: str = ""


class SeeFiles(Job, frozen=True):
    """Look for files on the sticks; answered by `FilesSeen`."""


class BringBack(Job, frozen=True):
    """Put a store together from a backup, beside the one that is open; answered by `BroughtBack`."""

    path: str
    passphrase: str

    def __repr__(self) -> str:
        """Without the passphrase."""
        return f"BringBack(path={self.path!r})"


class BroughtBack(Event, frozen=True, tag="brought_back"):
    """How far it is: `what` is being done, and `done` of `total` of it; or it is `ready`, or `code` says why not.

    Once it is ready, the next start of the register is with that store.
    """

    what: str = ""
    done: int = 0
    total: int = 0
    ready: bool = False
    code: str = ""
    fields: Fields = ()


class StartServer(Job, frozen=True):
    """This machine is the LAN server too; answered by `ServerStarted`."""


class ServerStarted(Event, frozen=True, tag="server_started"):
    """It runs and invites: `qr` pairs this register (nothing where that is not to be), or `code` says why not.

    `url` and `start_code` are for whoever opens its pages for the first time.
    """

    qr: str = ""
    url: str = ""
    start_code: str = ""
    code: str = ""
    fields: Fields = ()

    def __repr__(self) -> str:
        """Without what is secret."""
        return f"ServerStarted(url={self.url!r}, code={self.code!r})"


class NetworkSeen(Event, frozen=True, tag="network_seen"):
    """How the network is, or why nobody knows."""

    network: NetworkView
    code: str = ""
    fields: Fields = ()


class NetworkJoined(Event, frozen=True, tag="network_joined"):
    """A Wi-Fi was joined, or why not."""

    name: str
    code: str = ""
    fields: Fields = ()


class ErrandFailed(Event, frozen=True, tag="errand_failed"):
    """The machine would not do something that nobody waits for."""

    code: str
    fields: Fields = ()


class FilesSeen(Event, frozen=True, tag="files_seen"):
    """How many sticks are plugged in and can be read, and what is on them."""

    sticks: int
    files: tuple[StickFileView, ...]
