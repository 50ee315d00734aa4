"""After an update that was not kept, the program before opens the store that the newer one has opened already."""

import shutil
from pathlib import Path

import pytest

from appliance.journal.entry import seal
from appliance.store import schema
from appliance.store.database import StoreNewer
from appliance.store.shelf import Shelf
from tests.appliance.store.test_database import SmallDisk, needs_a_mount, on_small_disk
from tests.appliance.trading import ROOMY, Trader, dump, open_trader, sell, trade

__all__ = ["on_small_disk"]

NEWER = schema.SCHEMA_VERSION + 1


def journal(shelf: Shelf) -> list[object]:
    return [tuple(entry) for entry in shelf.entries()]


def opened_by_a_newer_program(trader: Trader) -> None:
    """What a program whose tables are others leaves behind; its entries are of kinds that both know."""
    db = trader.shelf.db
    db.sql("ALTER TABLE day ADD COLUMN weather TEXT")
    db.sql("DROP TABLE pin_try")
    # Its tables may refer to ours, and to each other.
    db.sql("CREATE TABLE gift (id TEXT PRIMARY KEY, sale TEXT REFERENCES sale(id)) STRICT")
    db.sql("CREATE TABLE gift_use (id TEXT PRIMARY KEY, gift TEXT REFERENCES gift(id)) STRICT")
    db.sql("INSERT INTO gift SELECT 'g', id FROM sale LIMIT 1")
    db.sql("INSERT INTO gift_use VALUES ('u', 'g')")
    # And beside the journal it may keep what cannot be made anew.
    db.sql("CREATE TABLE kept (key TEXT PRIMARY KEY, value TEXT) STRICT")
    db.sql("INSERT INTO kept VALUES ('a', 'b')")
    db.sql(f"PRAGMA user_version={NEWER}")


def record_of_its_own(trader: Trader, origin: str, kind: str, version: int = 1) -> None:
    """An entry that only the newer program understands, at the end of an origin's chain."""
    last = [entry for entry in trader.shelf.entries() if entry.origin == origin][-1]
    new = seal(
        last._replace(
            seq=last.seq + 1, kind=kind, version=version, body='{"new":1}', prev_hash=last.hash
        )
    )
    names = ", ".join("?" for _ in new)
    trader.shelf.db.sql(f"INSERT INTO entry VALUES ({names})", tuple(new))


def test_the_program_before_sells_on_with_every_entry_and_the_same_sums(tmp_path: Path) -> None:
    trader = open_trader(tmp_path)
    trade(trader, range(80))
    tables_before, entries = dump(trader.shelf), journal(trader.shelf)
    opened_by_a_newer_program(trader)
    trader.shelf.close()

    again = Shelf(tmp_path, limits=ROOMY)
    assert again.rebuilt
    assert journal(again) == entries
    assert dump(again) == tables_before
    assert again.differences() == ()
    assert again.unapplied() == ()
    assert again.db.sql("SELECT value FROM kept") == [("b",)]
    assert (tmp_path / "backups" / f"shop-schema-{NEWER}.db").exists()
    again.close()


def test_what_was_sold_during_the_trial_stays(tmp_path: Path) -> None:
    trader = open_trader(tmp_path)
    sell(trader, 1)
    opened_by_a_newer_program(trader)
    sell(trader, 2)
    entries, sales = journal(trader.shelf), trader.shelf.db.sql("SELECT * FROM sale ORDER BY id")
    trader.shelf.close()
    again = Shelf(tmp_path, limits=ROOMY)
    assert journal(again) == entries
    assert again.db.sql("SELECT * FROM sale ORDER BY id") == sales
    assert len(sales) == 2
    again.close()


@pytest.mark.parametrize(("kind", "version"), [("gift_sold", 1), ("sale_paid", 99)])
def test_where_it_would_not_understand_its_own_sales_it_refuses_and_touches_nothing(
    tmp_path: Path, kind: str, version: int
) -> None:
    trader = open_trader(tmp_path)
    sell(trader, 1)
    opened_by_a_newer_program(trader)
    record_of_its_own(trader, trader.shelf.origin, kind, version)
    trader.shelf.db.sql("PRAGMA wal_checkpoint(TRUNCATE)")
    trader.shelf.close()
    before = (tmp_path / "shop.db").read_bytes()
    with pytest.raises(StoreNewer):
        Shelf(tmp_path, limits=ROOMY)
    assert (tmp_path / "shop.db").read_bytes() == before


def test_a_newer_way_to_say_that_it_started_keeps_no_till_shut(tmp_path: Path) -> None:
    trader = open_trader(tmp_path)
    sell(trader, 1)
    opened_by_a_newer_program(trader)
    record_of_its_own(trader, trader.shelf.origin, "register_started", 99)
    trader.shelf.close()
    again = Shelf(tmp_path, limits=ROOMY)
    assert [cause for _, _, cause, _ in again.unapplied()] == ["unknown kind"]
    again.close()


def test_of_other_registers_it_may_hold_what_it_does_not_understand(tmp_path: Path) -> None:
    trader, other = open_trader(tmp_path / "one"), open_trader(tmp_path / "two")
    sell(trader, 1)
    sell(other, 1)
    record_of_its_own(other, other.shelf.origin, "gift_sold")
    trader.book.receive(list(other.shelf.entries()))
    opened_by_a_newer_program(trader)
    entries = journal(trader.shelf)
    trader.shelf.close()
    again = Shelf(tmp_path / "one", limits=ROOMY)
    assert journal(again) == entries
    again.close()


def test_a_journal_of_another_shape_is_refused(tmp_path: Path) -> None:
    trader = open_trader(tmp_path)
    sell(trader, 1)
    opened_by_a_newer_program(trader)
    trader.shelf.db.sql("ALTER TABLE entry ADD COLUMN signature TEXT")
    trader.shelf.close()
    with pytest.raises(StoreNewer):
        Shelf(tmp_path, limits=ROOMY)


ON_A_NARROW_DISK = """
import os, sys
from pathlib import Path
from appliance.store import schema
from appliance.store.database import DiskFull
from appliance.store.shelf import DiskLimits, Shelf
from tests.appliance import trading
folder = Path(sys.argv[1])
trader = trading.open_trader(folder)
for _ in range(400):
    trading.sell(trader, 1, 1, 1)
entries = [tuple(entry) for entry in trader.shelf.entries()]
trader.shelf.db.sql(f"PRAGMA user_version={schema.SCHEMA_VERSION + 1}")
trader.shelf.close()
free = os.statvfs(folder).f_bavail * os.statvfs(folder).f_frsize
size = (folder / "shop.db").stat().st_size
(folder / "pictures").write_bytes(bytes(free - size * 9 // 10))
again = Shelf(folder, limits=DiskLimits(ballast_bytes=0))
print(again.rebuilt, [tuple(entry) for entry in again.entries()] == entries, again.db.sql("SELECT count(*) FROM sale"))
print([file.name for file in (folder / "backups").iterdir()])
"""


@needs_a_mount
def test_where_there_is_no_room_for_a_copy_it_sells_all_the_same(on_small_disk: SmallDisk) -> None:
    said = on_small_disk.run("24m", ON_A_NARROW_DISK)
    assert said.split("\n")[:2] == ["True True [(400,)]", "[]"]


def test_a_power_cut_while_the_tables_are_made_anew_leaves_the_newer_ones(tmp_path: Path) -> None:
    trader = open_trader(tmp_path / "shop")
    trade(trader, range(60))
    entries = journal(trader.shelf)
    opened_by_a_newer_program(trader)
    trader.shelf.close()

    def cut(_done: int, _total: int) -> None:
        shutil.copytree(tmp_path / "shop", tmp_path / "cut", dirs_exist_ok=True)

    Shelf(tmp_path / "shop", limits=ROOMY, progress=cut).close()
    again = Shelf(tmp_path / "cut", limits=ROOMY)
    assert again.rebuilt
    assert journal(again) == entries
    assert again.differences() == ()
    again.close()
