"""The USB printer driver against the kernel's own printer gadget."""

from collections.abc import Iterator

import pytest

from drivers import DeviceAbsent, DeviceSilent
from drivers.drawer import printer_kick
from drivers.printer import Cut, PrintUnconfirmed, Slip, TextLine, file
from drivers.printer.usb import Driver, Options
from tests.hardware.bench import SOON_MS, eventually
from tests.hardware.gadget import PrinterGadget

SLIP = Slip((TextLine("Summe 12,50"), Cut()))
NOT_LONG_MS = 6000


@pytest.fixture
def gadget() -> Iterator[PrinterGadget]:
    gadget = PrinterGadget()
    gadget.plug()
    yield gadget
    gadget.unplug()


@pytest.fixture
def printer(gadget: PrinterGadget) -> Iterator[Driver]:
    del gadget
    printer = Driver(Options(vendor="04b8", product="0202", serial="P-0001"))
    yield printer
    printer.close()


def test_a_slip_is_printed_cut_and_confirmed(gadget: PrinterGadget, printer: Driver) -> None:
    printer.print(SLIP, SOON_MS)
    assert b"Summe 12,50" in gadget.received
    assert b"\x1dV" in gadget.received


def test_a_printer_that_answers_nothing_gets_no_slip(
    gadget: PrinterGadget, printer: Driver
) -> None:
    gadget.tells_status = False
    with pytest.raises(DeviceSilent) as trouble:
        printer.print(SLIP, NOT_LONG_MS)
    assert trouble.value.fields["sent"] == 0
    assert b"Summe" not in gadget.received


def test_a_slip_without_the_printers_word_is_not_called_printed(
    gadget: PrinterGadget, printer: Driver
) -> None:
    gadget.confirms = False
    with pytest.raises(PrintUnconfirmed) as trouble:
        printer.print(SLIP, NOT_LONG_MS)
    assert trouble.value.fields["sent"] == 1
    gadget.confirms = True
    printer.print(SLIP, SOON_MS)


def test_a_printer_that_takes_no_more_data_is_given_up_in_time_and_prints_again_later(
    gadget: PrinterGadget, printer: Driver
) -> None:
    gadget.takes_data = False
    with pytest.raises(DeviceSilent) as trouble:
        printer.print(SLIP, NOT_LONG_MS)
    assert trouble.value.fields["sent"] == 0
    gadget.takes_data = True
    printer.print(SLIP, SOON_MS)
    assert bytes(gadget.received).count(b"Summe 12,50") == 1


def test_an_unplugged_printer_is_absent_and_prints_when_it_is_back(
    gadget: PrinterGadget, printer: Driver
) -> None:
    printer.print(SLIP, SOON_MS)
    gadget.unplug()
    with pytest.raises(DeviceAbsent) as trouble:
        printer.print(SLIP, NOT_LONG_MS)
    assert trouble.value.fields["sent"] == 0
    gadget.plug()
    printer.print(SLIP, SOON_MS)
    assert bytes(gadget.received).count(b"Summe 12,50") == 2


def test_a_drawer_on_the_printer_gets_five_bytes_and_tells_its_level(
    gadget: PrinterGadget, printer: Driver
) -> None:
    drawer = printer_kick.Driver(printer_kick.Options(on_ms=100, off_ms=400, sense_open_high=True))
    drawer.connect(printer)
    drawer.kick(SOON_MS)
    assert b"\x1bp\x00\x32\xc8" in gadget.received
    assert drawer.is_open(SOON_MS) is False
    gadget.status = b"\x16"
    assert drawer.level(SOON_MS) is True
    assert drawer.is_open(SOON_MS) is True


def test_a_slip_goes_through_the_kernels_own_printer_file(gadget: PrinterGadget) -> None:
    printer = file.Driver(file.Options(path="/dev/usb/lp0"))
    printer.print(SLIP, SOON_MS)
    eventually(lambda: b"\x1dV" in gadget.received, "the slip")
    assert b"Summe 12,50" in gadget.received


def test_a_slip_that_the_kernel_cannot_hand_over_is_not_called_printed(
    gadget: PrinterGadget,
) -> None:
    gadget.unplug()
    gadget.takes_data = False
    gadget.plug()
    printer = file.Driver(file.Options(path="/dev/usb/lp0"))
    with pytest.raises(PrintUnconfirmed):
        printer.print(SLIP, NOT_LONG_MS)
