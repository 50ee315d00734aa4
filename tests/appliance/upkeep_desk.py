"""A register whose machine is a folder: sticks, caretaker and kernel are files, and what takes time is done at once."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn

from appliance.clock import ScriptedClock
from appliance.hosts import UpkeepHost
from appliance.hosts.fetching import Connect
from appliance.hosts.seen import seen
from appliance.machine.kit import Kit, real_kit
from appliance.messages import (
    AnyJob,
    BackUp,
    Command,
    CopyToStick,
    DoToMachine,
    Event,
    FetchSoftware,
    MachineSeen,
    SignIn,
    StopTask,
    WatchMachine,
)
from appliance.mirror.link import NotPaired
from appliance.parts import RegisterOptions
from appliance.play import InlineDevices
from appliance.services import people
from tests.appliance.counter import Counter, open_counter
from tests.appliance.test_removable import disk, mounts
from tests.appliance.trading import START_MS


class MachineDevices(InlineDevices):
    """Does jobs of the machine at once, or keeps them where `waits`."""

    def __init__(self, folder: Path, configuration: Path, kit: Kit, connect: Connect) -> None:
        super().__init__()
        self.given: list[AnyJob] = []
        self.waits = False
        self.host = UpkeepHost(
            folder,
            configuration,
            kit,
            ScriptedClock(START_MS),
            self.events_append,
            connect=connect,
        )

    def events_append(self, event: Command | Event) -> None:
        assert isinstance(event, Event)
        self.events.append(event)

    def run(self, job: AnyJob) -> bool:
        match job:
            case WatchMachine() | StopTask():
                self.given.append(job)
                return self.host.take(job)
            case BackUp() | CopyToStick() | FetchSoftware() | DoToMachine():
                self.given.append(job)
                if isinstance(job, FetchSoftware):
                    # What was stopped before counts no more, as where it is queued.
                    self.host.take(job)
                if not self.waits:
                    self.events.append(self.host.do(job))
                return True
        return super().run(job)


@dataclass
class MachineDesk:
    """A till in a small shop, on a machine that is a folder."""

    root: Path
    counter: Counter
    devices: MachineDevices
    file: Path
    kit: Kit
    seen_last: MachineSeen = field(default_factory=MachineSeen)

    def do(self, *commands: Command | Event) -> str:
        """Do commands; the code of the last one's refusal, or nothing."""
        return self.counter.do(*commands)

    def look(self) -> None:
        """The eyes look, and tell."""
        served = self.devices.host.served
        served.ask()
        self.seen_last = seen(self.kit, self.root / "shop", served.bundles, watched=True)
        self.do(self.seen_last)

    def journal(self, kind: str) -> list[tuple[str, str]]:
        """Who and what, of the entries of a kind."""
        rows = self.counter.shelf.db.sql(
            "SELECT actor, body FROM entry WHERE kind = ? ORDER BY seq", (kind,)
        )
        return [(str(actor), str(body)) for actor, body in rows]


def nobody() -> NoReturn:
    """There is no LAN server."""
    raise NotPaired(why="no server is paired")


def open_machine(root: Path, kit: Kit | None = None, connect: Connect = nobody) -> MachineDesk:
    """The till, with an owner (number 3) besides Ana and Ben, who is signed in as the manager.

    `connect` makes a connection to its LAN server.
    """
    root.mkdir(parents=True, exist_ok=True)
    (root / "etc").mkdir(exist_ok=True)
    file = root / "etc/open-pos.toml"
    if not file.exists():
        file.write_text(f'# our shop\n[store]\nfolder = "{root / "shop"}"\n')
    kit = kit or real_kit(root)
    devices = MachineDevices(root / "shop", file, kit, connect)
    options = RegisterOptions(file=file)
    counter = open_counter(root / "shop", options=options, devices=devices)
    desk = counter.register.till.desk
    keeper = people.pins(root / "shop")
    if len(people.active(counter.shelf.db)) < 3:
        people.add(desk, keeper, number="3", name="Cleo", role="owner", pin="3333", actor="")
    made = MachineDesk(root, counter, devices, file, kit)
    made.do(SignIn("2", "2222"))
    return made


def put_in_stick(root: Path, device: str = "sda") -> Path:
    """Plug a stick in; where it is mounted."""
    place = root / f"media/{device}1"
    place.mkdir(parents=True)
    disk(root, device, removable="1", parts=(f"{device}1",))
    mounts(root, f"/dev/{device}1 {place}")
    return place


def pull_out(root: Path) -> None:
    """No stick is mounted any more."""
    mounts(root)
