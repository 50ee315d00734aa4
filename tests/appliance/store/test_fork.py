"""What a device recorded beside another history of its own is recorded again as another origin; nothing is lost."""

import json
import random
import shutil
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import cysqlite
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.clock import ScriptedClock
from appliance.journal.book import Book, typed
from appliance.journal.entry import GENESIS, Entry
from appliance.journal.kinds import EmployeeAdded, EmployeeChanged, SignedIn, UnknownKind
from appliance.journal.lines import from_line
from appliance.journal.mirror_kinds import OriginBegun
from appliance.services import origins
from appliance.store import anew, fork, schema
from appliance.store.shelf import Shelf
from tests.appliance.trading import ROOMY, START_MS, Trader, dump, open_trader, sell, trade

OLD, NEW, OTHER = "BBBB", "CCCC", "KKKK"
MOVES = st.lists(st.integers(0, 400), max_size=25)


def none(_done: int, _total: int) -> None:
    """No progress is shown."""


def old_trader(folder: Path) -> Trader:
    """A register whose own origin is `OLD`."""
    trader = open_trader(folder, OLD)
    schema.put_meta(trader.shelf.db, "origin", OLD)
    return trader


def goes_on_as_new(trader: Trader, clock: ScriptedClock, again: int) -> None:
    """What would have been had the register known of the fork at once: it records under `NEW` from here on."""
    shelf = trader.shelf
    own, lamport = trader.book.head(OLD), trader.book._lamport
    anew.take_origin(shelf.db, OLD, OLD, NEW)
    Book(shelf, clock, NEW).record("", OriginBegun(OLD, own[0], own[1].hex(), "forked", again))
    clock.now()  # the fork dates what it sets apart
    trader.book = Book(shelf, trader.clock, NEW)
    trader.book._lamport = lamport


@settings(max_examples=25)
@given(before=MOVES, after=MOVES)
def test_the_tables_are_those_of_a_shop_that_had_recorded_the_tail_under_the_new_origin(
    before: list[int], after: list[int]
) -> None:
    with TemporaryDirectory() as place:
        forked, wanted = old_trader(Path(place, "a")), old_trader(Path(place, "b"))
        trade(forked, before)
        after_seq = forked.book.head(OLD)[0]
        trade(forked, after)
        again = forked.book.head(OLD)[0] - after_seq
        sums = totals(forked.shelf)
        clock = ScriptedClock(START_MS + 10**9)
        assert fork.fork_off(forked.shelf, clock, after_seq, none, origin=NEW) == NEW

        trade(wanted, before)
        clock = ScriptedClock(START_MS + 10**9)
        goes_on_as_new(wanted, clock, again)
        trade(wanted, after)
        with wanted.shelf.transaction():
            anew.take_over_ticket(wanted.shelf.db, Book(wanted.shelf, clock, NEW), OLD)

        assert list(forked.shelf.entries()) == list(wanted.shelf.entries())
        assert dump(forked.shelf) == dump(wanted.shelf)
        assert totals(forked.shelf) == sums
        assert forked.shelf.unapplied() == ()
        assert forked.shelf.differences() == ()
        assert forked.shelf.book(clock).verify().bad is None
        for trader in (forked, wanted):
            trader.shelf.close()


@settings(max_examples=12)
@given(before=MOVES, after=MOVES, cuts=st.lists(st.integers(1, 30), max_size=8), order=st.randoms())
def test_another_device_comes_to_the_same_tables_in_whatever_order_the_origins_arrive(
    before: list[int], after: list[int], cuts: list[int], order: random.Random
) -> None:
    """The new origin first, the old one first, or in pieces; it may have forked off twice."""
    with TemporaryDirectory() as place:
        forked, other = old_trader(Path(place, "a")), open_trader(Path(place, "b"), OTHER)
        clock = ScriptedClock(START_MS + 10**9)
        trade(forked, before)
        after_seq = forked.book.head(OLD)[0]
        trade(forked, after)
        fork.fork_off(forked.shelf, clock, after_seq, none, origin=NEW)
        anew.begin_anew(forked.shelf, clock, "restored", origin="AAAA")
        entries = list(forked.shelf.entries())
        origins_left = {
            e.origin: [one for one in entries if one.origin == e.origin] for e in entries
        }
        while origins_left:
            origin = order.choice(sorted(origins_left))
            size = cuts.pop() if cuts else 40
            other.book.receive(origins_left[origin][:size])
            del origins_left[origin][:size]
            if not origins_left[origin]:
                del origins_left[origin]
            assert other.shelf.differences() == ()
        assert dump(other.shelf) == dump(forked.shelf)
        assert other.shelf.unapplied() == ()
        for trader in (forked, other):
            trader.shelf.close()


def test_what_waits_for_an_origin_that_never_comes_is_kept_and_shown(
    trader: Trader, tmp_path: Path
) -> None:
    trader.book.record("", EmployeeChanged(employee="X-1", name="Eva"))
    anew.begin_anew(trader.shelf, ScriptedClock(START_MS), "restored", origin=NEW)
    other = open_trader(tmp_path / "other", OTHER)
    other.book.receive([entry for entry in trader.shelf.entries() if entry.origin == NEW])
    assert other.shelf.unapplied() == ((f"{NEW}-1", "origin_begun", "waits", ""),)
    assert other.shelf.differences() == ()
    other.shelf.rebuild()
    other.book.receive(list(trader.shelf.entries()))
    assert other.shelf.unapplied() == ()
    assert dump(other.shelf) == dump(trader.shelf)
    other.shelf.close()


def totals(shelf: Shelf) -> list[object]:
    """What must not change: sales, their sum, stock, people, products."""
    return [
        shelf.db.sql("SELECT count(*), sum(total_minor) FROM sale"),
        sorted(shelf.db.sql("SELECT sum(qty_milli) FROM stock_level GROUP BY product")),
        shelf.db.sql("SELECT count(*) FROM employee"),
        sorted(shelf.db.sql("SELECT name, price_minor, archived FROM product")),
        shelf.db.sql("SELECT sum(amount_minor) FROM tender"),
    ]


@pytest.fixture
def trader(tmp_path: Path) -> Iterator[Trader]:
    trader = old_trader(tmp_path)
    trade(trader, [0, 1, 11])
    yield trader
    trader.shelf.close()


def test_what_was_moved_lies_in_quarantine_as_it_was(trader: Trader) -> None:
    after_seq = trader.book.head(OLD)[0]
    sell(trader, 1, 2)
    tail = [entry for entry in trader.shelf.entries() if entry.seq > after_seq]
    fork.fork_off(trader.shelf, ScriptedClock(5), after_seq, none, origin=NEW)
    rows = trader.shelf.db.sql("SELECT line, why, came_at_ms FROM quarantined ORDER BY seq")
    assert [from_line(line, 1) for line, _, _ in rows] == tail
    assert {why for _, why, _ in rows} == {"forked"}
    assert trader.shelf.heads()[OLD][0] == after_seq


def test_again_entries_keep_their_times_and_follow_in_their_order(trader: Trader) -> None:
    after_seq = trader.book.head(OLD)[0]
    sell(trader, 1, 2)
    was = {entry.seq: entry for entry in trader.shelf.entries() if entry.seq > after_seq}
    fork.fork_off(trader.shelf, ScriptedClock(5), after_seq, none, origin=NEW)
    begun, *again = [entry for entry in trader.shelf.entries() if entry.origin == NEW]
    said = typed(begun)
    assert isinstance(said, OriginBegun)
    assert (said.was, said.seq, said.again, said.why) == (OLD, after_seq, len(was), "forked")
    for entry in again:
        before = was[said.seq + entry.seq - 1]
        kept = ("at_ms", "clock_ok", "lamport", "boot", "boot_ns", "kind", "version")
        assert [getattr(entry, name) for name in kept] == [getattr(before, name) for name in kept]


def test_the_shop_goes_on_under_the_new_origin_and_the_next_number(
    trader: Trader, tmp_path: Path
) -> None:
    sell(trader, 1)
    after_seq = trader.book.head(OLD)[0]
    sell(trader, 2)
    anew.request_apart(trader.shelf.db, OLD, after_seq)
    trader.shelf.close()
    trader.shelf = Shelf(tmp_path, limits=ROOMY, clock=ScriptedClock(START_MS))
    origin = trader.shelf.origin
    assert origin != OLD
    assert anew.requested(trader.shelf.db) == {}
    trader.book = trader.shelf.book(trader.clock)
    assert origins.strangers(trader.shelf.db) == frozenset()
    trader.day = None
    sell(trader, 3)
    numbers = trader.shelf.db.sql("SELECT origin, number FROM sale ORDER BY number")
    assert numbers == [(OLD, 1), (origin, 2), (origin, 3)]


def test_whoever_was_added_after_the_fork_did_what_they_did(trader: Trader) -> None:
    """An actor is an id like any other."""
    after_seq = trader.book.head(OLD)[0]
    (eva,) = trader.book.record(
        "BBBB-1", EmployeeAdded(number="9", name="Eva", role="cashier", pin_hash="x")
    )
    trader.book.record(eva.id, SignedIn(employee=eva.id))
    fork.fork_off(trader.shelf, ScriptedClock(5), after_seq, none, origin=NEW)
    _, added, signed_in, *_ = [entry for entry in trader.shelf.entries() if entry.origin == NEW]
    assert (added.actor, signed_in.actor) == ("BBBB-1", added.id)
    assert typed(signed_in) == SignedIn(employee=added.id)


def test_ids_are_rewritten_in_values_and_keys_and_actors_and_nothing_else() -> None:
    names = fork._Names(OLD, NEW, 10)
    body = (
        '{"a":"BBBB-11","b":["BBBB-12.3","BBBB-10","BBBB-9.1","BBBB-11x","xBBBB-11","DDDD-11"],'
        '"c":{"BBBB-11":1,"BBBB-5":"BBBB-110"},"d":"BBBB","e":null,"f":7}'
    )
    assert json.loads(names.in_body(body)) == {
        "a": "CCCC-2",
        "b": ["CCCC-3.3", "BBBB-10", "BBBB-9.1", "BBBB-11x", "xBBBB-11", "DDDD-11"],
        "c": {"CCCC-2": 1, "BBBB-5": "CCCC-101"},
        "d": "BBBB",
        "e": None,
        "f": 7,
    }
    assert names.new("BBBB-11") == "CCCC-2"
    untouched = '{"b":1,"a":"BBBB"}'
    assert names.in_body(untouched) == untouched


def test_keys_stay_sorted_so_that_anyone_comes_to_the_same_hash(trader: Trader) -> None:
    after_seq = trader.book.head(OLD)[0]
    trade(trader, [6, 6, 9, 13])
    fork.fork_off(trader.shelf, ScriptedClock(5), after_seq, none, origin=NEW)
    for entry in trader.shelf.entries():
        assert entry.body == json.dumps(
            json.loads(entry.body), sort_keys=True, separators=(",", ":"), ensure_ascii=False
        )


def test_an_entry_of_an_unknown_kind_is_moved_too(trader: Trader) -> None:
    after_seq = trader.book.head(OLD)[0]
    (made,) = trader.book.record("", EmployeeChanged(employee="BBBB-1", name="Eva"))
    body = made.body.replace("BBBB-1", f"BBBB-{made.seq}")
    _forge(trader.shelf, made._replace(kind="dance_held", body=body))
    fork.fork_off(trader.shelf, ScriptedClock(5), after_seq, none, origin=NEW)
    (waiting,) = trader.shelf.unapplied()
    assert waiting[:2] == (f"{NEW}-2", "dance_held")
    assert f'"{NEW}-2"' in list(trader.shelf.entries())[-1].body
    with pytest.raises(UnknownKind):
        typed(list(trader.shelf.entries())[-1])


def _forge(shelf: Shelf, entry: Entry) -> None:
    shelf.db.sql("DROP TRIGGER entry_never_update")
    shelf.db.sql(
        "UPDATE entry SET kind = ?, body = ? WHERE origin = ? AND seq = ?",
        (entry.kind, entry.body, entry.origin, entry.seq),
    )


def test_a_fork_from_the_very_first_entry_leaves_nothing_under_the_old_origin(
    trader: Trader,
) -> None:
    fork.fork_off(trader.shelf, ScriptedClock(5), 0, none, origin=NEW)
    assert set(trader.shelf.heads()) == {NEW}
    begun = typed(next(iter(trader.shelf.entries())))
    assert isinstance(begun, OriginBegun)
    assert (begun.seq, begun.head) == (0, GENESIS.hex())


def test_a_fork_after_the_last_entry_moves_nothing_and_begins_anew(trader: Trader) -> None:
    seq, head = trader.book.head(OLD)
    fork.fork_off(trader.shelf, ScriptedClock(5), seq, none, origin=NEW)
    begun = typed(list(trader.shelf.entries())[-1])
    assert begun == OriginBegun(OLD, seq, head.hex(), "forked", 0)
    assert trader.shelf.db.sql("SELECT count(*) FROM quarantined") == [(0,)]


def test_a_fork_after_more_than_there_is_begins_after_the_last_entry(trader: Trader) -> None:
    seq, head = trader.book.head(OLD)
    fork.fork_off(trader.shelf, ScriptedClock(5), seq + 50, none, origin=NEW)
    begun = typed(list(trader.shelf.entries())[-1])
    assert begun == OriginBegun(OLD, seq, head.hex(), "forked", 0)


def test_another_devices_tail_is_set_apart_and_its_beginning_stays(
    trader: Trader, tmp_path: Path
) -> None:
    other = open_trader(tmp_path / "other", OTHER)
    trade(other, [0, 1])
    sell(other, 1)
    middle = other.book.head(OTHER)[0]
    sell(other, 2)
    trader.book.receive(list(other.shelf.entries()))
    own = trader.book.head(OLD)
    anew.request_apart(trader.shelf.db, OTHER, middle + 1)
    anew.request_apart(trader.shelf.db, OTHER, middle)
    anew.request_apart(trader.shelf.db, OTHER, middle + 2)
    trader.shelf.close()
    trader.shelf = Shelf(tmp_path, limits=ROOMY)
    assert trader.shelf.origin == OLD
    assert trader.shelf.heads()[OTHER][0] == middle
    assert trader.shelf.heads()[OLD] == own
    assert trader.shelf.db.sql("SELECT count(*) FROM sale") == [(1,)]
    assert trader.shelf.differences() == ()
    # The true tail comes later, from the server.
    trader.shelf.book(trader.clock).receive(list(other.shelf.entries()))
    assert trader.shelf.db.sql("SELECT count(*) FROM sale") == [(2,)]
    other.shelf.close()


def test_what_lies_in_quarantine_may_go_from_the_journal_and_nothing_else_may(
    trader: Trader,
) -> None:
    for statement in ("DELETE FROM entry", "UPDATE entry SET actor = 'x'"):
        with pytest.raises(cysqlite.Error, match="never changed or deleted"):
            trader.shelf.db.sql(statement)
    trader.shelf.db.sql(
        "INSERT INTO quarantined SELECT origin, seq, 'another hash', '', '', '', 0 FROM entry"
    )
    with pytest.raises(cysqlite.Error, match="never changed or deleted"):
        trader.shelf.db.sql("DELETE FROM entry")


def test_a_fork_that_is_stopped_has_changed_nothing(trader: Trader) -> None:
    before = list(trader.shelf.entries()), dump(trader.shelf)

    def stop(_done: int, _total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fork.fork_off(trader.shelf, ScriptedClock(5), 2, stop)
    assert (list(trader.shelf.entries()), dump(trader.shelf)) == before
    assert schema.meta(trader.shelf.db, "origin") == OLD
    with pytest.raises(cysqlite.Error, match="never changed or deleted"):
        trader.shelf.db.sql("DELETE FROM entry")


def test_a_request_about_entries_that_are_not_here_does_no_harm(
    trader: Trader, tmp_path: Path
) -> None:
    anew.request_apart(trader.shelf.db, OTHER, 7)
    trader.shelf.close()
    trader.shelf = Shelf(tmp_path, limits=ROOMY)
    assert trader.shelf.origin == OLD
    assert anew.requested(trader.shelf.db) == {}


def test_in_the_place_of_a_dead_register_the_store_begins_anew_at_the_next_start(
    trader: Trader, tmp_path: Path
) -> None:
    dead = open_trader(tmp_path / "dead", OTHER)
    trade(dead, [0, 1])
    sell(dead, 1)
    trader.book.receive(list(dead.shelf.entries()))
    seq, head = dead.book.head(OTHER)
    dead.shelf.close()
    anew.request_anew(trader.shelf.db, "replaced", OTHER)
    trader.shelf.close()
    trader.shelf = Shelf(tmp_path, limits=ROOMY)
    origin = trader.shelf.origin
    begun = [typed(entry) for entry in trader.shelf.entries() if entry.origin == origin]
    assert begun == [OriginBegun(OTHER, seq, head.hex(), "replaced")]
    assert set(origins.known(trader.shelf.db)) == {OLD, OTHER, origin}
    trader.shelf.close()
    trader.shelf = Shelf(tmp_path, limits=ROOMY)
    assert trader.shelf.origin == origin


# --------------------------------------------------------------------------- the same disk forks off more than once


def copy_of(store: Path, target: Path) -> Path:
    """An image of a disk, taken while the program is down."""
    return Path(shutil.copytree(store, target))


def test_two_copies_of_a_disk_record_the_same_again_alike(trader: Trader, tmp_path: Path) -> None:
    """An image of the disk was put back after the fork had been put right: what it sold then is sold once."""
    after_seq = trader.book.head(OLD)[0]
    sell(trader, 1, 2)
    trader.shelf.close()
    store = trader.shelf.db.folder
    found = []
    for number, moment in enumerate((5, 10**9)):
        shelf = Shelf(copy_of(store, tmp_path / f"copy {number}"), limits=ROOMY)
        schema.put_meta(shelf.db, "origin", OLD)
        origin = fork.fork_off(shelf, ScriptedClock(moment), after_seq, none)
        found.append([entry for entry in shelf.entries() if entry.origin == origin])
        assert shelf.differences() == ()
        shelf.close()
    assert found[0] == found[1]
    assert len(found[0]) > 1


@pytest.mark.parametrize("more", [False, True], ids=["the same", "and more"])
def test_what_is_here_already_as_recorded_again_is_passed_over(
    trader: Trader, tmp_path: Path, *, more: bool
) -> None:
    """The old image was put back and sold on, and what it had recorded again before has come from the server."""
    after_seq = trader.book.head(OLD)[0]
    sell(trader, 1, 2)
    trader.shelf.close()
    other = Shelf(copy_of(trader.shelf.db.folder, tmp_path / "other"), limits=ROOMY)
    schema.put_meta(other.db, "origin", OLD)
    first = fork.fork_off(other, ScriptedClock(5), after_seq, none)
    came = [entry for entry in other.entries() if entry.origin == first]
    other.close()

    shelf = Shelf(trader.shelf.db.folder, limits=ROOMY)
    book = Book(shelf, ScriptedClock(7), OLD)
    schema.put_meta(shelf.db, "origin", OLD)
    back = Trader(shelf, book, ScriptedClock(7), days=trader.days, day=trader.day)
    back.products, back.sales = trader.products, trader.sales
    if more:
        sell(back, 3)
    book.receive(came)
    second = fork.fork_off(shelf, ScriptedClock(9), after_seq, none)
    assert second != first
    assert shelf.db.sql("SELECT count(*) FROM sale") == [(1 + more,)]
    assert shelf.db.sql("SELECT was FROM origin_line WHERE device = ?", (second,)) == [(first,)]
    assert shelf.unapplied() == ()
    assert shelf.differences() == ()
    assert shelf.book(ScriptedClock(9)).verify().bad is None
    shelf.close()
