"""A register in a small shop, for tests that ring up: two products, two people, simulated devices done at once."""

from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar, cast

from appliance.clock import ScriptedClock
from appliance.journal.kinds import (
    BarcodeSet,
    CategoryAdded,
    NewProduct,
    ProductsAdded,
    ShopChanged,
    TaxClassDefined,
    TaxRate,
)
from appliance.messages import Command, Event, NoticeLevel, NoticeView, Snapshot
from appliance.parts import RegisterOptions
from appliance.play import InlineDevices
from appliance.register import Register
from appliance.services import people
from appliance.services.desk import Desk
from appliance.store.shelf import DiskLimits, Shelf
from tests.appliance.trading import ROOMY, START_MS

_Topic = TypeVar("_Topic", bound=Snapshot)

COFFEE = "4006381333931"
APPLES = "2000000000008"
TEA = "96385074"


@dataclass
class Counter:
    """A register, and the newest snapshot of each topic."""

    shelf: Shelf
    clock: ScriptedClock
    devices: InlineDevices
    register: Register
    shown: dict[type[Snapshot], Snapshot]

    def do(self, *commands: Command | Event) -> str:
        """Do commands; answers the code of the last one's refusal, or nothing."""
        said = ""
        for command in commands:
            before = self.show(NoticeView).id
            self.register.handle(command)
            self.devices.try_again()
            while self.devices.events:
                self.register.handle(self.devices.events.pop(0))
            notice = self.show(NoticeView)
            said = notice.code if notice.id > before and notice.level is NoticeLevel.REFUSED else ""
        return said

    def show(self, topic: type[_Topic]) -> _Topic:
        """The newest snapshot of a topic."""
        return cast("_Topic", self.shown[topic])


def set_up_shop(shelf: Shelf) -> None:
    """A shop with coffee at 3.60, apples at 2.99 a kilogram, tea at 1.20 with two taxes added, Ana and Ben."""
    desk = Desk(shelf.db, shelf.book(ScriptedClock(START_MS)))
    drinks = desk.book.id_ahead(3)
    desk.book.record(
        "",
        ShopChanged(name="Corner", currency="EUR", address=("Main Street 1",)),
        TaxClassDefined("A", "standard", (TaxRate("A", "VAT", 190_000, included=True),)),
        TaxClassDefined(
            "N",
            "added",
            (
                TaxRate("G", "GST", 50_000, included=False),
                TaxRate("P", "PST", 70_000, included=False),
            ),
        ),
        CategoryAdded(name="Drinks"),
        ProductsAdded(
            products=(
                NewProduct(
                    "Flat white",
                    360,
                    "A",
                    category=drinks,
                    barcodes=("04006381333931",),
                    names={"de": "Milchkaffee"},
                    favourite=1,
                ),
                NewProduct("Apples", 299, "A", unit="kilogram"),
                NewProduct("Tea", 120, "N", category=drinks, low_stock_milli=2000, favourite=2),
            )
        ),
        BarcodeSet(code="02000000000008", product=f"{desk.book.origin}-5.1"),
        BarcodeSet(code="00000096385074", product=f"{desk.book.origin}-5.2"),
    )
    pins = people.pins(shelf.db.folder)
    people.add(desk, pins, number="1", name="Ana", role="cashier", pin="1111", actor="")
    people.add(desk, pins, number="2", name="Ben", role="manager", pin="2222", actor="")


def open_counter(
    folder: Path,
    limits: DiskLimits = ROOMY,
    also: tuple[str, ...] = (),
    options: RegisterOptions | None = None,
    devices: InlineDevices | None = None,
) -> Counter:
    """The register on a store in `folder`, which becomes a small shop if it is new.

    `also` names classes of devices that it has besides a printer and a drawer, if it is not given its `devices`.
    """
    shelf = Shelf(folder, limits=limits)
    if shelf.top_lamport() == 0:
        set_up_shop(shelf)
    shown: dict[type[Snapshot], Snapshot] = {NoticeView: NoticeView(id=0)}
    clock = ScriptedClock(START_MS)
    devices = devices or InlineDevices(also)

    def keep(snapshot: Snapshot) -> None:
        shown[type(snapshot)] = snapshot

    return Counter(shelf, clock, devices, Register(shelf, clock, devices, keep, options), shown)
