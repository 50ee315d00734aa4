"""A register with real drivers, and a cashier who sells while its devices are at their worst."""

import queue
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from appliance.clock import SystemClock
from appliance.config import DeviceConfig
from appliance.devices import Devices
from appliance.messages import (
    ChooseReceipt,
    Command,
    DeviceChanged,
    DeviceState,
    DoneView,
    Event,
    NewSale,
    NoticeLevel,
    NoticeView,
    SignIn,
    Snapshot,
    StartTender,
    TenderCash,
    TicketView,
)
from appliance.owner import Owner
from appliance.parts import RegisterOptions
from appliance.register import Register
from appliance.store.shelf import Shelf
from tests.appliance.counter import COFFEE, set_up_shop
from tests.appliance.trading import ROOMY

PATIENCE_S = 30
SALES = 4
MANAGER = SignIn("2", "2222")
SCANNER = DeviceConfig("scanner", "scanner", "simulated")

_Topic = TypeVar("_Topic", bound=Snapshot)
_Said = TypeVar("_Said", bound=Event | Command)


def until(true: Callable[[], bool]) -> None:
    give_up_at = time.monotonic() + PATIENCE_S
    while not true():
        assert time.monotonic() < give_up_at
        time.sleep(0.02)


class Shop:
    """A register in its own thread, its devices in theirs, and a cashier who goes by what the screen says."""

    def __init__(self, folder: Path, *configured: DeviceConfig) -> None:
        self.folder = folder
        self.screen: queue.Queue[Snapshot] = queue.Queue()
        self.notices: list[NoticeView] = []
        self.said: list[Command | Event] = []
        self.sales: list[str] = []
        self.devices = Devices((SCANNER, *configured), self._post)
        self.owner = Owner(self._build, self.screen.put, screen=False)
        self.owner.start()
        self.owner.send(MANAGER)
        until(lambda: self.devices.hosts["scanner"].is_well)

    def _build(self) -> Register:
        shelf = Shelf(self.folder, limits=ROOMY)
        set_up_shop(shelf)
        options = RegisterOptions(configured=self.devices.configured)
        register = Register(shelf, SystemClock(), self.devices, self.screen.put, options)
        self.devices.start()
        return register

    def _post(self, message: Command | Event) -> None:
        self.said.append(message)
        self.owner.post(message)

    def see(self, topic: type[_Topic], wanted: Callable[[_Topic], bool]) -> _Topic:
        """The next snapshot of a topic that is wanted; notices are kept on the way."""
        while True:
            snapshot = self.screen.get(timeout=PATIENCE_S)
            if isinstance(snapshot, NoticeView):
                self.notices.append(snapshot)
            if isinstance(snapshot, topic) and wanted(snapshot):
                return snapshot

    def sell(self, *, receipt: bool = True) -> None:
        """One coffee; every step waits for the screen's answer to the one before."""
        assert self.devices.drivers["scanner"].feed(COFFEE)
        self.see(TicketView, lambda ticket: len(ticket.lines) == 1)
        self.owner.send(StartTender())
        self.owner.send(TenderCash(500))
        done = self.see(DoneView, lambda seen: seen.sale not in {None, *self.sales})
        assert done.change_minor == 140
        self.sales.append(str(done.sale))
        if receipt:
            self.owner.send(ChooseReceipt(done.sale, "print"))
        self.owner.send(NewSale())
        self.see(DoneView, lambda seen: seen.sale is None)

    def heard(self, kind: type[_Said], device: str = "") -> list[_Said]:
        return [
            said
            for said in tuple(self.said)
            if isinstance(said, kind) and device in {"", getattr(said, "device", "")}
        ]

    def troubles(self, device: str) -> list[str]:
        """The codes of what was told to be wrong with a device, one after another."""
        states = self.heard(DeviceChanged, device)
        return [said.code for said in states if said.state is not DeviceState.OK]

    def is_well(self, device: str) -> bool:
        return self.devices.hosts[device].is_well

    def warnings(self, device: str) -> list[str]:
        """The codes of the notices about a device, each once for as long as it stands on the bar."""
        while not self.screen.empty():
            snapshot = self.screen.get()
            if isinstance(snapshot, NoticeView):
                self.notices.append(snapshot)
        shown = [
            one.code
            for one in self.notices
            if one.level is NoticeLevel.WARN and ("device", device) in one.fields
        ]
        return [code for code, before in zip(shown, [None, *shown], strict=False) if code != before]

    def close(self) -> None:
        self.owner.stop()
        self.devices.stop()

    def close_and_count(self) -> None:
        """Every sale is in the tables, none twice, and the tables are what the journal says."""
        self.close()
        shelf = Shelf(self.folder, limits=ROOMY)
        try:
            rows = shelf.db.sql("SELECT id, total_minor FROM sale ORDER BY number")
            assert [tuple(row) for row in rows] == [(sale, 360) for sale in self.sales]
            assert shelf.differences() == ()
        finally:
            shelf.close()
