"""A shop on a bad network, in one thread: two registers and a server, each a real store, and a link that loses things.

What a fault does to one message: `lost` never arrives, `unanswered` arrives and its answer does not, `twice` arrives
two times, `late` arrives whenever `deliver_late` is called.
"""

import itertools
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final, TypeVar

from appliance.clock import ScriptedClock
from appliance.journal.book import Book
from appliance.journal.entry import Entry
from appliance.journal.kinds import ProductChanged, ShopChanged
from appliance.journal.lines import from_line
from appliance.journal.mirror_kinds import RegisterPaired
from appliance.journal.trust_kinds import OriginKnown
from appliance.journal.wire import Asking, Hashes, Hello, Mark, Wanting, Welcome, pack, unpack
from appliance.lan_server import intake
from appliance.mirror.courier import Courier
from appliance.mirror.link import ServerAway
from appliance.services import mirroring
from appliance.services.desk import Desk
from appliance.store import anew
from appliance.store import shelf as store
from appliance.store.incarnation import FILE
from appliance.store.shelf import Shelf
from tests.appliance.trading import ROOMY, START_MS, Trader, dump, sell, trade

FAULTS: Final = ("", "lost", "unanswered", "twice", "late")
_Answer = TypeVar("_Answer")


class Node:
    """One device with its store in a folder."""

    def __init__(self, folder: Path, name: str) -> None:
        self.folder = folder / name
        self.name = name
        self.copy: Path | None = None
        self.clock = ScriptedClock(START_MS)
        self.made = 0
        self.open()

    def open(self) -> None:
        """Start the program; what it had in mind is gone."""
        self.shelf = Shelf(self.folder, limits=ROOMY)
        self.book = Book(self.shelf, self.clock, self.shelf.origin)
        self.remember()

    def remember(self) -> None:
        """What a register reads of its own trade when it starts."""
        self.trader = Trader(self.shelf, self.book, self.clock)
        days = self.shelf.db.sql(
            "SELECT id, number, closed_at_ms FROM day WHERE origin = ? ORDER BY number",
            (self.origin,),
        )
        if days:
            last, self.trader.days, closed_at_ms = days[-1]
            self.trader.day = last if closed_at_ms is None else None
        sales = self.shelf.db.sql("SELECT id FROM sale WHERE origin = ?", (self.origin,))
        self.trader.sales = [row[0] for row in sales]

    @property
    def desk(self) -> Desk:
        return Desk(self.shelf.db, self.book)

    def restart(self) -> None:
        self.shelf.close()
        self.open()

    def keep_a_copy(self) -> None:
        """As a backup of the disk does, while the program is down."""
        self.shelf.close()
        self.copy = self.folder.with_suffix(".copy")
        shutil.rmtree(self.copy, ignore_errors=True)
        shutil.copytree(self.folder, self.copy)
        self.open()

    def put_the_copy_back(self, *, noticed: bool) -> None:
        """The database is as it was; `noticed` where what lies beside it tells that when the program starts."""
        assert self.copy is not None
        self.shelf.close()
        beside = (self.folder / FILE).read_bytes()
        shutil.rmtree(self.folder)
        shutil.copytree(self.copy, self.folder)
        if noticed:
            (self.folder / FILE).write_bytes(beside)
        self.open()

    # what the courier needs of a journal

    @property
    def origin(self) -> str:
        return self.book.origin

    def heads(self) -> dict[str, tuple[int, bytes]]:
        return self.shelf.heads()

    def hash_at(self, origin: str, seq: int) -> bytes | None:
        return self.shelf.hash_at(origin, seq)

    def span(self, origin: str, after: int, most: int) -> list[Entry]:
        return store.span(self.shelf.db, origin, after, most)

    def take(self, entries: Sequence[Entry]) -> None:
        self.book.receive(entries)
        if entries[0].origin == self.origin:
            self.remember()


class BadLink:
    """The way from one register to the server. `faults` are used up, one a message; then all is well."""

    def __init__(self, shop: "Shop", sender: str) -> None:
        self.shop = shop
        self.sender = sender
        self.faults: list[str] = []

    def hello(self, hello: Hello) -> Welcome:
        return self._say(lambda desk: intake.hello(desk, self.sender, hello, START_MS, "test"))

    def up(self, entries: Sequence[Entry]) -> Mark:
        packed = pack(entries)
        return self._say(lambda desk: intake.take(desk, self.sender, unpack(packed), START_MS))

    def down(self, wanting: Wanting) -> tuple[Entry, ...]:
        return unpack(self._say(lambda desk: pack(intake.give(desk.db, wanting))))

    def at(self, asking: Asking) -> Hashes:
        return self._say(lambda desk: intake.hashes(desk.db, asking))

    def apart(self, entries: Sequence[Entry]) -> Mark:
        packed = pack(entries)
        return self._say(lambda desk: intake.apart(desk, self.sender, unpack(packed), START_MS))

    def _say(self, ask: Callable[[Desk], _Answer]) -> _Answer:
        fault = self.faults.pop(0) if self.faults else ""
        if fault == "late":
            self.shop.late.append(lambda: self.shop.serve(ask))
        if fault in {"lost", "late"}:
            raise ServerAway(why=fault)
        answer = self.shop.serve(ask)
        if fault == "twice":
            answer = self.shop.serve(ask)
        if fault == "unanswered":
            raise ServerAway(why=fault)
        return answer


class Shop:
    """The registers, the server and what was sold: each sale has a total of its own."""

    def __init__(self, folder: Path) -> None:
        self.server = Node(folder, "server")
        self.registers = [Node(folder, "one"), Node(folder, "two")]
        self.late: list[Callable[[], object]] = []
        self.totals = itertools.count(1000)
        self.sold: dict[int, tuple[str, int]] = {}
        for number, register in enumerate(self.registers):
            self.server.book.record(
                "",
                RegisterPaired(register.origin, f"till {number}", "till", f"{number:064}"),
                OriginKnown(register.origin, "till", f"till {number}"),
            )
        self.links = [BadLink(self, register.origin) for register in self.registers]
        self.couriers = [
            Courier(link, register, "test")
            for link, register in zip(self.links, self.registers, strict=True)
        ]

    def serve(self, ask: Callable[[Desk], _Answer]) -> _Answer:
        """As the scribe does: one commit, in which this fails alone."""
        with self.server.book.batch(), self.server.book.part():
            return ask(self.server.desk)

    def close(self) -> None:
        for node in (self.server, *self.registers):
            node.shelf.close()

    # ------------------------------------------------------------------ what happens

    def sell(self, number: int) -> None:
        register = self.registers[number]
        total = next(self.totals)
        sale = sell(register.trader, 1, price_minor=total)
        origin, seq = sale.split("-")
        self.sold[total] = (origin, int(seq))

    def trade(self, node: Node, moves: Sequence[int]) -> None:
        trade(node.trader, moves)

    def edit(self, node: Node, name: str) -> None:
        node.book.record("", ShopChanged(name=name))
        for product in node.shelf.db.sql("SELECT id FROM product ORDER BY id LIMIT 2"):
            node.book.record("", ProductChanged(product=product[0], name=name))

    def step(self, number: int, what: str, faults: Sequence[str]) -> None:
        """One errand of a register's courier, over a link with these faults."""
        courier = self.couriers[number]
        self.links[number].faults = list(faults)
        try:
            {"greet": courier.greet, "ship": courier.ship, "fetch": courier.fetch}[what]()
        except ServerAway:
            assert faults
        finally:
            self.links[number].faults = []

    def deliver_late(self) -> None:
        late, self.late = self.late, []
        for ask in late:
            ask()

    def restart(self, number: int) -> None:
        """A register's program begins anew; its courier too."""
        self.registers[number].restart()
        self.couriers[number] = Courier(self.links[number], self.registers[number], "test")

    def settle(self) -> None:
        """A good network for as long as it takes."""
        self.deliver_late()
        for _round in range(6):
            for number, courier in enumerate(self.couriers):
                courier.greet()
                if courier.parted:
                    courier = self.put_right(number)  # noqa: PLW2901
                _until_nothing_is_left(courier.ship)
                _until_nothing_is_left(courier.fetch)

    def put_right(self, number: int) -> Courier:
        """Two histories are known: the program starts again, and the server gets what it lacks."""
        register = self.registers[number]
        with register.shelf.transaction():
            for origin, seq in self.couriers[number].parted.items():
                anew.request_apart(register.shelf.db, origin, seq)
        self.restart(number)
        courier = self.couriers[number]
        apart = mirroring.quarantined(register.shelf.db)
        own = mirroring.own_line(register.shelf.db)
        for line in (from_line(one.line, 1) for one in apart if one.origin not in own):
            courier.hand_over([line])
        courier.greet()
        return courier

    # ------------------------------------------------------------------ what must be true

    def totals_at(self, node: Node) -> list[int]:
        """What `sell` sold, by total; what `trade` makes up is below that."""
        found = node.shelf.db.sql(
            "SELECT total_minor FROM sale WHERE total_minor >= 1000 ORDER BY 1"
        )
        return [row[0] for row in found]

    def check(self, *, lost: frozenset[int] = frozenset()) -> None:
        """All hold the same, folded from the journal, and nothing is lost or doubled, but for the totals in `lost`."""
        rows = dump(self.server.shelf)
        for node in (self.server, *self.registers):
            assert node.heads() == self.server.heads(), node.name
            assert dump(node.shelf) == rows, node.name
            assert node.shelf.differences() == (), node.name
            assert node.book.verify().bad is None, node.name
        found = self.totals_at(self.server)
        assert len(found) == len(set(found)), "doubled"
        # What was lost with a disk may come back: a message was still under way.
        assert self.sold.keys() - lost <= set(found) <= self.sold.keys()


def _until_nothing_is_left(errand: Callable[[], bool]) -> None:
    for _round in range(200):
        if not errand():
            return
    raise AssertionError("an errand that never ends")
