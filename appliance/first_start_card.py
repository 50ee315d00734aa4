"""`open-pos.toml` on the card, as the register deals with it: applied once, its Wi-Fi joined, its secrets taken out.

What it says about the shop is one transaction; devices and the screen go into the configuration file together with it.
A screen that is to be otherwise begins anew. After that the Wi-Fi is joined and the server is paired with, and only
then the caretaker takes the secrets out of the file: so whatever comes in between loses none of them, and the next
start goes on.
"""

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from appliance import first_start_file, screen_settings
from appliance.device_file import DeviceFile
from appliance.first_start_file import Read
from appliance.messages import (
    AnyJob,
    DoToMachine,
    Fields,
    JoinNetwork,
    NoticeLevel,
    PairByCode,
    TellCard,
    TellLocality,
)
from appliance.problems import Refusal
from appliance.services import first_start as service
from appliance.services import pay_rules, people, set_up, shop
from appliance.services.people import Pins
from appliance.till import Till
from appliance.words import Words


@dataclass(frozen=True, slots=True)
class Around:
    """What the first start works with: the devices' `file`, and what has them used and pairs with a server.

    `restart` starts the register anew, with another shop. `must_read` says something until a person has read it.
    `goods` takes in products to try with, where there are any; `card` is the file on the card.
    """

    file: DeviceFile
    use_devices: Callable[[], None]
    pair: Callable[[PairByCode], None]
    pair_by_text: Callable[[str], None]
    restart: Callable[[], None]
    must_read: Callable[[str, Fields], None]
    goods: service.Goods | None = None
    card: Path | None = None


class CardFile:
    """The file. `run` takes jobs and answers whether it could."""

    def __init__(
        self,
        till: Till,
        keeper: Pins,
        run: Callable[[AnyJob], bool],
        notice: Callable[[NoticeLevel, str, Fields], None],
        around: Around,
    ) -> None:
        """Nothing is read yet."""
        self._till: Final = till
        self._keeper: Final = keeper
        self._run: Final = run
        self._notice: Final = notice
        self._around: Final = around
        self._after_network: Read | None = None
        self._screen_is_due = False
        self.errors: tuple[str, ...] = ()
        """What is wrong in it, a sentence each."""

    def read(self) -> None:
        """Apply it, if it is there and was not applied before. What is wrong is told, and written beside it."""
        path, desk = self._around.card, self._till.desk
        if path is None or not path.is_file():
            return
        try:
            found = first_start_file.read(path, self._till.words.language)
        except first_start_file.FileUnreadable as no:
            self.errors = (self._till.words.problem(no.code, no.fields),)
            return
        told = service.answers(desk.db, desk.origin)
        if service.FILE not in told:
            if service.END in told or people.active(desk.db):
                return
            self._apply(found, path)
            if self._screen_is_due:
                # Whatever of the rest were begun now would be cut off.
                self._run(DoToMachine("screen"))
                return
        elif found.mistakes:
            # Another file, half of which could be understood: nothing of it is done, and nothing taken out of it.
            return
        if not self.errors:
            self._see_to(found)

    @property
    def waits_for_network(self) -> bool:
        """Whether it is the file's Wi-Fi that is being joined; whoever prepared it may be far away."""
        return self._after_network is not None

    def network_joined(self) -> None:
        """The Wi-Fi of the file was joined, or kept for later, or refused: its password is needed no more."""
        found, self._after_network = self._after_network, None
        if found is not None:
            self._finish(found)

    def _apply(self, found: Read, path: Path) -> None:
        card, desk, file = found.card, self._till.desk, self._around.file
        # Some may be there already, if power went before the journal had the rest.
        devices = tuple(one for one in card.devices if one not in file.configured)
        screen_is_due = False
        try:
            with ExitStack() as whole:
                if (devices or card.screen_keys) and not found.mistakes:
                    screen_is_due = self._shows_otherwise(card.screen_keys)
                    whole.enter_context(file.adding(devices, card.screen_keys))
                whole.enter_context(desk.book.batch())
                first_start_file.apply(desk, self._keeper, found, self._around.goods)
                if card.device:
                    set_up.note(desk, (*file.configured, *devices))
        except Refusal as no:
            self.errors = found.mistakes or (found.words.problem(no.code, no.fields),)
            text = first_start_file.errors_text(found._replace(mistakes=self.errors), path.name)
            self._run(TellCard(found.digest, "refused", text))
            return
        self._screen_is_due = screen_is_due
        self._till.facts = shop.read(desk.db)
        self._till.words = Words(self._till.facts.language)
        if card.device:
            self._around.use_devices()
        if card.time_zone or card.country:
            self._run(TellLocality(str(pay_rules.told(desk.db)["zone"]), card.country))

    def _shows_otherwise(self, keys: Mapping[str, int | str]) -> bool:
        """Whether the screen began with other settings than these. Raises `BadConfiguration`."""
        file = self._around.file.path
        if not file:
            return False
        now = screen_settings.read(Path(file))
        return any(getattr(now, key) != value for key, value in keys.items())

    def _see_to(self, found: Read) -> None:
        """What is beyond the journal: the Wi-Fi first, for the server may be behind it."""
        network = found.card.network
        answer = service.answers(self._till.desk.db, self._till.desk.origin).get("network")
        is_joined = answer is not None and answer.how == "done"
        if network is not None and network.wifi and network.password != "" and not is_joined:
            self._after_network = found
            self._run(JoinNetwork(network.wifi, network.password or "", keep=True))
        else:
            self._finish(found)

    def _finish(self, found: Read) -> None:
        server, before = found.card.server, self._till.setting_up
        if server is not None and server.code:
            self._till.setting_up = True
            try:
                digits = server.code.replace(" ", "")
                self._around.pair(PairByCode(server.host, server.port, digits))
            except Refusal as no:
                self._notice(NoticeLevel.WARN, no.code, tuple(no.fields.items()))
            finally:
                self._till.setting_up = before
        self._run(TellCard(found.digest, "applied"))
