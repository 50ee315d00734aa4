"""Putting a register together: store, devices, owner thread and screen, each built here and passed in.

`run_register` is the till on the counter, `run_demo` the same till with simulated devices and a bench to play them.
"""

import logging
import signal
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Final, Protocol

from appliance.bench import Bench, articles_of
from appliance.clock import Clock, SystemClock
from appliance.config import BadConfiguration, Config, DeviceConfig, ScreenConfig
from appliance.demo_shop import PRODUCTS, open_demo_shop, staff
from appliance.devices import Devices
from appliance.messages import Command, Snapshot, StartingView
from appliance.owner import Owner
from appliance.register import Register, RegisterOptions
from appliance.services import people
from appliance.services.desk import Desk
from appliance.store.shelf import DiskLimits, Shelf

log = logging.getLogger(__name__)

_MB: Final = 1024 * 1024
_SMALL_SCREEN: Final = 600
_TILES_LARGE: Final = 15
_TILES_SMALL: Final = 12

DEMO_DEVICES: Final = (
    DeviceConfig(name="scanner", kind="scanner", type="simulated"),
    DeviceConfig(name="printer", kind="printer", type="simulated", options={"columns": 42}),
    DeviceConfig(name="drawer", kind="drawer", type="simulated"),
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


def run_register(config: Config, screen: Screen) -> None:
    """The till with its configured devices. Blocks until the screen is closed."""
    _run(config, screen, SystemClock(), demo=False)


def run_demo(config: Config, screen: Screen) -> None:
    """The till in a demo shop with simulated devices and a bench. Blocks until the screen is closed."""
    _run(config, screen, SystemClock(always_ok=True), demo=True)


def _run(config: Config, screen: Screen, clock: Clock, *, demo: bool) -> None:
    sink: list[Callable[[Snapshot], None]] = []

    def publish(snapshot: Snapshot) -> None:
        for show in sink:
            show(snapshot)

    def build() -> Register:
        if refused is not None:
            raise refused
        shelf = open_shelf(config, publish)
        if demo:
            open_demo_shop(Desk(shelf.db, shelf.book(clock)), people.pins(shelf.db.folder))
        register = Register(shelf, clock, devices, publish, _options(config, demo=demo))
        devices.start()
        return register

    owner = Owner(build, publish, screen=True)
    refused: BadConfiguration | None = None
    try:
        devices = Devices(DEMO_DEVICES if demo else config.device, owner.post)
    except BadConfiguration as why:
        # The owner thread says so on the screen, where somebody can read it.
        refused, devices = why, Devices((), owner.post)
    bench = _bench(devices) if demo else None

    def attach(show: Callable[[Snapshot], None]) -> None:
        sink.append(show)
        if bench is not None:
            sink.append(bench.hear)
        owner.start()

    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        screen(owner.send, attach, beat=owner.beat, screen=config.screen, bench=bench)
    finally:
        owner.stop()
        devices.stop()


def open_shelf(config: Config, publish: Callable[[Snapshot], None]) -> Shelf:
    """The store of the configuration; a rebuild shows its progress."""
    store = config.store
    limits = DiskLimits(store.warn_mb * _MB, store.stop_mb * _MB, store.ballast_mb * _MB)

    def progress(done: int, total: int) -> None:
        publish(StartingView(done=False, task="rebuild", part=done, total=total))

    return Shelf(Path(store.folder), limits=limits, progress=progress)


def _options(config: Config, *, demo: bool) -> RegisterOptions:
    small = config.screen.height < _SMALL_SCREEN
    return RegisterOptions(
        tiles_at_once=_TILES_SMALL if small else _TILES_LARGE, columns=config.columns, demo=demo
    )


def _bench(devices: Devices) -> Bench:
    products = files("appliance.demo_shop").joinpath(PRODUCTS).read_text(encoding="utf-8")
    pins = ((person.name, person.pin) for person in staff())
    return Bench(devices.drivers, articles_of(products.splitlines()), pins)


__all__ = ["Screen", "open_shelf", "run_demo", "run_register"]
