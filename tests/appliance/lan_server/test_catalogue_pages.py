"""The catalogue in the back office: lists, forms, many at once, categories, taxes, and what strangers try."""

import html
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.lan_server.pages import goods, many
from appliance.lan_server.pages.many import NotAChange
from appliance.services import product_edit
from appliance.services.catalogue_office import margin_ppm
from tests.appliance.lan_server import tints
from tests.appliance.lan_server.goods_shop import (
    CROISSANT,
    EAN,
    furnish,
    manager,
    signed_in,
    text,
)
from tests.appliance.lan_server.office import Office, Visitor, open_office
from tests.appliance.lan_server.staffed import fields_of

EVIL = "<script>alert('x')</script>\"'&"


@pytest.fixture(scope="module", name="shop")
def shop_of_the_module(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with open_office(tmp_path_factory.mktemp("shop")) as office:
        furnish(office)
        yield office


@pytest.fixture(scope="module", name="visitor")
def visitor_of_the_module(shop: Office) -> Visitor:
    return manager(shop)


@pytest.fixture(name="office")
def fresh_office(tmp_path: Path) -> Iterator[Office]:
    with open_office(tmp_path / "shop") as office:
        yield office


def product(office: Office, name: str) -> str:
    return str(office.read("SELECT id FROM product WHERE name = ?", name)[0][0])


def add(visitor: Visitor, **fields: str) -> int:
    wanted = {"name": "New", "price": "1", "tax_class": "A", "unit": "piece"} | fields
    return visitor.send("/catalogue/products/new", **wanted).status_code


# --------------------------------------------------------------------------- who may


@pytest.mark.parametrize(
    "path",
    [
        "/catalogue/",
        "/catalogue/products/new",
        "/catalogue/many/",
        "/catalogue/categories/",
        "/catalogue/stock/",
        "/catalogue/file/",
        "/catalogue/file/catalogue.csv",
    ],
)
def test_a_cashier_sees_nothing_of_the_catalogue(shop: Office, path: str) -> None:
    assert shop.client().get(path).status_code == 303
    assert signed_in(shop, "3").get(path).status_code == 403


@pytest.mark.parametrize("path", ["/catalogue/taxes/", "/catalogue/taxes/A", "/settings/"])
def test_taxes_and_settings_are_for_owners(shop: Office, visitor: Visitor, path: str) -> None:
    assert visitor.get(path).status_code == 403
    assert signed_in(shop, "1").get(path).status_code == 200


def test_a_form_from_elsewhere_changes_nothing(shop: Office, visitor: Visitor) -> None:
    before = shop.bodies("product_changed")
    path = f"/catalogue/products/{product(shop, CROISSANT)}"
    assert visitor.post(path, data={"name": "Other", "price": "1"}).status_code == 400
    assert shop.bodies("product_changed") == before


# --------------------------------------------------------------------------- the list


@pytest.mark.parametrize(
    ("asked", "shown", "hidden"),
    [
        ("q=crois", CROISSANT, "Baguette"),
        ("q=CROIS", CROISSANT, "Baguette"),
        ("q=äpf", "Äpfel", CROISSANT),
        ("q=ÄPFEL", "Äpfel", CROISSANT),
        (f"q={EAN}", CROISSANT, "Baguette"),
        ("q=C1", CROISSANT, "Baguette"),
        ("lacks=no_price", "Gratis", CROISSANT),
        ("lacks=no_barcode", "Baguette", CROISSANT),
        ("lacks=low", "Baguette", CROISSANT),
        ("category=-", "Gratis", CROISSANT),
    ],
)
def test_products_are_found(visitor: Visitor, asked: str, shown: str, hidden: str) -> None:
    page = text(visitor, f"/catalogue/?{asked}")
    assert f">{shown}</a>" in page
    assert f">{hidden}</a>" not in page


@pytest.mark.parametrize("asked", ["q=%25", "q=_", "q=|", "q=%27%20OR%201=1"])
def test_what_means_something_to_a_database_is_only_text(visitor: Visitor, asked: str) -> None:
    assert ">Baguette</a>" not in text(visitor, f"/catalogue/?{asked}")


@pytest.mark.parametrize(
    "asked",
    ["sort=price_down", "page=99999999999", "page=-1", "state=x", "q=%00", "sort=x", "category=x"],
)
def test_an_address_that_asks_for_rubbish_is_answered(visitor: Visitor, asked: str) -> None:
    assert text(visitor, f"/catalogue/?{asked}")


def test_a_long_list_has_pages(office: Office) -> None:
    furnish(office)
    visitor = manager(office)
    for n in range(2):
        names = "".join(f"Item {n}{part:02d},1,A\n" for part in range(50))
        rehearse_and_take(office, visitor, f"name,price,tax_class\n{names}".encode())
    first, second = text(visitor, "/catalogue/?q=Item"), text(visitor, "/catalogue/?q=Item&page=1")
    assert "1–50" in first
    assert ">Item 000</a>" in first
    assert ">Item 149</a>" in second
    assert ">Item 000</a>" not in second


def rehearse_and_take(office: Office, visitor: Visitor, file: bytes) -> None:
    from tests.appliance.lan_server.test_catalogue_file import (
        choose,
        take,
        wait,
    )

    choose(visitor, file)
    wait(office)
    take(visitor)
    wait(office)


# --------------------------------------------------------------------------- one product


def test_a_product_is_made_as_it_was_typed(shop: Office, visitor: Visitor) -> None:
    answer = visitor.send(
        "/catalogue/products/new",
        name="Honig",
        name_de="Blütenhonig",
        price="1.234,50 €",
        cost="3,20",
        tax_class="B",
        unit="piece",
        barcodes="96385074\n SHELF 12 ",
        sku="H-1",
        favourite="3",
        low_stock="4",
        icon="food-apple",
        tint="lunch",
    )
    # In English the point is the decimal mark: this is no amount.
    assert answer.status_code == 422
    assert "“1.234,50 €” is no amount" in answer.get_data(as_text=True)
    assert add(visitor, name="Honig", price="€1,234.50", cost="3,20", name_de="Blütenhonig") == 303
    body = json.loads(shop.bodies("products_added")[-1])["products"][0]
    assert body == {
        "name": "Honig",
        "names": {"de": "Blütenhonig"},
        "price_minor": 123450,
        "cost_minor": 320,
        "tax_class": "A",
    }
    actor = shop.read("SELECT actor FROM entry WHERE kind = 'products_added' ORDER BY seq DESC")
    assert actor[0][0] == shop.ids["2"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("price", "viel"),
        ("price", "-1"),
        ("price", "1.234"),
        ("price", "1e5"),
        ("price", "99999999999"),
        ("price", "١٢"),
        ("cost", "1,2,3"),
        ("name", ""),
        ("name", "x" * 251),
        ("name", "a\x07b"),
        ("tax_class", "Z"),
        ("category", "K7Q2-1"),
        ("favourite", "-2"),
        ("low_stock", "1.250"),
        ("barcodes", "4.00638E+12"),
        ("barcodes", "9" * 65),
    ],
)
def test_nonsense_gets_a_sentence_at_the_field_and_changes_nothing(
    shop: Office, visitor: Visitor, field: str, value: str
) -> None:
    before = shop.bodies("products_added")
    answer = visitor.send(
        "/catalogue/products/new",
        **({"name": "New", "price": "1", "tax_class": "A", "unit": "piece"} | {field: value}),
    )
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert f'id="p-{field}-error"' in page
    assert shop.bodies("products_added") == before


def test_only_what_differs_is_recorded_and_nothing_if_nothing_does(office: Office) -> None:
    ids = furnish(office)
    visitor = manager(office)
    path = f"/catalogue/products/{ids[CROISSANT]}"
    category = office.read("SELECT category FROM product WHERE id = ?", ids[CROISSANT])[0][0]
    same = {
        "name": CROISSANT,
        "price": "2.90",
        "tax_class": "B",
        "unit": "piece",
        "category": category,
        "barcodes": EAN,
        "sku": "C1",
    }
    assert visitor.send(path, **same).status_code == 303
    assert office.bodies("product_changed") == []
    assert (
        visitor.send(path, **(same | {"price": "3.10", "barcodes": "96385074"})).status_code == 303
    )
    (changed,) = office.bodies("product_changed")
    assert json.loads(changed) == {"product": ids[CROISSANT], "price_minor": 310}
    meant = dict(office.read("SELECT code, product FROM barcode"))
    assert meant == {f"0{EAN}": None, "00000096385074": ids[CROISSANT]}
    page = text(visitor, path)
    assert "€2.90 → €3.10" in page
    assert "Max Müller" in page


def test_two_who_edit_the_same_product_do_not_undo_each_others_work(office: Office) -> None:
    ids = furnish(office)
    one, two = manager(office), signed_in(office, "1")
    path = f"/catalogue/products/{ids['Gratis']}"
    seen = html.unescape(hidden(text(one, path), "shown"))
    same = {"name": "Gratis", "price": "0", "tax_class": "A", "unit": "piece", "shown": seen}
    assert two.send(path, **(same | {"price": "2", "barcodes": "111\n222"})).status_code == 303
    # The other one still looks at the form of before, and changes only the name.
    assert one.send(path, **(same | {"name": "Billig", "barcodes": "333"})).status_code == 303
    held = office.read("SELECT name, price_minor FROM product WHERE id = ?", ids["Gratis"])
    assert tuple(held[0]) == ("Billig", 200)
    codes = office.read("SELECT code FROM barcode WHERE product = ?", ids["Gratis"])
    assert sorted(code for (code,) in codes) == ["111", "222", "333"]
    # A form that does not say what it showed, or says rubbish, counts as it is.
    assert one.send(path, **(same | {"name": "Gratis", "shown": "{rubbish"})).status_code == 303
    assert office.read("SELECT price_minor FROM product WHERE id = ?", ids["Gratis"]) == [(0,)]


def test_a_barcode_of_another_product_is_said_and_must_be_confirmed(office: Office) -> None:
    ids = furnish(office)
    visitor = manager(office)
    fields = {"name": "Twin", "price": "1", "tax_class": "A", "unit": "piece", "barcodes": EAN}
    answer = visitor.send("/catalogue/products/new", **fields)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert f"belongs to {CROISSANT}" in page
    assert 'name="take"' in page
    assert office.read("SELECT product FROM barcode") == [(ids[CROISSANT],)]
    assert visitor.send("/catalogue/products/new", **fields, take="on").status_code == 303
    assert office.read("SELECT product FROM barcode")[0][0] == product(office, "Twin")


def test_a_product_is_put_away_and_sold_again(office: Office) -> None:
    ids = furnish(office)
    visitor = manager(office)
    path = f"/catalogue/products/{ids['Gratis']}"
    visitor.send(f"{path}/put-away", path, archived="yes")
    assert ">Gratis</a>" not in text(visitor, "/catalogue/")
    assert ">Gratis</a>" in text(visitor, "/catalogue/?state=archived")
    visitor.send(f"{path}/put-away", path, archived="no")
    assert ">Gratis</a>" in text(visitor, "/catalogue/")
    page = text(visitor, path)
    assert page.index("Sold again") < page.index("Put away</span>")


def test_a_name_that_is_a_script_is_shown_as_text_everywhere(office: Office) -> None:
    furnish(office)
    visitor = signed_in(office, "1")
    assert visitor.send("/catalogue/categories/new", name=EVIL[:60]).status_code == 303
    wanted = {"name": EVIL, "name_de": EVIL, "sku": EVIL, "barcodes": "<b>9</b>", "low_stock": "9"}
    assert add(visitor, **wanted) == 303
    made = product(office, EVIL)
    for path in (
        "/catalogue/?q=script",
        f"/catalogue/products/{made}",
        "/catalogue/many/?q=script",
        "/catalogue/categories/",
        "/catalogue/stock/",
        "/catalogue/stock/receive",
        f"/catalogue/stock/of/{made}",
        "/catalogue/?q=<script>alert('x')",
    ):
        page = text(visitor, path)
        assert "<script" not in page, path
        assert "<b>9" not in page, path
    page = "/catalogue/many/?q=script"
    preview = visitor.send(page, act="price", percent="<script>", ending="")
    assert "<script" not in preview.get_data(as_text=True)
    assert "<script" not in visitor.send(page, act="price", percent="50").get_data(as_text=True)


@pytest.mark.parametrize("strange", ["K7Q2-1.0", "..%2F..%2Fetc", "x", "1", "K7Q2-99999999999.1"])
def test_a_product_that_is_none_is_not_found(visitor: Visitor, strange: str) -> None:
    assert visitor.get(f"/catalogue/products/{strange}").status_code == 404
    assert visitor.get(f"/catalogue/stock/of/{strange}").status_code == 404


def test_a_margin_is_told_of_the_price_without_tax() -> None:
    # 1.19 with 19 % is 1.00 without; 0.60 of it was paid for it.
    assert margin_ppm(119, 60, 190_000) == 400_000
    assert margin_ppm(100, 100, 0) == 0
    assert margin_ppm(100, 150, 0) == -500_000
    assert margin_ppm(0, 10, 0) is None


# --------------------------------------------------------------------------- many at once


@pytest.mark.parametrize(
    ("price", "percent_ppm", "ending", "after"),
    [
        (290, 50_000, "", 305),
        (290, 50_000, "9", 309),
        (290, 50_000, "5", 305),
        (100, 0, "99", 99),
        (149, 0, "99", 199),
        (148, 0, "99", 99),
        (10, -500_000, "99", 99),
        (333, -100_000, "", 300),
        (1, 100_000, "", 1),
        (1000, -1_000_000, "", 0),
    ],
)
def test_a_price_is_changed_and_rounded(
    price: int, percent_ppm: int, ending: str, after: int
) -> None:
    assert product_edit.new_price(price, percent_ppm, ending) == after


@pytest.mark.parametrize(
    ("typed", "ppm"), [("5", 50_000), ("-2,5", -25_000), ("+10 %", 100_000), ("− 3", -30_000)]
)
def test_a_change_is_read_as_people_type_it(typed: str, ppm: int) -> None:
    assert many.change_ppm(typed) == ppm


@pytest.mark.parametrize("typed", ["", "0", "x", "5-", "-101", "1001", "1e3", "--"])
def test_what_is_no_change_is_refused(typed: str) -> None:
    with pytest.raises(NotAChange):
        many.change_ppm(typed)


def hidden(page: str, name: str) -> str:
    return page.split(f'name="{name}" value="')[1].split('"', maxsplit=1)[0]


def test_many_prices_are_previewed_and_then_changed_together(office: Office) -> None:
    ids = furnish(office)
    visitor = manager(office)
    bakery = office.read("SELECT id FROM category WHERE name = 'Bakery'")[0][0]
    page = f"/catalogue/many/?category={bakery}"
    shown = visitor.send(page, act="price", percent="10", ending="9").get_data(as_text=True)
    assert "€2.90" in shown
    assert "€3.19" in shown
    assert office.bodies("product_changed") == []
    again = {name: hidden(shown, name) for name in ("act", "percent", "ending", "shown", "seal")}
    answer = visitor.send("/catalogue/many/do", page, **again, pick=ids[CROISSANT])
    assert answer.status_code == 303
    # The tick of the other one was taken away.
    assert [json.loads(body) for body in office.bodies("product_changed")] == [
        {"product": ids[CROISSANT], "price_minor": 319}
    ]
    # The same form once more: what it showed is not what would happen now.
    visitor.send("/catalogue/many/do", page, **again, pick=ids[CROISSANT])
    assert len(office.bodies("product_changed")) == 1


def test_many_get_a_category_a_tax_class_or_are_put_away(office: Office) -> None:
    ids = furnish(office)
    visitor = manager(office)
    fruit = office.read("SELECT id FROM category WHERE name = 'Fruit'")[0][0]
    for fields in (
        {"act": "category", "category": fruit},
        {"act": "tax_class", "tax_class": "A"},
        {"act": "put_away"},
    ):
        page = "/catalogue/many/?q=Croissant"
        shown = visitor.send(page, **fields).get_data(as_text=True)
        again = fields | {"shown": hidden(shown, "shown"), "seal": hidden(shown, "seal")}
        visitor.send("/catalogue/many/do", page, **again, pick=ids[CROISSANT])
    row = office.read(
        "SELECT category, tax_class, archived FROM product WHERE id = ?", ids[CROISSANT]
    )
    assert tuple(row[0]) == (fruit, "A", 1)


def test_a_tax_class_that_is_none_cannot_be_given_to_many(office: Office) -> None:
    ids = furnish(office)
    visitor = manager(office)
    page = "/catalogue/many/?q=Croissant"
    fields = {"act": "tax_class", "tax_class": "ZZ"}
    shown = visitor.send(page, **fields).get_data(as_text=True)
    again = fields | {"shown": hidden(shown, "shown"), "seal": hidden(shown, "seal")}
    visitor.send("/catalogue/many/do", page, **again, pick=ids[CROISSANT])
    assert office.bodies("product_changed") == []


# --------------------------------------------------------------------------- categories and taxes


def test_two_who_edit_a_category_do_not_undo_each_others_work(office: Office) -> None:
    furnish(office)
    visitor = manager(office)
    category = office.read("SELECT id FROM category WHERE name = 'Bakery'")[0][0]
    page = f"/catalogue/categories/{category}"
    # Pictures and colours are radio buttons: what is chosen is said here.
    stale = {"shown": fields_of(visitor, page)["shown"], "icon": "food-croissant", "tint": "bakery"}
    assert visitor.send(page, **stale, name="Backwaren").status_code == 303
    assert visitor.send(page, **{**stale, "tint": "red"}, name="Bakery").status_code == 303
    assert office.read("SELECT name, tint FROM category WHERE id = ?", category) == [
        ("Backwaren", "red")
    ]
    # What both change is as the last one says it, and what cannot be is refused as ever.
    assert visitor.send(page, **stale, name="Fruit").status_code == 422
    assert visitor.send(page, **stale, name="").status_code == 422
    assert visitor.send(page, **stale, name="Bread").status_code == 303
    assert office.read("SELECT name FROM category WHERE id = ?", category) == [("Bread",)]


def test_categories_are_added_renamed_and_ordered(office: Office) -> None:
    furnish(office)
    visitor = manager(office)
    assert (
        visitor.send(
            "/catalogue/categories/new", name="Käse", icon="cheese", tint="x<y"
        ).status_code
        == 303
    )
    assert visitor.send("/catalogue/categories/new", name="KÄSE").status_code == 422
    ids = dict(office.read("SELECT name, id FROM category"))
    visitor.send(f"/catalogue/categories/{ids['Käse']}/up", "/catalogue/categories/")
    visitor.send(f"/catalogue/categories/{ids['Bakery']}", name="Backwaren")
    rows = office.read("SELECT name, icon, tint FROM category ORDER BY category.rank")
    assert [tuple(row) for row in rows] == [
        ("Backwaren", "", ""),
        ("Käse", "cheese", ""),
        ("Fruit", "food-apple", "lunch"),
    ]
    visitor.send(f"/catalogue/categories/{ids['Bakery']}/up", "/catalogue/categories/")
    assert office.read("SELECT name FROM category ORDER BY category.rank")[0][0] == "Backwaren"


def test_a_new_rate_is_explained_before_it_counts(office: Office) -> None:
    furnish(office)
    visitor = signed_in(office, "1")
    fields = {"name": "Reduced", "included": "yes", "rate_0": "7,5", "tax_0": "VAT"}
    asked = visitor.send("/catalogue/taxes/B", **fields)
    page = asked.get_data(as_text=True)
    assert asked.status_code == 200
    assert "7.5" in page
    assert "Products of this class: 3." in page
    assert len(office.bodies("tax_class_defined")) == 2
    assert visitor.send("/catalogue/taxes/B", **fields, sure="yes").status_code == 303
    assert json.loads(office.bodies("tax_class_defined")[-1])["taxes"][0]["rate_ppm"] == 75_000


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"code": "A"}, "code"),
        ({"code": "A B"}, "code"),
        ({"code": "LONGLONGLONG"}, "code"),
        ({"rate_0": "101"}, "rate_0"),
        ({"rate_0": "x"}, "rate_0"),
        ({"rate_1": "x"}, "rate_1"),
        ({"name": ""}, "name"),
    ],
)
def test_a_tax_class_that_cannot_be_is_refused(
    shop: Office, fields: dict[str, str], field: str
) -> None:
    visitor = signed_in(shop, "1")
    before = shop.bodies("tax_class_defined")
    wanted = {"code": "C", "name": "Third", "included": "no", "rate_0": "5"} | fields
    answer = visitor.send("/catalogue/taxes/new", **wanted)
    assert answer.status_code == 422
    assert f'id="f-{field}-error"' in answer.get_data(as_text=True)
    assert shop.bodies("tax_class_defined") == before


def test_icons_that_are_offered_are_in_the_font() -> None:
    from appliance.lan_server.pages.icons import glyph

    assert [one for one in goods.ICONS if not glyph(one)] == []


def test_tints_are_the_tills_and_every_tint_that_is_offered_is_one() -> None:
    assert tints.FILE.read_text(encoding="utf-8") == tints.css()
    assert set(goods.TINTS) <= set(tints.tints())
    assert len(tints.tints()) > len(goods.TINTS)


def test_too_many_barcodes_are_told_so(shop: Office, visitor: Visitor) -> None:
    codes = "\n".join(f"{number:013}" for number in range(21))
    refused = visitor.send("/catalogue/products/new", name="Many", price="1", barcodes=codes)
    assert refused.status_code == 422
    assert "at most 20 barcodes" in refused.get_data(as_text=True)
    assert "Many" not in str(shop.bodies("products_added"))


def test_the_first_wrong_field_has_the_focus_or_the_one_where_people_begin(office: Office) -> None:
    product = furnish(office)[CROISSANT]
    visitor = manager(office)

    def focused(page: str) -> list[str]:
        fields = re.findall(r"<(?:input|select|textarea)[^>]*\sautofocus", page)
        return re.findall(r'name="([a-z_]+)"', " ".join(fields))

    assert focused(text(visitor, "/catalogue/products/new")) == ["name"]
    assert focused(text(visitor, "/catalogue/categories/new")) == ["name"]
    path = f"/catalogue/products/{product}"
    refused = visitor.send(path, name="Croissant", price="1", cost="x", tax_class="B", sku="C1")
    assert refused.status_code == 422
    assert focused(refused.get_data(as_text=True)) == ["cost"]
    refused = visitor.send("/catalogue/many/", act="price", percent="x")
    assert refused.status_code == 422
    assert focused(refused.get_data(as_text=True)) == ["percent"]
