"""What the first start asks of the machine: its network, what lies on a stick, and a shop that comes back.

All of it takes seconds or more and is done by the errands' thread; here is what was asked and what is known.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

import msgspec

from appliance.messages import (
    AnyJob,
    BringBack,
    BroughtBack,
    Fields,
    FilesSeen,
    JoinNetwork,
    JoinWifi,
    LookAtNetwork,
    LookForFiles,
    NetworkJoined,
    NetworkSeen,
    NetworkView,
    NoticeLevel,
    RestoreShop,
    SeeFiles,
    SeeNetwork,
    ServerStarted,
    StartServer,
    StickFileView,
)
from appliance.problems import Refusal
from appliance.services import first_start as service
from appliance.till import Till


class NotNow(Refusal):
    """Something else is still being done."""

    code = "errand_under_way"


class ShopThere(Refusal):
    """A register that sells for a shop already is not given another one."""

    code = "shop_there"


@dataclass(slots=True)
class Known:
    """What is known of the machine, and what is being done. Lost with the power."""

    network: NetworkView = field(default_factory=NetworkView)
    sticks: int = 0
    files: tuple[StickFileView, ...] = ()
    looked_for_files: bool = False
    busy: str = ""
    busy_done: int = 0
    busy_total: int = 0
    server_url: str = ""
    start_code: str = ""


class Outside:
    """The machine, as the page sees it."""

    def __init__(
        self,
        till: Till,
        run: Callable[[AnyJob], bool],
        notice: Callable[[NoticeLevel, str, Fields], None],
        allowed: Callable[[], str],
        say: Callable[[str, Fields], bool],
    ) -> None:
        """`allowed` refuses whoever may not set up.

        `say` shows a problem on the page and answers whether it is seen.
        """
        self._till: Final = till
        self._run: Final = run
        self._notice: Final = notice
        self._allowed: Final = allowed
        self._say: Final = say
        self.known = Known()
        self.restart: Callable[[], None] = lambda: None
        """Starts the register anew, with the shop that came back."""
        self.pair: Callable[[str], object] = lambda _text: None
        """Pairs with the server that a text invites to."""

    @property
    def commands(self) -> dict[Any, Callable[[Any], None]]:
        """What a person asks."""
        return {
            LookAtNetwork: self.look_at_network,
            JoinWifi: self.join_wifi,
            LookForFiles: self.look_for_files,
            RestoreShop: self.restore_shop,
        }

    @property
    def events(self) -> dict[Any, Callable[[Any], None]]:
        """What the errands' thread tells, but for a Wi-Fi that was joined."""
        return {
            NetworkSeen: self.network_seen,
            FilesSeen: self.files_seen,
            BroughtBack: self.brought_back,
            ServerStarted: self.server_started,
        }

    # ------------------------------------------------------------------ the network

    def look_at_network(self, _command: LookAtNetwork) -> None:
        """Listen for Wi-Fi anew."""
        self._allowed()
        self.see_network(again=True)

    def see_network(self, *, again: bool = False) -> None:
        """Look how the network is."""
        looks = self._run(SeeNetwork(again=again))
        self.known.network = msgspec.structs.replace(self.known.network, searching=looks)

    def join_wifi(self, command: JoinWifi) -> None:
        """Join one. What becomes of it is told later. Raises `NotNow`."""
        self._allowed()
        network = self.known.network
        heard = {one.name: one.security for one in network.networks}
        security = None if command.typed else heard.get(command.name)
        job = JoinNetwork(command.name, command.password, security)
        if network.joining or not self._run(job):
            raise NotNow
        self.known.network = msgspec.structs.replace(network, joining=command.name)

    def network_seen(self, event: NetworkSeen) -> None:
        """How the network is."""
        joining = self.known.network.joining
        self.known.network = msgspec.structs.replace(event.network, joining=joining)
        if event.code:
            self._say(event.code, event.fields)

    def network_joined(self, event: NetworkJoined, tell: Callable[[str, Fields], None]) -> None:
        """A Wi-Fi was joined, or not: said on the page, or by `tell` where somebody went on meanwhile."""
        self.known.network = msgspec.structs.replace(self.known.network, joining="")
        if not event.code:
            service.note(self._till.desk, "network", "done", "")
            self._notice(NoticeLevel.DONE, "wifi_joined", (("name", event.name),))
        elif not self._say(event.code, event.fields):
            tell(event.code, event.fields)

    # ------------------------------------------------------------------ sticks

    def look_for_files(self, _command: LookForFiles) -> None:
        """Look at the sticks again."""
        self._allowed()
        self.see_files()

    def see_files(self) -> None:
        """Look what is on the sticks."""
        self.known.looked_for_files = not self._run(SeeFiles())

    def files_seen(self, event: FilesSeen) -> None:
        """What is on the sticks."""
        self.known.sticks, self.known.files = event.sticks, event.files
        self.known.looked_for_files = True

    def restore_shop(self, command: RestoreShop) -> None:
        """The shop comes back from a backup, where there is none. Raises `ShopThere`, `NotNow`, `FileGone`."""
        self._allowed()
        if service.is_a_shop(self._till.desk.db):
            raise ShopThere
        backups = {one.path: one.name for one in self.known.files if one.kind == "backup"}
        if command.path not in backups:
            raise service.FileGone(file="")
        if self.known.busy or not self._run(BringBack(command.path, command.passphrase)):
            raise NotNow
        self.begin("restore")

    def brought_back(self, event: BroughtBack) -> None:
        """How far it is; once it is there the register starts anew."""
        self.known.busy_done, self.known.busy_total = event.done, event.total
        if event.code:
            self.known.busy = ""
            self._say(event.code, event.fields)
        elif event.ready:
            self.restart()

    def start_server(self) -> None:
        """This machine is to be the server too. Raises `NotNow`."""
        if self.known.busy or not self._run(StartServer()):
            raise NotNow
        self.begin("server")

    def server_started(self, event: ServerStarted) -> None:
        """It runs, and this register joins it."""
        self.known.busy = ""
        if event.code:
            self._say(event.code, event.fields)
            return
        self.known.server_url, self.known.start_code = event.url, event.start_code
        service.note(self._till.desk, "server", "done", "", "here")
        if event.qr:
            self.pair(event.qr)

    def begin(self, what: str) -> None:
        """Something is being done, and nothing else can be."""
        self.known.busy, self.known.busy_done, self.known.busy_total = what, 0, 0
