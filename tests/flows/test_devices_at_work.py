"""Nothing that a device does loses or delays a sale: a cashier rings up while each device is at its worst.

A real register with real drivers on sockets and pseudo-terminals (`at_work.py`, `far_ends.py`). Here printers, drawers
and scanners; `test_counter_at_work.py` has scales, displays, badge readers and beepers.
"""

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from appliance.config import DeviceConfig
from appliance.hosts import base
from appliance.messages import (
    DrawerFailed,
    PrintFailed,
    PrintFinished,
    Scan,
    TicketView,
)
from tests.appliance.counter import COFFEE
from tests.flows.at_work import SALES, SCANNER, Shop, until
from tests.flows.far_ends import (
    Cable,
    Manners,
    Printed,
    Socket,
    babbling,
    hanging_up,
    silent,
)

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
        until(lambda: len(shop.warnings("printer")) == 1)
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


# --------------------------------------------------------------------------- a second scanner


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
