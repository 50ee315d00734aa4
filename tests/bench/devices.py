"""Devices: how many scans a second three scanners get through, how long a receipt takes to be put into bytes, and what
a day of scans and receipts leaves in memory."""

import contextlib
import json
import os
import queue
import subprocess
import sys
import threading
import time
import tty
from collections.abc import Callable
from pathlib import Path
from typing import Final

from appliance.clock import SystemClock
from appliance.config import DeviceConfig
from appliance.devices import Devices
from appliance.domain.receipt import BarcodeLine, Cut, PairLine, TextLine
from appliance.hosts import slip_of
from appliance.messages import Command, Event, NewSale, PrintSlip, Scan, SignIn, TenderCash
from appliance.register import Register
from appliance.store.shelf import Shelf
from drivers.printer._escpos import Builder
from tests.bench import memory, shop
from tests.bench.report import Row, Section
from tests.bench.run import ROOT, Progress, Run, made_once
from tests.bench.timing import Times, ratio, said, times

NAME: Final = "devices"
SCANNERS: Final = 3
LINES_OF_A_TICKET: Final = 10
PATIENCE_S: Final = 120.0
FRAME_NS: Final = 1e9 / 60


def measure(run: Run) -> Section:
    progress = Progress(NAME)
    made = made_once("shop", shop.SOURCES, shop.make_shop)
    rows = [
        *_scans(run, made, progress),
        *_receipts(run, progress),
        *_memory(run, made, progress),
    ]
    progress.end()
    return Section(NAME, "Scanners on serial lines, receipts, and a long day.", tuple(rows))


# ----------------------------------------------------------------------------- scans


class _Beams:
    """Three scanners on pseudo-terminals, each fed by a thread of its own as fast as the line takes it."""

    def __init__(self, codes_each: int) -> None:
        self.wanted = [
            tuple(
                shop.ean13((scanner * codes_each + number) % 2000) for number in range(codes_each)
            )
            for scanner in range(SCANNERS)
        ]
        self._pairs = [os.openpty() for _ in range(SCANNERS)]
        for _, inside in self._pairs:
            tty.setraw(inside)
        self.paths = [os.ttyname(inside) for _, inside in self._pairs]

    def feed(self) -> list[threading.Thread]:
        threads = [
            threading.Thread(target=_write, args=(outside, codes))
            for (outside, _), codes in zip(self._pairs, self.wanted, strict=True)
        ]
        for thread in threads:
            thread.start()
        return threads

    def close(self) -> None:
        for pair in self._pairs:
            for end in pair:
                with contextlib.suppress(OSError):
                    os.close(end)

    def read_raw(self) -> int:
        """How long the bytes alone take, read by three plain threads."""
        begun_ns = time.perf_counter_ns()
        size = sum(len(code) + 1 for code in self.wanted[0])
        readers = [threading.Thread(target=_read, args=(inside, size)) for _, inside in self._pairs]
        for thread in [*readers, *self.feed()]:
            with contextlib.suppress(RuntimeError):
                thread.start()
        for thread in readers:
            thread.join()
        return time.perf_counter_ns() - begun_ns


def _write(outside: int, codes: tuple[str, ...]) -> None:
    for code in codes:
        waiting = memoryview(code.encode() + b"\r")
        while waiting:
            waiting = waiting[os.write(outside, waiting) :]


def _read(inside: int, size: int) -> None:
    while size > 0:
        size -= len(os.read(inside, 4096))


def _scans(run: Run, made: Path, progress: Progress) -> list[Row]:
    each = run.size(2_000, 100)
    progress("three scanners at once")
    raw = _Beams(each)
    raw_ns = raw.read_raw()
    raw.close()
    heard_ns = _heard(each, lambda scan: scan)
    progress("three scanners at once, every scan sold")
    shelf = shop.open_counter(run.copy(made)).shelf
    register = Register(shelf, SystemClock(always_ok=True), shop.NoDevices(), lambda _shown: None)
    register.handle(SignIn(employee="1", pin=shop.PIN))
    sold = 0

    def sell(scan: Scan) -> None:
        nonlocal sold
        register.handle(scan)
        sold += 1
        if sold % LINES_OF_A_TICKET == 0:
            register.handle(TenderCash(amount_minor=shop.CASH_MINOR))
            register.handle(NewSale())

    sold_ns = _heard(run.size(1_000, 50), sell)
    count = shelf.db.sql("SELECT sum(qty_milli) / 1000 FROM ticket_line")[0][0]
    assert count == SCANNERS * run.size(1_000, 50), "a scan was lost or merged"
    register.close()
    total = SCANNERS * each
    return [
        Row(
            "scans from three scanners at once, none lost or merged, to the register's queue",
            f"{total * 1e9 / heard_ns:,.0f} /s",
            f"the same bytes read by three plain threads: {total * 1e9 / raw_ns:,.0f} /s",
            times(heard_ns / raw_ns),
        ),
        Row(
            "the same, every scan a line on the disk and ten lines a sale",
            f"{SCANNERS * run.size(1_000, 50) * 1e9 / sold_ns:,.0f} /s",
            "a cashier scans about one a second",
        ),
    ]


def _heard(each: int, take: Callable[[Scan], object]) -> int:
    """How long until every scan of three scanners was taken, in nanoseconds; asserts that they are all there."""
    beams = _Beams(each)
    said: queue.SimpleQueue[Command | Event] = queue.SimpleQueue()
    devices = Devices(
        (
            DeviceConfig(f"scanner {number}", "scanner", "serial", {"port": path})
            for number, path in enumerate(beams.paths)
        ),
        said.put,
    )
    devices.start()
    until = time.monotonic() + PATIENCE_S
    while not all(host.is_well for host in devices.hosts.values()):
        assert time.monotonic() < until, "the scanners were not opened"
        time.sleep(0.01)
    begun_ns = time.perf_counter_ns()
    feeding = beams.feed()
    heard: dict[str, list[str]] = {}
    while sum(map(len, heard.values())) < SCANNERS * each:
        message = said.get(timeout=PATIENCE_S)
        if isinstance(message, Scan):
            take(message)
            heard.setdefault(message.device, []).append(message.text)
    taken_ns = time.perf_counter_ns() - begun_ns
    for thread in feeding:
        thread.join()
    devices.stop()
    beams.close()
    assert [tuple(heard[f"scanner {number}"]) for number in range(SCANNERS)] == beams.wanted
    return taken_ns


# ----------------------------------------------------------------------------- receipts


def receipt(lines: int, sale: str = "K7Q2-1041") -> PrintSlip:
    return PrintSlip(
        sale=sale,
        copy=0,
        lines=(
            TextLine("Bench"),
            *(PairLine(f"Article number {number}", "12.50") for number in range(lines)),
            BarcodeLine("code128", sale),
            Cut(),
        ),
    )


def _receipts(run: Run, progress: Progress) -> list[Row]:
    progress("receipts")
    rows = []
    builder = Builder(48, "CP858")
    for lines, count in ((5, 300), (500, 20)):
        slip = slip_of(receipt(lines))
        taken = Times()
        for _ in range(run.size(count, 5)):
            taken.call(builder.slip, slip)
        rows.append(
            Row(
                f"a receipt of {lines} lines into bytes, in the printer's thread",
                str(taken),
                f"one frame of the screen: {said(FRAME_NS)}",
                times(taken.median_ns / FRAME_NS),
            )
        )
    drawn = Times()
    slip = slip_of(PrintSlip("K7Q2-1041", 0, (TextLine("中文 Ελληνικά العربية Кириллица"), Cut())))
    plain = Times()
    for _ in range(run.size(100, 5)):
        drawn.call(builder.slip, slip)
        plain.call(builder.slip, slip_of(PrintSlip("K7Q2-1041", 0, (TextLine("plain"), Cut()))))
    rows.append(
        Row(
            "a row drawn as a picture",
            str(drawn),
            f"a plain row: {plain}",
            times(ratio(drawn, plain)),
        )
    )
    return rows


# ----------------------------------------------------------------------------- memory


def _memory(run: Run, made: Path, progress: Progress) -> list[Row]:
    scans, jobs = run.size(100_000, 2_000), run.size(10_000, 300)
    progress("a long day in memory")
    command = (
        *(sys.executable, "-m", "tests.bench.devices"),
        *(str(run.copy(made)), str(scans), str(jobs)),
    )
    done = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    found = json.loads(done.stdout)
    grown = found["after_kb"] - found["warm_kb"]
    return [
        Row(
            f"memory after {scans:,} scans sold and {jobs:,} receipts printed",
            f"{found['after_kb'] / 1024:.1f} MB",
            f"after a quarter of them: {found['warm_kb'] / 1024:.1f} MB",
            times(found["after_kb"] / found["warm_kb"]),
            "no more than a tenth above",
            grown * 10 <= found["warm_kb"],
        )
    ]


def _long_day(folder: Path, scans: int, jobs: int) -> None:
    """Scans by a serial scanner and receipts by a printer that takes everything, through the register and its hosts."""
    said: queue.SimpleQueue[Command | Event] = queue.SimpleQueue()
    devices = Devices(
        (DeviceConfig("printer", "printer", "file", {"path": "/dev/null"}),), said.put
    )
    devices.start()
    shelf = Shelf(folder)
    register = Register(shelf, SystemClock(always_ok=True), devices, lambda _shown: None)
    register.handle(SignIn(employee="1", pin=shop.PIN))
    warm_kb = 0
    printed = 0
    for number in range(scans):
        register.handle(Scan(text=shop.ean13(number % 2000)))
        if number % LINES_OF_A_TICKET == LINES_OF_A_TICKET - 1:
            register.handle(TenderCash(amount_minor=shop.CASH_MINOR))
            if printed < jobs:
                slip = receipt(LINES_OF_A_TICKET, sale="")
                while not devices.run(slip):
                    time.sleep(0.001)
                printed += 1
            while not said.empty():
                register.handle(said.get())
        if number == scans // 4:
            # By now SQLite's page cache is full, which is set to a fixed size.
            warm_kb = memory.now_kb()
    while devices.waiting("printer"):
        time.sleep(0.01)
    print(json.dumps({"warm_kb": warm_kb, "after_kb": memory.now_kb()}))
    devices.stop()
    register.close()


if __name__ == "__main__":
    _long_day(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
