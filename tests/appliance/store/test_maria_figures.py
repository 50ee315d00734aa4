"""Figures, found sales and the journal read back come out on MariaDB as on SQLite."""

from contextlib import closing
from pathlib import Path
from typing import Any

from appliance.journal.kinds import ReceiptPrinted
from appliance.services import (
    figures,
    journal_pages,
    odd,
    sale_story,
    sales_list,
    today,
    z_reports,
)
from appliance.store.database import Database
from appliance.store.opened import open_store
from tests.appliance.services.test_figures import ALWAYS, HOUR_MS, live, open_shop
from tests.appliance.trading import folded, sell
from tests.mariadb import Server, needs_mariadb

pytestmark = needs_mariadb


def told(db: Database, now_ms: int) -> dict[str, Any]:
    """What the pages of figures ask."""
    span = figures.Span(now_ms // 900_000 * 900_000 - 96 * 900_000, now_ms // 900_000 * 900_000)
    wanted = sales_list.Wanted
    sales = sales_list.page(db, wanted(), "en", most=500)
    found: dict[str, Any] = {"sales": sales}
    for name, asked in (("always", ALWAYS), ("cut", span)):
        found[name] = (
            figures.trade(db, asked),
            figures.trade(db, asked, "cashier"),
            figures.items(db, asked),
            figures.taxes(db, asked),
            figures.tenders(db, asked),
            odd.counts(db, asked),
            odd.acts(db, asked, most=5),
        )
    found["days"] = [z_reports.of(db, one.id) for one in z_reports.days(db)]
    found["pages"] = sales_list.page(db, wanted(), "en", (sales[3].at_ms, sales[3].id), 5)
    found["few"] = [
        sales_list.page(db, one, "en")
        for one in (
            wanted(number=2),
            wanted(amount_minor=sales[0].total_minor),
            wanted(tender="cash", origin="ZZZZ"),
            wanted(odd="line_removed"),
            wanted(odd="copy"),
        )
    ]
    found["story"] = sale_story.of(db, sales[1].id)
    found["journal"] = [
        journal_pages.page(db, one)
        for one in (
            journal_pages.Wanted(),
            journal_pages.Wanted(text="Äpple", without=frozenset({"employee_added"})),
            journal_pages.Wanted(kind="sale_paid", from_ms=now_ms - 48 * HOUR_MS, to_ms=now_ms),
        )
    ]
    found["one"] = journal_pages.one(db, sales[0].id)
    found["today"] = (today.look(db, now_ms), today.low(db), today.alarmed(db, now_ms))
    return found


def test_figures_are_the_same_on_mariadb_and_sqlite(maria_server: Server, tmp_path: Path) -> None:
    shop = open_shop(tmp_path / "till")
    live(shop, [(n % 2, n * 7 % 401, n * 37 % 300, n % 5 == 0) for n in range(160)])
    shop.clock.ok, shop.clock.off_ms = True, 0
    for _ in range(6):
        sell(shop.traders[0], 1, 2)
    shop.traders[0].book.record("", ReceiptPrinted(sale=shop.traders[0].sales[0], copy=1))
    with closing(open_store(tmp_path / "server", maria_server.new_url())) as shelf:
        shelf.book(shop.clock).receive(list(shop.shelf.entries()))
        assert folded(shelf.db) == folded(shop.db)
        now_ms = shop.clock.at_ms
        on_sqlite, on_mariadb = told(shop.db, now_ms), told(shelf.db, now_ms)
        on_sqlite["today"] = on_sqlite["today"][0]._replace(registers=())
        on_mariadb["today"] = on_mariadb["today"][0]._replace(registers=())
        for name, value in on_sqlite.items():
            assert on_mariadb[name] == value, name
        assert len(on_sqlite["sales"]) > 10
    shop.shelf.close()
