"""What the printer without a printer keeps for the bench panel."""

from pathlib import Path

import pytest
from PIL import Image

from drivers.printer import (
    CutterJammed,
    LogoLine,
    PairLine,
    PrinterFault,
    PrintUnconfirmed,
    Slip,
    TextLine,
)
from drivers.printer.simulated import Driver, Options
from tests.drivers.printer.contract import EVERYTHING, slip


@pytest.fixture
def printer() -> Driver:
    return Driver(Options(columns=32))


def test_it_shows_slips_as_they_would_look(printer: Driver) -> None:
    printer.print(EVERYTHING, 0)
    assert printer.texts[0].splitlines() == [
        "         Bäckerei Grüße",
        "                           right",
        "--------------------------------",
        "Brot                     12,50 €",
        "Total                    12,50 €",
        "",
        "     [ean13 4006381333931]",
        "      [code128 K7Q2-1041]",
        "              [qr",
        "https://example.org/r?K7Q2-1041]",
    ]


def test_a_torn_slip_is_kept_apart(printer: Driver) -> None:
    printer.take_paper_after(1)
    with pytest.raises(Exception, match="paper_out"):
        printer.print(Slip((TextLine("first"), TextLine("second"))), 0)
    assert printer.slips == ()
    assert printer.torn_slips == (Slip((TextLine("first"),)),)


def test_an_answer_may_get_lost_after_the_slip_came_out(printer: Driver) -> None:
    printer.lose_next_answer()
    with pytest.raises(PrintUnconfirmed) as trouble:
        printer.print(slip("out"), 0)
    assert trouble.value.fields["sent"] == 1
    printer.print(slip("next"), 0)
    assert printer.texts == ("out", "next")


def test_a_jammed_cutter_is_told_apart_until_it_is_cleared(printer: Driver) -> None:
    printer.jam()
    with pytest.raises(CutterJammed) as trouble:
        printer.print(slip("stuck"), 0)
    assert trouble.value.code == "cutter_jammed"
    status = printer.status(0)
    assert (status.error, status.cutter_error, status.can_print) == (True, True, False)
    printer.clear_jam()
    printer.print(slip("free"), 0)


def test_a_hot_head_is_a_fault_until_it_has_cooled_down(printer: Driver) -> None:
    printer.overheat()
    with pytest.raises(PrinterFault) as trouble:
        printer.print(slip("hot"), 0)
    assert trouble.value.code == "printer_fault"
    status = printer.status(0)
    assert (status.error, status.cutter_error, status.can_print) == (True, False, False)
    printer.cool_down()
    printer.print(slip("free"), 0)


def test_it_counts_kicks_and_lets_the_drawer_be_shut(printer: Driver) -> None:
    printer.kick(5, 50, 250, 0)
    assert printer.kicks == ((5, 50, 250),)
    assert printer.status(0).drawer_pin_high
    printer.shut_drawer()
    assert not printer.status(0).drawer_pin_high


def test_amounts_stay_whole_whatever_the_name(printer: Driver) -> None:
    for length in range(80):
        printer.print(Slip((PairLine("n" * length, "1.234,50 €"),)), 0)
        rows = printer.texts[-1].splitlines()
        assert rows[-1].endswith("1.234,50 €")
        assert all(len(row) <= 32 for row in rows)
        assert sum(row.count("n") for row in rows) == length


def test_it_shows_names_that_a_real_one_would_draw_as_they_are(printer: Driver) -> None:
    printer.print(Slip((PairLine("龍井茶 Жук", "1,00 €"), TextLine("عربية", align="right"))), 0)
    first, second = printer.texts[0].splitlines()
    assert first == "龍井茶 Жук" + " " * (32 - 10 - 6) + "1,00 €"
    assert second == " " * 27 + "عربية"


def test_the_logo_is_shown_where_there_is_one(tmp_path: Path, printer: Driver) -> None:
    Image.new("1", (8, 8)).save(tmp_path / "logo.png")
    with_logo = Driver(Options(columns=32, logo=str(tmp_path / "logo.png")))
    for one in (with_logo, printer):
        one.print(Slip((LogoLine(), TextLine("Shop"))), 0)
    assert with_logo.texts[0].split() == ["[logo]", "Shop"]
    assert printer.texts[0] == "Shop"


def test_a_slip_that_lost_its_printer_is_kept_apart(printer: Driver) -> None:
    printer.unplug_after(1)
    with pytest.raises(PrintUnconfirmed):
        printer.print(Slip((TextLine("first"), TextLine("second"))), 0)
    assert printer.torn_slips == (Slip((TextLine("first"),)),)
    printer.plug()
    printer.print(slip("whole"), 0)
    assert printer.texts == ("whole",)
