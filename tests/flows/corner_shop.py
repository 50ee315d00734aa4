"""A corner shop for stories: a store in a folder, a register played by hand, and what its screen would show.

    2000000000015  coffee      2.40   a piece, VAT 19 % in the price
    2000000000022  croissant   1.65   a piece, VAT 7 % in the price
    2000000000039  apples      2.99   a kilogram, VAT 7 % in the price
    LAMP-1         lamp       19.99   a piece, two taxes added to the price

Cash is paid in steps of 5 cents. Ana (employee 1, PIN 1111) and Ben (2, 2222) work there.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final, TypeVar

import msgspec

from appliance.clock import ScriptedClock
from appliance.domain.barcode import catalogue_key
from appliance.journal.entry import Entry
from appliance.journal.kinds import (
    CategoryAdded,
    NewProduct,
    ProductsAdded,
    ShopChanged,
    TaxClassDefined,
    TaxRate,
)
from appliance.messages import Command, Scan, SignIn, Snapshot
from appliance.play import START_MS, Answer, Player
from appliance.services import people
from appliance.services.desk import Desk
from appliance.store.shelf import DiskLimits, Shelf

COFFEE: Final = "2000000000015"
CROISSANT: Final = "2000000000022"
APPLES: Final = "2000000000039"
LAMP: Final = "LAMP-1"
BARCODES: Final = (COFFEE, CROISSANT, APPLES, LAMP)
ROOMY: Final = DiskLimits(warn_bytes=0, stop_bytes=0, ballast_bytes=4096)
ANA: Final = SignIn(employee="1", pin="1111")
BEN: Final = SignIn(employee="2", pin="2222")

_V = TypeVar("_V", bound=Snapshot)


def furnish(shelf: Shelf) -> tuple[str, ...]:
    """Set the shop up. Returns the ids of its products in the order of `BARCODES`."""
    desk = Desk(shelf.db, shelf.book(ScriptedClock(START_MS - 3_600_000)))
    category = desk.book.record(
        "",
        ShopChanged(name="Corner Shop", currency="EUR", cash_step_minor=5, footer=("Thank you",)),
        TaxClassDefined("A", "standard", (TaxRate("A", "VAT", 190_000, included=True),)),
        TaxClassDefined("B", "reduced", (TaxRate("B", "VAT", 70_000, included=True),)),
        TaxClassDefined(
            "US",
            "added",
            (
                TaxRate("S", "State", 40_000, included=False),
                TaxRate("C", "City", 45_000, included=False),
            ),
        ),
        CategoryAdded(name="Breakfast"),
    )[-1].id
    batch = desk.book.record(
        "",
        ProductsAdded(
            (
                NewProduct(
                    "Coffee",
                    240,
                    "A",
                    category=category,
                    barcodes=(catalogue_key(COFFEE),),
                    names={"de": "Kaffee"},
                    favourite=1,
                ),
                NewProduct(
                    "Croissant", 165, "B", category=category, barcodes=(catalogue_key(CROISSANT),)
                ),
                NewProduct("Apples", 299, "B", unit="kilogram", barcodes=(catalogue_key(APPLES),)),
                NewProduct("Lamp", 1999, "US", barcodes=(catalogue_key(LAMP),)),
            )
        ),
    )[0].id
    keeper = people.pins(shelf.db.folder)
    for sign_in, name in ((ANA, "Ana"), (BEN, "Ben")):
        people.add(
            desk,
            keeper,
            number=sign_in.employee,
            name=name,
            role="cashier",
            pin=sign_in.pin,
            actor="",
        )
    return tuple(f"{batch}.{part}" for part in range(len(BARCODES)))


class Counter:
    """The register on the counter, its screen, and the power switch."""

    def __init__(self, folder: Path, limits: DiskLimits = ROOMY) -> None:
        self._folder = folder
        self._limits = limits
        self._switch_on(START_MS)

    def _switch_on(self, at_ms: int) -> None:
        self.shelf = Shelf(self._folder, limits=self._limits)
        self.player = Player(self.shelf, at_ms)
        self._shown = dict(self.player._shown)
        self._n = 0

    def restart(self, at_ms: int = START_MS, limits: DiskLimits | None = None) -> None:
        """End the program and start it again on the same store, with new devices."""
        self.shelf.close()
        self._limits = limits or self._limits
        self._switch_on(at_ms)

    def do(self, *commands: Command) -> Answer:
        """Do what is asked; none of it may be refused. Returns the last answer."""
        for command in commands:
            answer = self.ask(command)
            assert answer.refused is None, (command, answer.refused)
        return answer

    def scan(self, *texts: str) -> Answer:
        """Scan one thing after another; none may be refused."""
        return self.do(*(Scan(text=text) for text in texts))

    def refuses(self, command: Command) -> str:
        """The code with which a command is refused. It may show a notice, and leave nothing else behind."""
        heads = self.shelf.heads()
        answer = self.ask(command)
        assert answer.refused is not None, f"{command} was done"
        if not isinstance(command, SignIn):  # a PIN that was tried is an entry
            assert self.shelf.heads() == heads
            assert answer.shows.keys() <= {"notice"}
        return str(answer.refused["code"])

    def ask(self, command: Command) -> Answer:
        """Do a command as a line of a script, refused or not."""
        self._n += 1
        answer = self.player.do(msgspec.json.encode(command).decode(), self._n)
        self._shown |= answer.shows
        return answer

    def sees(self, view: type[_V]) -> _V:
        """The newest snapshot of a topic."""
        found = self._shown[str(view.__struct_config__.tag)]
        assert isinstance(found, view)
        return found

    @property
    def slips(self) -> list[str]:
        """The slips that came out of the printer, as one reads them."""
        return list(self.player.devices.printer.texts)

    def entries(self, *kinds: str) -> list[Entry]:
        """The journal, or its entries of some kinds."""
        return [entry for entry in self.shelf.entries() if not kinds or entry.kind in kinds]

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Rows of the tables, as they are stored."""
        return [tuple(row) for row in self.shelf.db.sql(query)]

    def holds_together(self) -> None:
        """The journal is whole and the tables say what it says."""
        assert self.shelf.unapplied() == ()
        assert self.shelf.book(ScriptedClock(0)).verify().bad is None
        assert self.shelf.differences() == ()


def says(slip: str, *parts: Iterable[str] | str) -> bool:
    """Whether a slip has a line with these parts, in this order, with blanks between them."""
    return any(line.split() == list(parts) for line in slip.splitlines())
