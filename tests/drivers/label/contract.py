"""What every label printer that can answer must do, whatever it is made of."""

from collections.abc import Iterator
from typing import Protocol

import pytest

from drivers import DeviceAbsent
from drivers.label import HeadOpen, Label, LabelPrinter, LabelPrinterPaused, LabelsOut, RibbonOut

ENOUGH_MS = 8000
SHORT_MS = 1500

BREAD = Label("Brot", "3,20 €", "1 kg = 6,40 €", "4006381333931", "A-1041")
MILK = Label("Milch", "1,09 €", "1 l = 1,09 €", "96385074")
TEA = Label("Tee", "4,50 €")


class Bench(Protocol):
    """A label printer on the table, with its roll, ribbon, head, pause button and cable."""

    driver: LabelPrinter

    def printed(self) -> list[str]:
        """The names on the labels that came out, oldest first."""
        ...

    def take_labels(self) -> None: ...

    def load_labels(self) -> None: ...

    def take_ribbon(self) -> None: ...

    def load_ribbon(self) -> None: ...

    def open_head(self) -> None: ...

    def close_head(self) -> None: ...

    def pause(self) -> None: ...

    def resume(self) -> None: ...

    def take_labels_after(self, count: int) -> None: ...

    def unplug(self) -> None: ...

    def plug(self) -> None: ...


class LabelPrinterContract:
    """Inherit this and give a `bench` whose printer is well and has printed nothing."""

    @pytest.fixture
    def bench(self) -> Iterator[Bench]:
        raise NotImplementedError

    @pytest.fixture
    def printer(self, bench: Bench) -> LabelPrinter:
        return bench.driver

    def test_it_has_a_name(self, printer: LabelPrinter) -> None:
        assert printer.label

    def test_labels_come_out_in_their_order(self, bench: Bench, printer: LabelPrinter) -> None:
        printer.print((BREAD, MILK), 1, ENOUGH_MS)
        printer.print((TEA,), 1, ENOUGH_MS)
        assert bench.printed() == ["Brot", "Milch", "Tee"]

    def test_each_label_comes_as_often_as_was_asked_for(
        self, bench: Bench, printer: LabelPrinter
    ) -> None:
        printer.print((BREAD, MILK), 3, ENOUGH_MS)
        assert bench.printed() == ["Brot"] * 3 + ["Milch"] * 3

    @pytest.mark.parametrize("copies", [0, -1, 1000])
    def test_copies_that_nobody_means_are_refused(
        self, bench: Bench, printer: LabelPrinter, copies: int
    ) -> None:
        with pytest.raises(ValueError, match="copies"):
            printer.print((BREAD,), copies, ENOUGH_MS)
        assert bench.printed() == []

    def test_no_labels_are_no_trouble(self, bench: Bench, printer: LabelPrinter) -> None:
        printer.print((), 1, ENOUGH_MS)
        assert bench.printed() == []

    def test_a_well_printer_says_so(self, printer: LabelPrinter) -> None:
        status = printer.status(ENOUGH_MS)
        assert status.can_print
        assert status.waiting == 0

    def test_without_labels_nothing_is_sent(self, bench: Bench, printer: LabelPrinter) -> None:
        bench.take_labels()
        assert printer.status(ENOUGH_MS).labels_out
        assert not printer.status(ENOUGH_MS).can_print
        with pytest.raises(LabelsOut) as trouble:
            printer.print((BREAD,), 1, ENOUGH_MS)
        assert trouble.value.fields["sent"] == 0
        bench.load_labels()
        printer.print((MILK,), 1, ENOUGH_MS)
        assert bench.printed() == ["Milch"]

    def test_without_ribbon_nothing_is_sent(self, bench: Bench, printer: LabelPrinter) -> None:
        bench.take_ribbon()
        assert printer.status(ENOUGH_MS).ribbon_out
        with pytest.raises(RibbonOut) as trouble:
            printer.print((BREAD,), 1, ENOUGH_MS)
        assert trouble.value.fields["sent"] == 0
        bench.load_ribbon()
        printer.print((MILK,), 1, ENOUGH_MS)
        assert bench.printed() == ["Milch"]

    def test_with_an_open_head_nothing_is_sent(self, bench: Bench, printer: LabelPrinter) -> None:
        bench.open_head()
        # With the head open, a printer sees neither labels nor ribbon; the head is what has to be shut.
        bench.take_labels()
        bench.pause()
        assert printer.status(ENOUGH_MS).head_open
        with pytest.raises(HeadOpen) as trouble:
            printer.print((BREAD,), 1, ENOUGH_MS)
        assert trouble.value.fields["sent"] == 0
        bench.close_head()
        bench.load_labels()
        bench.resume()
        printer.print((MILK,), 1, ENOUGH_MS)
        assert bench.printed() == ["Milch"]

    def test_while_it_is_paused_nothing_is_sent(self, bench: Bench, printer: LabelPrinter) -> None:
        bench.pause()
        assert printer.status(ENOUGH_MS).paused
        with pytest.raises(LabelPrinterPaused) as trouble:
            printer.print((BREAD,), 1, ENOUGH_MS)
        assert trouble.value.fields["sent"] == 0
        bench.resume()
        printer.print((MILK,), 1, ENOUGH_MS)
        assert bench.printed() == ["Milch"]

    def test_a_roll_that_ends_in_the_middle_is_told_apart(
        self, bench: Bench, printer: LabelPrinter
    ) -> None:
        bench.take_labels_after(1)
        with pytest.raises(LabelsOut) as trouble:
            printer.print((BREAD, MILK, TEA), 1, ENOUGH_MS)
        assert trouble.value.fields["sent"] == 1
        assert bench.printed() == ["Brot"]
        bench.load_labels()
        printer.print((TEA,), 1, ENOUGH_MS)
        assert bench.printed()[-1] == "Tee"

    def test_without_a_cable_nothing_is_sent(self, bench: Bench, printer: LabelPrinter) -> None:
        printer.print((BREAD,), 1, ENOUGH_MS)
        bench.unplug()
        with pytest.raises(DeviceAbsent) as trouble:
            printer.print((MILK,), 1, SHORT_MS)
        assert trouble.value.fields["sent"] == 0
        with pytest.raises(DeviceAbsent):
            printer.status(SHORT_MS)
        assert bench.printed() == ["Brot"]

    def test_it_connects_again_by_itself(self, bench: Bench, printer: LabelPrinter) -> None:
        printer.print((BREAD,), 1, ENOUGH_MS)
        bench.unplug()
        bench.plug()
        printer.print((MILK,), 1, ENOUGH_MS)
        assert bench.printed() == ["Brot", "Milch"]

    def test_a_closed_printer_is_opened_by_the_next_use(
        self, bench: Bench, printer: LabelPrinter
    ) -> None:
        printer.close()
        printer.print((BREAD,), 1, ENOUGH_MS)
        printer.close()
        printer.close()
        assert printer.status(ENOUGH_MS).can_print
        assert bench.printed() == ["Brot"]
