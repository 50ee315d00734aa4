"""Finding one of 818,775 products: by barcode, as somebody types, and how they got in.

The products are those of `shared/data` beside the repository (or in `OPEN_POS_DATA`), with prices made up from their
codes. They are imported once, as `open-pos catalogue import` does it, and that import's own speed is kept with them.
"""

import csv
import gzip
import itertools
import json
import random
import re
import subprocess
import sys
import time
import unicodedata
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any, Final
from zlib import crc32

from cysqlite import Connection

from appliance.clock import ScriptedClock
from appliance.domain import barcode
from appliance.services import catalogue, catalogue_csv
from appliance.services.desk import Desk
from appliance.store import tables
from appliance.store.shelf import Shelf
from appliance.store.sqlite import SqliteDatabase
from tests.bench import memory, shop
from tests.bench.report import Row, Section, not_measured
from tests.bench.run import ROOT, Progress, Run, made_once
from tests.bench.timing import Times, per_second, ratio, said, times, without_collector
from tests.real_data import real_data

NAME: Final = "catalogue"
SOURCE: Final = "open-food-facts-818k.tsv.gz"
IMPORT_TARGET: Final = 20_000
SCAN_TARGET_NS: Final = 100_000
SEARCH_TARGET_NS: Final = 30_000_000
MEMORY_TARGET_KB: Final = 200 * 1024

_SHOWN: Final = 50
_LONGEST_TYPED: Final = 8
_KEPT: Final = "import.json"


class NoProducts(Exception):
    """Why the big catalogue cannot be had."""


def measure(run: Run) -> Section:
    progress = Progress(NAME)
    try:
        made = big_shop(run, progress)
    except NoProducts as why:
        progress.end()
        rows = (
            not_measured("finding a product by its barcode", str(why), "median < 100 µs"),
            not_measured("search as you type", str(why), "p95 < 30 ms"),
            not_measured("import", str(why), "≥ 20,000 /s"),
            not_measured("memory of the register", str(why), "< 200 MB"),
        )
        return Section(NAME, "A large catalogue.", rows)
    store = made / "store"
    db = SqliteDatabase(run.copy(store))
    products = db.sql("SELECT count(*) FROM product")[0][0]
    rows_found = [
        *_scans(run, db, progress),
        *_searches(run, db, progress),
    ]
    size = db.path.stat().st_size
    db.close()
    rows_found += _imports(run, made, progress)
    rows_found += memory.rows(run, store, progress)
    progress.end()
    notes = (f"The store is {size / 1e6:,.0f} MB.",)
    return Section(NAME, f"A catalogue of {products:,} products.", tuple(rows_found), notes)


# ----------------------------------------------------------------------------- the products


def big_shop(run: Run, progress: Progress) -> Path:
    """The folder with the imported `store` and what its import took. Raises `NoProducts`."""
    source = real_data(SOURCE)
    if not source.exists():
        raise NoProducts(f"no {SOURCE} in shared/data beside the repository or in OPEN_POS_DATA")
    count = run.size(10_000_000, 20_000)

    def make(folder: Path) -> None:
        progress("writing the CSV file (only the first time)")
        file = folder / "products.csv"
        _write_csv(source, file, count)
        command = (sys.executable, "-m", "tests.bench.catalogue", str(folder / "store"), str(file))
        progress("importing all products (only the first time)")
        done = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
        (folder / _KEPT).write_text(done.stdout, encoding="utf-8")

    return made_once(
        f"catalogue-{'small' if run.quick else 'whole'}",
        (*shop.SOURCES, Path(__file__), source),
        make,
    )


def _write_csv(source: Path, target: Path, most: int) -> None:
    with (
        gzip.open(source, "rt", encoding="utf-8", newline="\n") as lines,
        target.open("w", encoding="utf-8", newline="") as handle,
    ):
        writer = csv.writer(handle)
        writer.writerow(("name", "price", "tax_class", "barcode"))
        for line in itertools.islice(lines, most):
            code, name = line.rstrip("\n").split("\t")
            chance = crc32(code.encode())
            writer.writerow(
                (name, f"{chance % 2000 / 100 + 0.09:.2f}", "AB"[chance >> 16 & 1], code)
            )


def _import(folder: Path, file: Path) -> None:
    """Import a file into a new shop and print what it took, in a process of its own."""
    shop.make_shop(folder)
    shelf = Shelf(folder)
    desk = Desk(shelf.db, shelf.book(ScriptedClock(shop.START_MS)))
    begun = time.perf_counter()
    result = catalogue_csv.import_catalogue(desk, file, skip_bad=True)
    taken_s = time.perf_counter() - begun
    shelf.db.sql("PRAGMA wal_checkpoint(TRUNCATE)")
    shelf.close()
    kept = {
        "added": result.added,
        "bad": result.bad_rows,
        "taken_s": taken_s,
        "peak_kb": memory.peak_kb(),
    }
    print(json.dumps(kept))


# ----------------------------------------------------------------------------- by barcode


def _scans(run: Run, db: SqliteDatabase, progress: Progress) -> list[Row]:
    codes = _some_codes(db, run.size(20_000, 2_000))
    execute = db._connection.execute
    found = db._compiled(catalogue._SCANNED)
    # A thousand codes at random would seldom be known from the last time.
    read = barcode.read.__wrapped__

    def raw(key: str) -> object:
        return execute(found, (key,)).fetchone()

    def read_and_found(text: str) -> object:
        return catalogue.by_scan(db, read(text))

    whole, alone, limit = Times(), Times(), Times()
    with without_collector():
        for number, (key, text) in enumerate(codes):
            scanned = read(text)
            # Whoever comes first finds the pages cold, so each comes first a third of the time.
            works = (
                partial(whole.call, read_and_found, text),
                partial(alone.call, catalogue.by_scan, db, scanned),
                partial(limit.call, raw, key),
            )
            for work in works[number % 3 :] + works[: number % 3]:
                work()
            if number % 100 == 0:
                progress("scanning", number, len(codes))
    alone_said = f"the driver, the same query: {limit}"
    return [
        Row(
            "a product by its barcode, the scanned text read as well",
            str(whole),
            alone_said,
            times(ratio(whole, limit)),
            "median < 100 µs",
            whole.median_ns < SCAN_TARGET_NS,
        ),
        Row(
            "the same, the look-up alone",
            str(alone),
            alone_said,
            times(ratio(alone, limit)),
            "median < 100 µs",
            alone.median_ns < SCAN_TARGET_NS,
        ),
    ]


def _some_codes(db: SqliteDatabase, count: int) -> list[tuple[str, str]]:
    """Catalogue keys from all over, and what a scanner sends for them: 13 digits for most."""
    chance = random.Random(6)
    keys = [row[0] for row in db.sql("SELECT code FROM barcode WHERE product IS NOT NULL")]
    found = []
    for key in chance.sample(keys, min(count, len(keys))):
        text = key[1:] if len(key) == 14 and key.startswith("0") else key
        try:
            known = key in barcode.read(text).keys
        except barcode.NotABarcode:
            continue
        if known:
            found.append((key, text))
    return found


# ----------------------------------------------------------------------------- as you type


def _searches(run: Run, db: SqliteDatabase, progress: Progress) -> list[Row]:
    typed = list(_keystrokes(db, run.size(150, 20)))
    raw_query = (
        f"SELECT p.* FROM {tables.SEARCH} AS s JOIN product AS p ON p.num = s.rowid "
        f"WHERE {tables.SEARCH} MATCH ? LIMIT {_SHOWN}"
    )
    execute = db._connection.execute

    def raw(query: str) -> object:
        return execute(raw_query, (query,)).fetchall()

    whole, limit = Times(), Times()
    slowest: list[tuple[int, str]] = []
    by_length: dict[int, Times] = {}
    with without_collector():
        for number, text in enumerate(typed):
            query = " ".join(f'"{word}"*' for word in re.findall(r"\w+", text))
            works = (
                partial(whole.call, catalogue.search, db, text, "en"),
                partial(limit.call, raw, query),
            )
            for work in works if number % 2 else works[::-1]:
                work()
            slowest.append((whole.taken_ns[-1], text))
            by_length.setdefault(len(text), Times()).taken_ns.append(whole.taken_ns[-1])
            progress("typing", number, len(typed))
    slow = ", ".join(f"“{text}” {said(taken_ns)}" for taken_ns, text in sorted(slowest)[-3:])
    lengths = ", ".join(f"{size}: {said(by_length[size].median_ns)}" for size in sorted(by_length))
    return [
        Row(
            f"search as you type, each of {len(typed):,} keystrokes",
            str(whole),
            f"the driver, {_SHOWN} unsorted hits: {limit}",
            times(ratio(whole, limit)),
            "p95 < 30 ms",
            whole.percentile_ns(95) < SEARCH_TARGET_NS,
        ),
        Row("the same by letters typed, medians", lengths),
        Row("the slowest keystrokes", slow),
    ]


def _keystrokes(db: SqliteDatabase, names: int) -> Iterator[str]:
    """The text after each keystroke of people who look for products: beginnings of one or two words of a name."""
    chance = random.Random(7)
    held = [row[0] for row in db.sql("SELECT name FROM product WHERE num % 37 = 0")]
    chance.shuffle(held)
    accented = (name for name in held if unicodedata.normalize("NFD", name[:4]) != name[:4])
    plain = iter(held)
    for number in range(names):
        name = next(accented if number % 5 == 4 else plain, "")
        words = re.findall(r"\w+", name)
        if not words:
            continue
        two = len(words) > 1 and number % 3 == 2
        text = f"{words[0][:4]} {words[1]}" if two else words[0]
        for length in range(1, min(len(text), _LONGEST_TYPED) + 1):
            if not text[:length].endswith(" "):
                yield text[:length]


# ----------------------------------------------------------------------------- how they got in


def _imports(run: Run, made: Path, progress: Progress) -> list[Row]:
    kept = json.loads((made / _KEPT).read_text(encoding="utf-8"))
    rate = kept["added"] / kept["taken_s"]
    taken_on = time.strftime("%Y-%m-%d", time.localtime((made / _KEPT).stat().st_mtime))
    rows = [
        Row(
            f"import of all {kept['added']:,} products ({kept['bad']:,} rows left out), once, on {taken_on}",
            f"{rate:,.0f} /s ({kept['taken_s']:.0f} s, at most {kept['peak_kb'] / 1024:.0f} MB)",
            target="≥ 20,000 /s",
            met=rate >= IMPORT_TARGET,
        )
    ]
    return [*rows, _import_of_a_part(run, made, progress)]


def _import_of_a_part(run: Run, made: Path, progress: Progress) -> Row:
    """An eighth of the products, in turns with the driver inserting the rows that came of them."""
    part = run.scratch / "part.csv"
    with (made / "products.csv").open(encoding="utf-8", newline="") as whole:
        rows = list(csv.reader(whole))
    with part.open("w", encoding="utf-8", newline="") as handle:
        csv.writer(handle).writerows([rows[0], *rows[1::8]])
    ours, limit = Times(), Times()
    added = 0
    for turn in range(3):
        progress("importing an eighth", turn, 3)
        folder, raw_folder = run.scratch / f"part-{turn}", run.scratch / f"raw-{turn}"
        shop.make_shop(folder)
        shelf = Shelf(folder)
        desk = Desk(shelf.db, shelf.book(ScriptedClock(shop.START_MS)))
        before = shelf.db.sql("SELECT (SELECT max(seq) FROM entry), (SELECT max(num) FROM product)")
        with ours.one():
            result = catalogue_csv.import_catalogue(desk, part, skip_bad=True)
        added = result.added
        _insert_again(shelf.db, raw_folder, before[0], limit)
        shelf.close()
    rate = per_second(added, ours)
    return Row(
        f"import of {added:,} products",
        f"{rate:,.0f} /s",
        f"the driver inserting the same rows: {per_second(added, limit):,.0f} /s",
        times(ratio(ours, limit)),
        "≥ 20,000 /s",
        rate >= IMPORT_TARGET,
    )


def _insert_again(db: SqliteDatabase, folder: Path, before: tuple[int, int], limit: Times) -> None:
    """The driver writes the import's rows: entries, products, barcodes and search terms, 500 products at a time."""
    seq, num = before
    entries = db.sql("SELECT * FROM entry WHERE seq > ? ORDER BY seq", (seq,))
    products = db.sql("SELECT * FROM product WHERE num > ? ORDER BY num", (num,))
    lamport = entries[0][tables.Entry._meta.sorted_field_names.index("lamport")]
    codes = db.sql("SELECT * FROM barcode WHERE lamport >= ? ORDER BY lamport", (lamport,))
    shop.make_shop(folder)
    raw = SqliteDatabase(folder)
    connection = raw._connection
    chunks = list(_chunks(products, codes, entries))
    with limit.one():
        connection.execute("BEGIN IMMEDIATE")
        for product_rows, code_rows, entry_rows in chunks:
            _many(connection, "entry", entry_rows)
            _many(connection, "product", product_rows)
            _many(connection, "barcode", code_rows)
            connection.executemany(
                f"INSERT INTO {tables.SEARCH}(rowid, names) VALUES (?, ?)",
                [(row[0], row[2]) for row in product_rows],
            )
        connection.execute("COMMIT")
    raw.close()


def _chunks(*tables_rows: list[Any]) -> Iterator[list[list[Any]]]:
    parts = max(1, len(tables_rows[0]) // 500)
    for part in range(parts):
        yield [
            rows[len(rows) * part // parts : len(rows) * (part + 1) // parts]
            for rows in tables_rows
        ]


def _many(connection: Connection, table: str, rows: list[Any]) -> None:
    if rows:
        marks = ", ".join("?" * len(rows[0]))
        connection.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)


if __name__ == "__main__":
    _import(Path(sys.argv[1]), Path(sys.argv[2]))
