"""The register, driven command by command: what it answers, what it shows, and what the tables say."""

from pathlib import Path
from typing import get_args

import pytest
from msgspec.structs import fields

from appliance.clock import Moment
from appliance.domain.money import Minor
from appliance.messages import (
    AbandonTicket,
    AddProduct,
    AnyCommand,
    CancelTender,
    CatalogueView,
    ChangeQuantity,
    ChooseReceipt,
    CloseDay,
    CountStock,
    DoneView,
    KeyQuantity,
    LastSaleView,
    NewSale,
    NoticeView,
    ReceiptState,
    RemoveLine,
    Reprint,
    ResumeView,
    Scan,
    Search,
    SearchView,
    SelectLine,
    SessionView,
    SetLanguage,
    ShopView,
    ShowCategory,
    SignIn,
    SignOut,
    StartTender,
    StatusView,
    TenderCash,
    TenderView,
    TicketView,
)
from appliance.register import Register
from appliance.store.shelf import DiskLimits
from tests.appliance.counter import APPLES, COFFEE, TEA, Counter, open_counter
from tests.appliance.trading import START_MS

IN = SignIn("1", "1111")


@pytest.fixture
def counter(tmp_path: Path) -> Counter:
    return open_counter(tmp_path)


@pytest.fixture
def signed_in(counter: Counter) -> Counter:
    assert counter.do(IN) == ""
    return counter


def test_nothing_is_sold_before_somebody_signs_in(counter: Counter) -> None:
    assert counter.do(Scan(COFFEE)) == "sign_in_first"
    assert counter.show(TicketView).lines == ()


def test_signing_in_opens_the_business_day(counter: Counter) -> None:
    assert counter.show(SessionView).day is None
    counter.do(IN)
    session = counter.show(SessionView)
    assert session.employee is not None
    assert session.employee.name == "Ana"
    assert session.day is not None


def test_a_whole_sale(signed_in: Counter) -> None:
    signed_in.do(Scan(COFFEE), Scan("]E0" + COFFEE), KeyQuantity(2_000), Scan(TEA))
    ticket = signed_in.show(TicketView)
    assert [(line.name, line.qty_milli, line.amount_minor) for line in ticket.lines] == [
        ("Flat white", 2000, 720),
        ("Tea", 2000, 240),
    ]
    assert ticket.subtotal_minor == 960
    assert ticket.included_tax_minor == 115
    assert ticket.added_tax_minor == 12 + 17
    assert ticket.total_minor == 989
    assert ticket.item_count == 4

    signed_in.do(StartTender())
    assert signed_in.show(TenderView).due_minor == 989
    signed_in.do(TenderCash(1_000))
    done = signed_in.show(DoneView)
    assert (done.number, done.change_minor, done.receipt) == (1, 11, ReceiptState.ASKED)
    assert signed_in.devices.drawer.kicks == 1
    assert signed_in.show(TicketView).number == 2

    signed_in.do(ChooseReceipt(done.sale, "print"))
    assert signed_in.show(DoneView).receipt is ReceiptState.PRINTED
    slip = signed_in.devices.printer.texts[-1]
    assert "Flat white" in slip
    assert "9.89" in slip
    assert "COPY" not in slip
    signed_in.do(NewSale())
    assert signed_in.show(DoneView).sale is None


def test_each_line_is_in_the_journal_before_it_is_shown(tmp_path: Path) -> None:
    counter = open_counter(tmp_path)
    counter.do(IN)
    stored: list[int] = []

    def look(snapshot: object) -> None:
        if isinstance(snapshot, TicketView):
            stored.append(counter.shelf.db.sql("SELECT count(*) FROM ticket_line")[0][0])
            assert len(snapshot.lines) <= stored[-1]

    counter.register._publish = look
    counter.do(Scan(COFFEE), Scan(TEA))
    assert stored[-1] == 2


def test_an_unknown_barcode_is_refused_and_named(signed_in: Counter) -> None:
    assert signed_in.do(Scan("4006381333948")) == "no_such_barcode"
    assert dict(signed_in.show(NoticeView).fields)["barcode"] == "4006381333948"


def test_a_barcode_is_never_taken_for_an_internal_id(signed_in: Counter) -> None:
    product = signed_in.show(CatalogueView).tiles[0].product
    assert signed_in.do(Scan(product)) == "no_such_barcode"
    assert signed_in.show(TicketView).lines == ()
    assert signed_in.do(AddProduct(COFFEE)) == "no_such_product"


def test_a_held_quantity_is_used_once_and_never_merges_with_a_scan(signed_in: Counter) -> None:
    signed_in.do(KeyQuantity(2_000))
    assert signed_in.show(TicketView).keyed_qty_milli == 2_000
    signed_in.do(Scan(COFFEE), Scan(COFFEE))
    assert [line.qty_milli for line in signed_in.show(TicketView).lines] == [3_000]


def test_the_same_article_again_is_one_more_unless_a_quantity_was_keyed(signed_in: Counter) -> None:
    signed_in.do(
        Scan(COFFEE), Scan(COFFEE), KeyQuantity(5_000), Scan(COFFEE), Scan(TEA), Scan(COFFEE)
    )
    lines = [(line.name, line.qty_milli) for line in signed_in.show(TicketView).lines]
    assert lines == [
        ("Flat white", 2_000),
        ("Flat white", 5_000),
        ("Tea", 1_000),
        ("Flat white", 1_000),
    ]


@pytest.mark.parametrize("wrong", [10_000_000, 4_006_381_333_931_000])
def test_a_quantity_as_large_as_a_barcode_is_refused(signed_in: Counter, wrong: int) -> None:
    assert signed_in.do(KeyQuantity(wrong), Scan(COFFEE)) == "quantity_out_of_range"
    assert signed_in.show(TicketView).lines == ()


def test_what_is_sold_by_weight_wants_a_weight(signed_in: Counter) -> None:
    assert signed_in.do(Scan(APPLES)) == "weigh_it"
    assert signed_in.do(KeyQuantity(1_250), Scan(APPLES)) == ""
    line = signed_in.show(TicketView).lines[0]
    assert (line.unit, line.qty_milli, line.amount_minor) == ("kilogram", 1_250, 374)


def test_a_line_can_be_changed_and_removed_and_stays_in_the_journal(signed_in: Counter) -> None:
    signed_in.do(Scan(COFFEE), Scan(TEA), ChangeQuantity(None, 5_000))
    first, second = signed_in.show(TicketView).lines
    assert second.qty_milli == 5_000
    signed_in.do(RemoveLine(first.id))
    assert [line.id for line in signed_in.show(TicketView).lines] == [second.id]
    kinds = [entry.kind for entry in signed_in.shelf.entries()]
    assert kinds[-2:] == ["line_quantity_changed", "line_removed"]
    assert signed_in.do(RemoveLine(first.id)) == "no_such_line"
    assert signed_in.do(ChangeQuantity(second.id, 0)) == "quantity_out_of_range"


def test_lines_are_fixed_while_tendering(signed_in: Counter) -> None:
    signed_in.do(Scan(COFFEE), StartTender())
    assert signed_in.do(Scan(COFFEE)) == "not_allowed_now"
    assert signed_in.do(AbandonTicket()) == "not_allowed_now"
    assert signed_in.do(CancelTender()) == ""
    assert signed_in.do(Scan(COFFEE)) == ""
    assert signed_in.do(CancelTender()) == "not_allowed_now"


def test_too_little_cash_is_refused_and_the_sale_stays(signed_in: Counter) -> None:
    signed_in.do(Scan(COFFEE))
    assert signed_in.do(TenderCash(359)) == "not_enough"
    assert signed_in.show(TicketView).total_minor == 360
    assert signed_in.devices.drawer.kicks == 0
    assert signed_in.do(TenderCash(360)) == ""


def test_nothing_is_paid_where_nothing_was_sold(signed_in: Counter) -> None:
    assert signed_in.do(StartTender()) == "nothing_to_pay"
    assert signed_in.do(TenderCash(100)) == "nothing_to_pay"
    assert signed_in.do(AbandonTicket()) == "no_ticket_open"


def test_an_abandoned_ticket_moves_no_goods_and_no_money(signed_in: Counter) -> None:
    signed_in.do(Scan(COFFEE), AbandonTicket())
    assert signed_in.show(TicketView).lines == ()
    db = signed_in.shelf.db
    assert (
        db.sql("SELECT count(*) FROM sale") == db.sql("SELECT count(*) FROM stock_move") == [(0,)]
    )
    assert db.sql("SELECT state FROM ticket") == [("abandoned",)]


def test_a_sale_moves_its_goods_and_low_stock_shows_on_the_tile(signed_in: Counter) -> None:
    tea = signed_in.show(CatalogueView).tiles[1]
    assert (tea.stock_milli, tea.low) == (None, False)
    signed_in.do(CountStock(tea.product, 4_000))
    assert signed_in.show(CatalogueView).tiles[1].stock_milli == 4_000
    signed_in.do(KeyQuantity(2_000), Scan(TEA), TenderCash(1_000))
    tea = signed_in.show(CatalogueView).tiles[1]
    assert (tea.stock_milli, tea.low) == (2_000, True)
    signed_in.do(CountStock(tea.product, 1_000))
    moves = signed_in.shelf.db.sql("SELECT qty_milli, reason FROM stock_move ORDER BY entry")
    assert sorted(moves) == [(-2_000, "sale"), (-1_000, "count"), (4_000, "count")]


def test_receipts_are_numbered_without_a_gap(signed_in: Counter) -> None:
    for _ in range(3):
        signed_in.do(Scan(COFFEE), TenderCash(500))
        signed_in.do(Scan(COFFEE), AbandonTicket())
    assert signed_in.shelf.db.sql("SELECT number FROM sale ORDER BY number") == [(1,), (2,), (3,)]


def test_a_second_slip_says_copy(signed_in: Counter) -> None:
    signed_in.do(Scan(COFFEE), TenderCash(500), ChooseReceipt(None, "print"), Reprint())
    first, second = signed_in.devices.printer.texts
    assert "COPY" not in first
    assert "COPY" in second
    assert signed_in.show(LastSaleView).copies == 2


def test_a_printer_without_paper_keeps_the_sale_and_the_next_try_is_the_original(
    signed_in: Counter,
) -> None:
    signed_in.devices.printer.take_paper()
    signed_in.do(Scan(COFFEE), TenderCash(500), ChooseReceipt(None, "print"))
    done = signed_in.show(DoneView)
    assert (done.receipt, done.trouble) == (ReceiptState.FAILED, "paper_out")
    signed_in.devices.printer.load_paper()
    signed_in.do(Reprint())
    assert "COPY" not in signed_in.devices.printer.texts[-1]
    assert signed_in.show(DoneView).receipt is ReceiptState.PRINTED


def test_trying_again_without_paper_prints_one_slip_in_the_end(signed_in: Counter) -> None:
    signed_in.devices.printer.take_paper()
    signed_in.do(Scan(COFFEE), TenderCash(500), ChooseReceipt(None, "print"), Reprint(), Reprint())
    assert signed_in.show(DoneView).trouble == "paper_out"
    signed_in.devices.printer.load_paper()
    signed_in.do(NewSale())
    assert len(signed_in.devices.printer.texts) == 1
    assert signed_in.show(LastSaleView).copies == 1


def test_no_receipt_after_all_drops_the_slip_that_waits(signed_in: Counter) -> None:
    signed_in.devices.printer.take_paper()
    signed_in.do(Scan(COFFEE), TenderCash(500), ChooseReceipt(None, "print"))
    signed_in.do(ChooseReceipt(None, "none"))
    signed_in.devices.printer.load_paper()
    signed_in.do(NewSale())
    assert signed_in.devices.printer.texts == ()
    assert signed_in.show(LastSaleView).receipt is ReceiptState.NONE


def test_a_slip_that_nobody_can_vouch_for_is_followed_by_a_copy(signed_in: Counter) -> None:
    signed_in.devices.printer.lose_next_answer()
    signed_in.do(Scan(COFFEE), TenderCash(500), ChooseReceipt(None, "print"))
    assert signed_in.show(DoneView).trouble == "print_unconfirmed"
    signed_in.do(Reprint())
    assert "COPY" in signed_in.devices.printer.texts[-1]


def test_every_slip_after_a_doubtful_one_and_its_copy_says_copy_too(signed_in: Counter) -> None:
    signed_in.devices.printer.lose_next_answer()
    signed_in.do(Scan(COFFEE), TenderCash(500), Reprint())
    signed_in.do(Reprint(), Reprint())
    assert ["COPY" in text for text in signed_in.devices.printer.texts[-2:]] == [True, True]


def test_a_confirmed_slip_takes_no_memory(signed_in: Counter) -> None:
    for _ in range(3):
        signed_in.do(Scan(COFFEE), TenderCash(500), ChooseReceipt(None, "print"), NewSale())
    till = signed_in.register.till
    assert (till.slips_given, till.printing, till.receipt_trouble) == ({}, set(), {})


def test_no_receipt_is_a_choice_that_is_kept(signed_in: Counter) -> None:
    signed_in.do(Scan(COFFEE), TenderCash(500), ChooseReceipt(None, "none"))
    assert signed_in.show(DoneView).receipt is ReceiptState.NONE
    assert signed_in.do(ChooseReceipt(None, "burn")) == "no_such_choice"
    assert signed_in.devices.printer.texts == ()


def test_a_drawer_that_is_away_is_said_to_be_and_the_sale_stands(signed_in: Counter) -> None:
    signed_in.devices.drawer.unplug()
    signed_in.do(Scan(COFFEE), TenderCash(500))
    assert signed_in.show(NoticeView).code == "device_absent"
    assert signed_in.show(DoneView).change_minor == 140


def test_the_drawer_is_not_kicked_again_after_a_restart(tmp_path: Path) -> None:
    counter = open_counter(tmp_path)
    counter.do(IN, Scan(COFFEE), TenderCash(500))
    counter.shelf.close()
    again = open_counter(tmp_path)
    assert again.devices.drawer.kicks == 0


def test_a_restart_takes_up_the_ticket_and_asks_about_the_last_receipt(tmp_path: Path) -> None:
    counter = open_counter(tmp_path)
    counter.do(IN, Scan(COFFEE), TenderCash(500), ChooseReceipt(None, "none"))
    counter.do(Scan(COFFEE), TenderCash(500), Scan(TEA), Scan(COFFEE))
    before = counter.show(TicketView).lines
    counter.shelf.close()

    again = open_counter(tmp_path)
    resume = again.show(ResumeView)
    assert (resume.show, resume.ticket_lines, resume.receipt_unknown) == (True, 2, True)
    assert again.show(TicketView).lines == before
    assert again.show(LastSaleView).number == 2
    again.do(IN, Scan(TEA))
    assert len(again.show(TicketView).lines) == 3
    assert not again.show(ResumeView).show


def test_a_restart_while_tendering_comes_back_to_tendering(tmp_path: Path) -> None:
    counter = open_counter(tmp_path)
    counter.do(IN, Scan(COFFEE), StartTender())
    counter.shelf.close()
    again = open_counter(tmp_path)
    assert again.show(TenderView).open
    again.do(IN, TenderCash(360))
    assert again.show(DoneView).total_minor == 360


def test_wrong_pins_lock_out_even_over_a_restart(tmp_path: Path) -> None:
    counter = open_counter(tmp_path)
    assert [counter.do(SignIn("1", "9999")) for _ in range(5)] == [
        *["wrong_pin"] * 4,
        "wait_before_pin",
    ]
    counter.shelf.close()
    again = open_counter(tmp_path)
    assert again.do(IN) == "wait_before_pin"
    assert again.do(SignIn("2", "2222")) == ""
    until_ms = int(dict(again.show(NoticeView).fields).get("until_ms", 0)) or START_MS + 60_000
    again.clock.set(until_ms)
    assert again.do(IN) == ""
    assert again.do(SignIn("7", "1111")) == "no_such_employee"


def test_no_command_that_carries_a_pin_shows_it() -> None:
    carriers = [kind for kind in get_args(AnyCommand) if "pin" in kind.__struct_fields__]
    assert SignIn in carriers
    for kind in carriers:
        needed = [field.name for field in fields(kind) if field.required]
        command = kind(**(dict.fromkeys(needed, "1") | {"pin": "73519"}))
        assert "73519" not in repr(command), kind
        assert "73519" not in str(command), kind


def test_pins_are_nowhere_in_the_store(tmp_path: Path) -> None:
    counter = open_counter(tmp_path)
    counter.do(SignIn("1", "73519"), IN)
    counter.shelf.close()
    stored = b"".join(path.read_bytes() for path in tmp_path.iterdir() if path.is_file())
    assert b"73519" not in stored
    assert b"$argon2id$" in stored


def test_signing_out_keeps_the_ticket(signed_in: Counter) -> None:
    signed_in.do(Scan(COFFEE), SignOut())
    assert signed_in.show(SessionView).employee is None
    assert signed_in.do(Scan(COFFEE)) == "sign_in_first"
    signed_in.do(SignIn("2", "2222"), Scan(TEA))
    assert len(signed_in.show(TicketView).lines) == 2


def test_the_day_is_closed_only_without_an_open_ticket(signed_in: Counter) -> None:
    signed_in.do(Scan(COFFEE))
    assert signed_in.do(CloseDay()) == "finish_sale_first"
    signed_in.do(TenderCash(360))
    assert signed_in.do(CloseDay()) == ""
    assert signed_in.show(SessionView).employee is None
    assert signed_in.show(SessionView).day is None
    signed_in.do(IN)
    assert signed_in.shelf.db.sql("SELECT number FROM day ORDER BY number") == [(1,), (2,)]


def test_search_finds_names_in_any_language_without_their_accents(signed_in: Counter) -> None:
    signed_in.do(Search("milchk"))
    assert [hit.name for hit in signed_in.show(SearchView).hits] == ["Flat white"]
    signed_in.do(Search("WHI fla"))
    assert [hit.name for hit in signed_in.show(SearchView).hits] == ["Flat white"]
    signed_in.do(Search(COFFEE))
    assert [hit.name for hit in signed_in.show(SearchView).hits] == ["Flat white"]
    for rubbish in ('"', "*", "a OR b", "covid-19", "(", "NEAR(", "\x00", "'; DROP TABLE product"):
        signed_in.do(Search(rubbish))
    signed_in.do(Search(""))
    assert signed_in.show(SearchView).hits == ()


def test_a_category_shows_its_tiles(signed_in: Counter) -> None:
    drinks = signed_in.show(CatalogueView).categories[0].id
    signed_in.do(ShowCategory(drinks))
    assert [tile.name for tile in signed_in.show(CatalogueView).tiles] == ["Flat white", "Tea"]
    signed_in.do(ShowCategory("K7Q2-999"))
    assert signed_in.show(CatalogueView).tiles == ()


def test_the_language_changes_names_and_receipts(signed_in: Counter) -> None:
    signed_in.do(SetLanguage("de"), Scan(COFFEE), TenderCash(500), ChooseReceipt(None, "print"))
    assert signed_in.show(ShopView).language == "de"
    assert "Milchkaffee" in signed_in.devices.printer.texts[-1]
    assert "Rückgeld" in signed_in.devices.printer.texts[-1]
    assert signed_in.do(SetLanguage("tlh")) == "unknown_setting"


def test_selecting_a_line_that_is_not_there_selects_none(signed_in: Counter) -> None:
    signed_in.do(Scan(COFFEE), SelectLine("K7Q2-999"))
    assert signed_in.show(TicketView).selected is None


def test_a_nearly_full_disk_stops_new_sales_and_lets_the_one_at_hand_be_paid(
    tmp_path: Path,
) -> None:
    counter = open_counter(tmp_path)
    counter.do(IN, Scan(COFFEE))
    counter.shelf.close()
    full = open_counter(tmp_path, DiskLimits(1 << 60, 1 << 59, 4096))
    assert full.show(StatusView).disk == "full"
    assert full.do(IN, Scan(TEA), TenderCash(Minor(1_000))) == ""
    assert full.do(Scan(COFFEE)) == "disk_too_full"
    assert full.do(CloseDay()) == ""


def test_a_clock_that_becomes_trusted_puts_the_sales_before_it_right(tmp_path: Path) -> None:
    counter = open_counter(tmp_path)
    wrong = _ClockWithoutTrust()
    shown: list[object] = []
    counter.shelf.close()
    counter = open_counter(tmp_path)
    register = Register(counter.shelf, wrong, counter.devices, shown.append)
    for command in (IN, Scan(COFFEE), TenderCash(500)):
        register.handle(command)
    assert counter.shelf.db.sql("SELECT at_ms, clock_ok FROM sale") == [(1_000, 0)]
    wrong.boot_ns += 60_000_000_000
    wrong.at_ms, wrong.ok = START_MS, True
    register.tick()
    assert counter.shelf.db.sql("SELECT at_ms FROM sale") == [(START_MS - 60_000,)]
    assert counter.shelf.differences() == ()


class _ClockWithoutTrust:
    """A Pi without a battery clock, before and after a time server answered."""

    def __init__(self) -> None:
        self.at_ms, self.ok, self.boot_ns = 1_000, False, 1_000_000_000

    def now(self) -> Moment:
        return Moment(self.at_ms, self.ok, "boot-1", self.boot_ns)
