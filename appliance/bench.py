"""The bench of the demo: the hands of the person who plays it, on simulated devices.

It stands for what happens outside the program (a beam on a barcode, a roll of paper taken out, a cable pulled), so the
screen's thread may use it: none of it waits.
"""

import csv
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from appliance.messages import ShopView, Snapshot
from appliance.services.catalogue_cells import price_in, unit
from drivers.badge import simulated as readers
from drivers.beeper import simulated as beepers
from drivers.display import simulated as displays
from drivers.drawer import simulated as drawers
from drivers.label import simulated as labels
from drivers.printer import simulated as printers
from drivers.scale import simulated as scales
from drivers.scanner import simulated as scanners

_Driver = TypeVar("_Driver")

UNKNOWN_BARCODE: Final = "4012345678901"
"""A sound EAN-13 that no product of the demo shop has."""

STRANGE_BADGE: Final = "0AFFFFFFFF"
"""A badge that nobody has."""


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
    scale_grams: int = 0
    display: tuple[str, ...] = ()
    labels: int = 0
    beeps: tuple[bool, ...] = ()


class Bench:
    """Levers of the demo's devices."""

    def __init__(
        self,
        drivers: Callable[[], Mapping[str, Any]],
        articles: Iterable[Article] = (),
        pins: Iterable[tuple[str, str]] = (),
        badges: Iterable[tuple[str, str]] = (),
    ) -> None:
        """`drivers` tells the drivers by the names of their devices; the first simulated one of a class is played.

        `articles` lie on the counter; `pins` are names and PINs of those who may sign in, `badges` names and
        what their badges say.
        """
        self.articles: Final = tuple(articles)
        self.pins: Final = tuple(pins)
        self.badges: Final = dict(badges)
        self.shop: ShopView | None = None
        """What the shop last said of itself: its language is the bench's too."""
        self._drivers = drivers
        self._paper = True
        self._cover_open = False
        self._printer_plugged = True
        self._texts: tuple[str, ...] = ()
        self._read_from: printers.Driver | None = None

    def hear(self, snapshot: Snapshot) -> None:
        """Listen to what the register publishes. Any thread."""
        if isinstance(snapshot, ShopView):
            self.shop = snapshot

    @property
    def view(self) -> BenchView:
        """How everything stands now."""
        scanner, drawer = self._of(scanners.Driver), self._of(drawers.Driver)
        return BenchView(
            scanner_plugged=scanner is not None and scanner.is_plugged,
            printer_plugged=self._printer_plugged,
            paper=self._paper,
            cover_open=self._cover_open,
            drawer_open=drawer is not None and drawer.opened,
            kicks=0 if drawer is None else drawer.kicks,
            slips=self._slips(),
            scale_grams=0 if (scale := self._of(scales.Driver)) is None else scale.load_grams,
            display=self._shown(),
            labels=0 if (label := self._of(labels.Driver)) is None else len(label.labels),
            beeps=() if (beeper := self._of(beepers.Driver)) is None else beeper.beeps[-3:],
        )

    def scan(self, barcode: str) -> bool:
        """Hold an article under the beam; False where the scanner did not hear."""
        scanner = self._of(scanners.Driver)
        return scanner is not None and scanner.feed(barcode)

    def plug_scanner(self, plugged: bool) -> None:  # noqa: FBT001 - a lever has two positions
        """Pull the scanner's cable or put it back."""
        if scanner := self._of(scanners.Driver):
            (scanner.plug if plugged else scanner.unplug)()

    def plug_printer(self, plugged: bool) -> None:  # noqa: FBT001 - a lever has two positions
        """Pull the printer's cable or put it back."""
        self._printer_plugged = plugged
        if printer := self._of(printers.Driver):
            (printer.plug if plugged else printer.unplug)()

    def load_paper(self, loaded: bool) -> None:  # noqa: FBT001 - a lever has two positions
        """Take the paper out or put a new roll in."""
        self._paper = loaded
        if printer := self._of(printers.Driver):
            (printer.load_paper if loaded else printer.take_paper)()

    def open_cover(self, opened: bool) -> None:  # noqa: FBT001 - a lever has two positions
        """Open the printer's cover or close it."""
        self._cover_open = opened
        if printer := self._of(printers.Driver):
            (printer.open_cover if opened else printer.close_cover)()

    def push_drawer(self, opened: bool) -> None:  # noqa: FBT001 - a lever has two positions
        """Pull the drawer open by its key, or push it shut."""
        if drawer := self._of(drawers.Driver):
            (drawer.pull_open if opened else drawer.push_shut)()

    def put_on_scale(self, grams: int) -> None:
        """Lay so much on the scale; nothing takes it off again."""
        if scale := self._of(scales.Driver):
            if grams:
                scale.put(grams)
            else:
                scale.lift()

    def tap_badge(self, name: str) -> bool:
        """Hold somebody's badge to the reader; an unknown name has a badge that nobody knows."""
        reader = self._of(readers.Driver)
        return reader is not None and reader.tap(self.badges.get(name, STRANGE_BADGE))

    def _shown(self) -> tuple[str, ...]:
        display = self._of(displays.Driver)
        return () if display is None else tuple(display.rendered().split("\n"))

    def _slips(self) -> tuple[str, ...]:
        # The bench looks four times a second, so each slip is made into text only once.
        printer = self._of(printers.Driver)
        if printer is None:
            return self._texts
        if printer is not self._read_from:
            self._read_from, self._texts = printer, ()
        printed = printer.slips
        if len(printed) != len(self._texts):
            new = map(printer.render, printed[len(self._texts) :])
            self._texts = (*self._texts, *new)
        return self._texts

    def _of(self, kind: type[_Driver]) -> _Driver | None:
        """The first simulated device of a class; a manager may have taken it out."""
        for driver in self._drivers().values():
            if isinstance(driver, kind):
                return driver
        return None
