"""Putting a register together: store, devices, owner thread and screen, each built here and passed in.

`run_register` is the till on the counter, `run_demo` the same till with simulated devices and a bench to play them.
"""

import logging
import os
import signal
from collections.abc import Callable
from dataclasses import replace as with_fields
from functools import partial
from importlib.resources import files
from pathlib import Path
from typing import Final, Protocol

from msgspec.structs import asdict, replace

from appliance import backup_plan, health, settings
from appliance.bench import Bench, articles_of
from appliance.clock import Clock, SystemClock
from appliance.config import BadConfiguration, Config, DeviceConfig, ScreenConfig, load
from appliance.demo_shop import PRODUCTS, demo_goods, open_demo_shop, staff
from appliance.demo_shop.weeks import live_demo_weeks
from appliance.devices import Devices
from appliance.hosts import UpkeepHost
from appliance.hosts.errands import Errands, real_machine, simulated_machine
from appliance.machine.kit import Kit, real_kit, simulated_kit
from appliance.messages import Command, Snapshot, StartingView
from appliance.mirror import software
from appliance.mirror.thread import Mirror
from appliance.owner import Owner
from appliance.parts import RegisterOptions
from appliance.problems import Refusal
from appliance.register import Register
from appliance.services import people
from appliance.services.desk import Desk
from appliance.store import swap
from appliance.store.shelf import DiskLimits, Shelf
from appliance.watchdog import MORE_TIME, notify

log = logging.getLogger(__name__)

_MB: Final = 1024 * 1024
_SMALL_SCREEN: Final = 600
_TILES_LARGE: Final = 15
_TILES_SMALL: Final = 12

DEMO_DEVICES: Final = (
    DeviceConfig(name="scanner", kind="scanner", type="simulated"),
    DeviceConfig(name="printer", kind="printer", type="simulated", options={"columns": 42}),
    DeviceConfig(name="drawer", kind="drawer", type="simulated"),
    DeviceConfig(name="scale", kind="scale", type="simulated"),
    DeviceConfig(name="badge reader", kind="badge", type="simulated"),
    DeviceConfig(name="customer display", kind="display", type="simulated"),
    DeviceConfig(name="label printer", kind="label", type="simulated"),
    DeviceConfig(name="beeper", kind="beeper", type="simulated"),
)

Attach = Callable[[Callable[[Snapshot], None]], None]


class Screen(Protocol):
    """Shows a register until it is closed; blocks. `kiosk_ui.app.run` is one."""

    def __call__(
        self,
        send: Callable[[Command], bool],
        attach: Attach,
        *,
        beat: Callable[[], None],
        screen: ScreenConfig,
        bench: Bench | None,
    ) -> None:
        """`attach` is given the function that takes snapshots; the register starts then."""
        ...


def run_register(
    config: Config, screen: Screen, file: Path | None = None, *, end_when_refused: bool = False
) -> bool:
    """The till with its configured devices. Blocks until the screen is closed; whether it is to be started anew.

    `file` is where the configuration came from, and where the page of devices writes. Where the store cannot be used
    the screen says so; with `end_when_refused` the process ends instead, for a screen that can do more about it.
    """
    return _run(config, screen, SystemClock(), file, demo=False, end_when_refused=end_when_refused)


def show_refusal(why: BadConfiguration, screen: Screen) -> None:
    """Only the screen, which says what is wrong with the configuration file, where, and what to do.

    No store is opened and no device is touched. Blocks until the screen is closed.
    """
    sink: list[Callable[[Snapshot], None]] = []

    def publish(snapshot: Snapshot) -> None:
        for show in sink:
            show(snapshot)

    def build() -> Register:
        raise why

    owner = Owner(build, publish, screen=True)
    _show(owner, screen, ScreenConfig(), sink.append)


def run_demo(config: Config, screen: Screen, *, fresh: bool = False) -> bool:
    """The till in a demo shop with simulated devices and a bench. Blocks and answers as `run_register` does.

    With `fresh` there is no shop yet: it begins with the first start of a register.
    """
    file = Path(config.store.folder) / "devices.toml"
    configured = replace(config, device=_demo_devices(file))
    clock = SystemClock(always_ok=True)
    return _run(configured, screen, clock, file, demo=True, fresh=fresh)


def _demo_devices(file: Path) -> tuple[DeviceConfig, ...]:
    """What the demo's player set up the last time, or one simulated device of each class."""
    if not file.exists():
        text = ""
        for device in DEMO_DEVICES:
            text = settings.with_device(text, device)
        file.parent.mkdir(parents=True, exist_ok=True)
        settings.save(file, text)
    return load(file).device


def _run(
    config: Config,
    screen: Screen,
    clock: Clock,
    file: Path | None,
    *,
    demo: bool,
    end_when_refused: bool = False,
    fresh: bool = False,
) -> bool:
    folder = Path(config.store.folder)
    config = _with_the_shop_that_came(config, folder, file)
    anew: list[bool] = []
    sink: list[Callable[[Snapshot], None]] = []

    def publish(snapshot: Snapshot) -> None:
        for show in sink:
            show(snapshot)

    def restart() -> None:
        anew.append(True)
        os.kill(os.getpid(), signal.SIGTERM)

    def build() -> Register:
        swap.take_in(folder)
        shelf = open_shelf(config, publish)
        if demo and not fresh:
            keeper = people.pins(shelf.db.folder)
            open_demo_shop(Desk(shelf.db, shelf.book(clock)), keeper)
            live_demo_weeks(shelf, keeper, clock.now().at_ms)
        options = with_fields(_options(config, file, demo=demo), restart=restart)
        register = Register(shelf, clock, devices, publish, options)
        devices.start()
        return register

    owner = Owner(build, publish, screen=True, end_when_refused=end_when_refused)
    devices = Devices(config.device, owner.post)
    devices.add_workshop(machine_of(config, clock), simulated=demo)
    mirror = Mirror(folder, clock, owner.send)
    devices.add(mirror)
    kit = _kit(config, demo=demo)
    connect = partial(software.connected, folder, mirror.where)
    devices.add(UpkeepHost(folder, file, kit, clock, owner.post, connect=connect))
    machine = simulated_machine(_played_stick(folder)) if demo else real_machine(folder)
    devices.add(Errands(machine, owner.post, folder, clock))
    bench = _bench(devices) if demo else None

    def listen(show: Callable[[Snapshot], None]) -> None:
        sink.append(show)
        if bench is not None:
            sink.append(bench.hear)

    try:
        _show(owner, screen, config.screen, listen, bench)
    finally:
        devices.stop()
    return bool(anew)


def _with_the_shop_that_came(config: Config, folder: Path, file: Path | None) -> Config:
    """Take in a store that was brought back; its devices are used where none are set up here.

    What keeps it from being taken in keeps the store from being opened, too, and is said then.
    """
    try:
        if not swap.take_in(folder):
            return config
    except (Refusal, OSError) as why:
        log.warning("the shop that was brought back waits: %s", why)
        return config
    restored = folder / "restored" / "open-pos.toml"
    if file is not None:
        _plan_as_before(restored.with_name(backup_plan.NAME), backup_plan.beside(file))
    if file is None or config.device or not restored.exists():
        return config
    try:
        text = settings.read(file) or ""
        for device in load(restored).device:
            if not device.wrong:
                text = settings.with_device(text, device)
        settings.save(file, text)
        return load(file)
    except Refusal as why:
        log.warning("its devices are to be set up anew: %s", why)
        return config


def _plan_as_before(restored: Path, plan: Path) -> None:
    """What was backed up every night is so again, where nobody has said anything else here."""
    if restored.exists() and not plan.exists():
        try:
            backup_plan.save(plan, backup_plan.load(restored))
        except Refusal as why:
            log.warning("what is backed up every night is to be set anew: %s", why)


def _show(
    owner: Owner,
    screen: Screen,
    how: ScreenConfig,
    listen: Callable[[Callable[[Snapshot], None]], None],
    bench: Bench | None = None,
) -> None:
    """The screen until it is closed; the owner's thread runs meanwhile."""

    def attach(show: Callable[[Snapshot], None]) -> None:
        listen(show)
        owner.start()

    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        screen(owner.send, attach, beat=owner.beat, screen=how, bench=bench)
    finally:
        owner.stop()


def open_shelf(config: Config, publish: Callable[[Snapshot], None]) -> Shelf:
    """The store of the configuration; a rebuild shows its progress."""
    store = config.store
    limits = DiskLimits(store.warn_mb * _MB, store.stop_mb * _MB, store.ballast_mb * _MB)

    def progress(done: int, total: int) -> None:
        publish(StartingView(done=False, task="rebuild", part=done, total=total))
        notify(MORE_TIME)

    return Shelf(Path(store.folder), limits=limits, progress=progress)


def machine_of(config: Config, clock: Clock, root: Path = Path("/")) -> health.Machine:
    """The machine itself, whose kernel's files are under `root`."""
    store = config.store

    def look(before: tuple[health.Finding, ...]) -> tuple[health.Finding, ...]:
        return health.look(
            root,
            Path(store.folder),
            clock_ok=clock.now().ok,
            warn_bytes=store.warn_mb * _MB,
            stop_bytes=store.stop_mb * _MB,
            before=before,
        )

    return health.Machine(look, root)


def _kit(config: Config, *, demo: bool) -> Kit:
    """The machine, or a simulated one, whose stick is a folder beside the demo's store."""
    if not demo:
        return real_kit()
    return simulated_kit(_played_stick(Path(config.store.folder)))


def _played_stick(folder: Path) -> Path:
    """The USB stick of every demo: beside the store, for what lies in the store is part of its backups."""
    return folder.with_name("demo-stick")


def _options(config: Config, file: Path | None, *, demo: bool) -> RegisterOptions:
    small = config.screen.height < _SMALL_SCREEN
    return RegisterOptions(
        tiles_at_once=_TILES_SMALL if small else _TILES_LARGE,
        columns=config.columns,
        demo=demo,
        file=file,
        configured=config.device,
        place="door" if config.screen.timeclock else "till",
        acts=asdict(config.acts),
        begins=True,
        goods=demo_goods,
        card=Path(config.first_start.file) if config.first_start.file and not demo else None,
    )


def _bench(devices: Devices) -> Bench:
    products = files("appliance.demo_shop").joinpath(PRODUCTS).read_text(encoding="utf-8")
    people_there = staff()
    return Bench(
        lambda: devices.drivers,
        articles_of(products.splitlines()),
        pins=((person.name, person.pin) for person in people_there),
        badges=((person.name, person.badge) for person in people_there),
    )


__all__ = ["Screen", "machine_of", "open_shelf", "run_demo", "run_register", "show_refusal"]
