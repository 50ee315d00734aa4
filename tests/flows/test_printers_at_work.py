"""Receipt printers and drawers at their worst, by every cable: no sale waits, and nobody believes what was not printed.

As `test_devices_at_work`: a real register with real drivers. USB and the drawer's switch are at the judge's (emupos).
"""

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import gpiozero
import pytest
import usb.backend.libusb1
from gpiozero.pins.mock import MockFactory

from appliance.config import DeviceConfig
from appliance.hosts import DrawerHost, drawers
from appliance.messages import (
    ChooseReceipt,
    DismissNotice,
    DrawerFailed,
    DrawerMoved,
    NoticeView,
    PrintFailed,
    PrintFinished,
    Reprint,
)
from drivers.drawer import WatchLimits
from drivers.printer.network import Driver as NetworkDriver
from drivers.printer.network import Options as NetworkOptions
from tests.drivers.drawer.conftest import pins
from tests.drivers.printer.conftest import judge, running_judge
from tests.drivers.printer.emupos import Judge
from tests.drivers.printer.usb_plug import UsbPlug
from tests.flows.at_work import SALES, Shop, until
from tests.flows.far_ends import Cable, Manners, Printed, Socket, babbling, silent

__all__ = ["judge", "pins", "running_judge"]

KICKED, KICKED_AT_ONCE = b"\x1bp", b"\x10\x14\x01"
OpenShop = Callable[..., Shop]


def on_the_network(far: Socket, **options: object) -> DeviceConfig:
    where = {"host": "127.0.0.1", "port": far.port, **options}
    return DeviceConfig("printer", "printer", "network", where)


ON_THE_PRINTER = DeviceConfig("drawer", "drawer", "printer_kick", {"printer": "printer"})


class Busy(Printed):
    """An ESC/POS printer that says how it is, takes everything, and is done with a slip only when it is let go on."""

    def __init__(self) -> None:
        super().__init__()
        self.goes_on = threading.Event()
        self._owed = 0

    def __call__(self, received: bytes) -> bytes | None:
        self.taken += received
        self._owed += received.count(b"\x1dr\x01")
        done, self._owed = (self._owed, 0) if self.goes_on.is_set() else (0, self._owed)
        return b"\x12" * received.count(b"\x10\x04") + b"\x00" * done


class Plug:
    """A serial cable behind a lasting name, which can be pulled and put into another printer."""

    def __init__(self, name: Path) -> None:
        self.name = name
        self.cable: Cable | None = None

    def plug(self, manners: Manners) -> None:
        self.cable = Cable(manners)
        self.name.symlink_to(self.cable.port)

    def pull(self) -> None:
        if self.cable is not None:
            self.name.unlink()
            self.cable.close()
            self.cable = None


@pytest.fixture
def plug(tmp_path: Path) -> Iterator[Plug]:
    plug = Plug(tmp_path / "usb-serial-printer")
    yield plug
    plug.pull()


# --------------------------------------------------------------------------- printers


@pytest.mark.parametrize("fault", [silent, babbling], ids=["says nothing", "talks nonsense"])
def test_a_serial_printer_at_its_worst_delays_no_sale_and_prints_each_slip_later(
    open_shop: OpenShop, plug: Plug, fault: Manners
) -> None:
    plug.plug(fault)
    shop = open_shop(DeviceConfig("printer", "printer", "serial", {"port": str(plug.name)}))
    for _ in range(SALES):
        shop.sell()
    assert shop.devices.waiting("printer") == SALES
    assert shop.heard(PrintFinished) == []
    until(lambda: len(shop.heard(PrintFailed)) == 1)
    well = Printed()
    assert plug.cable is not None
    plug.cable.manners = well
    until(lambda: len(shop.heard(PrintFinished)) == SALES)
    assert well.slips == SALES
    until(lambda: len(shop.warnings("printer")) == 1)
    shop.close_and_count()


def test_a_serial_printer_unplugged_in_mid_slip_prints_a_copy_when_somebody_asks_and_the_others_by_itself(
    open_shop: OpenShop, plug: Plug
) -> None:
    pulled_while = Busy()
    plug.plug(pulled_while)
    shop = open_shop(DeviceConfig("printer", "printer", "serial", {"port": str(plug.name)}))
    shop.sell()
    until(lambda: b"Flat white" in pulled_while.taken)
    plug.pull()
    until(lambda: len(shop.heard(PrintFailed)) == 1)
    assert shop.heard(PrintFailed)[0].maybe_on_paper
    shop.sell()
    well = Printed()
    plug.plug(well)
    until(lambda: len(shop.heard(PrintFinished)) == 1)
    assert shop.heard(PrintFinished)[0].sale == shop.sales[1]
    assert b"COPY" not in well.taken
    shop.owner.send(Reprint(shop.sales[0]))
    until(lambda: len(shop.heard(PrintFinished)) == 2)
    assert well.taken.count(b"COPY") == 2
    shop.close_and_count()


@pytest.fixture
def usb_plug(judge: Judge, monkeypatch: pytest.MonkeyPatch) -> Iterator[UsbPlug]:
    bus = UsbPlug(judge)
    monkeypatch.setattr(usb.backend.libusb1, "get_backend", lambda *_, **__: bus)
    yield bus
    bus.unplug()


def test_a_usb_printer_unplugged_in_mid_slip_is_found_again(
    open_shop: OpenShop, judge: Judge, usb_plug: UsbPlug
) -> None:
    usb_plug.before_job = usb_plug.snap
    shop = open_shop(DeviceConfig("printer", "printer", "usb", {}))
    shop.sell()
    until(lambda: len(shop.heard(PrintFailed)) == 1)
    assert shop.heard(PrintFailed)[0].maybe_on_paper
    for _ in range(SALES):
        shop.sell()
    until(lambda: not shop.is_well("printer"))
    usb_plug.plug()
    until(lambda: len(shop.heard(PrintFinished)) == SALES)
    assert [said.sale for said in shop.heard(PrintFinished)] == shop.sales[1:]
    assert len([text for text in judge.texts() if "Total" in text]) == SALES
    shop.close_and_count()


def test_a_slow_printer_delays_no_sale_and_prints_each_slip_once(open_shop: OpenShop) -> None:
    slow = Busy()
    far = Socket(slow)
    try:
        shop = open_shop(on_the_network(far))
        for _ in range(SALES):
            shop.sell()
        until(lambda: slow.slips == 1)
        assert shop.heard(PrintFinished) == []
        slow.goes_on.set()
        until(lambda: len(shop.heard(PrintFinished)) == SALES)
        assert slow.slips == SALES
        assert shop.troubles("printer") == []
        shop.close_and_count()
    finally:
        far.close()


@pytest.mark.parametrize("manners", [silent, babbling], ids=["says nothing", "talks nonsense"])
def test_a_printer_that_is_asked_nothing_gets_every_slip_whatever_it_says(
    open_shop: OpenShop, manners: Manners
) -> None:
    heard: list[bytes] = []

    def far_end(received: bytes) -> bytes | None:
        heard.append(received)
        return manners(received)

    far = Socket(far_end)
    try:
        shop = open_shop(on_the_network(far, confirm=False))
        for _ in range(SALES):
            shop.sell()
        until(lambda: len(shop.heard(PrintFinished)) == SALES)
        until(lambda: b"".join(heard).count(b"\x1dV") == SALES)
        assert b"\x10\x04" not in b"".join(heard)
        shop.close_and_count()
    finally:
        far.close()


# --------------------------------------------------------------------------- drawers


@pytest.mark.parametrize("is_there", [True, False], ids=["hangs", "is away"])
def test_a_drawer_on_a_printer_that_is_of_no_use_is_told_for_each_sale_and_never_opens_later(
    open_shop: OpenShop, *, is_there: bool
) -> None:
    far = Socket(silent)
    printer = on_the_network(far)
    if not is_there:
        far.close()
    try:
        shop = open_shop(printer, ON_THE_PRINTER)
        for _ in range(SALES):
            shop.sell()
        until(lambda: len(shop.heard(DrawerFailed)) == SALES)
        # One that was in hand may be told after one that was given up.
        assert sorted(said.sale for said in shop.heard(DrawerFailed)) == sorted(shop.sales)
        if is_there:
            well = Printed()
            far.manners = well
            until(lambda: len(shop.heard(PrintFinished)) == SALES)
            assert KICKED not in well.taken
            assert KICKED_AT_ONCE not in well.taken
        shop.close_and_count()
    finally:
        if is_there:
            far.close()


def test_a_kick_behind_a_slip_that_hangs_is_told_while_it_hangs_and_not_given_afterwards(
    open_shop: OpenShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drawers, "KICK_WITHIN_MS", 300)
    busy = Busy()
    far = Socket(busy)
    try:
        shop = open_shop(on_the_network(far), ON_THE_PRINTER)
        shop.sell(receipt=False)
        until(lambda: KICKED in busy.taken)
        shop.owner.send(ChooseReceipt(shop.sales[0], "print"))
        until(lambda: busy.slips == 1)
        shop.sell(receipt=False)
        until(lambda: len(shop.heard(DrawerFailed)) == 1)
        told = shop.heard(DrawerFailed)[0]
        assert (told.sale, told.code) == (shop.sales[1], "kick_too_late")
        assert shop.heard(PrintFinished) == []
        busy.goes_on.set()
        until(lambda: len(shop.heard(PrintFinished)) == 1)
        shop.sell(receipt=False)
        until(lambda: busy.taken.count(KICKED) == 2)
        assert KICKED_AT_ONCE not in busy.taken
        assert len(shop.heard(DrawerFailed)) == 1
        shop.close_and_count()
    finally:
        far.close()


def test_a_relay_whose_pin_does_not_obey_is_told_for_each_sale_and_opens_afterwards(
    open_shop: OpenShop, pins: MockFactory
) -> None:
    shop = open_shop(DeviceConfig("drawer", "drawer", "gpio_relay", {"pin": 17}))
    pin = pins.pin(17)
    pin.function = "input"
    for _ in range(2):
        shop.sell(receipt=False)
    until(lambda: len(shop.heard(DrawerFailed)) == 2)
    assert shop.heard(DrawerFailed)[0].code == "device_refused"
    pin.function = "output"
    # The coil rests after each try.
    time.sleep(1.3)
    shop.sell(receipt=False)
    until(lambda: shop.is_well("drawer"))
    assert len(shop.heard(DrawerFailed)) == 2
    shop.close_and_count()
    assert gpiozero.Device.pin_factory is pins


def test_a_led_that_is_not_there_is_told_for_each_sale(open_shop: OpenShop) -> None:
    shop = open_shop(DeviceConfig("drawer", "drawer", "led_pulse", {"led": "nobodys-drawer"}))
    for _ in range(SALES):
        shop.sell(receipt=False)
    until(lambda: len(shop.heard(DrawerFailed)) == SALES)
    assert {said.code for said in shop.heard(DrawerFailed)} == {"device_absent"}
    shop.close_and_count()


def test_the_switch_of_a_drawer_on_a_printer_tells_opened_closed_forced_and_left_open(
    open_shop: OpenShop, judge: Judge, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(DrawerHost, "limits", WatchLimits(asked_ms=3000, left_open_ms=3000))
    options = {"printer": "printer", "sense_open_high": True}
    shop = open_shop(
        DeviceConfig("printer", "printer", "network", {"host": "127.0.0.1", "port": judge.port}),
        DeviceConfig("drawer", "drawer", "printer_kick", options),
    )
    until(lambda: shop.is_well("printer"))
    # Looked at twice, it is known to be shut.
    time.sleep(2.5)

    def moved() -> list[str]:
        return [said.what for said in shop.heard(DrawerMoved)]

    shop.sell(receipt=False)
    until(lambda: moved()[:1] == ["opened"])
    judge.shut_drawer()
    until(lambda: moved() == ["opened", "closed"])
    # Longer than a kick answers for; then somebody else's kick, as the printer sees a key.
    time.sleep(3.2)
    key = NetworkDriver(NetworkOptions(host="127.0.0.1", port=judge.port))
    key.kick(2, 100, 400, 5000)
    until(lambda: "opened_unasked" in moved())
    until(lambda: "left_open" in moved())
    judge.shut_drawer()
    until(lambda: moved()[-1] == "closed")
    assert [what for what in moved() if what != "left_open"] == [
        *("opened", "closed"),
        *("opened_unasked", "closed"),
    ]
    shop.close_and_count()


# --------------------------------------------------------------------------- what must be read


def newest_notice(shop: Shop) -> NoticeView:
    shop.warnings("")
    return shop.notices[-1] if shop.notices else NoticeView(id=0)


def test_a_notice_stays_until_it_is_mended_or_dismissed_and_selling_on_does_neither(
    open_shop: OpenShop,
) -> None:
    shop = open_shop(
        DeviceConfig("printer", "printer", "simulated"),
        DeviceConfig("drawer", "drawer", "simulated"),
    )
    printer, drawer = shop.devices.drivers["printer"], shop.devices.drivers["drawer"]
    drawer.jam()
    shop.sell(receipt=False)
    until(lambda: newest_notice(shop).code == "drawer_jammed")
    # The switch is looked at and answers.
    time.sleep(1)
    assert newest_notice(shop).code == "drawer_jammed"
    drawer.clear_jam()
    shop.sell(receipt=False)
    until(lambda: newest_notice(shop).id == 0)

    drawer.push_shut()
    printer.lose_next_answer()
    shop.sell()
    until(lambda: newest_notice(shop).code == "print_unconfirmed")
    drawer.push_shut()
    shop.sell()
    until(lambda: len(shop.heard(PrintFinished)) == 1)
    assert newest_notice(shop).code == "print_unconfirmed"
    shop.owner.send(DismissNotice(newest_notice(shop).id))
    until(lambda: newest_notice(shop).id == 0)
    shop.close_and_count()
