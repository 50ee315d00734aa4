"""Shelf labels: what a manager chooses, and labels on their way to the label printer or to sheets.

Labels go out a few products at a time, and the next ones when those came out: so the words of a thousand labels delay
no scan, and a run can be stopped. What came out is noted in the journal; that is how it is known later whose label no
longer tells the truth.
"""

import datetime
import logging
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, Literal

from msgspec.structs import replace

from appliance.domain.money import MILLI
from appliance.label_sheets import NoLabels, TooManyLabels
from appliance.messages import (
    AnyJob,
    CloseLabels,
    Fields,
    GiveUpLabels,
    LabelRowView,
    LabelRunView,
    LabelsFailed,
    LabelsPrinted,
    LabelsStepped,
    LabelsView,
    LabelText,
    LaySheets,
    Listed,
    ListLabels,
    NoticeLevel,
    OpenLabels,
    PrintLabels,
    PrintLabelTexts,
    SaveLabels,
    Sheet,
    StopLabels,
    TickLabels,
)
from appliance.problems import Refusal
from appliance.services import catalogue, people, shelf_labels
from appliance.services.catalogue import ProductRow
from appliance.slips import Devices
from appliance.store.database import DiskFull
from appliance.till import Handlers, Till
from drivers.label._symbol import symbol_of

log = logging.getLogger(__name__)

MOST_LABELS: Final = 1_000
"""In one run, every copy counted: what a roll holds. More is rather a slip of the finger."""
MOST_COPIES: Final = 200
AT_ONCE: Final = 25
"""Products that are put into words between two scans."""
A_PAGE: Final = 50
FOLDER: Final = "labels"

Notice = Callable[[NoticeLevel, str, Fields], None]


class NoLabelPrinter(Refusal):
    """No label printer is configured, or its queue is full."""

    code = "no_label_printer"


class LabelsRunning(Refusal):
    """Labels are being made; one run at a time."""

    code = "labels_running"


class CannotSaveNow(Refusal):
    """Whoever writes files is busy with something that takes longer, such as a self-test."""

    code = "busy"


class NoRoomForLabels(Refusal):
    """The disk is too full for anything but paying what is on the ticket."""

    code = "no_room_for_labels"


@dataclass(slots=True)
class _Run:
    """Labels on their way."""

    on: Literal["printer", "sheets"]
    actor: str
    copies: int
    total: int
    left: deque[str]
    sheet: Sheet = "L7160"
    file: str = ""
    out: tuple[ProductRow, ...] = ()
    """The products whose labels are with the printer."""
    laid: list[ProductRow] = field(default_factory=list)
    """The products whose labels lie on sheets that are not written yet."""
    printed: int = 0
    is_given_up: bool = False


class Labelling:
    """Chooses products and makes their labels. Each method does one command or event."""

    def __init__(
        self, till: Till, devices: Devices, notice: Notice, now_ms: Callable[[], int]
    ) -> None:
        """Nothing is chosen, nothing prints."""
        self._till: Final = till
        self._devices: Final = devices
        self._notice: Final = notice
        self._now_ms: Final = now_ms
        self._open = False
        self._which: Listed = ""
        self._of = ""
        self._listed: tuple[tuple[str, int], ...] = ()
        self._more = False
        self._page = 0
        self._rows: tuple[LabelRowView, ...] = ()
        self._ticked: dict[str, None] = {}
        self._run: _Run | None = None
        self._told = LabelRunView()
        self.view: LabelsView = LabelsView(open=False)
        """The choice and the run."""

    # ------------------------------------------------------------------ choosing

    @property
    def handlers(self) -> Handlers:
        """What each message does."""
        return {
            OpenLabels: self.open,
            CloseLabels: self.close,
            ListLabels: self.list,
            TickLabels: self.tick,
            PrintLabels: self.print_labels,
            SaveLabels: self.save,
            StopLabels: self.stop,
            LabelsPrinted: self.printed,
            LabelsFailed: self.failed,
            LabelsStepped: self.stepped,
        }

    def open(self, _command: OpenLabels) -> None:
        """Begin to choose, with those whose labels are old, if there are any. Raises `ManagersOnly`."""
        self._manager()
        self._open = True
        if self._run is None:
            self._told = LabelRunView()
        self._list("changed", "", 0)
        if not self._listed:
            self._list("", "", 0)

    def close(self, _command: CloseLabels | None = None) -> None:
        """End choosing; a run goes on."""
        self._open = False
        self._ticked = {}
        self._list("", "", 0)

    def list(self, command: ListLabels) -> None:
        """Look at other products. Raises `ManagersOnly`."""
        self._manager()
        self._open = True
        self._list(command.which, command.of, command.page)

    def tick(self, command: TickLabels) -> None:
        """Choose products, or no longer. Raises `ManagersOnly`."""
        self._manager()
        for product in self._priced() if command.products is None else command.products:
            if command.on:
                self._ticked[product] = None
            else:
                self._ticked.pop(product, None)
        self._draw()

    def _list(self, which: Listed, of: str, page: int) -> None:
        db, language = self._till.desk.db, self._till.words.language
        if (which, of) != (self._which, self._of) or not page:
            self._which, self._of = which, of
            self._listed, self._more = shelf_labels.listed(db, which, of, language)
        self._page = max(0, min(page, self._pages() - 1))
        shown = self._listed[self._page * A_PAGE : (self._page + 1) * A_PAGE]
        products = shelf_labels.sold(db, (product for product, _ in shown))
        self._rows = tuple(map(self._row, products))
        self._draw()

    def _priced(self) -> tuple[str, ...]:
        """Those listed that have a price: a label without one is wanted seldom, and then one at a time."""
        return tuple(product for product, price_minor in self._listed if price_minor)

    def _pages(self) -> int:
        return max(1, -(-len(self._listed) // A_PAGE))

    def _row(self, product: ProductRow) -> LabelRowView:
        """A product, with what would be amiss with its label."""
        problem = ""
        fields: Fields = ()
        code = shelf_labels.code(self._till.desk.db, product.id)
        if not product.price_minor:
            problem = "no_price"
        elif code and symbol_of(code) is None:
            problem, fields = "no_bars", (("barcode", code),)
        return LabelRowView(
            product=product.id,
            name=product.name_in(self._till.words.language),
            price_minor=product.price_minor,
            unit=product.unit,
            ticked=False,
            problem=problem,
            fields=fields,
        )

    # ------------------------------------------------------------------ making labels

    def print_labels(self, command: PrintLabels) -> None:
        """Print labels.

        Raises `ManagersOnly`, `LabelsRunning`, `NoSuchProduct`, `TooManyLabels`, `NoLabels`, `NoLabelPrinter`.
        """
        run = self._new_run("printer", command.products, command.copies)
        self._begin(run, NoLabelPrinter())

    def save(self, command: SaveLabels) -> None:
        """Write sheets of labels. Raises as `print_labels`, and `CannotSaveNow`."""
        run = self._new_run("sheets", command.products, command.copies)
        now = datetime.datetime.fromtimestamp(self._now_ms() // MILLI, tz=datetime.UTC).astimezone()
        run.sheet = command.sheet
        run.file = str(self._till.desk.db.folder / FOLDER / f"{now:%Y-%m-%d_%H%M%S}.pdf")
        self._begin(run, CannotSaveNow())

    def stop(self, _command: StopLabels) -> None:
        """Print no more. Raises `ManagersOnly`."""
        self._manager()
        run = self._run
        if run is None or run.on == "sheets":
            return
        run.is_given_up = True
        if not self._devices.run(GiveUpLabels()):
            self._end("labels_stopped")

    def forget(self) -> None:
        """After a defect nobody knows whose labels are on their way: what still comes is not waited for."""
        self._run = None
        self._told = LabelRunView()
        self._draw()

    def printed(self, event: LabelsPrinted) -> None:
        """All that was asked for last came out: now the next."""
        run = self._run
        if run is None:
            return
        run.printed += event.count
        self._note(run, run.out)
        if run.is_given_up:
            self._end("labels_stopped")
        elif run.left:
            if not self._give_next(run):
                self._end("no_label_printer" if run.on == "printer" else "busy")
        else:
            self._finish(run)
        self._draw()

    def failed(self, event: LabelsFailed) -> None:
        """They did not all come out, and no more will."""
        run = self._run
        if run is None:
            return
        run.printed += event.printed
        self._note(run, run.out[: event.printed // run.copies])
        self._end(event.code, event.fields, event.device)

    def stepped(self, event: LabelsStepped) -> None:
        """So many of those that were asked for last have come out."""
        if self._run is not None:
            self._tell(self._run, self._run.printed + event.printed)
            self._draw()

    def _new_run(
        self, on: Literal["printer", "sheets"], products: tuple[str, ...], copies: int
    ) -> _Run:
        actor = self._manager()
        if self._run is not None:
            raise LabelsRunning
        if self._till.disk == "full":
            raise NoRoomForLabels
        wanted = products or tuple(self._ticked)
        total = len(wanted) * copies
        if not wanted:
            raise NoLabels
        if not 1 <= copies <= MOST_COPIES or total > MOST_LABELS:
            raise TooManyLabels(most=MOST_LABELS)
        for product in products:
            catalogue.by_id(self._till.desk.db, product)
        return _Run(on=on, actor=actor, copies=copies, total=total, left=deque(wanted))

    def _begin(self, run: _Run, refusal: Refusal) -> None:
        if not self._give_next(run):
            raise refusal
        self._run = run
        self._tell(run, 0)
        self._draw()

    def _give_next(self, run: _Run) -> bool:
        """Put the next few products into words; those that are no longer sold get no label."""
        db, words = self._till.desk.db, self._till.words
        next_ones = [run.left.popleft() for _ in range(min(AT_ONCE, len(run.left)))]
        run.out = shelf_labels.sold(db, next_ones)
        run.total -= (len(next_ones) - len(run.out)) * run.copies
        labels = tuple(shelf_labels.text(db, product, words) for product in run.out)
        return self._devices.run(self._job(run, labels))

    def _job(self, run: _Run, labels: tuple[LabelText, ...]) -> AnyJob:
        if run.on == "printer":
            return PrintLabelTexts(labels=labels, copies=run.copies)
        return LaySheets(
            labels=labels, copies=run.copies, sheet=run.sheet, file=run.file, last=not run.left
        )

    def _note(self, run: _Run, products: tuple[ProductRow, ...]) -> None:
        """Record what came out; of sheets only when they are written."""
        run.laid += products
        if run.on == "printer" or not run.left:
            noted, run.laid = tuple(run.laid), []
            language = self._till.words.language
            try:
                shelf_labels.made(self._till.desk, noted, run.on, language, run.actor)
            except DiskFull:
                # They came out all the same; later they count as labels that are no longer true.
                log.warning("the disk is full: %d labels are not noted", len(noted))

    def _finish(self, run: _Run) -> None:
        self._run = None
        self._tell(run, run.printed)
        if run.on == "printer":
            self._notice(NoticeLevel.DONE, "labels_printed", (("count", run.printed),))
        else:
            fields = (("count", run.printed), ("file", run.file))
            self._notice(NoticeLevel.DONE, "labels_saved", fields)

    def _end(self, code: str, fields: Fields = (), device: str = "") -> None:
        """A run ends before its end, and why."""
        run, self._run = self._run, None
        assert run is not None
        self._tell(run, run.printed, code, fields)
        self._draw()
        if run.on == "sheets":
            self._notice(NoticeLevel.WARN, code, fields)
            return
        counts: Fields = (("printed", run.printed), ("total", run.total))
        if code == "labels_stopped":
            self._notice(NoticeLevel.DONE, code, counts)
        else:
            told = (*fields, *counts, ("why_code", code), ("device", device))
            self._notice(NoticeLevel.WARN, "labels_not_printed", told)

    # ------------------------------------------------------------------ showing

    def _tell(self, run: _Run, printed: int, code: str = "", fields: Fields = ()) -> None:
        self._told = LabelRunView(
            on=run.on,
            running=self._run is not None,
            printed=printed,
            total=run.total,
            code=code,
            fields=fields,
            file="" if code else run.file,
        )

    def _draw(self) -> None:
        if not self._open:
            self.view = LabelsView(open=False, most=MOST_LABELS, run=self._told)
            return
        priced = self._priced()
        self.view = LabelsView(
            open=True,
            which=self._which,
            of=self._of,
            page=self._page,
            pages=self._pages(),
            rows=tuple(replace(row, ticked=row.product in self._ticked) for row in self._rows),
            listed=len(self._listed),
            more=self._more,
            all_ticked=bool(priced) and all(product in self._ticked for product in priced),
            ticked=len(self._ticked),
            most=MOST_LABELS,
            run=self._told,
        )

    def _manager(self) -> str:
        people.refuse_but_managers(self._till.employee)
        assert self._till.employee is not None
        return self._till.employee.id
