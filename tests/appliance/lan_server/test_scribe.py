"""One thread writes for many: one commit, each piece of work failing alone."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.clock import SystemClock
from appliance.journal.kinds import CategoryAdded
from appliance.lan_server.room import Readers
from appliance.lan_server.scribe import Scribe, ServerStopping
from appliance.problems import Refusal
from appliance.services.desk import Desk
from appliance.store.shelf import Shelf, heads
from appliance.store.sqlite import SqliteDatabase
from tests.appliance.trading import ROOMY

Made = tuple[Scribe, Path]


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Made]:
    shelves: list[Shelf] = []

    def build() -> Desk:
        shelves.append(Shelf(tmp_path, limits=ROOMY))
        return Desk(shelves[0].db, shelves[0].book(SystemClock(always_ok=True)))

    def close(_desk: Desk) -> None:
        assert shelves[0].differences() == ()
        shelves[0].close()

    scribe = Scribe(build, close)
    scribe.start()
    yield scribe, tmp_path
    scribe.stop()


def test_work_of_many_is_answered_each_with_its_own(made: Made) -> None:
    scribe, folder = made
    answers: dict[int, str] = {}

    def ask(number: int) -> None:
        answers[number] = scribe.do(
            lambda desk: desk.book.record("", CategoryAdded(str(number)))[0].id
        )

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(answers.values())) == len(answers) == 40
    readers = Readers(lambda: SqliteDatabase(folder, read_only=True))
    with readers.reading() as db:
        [(seq, _head)] = heads(db).values()
        names = {row[0]: row[1] for row in db.sql("SELECT id, name FROM category")}
    assert seq == 40
    assert {names[id_]: number for number, id_ in answers.items()} == {
        str(number): number for number in range(40)
    }
    readers.close()


def test_what_fails_takes_nothing_of_the_others_along(made: Made) -> None:
    scribe, _folder = made
    gate, held = threading.Event(), threading.Event()

    def hold(desk: Desk) -> int:
        held.set()
        gate.wait()
        return desk.book.length

    def fail(desk: Desk) -> None:
        desk.book.record("", CategoryAdded("never"))
        with desk.book.batch():
            desk.book.record("", CategoryAdded("neither"))
            raise Refusal

    found: list[object] = []

    def ask_to_fail() -> None:
        with pytest.raises(Refusal):
            scribe.do(fail)
        found.append("refused")

    def ask_to_add() -> None:
        found.append(scribe.do(lambda desk: desk.book.record("", CategoryAdded("kept"))[0].seq))

    first = threading.Thread(target=lambda: scribe.do(hold))
    first.start()
    held.wait()
    both = [threading.Thread(target=ask_to_fail), threading.Thread(target=ask_to_add)]
    for thread in both:
        thread.start()
    gate.set()
    for thread in (first, *both):
        thread.join()
    assert sorted(map(str, found)) == ["1", "refused"]
    assert scribe.do(lambda desk: desk.db.sql("SELECT name FROM category")) == [("kept",)]


def test_a_full_disk_refuses_all_who_share_the_commit_and_leaves_no_gap(made: Made) -> None:
    scribe, _folder = made
    scribe.do(lambda desk: desk.book.record("", CategoryAdded("first")))
    gate, held = threading.Event(), threading.Event()
    told: list[object] = []

    def hold(desk: Desk) -> None:
        held.set()
        gate.wait()
        # From here on the file cannot grow.
        pages = desk.db.sql("PRAGMA page_count")[0][0]
        desk.db.sql(f"PRAGMA max_page_count={pages}")

    def add(name: str) -> None:
        try:
            told.append(scribe.do(lambda desk: desk.book.record("", CategoryAdded(name))[0].id))
        except Refusal as no:
            told.append(no.code)

    first = threading.Thread(target=lambda: scribe.do(hold))
    first.start()
    held.wait()
    others = []
    # The one in the middle is too large for the disk.
    for place, name in enumerate(("before", "B" * 30_000, "behind"), 1):
        others.append(threading.Thread(target=add, args=(name,)))
        others[-1].start()
        while scribe._queue.qsize() < place:
            time.sleep(0.001)
    gate.set()
    for thread in (first, *others):
        thread.join()
    assert told == ["disk_full"] * 3
    scribe.do(lambda desk: desk.db.sql("PRAGMA max_page_count=1000000"))
    add("next")
    assert scribe.do(lambda desk: desk.db.sql("SELECT name FROM category ORDER BY id")) == [
        ("first",),
        ("next",),
    ]
    assert scribe.do(lambda desk: desk.book.verify()).bad is None


def test_news_wake_those_who_wait_and_reading_is_no_news(made: Made) -> None:
    scribe, _folder = made
    before = scribe.commits
    scribe.do(lambda desk: desk.book.length)
    assert scribe.commits == before
    assert scribe.wait_for_news(before, 0.01) == before
    woken: list[int] = []
    waiting = threading.Thread(target=lambda: woken.append(scribe.wait_for_news(before, 60)))
    waiting.start()
    scribe.do(lambda desk: desk.book.record("", CategoryAdded("news")))
    waiting.join()
    assert woken == [before + 1]


def test_after_the_end_nothing_is_taken(made: Made) -> None:
    scribe, _folder = made
    scribe.stop()
    with pytest.raises(ServerStopping):
        scribe.do(lambda desk: desk.book.length)
    scribe._thread.join()
