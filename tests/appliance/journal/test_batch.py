"""A batch of the book: all of it on the disk, or nothing."""

import contextlib
from pathlib import Path

import pytest

from appliance.journal.kinds import CategoryAdded
from tests.appliance.trading import Trader, open_trader


@pytest.fixture
def trader(tmp_path: Path) -> Trader:
    return open_trader(tmp_path)


def names(trader: Trader) -> list[str]:
    return [row[0] for row in trader.shelf.db.sql("SELECT name FROM category ORDER BY id")]


def test_a_batch_that_ends_well_is_kept(trader: Trader) -> None:
    with trader.book.batch():
        trader.book.record("", CategoryAdded(name="one"))
        trader.book.record("", CategoryAdded(name="two"))
    assert names(trader) == ["one", "two"]
    assert trader.book.verify().entries == 2


def test_an_exception_takes_the_whole_batch_back_with_its_head(trader: Trader) -> None:
    trader.book.record("", CategoryAdded(name="before"))
    ahead = trader.book.id_ahead()
    with pytest.raises(KeyboardInterrupt):
        record_and_fail(trader, KeyboardInterrupt())
    assert trader.book.id_ahead() == ahead
    trader.book.record("", CategoryAdded(name="after"))
    assert names(trader) == ["before", "after"]
    verdict = trader.book.verify()
    assert (verdict.entries, verdict.bad) == (2, None)


def test_a_batch_within_a_batch_shares_its_fate(trader: Trader) -> None:
    def outer() -> None:
        with trader.book.batch():
            with trader.book.batch():
                trader.book.record("", CategoryAdded(name="inside"))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        outer()
    assert names(trader) == []
    assert trader.book.verify().entries == 0


def test_a_part_that_failed_and_was_hushed_up_takes_back_the_whole(trader: Trader) -> None:
    def outer() -> None:
        with trader.book.batch():
            trader.book.record("", CategoryAdded(name="before"))
            with contextlib.suppress(ValueError):
                record_and_fail(trader, ValueError())

    with pytest.raises(RuntimeError, match="part of this batch"):
        outer()
    assert names(trader) == []
    trader.book.record("", CategoryAdded(name="after"))
    assert trader.book.verify().bad is None


def record_and_fail(trader: Trader, why: BaseException) -> None:
    with trader.book.batch():
        trader.book.record("", CategoryAdded(name="inside"))
        raise why
