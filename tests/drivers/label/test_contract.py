"""All label printers that can answer keep the contract: the simulated one, and the real drivers on a cable."""

from collections.abc import Iterator
from typing import cast

import pytest

from drivers.label import LabelPrinter
from drivers.label._session import ZplPrinter
from drivers.label._zpl import Builder
from drivers.label.simulated import Driver as SimulatedDriver
from drivers.label.simulated import Options as SimulatedOptions
from drivers.label.zpl_network import Driver as NetworkDriver
from drivers.label.zpl_network import Options as NetworkOptions
from drivers.label.zpl_usb import Driver as UsbDriver
from drivers.label.zpl_usb import Options as UsbOptions
from drivers.printer._usb_transport import UsbTransport
from tests.drivers.label.contract import BREAD, ENOUGH_MS, LabelPrinterContract
from tests.drivers.label.far_end import FarEnd
from tests.drivers.printer.emupos import Judge
from tests.drivers.printer.usb_plug import UsbPlug

BUILDER = Builder(57, 32, 8)


class SimulatedBench:
    def __init__(self) -> None:
        self.driver = printer = SimulatedDriver(SimulatedOptions())
        self.take_labels, self.load_labels = printer.take_labels, printer.load_labels
        self.take_ribbon, self.load_ribbon = printer.take_ribbon, printer.load_ribbon
        self.open_head, self.close_head = printer.open_head, printer.close_head
        self.pause, self.resume = printer.pause, printer.resume
        self.take_labels_after = printer.take_labels_after
        self.unplug, self.plug = printer.unplug, printer.plug

    def printed(self) -> list[str]:
        return [label.name for label in self.driver.labels]


class CableBench:
    """A real driver whose cable ends at a far end."""

    def __init__(self, far_end: FarEnd, driver: LabelPrinter, cable: FarEnd | UsbPlug) -> None:
        self.driver = driver
        self._far_end = far_end
        self.unplug, self.plug = cable.unplug, cable.plug
        self.printed = far_end.names

    def take_labels(self) -> None:
        self._far_end.labels_out = True

    def load_labels(self) -> None:
        self._far_end.ends_after = None
        self._far_end.labels_out = False

    def take_ribbon(self) -> None:
        self._far_end.ribbon_out = True

    def load_ribbon(self) -> None:
        self._far_end.ribbon_out = False

    def open_head(self) -> None:
        self._far_end.head_open = True

    def close_head(self) -> None:
        self._far_end.head_open = False

    def pause(self) -> None:
        self._far_end.paused = True

    def resume(self) -> None:
        self._far_end.paused = False

    def take_labels_after(self, count: int) -> None:
        self._far_end.ends_after = count


class TestSimulatedPrinter(LabelPrinterContract):
    @pytest.fixture
    def bench(self) -> SimulatedBench:
        return SimulatedBench()


class TestNetworkPrinter(LabelPrinterContract):
    @pytest.fixture
    def bench(self, far_end: FarEnd) -> Iterator[CableBench]:
        driver = NetworkDriver(NetworkOptions(host="127.0.0.1", port=far_end.port))
        yield CableBench(far_end, driver, far_end)
        driver.close()

    def test_it_is_let_go_for_the_other_registers(self, bench: CableBench, far_end: FarEnd) -> None:
        # It serves one connection at a time, as many do.
        bench.driver.print((BREAD,), 1, ENOUGH_MS)
        bench.open_head()
        other = NetworkDriver(NetworkOptions(host="127.0.0.1", port=far_end.port))
        assert other.status(ENOUGH_MS).head_open
        assert bench.driver.status(ENOUGH_MS).head_open


class TestUsbPrinter(LabelPrinterContract):
    @pytest.fixture
    def plug(self, far_end: FarEnd) -> UsbPlug:
        # The plug wants no more of the judge than its port.
        return UsbPlug(cast(Judge, far_end))

    @pytest.fixture
    def bench(self, far_end: FarEnd, plug: UsbPlug) -> Iterator[CableBench]:
        transport = UsbTransport(None, None, "TM20-1", backend=plug)
        driver = ZplPrinter(transport, BUILDER, confirm=True)
        yield CableBench(far_end, driver, plug)
        driver.close()
        plug.unplug()

    def test_no_transfer_may_wait_for_ever(self, bench: CableBench, plug: UsbPlug) -> None:
        bench.driver.print((BREAD,), 1, ENOUGH_MS)
        assert plug.timeouts
        assert all(0 < timeout <= ENOUGH_MS for timeout in plug.timeouts)

    def test_the_printer_is_kept_until_it_is_closed(self, bench: CableBench, plug: UsbPlug) -> None:
        bench.driver.status(ENOUGH_MS)
        assert plug.is_claimed
        bench.driver.close()
        assert not plug.is_claimed

    def test_its_numbers_are_as_lsusb_prints_them(self) -> None:
        assert UsbDriver(UsbOptions(vendor="0a5f", product="0164")).label == "usb 0a5f:0164"
