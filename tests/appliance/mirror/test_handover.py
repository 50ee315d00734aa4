"""Entries on their way from the mirror's thread into the register's queue: a few at a time, and each is answered."""

import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from appliance.clock import ScriptedClock
from appliance.journal.entry import Entry
from appliance.journal.kinds import CategoryAdded
from appliance.messages import EntriesCame, EntriesTaken, Event
from appliance.mirror import journal
from appliance.mirror.journal import (
    MOST_AT_ONCE,
    PIECE_US,
    Handover,
    NotTaken,
    RegisterBusy,
    Stopping,
    StoreJournal,
    fitting,
)
from appliance.store.shelf import Shelf
from tests.appliance.trading import ROOMY, START_MS


@pytest.fixture
def entries(tmp_path: Path) -> tuple[Entry, ...]:
    shelf = Shelf(tmp_path / "other", limits=ROOMY)
    book = shelf.book(ScriptedClock(START_MS))
    made = book.record("", *(CategoryAdded(f"category {n}") for n in range(250)))
    shelf.close()
    return made


class Taker:
    """A register that answers at once, and remembers what it was given."""

    def __init__(self, took_us: int = 0, code: str = "") -> None:
        self.came: list[EntriesCame] = []
        self.handover = Handover(self.post)
        self._answer: Callable[[int], EntriesTaken] = lambda number: EntriesTaken(
            number, took_us, code
        )

    def post(self, event: Event) -> bool:
        assert isinstance(event, EntriesCame)
        self.came.append(event)
        # From a thread of its own, as the register's is.
        threading.Thread(target=self.handover.taken, args=[self._answer(event.number)]).start()
        return True


def test_all_of_them_arrive_in_their_order_and_never_too_many_at_once(
    entries: tuple[Entry, ...],
) -> None:
    taker = Taker()
    taker.handover.give(entries)
    assert [one for event in taker.came for one in event.entries] == list(entries)
    assert max(len(event.entries) for event in taker.came) == MOST_AT_ONCE


def test_a_slow_register_is_given_fewer_at_once_down_to_one(entries: tuple[Entry, ...]) -> None:
    taker = Taker(took_us=50 * PIECE_US)
    taker.handover.give(entries[:40])
    assert [len(event.entries) for event in taker.came][-5:] == [1] * 5


def test_a_piece_grows_while_it_is_quick_and_shrinks_when_it_is_not() -> None:
    assert fitting(20, 20, PIECE_US // 4) == 40
    assert fitting(MOST_AT_ONCE, MOST_AT_ONCE, 0) == MOST_AT_ONCE
    assert fitting(20, 20, PIECE_US) == 20
    assert fitting(40, 40, 4 * PIECE_US) == 5
    assert fitting(1, 1, 100 * PIECE_US) == 1
    # A last piece that was short says nothing about longer ones.
    assert fitting(40, 3, 10) == 40


def test_long_entries_go_one_by_one(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "long", limits=ROOMY)
    book = shelf.book(ScriptedClock(START_MS))
    long = book.record("", *(CategoryAdded("x" * 60_000) for _ in range(3)))
    shelf.close()
    taker = Taker()
    taker.handover.give(long)
    assert [len(event.entries) for event in taker.came] == [1, 1, 1]


def test_what_the_register_refuses_is_told_with_its_reason(entries: tuple[Entry, ...]) -> None:
    taker = Taker(code="journal_forked")
    with pytest.raises(NotTaken) as no:
        taker.handover.give(entries)
    assert no.value.fields["why"] == "journal_forked"
    assert len(taker.came) == 1


def test_a_full_queue_is_waited_for(entries: tuple[Entry, ...]) -> None:
    refused = [3]
    taker = Taker()

    def full_at_first(event: Event) -> bool:
        refused[0] -= 1
        return refused[0] < 0 and taker.post(event)

    taker.handover = Handover(full_at_first)
    taker.handover.give(entries[:5])
    assert [len(event.entries) for event in taker.came] == [5]


def test_a_register_that_says_nothing_is_not_waited_for_without_end(
    entries: tuple[Entry, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal, "PATIENCE_S", 0.05)
    with pytest.raises(RegisterBusy):
        Handover(lambda _event: True).give(entries)
    with pytest.raises(RegisterBusy):
        Handover(lambda _event: False).give(entries)


def test_an_answer_to_an_earlier_piece_is_not_taken_for_this_one(
    entries: tuple[Entry, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal, "PATIENCE_S", 0.2)
    handover = Handover(lambda _event: True)
    handover.taken(EntriesTaken(7))
    with pytest.raises(RegisterBusy):
        handover.give(entries[:5])


def test_stopping_ends_the_wait(entries: tuple[Entry, ...]) -> None:
    handover = Handover(lambda _event: True)
    ended: list[type[BaseException]] = []

    def wait() -> None:
        try:
            handover.give(entries)
        except Stopping as stop:
            ended.append(type(stop))

    thread = threading.Thread(target=wait)
    thread.start()
    handover.stop()
    thread.join(10)
    assert ended == [Stopping]


def test_the_mirror_reads_what_the_register_has_committed_while_it_writes(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path, limits=ROOMY)
    book = shelf.book(ScriptedClock(START_MS))
    book.record("", CategoryAdded("first"))
    read = StoreJournal(tmp_path, Handover(lambda _event: True))
    assert (read.origin, read.own_seq()) == (shelf.origin, 1)
    (second,) = book.record("", CategoryAdded("second"))
    assert read.own_seq() == 2
    assert read.span(shelf.origin, 1, 10) == [second]
    assert read.hash_at(shelf.origin, 2) == second.hash
    with book.batch():
        book.record("", CategoryAdded("not on the disk yet"))
        assert read.own_seq() == 2
    assert read.heads()[shelf.origin][0] == 3
    read.close()
    shelf.close()
