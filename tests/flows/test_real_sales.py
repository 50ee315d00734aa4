"""Three days of a real shop go through the register and come out to the penny."""

import itertools
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import msgspec
import pytest

from appliance.clock import ScriptedClock
from appliance.domain.barcode import catalogue_key
from appliance.journal.kinds import (
    CategoryAdded,
    NewProduct,
    ProductsAdded,
    ShopChanged,
    TaxClassDefined,
    TaxRate,
)
from appliance.services import people
from appliance.services.desk import Desk
from appliance.store.shelf import Shelf
from appliance.store.sqlite import SqliteDatabase
from tests.flows import corner_shop, online_retail
from tests.flows.online_retail import Invoice, Sold

pytestmark = [
    pytest.mark.skipif(
        not online_retail.where().exists(),
        reason=f"{online_retail.where()} is not there (the folder may be named in OPEN_POS_DATA)",
    ),
    # About half a minute on a machine that has nothing else to do.
    pytest.mark.timeout(600),
]

REPOSITORY: Final = Path(__file__).resolve().parents[2]
MEMORY: Final = Path("/dev/shm")  # noqa: S108 - a folder with a random name is made in it
AT_ONCE: Final = 500
CATEGORIES: Final = ("Bags", "Boxes", "Lights", "Everything else")


class Paid(msgspec.Struct):
    """What these tests look at of a `done` snapshot."""

    sale: str | None
    tendered_minor: int
    change_minor: int
    change_pieces: list[tuple[int, int]]


class Shows(msgspec.Struct):
    """What these tests look at of what an answer shows."""

    done: Paid | None = None


class Answer(msgspec.Struct):
    """What these tests look at of an answer."""

    n: int
    do: str
    refused: dict[str, Any] | None
    shows: Shows


@dataclass
class Played:
    """The days as the file has them, and the store that holds them after they were played."""

    days: list[list[Invoice]]
    store: Path
    answers: list[Answer]
    reports: list[dict[str, Any]]


@pytest.fixture(scope="module")
def played() -> Iterator[Played]:
    # How fast the disk is does not matter here, and 8,000 commits wait for it.
    folder = tempfile.mkdtemp(prefix="open-pos-", dir=MEMORY if MEMORY.is_dir() else None)
    try:
        yield _played(Path(folder))
    finally:
        shutil.rmtree(folder)


def _played(folder: Path) -> Played:
    store = folder / "store"
    days = list(online_retail.read(online_retail.where()).values())
    _stock_the_shop(store, itertools.chain.from_iterable(days))
    began = time.monotonic()
    answers = [answer for invoices in days for answer in _play(store, invoices)]
    print(f"{len(answers)} commands in {time.monotonic() - began:.1f} s")
    listed = [line.split("\t") for line in _open_pos("report", "days", store=store).splitlines()]
    assert [number for _, number, _ in listed] == ["1", "2", "3"]
    assert all(closed for _, _, closed in listed)
    reports = [
        json.loads(_open_pos("report", "day", "--json", "--day", day, store=store))
        for day, _, _ in listed
    ]
    return Played(days, store, answers, reports)


def test_the_file_is_the_one_that_its_readme_describes(played: Played) -> None:
    invoices = [invoice for day in played.days for invoice in day]
    assert len(invoices) == 337
    assert sum(len(invoice.lines) for invoice in invoices) == 7_290
    assert sum(invoice.total_minor for invoice in invoices) == 153_652_88


def test_no_command_was_refused(played: Played) -> None:
    refused = [
        (answer.n, answer.do, answer.refused)
        for answer in played.answers
        if answer.refused is not None
    ]
    assert refused == []


def test_the_days_come_to_what_the_shop_sold(played: Played) -> None:
    assert sum(len(report["receipts"]) for report in played.reports) == 337
    assert sum(row["lines"] for report in played.reports for row in report["receipts"]) == 7_290
    assert sum(report["total_minor"] for report in played.reports) == 153_652_88
    for report, invoices in zip(played.reports, played.days, strict=True):
        assert report["currency"] == "GBP"
        assert report["total_minor"] == sum(invoice.total_minor for invoice in invoices)


def test_each_receipt_is_its_invoice(played: Played) -> None:
    numbers = []
    for report, invoices in zip(played.reports, played.days, strict=True):
        assert [
            (row["total_minor"], row["subtotal_minor"], row["rounding_minor"], row["lines"])
            for row in report["receipts"]
        ] == [
            (invoice.total_minor, invoice.total_minor, 0, len(invoice.lines))
            for invoice in invoices
        ]
        for row, invoice in zip(report["receipts"], invoices, strict=True):
            # A scripted clock goes on by a millisecond with each entry.
            assert 0 <= row["at_ms"] - invoice.at_ms < 60_000
        numbers += [row["number"] for row in report["receipts"]]
    assert numbers == list(range(1, 338))


def test_tenders_taxes_and_categories_add_up(played: Played) -> None:
    for report, invoices in zip(played.reports, played.days, strict=True):
        total_minor = report["total_minor"]
        assert [row["name"] for row in report["tenders"]] == ["cash"]
        assert report["tenders"][0]["count"] == len(invoices)
        assert report["tenders"][0]["amount_minor"] == total_minor + report["rounding_minor"]
        assert [(row["rate_ppm"], row["included"]) for row in report["taxes"]] == [(200_000, True)]
        tax = report["taxes"][0]
        assert tax["net_minor"] + tax["tax_minor"] == total_minor
        # A fifth of the net is a sixth of the price, rounded half up on each receipt.
        assert tax["tax_minor"] == sum((invoice.total_minor + 3) // 6 for invoice in invoices)
        by_category = {row["name"]: row for row in report["categories"]}
        assert by_category.keys() <= set(CATEGORIES)
        assert sum(row["amount_minor"] for row in by_category.values()) == total_minor
        for name, row in by_category.items():
            lines = [
                line for invoice in invoices for line in invoice.lines if _category(line) == name
            ]
            assert row["count"] == len(lines)
            assert row["amount_minor"] == sum(line.quantity * line.price_minor for line in lines)


def test_the_change_is_what_the_customer_gave_too_much(played: Played) -> None:
    invoices = iter([invoice for day in played.days for invoice in day])
    paid = [answer.shows.done for answer in played.answers if answer.do == "tender_cash"]
    for done, invoice in zip(paid, invoices, strict=True):
        assert done is not None
        given_minor = online_retail.handed_over(invoice.total_minor)
        assert done.tendered_minor == given_minor
        assert done.change_minor == given_minor - invoice.total_minor
        pieces = sum(denomination * count for denomination, count in done.change_pieces)
        assert pieces == done.change_minor


def test_the_stock_is_what_was_sold(played: Played) -> None:
    sold: Counter[str] = Counter()
    for day in played.days:
        for invoice in day:
            for line in invoice.lines:
                sold[line.barcode] += 1000 * line.quantity
    db = SqliteDatabase(played.store, read_only=True)
    on_hand = dict(
        db.sql(
            "SELECT code, (SELECT sum(qty_milli) FROM stock_level WHERE product = b.product) "
            "FROM barcode AS b"
        )
    )
    moved = dict(
        db.sql(
            "SELECT code, (SELECT sum(qty_milli) FROM stock_move WHERE product = b.product) "
            "FROM barcode AS b"
        )
    )
    db.close()
    wanted = {catalogue_key(code): -quantity for code, quantity in sold.items()}
    assert on_hand == wanted
    assert moved == wanted


def test_the_journal_is_whole_and_the_tables_are_what_it_says(played: Played) -> None:
    assert "entries" in _open_pos("journal", "verify", store=played.store)
    _open_pos("journal", "rebuild", "--check", store=played.store)
    # One entry a line, two a sale, one a receipt choice, and the ticket: nothing was recorded twice.
    db = SqliteDatabase(played.store, read_only=True)
    kinds = dict(db.sql("SELECT kind, count(*) FROM entry GROUP BY kind"))
    db.close()
    assert kinds["line_added"] == 7_290
    assert {
        kinds[kind] for kind in ("ticket_opened", "tender_started", "sale_paid", "receipt_chosen")
    } == {337}
    assert (kinds["day_opened"], kinds["day_closed"]) == (3, 3)


def test_an_altered_amount_is_found(played: Played, tmp_path: Path) -> None:
    """The check of the tables is worth something: one penny on one sale, put there by hand."""
    store = tmp_path / "store"
    store.mkdir()
    (store / "shop.db").write_bytes((played.store / "shop.db").read_bytes())
    shelf = Shelf(store, limits=corner_shop.ROOMY)
    shelf.db.sql("UPDATE sale SET total_minor = total_minor + 1 WHERE number = 200")
    shelf.close()
    assert "sale" in _open_pos("journal", "rebuild", "--check", store=store, exit_code=1)


def _stock_the_shop(store: Path, invoices: Iterable[Invoice]) -> None:
    """A product for each code and price, one employee, VAT as it was in 2011."""
    lines = {line.barcode: line for invoice in invoices for line in reversed(invoice.lines)}
    shelf = Shelf(store, limits=corner_shop.ROOMY)
    desk = Desk(shelf.db, shelf.book(ScriptedClock(0)))
    desk.book.record(
        "",
        ShopChanged(name="Online Retail", currency="GBP"),
        TaxClassDefined("A", "standard", (TaxRate("A", "VAT", 200_000, included=True),)),
    )
    added = desk.book.record("", *(CategoryAdded(name=name) for name in CATEGORIES))
    categories = dict(zip(CATEGORIES, (entry.id for entry in added), strict=True))
    products = [
        NewProduct(
            name=line.description,
            price_minor=line.price_minor,
            tax_class="A",
            category=categories[_category(line)],
            barcodes=(catalogue_key(code),),
            sku=line.code,
        )
        for code, line in lines.items()
    ]
    for start in range(0, len(products), AT_ONCE):
        desk.book.record("", ProductsAdded(tuple(products[start : start + AT_ONCE])))
    people.add(
        desk,
        people.pins(store),
        number="1",
        name="Ana",
        role="cashier",
        pin="1111",
        actor="",
    )
    shelf.close()


def _category(line: Sold) -> str:
    """A category by the code alone, so that each product has one whatever its description says."""
    return CATEGORIES[sum(line.code.encode()) % len(CATEGORIES)]


def _play(store: Path, invoices: list[Invoice]) -> Iterator[Answer]:
    script = store.parent / "day.jsonl"
    script.write_text("\n".join(online_retail.script(invoices, "1", "1111")), encoding="utf-8")
    # The answers of a ticket of 593 lines are long: they are read as they come and not kept.
    with (
        script.open() as said,
        subprocess.Popen(
            _command("play", "-", store=store),
            cwd=REPOSITORY,
            stdin=said,
            stdout=subprocess.PIPE,
        ) as running,
    ):
        assert running.stdout is not None
        yield from map(msgspec.json.Decoder(Answer).decode, running.stdout)
    assert running.returncode == 0


def _open_pos(*words: str, store: Path, exit_code: int = 0) -> str:
    """What a command of `open-pos` prints."""
    done = subprocess.run(
        _command(*words, store=store),
        cwd=REPOSITORY,
        env=os.environ | {"LANG": "en"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == exit_code, done.stderr
    return done.stdout


def _command(*words: str, store: Path) -> list[str]:
    return [sys.executable, "-m", "appliance", *words, "--store", str(store)]
