"""Folding the tables anew from a long journal, and verifying its chain."""

import hashlib
from collections.abc import Callable
from typing import Any, Final

from appliance.journal import chain, entry
from appliance.journal.entry import Entry
from appliance.store import schema, tables
from appliance.store.shelf import entries
from appliance.store.sqlite import SqliteDatabase
from tests.bench import shop
from tests.bench.report import Row, Section
from tests.bench.run import Progress, Run, made_once
from tests.bench.timing import Times, per_second, ratio, times, without_collector

NAME: Final = "journal"
REBUILD_TARGET: Final = 20_000
VERIFY_TARGET: Final = 50_000


def measure(run: Run) -> Section:
    progress = Progress(NAME)
    sales = run.size(12_000, 500)
    made = made_once(
        f"journal-{sales}",
        shop.SOURCES,
        shop.make_journal(
            sales, lambda done, total: progress("making it (only the first time)", done, total)
        ),
    )
    db = SqliteDatabase(run.copy(made))
    count = int(db.sql("SELECT count(*) FROM entry")[0][0])
    rows = [
        *_rebuild(run, db, count, progress),
        *_verify(run, db, count, progress),
    ]
    size = db.path.stat().st_size
    db.close()
    progress.end()
    return Section(
        NAME,
        f"A journal of {count:,} entries: {sales:,} ordinary sales, two thirds with a receipt.",
        tuple(rows),
        (f"The store is {size / 1e6:,.0f} MB.",),
    )


def _rebuild(run: Run, db: SqliteDatabase, count: int, progress: Progress) -> list[Row]:
    rows = [
        (table._meta.table_name, list(db.sql(f"SELECT * FROM {table._meta.table_name}")))
        for table in tables.FOLDED
    ]
    written = sum(len(held) for _, held in rows)
    products = db.sql("SELECT num, name FROM product")
    ours, limit = Times(), Times()
    turns = run.size(5, 2)
    with without_collector():
        for turn in range(turns):
            progress("rebuilding", turn, turns)
            ours.call(lambda: schema.rebuild(db, lambda _done, _total: None))
            limit.call(lambda: _insert_all(db, rows, products))
    rate = per_second(count, ours)
    return [
        Row(
            "rebuild: all tables made anew from the journal",
            f"{rate:,.0f} entries/s",
            f"the driver inserting their {written:,} rows, unhashed and unread: "
            f"{per_second(count, limit):,.0f} entries/s",
            times(ratio(ours, limit)),
            "≥ 20,000 /s",
            rate >= REBUILD_TARGET,
        )
    ]


def _insert_all(db: SqliteDatabase, rows: list[tuple[str, list[Any]]], products: list[Any]) -> None:
    with db.transaction():
        db.sql(f"DROP TABLE {tables.SEARCH}")
        for table in reversed(tables.FOLDED):
            db.sql(f"DROP TABLE {table._meta.table_name}")
        schema.create_folded(db)
        for name, held in rows:
            if held:
                marks = ", ".join("?" * len(held[0]))
                db.sql_many(f"INSERT INTO {name} VALUES ({marks})", held)
        db.sql_many(f"INSERT INTO {tables.SEARCH}(rowid, names) VALUES (?, ?)", products)


def _verify(run: Run, db: SqliteDatabase, count: int, progress: Progress) -> list[Row]:
    held = [(each.prev_hash, _canonical(each)) for each in entries(db)]
    size = sum(len(head) + len(text) for head, text in held)
    ours, hashing, reading = Times(), Times(), Times()
    turns = run.size(7, 2)

    def verified() -> None:
        verdict = chain.verify(entries(db))
        assert verdict.bad is None, verdict.bad
        assert verdict.entries == count

    def hashed() -> None:
        for head, text in held:
            hashlib.sha256(head + text).digest()

    def read() -> None:
        for _ in db._connection.execute("SELECT * FROM entry ORDER BY origin, seq"):
            pass

    works: tuple[tuple[Times, Callable[[], None]], ...] = (
        (ours, verified),
        (hashing, hashed),
        (reading, read),
    )
    with without_collector():
        for turn in range(turns):
            progress("verifying", turn, turns)
            for taken, work in works:
                taken.call(work)
    rate = per_second(count, ours)
    return [
        Row(
            "verify: every hash and link of the journal",
            f"{rate:,.0f} entries/s",
            f"SHA-256 alone over the same {size / 1e6:.0f} MB: "
            f"{per_second(count, hashing):,.0f} entries/s",
            times(ratio(ours, hashing)),
            "≥ 50,000 /s",
            rate >= VERIFY_TARGET,
        ),
        Row(
            "the same against reading",
            f"{rate:,.0f} entries/s",
            f"the driver reading the entries: {per_second(count, reading):,.0f} entries/s",
            times(ratio(ours, reading)),
        ),
    ]


def _canonical(one: Entry) -> bytes:
    """The bytes that are hashed after the hash before them."""
    fields = (*one[:3], bool(one.clock_ok), *one[4:10])
    text = entry.canonical_json(fields).encode()[:-1] + b"," + one.body.encode() + b"]"
    assert hashlib.sha256(one.prev_hash + text).digest() == one.hash
    return text
