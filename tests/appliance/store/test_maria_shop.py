"""A whole shop on MariaDB: its staff, their weeks, wages and reports come out as on SQLite; and a server is killed."""

import random
import threading
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher

from appliance.clock import ScriptedClock, SystemClock
from appliance.demo_shop import open_demo_shop
from appliance.demo_shop.weeks import live_demo_weeks
from appliance.domain.calendar import ONE_DAY, day_of
from appliance.journal.kinds import CategoryAdded
from appliance.lan_server.scribe import Scribe
from appliance.services import (
    attention,
    catalogue,
    hours,
    labour,
    pay_rules,
    people,
    plan,
    reports,
    wage_report,
    wages,
)
from appliance.services.desk import Desk
from appliance.services.places import Place
from appliance.store.database import Database, Interrupted
from appliance.store.maria_shelf import MariaShelf
from appliance.store.opened import open_reader, open_store
from tests.appliance.trading import folded, open_trader, sell
from tests.mariadb import Server, needs_mariadb, running

pytestmark = needs_mariadb

WEDNESDAY_10_MS = 1_795_597_200_000
"""Wednesday, 25 November 2026, 09:00 UTC."""
WEEK = ("2026-11-16", "2026-11-22")
KEEPER = people.Pins(b"pepper", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


def told(db: Database) -> dict[str, Any]:
    """What the shop can be asked, in everything's own words."""
    zone = pay_rules.read(db).zone
    today = day_of(WEDNESDAY_10_MS, zone)
    staff = people.everyone(db)
    return {
        "wages": wage_report.report(db, *WEEK, WEDNESDAY_10_MS),
        "labour": labour.report(db, *WEEK, WEDNESDAY_10_MS),
        "attention": attention.look(db, WEDNESDAY_10_MS),
        "plan": plan.week(db, today, WEDNESDAY_10_MS),
        "staff": staff,
        "hours": [hours.week(db, one.id, today - 7 * ONE_DAY, WEDNESDAY_10_MS) for one, _ in staff],
        "days": [reports.day(db, day) for day, *_ in reports.day_ids(db)],
        "categories": catalogue.categories(db),
        "found": {word: found(db, word) for word in ("a", "ap", "cof", "kä", "te", "zz")},
    }


def found(db: Database, typed: str) -> list[str]:
    return sorted(hit.name for hit in catalogue.search(db, typed, "de")[0])


def test_the_demo_shops_weeks_are_reckoned_on_mariadb_as_on_sqlite(
    maria_server: Server, tmp_path: Path
) -> None:
    url = maria_server.new_url()
    with closing(open_store(tmp_path / "server", url)) as shelf:
        desk = Desk(shelf.db, shelf.book(ScriptedClock(WEDNESDAY_10_MS)))
        open_demo_shop(desk, KEEPER)
        live_demo_weeks(shelf, KEEPER, WEDNESDAY_10_MS)
        desk = Desk(shelf.db, shelf.book(ScriptedClock(WEDNESDAY_10_MS)))
        place = Place("web")
        clara = people.find(shelf.db, wage_report.report(shelf.db, *WEEK, WEDNESDAY_10_MS)[0].employee)  # fmt: skip
        wages.approve(desk, clara.id, *WEEK, place, "", WEDNESDAY_10_MS)
        with pytest.raises(wages.BadPeriod):
            wages.approve(desk, clara.id, *WEEK, place, "", WEDNESDAY_10_MS)
        assert shelf.differences() == ()
        till = open_trader(tmp_path / "till")
        sell(till, 1, 2, 3)
        desk.book.receive(list(till.shelf.entries()))

        # A till that hears all of it has the same shop, but for being itself.
        other = open_trader(tmp_path / "other", shelf.origin)
        other.shelf.db.sql("UPDATE meta SET value = ?", (shelf.origin,))
        other.book.receive(list(shelf.entries()))
        assert folded(other.shelf.db) == folded(shelf.db)
        on_mariadb, on_sqlite = told(shelf.db), told(other.shelf.db)
        assert on_mariadb == on_sqlite
        assert len(on_mariadb["wages"]) >= 2
        assert len(on_mariadb["days"]) == 1
        with closing(open_reader(tmp_path / "server", url)) as looking:
            assert told(looking) == on_mariadb


def _until(true: Callable[[], bool]) -> None:
    limit = time.monotonic() + 60
    while not true():
        assert time.monotonic() < limit
        time.sleep(0.02)


def test_a_database_server_that_is_killed_under_load_loses_and_doubles_nothing(
    tmp_path: Path,
) -> None:
    """Kill −9, again and again, of a server that waits for its disk; the scribe goes on with each that comes back."""
    with running() as server:
        url = server.new_url()
        shelves: list[MariaShelf] = []

        def build() -> Desk:
            shelves.append(MariaShelf(url, tmp_path / "server"))
            return Desk(shelves[0].db, shelves[0].book(SystemClock(always_ok=True)))

        scribe = Scribe(build, lambda _desk: shelves[0].close())
        scribe.start()
        answers: list[tuple[str, str]] = []
        unknown: list[str] = []
        over = threading.Event()

        def ask(asker: int) -> None:
            number = 0
            while not over.is_set():
                number += 1
                name = f"{asker}-{number}"
                try:
                    made = scribe.do(lambda desk: desk.book.record("", CategoryAdded(name))[0].id)  # noqa: B023 - done at once
                except Interrupted:
                    unknown.append(name)
                else:
                    answers.append((made, name))

        askers = [threading.Thread(target=ask, args=(asker,)) for asker in range(6)]
        for thread in askers:
            thread.start()
        chance = random.Random(7)
        for _ in range(4):
            before = len(answers)
            _until(lambda: len(answers) > before + 30)  # noqa: B023 - done at once
            time.sleep(chance.uniform(0, 0.2))
            server.kill()
            server.start()
        before = len(answers)
        _until(lambda: len(answers) > before + 30)
        over.set()
        for thread in askers:
            thread.join()
        scribe.stop()
        with closing(MariaShelf(url, tmp_path / "server")) as shelf:
            rows = [tuple(row) for row in shelf.db.sql("SELECT id, name FROM category")]
            assert set(answers) <= set(rows)
            assert {name for _, name in rows} - {name for _, name in answers} <= set(unknown)
            assert len({name for _, name in rows}) == len(rows)
            assert shelf.differences() == ()
            assert shelf.book(SystemClock()).verify().bad is None
