"""All printers that can answer keep the contract: the simulated one, and the real drivers at the judge's."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from drivers import DeviceAbsent, DeviceRefused
from drivers.printer import KICK_OFF_MS, KICK_ON_MS, Printer
from drivers.printer._escpos import Builder
from drivers.printer._pictures import Lettering
from drivers.printer._session import EscposPrinter
from drivers.printer._usb_transport import UsbTransport
from drivers.printer.network import Driver as NetworkDriver
from drivers.printer.network import Options as NetworkOptions
from drivers.printer.serial import Driver as SerialDriver
from drivers.printer.serial import Options as SerialOptions
from drivers.printer.simulated import Driver as SimulatedDriver
from drivers.printer.simulated import Options as SimulatedOptions
from tests.drivers.printer.contract import ENOUGH_MS, EVERYTHING, PrinterContract, slip
from tests.drivers.printer.emupos import Judge, NetworkCable, SerialCable
from tests.drivers.printer.usb_plug import UsbPlug

BUILDER = Builder(48, "CP858", lettering=Lettering(48))


class SimulatedBench:
    def __init__(self) -> None:
        self.driver = printer = SimulatedDriver(SimulatedOptions())
        self.take_paper, self.load_paper = printer.take_paper, printer.load_paper
        self.wear_paper = printer.wear_paper
        self.open_cover, self.close_cover = printer.open_cover, printer.close_cover
        self.go_offline, self.go_online = printer.go_offline, printer.go_online
        self.unplug, self.plug = printer.unplug, printer.plug

    def printed(self) -> list[str]:
        return list(self.driver.texts)

    def take_paper_in_the_middle(self) -> None:
        self.driver.take_paper_after(3)

    def wear_paper_in_the_middle(self) -> None:
        self.driver.wear_paper_after(3)

    def unplug_in_the_middle(self) -> None:
        self.driver.unplug_after(3)

    def drawer_is_open(self) -> bool:
        return bool(self.driver.kicks)


class JudgeBench:
    """A real driver whose cable ends at the judge's."""

    def __init__(
        self, judge: Judge, driver: Printer, cable: NetworkCable | SerialCable | UsbPlug
    ) -> None:
        self.driver = driver
        self._judge = judge
        self._cable = cable
        self.unplug, self.plug = cable.unplug, cable.plug
        self.printed = judge.texts
        self.drawer_is_open = judge.drawer_is_open

    def take_paper(self) -> None:
        self._judge.set("paper-out")

    def load_paper(self) -> None:
        self._judge.clear("paper-out")

    def wear_paper(self) -> None:
        self._judge.set("paper-near-end")

    def open_cover(self) -> None:
        self._judge.set("cover-open")

    def close_cover(self) -> None:
        self._judge.clear("cover-open")

    def go_offline(self) -> None:
        self._judge.set("offline")

    def go_online(self) -> None:
        self._judge.clear("offline")

    def take_paper_in_the_middle(self) -> None:
        self._cable.before_job = self.take_paper

    def wear_paper_in_the_middle(self) -> None:
        self._cable.before_job = self.wear_paper

    def unplug_in_the_middle(self) -> None:
        self._cable.before_job = self._cable.snap


class TestSimulatedPrinter(PrinterContract):
    @pytest.fixture
    def bench(self) -> SimulatedBench:
        return SimulatedBench()


class TestNetworkPrinter(PrinterContract):
    @pytest.fixture
    def bench(self, judge: Judge) -> Iterator[JudgeBench]:
        cable = NetworkCable(judge)
        driver = NetworkDriver(NetworkOptions(host="127.0.0.1", port=cable.port))
        yield JudgeBench(judge, driver, cable)
        driver.close()
        cable.unplug()


class TestSerialPrinter(PrinterContract):
    @pytest.fixture
    def bench(self, judge: Judge, tmp_path: Path) -> Iterator[JudgeBench]:
        cable = SerialCable(judge, tmp_path / "usb-printer")
        driver = SerialDriver(SerialOptions(port=str(cable.link)))
        yield JudgeBench(judge, driver, cable)
        driver.close()
        cable.unplug()


class TestUsbPrinter(PrinterContract):
    @pytest.fixture
    def plug(self, judge: Judge) -> UsbPlug:
        return UsbPlug(judge)

    @pytest.fixture
    def bench(self, judge: Judge, plug: UsbPlug) -> Iterator[JudgeBench]:
        transport = UsbTransport(0x04B8, 0x0202, "TM20-1", backend=plug)
        driver = EscposPrinter(transport, BUILDER, confirm=True)
        yield JudgeBench(judge, driver, plug)
        driver.close()
        plug.unplug()

    def test_no_transfer_may_wait_for_ever(self, bench: JudgeBench, plug: UsbPlug) -> None:
        bench.driver.print(EVERYTHING, ENOUGH_MS)
        bench.driver.kick(2, KICK_ON_MS, KICK_OFF_MS, ENOUGH_MS)
        assert plug.timeouts
        assert all(0 < timeout <= ENOUGH_MS for timeout in plug.timeouts)

    def test_the_printer_is_given_back(self, bench: JudgeBench, plug: UsbPlug) -> None:
        bench.driver.status(ENOUGH_MS)
        assert plug.is_claimed
        bench.driver.close()
        assert not plug.is_claimed

    @pytest.mark.parametrize(
        "match", [(None, None, None), (0x04B8, None, None), (None, None, "TM20-1")]
    )
    def test_the_printer_is_found_among_other_devices(
        self, plug: UsbPlug, match: tuple[int | None, int | None, str | None]
    ) -> None:
        printer = EscposPrinter(UsbTransport(*match, backend=plug), BUILDER, confirm=True)
        assert printer.status(ENOUGH_MS).can_print
        printer.close()

    @pytest.mark.parametrize(
        "match", [(0x046D, None, None), (None, 0x9999, None), (None, None, "X")]
    )
    def test_another_printer_is_not_taken_for_it(
        self, plug: UsbPlug, match: tuple[int | None, int | None, str | None]
    ) -> None:
        printer = EscposPrinter(UsbTransport(*match, backend=plug), BUILDER, confirm=True)
        with pytest.raises(DeviceAbsent):
            printer.status(ENOUGH_MS)

    @pytest.mark.parametrize(
        ("settings", "chosen"),
        [
            (((0x04,), (0x04, 0x83)), 1),
            (((0x04, 0x83), (0x04,)), 0),
            (((0x83,), (0x04, 0x83), (0x04,)), 1),
        ],
    )
    def test_of_several_settings_of_its_interface_the_one_that_answers_is_chosen(
        self, plug: UsbPlug, settings: tuple[tuple[int, ...], ...], chosen: int
    ) -> None:
        plug.settings = settings
        printer = EscposPrinter(UsbTransport(None, None, None, backend=plug), BUILDER, confirm=True)
        printer.print(slip("both ways"), ENOUGH_MS)
        assert plug.setting == chosen
        printer.close()

    def test_a_printer_that_cannot_answer_prints_where_it_is_asked_nothing_and_is_refused_elsewhere(
        self, judge: Judge, plug: UsbPlug
    ) -> None:
        plug.settings = ((0x04,),)
        transport = UsbTransport(None, None, None, backend=plug)
        with pytest.raises(DeviceRefused):
            EscposPrinter(transport, BUILDER, confirm=True).status(ENOUGH_MS)
        transport = UsbTransport(None, None, None, backend=plug, answers=False)
        printer = EscposPrinter(transport, BUILDER, confirm=False)
        printer.print(slip("one way"), ENOUGH_MS)
        printer.close()
        while not judge.texts():
            time.sleep(0.02)

    def test_a_device_that_is_set_to_be_something_else_is_refused(self, plug: UsbPlug) -> None:
        plug.is_a_printer_now = False
        printer = EscposPrinter(UsbTransport(None, None, None, backend=plug), BUILDER, confirm=True)
        with pytest.raises(DeviceRefused):
            printer.status(ENOUGH_MS)
