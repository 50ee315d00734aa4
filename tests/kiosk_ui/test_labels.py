"""The card of shelf labels: what it says, what it sends, and what is printed or not, and why."""

import pytest

from appliance import messages as m
from kiosk_ui.navigation import Overlay
from tests.kiosk_ui import samples as s
from tests.kiosk_ui.scenes import MANAGING
from tests.kiosk_ui.test_presenters import Screen


def opened(*snapshots: m.Snapshot) -> Screen:
    screen = Screen(*MANAGING, *snapshots)
    screen.ticket.open_menu()
    screen.menu.open_labels()
    screen.sent.clear()
    return screen


def test_only_managers_are_offered_labels() -> None:
    assert not Screen(s.SHOP, s.SIGNED_IN).menu.view.can_devices
    screen = Screen(*MANAGING)
    assert screen.menu.view.can_devices
    screen.menu.open_labels()
    assert screen.sent == [m.OpenLabels()]
    assert screen.shows(Overlay.LABELS)


def test_a_category_is_looked_at_and_products_are_ticked() -> None:
    screen = opened(s.WITH_LABELS, s.LABELS)
    labels = screen.labels
    assert [one.text for one in labels.view.chips if one.back == "chip"] == ["Coffee"]
    labels.tap_chip("bakery")
    labels.tap_line("p-flat-white")
    labels.tap_line("p-oat-latte")
    labels.tap_all()
    assert screen.sent == [
        m.ListLabels("category", "bakery"),
        m.TickLabels(("p-flat-white",), on=False),
        m.TickLabels(("p-oat-latte",), on=True),
        m.TickLabels(None, on=True),
    ]
    screen.show(s.SAVED_LABELS)
    labels.tap_all()
    labels.tap_chip("labels_all")
    labels.tap_chip("labels_changed")
    assert screen.sent[4:] == [
        m.TickLabels(None, on=False),
        m.ListLabels("all"),
        m.ListLabels("changed"),
    ]


def test_what_is_typed_is_looked_for_and_a_chip_ends_the_search() -> None:
    screen = opened(s.WITH_LABELS, s.LABELS)
    screen.labels.search()
    for text in ("c", "o", "back"):
        assert screen.typed(text)
    assert screen.sent == [m.ListLabels("search", text) for text in ("c", "co", "c")]
    assert (screen.labels.view.text, screen.labels.view.is_typing) == ("c|", True)
    screen.labels.done()
    assert (screen.labels.view.text, screen.labels.view.is_choosing) == ("c", True)
    screen.labels.tap_chip("lunch")
    assert screen.labels.view.text == "Search products"
    screen.typed("x")
    screen.labels.clear()
    assert screen.sent[-1] == m.ListLabels("")


def test_nothing_found_is_said_only_when_the_register_has_answered() -> None:
    screen = opened(s.WITH_LABELS, s.BARE_LABELS)
    assert screen.labels.view.note.startswith("Choose a category")
    screen.typed("x")
    screen.show(s.replace(s.BARE_LABELS, which="search", of="y"))
    assert screen.labels.view.note == ""
    screen.show(s.replace(s.BARE_LABELS, which="search", of="x"))
    assert screen.labels.view.note == "Nothing found for “x”."


def test_labels_are_counted_with_their_copies_and_printed() -> None:
    screen = opened(s.WITH_LABELS, s.LABELS)
    labels = screen.labels
    assert (labels.view.count, labels.view.can_less) == ("12 labels", False)
    labels.more(1)
    labels.more(1)
    labels.more(-1)
    assert (labels.view.count, labels.view.copies) == ("24 labels", "2")
    labels.print_them()
    labels.tap_chip("sheet_5160")
    labels.save()
    assert screen.sent == [m.PrintLabels(copies=2), m.SaveLabels(copies=2, sheet="5160")]
    for _ in range(300):
        labels.more(1)
    assert (labels.view.copies, labels.view.can_more) == ("200", False)
    assert (labels.view.can_print, labels.view.can_save) == (False, False)
    assert labels.view.reason.startswith("At most 1,000 labels")


def test_nothing_is_printed_where_nothing_was_ticked() -> None:
    labels = opened(s.WITH_LABELS, s.BARE_LABELS).labels
    assert (labels.view.count, labels.view.can_print) == ("0 labels", False)
    assert not labels.view.can_save


def with_printer(state: m.DeviceState, code: str = "") -> m.StatusView:
    return m.StatusView((s.replace(s.LABEL_PRINTER, state=state, code=code),))


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (s.STATUS, "No label printer is set up. Save the labels as a PDF and print it on any printer."),
        (with_printer(m.DeviceState.TROUBLE, "ribbon_out"),
         "The label printer's ribbon is used up. Please put in a new one."),
        (with_printer(m.DeviceState.ABSENT, "device_absent"),
         "Not connected. Please check cable and power."),
        (with_printer(m.DeviceState.STARTING), "The label printer is starting …"),
    ],
)  # fmt: skip
def test_why_nothing_can_be_printed_is_said_and_sheets_can_be_saved_all_the_same(
    status: m.StatusView, reason: str
) -> None:
    labels = opened(status, s.LABELS).labels
    assert (labels.view.can_print, labels.view.can_save) == (False, True)
    assert labels.view.reason == reason


def test_while_it_prints_it_says_how_far_it_is_and_can_be_stopped() -> None:
    screen = opened(s.WITH_LABELS, s.PRINTING_LABELS)
    view = screen.labels.view
    assert view.run == "5 of 12 labels printed …"
    assert (view.is_printing, view.is_idle, view.can_print) == (True, False, False)
    assert not view.can_save
    screen.labels.stop()
    assert screen.sent == [m.StopLabels()]


@pytest.mark.parametrize(
    ("run", "said"),
    [
        (m.LabelRunView("printer", printed=1, total=1), "1 label was printed."),
        (m.LabelRunView("printer", printed=4, total=9, code="labels_stopped"),
         "4 of 9 labels were printed."),
        (m.LabelRunView("printer", printed=4, total=9, code="head_open"),
         "4 of 9 labels were printed. The label printer's print head is open. Please close it."),
        (m.LabelRunView("sheets", running=True, total=9), "Saving 9 labels …"),
        (m.LabelRunView("sheets", printed=9, total=9, file="/labels/a.pdf"),
         "Saved as /labels/a.pdf. Print it at 100 %."),
        (m.LabelRunView("sheets", total=9, code="no_labels"),
         "No product fits, so there are no labels to be made."),
    ],
)  # fmt: skip
def test_what_became_of_them_is_said(run: m.LabelRunView, said: str) -> None:
    assert opened(s.WITH_LABELS, s.replace(s.LABELS, run=run)).labels.view.run == said


def test_what_is_amiss_with_a_label_stands_under_the_product() -> None:
    odd = m.LabelRowView("p", "Odd", 1, "piece", ticked=False, problem="no_bars",
                         fields=(("barcode", "Käse"),))  # fmt: skip
    screen = opened(s.replace(s.LABELS, rows=(*s.LABELS.rows, odd)))
    assert [line.problem for line in screen.labels.view.rows[-2:]] == [
        "It has no price.",
        "No bars can be drawn for Käse.",
    ]


def test_the_bar_does_not_say_again_what_the_card_says() -> None:
    failed = m.NoticeView(
        5,
        m.NoticeLevel.WARN,
        "labels_not_printed",
        (("printed", 37), ("total", 120), ("why_code", "labels_out"), ("device", "label printer")),
    )
    screen = opened(s.NO_LABELS, s.BROKEN_LABELS, failed)
    assert screen.shell.view.notice == ""
    screen.show(s.UNKNOWN_BARCODE)
    assert screen.shell.view.notice.startswith("No product")
    screen.show(failed)
    screen.labels.close()
    assert screen.sent == [m.CloseLabels()]
    assert screen.shell.view.notice == (
        "Label printer: 37 of 120 labels were printed. "
        "The label printer has no labels. Please put in a new roll."
    )


def test_a_scan_closes_the_card() -> None:
    screen = opened(s.WITH_LABELS, s.LABELS)
    screen.show(s.ticket((*s.LINES, s.line(7, "Espresso", 1, 240))))
    assert screen.shows(Overlay.NONE)


def test_pages_are_turned() -> None:
    screen = opened(s.WITH_LABELS, s.replace(s.LABELS, page=1, pages=3))
    assert (screen.labels.view.page, screen.labels.view.has_pages) == ("2 of 3", True)
    screen.labels.turn(-1)
    screen.labels.turn(1)
    assert screen.sent == [m.ListLabels("category", "coffee", n) for n in (0, 2)]
