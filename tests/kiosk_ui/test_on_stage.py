"""The screen with taps, without a display: a customer served from signing in to the change."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import zxingcpp
from PIL import Image

from appliance import messages as m
from tests.kiosk_ui import samples as s
from tests.kiosk_ui.scenes import OPEN, SCENES, SELLING
from tests.kiosk_ui.scripted import PIN, ScriptedRegister
from tests.kiosk_ui.stage import SIZES, Stage

from kivy.uix.label import Label  # isort: skip


@pytest.mark.parametrize("size", SIZES)
def test_a_notice_over_the_servers_sheet_covers_nothing_that_is_said_there(
    size: tuple[int, int],
) -> None:
    stage = Stage(size)
    snapshots, open_sheet = SCENES["sign_in-taken-over"]
    stage.show(*snapshots)
    open_sheet(stage.presenters)
    stage.step(4)
    bar = next(one for one in stage.widgets() if type(one).__name__ == "NoticeBar")
    sheet = stage.find("server_done")
    while type(sheet).__name__ != "ServerCard":
        sheet = sheet.parent
    said = [
        one.text
        for one in sheet.walk(restrict=True)
        if isinstance(one, Label) and one.text and covers(bar, one)
    ]
    stage.close()
    assert said == []


def covers(bar: Any, label: Any) -> bool:  # noqa: ANN401 - Kivy's widgets
    """Whether letters lie under the bar; the label itself may go on to the window's edge."""
    (x, y), (left, low) = bar.to_window(*bar.pos), label.to_window(*label.pos)
    wide = label._label.get_extents(label.text)[0]
    return bool(
        x < left + wide and left < x + bar.width and y < low + label.height and low < y + bar.height
    )


class Till(Stage):
    """The stage with the scripted register behind it."""

    def __init__(self, size: tuple[int, int]) -> None:
        self.register = ScriptedRegister(self._hear)
        super().__init__(size)
        self.register.start()
        self.step(4)

    def _hear(self, snapshot: m.Snapshot) -> None:
        self.presenters.show(snapshot)

    def _send(self, command: m.Command) -> bool:
        return self.register.send(command)

    @property
    def page(self) -> str:
        return str(self.presenters.shell.view.page)

    def type(self, digits: str) -> None:
        for digit in digits:
            self.tap(f"key:{digit}")

    def sign_in(self) -> None:
        self.tap(f"person:{s.ANA.id}")
        self.type(PIN)
        self.tap("pin_enter")


@pytest.fixture(params=SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def till(request: pytest.FixtureRequest) -> Iterator[Till]:
    till = Till(request.param)
    yield till
    till.close()


def test_a_customer_is_served(till: Till) -> None:
    assert till.page == "sign_in"
    till.sign_in()
    assert till.page == "sale"
    till.tap("tile:p-espresso")
    till.tap("tile:p-flat-white")
    till.tap("pay_cash")
    assert till.page == "cash"
    till.type("2000")
    till.tap("cash_take")
    assert till.page == "done"
    assert till.presenters.done.view.change == "€14.00"
    till.tap("receipt_print")
    assert till.presenters.done.view.receipt_text == "The receipt was printed."
    till.step(60)
    till.tap("new_sale")
    assert till.page == "sale"
    assert till.presenters.ticket.view.is_empty


def test_a_line_is_marked_changed_and_removed(till: Till) -> None:
    till.sign_in()
    till.tap("tile:p-espresso")
    till.tap("line:L1")
    till.tap("line_plus")
    till.tap("line_plus")
    assert till.presenters.ticket.view.lines[0].badge == "3"
    till.tap("line_remove")
    assert till.presenters.ticket.view.is_empty


def test_a_quantity_is_keyed_before_a_tile(till: Till) -> None:
    till.sign_in()
    if till.theme.compact:
        till.tap("keypad")
    till.type("12")
    if till.theme.compact:
        till.tap("keypad_done")
    till.tap("tile:p-espresso")
    assert till.presenters.ticket.view.lines[0].badge == "12"


def test_a_product_is_found_by_typing(till: Till) -> None:
    till.sign_in()
    till.tap("search")
    for letter in "honey":
        till.tap(f"key:{letter}")
    till.tap("hit:p-honey-500-g")
    assert [row.name for row in till.presenters.ticket.view.lines] == ["Honey 500 g"]
    assert till.presenters.shell.view.overlay == "none"


def test_a_sale_is_abandoned_after_a_question(till: Till) -> None:
    till.sign_in()
    till.tap("tile:p-espresso")
    till.tap("menu")
    till.tap("menu_abandon")
    till.tap("ask_yes")
    assert till.presenters.ticket.view.is_empty


def test_under_an_overlay_nothing_can_be_hit(till: Till) -> None:
    till.sign_in()
    till.tap("menu")
    before = len(till.register.sent)
    till.tap("tile:p-espresso")
    assert till.register.sent[before:] == []


@pytest.fixture
def stage() -> Iterator[Stage]:
    stage = Stage()
    yield stage
    stage.close()


def test_the_newest_line_is_scrolled_into_sight(stage: Stage) -> None:
    stage.show(*SELLING, s.LONG_TICKET)
    row = stage.find("line:L40")
    _, y = row.to_window(*row.pos)
    total = next(w for w in stage.widgets() if getattr(w, "text", "") == "Total")
    assert y >= total.to_window(*total.pos)[1]


def test_only_lines_in_sight_are_made(stage: Stage) -> None:
    stage.show(*SELLING, s.LONG_TICKET)
    rows = [w for w in stage.widgets() if type(w).__name__ == "LineItem"]
    assert len(rows) < 15


def test_widgets_are_filled_again_not_made_again(stage: Stage) -> None:
    stage.show(*SELLING)
    before = {id(w) for w in stage.widgets()}
    stage.show(s.LONG_TICKET, s.TROUBLE, s.TENDER)
    stage.show(m.TenderView(open=False), s.TICKET, s.STATUS)
    assert {id(w) for w in stage.widgets()} == before


@pytest.fixture(params=SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def workshop(request: pytest.FixtureRequest) -> Iterator[Stage]:
    stage = Stage(request.param)
    stage.show(*OPEN, s.WORKSHOP)
    yield stage
    stage.close()


def test_an_option_is_typed_and_saved_with_taps(workshop: Stage) -> None:
    workshop.tap("device:printer")
    workshop.tap("field:host")
    workshop.tap("key:shift")
    workshop.tap("key:x")
    workshop.tap("key:_")
    workshop.tap("workshop_take")
    workshop.tap("workshop_save")
    saved = workshop.sent[-1]
    assert isinstance(saved, m.SetDevice)
    assert saved.options["host"] == "192.0.2.7X_"


def test_a_device_is_tested_and_left_with_taps(workshop: Stage) -> None:
    workshop.tap("device:scanner")
    workshop.tap("workshop_check")
    workshop.show(s.CODE_PAGE)
    workshop.tap("chip:code_page=CP850")
    workshop.tap("checks_stop")
    workshop.tap("workshop_leave")
    assert workshop.sent == [
        m.CheckDevices("scanner"), m.AnswerCheck(yes=True, text="CP850"), m.StopChecks(),
        m.CloseWorkshop(),
    ]  # fmt: skip


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_the_pairing_code_can_be_read_off_the_screen(
    size: tuple[int, int],
    dark: bool,
    tmp_path: Path,
) -> None:
    stage = Stage(size, dark=dark, draws=True)
    stage.show(*OPEN, s.WORKSHOP)
    stage.tap("pair:")
    stage.show(s.PAIRING)
    stage.picture(tmp_path / "pairing.png")
    stage.close()
    with Image.open(tmp_path / "pairing.png") as picture:
        read = zxingcpp.read_barcodes(picture.convert("L"))
    assert [one.text for one in read] == [s.PAIRING.pairing.code]


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_the_codes_by_which_a_scanner_is_tried_out_can_be_read_off_the_screen(
    size: tuple[int, int], tmp_path: Path
) -> None:
    stage = Stage(size, draws=True)
    stage.show(*OPEN, s.WORKSHOP)
    stage.tap("workshop_check_all")
    found = []
    for number, asked in enumerate((s.SCANNING, s.SEPARATING)):
        stage.show(asked)
        stage.picture(tmp_path / f"{number}.png")
        with Image.open(tmp_path / f"{number}.png") as picture:
            (read,) = zxingcpp.read_barcodes(picture.convert("L"))
        found.append((read.symbology_identifier, read.bytes))
    stage.close()
    assert found == [("]C0", b"OP-AZYQWM/09"), ("]C1", b"10ZY\x1d2107")]
