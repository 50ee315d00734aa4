"""What every receipt printer that can answer must do, whatever it is made of."""

from collections.abc import Iterator
from typing import Protocol

import pytest

from drivers import DeviceAbsent
from drivers.printer import (
    KICK_OFF_MS,
    KICK_ON_MS,
    PRINT_MS,
    BarcodeLine,
    Blank,
    CodePageRow,
    CoverOpen,
    Cut,
    LogoLine,
    PairLine,
    Paper,
    PaperOut,
    Printer,
    PrinterOffline,
    PrintUnconfirmed,
    QrLine,
    Rule,
    Slip,
    TextLine,
)

ENOUGH_MS = 8000
SHORT_MS = 1500

EVERYTHING = Slip(
    (
        TextLine("Bäckerei Grüße", align="center", bold=True, large=True),
        TextLine("right", align="right"),
        Rule(),
        PairLine("Brot", "12,50 €"),
        PairLine("Total", "12,50 €", bold=True, large=True),
        Blank(),
        BarcodeLine("ean13", "4006381333931"),
        BarcodeLine("code128", "K7Q2-1041"),
        QrLine("https://example.org/r?K7Q2-1041"),
        Cut(),
    )
)


def slip(text: str) -> Slip:
    return Slip((TextLine(text), Cut()))


class Bench(Protocol):
    """A printer on the table, with its paper, cover, button, cable and drawer."""

    driver: Printer

    def printed(self) -> list[str]:
        """The texts that came out whole, oldest first."""
        ...

    def take_paper(self) -> None: ...

    def load_paper(self) -> None: ...

    def wear_paper(self) -> None: ...

    def open_cover(self) -> None: ...

    def close_cover(self) -> None: ...

    def go_offline(self) -> None: ...

    def go_online(self) -> None: ...

    def take_paper_in_the_middle(self) -> None: ...

    def wear_paper_in_the_middle(self) -> None: ...

    def unplug_in_the_middle(self) -> None: ...

    def unplug(self) -> None: ...

    def plug(self) -> None: ...

    def drawer_is_open(self) -> bool: ...


class PrinterContract:
    """Inherit this and give a `bench` whose printer is well and has printed nothing."""

    @pytest.fixture
    def bench(self) -> Iterator[Bench]:
        raise NotImplementedError

    @pytest.fixture
    def printer(self, bench: Bench) -> Printer:
        return bench.driver

    def test_a_slip_is_printed(self, bench: Bench, printer: Printer) -> None:
        printer.print(EVERYTHING, ENOUGH_MS)
        (text,) = bench.printed()
        for part in ("Bäckerei Grüße", "Brot", "12,50 €", "Total", "4006381333931", "K7Q2-1041"):
            assert part in text

    def test_slips_are_cut_apart_and_in_order(self, bench: Bench, printer: Printer) -> None:
        for text in ("first", "second", "third"):
            printer.print(slip(text), ENOUGH_MS)
        assert [text.strip() for text in bench.printed()] == ["first", "second", "third"]

    def test_a_slip_without_a_cut_is_cut_all_the_same(self, bench: Bench, printer: Printer) -> None:
        printer.print(Slip((TextLine("one"),)), ENOUGH_MS)
        printer.print(Slip((TextLine("two"),)), ENOUGH_MS)
        assert len(bench.printed()) == 2

    def test_it_has_a_name(self, printer: Printer) -> None:
        assert printer.label

    def test_a_well_printer_says_so(self, printer: Printer) -> None:
        status = printer.status(ENOUGH_MS)
        assert status.can_print
        assert (status.online, status.cover_open, status.error) == (True, False, False)
        assert status.paper is Paper.OK

    def test_without_paper_nothing_is_sent(self, bench: Bench, printer: Printer) -> None:
        bench.take_paper()
        assert printer.status(ENOUGH_MS).paper is Paper.OUT
        assert not printer.status(ENOUGH_MS).can_print
        with pytest.raises(PaperOut) as trouble:
            printer.print(slip("too early"), ENOUGH_MS)
        assert trouble.value.fields["sent"] == 0
        bench.load_paper()
        printer.print(slip("now"), ENOUGH_MS)
        assert [text.strip() for text in bench.printed()] == ["now"]

    def test_a_roll_near_its_end_still_prints(self, bench: Bench, printer: Printer) -> None:
        bench.wear_paper()
        assert printer.status(ENOUGH_MS).paper is Paper.LOW
        printer.print(slip("last"), ENOUGH_MS)
        assert len(bench.printed()) == 1

    def test_with_an_open_cover_nothing_is_sent(self, bench: Bench, printer: Printer) -> None:
        bench.open_cover()
        assert printer.status(ENOUGH_MS).cover_open
        with pytest.raises(CoverOpen) as trouble:
            printer.print(slip("too early"), ENOUGH_MS)
        assert trouble.value.fields["sent"] == 0
        bench.close_cover()
        printer.print(slip("now"), ENOUGH_MS)
        assert [text.strip() for text in bench.printed()] == ["now"]

    def test_offline_nothing_is_sent(self, bench: Bench, printer: Printer) -> None:
        bench.go_offline()
        assert not printer.status(ENOUGH_MS).online
        with pytest.raises(PrinterOffline) as trouble:
            printer.print(slip("too early"), ENOUGH_MS)
        assert trouble.value.fields["sent"] == 0
        bench.go_online()
        printer.print(slip("now"), ENOUGH_MS)
        assert [text.strip() for text in bench.printed()] == ["now"]

    def test_paper_that_ends_in_the_middle_is_told_apart(
        self, bench: Bench, printer: Printer
    ) -> None:
        bench.take_paper_in_the_middle()
        with pytest.raises(PaperOut) as trouble:
            printer.print(EVERYTHING, ENOUGH_MS)
        assert trouble.value.fields["sent"] == 1
        bench.load_paper()
        printer.print(slip("once more"), ENOUGH_MS)
        assert bench.printed()[-1].strip() == "once more"

    def test_a_roll_that_comes_near_its_end_while_it_prints_is_told_by_the_next_status(
        self, bench: Bench, printer: Printer
    ) -> None:
        bench.wear_paper_in_the_middle()
        printer.print(EVERYTHING, ENOUGH_MS)
        assert len(bench.printed()) == 1
        assert printer.status(ENOUGH_MS).paper is Paper.LOW

    def test_a_roll_that_ends_after_a_slip_is_told_by_the_next_status(
        self, bench: Bench, printer: Printer
    ) -> None:
        printer.print(slip("the last"), ENOUGH_MS)
        bench.take_paper()
        assert printer.status(ENOUGH_MS).paper is Paper.OUT

    def test_a_cable_pulled_in_the_middle_leaves_the_slip_unconfirmed_and_the_next_one_whole(
        self, bench: Bench, printer: Printer
    ) -> None:
        printer.print(slip("before"), ENOUGH_MS)
        bench.unplug_in_the_middle()
        with pytest.raises(PrintUnconfirmed) as trouble:
            printer.print(EVERYTHING, SHORT_MS)
        assert trouble.value.fields["sent"] == 1
        bench.unplug()
        bench.plug()
        printer.print(slip("after"), ENOUGH_MS)
        printed = [text.strip() for text in bench.printed()]
        assert (printed[0], printed[-1]) == ("before", "after")

    def test_names_of_all_scripts_and_lines_of_all_kinds_are_taken(
        self, bench: Bench, printer: Printer
    ) -> None:
        lines = (
            LogoLine(),
            TextLine("before"),
            PairLine("Ελληνικός καφές", "2,00 €"),
            TextLine("Жук العربية 茶 👩 \x10\x14\x01\x00\x01", bold=True, large=True),
            CodePageRow("CP437", "ñ £"),
            CodePageRow("no such page", "ñ"),
            TextLine("after"),
        )
        printer.print(Slip(lines), ENOUGH_MS)
        (text,) = bench.printed()
        rows = text.split("\n")
        assert "before" in rows
        assert "CP437       ñ £" in rows
        assert "after" in rows
        assert not bench.drawer_is_open()

    def test_five_hundred_lines_are_printed_in_the_time_that_it_asks_for(
        self, bench: Bench, printer: Printer
    ) -> None:
        lines = [PairLine(f"Article {number}", "1,00 €") for number in range(500)]
        lines[250] = PairLine("Чай", "1,00 €")
        long = Slip(tuple(lines))
        assert printer.print_ms(long) >= printer.print_ms(slip("short")) >= PRINT_MS
        printer.print(long, printer.print_ms(long))
        (text,) = bench.printed()
        for number in (0, 249, 251, 499):
            assert f"Article {number} " in text

    def test_to_ask_for_a_time_touches_no_device(self, bench: Bench, printer: Printer) -> None:
        bench.unplug()
        assert printer.print_ms(EVERYTHING) >= PRINT_MS
        assert bench.printed() == []

    def test_without_a_cable_nothing_is_sent(self, bench: Bench, printer: Printer) -> None:
        printer.print(slip("before"), ENOUGH_MS)
        bench.unplug()
        with pytest.raises(DeviceAbsent) as trouble:
            printer.print(slip("into the air"), SHORT_MS)
        assert trouble.value.fields["sent"] == 0
        with pytest.raises(DeviceAbsent):
            printer.status(SHORT_MS)
        with pytest.raises(DeviceAbsent):
            printer.kick(2, KICK_ON_MS, KICK_OFF_MS, SHORT_MS)
        assert not bench.drawer_is_open()

    def test_it_connects_again_by_itself(self, bench: Bench, printer: Printer) -> None:
        printer.print(slip("before"), ENOUGH_MS)
        bench.unplug()
        bench.plug()
        printer.print(slip("after"), ENOUGH_MS)
        assert [text.strip() for text in bench.printed()] == ["before", "after"]

    def test_a_closed_printer_is_opened_by_the_next_use(
        self, bench: Bench, printer: Printer
    ) -> None:
        printer.close()
        printer.print(slip("one"), ENOUGH_MS)
        printer.close()
        printer.close()
        assert printer.status(ENOUGH_MS).can_print
        assert len(bench.printed()) == 1

    def test_a_kick_opens_the_drawer_and_prints_nothing(
        self, bench: Bench, printer: Printer
    ) -> None:
        shut = printer.status(ENOUGH_MS).drawer_pin_high
        printer.kick(2, KICK_ON_MS, KICK_OFF_MS, ENOUGH_MS)
        assert bench.drawer_is_open()
        assert printer.status(ENOUGH_MS).drawer_pin_high is not shut
        assert bench.printed() == []

    def test_the_drawer_opens_even_without_paper(self, bench: Bench, printer: Printer) -> None:
        bench.take_paper()
        printer.kick(2, KICK_ON_MS, KICK_OFF_MS, ENOUGH_MS)
        assert bench.drawer_is_open()

    @pytest.mark.parametrize(
        ("on_ms", "off_ms"), [(0, 400), (200, 510), (121, 510), (100, 100), (100, 600), (-50, 400)]
    )
    def test_a_pulse_that_burns_a_coil_is_refused(
        self, bench: Bench, printer: Printer, on_ms: int, off_ms: int
    ) -> None:
        with pytest.raises(ValueError, match="on_ms"):
            printer.kick(2, on_ms, off_ms, ENOUGH_MS)
        assert not bench.drawer_is_open()
