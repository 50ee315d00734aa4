"""Shelf labels: choosing products, printing their labels or saving them as sheets, and how far that is.

Managers only. A person chooses (`…(Command)`), the register makes the words a few products at a time (`…(Job)`), so
that no scan waits for a thousand labels, and whoever prints tells how many came out (`…(Event)`).
"""

from typing import Literal

import msgspec

from appliance.messages.values import Command, Event, Fields, Job, Number, Snapshot

Listed = Literal["", "all", "category", "search", "changed"]
"""Which products are listed: none yet, all, a category's, those found, or those whose labels are no longer true."""

Sheet = Literal["L7160", "L7651", "5160"]

# --------------------------------------------------------------------------- what it is about


class LabelText(msgspec.Struct, frozen=True):
    """A shelf label in finished words."""

    name: str
    price: str
    unit_price: str = ""
    barcode: str = ""
    note: str = ""


class LabelRowView(msgspec.Struct, frozen=True):
    """A product that may get a label. `problem` with `fields` is why its label would not be as it should."""

    product: str
    name: str
    price_minor: int
    unit: str
    ticked: bool
    problem: str = ""
    fields: Fields = ()


class LabelRunView(msgspec.Struct, frozen=True):
    """Labels that are being made or were made last; `on` is empty where none were.

    `code` with `fields` is why it ended before its end, `file` where the sheets are.
    """

    on: Literal["", "printer", "sheets"] = ""
    running: bool = False
    printed: int = 0
    total: int = 0
    code: str = ""
    fields: Fields = ()
    file: str = ""


class LabelsView(Snapshot, frozen=True, tag="labels"):
    """The choice of products for labels; `open` is False where nobody chooses, and the rest is empty then.

    `listed` counts the products of which `rows` are one page. `more` says that there are others, which are not listed.
    """

    open: bool
    which: Listed = ""
    of: str = ""
    page: int = 0
    pages: int = 1
    rows: tuple[LabelRowView, ...] = ()
    listed: int = 0
    more: bool = False
    all_ticked: bool = False
    ticked: int = 0
    most: int = 0
    run: LabelRunView = LabelRunView()


# --------------------------------------------------------------------------- commands


class OpenLabels(Command, frozen=True, tag="open_labels"):
    """Choose products for labels. Managers only."""


class CloseLabels(Command, frozen=True, tag="close_labels"):
    """Choose no more; what was ticked is forgotten, and what is printing goes on."""


class ListLabels(Command, frozen=True, tag="list_labels"):
    """List products: `of` is the category's id or the text that is searched for. `page` counts from 0."""

    which: Listed
    of: str = ""
    page: Number = 0


class TickLabels(Command, frozen=True, tag="tick_labels"):
    """Have labels made for these products, or not; None means all that are listed and have a price."""

    products: tuple[str, ...] | None
    on: bool


class PrintLabels(Command, frozen=True, tag="print_labels"):
    """Print labels for products, by their ids; with none, for those that are ticked. Managers only.

    `copies` are of each.
    """

    products: tuple[str, ...] = ()
    copies: Number = 1


class SaveLabels(Command, frozen=True, tag="save_labels"):
    """The same labels on sheets, as a PDF in the folder `labels` of the store. Managers only."""

    products: tuple[str, ...] = ()
    copies: Number = 1
    sheet: Sheet = "L7160"


class StopLabels(Command, frozen=True, tag="stop_labels"):
    """Print no more of them. Managers only."""


# --------------------------------------------------------------------------- jobs


class PrintLabelTexts(Job, frozen=True):
    """Print shelf labels; answered by `LabelsPrinted` or `LabelsFailed`, with `LabelsStepped` on the way."""

    labels: tuple[LabelText, ...]
    copies: int


class GiveUpLabels(Job, frozen=True):
    """Print no more of the labels that were asked for so far."""


class LaySheets(Job, frozen=True):
    """Put labels on the sheets of `file`, which are written with the `last` of them; answered as `PrintLabelTexts`."""

    labels: tuple[LabelText, ...]
    copies: int
    sheet: Sheet
    file: str
    last: bool


# --------------------------------------------------------------------------- events


class LabelsPrinted(Event, frozen=True, tag="labels_printed"):
    """All of a job came out: so many labels, every copy counted. `device` is empty for sheets."""

    device: str
    count: int


class LabelsFailed(Event, frozen=True, tag="labels_failed"):
    """Labels could not be printed, and will not be; `printed` of the job certainly were, every copy counted."""

    device: str
    printed: int
    code: str
    fields: Fields = ()


class LabelsStepped(Event, frozen=True, tag="labels_stepped"):
    """So many of the running job's labels have come out."""

    device: str
    printed: int
