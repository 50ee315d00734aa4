"""Printers that say how they are without being asked ("Automatic Status Back"), which confirms no slip."""

import threading
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.printer import PaperOut
from drivers.printer._escpos import Builder, Sorter
from drivers.printer.network import Driver, Options
from tests.drivers.printer.contract import ENOUGH_MS, slip
from tests.drivers.printer.emupos import Judge, NetworkCable

TELL_ALL, TELL_NOTHING = b"\x1da\x0f", b"\x1da\x00"
ANSWER, CONFIRMED, XOFF = b"\x12", b"\x00", b"\x13"

unasked = st.tuples(
    st.integers(0, 127).map(lambda byte: byte & ~0x93 | 0x10),
    *[st.integers(0, 127).map(lambda byte: byte & ~0x90)] * 3,
).map(bytes)


class TellingCable(NetworkCable):
    """The printer at its end was told by another program to say everything unasked, and keeps that in mind."""

    def carry(self, near_end: int, stop: threading.Event) -> None:
        self._is_told = False
        super().carry(near_end, stop)

    def _passed(self, sent: bytes) -> bytes:
        passed = super()._passed(sent).replace(TELL_NOTHING, TELL_ALL)
        if not self._is_told:
            self._is_told, passed = True, TELL_ALL + passed
        return passed


@pytest.fixture
def cable(judge: Judge) -> Iterator[TellingCable]:
    cable = TellingCable(judge)
    yield cable
    cable.unplug()


def test_paper_that_ends_in_mid_slip_is_no_confirmation_though_the_printer_tells_it_unasked(
    judge: Judge, cable: TellingCable
) -> None:
    printer = Driver(Options(host="127.0.0.1", port=cable.port))
    cable.before_job = lambda: judge.set("paper-out")
    with pytest.raises(PaperOut) as trouble:
        printer.print(slip("never printed"), ENOUGH_MS)
    assert trouble.value.fields["sent"] == 1
    assert judge.texts() == []


def test_a_printer_that_tells_everything_unasked_confirms_its_slips_all_the_same(
    judge: Judge, cable: TellingCable
) -> None:
    printer = Driver(Options(host="127.0.0.1", port=cable.port))
    cable.before_job = lambda: judge.set("paper-near-end")
    printer.print(slip("first"), ENOUGH_MS)
    printer.kick(2, 100, 400, ENOUGH_MS)
    printer.print(slip("second"), ENOUGH_MS)
    assert len(judge.texts()) == 2


def test_a_printer_is_told_to_say_nothing_unasked_behind_the_reset_that_may_forget_it() -> None:
    message = Builder(48, "CP858").slip(slip("x"), hush=True).message
    assert message.startswith(b"\x1b@" + TELL_NOTHING)


@given(st.lists(st.sampled_from([ANSWER, XOFF]) | unasked), st.integers(1, 7))
def test_what_is_said_unasked_confirms_nothing_however_it_is_cut_up(
    said: list[bytes], size: int
) -> None:
    sorter = Sorter()
    whole = b"".join(said)
    for start in range(0, len(whole), size):
        sorter.take(whole[start : start + size])
    assert sorter.confirmations == 0
    assert sorter.statuses == said.count(ANSWER)
    sorter.take(CONFIRMED)
    assert sorter.confirmations == 1


def test_flow_control_in_the_middle_of_what_is_said_unasked_is_no_part_of_it() -> None:
    sorter = Sorter()
    sorter.take(b"\x14\x00" + XOFF + b"\x0f" + b"\x11" + b"\x00")
    assert sorter.confirmations == 0
    sorter.take(CONFIRMED)
    assert sorter.confirmations == 1
