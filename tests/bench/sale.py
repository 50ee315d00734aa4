"""A recorded sale, against the raw driver writing the same rows with the same commits.

First the sales are rung up on a copy of the shop in which triggers note every row that each commit inserts and every
column that it updates. Then they are rung up again on a second copy, in turns with the driver alone writing those rows
into a third. At the end all three must hold the same tables.
"""

import itertools
import os
import re
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, Self

from peewee import Field

from appliance import views
from appliance.clock import ScriptedClock
from appliance.messages import NewSale, Scan, SignIn, Snapshot, TenderCash
from appliance.register import Register
from appliance.store import tables
from appliance.store.sqlite import SqliteDatabase
from tests.bench import shop
from tests.bench.report import Row, Section, not_measured
from tests.bench.run import ROOT, Progress, Run, made_once
from tests.bench.timing import Times, ratio, said, times, without_collector

NAME: Final = "sale"

Commit = list[tuple[str, Sequence[object]]]
"""Statements with their parameters."""

_SHM: Final = Path("/dev/shm")  # noqa: S108 - a disk in memory is what is wanted


def measure(run: Run) -> Section:
    progress = Progress(NAME)
    made = made_once("shop", shop.SOURCES, shop.make_shop)
    count = run.size(400, 40)
    bought = list(itertools.islice(shop.baskets(2), count))
    progress("what a sale writes")
    commits, wanted = _captured(run.copy(made), bought)
    rows = _against_the_driver(run, made, bought, commits, wanted, progress)
    in_memory, notes = _without_a_disk(run, made, bought, commits, wanted, progress)
    rows += in_memory
    rows += _through_the_register(run, made, bought, progress)
    rows += _sizes(run, made, progress)
    rows.append(_flushes(run, progress))
    progress.end()
    statements = sum(len(commit) for sale in commits for commit in sale) / count
    return Section(
        NAME,
        f"A sale of {shop.LINES} scanned lines, each its own commit, paid in cash.",
        tuple(rows),
        (f"A sale is 6 commits of together {statements:.0f} rows inserted or changed.", *notes),
    )


# ----------------------------------------------------------------------------- the same rows


def _captured(
    folder: Path, bought: Sequence[tuple[str, ...]]
) -> tuple[list[list[Commit]], list[Any]]:
    """For each sale its commits, and all rows at the end."""
    counter = shop.open_counter(folder)
    notes = _Notes(counter.shelf.db)
    sales = []
    for codes in bought:
        commits = []
        for code in codes:
            counter.scan(code)
            commits.append(notes.taken())
        counter.pay()
        commits.append(notes.taken())
        sales.append(commits)
    rows = _all_rows(counter.shelf.db)
    counter.shelf.close()
    return sales, rows


class _Notes:
    """Temporary triggers that note what changes."""

    def __init__(self, db: SqliteDatabase) -> None:
        self._db = db
        self._tables = {
            table._meta.table_name: (
                tuple(field.column_name for field in table._meta.sorted_fields),
                tuple(field.column_name for field in _key_of(table)),
            )
            for table in (*tables.JOURNAL, *tables.FOLDED)
        }
        db.sql("CREATE TEMP TABLE noted (name TEXT, changed TEXT, key TEXT)")
        for name, (columns, key) in self._tables.items():
            new_key = f"json_array({', '.join(f'NEW.{part}' for part in key)})"
            db.sql(
                f"CREATE TEMP TRIGGER noted_{name} AFTER INSERT ON main.{name} BEGIN "
                f"INSERT INTO noted VALUES ('{name}', '', {new_key}); END"
            )
            for column in columns:
                db.sql(
                    f"CREATE TEMP TRIGGER noted_{name}_{column} AFTER UPDATE OF {column} "
                    f"ON main.{name} WHEN OLD.{column} IS NOT NEW.{column} BEGIN "
                    f"INSERT INTO noted VALUES ('{name}', '{column}', {new_key}); END"
                )

    def taken(self) -> Commit:
        """What was written since the last time, as statements that write it again."""
        noted = self._db.sql("SELECT name, changed, key FROM noted ORDER BY rowid")
        self._db.sql("DELETE FROM noted")
        return [self._statement(*note) for note in noted]

    def _statement(self, name: str, changed: str, key: str) -> tuple[str, tuple[object, ...]]:
        columns, key_columns = self._tables[name]
        wanted = (changed,) if changed else columns
        where = " AND ".join(
            f"{column} = json_extract(?1, '$[{place}]')" for place, column in enumerate(key_columns)
        )
        values = tuple(
            self._db.sql(f"SELECT {', '.join(wanted)} FROM {name} WHERE {where}", (key,))[0]
        )
        if not changed:
            marks = ", ".join("?" * len(columns))
            return f"INSERT INTO {name} ({', '.join(columns)}) VALUES ({marks})", values
        keys = self._db.sql(f"SELECT {', '.join(key_columns)} FROM {name} WHERE {where}", (key,))
        same = " AND ".join(f"{column} = ?" for column in key_columns)
        return f"UPDATE {name} SET {changed} = ? WHERE {same}", (*values, *keys[0])


def _key_of(table: type[tables.Table]) -> list[Field]:
    found: list[Field] = table._meta.get_primary_keys()  # type: ignore[no-untyped-call]
    return found


def _all_rows(db: SqliteDatabase) -> list[Any]:
    names = [table._meta.table_name for table in (*tables.JOURNAL, *tables.FOLDED)]
    return [sorted(map(tuple, db.sql(f"SELECT * FROM {name}")), key=repr) for name in names]


def _raw(db: SqliteDatabase, sale: Sequence[Commit]) -> None:
    execute = db._connection.execute
    for commit in sale:
        execute("BEGIN IMMEDIATE")
        for sql, parameters in commit:
            execute(sql, parameters)
        execute("COMMIT")


# ----------------------------------------------------------------------------- measured


def _against_the_driver(
    run: Run,
    made: Path,
    bought: Sequence[tuple[str, ...]],
    commits: Sequence[Sequence[Commit]],
    wanted: list[Any],
    progress: Progress,
) -> list[Row]:
    with _Flush(run.scratch / "flushed") as flush:
        ours, limit = _in_turns(
            run.copy(made), run.copy(made), bought, commits, wanted, progress, flush
        )
    found = ratio(ours, limit)
    return [
        Row(
            "a recorded sale, through the services",
            str(ours),
            f"the driver alone: {limit}",
            times(found),
            "≤ 1.5 ×",
            found <= 1.5,
        ),
        Row("one flush of this disk: 4 kB written again and fdatasync", str(flush.taken)),
    ]


class _Flush:
    """Writes over the same page of a file and flushes it, as a commit does at the least."""

    def __init__(self, path: Path) -> None:
        self.taken = Times()
        self._handle = os.open(path, os.O_RDWR | os.O_CREAT)

    def __enter__(self) -> Self:
        self._write()
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._handle)

    def __call__(self) -> None:
        self.taken.call(self._write)

    def _write(self) -> None:
        os.pwrite(self._handle, os.urandom(4096), 0)
        os.fdatasync(self._handle)


def _without_a_disk(
    run: Run,
    made: Path,
    bought: Sequence[tuple[str, ...]],
    commits: Sequence[Sequence[Commit]],
    wanted: list[Any],
    progress: Progress,
) -> tuple[list[Row], tuple[str, ...]]:
    what = "the same in memory, with no disk to wait for"
    if not _SHM.is_dir():
        return [not_measured(what, "no /dev/shm")], ()
    with TemporaryDirectory(dir=_SHM, prefix="open-pos-bench-") as folder:
        there = Run(Path(folder), run.quick)
        ours, limit = _in_turns(
            there.copy(made), there.copy(made), bought, commits, wanted, progress
        )
    computed = ", ".join(
        f"{times((ours.median_ns + disk_ns) / (limit.median_ns + disk_ns))} with flushes of {said(disk_ns / 6)}"
        for disk_ns in (6 * 0.25e6, 6 * 1e6, 6 * 5e6, 6 * 20e6)
    )
    return (
        [Row(what, str(ours), f"the driver alone: {limit}", times(ratio(ours, limit)))],
        (f"Computed from the row in memory for this processor: {computed}.",),
    )


def _in_turns(
    ours_in: Path,
    raw_in: Path,
    bought: Sequence[tuple[str, ...]],
    commits: Sequence[Sequence[Commit]],
    wanted: list[Any],
    progress: Progress,
    between: Callable[[], None] = lambda: None,
) -> tuple[Times, Times]:
    counter, raw = shop.open_counter(ours_in), SqliteDatabase(raw_in)
    ours, limit = Times(), Times()
    with without_collector():
        for number, (codes, sale) in enumerate(zip(bought, commits, strict=True)):
            if number % 2:
                ours.call(counter.sell, codes)
                limit.call(_raw, raw, sale)
            else:
                limit.call(_raw, raw, sale)
                ours.call(counter.sell, codes)
            between()
            progress("in turns with the driver alone", number, len(bought))
    assert _all_rows(counter.shelf.db) == wanted, "the sales differ from those that were captured"
    assert _all_rows(raw) == wanted, "the driver alone did not write the same rows"
    counter.shelf.close()
    raw.close()
    return ours, limit


def _through_the_register(
    run: Run, made: Path, bought: Sequence[tuple[str, ...]], progress: Progress
) -> list[Row]:
    """The same sales as messages, in turns with the services, and what publishing costs."""
    counter = shop.open_counter(run.copy(made))
    register_folder = run.copy(made)
    shown: list[Snapshot] = []
    shelf = shop.open_counter(register_folder).shelf
    register = Register(shelf, ScriptedClock(shop.START_MS), shop.NoDevices(), shown.append)
    register.handle(SignIn(employee="1", pin=shop.PIN))
    assert register.till.employee is not None, "the cashier could not sign in"
    whole, services, scans = Times(), Times(), Times()
    with without_collector():
        for number, codes in enumerate(bought):
            with services.one():
                counter.sell(codes)
            with whole.one():
                for code in codes:
                    scan = Scan(text=code)
                    with scans.one():
                        register.handle(scan)
                register.handle(TenderCash(amount_minor=shop.CASH_MINOR))
            register.handle(NewSale())
            shown.clear()
            progress("through the register", number, len(bought))
    for code in next(shop.baskets(3)):
        register.handle(Scan(text=code))
    each = [_view_cost(register, view) for view in views.ALL]
    long = _on_a_long_ticket(register)
    counter.shelf.close()
    shelf.close()
    return [
        Row(
            "the whole way through `Register.handle`, snapshots published",
            str(whole),
            f"the services alone: {services}",
            times(ratio(whole, services)),
        ),
        Row("one scan through `Register.handle`", str(scans)),
        Row("the same on a ticket of 100 lines already", str(long)),
        Row("making all snapshots once, five lines on the ticket", _sum_said(each)),
    ]


def _on_a_long_ticket(register: Register) -> Times:
    articles = map(shop.ean13, range(200))
    for code in itertools.islice(articles, 100):
        register.handle(Scan(text=code))
    taken = Times()
    for code in itertools.islice(articles, 20):
        taken.call(register.handle, Scan(text=code))
    return taken


def _view_cost(register: Register, view: views.View) -> tuple[str, float]:
    one = Times()
    for _ in range(50):
        one.call(view, register.till)
    return view.__name__, one.median_ns


def _sum_said(each: list[tuple[str, float]]) -> str:
    dearest = sorted(each, key=lambda cost: -cost[1])[:3]
    named = ", ".join(f"{name} {said(cost)}" for name, cost in dearest)
    return f"{said(sum(cost for _, cost in each))}, most of it {named}"


def _sizes(run: Run, made: Path, progress: Progress) -> list[Row]:
    sales = run.size(1_000, 100)
    counter = shop.open_counter(run.copy(made))
    db = counter.shelf.db
    before = db.sql("SELECT count(*) FROM entry")[0][0]
    pages = _bytes_held(db)
    customers = shop.baskets(4)
    with counter.shelf.transaction():
        for number in range(sales):
            counter.sell(next(customers))
            progress("what a sale takes on the disk", number, sales)
    entries, size, bodies = db.sql(
        "SELECT count(*), sum(length(CAST(body AS BLOB)) + length(prev_hash) + length(hash) + "
        "length(origin) + length(boot) + length(actor) + length(kind)), "
        "sum(length(CAST(body AS BLOB))) "
        "FROM entry WHERE seq > ?",
        (before,),
    )[0]
    grown = _bytes_held(db) - pages
    counter.shelf.close()
    return [
        Row(
            "entries of a sale",
            f"{entries / sales:.1f} entries, {size / sales:,.0f} bytes with hashes and heads, "
            f"{bodies / sales:,.0f} bytes of bodies",
        ),
        Row("growth of the database per 1,000 sales", f"{grown / sales / 1000:.2f} MB"),
    ]


def _bytes_held(db: SqliteDatabase) -> int:
    held = db.sql("PRAGMA page_count")[0][0] - db.sql("PRAGMA freelist_count")[0][0]
    return int(held * db.sql("PRAGMA page_size")[0][0])


# ----------------------------------------------------------------------------- flushes


def _flushes(run: Run, progress: Progress) -> Row:
    """Counted by strace, as the difference between some sales and none."""
    what = "flushes to the disk per sale"
    progress("flushes to the disk")
    sales = 100
    try:
        counted = _synced(run, sales) - _synced(run, 0)
    except (OSError, subprocess.SubprocessError, LookupError) as why:
        return not_measured(what, f"strace: {type(why).__name__}")
    return Row(what, f"{counted / sales:.2f} (6 commits)")


def _synced(run: Run, sales: int) -> int:
    made = made_once("shop", shop.SOURCES, shop.make_shop)
    log = run.scratch / f"strace-{sales}"
    command = (
        *("strace", "-f", "-qq", "-e", "trace=fsync,fdatasync", "-o", str(log)),
        *(sys.executable, "-m", "tests.bench.sale", str(run.copy(made)), str(sales)),
    )
    subprocess.run(command, cwd=ROOT, check=True, timeout=120, capture_output=True)
    return len(re.findall(r"f(?:data)?sync\(", log.read_text(encoding="utf-8")))


def _only_sell(folder: Path, sales: int) -> None:
    counter = shop.open_counter(folder)
    for codes in itertools.islice(shop.baskets(5), sales):
        counter.sell(codes)
    counter.shelf.close()


if __name__ == "__main__":
    _only_sell(Path(sys.argv[1]), int(sys.argv[2]))
