"""The back office's catalogue on MariaDB: every list, edit, picture, move and file as on SQLite."""

from contextlib import closing
from pathlib import Path
from typing import Any

from appliance.clock import ScriptedClock
from appliance.journal.kinds import (
    CategoryAdded,
    NewProduct,
    ProductsAdded,
    TaxClassDefined,
    TaxRate,
)
from appliance.services import (
    catalogue_csv,
    catalogue_office,
    catalogue_parts,
    category_edit,
    pictures,
    product_edit,
    product_history,
    stock,
)
from appliance.services.catalogue_office import LACKS, SORTS, STATES, Wanted
from appliance.services.catalogue_parts import FileMark
from appliance.services.desk import Desk
from appliance.services.product_edit import Many
from appliance.store.opened import open_store
from tests.appliance.trading import START_MS
from tests.mariadb import Server, needs_mariadb


def work(desk: Desk, folder: Path) -> list[Any]:
    """A day of edits, and all that is told of it; ids without the letters of the origin."""
    db, book = desk.db, desk.book
    category = book.id_ahead(1)
    batch = book.id_ahead(2)
    book.record(
        "",
        TaxClassDefined("A", "Standard", (TaxRate("A", "VAT", 190_000, included=True),)),
        CategoryAdded("Bäckerei", rank=1),
        ProductsAdded(
            (
                NewProduct(
                    "Brötchen", 45, "A", category=category, barcodes=("12",), low_stock_milli=9
                ),
                NewProduct("Äpfel 100%", 299, "A", unit="kilogram", names={"en": "Apples"}),
                NewProduct("under_score", 0, "A", sku="S|1", favourite=2),
            )
        ),
    )
    rolls, apples, third = (f"{batch}.{part}" for part in range(3))
    product_edit.add(desk, NewProduct("Tee", 120, "A", cost_minor=40, barcodes=("34",)), "")
    held = product_edit.held(db, rolls).fields
    product_edit.change(desk, rolls, held.__replace__(price_minor=50, barcodes=("56",)), "")
    product_edit.put_away(desk, third, "", archived=True)
    category_edit.add_category(desk, "Obst", "", "", "")
    category_edit.move_category(desk, category, 1, "")
    stock.receive(desk, {rolls: 12_000, apples: 1_500}, "Mühle", "")
    stock.adjust(desk, rolls, -2000, "zu alt", "")
    stock.count(desk, rolls, 9_000, "")
    pictures.set_picture(desk, rolls, b"\xff\xd8jpeg", "")
    _, found = catalogue_office.find(db, Wanted())
    product_edit.change_many(
        desk, product_edit.plan(found, Many(percent_ppm=100_000, ending="9")), ""
    )
    told: list[Any] = [
        catalogue_office.find(db, Wanted(text, group, state, lacks, sort))
        for text in ("", "bröt", "ÄPF", "apple", "100%", "r_s", "|", "12", "56", "é")
        for group in ("", "-")
        for state in STATES
        for lacks in ("", *LACKS)
        for sort in (SORTS if not text else ("name",))
    ]
    told += [catalogue_office.counts(db), category_edit.categories(db)]
    told += [stock.moves(db, rolls), stock.moves(db, rolls, (10**9, ""))]
    told += [product_history.of(db, rolls), pictures.of(db, rolls)]
    return [*told, *take_file(desk, folder)]


def take_file(desk: Desk, folder: Path) -> list[Any]:
    file = folder / "rehearsal" / "list.csv"
    file.parent.mkdir()
    rows = "".join(f"Ware {n},1.5,A,W{n},{1000 + n}\n" for n in range(30))
    file.write_text(f"name,price,tax_class,sku,barcode\n{rows}Tee,9,A,,34\nBad,x,A,,\n", "utf-8")
    rehearsal = catalogue_parts.rehearse(lambda: catalogue_parts.rows_of_catalogue(desk.db), file)
    mark = FileMark("f" * 64, "list.csv", 0, 33, 0, 0, is_done=False)
    terms = catalogue_csv.terms_of(desk.db)
    for done, drafts in catalogue_csv.read_parts(file, terms, 10):
        _, mark = catalogue_parts.take_part(desk, drafts, mark._replace(line=done), "")
    prices = [(one.name, one.before_minor, one.after_minor) for one in rehearsal.prices]
    result = rehearsal.result
    return [
        (result.added, result.changed, result.bad_lines, prices),
        mark,
        catalogue_parts.mark_of(desk.db, "f" * 64),
        catalogue_parts.undone(desk.db),
        list(catalogue_csv.export_catalogue(desk.db)),
    ]


@needs_mariadb
def test_the_catalogues_pages_are_told_on_mariadb_as_on_sqlite(
    maria_server: Server, tmp_path: Path
) -> None:
    told = []
    for name, url in (("sqlite", ""), ("maria", maria_server.new_url())):
        folder = tmp_path / name
        with closing(open_store(folder, url)) as shelf:
            desk = Desk(shelf.db, shelf.book(ScriptedClock(START_MS)))
            told.append(repr(work(desk, folder)).replace(shelf.origin, "XXXX"))
            assert shelf.differences() == ()
    assert told[0] == told[1]


def test_a_day_of_edits_changes_what_it_should(tmp_path: Path) -> None:
    with closing(open_store(tmp_path, "")) as shelf:
        desk = Desk(shelf.db, shelf.book(ScriptedClock(START_MS)))
        *_, taken, mark, held, undone, exported = work(desk, tmp_path)
    assert taken == (30, 1, [33], [("Tee", 129, 900)])
    assert (mark.line, mark.added, mark.changed) == (33, 30, 1)
    assert held == mark
    assert undone == (mark,)
    assert len(exported) == 34
