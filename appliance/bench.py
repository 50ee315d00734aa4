"""The bench of the demo: the hands of the person who plays it, on simulated devices.

It stands for what happens outside the program (a beam on a barcode, a roll of paper taken out, a cable pulled), so the
screen's thread may use it: none of it waits.
"""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from appliance.messages import ShopView, Snapshot
from appliance.services.catalogue_cells import price_in, unit
from drivers.drawer import simulated as drawers
from drivers.printer import simulated as printers
from drivers.scanner import simulated as scanners

UNKNOWN_BARCODE: Final = "4012345678901"
"""A sound EAN-13 that no product of the demo shop has."""


@dataclass(frozen=True, slots=True)
class Article:
    """Something to hold under the scanner. `names` are by language."""

    barcode: str
    name: str
    price_minor: int = 0
    unit: str = "piece"
    names: tuple[tuple[str, str], ...] = ()

    def name_in(self, language: str) -> str:
        """The article's name in a language, or its plain name."""
        return dict(self.names).get(language, self.name)


def articles_of(catalogue: Iterable[str], digits: int = 2) -> tuple[Article, ...]:
    """The articles of a catalogue file that have a barcode. `digits` are those of the currency's minor unit."""
    price = price_in(digits)
    return tuple(
        Article(
            barcode=row["barcode"].split()[0],
            name=row["name"],
            price_minor=price(row["price"]),
            unit=unit(row["unit"]),
            names=tuple(
                (column.removeprefix("name_"), name)
                for column, name in row.items()
                if column.startswith("name_") and name
            ),
        )
        for row in csv.DictReader(catalogue)
        if row["barcode"]
    )


@dataclass(frozen=True, slots=True)
class BenchView:
    """How the simulated devices stand. `slips` are the printed receipts as text, oldest first."""

    scanner_plugged: bool
    printer_plugged: bool
    paper: bool
    cover_open: bool
    drawer_open: bool
    kicks: int
    slips: tuple[str, ...]


class Bench:
    """Levers of the demo's devices."""

    def __init__(
        self,
        drivers: Mapping[str, Any],
        articles: Iterable[Article] = (),
        pins: Iterable[tuple[str, str]] = (),
    ) -> None:
        """Take the simulated drivers by their names: `scanner`, `printer`, `drawer`.

        `articles` lie on the counter; `pins` are names and PINs of those who may sign in.
        """
        self.articles: Final = tuple(articles)
        self.pins: Final = tuple(pins)
        self.shop: ShopView | None = None
        """What the shop last said of itself: its language is the bench's too."""
        self._scanner: scanners.Driver = drivers["scanner"]
        self._printer: printers.Driver = drivers["printer"]
        self._drawer: drawers.Driver = drivers["drawer"]
        self._paper = True
        self._cover_open = False
        self._printer_plugged = True
        self._texts: tuple[str, ...] = ()

    def hear(self, snapshot: Snapshot) -> None:
        """Listen to what the register publishes. Any thread."""
        if isinstance(snapshot, ShopView):
            self.shop = snapshot

    @property
    def view(self) -> BenchView:
        """How everything stands now."""
        return BenchView(
            scanner_plugged=self._scanner.is_plugged,
            printer_plugged=self._printer_plugged,
            paper=self._paper,
            cover_open=self._cover_open,
            drawer_open=self._drawer.opened,
            kicks=self._drawer.kicks,
            slips=self._slips(),
        )

    def scan(self, barcode: str) -> bool:
        """Hold an article under the beam; False where the scanner did not hear."""
        return self._scanner.feed(barcode)

    def plug_scanner(self, plugged: bool) -> None:  # noqa: FBT001 - a lever has two positions
        """Pull the scanner's cable or put it back."""
        if plugged:
            self._scanner.plug()
        else:
            self._scanner.unplug()

    def plug_printer(self, plugged: bool) -> None:  # noqa: FBT001 - a lever has two positions
        """Pull the printer's cable or put it back."""
        self._printer_plugged = plugged
        if plugged:
            self._printer.plug()
        else:
            self._printer.unplug()

    def load_paper(self, loaded: bool) -> None:  # noqa: FBT001 - a lever has two positions
        """Take the paper out or put a new roll in."""
        self._paper = loaded
        if loaded:
            self._printer.load_paper()
        else:
            self._printer.take_paper()

    def open_cover(self, opened: bool) -> None:  # noqa: FBT001 - a lever has two positions
        """Open the printer's cover or close it."""
        self._cover_open = opened
        if opened:
            self._printer.open_cover()
        else:
            self._printer.close_cover()

    def push_drawer(self, opened: bool) -> None:  # noqa: FBT001 - a lever has two positions
        """Pull the drawer open by its key, or push it shut."""
        if opened:
            self._drawer.pull_open()
        else:
            self._drawer.push_shut()

    def _slips(self) -> tuple[str, ...]:
        # The bench looks four times a second, so each slip is made into text only once.
        printed = self._printer.slips
        if len(printed) != len(self._texts):
            new = map(self._printer.render, printed[len(self._texts) :])
            self._texts = (*self._texts, *new)
        return self._texts
