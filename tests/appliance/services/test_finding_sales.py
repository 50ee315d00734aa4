"""Sales are found by what is asked for, page by page, each once; and each tells its own story."""

from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.journal.kinds import (
    CategoryChanged,
    EmployeeAdded,
    LineRemoved,
    ReceiptChosen,
    ReceiptPrinted,
    SalePaid,
    TicketOpened,
)
from appliance.services import receipts, sale_story, sales_list
from appliance.services.sales_list import Found, Place, Wanted
from appliance.words import Words
from tests.appliance.services.test_figures import QUIET, Shop, live, moves, open_shop
from tests.appliance.trading import sell, trade


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    found = open_shop(tmp_path)
    yield found
    found.shelf.close()


def ids(shop: Shop, wanted: Wanted) -> list[str]:
    return [one.id for one in sales_list.page(shop.db, wanted, "en")]


@QUIET
@given(made_up=moves, most=st.integers(1, 4))
def test_pages_tell_each_sale_once_newest_first(
    tmp_path_factory: pytest.TempPathFactory,
    made_up: list[tuple[int, int, int, bool]],
    most: int,
) -> None:
    shop = open_shop(tmp_path_factory.mktemp("pages"))
    live(shop, made_up)
    found: list[Found] = []
    before: Place | None = None
    while page := sales_list.page(shop.db, Wanted(), "en", before, most):
        found += page
        before = page[-1].at_ms, page[-1].id
    keys = [(one.at_ms, one.id) for one in found]
    assert keys == sorted(keys, reverse=True)
    assert {one.id for one in found} == {row[0] for row in shop.db.sql("SELECT id FROM sale")}
    assert len(found) == len(set(keys))
    shop.shelf.close()


def test_a_ticket_that_was_open_all_day_tells_its_lines_and_how_it_was_paid(shop: Shop) -> None:
    till = shop.traders[0]
    trade(till, [0, 1, 2])
    lines = list(till.lines)
    for _ in range(2):
        idle = (CategoryChanged(category="nothing", rank=one) for one in range(sale_story.LONGEST))
        till.book.record("", *idle)
        trade(till, [2])
        lines.append(till.lines[-1])
    sale = sell(till, 1)
    till.book.record("", ReceiptPrinted(sale=sale, copy=0))
    story = sale_story.of(shop.db, sale)
    kinds = [entry.kind for entry in story.entries]
    assert kinds[0] == "ticket_opened"
    assert kinds[-2:] == ["sale_paid", "receipt_printed"]
    assert set(lines) <= {entry.id for entry in story.entries}
    assert (story.day, story.kicked) == (till.day, True)


def test_sales_are_found_by_number_amount_register_and_time(shop: Shop) -> None:
    one = sell(shop.traders[0], 1)
    two = sell(shop.traders[0], 2)
    other = sell(shop.traders[1], 2)
    assert ids(shop, Wanted(number=1)) == [other, one]
    assert ids(shop, Wanted(amount_minor=500)) == [other, two]
    assert ids(shop, Wanted(origin="ZZZZ")) == [other]
    assert ids(shop, Wanted(number=2, origin="ZZZZ")) == []
    at_ms = receipts.find(shop.db, two).at_ms
    assert ids(shop, Wanted(from_ms=at_ms)) == [other, two]
    assert ids(shop, Wanted(to_ms=at_ms)) == [one]
    assert ids(shop, Wanted(tender="cash", amount_minor=250)) == [one]
    assert ids(shop, Wanted(tender="card")) == []


@pytest.mark.parametrize("seldom", [sales_list.SELDOM, 0])
def test_sales_are_found_by_product_however_often_it_is_sold(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, seldom: int
) -> None:
    monkeypatch.setattr(sales_list, "SELDOM", seldom)
    trade(shop.traders[0], [0, 2 * 23 + 1])
    assert len(shop.traders[0].products) == 3
    sold = [sell(shop.traders[0], quantity) for quantity in (3, 4, 3)]
    first = shop.traders[0].products[0]
    assert ids(shop, Wanted(product=first)) == [sold[2], sold[0]]
    assert ids(shop, Wanted(product="Äpple 47 0")) == [sold[2], sold[0]]
    assert ids(shop, Wanted(product="no such thing")) == []
    taken_off = shop.traders[0]
    trade(taken_off, [2])
    taken_off.book.record("", LineRemoved(line=taken_off.lines.pop(0)))
    last = sell(taken_off, 4)
    assert last not in ids(shop, Wanted(product=taken_off.products[2 % 3]))


def test_sales_are_found_by_what_was_odd_about_them(shop: Shop) -> None:
    trader = shop.traders[0]
    plain = sell(trader, 1)
    trade(trader, [2])
    trader.book.record("", LineRemoved(line=trader.lines.pop(0)))
    removed = sell(trader, 1)
    trader.book.record("", ReceiptPrinted(sale=plain, copy=1))
    assert ids(shop, Wanted(odd="line_removed")) == [removed]
    assert ids(shop, Wanted(odd="copy")) == [plain]
    assert ids(shop, Wanted(odd="quantity_changed")) == []


def test_a_sale_tells_its_entries_from_the_ticket_to_the_last_copy(shop: Shop) -> None:
    trader = shop.traders[0]
    sell(trader, 1)
    cashier = trader.book.record("", EmployeeAdded("1", "Ana", "cashier", "x"))[0].id
    sale = sell(trader, 1, 2)
    trader.book.record(cashier, ReceiptChosen(sale=sale, choice="print"))
    trader.book.record("", ReceiptPrinted(sale=sale, copy=0))
    for _ in range(40):
        sell(trader, 1)
    trader.book.record("", ReceiptPrinted(sale=sale, copy=1))
    story = sale_story.of(shop.db, sale)
    assert [entry.kind for entry in story.entries] == [
        "ticket_opened",
        "line_added",
        "line_added",
        "sale_paid",
        "receipt_chosen",
        "receipt_printed",
        "receipt_printed",
    ]
    assert story.kicked
    assert story.day == trader.day
    assert [act.what for act in story.odd] == ["copy"]


def test_an_id_that_begins_like_another_is_not_taken_for_it(shop: Shop) -> None:
    """`K7Q2-1` stands within `K7Q2-10`, and must not bring that one's entries along."""
    trader = shop.traders[1]
    sales = [sell(trader, 1) for _ in range(12)]
    for sale in sales:
        story = sale_story.of(shop.db, sale)
        assert [entry.kind for entry in story.entries].count("sale_paid") == 1
        assert isinstance(story.entries, tuple)
        assert {entry.kind for entry in story.entries} == {
            TicketOpened.kind,
            "line_added",
            SalePaid.kind,
        }


def test_the_receipt_is_the_one_that_was_printed_at_its_register(shop: Shop) -> None:
    sale = sell(shop.traders[1], 2)
    shop.traders[1].book.record("", ReceiptPrinted(sale=sale, copy=0))
    row = receipts.find(shop.db, sale)
    text = sale_story.receipt(shop.db, row, Words("en"), 42, ZoneInfo("Europe/Berlin"))
    assert any("ZZZZ" in line for line in text)
    assert any("5.00" in line for line in text)
    assert not any("COPY" in line for line in text)
    assert max(map(len, text)) <= 42


def test_a_sale_that_there_is_not_is_refused(shop: Shop) -> None:
    with pytest.raises(receipts.NoSuchSale):
        sale_story.of(shop.db, "AAAA-1")
