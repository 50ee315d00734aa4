"""The devices of a register: which driver each has, and which device a job is for.

Nothing here blocks a sale: the register puts a job into a device's queue and goes on.
"""

import logging
from collections.abc import Callable, Iterable
from typing import Any

import drivers
from appliance.config import BadConfiguration, DeviceConfig
from appliance.hosts import DrawerHost, Host, Post, PrinterHost, ScannerHost
from appliance.messages import AnyJob, Beep, DropSlips, KickDrawer, PrintSlip
from drivers import DeviceTrouble
from drivers.drawer import Drawer, printer_kick

log = logging.getLogger(__name__)


class Devices:
    """All devices of a register. Its methods never block but for `stop`."""

    def __init__(self, configured: Iterable[DeviceConfig], post: Post) -> None:
        """Make the hosts; nothing is started. Raises `BadConfiguration`."""
        self.drivers: dict[str, Any] = {}
        self._hosts: dict[str, Host] = {}
        made = [(device, _driver(device)) for device in configured]
        for device, driver in made:
            if device.name in self.drivers:
                raise BadConfiguration(where=device.name, why="two devices have this name")
            self.drivers[device.name] = driver
            if device.kind == "scanner":
                self._hosts[device.name] = ScannerHost(device.name, driver, post)
            elif device.kind == "printer":
                self._hosts[device.name] = PrinterHost(device.name, driver, post)
        for device, driver in made:
            if device.kind == "drawer":
                through = self._printer_of(device.name, driver)
                self._hosts[device.name] = DrawerHost(device.name, driver, post, through)

    def start(self) -> None:
        """Start every host's thread."""
        for host in self._hosts.values():
            host.start()

    def stop(self) -> None:
        """Stop every host's thread; blocks at most a few seconds a host."""
        for host in self._hosts.values():
            host.stop()

    def run(self, job: AnyJob) -> bool:
        """Give a job to its device; False where there is none or its queue is full."""
        match job:
            case PrintSlip():
                return any(
                    host.print(job)
                    for host in self._hosts.values()
                    if isinstance(host, PrinterHost)
                )
            case DropSlips():
                return any(
                    host.drop(job.sale)
                    for host in self._hosts.values()
                    if isinstance(host, PrinterHost)
                )
            case KickDrawer():
                return any(
                    host.kick(job) for host in self._hosts.values() if isinstance(host, DrawerHost)
                )
            case Beep():
                return False

    def waiting(self, device: str) -> int:
        """How many jobs wait for a device."""
        host = self._hosts.get(device)
        return host.waiting if isinstance(host, (PrinterHost, DrawerHost)) else 0

    def _printer_of(self, name: str, driver: Any) -> PrinterHost | None:  # noqa: ANN401 - any drawer driver
        if not isinstance(driver, printer_kick.Driver):
            return None
        host = self._hosts.get(driver.printer)
        if not isinstance(host, PrinterHost):
            raise BadConfiguration(
                where=name, why=f"there is no printer named {driver.printer!r} to kick it"
            )
        driver.connect(host.driver)
        return host


class _DrawerLater:
    """A drawer whose driver cannot claim its hardware yet: it tries again with each kick."""

    def __init__(self, make: Callable[[], Drawer], label: str) -> None:
        self.label = label
        self._make = make
        self._made: Drawer | None = None

    def kick(self, timeout_ms: int) -> None:
        self._made = self._made or self._make()
        self._made.kick(timeout_ms)

    def is_open(self, timeout_ms: int) -> bool | None:
        return None if self._made is None else self._made.is_open(timeout_ms)

    def close(self) -> None:
        if self._made is not None:
            self._made.close()


def _driver(device: DeviceConfig) -> Any:  # noqa: ANN401 - a driver of any class
    try:
        module = drivers.load(device.kind, device.type)
        options = drivers.options_for(module, device.options)
    except (drivers.UnknownDriver, drivers.BadOptions) as why:
        raise BadConfiguration(where=f"device {device.name!r}", why=str(why)) from why
    try:
        return module.Driver(options)
    except DeviceTrouble as trouble:
        # Only a drawer's wires are claimed so early, and a till without its drawer must still sell.
        log.warning("%s: %s", device.name, trouble)
        return _DrawerLater(lambda: module.Driver(options), device.name)
