"""The receipt of a real sale, on paper that somebody else's printer printed, and its barcode read back by a camera."""

import io
import queue
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image

from appliance.clock import ScriptedClock
from appliance.config import DeviceConfig
from appliance.devices import Devices
from appliance.journal.kinds import ShopChanged
from appliance.messages import (
    ChooseReceipt,
    Command,
    DoneView,
    Event,
    NoticeView,
    ReceiptState,
    Reprint,
    Scan,
    SetLanguage,
    SignIn,
    Snapshot,
    TenderCash,
)
from appliance.register import Register
from appliance.services import shop
from appliance.store.shelf import Shelf
from tests.appliance.counter import COFFEE, TEA, set_up_shop
from tests.appliance.trading import ROOMY, START_MS
from tests.drivers.printer.conftest import judge, running_judge
from tests.drivers.printer.emupos import Judge

__all__ = ["judge", "running_judge"]

PATIENCE_S = 30


class Till:
    """The register with a real network printer and the drawer on its socket; the test is its owner thread."""

    def __init__(self, folder: Path, port: int, **options: str) -> None:
        self.said: queue.Queue[Command | Event] = queue.Queue()
        self.devices = Devices(
            (
                DeviceConfig(
                    "printer",
                    "printer",
                    "network",
                    {"host": "127.0.0.1", "port": port, "columns": 42, **options},
                ),
                DeviceConfig("drawer", "drawer", "printer_kick", {"printer": "printer"}),
            ),
            self.said.put,
        )
        self.shelf = Shelf(folder, limits=ROOMY)
        set_up_shop(self.shelf)
        self.done = DoneView(sale=None)
        self.notice = NoticeView(id=0)
        self.register = Register(self.shelf, ScriptedClock(START_MS), self.devices, self._look)
        self.devices.start()

    def do(self, *commands: Command) -> None:
        for command in commands:
            self.register.handle(command)

    def until(self, true: Callable[[], bool]) -> None:
        """Hear what the devices say until something is true."""
        give_up_at = time.monotonic() + PATIENCE_S
        while not true():
            assert time.monotonic() < give_up_at, (self.done, self.notice)
            try:
                self.register.handle(self.said.get(timeout=0.05))
            except queue.Empty:
                continue

    def _look(self, snapshot: Snapshot) -> None:
        if isinstance(snapshot, DoneView):
            self.done = snapshot
        if isinstance(snapshot, NoticeView):
            self.notice = snapshot


@pytest.fixture
def till(tmp_path: Path, judge: Judge) -> Iterator[Till]:
    opened = Till(tmp_path, judge.port)
    yield opened
    opened.devices.stop()
    opened.shelf.close()


def sell(till: Till) -> None:
    till.do(SignIn("1", "1111"), Scan(COFFEE), Scan(TEA), TenderCash(1000))


def codes_on(picture: bytes) -> list[str]:
    return [code.text for code in zxingcpp.read_barcodes(Image.open(io.BytesIO(picture)))]


def test_a_receipt_says_what_was_sold_and_its_barcode_names_the_sale(
    till: Till, judge: Judge
) -> None:
    sell(till)
    till.until(judge.drawer_is_open)
    till.do(ChooseReceipt(None, "print"))
    till.until(lambda: till.done.receipt is ReceiptState.PRINTED)

    paper = judge.texts()[-1]
    for said in ("Corner", "Main Street 1", "Flat white", "3.60", "GST", "PST", "Ana"):
        assert said in paper
    rows = [row.split() for row in paper.splitlines()]
    assert ["Total", "EUR", "4.94"] in rows
    assert ["Change", "5.06"] in rows
    assert codes_on(judge.pictures()[-1]) == [till.done.sale]
    assert till.shelf.db.sql("SELECT copies FROM sale") == [(1,)]


def test_a_receipt_has_the_shops_logo_at_its_head_and_its_page_as_a_qr_code_at_its_foot(
    tmp_path: Path, judge: Judge
) -> None:
    logo = Image.new("1", (200, 80), 0)
    logo.save(tmp_path / "logo.png")
    till = Till(tmp_path / "store", judge.port, logo=str(tmp_path / "logo.png"))
    try:
        page = "https://example.org/shop"
        shop.change(till.register.till.desk, ShopChanged(footer=("Thank you", page)), "")
        sell(till)
        till.do(ChooseReceipt(None, "print"))
        till.until(lambda: till.done.receipt is ReceiptState.PRINTED)
        paper = Image.open(io.BytesIO(judge.pictures()[-1])).convert("L")
        left = (42 * 12 - logo.width) // 2
        assert set(paper.crop((left, 0, left + 200, 80)).tobytes()) == {0}
        assert set(paper.crop((0, 0, left, 80)).tobytes()) == {255}
        assert set(codes_on(judge.pictures()[-1])) == {page, till.done.sale}
        assert page in judge.texts()[-1]
    finally:
        till.devices.stop()
        till.shelf.close()


def test_a_german_receipt_has_its_umlauts(till: Till, judge: Judge) -> None:
    till.do(SignIn("1", "1111"), SetLanguage("de"), Scan(COFFEE), TenderCash(1000))
    till.do(ChooseReceipt(None, "print"))
    till.until(lambda: till.done.receipt is ReceiptState.PRINTED)
    assert "Rückgeld" in judge.texts()[-1]


def test_without_paper_the_sale_stands_the_drawer_opens_and_the_receipt_follows(
    till: Till, judge: Judge
) -> None:
    judge.set("paper-out")
    sell(till)
    till.until(judge.drawer_is_open)
    till.do(ChooseReceipt(None, "print"))
    till.until(lambda: till.done.trouble == "paper_out")
    assert till.shelf.db.sql("SELECT total_minor FROM sale") == [(494,)]

    judge.clear("paper-out")
    till.until(lambda: till.done.receipt is ReceiptState.PRINTED)
    assert len(judge.texts()) == 1
    assert "COPY" not in judge.texts()[0]


def test_a_reprint_says_copy_at_its_head_and_foot(till: Till, judge: Judge) -> None:
    sell(till)
    till.do(ChooseReceipt(None, "print"))
    till.until(lambda: till.done.receipt is ReceiptState.PRINTED)
    till.do(Reprint())
    till.until(lambda: till.shelf.db.sql("SELECT copies FROM sale") == [(2,)])
    assert judge.texts()[-1].count("COPY") == 2
