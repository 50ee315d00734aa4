"""The devices of a register: which driver each has, and which device a job is for.

Nothing here blocks a sale: the register puts a job into a device's queue and goes on.
"""

import logging
import threading
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, Protocol, TypeVar

import drivers
from appliance.config import BadConfiguration, DeviceConfig
from appliance.hosts import (
    BadgeHost,
    BeeperHost,
    DisplayHost,
    DrawerHost,
    Host,
    LabelHost,
    Post,
    PrinterHost,
    ScaleHost,
    ScannerHost,
)
from appliance.hosts.workshop import Machine, WorkshopHost
from appliance.messages import (
    AnyJob,
    AskScale,
    Beep,
    DeviceChanged,
    DeviceState,
    DropSlips,
    GiveUpLabels,
    KickDrawer,
    PrintLabelTexts,
    PrintSlip,
    SettleScale,
    ShowCustomer,
)
from drivers import DeviceTrouble
from drivers.drawer import Drawer, printer_kick

log = logging.getLogger(__name__)

_AnyHost = TypeVar("_AnyHost", bound=Host)

_HOSTS: Final[Mapping[str, Callable[[str, Any, Post], Host]]] = {
    "badge": BadgeHost,
    "beeper": BeeperHost,
    "display": DisplayHost,
    "label": LabelHost,
    "printer": PrinterHost,
    "scale": ScaleHost,
    "scanner": ScannerHost,
}


class Beside(Protocol):
    """A thread beside the devices that takes jobs as they do: the mirror's, and that of the machine's upkeep."""

    def start(self) -> None:
        """Begin."""
        ...

    def stop(self) -> None:
        """End, within a few seconds."""
        ...

    def take(self, job: AnyJob) -> bool:
        """Take a job; False where it is none of its own, or too many wait. Never blocks."""
        ...


class Errands(Protocol):
    """The errands' thread; `hosts.errands.Errands` is one."""

    def start(self) -> None:
        """Begin."""
        ...

    def stop(self) -> None:
        """End, within a few seconds."""
        ...

    def take(self, job: AnyJob) -> bool:
        """A job for the machine; False where it is none, or too many wait. Never blocks."""
        ...


class Devices:
    """All devices of a register. Its methods never block but for `stop` and `reconfigure`.

    A device that cannot be used as it is configured has no host; that it is in trouble, and why, is told in its place.
    """

    def __init__(self, configured: Iterable[DeviceConfig], post: Post) -> None:
        """Make the hosts; nothing is started."""
        self._post = post
        self._configured: dict[str, DeviceConfig] = {}
        self._usable: dict[str, DeviceConfig] = {}
        self._unusable: dict[str, DeviceChanged] = {}
        # Replaced as a whole and never changed, since other threads look into it.
        self._hosts: dict[str, Host] = {}
        # Held while hosts change places, so that no slip is given to one that has just gone; never for long.
        self._changing = threading.Lock()
        self._homeless: tuple[PrintSlip, ...] = ()
        self._customer_sees: ShowCustomer | None = None
        self._take_over(tuple(configured))
        self._workshop: WorkshopHost | None = None
        self._beside: list[Beside] = []

    def add_workshop(self, machine: Machine, *, simulated: bool) -> None:
        """Have a workshop too: a thread that finds, pairs and tests devices, and looks at the machine.

        `simulated` says whether simulated devices may be chosen. To be called before `start`.
        """
        self._workshop = WorkshopHost(self, self._post, machine, simulated=simulated)

    def add(self, beside: Beside) -> None:
        """Have another thread too, which takes jobs as devices do. To be called before `start`."""
        self._beside.append(beside)

    @property
    def drivers(self) -> Mapping[str, Any]:
        """The drivers by the names of their devices."""
        return {name: host.driver for name, host in self._hosts.items()}

    @property
    def hosts(self) -> Mapping[str, Host]:
        """The hosts by the names of their devices."""
        return self._hosts

    @property
    def configured(self) -> tuple[DeviceConfig, ...]:
        """The devices as they are configured now."""
        return tuple(self._configured.values())

    @property
    def unusable(self) -> tuple[DeviceChanged, ...]:
        """What is told of the devices that cannot be used as they are configured."""
        return tuple(self._unusable.values())

    def start(self) -> None:
        """Start every host's thread."""
        for said in self.unusable:
            self._post(said)
        for host in self._hosts.values():
            host.start()
        if self._workshop is not None:
            self._workshop.start()
        for one in self._beside:
            one.start()

    def stop(self) -> None:
        """Stop every host's thread; blocks at most a few seconds a host."""
        for one in self._beside:
            one.stop()
        if self._workshop is not None:
            self._workshop.stop()
        for host in self._hosts.values():
            host.stop()

    def reconfigure(self, configured: Iterable[DeviceConfig]) -> None:
        """Have these devices from now on; those that did not change go on undisturbed.

        Blocks for the stop of those that go, a few seconds each at most. Slips that waited for a printer that goes wait
        for the new one of its name, or else for another.
        """
        before = self._hosts
        self._take_over(tuple(configured))
        for said in self.unusable:
            self._post(said)
        for name, host in self._hosts.items():
            if before.get(name) is host:
                continue
            host.start()
            if isinstance(host, DisplayHost) and self._customer_sees is not None:
                host.show(self._customer_sees)

    def run(self, job: AnyJob) -> bool:
        """Give a job to its device; False where there is none or its queue is full."""
        match job:
            case PrintSlip():
                with self._changing:
                    taken = [self._print(job)]
            case DropSlips():
                with self._changing:
                    taken = self._drop(job)
            case KickDrawer():
                taken = [host.kick(job) for host in self._of(DrawerHost)[:1]]
            case AskScale():
                taken = [host.weigh(job) for host in self._of(ScaleHost)[:1]]
            case SettleScale():
                taken = [host.settle(job) for host in self._of(ScaleHost)[:1]]
            case ShowCustomer():
                self._customer_sees = job
                taken = [host.show(job) for host in self._of(DisplayHost)]
            case PrintLabelTexts():
                taken = [host.print(job) for host in self._of(LabelHost)[:1]]
            case GiveUpLabels():
                taken = [host.give_up() for host in self._of(LabelHost)[:1]]
            case Beep():
                taken = [host.beep(job) for host in self._of(BeeperHost)]
            case _:
                workshop = () if self._workshop is None else (self._workshop,)
                return any(other.take(job) for other in (*workshop, *self._beside))
        return any(taken)

    def has(self, kind: str) -> bool:
        """Whether the shop has a device of this class."""
        return any(host.kind == kind for host in self._hosts.values())

    def waiting(self, device: str) -> int:
        """How many jobs wait for a device."""
        host = self._hosts.get(device)
        return 0 if host is None else host.waiting

    def _of(self, kind: type[_AnyHost]) -> tuple[_AnyHost, ...]:
        return tuple(host for host in self._hosts.values() if isinstance(host, kind))

    # ------------------------------------------------------------------ receipts

    def _print(self, job: PrintSlip) -> bool:
        """The first printer that is well prints it; where none is, it waits for the first one."""
        printers = self._of(PrinterHost)
        in_order = sorted(printers, key=lambda host: not host.is_well)
        return any(host.print(job) for host in in_order)

    def _drop(self, job: DropSlips) -> list[bool]:
        kept = tuple(slip for slip in self._homeless if slip.sale != job.sale)
        was_homeless, self._homeless = kept != self._homeless, kept
        return [was_homeless, *(host.drop(job.sale) for host in self._of(PrinterHost))]

    def _hand_over(self, job: PrintSlip, giver: PrinterHost) -> bool:
        with self._changing:
            if self._hosts.get(giver.name) is not giver:
                # It was taken out while it still tried: whoever is there now prints it.
                self._give_home(job, giver.name)
                return True
            return any(
                host.print(job)
                for host in self._of(PrinterHost)
                if host is not giver and host.is_well
            )

    def _give_home(self, job: PrintSlip, was_at: str) -> None:
        """A slip whose printer has gone: for the new one of its name, for another, or for one that will come."""
        namesake = self._hosts.get(was_at)
        if isinstance(namesake, PrinterHost) and namesake.print(job):
            return
        if not self._print(job):
            self._homeless = (*self._homeless, job)

    # ------------------------------------------------------------------ making hosts

    def _take_over(self, configured: tuple[DeviceConfig, ...]) -> None:
        wanted, wrong = sort_out(configured)
        made = {
            name: self._hosts[name]
            for name, device in wanted.items()
            if device == self._usable.get(name)
            and wanted.get(way_of(device)) == self._usable.get(way_of(device))
        }
        fresh = [device for name, device in wanted.items() if name not in made]
        gone = [host for name, host in self._hosts.items() if name not in made]
        for host in gone:
            host.stop()
        # Drawers last: they hang on printers.
        for device in sorted(fresh, key=lambda device: device.kind == "drawer"):
            made[device.name] = self._host(device, made)
        with self._changing:
            self._hosts = {name: made[name] for name in wanted}
            self._configured = {device.name: device for device in configured}
            self._usable = wanted
            self._unusable = {
                name: _told(self._configured[name], why) for name, why in wrong.items()
            }
            homeless, self._homeless = self._homeless, ()
            for slip in homeless:
                self._give_home(slip, "")
            for host in gone:
                if isinstance(host, PrinterHost):
                    for slip in host.leave():
                        self._give_home(slip, host.name)

    def _host(self, device: DeviceConfig, made: Mapping[str, Host]) -> Host:
        driver = _made(device, _checked(device))
        if device.kind != "drawer":
            host = _HOSTS[device.kind](device.name, driver, self._post)
            if isinstance(host, PrinterHost):
                host.hand_over = lambda job: self._hand_over(job, host)
            return host
        through = made.get(way_of(device))
        if isinstance(driver, printer_kick.Driver) and isinstance(through, PrinterHost):
            driver.connect(through.driver)
            return DrawerHost(device.name, driver, self._post, through)
        return DrawerHost(device.name, driver, self._post)


class _DrawerLater:
    """A drawer whose driver cannot claim its hardware yet: it tries again with each kick and each self-test."""

    def __init__(self, make: Callable[[], Drawer], label: str, why: DeviceTrouble) -> None:
        self.label = label
        self._make = make
        self._made: Drawer | None = None
        self._why = why

    def kick(self, timeout_ms: int) -> None:
        self._claimed().kick(timeout_ms)

    def is_open(self, timeout_ms: int) -> bool | None:
        if self._made is None:
            raise type(self._why)(**self._why.fields)
        return self._made.is_open(timeout_ms)

    def level(self, timeout_ms: int) -> bool | None:
        return self._claimed().level(timeout_ms)

    def close(self) -> None:
        if self._made is not None:
            self._made.close()

    def _claimed(self) -> Drawer:
        self._made = self._made or self._make()
        return self._made


_CHOOSING: Final = ("vendor", "product", "serial", "path", "name")
_BUSES: Final[Mapping[tuple[str, str], str]] = {
    ("badge", "keyboard"): "keyboards",
    ("scanner", "evdev"): "keyboards",
    ("label", "zpl_usb"): "usb printers",
    ("printer", "usb"): "usb printers",
}
"""Where devices of several classes are chosen from."""

_PRINTER_KICK: Final = printer_kick.__name__.rpartition(".")[2]


def sort_out(
    configured: Iterable[DeviceConfig],
) -> tuple[dict[str, DeviceConfig], dict[str, BadConfiguration]]:
    """The devices that can be made, and why the others cannot, both by name.

    Their names are told apart already: `config.parse` does so. Of two that claim the same place the first has it.
    """
    every = {device.name: device for device in configured}
    wrong: dict[str, BadConfiguration] = {}
    for device in every.values():
        try:
            _checked(device)
            _refuse_a_drawer_on_nothing(device, every)
        except BadConfiguration as why:
            wrong[device.name] = why
    taken: dict[tuple[str, ...], str] = {}
    for device in every.values():
        place = () if device.name in wrong else _place_of(device)
        first = taken.setdefault(place, device.name)
        if place and first != device.name:
            both = f"{first!r} and {device.name!r} are both set to {' '.join(place[1:])}"
            wrong[device.name] = BadConfiguration(where=f"device {device.name!r}", why=both)
    return {name: device for name, device in every.items() if name not in wrong}, wrong


def _place_of(device: DeviceConfig) -> tuple[str, ...]:
    """What only one device can have: its serial line, or what chooses it on a bus; nothing where nothing is set.

    Printers on a network may be shared, and their port is a number.
    """
    options = device.options
    if isinstance(options.get("port"), str):
        return ("line", options["port"])
    chosen = tuple(f"{key} {str(options[key]).lower()}" for key in _CHOOSING if options.get(key))
    bus = _BUSES.get((device.kind, device.type), f"{device.kind} {device.type}")
    return (bus, *chosen) if chosen else ()


def refuse_wrong_devices(
    configured: Iterable[DeviceConfig], before: Iterable[DeviceConfig] = ()
) -> None:
    """Raise `BadConfiguration` for the first device that could not be made.

    One that stood there `before`, just as wrong, is no reason to refuse a change of another.
    """
    old = tuple(before)
    _, was_wrong = sort_out(old)
    known = {device.name: device for device in old if device.name in was_wrong}
    devices = tuple(configured)
    _, wrong = sort_out(devices)
    for device in devices:
        if device.name in wrong and known.get(device.name) != device:
            raise wrong[device.name]


def way_of(device: DeviceConfig) -> str:
    """The printer on whose socket a drawer hangs; for every other device itself."""
    if (device.kind, device.type) == ("drawer", _PRINTER_KICK):
        return str(device.options.get("printer", printer_kick.Options().printer))
    return device.name


def _told(device: DeviceConfig, why: BadConfiguration) -> DeviceChanged:
    return DeviceChanged(
        device=device.name,
        kind=device.kind,
        state=DeviceState.TROUBLE,
        code=why.code,
        fields=tuple(why.fields.items()),
    )


def _refuse_a_drawer_on_nothing(device: DeviceConfig, among: Mapping[str, DeviceConfig]) -> None:
    if (device.kind, device.type) != ("drawer", _PRINTER_KICK):
        return
    printer = among.get(way_of(device))
    if printer is None or printer.kind != "printer":
        why = f"there is no printer named {way_of(device)!r} to kick it"
        raise BadConfiguration(where=f"device {device.name!r}", why=why)


def _checked(device: DeviceConfig) -> Callable[[], Any]:
    """What makes the driver, its options checked. Raises `BadConfiguration`."""
    if device.wrong:
        raise BadConfiguration(where=f"device {device.name!r}", why=device.wrong)
    try:
        module = drivers.load(device.kind, device.type)
        options = drivers.options_for(module, device.options)
    except (drivers.UnknownDriver, drivers.BadOptions) as why:
        raise BadConfiguration(where=f"device {device.name!r}", why=str(why)) from why
    return lambda: module.Driver(options)


def _made(device: DeviceConfig, make: Callable[[], Any]) -> Any:  # noqa: ANN401 - a driver of any class
    try:
        return make()
    except DeviceTrouble as trouble:
        # Only a drawer's wires are claimed so early, and a till without its drawer must still sell.
        log.warning("%s: %s", device.name, trouble)
        return _DrawerLater(make, device.name, trouble)
