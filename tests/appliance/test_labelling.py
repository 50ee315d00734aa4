"""Choosing products for shelf labels, printing them a few at a time, laying them on sheets, and which are old."""

import contextlib
from pathlib import Path

import pytest

from appliance.journal.device_kinds import DrawerForced
from appliance.journal.kinds import BarcodeSet, NewProduct, ProductChanged, ProductsAdded
from appliance.labelling import AT_ONCE, MOST_LABELS
from appliance.messages import (
    AnyJob,
    CloseLabels,
    Command,
    DeviceChanged,
    DeviceState,
    GiveUpLabels,
    LabelsFailed,
    LabelsPrinted,
    LabelsStepped,
    LabelsView,
    LaySheets,
    ListLabels,
    NoticeLevel,
    NoticeView,
    OpenLabels,
    PrintLabels,
    PrintLabelTexts,
    SaveLabels,
    Scan,
    SessionView,
    SetLanguage,
    SignIn,
    SignOut,
    StopLabels,
    TicketView,
    TickLabels,
)
from appliance.play import InlineDevices
from appliance.services import shelf_labels
from appliance.store.database import DiskFull
from tests.appliance.counter import COFFEE, TEA, Counter, open_counter

ANA = SignIn("1", "1111")
BEN = SignIn("2", "2222")


@pytest.fixture
def counter(tmp_path: Path) -> Counter:
    return open_counter(tmp_path, also=("label",))


class Slow(InlineDevices):
    """Takes jobs of labels, and does nothing before it is told to."""

    def __init__(self) -> None:
        super().__init__(("label",))
        self.jobs: list[AnyJob] = []
        self.is_full = False

    def run(self, job: AnyJob) -> bool:
        """Keep a job of labels; do any other."""
        if not isinstance(job, (PrintLabelTexts, LaySheets, GiveUpLabels)):
            return super().run(job)
        if not self.is_full:
            self.jobs.append(job)
        return not self.is_full

    def names(self) -> list[str]:
        return [
            label.name
            for job in self.jobs
            if isinstance(job, (PrintLabelTexts, LaySheets))
            for label in job.labels
        ]


@pytest.fixture
def slow(tmp_path: Path) -> Counter:
    return open_counter(tmp_path, devices=Slow())


def held(slow: Counter) -> Slow:
    assert isinstance(slow.devices, Slow)
    return slow.devices


def ids(counter: Counter) -> dict[str, str]:
    rows = counter.shelf.db.sql("SELECT name, id FROM product ORDER BY num")
    return {row[0]: row[1] for row in rows}


def many(counter: Counter, count: int) -> tuple[str, ...]:
    """So many new products, in a category of their own."""
    book = counter.register.till.desk.book
    new = (NewProduct(f"Jam {n:04}", 100 + n, "A", category="jams") for n in range(count))
    (entry,) = book.record("", ProductsAdded(products=tuple(new)))
    return tuple(f"{entry.id}.{n}" for n in range(count))


def shown(counter: Counter) -> LabelsView:
    return counter.show(LabelsView)


def names(counter: Counter) -> list[str]:
    return [row.name for row in shown(counter).rows]


def notice(counter: Counter) -> tuple[str, dict[str, str | int]]:
    shown = counter.show(NoticeView)
    return shown.code, dict(shown.fields)


def journal(counter: Counter) -> list[tuple[str, str]]:
    rows = counter.shelf.db.sql(
        "SELECT actor, body FROM entry WHERE kind = 'labels_made' ORDER BY seq"
    )
    return [tuple(row) for row in rows]


# --------------------------------------------------------------------------- who may


@pytest.mark.parametrize(
    "command",
    [
        OpenLabels(),
        ListLabels("all"),
        TickLabels(None, on=True),
        PrintLabels(("x",)),
        SaveLabels(("x",)),
        StopLabels(),
    ],
)
def test_only_managers_make_labels(counter: Counter, command: Command) -> None:
    assert counter.do(command) == "managers_only"
    assert counter.do(ANA, command) == "managers_only"
    assert not shown(counter).open
    assert counter.devices.label.labels == ()


def test_whoever_signs_out_leaves_no_choice_behind(counter: Counter) -> None:
    counter.do(BEN, OpenLabels(), ListLabels("all"), TickLabels(None, on=True), SignOut())
    assert (shown(counter).open, shown(counter).ticked) == (False, 0)
    counter.do(BEN, OpenLabels())
    assert shown(counter).ticked == 0


# --------------------------------------------------------------------------- choosing


def test_products_are_listed_by_category_by_what_was_typed_or_all(counter: Counter) -> None:
    counter.do(BEN, OpenLabels())
    assert names(counter) == []
    counter.do(ListLabels("all"))
    assert names(counter) == ["Apples", "Flat white", "Tea"]
    category = counter.shelf.db.sql("SELECT id FROM category")[0][0]
    counter.do(ListLabels("category", category))
    assert names(counter) == ["Flat white", "Tea"]
    counter.do(ListLabels("search", "app"))
    assert names(counter) == ["Apples"]
    counter.do(ListLabels("search", TEA))
    assert names(counter) == ["Tea"]


def test_what_was_ticked_stays_ticked_while_other_products_are_looked_at(counter: Counter) -> None:
    counter.do(BEN, OpenLabels(), ListLabels("search", "tea"), TickLabels(None, on=True))
    assert (shown(counter).ticked, shown(counter).all_ticked) == (1, True)
    counter.do(ListLabels("all"))
    assert [row.ticked for row in shown(counter).rows] == [False, False, True]
    assert not shown(counter).all_ticked
    apples = ids(counter)["Apples"]
    counter.do(TickLabels((apples,), on=True))
    assert shown(counter).ticked == 2
    counter.do(TickLabels((apples,), on=False))
    counter.do(PrintLabels())
    assert [label.name for label in counter.devices.label.labels] == ["Tea"]
    counter.do(CloseLabels())
    assert counter.do(PrintLabels()) == "no_labels"


def test_a_long_list_comes_in_pages_and_is_ticked_as_a_whole(counter: Counter) -> None:
    many(counter, 120)
    counter.do(BEN, OpenLabels(), ListLabels("category", "jams", 2))
    assert (shown(counter).page, shown(counter).pages, shown(counter).listed) == (2, 3, 120)
    assert len(shown(counter).rows) == 20
    counter.do(TickLabels(None, on=True))
    assert (shown(counter).ticked, shown(counter).page) == (120, 2)
    counter.do(ListLabels("category", "jams", 7))
    assert shown(counter).page == 2


def test_a_catalogue_that_is_too_long_says_that_there_are_more(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shelf_labels, "MOST_LISTED", 5)
    many(counter, 6)
    counter.do(BEN, OpenLabels(), ListLabels("all"))
    assert (shown(counter).listed, shown(counter).more) == (5, True)


def test_what_would_be_amiss_with_a_label_is_said_and_without_a_price_it_is_ticked_only_by_hand(
    counter: Counter,
) -> None:
    book = counter.register.till.desk.book
    book.record(
        "",
        ProductsAdded(products=(NewProduct("Free", 0, "A"), NewProduct("Odd", 100, "A"))),
    )
    book.record("", BarcodeSet(code="Käse", product=ids(counter)["Odd"]))
    counter.do(BEN, OpenLabels(), ListLabels("all"), TickLabels(None, on=True))
    said = {row.name: (row.problem, dict(row.fields), row.ticked) for row in shown(counter).rows}
    assert said["Free"] == ("no_price", {}, False)
    assert said["Odd"] == ("no_bars", {"barcode": "Käse"}, True)
    assert said["Tea"] == ("", {}, True)
    assert shown(counter).all_ticked
    counter.do(TickLabels((ids(counter)["Free"],), on=True))
    assert shown(counter).ticked == 5


# --------------------------------------------------------------------------- printing


def test_a_label_says_what_a_customer_must_know(counter: Counter) -> None:
    counter.do(BEN)
    product = ids(counter)
    assert counter.do(PrintLabels((product["Flat white"], product["Apples"], product["Tea"]))) == ""
    coffee, apples, tea = counter.devices.label.labels
    assert (coffee.name, coffee.price, coffee.barcode) == ("Flat white", "3.60 €", COFFEE)
    assert (apples.price, apples.unit_price) == ("2.99 €", "1 kg = 2.99 €")
    assert tea.barcode == TEA
    assert notice(counter) == ("labels_printed", {"count": 3})


def test_labels_that_cannot_be_printed_are_refused(counter: Counter, tmp_path: Path) -> None:
    counter.do(BEN)
    first, *_ = ids(counter).values()
    assert counter.do(PrintLabels(("K7Q2-99",))) == "no_such_product"
    assert counter.do(PrintLabels((first,), copies=0)) == "too_many_labels"
    assert counter.do(PrintLabels((first,), copies=201)) == "too_many_labels"
    assert counter.do(PrintLabels((first,) * 11, copies=100)) == "too_many_labels"
    assert counter.do(PrintLabels()) == "no_labels"
    assert counter.devices.label.labels == ()
    bare = open_counter(tmp_path / "bare")
    bare.do(BEN)
    first, *_ = ids(bare).values()
    assert bare.do(PrintLabels((first,))) == "no_label_printer"
    assert not shown(bare).run.running


def test_many_labels_go_out_a_few_products_at_a_time_in_their_order(slow: Counter) -> None:
    products = many(slow, 60)
    slow.do(BEN, PrintLabels(products, copies=2))
    assert [len(job.labels) for job in held(slow).jobs if isinstance(job, PrintLabelTexts)] == [
        AT_ONCE
    ]
    slow.do(LabelsStepped("labels", 13))
    run = shown(slow).run
    assert (run.on, run.running, run.printed, run.total) == ("printer", True, 13, 120)
    # Nobody else begins meanwhile, and the shop sells on.
    assert slow.do(PrintLabels(products[:1])) == "labels_running"
    slow.do(Scan(COFFEE))
    assert len(slow.show(TicketView).lines) == 1
    for part in (50, 50, 20):
        assert shown(slow).run.running
        slow.do(LabelsPrinted("labels", part))
    assert held(slow).names() == [f"Jam {n:04}" for n in range(60)]
    assert notice(slow) == ("labels_printed", {"count": 120})
    assert (shown(slow).run.running, shown(slow).run.printed) == (False, 120)
    assert len(journal(slow)) == 3
    assert {actor for actor, _ in journal(slow)} == {slow.show(SessionView).employee.id}  # type: ignore[union-attr]


def test_the_most_that_can_be_printed_at_a_time_can_be(counter: Counter) -> None:
    products = many(counter, MOST_LABELS)
    counter.do(BEN)
    assert counter.do(PrintLabels(products)) == ""
    assert notice(counter) == ("labels_printed", {"count": MOST_LABELS})
    assert len(counter.devices.label.labels) == MOST_LABELS


def test_a_product_that_is_no_longer_sold_when_its_turn_comes_gets_no_label(slow: Counter) -> None:
    products = many(slow, AT_ONCE + 2)
    slow.do(BEN, PrintLabels(products))
    book = slow.register.till.desk.book
    book.record("", ProductChanged(product=products[-1], archived=True))
    slow.do(LabelsPrinted("labels", AT_ONCE))
    assert held(slow).names()[AT_ONCE:] == [f"Jam {AT_ONCE:04}"]
    slow.do(LabelsPrinted("labels", 1))
    assert notice(slow) == ("labels_printed", {"count": AT_ONCE + 1})


def test_a_run_that_breaks_off_says_how_many_came_out_and_why_and_only_those_are_noted(
    slow: Counter,
) -> None:
    products = many(slow, 60)
    slow.do(BEN, PrintLabels(products, copies=2), LabelsPrinted("labels", 2 * AT_ONCE))
    slow.do(LabelsFailed("labels", 5, "labels_out"))
    assert notice(slow) == (
        "labels_not_printed",
        {"printed": 55, "total": 120, "why_code": "labels_out", "device": "labels"},
    )
    run = shown(slow).run
    assert (run.running, run.printed, run.total, run.code) == (False, 55, 120, "labels_out")
    rows = slow.shelf.db.sql("SELECT count(*) FROM shelf_label")
    assert rows[0][0] == AT_ONCE + 2
    assert len(held(slow).jobs) == 2


def test_one_failure_gives_one_notice(slow: Counter) -> None:
    (first, *_) = ids(slow).values()
    slow.do(BEN, PrintLabels((first,)))
    slow.do(LabelsFailed("labels", 0, "labels_out"))
    told = slow.show(NoticeView)
    slow.do(DeviceChanged("labels", "label", DeviceState.TROUBLE, "labels_out"))
    # Nobody opens the head but to mend it; that stands on the strip.
    slow.do(DeviceChanged("labels", "label", DeviceState.TROUBLE, "head_open"))
    assert slow.show(NoticeView) == told
    slow.do(DeviceChanged("scale", "scale", DeviceState.ABSENT, "device_absent"))
    assert notice(slow)[0] == "device_absent"
    slow.do(DeviceChanged("labels", "label", DeviceState.TROUBLE, "ribbon_out"))
    assert notice(slow)[0] == "ribbon_out"
    assert held(slow).jobs


def test_a_run_can_be_stopped(slow: Counter) -> None:
    products = many(slow, 60)
    slow.do(BEN, PrintLabels(products), LabelsPrinted("labels", AT_ONCE), StopLabels())
    assert shown(slow).run.running
    slow.do(LabelsFailed("labels", 3, "labels_stopped"))
    assert notice(slow) == ("labels_stopped", {"printed": AT_ONCE + 3, "total": 60})
    assert slow.show(NoticeView).level is NoticeLevel.DONE
    assert not shown(slow).run.running
    # What came out between the tap and the printer counts too, and nothing follows it.
    slow.do(PrintLabels(products), StopLabels(), LabelsPrinted("labels", AT_ONCE))
    assert notice(slow) == ("labels_stopped", {"printed": AT_ONCE, "total": 60})
    slow.do(StopLabels())
    assert slow.do(PrintLabels(products[:1])) == ""


def test_a_run_whose_printer_was_taken_out_can_be_stopped_too(slow: Counter) -> None:
    slow.do(BEN, PrintLabels(many(slow, 60)))
    held(slow).is_full = True
    slow.do(StopLabels())
    assert not shown(slow).run.running
    assert notice(slow) == ("labels_stopped", {"printed": 0, "total": 60})
    held(slow).is_full = False
    slow.do(PrintLabels(many(slow, 60)))
    held(slow).is_full = True
    slow.do(LabelsPrinted("labels", AT_ONCE))
    assert notice(slow)[1]["why_code"] == "no_label_printer"


def fill_up(counter: Counter) -> None:
    """Let the store's file grow no more, and use what is free in it."""
    pages = counter.shelf.db.sql("PRAGMA page_count")[0][0]
    counter.shelf.db.sql(f"PRAGMA max_page_count={pages}")
    for length in (4000, 1):
        with contextlib.suppress(DiskFull):
            while True:
                counter.register.till.desk.book.record("", DrawerForced(device="x" * length))


def test_on_a_full_disk_no_run_begins_and_one_that_runs_comes_to_its_end(slow: Counter) -> None:
    products = many(slow, AT_ONCE + 1)
    slow.do(BEN, PrintLabels(products))
    fill_up(slow)
    slow.do(LabelsPrinted("labels", AT_ONCE), LabelsPrinted("labels", 1))
    assert notice(slow) == ("labels_printed", {"count": AT_ONCE + 1})
    assert journal(slow) == []
    slow.register.till.disk = "full"
    assert slow.do(PrintLabels(products)) == "no_room_for_labels"


def test_after_a_defect_labels_can_be_printed_again(slow: Counter) -> None:
    products = many(slow, AT_ONCE + 1)
    slow.do(BEN, PrintLabels(products))
    slow.register.reload_after_defect("3F7A")
    slow.do(LabelsPrinted("labels", AT_ONCE))
    assert slow.do(PrintLabels(products)) == ""


def test_what_a_label_printer_says_unasked_changes_nothing(counter: Counter) -> None:
    counter.do(BEN)
    before = shown(counter)
    counter.do(
        LabelsPrinted("labels", 3),
        LabelsStepped("labels", 3),
        LabelsFailed("labels", 3, "labels_out"),
    )
    assert shown(counter) == before
    assert journal(counter) == []


# --------------------------------------------------------------------------- sheets


def test_labels_are_saved_as_sheets_in_a_folder_of_the_store_named_by_the_day(
    counter: Counter,
) -> None:
    counter.do(BEN, OpenLabels(), ListLabels("all"), TickLabels(None, on=True))
    assert counter.do(SaveLabels(copies=2, sheet="L7651")) == ""
    code, fields = notice(counter)
    assert (code, fields["count"]) == ("labels_saved", 6)
    file = Path(str(fields["file"]))
    assert file.parent == counter.shelf.db.folder / "labels"
    assert file.name.startswith("2026-")
    assert file.read_bytes().startswith(b"%PDF-")
    assert shown(counter).run.file == str(file)
    assert [path.name for path in file.parent.iterdir()] == [file.name]
    assert len(journal(counter)) == 1


def test_sheets_are_laid_in_parts_and_noted_only_when_they_are_written(slow: Counter) -> None:
    slow.do(BEN, SaveLabels(many(slow, 40)))
    slow.do(LabelsPrinted("", AT_ONCE))
    assert [job.last for job in held(slow).jobs if isinstance(job, LaySheets)] == [False, True]
    assert journal(slow) == []
    # There is nothing to be stopped: the file comes within seconds.
    slow.do(StopLabels())
    assert shown(slow).run.running
    slow.do(LabelsPrinted("", 15))
    assert notice(slow)[0] == "labels_saved"
    assert len(journal(slow)) == 1


def test_sheets_that_cannot_be_written_are_told_and_not_noted(counter: Counter) -> None:
    (counter.shelf.db.folder / "labels").write_text("in the way")
    counter.do(BEN, SaveLabels(tuple(ids(counter).values())))
    assert notice(counter)[0] == "cannot_write"
    assert counter.show(NoticeView).level is NoticeLevel.WARN
    assert (shown(counter).run.running, shown(counter).run.file) == (False, "")
    assert journal(counter) == []


def test_sheets_are_refused_while_nobody_can_write_them(slow: Counter) -> None:
    held(slow).is_full = True
    slow.do(BEN)
    assert slow.do(SaveLabels(tuple(ids(slow).values()))) == "busy"


# --------------------------------------------------------------------------- labels that are no longer true


def test_products_whose_price_name_or_unit_changed_since_their_label_are_found(
    counter: Counter,
) -> None:
    product, book = ids(counter), counter.register.till.desk.book
    counter.do(BEN, OpenLabels(), ListLabels("changed"))
    assert names(counter) == []
    counter.do(PrintLabels(tuple(product.values())))
    counter.do(ListLabels("changed"))
    assert names(counter) == []
    book.record("", ProductChanged(product=product["Tea"], price_minor=130))
    book.record("", ProductChanged(product=product["Apples"], unit="piece"))
    book.record("", ProductChanged(product=product["Flat white"], name="Cortado"))
    # They are what a manager opens the card for.
    counter.do(OpenLabels())
    assert (shown(counter).which, names(counter)) == ("changed", ["Apples", "Cortado", "Tea"])
    counter.do(SaveLabels((product["Tea"], product["Apples"])))
    counter.do(ListLabels("changed"))
    assert names(counter) == ["Cortado"]
    book.record("", ProductChanged(product=product["Flat white"], name="Flat white"))
    counter.do(ListLabels("changed"))
    assert names(counter) == []
    assert counter.shelf.differences() == ()


def test_a_label_in_another_language_is_an_old_one_where_the_name_differs(counter: Counter) -> None:
    counter.do(BEN, PrintLabels(tuple(ids(counter).values())), SetLanguage("de"))
    counter.do(ListLabels("changed"))
    assert names(counter) == ["Milchkaffee"]


def test_what_did_not_come_out_is_still_to_be_printed(counter: Counter) -> None:
    product, book = ids(counter), counter.register.till.desk.book
    counter.do(BEN, PrintLabels(tuple(product.values())))
    for one in product.values():
        book.record("", ProductChanged(product=one, price_minor=999))
    counter.devices.label.take_labels_after(1)
    counter.do(ListLabels("changed"), TickLabels(None, on=True), PrintLabels())
    counter.do(ListLabels("changed"))
    assert len(names(counter)) == 2
