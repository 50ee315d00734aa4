"""A register without a screen: one JSON command a line in, one JSON answer a line out (`open-pos play`).

The same register as behind the screen, on simulated devices and a clock that the script sets. An answer is

    {"n": 3, "do": "scan", "refused": null, "shows": {"ticket": {…}}}

`n` counts lines of the script, `refused` is null or `{"code": …, "fields": {…}}`, and `shows` holds the snapshots that
changed since the answer before, by topic.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Final

import msgspec

from appliance import hosts
from appliance.clock import ScriptedClock
from appliance.hosts import failed_slip, refuse_a_jam, slip_of
from appliance.messages import (
    AnyCommand,
    AnyJob,
    AskScale,
    BadgeRead,
    Beep,
    Command,
    DeviceChanged,
    DrawerFailed,
    DropSlips,
    Event,
    KickDrawer,
    LaySheets,
    ListenForPairing,
    LookForDevices,
    NoticeLevel,
    NoticeView,
    PrintFinished,
    PrintLabelTexts,
    PrintSlip,
    Reconfigure,
    RunChecks,
    SettleScale,
    ShowCustomer,
    Snapshot,
    WriteFile,
)
from appliance.parts import RegisterOptions
from appliance.problems import Refusal
from appliance.register import Register
from appliance.store.shelf import Shelf
from drivers import DeviceTrouble
from drivers.badge import Badge, shortened
from drivers.display import simulated as displays
from drivers.drawer import simulated as drawers
from drivers.label import simulated as labels
from drivers.printer import simulated as printers
from drivers.scale import simulated as scales

START_MS: Final = 1_767_258_000_000
"""When a script begins that sets no clock: 1 January 2026, 09:00 UTC."""


class HoldBadge(Command, frozen=True, tag="badge"):
    """A badge is held to the reader `device`: its number in hex, and what that is (`drivers.badge.FORMS`).

    Only a script has badges without a reader; no screen and no server takes this command.
    """

    id: str
    form: str = "em4100"
    device: str = "badge reader"

    def __repr__(self) -> str:
        """Without the number."""
        return f"HoldBadge(form={self.form!r}, device={self.device!r})"

    def reading(self) -> BadgeRead:
        """What a reader would tell. Raises `ValueError` for a number that is none of this form."""
        badge = Badge(self.id, self.form, self.device)
        return BadgeRead(
            device=self.device,
            ids=tuple((one.form, one.id) for one in (badge, *shortened(badge))),
        )


_COMMANDS: Final = msgspec.json.Decoder(AnyCommand | HoldBadge)
_KINDS: Final = msgspec.json.Decoder(dict[str, object])
_ANSWERS: Final = msgspec.json.Encoder()


class NotACommand(Refusal):
    """A line of the script is not a command."""

    code = "not_a_command"


class Answer(msgspec.Struct, frozen=True):
    """What one command did."""

    n: int
    do: str
    refused: dict[str, object] | None
    shows: dict[str, Snapshot]


class InlineDevices:
    """Simulated devices that do every job at once, with no threads.

    A printer with paper and a drawer that opens are always there; a scale, a display and a label printer where `also`
    names them.
    """

    def __init__(self, also: Collection[str] = ()) -> None:
        """Nothing was done yet."""
        self._kinds = {"printer", "drawer", *also}
        self.scale: Final = scales.Driver(scales.Options())
        self.display: Final = displays.Driver(displays.Options())
        self.label: Final = labels.Driver(labels.Options())
        self.printer: Final = printers.Driver(printers.Options(columns=42))
        self.drawer: Final = drawers.Driver(drawers.Options())
        self.events: list[Event] = []
        self._waiting: list[PrintSlip] = []
        self._sheets = hosts.SheetTable()

    def run(self, job: AnyJob) -> bool:
        """Do a job; what comes of it is in `events`."""
        match job:
            case PrintSlip():
                self._print(job)
            case DropSlips():
                self._waiting = [slip for slip in self._waiting if slip.sale != job.sale]
            case KickDrawer():
                try:
                    self.drawer.kick(0)
                    refuse_a_jam(self.drawer)
                except DeviceTrouble as trouble:
                    self.events.append(
                        DrawerFailed(sale=job.sale, device="drawer", code=trouble.code)
                    )
                self.drawer.push_shut()
            case Beep():
                pass
            case _:
                return self._at_the_counter(job)
        return True

    def _at_the_counter(self, job: AnyJob) -> bool:
        match job:
            case AskScale() if self.has("scale"):
                hosts.ScaleHost("scale", self.scale, self._post).weigh_now(job)
            case SettleScale() if self.has("scale"):
                hosts.ScaleHost("scale", self.scale, self._post).settle_now(job)
            case ShowCustomer() if self.has("display"):
                hosts.DisplayHost("display", self.display, self._post).show_now(job)
            case LookForDevices() | ListenForPairing() | Reconfigure() | RunChecks():
                # There is nothing plugged in, and nobody to test anything.
                pass
            case PrintLabelTexts() if self.has("label"):
                hosts.LabelHost("label printer", self.label, self._post).print_now(job)
            case LaySheets():
                self._post(self._sheets.lay(job))
            case WriteFile():
                self._post(hosts.write_file(job))
            case _:
                return False
        return True

    def _post(self, message: Command | Event) -> None:
        if isinstance(message, Event) and not isinstance(message, DeviceChanged):
            self.events.append(message)

    def try_again(self) -> None:
        """Print what waits for paper or a cable, as the printer's host does every second."""
        waiting, self._waiting = self._waiting, []
        for job in waiting:
            self._print(job)

    def has(self, kind: str) -> bool:
        """Whether there is a device of this class."""
        return kind in self._kinds

    def waiting(self, device: str) -> int:
        """How many slips wait for the printer."""
        return len(self._waiting) if device == "printer" else 0

    def _print(self, job: PrintSlip) -> None:
        try:
            self.printer.print(slip_of(job), 0)
        except DeviceTrouble as trouble:
            failed = failed_slip(job, "printer", trouble)
            self.events.append(failed)
            if not failed.maybe_on_paper:
                self._waiting.append(job)
        else:
            self.events.append(PrintFinished(sale=job.sale, copy=job.copy, device="printer"))


class Player:
    """Plays commands on a store."""

    def __init__(
        self,
        shelf: Shelf,
        start_ms: int = START_MS,
        acts: Mapping[str, Collection[str]] | None = None,
    ) -> None:
        """Open the register; nothing is answered yet. `acts` says what is possible where, if not as usual."""
        self.devices: Final = InlineDevices()
        self._shown: dict[str, Snapshot] = {}
        self.register: Final = Register(
            shelf,
            ScriptedClock(start_ms),
            self.devices,
            self._keep,
            RegisterOptions(acts=acts),
        )
        self._n = 0

    def play(self, lines: Iterable[str]) -> Iterator[str]:
        """Each answer as a line of JSON. Blank lines and lines that begin with `#` are passed over.

        Raises `NotACommand` naming the line; the ones before it are done and stored.
        """
        for number, line in enumerate(lines, start=1):
            if not line.strip() or line.lstrip().startswith("#"):
                continue
            yield _ANSWERS.encode(self.do(line, number)).decode()

    def do(self, line: str, number: int) -> Answer:
        """Do one command. Raises `NotACommand`."""
        try:
            command = _COMMANDS.decode(line)
            name = str(_KINDS.decode(line)["do"])
            message = command.reading() if isinstance(command, HoldBadge) else command
        except (msgspec.DecodeError, ValueError) as why:
            raise NotACommand(line=number, why=str(why)) from why
        self._shown = {}
        self.register.handle(message)
        self.devices.try_again()
        while self.devices.events:
            self.register.handle(self.devices.events.pop(0))
        return Answer(number, name, self._refusal(), self._shown)

    def _keep(self, snapshot: Snapshot) -> None:
        topic = type(snapshot).__struct_config__.tag
        self._shown[str(topic)] = snapshot

    def _refusal(self) -> dict[str, object] | None:
        notice = self._shown.get("notice")
        if isinstance(notice, NoticeView) and notice.level is NoticeLevel.REFUSED:
            return {"code": notice.code, "fields": dict(notice.fields)}
        return None
