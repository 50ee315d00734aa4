"""Opening the store, and every trouble that a disk can give: a clear message, and nothing acknowledged is lost."""

import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import cysqlite
import pytest

from appliance.clock import ScriptedClock
from appliance.journal.kinds import ShopChanged
from appliance.services import shop
from appliance.store import schema, sqlite
from appliance.store.database import (
    DiskFull,
    SqliteTooOld,
    StoreCorrupt,
    StoreInUse,
    StoreReadOnly,
)
from appliance.store.shelf import DiskLimits, Shelf
from appliance.store.sqlite import SqliteDatabase
from tests.appliance.trading import ROOMY, START_MS, dump, open_trader, sell, trade


def test_the_store_is_opened_so_that_a_commit_is_on_the_disk(tmp_path: Path) -> None:
    db = open_trader(tmp_path).shelf.db
    assert db.sql("PRAGMA journal_mode") == [("wal",)]
    assert db.sql("PRAGMA synchronous") == [(2,)]
    assert db.sql("PRAGMA foreign_keys") == [(1,)]


def test_statements_are_planned_once_and_not_at_every_run(tmp_path: Path) -> None:
    connection = open_trader(tmp_path).shelf.db._connection
    assert connection.db_config(cysqlite.SQLITE_DBCONFIG_ENABLE_QPSG) == 1  # type: ignore[attr-defined]


def test_every_table_of_ours_is_strict(tmp_path: Path) -> None:
    db = open_trader(tmp_path).shelf.db
    loose = db.sql(
        "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND strict = 0 "
        "AND name NOT LIKE 'sqlite_%'"
    )
    assert loose == []


def test_an_old_sqlite_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite, "SQLITE_AT_LEAST", (99, 0, 0))
    with pytest.raises(SqliteTooOld) as refused:
        SqliteDatabase(tmp_path)
    assert refused.value.fields["needed"] == "99.0.0"


def test_a_second_writer_is_refused_and_told_who_writes(tmp_path: Path) -> None:
    first = open_trader(tmp_path)
    with pytest.raises(StoreInUse) as refused:
        Shelf(tmp_path)
    assert refused.value.fields["process"] == str(os.getpid())
    first.shelf.close()
    Shelf(tmp_path, limits=ROOMY).close()


def test_a_second_process_is_refused_too(tmp_path: Path) -> None:
    trader = open_trader(tmp_path)
    sell(trader, 1)
    said = subprocess.run(
        [sys.executable, "-m", "appliance", "journal", "rebuild", "--store", str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert said.returncode == 2
    assert "store_in_use" in said.stderr
    assert trader.book.verify().bad is None


def test_readers_may_look_while_the_register_writes(tmp_path: Path) -> None:
    trader = open_trader(tmp_path)
    sell(trader, 1)
    reader = SqliteDatabase(tmp_path, read_only=True)
    before = reader.sql("SELECT count(*) FROM sale")
    sell(trader, 1)
    assert reader.sql("SELECT count(*) FROM sale") == [(before[0][0] + 1,)]
    with pytest.raises(StoreReadOnly):
        reader.sql("DELETE FROM sale")


def test_a_file_that_is_no_database_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "shop.db").write_bytes(b"This is a shopping list, not a shop." * 200)
    with pytest.raises(StoreCorrupt):
        Shelf(tmp_path)
    assert (tmp_path / "shop.db").read_bytes().startswith(b"This is a shopping list")


def test_a_database_of_another_program_is_left_alone(tmp_path: Path) -> None:
    other = SqliteDatabase(tmp_path)
    other.sql("CREATE TABLE recipe (name TEXT)")
    other.close()
    with pytest.raises(StoreCorrupt) as refused:
        Shelf(tmp_path)
    assert "not a store of open-pos" in str(refused.value.fields["why"])


def test_a_damaged_page_is_found_at_start(tmp_path: Path) -> None:
    trader = open_trader(tmp_path)
    trade(trader, range(300))
    trader.shelf.db.sql("PRAGMA wal_checkpoint(TRUNCATE)")
    trader.shelf.close()
    damaged = bytearray((tmp_path / "shop.db").read_bytes())
    for page in range(3, len(damaged) // 4096, 2):
        damaged[page * 4096 : page * 4096 + 64] = b"\xff" * 64
    (tmp_path / "shop.db").write_bytes(damaged)
    with pytest.raises(StoreCorrupt):
        Shelf(tmp_path)
    assert (tmp_path / "shop.db").read_bytes() == damaged


def test_a_search_index_without_its_first_page_is_damage_too(tmp_path: Path) -> None:
    trader = open_trader(tmp_path)
    sell(trader, 1)
    trader.shelf.db.sql("DELETE FROM product_search_config")
    trader.shelf.close()
    with pytest.raises(StoreCorrupt, match="fts5"):
        Shelf(tmp_path)


@pytest.mark.skipif(
    os.geteuid() == 0, reason="root may write what is read-only; see the mounted test"
)
def test_a_file_that_cannot_be_written_is_said_to_be_so(tmp_path: Path) -> None:
    open_trader(tmp_path).shelf.close()
    (tmp_path / "shop.db").chmod(0o400)
    with pytest.raises(StoreReadOnly):
        Shelf(tmp_path)


# --------------------------------------------------------------------------- a small disk of its own

ON_A_SMALL_DISK = """
import os, subprocess, sys
subprocess.run(["mount", "-t", "tmpfs", "-o", "size=" + sys.argv[2], "none", sys.argv[1]], check=True)
sys.argv[1:] = [sys.argv[1], *sys.argv[3:]]
exec(compile(open(sys.argv[2]).read(), sys.argv[2], "exec"))
"""


def _can_mount() -> bool:
    tried = subprocess.run(
        ["unshare", "--mount", "mount", "-t", "tmpfs", "none", "/mnt"],
        capture_output=True,
        check=False,
    )
    return tried.returncode == 0


needs_a_mount = pytest.mark.skipif(
    not _can_mount(), reason="needs the right to mount a small disk of its own (root)"
)


@pytest.fixture
def on_small_disk(tmp_path: Path) -> "SmallDisk":
    disk = tmp_path / "disk"
    disk.mkdir()
    return SmallDisk(disk)


class SmallDisk:
    """Runs a script with a small tmpfs mounted at a folder, in a mount namespace of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def run(self, size: str, script: str) -> str:
        path = self.folder.parent / "script.py"
        path.write_text(script)
        said = subprocess.run(
            [
                "unshare",
                "--mount",
                sys.executable,
                "-c",
                ON_A_SMALL_DISK,
                str(self.folder),
                size,
                str(path),
            ],
            capture_output=True,
            text=True,
            check=False,
            cwd=Path(__file__).parents[3],
        )
        assert said.returncode == 0, said.stderr
        return said.stdout


FILL_IT = """
import sys
from contextlib import suppress
from pathlib import Path
from appliance.store.database import DiskFull
from appliance.store.shelf import DiskLimits, Shelf
from tests.appliance import trading
folder = Path(sys.argv[1])
trader = trading.open_trader(folder)
trader.shelf.lay_ballast()
acknowledged = []
try:
    for _ in range(100_000):
        acknowledged.append(trading.sell(trader, 1, 1, 1))
except DiskFull as full:
    print("refused", full.code)
stored = {row[0] for row in trader.shelf.db.sql("SELECT id FROM sale")}
print("lost", len(set(acknowledged) - stored), "of", len(acknowledged) > 100)
print("chain", trader.book.verify().bad)
(folder / "ballast").unlink()
trader.ticket = trader.shelf.db.sql("SELECT id FROM ticket WHERE state = 'open'")
trader.ticket = trader.ticket[0][0] if trader.ticket else None
trader.lines = []
print("closed", trading.sell(trader, 1) is not None, trader.book.verify().bad)
print("differences", trader.shelf.differences())
"""


def test_what_sqlite_gives_up_is_refused_to_the_end_also_where_nobody_listened(
    tmp_path: Path,
) -> None:
    trader = open_trader(tmp_path)
    shelf, book, before = trader.shelf, trader.book, trader.book.heads
    pages = shelf.db.sql("PRAGMA page_count")[0][0]
    shelf.db.sql(f"PRAGMA max_page_count={pages}")

    def work() -> None:
        book.record("", ShopChanged(name="lost with the others"))
        with suppress(DiskFull), book.part():
            book.record("", ShopChanged(name="x" * 100_000))
        # This would be a transaction of its own, and stored.
        with suppress(DiskFull), book.part():
            book.record("", ShopChanged(name="neither"))
        with pytest.raises(DiskFull):
            schema.put_meta(shelf.db, "a", "b")
        with pytest.raises(DiskFull):
            shelf.db.sql("SELECT 1")

    with pytest.raises(DiskFull), book.batch():
        work()
    assert book.heads == shelf.heads() == before
    shelf.db.sql("PRAGMA max_page_count=1000000")
    assert schema.meta(shelf.db, "a") is None
    book.record("", ShopChanged(name="next"))
    assert book.verify().bad is None
    assert shelf.differences() == ()


@needs_a_mount
def test_a_full_disk_refuses_and_loses_nothing_and_the_ballast_lets_the_day_be_closed(
    on_small_disk: SmallDisk,
) -> None:
    script = FILL_IT.replace("trader = trading.open_trader(folder)", BIG_BALLAST)
    said = on_small_disk.run("24m", script).splitlines()
    assert said == [
        "refused disk_full",
        "lost 0 of True",
        "chain None",
        "closed True None",
        "differences ()",
    ]


BIG_BALLAST = """
trading.ROOMY = DiskLimits(warn_bytes=0, stop_bytes=0, ballast_bytes=12 * 1024 * 1024)
trader = trading.open_trader(folder)
"""

READ_ONLY = """
import subprocess, sys
from contextlib import suppress
from pathlib import Path
from appliance.store.shelf import Shelf
from appliance.problems import Refusal
from tests.appliance import trading
folder = Path(sys.argv[1])
trader = trading.open_trader(folder)
trading.sell(trader, 1)
trader.shelf.close()
subprocess.run(["mount", "-o", "remount,ro", str(folder)], check=True)
try:
    Shelf(folder)
except Refusal as no:
    print(no.code)
"""


FULL_AT_START = """
import sys
from contextlib import suppress
from pathlib import Path
from appliance.messages import CloseDay, NoticeView, Scan, SessionView, SignIn, TenderCash
from appliance.store.shelf import DiskLimits
from tests.appliance import counter
folder = Path(sys.argv[1]) / "store"
limits = DiskLimits(warn_bytes=0, stop_bytes=256 * 1024, ballast_bytes=6 * 1024 * 1024)
till = counter.open_counter(folder, limits)
till.do(SignIn("1", "1111"), Scan(counter.COFFEE))
till.shelf.close()
try:
    with open(folder.parent / "film", "wb") as film:
        while True:
            film.write(bytes(4096))
            film.flush()
except OSError:
    pass
till = counter.open_counter(folder, limits)
print(till.do(SignIn("1", "1111")), till.do(TenderCash(500)), till.do(CloseDay()))
(folder.parent / "film").unlink()
print(till.shelf.db.sql("SELECT count(*) FROM sale"), till.shelf.differences())
"""


@needs_a_mount
def test_a_register_that_starts_on_a_full_disk_can_still_take_the_payment_and_close_the_day(
    on_small_disk: SmallDisk,
) -> None:
    assert on_small_disk.run("24m", FULL_AT_START).splitlines() == ["  ", "[(1,)] ()"]


NO_ROOM_FOR_A_NOTE = """
import sys
from contextlib import suppress
from pathlib import Path
from appliance.messages import Scan, SignIn, TicketView
from appliance.store.shelf import DiskLimits
from tests.appliance import counter
folder = Path(sys.argv[1]) / "store"
no_ballast = DiskLimits(warn_bytes=0, stop_bytes=1 << 40, ballast_bytes=4096)
till = counter.open_counter(folder)
till.do(SignIn("1", "1111"), Scan(counter.COFFEE))
till.shelf.close()
(folder / "ballast").unlink()
film = folder.parent / "film"
with open(film, "wb", buffering=0) as handle:
    try:
        while True:
            handle.write(bytes(4096))
    except OSError:
        pass
    # Room to open the store (the log's index is 32 kB), and none to write into the journal.
    handle.truncate(film.stat().st_size - 9 * 4096)
till = counter.open_counter(folder, no_ballast)
print(len(till.show(TicketView).lines), till.do(SignIn("1", "1111")))
film.unlink()
print(repr(till.do(SignIn("1", "1111"))), till.shelf.book(till.clock).verify().bad)
"""


@needs_a_mount
def test_a_register_starts_even_where_its_start_cannot_be_noted(on_small_disk: SmallDisk) -> None:
    said = on_small_disk.run("24m", NO_ROOM_FOR_A_NOTE).splitlines()
    assert said == ["1 disk_full", "'' None"]


@needs_a_mount
def test_a_read_only_disk_is_said_to_be_so(on_small_disk: SmallDisk) -> None:
    assert on_small_disk.run("24m", READ_ONLY) == "store_read_only\n"


def test_the_disks_state_follows_the_limits(tmp_path: Path) -> None:
    free = Shelf(tmp_path / "a", limits=ROOMY).free_bytes()
    low = Shelf(tmp_path / "b", limits=DiskLimits(free * 2, 0, 0))
    full = Shelf(tmp_path / "c", limits=DiskLimits(free * 4, free * 2, 4096))
    assert low.disk_state() == "low"
    assert full.disk_state() == "full"
    assert not (tmp_path / "c" / "ballast").exists()


def test_a_transaction_that_fails_changes_neither_tables_nor_the_chain(tmp_path: Path) -> None:
    trader = open_trader(tmp_path)
    sell(trader, 1)
    before, ahead = dump(trader.shelf), trader.book.id_ahead()
    trader.shelf.db.sql(
        "CREATE TRIGGER no_more BEFORE INSERT ON edit BEGIN SELECT RAISE(ABORT, 'x'); END"
    )
    with pytest.raises(Exception, match="x"):
        trader.book.record("", ShopChanged(name="A"))
    trader.shelf.db.sql("DROP TRIGGER no_more")
    assert dump(trader.shelf) == before
    assert trader.book.id_ahead() == ahead
    trader.book.record("", ShopChanged(name="B"))
    assert trader.book.verify().bad is None


def test_a_damaged_disk_in_the_middle_is_not_taken_for_a_mistake_of_ours() -> None:
    assert isinstance(sqlite.named(OSError(28, "No space left"), Path("x")), DiskFull)
    assert isinstance(sqlite.named(OSError(30, "Read-only"), Path("x")), StoreReadOnly)


def test_the_clock_of_a_script_is_what_it_was_set_to() -> None:
    clock = ScriptedClock(START_MS)
    clock.set(START_MS + 5_000)
    assert clock.now().at_ms == START_MS + 5_000
    assert clock.now().at_ms > START_MS + 5_000


def test_what_is_kept_is_read_again_after_a_change_and_after_anything_rolled_back(
    tmp_path: Path,
) -> None:
    trader = open_trader(tmp_path)
    db, book = trader.shelf.db, trader.book
    book.record("", ShopChanged(name="Corner"))
    assert shop.read(db).name == "Corner"
    book.record("", ShopChanged(name="Market"))
    assert shop.read(db).name == "Market"
    with suppress(KeyError), book.batch():
        book.record("", ShopChanged(name="Nowhere"))
        assert shop.read(db).name == "Nowhere"
        raise KeyError
    assert shop.read(db).name == "Market"
    with suppress(KeyError), db.transaction(), db.savepoint():
        schema.apply(db, book.record("", ShopChanged(name="Half"))[0], ShopChanged(name="Half"))
        assert shop.read(db).name == "Half"
        raise KeyError
    assert shop.read(db).name == "Market"


def test_a_reader_beside_the_writer_keeps_nothing(tmp_path: Path) -> None:
    trader = open_trader(tmp_path)
    trader.book.record("", ShopChanged(name="Corner"))
    reader = SqliteDatabase(tmp_path, read_only=True)
    assert shop.read(reader).name == "Corner"
    trader.book.record("", ShopChanged(name="Market"))
    assert shop.read(reader).name == "Market"
    reader.close()


def test_a_reader_copies_the_whole_store_and_still_writes_nothing(tmp_path: Path) -> None:
    trader = open_trader(tmp_path / "a")
    sell(trader, 1, 2)
    reader = SqliteDatabase(tmp_path / "a", read_only=True)
    (tmp_path / "b").mkdir()
    reader.copy_to(tmp_path / "b" / "shop.db")
    with pytest.raises(StoreReadOnly):
        reader.sql("UPDATE meta SET value = ''")
    reader.close()
    before = dump(trader.shelf)
    trader.shelf.close()
    copy = Shelf(tmp_path / "b", limits=ROOMY)
    assert {name: rows for name, rows in dump(copy).items() if name != "origin_line"} == {
        name: rows for name, rows in before.items() if name != "origin_line"
    }
    copy.close()
