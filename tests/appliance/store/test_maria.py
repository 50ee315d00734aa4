"""The store on a real MariaDB: the same tables as on SQLite, row by row, also where several programs share it."""

import logging
import os
import random
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from appliance.clock import ScriptedClock
from appliance.domain.barcode import as_it_is
from appliance.journal.book import Book
from appliance.journal.device_kinds import LabelMade, LabelsMade
from appliance.journal.entry import Entry, seal
from appliance.journal.kinds import (
    KINDS,
    BarcodeSet,
    CategoryAdded,
    NewProduct,
    ProductChanged,
    ProductsAdded,
    ShopChanged,
)
from appliance.services import catalogue, shelf_labels, shop
from appliance.services.catalogue_csv import export_catalogue, import_catalogue
from appliance.services.desk import Desk
from appliance.store import maria_schema, schema, tables
from appliance.store.database import (
    DatabaseAway,
    Interrupted,
    StoreCorrupt,
    StoreInUse,
    StoreNewer,
    StoreReadOnly,
)
from appliance.store.maria_errors import (
    DatabaseDenied,
    DatabaseRights,
    DatabaseTooOld,
    NoDatabase,
    RowRefused,
)
from appliance.store.maria_shelf import MariaShelf, reader
from appliance.store.maria_url import parse
from tests.appliance.trading import START_MS, Trader, folded, open_trader, sell, trade
from tests.mariadb import PASSWORD, Server, needs_mariadb
from tests.ports import free_port

pytestmark = needs_mariadb


@pytest.fixture
def url(maria_server: Server) -> str:
    return maria_server.new_url()


@pytest.fixture
def shelf(url: str, tmp_path: Path) -> Iterator[MariaShelf]:
    with closing(MariaShelf(url, tmp_path / "server")) as opened:
        yield opened


def book_of(shelf: MariaShelf) -> Book:
    return shelf.book(ScriptedClock(START_MS))


def entries_of(trader: Trader) -> list[Entry]:
    return list(trader.shelf.entries())


# --------------------------------------------------------------------------- the same tables


def test_a_long_made_up_trade_gives_the_same_tables(shelf: MariaShelf, tmp_path: Path) -> None:
    trader = open_trader(tmp_path / "till")
    trade(trader, range(700))
    assert book_of(shelf).receive(entries_of(trader)) == trader.book.length
    assert folded(shelf.db) == folded(trader.shelf.db)
    assert list(shelf.entries()) == entries_of(trader)
    assert shelf.unapplied() == ()
    assert shelf.differences() == ()


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    first=st.lists(st.integers(0, 400), max_size=40),
    second=st.lists(st.integers(0, 400), max_size=40),
    met=st.integers(0, 40),
    weave=st.randoms(use_true_random=False),
)
def test_any_interleaving_of_two_origins_gives_the_tables_of_sqlite(
    maria_server: Server,
    tmp_path_factory: pytest.TempPathFactory,
    first: list[int],
    second: list[int],
    met: int,
    weave: random.Random,
) -> None:
    folder = tmp_path_factory.mktemp("weave")
    one, two = open_trader(folder / "one", "AAAA"), open_trader(folder / "two", "ZZZZ")
    trade(one, first)
    trade(two, second[:met])
    two.book.receive(entries_of(one))
    two.products += one.products
    two.employees += one.employees
    trade(two, second[met:])
    mine = [entry for entry in one.shelf.entries() if entry.origin == "AAAA"]
    theirs = [entry for entry in two.shelf.entries() if entry.origin == "ZZZZ"]
    one.book.receive(theirs)

    with closing(MariaShelf(maria_server.new_url(), folder / "server")) as shelf:
        book = book_of(shelf)
        left, right = list(mine), list(theirs)
        while left or right:
            source = left if left and (not right or weave.random() < 0.5) else right
            count = weave.randint(1, 20)
            book.receive(source[:count])
            del source[:count]
        assert folded(shelf.db) == folded(one.shelf.db)
        assert shelf.differences() == ()
    for trader in (one, two):
        trader.shelf.close()


def test_what_cannot_be_applied_waits_with_the_same_words(
    shelf: MariaShelf, tmp_path: Path
) -> None:
    trader = open_trader(tmp_path / "till")
    sell(trader, 1)
    last = entries_of(trader)[-1]
    bodies = (
        (
            "line_added",
            '{"name":"x","price_minor":1,"qty_milli":1,"tax_class":"A","taxes":[],"ticket":"K7Q2-9"}',
        ),
        ("day_opened", '{"number":1}'),
        ("drone_sent", '{"to":"moon"}'),
        ("shop_changed", '{"name":7}'),
        ("barcode_set", f'{{"code":"{"7" * 701}","product":null}}'),
    )
    poison = []
    for kind, body in bodies:
        last = seal(last._replace(seq=last.seq + 1, kind=kind, body=body, prev_hash=last.hash))
        poison.append(last)
    trader.book.receive(poison)
    longest = f'{{"code":"{"ä" * 700}","product":null}}'
    fine = last._replace(seq=last.seq + 1, kind="barcode_set", body=longest, prev_hash=last.hash)
    trader.book.receive([seal(fine)])
    book_of(shelf).receive(entries_of(trader))
    assert len(shelf.unapplied()) == len(bodies)
    assert folded(shelf.db) == folded(trader.shelf.db)
    assert shelf.unapplied() == trader.shelf.unapplied()
    assert shelf.differences() == ()


def test_keys_are_compared_letter_by_letter_and_texts_come_back_as_they_were(
    shelf: MariaShelf,
) -> None:
    names = (
        "Käse",
        "käse",
        "KASE",
        "a",
        "a ",
        " a",
        "🧀",
        'it\'s \\ "100 %" ?',
        "x" * 20_000,
        "%s",
    )
    with book_of(shelf).batch():
        book = book_of(shelf)
        for number, name in enumerate(names):
            new = NewProduct(name, number, "A", barcodes=(name[:50],), sku=name, names={"de": name})
            book.record("", ProductsAdded(products=(new,)))
    rows = shelf.db.sql("SELECT name, sku FROM product ORDER BY num")
    assert [tuple(row) for row in rows] == [(name, name) for name in names]
    codes = [row[0] for row in shelf.db.sql("SELECT code FROM barcode ORDER BY code")]
    assert codes == sorted(name[:50] for name in names)
    assert shelf.differences() == ()


def test_every_table_has_a_primary_key_and_bytewise_texts(
    shelf: MariaShelf, maria_server: Server, url: str
) -> None:
    database = parse(url).database
    names = {table._meta.table_name for table in (*tables.JOURNAL, *tables.FOLDED)}
    keyed = maria_server.sql(
        "SELECT DISTINCT table_name FROM information_schema.statistics "
        f"WHERE table_schema = '{database}' AND index_name = 'PRIMARY'"
    )
    assert {row[0] for row in keyed} == names | {"turn", "product_word"}
    texts = maria_server.sql(
        "SELECT DISTINCT collation_name FROM information_schema.columns "
        f"WHERE table_schema = '{database}' AND collation_name IS NOT NULL"
    )
    assert texts == [("utf8mb4_nopad_bin",)]
    assert shelf.db.sql("SELECT version FROM turn") == [(schema.SCHEMA_VERSION,)]


@pytest.mark.parametrize("verb", ["UPDATE entry SET at_ms = 0", "DELETE FROM entry"])
def test_the_database_itself_refuses_to_change_an_entry(shelf: MariaShelf, verb: str) -> None:
    book_of(shelf).record("", ShopChanged(name="A"))
    with pytest.raises(RowRefused) as refused:
        shelf.db.sql(verb)
    assert "never changed or deleted" in str(refused.value.__cause__)


# --------------------------------------------------------------------------- catalogue


def test_a_catalogue_comes_in_goes_out_and_is_found_as_on_sqlite(
    shelf: MariaShelf, tmp_path: Path
) -> None:
    letters = random.Random(7)
    things = ("Äpfel", "Apfelmus", "Birne", "Brot", "Café", "Crème brûlée", "Straße", "Tee", "Öl")
    lines = ["barcode,name,price,tax_class,sku,category,name_de,stock\n"]
    for number in range(3_000):
        name = " ".join(letters.choice(things) for _ in range(3)) + f" {number}"
        lines.append(
            f"{20_000_000 + number:014d}x,{name},1.{number % 100:02d},A,S{number},"
            f"Cat {number % 30},{name} de,{number}\n"
        )
    till = open_trader(tmp_path / "till")
    desks = [
        Desk(shelf.db, book_of(shelf)),
        Desk(till.shelf.db, till.book),
    ]
    for desk in desks:
        trade(Trader(shelf, desk.book, ScriptedClock(START_MS)), [11])  # type: ignore[arg-type]
        result = import_catalogue(desk, lines)
        assert (result.added, result.recorded, result.bad) == (3_000, True, [])
        again = import_catalogue(desk, export_catalogue(desk.db))
        assert (again.unchanged, again.bad) == (3_000, [])
    ours, theirs = (list(export_catalogue(desk.db)) for desk in desks)
    assert [line.split(",")[1:] for line in ours] == [line.split(",")[1:] for line in theirs]
    for typed in (
        "ap",
        "apfel",
        "cafe",
        "CAFÉ br",
        "creme brulee 17",
        "birne-brot",
        "1999",
        "x",
        "_",
    ):
        found = [
            ([hit.name for hit in catalogue.search(desk.db, typed, "en")[0]], typed)
            for desk in desks
        ]
        some, others = found
        assert len(some[0]) == len(others[0]), typed
        if len(some[0]) < catalogue.MOST_HITS:
            assert some == others
    for desk in desks:
        tiles = catalogue.page_of(desk.db, None, 0, 20, "de")
        assert tiles == (1, ())
    category = [catalogue.categories(desk.db)[3].id for desk in desks]
    pages = [
        [tile.name for tile in catalogue.page_of(desk.db, id_, 1, 20, "de")[1]]
        for desk, id_ in zip(desks, category, strict=True)
    ]
    assert pages[0] == pages[1]
    assert shelf.differences() == ()


def test_a_product_is_found_by_its_new_name_and_not_when_it_is_gone(shelf: MariaShelf) -> None:
    book = book_of(shelf)
    new = NewProduct("Apple juice", 100, "A", names={"de": "Apfelsaft"})
    product = f"{book.record('', ProductsAdded(products=(new,)))[0].id}.0"

    def names(typed: str) -> list[str]:
        return [hit.name for hit in catalogue.search(shelf.db, typed, "en")[0]]

    assert names("apfel") == names("jui app") == ["Apple juice"]
    book.record("", ProductChanged(product=product, name="Cider"))
    assert (names("jui"), names("cid")) == ([], ["Cider"])
    book.record("", ProductChanged(product=product, archived=True))
    assert names("cid") == []
    assert shelf.differences() == ()


def test_labels_that_say_something_else_are_listed(shelf: MariaShelf) -> None:
    book = book_of(shelf)
    new = tuple(NewProduct(name, 100, "A", names={"de": f"{name}!"}) for name in ("Tea", "Jam"))
    entry = book.record("", ProductsAdded(products=new))[0].id
    labels = [LabelMade(f"{entry}.{n}", f"{one.name}!", 100) for n, one in enumerate(new)]
    book.record("", LabelsMade("sheets", tuple(labels)))

    def changed() -> list[str]:
        return [id_ for id_, _ in shelf_labels.listed(shelf.db, "changed", "", "de")[0]]

    assert changed() == []
    book.record("", ProductChanged(product=f"{entry}.1", names={"de": "Marmelade"}))
    assert changed() == [f"{entry}.1"]
    assert len(shelf_labels.listed(shelf.db, "all", "", "de")[0]) == 2
    book.record("", BarcodeSet(code="7", product=f"{entry}.0"))
    assert catalogue.by_scan(shelf.db, as_it_is("7"))[0].name == "Tea"


# --------------------------------------------------------------------------- several programs


def test_two_servers_each_with_its_own_origin_write_one_journal(url: str, tmp_path: Path) -> None:
    with (
        closing(MariaShelf(url, tmp_path / "a")) as first,
        closing(MariaShelf(url, tmp_path / "b")) as second,
    ):
        assert first.origin != second.origin
        books = [book_of(first), book_of(second)]
        books[0].record("", ShopChanged(name="A"))
        assert shop.read(first.db).name == shop.read(second.db).name == "A"
        books[1].record("", ShopChanged(name="B"))
        # What the first one kept is forgotten as soon as it writes, or looks.
        assert shop.read(first.db).name == "A"
        assert books[0].look_for_news()
        assert shop.read(first.db).name == "B"
        assert not books[0].look_for_news()
        books[1].record("", ShopChanged(name="C"))
        assert shop.read(first.db).name == "B"
        with books[0].batch():
            assert shop.read(first.db).name == "C"
        entry = books[0].record("", ShopChanged(name="D"))[0]
        # It is the newest although the other one has written more: it heard of the others' Lamport times.
        assert entry.lamport == 4
        with closing(reader(url, tmp_path / "reader")) as looking:
            assert shop.read(looking).name == "D"
        assert books[0].heads == first.heads()
        assert second.differences() == ()
        assert books[1].verify().bad is None


def test_a_server_takes_up_what_another_received(url: str, tmp_path: Path) -> None:
    till = open_trader(tmp_path / "till")
    trade(till, range(60))
    entries = entries_of(till)
    with (
        closing(MariaShelf(url, tmp_path / "a")) as first,
        closing(MariaShelf(url, tmp_path / "b")) as second,
    ):
        one, other = book_of(first), book_of(second)
        assert one.receive(entries[:30]) == 30
        assert other.receive(entries) == len(entries) - 30
        assert one.receive(entries) == 0
        assert other.head(till.book.origin) == one.head(till.book.origin)


def test_the_same_server_has_the_same_origin_again_and_another_folder_another_one(
    url: str, tmp_path: Path
) -> None:
    origins = []
    for folder in ("a", "b", "a"):
        with closing(MariaShelf(url, tmp_path / folder)) as shelf:
            origins.append(shelf.origin)
            book_of(shelf).record("", CategoryAdded("x"))
    assert origins[0] == origins[2] != origins[1]


def test_servers_that_start_at_once_on_an_empty_database_make_its_tables_once(
    url: str, tmp_path: Path
) -> None:
    opened: list[MariaShelf] = []

    def start(number: int) -> None:
        opened.append(MariaShelf(url, tmp_path / f"{number}"))

    threads = [threading.Thread(target=start, args=(number,)) for number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({shelf.origin for shelf in opened}) == 3
    for shelf in opened:
        book_of(shelf).record("", CategoryAdded("x"))
    assert opened[0].differences() == ()
    for shelf in opened:
        shelf.close()


def test_two_servers_that_write_at_once_come_one_after_another(url: str, tmp_path: Path) -> None:
    """Each adds one to what it finds, as a service does that looks before it records: no number comes twice."""

    def count(number: int) -> None:
        with closing(MariaShelf(url, tmp_path / f"{number}")) as shelf:
            book = book_of(shelf)
            done = 0
            while done < 30:
                with suppress(Interrupted):
                    with book.batch():
                        found = shelf.db.sql("SELECT count(*) FROM category")[0][0]
                        book.record("", CategoryAdded(f"{found + 1}"))
                    done += 1

    threads = [threading.Thread(target=count, args=(number,)) for number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with closing(MariaShelf(url, tmp_path / "look")) as shelf:
        names = [row[0] for row in shelf.db.sql("SELECT name FROM category")]
        assert sorted(map(int, names)) == list(range(1, 91))
        lamports = [row[0] for row in shelf.db.sql("SELECT lamport FROM entry")]
        assert sorted(lamports) == list(range(1, 91))


def test_a_second_program_in_the_same_folder_is_refused(url: str, tmp_path: Path) -> None:
    with closing(MariaShelf(url, tmp_path)), pytest.raises(StoreInUse):
        MariaShelf(url, tmp_path)
    MariaShelf(url, tmp_path).close()


def test_what_only_looks_writes_nothing_and_takes_nobodys_turn(
    shelf: MariaShelf, url: str, tmp_path: Path
) -> None:
    book = book_of(shelf)
    book.record("", ShopChanged(name="A"))
    before = shelf.db.sql("SELECT turn FROM turn")
    with book.batch():
        assert shop.read(shelf.db).name == "A"
    assert shelf.db.sql("SELECT turn FROM turn") == before
    with closing(reader(url, tmp_path / "reader")) as looking:
        with pytest.raises(StoreReadOnly):
            looking.sql("DELETE FROM edit")
        assert shop.read(looking).name == "A"


def test_a_half_whose_loss_nobody_heard_of_is_never_committed(
    shelf: MariaShelf, maria_server: Server
) -> None:
    """The connection dies in the middle, and whoever works there swallows it: the end of the transaction says so."""
    book = book_of(shelf)

    def half() -> None:
        with book.batch():
            book.record("", CategoryAdded("half"))
            maria_server.sql(f"KILL {shelf.db.sql('SELECT connection_id()')[0][0]}")
            with suppress(Interrupted):
                shelf.db.sql("SELECT 1")

    with pytest.raises(Interrupted):
        half()
    book.record("", CategoryAdded("whole"))
    assert shelf.db.sql("SELECT name FROM category") == [("whole",)]
    assert book.verify().bad is None


def test_a_reader_goes_on_after_the_server_hung_up(
    shelf: MariaShelf, maria_server: Server, url: str, tmp_path: Path
) -> None:
    book_of(shelf).record("", ShopChanged(name="A"))
    with closing(reader(url, tmp_path / "reader")) as looking:
        maria_server.sql(f"KILL {looking.sql('SELECT connection_id()')[0][0]}")
        assert shop.read(looking).name == "A"


def test_rows_are_read_to_the_end_also_when_something_else_is_asked_between(
    shelf: MariaShelf,
) -> None:
    book = book_of(shelf)
    products = tuple(NewProduct(f"{number}", 1, "A") for number in range(400))
    book.record("", ProductsAdded(products=products))
    seen = []
    for (num,) in shelf.db.each_sql("SELECT num FROM product ORDER BY num"):
        seen.append(num)
        if len(seen) in (3, 50):
            assert shelf.db.sql("SELECT count(*) FROM product") == [(400,)]
    assert len(seen) == len(set(seen)) == 400


def test_rows_that_were_cut_off_are_not_taken_for_all_of_them(
    shelf: MariaShelf, maria_server: Server
) -> None:
    book = book_of(shelf)
    # More than a connection holds on its way.
    with book.batch():
        for number in range(40):
            book.record("", CategoryAdded("x" * 600_000 + f"{number}"))
    (own,) = shelf.db.sql("SELECT connection_id()")[0]
    seen = []

    def read() -> None:
        for row in shelf.db.each_sql("SELECT name FROM category"):
            seen.append(row)
            if len(seen) == 1:
                maria_server.sql(f"KILL {own}")

    with pytest.raises(Interrupted):
        read()
    assert 0 < len(seen) < 40
    # So it is where something else is asked between and finds out first.
    rows = shelf.db.each_sql("SELECT name FROM category")
    next(rows)
    shelf.db.close()
    with pytest.raises(Interrupted):
        next(rows)


# --------------------------------------------------------------------------- making tables anew


@pytest.mark.parametrize(
    ("tampering", "table"),
    [
        ("UPDATE sale SET total_minor = total_minor + 1", "sale"),
        ("UPDATE stock_level SET qty_milli = 0", "stock_level"),
        ("DELETE FROM barcode", "barcode"),
        ("DELETE FROM product_word", "product_search"),
    ],
)
def test_the_check_names_a_table_that_was_tampered_with(
    shelf: MariaShelf, tmp_path: Path, tampering: str, table: str
) -> None:
    till = open_trader(tmp_path / "till")
    sell(till, 1, 2)
    book_of(shelf).receive(entries_of(till))
    shelf.db.sql(tampering)
    assert shelf.differences() == (table,)
    shelf.rebuild()
    assert shelf.differences() == ()


def test_a_stopped_rebuild_leaves_everything_as_it_was(shelf: MariaShelf, tmp_path: Path) -> None:
    till = open_trader(tmp_path / "till")
    trade(till, range(60))
    book_of(shelf).receive(entries_of(till))
    before = folded(shelf.db)

    def stop(_done: int, _total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        shelf.rebuild(stop)
    assert folded(shelf.db) == before


def test_other_tables_are_made_anew_and_meanwhile_nobody_writes(
    maria_server: Server, url: str, tmp_path: Path
) -> None:
    till = open_trader(tmp_path / "till")
    trade(till, range(60))
    with closing(MariaShelf(url, tmp_path / "a")) as shelf:
        book_of(shelf).receive(entries_of(till))
        before = folded(shelf.db)
    other = MariaShelf(url, tmp_path / "b")
    database = parse(url).database
    maria_server.sql(
        "DROP TABLE pin_try",
        "ALTER TABLE day ADD COLUMN weather TEXT",
        "UPDATE turn SET version = 3",
        database=database,
    )
    refused: list[str] = []

    def look(_done: int, _total: int) -> None:
        with pytest.raises(Interrupted) as why:
            book_of(other).record("", ShopChanged(name="A"))
        refused.append(why.value.code)

    with closing(MariaShelf(url, tmp_path / "a", progress=look)) as shelf:
        assert shelf.rebuilt
        assert refused
        assert folded(shelf.db) == before
        assert shelf.differences() == ()
    book_of(other).record("", ShopChanged(name="A"))
    other.close()


KILLED = """
import os, sys
from pathlib import Path
from appliance.store.maria_shelf import MariaShelf
def die(done, total):
    os.kill(os.getpid(), 9)
MariaShelf(os.environ["URL"], Path(sys.argv[1]), progress=die)
"""


def test_a_program_that_is_killed_while_it_makes_tables_leaves_them_to_the_next(
    maria_server: Server, url: str, tmp_path: Path
) -> None:
    till = open_trader(tmp_path / "till")
    trade(till, range(60))
    with closing(MariaShelf(url, tmp_path / "a")) as shelf:
        book_of(shelf).receive(entries_of(till))
        before = folded(shelf.db)
    maria_server.sql("UPDATE turn SET version = 3", database=parse(url).database)
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(tmp_path / "a")],
        env={**os.environ, "URL": url},
        check=False,
    )
    assert done.returncode == -9
    assert maria_server.sql("SELECT version FROM turn", database=parse(url).database) == [(0,)]
    with closing(MariaShelf(url, tmp_path / "a")) as shelf:
        assert folded(shelf.db) == before
        assert shelf.differences() == ()


def test_an_entry_kept_unapplied_is_applied_once_its_kind_is_known(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    till = open_trader(tmp_path / "till")
    till.book.record("", ShopChanged(name="Later"))
    known = KINDS["shop_changed"]
    monkeypatch.delitem(KINDS, "shop_changed")
    with closing(MariaShelf(url, tmp_path / "server")) as shelf:
        book_of(shelf).receive(entries_of(till))
        assert [cause for _, _, cause, _ in shelf.unapplied()] == ["unknown kind"]
    monkeypatch.setitem(KINDS, "shop_changed", known)
    with closing(MariaShelf(url, tmp_path / "server")) as shelf:
        assert shelf.rebuilt
        assert shelf.unapplied() == ()
        assert shop.read(shelf.db).name == "Later"


# --------------------------------------------------------------------------- what is refused


def test_a_database_of_another_program_is_left_alone(
    maria_server: Server, url: str, tmp_path: Path
) -> None:
    maria_server.sql("CREATE TABLE recipe (name TEXT)", database=parse(url).database)
    with pytest.raises(StoreCorrupt, match="not a store"):
        MariaShelf(url, tmp_path)
    assert maria_server.sql("SHOW TABLES", database=parse(url).database) == [("recipe",)]


def test_a_newer_programs_tables_are_refused(
    maria_server: Server, url: str, tmp_path: Path
) -> None:
    shelf = MariaShelf(url, tmp_path / "a")
    newer = f"UPDATE turn SET version = {schema.SCHEMA_VERSION + 1}"
    maria_server.sql(newer, database=parse(url).database)
    # Another server was updated while this one runs.
    with pytest.raises(StoreNewer):
        book_of(shelf).record("", ShopChanged(name="A"))
    shelf.close()
    with pytest.raises(StoreNewer):
        MariaShelf(url, tmp_path / "a")


def test_a_wrong_password_is_said_without_either_of_the_two(url: str, tmp_path: Path) -> None:
    wrong = url.replace(quote(PASSWORD, safe=""), "guess-4711")
    with pytest.raises(DatabaseDenied) as refused:
        MariaShelf(wrong, tmp_path)
    said = repr(refused.value.fields) + str(refused.value) + repr(parse(wrong))
    assert "guess-4711" not in said
    assert "shop@127.0.0.1" in said


def test_a_database_that_is_not_there_is_named(maria_server: Server, tmp_path: Path) -> None:
    maria_server.new_database()
    maria_server.sql("GRANT ALL ON missing.* TO shop@'%'")
    with pytest.raises(NoDatabase):
        MariaShelf(maria_server.url("missing"), tmp_path)


def test_a_user_without_enough_rights_is_refused(
    maria_server: Server, url: str, tmp_path: Path
) -> None:
    database = parse(url).database
    maria_server.sql(
        f"REVOKE ALL ON {database}.* FROM shop@'%'",
        f"GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, DROP ON {database}.* TO shop@'%'",
    )
    with pytest.raises(DatabaseRights) as refused:
        MariaShelf(url, tmp_path)
    assert "denied" in str(refused.value.fields["why"])


def test_a_server_that_does_not_answer_is_named_and_the_next_one_is_asked(
    maria_server: Server, tmp_path: Path
) -> None:
    nobody = free_port()
    with pytest.raises(DatabaseAway) as refused:
        MariaShelf(maria_server.url("x", port=nobody), tmp_path / "a")
    assert f"127.0.0.1:{nobody}" in str(refused.value.fields["why"])
    good = maria_server.new_url()
    there = f"127.0.0.1:{maria_server.port}"
    several = good.replace(there, f"127.0.0.1:{nobody},{there}")
    with closing(MariaShelf(several, tmp_path / "b")) as shelf:
        book_of(shelf).record("", ShopChanged(name="A"))


def test_a_server_on_the_same_machine_is_reached_by_its_socket(
    maria_server: Server, tmp_path: Path
) -> None:
    url = f"{maria_server.new_url()}?socket={maria_server.socket}"
    with closing(MariaShelf(url.replace(str(maria_server.port), "1"), tmp_path)) as shelf:
        book_of(shelf).record("", ShopChanged(name="A"))
        assert shelf.db.sql("SELECT substring_index(user(), '@', -1)") == [("localhost",)]


def test_a_server_that_may_lose_commits_in_a_power_cut_is_warned_of(
    maria_server: Server, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        MariaShelf(maria_server.new_url(), tmp_path).close()
    assert "innodb_flush_log_at_trx_commit is 0" in caplog.text
    assert PASSWORD not in caplog.text


def test_a_server_that_is_too_old_is_refused(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("appliance.store.maria_link.AT_LEAST", (99, 1))
    with pytest.raises(DatabaseTooOld) as refused:
        MariaShelf(url, tmp_path)
    assert refused.value.fields["needed"] == "MariaDB 99.1"


def test_a_trigger_that_is_missing_is_made_and_the_tables_stay(
    url: str, tmp_path: Path, maria_server: Server
) -> None:
    with closing(MariaShelf(url, tmp_path)) as shelf:
        book_of(shelf).record("", ShopChanged(name="A"))
    database = parse(url).database
    maria_server.sql("DROP TRIGGER entry_never_delete", database=database)
    with closing(MariaShelf(url, tmp_path)) as shelf:
        assert not shelf.rebuilt
        with pytest.raises(RowRefused):
            shelf.db.sql("DELETE FROM entry")
    maria_server.sql(
        "DROP TRIGGER entry_never_delete", "UPDATE turn SET version = 99", database=database
    )
    with pytest.raises(StoreNewer):
        MariaShelf(url, tmp_path)
    assert maria_server.sql("SELECT version FROM turn", database=database) == [(99,)]


def test_an_unfinished_creation_is_finished(url: str, tmp_path: Path, maria_server: Server) -> None:
    MariaShelf(url, tmp_path).close()
    maria_server.sql(
        "DROP TABLE product_word", "UPDATE turn SET version = 0", database=parse(url).database
    )
    with closing(MariaShelf(url, tmp_path)) as shelf:
        book_of(shelf).record("", ShopChanged(name="A"))
        assert shelf.differences() == ()


@pytest.mark.parametrize("table", [*tables.JOURNAL, *tables.FOLDED])
def test_each_table_is_declared_with_its_own_columns_in_their_order(
    table: type[tables.Table],
) -> None:
    made = maria_schema.create_table(table)
    inside = made[made.index("(") + 1 : made.index("PRIMARY KEY")]
    declared = re.findall(r"`(\w+)` (\w+)", inside)
    assert [name for name, _ in declared] == [one.column_name for one in table._meta.sorted_fields]
    assert {kind for _, kind in declared} <= {"VARCHAR", "LONGTEXT", "BIGINT", "VARBINARY"}
