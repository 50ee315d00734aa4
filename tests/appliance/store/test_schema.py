"""Tables are what you get by reading the journal from the start."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from appliance.journal.body import Body
from appliance.journal.entry import seal
from appliance.journal.kinds import (
    KINDS,
)
from appliance.store import schema, tables
from appliance.store.projections import APPLY
from appliance.store.shelf import Shelf
from tests.appliance.trading import ROOMY, dump, open_trader, sell, trade


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(moves=st.lists(st.integers(0, 400), max_size=60))
def test_the_tables_equal_the_fold_of_the_journal(
    tmp_path_factory: pytest.TempPathFactory, moves: list[int]
) -> None:
    trader = open_trader(tmp_path_factory.mktemp("fold"))
    trade(trader, moves)
    before = dump(trader.shelf)
    assert trader.shelf.differences() == ()
    trader.shelf.rebuild()
    assert dump(trader.shelf) == before
    trader.shelf.close()


@pytest.mark.parametrize(
    ("tampering", "table"),
    [
        ("UPDATE sale SET total_minor = total_minor + 1", "sale"),
        ("UPDATE stock_level SET qty_milli = 0", "stock_level"),
        ("DELETE FROM barcode", "barcode"),
        ("INSERT INTO pin_try VALUES ('K7Q2-1', 'K7Q2', 1, 1)", "pin_try"),
        ("DELETE FROM product_search", "product_search"),
    ],
)
def test_the_check_names_a_table_that_was_tampered_with(
    tmp_path: Path, tampering: str, table: str
) -> None:
    trader = open_trader(tmp_path)
    sell(trader, 1, 2)
    trader.shelf.db.sql(tampering)
    assert trader.shelf.differences() == (table,)
    trader.shelf.rebuild()
    assert trader.shelf.differences() == ()


def test_other_tables_are_rebuilt_after_a_copy_was_made(tmp_path: Path) -> None:
    trader = open_trader(tmp_path)
    trade(trader, range(60))
    before, version = dump(trader.shelf), schema.SCHEMA_VERSION
    trader.shelf.db.sql("DROP TABLE pin_try")
    trader.shelf.db.sql("ALTER TABLE day ADD COLUMN weather TEXT")
    # A version below ours, as an older program leaves it; 0 would mean a file without tables.
    trader.shelf.db.sql(f"PRAGMA user_version={version + 7}")
    trader.shelf.close()
    schema_known, schema.SCHEMA_VERSION = schema.SCHEMA_VERSION, version + 8  # type: ignore[misc]
    try:
        steps: list[tuple[int, int]] = []
        again = Shelf(tmp_path, limits=ROOMY, progress=lambda *step: steps.append(step))
    finally:
        schema.SCHEMA_VERSION = schema_known  # type: ignore[misc]
    assert again.rebuilt
    assert dump(again) == before
    assert steps[-1][0] == steps[-1][1] > 0
    assert (tmp_path / "backups" / f"shop-schema-{version + 7}.db").exists()


def test_a_stopped_rebuild_leaves_everything_as_it_was(tmp_path: Path) -> None:
    trader = open_trader(tmp_path)
    trade(trader, range(60))
    before = dump(trader.shelf)

    def stop(_done: int, _total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        trader.shelf.rebuild(stop)
    assert dump(trader.shelf) == before


def test_an_entry_kept_unapplied_is_applied_once_its_kind_is_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trader, other = open_trader(tmp_path / "one"), open_trader(tmp_path / "two")
    sell(trader, 1)
    last = list(trader.shelf.entries())[-1]
    shop_changed = KINDS["shop_changed"]
    later = seal(
        last._replace(
            seq=last.seq + 1, kind="shop_changed", body='{"name":"Later"}', prev_hash=last.hash
        )
    )
    monkeypatch.delitem(KINDS, "shop_changed")
    other.book.receive([*trader.shelf.entries(), later])
    assert [cause for _, _, cause, _ in other.shelf.unapplied()] == ["unknown kind"]
    other.shelf.close()

    monkeypatch.setitem(KINDS, "shop_changed", shop_changed)
    again = Shelf(tmp_path / "two", limits=ROOMY)
    assert again.rebuilt
    assert again.unapplied() == ()
    assert again.db.sql("SELECT value FROM edit") == [('"Later"',)]


def test_no_kind_is_forgotten_by_the_projections_by_mistake() -> None:
    changes_no_table = {"register_started", "signed_out", "web_refused"}
    without: set[str] = {kind for kind, body in KINDS.items() if body not in APPLY}
    assert without == changes_no_table
    assert all(issubclass(body, Body) for body in APPLY)


def test_each_table_has_a_primary_key(tmp_path: Path) -> None:
    db = open_trader(tmp_path).shelf.db
    for table in (*tables.JOURNAL, *tables.FOLDED):
        name = table._meta.table_name
        assert db.sql(f"SELECT 1 FROM pragma_table_info('{name}') WHERE pk > 0"), name
