"""Taking catalogue files in and writing them out, with a real store."""

import csv
import gzip
import io
import itertools
import random
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.clock import ScriptedClock
from appliance.journal.kinds import (
    BarcodeSet,
    CategoryAdded,
    NewProduct,
    ProductChanged,
    ProductsAdded,
    ShopChanged,
    StockMove,
    StockMoved,
    TaxClassDefined,
    TaxRate,
)
from appliance.services.catalogue_cells import (
    codes_text,
    is_doubtful,
    keys,
    quantity,
    quantity_text,
    safe,
    unescaped,
)
from appliance.services.catalogue_csv import (
    AT_ONCE,
    command,
    export_catalogue,
    import_catalogue,
    sentence,
)
from appliance.services.catalogue_import import ImportResult
from appliance.services.desk import Desk
from appliance.store.shelf import DiskLimits, Shelf
from appliance.words import LANGUAGES, Words, load
from tests.real_data import real_data

START_MS = 1_767_258_000_000
REAL = real_data("open-food-facts-818k.tsv.gz")
EAN, UPC, EAN_8 = "4006381333931", "036000291452", "96385074"


def open_desk(folder: Path, *tax_classes: str) -> tuple[Shelf, Desk]:
    shelf = Shelf(folder, limits=DiskLimits(0, 0, 4096))
    desk = Desk(shelf.db, shelf.book(ScriptedClock(START_MS)))
    for code in tax_classes or ("A", "B"):
        rate = TaxRate(code, "VAT", 190_000, included=True)
        desk.book.record("", TaxClassDefined(code=code, name=code, taxes=(rate,)))
    return shelf, desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    shelf, made = open_desk(tmp_path / "shop")
    yield made
    assert made.book.verify().bad is None
    assert shelf.differences() == ()
    shelf.close()


def take(desk: Desk, *lines: str, skip_bad: bool = False, dry_run: bool = False) -> ImportResult:
    return import_catalogue(
        desk, [f"{line}\n" for line in lines], skip_bad=skip_bad, dry_run=dry_run
    )


def products(desk: Desk, columns: str = "name, price_minor, tax_class") -> list[tuple[object, ...]]:
    return [tuple(row) for row in desk.db.sql(f"SELECT {columns} FROM product ORDER BY num")]


def codes(result: ImportResult) -> list[tuple[int, str, str]]:
    return [(bad.line, bad.column, bad.code.removeprefix("csv.")) for bad in result.bad]


def entries(desk: Desk) -> int:
    return desk.book.verify().entries


# --------------------------------------------------------------------------- what a row makes


def test_a_row_with_everything_makes_a_product_with_everything(desk: Desk) -> None:
    result = take(
        desk,
        "name,price,tax_class,barcode,sku,category,unit,stock,low_stock,favourite,icon,tint,name_de",
        f"Apples,2.99,b,{EAN} {UPC},A-1,Fruit,kg,12.500,1.5,3,food-apple,lunch,Äpfel",
    )
    assert (result.added, result.categories, result.recorded) == (1, 1, True)
    assert products(
        desk,
        "name, names, price_minor, tax_class, unit, sku, icon, tint, favourite, low_stock_milli",
    ) == [
        (
            *("Apples", '{"de":"Äpfel"}', 299, "B", "kilogram", "A-1"),
            *("food-apple", "lunch", 3, 1500),
        )
    ]
    assert desk.db.sql("SELECT qty_milli, reason FROM stock_move") == [(12_500, "count")]
    assert desk.db.sql("SELECT code FROM barcode ORDER BY code") == [
        ("00036000291452",),
        ("04006381333931",),
    ]
    assert desk.db.sql("SELECT c.name FROM product p JOIN category c ON c.id = p.category") == [
        ("Fruit",)
    ]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_delimiter_is_seen_in_the_header(desk: Desk, delimiter: str) -> None:
    result = take(
        desk,
        delimiter.join(("Tax Class", "name", "PRICE")),
        delimiter.join(("A", "Tea", '"3,60"')),
    )
    assert result.recorded
    assert products(desk) == [("Tea", 360, "A")]


def test_a_file_with_a_byte_order_mark_and_windows_line_ends_is_read(
    desk: Desk, tmp_path: Path
) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes("\ufeffname;price;tax_class\r\nCafé;3,60;A\r\n".encode())
    assert import_catalogue(desk, path).added == 1
    assert products(desk) == [("Café", 360, "A")]


@pytest.mark.parametrize(
    ("text", "minor"),
    [("3.60", 360), ("3,60", 360), ("3,6", 360), ("4", 400), ("0", 0), ("1234.5", 123_450)],
)
def test_a_price_has_one_decimal_mark_at_most(desk: Desk, text: str, minor: int) -> None:
    take(desk, "name;price;tax_class", f"Tea;{text};A")
    assert products(desk, "price_minor") == [(minor,)]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "missing_price"),
        ("1.234,50", "bad_price"),
        ("1,234", "price_digits"),
        ("1.234", "price_digits"),
        ("3.605", "price_digits"),
        ("3.", "bad_price"),
        (".5", "bad_price"),
        ("€3.60", "bad_price"),
        ("1e3", "bad_price"),
        ("٣", "bad_price"),
        ("-3.60", "negative_price"),
        ("99999999999", "price_too_high"),
    ],
)
def test_a_price_that_could_be_meant_otherwise_is_refused(desk: Desk, text: str, why: str) -> None:
    before = entries(desk)
    result = take(desk, "name;price;tax_class", f"Tea;{text};A")
    assert codes(result) == [(2, "price", why)]
    assert entries(desk) == before


def test_prices_have_the_decimals_of_the_shops_currency(desk: Desk) -> None:
    desk.book.record("", ShopChanged(currency="JPY"))
    assert take(desk, "name,price,tax_class", "Tea,360,A").recorded
    assert codes(take(desk, "name,price,tax_class", "Tea,3.6,A")) == [(2, "price", "price_digits")]
    desk.book.record("", ShopChanged(currency="KWD"))
    assert take(desk, "name,price,tax_class", "Tea,1.234,A").recorded
    assert products(desk, "price_minor") == [(360,), (1234,)]


def test_a_shop_with_one_tax_class_need_not_name_it(tmp_path: Path) -> None:
    shelf, desk = open_desk(tmp_path, "A")
    assert take(desk, "name,price", "Tea,1").recorded
    assert products(desk) == [("Tea", 100, "A")]
    shelf.close()


def test_codes_that_are_no_gtin_stay_as_they_are(desk: Desk) -> None:
    assert take(desk, "name,price,tax_class,barcode", f"Tea,1,A,{EAN[:-1]}9|SHELF 12|").recorded
    assert desk.db.sql("SELECT code FROM barcode ORDER BY code") == [
        (f"{EAN[:-1]}9",),
        ("SHELF 12",),
    ]


def test_many_rows_become_few_entries(desk: Desk) -> None:
    before = entries(desk)
    result = take(desk, "name,price,tax_class", *(f"P {part},1,A" for part in range(1200)))
    assert result.added == 1200
    assert entries(desk) - before == -(-1200 // AT_ONCE)


def test_rows_without_any_key_are_always_added(desk: Desk) -> None:
    for _ in range(2):
        assert take(desk, "name,price,tax_class", "Tea,1,A", "Tea,1,A").added == 2
    assert len(products(desk)) == 4


# --------------------------------------------------------------------------- changes


def test_a_row_with_a_known_sku_or_barcode_changes_only_what_differs(desk: Desk) -> None:
    take(desk, "name,price,tax_class,sku,barcode", "Tea,1,A,T,", f"Nuts,2,A,,{EAN}")
    result = take(
        desk, "name,price,sku,barcode", f"Tea,1.50,T,{UPC}", f"Nuts,2,,{EAN} {EAN_8}", "Salt,1,S,"
    )
    assert codes(result) == [(4, "tax_class", "missing_tax_class")]
    result = take(desk, "name,price,sku,barcode", f"Tea,1.50,T,{UPC}", f"Nuts,2,,{EAN} {EAN_8}")
    assert (result.added, result.changed, result.unchanged) == (0, 2, 0)
    assert products(desk) == [("Tea", 150, "A"), ("Nuts", 200, "A")]
    bodies = [row[0] for row in desk.db.sql("SELECT body FROM entry ORDER BY seq")]
    tea, nuts = (row[0] for row in desk.db.sql("SELECT id FROM product ORDER BY num"))
    assert bodies[-3:] == [
        f'{{"price_minor":150,"product":"{tea}"}}',
        f'{{"code":"00{UPC}","product":"{tea}"}}',
        f'{{"code":"000000{EAN_8}","product":"{nuts}"}}',
    ]


def test_an_empty_cell_changes_nothing_and_a_dash_takes_away(desk: Desk) -> None:
    header = "name,price,tax_class,sku,category,icon,low_stock,favourite,name_de"
    take(desk, header, "Tea,1,A,T,Drinks,tea,3,2,Tee")
    assert take(desk, header, "Tea,1,,T,,,,,").unchanged == 1
    assert take(desk, header, "Tea,1,,T,-,-,-,-,-").changed == 1
    assert products(desk, "category, icon, low_stock_milli, favourite, names") == [
        (None, "", None, 0, "{}")
    ]


def test_a_name_in_a_language_leaves_the_other_languages_alone(desk: Desk) -> None:
    take(desk, "name,price,tax_class,sku,name_de,name_en", "Tea,1,A,T,Tee,Tea")
    assert take(desk, "name,price,sku,name_es", "Tea,1,T,Té").changed == 1
    assert products(desk, "names") == [('{"de":"Tee","en":"Tea","es":"Té"}',)]


def test_a_product_that_was_put_away_comes_back(desk: Desk) -> None:
    take(desk, "name,price,tax_class,sku", "Tea,1,A,T")
    desk.book.record("", ProductChanged(product=_only(desk), archived=True))
    assert take(desk, "name,price,sku", "Tea,1,T").changed == 1
    assert products(desk, "archived") == [(0,)]


def test_a_product_without_a_sku_gets_one_by_its_barcode(desk: Desk) -> None:
    take(desk, "name,price,tax_class,barcode", f"Tea,1,A,{EAN}")
    assert take(desk, "name,price,barcode,sku", f"Tea,1,{EAN},T").changed == 1
    assert products(desk, "sku") == [("T",)]


def test_stock_is_an_opening_count_and_never_a_second_one(desk: Desk) -> None:
    header = "name,price,tax_class,sku,stock"
    take(desk, header, "Tea,1,A,T,12")
    desk.book.record(
        "", StockMoved(reason="adjust", moves=(StockMove(product=_only(desk), qty_milli=-2000),))
    )
    result = take(desk, header, "Tea,1,A,T,12")
    assert (result.unchanged, result.stock_kept) == (1, 1)
    assert desk.db.sql("SELECT sum(qty_milli) FROM stock_level") == [(10_000,)]


def test_a_product_never_counted_gets_its_opening_count(desk: Desk) -> None:
    take(desk, "name,price,tax_class,sku", "Tea,1,A,T")
    assert take(desk, "name,price,sku,stock", "Tea,1,T,0").changed == 1
    assert desk.db.sql("SELECT qty_milli FROM stock_level") == [(0,)]


def test_categories_are_found_by_name_in_any_case(desk: Desk) -> None:
    desk.book.record("", CategoryAdded(name="Drinks", rank=4))
    result = take(desk, "name,price,tax_class,category", "Tea,1,A,drinks", "Rye,1,A,Bread")
    assert result.categories == 1
    assert desk.db.sql("SELECT name, rank FROM category ORDER BY rank") == [
        ("Drinks", 4),
        ("Bread", 5),
    ]


# --------------------------------------------------------------------------- what is refused


@pytest.mark.parametrize(
    ("column", "cell", "why"),
    [
        ("tax_class", "C", "unknown_tax_class"),
        ("unit", "litre", "bad_unit"),
        ("stock", "many", "bad_number"),
        ("stock", "1,250", "doubtful_number"),
        ("stock", "1.250", "doubtful_number"),
        ("stock", "1234567", "number_too_high"),
        ("low_stock", "-1", "bad_number"),
        ("favourite", "1.5", "bad_whole_number"),
        ("favourite", "10000", "number_too_high"),
        ("icon", "Coffee!", "bad_icon"),
        ("tint", "#ff0000", "bad_tint"),
        ("barcode", "4,00638E+12", "shortened_barcode"),
        ("barcode", "1" * 65, "too_long"),
        ("sku", "x" * 65, "too_long"),
        ("category", "x" * 61, "too_long"),
        ("name_de", "x" * 251, "too_long"),
        ("name_de", "a\x00b", "control_character"),
        ("name_de", "Wn\x98trza", "control_character"),
    ],
)
def test_a_bad_cell_is_named_with_its_line_and_reason(
    desk: Desk, column: str, cell: str, why: str
) -> None:
    tax = () if column == "tax_class" else ("tax_class",)
    before = entries(desk)
    result = take(
        desk,
        ";".join(("name", "price", *tax, column)),
        ";".join(("Rye", "1", *("A" for _ in tax), "A" if column == "tax_class" else "")),
        ";".join(("Tea", "1", *("A" for _ in tax), cell)),
    )
    assert codes(result) == [(3, column, why)]
    assert entries(desk) == before


def test_kilograms_have_three_decimals_as_a_matter_of_course(desk: Desk) -> None:
    assert take(desk, "name;price;tax_class;unit;stock", "Figs;1;A;kg;1,250").recorded
    assert desk.db.sql("SELECT qty_milli FROM stock_level") == [(1250,)]


def test_everything_wrong_with_a_row_is_told_at_once(desk: Desk) -> None:
    result = take(desk, "name,price,tax_class,unit", ",x,C,litre", "Tea,1,A,piece")
    assert codes(result) == [
        (2, "price", "bad_price"),
        (2, "tax_class", "unknown_tax_class"),
        (2, "unit", "bad_unit"),
        (2, "name", "missing_name"),
    ]
    assert result.bad_rows == 1


def test_a_barcode_stands_in_a_file_once_in_whatever_form(desk: Desk) -> None:
    filler = [f"P {part},1,A," for part in range(AT_ONCE)]
    result = take(
        desk,
        "name,price,tax_class,barcode",
        f"Tea,1,A,{UPC}",
        f"Rye,1,A,0{UPC}",
        *filler,
        f"Nuts,1,A,{EAN} 00{UPC}",
    )
    assert codes(result) == [(3, "barcode", "barcode_twice"), (504, "barcode", "barcode_twice")]
    assert [dict(bad.fields) for bad in result.bad] == [{"other": 2}, {"other": 2}]


def test_a_sku_or_id_stands_in_a_file_once(desk: Desk) -> None:
    take(desk, "name,price,tax_class,sku", "Tea,1,A,T")
    filler = [f"P {part},1,,{part}" for part in range(AT_ONCE)]
    result = take(desk, "name,price,tax_class,sku", "Tea,2,A,T", "Tea,3,A,T", *filler, "Tea,4,A,T")
    assert [each for each in codes(result) if each[2] == "sku_twice"] == [
        (3, "sku", "sku_twice"),
        (504, "sku", "sku_twice"),
    ]
    held = _only(desk)
    result = take(desk, "id,name,price", f"{held},Tea,2", f"{held},Tea,3")
    assert codes(result) == [(3, "id", "id_twice")]


def test_a_barcode_of_another_product_is_not_taken_away(desk: Desk) -> None:
    take(desk, "name,price,tax_class,barcode,sku", f"Tea,1,A,{EAN},T")
    result = take(desk, "name,price,tax_class,barcode,sku", f"Rye,1,A,{EAN},R")
    assert codes(result) == [(2, "barcode", "barcode_taken")]
    assert sentence(result.bad[0], Words("en")) == (
        f"Line 2, barcode: 0{EAN} – this barcode belongs to Tea"
    )


def test_a_sku_of_several_products_needs_the_barcode_as_well(desk: Desk) -> None:
    new = tuple(
        NewProduct(name=name, price_minor=1, tax_class="A", sku="S", barcodes=(f"{name}-1",))
        for name in ("Tea", "Rye")
    )
    desk.book.record("", ProductsAdded(products=new))
    assert codes(take(desk, "name,price,sku", "Tea,1,S")) == [(2, "sku", "sku_of_several")]
    assert take(desk, "name,price,sku,barcode", "Rye,5,S,Rye-1").changed == 1
    assert products(desk, "name, price_minor") == [("Tea", 1), ("Rye", 500)]


def test_an_unknown_column_is_named_with_the_nearest_right_one(desk: Desk) -> None:
    result = take(desk, "name,prise,tax_class,price", "Tea,1,A,1")
    assert codes(result) == [(1, "prise", "unknown_column")]
    assert dict(result.bad[0].fields) == {"near": "price"}
    assert result.file_bad
    assert codes(take(desk, "name,name,price", "Tea,Tea,1")) == [(1, "name", "column_twice")]
    assert codes(take(desk, "name,sku", "Tea,1")) == [(1, "price", "missing_column")]
    assert codes(take(desk)) == [(1, "name", "missing_column"), (1, "price", "missing_column")]


def test_rows_with_too_many_cells_or_broken_quotes_are_bad_and_short_ones_are_not(
    desk: Desk,
) -> None:
    result = take(
        desk,
        "name,price,tax_class,sku",
        "Tea,3,60,A,T",
        'Rye "dark",1,A,',
        '"Nuts" salted,1,A,',
        "Salt,1,A",
        "",
        ",,,",
        "Figs,1,A,,,",
        '"Open,1,A,',
        "Lost,1,A,",
        skip_bad=True,
    )
    assert codes(result) == [
        (2, "", "too_many_cells"),
        (4, "", "broken_quotes"),
        (9, "", "broken_quotes"),
    ]
    assert [row[0] for row in products(desk)] == ['Rye "dark"', "Salt", "Figs"]


def test_windows_1252_is_reported_by_line_and_not_guessed(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes("name,price,tax_class\nTea,1,A\nCafé,1,A\n".encode("cp1252"))
    assert codes(import_catalogue(desk, path)) == [(3, "name", "not_utf8")]
    with path.open(encoding="utf-8") as lines:
        result = import_catalogue(desk, lines, skip_bad=True)
    assert result.file_bad
    assert not result.recorded
    path.write_bytes("name,price,tax_class\nTea,1,A\n".encode("utf-16"))
    assert codes(import_catalogue(desk, path)) == [(1, "", "not_utf8")]
    assert products(desk) == []


# --------------------------------------------------------------------------- all or nothing


def test_one_bad_row_means_that_nothing_is_recorded(desk: Desk) -> None:
    before = entries(desk)
    rows = [f"P {part},1,A,C {part}" for part in range(2 * AT_ONCE)]
    result = take(desk, "name,price,tax_class,category", *rows, "Bad,x,A,")
    assert not result.recorded
    assert entries(desk) == before
    assert take(desk, "name,price,tax_class,category", "Tea,1,A,C 1").categories == 1


def test_with_skip_bad_the_good_rows_are_taken(desk: Desk) -> None:
    result = take(desk, "name,price,tax_class", "Tea,1,A", "Bad,x,A", "Rye,2,A", skip_bad=True)
    assert (result.added, result.bad_rows, result.recorded) == (2, 1, True)
    assert products(desk) == [("Tea", 100, "A"), ("Rye", 200, "A")]


def test_a_dry_run_tells_what_would_happen_and_records_nothing(desk: Desk) -> None:
    take(desk, "name,price,tax_class,sku", "Tea,1,A,T", "Rye,1,A,R")
    before = entries(desk)
    rows = ("name,price,tax_class,sku", "Tea,1,A,T", "Rye,2,A,R", "Nuts,1,A,N", "Bad,x,A,B")
    tried = take(desk, *rows, dry_run=True)
    assert (tried.added, tried.changed, tried.unchanged, tried.bad_rows) == (1, 1, 1, 1)
    assert not tried.recorded
    assert entries(desk) == before
    done = take(desk, *rows, skip_bad=True)
    assert (done.added, done.changed, done.unchanged, done.bad_rows) == (1, 1, 1, 1)


def test_a_stopped_import_leaves_nothing_and_the_shop_goes_on(desk: Desk) -> None:
    before, ahead = entries(desk), desk.book.id_ahead()
    done: list[tuple[int, int]] = []
    result = import_catalogue(
        desk,
        ["name,price,tax_class\n", *(f"P {part},1,A\n" for part in range(5 * AT_ONCE))],
        progress=lambda part, total: done.append((part, total)),
        stop=lambda: len(done) == 3,
    )
    assert result.stopped
    assert not result.recorded
    assert done == [(501, 0), (1001, 0), (1501, 0)]
    assert (entries(desk), desk.book.id_ahead()) == (before, ahead)
    assert products(desk) == []
    assert take(desk, "name,price,tax_class", "Tea,1,A").recorded


def test_an_import_that_is_interrupted_leaves_nothing(desk: Desk) -> None:
    def interrupt(done: int, _total: int) -> None:
        if done > AT_ONCE:
            raise KeyboardInterrupt

    ahead = desk.book.id_ahead()
    with pytest.raises(KeyboardInterrupt):
        import_catalogue(
            desk,
            ["name,price,tax_class\n", *(f"P {part},1,A\n" for part in range(1000))],
            progress=interrupt,
        )
    assert desk.book.id_ahead() == ahead
    assert products(desk) == []
    assert take(desk, "name,price,tax_class", "Tea,1,A").recorded


def test_a_file_tells_its_length_to_the_progress(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("name,price,tax_class\n" + "Tea,1,A\n" * 699 + "Rye,1,A")
    done: list[tuple[int, int]] = []
    import_catalogue(desk, path, progress=lambda part, total: done.append((part, total)))
    assert done == [(501, 701), (701, 701)]


def test_thousands_of_bad_rows_are_counted_and_not_all_kept(desk: Desk) -> None:
    result = take(desk, "name,price,tax_class", *["Tea,x,A"] * 1500)
    assert (result.bad_rows, len(result.bad)) == (1500, 1000)


# --------------------------------------------------------------------------- and back again

nasty = st.text(
    st.one_of(
        st.sampled_from("=+-@'\"|,;\t\n \uff1d\uff20\u200f\u202eאبñ🍞€\u2028"),
        st.characters(exclude_categories=("Cc", "Cs")),
    ),
    min_size=1,
    max_size=40,
).filter(lambda text: bool(text.strip()))
"""Names with everything that CSV, spreadsheets and screens trip over."""

words = st.text("abcXYZ0189-=+@'", min_size=1, max_size=12)
drafts = st.builds(
    NewProduct,
    name=nasty,
    price_minor=st.integers(0, 10**9),
    tax_class=st.sampled_from(("A", "B")),
    unit=st.sampled_from(("piece", "kilogram")),
    names=st.dictionaries(st.sampled_from(("de", "en", "pt-br")), nasty, max_size=3),
    icon=st.sampled_from(("", "coffee", "food-croissant")),
    tint=st.sampled_from(("", "bakery")),
    favourite=st.integers(0, 9999),
    low_stock_milli=st.none() | st.integers(0, 10**9),
    sku=st.just(""),
)


@settings(max_examples=25)
@given(
    st.lists(drafts, min_size=1, max_size=8),
    st.lists(nasty, max_size=3, unique_by=lambda name: name.strip().casefold()),
    st.sets(words, max_size=8),
    st.lists(st.integers(-(10**9), 10**9), max_size=8),
    st.randoms(use_true_random=False),
)
def test_an_exported_catalogue_changes_nothing_here_and_comes_out_the_same_elsewhere(
    made: list[NewProduct],
    groups: list[str],
    skus: set[str],
    stock: list[int],
    chance: random.Random,
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        here_shelf, here = open_desk(Path(folder) / "here")
        there_shelf, there = open_desk(Path(folder) / "there")
        added = here.book.record("", *(CategoryAdded(name=name) for name in groups))
        first = here.book.id_ahead()
        here.book.record("", ProductsAdded(products=tuple(made)))
        for part, sku in enumerate(sorted(skus)[: len(made)]):
            group = chance.choice(added).id if added else None
            product = f"{first}.{part}"
            here.book.record("", ProductChanged(product=product, sku=sku, category=group))
            here.book.record("", BarcodeSet(code=keys(f"x{sku}|")[0], product=product))
        moves = [
            StockMove(product=f"{first}.{part}", qty_milli=milli)
            for part, milli in enumerate(stock[: len(made)])
        ]
        here.book.record("", StockMoved(reason="count", moves=tuple(moves)))
        lines = list(export_catalogue(here.db))
        before = entries(here)

        again = import_catalogue(here, lines)
        assert (again.bad, again.unchanged, again.stock_kept) == ([], len(made), 0)
        assert entries(here) == before

        moved = import_catalogue(there, lines)
        assert (moved.bad, moved.added) == ([], len(made))
        assert _without_ids(there) == _without_ids(here)
        here_shelf.close()
        there_shelf.close()


def _without_ids(desk: Desk) -> list[str]:
    found = list(export_catalogue(desk.db))
    return found[:1] + [line.partition(",")[2] for line in found[1:]]


@given(nasty)
def test_no_cell_is_a_formula_and_none_is_lost(text: str) -> None:
    cell = safe(text)
    assert cell[0] not in "=+-@\uff1d\uff0b\uff0d\uff20"
    assert unescaped(cell) == text.strip()


@given(st.integers(-(10**9), 10**9), st.sampled_from(("piece", "kilogram")))
def test_a_quantity_is_written_so_that_it_is_read_the_same(milli: int, unit: str) -> None:
    text = quantity_text(milli, unit)
    assert quantity(text) == milli
    assert unit == "kilogram" or not is_doubtful(text)


@pytest.mark.parametrize(
    ("key", "shown"),
    [
        (f"0{EAN}", EAN),
        (f"00{UPC}", UPC),
        (f"000000{EAN_8}", EAN_8),
        ("14006381333938", "14006381333938"),
        ("00000000000001", "00000000000001"),
        ("=K7Q2-1041", "K7Q2-1041"),
        ("SHELF 12", "SHELF 12|"),
    ],
)
def test_barcodes_are_written_as_people_know_them(key: str, shown: str) -> None:
    assert codes_text([key]) == shown
    assert keys(shown) == (key,)


@pytest.mark.skipif(not REAL.exists(), reason=f"{REAL} is not here")
def test_real_products_come_in_but_for_those_that_are_there_twice(desk: Desk) -> None:
    with gzip.open(REAL, "rt", encoding="utf-8", newline="\n") as packed:
        rows = [line.rstrip("\n").split("\t") for line in itertools.islice(packed, 8_000)]
    source = io.StringIO()
    writer = csv.writer(source)
    writer.writerow(["barcode", "name", "price", "tax_class"])
    writer.writerows([code, safe(name), f"{len(name)}.95", "A"] for code, name in rows)
    distinct = len({keys(code) for code, _ in rows})
    assert distinct < len(rows)
    result = import_catalogue(desk, io.StringIO(source.getvalue()), skip_bad=True)
    assert {bad.code for bad in result.bad} == {"csv.barcode_twice"}
    assert (result.added, result.bad_rows) == (distinct, len(rows) - distinct)
    again = import_catalogue(desk, export_catalogue(desk.db))
    assert (again.bad, again.unchanged, again.changed) == ([], distinct, 0)


# --------------------------------------------------------------------------- the command line


def test_the_command_says_what_came_of_it(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    said: list[str] = []

    def run(text: str, *, dry_run: bool = False, skip_bad: bool = False) -> int:
        said.clear()
        path.write_text(text)
        return command(
            desk,
            path,
            Words("en"),
            lambda _done, _total: None,
            dry_run=dry_run,
            skip_bad=skip_bad,
            say=said.append,
        )

    good, bad = "name,price,tax_class\nTea,1,A\n", "name,price,tax_class\nTea,x,A\nRye,1,A\n"
    assert run(good, dry_run=True) == 0
    assert said == ["Would add 1 products and change 0; 0 are as they were; 0 bad rows."]
    assert run(bad) == 1
    assert said[0].startswith("Line 2, price: x – no price")
    assert said[1].startswith("Nothing was changed, because of 1 bad rows.")
    assert run(bad, skip_bad=True) == 0
    assert said[1] == "1 products added, 0 changed, 0 as they were; 1 bad rows left out."
    assert run("") == 1
    path.unlink()
    path = tmp_path / "none" / "list.csv"
    assert command(
        desk, path, Words("en"), lambda *_: None, dry_run=False, skip_bad=False, say=said.append
    )


def test_every_reason_has_a_sentence_in_every_language() -> None:
    folder = Path(__file__).parents[3] / "appliance" / "services"
    used = {
        word.split('"')[0]
        for name in ("cells", "rows", "import", "csv")
        for word in (folder / f"catalogue_{name}.py").read_text().split('"csv.')[1:]
        if "{" not in word.split('"')[0]
    }
    used |= {"bad_icon", "bad_tint", "missing_name", "missing_price", "sku_twice", "id_twice"}
    assert len(used) > 30
    for language in LANGUAGES:
        assert {f"csv.{key}" for key in used} <= load(language).keys()


def _only(desk: Desk) -> str:
    return str(desk.db.sql("SELECT id FROM product ORDER BY num LIMIT 1")[0][0])
