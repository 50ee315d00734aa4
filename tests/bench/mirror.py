"""The mirror between real processes: an edit until it is on a register's screen, a new register until it has all."""

import itertools
import random
import socket
import threading
import time
from pathlib import Path
from typing import Final

from appliance.clock import ScriptedClock
from appliance.journal import wire
from appliance.journal.entry import Entry
from appliance.journal.kinds import NewProduct, ProductChanged, ProductsAdded, ShopChanged
from appliance.messages import CatalogueView
from appliance.mirroring import SHOWN_EVERY_S
from appliance.services.desk import Desk
from appliance.store.shelf import DiskLimits, Shelf
from tests.appliance.lan_server.serving import Device, Server, serving
from tests.appliance.mirror.tills import RealTill
from tests.bench import memory, server, shop
from tests.bench.report import Row, Section
from tests.bench.run import Progress, Run
from tests.bench.timing import Times, per_second, ratio, times, without_collector

NAME: Final = "mirror"
_ROOMY: Final = DiskLimits(warn_bytes=0, stop_bytes=0, ballast_bytes=4096)
_AT_ONCE: Final = 500


def measure(run: Run) -> Section:
    progress = Progress(NAME)
    products = run.size(100_000, 2_000)
    rows = [*_edits(run, progress), *_new_register(run, products, progress)]
    progress.end()
    return Section(
        NAME, "A server and a register in processes of their own, on loopback.", tuple(rows)
    )


def _edits(run: Run, progress: Progress) -> list[Row]:
    ours, limit, chance = Times(), Times(), random.Random(5)
    with serving(run.scratch / "edits") as one:
        till = RealTill(run.scratch / "edits-till")
        try:
            till.sign_in()
            till.pair(one)
            till.has_all()
            tile = till.see(CatalogueView, lambda shown: bool(shown.tiles)).tiles[0]
            device, shelf = _office(one, run.scratch / "edits-office")
            book = shelf.book(ScriptedClock(shop.START_MS))
            for turn in range(run.size(60, 5)):
                progress("a price edit until it is on the screen", turn)
                # An owner makes no two edits in half a second, and at no certain moment of the register's seconds.
                time.sleep(SHOWN_EVERY_S + chance.random())
                price = 1000 + turn
                entries = book.record("", ProductChanged(tile.product, price_minor=price))
                with ours.one():
                    device.up(entries)
                    till.see(
                        CatalogueView,
                        lambda shown, price=price: shown.tiles[0].price_minor == price,  # type: ignore[misc]
                    )
                limit.taken_ns.append(_there_and_back(wire.pack(entries)))
            shelf.close()
        finally:
            till.stop()
        held_kb = memory.now_kb(_worker(one))
    return [
        Row(
            "from a price edit at one device to the snapshot for another's screen, through the server",
            str(ours),
            f"the same bytes through a raw socket and back: {limit}",
            times(ratio(ours, limit)),
            "within seconds",
            ours.percentile_ns(95) < 2_000_000_000,
        ),
        Row("memory of the server's worker afterwards", f"{held_kb / 1024:.0f} MB"),
    ]


def _new_register(run: Run, products: int, progress: Progress) -> list[Row]:
    progress("making a catalogue")
    folder = run.scratch / "catalogue"
    entries = _catalogue(folder, products)
    ours = Times()
    with serving(folder) as one:
        progress("a new register takes it")
        till = RealTill(run.scratch / "new-till", empty=True)
        try:
            with ours.one():
                till.pair(one)
                till.has_all()
        finally:
            till.stop()
        held_kb = memory.peak_kb(_worker(one))
    progress("inserting the same rows")
    shelf = Shelf(run.scratch / "new-till", limits=_ROOMY)
    rows = server.rows_of(Desk(shelf.db, shelf.book(ScriptedClock(shop.START_MS))))
    shelf.close()
    target = Shelf(run.scratch / "new-limit", limits=_ROOMY)
    limit = Times()
    with without_collector():
        limit.call(server.in_commits, target.db, rows, entries)
    target.close()
    return [
        Row(
            f"a new register, from the code until it has {products:,} products",
            f"{ours}, {per_second(products, ours):,.0f} products/s",
            f"the driver inserting the same rows in {entries} commits: {limit}",
            times(ratio(ours, limit)),
        ),
        Row("memory of the server's worker meanwhile", f"at most {held_kb / 1024:.0f} MB"),
    ]


def _catalogue(folder: Path, products: int) -> int:
    """A server's store with so many products; how many entries it has."""
    shelf = Shelf(folder, limits=_ROOMY)
    book = shelf.book(ScriptedClock(shop.START_MS))
    with shelf.transaction():
        book.record("", ShopChanged(name="Bench", currency="EUR"))
        for first in range(0, products, _AT_ONCE):
            made = tuple(
                NewProduct(
                    f"Article number {number}",
                    49 + number % 1900,
                    "A",
                    barcodes=(shop.ean13(number),),
                )
                for number in range(first, min(products, first + _AT_ONCE))
            )
            book.record("", ProductsAdded(products=made))
    count = book.length
    shelf.close()
    return count


def _office(one: Server, folder: Path) -> tuple[Device, Shelf]:
    """Another paired device that has all that the server has."""
    shelf = Shelf(folder, limits=_ROOMY)
    device = one.pair(shelf.origin)
    book = shelf.book(ScriptedClock(shop.START_MS))
    have: dict[str, int] = {}
    entries: tuple[Entry, ...]
    while entries := device.down(have):
        book.receive(entries)
        have = {origin: seq for origin, (seq, _head) in book.heads.items()}
    return device, shelf


def _there_and_back(message: bytes) -> int:
    """How long so many bytes take to another thread and back, on a connection that is open; in nanoseconds."""
    taken = Times()
    ours, theirs = socket.socketpair()
    with ours, theirs:

        def answer() -> None:
            theirs.sendall(_read(theirs, len(message)))

        thread = threading.Thread(target=answer)
        thread.start()
        with taken.one():
            ours.sendall(message)
            _read(ours, len(message))
        thread.join()
    return taken.taken_ns[0]


def _read(end: socket.socket, length: int) -> bytes:
    found = bytearray()
    while len(found) < length:
        found += end.recv(length - len(found))
    return bytes(found)


def _worker(one: Server) -> str:
    """The process that serves: the youngest child of the one that was started."""
    assert one.process is not None
    pid = one.process.pid
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="utf-8").split()
    return next(itertools.islice(reversed(children), 1))
