"""Shelf labels: which products, how many of each, and what became of them."""

from typing import Final

import msgspec

from appliance.messages import (
    CatalogueView,
    CloseLabels,
    DeviceState,
    DeviceView,
    LabelRowView,
    LabelsView,
    ListLabels,
    OpenLabels,
    PrintLabels,
    SaveLabels,
    Sheet,
    StatusView,
    StopLabels,
    TickLabels,
)
from kiosk_ui.navigation import Overlay
from kiosk_ui.presenters.base import Presenter
from kiosk_ui.presenters.keys import BACKSPACE, KeyView, keyboard_rows
from kiosk_ui.presenters.search import CARET, LONGEST
from kiosk_ui.presenters.tiles import ChipView, chip

ALL: Final = "labels_all"
CHANGED: Final = "labels_changed"
SHEET: Final = "sheet_"
SHEETS: Final[tuple[Sheet, ...]] = ("L7160", "L7651", "5160")
MOST_COPIES: Final = 200
WELL: Final = frozenset({DeviceState.OK, DeviceState.BUSY})


class LabelLineView(msgspec.Struct, frozen=True):
    """A product that may get a label."""

    product: str
    icon: str
    colour: str
    name: str
    price: str
    problem: str
    has_problem: bool


class LabelsCardView(msgspec.Struct, frozen=True):
    """The field, the chips, the list, and beside them what is printed."""

    title: str
    text: str
    text_colour: str
    field_border: str
    can_clear: bool
    is_typing: bool
    is_choosing: bool
    keys: tuple[tuple[KeyView, ...], ...]
    done: str
    close: str
    chips: tuple[ChipView, ...]
    rows: tuple[LabelLineView, ...]
    narrow_columns: int
    note: str
    has_note: bool
    all: str
    all_icon: str
    can_all: bool
    has_pages: bool
    page: str
    can_back: bool
    can_next: bool
    count: str
    copies_label: str
    copies: str
    can_less: bool
    can_more: bool
    sheets_label: str
    sheets: tuple[ChipView, ...]
    run: str
    run_colour: str
    has_run: bool
    reason: str
    reason_colour: str
    has_reason: bool
    is_idle: bool
    save: str
    can_save: bool
    print: str
    can_print: bool
    is_printing: bool
    stop: str


class LabelsPresenter(Presenter[LabelsCardView]):
    """A manager's way to shelf labels."""

    topics = (LabelsView, StatusView, CatalogueView)
    _text = ""
    _is_typing = False
    _copies = 1
    _sheet: Sheet = "L7160"

    # ------------------------------------------------------------------ gestures

    def open(self) -> None:
        """Begin to choose."""
        self._text, self._is_typing, self._copies = "", False, 1
        self.send(OpenLabels())
        self.refresh()
        self.open_overlay(Overlay.LABELS)

    def close(self) -> None:
        """Back to the sale. What prints goes on."""
        self.send(CloseLabels())
        self.open_overlay(Overlay.NONE)

    def search(self) -> None:
        """Type what to look for."""
        self._is_typing = True
        self.refresh()

    def done(self) -> None:
        """Put the keyboard away."""
        self._is_typing = False
        self.refresh()

    def key(self, name: str) -> None:
        """A key of the keyboard on the screen, or a real one."""
        text = self._text[:-1] if name == BACKSPACE else (self._text + name)[:LONGEST]
        if name.isprintable() and text != self._text:
            self._is_typing = True
            self._look_for(text)

    def clear(self) -> None:
        """Empty the field."""
        self._look_for("")

    def tap_chip(self, name: str) -> None:
        """Look at a category, at all products, or at those whose labels are old; or choose the sheets of the PDF."""
        sheet = next((one for one in SHEETS if name == SHEET + one), None)
        if sheet is not None:
            self._sheet = sheet
        else:
            self._text = ""
            which = {ALL: "all", CHANGED: "changed"}.get(name, "category")
            self.send(ListLabels(which, name if which == "category" else ""))  # type: ignore[arg-type]
        self.refresh()

    def tap_line(self, product: str) -> None:
        """Have a label made for a product, or not."""
        is_ticked = any(row.product == product and row.ticked for row in self.seen.labels.rows)
        self.send(TickLabels((product,), on=not is_ticked))

    def tap_all(self) -> None:
        """All that are listed, or none of them."""
        self.send(TickLabels(None, on=not self.seen.labels.all_ticked))

    def turn(self, step: int) -> None:
        """Another page of the list."""
        labels = self.seen.labels
        self.send(ListLabels(labels.which, labels.of, labels.page + step))

    def more(self, step: int) -> None:
        """More or fewer copies of each."""
        self._copies = min(MOST_COPIES, max(1, self._copies + step))
        self.refresh()

    def print_them(self) -> None:
        """Print what is ticked."""
        self.send(PrintLabels(copies=self._copies))

    def save(self) -> None:
        """Lay what is ticked on sheets."""
        self.send(SaveLabels(copies=self._copies, sheet=self._sheet))

    def stop(self) -> None:
        """Print no more."""
        self.send(StopLabels())

    def _look_for(self, text: str) -> None:
        self._text = text
        self.send(ListLabels("search" if text else "", text))
        self.refresh()

    # ------------------------------------------------------------------ the view

    def draw(self) -> LabelsCardView:
        """The card for now."""
        labels, words, number = self.seen.labels, self.words, self.formats.number
        note, running = self._note(), labels.run.running
        run, run_colour = self._run()
        reason, reason_colour = self._reason()
        is_fit = bool(labels.ticked) and self._total() <= labels.most and not running
        return LabelsCardView(
            title=words("labels.title"),
            text=(self._text + CARET * self._is_typing) or words("labels.search"),
            text_colour="ink" if self._text else "muted",
            field_border="brand" if self._is_typing else "line",
            can_clear=bool(self._text),
            is_typing=self._is_typing,
            is_choosing=not self._is_typing,
            keys=keyboard_rows(words.language, words("search.space")),
            done=words("labels.done"),
            close=words("common.close"),
            chips=self._chips(),
            rows=tuple(map(self._line, labels.rows)),
            narrow_columns=2 if self._is_typing else 1,
            note=note,
            has_note=bool(note),
            all=words(
                "labels.none" if labels.all_ticked else "labels.all", n=number(labels.listed)
            ),
            all_icon="checkbox-marked" if labels.all_ticked else "checkbox-blank-outline",
            can_all=bool(labels.listed),
            has_pages=labels.pages > 1,
            page=words("labels.page", page=labels.page + 1, pages=labels.pages),
            can_back=labels.page > 0,
            can_next=labels.page + 1 < labels.pages,
            count=words.count("labels.count", self._total(), number(self._total())),
            copies_label=words("labels.copies"),
            copies=number(self._copies),
            can_less=self._copies > 1,
            can_more=self._copies < MOST_COPIES,
            sheets_label=words("labels.sheets"),
            sheets=tuple(chip(SHEET + name, name, active=name == self._sheet) for name in SHEETS),
            run=run,
            run_colour=run_colour,
            has_run=bool(run),
            reason=reason,
            reason_colour=reason_colour,
            has_reason=bool(reason),
            is_idle=not self._is_printing(),
            save=words("labels.save"),
            can_save=is_fit,
            print=words("labels.print"),
            can_print=is_fit and self._can_print(),
            is_printing=self._is_printing(),
            stop=words("labels.stop"),
        )

    def _chips(self) -> tuple[ChipView, ...]:
        labels, words = self.seen.labels, self.words
        return (
            chip(CHANGED, words("labels.changed"), active=labels.which == "changed"),
            chip(ALL, words("labels.all_products"), active=labels.which == "all"),
            *(
                chip(one.id, one.name, active=labels.which == "category" and labels.of == one.id)
                for one in self.seen.catalogue.categories
            ),
        )

    def _line(self, row: LabelRowView) -> LabelLineView:
        problem = self.formats.sentence(f"labels.{row.problem}", row.fields) if row.problem else ""
        return LabelLineView(
            product=row.product,
            icon="checkbox-marked" if row.ticked else "checkbox-blank-outline",
            colour="brand_ink" if row.ticked else "muted",
            name=row.name,
            price=self.formats.price(row.price_minor, row.unit),
            problem=problem,
            has_problem=bool(problem),
        )

    def _note(self) -> str:
        """What to do, or why the list is empty or not all there is."""
        labels, words = self.seen.labels, self.words
        if labels.more:
            return words("search.more" if labels.which == "search" else "labels.more")
        if labels.rows:
            return ""
        if labels.which == "search":
            # What comes back may lag behind the keys.
            return words("search.none", text=self._text) if labels.of == self._text else ""
        if labels.which == "changed":
            return words("labels.nothing_changed")
        return words("labels.nothing_here" if labels.which else "labels.begin")

    def _run(self) -> tuple[str, str]:
        """How far it is, or what became of it."""
        run, words, number = self.seen.labels.run, self.words, self.formats.number
        counts = {"printed": number(run.printed), "total": number(run.total)}
        if not run.on:
            return "", "muted"
        if run.running:
            return words(f"labels.running_{run.on}", **counts), "ink"
        if run.code and run.on == "sheets":
            return self.formats.problem(run.code, run.fields), "amber_ink"
        if run.code:
            said = words("labels.came_out", **counts)
            why = "" if run.code == "labels_stopped" else self.formats.problem(run.code, run.fields)
            return f"{said} {why}".strip(), "amber_ink"
        if run.on == "sheets":
            return words("labels.saved", file=run.file), "brand_ink"
        return words.count("labels.printed", run.printed, counts["printed"]), "brand_ink"

    def _reason(self) -> tuple[str, str]:
        """Why nothing can be printed now."""
        labels, run = self.seen.labels, self.seen.labels.run
        if run.running:
            return "", "muted"
        if self._total() > labels.most:
            return self.words("labels.too_many", most=self.formats.number(labels.most)), "amber_ink"
        printer = self._printer()
        if printer is None:
            return self.words("labels.no_printer"), "muted"
        if self._can_print() or (run.code and printer.code == run.code):
            return "", "muted"
        if not printer.code:
            return self.words("labels.starting"), "muted"
        return self.formats.problem(printer.code, printer.fields), "amber_ink"

    def _total(self) -> int:
        return self.seen.labels.ticked * self._copies

    def _printer(self) -> DeviceView | None:
        """The label printer, which is the first that is set up."""
        return next((one for one in self.seen.status.devices if one.kind == "label"), None)

    def _can_print(self) -> bool:
        printer = self._printer()
        return printer is not None and printer.state in WELL

    def _is_printing(self) -> bool:
        return self.seen.labels.run.running and self.seen.labels.run.on == "printer"
