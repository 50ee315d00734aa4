"""Everything that crosses a thread: commands to the register, events from devices, snapshots for the screen.

All are frozen structs of plain values and tuples. Commands carry a tag (`do`), so that one JSON object a
line is a command as well (`open-pos play`); snapshots carry a tag (`topic`), and a newer snapshot of a
topic replaces the older one. Money is in minor units, quantities in thousandths, times in UTC milliseconds.
"""

import enum
from typing import Annotated

import msgspec

from appliance.domain.receipt import ReceiptLine

Fields = tuple[tuple[str, str | int], ...]
"""The named values of a problem or notice, to be filled into its sentence."""

Number = Annotated[int, msgspec.Meta(ge=-(1 << 53), le=1 << 53)]
"""A whole number as a command may bring it: beyond these, sums would outgrow the database's 64 bits."""

AtMs = Annotated[int, msgspec.Meta(ge=0, le=4_102_444_800_000)]
"""A time from 1970 to 2100."""


# --------------------------------------------------------------------------- commands


class Command(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="do"):
    """What a person (or a script) asks of the register."""


class SignIn(Command, frozen=True, tag="sign_in"):
    """`employee` is an employee's id or number."""

    employee: str
    pin: str


class SignOut(Command, frozen=True, tag="sign_out"):
    """Lock the register. An open ticket stays open."""


class Scan(Command, frozen=True, tag="scan"):
    """A barcode as the scanner sent it, with its AIM identifier if it has one."""

    text: str
    device: str = "screen"
    read_ns: int = 0
    """`time.monotonic_ns()` when the terminator arrived; 0 where unknown. Only for measuring."""


class KeyQuantity(Command, frozen=True, tag="key_quantity"):
    """Hold a quantity for the next scan or tile; 0 forgets it."""

    qty_milli: Number


class AddProduct(Command, frozen=True, tag="add_product"):
    """Sell a product by its id, as a tile does. The held quantity is used up."""

    product: str


class SelectLine(Command, frozen=True, tag="select_line"):
    """Mark a line of the open ticket; None marks none."""

    line: str | None = None


class ChangeQuantity(Command, frozen=True, tag="change_quantity"):
    """Set the quantity of one line of the open ticket; None means the selected line."""

    line: str | None
    qty_milli: Number


class RemoveLine(Command, frozen=True, tag="remove_line"):
    """Take a line off the open ticket; None means the selected line. The journal keeps it."""

    line: str | None = None


class AbandonTicket(Command, frozen=True, tag="abandon_ticket"):
    """Give up the whole open ticket. The journal keeps it."""


class StartTender(Command, frozen=True, tag="start_tender"):
    """The customer wants to pay: lines are fixed from here."""


class CancelTender(Command, frozen=True, tag="cancel_tender"):
    """Back to the lines."""


class TenderCash(Command, frozen=True, tag="tender_cash"):
    """The customer hands over this much in cash. Starts the tender if it was not started."""

    amount_minor: Number


class ChooseReceipt(Command, frozen=True, tag="choose_receipt"):
    """What to do about a sale's receipt: `print` or `none`; None means the last sale."""

    sale: str | None
    choice: str


class Reprint(Command, frozen=True, tag="reprint"):
    """Print a sale's receipt again, marked COPY if one was printed before; None means the last sale."""

    sale: str | None = None


class NewSale(Command, frozen=True, tag="new_sale"):
    """Leave the change-due page (a scan or a tile does so too)."""


class DismissResume(Command, frozen=True, tag="dismiss_resume"):
    """The cashier has read what was found at start-up."""


class ShowCategory(Command, frozen=True, tag="show_category"):
    """Which tiles to show; None shows the favourites. `page` counts from 0."""

    category: str | None = None
    page: Number = 0


class Search(Command, frozen=True, tag="search"):
    """Search as you type over names in every language; empty text ends the search."""

    text: str


class CountStock(Command, frozen=True, tag="count_stock"):
    """What was counted of a product, as a stock move to that figure."""

    product: str
    qty_milli: Number


class OpenDay(Command, frozen=True, tag="open_day"):
    """Open the business day. Signing in does so too when none is open."""


class CloseDay(Command, frozen=True, tag="close_day"):
    """Close the business day. Refused while a ticket is open."""


class SetLanguage(Command, frozen=True, tag="set_language"):
    """The language of the screen and of receipts from now on: `en`, `de` or `es`."""

    language: str


class DismissNotice(Command, frozen=True, tag="dismiss_notice"):
    """Take a notice off the bar."""

    notice: Number


class SetClock(Command, frozen=True, tag="set_clock"):
    """Set the shop's clock. Only where time is simulated (`open-pos play`)."""

    at_ms: AtMs


AnyCommand = (
    SignIn
    | SignOut
    | Scan
    | KeyQuantity
    | AddProduct
    | SelectLine
    | ChangeQuantity
    | RemoveLine
    | AbandonTicket
    | StartTender
    | CancelTender
    | TenderCash
    | ChooseReceipt
    | Reprint
    | NewSale
    | DismissResume
    | ShowCategory
    | Search
    | CountStock
    | OpenDay
    | CloseDay
    | SetLanguage
    | DismissNotice
    | SetClock
)


# --------------------------------------------------------------------------- jobs, run after the commit


class Job(msgspec.Struct, frozen=True):
    """Something physical that follows from what was just committed."""


class PrintSlip(Job, frozen=True):
    """Print a receipt: at least once, and every slip after a first possible one says COPY (`copy` > 0)."""

    sale: str
    copy: int
    lines: tuple[ReceiptLine, ...]


class DropSlips(Job, frozen=True):
    """Forget the slips of a sale that wait for the printer; one that is being printed comes out."""

    sale: str


class KickDrawer(Job, frozen=True):
    """Open the cash drawer: at most once."""

    sale: str


class Beep(Job, frozen=True):
    """Tell by ear that a scan was taken (`good`) or not."""

    good: bool


AnyJob = PrintSlip | DropSlips | KickDrawer | Beep


# --------------------------------------------------------------------------- events from devices


class DeviceState(enum.StrEnum):
    """How a device is, as far as its host knows."""

    STARTING = "starting"
    OK = "ok"
    BUSY = "busy"
    TROUBLE = "trouble"
    ABSENT = "absent"


class Event(msgspec.Struct, frozen=True, tag_field="event"):
    """What a device thread tells the register."""


class DeviceChanged(Event, frozen=True, tag="device_changed"):
    """A device's state changed; `code` names the trouble in `TROUBLE` and `ABSENT`."""

    device: str
    kind: str
    state: DeviceState
    code: str = ""
    fields: Fields = ()


class PrintFinished(Event, frozen=True, tag="print_finished"):
    """The printer confirmed a slip of this sale."""

    sale: str
    copy: int
    device: str


class PrintFailed(Event, frozen=True, tag="print_failed"):
    """The slip could not be printed yet and is tried again; or, `maybe_on_paper`, it was given up."""

    sale: str
    copy: int
    device: str
    code: str
    fields: Fields = ()
    maybe_on_paper: bool = False


class DrawerFailed(Event, frozen=True, tag="drawer_failed"):
    """The drawer was told to open and could not be."""

    sale: str
    device: str
    code: str
    fields: Fields = ()


AnyEvent = DeviceChanged | PrintFinished | PrintFailed | DrawerFailed


# --------------------------------------------------------------------------- snapshots for the screen


class Snapshot(msgspec.Struct, frozen=True, tag_field="topic"):
    """The newest state of one topic. Finished facts, no words: presenters make the words."""


class StartingView(Snapshot, frozen=True, tag="starting"):
    """What start-up is doing while the screen already stands; `done` True ends the starting page.

    `task` is `open` or `rebuild`; `total` is 0 where the length is not known. `problem` names why the register cannot
    start (then nothing else will come), e.g. `store_corrupt`.
    """

    done: bool
    task: str = "open"
    part: int = 0
    total: int = 0
    problem: str = ""
    fields: Fields = ()


class ShopView(Snapshot, frozen=True, tag="shop"):
    """What rarely changes."""

    name: str
    register: str
    currency: str
    language: str
    languages: tuple[str, ...]
    demo: bool


class PersonView(msgspec.Struct, frozen=True):
    """An employee as the sign-in page shows them."""

    id: str
    number: str
    name: str
    role: str


class SessionView(Snapshot, frozen=True, tag="session"):
    """Who is at the register, and whether the business day is open.

    `refused` is a problem's code after a wrong PIN (`wrong_pin`, `wait_before_pin`); `wait_until_ms` is 0 or
    the time until which no PIN is taken.
    """

    employee: PersonView | None
    people: tuple[PersonView, ...]
    day: str | None
    day_opened_at_ms: int
    refused: str = ""
    wait_until_ms: int = 0


class LineView(msgspec.Struct, frozen=True):
    """One line of the ticket. `unit` is `piece` or `kilogram` (then `qty_milli` is in grams)."""

    id: str
    name: str
    qty_milli: int
    unit: str
    price_minor: int
    amount_minor: int
    note: str = ""


class TaxView(msgspec.Struct, frozen=True):
    """One tax of the ticket or sale."""

    name: str
    rate_ppm: int
    included: bool
    net_minor: int
    tax_minor: int


class TicketView(Snapshot, frozen=True, tag="ticket"):
    """The ticket at hand. `state` is `open`, `tendering`, `paid` or `abandoned`; an empty ticket has no id.

    `number` is the receipt number that the sale will get. `keyed_qty_milli` is the quantity held for the next
    scan or tile (0 where none is).
    """

    id: str | None
    number: int
    state: str
    lines: tuple[LineView, ...]
    selected: str | None
    keyed_qty_milli: int
    item_count: int
    subtotal_minor: int
    taxes: tuple[TaxView, ...]
    included_tax_minor: int
    added_tax_minor: int
    total_minor: int
    newest_line: str | None = None
    read_ns: int = 0
    """`Scan.read_ns` of the scan that made this snapshot; 0 otherwise. Only for measuring."""


class TenderView(Snapshot, frozen=True, tag="tender"):
    """What is to be paid, while a ticket is tendering; `open` is False otherwise and the rest is zero."""

    open: bool
    total_minor: int = 0
    rounding_minor: int = 0
    due_minor: int = 0
    quick_minor: tuple[int, ...] = ()


class ReceiptState(enum.StrEnum):
    """What became of a sale's receipt."""

    ASKED = "asked"
    PRINTING = "printing"
    PRINTED = "printed"
    FAILED = "failed"
    NONE = "none"


class DoneView(Snapshot, frozen=True, tag="done"):
    """The sale just paid, until the next one begins; `sale` is None otherwise."""

    sale: str | None
    number: int = 0
    total_minor: int = 0
    rounding_minor: int = 0
    tendered_minor: int = 0
    change_minor: int = 0
    change_pieces: tuple[tuple[int, int], ...] = ()
    """The change in as few notes and coins as possible: (denomination in minor units, how many)."""
    receipt: ReceiptState = ReceiptState.NONE
    trouble: str = ""
    trouble_fields: Fields = ()


class LastSaleView(Snapshot, frozen=True, tag="last_sale"):
    """The last committed sale, for the reprint and for the page at start-up; `sale` is None where none is."""

    sale: str | None
    number: int = 0
    at_ms: int = 0
    total_minor: int = 0
    change_minor: int = 0
    receipt: ReceiptState = ReceiptState.NONE
    copies: int = 0
    receipt_text: tuple[str, ...] = ()
    """The receipt as it prints, in fixed-width lines."""


class ResumeView(Snapshot, frozen=True, tag="resume"):
    """What start-up found, shown until dismissed: the last sale and whether an open ticket was taken up again."""

    show: bool
    ticket_lines: int = 0
    receipt_unknown: bool = False
    """True where the last sale's receipt was wanted and nobody knows whether it was printed."""


class CategoryView(msgspec.Struct, frozen=True):
    """A category chip."""

    id: str
    name: str


class TileView(msgspec.Struct, frozen=True):
    """A product as a tile or a search hit shows it. `stock_milli` is None where stock is not watched."""

    product: str
    name: str
    price_minor: int
    unit: str
    icon: str = ""
    tint: str = ""
    stock_milli: int | None = None
    low: bool = False


class CatalogueView(Snapshot, frozen=True, tag="catalogue"):
    """The tiles of one category (None: favourites), one page of them."""

    categories: tuple[CategoryView, ...]
    category: str | None
    page: int
    pages: int
    tiles: tuple[TileView, ...]


class SearchView(Snapshot, frozen=True, tag="search"):
    """Hits for a search text; empty text means no search is going on."""

    text: str
    hits: tuple[TileView, ...]
    more: bool = False


class DeviceView(msgspec.Struct, frozen=True):
    """One device in the status strip; `code` names its trouble."""

    id: str
    kind: str
    state: DeviceState
    code: str = ""
    fields: Fields = ()
    waiting: int = 0
    """Jobs that wait for this device, e.g. slips in the print queue."""


class StatusView(Snapshot, frozen=True, tag="status"):
    """The status strip: devices, disk, clock, mirror. `mirror` is `off` until a LAN server is paired."""

    devices: tuple[DeviceView, ...]
    disk: str = "ok"
    disk_free_bytes: int = 0
    clock_ok: bool = True
    mirror: str = "off"


class NoticeLevel(enum.StrEnum):
    """How loud a notice is."""

    DONE = "done"
    WARN = "warn"
    REFUSED = "refused"
    DEFECT = "defect"


class NoticeView(Snapshot, frozen=True, tag="notice"):
    """The notice bar: the newest thing the cashier must know. `id` 0 means the bar is empty.

    `DEFECT` opens the defect sheet; `code` is then the defect's short code.
    """

    id: int
    level: NoticeLevel = NoticeLevel.DONE
    code: str = ""
    fields: Fields = ()


AnySnapshot = (
    StartingView
    | ShopView
    | SessionView
    | TicketView
    | TenderView
    | DoneView
    | LastSaleView
    | ResumeView
    | CatalogueView
    | SearchView
    | StatusView
    | NoticeView
)
