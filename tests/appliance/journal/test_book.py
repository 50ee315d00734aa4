"""The book: appending, checking, exporting and taking in entries, on a real store."""

import itertools
import json
import random
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import cysqlite
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from appliance.clock import ScriptedClock
from appliance.journal.book import JournalDamaged, JournalForked, JournalGap
from appliance.journal.entry import seal
from appliance.journal.kinds import DayOpened, ShopChanged
from appliance.journal.lines import NotAJournal, from_line
from appliance.store.database import StoreBroken
from appliance.store.shelf import Shelf
from tests.appliance.trading import ROOMY, START_MS, Trader, dump, open_trader, sell, trade


@pytest.fixture
def trader(tmp_path: Path) -> Trader:
    return open_trader(tmp_path / "one")


@pytest.fixture
def other(tmp_path: Path) -> Trader:
    return open_trader(tmp_path / "two")


def test_an_origins_entries_count_up_without_a_gap_and_are_linked(trader: Trader) -> None:
    sell(trader, 1, 2, 3)
    entries = list(trader.shelf.entries())
    assert [entry.seq for entry in entries] == list(range(1, len(entries) + 1))
    assert all(after.prev_hash == before.hash for before, after in itertools.pairwise(entries))
    assert trader.book.verify().bad is None


def test_the_journal_goes_on_where_it_was_after_a_restart(trader: Trader, tmp_path: Path) -> None:
    sell(trader, 1)
    ahead = trader.book.id_ahead()
    trader.shelf.close()
    again = open_trader(tmp_path / "one")
    assert again.book.id_ahead() == ahead
    again.book.record("", ShopChanged(name="B"))
    assert again.book.verify().bad is None


@pytest.mark.parametrize("verb", ["UPDATE entry SET at_ms = 0", "DELETE FROM entry"])
def test_the_database_itself_refuses_to_change_an_entry(trader: Trader, verb: str) -> None:
    sell(trader, 1)
    with pytest.raises(cysqlite.Error, match="never changed or deleted"):
        trader.shelf.db.sql(verb)


@pytest.mark.parametrize(
    ("damage", "why"),
    [
        ("UPDATE entry SET body = replace(body, '-1', '-2') WHERE seq = 3", "altered"),
        ("UPDATE entry SET at_ms = at_ms + 1 WHERE seq = 3", "altered"),
        ("DELETE FROM entry WHERE seq = 3", "missing"),
        ("DELETE FROM entry WHERE seq < 3", "missing"),
    ],
)
def test_verify_names_the_first_bad_entry(trader: Trader, damage: str, why: str) -> None:
    sell(trader, 1, 2, 3)
    trader.shelf.db.sql("DROP TRIGGER entry_never_update")
    trader.shelf.db.sql("DROP TRIGGER entry_never_delete")
    trader.shelf.db.sql(damage)
    bad = trader.book.verify().bad
    assert bad is not None
    assert bad.why == why
    first_left = {"missing": 4 if "= 3" in damage else 3}.get(why, 3)
    assert bad.entry == f"{trader.book.origin}-{first_left}"


def test_a_forged_entry_that_hashes_well_is_not_linked(trader: Trader) -> None:
    sell(trader, 1)
    entries = list(trader.shelf.entries())
    forged = seal(entries[1]._replace(body='{"number":99}'))
    trader.shelf.db.sql("DROP TRIGGER entry_never_update")
    trader.shelf.db.sql(
        "UPDATE entry SET body = ?, hash = ? WHERE seq = 2", (forged.body, forged.hash)
    )
    bad = trader.book.verify().bad
    assert bad is not None
    assert (bad.entry, bad.why) == (f"{trader.book.origin}-3", "unlinked")


def test_what_was_exported_reads_in_again_byte_for_byte(trader: Trader, other: Trader) -> None:
    trade(trader, range(80))
    lines = list(trader.book.export_lines())
    assert other.book.import_lines(lines) == len(lines)
    assert list(other.book.export_lines()) == lines
    assert dump(other.shelf) == dump(trader.shelf)
    assert other.book.verify().bad is None


def test_importing_twice_changes_nothing(trader: Trader, other: Trader) -> None:
    trade(trader, range(40))
    lines = list(trader.book.export_lines())
    other.book.import_lines(lines)
    before = dump(other.shelf)
    assert other.book.import_lines(lines) == 0
    assert dump(other.shelf) == before


@pytest.mark.parametrize(
    "rubbish",
    ["", "{", "[]", '{"origin":"K7Q2"}', "\x00\x01", '{"origin":"K7Q2","seq":"one"}'],
)
def test_an_import_with_a_line_of_rubbish_takes_nothing_and_names_the_line(
    trader: Trader, other: Trader, rubbish: str
) -> None:
    trade(trader, range(40))
    lines = list(trader.book.export_lines())
    lines[20] = rubbish
    with pytest.raises(NotAJournal) as refused:
        other.book.import_lines(lines)
    assert refused.value.fields["line"] == 21
    assert list(other.shelf.entries()) == []
    other.book.record("", DayOpened(number=1))
    assert other.book.verify().bad is None


def test_an_import_of_an_altered_entry_takes_nothing(trader: Trader, other: Trader) -> None:
    sell(trader, 1, 2)
    lines = list(trader.book.export_lines())
    read = json.loads(lines[3])
    read["at_ms"] += 1
    lines[3] = json.dumps(read)
    with pytest.raises(JournalDamaged):
        other.book.import_lines(lines)
    assert list(other.shelf.entries()) == []


def test_an_import_can_be_stopped_and_then_has_taken_nothing(trader: Trader, other: Trader) -> None:
    trade(trader, range(900))

    def stop(_done: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        other.book.import_lines(trader.book.export_lines(), stop)
    assert list(other.shelf.entries()) == []
    other.book.record("", DayOpened(number=1))
    assert other.book.verify().bad is None


def test_a_gap_is_refused(trader: Trader, other: Trader) -> None:
    sell(trader, 1, 2)
    entries = list(trader.shelf.entries())
    with pytest.raises(JournalGap) as refused:
        other.book.receive(entries[2:])
    assert refused.value.fields["expected"] == 1
    assert list(other.shelf.entries()) == []


def test_a_fork_is_refused(trader: Trader, other: Trader, tmp_path: Path) -> None:
    sell(trader, 1)
    other.book.receive(list(trader.shelf.entries()))
    fork = open_trader(tmp_path / "fork", origin=trader.book.origin)
    sell(fork, 2)
    with pytest.raises(JournalForked):
        other.book.receive(list(fork.shelf.entries()))


def test_an_entry_of_a_kind_from_the_future_is_kept_and_not_applied(
    trader: Trader, other: Trader
) -> None:
    sell(trader, 1)
    last = list(trader.shelf.entries())[-1]
    unknown = seal(
        last._replace(
            seq=last.seq + 1,
            kind="drone_sent",
            version=1,
            body='{"to":"moon"}',
            prev_hash=last.hash,
        )
    )
    newer = seal(
        unknown._replace(seq=last.seq + 2, kind="day_closed", version=99, prev_hash=unknown.hash)
    )
    known = seal(
        newer._replace(
            seq=last.seq + 3,
            kind="shop_changed",
            version=1,
            body='{"name":"Later"}',
            prev_hash=newer.hash,
        )
    )
    other.book.receive([*trader.shelf.entries(), unknown, newer, known])
    assert [(entry, kind, cause) for entry, kind, cause, _ in other.shelf.unapplied()] == [
        (unknown.id, "drone_sent", "unknown kind"),
        (newer.id, "day_closed", "unknown kind"),
    ]
    assert other.shelf.db.sql("SELECT value FROM edit WHERE thing = 'shop'") == [('"Later"',)]
    assert other.book.verify().bad is None
    assert [from_line(line, 1).kind for line in other.book.export_lines()][-3:] == [
        "drone_sent",
        "day_closed",
        "shop_changed",
    ]


def test_an_entry_that_cannot_be_applied_blocks_nothing(trader: Trader, other: Trader) -> None:
    sell(trader, 1)
    last = list(trader.shelf.entries())[-1]
    poison = seal(
        last._replace(
            seq=last.seq + 1,
            kind="line_added",
            body='{"name":"x","price_minor":1,"qty_milli":1,"tax_class":"A","taxes":[],"ticket":"K7Q2-999"}',
            prev_hash=last.hash,
        )
    )
    fine = seal(
        poison._replace(
            seq=last.seq + 2, kind="shop_changed", body='{"name":"Later"}', prev_hash=poison.hash
        )
    )
    other.book.receive([*trader.shelf.entries(), poison, fine])
    assert [(entry, cause) for entry, _, cause, _ in other.shelf.unapplied()] == [
        (poison.id, "not applicable")
    ]
    assert other.shelf.differences() == ()


class UncertainShelf(Shelf):
    """A disk that stores a commit and then says that it could not."""

    lies = False

    @contextmanager
    def transaction(self) -> Iterator[None]:
        with super().transaction():
            yield
        if self.lies:
            self.lies = False
            raise StoreBroken(path="shop.db", why="disk I/O error")


def test_after_an_error_at_the_commit_the_disk_is_asked_what_it_has(tmp_path: Path) -> None:
    shelf = UncertainShelf(tmp_path, limits=ROOMY)
    book = shelf.book(ScriptedClock(START_MS))
    book.record("", ShopChanged(name="A"))
    shelf.lies = True
    with pytest.raises(StoreBroken):
        book.record("", ShopChanged(name="B"))
    book.record("", ShopChanged(name="C"))
    assert [entry.seq for entry in shelf.entries()] == [1, 2, 3]
    assert book.verify().bad is None


class DistantShelf(Shelf):
    """A store that does not answer for a while, as one on a network; `wrote` says that another program did."""

    is_away = False
    wrote = False

    def heads(self) -> dict[str, tuple[int, bytes]]:
        if self.is_away:
            raise StoreBroken(path="shop.db", why="away")
        return super().heads()

    @contextmanager
    def transaction(self) -> Iterator[bool]:  # type: ignore[override]
        with super().transaction():
            yield self.wrote


def test_an_origin_that_was_taken_back_is_not_gone_on_under(tmp_path: Path) -> None:
    shelf = DistantShelf(tmp_path, limits=ROOMY)
    book = shelf.book(ScriptedClock(START_MS))
    book.record("", ShopChanged(name="A"))
    was = book.origin

    def begin_and_lose() -> None:
        with book.batch():
            book.begin_anew("restored")
            shelf.is_away = True
            raise StoreBroken(path="shop.db", why="away")

    with pytest.raises(StoreBroken):
        begin_and_lose()
    shelf.is_away = False
    assert book.origin == shelf.origin == was
    assert book.record("", ShopChanged(name="B"))[0].id == f"{was}-2"


def test_an_origin_whose_commit_nobody_heard_of_is_gone_on_under_once_it_is_seen(
    tmp_path: Path,
) -> None:
    shelf = DistantShelf(tmp_path, limits=ROOMY)
    book = shelf.book(ScriptedClock(START_MS))
    book.record("", ShopChanged(name="A"))
    # As the commit of `begin_anew` does that arrived when nobody waited for it any more.
    with shelf.db.transaction():
        shelf.name_origin("K7Q2")
    shelf.wrote = True
    assert book.record("", ShopChanged(name="B"))[0].id == "K7Q2-1"


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    first=st.lists(st.integers(0, 400), max_size=40),
    second=st.lists(st.integers(0, 400), max_size=40),
    met=st.integers(0, 40),
    weave=st.randoms(use_true_random=False),
)
def test_any_interleaving_of_two_origins_gives_the_same_tables(
    tmp_path_factory: pytest.TempPathFactory,
    first: list[int],
    second: list[int],
    met: int,
    weave: random.Random,
) -> None:
    folder = tmp_path_factory.mktemp("weave")
    one, two = open_trader(folder / "one", "AAAA"), open_trader(folder / "two", "ZZZZ")
    trade(one, first)
    trade(two, second[:met])
    # The second register hears of the first one's things, and edits those too.
    two.book.receive(list(one.shelf.entries()))
    two.products += one.products
    two.employees += one.employees
    trade(two, second[met:])
    mine = [entry for entry in one.shelf.entries() if entry.origin == "AAAA"]
    theirs = [entry for entry in two.shelf.entries() if entry.origin == "ZZZZ"]

    woven = open_trader(folder / "woven", "WWWW")
    left, right = list(mine), list(theirs)
    while left or right:
        source = left if left and (not right or weave.random() < 0.5) else right
        woven.book.receive([source.pop(0)])
    straight = open_trader(folder / "straight", "WWWW")
    straight.book.receive(theirs)
    straight.book.receive(mine)

    assert dump(woven.shelf) == dump(straight.shelf)
    assert woven.shelf.differences() == ()
    for trader in (one, two, woven, straight):
        trader.shelf.close()
