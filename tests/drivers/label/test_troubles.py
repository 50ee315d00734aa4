"""Label printers that misbehave: deaf, gone in the middle, late, or of another language."""

import socket
from pathlib import Path

import pytest

import drivers
from drivers import BadOptions, DeviceAbsent, DeviceRefused
from drivers.label import (
    Label,
    LabelPrinterFault,
    LabelPrinterPaused,
    LabelPrinterSilent,
    LabelsUnconfirmed,
)
from drivers.label import _letters as letters
from drivers.label._session import ZplPrinter
from drivers.label._zpl import Builder
from drivers.label.simulated import Driver as SimulatedDriver
from drivers.label.simulated import Options as SimulatedOptions
from drivers.label.zpl_network import Driver, Options
from drivers.printer._transport import NetworkTransport
from tests.drivers.label.contract import BREAD, ENOUGH_MS, MILK, SHORT_MS, TEA
from tests.drivers.label.far_end import FarEnd


@pytest.fixture
def printer(far_end: FarEnd) -> Driver:
    return Driver(Options(host="127.0.0.1", port=far_end.port))


def test_a_printer_that_never_answers_gets_no_label(far_end: FarEnd, printer: Driver) -> None:
    far_end.answers = False
    with pytest.raises(LabelPrinterSilent) as trouble:
        printer.print((BREAD,), 1, SHORT_MS)
    assert trouble.value.fields["sent"] == 0
    with pytest.raises(LabelPrinterSilent):
        printer.status(SHORT_MS)
    assert far_end.waiting == far_end.formats == []


def test_without_confirm_a_printer_is_asked_nothing(far_end: FarEnd) -> None:
    far_end.answers = False
    printer = Driver(Options(host="127.0.0.1", port=far_end.port, confirm=False))
    printer.print((BREAD, MILK), 2, ENOUGH_MS)
    assert printer.status(SHORT_MS).can_print
    while len(far_end.names()) < 4:
        """A test that waits for ever is ended by pytest."""
    assert far_end.questions == 0


@pytest.mark.parametrize(
    "says",
    [
        "\x02030,0,0,0256,000,0,0,0,000,0,0\x03\r\n",
        "\x02030,0,0,0256,000,0,0,0,000,0,0,2\x03\r\n\x02001,0,0,0,1,2,4,0,00000000,1,000\x03\r\n\x021234,0\x03\r\n",
        "PRINTER STATUS\r\n",
        "x" * 5000,
        "\x14\x00\x00\x0f" * 8,
    ],
)
def test_an_answer_that_cannot_be_read_is_no_answer(
    far_end: FarEnd, printer: Driver, says: str
) -> None:
    far_end.lines = says
    with pytest.raises(LabelPrinterSilent) as trouble:
        printer.print((BREAD,), 1, SHORT_MS)
    assert trouble.value.fields["sent"] == 0
    assert far_end.waiting == far_end.formats == []


def test_an_answer_may_come_in_pieces(far_end: FarEnd, printer: Driver) -> None:
    far_end.answer_in_pieces = True
    printer.print((BREAD,), 1, ENOUGH_MS)
    assert far_end.names() == ["Brot"]


def test_labels_that_still_wait_are_not_printed(far_end: FarEnd, printer: Driver) -> None:
    far_end.others_waiting = 3
    with pytest.raises(LabelsUnconfirmed) as trouble:
        printer.print((BREAD,), 1, SHORT_MS)
    assert trouble.value.fields["sent"] == 1


def test_one_moment_without_work_does_not_mean_that_all_is_done(
    far_end: FarEnd, printer: Driver
) -> None:
    far_end.others_waiting = 3
    # The look before the job, and the first look after it.
    far_end.idle_lies = 2
    with pytest.raises(LabelsUnconfirmed):
        printer.print((BREAD,), 1, SHORT_MS)


def test_a_printer_that_falls_silent_leaves_the_labels_unconfirmed(
    far_end: FarEnd, printer: Driver
) -> None:
    far_end.hangs_up_at_format = True
    with pytest.raises(LabelsUnconfirmed) as trouble:
        printer.print((BREAD, MILK), 1, ENOUGH_MS)
    assert trouble.value.fields["sent"] == 1
    assert trouble.value.fields["why"] in {"device_absent", "device_silent"}


def test_a_printer_that_takes_no_more_data_does_not_hold_us_for_ever(far_end: FarEnd) -> None:
    # Pictures of large letters: more than the sockets on the way can keep.
    options = Options(host="127.0.0.1", port=far_end.port, width_mm=200, height_mm=100, dpmm=12)
    printer, labels = Driver(options), (Label("Κρασί", "Ω 1.234,50"),) * 150
    original = far_end._obey

    def deaf_from_the_first_format(connection: socket.socket, heard: bytes) -> bytes:
        far_end.takes_nothing = b"^XA" in heard
        return original(connection, heard)

    far_end._obey = deaf_from_the_first_format  # type: ignore[method-assign]
    with pytest.raises(LabelsUnconfirmed) as trouble:
        printer.print(labels, 1, 3 * SHORT_MS)
    assert trouble.value.fields["sent"] == 1


@pytest.mark.parametrize("cause", ["memory", "cold", "hot"])
def test_a_fault_keeps_labels_from_being_sent(far_end: FarEnd, printer: Driver, cause: str) -> None:
    setattr(far_end, cause, True)
    assert printer.status(ENOUGH_MS).fault
    with pytest.raises(LabelPrinterFault) as trouble:
        printer.print((BREAD,), 1, ENOUGH_MS)
    assert trouble.value.fields["sent"] == 0


def test_a_pause_in_the_middle_is_told(far_end: FarEnd, printer: Driver) -> None:
    original = far_end.go_on

    def pause_at_the_second() -> None:
        far_end.paused = len(far_end.waiting) + len(far_end.formats) > 1
        original()

    far_end.go_on = pause_at_the_second  # type: ignore[method-assign]
    with pytest.raises(LabelPrinterPaused) as trouble:
        printer.print((BREAD, MILK), 1, ENOUGH_MS)
    assert trouble.value.fields["sent"] == 1


def test_a_direct_thermal_printer_needs_no_ribbon(far_end: FarEnd, printer: Driver) -> None:
    far_end.ribbon_out, far_end.transfer = True, False
    assert printer.status(ENOUGH_MS).can_print


def test_nobody_listening_is_absent() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    printer = Driver(Options(host="127.0.0.1", port=port))
    with pytest.raises(DeviceAbsent) as trouble:
        printer.print((BREAD,), 1, SHORT_MS)
    assert trouble.value.fields["sent"] == 0


class WithoutFonts(Builder):
    """On a machine where somebody removed a font."""

    def label(self, label: Label, copies: int) -> bytes:
        if label.name == "Κρασί":
            letters._font(Path("/nowhere/NoSuchFont.ttf"), 20)
        return super().label(label, copies)


def test_a_missing_font_is_said_before_anything_is_sent(far_end: FarEnd) -> None:
    transport = NetworkTransport("127.0.0.1", far_end.port)
    printer = ZplPrinter(transport, WithoutFonts(57, 32, 8), confirm=True)
    with pytest.raises(
        DeviceRefused, match=r"/nowhere/NoSuchFont\.ttf is missing: install fonts-"
    ) as trouble:
        printer.print((BREAD, Label("Κρασί")), 1, ENOUGH_MS)
    assert trouble.value.fields["sent"] == 0
    # What the printer's own font can say needs no other.
    printer.print((BREAD,), 1, ENOUGH_MS)
    assert far_end.names() == ["Brot"]


def test_a_lost_answer_leaves_the_labels_of_the_simulated_printer_unconfirmed() -> None:
    printer = SimulatedDriver(SimulatedOptions())
    printer.lose_next_answer()
    with pytest.raises(LabelsUnconfirmed) as trouble:
        printer.print((TEA,), 2, ENOUGH_MS)
    assert trouble.value.fields["sent"] == 1
    assert printer.labels == (TEA, TEA)
    printer.overheat()
    with pytest.raises(LabelPrinterFault):
        printer.print((TEA,), 1, ENOUGH_MS)
    printer.cool_down()
    printer.print((TEA,), 1, ENOUGH_MS)


def test_the_simulated_printer_shows_what_a_real_one_would_be_sent() -> None:
    printer = SimulatedDriver(SimulatedOptions(width_mm=40, height_mm=30))
    assert printer.zpl(BREAD).startswith(b"^XA^CI28")
    assert b"^PW320^LL240" in printer.zpl(BREAD)


@pytest.mark.parametrize(
    ("table", "key"),
    [
        ({"host": "x", "width_mm": 5}, "width_mm"),
        ({"host": "x", "height_mm": 1000}, "height_mm"),
        ({"host": "x", "dpmm": 6}, "dpmm"),
        ({"host": "x", "port": 0}, "port"),
        ({"host": "x", "heigth_mm": 30}, "heigth_mm"),
    ],
)
def test_what_cannot_work_is_refused_with_its_key(table: dict[str, object], key: str) -> None:
    with pytest.raises(BadOptions) as refusal:
        drivers.options_for(drivers.load("label", "zpl_network"), table)
    assert refusal.value.key == key
