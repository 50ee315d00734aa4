"""What the shop itself pays: in the catalogue, in its file, and on each line as it was when it was sold."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.journal.kinds import LineAdded, NewProduct, ProductChanged, ProductsAdded, decode
from appliance.messages import AddProduct, SignIn
from appliance.services.catalogue_csv import export_catalogue, import_catalogue
from appliance.services.desk import Desk
from tests.appliance.counter import Counter, open_counter


@pytest.fixture
def counter(tmp_path: Path) -> Iterator[Counter]:
    opened = open_counter(tmp_path / "shop")
    yield opened
    assert opened.shelf.differences() == ()
    opened.shelf.close()


def desk_of(counter: Counter) -> Desk:
    return counter.register.till.desk


def costs(counter: Counter) -> list[tuple[str, int | None]]:
    rows = counter.shelf.db.sql("SELECT name, cost_minor FROM product ORDER BY num")
    return [tuple(row) for row in rows]


def test_a_line_keeps_the_cost_as_it_was_when_it_was_sold(counter: Counter) -> None:
    desk = desk_of(counter)
    product = desk.db.sql("SELECT id FROM product WHERE name = 'Tea'")[0][0]
    assert not counter.do(SignIn("1", "1111"), AddProduct(product))
    desk.book.record("", ProductChanged(product=product, cost_minor=45, price_minor=130))
    assert not counter.do(AddProduct(product))
    desk.book.record("", ProductChanged(product=product, cost_minor=50))
    lines = desk.db.sql("SELECT cost_minor FROM ticket_line ORDER BY seq")
    assert [row[0] for row in lines] == [None, 45]


def test_the_catalogue_file_has_a_column_for_the_cost(counter: Counter) -> None:
    desk = desk_of(counter)
    lines = ["name,price,cost,tax_class,sku\n", "Jam,3.60,1.45,A,J\n", "Bread,2,,A,B\n"]
    assert import_catalogue(desk, lines).added == 2
    assert costs(counter)[-2:] == [("Jam", 145), ("Bread", None)]
    exported = list(export_catalogue(desk.db))
    assert exported[0].startswith("id,name,price,cost,tax_class,")
    assert any(",Jam,3.60,1.45,A," in line for line in exported)
    again = import_catalogue(desk, [f"{line}\n" for line in exported])
    assert (again.bad_rows, again.changed, again.added) == (0, 0, 0)
    assert import_catalogue(desk, ["name,price,cost,sku\n", "Jam,3.60,-,J\n"]).changed == 1
    assert costs(counter)[-2:] == [("Jam", None), ("Bread", None)]


def test_a_cost_that_is_no_amount_is_refused(counter: Counter) -> None:
    result = import_catalogue(desk_of(counter), ["name,price,cost,tax_class\n", "Jam,3,x,A\n"])
    assert [(bad.line, bad.column, bad.code) for bad in result.bad] == [
        (2, "cost", "csv.bad_price")
    ]


def test_entries_from_before_there_were_costs_are_read(counter: Counter) -> None:
    old = '{"products":[{"name":"Apple","price_minor":100,"tax_class":"A"}]}'
    assert decode("products_added", 1, old) == ProductsAdded(
        products=(NewProduct("Apple", 100, "A"),)
    )
    line = '{"name":"x","price_minor":1,"qty_milli":1,"tax_class":"A","taxes":[],"ticket":"K7Q2-9"}'
    read = decode("line_added", 1, line)
    assert isinstance(read, LineAdded)
    assert read.cost_minor is None
    assert ProductChanged.version == LineAdded.version == ProductsAdded.version == 2
    assert counter.shelf.db.sql("SELECT count(*) FROM unapplied") == [(0,)]
