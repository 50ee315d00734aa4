"""Several servers write one journal through different nodes of a cluster, and nodes die: nothing is lost or doubled."""

import itertools
import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, TypeVar

import pytest

from appliance.clock import SystemClock
from appliance.journal.book import JournalGap
from appliance.journal.entry import Entry
from appliance.journal.kinds import CategoryAdded, TaxClassDefined
from appliance.lan_server.scribe import Scribe
from appliance.services import catalogue
from appliance.services.catalogue_csv import import_catalogue
from appliance.services.desk import Desk
from appliance.store.database import Interrupted
from appliance.store.maria_shelf import MariaShelf, reader
from tests.appliance.trading import folded, open_trader, sell
from tests.cluster.galera import Cluster
from tests.commit_cutter import Cutter

_Answer = TypeVar("_Answer")

REGISTERS = 50
SALES = 12
BATCH = 10
STORY_S = 600


class Place:
    """One server of open-pos without its network: a scribe on the cluster, through nodes in an order of its own."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url = url
        self.folder = folder
        self.shelf: MariaShelf | None = None
        self.origin = ""
        self.scribe = Scribe(self._build, self._close)
        self.scribe.start()

    def _build(self) -> Desk:
        self.shelf = MariaShelf(self.url, self.folder)
        self.origin = self.shelf.origin
        return Desk(self.shelf.db, self.shelf.book(SystemClock(always_ok=True)))

    def _close(self, _desk: Desk) -> None:
        assert self.shelf is not None
        self.shelf.close()

    def do(self, work: Callable[[Desk], _Answer]) -> _Answer:
        return self.scribe.do(work)


class Register:
    """A till's journal, on its way up to whichever place answers, as `mirror` does: always from "where are you?"."""

    def __init__(self, entries: list[Entry]) -> None:
        self.entries = entries
        self.acknowledged = 0

    def send(self, places: list[Place], chance: random.Random) -> None:
        order = itertools.cycle(chance.sample(places, len(places)))
        place = next(order)
        limit = time.monotonic() + STORY_S
        while self.acknowledged < len(self.entries):
            assert time.monotonic() < limit
            try:
                self._step(place, chance)
            except Interrupted:
                place = next(order)
                time.sleep(chance.uniform(0, 0.5))

    def _step(self, place: Place, chance: random.Random) -> None:
        origin = self.entries[0].origin
        held, head = place.do(lambda desk: desk.book.head(origin))
        assert held == 0 or self.entries[held - 1].hash == head
        assert held >= self.acknowledged, "what was acknowledged is gone"
        # Now and then what was sent before is sent again.
        first = max(0, held - chance.choice((0, 0, 0, BATCH)))
        batch = self.entries[first : held + BATCH]
        place.do(lambda desk: desk.book.receive(batch))
        self.acknowledged = min(held + BATCH, len(self.entries))


@pytest.fixture
def database(cluster: Cluster) -> str:
    cluster.wait()
    return cluster.nodes[0].new_database()


@contextmanager
def three_places(cluster: Cluster, database: str, folder: Path) -> Iterator[list[Place]]:
    """Each through a node of its own first. The first one makes the tables."""
    places = [
        Place(cluster.url(database, one, (one + 1) % 3, (one + 2) % 3), folder / f"server{one}")
        for one in range(3)
    ]
    yield places
    for place in places:
        place.scribe.stop()


def journals(folder: Path) -> list[Register]:
    found = []
    for number in range(REGISTERS):
        trader = open_trader(folder / f"till{number}", f"{number:04d}")
        for sale in range(SALES):
            sell(trader, 1 + sale % 3, 2)
        found.append(Register(list(trader.shelf.entries())))
        trader.shelf.close()
    return found


def check(cluster: Cluster, database: str, folder: Path) -> dict[str, list[Any]]:
    """All nodes hold the same rows, and the tables are the fold of the journal. The rows."""
    cluster.wait()
    found = []
    for number in range(3):
        url = cluster.url(database, number)
        with closing(reader(url, folder / f"look{number}")) as db:
            rows: dict[str, list[Any]] = dict(folded(db))
            rows["entry"] = db.sql("SELECT * FROM entry ORDER BY origin, seq")
            found.append(rows)
    assert found[0] == found[1] == found[2]
    with closing(MariaShelf(cluster.url(database, 2), folder / "checked")) as shelf:
        assert shelf.differences() == ()
        assert shelf.unapplied() == ()
        assert shelf.book(SystemClock()).verify().bad is None
    return found[0]


@pytest.mark.timeout(STORY_S)
def test_fifty_registers_send_while_a_node_is_killed_and_comes_back(
    cluster: Cluster, database: str, tmp_path: Path
) -> None:
    registers = journals(tmp_path)
    noted: list[str] = []
    with three_places(cluster, database, tmp_path) as places:
        over = threading.Event()

        def note(place: Place) -> None:
            """Entries of the server's own, as the back office makes them."""
            while not over.is_set():
                noted.append(
                    place.do(lambda desk: desk.book.record("", CategoryAdded(place.origin))[0].id)
                )
                over.wait(0.1)

        senders = [
            threading.Thread(target=register.send, args=(places, random.Random(number)))
            for number, register in enumerate(registers)
        ]
        noting = [threading.Thread(target=note, args=(place,)) for place in places]
        for thread in (*senders, *noting):
            thread.start()
        total = sum(len(register.entries) for register in registers)
        _until(lambda: sum(register.acknowledged for register in registers) > total // 5)
        cluster.nodes[1].kill()
        _until(lambda: sum(register.acknowledged for register in registers) > total // 2)
        cluster.rejoin(1)
        for thread in senders:
            thread.join()
        over.set()
        for thread in noting:
            thread.join()
    rows = check(cluster, database, tmp_path)
    for register in registers:
        assert register.acknowledged == len(register.entries)
    held = [Entry._make(row) for row in rows["entry"]]
    theirs = [entry for register in registers for entry in register.entries]
    own = [entry for entry in held if entry.origin in {place.origin for place in places}]
    assert [one for one in held if one not in own] == sorted(theirs)
    assert sorted(entry.id for entry in own) == sorted(noted)
    assert len(rows["sale"]) == REGISTERS * SALES
    assert len(rows["category"]) == len(noted)


@pytest.mark.timeout(STORY_S)
def test_without_most_of_the_nodes_nothing_is_taken_and_afterwards_it_goes_on(
    cluster: Cluster, database: str, tmp_path: Path
) -> None:
    place = Place(cluster.url(database, 0, 1, 2), tmp_path / "server")
    made = [place.do(lambda desk: desk.book.record("", CategoryAdded("before"))[0].id)]
    cluster.nodes[1].kill()
    cluster.nodes[2].kill()
    with pytest.raises(Interrupted):
        place.do(lambda desk: desk.book.record("", CategoryAdded("never")))
    cluster.rejoin(1)
    cluster.rejoin(2)
    cluster.wait()
    made.append(place.do(lambda desk: desk.book.record("", CategoryAdded("after"))[0].id))
    place.scribe.stop()
    rows = check(cluster, database, tmp_path)
    names = [row[1] for row in sorted(rows["category"])]
    # A commit that nobody heard of may have been stored; a refused one is not there.
    assert names in (["before", "after"], ["before", "never", "after"])
    assert set(made) <= {row[0] for row in rows["category"]}


@pytest.mark.timeout(STORY_S)
@pytest.mark.parametrize("cut", ["before", "after", "silent", "late"])
def test_a_commit_that_is_cut_is_looked_for_at_another_node(
    cluster: Cluster, database: str, tmp_path: Path, cut: str
) -> None:
    cutter = Cutter(cluster.nodes[0].port)
    place = Place(cluster.url(database, 0, 1, 2, ports={0: cutter.port}), tmp_path / "server")
    first = place.do(lambda desk: desk.book.record("", CategoryAdded("first"))[0].id)
    cutter.cuts = [cut]
    second = place.do(lambda desk: desk.book.record("", CategoryAdded("second"))[0].id)
    # `late`: only now the first node hears of a commit that was done again at the second: it must refuse it.
    cutter.let_go.set()
    third = place.do(lambda desk: desk.book.record("", CategoryAdded("third"))[0].id)
    place.scribe.stop()
    cutter.close()
    rows = check(cluster, database, tmp_path)
    assert {row[0]: row[1] for row in rows["category"]} == {
        first: "first",
        second: "second",
        third: "third",
    }


@pytest.mark.timeout(STORY_S)
def test_one_register_pushed_through_three_nodes_at_once_is_stored_once(
    cluster: Cluster, database: str, tmp_path: Path
) -> None:
    trader = open_trader(tmp_path / "till", "K7Q2")
    for _ in range(SALES):
        sell(trader, 1, 2)
    entries = list(trader.shelf.entries())
    with three_places(cluster, database, tmp_path) as places:

        def push(place: Place) -> None:
            for first in range(0, len(entries), 3):
                batch = entries[first : first + 3]
                while True:
                    try:
                        place.do(lambda desk: desk.book.receive(batch))  # noqa: B023 - done at once
                        break
                    except (Interrupted, JournalGap):
                        continue

        threads = [threading.Thread(target=push, args=(place,)) for place in places]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    rows = check(cluster, database, tmp_path)
    assert [Entry._make(row) for row in rows["entry"]] == entries


@pytest.mark.timeout(STORY_S)
def test_a_catalogue_comes_in_through_one_node_and_is_found_at_another(
    cluster: Cluster, database: str, tmp_path: Path
) -> None:
    place = Place(cluster.url(database, 1, 2, 0), tmp_path / "server")
    lines = ["name,price,tax_class,barcode,sku\n"]
    lines += [f"Tea {number},1.50,A,T-{number},S{number}\n" for number in range(1_500)]
    place.do(lambda desk: desk.book.record("", TaxClassDefined(code="A", name="A", taxes=())))
    taken = place.do(lambda desk: import_catalogue(desk, lines))
    assert (taken.added, taken.bad) == (1_500, [])
    with closing(reader(cluster.url(database, 2), tmp_path / "look")) as db:
        hits, _more = catalogue.search(db, "tea 1499", "en")
        assert [hit.name for hit in hits] == ["Tea 1499"]
    place.scribe.stop()
    check(cluster, database, tmp_path)


def _until(true: Callable[[], bool]) -> None:
    limit = time.monotonic() + STORY_S
    while not true():
        assert time.monotonic() < limit
        time.sleep(0.05)
