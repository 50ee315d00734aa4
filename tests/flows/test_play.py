"""Stories of a day at the counter, played through the register as `open-pos play` plays them."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.messages import (
    AbandonTicket,
    AddProduct,
    CancelTender,
    ChangeQuantity,
    ChooseReceipt,
    CloseDay,
    DoneView,
    KeyQuantity,
    LastSaleView,
    NewSale,
    NoticeLevel,
    NoticeView,
    OpenDay,
    ReceiptState,
    RemoveLine,
    Reprint,
    ResumeView,
    Scan,
    SelectLine,
    SessionView,
    SetClock,
    SetLanguage,
    SignIn,
    SignOut,
    StartTender,
    StatusView,
    TenderCash,
    TenderView,
    TicketView,
)
from appliance.play import START_MS, NotACommand
from appliance.services.people import FREE_TRIES
from appliance.store.shelf import DiskLimits, Shelf
from tests.flows.corner_shop import (
    ANA,
    APPLES,
    BEN,
    COFFEE,
    CROISSANT,
    LAMP,
    ROOMY,
    Counter,
    furnish,
    says,
)

REPOSITORY = Path(__file__).resolve().parents[2]
PRINT = ChooseReceipt(sale=None, choice="print")
NO_RECEIPT = ChooseReceipt(sale=None, choice="none")
WRONG = SignIn(employee="1", pin="9999")
NO_ROOM = DiskLimits(warn_bytes=1 << 62, stop_bytes=1 << 61, ballast_bytes=4096)


@pytest.fixture(scope="module")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, tuple[str, ...]]:
    folder = tmp_path_factory.mktemp("corner-shop")
    shelf = Shelf(folder, limits=ROOMY)
    products = furnish(shelf)
    shelf.close()
    return folder, products


@pytest.fixture
def counter(furnished: tuple[Path, tuple[str, ...]], tmp_path: Path) -> Iterator[Counter]:
    shutil.copytree(furnished[0], tmp_path / "store")
    counter = Counter(tmp_path / "store")
    yield counter
    counter.holds_together()
    counter.shelf.close()


# --------------------------------------------------------------------------- a sale


def test_a_sale_from_sign_in_to_receipt(counter: Counter) -> None:
    counter.do(ANA)
    assert counter.sees(SessionView).day is not None
    counter.do(KeyQuantity(qty_milli=2000))
    counter.scan(COFFEE)
    counter.scan(f"]E0{CROISSANT}")
    counter.do(KeyQuantity(qty_milli=1234))
    counter.scan(APPLES)
    ticket = counter.sees(TicketView)
    assert [(line.name, line.qty_milli, line.amount_minor) for line in ticket.lines] == [
        ("Coffee", 2000, 480),
        ("Croissant", 1000, 165),
        ("Apples", 1234, 369),  # 1.234 kg x 2.99 = 3.68966
    ]
    assert (ticket.number, ticket.total_minor) == (1, 10_14)

    counter.do(StartTender())
    assert counter.sees(TenderView) == TenderView(
        open=True,
        total_minor=10_14,
        rounding_minor=1,
        due_minor=10_15,
        quick_minor=counter.sees(TenderView).quick_minor,
    )
    counter.do(TenderCash(amount_minor=20_00))
    assert counter.player.devices.drawer.kicks == 1
    done = counter.sees(DoneView)
    assert (done.total_minor, done.rounding_minor, done.change_minor) == (10_14, 1, 9_85)
    assert done.change_pieces == ((500, 1), (200, 2), (50, 1), (20, 1), (10, 1), (5, 1))
    assert done.receipt is ReceiptState.ASKED

    counter.do(PRINT)
    assert counter.sees(DoneView).receipt is ReceiptState.PRINTED
    (slip,) = counter.slips
    assert "COPY" not in slip
    assert says(slip, "Corner", "Shop")
    assert says(slip, "Receipt", "1", "2026-01-01", slip.split("2026-01-01")[1].split()[0])
    assert says(slip, "Served", "by", "Ana", "Register", counter.shelf.origin)
    assert says(slip, "Coffee", "4.80")
    assert says(slip, "2", "x", "2.40")
    assert says(slip, "Croissant", "1.65")
    assert says(slip, "Apples", "3.69")
    assert says(slip, "1.234", "kg", "x", "2.99/kg")
    assert says(slip, "Total", "EUR", "10.14")
    assert says(slip, "Cash", "rounding", "0.01")
    assert says(slip, "To", "pay", "in", "cash", "10.15")
    assert says(slip, "Cash", "20.00")
    assert says(slip, "Change", "9.85")
    assert says(slip, "incl.", "VAT", "19%", "of", "4.03", "0.77")
    assert says(slip, "incl.", "VAT", "7%", "of", "4.99", "0.35")
    assert says(slip, "Thank", "you")
    assert slip.rstrip().endswith(f"[code128 {done.sale}]")

    counter.do(NewSale())
    assert counter.sees(DoneView).sale is None
    assert counter.sees(TicketView).number == 2


def test_taxes_that_are_added_are_paid(counter: Counter) -> None:
    counter.do(ANA)
    counter.scan(LAMP)
    ticket = counter.sees(TicketView)
    # 4 % and 4.5 % of 19.99 are two roundings: 0.80 and 0.90.
    assert (ticket.subtotal_minor, ticket.added_tax_minor, ticket.total_minor) == (19_99, 170, 2169)
    counter.do(TenderCash(amount_minor=21_70), PRINT)
    assert says(counter.slips[0], "Subtotal", "19.99")
    assert says(counter.slips[0], "City", "4.5%", "on", "19.99", "0.90")
    assert says(counter.slips[0], "State", "4%", "on", "19.99", "0.80")
    assert says(counter.slips[0], "Total", "EUR", "21.69")


def test_a_total_handed_over_to_the_cent_is_taken(counter: Counter) -> None:
    counter.do(ANA)
    counter.scan(LAMP)
    assert counter.refuses(TenderCash(amount_minor=21_68)) == "not_enough"
    counter.do(TenderCash(amount_minor=21_69))
    done = counter.sees(DoneView)
    assert (done.rounding_minor, done.change_minor, done.change_pieces) == (0, 0, ())


def test_a_keyed_quantity_is_for_the_next_thing_only(counter: Counter) -> None:
    """The trap of tills that type: 2, a scan of 2…22, and 22 of something is sold."""
    counter.do(ANA)
    counter.scan(CROISSANT)
    counter.do(KeyQuantity(qty_milli=2000))
    assert counter.sees(TicketView).keyed_qty_milli == 2000
    counter.scan(CROISSANT)
    assert counter.sees(TicketView).keyed_qty_milli == 0
    counter.scan(COFFEE)
    counter.do(KeyQuantity(qty_milli=2000), KeyQuantity(qty_milli=2000))
    counter.scan(CROISSANT)
    assert [(line.name, line.qty_milli) for line in counter.sees(TicketView).lines] == [
        ("Croissant", 1000),
        ("Croissant", 2000),
        ("Coffee", 1000),
        ("Croissant", 2000),
    ]


def test_the_same_thing_scanned_again_is_one_more_of_it(counter: Counter) -> None:
    counter.do(ANA)
    counter.scan(COFFEE, COFFEE, COFFEE, CROISSANT, COFFEE)
    counter.do(SignOut(), BEN)
    counter.scan(COFFEE)
    assert [(line.name, line.qty_milli) for line in counter.sees(TicketView).lines] == [
        ("Coffee", 3000),
        ("Croissant", 1000),
        ("Coffee", 2000),
    ]
    counter.do(TenderCash(amount_minor=20_00))
    assert counter.rows("SELECT sum(qty_milli), count(*) FROM stock_move") == [(-6000, 3)]


def test_a_barcode_scanned_into_a_quantity_is_refused(counter: Counter) -> None:
    counter.do(ANA, KeyQuantity(qty_milli=int(COFFEE) * 1000))
    assert counter.refuses(Scan(text=COFFEE)) == "quantity_out_of_range"
    counter.do(KeyQuantity(qty_milli=0))
    counter.scan(COFFEE)
    assert counter.refuses(ChangeQuantity(line=None, qty_milli=int(COFFEE))) == (
        "quantity_out_of_range"
    )
    assert [line.qty_milli for line in counter.sees(TicketView).lines] == [1000]


def test_a_removed_line_stays_in_the_journal(counter: Counter) -> None:
    counter.do(ANA)
    counter.scan(COFFEE, CROISSANT)
    coffee, croissant = counter.sees(TicketView).lines
    counter.do(SelectLine(line=coffee.id), RemoveLine())
    assert counter.sees(TicketView).lines == (croissant,)
    assert counter.refuses(RemoveLine()) == "no_such_line"
    assert counter.refuses(RemoveLine(line=coffee.id)) == "no_such_line"
    assert counter.refuses(ChangeQuantity(line=coffee.id, qty_milli=2000)) == "no_such_line"
    counter.do(TenderCash(amount_minor=5_00), PRINT)
    assert counter.sees(DoneView).total_minor == croissant.amount_minor
    assert "Coffee" not in counter.slips[0]
    assert [json.loads(entry.body)["name"] for entry in counter.entries("line_added")] == [
        "Coffee",
        "Croissant",
    ]
    (removed,) = counter.entries("line_removed")
    assert json.loads(removed.body) == {"line": coffee.id}
    sold = counter.rows("SELECT count(*), sum(qty_milli) FROM stock_move WHERE reason = 'sale'")
    assert sold == [(1, -1000)]


def test_an_abandoned_ticket_sells_nothing_and_stays_in_the_journal(counter: Counter) -> None:
    counter.do(ANA)
    counter.scan(COFFEE)
    ticket = counter.sees(TicketView).id
    counter.do(AbandonTicket())
    assert counter.sees(TicketView).id is None
    assert counter.refuses(TenderCash(amount_minor=10_00)) == "nothing_to_pay"
    counter.scan(COFFEE)
    assert counter.sees(TicketView).id != ticket
    assert counter.sees(TicketView).number == 1
    assert len(counter.entries("ticket_abandoned")) == 1
    assert counter.rows("SELECT count(*) FROM stock_move") == [(0,)]


def test_nothing_is_scanned_while_the_customer_pays(counter: Counter) -> None:
    counter.do(ANA)
    counter.scan(COFFEE)
    line = counter.sees(TicketView).lines[0].id
    counter.do(StartTender())
    assert counter.refuses(Scan(text=COFFEE)) == "not_allowed_now"
    assert counter.refuses(RemoveLine(line=line)) == "not_allowed_now"
    assert counter.refuses(ChangeQuantity(line=line, qty_milli=5000)) == "not_allowed_now"
    assert counter.refuses(AbandonTicket()) == "not_allowed_now"
    assert counter.refuses(StartTender()) == "not_allowed_now"
    counter.do(CancelTender())
    counter.scan(CROISSANT)
    assert len(counter.sees(TicketView).lines) == 2


# --------------------------------------------------------------------------- barcodes


def test_an_unknown_barcode_is_refused_by_name(counter: Counter) -> None:
    counter.do(ANA)
    assert counter.refuses(Scan(text="5901234123457")) == "no_such_barcode"
    notice = counter.sees(NoticeView)
    assert notice.level is NoticeLevel.REFUSED
    assert dict(notice.fields) == {"barcode": "5901234123457"}
    assert counter.refuses(Scan(text="]E05901234123450")) == "not_a_barcode"
    assert counter.refuses(Scan(text="")) == "not_a_barcode"
    assert counter.sees(TicketView).id is None


def test_a_barcode_that_looks_like_an_id_never_sells(
    counter: Counter, furnished: tuple[Path, tuple[str, ...]]
) -> None:
    """Receipts carry the sale's id as a barcode, and anyone can print a product's id on a sticker."""
    counter.do(ANA)
    counter.scan(COFFEE)
    counter.do(TenderCash(amount_minor=2_40))
    sale = counter.sees(DoneView).sale
    assert sale is not None
    for text in (*furnished[1], sale, counter.entries("line_added")[0].id):
        assert counter.refuses(Scan(text=text)) == "no_such_barcode"
        assert counter.refuses(Scan(text=f"]C0{text}")) == "no_such_barcode"
        assert counter.refuses(Scan(text=f"={text}")) == "no_such_barcode"
    counter.do(AddProduct(product=furnished[1][0]))
    assert counter.sees(TicketView).lines[0].name == "Coffee"


def test_what_is_weighed_is_not_sold_by_the_scan_alone(counter: Counter) -> None:
    counter.do(ANA)
    assert counter.refuses(Scan(text=APPLES)) == "weigh_it"


# --------------------------------------------------------------------------- people


def test_nobody_sells_who_is_not_signed_in(counter: Counter) -> None:
    for command in (Scan(text=COFFEE), TenderCash(amount_minor=5_00), OpenDay(), CloseDay()):
        assert counter.refuses(command) == "sign_in_first"
    assert counter.refuses(WRONG) == "wrong_pin"
    assert counter.sees(SessionView).refused == "wrong_pin"
    assert counter.refuses(Scan(text=COFFEE)) == "sign_in_first"
    counter.do(ANA)
    assert counter.sees(SessionView).refused == ""
    counter.scan(COFFEE)


def test_a_lock_out_survives_a_restart(counter: Counter) -> None:
    for _ in range(FREE_TRIES - 1):
        assert counter.refuses(WRONG) == "wrong_pin"
    assert counter.refuses(WRONG) == "wait_before_pin"
    until_ms = counter.sees(SessionView).wait_until_ms
    assert 29_000 < until_ms - START_MS <= 31_000

    counter.restart(at_ms=START_MS + 10_000)
    assert counter.refuses(ANA) == "wait_before_pin"
    counter.do(BEN, SignOut())
    counter.do(SetClock(at_ms=until_ms - 100))
    assert counter.refuses(ANA) == "wait_before_pin"

    # One more wrong try doubles the wait; a try that was not taken does not.
    counter.do(SetClock(at_ms=until_ms))
    assert counter.refuses(WRONG) == "wait_before_pin"
    until_ms = counter.sees(SessionView).wait_until_ms
    counter.restart(at_ms=until_ms - 1_000)
    assert counter.refuses(ANA) == "wait_before_pin"
    counter.do(SetClock(at_ms=until_ms), ANA, SignOut())
    assert counter.refuses(WRONG) == "wrong_pin"  # the sign-in cleared the tries


def test_signing_out_keeps_the_ticket(counter: Counter) -> None:
    counter.do(ANA)
    counter.scan(COFFEE)
    ticket = counter.sees(TicketView)
    counter.do(SignOut())
    assert counter.sees(TicketView).lines == ticket.lines
    assert counter.refuses(Scan(text=COFFEE)) == "sign_in_first"
    counter.do(BEN)
    counter.scan(CROISSANT)
    counter.do(TenderCash(amount_minor=5_00), PRINT)
    assert says(counter.slips[0], "Served", "by", "Ben", "Register", counter.shelf.origin)
    assert [len(counter.entries(kind)) for kind in ("ticket_opened", "day_opened")] == [1, 1]


# --------------------------------------------------------------------------- printer and drawer


def _sell_a_coffee(counter: Counter) -> None:
    counter.scan(COFFEE)
    counter.do(TenderCash(amount_minor=2_40))


def test_a_reprint_is_marked_copy(counter: Counter) -> None:
    counter.do(ANA)
    _sell_a_coffee(counter)
    counter.do(PRINT, Reprint(), Reprint())
    assert ["COPY" in slip for slip in counter.slips] == [False, True, True]
    assert counter.sees(LastSaleView).copies == 3
    counter.restart()
    counter.do(ANA, Reprint())
    assert "COPY" in counter.slips[0]


def test_without_paper_the_sale_is_safe_and_the_receipt_comes_later(counter: Counter) -> None:
    counter.do(ANA)
    counter.player.devices.printer.take_paper()
    _sell_a_coffee(counter)
    counter.do(PRINT)
    assert counter.sees(DoneView).receipt is ReceiptState.FAILED
    assert counter.sees(DoneView).trouble == "paper_out"
    assert (counter.sees(NoticeView).level, counter.sees(NoticeView).code) == (
        NoticeLevel.WARN,
        "paper_out",
    )
    assert counter.slips == []
    _sell_a_coffee(counter)
    counter.do(NO_RECEIPT)
    assert counter.sees(DoneView).number == 2

    counter.player.devices.printer.load_paper()
    first = counter.rows("SELECT id FROM sale WHERE number = 1")[0][0]
    counter.do(Reprint(sale=str(first)))
    assert "COPY" not in counter.slips[0]
    counter.do(Reprint(sale=str(first)))
    assert "COPY" in counter.slips[1]
    assert says(
        counter.slips[1], "Receipt", "1", *counter.slips[1].split("Receipt 1")[1].split()[:2]
    )


def test_a_slip_of_which_nobody_knows_makes_the_next_one_a_copy(counter: Counter) -> None:
    counter.do(ANA)
    _sell_a_coffee(counter)
    counter.player.devices.printer.lose_next_answer()
    counter.do(PRINT)
    assert counter.sees(DoneView).receipt is ReceiptState.FAILED
    assert counter.sees(NoticeView).code == "print_unconfirmed"
    assert counter.sees(LastSaleView).copies == 0
    counter.do(Reprint())
    assert ["COPY" in slip for slip in counter.slips] == [False, True]


def test_a_slip_of_which_nobody_knows_makes_the_next_one_a_copy_after_a_restart_too(
    counter: Counter,
) -> None:
    counter.do(ANA)
    _sell_a_coffee(counter)
    counter.player.devices.printer.lose_next_answer()
    counter.do(PRINT)
    counter.restart()
    assert counter.sees(ResumeView).receipt_unknown
    counter.do(ANA, Reprint())
    assert "COPY" in counter.slips[0]


def test_a_drawer_that_is_unplugged_is_told_and_the_sale_stands(counter: Counter) -> None:
    counter.do(ANA)
    counter.player.devices.drawer.unplug()
    _sell_a_coffee(counter)
    assert counter.sees(DoneView).number == 1
    assert (counter.sees(NoticeView).level, counter.sees(NoticeView).code) == (
        NoticeLevel.WARN,
        "device_absent",
    )
    assert dict(counter.sees(NoticeView).fields)["device"] == "drawer"
    # Nobody kicks it again later, when a thief might stand there.
    counter.player.devices.drawer.plug()
    counter.do(PRINT, Reprint(), NewSale())
    assert counter.player.devices.drawer.kicks == 0


def test_a_drawer_that_jams_is_told_and_the_sale_stands(counter: Counter) -> None:
    counter.do(ANA)
    counter.player.devices.drawer.jam()
    _sell_a_coffee(counter)
    assert counter.sees(DoneView).number == 1
    assert counter.sees(NoticeView).code == "drawer_jammed"


# --------------------------------------------------------------------------- the program starts again


def test_an_open_ticket_is_taken_up_as_it_was(counter: Counter) -> None:
    counter.do(ANA)
    counter.scan(COFFEE, LAMP)
    counter.do(KeyQuantity(qty_milli=1234))
    counter.scan(APPLES)
    counter.do(ChangeQuantity(line=None, qty_milli=750), SelectLine(line=None))
    before = counter.sees(TicketView)
    counter.restart()
    assert counter.sees(TicketView) == TicketView(
        **{name: getattr(before, name) for name in before.__struct_fields__}
        | {"selected": None, "newest_line": None}
    )
    assert counter.sees(ResumeView) == ResumeView(show=True, ticket_lines=3)
    assert counter.refuses(RemoveLine()) == "sign_in_first"
    counter.do(ANA)
    assert counter.refuses(RemoveLine()) == "no_such_line"
    counter.scan(CROISSANT)
    assert counter.sees(TicketView).lines[:3] == before.lines
    assert not counter.sees(ResumeView).show
    assert len(counter.entries("ticket_opened", "day_opened")) == 2


def test_a_ticket_that_was_being_paid_is_taken_up_as_it_was(counter: Counter) -> None:
    counter.do(ANA)
    counter.scan(COFFEE)
    counter.do(StartTender())
    before, tender = counter.sees(TicketView), counter.sees(TenderView)
    counter.restart()
    assert counter.sees(TicketView).lines == before.lines
    assert counter.sees(TicketView).state == "tendering"
    assert counter.sees(TenderView) == tender
    counter.do(ANA)
    assert counter.refuses(Scan(text=COFFEE)) == "not_allowed_now"
    counter.do(TenderCash(amount_minor=2_40))
    assert counter.sees(DoneView).number == 1
    # The drawer of a sale opens once, when it is paid, and never because the program began again.
    counter.restart()
    assert counter.player.devices.drawer.kicks == 0


def test_start_up_names_receipts_that_waited_for_paper_and_are_asked_for_no_more(
    counter: Counter,
) -> None:
    counter.do(ANA)
    _sell_a_coffee(counter)
    counter.do(PRINT)
    counter.player.devices.printer.take_paper()
    lost = []
    for _ in range(2):
        _sell_a_coffee(counter)
        counter.do(PRINT)
        lost.append(counter.sees(LastSaleView).sale)
    _sell_a_coffee(counter)
    counter.do(ChooseReceipt(sale=None, choice="none"))
    counter.restart()
    earlier = counter.sees(ResumeView).earlier
    assert [(one.sale, one.number) for one in earlier] == [(lost[0], 2), (lost[1], 3)]
    counter.do(ANA, *(Reprint(one.sale) for one in earlier))
    assert ["COPY" in slip for slip in counter.slips[-2:]] == [True, True]
    counter.restart()
    assert counter.sees(ResumeView).earlier == ()


@pytest.mark.parametrize(
    ("choice", "paper", "receipt", "unknown"),
    [
        ("print", True, ReceiptState.PRINTED, False),
        ("print", False, ReceiptState.FAILED, True),
        ("none", True, ReceiptState.NONE, False),
    ],
)
def test_start_up_says_what_became_of_the_last_receipt(
    counter: Counter, choice: str, *, paper: bool, receipt: ReceiptState, unknown: bool
) -> None:
    counter.do(ANA)
    if not paper:
        counter.player.devices.printer.take_paper()
    counter.scan(COFFEE)
    counter.do(TenderCash(amount_minor=5_00), ChooseReceipt(sale=None, choice=choice))
    counter.restart()
    last = counter.sees(LastSaleView)
    assert (last.number, last.total_minor, last.change_minor) == (1, 240, 260)
    assert last.receipt is receipt
    assert any(line.split() == ["Coffee", "2.40"] for line in last.receipt_text)
    assert counter.sees(ResumeView) == ResumeView(show=True, receipt_unknown=unknown)
    assert counter.sees(DoneView).sale is None


def test_a_sale_whose_receipt_was_never_chosen_asks_again_after_a_restart(counter: Counter) -> None:
    counter.do(ANA)
    _sell_a_coffee(counter)
    counter.restart()
    assert counter.sees(LastSaleView).receipt is ReceiptState.ASKED
    counter.do(ANA, PRINT)
    assert "COPY" not in counter.slips[0]


# --------------------------------------------------------------------------- the business day


def test_the_day_is_not_closed_while_a_ticket_is_open(counter: Counter) -> None:
    counter.do(ANA)
    counter.scan(COFFEE)
    assert counter.refuses(CloseDay()) == "finish_sale_first"
    counter.do(StartTender())
    assert counter.refuses(CloseDay()) == "finish_sale_first"
    counter.do(TenderCash(amount_minor=2_40), CloseDay())
    session = counter.sees(SessionView)
    assert (session.employee, session.day) == (None, None)
    assert counter.sees(NoticeView).code == "day_closed"
    counter.do(ANA)
    assert counter.refuses(OpenDay()) == "day_already_open"
    _sell_a_coffee(counter)
    assert counter.sees(DoneView).number == 2
    assert counter.rows("SELECT number FROM day ORDER BY number") == [(1,), (2,)]


def test_the_language_changes_the_words_of_receipts(counter: Counter) -> None:
    counter.do(ANA)
    _sell_a_coffee(counter)
    counter.do(PRINT, SetLanguage(language="de"), Reprint())
    counter.scan(COFFEE)
    counter.do(TenderCash(amount_minor=2_40), PRINT)
    english, copy, german = counter.slips
    assert says(english, "Total", "EUR", "2.40")
    assert "KOPIE" in copy
    assert says(copy, "Coffee", "2,40")  # a line keeps the name by which it was sold
    assert says(german, "Kaffee", "2,40")
    assert says(german, "Summe", "EUR", "2,40")
    assert counter.refuses(SetLanguage(language="xx")) == "unknown_setting"
    counter.restart()
    counter.do(ANA, Reprint())
    assert "KOPIE" in counter.slips[0]


# --------------------------------------------------------------------------- the disk is full


def test_on_a_full_disk_no_sale_begins_and_the_one_at_hand_is_paid(counter: Counter) -> None:
    counter.do(ANA)
    counter.scan(COFFEE)
    counter.restart(limits=NO_ROOM)
    assert counter.sees(StatusView).disk == "full"
    assert counter.sees(NoticeView).code == "disk_is_full"
    counter.do(ANA)
    counter.scan(CROISSANT)
    counter.do(TenderCash(amount_minor=5_00), PRINT)
    assert len(counter.slips) == 1
    assert counter.refuses(Scan(text=COFFEE)) == "disk_too_full"
    assert counter.sees(TicketView).id is None
    counter.do(CloseDay())
    counter.restart(limits=ROOMY)
    assert counter.sees(StatusView).disk == "ok"
    counter.do(ANA)
    counter.scan(COFFEE)


# --------------------------------------------------------------------------- scripts


@pytest.mark.parametrize(
    "rubbish",
    [
        "{",
        "sign_in",
        "[]",
        "{}",
        '{"do": "sell_everything"}',
        '{"do": "scan"}',
        '{"do": "scan", "text": 5}',
        '{"do": "scan", "text": "1", "price": 1}',
        '{"do": "tender_cash", "amount_minor": 2.4}',
        '{"do": "tender_cash", "amount_minor": true}',
        '{"do": "scan", "text": "1"} {"do": "scan", "text": "1"}',
    ],
)
def test_what_is_no_command_ends_the_script_by_its_line(counter: Counter, rubbish: str) -> None:
    lines = ['{"do": "open_day"}', "", "# a comment", rubbish, '{"do": "open_day"}']
    played = counter.player.play(lines)
    assert json.loads(next(played))["refused"]["code"] == "sign_in_first"
    with pytest.raises(NotACommand) as refused:
        next(played)
    assert refused.value.fields["line"] == 4


def test_what_was_done_before_a_rubbish_line_stays_done(
    furnished: tuple[Path, tuple[str, ...]], tmp_path: Path
) -> None:
    store = tmp_path / "store"
    shutil.copytree(furnished[0], store)
    script = tmp_path / "script.jsonl"
    script.write_text(
        '{"do": "sign_in", "employee": "1", "pin": "1111"}\n'
        f'{{"do": "scan", "text": "{COFFEE}"}}\n'
        '{"do": "scan", "text": "unheard of"}\n'
        '{"do": "tender_cash", "amount_minor": 240}\n'
        "rubbish\n"
        '{"do": "reprint"}\n',
        encoding="utf-8",
    )
    done = subprocess.run(
        [sys.executable, "-m", "appliance", "play", script, "--store", store],
        cwd=REPOSITORY,
        env=os.environ | {"LANG": "en"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "5" in done.stderr
    assert "not_a_command" in done.stderr
    assert "Traceback" not in done.stderr
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [
        (answer["n"], answer["refused"] and answer["refused"]["code"]) for answer in answers
    ] == [
        (1, None),
        (2, None),
        (3, "no_such_barcode"),
        (4, None),
    ]
    counter = Counter(store)
    assert counter.sees(LastSaleView).total_minor == 240
    counter.holds_together()
    counter.shelf.close()
