"""What the screen says and sends, without Kivy."""

from typing import Any

import pytest
from msgspec.structs import replace

from appliance import messages as m
from kiosk_ui.navigation import Overlay, Page
from kiosk_ui.presenters import Presenters
from tests.kiosk_ui import samples as s
from tests.kiosk_ui.scenes import OPEN, SELLING, WAIT


class Screen(Presenters):
    """The presenters with a register that remembers, and a clock that is set by hand."""

    def __init__(self, *snapshots: m.Snapshot) -> None:
        self.sent: list[m.Command] = []
        self.takes = True
        self.time_ms = s.NOW_MS
        super().__init__(self._take, now_ms=lambda: self.time_ms, version="0.1.0")
        for snapshot in snapshots:
            self.show(snapshot)

    def _take(self, command: m.Command) -> bool:
        self.sent.append(command)
        return self.takes

    def shows(self, overlay: Overlay) -> bool:
        return self.shell.view.overlay is overlay

    @property
    def page(self) -> Page:
        return self.shell.view.page


# ------------------------------------------------------------------ the ticket


def test_the_ticket_is_shown_in_words() -> None:
    view = Screen(*SELLING).ticket.view
    assert view.title == "Sale 1042"
    assert view.total == "€34.89"
    assert [row.badge for row in view.lines] == ["2", "1", "3", "1", "kg", "1"]
    assert view.lines[0].note == "€4.20 each  ·  Oat milk, extra shot"
    assert view.lines[4].note == "0.485\u00a0kg × €3.49/kg"
    assert [row.label for row in view.sums] == ["Subtotal  ·  9 items", "VAT included"]
    assert (view.selected, view.newest) == (2, 5)


def test_the_language_changes_everything_at_once() -> None:
    screen = Screen(*SELLING)
    screen.show(s.replace(s.SHOP, language="de"))
    assert screen.ticket.view.title == "Verkauf 1042"
    assert screen.ticket.view.total == "34,89\u00a0€"
    assert screen.keypad.view.keys[14].text == ","


def test_an_empty_ticket_cannot_be_paid() -> None:
    view = Screen(*OPEN, s.EMPTY_TICKET).ticket.view
    assert not view.can_pay
    assert view.is_empty


def test_tapping_the_marked_line_again_unmarks_it() -> None:
    screen = Screen(*SELLING)
    screen.ticket.tap_line("L1")
    screen.ticket.tap_line("L3")
    assert screen.sent == [m.SelectLine("L1"), m.SelectLine(None)]


def test_plus_counts_on_from_what_the_tap_before_asked_for() -> None:
    screen = Screen(*SELLING)
    for _ in range(3):
        screen.ticket.plus()
    assert screen.sent == [m.ChangeQuantity("L3", milli) for milli in (4000, 5000, 6000)]


def test_a_refused_quantity_is_not_counted_on_from() -> None:
    screen = Screen(*SELLING)
    screen.ticket.plus()
    screen.show(m.NoticeView(5, m.NoticeLevel.REFUSED, "quantity_out_of_range"))
    screen.ticket.plus()
    assert screen.sent == [m.ChangeQuantity("L3", 4000)] * 2


def test_plus_without_a_marked_line_means_the_last() -> None:
    screen = Screen(*OPEN, s.ticket(s.LINES))
    screen.ticket.plus()
    assert screen.sent == [m.ChangeQuantity("L6", 2000)]


def test_minus_at_the_last_piece_asks_whether_the_line_shall_go() -> None:
    screen = Screen(*OPEN, s.ticket(s.LINES, selected="L2"))
    screen.ticket.minus()
    assert screen.sent == []
    assert screen.shows(Overlay.ASK)
    assert "Butter croissant" in screen.ask.view.text
    screen.ask.yes()
    assert screen.sent == [m.RemoveLine("L2")]
    assert screen.shows(Overlay.NONE)


def test_a_no_changes_nothing() -> None:
    screen = Screen(*SELLING)
    screen.menu.abandon()
    screen.ask.no()
    screen.ask.yes()
    assert screen.sent == []


def test_what_is_weighed_is_not_changed_by_the_piece() -> None:
    screen = Screen(*OPEN, s.ticket(s.LINES, selected="L5"))
    screen.ticket.plus()
    assert screen.sent == []
    assert not screen.ticket.view.can_step


def test_taxes_that_are_added_stand_apart_from_those_included() -> None:
    view = Screen(s.GERMAN_SHOP, s.GERMAN_TICKET).ticket.view
    assert [row.label for row in view.sums][1:] == ["inkl. Steuern", "zzgl. Verpackungssteuer"]


# ------------------------------------------------------------------ the keypad


def test_every_key_tells_the_register_the_quantity_at_once() -> None:
    screen = Screen(*OPEN, s.EMPTY_TICKET)
    for name in ("1", "2", "back", "back"):
        screen.key(name)
    assert screen.sent == [m.KeyQuantity(milli) for milli in (1000, 12_000, 1000, 0)]


def test_kilograms_have_three_decimals() -> None:
    screen = Screen(*OPEN, s.EMPTY_TICKET)
    for name in "1.2505":
        screen.key(name)
    assert screen.sent[-1] == m.KeyQuantity(1250)
    assert screen.keypad.view.text == "1.250"


def test_keys_that_make_no_number_send_nothing() -> None:
    screen = Screen(*OPEN, s.EMPTY_TICKET)
    for name in ("0", "00", "back"):
        screen.key(name)
    assert screen.sent == []


def test_a_used_up_quantity_leaves_the_field() -> None:
    screen = Screen(*OPEN, s.EMPTY_TICKET)
    screen.key("3")
    screen.show(s.ticket((), keyed_qty_milli=3000))
    assert screen.keypad.view.text == "3"
    screen.show(s.ticket(s.LINES[:1]))
    assert screen.keypad.view.text == "1"
    assert not screen.keypad.view.is_keyed


def test_a_snapshot_from_before_the_key_does_not_empty_the_field() -> None:
    screen = Screen(*OPEN, s.EMPTY_TICKET)
    screen.key("3")
    screen.show(s.ticket(s.LINES[:1]))
    assert screen.keypad.view.text == "3"


def test_set_gives_the_marked_line_its_quantity() -> None:
    screen = Screen(*SELLING)
    screen.key("7")
    screen.key("set")
    assert screen.sent[1:] == [m.ChangeQuantity("L3", 7000), m.KeyQuantity(0)]


def test_the_keypad_opened_for_a_line_changes_it() -> None:
    screen = Screen(*SELLING)
    screen.ticket.open_keypad()
    assert (screen.shows(Overlay.KEYPAD), screen.keypad.view.done) == (True, "Set quantity")
    screen.key("7")
    screen.keypad.done()
    assert m.ChangeQuantity("L3", 7000) in screen.sent
    assert screen.shows(Overlay.NONE)


def test_the_keypad_opened_for_what_comes_next_leaves_the_marked_line_alone() -> None:
    screen = Screen(*SELLING)
    screen.keypad.open()
    screen.key("7")
    screen.keypad.done()
    assert screen.sent == [m.KeyQuantity(7000)]
    assert (screen.shows(Overlay.NONE), screen.keypad.view.text) == (True, "7")


def test_a_measure_is_not_torn_apart() -> None:
    names = [tile.name for tile in Screen(*OPEN).tiles.view.tiles]
    assert "House beans 250\N{NO-BREAK SPACE}g" in names


def test_set_is_offered_only_where_there_is_a_line_and_a_number() -> None:
    screen = Screen(*SELLING)
    seen = [screen.keypad.view.can_set]
    screen.key("7")
    seen.append(screen.keypad.view.can_set)
    screen.show(s.ticket(s.LINES, keyed_qty_milli=7000))
    assert [*seen, screen.keypad.view.can_set] == [False, True, False]


# ------------------------------------------------------------------ tiles and search


def test_tiles_that_do_not_fit_make_pages() -> None:
    screen = Screen(*OPEN)
    screen.tiles.capacity = 12
    screen.show(s.CATALOGUE)
    assert len(screen.tiles.view.tiles) == 12
    screen.tiles.next_page()
    assert [tile.product for tile in screen.tiles.view.tiles] == [t.product for t in s.TILES[12:15]]
    assert not screen.tiles.view.can_next
    assert screen.sent == []


def test_the_registers_own_pages_follow_after_the_parts() -> None:
    screen = Screen(*OPEN, m.CatalogueView((), "bakery", 1, 3, s.TILES[:15]))
    screen.tiles.next_page()
    screen.tiles.back_page()
    assert screen.sent == [m.ShowCategory("bakery", 2), m.ShowCategory("bakery", 0)]


def test_a_page_turned_back_begins_at_its_end() -> None:
    screen = Screen(*OPEN)
    screen.tiles.capacity = 12
    screen.show(m.CatalogueView((), None, 1, 2, s.TILES[:15]))
    screen.tiles.back_page()
    screen.show(m.CatalogueView((), None, 0, 2, s.TILES))
    assert [tile.product for tile in screen.tiles.view.tiles] == [t.product for t in s.TILES[12:]]


def test_low_stock_is_said_in_words() -> None:
    badges = {tile.name: tile.badge for tile in Screen(*OPEN).tiles.view.tiles}
    assert (badges["Sourdough loaf"], badges["Toastie"], badges["Espresso"]) == (
        "2 left", "0 left", "",
    )  # fmt: skip


def test_each_key_of_a_search_is_sent() -> None:
    screen = Screen(*SELLING)
    screen.strip.open_search()
    for text in ("c", "o", "back"):
        assert screen.typed(text)
    assert screen.sent == [m.Search("c"), m.Search("co"), m.Search("c")]


def test_a_real_keyboard_is_heard_only_while_searching() -> None:
    screen = Screen(*SELLING)
    assert not screen.typed("4")
    assert screen.sent == []


def test_a_scan_closes_the_search() -> None:
    screen = Screen(*SELLING)
    screen.strip.open_search()
    screen.typed("c")
    screen.show(s.ticket((*s.LINES, s.line(7, "Espresso", 1, 240))))
    assert screen.shows(Overlay.NONE)
    assert screen.sent[-1] == m.Search("")


def test_a_hit_is_sold_and_closes_the_search() -> None:
    screen = Screen(*SELLING)
    screen.strip.open_search()
    screen.typed("c")
    screen.search.tap_tile("p-espresso")
    assert screen.sent[-2:] == [m.Search(""), m.AddProduct("p-espresso")]
    assert screen.shows(Overlay.NONE)


def test_nothing_found_is_said_only_when_the_register_has_answered() -> None:
    screen = Screen(*SELLING)
    screen.strip.open_search()
    screen.typed("x")
    assert screen.search.view.note == ""
    screen.show(m.SearchView("x", ()))
    assert screen.search.view.note == "Nothing found for “x”."


# ------------------------------------------------------------------ cash and done


def test_change_is_shown_while_keying() -> None:
    screen = Screen(*SELLING, s.TENDER)
    assert screen.page is Page.CASH
    seen = []
    for key in ("2", "00", "00", "back", "back", "back", "5", "00", "0"):
        screen.cash.key(key)
        seen.append((screen.cash.view.change_label, screen.cash.view.change))
    assert seen[2] == ("Change", "€163.60")
    assert seen[4] == ("Still missing", "€34.40")
    assert screen.cash.view.can_take


def test_too_little_cannot_be_taken() -> None:
    screen = Screen(*SELLING, s.TENDER)
    for key in "3639":
        screen.cash.key(key)
    assert not screen.cash.view.can_take
    screen.cash.take()
    assert screen.sent == []


def test_keyed_cash_is_taken() -> None:
    screen = Screen(*SELLING, s.TENDER)
    for key in "5000":
        screen.cash.key(key)
    screen.cash.take()
    assert screen.sent == [m.TenderCash(5000)]


def test_a_usual_amount_is_taken_with_one_tap() -> None:
    screen = Screen(*SELLING, s.TENDER)
    assert [(one.label, one.amount) for one in screen.cash.view.quick[:2]] == [
        ("Exact", "€36.40"), ("", "€37.00"),
    ]  # fmt: skip
    screen.cash.tap_quick("5000")
    assert screen.sent == [m.TenderCash(5000)]


def test_nothing_is_taken_before_an_amount_was_chosen() -> None:
    assert not Screen(*SELLING, s.TENDER).cash.view.can_take


def test_each_tender_begins_with_an_empty_field() -> None:
    screen = Screen(*SELLING, s.TENDER)
    screen.cash.key("5")
    screen.show(m.TenderView(open=False))
    screen.show(s.TENDER)
    assert screen.cash.view.received == "€0.00"


def test_the_change_is_shown_with_its_notes_and_coins() -> None:
    view = Screen(*SELLING, s.DONE).done.view
    assert view.change == "€13.60"
    assert (view.pieces[0].count, view.pieces[0].piece) == ("1 ×", "€10.00")


def test_a_double_tap_does_not_wipe_the_change_off_the_screen() -> None:
    screen = Screen(*SELLING, s.DONE)
    screen.done.new_sale()
    assert screen.sent == []
    screen.time_ms += 700
    screen.done.new_sale()
    assert screen.sent == [m.NewSale()]


@pytest.mark.parametrize(
    ("done", "button", "command"),
    [
        (s.DONE, "Print receipt", m.ChooseReceipt("K7Q2-1050", "print")),
        (s.DONE_FAILED, "Try again", m.ChooseReceipt("K7Q2-1050", "print")),
        (s.DONE_PRINTED, "Print a copy", m.Reprint("K7Q2-1050")),
    ],
)
def test_the_receipt_can_be_had_in_every_state(
    done: m.DoneView, button: str, command: m.Command
) -> None:
    screen = Screen(*SELLING, done)
    assert screen.done.view.print == button
    screen.done.print_receipt()
    assert screen.sent == [command]


def test_why_a_receipt_failed_is_said_beside_the_button_that_tries_again() -> None:
    view = Screen(*SELLING, s.DONE_FAILED).done.view
    assert view.receipt_text == "The printer has no paper. Please put in a new roll."


# ------------------------------------------------------------------ signing in


def signing_in(*snapshots: m.Snapshot, digits: str = "1234") -> Screen:
    screen = Screen(s.SHOP, s.SIGNED_OUT, *snapshots)
    screen.sign_in.choose(s.ANA.id)
    for digit in digits:
        screen.sign_in.key(digit)
    return screen


def test_a_pin_is_sent_and_never_shown() -> None:
    screen = signing_in(digits="12")
    assert screen.sign_in.view.dots == "●  ●  ○  ○"
    assert "12" not in repr(screen.sign_in.view).replace(screen.sign_in.view.date, "")
    screen.sign_in.enter()
    assert screen.sent == [m.SignIn(s.ANA.id, "12")]


def test_a_wrong_pin_is_said_and_forgotten() -> None:
    screen = signing_in()
    screen.sign_in.enter()
    screen.show(s.replace(s.SIGNED_OUT, refused="wrong_pin"))
    assert screen.sign_in.view.message == "That PIN is wrong."
    assert not screen.sign_in.view.can_enter
    screen.sign_in.key("1")
    assert screen.sign_in.view.message == "Enter your PIN"


def test_the_waiting_time_counts_down() -> None:
    screen = signing_in(WAIT, digits="")
    assert screen.sign_in.view.message == "Too many wrong PINs. Wait 28 s."
    screen.sign_in.key("1")
    assert screen.sign_in.view.dots.count("●") == 0
    screen.time_ms += 27_500
    screen.tick()
    assert screen.sign_in.view.message == "Too many wrong PINs. Wait 1 s."
    screen.time_ms += 500
    screen.tick()
    assert screen.sign_in.view.message == "Please enter your PIN again."


def test_who_signed_in_is_not_left_on_the_pad() -> None:
    screen = signing_in()
    screen.sign_in.enter()
    screen.show(s.SIGNED_IN)
    screen.show(s.SIGNED_OUT)
    assert screen.sign_in.view.choosing


# ------------------------------------------------------------------ around the pages


def test_a_full_queue_is_said() -> None:
    screen = Screen(*SELLING)
    screen.takes = False
    screen.tiles.tap_tile("p-espresso")
    assert screen.shell.view.notice == "The register is busy. Please tap again."
    screen.time_ms += 12_000
    screen.tick()
    assert not screen.shell.view.has_notice


def test_a_notice_goes_by_itself() -> None:
    screen = Screen(*SELLING, s.UNKNOWN_BARCODE)
    assert screen.shell.view.notice == "No product has the barcode 4006381333931."
    screen.tick()
    assert screen.sent == []
    screen.time_ms += 8000
    screen.tick()
    assert screen.sent == [m.DismissNotice(7)]


def test_a_defect_stays_until_it_was_read() -> None:
    screen = Screen(*SELLING, s.DEFECT)
    screen.time_ms += 600_000
    screen.tick()
    assert screen.shows(Overlay.DEFECT)
    assert screen.shell.view.defect_text == "Something went wrong (3F7A). The sale is saved."
    screen.shell.dismiss()
    assert screen.sent == [m.DismissNotice(10)]


def test_what_became_of_a_job_stays_until_it_was_read() -> None:
    jammed = m.NoticeView(8, m.NoticeLevel.WARN, "drawer_jammed", stays=True)
    screen = Screen(*SELLING, jammed)
    screen.time_ms += 600_000
    screen.tick()
    assert screen.sent == []
    screen.shell.dismiss()
    assert screen.sent == [m.DismissNotice(8)]


def test_a_defect_of_the_screen_itself_is_shown_too() -> None:
    screen = Screen(*SELLING)
    screen.shell.defect("AB12")
    screen.show(s.UNKNOWN_BARCODE)
    assert screen.shows(Overlay.DEFECT)
    screen.shell.dismiss()
    assert screen.shows(Overlay.NONE)
    assert screen.shell.view.has_notice


def test_a_till_that_cannot_start_says_what_where_and_what_to_do() -> None:
    view = Screen(s.STOPPED).shell.view
    assert view.page is Page.STOPPED
    assert view.stopped_what == "The store of sales is damaged."
    assert view.stopped_where == "/var/lib/open-pos/store.db"
    assert view.stopped_todo.startswith("Do not delete anything.")


def test_a_long_start_says_how_far_it_is() -> None:
    view = Screen(s.REBUILDING).shell.view
    assert (view.page, view.starting) == (Page.STARTING, "Reading the journal …")
    assert (view.starting_part, view.starting_percent) == ("41,200 of 96,000 entries", 42)


def test_a_topic_that_the_screen_does_not_know_is_passed_over() -> None:
    class TomorrowView(m.Snapshot, frozen=True, tag="tomorrow"):
        pass

    screen = Screen(*SELLING)
    before = screen.shell.view
    screen.show(TomorrowView())
    assert screen.shell.view == before


def test_leaving_a_page_closes_what_was_opened_on_it() -> None:
    screen = Screen(*SELLING)
    screen.ticket.open_menu()
    screen.show(s.TENDER)
    screen.show(m.TenderView(open=False))
    assert screen.shows(Overlay.NONE)


def test_trouble_is_named_in_the_strip_and_explained_in_the_sheet() -> None:
    view = Screen(*SELLING, s.TROUBLE).strip.view
    assert view.trouble == "Scanner: not connected (+3)"
    texts = [row.text for row in view.rows]
    assert "The printer has no paper. Please put in a new roll.\n2 jobs wait" in texts
    assert "Only 410 MB free. Please make room." in texts


def test_two_devices_of_a_class_are_told_apart_by_their_names() -> None:
    kitchen = replace(s.PRINTER_OUT, id="kitchen printer")
    status = replace(s.STATUS, devices=(s.SCANNER, s.PRINTER, kitchen))
    view = Screen(*SELLING, status).strip.view
    assert view.trouble == "kitchen printer: no paper"
    assert [row.name for row in view.rows[:3]] == ["Scanner", s.PRINTER.id, "kitchen printer"]


def test_what_the_driver_says_stands_behind_the_sentence_in_the_sheet() -> None:
    why = (("device", "printer"), ("why", "No route to host"))
    away = replace(s.PRINTER, state=m.DeviceState.ABSENT, code="device_absent", fields=why)
    view = Screen(*SELLING, replace(s.STATUS, devices=(away,))).strip.view
    assert view.rows[0].text == "Not connected. Please check cable and power. (No route to host)"
    # The strip has room for a few words only.
    assert view.trouble == "Printer: not connected"


def test_paper_that_runs_out_is_a_hint_behind_what_does_not_work() -> None:
    low = s.replace(s.PRINTER, code="paper_low")
    view = Screen(*SELLING, s.replace(s.STATUS, devices=(low, s.DRAWER))).strip.view
    assert (view.all_well, view.trouble) == (False, "Printer: paper is running out")
    assert [icon.colour for icon in view.icons[:2]] == ["amber_ink", "brand_ink"]
    row = view.rows[0]
    assert row.text == "The paper is running out. Please have a new roll ready."
    assert (row.colour, row.text_colour) == ("amber_ink", "amber_ink")
    away = s.replace(s.DRAWER, state=m.DeviceState.ABSENT, code="device_absent")
    view = Screen(*SELLING, s.replace(s.STATUS, devices=(low, away))).strip.view
    assert view.trouble == "Cash drawer: not connected (+1)"


def test_all_is_well_needs_no_words() -> None:
    view = Screen(*SELLING).strip.view
    assert view.all_well
    assert [icon.colour for icon in view.icons] == ["brand_ink"] * 3 + ["muted"]


def test_start_up_says_what_it_found() -> None:
    screen = Screen(*SELLING, s.RESUME)
    view = screen.resume.view
    assert screen.shows(Overlay.RESUME)
    assert (view.sale_label, view.sale_total) == ("Last sale: 1041", "€20.45")
    assert view.lines_text == "6 lines of the open sale were taken up again."
    screen.resume.reprint()
    assert screen.sent == [m.Reprint(), m.DismissResume()]


def test_start_up_names_every_receipt_that_was_asked_for_and_never_confirmed() -> None:
    earlier = (m.UnconfirmedView("K7Q2-7", 1038), m.UnconfirmedView("K7Q2-9", 1039))
    screen = Screen(*SELLING, m.ResumeView(show=True, earlier=earlier))
    view = screen.resume.view
    said = "Receipts 1038, 1039 were asked for, too, and never confirmed."
    assert said in view.receipt_text
    assert (view.reprint, view.receipt_colour) == ("Print what is missing", "amber_ink")
    screen.resume.reprint()
    assert screen.sent == [m.Reprint("K7Q2-7"), m.Reprint("K7Q2-9"), m.DismissResume()]


def test_the_day_is_closed_only_between_sales() -> None:
    assert not Screen(*SELLING).menu.view.can_close_day
    screen = Screen(*OPEN, s.EMPTY_TICKET)
    screen.menu.close_day()
    screen.ask.yes()
    assert screen.sent == [m.CloseDay()]


def test_followers_hear_of_changes_only() -> None:
    screen = Screen(*SELLING)
    heard: list[Any] = []
    screen.ticket.follow(lambda: heard.append(screen.ticket.view.total))
    screen.show(s.TICKET)
    screen.show(s.EMPTY_TICKET)
    assert heard == ["€0.00"]
