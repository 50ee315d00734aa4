"""The LAN server: how many entries a second it takes in of fifty registers, and what a new register waits for.

The registers' entries are those of ordinary sales; each register sends batches as the mirror does, and waits for the
answer. The limit is the database's driver inserting the same rows, into the journal and the folded tables, with as many
commits as the server made.
"""

import itertools
import re
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from operator import itemgetter
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
from appliance.store.opened import AnyShelf, open_store
from appliance.store.shelf import DiskLimits, Shelf
from appliance.store.sqlite import SqliteDatabase
from tests import mariadb
from tests.bench import shop
from tests.bench.report import Row, Section, not_measured
from tests.bench.run import Progress, Run, made_once
from tests.bench.timing import Times, per_second, ratio, times, without_collector
from tests.cluster import galera

Open = Callable[[Path], AnyShelf]
"""Opens a store for one server of open-pos."""

NAME: Final = "server"
REGISTERS: Final = 50


@dataclass(frozen=True, slots=True)
class Load:
    """What the registers send: batches by register, and how many entries they are."""

    batches: dict[str, list[bytes]]
    entries: int


_ROOMY: Final = DiskLimits(warn_bytes=0, stop_bytes=0, ballast_bytes=4096)


def measure(run: Run) -> Section:
    progress = Progress(NAME)
    sales = run.size(200, 10)
    made = made_once(f"server-{sales}", shop.SOURCES, shop.make_journal(sales, lambda *_: None))
    first = SqliteDatabase(made, read_only=True)
    origin, (seq, _head) = next(iter(store.heads(first).items()))
    template = store.span(first, origin, 0, seq)
    first.close()
    progress("sealing the entries of fifty registers")
    batches = {
        name: list(_batches(_as_of(template, origin, name)))
        for name in map(_name, range(REGISTERS))
    }
    load = Load(batches, len(template) * REGISTERS)
    rows = [_row(run, "SQLite", [_on_sqlite], load, progress)]
    rows += _on_others(run, load, progress)
    progress.end()
    return Section(
        NAME,
        f"{REGISTERS} registers with {len(template):,} entries each: {sales} ordinary sales and their shop.",
        tuple(rows),
        (
            "The cluster is three nodes on this machine, a server of open-pos before each; commits wait for all.",
        ),
    )


def _on_others(run: Run, load: Load, progress: Progress) -> list[Row]:
    if mariadb.mariadbd() is None:
        return [not_measured("MariaDB", "it is not installed")]
    with mariadb.running() as server:
        rows = [
            _row(run, "MariaDB", [_on_maria(server.new_url)], load, progress),
        ]
    if not galera.PROVIDER.exists():
        return [*rows, not_measured("a cluster of three nodes", "Galera is not installed")]
    with galera.running() as cluster:

        def urls() -> list[str]:
            database = cluster.nodes[0].new_database()
            return [cluster.url(database, number) for number in range(galera.NODES)]

        shared: list[str] = []

        def opened(number: int) -> Open:
            def opens(folder: Path) -> AnyShelf:
                if number == 0:
                    shared[:] = urls()
                return open_store(folder / str(number), shared[number])

            return opens

        everyone = [opened(number) for number in range(galera.NODES)]
        rows.append(_row(run, "a Galera cluster", everyone, load, progress))
    return rows


def _row(
    run: Run, name: str, opened: Sequence[Open], load: Load, progress: Progress
) -> Row:  # fmt: skip
    ours, limit, commits = Times(), Times(), 0
    for turn in range(run.size(3, 1)):
        progress(f"{name}: taking in", turn)
        folder = run.scratch / f"{name}-{turn}"
        scribes = [
            _started(open_, folder, tuple(load.batches), number)
            for number, open_ in enumerate(opened)
        ]
        with without_collector():
            ours.call(_send, scribes, load.batches)
        commits = sum(scribe.commits for scribe in scribes)
        for scribe in scribes[1:]:
            scribe.stop()
        progress(f"{name}: inserting the same rows", turn)
        rows = scribes[0].do(rows_of)
        scribes[0].stop()
        shelf = opened[0](run.scratch / f"{name}-limit-{turn}")
        with without_collector():
            limit.call(in_commits, shelf.db, rows, commits)
        shelf.close()
    rate = per_second(load.entries, ours)
    return Row(
        f"entries taken in of fifty registers at once: {name}",
        f"{rate:,.0f} entries/s in {commits:,} commits",
        f"the driver inserting the same rows in as many commits: {per_second(load.entries, limit):,.0f} entries/s",
        times(ratio(ours, limit)),
    )


def _on_sqlite(folder: Path) -> AnyShelf:
    return Shelf(folder, limits=_ROOMY)


def _on_maria(url: Callable[[], str]) -> Open:
    return lambda folder: open_store(folder, url())


def _started(opened: Open, folder: Path, names: Sequence[str], number: int) -> Scribe:
    shelves: list[AnyShelf] = []

    def build() -> Desk:
        shelf = opened(folder)
        shelves.append(shelf)
        desk = Desk(shelf.db, shelf.book(ScriptedClock(shop.START_MS)))
        if number == 0:
            for place, name in enumerate(names):
                desk.book.record(
                    "",
                    RegisterPaired(name, f"till {place}", "till", f"{place:064}"),
                    OriginKnown(name, "till", f"till {place}"),
                )
        return desk

    def close(_desk: Desk) -> None:
        waiting = shelves[0].unapplied()
        assert not waiting, waiting[:3]
        shelves[0].close()

    scribe = Scribe(build, close, again_for_s=120)
    scribe.start()
    return scribe


def _send(scribes: Sequence[Scribe], batches: dict[str, list[bytes]]) -> None:
    def one(scribe: Scribe, name: str) -> None:
        for packed in batches[name]:
            entries = wire.unpack(packed)
            mark = scribe.do(
                lambda desk: intake.take(desk, name, entries, shop.START_MS)  # noqa: B023 - done before the next one
            )
            assert (mark.seq, mark.trouble) == (entries[-1].seq, ""), mark

    threads = [
        threading.Thread(target=one, args=(scribes[number % len(scribes)], name))
        for number, name in enumerate(batches)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def rows_of(desk: Desk) -> list[tuple[str, list[Any]]]:
    found = []
    for table in (*tables.JOURNAL[:1], *tables.FOLDED):
        name = table._meta.table_name
        columns = ", ".join(f"`{field.column_name}`" for field in table._meta.sorted_fields)
        found.append((f"{name} ({columns})", list(desk.db.sql(f"SELECT {columns} FROM {name}"))))
    return found


def in_commits(db: Database, rows: list[tuple[str, list[Any]]], commits: int) -> None:
    """Insert everything, table after table, as some rows refer to those of tables before; so many commits."""
    flat = [(name, row) for name, held in rows for row in held]
    for turn in range(commits):
        part = flat[turn * len(flat) // commits : (turn + 1) * len(flat) // commits]
        with db.transaction():
            for name, some in itertools.groupby(part, key=itemgetter(0)):
                held = [row for _name, row in some]
                marks = ", ".join("?" * len(held[0]))
                db.sql_many(f"INSERT INTO {name} VALUES ({marks})", held)


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
