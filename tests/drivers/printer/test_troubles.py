"""Printers that misbehave: deaf, stuck, gone in the middle, or late with their answers."""

import contextlib
import os
import select
import socket
import subprocess
import sys
import threading
import tracemalloc
import tty
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers import DeviceAbsent, DeviceBusy, DeviceSilent
from drivers.printer import (
    CoverOpen,
    CutterJammed,
    Paper,
    PrinterFault,
    PrintUnconfirmed,
    Slip,
    TextLine,
)
from drivers.printer._escpos import read_status
from drivers.printer.file import Driver as FileDriver
from drivers.printer.file import Options as FileOptions
from drivers.printer.network import Driver, Options
from drivers.printer.serial import Driver as SerialDriver
from drivers.printer.serial import Options as SerialOptions
from tests.drivers.printer.contract import ENOUGH_MS, slip

A_WHILE_MS = 1500
WELL = {1: 0x12, 2: 0x12, 3: 0x12, 4: 0x12}
JOB_BEGINS, CONFIRM = b"\x1b@", b"\x1dr\x01"
LONG = Slip(tuple(TextLine("x" * 48) for _ in range(8_000)))


class OddPrinter:
    """Answers as it is told, and keeps what it got. `fd` is its end of a cable."""

    def __init__(self) -> None:
        self.statuses = dict(WELL)
        self.answers_status = True
        self.answers_confirm = True
        self.hangs_up_at_job = False
        self.stops_at_job = False
        self.is_deaf_from_job = 1000
        self.ignores_questions = 0
        self.waits_to_be_asked_again = False
        self.falls_silent_at_job = False
        self.is_silent = False
        self.feeds_after_job = False
        self.jams_at_job = False
        self.chatters = False
        self.never_stops_talking = False
        self.flood_at_job = 0
        self.resets = 0
        self.owed = 0
        self.got = b""
        self.jobs = 0
        self.stop = threading.Event()

    def wait_for(self, part: bytes) -> None:
        """Wait until it got `part`; a test that waits for ever is ended by pytest."""
        while part not in self.got:
            self.stop.wait(0.01)

    def serve(self, fd: int) -> None:
        if self.chatters:
            os.write(fd, b"\x14\x00\x00\x0f" * 3)
        while not self.stop.is_set():
            if self.never_stops_talking:
                with contextlib.suppress(OSError):
                    os.write(fd, b"nonsense")
            if not select.select([fd], [], [], 0.02)[0]:
                continue
            try:
                received = os.read(fd, 4096)
            except OSError as end:
                self.resets += isinstance(end, ConnectionResetError)
                return
            if not received or not self.take(fd, received):
                return

    def take(self, fd: int, received: bytes) -> bool:
        self.got += received
        if JOB_BEGINS in received:
            self.jobs += 1
            if self.jams_at_job:
                self.statuses |= {1: 0x1A, 2: 0x52, 3: 0x1A}
            if self.hangs_up_at_job:
                return False
            if self.stops_at_job:
                self.stop.wait(30)
                return False
            self.is_silent = self.falls_silent_at_job
            os.write(fd, b"\x00" * self.flood_at_job)
        if self.is_silent:
            return True
        for place in range(len(received) - 2):
            three = received[place : place + 3]
            if three[:2] == b"\x10\x04" and three[2] in WELL:
                self.answer(fd, three[2])
            self.owed += three == CONFIRM
        if self.waits_to_be_asked_again and CONFIRM not in received:
            return True
        while self.answers_confirm and self.owed and self.jobs < self.is_deaf_from_job:
            # The late answer first, the next one at its heels.
            os.write(fd, b"\x00")
            self.owed -= 1
            self.stop.wait(0.05)
        return True

    def answer(self, fd: int, question: int) -> None:
        if self.ignores_questions:
            self.ignores_questions -= 1
        elif self.jobs and self.feeds_after_job:
            # Offline for one look only; then it goes on, and says so.
            self.feeds_after_job, self.answers_confirm = question != 4, question == 4
            os.write(fd, b"\x1a" if question == 1 else b"\x12")
        elif self.answers_status:
            os.write(fd, bytes([self.statuses[question]]))


class OddNetworkPrinter(OddPrinter):
    def __init__(self) -> None:
        super().__init__()
        self._listener = socket.create_server(("127.0.0.1", 0))
        # A printer has little room, and whoever sends keeps no more on the way than there is room for.
        self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self.port = int(self._listener.getsockname()[1])
        self._thread = threading.Thread(target=self._accept)
        self._thread.start()

    def end(self) -> None:
        self.stop.set()
        self._thread.join()
        self._listener.close()

    def _accept(self) -> None:
        self._listener.settimeout(0.02)
        while not self.stop.is_set():
            try:
                connection, _ = self._listener.accept()
            except TimeoutError:
                continue
            with connection:
                self.serve(connection.fileno())


@pytest.fixture
def odd() -> Iterator[OddNetworkPrinter]:
    odd = OddNetworkPrinter()
    yield odd
    odd.end()


@pytest.fixture
def printer(odd: OddNetworkPrinter) -> Driver:
    return Driver(Options(host="127.0.0.1", port=odd.port))


def test_a_printer_that_never_answers_gets_no_slip(odd: OddNetworkPrinter, printer: Driver) -> None:
    odd.answers_status = False
    with pytest.raises(DeviceSilent) as trouble:
        printer.print(slip("anyone?"), A_WHILE_MS)
    assert trouble.value.fields["sent"] == 0
    with pytest.raises(DeviceSilent):
        printer.status(A_WHILE_MS)
    with pytest.raises(DeviceSilent):
        printer.kick(2, 100, 400, A_WHILE_MS)
    assert odd.jobs == 0
    assert b"\x1bp" not in odd.got


def test_without_confirm_a_printer_is_asked_nothing(odd: OddNetworkPrinter) -> None:
    odd.answers_status = odd.answers_confirm = False
    printer = Driver(Options(host="127.0.0.1", port=odd.port, confirm=False))
    printer.print(slip("believed"), ENOUGH_MS)
    printer.kick(2, 100, 400, A_WHILE_MS)
    odd.wait_for(b"\x1bp\x00\x32\xc8")
    assert b"believed" in odd.got
    assert b"\x10\x04" not in odd.got


def test_without_confirm_a_chatty_printer_gets_its_slip_all_the_same(
    odd: OddNetworkPrinter,
) -> None:
    odd.chatters = True
    printer = Driver(Options(host="127.0.0.1", port=odd.port, confirm=False))
    for number in range(20):
        printer.print(slip(f"number {number}"), ENOUGH_MS)
        odd.wait_for(f"number {number}\n".encode())
    odd.end()
    assert odd.resets == 0


def test_a_slip_is_printed_only_when_the_printer_says_so(
    odd: OddNetworkPrinter, printer: Driver
) -> None:
    odd.answers_confirm = False
    with pytest.raises(PrintUnconfirmed) as trouble:
        printer.print(slip("perhaps"), A_WHILE_MS)
    assert trouble.value.fields["sent"] == 1
    assert odd.jobs == 1


def test_a_connection_that_ends_in_the_middle_leaves_the_slip_unconfirmed(
    odd: OddNetworkPrinter, printer: Driver
) -> None:
    odd.hangs_up_at_job = True
    with pytest.raises(PrintUnconfirmed) as trouble:
        printer.print(slip("perhaps"), ENOUGH_MS)
    assert trouble.value.fields["sent"] == 1


def test_a_printer_that_takes_no_more_data_does_not_hold_us_for_ever(
    odd: OddNetworkPrinter, printer: Driver
) -> None:
    odd.stops_at_job = True
    with pytest.raises(PrintUnconfirmed) as trouble:
        printer.print(LONG, ENOUGH_MS)
    assert trouble.value.fields["sent"] == 1


def test_a_jammed_cutter_is_told_from_other_faults(odd: OddNetworkPrinter, printer: Driver) -> None:
    odd.statuses |= {1: 0x1A, 2: 0x52, 3: 0x1A}
    with pytest.raises(CutterJammed) as trouble:
        printer.print(slip("stuck"), ENOUGH_MS)
    assert trouble.value.fields["sent"] == 0
    status = printer.status(ENOUGH_MS)
    assert (status.error, status.cutter_error, status.can_print) == (True, True, False)
    assert odd.jobs == 0


@pytest.mark.parametrize("answers", [{2: 0x52}, {3: 0x32}, {3: 0x52}, {2: 0x52, 3: 0x72}])
def test_other_faults_are_no_jammed_cutter(
    odd: OddNetworkPrinter, printer: Driver, answers: dict[int, int]
) -> None:
    odd.statuses |= {1: 0x1A, **answers}
    with pytest.raises(PrinterFault) as trouble:
        printer.print(slip("hot"), ENOUGH_MS)
    assert trouble.value.code == "printer_fault"
    status = printer.status(ENOUGH_MS)
    assert (status.error, status.cutter_error) == (True, False)


def test_a_cutter_that_jams_at_the_end_of_a_slip_is_told(
    odd: OddNetworkPrinter, printer: Driver
) -> None:
    odd.answers_confirm = False
    odd.jams_at_job = True
    with pytest.raises(CutterJammed) as trouble:
        printer.print(slip("stuck"), ENOUGH_MS)
    assert trouble.value.fields["sent"] == 1


@given(*[st.integers(0, 255)] * 4)
def test_any_answers_are_read_and_the_cutter_is_bit_three_of_the_third(
    first: int, second: int, third: int, fourth: int
) -> None:
    status = read_status((first, second, third, fourth))
    assert status.cutter_error is bool(third & 0x08)
    assert status.error or not status.cutter_error
    assert not (status.can_print and (status.error or status.paper is Paper.OUT))


def test_a_network_cable_pulled_in_the_middle_says_nothing_and_does_not_hold_us_for_ever(
    odd: OddNetworkPrinter, printer: Driver
) -> None:
    printer.print(slip("before"), ENOUGH_MS)
    odd.falls_silent_at_job = True
    with pytest.raises(PrintUnconfirmed) as trouble:
        printer.print(slip("into the air"), A_WHILE_MS)
    assert trouble.value.fields["sent"] == 1
    with pytest.raises(DeviceSilent) as silence:
        printer.print(slip("still out"), A_WHILE_MS)
    assert silence.value.fields["sent"] == 0
    odd.falls_silent_at_job = odd.is_silent = False
    printer.print(slip("back"), ENOUGH_MS)
    assert odd.jobs == 3


def test_an_address_that_does_not_answer_at_all_is_absent() -> None:
    # The kernel drops what a full queue of unaccepted connections has no room for.
    with (
        socket.create_server(("127.0.0.1", 0), backlog=0) as server,
        contextlib.ExitStack() as all_,
    ):
        port = server.getsockname()[1]
        for _ in range(4):
            filler = all_.enter_context(socket.socket())
            filler.setblocking(False)
            filler.connect_ex(("127.0.0.1", port))
        printer = Driver(Options(host="127.0.0.1", port=port))
        with pytest.raises(DeviceAbsent) as trouble:
            printer.print(slip("hello?"), A_WHILE_MS)
        assert trouble.value.fields["sent"] == 0


def test_a_moment_offline_while_it_prints_is_no_trouble(
    odd: OddNetworkPrinter, printer: Driver
) -> None:
    odd.answers_confirm = False
    odd.feeds_after_job = True
    printer.print(slip("fed by hand"), ENOUGH_MS)
    assert odd.jobs == 1
    assert not odd.feeds_after_job


def test_a_printer_in_trouble_is_let_go_for_the_other_registers(
    odd: OddNetworkPrinter, printer: Driver
) -> None:
    # It serves one connection at a time, as many do.
    odd.statuses[2] = 0x16
    with pytest.raises(CoverOpen):
        printer.print(slip("open"), ENOUGH_MS)
    other = Driver(Options(host="127.0.0.1", port=odd.port))
    assert other.status(ENOUGH_MS).cover_open
    assert printer.status(ENOUGH_MS).cover_open


def test_nobody_listening_is_absent() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    printer = Driver(Options(host="127.0.0.1", port=port))
    with pytest.raises(DeviceAbsent):
        printer.print(slip("hello?"), A_WHILE_MS)


class Serial:
    """An odd printer on a pseudo-terminal."""

    def __init__(self, link: Path) -> None:
        self.odd = OddPrinter()
        self._far_end, self._near_end = os.openpty()
        tty.setraw(self._near_end)
        link.symlink_to(os.ttyname(self._near_end))
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()
        self.driver = SerialDriver(SerialOptions(port=str(link)))

    def end(self) -> None:
        self.driver.close()
        self.odd.stop.set()
        self._thread.join()
        os.close(self._near_end)

    def _serve(self) -> None:
        """Until the end, or until the odd printer hangs up: then the adapter is gone."""
        self.odd.serve(self._far_end)
        os.close(self._far_end)


@pytest.fixture
def serial(tmp_path: Path) -> Iterator[Serial]:
    serial = Serial(tmp_path / "printer")
    yield serial
    serial.end()


def test_a_slip_is_not_confirmed_by_the_late_answer_to_the_one_before(serial: Serial) -> None:
    odd, printer = serial.odd, serial.driver
    odd.answers_confirm = False
    with pytest.raises(PrintUnconfirmed):
        printer.print(slip("first"), A_WHILE_MS)

    # It answers the first slip only when it is asked again, and the second slip never.
    odd.answers_confirm = odd.waits_to_be_asked_again = True
    odd.is_deaf_from_job = 2
    with pytest.raises(PrintUnconfirmed):
        printer.print(slip("second"), 2 * A_WHILE_MS)
    assert odd.jobs == 2


def test_the_next_slip_waits_for_the_one_before(serial: Serial) -> None:
    odd, printer = serial.odd, serial.driver
    odd.answers_confirm = False
    with pytest.raises(PrintUnconfirmed):
        printer.print(slip("first"), A_WHILE_MS)
    with pytest.raises(DeviceBusy) as trouble:
        printer.print(slip("second"), A_WHILE_MS)
    assert trouble.value.fields["sent"] == 0
    assert odd.jobs == 1
    odd.answers_confirm = True
    printer.print(slip("third"), ENOUGH_MS)
    assert odd.jobs == 2


def test_a_kept_connection_that_died_is_replaced(serial: Serial) -> None:
    odd, printer = serial.odd, serial.driver
    assert printer.status(ENOUGH_MS).can_print
    odd.ignores_questions = 1
    printer.print(slip("after a nap"), ENOUGH_MS)
    assert odd.jobs == 1


def test_a_file_gets_whole_slips_one_after_the_other(tmp_path: Path) -> None:
    paper = tmp_path / "paper.bin"
    paper.touch()
    printer = FileDriver(FileOptions(path=str(paper), columns=32))
    for text in ("one €", "two €"):
        printer.print(slip(text), ENOUGH_MS)
    printer.kick(5, 60, 300, A_WHILE_MS)
    assert printer.status(A_WHILE_MS).online
    printed = paper.read_bytes()
    assert printed.count(b"\x1b@\x1bt\x13") == 2
    assert b"one \xd5\n" in printed
    assert printed.endswith(b"\x1bp\x01\x1e\x96")
    assert b"\x10\x04" not in printed
    assert CONFIRM not in printed


def test_a_file_is_never_made_where_a_printer_is_missing(tmp_path: Path) -> None:
    printer = FileDriver(FileOptions(path=str(tmp_path / "lp0")))
    with pytest.raises(DeviceAbsent) as trouble:
        printer.print(slip("into the air"), A_WHILE_MS)
    assert trouble.value.fields["sent"] == 0
    with pytest.raises(DeviceAbsent):
        printer.status(A_WHILE_MS)
    assert not list(tmp_path.iterdir())


def test_a_device_file_that_takes_no_more_data_does_not_hold_us_for_ever(tmp_path: Path) -> None:
    path = tmp_path / "lp0"
    os.mkfifo(path)
    reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    printer = FileDriver(FileOptions(path=str(path)))
    printer.print(slip("fits"), ENOUGH_MS)
    with pytest.raises(PrintUnconfirmed) as trouble:
        printer.print(Slip(LONG.lines[:4000]), A_WHILE_MS)
    assert trouble.value.fields["sent"] == 1
    os.close(reader)


def test_a_serial_adapter_pulled_in_the_middle_leaves_the_slip_unconfirmed(serial: Serial) -> None:
    serial.odd.hangs_up_at_job = True
    with pytest.raises(PrintUnconfirmed) as trouble:
        serial.driver.print(slip("perhaps"), ENOUGH_MS)
    assert trouble.value.fields["sent"] == 1
    assert trouble.value.fields["why"] == "device_absent"
    with pytest.raises(DeviceAbsent):
        serial.driver.status(A_WHILE_MS)


@pytest.mark.parametrize("nonsense", [b"\xff", b"\x12", b"\x00", b"\x10\x00\x00\x00"])
def test_a_printer_that_never_stops_talking_is_asked_nothing_and_gets_nothing(
    nonsense: bytes,
) -> None:
    """It floods from a process of its own, so that there is always something to read."""
    flood = subprocess.Popen(
        [sys.executable, "-c", FLOOD, nonsense.hex()], stdout=subprocess.PIPE, text=True
    )
    try:
        assert flood.stdout is not None
        port = int(flood.stdout.readline())
        printer = Driver(Options(host="127.0.0.1", port=port))
        tracemalloc.start()
        with pytest.raises(DeviceSilent):
            printer.status(500)
        with pytest.raises(DeviceSilent) as unprinted:
            printer.print(slip("hello"), 1000)
        assert unprinted.value.fields["sent"] == 0
        with pytest.raises(DeviceSilent):
            printer.kick(2, 100, 400, 500)
        most_bytes = tracemalloc.get_traced_memory()[1]
        # Nothing of what it says is kept.
        assert most_bytes < 1_000_000
    finally:
        tracemalloc.stop()
        flood.kill()
        flood.wait()


def test_a_flood_that_begins_in_the_middle_of_a_slip_confirms_nothing(
    odd: OddNetworkPrinter, printer: Driver
) -> None:
    odd.answers_confirm, odd.flood_at_job = False, 20_000
    with pytest.raises(PrintUnconfirmed) as trouble:
        printer.print(slip("perhaps"), A_WHILE_MS)
    assert trouble.value.fields["sent"] == 1


def test_without_confirm_one_who_never_stops_talking_does_not_hold_us_for_ever(
    odd: OddNetworkPrinter,
) -> None:
    odd.never_stops_talking = True
    printer = Driver(Options(host="127.0.0.1", port=odd.port, confirm=False))
    printer.print(slip("said once"), A_WHILE_MS)
    odd.wait_for(b"said once")


FLOOD = """
import socket, sys
server = socket.create_server(("127.0.0.1", 0))
print(server.getsockname()[1], flush=True)
while True:
    one, _ = server.accept()
    try:
        while True:
            one.sendall(bytes.fromhex(sys.argv[1]) * 65536)
    except OSError:
        pass
"""
