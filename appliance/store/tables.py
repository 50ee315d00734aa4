"""The tables, declared for Peewee. All but `entry` and `meta` are folded from the journal and may be made anew.

Ids are texts like `K7Q2-1041.17`; `num` is the same id as a number, for the search index. Rows that compete (edits)
carry the Lamport time and origin that won. Nothing here is specific to SQLite: STRICT and WITHOUT ROWID are added by
`schema.py`.
"""

from typing import Final

from peewee import BigIntegerField, BlobField, CompositeKey, ForeignKeyField, Model, TextField


class Table(Model):
    """What all tables share."""


class Entry(Table):
    """The journal itself. Triggers refuse to change or delete a row."""

    origin = TextField()
    seq = BigIntegerField()
    at_ms = BigIntegerField()
    clock_ok = BigIntegerField()
    lamport = BigIntegerField()
    boot = TextField()
    boot_ns = BigIntegerField()
    actor = TextField()
    kind = TextField()
    version = BigIntegerField()
    body = TextField()
    prev_hash = BlobField()
    hash = BlobField()

    class Meta:
        """One row an entry."""

        table_name = "entry"
        primary_key = CompositeKey("origin", "seq")


class MetaRow(Table):
    """What belongs to this store and not to the journal: the origin of this installation."""

    key = TextField(primary_key=True)
    value = TextField()

    class Meta:
        """Key and value."""

        table_name = "meta"


class Unapplied(Table):
    """Entries that are held but not folded; `cause` is `unknown kind`, `unreadable`, `not applicable` or `waits`."""

    origin = TextField()
    seq = BigIntegerField()
    kind = TextField()
    version = BigIntegerField()
    cause = TextField()
    why = TextField()

    class Meta:
        """One row an entry that waits."""

        table_name = "unapplied"
        primary_key = CompositeKey("origin", "seq")


class Edit(Table):
    """The winning edit of each field of each thing: newest `(lamport, origin)`; `value` is JSON."""

    thing = TextField()
    field = TextField()
    lamport = BigIntegerField()
    origin = TextField()
    value = TextField()

    class Meta:
        """One row a field that was ever edited."""

        table_name = "edit"
        primary_key = CompositeKey("thing", "field")


class TaxClass(Table):
    """A tax class; `taxes` is a JSON list of `kinds.TaxRate`."""

    code = TextField(primary_key=True)
    name = TextField()
    taxes = TextField()
    lamport = BigIntegerField()
    origin = TextField()

    class Meta:
        """One row a code."""

        table_name = "tax_class"


class Category(Table):
    """A category of products."""

    id = TextField(primary_key=True)
    name = TextField()
    icon = TextField()
    tint = TextField()
    rank = BigIntegerField()

    class Meta:
        """One row a category."""

        table_name = "category"


class Product(Table):
    """A product. `names` is a JSON object of language and name; `favourite` 0 is none, no `cost_minor`: unknown."""

    num = BigIntegerField(primary_key=True)
    id = TextField(unique=True)
    name = TextField()
    names = TextField()
    price_minor = BigIntegerField()
    tax_class = TextField()
    unit = TextField()
    category = TextField(null=True)
    sku = TextField()
    icon = TextField()
    tint = TextField()
    favourite = BigIntegerField()
    low_stock_milli = BigIntegerField(null=True)
    archived = BigIntegerField()
    cost_minor = BigIntegerField(null=True)

    class Meta:
        """One row a product."""

        table_name = "product"
        indexes = ((("low_stock_milli",), False),)


class Barcode(Table):
    """What a barcode means: a product's id, or nothing."""

    code = TextField(primary_key=True)
    product = TextField(null=True)
    lamport = BigIntegerField()
    origin = TextField()

    class Meta:
        """One row a catalogue key."""

        table_name = "barcode"


class Picture(Table):
    """The picture of a product: a small JPEG in base64 (null: it was taken away); `id` is the entry that set it."""

    product = TextField(primary_key=True)
    id = TextField()
    jpeg = TextField(null=True)
    lamport = BigIntegerField()
    origin = TextField()

    class Meta:
        """One row a product that ever had a picture."""

        table_name = "picture"


class ProductEdit(Table):
    """Which entries are about a product, so that its history is found without reading the journal."""

    product = TextField()
    origin = TextField()
    seq = BigIntegerField()

    class Meta:
        """One row an entry and product."""

        table_name = "product_edit"
        primary_key = CompositeKey("product", "origin", "seq")


class CatalogueFile(Table):
    """How far a file of products was taken in; `file` is the SHA-256 of its bytes."""

    file = TextField(primary_key=True)
    name = TextField()
    line = BigIntegerField()
    lines = BigIntegerField()
    added = BigIntegerField()
    changed = BigIntegerField()
    is_done = BigIntegerField()
    lamport = BigIntegerField()
    origin = TextField()

    class Meta:
        """One row a file, as it was last told."""

        table_name = "catalogue_file"


class StockMove(Table):
    """The stock ledger: one row a move; `id` is the entry and the move's place in it.

    `lamport` is the entry's: a move that was seen before another one was made stands before it.
    """

    id = TextField(primary_key=True)
    entry = TextField()
    product = TextField()
    qty_milli = BigIntegerField()
    reason = TextField()
    lamport = BigIntegerField()

    class Meta:
        """One row a move."""

        table_name = "stock_move"


class StockLevel(Table):
    """The sum of one origin's moves of a product. What is on hand is the sum over origins."""

    product = TextField()
    origin = TextField()
    qty_milli = BigIntegerField()

    class Meta:
        """One row a product and origin."""

        table_name = "stock_level"
        primary_key = CompositeKey("product", "origin")


class Employee(Table):
    """An employee."""

    id = TextField(primary_key=True)
    number = TextField()
    name = TextField()
    role = TextField()
    pin_hash = TextField()
    language = TextField()
    active = BigIntegerField()

    class Meta:
        """One row an employee."""

        table_name = "employee"


class PinTry(Table):
    """Wrong PINs of an employee on one register since they last signed in there."""

    employee = TextField()
    origin = TextField()
    tries = BigIntegerField()
    last_at_ms = BigIntegerField()

    class Meta:
        """One row an employee and register."""

        table_name = "pin_try"
        primary_key = CompositeKey("employee", "origin")


class Badge(Table):
    """Whose badge it is, by the keyed hash of one of its forms; `employee` is None after it was taken back.

    `as_read` is 1 for the form in which the badge was read when it was given. `given` is the entry that gave it, and
    so the id of the card: its forms belong together by it. It is empty after the card was taken back.
    """

    mark = TextField(primary_key=True)
    as_read = BigIntegerField()
    employee = TextField(null=True)
    given = TextField()
    given_at_ms = BigIntegerField()
    lamport = BigIntegerField()
    origin = TextField()

    class Meta:
        """One row a form of a badge."""

        table_name = "badge"


class ShelfLabel(Table):
    """What the newest label of a product says; `name` is as it was printed."""

    product = TextField(primary_key=True)
    name = TextField()
    price_minor = BigIntegerField()
    unit = TextField()
    lamport = BigIntegerField()
    origin = TextField()

    class Meta:
        """One row a product that ever got a label."""

        table_name = "shelf_label"


class DeviceEvent(Table):
    """What happened to devices: a drawer forced, one set up or removed, a self-test; `detail` is JSON."""

    id = TextField(primary_key=True)
    origin = TextField()
    at_ms = BigIntegerField()
    device = TextField()
    what = TextField()
    detail = TextField()
    actor = TextField()

    class Meta:
        """One row an entry."""

        table_name = "device_event"


class Day(Table):
    """A business day of one register; `closed_*` are null while it is open. `closed_entry` closed it."""

    id = TextField(primary_key=True)
    origin = TextField()
    number = BigIntegerField()
    opened_at_ms = BigIntegerField()
    opened_by = TextField()
    closed_at_ms = BigIntegerField(null=True)
    closed_by = TextField(null=True)
    closed_entry = TextField(null=True)

    class Meta:
        """One row a business day; numbers are dense per origin."""

        table_name = "day"
        indexes = ((("origin", "number"), True),)


class Ticket(Table):
    """A ticket; `state` as in `domain.ticket.TicketState`."""

    id = TextField(primary_key=True)
    origin = TextField()
    day = TextField()
    state = TextField()
    opened_by = TextField()

    class Meta:
        """One row a ticket."""

        table_name = "ticket"


class TicketLine(Table):
    """A line of a ticket, and of the sale that it became; `removed` names the entry that took it off.

    `weighing` is what the scale showed, as the entry's JSON.
    """

    id = TextField(primary_key=True)
    seq = BigIntegerField()
    ticket = ForeignKeyField(Ticket, column_name="ticket", index=False)
    product = TextField(null=True)
    name = TextField()
    unit = TextField()
    qty_milli = BigIntegerField()
    price_minor = BigIntegerField()
    amount_given_minor = BigIntegerField(null=True)
    tax_class = TextField()
    taxes = TextField()
    category = TextField(null=True)
    barcode = TextField(null=True)
    weighing = TextField(null=True)
    cost_minor = BigIntegerField(null=True)
    removed = TextField(null=True)

    class Meta:
        """One row a line, found in the order in which lines were added."""

        table_name = "ticket_line"
        indexes = ((("ticket", "seq"), False),)


class Sale(Table):
    """A paid ticket. `receipt` is `asked`, `print` or `none`; `copies` counts confirmed slips."""

    id = TextField(primary_key=True)
    ticket = ForeignKeyField(Ticket, column_name="ticket", unique=True)
    origin = TextField()
    number = BigIntegerField()
    day = TextField()
    at_ms = BigIntegerField()
    clock_ok = BigIntegerField()
    boot = TextField()
    boot_ns = BigIntegerField()
    cashier = TextField()
    currency = TextField()
    basis = TextField()
    subtotal_minor = BigIntegerField()
    total_minor = BigIntegerField()
    rounding_minor = BigIntegerField()
    receipt = TextField()
    copies = BigIntegerField()

    class Meta:
        """One row a sale; receipt numbers are dense per origin."""

        table_name = "sale"
        indexes = (
            (("origin", "number"), True),
            (("day",), False),
            (("at_ms",), False),
            (("total_minor",), False),
        )


class SaleTax(Table):
    """What one tax came to on a sale."""

    sale = ForeignKeyField(Sale, column_name="sale")
    position = BigIntegerField()
    code = TextField()
    name = TextField()
    rate_ppm = BigIntegerField()
    included = BigIntegerField()
    net_minor = BigIntegerField()
    tax_minor = BigIntegerField()

    class Meta:
        """One row a tax of a sale."""

        table_name = "sale_tax"
        primary_key = CompositeKey("sale", "position")


class TenderRow(Table):
    """How a sale was paid; the amounts of a sale's tenders add up to its total and rounding."""

    sale = ForeignKeyField(Sale, column_name="sale")
    position = BigIntegerField()
    tender = TextField()
    amount_minor = BigIntegerField()
    tendered_minor = BigIntegerField()
    change_minor = BigIntegerField()

    class Meta:
        """One row a tender of a sale."""

        table_name = "tender"
        primary_key = CompositeKey("sale", "position")


class SoldQuarter(Table):
    """What one cashier sold within a quarter of an hour of a business day; sums over `sale`.

    `quarter_ms` is its begin in UTC milliseconds: every time zone in use begins its days at a quarter, so that the same
    sums serve whichever the shop is in. A clock that is put right later takes its sales along to other quarters.
    """

    day = TextField()
    quarter_ms = BigIntegerField()
    cashier = TextField()
    currency = TextField()
    origin = TextField()
    sales = BigIntegerField()
    line_count = BigIntegerField()
    subtotal_minor = BigIntegerField()
    total_minor = BigIntegerField()
    rounding_minor = BigIntegerField()

    class Meta:
        """One row a business day, quarter, cashier and currency in which there was a sale."""

        table_name = "sold_quarter"
        primary_key = CompositeKey("day", "quarter_ms", "cashier", "currency")
        indexes = ((("quarter_ms",), False),)


class SoldItem(Table):
    """What was sold of one product on a business day; sums over the lines of its sales.

    `product` and `category` are empty where the line had none. `net_minor` is the amount without the taxes in it, each
    line rounded by itself. `cost_minor` is what the shop paid for those of which it was known, and `costed_minor` the
    net amount of the same.
    """

    day = TextField()
    product = TextField()
    category = TextField()
    unit = TextField()
    currency = TextField()
    line_count = BigIntegerField()
    qty_milli = BigIntegerField()
    amount_minor = BigIntegerField()
    net_minor = BigIntegerField()
    cost_minor = BigIntegerField()
    costed_minor = BigIntegerField()

    class Meta:
        """One row a business day and product, as it was sold."""

        table_name = "sold_item"
        primary_key = CompositeKey("day", "product", "category", "unit", "currency")


class SoldTax(Table):
    """What one tax came to on a business day; sums over `sale_tax`."""

    day = TextField()
    currency = TextField()
    code = TextField()
    name = TextField()
    rate_ppm = BigIntegerField()
    included = BigIntegerField()
    sales = BigIntegerField()
    net_minor = BigIntegerField()
    tax_minor = BigIntegerField()

    class Meta:
        """One row a business day and tax."""

        table_name = "sold_tax"
        primary_key = CompositeKey("day", "currency", "code", "name", "rate_ppm", "included")


class SoldTender(Table):
    """What was paid by one means on a business day; sums over `tender`."""

    day = TextField()
    currency = TextField()
    tender = TextField()
    times = BigIntegerField()
    amount_minor = BigIntegerField()

    class Meta:
        """One row a business day and tender."""

        table_name = "sold_tender"
        primary_key = CompositeKey("day", "currency", "tender")


class OddAct(Table):
    """What a manager may want to look at.

    `what` is `line_removed`, `quantity_changed` (to fewer), `abandoned`, `drawer_forced` or `copy`. `at_ms` is the true
    time as far as it is known. `ticket`, `line` and `sale` are empty where they do not apply. `amount_minor` is what
    the line or the ticket came to, `qty_milli` and `was_milli` are the line's quantity after and before.
    """

    id = TextField(primary_key=True)
    origin = TextField()
    at_ms = BigIntegerField()
    clock_ok = BigIntegerField()
    boot = TextField()
    boot_ns = BigIntegerField()
    what = TextField()
    actor = TextField()
    ticket = TextField()
    line = TextField()
    sale = TextField()
    amount_minor = BigIntegerField()
    qty_milli = BigIntegerField()
    was_milli = BigIntegerField()

    class Meta:
        """One row an entry."""

        table_name = "odd_act"
        indexes = ((("at_ms",), False), (("ticket",), False), (("sale",), False))


class PunchRow(Table):
    """A punch of the time clock as it counts now; `gone` is 1 where it was undone or corrected away.

    `at_ms` is the true time as far as it is known: `clock` is `ok`, `fixed` (put right from a later trusted time of the
    same boot) or `doubtful` (a manager must confirm it), `said` where a manager said it. `punched_at_ms` is what the
    device's clock showed. `told_by` is the origin whose entry says what counts: of the punch, or of its correction.
    """

    id = TextField(primary_key=True)
    origin = TextField()
    employee = TextField()
    at_ms = BigIntegerField()
    punched_at_ms = BigIntegerField()
    clock = TextField()
    boot = TextField()
    boot_ns = BigIntegerField()
    what = TextField()
    job = TextField()
    paid = BigIntegerField()
    by = TextField()
    device = TextField()
    gone = BigIntegerField()
    told_by = TextField()

    class Meta:
        """One row a punch, found by employee and time."""

        table_name = "punch"
        indexes = ((("employee", "at_ms"), False), (("origin", "boot"), False))


class PunchRequest(Table):
    """What an employee says a punch should have been; `answer` is empty until a manager gave one."""

    id = TextField(primary_key=True)
    employee = TextField()
    punch = TextField(null=True)
    said = TextField()
    reason = TextField()
    at_ms = BigIntegerField()
    answer = TextField()
    answer_reason = TextField()
    answered_by = TextField()

    class Meta:
        """One row a request."""

        table_name = "punch_request"
        indexes = ((("answer",), False),)


class PunchCorrection(Table):
    """A correction, kept for ever: who, when, why, and both values as JSON; `contested` is the employee's reason."""

    id = TextField(primary_key=True)
    employee = TextField()
    punch = TextField()
    said = TextField(null=True)
    was = TextField(null=True)
    reason = TextField()
    author = TextField()
    at_ms = BigIntegerField()
    contested = TextField()

    class Meta:
        """One row a correction, found by its punch."""

        table_name = "punch_correction"
        indexes = ((("employee", "at_ms"), False),)


class EarningRow(Table):
    """Pay besides hours; `removed` names the entry that took it away."""

    id = TextField(primary_key=True)
    employee = TextField()
    day = TextField()
    kind = TextField()
    name = TextField()
    amount_minor = BigIntegerField()
    removed = TextField(null=True)

    class Meta:
        """One row an earning."""

        table_name = "earning"
        indexes = ((("employee", "day"), False),)


class LeaveRow(Table):
    """Paid leave of a day: granted (it comes to what is left) or `taken`; `removed` names the cancelling entry.

    `id` is the entry's, which takes several days at once.
    """

    id = TextField()
    day = TextField()
    employee = TextField()
    leave = TextField()
    taken = BigIntegerField()
    length_ms = BigIntegerField()
    reason = TextField()
    removed = TextField(null=True)

    class Meta:
        """One row a day of leave."""

        table_name = "leave_day"
        primary_key = CompositeKey("id", "day")
        indexes = ((("employee", "leave", "day"), False),)


class AdjustmentRow(Table):
    """What is paid out or kept back and is no wage; `removed` names the entry that took it away."""

    id = TextField(primary_key=True)
    employee = TextField()
    day = TextField()
    kind = TextField()
    name = TextField()
    amount_minor = BigIntegerField()
    removed = TextField(null=True)

    class Meta:
        """One row an addition or deduction."""

        table_name = "adjustment"
        indexes = ((("employee", "day"), False),)


class BackPay(Table):
    """What changed after an approval and was paid later; `facts` is the checksum of what was known then."""

    id = TextField(primary_key=True)
    employee = TextField()
    approval = TextField()
    facts = TextField()
    day = TextField()
    amount_minor = BigIntegerField()
    reason = TextField()

    class Meta:
        """One row a difference that was paid."""

        table_name = "back_pay"
        indexes = ((("employee", "day"), False),)


class WagePeriod(Table):
    """The approved wages of an employee for a period; `lines` is the entry's JSON. The first approval counts.

    `net_minor` is what is owed, with additions and deductions; `detail` the JSON of an `ApprovedDetail`, empty where an
    older program approved.
    """

    id = TextField(primary_key=True)
    lamport = BigIntegerField()
    origin = TextField()
    employee = TextField()
    from_day = TextField()
    to_day = TextField()
    rules = TextField()
    currency = TextField()
    worked_ms = BigIntegerField()
    lines = TextField()
    total_minor = BigIntegerField()
    net_minor = BigIntegerField()
    detail = TextField()
    author = TextField()
    at_ms = BigIntegerField()

    class Meta:
        """One row an approval."""

        table_name = "wage_period"
        indexes = ((("employee", "from_day"), False),)


class WagePayment(Table):
    """Wages that were paid out."""

    id = TextField(primary_key=True)
    employee = TextField()
    amount_minor = BigIntegerField()
    day = TextField()
    note = TextField()
    author = TextField()
    at_ms = BigIntegerField()

    class Meta:
        """One row a payment."""

        table_name = "wage_payment"
        indexes = ((("employee", "day"), False),)


class PlannedShift(Table):
    """A shift of the schedule as it is planned now; `dropped` and `early_allowed` are 0 or 1."""

    id = TextField(primary_key=True)
    employee = TextField()
    begins_ms = BigIntegerField()
    ends_ms = BigIntegerField()
    job = TextField()
    note = TextField()
    dropped = BigIntegerField()
    early_allowed = BigIntegerField()

    class Meta:
        """One row a shift, found by its begin."""

        table_name = "planned_shift"
        indexes = ((("begins_ms",), False),)


class RefusedPunch(Table):
    """A punch or a badge that was refused, see `trust_kinds.PunchRefused`; `more` is 1 for "and others"."""

    id = TextField(primary_key=True)
    origin = TextField()
    at_ms = BigIntegerField()
    why = TextField()
    place = TextField()
    employee = TextField()
    device = TextField()
    by = TextField()
    more = BigIntegerField()

    class Meta:
        """One row a refusal, found by time."""

        table_name = "refused_punch"
        indexes = ((("at_ms",), False),)


class OriginSaid(Table):
    """What was said of a device: at `lamport` the origin `author` said that `device` is the shop's own, or is not."""

    id = TextField(primary_key=True)
    lamport = BigIntegerField()
    author = TextField()
    device = TextField()
    place = TextField()
    name = TextField()
    known = BigIntegerField()

    class Meta:
        """One row a statement; all are read."""

        table_name = "origin_said"


class BootFix(Table):
    """What a boot's clock turned out to be: at `boot_ns` it was truly `at_ms`."""

    origin = TextField()
    boot = TextField()
    boot_ns = BigIntegerField()
    at_ms = BigIntegerField()

    class Meta:
        """One row a boot whose clock was put right."""

        table_name = "boot_fix"
        primary_key = CompositeKey("origin", "boot")


class PairedDevice(Table):
    """A certificate that a device was given, see `mirror_kinds.RegisterPaired`."""

    id = TextField(primary_key=True)
    device = TextField()
    name = TextField()
    place = TextField()
    fingerprint = TextField()
    author = TextField()
    at_ms = BigIntegerField()
    brings = BigIntegerField()

    class Meta:
        """One row a certificate."""

        table_name = "paired_device"
        indexes = ((("fingerprint",), False),)


class RevokedDevice(Table):
    """A certificate that counts no more."""

    id = TextField(primary_key=True)
    device = TextField()
    fingerprint = TextField()
    why = TextField()
    author = TextField()
    at_ms = BigIntegerField()

    class Meta:
        """One row a word."""

        table_name = "revoked_device"
        indexes = ((("fingerprint",), False),)


class ClosedOrigin(Table):
    """The last `seq` of an origin that is taken in, and its hash `head` (hex); `successor` may be empty."""

    id = TextField(primary_key=True)
    device = TextField()
    seq = BigIntegerField()
    head = TextField()
    why = TextField()
    successor = TextField()
    author = TextField()
    at_ms = BigIntegerField()

    class Meta:
        """One row a word; the lowest `seq` of an origin counts."""

        table_name = "closed_origin"
        indexes = ((("device",), False),)


class OriginLine(Table):
    """Where an origin goes on where another (`was`) ended, see `mirror_kinds.OriginBegun`."""

    id = TextField(primary_key=True)
    device = TextField()
    was = TextField()
    seq = BigIntegerField()
    head = TextField()
    why = TextField()
    again = BigIntegerField()
    at_ms = BigIntegerField()

    class Meta:
        """One row an origin that began so."""

        table_name = "origin_line"
        indexes = ((("device",), False),)


class FoundFork(Table):
    """Two entries known under one name, see `mirror_kinds.ForkFound`."""

    id = TextField(primary_key=True)
    device = TextField()
    seq = BigIntegerField()
    held = TextField()
    came = TextField()
    sender = TextField()
    why = TextField()
    at_ms = BigIntegerField()

    class Meta:
        """One row a fork that was noted."""

        table_name = "found_fork"
        indexes = ((("at_ms",), False),)


class Quarantined(Table):
    """An entry that came and cannot be taken in: another one is held in its place, or its origin is closed.

    `line` is the entry as JSON, `hash` its hash in hex, `sender` the origin of the device that sent it. Nothing here
    is ever dropped; an owner looks at it.
    """

    origin = TextField()
    seq = BigIntegerField()
    hash = TextField()
    sender = TextField()
    why = TextField()
    line = TextField()
    came_at_ms = BigIntegerField()

    class Meta:
        """One row an entry."""

        table_name = "quarantined"
        primary_key = CompositeKey("origin", "seq", "hash")


class WebTry(Table):
    """Wrong passwords and codes at one server since the last sign-in, from one `address`, or (empty) from anywhere.

    `who` is an employee, or a mark of a name that is nobody's.
    """

    who = TextField()
    address = TextField()
    origin = TextField()
    tries = BigIntegerField()
    last_at_ms = BigIntegerField()

    class Meta:
        """One row a person, address and server."""

        table_name = "web_try"
        primary_key = CompositeKey("who", "address", "origin")


class UsedCode(Table):
    """A one-time code that was taken, see `access_kinds.OneTimeCodeUsed`."""

    id = TextField(primary_key=True)
    employee = TextField()
    code = TextField()

    class Meta:
        """One row a code."""

        table_name = "used_code"
        indexes = ((("employee", "code"), False),)


class WebSession(Table):
    """Somebody at a browser, see `access_kinds.WebSignedIn`."""

    id = TextField(primary_key=True)
    session = TextField()
    employee = TextField()
    password = TextField()
    begun_at_ms = BigIntegerField()
    until_ms = BigIntegerField()
    address = TextField()
    agent = TextField()
    second = BigIntegerField()

    class Meta:
        """One row a sign-in."""

        table_name = "web_session"
        indexes = ((("session",), False), (("employee", "until_ms"), False))


class WebSessionEnd(Table):
    """A session is over; its begin may arrive later."""

    id = TextField(primary_key=True)
    session = TextField()
    why = TextField()
    at_ms = BigIntegerField()

    class Meta:
        """One row an entry."""

        table_name = "web_session_end"
        indexes = ((("session",), False),)


JOURNAL: Final[tuple[type[Table], ...]] = (Entry, MetaRow, Quarantined)
"""Tables that a rebuild never touches."""

FOLDED: Final[tuple[type[Table], ...]] = (
    Unapplied,
    Edit,
    TaxClass,
    Category,
    Product,
    Barcode,
    Picture,
    ProductEdit,
    CatalogueFile,
    StockMove,
    StockLevel,
    Employee,
    PinTry,
    Badge,
    ShelfLabel,
    DeviceEvent,
    Day,
    Ticket,
    TicketLine,
    Sale,
    SaleTax,
    TenderRow,
    SoldQuarter,
    SoldItem,
    SoldTax,
    SoldTender,
    OddAct,
    PunchRow,
    PunchRequest,
    PunchCorrection,
    EarningRow,
    LeaveRow,
    AdjustmentRow,
    BackPay,
    WagePeriod,
    WagePayment,
    PlannedShift,
    RefusedPunch,
    OriginSaid,
    BootFix,
    PairedDevice,
    RevokedDevice,
    ClosedOrigin,
    OriginLine,
    FoundFork,
    WebTry,
    UsedCode,
    WebSession,
    WebSessionEnd,
)
"""Tables that are folded from the journal."""

SEARCH: Final = "product_search"
"""The full-text index over the names of products (SQLite FTS5); its rowid is `product.num`."""
