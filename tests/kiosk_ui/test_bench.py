"""The bench beside the demo's till, as its presenter shows it."""

from collections.abc import Iterator

import msgspec
import pytest

from appliance.bench import STRANGE_BADGE, UNKNOWN_BARCODE, Article, Bench, articles_of
from appliance.messages import ShopView
from drivers.badge import simulated as readers
from drivers.beeper import simulated as beepers
from drivers.display import Shown
from drivers.display import simulated as displays
from drivers.drawer import simulated as drawers
from drivers.label import Label
from drivers.label import simulated as labels
from drivers.printer import Cut, Slip, TextLine
from drivers.printer import simulated as printers
from drivers.scale import simulated as scales
from drivers.scanner import simulated as scanners
from kiosk_ui.presenters.bench import COUNTER, DEVICES, PAPER, BenchPresenter
from kiosk_ui.strings import read_language

SHOP = ShopView("Corner", "K7Q2", "EUR", "en", ("en", "de", "es"), demo=True)
TEA = Article("96385074", "Tea", 120, names=(("de", "Tee"),))
MANY = (TEA, *(Article(f"{number:013}", f"Thing {number}", 100) for number in range(16)))


class Devices:
    """The simulated devices of a demo, with nobody hosting them."""

    def __init__(self) -> None:
        self.scanner = scanners.Driver(scanners.Options())
        self.printer = printers.Driver(printers.Options(columns=42))
        self.drawer = drawers.Driver(drawers.Options())
        self.scale = scales.Driver(scales.Options())
        self.reader = readers.Driver(readers.Options())
        self.display = displays.Driver(displays.Options())
        self.label = labels.Driver(labels.Options())
        self.beeper = beepers.Driver(beepers.Options())
        self.scanner.open(0)
        self.reader.open(0)

    def print(self, *texts: str) -> None:
        for text in texts:
            self.printer.print(Slip((TextLine(text), Cut())), 0)


@pytest.fixture
def devices() -> Iterator[Devices]:
    made = Devices()
    yield made
    made.scanner.close()
    made.reader.close()


@pytest.fixture
def bench(devices: Devices) -> Bench:
    return Bench(
        lambda: vars(devices), MANY, [("Ana", "1111"), ("Ben", "2222")], [("Ana", "0A12345678")]
    )


def heard(devices: Devices) -> list[str]:
    found = []
    while (scan := devices.scanner.read(0)) is not None:
        found.append(scan.text)
    return found


def test_an_article_held_under_the_scanner_is_read_and_can_be_held_there_again(
    devices: Devices, bench: Bench
) -> None:
    panel = BenchPresenter(bench)
    assert not panel.view.can_again
    panel.scan(TEA.barcode)
    panel.scan_again()
    assert heard(devices) == [TEA.barcode, TEA.barcode]
    assert panel.view.again_name == "Tea"
    panel.scan_unknown()
    assert heard(devices) == [UNKNOWN_BARCODE]
    assert panel.view.again_name == "Unknown barcode"


def test_the_articles_come_in_pages_of_eight(bench: Bench) -> None:
    panel = BenchPresenter(bench)
    seen = [article.name for article in panel.view.articles]
    assert panel.view.page == "1 of 3"
    assert not panel.view.can_back
    while panel.view.can_next:
        panel.next_page()
        seen += [article.name for article in panel.view.articles]
    assert seen == [article.name for article in MANY]
    panel.back_page()
    assert panel.view.page == "2 of 3"


def test_a_scanner_without_its_cable_hears_nothing_and_the_bench_says_why(bench: Bench) -> None:
    panel = BenchPresenter(bench)
    panel.pull("scanner_cable")
    panel.scan(TEA.barcode)
    assert "cable" in panel.view.hold
    panel.pull("scanner_cable")
    assert panel.view.hold == "Hold under the scanner"
    assert panel.view.levers[0].state == "plugged in"


@pytest.mark.parametrize("place", range(4))
def test_every_lever_goes_there_and_back(bench: Bench, place: int) -> None:
    panel = BenchPresenter(bench)
    before, stood = panel.view.levers[place], bench.view
    panel.pull(before.name)
    assert panel.view.levers[place].state != before.state
    assert panel.view.levers[place].ink == "amber_ink"
    assert bench.view != stood
    panel.pull(before.name)
    assert panel.view.levers[place] == before
    assert bench.view == stood


def test_the_drawer_tells_whether_it_is_open_and_how_often_the_till_kicked_it(
    devices: Devices, bench: Bench
) -> None:
    panel = BenchPresenter(bench)
    devices.drawer.kick(0)
    panel.look()
    assert (panel.view.drawer, panel.view.drawer_kicks) == ("Drawer is open", "kicked 1 time")
    panel.pull("drawer")
    assert panel.view.drawer == "Drawer is shut"
    panel.pull("drawer")
    assert (panel.view.drawer, panel.view.drawer_kicks) == ("Drawer is open", "kicked 1 time")


def test_the_newest_receipt_lies_on_top_and_earlier_ones_can_be_turned_to(
    devices: Devices, bench: Bench
) -> None:
    panel = BenchPresenter(bench)
    assert panel.view.is_empty
    devices.print("first", "second")
    panel.look()
    assert (panel.view.slip, panel.view.paper_title) == ("second", "Receipt 2 of 2")
    assert not panel.view.can_later
    panel.earlier()
    assert (panel.view.slip, panel.view.can_earlier) == ("first", False)
    devices.print("third")
    panel.look()
    assert panel.view.slip == "third"


def test_what_is_laid_on_the_scale_is_weighed_until_it_is_taken_off(
    devices: Devices, bench: Bench
) -> None:
    panel = BenchPresenter(bench)
    panel.tap_chip("scale:485")
    assert devices.scale.load_grams == 485
    assert panel.view.on_scale == "0.485\N{NO-BREAK SPACE}kg on it"
    assert [chip.name for chip in panel.view.weights if chip.back == "chip"] == ["scale:485"]
    panel.tap_chip("scale:0")
    assert devices.scale.load_grams == 0


def test_the_badges_of_the_people_and_of_a_stranger_can_be_held_to_the_reader(
    devices: Devices, bench: Bench
) -> None:
    panel = BenchPresenter(bench)
    assert [chip.text for chip in panel.view.badges] == ["Ana", "A stranger"]
    read = []
    for chip in panel.view.badges:
        panel.tap_chip(chip.name)
        badge = devices.reader.read(0)
        read.append(badge.id if badge is not None else "")
        assert panel.view.reader_ink == "ink"
    assert read == ["0A12345678", STRANGE_BADGE]


def test_a_badge_that_was_not_read_is_told(devices: Devices, bench: Bench) -> None:
    panel = BenchPresenter(bench)
    devices.reader.unplug()
    panel.tap_chip("badge:Ana")
    assert (panel.view.reader, panel.view.reader_ink) == (
        "The reader did not read it.", "amber_ink",
    )  # fmt: skip


def test_the_customers_display_the_labels_and_the_beeps_are_told(
    devices: Devices, bench: Bench
) -> None:
    panel = BenchPresenter(bench)
    assert panel.view.made == "Labels: 0   Beeps: none"
    devices.display.show(
        Shown(state="ticket", title="Corner", total_label="Total", total="5.80"), 0
    )
    devices.label.print((Label(name="Tea", price="1.20", barcode="96385074"),), 2, 0)
    devices.beeper.beep(good=True, timeout_ms=1000)
    devices.beeper.beep(good=False, timeout_ms=1000)
    panel.look()
    assert "5.80" in panel.view.display_text
    assert panel.view.made == "Labels: 2   Beeps: high, low"


def test_looking_draws_nothing_while_nothing_happens(devices: Devices, bench: Bench) -> None:
    panel = BenchPresenter(bench)
    devices.print("slip")
    bench.hear(SHOP)
    panel.look()
    drawn: list[None] = []
    panel.follow(lambda: drawn.append(None))
    for _ in range(5):
        panel.look()
    assert drawn == []


def test_the_bench_speaks_the_language_of_the_shop(bench: Bench) -> None:
    panel = BenchPresenter(bench)
    bench.hear(msgspec.structs.replace(SHOP, language="de"))
    panel.look()
    assert panel.view.title == "Werkbank"
    assert panel.view.articles[0].name == "Tee"
    assert panel.view.articles[0].price == "1,20\N{NO-BREAK SPACE}€"


def test_a_small_window_shows_one_part_of_the_bench_at_a_time(bench: Bench) -> None:
    wide, narrow = BenchPresenter(bench), BenchPresenter(bench, compact=True)
    for panel, face, shown in (
        (wide, PAPER, (False, True, True)),
        (narrow, DEVICES, (False, True, False)),
        (narrow, PAPER, (False, False, True)),
    ):
        panel.tap_chip(face)
        view = panel.view
        assert (view.shows_articles, view.shows_devices, view.shows_paper) == shown
    assert len(wide.view.tabs) == 3
    assert len(narrow.view.tabs) == 4
    narrow.tap_chip(COUNTER)
    assert (narrow.view.shows_counter, narrow.view.shows_devices) == (True, False)


def test_the_bench_has_all_its_words_in_every_language() -> None:
    english = {key for key in read_language("en") if key.startswith("bench.")}
    for language in ("de", "es"):
        assert english == {key for key in read_language(language) if key.startswith("bench.")}


def test_only_articles_with_a_barcode_can_be_held_under_the_scanner() -> None:
    lines = [
        "name,name_de,price,unit,barcode",
        "Tea,Tee,1.20,piece,96385074 4001",
        "Cake,,3,piece,",
    ]
    assert articles_of(lines) == (TEA,)
