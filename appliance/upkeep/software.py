"""Software: installing a bundle from a stick or from the LAN server, and what became of it."""

from typing import Final

from appliance import __version__
from appliance.journal.upkeep_kinds import SoftwareChosen, SoftwareEnded
from appliance.messages import (
    BundleView,
    DoToMachine,
    EndedView,
    FetchSoftware,
    Fields,
    InstallSoftware,
    MachineSeen,
    NoticeLevel,
    UpkeepEnded,
)
from appliance.problems import Refusal
from appliance.services import upkeep as told_of
from appliance.services.upkeep import NOT_FETCHED
from appliance.till import Handlers
from appliance.upkeep.desk import UpkeepBusy, UpkeepDesk

BEGINS_WITHIN_MS: Final = 60_000
"""An installation of which nothing is heard for so long has not begun."""
_ENDS: Final = frozenset({"kept", "returned", "failed"})
_NEEDS_NO_FILE: Final = _ENDS | {"ready", "trying"}


class SoftwareGone(Refusal):
    """The bundle is not on any stick any more, nor at the LAN server."""

    code = "software_gone"


class Software:
    """The part about software."""

    def __init__(self, desk: UpkeepDesk) -> None:
        """Nothing is being installed."""
        self._desk: Final = desk
        self._since_ms = 0
        self._fetched: BundleView | None = None

    @property
    def handlers(self) -> Handlers:
        """What each command does; all of them are for managers."""
        return {
            InstallSoftware: self.install,
        }

    def install(self, command: InstallSoftware) -> None:
        """Begin to install a bundle that the page shows. Raises `UpkeepBusy`, `SoftwareGone`."""
        if self._desk.machine.update.state == "installing":
            raise UpkeepBusy
        for bundle in self._desk.machine.bundles:
            if bundle.path == command.path:
                self._desk.refuse_while_busy()
                self._desk.record(SoftwareChosen(bundle.file, bundle.version))
                if bundle.sha256:
                    job = FetchSoftware(bundle.file, bundle.size_bytes, bundle.sha256)
                    self._desk.begin("fetch", job)
                    self._fetched = bundle
                    return
                self._desk.begin("install", DoToMachine("install", bundle.path))
                self._since_ms = self._desk.now_ms()
                return
        raise SoftwareGone

    def seen(self, event: MachineSeen) -> None:
        """The caretaker says something else of an installation; how it ended is noted and said once."""
        update, desk = event.update, self._desk.till.desk
        if update.state:
            self._since_ms = 0
        if update.state in _NEEDS_NO_FILE:
            self._desk.run(DoToMachine("drop_software"))
        if update.state not in _ENDS:
            return
        if told_of.knows_end(desk.db, desk.origin, update.state, update.version, update.why):
            return
        boot = self._desk.clock.now().boot
        desk.book.record("", SoftwareEnded(update.state, update.version, update.why, boot))
        fields: Fields = (
            ("version", update.version or __version__),
            *update.fields,
            ("why_code", update.why or "software_no_reason"),
        )
        self._desk.must_read(f"software_{update.state}", fields)

    def ended(self, event: UpkeepEnded) -> None:
        """The unit was started, or could not be; or a bundle did not come."""
        if event.name == "install" and event.code:
            self._since_ms = 0
        bundle = self._fetched
        if event.name != "fetch" or bundle is None:
            return
        self._fetched = None
        if not event.code:
            self._since_ms = self._desk.now_ms()
            return
        ended = SoftwareEnded(NOT_FETCHED, bundle.version, event.code, self._desk.clock.now().boot)
        self._desk.till.desk.book.record(self._desk.actor, ended)

    def tick(self) -> None:
        """Once a second: an installation of which nothing was heard has not begun."""
        since_ms = self._since_ms
        if since_ms and self._desk.now_ms() - since_ms > BEGINS_WITHIN_MS:
            self._since_ms = 0
            self._desk.ended = EndedView("install", "software_not_begun")
            self._desk.notice(NoticeLevel.WARN, "software_not_begun", ())
