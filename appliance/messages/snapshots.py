"""What the register publishes for the screen: finished facts, no words."""

import enum

import msgspec

from appliance.messages.values import DeviceState, Fields, Snapshot
from appliance.messages.workshop import FindingView


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
    place: str = "till"
    """`door` where this is a time clock and no till."""


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
    chosen: str | None = None
    """The id of the employee whose badge was held to the reader; the PIN is still to be keyed in."""


class HolderView(msgspec.Struct, frozen=True):
    """Somebody who works here, and whether a badge is theirs."""

    id: str
    name: str
    has_badge: bool


class BadgesView(Snapshot, frozen=True, tag="badges"):
    """Who has a badge, while a manager is signed in; `people` is empty for everybody else.

    `waiting_for` is the id of the employee to whom the next badge is given, empty where none is waited for.
    """

    people: tuple[HolderView, ...] = ()
    waiting_for: str = ""


class LineView(msgspec.Struct, frozen=True):
    """One line of the ticket. `unit` is `piece` or `kilogram` (then `qty_milli` is in grams)."""

    id: str
    name: str
    qty_milli: int
    unit: str
    price_minor: int
    amount_minor: int
    note: str = ""
    shown: str = ""
    """What the scale showed, where that is not in kilograms, such as `2.205 lb`."""
    tare_milli: int = 0
    """What the scale took off for the container, in grams."""


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


class UnconfirmedView(msgspec.Struct, frozen=True):
    """A sale whose receipt was asked for, and nobody knows whether it came out."""

    sale: str
    number: int


class ResumeView(Snapshot, frozen=True, tag="resume"):
    """What start-up found, shown until dismissed: the last sale and whether an open ticket was taken up again."""

    show: bool
    ticket_lines: int = 0
    receipt_unknown: bool = False
    """True where the last sale's receipt was wanted and nobody knows whether it was printed."""
    earlier: tuple[UnconfirmedView, ...] = ()
    """Sales of this business day before the last one, of which the same is true."""


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
    """The status strip: devices, disk, clock, mirror.

    `mirror` is a `MirrorState`, `off` until a LAN server is paired; it is so since `mirror_since_ms`. `mirror_behind`
    entries of this register are not on the server. `mirror_code` is why it is alone or in trouble.
    """

    devices: tuple[DeviceView, ...]
    disk: str = "ok"
    disk_free_bytes: int = 0
    clock_ok: bool = True
    mirror: str = "off"
    health: tuple[FindingView, ...] = ()
    """What is wrong with the machine itself."""
    mirror_behind: int = 0
    mirror_since_ms: int = 0
    mirror_code: str = ""
    mirror_fields: Fields = ()
    support_until_ms: int = 0
    """Until when somebody may sign in over the network to help; 0 where nobody may."""


class ScaleView(Snapshot, frozen=True, tag="scale"):
    """What the scale shows; `device` is empty where there is none or it does not answer.

    `state` is a `drivers.scale.ScaleState`; `shown` is what stands on its own display, in its `unit`, empty where it
    sends none while it moves. `tare_milli` in grams, 0 where none is set or it tells none.
    """

    device: str = ""
    state: str = ""
    shown: str = ""
    unit: str = ""
    tare_milli: int = 0
    can_zero: bool = False
    can_tare: bool = False
    can_clear: bool = False


class NoticeLevel(enum.StrEnum):
    """How loud a notice is. `BUSY` says what the register waits for."""

    BUSY = "busy"
    DONE = "done"
    WARN = "warn"
    REFUSED = "refused"
    DEFECT = "defect"


class NoticeView(Snapshot, frozen=True, tag="notice"):
    """The notice bar: the newest thing the cashier must know. `id` 0 means the bar is empty.

    `DEFECT` opens the defect sheet; `code` is then the defect's short code. One that `stays` is taken away by a person
    and not by time.
    """

    id: int
    level: NoticeLevel = NoticeLevel.DONE
    code: str = ""
    fields: Fields = ()
    stays: bool = False
