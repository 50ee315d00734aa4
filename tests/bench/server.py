"""The LAN server: how many entries a second it takes in of fifty registers, and what a new register waits for.

The registers' entries are those of ordinary sales; each register sends batches as the mirror does, and waits for the
answer. The limit is the database's driver inserting the same rows, into the journal and the folded tables, with as many
commits as the server made.
"""

import re
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from appliance.clock import ScriptedClock
from appliance.journal import wire
from appliance.journal.entry import GENESIS, ORIGIN_LETTERS, Entry, seal
from appliance.journal.mirror_kinds import RegisterPaired
from appliance.journal.trust_kinds import OriginKnown
from appliance.lan_server import intake
from appliance.lan_server.scribe import Scribe
from appliance.services.desk import Desk
from appliance.store import shelf as store
from appliance.store import tables
from appliance.store.database import Database
from appliance.store.shelf import DiskLimits, Shelf
from appliance.store.sqlite import SqliteDatabase
from tests.bench import shop
from tests.bench.report import Row, Section
from tests.bench.run import Progress, Run, made_once
from tests.bench.timing import Times, per_second, ratio, times, without_collector

NAME: Final = "server"
REGISTERS: Final = 50
_ROOMY: Final = DiskLimits(warn_bytes=0, stop_bytes=0, ballast_bytes=4096)


def measure(run: Run) -> Section:
    progress = Progress(NAME)
    sales = run.size(400, 20)
    made = made_once(f"server-{sales}", shop.SOURCES, shop.make_journal(sales, lambda *_: None))
    first = SqliteDatabase(made, read_only=True)
    origin, (seq, _head) = next(iter(store.heads(first).items()))
    template = store.span(first, origin, 0, seq)
    first.close()
    progress("sealing the entries of fifty registers")
    names = [_name(number) for number in range(REGISTERS)]
    batches = {name: list(_batches(_as_of(template, origin, name))) for name in names}
    total = len(template) * REGISTERS
    rows = _ingest(run, batches, total, progress)
    progress.end()
    return Section(
        NAME,
        f"{REGISTERS} registers with {len(template):,} entries each ({sales} ordinary sales and their shop).",
        tuple(rows),
    )


def _ingest(run: Run, batches: dict[str, list[bytes]], total: int, progress: Progress) -> list[Row]:
    ours, limit = Times(), Times()
    commits = 0
    for turn in range(run.size(3, 1)):
        progress("taking in", turn)
        folder = run.scratch / f"server-{turn}"
        scribe, close = _server(folder, tuple(batches))
        with without_collector():
            ours.call(lambda scribe=scribe: _send(scribe, batches))
        commits = scribe.commits
        close()
        progress("inserting the same rows", turn)
        limit.taken_ns.append(_insert_all(folder, run.scratch / f"limit-{turn}", commits))
    rate = per_second(total, ours)
    return [
        Row(
            "entries taken in of fifty registers at once, SQLite",
            f"{rate:,.0f} entries/s in {commits:,} commits",
            f"the driver inserting the same rows in as many commits: {per_second(total, limit):,.0f} entries/s",
            times(ratio(ours, limit)),
        )
    ]


def _server(folder: Path, names: Sequence[str]) -> tuple[Scribe, Callable[[], None]]:
    shelves: list[Shelf] = []

    def build() -> Desk:
        shelves.append(Shelf(folder, limits=_ROOMY))
        desk = Desk(shelves[0].db, shelves[0].book(ScriptedClock(shop.START_MS)))
        for number, name in enumerate(names):
            desk.book.record(
                "",
                RegisterPaired(name, f"till {number}", "till", f"{number:064}"),
                OriginKnown(name, "till", f"till {number}"),
            )
        return desk

    def close(desk: Desk) -> None:
        count = desk.db.sql("SELECT count(*) FROM unapplied")[0][0]
        assert not count, f"{count} entries could not be applied"
        shelves[0].close()

    scribe = Scribe(build, close)
    scribe.start()
    return scribe, scribe.stop


def _send(scribe: Scribe, batches: dict[str, list[bytes]]) -> None:
    def one(name: str) -> None:
        for packed in batches[name]:
            entries = wire.unpack(packed)
            mark = scribe.do(
                lambda desk: intake.take(desk, name, entries, shop.START_MS)  # noqa: B023 - done before the next one
            )
            assert (mark.seq, mark.trouble) == (entries[-1].seq, ""), mark

    threads = [threading.Thread(target=one, args=(name,)) for name in batches]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _insert_all(filled: Path, folder: Path, commits: int) -> int:
    """How long the driver takes for the rows of `filled`, in nanoseconds."""
    source = SqliteDatabase(filled, read_only=True)
    rows: list[tuple[str, list[Any]]] = [
        (table._meta.table_name, list(source.sql(f"SELECT * FROM {table._meta.table_name}")))
        for table in (*tables.JOURNAL[:1], *tables.FOLDED)
    ]
    source.close()
    target = Shelf(folder, limits=_ROOMY).db
    work = Times()
    with without_collector():
        work.call(lambda: _in_commits(target, rows, commits))
    target.close()
    return work.taken_ns[0]


def _in_commits(db: Database, rows: list[tuple[str, list[Any]]], commits: int) -> None:
    for turn in range(commits):
        with db.transaction():
            for name, held in rows:
                part = held[turn * len(held) // commits : (turn + 1) * len(held) // commits]
                if part:
                    marks = ", ".join("?" * len(part[0]))
                    db.sql_many(f"INSERT INTO {name} VALUES ({marks})", part)


# --------------------------------------------------------------------------- entries of many registers


def _name(number: int) -> str:
    return "B" + "".join(ORIGIN_LETTERS[number // 32**place % 32] for place in (2, 1, 0))


def _as_of(template: Sequence[Entry], was: str, origin: str) -> Iterator[Entry]:
    """The same trade under another origin, hashes and all."""
    names = re.compile(rf"\b{was}-")
    head = GENESIS
    for entry in template:
        made = seal(
            entry._replace(
                origin=origin,
                actor=names.sub(f"{origin}-", entry.actor),
                body=names.sub(f"{origin}-", entry.body),
                prev_hash=head,
                hash=b"",
            )
        )
        head = made.hash
        yield made


def _batches(entries: Iterator[Entry]) -> Iterator[bytes]:
    """As the mirror sends them."""
    rest: Sequence[Entry] = tuple(entries)
    while rest:
        part = wire.cut(rest)
        yield wire.pack(part)
        rest = rest[len(part) :]
