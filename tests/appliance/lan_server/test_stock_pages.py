"""Stock and settings in the back office."""

import html
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.journal.kinds import (
    DayOpened,
    NewProduct,
    ProductChanged,
    ProductsAdded,
    SalePaid,
    TicketOpened,
)
from appliance.lan_server.pages.stock_sheet import MOST_TYPED
from appliance.services import stock
from appliance.services.desk import Desk
from appliance.services.stock import MOVES_AT_ONCE
from tests.appliance.lan_server.goods_shop import CROISSANT, furnish, manager, signed_in, text
from tests.appliance.lan_server.office import Office, Visitor, open_office
from tests.appliance.lan_server.staffed import fields_in, fields_of


@pytest.fixture(name="office")
def fresh_office(tmp_path: Path) -> Iterator[Office]:
    with open_office(tmp_path / "shop") as office:
        yield office


@pytest.fixture(scope="module", name="lasting")
def office_of_the_module(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with open_office(tmp_path_factory.mktemp("shop")) as office:
        furnish(office)
        yield office


@pytest.fixture(scope="module", name="owner")
def owner_of_the_module(lasting: Office) -> Visitor:
    return signed_in(lasting, "1")


def level(office: Office, product: str) -> int:
    return int(
        office.read("SELECT sum(qty_milli) FROM stock_level WHERE product = ?", product)[0][0] or 0
    )


def test_goods_are_received_counted_and_put_right_with_a_running_balance(office: Office) -> None:
    ids = furnish(office)
    visitor = manager(office)
    apples, baguette = ids["Äpfel"], ids["Baguette"]
    page = "/catalogue/stock/receive"
    fields = {f"q-{apples}": "12,5", f"q-{baguette}": "1250", "note": "Mill, 4711"}
    assert visitor.send(page, **fields).status_code == 303
    (received,) = [json.loads(body) for body in office.bodies("stock_moved")]
    assert received["reason"] == "receive"
    assert received["note"] == "Mill, 4711"
    assert level(office, apples) == 12_500
    assert visitor.send("/catalogue/stock/count", **{f"q-{apples}": "12.250"}).status_code == 303
    path = f"/catalogue/stock/of/{apples}"
    visitor.send(path, act="adjust", adjust_quantity="-0,25", adjust_note="fell down")
    visitor.send(path, act="receive", receive_quantity="1", receive_note="")
    visitor.send(path, act="count", count_quantity="10")
    assert level(office, apples) == 10_000
    shown = text(visitor, path)
    after = ["10.000 kg", "13.000 kg", "12.000 kg", "12.250 kg", "12.500 kg"]
    cells = shown.split('data-label="After it"')[1:]
    balances = [
        cell.split("<span")[1].split(">")[1].split("<")[0].replace("\xa0", " ") for cell in cells
    ]
    assert balances == after
    assert "fell down" in shown
    assert "Max Müller" in shown


@pytest.mark.parametrize(
    "fields",
    [
        {"act": "adjust", "adjust_quantity": "-2", "adjust_note": " "},
        {"act": "adjust", "adjust_quantity": "x", "adjust_note": "why"},
        {"act": "adjust", "adjust_quantity": "0", "adjust_note": "why"},
        {"act": "receive", "receive_quantity": "-2"},
        {"act": "receive", "receive_quantity": "9999999999"},
        {"act": "receive", "receive_quantity": "1.250"},
        {"act": "count", "count_quantity": "-1"},
        {"act": "count", "count_quantity": ""},
    ],
)
def test_moves_that_cannot_be_are_refused(
    lasting: Office, owner: Visitor, fields: dict[str, str]
) -> None:
    product = lasting.read("SELECT id FROM product WHERE name = ?", CROISSANT)[0][0]
    answer = owner.send(f"/catalogue/stock/of/{product}", **fields)
    assert answer.status_code == 422
    assert 'class="error"' in answer.get_data(as_text=True)
    assert lasting.bodies("stock_moved") == []


def test_an_empty_sheet_and_a_wrong_cell_change_nothing(office: Office) -> None:
    ids = furnish(office)
    visitor = manager(office)
    page = "/catalogue/stock/receive"
    assert visitor.send(page).status_code == 422
    wrong = {f"q-{ids['Äpfel']}": "1", f"q-{ids[CROISSANT]}": "many"}
    answer = visitor.send(page, **wrong)
    assert answer.status_code == 422
    # What was typed is still there.
    assert 'value="many"' in answer.get_data(as_text=True)
    assert office.bodies("stock_moved") == []


def rename(office: Office, product: str, name: str) -> None:
    office.room.scribe.do(
        lambda desk: desk.book.record("", ProductChanged(product=product, name=name))
    )


def test_what_was_typed_counts_though_the_list_is_another_by_now(office: Office) -> None:
    ids = furnish(office)
    visitor = manager(office)
    page = "/catalogue/stock/receive?q=Baguette"
    rename(office, ids["Baguette"], "French stick")
    assert visitor.send(page, **{f"q-{ids['Baguette']}": "7"}).status_code == 303
    assert level(office, ids["Baguette"]) == 7000


def test_what_is_wrong_is_shown_though_the_list_is_another_by_now(office: Office) -> None:
    ids = furnish(office)
    visitor = manager(office)
    page = "/catalogue/stock/count?q=Baguette"
    rename(office, ids["Baguette"], "French stick")
    answer = visitor.send(page, **{f"q-{ids['Baguette']}": "some"})
    assert answer.status_code == 422
    assert 'value="some"' in answer.get_data(as_text=True)
    office.room.scribe.do(
        lambda desk: desk.book.record("", ProductChanged(product=ids["Baguette"], archived=True))
    )
    answer = visitor.send(page, **{f"q-{ids['Baguette']}": "7", f"q-{ids[CROISSANT]}": "3"})
    assert answer.status_code == 422
    assert "no longer exists" in answer.get_data(as_text=True)
    assert office.bodies("stock_moved") == []


@pytest.mark.parametrize("sheet", ["receive", "of"])
def test_a_form_that_is_sent_twice_counts_once(office: Office, sheet: str) -> None:
    ids = furnish(office)
    visitor = manager(office)
    page, fields = "/catalogue/stock/receive", {f"q-{ids['Baguette']}": "7"}
    if sheet == "of":
        page = f"/catalogue/stock/of/{ids['Baguette']}"
        fields = {"act": "receive", "receive_quantity": "7"}
    once = fields_of(visitor, page)["once"]
    first, second = (visitor.send(page, **fields, once=once) for _ in range(2))
    assert (first.status_code, first.location) == (second.status_code, second.location)
    assert level(office, ids["Baguette"]) == 7000
    # Another form says another thing.
    assert fields_of(visitor, page)["once"] != once
    visitor.send(page, **fields, once=fields_of(visitor, page)["once"])
    assert level(office, ids["Baguette"]) == 14_000


def test_whoever_goes_back_and_types_something_else_is_asked_whether_both_count(
    office: Office,
) -> None:
    ids = furnish(office)
    visitor = manager(office)
    page, field = "/catalogue/stock/receive", f"q-{ids['Baguette']}"
    once = fields_of(visitor, page)["once"]
    assert visitor.send(page, **{field: "7", "once": once}).status_code == 303
    answer = visitor.send(page, **{field: "8", "once": once})
    assert answer.status_code == 422
    shown = answer.get_data(as_text=True)
    assert "saved already" in shown
    assert level(office, ids["Baguette"]) == 7000
    again = fields_in(shown)
    assert again[field] == "8"
    assert visitor.send(page, **again).status_code == 303
    assert level(office, ids["Baguette"]) == 15_000


def many_products(office: Office, count: int) -> list[str]:
    """Products of which each has another name; answers their ids in the order of their names."""
    new = tuple(NewProduct(f"Tea {number:03}", 100, "A") for number in range(count))
    office.room.scribe.do(lambda desk: desk.book.record("", ProductsAdded(new)))
    return [
        row[0]
        for row in office.read("SELECT id FROM product WHERE name LIKE 'Tea %' ORDER BY name")
    ]


def test_what_was_typed_goes_along_while_one_searches_and_turns_pages(office: Office) -> None:
    ids = furnish(office)
    teas = many_products(office, 60)
    visitor = manager(office)
    page = "/catalogue/stock/receive?q=Tea"

    def press(page: str, form: dict[str, str], go: str) -> tuple[str, dict[str, str]]:
        """Another page of the sheet: where it is sent to, and what stands in it."""
        answer = visitor.send(page, **form, go=go)
        assert answer.status_code == 200
        shown = answer.get_data(as_text=True)
        action = shown.split('<form class="form wide" method="post" action="')[1].split('"')[0]
        return html.unescape(action), fields_in(shown)

    form = {**fields_of(visitor, page), f"q-{teas[0]}": "7", "note": "Mill"}
    page, form = press(page, form, "1")
    assert form[f"q-{teas[0]}"] == "7"
    form[f"q-{teas[59]}"] = "8"
    page, form = press(page, {**form, "q": CROISSANT}, "search")
    assert page == f"/catalogue/stock/receive?q={CROISSANT}"
    assert f"q-{teas[1]}" not in form
    form[f"q-{ids[CROISSANT]}"] = "9"
    assert office.bodies("stock_moved") == []
    # What is wrong is shown, wherever it was typed.
    answer = visitor.send(page, **{**form, f"q-{teas[0]}": "many"})
    assert answer.status_code == 422
    assert f'class="row-input" name="q-{teas[0]}" value="many"' in answer.get_data(as_text=True)
    assert visitor.send(page, **form).status_code == 303
    (moved,) = [json.loads(body) for body in office.bodies("stock_moved")]
    assert moved["note"] == "Mill"
    assert [level(office, one) for one in (teas[0], teas[59], ids[CROISSANT])] == [7000, 8000, 9000]


def test_where_nothing_was_typed_a_sheet_has_an_address(office: Office) -> None:
    furnish(office)
    many_products(office, 60)
    visitor = manager(office)
    page = "/catalogue/stock/count"
    assert visitor.send(page, q="Tea", go="search").location == f"{page}?q=Tea"
    assert visitor.send(f"{page}?q=Tea", q="Tea", go="1").location == f"{page}?q=Tea&page=1"


def test_nothing_of_a_sheet_is_lost_because_it_is_long(office: Office) -> None:
    furnish(office)
    teas = many_products(office, MOST_TYPED + 1)
    visitor = manager(office)
    page = "/catalogue/stock/count"
    fields = {f"q-{tea}": "1" for tea in teas}
    for go in ({}, {"go": "1"}):
        answer = visitor.send(page, **fields, **go)
        assert answer.status_code == 422
        shown = answer.get_data(as_text=True)
        assert "were typed" in shown
        assert fields.items() <= fields_in(shown).items()
    del fields[f"q-{teas[0]}"]
    # No room for another page, but all of it can be saved.
    assert visitor.send(page, **fields, go="1").status_code == 422
    assert visitor.send(page, **fields).status_code == 303
    assert level(office, teas[-1]) == 1000


def test_a_long_ledger_has_pages_whose_balances_go_on(office: Office) -> None:
    ids = furnish(office)
    visitor = manager(office)
    path = f"/catalogue/stock/of/{ids[CROISSANT]}"

    def receive(desk: Desk) -> None:
        for number in range(MOVES_AT_ONCE + 3):
            stock.receive(desk, {ids[CROISSANT]: 1000}, str(number), "")

    office.room.scribe.do(receive)
    first = text(visitor, path)
    after = first.split("?after=")[1].split('"')[0].replace("&amp;", "&")
    second = text(visitor, f"{path}?after={after}")
    balances = [
        int(cell.split("<span")[1].split(">")[1].split("<")[0])
        for page in (first, second)
        for cell in page.split('data-label="After it"')[1:]
    ]
    assert balances == list(range(MOVES_AT_ONCE + 3, 0, -1))
    assert text(visitor, f"{path}?after=x_y")


def test_low_stock_stands_first(office: Office) -> None:
    ids = furnish(office)
    visitor = manager(office)
    visitor.send(
        "/catalogue/stock/count", **{f"q-{ids[CROISSANT]}": "3", f"q-{ids['Baguette']}": "2"}
    )
    page = text(visitor, "/catalogue/stock/")
    assert page.index(">Baguette</a>") < page.index(f">{CROISSANT}</a>") < page.index(">Gratis</a>")
    low = text(visitor, "/catalogue/stock/?lacks=low")
    assert f">{CROISSANT}</a>" not in low


# --------------------------------------------------------------------------- settings

SHOP = {
    "name": "Eckladen",
    "address": "Hauptstraße 1\r\n12345 Berlin",
    "tax_number": "",
    "footer": "Danke!",
    "currency": "EUR",
    "cash_step": "0.05",
    "language": "en",
    "basis": "receipt",
}


def test_settings_are_shown_before_they_count(office: Office) -> None:
    visitor = signed_in(office, "1")
    before = office.bodies("shop_changed")
    asked = visitor.send("/settings/", **SHOP)
    assert asked.status_code == 200
    page = asked.get_data(as_text=True)
    assert "Hauptstraße 1 / 12345 Berlin" in page
    assert "€0.05" in page
    assert "Name of the shop" not in page
    assert office.bodies("shop_changed") == before
    assert visitor.send("/settings/", **SHOP, sure="yes").status_code == 303
    assert json.loads(office.bodies("shop_changed")[-1]) == {
        "address": ["Hauptstraße 1", "12345 Berlin"],
        "cash_step_minor": 5,
        "footer": ["Danke!"],
    }
    # Once more is no change.
    assert visitor.send("/settings/", **SHOP, sure="yes").status_code == 303
    assert len(office.bodies("shop_changed")) == len(before) + 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("cash_step", "free"),
        ("cash_step", "0"),
        ("address", "\n".join("123456789")),
        ("footer", "x" * 61),
    ],
)
def test_settings_that_cannot_be_are_refused(
    lasting: Office, owner: Visitor, field: str, value: str
) -> None:
    before = lasting.bodies("shop_changed")
    answer = owner.send("/settings/", **(SHOP | {field: value}), sure="yes")
    assert answer.status_code == 422
    assert f'id="f-{field}-error"' in answer.get_data(as_text=True)
    assert lasting.bodies("shop_changed") == before


def sell_something(desk: Desk) -> None:
    day = desk.book.id_ahead()
    ticket = desk.book.id_ahead(1)
    desk.book.record("", DayOpened(1), TicketOpened(day))
    desk.book.record("", SalePaid(ticket, day, 1, "EUR", "receipt", 0, 0, 0, (), (), kick=False))


def test_the_currency_stays_once_something_was_sold(office: Office) -> None:
    visitor = signed_in(office, "1")
    dollars = SHOP | {"currency": "USD"}
    assert "new currency" in visitor.send("/settings/", **dollars).get_data(as_text=True)
    office.room.scribe.do(sell_something)
    answer = visitor.send("/settings/", **dollars, sure="yes")
    assert answer.status_code == 422
    assert office.read("SELECT value FROM edit WHERE thing = 'shop' AND field = 'currency'") == [
        ('"EUR"',)
    ]
    assert 'value="USD"' not in text(visitor, "/settings/")
