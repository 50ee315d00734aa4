"""The demo shop's colleagues have worked, and their wages can be reckoned."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from appliance.clock import ScriptedClock
from appliance.demo_shop import open_demo_shop
from appliance.demo_shop.trade import trade_demo_days
from appliance.demo_shop.weeks import colleagues, live_demo_weeks
from appliance.services import people, timeclock, wages
from appliance.services.desk import Desk
from appliance.store.shelf import Shelf
from tests.appliance.trading import ROOMY

WEDNESDAY_10_MS = 1_795_597_200_000
"""Wednesday, 25 November 2026, 09:00 UTC: 10 o'clock in the shop."""
KEEPER = people.Pins(b"pepper", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    made = Shelf(tmp_path, limits=ROOMY)
    open_demo_shop(Desk(made.db, made.book(ScriptedClock(WEDNESDAY_10_MS))), KEEPER)
    live_demo_weeks(made, KEEPER, WEDNESDAY_10_MS)
    yield made
    assert made.differences() == ()
    made.close()


def test_last_week_is_owed_to_the_cent_and_asks_nothing(shelf: Shelf) -> None:
    found = wages.report(shelf.db, "2026-11-16", "2026-11-22", WEDNESDAY_10_MS)
    assert [one.name for one in found] == ["Clara", "David"]
    assert all(one.questions == () for one in found)
    assert all(one.total_minor > 30_000 for one in found)


def test_nobody_has_punched_in_the_future(shelf: Shelf) -> None:
    assert shelf.db.sql("SELECT max(at_ms) FROM punch")[0][0] < WEDNESDAY_10_MS
    staff = {one.name: one.id for one in people.active(shelf.db)}
    clara = timeclock.record_of(shelf.db, staff["Clara"], WEDNESDAY_10_MS)
    assert clara.since is not None


def test_it_is_lived_once_and_ana_and_ben_have_not_worked(shelf: Shelf) -> None:
    before = shelf.db.sql("SELECT count(*) FROM entry")[0][0]
    live_demo_weeks(shelf, KEEPER, WEDNESDAY_10_MS)
    assert shelf.db.sql("SELECT count(*) FROM entry")[0][0] == before
    assert {row[0] for row in shelf.db.sql("SELECT DISTINCT employee FROM punch")} == {
        people.find(shelf.db, one.number).id for one in colleagues()
    }


def test_two_weeks_were_traded_to_the_cent_and_once(shelf: Shelf) -> None:
    trade_demo_days(shelf, WEDNESDAY_10_MS)
    totals = shelf.db.sql("SELECT count(*), sum(total_minor), max(at_ms) FROM sale")[0]
    assert totals[0] > 400
    assert totals[1] == sum(row[0] for row in shelf.db.sql("SELECT amount_minor FROM tender"))
    assert totals[2] < WEDNESDAY_10_MS
    assert shelf.db.sql("SELECT count(*) FROM day WHERE closed_at_ms IS NULL") == [(1,)]
    assert shelf.db.sql("SELECT count(*) FROM stock_level WHERE qty_milli < 0") == [(0,)]
    assert shelf.unapplied() == ()
    before = shelf.db.sql("SELECT count(*) FROM entry")
    trade_demo_days(shelf, WEDNESDAY_10_MS)
    assert shelf.db.sql("SELECT count(*) FROM entry") == before
