"""Today, sales, reports, business days and the journal in the back office: who sees them, and what they say."""

import csv
import datetime
import io
import re
import tomllib
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import cast
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

import pytest

from appliance.journal.access_kinds import WebRulesChanged
from appliance.journal.book import Book
from appliance.journal.kinds import (
    KINDS,
    CategoryAdded,
    DayClosed,
    EmployeeChanged,
    LineAdded,
    LineRemoved,
    NewProduct,
    ProductChanged,
    ProductsAdded,
    ReceiptPrinted,
    SalePaid,
    ShopChanged,
    Tender,
    TicketOpened,
)
from appliance.journal.trust_kinds import PunchRefused
from appliance.lan_server.checking import AlreadyChecking, Checker
from appliance.lan_server.devices import Health
from appliance.lan_server.pages import bars, csv_file, journal, journal_check, today
from appliance.lan_server.pages.bars import Bar
from appliance.lan_server.pages.formats import Formats
from appliance.lan_server.pages.parts import Cell
from appliance.lan_server.pages.register_views import CONNECTED_MS, state
from appliance.services import pairing, registers
from appliance.services.desk import Desk
from appliance.services.figures import Sold
from appliance.services.registers import Register as Paired
from appliance.services.today import Alarms, Register
from appliance.store.shelf import Shelf
from appliance.words import LANGUAGES, Words
from tests.appliance.lan_server.office import NOW_MS, Office, Visitor, open_office
from tests.appliance.lan_server.trouble import let_in
from tests.appliance.trading import Trader, sell, trade

ORIGIN = "AAAA"
EVIL = "=cmd|<script>alert(1)</script>"
PAGES = (
    "/today",
    "/today/hours.svg",
    "/sales/",
    "/sales/sales.csv",
    "/reports/",
    "/reports/chart.svg",
    "/reports/report.csv",
    "/reports/report.pdf",
    "/reports/acts",
    "/reports/days/",
    "/journal/",
    "/journal/check/",
)
REPORTS = (
    *("day", "hour", "weekday", "item", "category", "margin", "cashier", "register", "tender"),
    *("tax", "exception"),
)


def traded(desk: Desk, office: Office) -> Trader:
    """Three sales at a till, a line taken off, a copy; of goods with a name that attacks."""
    book = Book(desk.book._shelf, office.clock, ORIGIN)
    trader = Trader(cast(Shelf, None), book, office.clock)
    trade(trader, [0])
    batch = book.id_ahead()
    book.record("", ProductsAdded((NewProduct(EVIL, 250, "A", cost_minor=100),)))
    trader.products.append(f"{batch}.0")
    sell(trader, 1)
    trade(trader, [2])
    book.record(office.ids["3"], LineRemoved(line=trader.lines.pop(0)))
    sell(trader, 2)
    book.record("", ReceiptPrinted(sale=sell(trader, 4), copy=0))
    book.record(office.ids["3"], ReceiptPrinted(sale=trader.sales[-1], copy=1))
    return trader


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with open_office(tmp_path) as found:
        for number in ("1", "2"):
            found.give_password(number)
        yield found


@pytest.fixture
def till(office: Office) -> Trader:
    return office.room.scribe.do(lambda desk: traded(desk, office))


@pytest.fixture
def visitor(office: Office) -> Visitor:
    found = office.client()
    assert found.sign_in("2").status_code == 303
    return found


def text(visitor: Visitor, page: str) -> str:
    answer = visitor.get(page)
    assert answer.status_code == 200, (page, answer.status_code)
    return answer.get_data(as_text=True)


def read_csv(visitor: Visitor, page: str) -> list[list[str]]:
    answer = visitor.get(page)
    assert answer.status_code == 200
    assert answer.mimetype == "text/csv"
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
    assert answer.data.startswith(b"\xef\xbb\xbf"), "spreadsheets know UTF-8 by it"
    return list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))


def test_a_cashier_sees_nothing_of_it_and_nobody_does_without_signing_in(office: Office) -> None:
    stranger = office.client()
    office.room.scribe.do(lambda desk: desk.book.record("", WebRulesChanged(cashiers=True)))
    office.give_password("3")
    cashier = office.client()
    assert cashier.sign_in("3").status_code == 303
    for page in PAGES:
        assert stranger.get(page).status_code == 303, page
        assert cashier.get(page).status_code == 403, page


def test_pages_of_a_shop_that_never_sold_anything_are_there_too(visitor: Visitor) -> None:
    for page in PAGES:
        assert visitor.get(page).status_code == 200, page


def test_today_says_what_was_sold_and_where(visitor: Visitor, till: Trader) -> None:
    page = text(visitor, "/today")
    assert "€17.50" in page
    assert ORIGIN in page
    assert till.sales
    assert "not known: 1" in page, "the till was never named: an alarm"
    assert "<script>alert" not in page
    assert EVIL.replace("<", "&lt;").replace(">", "&gt;") in page


def test_each_report_is_a_table_a_picture_a_csv_file_and_a_pdf(
    visitor: Visitor, till: Trader
) -> None:
    assert till.sales
    for by in REPORTS:
        page = text(visitor, f"/reports/?by={by}")
        assert "<table" in page
        assert "<script>alert" not in page
        ElementTree.fromstring(text(visitor, f"/reports/chart.svg?by={by}"))  # noqa: S314 - our own
        rows = read_csv(visitor, f"/reports/report.csv?by={by}")
        assert len(rows) > 1
        assert all(len(row) == len(rows[0]) for row in rows)
        assert not any(cell.startswith("=") for row in rows for cell in row)
        assert visitor.get(f"/reports/report.pdf?by={by}").data.startswith(b"%PDF-")


def test_the_files_of_all_reports_add_up_to_the_same(visitor: Visitor, till: Trader) -> None:
    assert till.sales
    for by in sorted(set(REPORTS) - {"margin", "exception"}):
        rows = read_csv(visitor, f"/reports/report.csv?by={by}")[1:]
        assert sum(int(row[-1].replace(".", "")) for row in rows) == 1750, by


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_page_shows_a_key_instead_of_a_word(office: Office, till: Trader, language: str) -> None:
    office.room.scribe.do(lambda desk: desk.book.record("", ShopChanged(language=language)))
    visitor = office.client()
    visitor.sign_in("2")
    day = till.day
    pages = (
        *(page for page in PAGES if not page.endswith((".csv", ".pdf"))),
        *(f"/reports/?by={by}" for by in REPORTS),
        f"/reports/days/{day}",
        f"/sales/{till.sales[-1]}",
        f"/journal/{till.sales[0]}",
    )
    for page in pages:
        assert not re.search(r"\bweb\.[a-z]+\.[a-z_]+", text(visitor, page)), page


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_of_entry_has_a_name(language: str) -> None:
    form = Formats(Words(language), "EUR", ZoneInfo("Europe/Berlin"))
    written = tomllib.loads(files("appliance").joinpath(f"strings/{language}.toml").read_text())
    assert written["journal"]["kind"].keys() == KINDS.keys()
    assert len({journal.kind_name(kind, form) for kind in KINDS}) == len(KINDS), "each its own"
    assert journal.kind_name("moon_landed", form) == "moon landed", "of a newer program"


def test_a_german_page_names_kinds_in_german(office: Office, till: Trader) -> None:
    office.room.scribe.do(lambda desk: desk.book.record("", ShopChanged(language="de")))
    visitor = office.client()
    visitor.sign_in("2")
    sale = till.sales[0]
    for page in ("/journal/", f"/journal/{sale}", f"/sales/{sale}"):
        told = text(visitor, page)
        assert "Verkauf bezahlt" in told, page
        assert "sale paid" not in told, page


def test_sales_are_found_and_each_shows_its_receipt_and_its_entries(
    visitor: Visitor, till: Trader
) -> None:
    first, second, third = till.sales
    assert first in text(visitor, "/sales/?amount=2.50")
    assert second not in text(visitor, "/sales/?amount=2.50")
    assert second in text(visitor, "/sales/?odd=line_removed")
    assert first not in text(visitor, "/sales/?odd=line_removed")
    page = text(visitor, f"/sales/{third}")
    assert '<pre class="paper">' in page
    assert "10.00" in page
    assert "sale paid" in page
    assert "and 1 more" in page
    assert visitor.get("/sales/AAAA-99999").status_code == 404


RUBBISH = (
    "number=x&amount=1..2&at=-1&id=%00",
    "number=" + "9" * 60,
    "amount=" + "9" * 60,
    "register=ZZZZ&cashier='&tender=%22&odd=drop",
    "product=" + "%25" * 300,
    "at=99999999999999999999&id=x",
)


def test_rubbish_in_an_address_breaks_nothing(visitor: Visitor, till: Trader) -> None:
    assert till.sales
    for asked in RUBBISH:
        assert visitor.get(f"/sales/?{asked}").status_code == 200, asked


def test_a_sale_is_found_by_its_receipt_and_amount_however_they_are_typed(
    office: Office, visitor: Visitor, till: Trader
) -> None:
    first, _, third = till.sales
    dear = office.room.scribe.do(lambda _desk: sell(till, 1, price_minor=123_450))
    for asked, one in (
        (f"number={third}", third),
        (f"number=%23{third.lower()}&product=nothing", third),
        ("number=%231", first),
        ("amount=1,234.50", dear),
        ("amount=%E2%82%AC1,234.50", dear),
        ("amount=1234,5", dear),
    ):
        assert re.findall(r"/sales/(AAAA-[0-9]+)", text(visitor, f"/sales/?{asked}")) == [one], (
            asked
        )


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("amount=abc", "“abc” is no amount"),
        ("amount=1..2&number=1", "“1..2” is no amount"),
        ("number=abc", "“abc” is no receipt"),
        ("number=12-W9B4", "“12-W9B4” is no receipt"),
    ],
)
def test_what_cannot_be_read_shows_no_sales_and_is_said(
    visitor: Visitor, till: Trader, asked: str, said: str
) -> None:
    page = text(visitor, f"/sales/?{asked}")
    assert said in page
    assert "No sale fits." in page
    assert "/sales/sales.csv" not in page
    assert f"/sales/{till.sales[0]}" not in page
    assert visitor.get(f"/sales/sales.csv?{asked}").status_code == 409


def test_sales_and_entries_of_who_left_can_be_looked_for(office: Office, visitor: Visitor) -> None:
    gone = office.ids["3"]
    office.room.scribe.do(
        lambda desk: desk.book.record("", EmployeeChanged(employee=gone, active=False))
    )
    for page in ("/sales/", "/journal/"):
        assert f'<option value="{gone}">Carla Cruz' in text(visitor, page), page


def test_days_that_are_none_are_refused_with_a_sentence(visitor: Visitor) -> None:
    for page in (
        "/sales/?first=soon",
        "/reports/report.csv?first=2026-02-30&last=2026-03-01",
        "/reports/report.pdf?first=2026-03-02&last=2026-03-01",
        "/journal/?last=x",
    ):
        answer = visitor.get(page)
        assert answer.status_code == 409, page
        assert "problem." not in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        ("2026-03-02", "2026-03-01", "the last day comes before the first"),
        ("2026-02-30", "2026-03-01", "2026-02-30 is no day"),
    ],
)
def test_days_of_a_report_that_are_none_are_said_above_the_form(
    visitor: Visitor, till: Trader, first: str, last: str, said: str
) -> None:
    assert till.sales
    answer = visitor.get(f"/reports/?by=item&first={first}&last={last}")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert said in page
    assert "approved" not in page, "that is about wages"
    assert f'value="{first}"' in page
    assert "report.csv" not in page


def test_a_business_day_that_there_is_not_is_told_without_a_command_line(visitor: Visitor) -> None:
    answer = visitor.get("/reports/days/x")
    assert answer.status_code == 404
    page = answer.get_data(as_text=True)
    assert "There is no business day x." in page
    assert "report days" not in page


def test_the_csv_file_of_sales_has_them_all_and_no_formula(
    office: Office, visitor: Visitor, till: Trader
) -> None:
    rows = read_csv(visitor, "/sales/sales.csv")
    assert [row[0] for row in rows[1:]] == list(reversed(till.sales))
    assert {row[3] for row in rows[1:]} == {"2026-11-28"}
    assert [row[6] for row in rows[1:]] == ["10.00", "5.00", "2.50"]
    assert office.read("SELECT COUNT(*) FROM sale")[0][0] == 3


def test_exceptions_lead_to_each_act_and_its_entry(
    office: Office, visitor: Visitor, till: Trader
) -> None:
    assert till.sales
    page = text(visitor, "/reports/?by=exception")
    assert "Carla Cruz" in page
    link = re.search(r'href="(/reports/acts\?[^"]*what=line_removed[^"]*)"', page)
    assert link is not None
    acts = text(visitor, link[1].replace("&amp;", "&"))
    entry = office.read("SELECT id FROM odd_act WHERE what = 'line_removed'")[0][0]
    assert f"/journal/{entry}" in acts
    assert "line_removed" in text(visitor, f"/journal/{entry}").replace(
        "line removed", "line_removed"
    )


def test_a_closed_day_has_a_z_report_with_the_head_of_the_journal(
    office: Office, visitor: Visitor, till: Trader
) -> None:
    assert till.day is not None
    assert "so far" in text(visitor, f"/reports/days/{till.day}")
    closed = office.room.scribe.do(
        lambda _desk: till.book.record("", DayClosed(day=cast(str, till.day)))
    )[0]
    page = text(visitor, f"/reports/days/{till.day}")
    assert "Z report of day 1" in page
    assert closed.hash.hex() in page
    assert "€17.50" in page
    pdf = visitor.get(f"/reports/days/{till.day}/z.pdf")
    assert pdf.data.startswith(b"%PDF-")
    assert f"z-{ORIGIN}-1.pdf" in pdf.headers["Content-Disposition"]
    assert visitor.get("/reports/days/nothing").status_code == 404


def test_the_journal_hides_what_is_secret(office: Office, visitor: Visitor) -> None:
    (entry,) = office.read("SELECT origin, seq FROM entry WHERE kind = 'employee_added' LIMIT 1")
    page = text(visitor, f"/journal/{entry[0]}-{entry[1]}")
    assert "Olivia Ortega" in page
    assert "argon2" not in page
    assert "•••" in page
    assert "No entry fits." in text(visitor, "/journal/?text=argon2id")
    for kind in journal.SECRET_KINDS:
        assert journal.readable(kind, '{"secret":"s3cr3t","marks":["s3cr3t"]}').count("s3cr3t") == 0


def test_every_field_that_holds_a_hash_is_hidden() -> None:
    """A kind that is added later with something secret must be added here too."""
    for kind, body in KINDS.items():
        for name in body.__struct_fields__:
            if "hash" in name or name in {"secret", "marks", "password", "recovery", "sealed"}:
                assert kind in journal.SECRET_KINDS, (kind, name)
                assert name in journal.SECRETS, (kind, name)


# --------------------------------------------------------------------------- checking the chains


def the_checker(office: Office) -> Checker:
    with office.app.app_context():
        return journal_check.checker()


def test_a_sound_journal_is_told_so_with_its_heads(
    office: Office, visitor: Visitor, till: Trader
) -> None:
    assert till.sales
    assert visitor.send("/journal/check/").status_code == 303
    assert the_checker(office).wait(20.0)
    page = text(visitor, "/journal/check/")
    assert "entries are there, unaltered" in page
    for origin, seq in office.read("SELECT origin, MAX(seq) FROM entry GROUP BY origin"):
        verdict = the_checker(office).check.verdict
        assert verdict is not None
        assert verdict.heads[origin][0] <= seq
        assert verdict.heads[origin][1].hex() in page


@pytest.mark.parametrize(
    ("tampering", "why"),
    [
        (
            "UPDATE entry SET body = replace(body, '250', '150') WHERE kind = 'line_added'",
            "altered",
        ),
        ("DELETE FROM entry WHERE origin = 'AAAA' AND seq = 3", "missing"),
    ],
)
def test_a_journal_that_was_tampered_with_is_told_so(
    office: Office, visitor: Visitor, till: Trader, tampering: str, why: str
) -> None:
    assert till.sales

    def tamper(desk: Desk) -> None:
        for verb in ("update", "delete"):
            desk.db.sql(f"DROP TRIGGER entry_never_{verb}")
        desk.db.sql(tampering)

    office.room.scribe.do(tamper)
    checker = the_checker(office)
    checker.begin()
    assert checker.wait(20.0)
    verdict = checker.check.verdict
    assert verdict is not None
    assert verdict.bad is not None
    assert verdict.bad.why == why
    assert "not sound" in text(visitor, "/journal/check/")


def test_a_check_can_be_stopped_and_says_nothing_then(
    office: Office, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    checker = the_checker(office)
    held = office.room.readers

    class Slow:
        """Readers whose first piece is handed out only once the check was stopped."""

        def reading(self) -> object:
            if checker.check.state == "running" and checker.check.done:
                checker._stop.wait(20.0)
            return held.reading()

    monkeypatch.setattr("appliance.lan_server.checking.AT_ONCE", 2)
    checker.readers = Slow()  # type: ignore[assignment]
    checker.begin()
    with pytest.raises(AlreadyChecking):
        checker.begin()
    assert visitor.send("/journal/check/stop", "/journal/check/").status_code == 303
    assert checker.wait(20.0)
    assert checker.check.state == "stopped"
    assert "stopped before its end" in text(visitor, "/journal/check/")


# --------------------------------------------------------------------------- parts


def test_the_highest_bar_fits_below_the_highest_line() -> None:
    drawn = bars.columns([Bar("8", 401, 399), Bar("9", 0, None)], str)
    assert ">800<" in drawn
    heights = [int(height) for height in re.findall(r'height="(\d+)" rx', drawn)]
    assert max(heights) <= bars.HIGH


def test_names_in_pictures_are_text() -> None:
    picture = ElementTree.fromstring(bars.rows([Bar("<b>&", -5)], str))  # noqa: S314 - our own
    assert any(one.text == "<b>&" for one in picture.iter())


def test_a_cell_that_begins_like_a_formula_is_made_text_and_a_number_is_not() -> None:
    assert csv_file.line(["=1+1", "-5.00", "-x", "@a"]) == "'=1+1,-5.00,'-x,'@a\r\n"


def test_now_in_the_tests_is_the_day_that_they_speak_of() -> None:
    at = datetime.datetime.fromtimestamp(NOW_MS // 1000, tz=datetime.UTC)
    assert at.date().isoformat() == "2026-11-28"


# --------------------------------------------------------------------------- registers and alarms


def test_a_register_is_told_as_on_its_own_page_or_was_never_heard_of(
    office: Office, till: Trader
) -> None:
    assert till.sales
    form = Formats(Words("en"), "EUR", ZoneInfo("Europe/Berlin"))
    register = Register(ORIGIN, "Till", NOW_MS - 1, NOW_MS, Sold(1, 1, 250, 250), Sold())

    def told(paired: dict[str, Paired], health: dict[str, Health]) -> Cell:
        with office.app.test_request_context():
            return today.by_register((register,), paired, health, NOW_MS, form).rows[0][2]

    assert told({}, {ORIGIN: Health(ORIGIN, heard_at_ms=NOW_MS)}).text == "not heard of"
    let_in(office, ORIGIN, "Till")
    with office.room.readers.reading() as db:
        (paired,) = registers.all_of(db)
    for heard in (
        None,
        Health(ORIGIN, heard_at_ms=NOW_MS - 1000),
        Health(ORIGIN, heard_at_ms=NOW_MS, behind_up=1200, behind_down=34),
        Health(ORIGIN, heard_at_ms=NOW_MS - CONNECTED_MS),
        Health(ORIGIN, heard_at_ms=NOW_MS - CONNECTED_MS, waits=1),
    ):
        health = {} if heard is None else {ORIGIN: heard}
        assert told({ORIGIN: paired}, health) == state(paired, heard, NOW_MS, form)


def test_registers_that_are_gone_are_shown_today_only_with_sales(
    office: Office, visitor: Visitor, till: Trader
) -> None:
    assert till.sales
    for origin, name in ((ORIGIN, "Sold today"), ("P4XY", "Stolen"), ("V8WZ", "Old")):
        let_in(office, origin, name)
    let_in(office, "T5VW", "New", replaces="V8WZ")

    def revoke(desk: Desk) -> None:
        for origin in (ORIGIN, "P4XY"):
            pairing.revoke(desk, origin, "", office.ids["1"])

    office.room.scribe.do(revoke)
    page = text(visitor, "/today")
    assert "Sold today" in page
    assert "Not let in since" in page
    assert "New" in page
    assert "Stolen" not in page
    assert "Old" not in page
    assert "Stolen" in text(visitor, "/today?register=P4XY"), "who asks for it finds it"
    office.later(8 * 24 * 3_600_000)
    assert visitor.sign_in("2").status_code == 303
    assert "Sold today" not in text(visitor, "/today")


def test_only_what_is_wrong_is_an_alarm() -> None:
    form = Formats(Words("en"), "EUR", ZoneInfo("Europe/Berlin"))
    assert today.warned(Alarms(0, 0, (), 0, 0, 0), form) == ()
    found = today.warned(Alarms(1, NOW_MS, ("ABCD",), 2, 3, 4), form)
    assert [(one.tone, re.findall(r"\d+", one.text)[0]) for one in found] == [
        ("bad", "2"),
        ("bad", "3"),
        ("look", "4"),
        ("look", "1"),
        ("look", "1"),
    ]


def test_little_stock_and_a_refused_punch_are_seen_today(
    office: Office, visitor: Visitor, till: Trader
) -> None:
    office.room.scribe.do(
        lambda _desk: till.book.record(
            "",
            ProductChanged(product=till.products[0], low_stock_milli=1000),
            PunchRefused("unknown_badge", "till", by="em4100"),
        )
    )
    page = text(visitor, "/today")
    assert "Refused at the time clock within a week: 1" in page
    low = page.split("Running low")[1]
    assert "−7" in low


def test_what_was_never_in_stock_runs_low_too(
    office: Office, visitor: Visitor, till: Trader
) -> None:
    office.room.scribe.do(
        lambda _desk: till.book.record(
            "", ProductsAdded((NewProduct("Oat milk", 250, "A", low_stock_milli=0),))
        )
    )
    low = text(visitor, "/today").split("Running low")[1]
    assert "Oat milk" in low
    assert ">0<" in re.sub(r"\s", "", low.split("Oat milk")[1])


def test_kilograms_and_pieces_of_a_category_are_not_added_up(
    office: Office, visitor: Visitor, till: Trader
) -> None:
    def fruit(_desk: Desk) -> str:
        category = till.book.id_ahead()
        till.book.record("", CategoryAdded("Fruit"))
        day, ticket = till.day, till.book.id_ahead()
        assert day is not None
        sold = (("Melon", 2000, "piece"), ("Kiwi", 750, "kilogram"))
        till.book.record(
            "",
            TicketOpened(day=day),
            *(
                LineAdded(
                    ticket=ticket,
                    qty_milli=qty_milli,
                    name=name,
                    price_minor=400,
                    tax_class="A",
                    taxes=(),
                    category=category,
                    unit=unit,
                )
                for name, qty_milli, unit in sold
            ),
        )
        paid = SalePaid(
            ticket=ticket,
            day=day,
            number=99,
            currency="EUR",
            basis="receipt",
            subtotal_minor=1100,
            total_minor=1100,
            rounding_minor=0,
            taxes=(),
            tenders=(Tender("cash", 1100, 1100),),
            kick=False,
        )
        till.book.record("", paid)
        return day

    day = office.room.scribe.do(fruit)
    row = next(r for r in read_csv(visitor, "/reports/report.csv?by=category") if r[0] == "Fruit")
    assert row[1:3] == ["2", ""]
    for page in ("/reports/?by=category", f"/reports/days/{day}"):
        fruits = text(visitor, page).split("Fruit")[-1]
        cells = re.findall(r"<td[^>]*>(.*?)</td>", fruits, re.DOTALL)
        assert re.sub(r"<[^>]*>|\s", "", cells[1]) == "–", page
