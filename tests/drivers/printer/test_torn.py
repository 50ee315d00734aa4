"""Slips that were torn in the middle, and how long a whole one may take."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.printer import (
    PRINT_MS,
    PrintUnconfirmed,
    Slip,
    TextLine,
)
from drivers.printer._escpos import Builder
from drivers.printer._pictures import Lettering
from drivers.printer._session import OPEN_MS, EscposPrinter
from drivers.printer.network import Driver, Options
from drivers.printer.serial import Driver as SerialDriver
from drivers.printer.serial import Options as SerialOptions
from tests.drivers.printer.contract import ENOUGH_MS, slip
from tests.drivers.printer.wire import KeptPower, words

DRAWN = Slip((TextLine("Жук" * 16), TextLine("茶茶", large=True), TextLine("end")))
DRAWING = Builder(48, "CP858", lettering=Lettering(48))
DRAWN_SIZE = len(DRAWING.slip(DRAWN).message)


@settings(max_examples=100, deadline=None)
@given(st.integers(0, DRAWN_SIZE), st.booleans())
def test_a_slip_torn_in_the_middle_of_a_picture_does_not_swallow_the_next(
    tear_after: int, confirm: bool
) -> None:
    paper = KeptPower()
    printer = EscposPrinter(paper, DRAWING, confirm=confirm)
    paper.tear_after = tear_after
    with pytest.raises(PrintUnconfirmed):
        printer.print(DRAWN, ENOUGH_MS)
    printer.print(slip("the next slip"), ENOUGH_MS)
    last = max(i for i, command in enumerate(paper.printed) if command.name == b"\x1b@")
    assert words(paper.printed[last:]).strip().startswith("the next slip")
    assert b"\x1dV" in [command.name for command in paper.printed[last:]]
    # Nothing is padded that has no reason to be.
    so_far = len(paper.printed)
    printer.print(slip("one more"), ENOUGH_MS)
    assert b"\x00" not in [command.name for command in paper.printed[so_far:]]


@pytest.mark.parametrize("tear_after", [40, 1000, 3000, DRAWN_SIZE])
@pytest.mark.parametrize("confirm", [True, False])
def test_a_kick_after_a_torn_slip_opens_the_drawer_at_once_or_never(
    tear_after: int, *, confirm: bool
) -> None:
    paper = KeptPower()
    printer = EscposPrinter(paper, DRAWING, confirm=confirm)
    paper.tear_after = tear_after
    with pytest.raises(PrintUnconfirmed):
        printer.print(DRAWN, ENOUGH_MS)
    printer.kick(5, 100, 400, ENOUGH_MS)
    # Nothing is left in the printer's buffer that opens it behind the slip, or behind what a slow line still carries.
    assert paper.pulses_at_once == [b"\x10\x14\x01\x01\x01"]
    printer.print(slip("the next slip"), ENOUGH_MS)
    assert b"\x1bp" not in [command.name for command in paper.printed]


# ------------------------------------------------------------------------------- how long it may take


def test_a_slow_line_is_given_the_time_that_its_bytes_take() -> None:
    long = Slip(tuple(TextLine(f"{number:48}") for number in range(500)))
    limits = [
        SerialDriver(SerialOptions(port="/dev/none", baud=baud)).print_ms(long)
        for baud in (9600, 19_200, 115_200)
    ]
    network = Driver(Options(host="127.0.0.1")).print_ms(long)
    wire_ms = 500 * 49 * 10 * 1000 // 9600
    assert limits[0] >= PRINT_MS + wire_ms
    assert limits[0] > limits[1] > limits[2]
    assert limits[1] > network > PRINT_MS


def test_however_long_a_slip_may_take_a_printer_that_is_switched_off_is_not_waited_for() -> None:
    paper = KeptPower()
    printer = EscposPrinter(paper, DRAWING, confirm=True)
    printer.print(DRAWN, printer.print_ms(DRAWN))
    assert paper.opened_within_ms == OPEN_MS < PRINT_MS


def test_pictures_and_paper_count_too() -> None:
    printer = SerialDriver(SerialOptions(port="/dev/none"))
    plain = printer.print_ms(slip("Kaffee"))
    assert printer.print_ms(slip("Кофе и чай")) > plain
    large = Slip((TextLine("a", large=True),) * 100)
    assert printer.print_ms(large) > printer.print_ms(Slip((TextLine("a"),) * 100))
