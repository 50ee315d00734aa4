"""Nothing that a device does loses or delays a sale: a cashier rings up while each device is at its worst.

A real register with real drivers on sockets and pseudo-terminals. The far ends are written here, and can be silent,
talk nonsense, hang up and come to their senses again.
"""

import contextlib
import itertools
import os
import queue
import select
import socket
import threading
import time
import tty
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import pytest

from appliance.clock import SystemClock
from appliance.config import DeviceConfig
from appliance.devices import Devices
from appliance.hosts import base
from appliance.messages import (
    BadgeRead,
    ChooseReceipt,
    Command,
    DeviceChanged,
    DeviceState,
    DoneView,
    DrawerFailed,
    Event,
    LabelsPrinted,
    NewSale,
    NoticeLevel,
    NoticeView,
    PrintFailed,
    PrintFinished,
    PrintLabels,
    Scan,
    SignIn,
    Snapshot,
    StartTender,
    TenderCash,
    TicketView,
    WeighFailed,
)
from appliance.owner import Owner
from appliance.register import Register, RegisterOptions
from appliance.store.shelf import Shelf
from tests.appliance.counter import APPLES, COFFEE, set_up_shop
from tests.appliance.trading import ROOMY
from tests.drivers.label.far_end import FarEnd as LabelPrinter
from tests.drivers.scale.scripted import Platter, Toledo

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


@pytest.fixture
def open_shop(tmp_path: Path) -> Iterator[Callable[..., Shop]]:
    opened: list[Shop] = []

    def open_one(*configured: DeviceConfig) -> Shop:
        opened.append(Shop(tmp_path / "store", *configured))
        return opened[-1]

    yield open_one
    for shop in opened:
        shop.close()


# --------------------------------------------------------------------------- far ends


Manners = Callable[[bytes], bytes | None]
"""How a far end behaves: it is given what came, and answers what is to be sent; None hangs up."""


def silent(_received: bytes) -> bytes | None:
    return b""


def babbling(_received: bytes) -> bytes | None:
    return b"\xff\xfe nonsense \xff" * 40


def hanging_up(_received: bytes) -> bytes | None:
    return None


class Printed:
    """An ESC/POS printer that is well: answers each question, confirms each slip, keeps what it was sent."""

    def __init__(self) -> None:
        self.taken = b""

    def __call__(self, received: bytes) -> bytes | None:
        self.taken += received
        return b"\x12" * received.count(b"\x10\x04") + b"\x00" * received.count(b"\x1dr\x01")

    @property
    def slips(self) -> int:
        return self.taken.count(b"\x1dr\x01")


class Socket:
    """Something on the network, with manners that can be changed. `reads` False: it takes nothing at all."""

    def __init__(self, manners: Manners, *, reads: bool = True) -> None:
        self.manners = manners
        self.reads = reads
        self._stop = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.settimeout(0.05)
        self.port = int(self._listener.getsockname()[1])
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def close(self) -> None:
        self._stop.set()
        self._thread.join()
        self._listener.close()

    def _serve(self) -> None:
        while not self._stop.is_set():
            try:
                connection, _ = self._listener.accept()
            except TimeoutError:
                continue
            with connection:
                self._talk(connection, self.manners)

    def _talk(self, connection: socket.socket, manners: Manners) -> None:
        # Short, so that nonsense comes as a flood.
        connection.settimeout(0.0005)
        while not self._stop.is_set() and manners is self.manners:
            try:
                received = connection.recv(4096) if self.reads else b" "
                if not received:
                    return
            except TimeoutError:
                received = b""
            except OSError:
                return
            answer = manners(received)
            if answer is None:
                return
            try:
                connection.sendall(answer)
            except OSError:
                return
            if not answer:
                self._stop.wait(0.01)


class Cable:
    """A serial line whose far end has manners. `port` is what the register opens."""

    def __init__(self, manners: Manners) -> None:
        self.manners = manners
        self.far, self.near = os.openpty()
        tty.setraw(self.near)
        tty.setraw(self.far)
        os.set_blocking(self.far, False)
        self.port = os.ttyname(self.near)
        self.reads = True
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._work)
        self._thread.start()

    def write(self, text: bytes) -> None:
        """Say something unasked; what does not fit is lost, as on a real line."""
        with contextlib.suppress(BlockingIOError):
            os.write(self.far, text)

    def fill(self) -> None:
        """Have no room left in the line towards the far end, which reads nothing."""
        self.reads = False
        os.set_blocking(self.near, False)
        try:
            while True:
                os.write(self.near, b"." * 512)
        except BlockingIOError:
            os.set_blocking(self.near, True)

    def close(self) -> None:
        self._stop.set()
        self._thread.join()
        os.close(self.far)
        os.close(self.near)

    def _work(self) -> None:
        while not self._stop.wait(0.01):
            received = b""
            if self.reads and select.select([self.far], [], [], 0)[0]:
                received = os.read(self.far, 4096)
            answer = self.manners(received)
            if answer:
                self.write(answer)


def on_every_byte(manners: Callable[[bytes], bytes]) -> Manners:
    return lambda received: manners(received) if received else b""


def other_nonsense_each_time() -> Manners:
    numbers = itertools.count()
    return on_every_byte(lambda _received: b"nonsense %d\r" % next(numbers))


def serial_options(cable: Cable) -> dict[str, Any]:
    """A pseudo-terminal has no parity bits."""
    return {"port": cable.port, "data_bits": 8, "parity": "none"}


# --------------------------------------------------------------------------- the receipt printer


@pytest.mark.parametrize(
    ("fault", "reads"),
    [(silent, False), (silent, True), (babbling, True), (hanging_up, True)],
    ids=["takes nothing", "says nothing", "talks nonsense", "hangs up"],
)
def test_a_network_printer_at_its_worst_delays_no_sale_and_prints_each_slip_later(
    open_shop: Callable[..., Shop], fault: Manners, *, reads: bool
) -> None:
    far = Socket(fault, reads=reads)
    try:
        options = {"host": "127.0.0.1", "port": far.port}
        shop = open_shop(DeviceConfig("printer", "printer", "network", options))
        for _ in range(SALES):
            shop.sell()
        # All are sold and on the screen, and not one slip has come back from the printer.
        assert shop.devices.waiting("printer") == SALES
        assert shop.heard(PrintFinished) == []
        until(lambda: len(shop.heard(PrintFailed)) == 1)
        well = Printed()
        far.reads, far.manners = True, well
        until(lambda: len(shop.heard(PrintFinished)) == SALES)
        assert {said.sale for said in shop.heard(PrintFinished)} == set(shop.sales)
        assert well.slips == SALES
        shop.sell()
        until(lambda: len(shop.heard(PrintFinished)) == SALES + 1)
        assert len(shop.heard(PrintFailed)) == 1
        assert len(set(shop.troubles("printer"))) == 1
        assert len(shop.warnings("printer")) == 1
        shop.close_and_count()
    finally:
        far.close()


@pytest.mark.parametrize("waits_for_the_old_one", [True, False])
def test_a_printer_that_is_replaced_while_it_hangs_leaves_its_slips_to_the_new_one(
    open_shop: Callable[..., Shop],
    monkeypatch: pytest.MonkeyPatch,
    *,
    waits_for_the_old_one: bool,
) -> None:
    if not waits_for_the_old_one:
        # Its thread still has a slip in hand when the new one begins.
        monkeypatch.setattr(base, "OPEN_MS", -900)
    far, well = Socket(silent), Printed()
    other = Socket(well)
    try:
        bad = DeviceConfig("printer", "printer", "network", {"host": "127.0.0.1", "port": far.port})
        good = DeviceConfig(
            "printer", "printer", "network", {"host": "127.0.0.1", "port": other.port}
        )
        shop = open_shop(bad)
        for _ in range(SALES):
            shop.sell()
        change = threading.Thread(target=shop.devices.reconfigure, args=((SCANNER, good),))
        change.start()
        # Sold while the old printer is being stopped.
        shop.sell()
        change.join()
        until(lambda: len(shop.heard(PrintFinished)) == SALES + 1)
        assert sorted(said.sale for said in shop.heard(PrintFinished)) == sorted(shop.sales)
        assert well.slips == SALES + 1
        shop.close_and_count()
    finally:
        far.close()
        other.close()


# --------------------------------------------------------------------------- what hangs on serial lines


def test_a_serial_scanner_that_babbles_sells_nothing_and_reads_again_afterwards(
    open_shop: Callable[..., Shop],
) -> None:
    cable = Cable(babbling)
    try:
        shop = open_shop(DeviceConfig("second", "scanner", "serial", {"port": cable.port}))
        for _ in range(SALES):
            shop.sell()
        cable.manners = silent
        # The end of the nonsense is cut off by a pause; then a scan is a scan.
        until(lambda: shop.is_well("second"))
        time.sleep(1.5)
        cable.write(b"]E0" + COFFEE.encode() + b"\r")
        shop.see(TicketView, lambda ticket: len(ticket.lines) == 1)
        assert not [said for said in shop.heard(Scan, "second") if said.text == COFFEE][1:]
        assert shop.troubles("second") == []
        shop.close_and_count()
    finally:
        cable.close()


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (silent, "device_silent"),
        (babbling, "scale_unreadable"),
        (other_nonsense_each_time(), "scale_unreadable"),
        (on_every_byte(lambda _received: b"\x02"), "scale_unreadable"),
        (on_every_byte(lambda _received: b"\x0202.75\r"), "scale_wrong_unit"),
    ],
    ids=["silent", "babbling", "ever other nonsense", "half", "in pounds"],
)
def test_a_serial_scale_at_its_worst_is_told_once_and_weighs_again_afterwards(
    open_shop: Callable[..., Shop], fault: Manners, code: str
) -> None:
    cable = Cable(fault)
    try:
        shop = open_shop(DeviceConfig("scale", "scale", "toledo_8217", serial_options(cable)))
        shop.owner.send(Scan(APPLES))
        for _ in range(SALES):
            shop.sell()
        until(lambda: len(shop.heard(WeighFailed)) == 1)
        platter = Platter()
        platter.load = 1500
        cable.manners = on_every_byte(Toledo(platter).hear)
        until(lambda: shop.is_well("scale"))
        shop.owner.send(Scan(APPLES))
        weighed = shop.see(TicketView, lambda ticket: len(ticket.lines) == 1)
        assert weighed.lines[0].qty_milli == 1500
        assert shop.troubles("scale") == [code]
        assert shop.warnings("scale") == [code]
        shop.close_and_count()
    finally:
        cable.close()


def test_a_pole_display_that_takes_nothing_is_told_once_and_shows_the_newest_afterwards(
    open_shop: Callable[..., Shop],
) -> None:
    cable = Cable(silent)
    cable.fill()
    try:
        shop = open_shop(DeviceConfig("pole", "display", "pole", {"port": cable.port}))
        for _ in range(SALES):
            shop.sell()
        until(lambda: shop.troubles("pole") != [])
        shop.sell()
        assert len(shop.troubles("pole")) == 1
        assert len(shop.warnings("pole")) == 1
        shown: list[bytes] = []

        def look(received: bytes) -> bytes:
            shown.append(received)
            return b""

        cable.manners = look
        cable.reads = True
        until(lambda: shop.is_well("pole"))
        until(lambda: b"Corner" in b"".join(shown))
        shop.close_and_count()
    finally:
        cable.close()


def test_a_second_screen_that_never_reads_is_hung_up_on_and_another_may_come(
    open_shop: Callable[..., Shop], tmp_path: Path
) -> None:
    path = str(tmp_path / "customer.sock")
    shop = open_shop(DeviceConfig("screen", "display", "second_screen", {"path": path}))
    shop.sell()
    until(lambda: Path(path).exists())
    with socket.socket(socket.AF_UNIX) as deaf:
        deaf.connect(path)
        for _ in range(SALES):
            shop.sell()
        until(lambda: shop.troubles("screen")[-1:] == ["device_silent"])
    with socket.socket(socket.AF_UNIX) as viewer:
        viewer.connect(path)
        viewer.settimeout(PATIENCE_S)
        assert b"Corner" in viewer.recv(65536)
        until(lambda: shop.is_well("screen"))
        shop.sell()
    shop.close_and_count()


def test_a_badge_reader_that_babbles_signs_nobody_in_and_reads_again_afterwards(
    open_shop: Callable[..., Shop],
) -> None:
    cable = Cable(lambda _received: b"\x0262E3086CED00\x03\x02\xff62E3\x03")
    try:
        shop = open_shop(DeviceConfig("reader", "badge", "rdm6300", {"port": cable.port}))
        for _ in range(SALES):
            shop.sell()
        assert shop.heard(BadgeRead) == []
        cable.manners = silent
        until(lambda: shop.is_well("reader"))
        while not shop.heard(BadgeRead):
            cable.write(b"\x0262E3086CED08\x03")
            time.sleep(0.1)
        assert shop.troubles("reader") == []
        shop.close_and_count()
    finally:
        cable.close()


# --------------------------------------------------------------------------- drawers and labels


@pytest.mark.parametrize(("lever", "back"), [("jam", "clear_jam"), ("unplug", "plug")])
def test_a_drawer_that_does_not_open_is_told_for_each_sale_and_opens_afterwards(
    open_shop: Callable[..., Shop], lever: str, back: str
) -> None:
    shop = open_shop(DeviceConfig("drawer", "drawer", "simulated"))
    drawer: Any = shop.devices.drivers["drawer"]
    getattr(drawer, lever)()
    for _ in range(SALES):
        shop.sell(receipt=False)
    until(lambda: len(shop.heard(DrawerFailed)) == SALES)
    assert [said.sale for said in shop.heard(DrawerFailed)] == shop.sales
    assert not drawer.opened
    getattr(drawer, back)()
    shop.sell(receipt=False)
    until(lambda: drawer.opened)
    assert len(shop.heard(DrawerFailed)) == SALES
    shop.close_and_count()


def test_a_label_printer_that_takes_nothing_is_told_once_and_prints_afterwards(
    open_shop: Callable[..., Shop],
) -> None:
    far = LabelPrinter()
    far.takes_nothing = True
    try:
        options = {"host": "127.0.0.1", "port": far.port}
        shop = open_shop(DeviceConfig("labels", "label", "zpl_network", options))
        (product,) = {f"{shop_origin(shop)}-5.1"}
        shop.owner.send(PrintLabels((product,)))
        for _ in range(SALES):
            shop.sell()
        until(lambda: shop.troubles("labels") != [])
        assert set(shop.troubles("labels")) == {"label_printer_silent"}
        # Once that the printer is in trouble, and once that the labels which were asked for did not come.
        assert 1 <= len(shop.warnings("labels")) <= 2
        far.takes_nothing = False
        until(lambda: shop.is_well("labels"))
        shop.owner.send(PrintLabels((product,)))
        until(lambda: len(shop.heard(LabelsPrinted)) == 1)
        assert len(far.formats) == 1
        shop.close_and_count()
    finally:
        far.unplug()


def shop_origin(shop: Shop) -> str:
    """The origin is the beginning of every sale's number."""
    shop.sell()
    return shop.sales[0].partition("-")[0]
