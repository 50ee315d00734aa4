"""Connections to MariaDB break, also at the commit: what was asked for happens once, and everybody hears of it."""

import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from appliance.clock import SystemClock
from appliance.journal.kinds import CategoryAdded
from appliance.lan_server.scribe import Scribe
from appliance.problems import Refusal
from appliance.services.desk import Desk
from appliance.store.database import CommitUnknown, Interrupted
from appliance.store.maria_shelf import MariaShelf, reader
from tests.commit_cutter import Cutter
from tests.mariadb import Server, needs_mariadb

pytestmark = needs_mariadb


class Served:
    """A scribe on a database behind a cutter."""

    def __init__(self, server: Server, folder: Path, again_for_s: float = 25) -> None:
        self.folder = folder
        self.server = server
        self.name = server.new_database()
        self.cutter = Cutter(server.port)
        self.shelf: MariaShelf | None = None
        self.scribe = Scribe(self._build, self._close, again_for_s)
        self.scribe.start()

    def _build(self) -> Desk:
        self.shelf = MariaShelf(
            self.server.url(self.name, port=self.cutter.port), self.folder / "own"
        )
        return Desk(self.shelf.db, self.shelf.book(SystemClock(always_ok=True)))

    def _close(self, _desk: Desk) -> None:
        assert self.shelf is not None
        self.shelf.close()

    def add(self, name: str) -> str:
        return self.scribe.do(lambda desk: desk.book.record("", CategoryAdded(name))[0].id)

    def names(self) -> dict[str, str]:
        """What is there, seen past the cutter; the tables are what the journal says."""
        with closing(reader(self.server.url(self.name), self.folder / "reader")) as db:
            return {row[0]: row[1] for row in db.sql("SELECT id, name FROM category")}

    def check(self) -> None:
        """The journal is whole and the tables are its fold, as another server sees them."""
        with closing(MariaShelf(self.server.url(self.name), self.folder / "checked")) as shelf:
            assert shelf.differences() == ()
            assert shelf.book(SystemClock()).verify().bad is None
            assert shelf.unapplied() == ()

    def close(self) -> None:
        self.scribe.stop()
        self.cutter.close()


@pytest.fixture
def served(maria_server: Server, tmp_path: Path) -> Iterator[Served]:
    one = Served(maria_server, tmp_path)
    yield one
    one.close()
    one.check()


@pytest.mark.parametrize("cut", ["before", "after", "silent"])
def test_a_connection_that_is_cut_at_the_commit_does_the_work_once(
    served: Served, cut: str
) -> None:
    first = served.add("first")
    served.cutter.cuts = [cut]
    second = served.add("second")
    third = served.add("third")
    assert served.names() == {first: "first", second: "second", third: "third"}
    assert [one.split("-")[1] for one in (first, second, third)] == ["1", "2", "3"]


@pytest.mark.parametrize(
    "cuts", [["before", "before", "after"], ["after", "before"], ["before", "silent", "after"]]
)
def test_several_cuts_in_a_row_do_the_work_once(served: Served, cuts: list[str]) -> None:
    served.cutter.cuts = cuts
    made = served.add("one")
    assert served.names() == {made: "one"}


def test_a_commit_that_reaches_the_server_after_the_connection_is_gone_is_waited_for(
    served: Served,
) -> None:
    """The new transaction gets its turn only when the old one has ended; then the answers of then stand."""
    runs: list[str] = []

    def work(desk: Desk) -> str:
        runs.append("")
        return desk.book.record("", CategoryAdded("late"))[0].id

    served.cutter.cuts = ["late"]
    threading.Timer(1.0, served.cutter.let_go.set).start()
    made = served.scribe.do(work)
    assert served.names() == {made: "late"}
    assert len(runs) == 1


def test_who_failed_in_a_commit_that_nobody_heard_of_is_told_so_once_it_is_known(
    served: Served,
) -> None:
    gate, held = threading.Event(), threading.Event()

    def hold(desk: Desk) -> int:
        held.set()
        gate.wait()
        return desk.book.length

    def fail(desk: Desk) -> None:
        desk.book.record("", CategoryAdded("never"))
        raise Refusal

    answers: list[str] = []

    def ask_to_fail() -> None:
        with pytest.raises(Refusal):
            served.scribe.do(fail)
        answers.append("refused")

    def ask_to_add(name: str) -> None:
        answers.append(served.add(name))

    first = threading.Thread(target=lambda: served.scribe.do(hold))
    first.start()
    held.wait()
    served.cutter.cuts = ["after"]
    others = [
        threading.Thread(target=ask_to_fail),
        threading.Thread(target=ask_to_add, args=("a",)),
        threading.Thread(target=ask_to_add, args=("b",)),
    ]
    for thread in others:
        thread.start()
    gate.set()
    for thread in (first, *others):
        thread.join()
    assert sorted(served.names().values()) == ["a", "b"]
    assert sorted(answers) == sorted([*served.names(), "refused"])


def test_when_the_database_stays_away_everybody_is_told(
    maria_server: Server, tmp_path: Path
) -> None:
    served = Served(maria_server, tmp_path, again_for_s=0.5)
    served.add("before")
    served.cutter.close()
    told: list[type[BaseException]] = []

    def ask(number: int) -> None:
        with pytest.raises(Interrupted) as refused:
            served.add(f"{number}")
        told.append(refused.type)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(told) == 5
    served.close()
    assert list(served.names().values()) == ["before"]


def test_a_commit_whose_fate_stays_unknown_is_told_as_unknown(
    maria_server: Server, tmp_path: Path
) -> None:
    served = Served(maria_server, tmp_path, again_for_s=0)
    served.cutter.cuts = ["after"]
    with pytest.raises(CommitUnknown):
        served.add("stored all the same")
    # The next group is begun on a new connection, and the chain goes on where the store has it.
    made = served.add("next")
    assert made.endswith("-2")
    served.close()
    served.check()
    assert sorted(served.names().values()) == ["next", "stored all the same"]


def test_when_the_database_goes_away_after_a_lost_commit_nobody_is_told_that_nothing_was_saved(
    maria_server: Server, tmp_path: Path
) -> None:
    served = Served(maria_server, tmp_path, again_for_s=0.5)
    served.cutter.cuts = ["after"]
    served.cutter.closes_at_cut = True
    with pytest.raises(CommitUnknown):
        served.add("stored all the same")
    served.close()
    served.check()
    assert list(served.names().values()) == ["stored all the same"]


def test_work_that_swallows_the_interruption_does_not_commit_a_half(served: Served) -> None:
    """Whoever works in a transaction that is gone may not hear of it: the whole is done again nevertheless."""
    runs: list[int] = []

    def work(desk: Desk) -> str:
        runs.append(len(runs))
        made = desk.book.record("", CategoryAdded("first"))[0].id
        if len(runs) == 1:
            # As an administrator would: the connection dies in the middle of the work.
            (own,) = desk.db.sql("SELECT connection_id()")[0]
            served.server.sql(f"KILL {own}")
            with pytest.raises(Interrupted):
                desk.db.sql("SELECT 1")
        desk.book.record("", CategoryAdded("second"))
        return made

    made = served.scribe.do(work)
    assert runs == [0, 1]
    assert sorted(served.names().values()) == ["first", "second"]
    assert served.names()[made] == "first"


def test_another_program_that_holds_the_turn_is_waited_for(served: Served) -> None:
    """The lock is held for longer than the server waits for one (1205): the work is done again until it is its turn."""
    made: list[str] = []
    with closing(MariaShelf(served.server.url(served.name), served.folder / "other")) as other:
        other.db.begin()
        asking = threading.Thread(target=lambda: made.append(served.add("patient")))
        asking.start()
        asking.join(4)
        assert asking.is_alive()
        other.db.end(None)
        asking.join()
    assert list(served.names().values()) == ["patient"]


def test_an_idle_server_hears_of_what_another_wrote(served: Served) -> None:
    before = served.scribe.commits
    with closing(MariaShelf(served.server.url(served.name), served.folder / "other")) as other:
        book = other.book(SystemClock(always_ok=True))
        entry = book.record("", CategoryAdded("news"))[0]
    assert served.scribe.wait_for_news(before, 30) > before
    assert served.scribe.do(lambda desk: desk.book.head(entry.origin)) == (1, entry.hash)
