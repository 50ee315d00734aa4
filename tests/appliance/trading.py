"""A small shop for tests: a real store in a folder, a clock that the test sets, and days of made-up trade.

`trade` records what a register records, straight into the journal, from a list of small numbers, so that Hypothesis can
make up whole days and shrink them.
"""

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from appliance.clock import ScriptedClock
from appliance.journal.access_kinds import (
    ApiRequestDone,
    ApiTokenMade,
    ApiTokenRevoked,
    OneTimeCodeUsed,
    PasswordCodeGiven,
    PasswordProved,
    PasswordSet,
    PasswordTried,
    SecondFactorRemoved,
    SecondFactorSet,
    WebRefused,
    WebRulesChanged,
    WebSignedIn,
    WebSignedOut,
)
from appliance.journal.book import Book
from appliance.journal.catalogue_kinds import CatalogueTaken, PictureSet
from appliance.journal.clock_kinds import PinProved
from appliance.journal.device_kinds import (
    BadgeGiven,
    BadgeTaken,
    CheckResult,
    DeviceRemoved,
    DevicesChecked,
    DeviceSet,
    DevicesTakenOver,
    DrawerForced,
    LabelMade,
    LabelsMade,
)
from appliance.journal.kinds import (
    BarcodeSet,
    CategoryAdded,
    CategoryChanged,
    ClockFixed,
    DayClosed,
    DayOpened,
    EmployeeAdded,
    EmployeeChanged,
    LineAdded,
    LineQuantityChanged,
    LineRemoved,
    NewProduct,
    PinTried,
    ProductChanged,
    ProductsAdded,
    ReceiptChosen,
    ReceiptPrinted,
    SalePaid,
    ShopChanged,
    SignedIn,
    StockMove,
    StockMoved,
    TaxAmount,
    TaxClassDefined,
    TaxRate,
    Tender,
    TenderCancelled,
    TenderStarted,
    TicketAbandoned,
    TicketOpened,
)
from appliance.journal.pay_kinds import (
    AdjustmentAdded,
    AdjustmentRemoved,
    ApprovedDetail,
    BackPaySettled,
    HolidaySet,
    LeaveCancelled,
    LeaveGranted,
    LeaveKindDefined,
    LeaveTaken,
    OwnHoliday,
    PayTermsChanged,
    ShiftBonusSet,
)
from appliance.journal.plan_kinds import EarlyAllowed, ShiftChanged, ShiftDropped, ShiftPlanned
from appliance.journal.staff_kinds import BadgeLabelled, EmployeeDetailed, JobAssigned
from appliance.journal.time_kinds import (
    CorrectionContested,
    EarningAdded,
    EarningRemoved,
    JobDefined,
    PayRulesChanged,
    PunchAnswered,
    PunchAsked,
    PunchCorrected,
    Punched,
    PunchSaid,
    PunchUndone,
    RateSet,
    WagesApproved,
    WagesPaid,
)
from appliance.journal.trust_kinds import OriginKnown, PunchRefused
from appliance.journal.upkeep_kinds import (
    BackupMade,
    BackupPlanned,
    ScreenChanged,
    SoftwareEnded,
    SupportClosed,
    SupportOpened,
)
from appliance.store import tables
from appliance.store.database import Database
from appliance.store.shelf import DiskLimits, Shelf

START_MS = 1_767_258_000_000
VAT = TaxRate("A", "VAT", 190_000, included=True)
ROOMY = DiskLimits(warn_bytes=0, stop_bytes=0, ballast_bytes=4096)


@dataclass
class Trader:
    """One register's store, and what it remembers of what it made."""

    shelf: Shelf
    book: Book
    clock: ScriptedClock
    products: list[str] = field(default_factory=list)
    employees: list[str] = field(default_factory=list)
    categories: list[str] = field(default_factory=list)
    sales: list[str] = field(default_factory=list)
    punches: list[str] = field(default_factory=list)
    ticket: str | None = None
    lines: list[str] = field(default_factory=list)
    day: str | None = None
    days: int = 0


def open_trader(folder: Path, origin: str | None = None) -> Trader:
    """A register in `folder`. With `origin` its entries are made under that name."""
    clock = ScriptedClock(START_MS)
    shelf = Shelf(folder, limits=ROOMY)
    book = Book(shelf, clock, origin or shelf.origin)
    return Trader(shelf, book, clock)


def sell(trader: Trader, *quantities: int, price_minor: int = 250) -> str:
    """One whole sale of the trader's first product, each line its own commit. Returns the sale's id."""
    if trader.day is None:
        trade(trader, [0])
    if not trader.products:
        trade(trader, [1])
    for quantity in quantities:
        _add_line(trader, quantity, price_minor)
    return _pay(trader, price_minor * sum(quantities))


def trade(trader: Trader, moves: Sequence[int]) -> None:
    """Do one made-up thing for each number."""
    for move in moves:
        _THINGS[move % len(_THINGS)](trader, move)


def dump(shelf: Shelf) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every folded table, and of the search index."""
    found = folded(shelf.db)
    shelf.db.sql(
        f"CREATE VIRTUAL TABLE IF NOT EXISTS temp.dumped USING fts5vocab(main, {tables.SEARCH}, instance)"
    )
    found["search"] = sorted(shelf.db.sql("SELECT term, doc, offset FROM temp.dumped"))
    return found


def folded(db: Database) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every folded table, on whichever database."""
    return {
        table._meta.table_name: sorted(
            map(tuple, db.sql(f"SELECT * FROM {table._meta.table_name}")), key=repr
        )
        for table in tables.FOLDED
    }


def _open_day(trader: Trader, _move: int) -> None:
    if trader.day is None:
        trader.days += 1
        trader.day = trader.book.record("", DayOpened(number=trader.days))[0].id
    elif trader.ticket is None:
        trader.book.record("", DayClosed(day=trader.day))
        trader.day = None


def _add_products(trader: Trader, move: int) -> None:
    batch = trader.book.id_ahead()
    names = {"de": f"Apfel {move}"} if move % 3 == 0 else {}
    trader.book.record(
        "",
        ProductsAdded(
            products=tuple(
                NewProduct(
                    name=f"Äpple {move} {part}",
                    price_minor=100 + part,
                    tax_class="A",
                    barcodes=(f"code-{(move + part) % 7}",),
                    names=names,
                    cost_minor=60 + part if part else None,
                )
                for part in range(1 + move % 3)
            )
        ),
    )
    trader.products += [f"{batch}.{part}" for part in range(1 + move % 3)]


def _change_product(trader: Trader, move: int) -> None:
    if trader.products:
        product = trader.products[move % len(trader.products)]
        trader.book.record(
            "",
            ProductChanged(product=product, name=f"Pear {move}", price_minor=move),
            ProductChanged(
                product=product, archived=move % 2 == 0, cost_minor=move if move % 3 else None
            ),
        )


def _set_picture(trader: Trader, move: int) -> None:
    if trader.products:
        product = trader.products[move % len(trader.products)]
        jpeg = b64encode(bytes([move % 251])).decode() if move % 3 else ""
        trader.book.record("", PictureSet(product=product, jpeg=jpeg))


def _take_file(trader: Trader, move: int) -> None:
    trader.book.record(
        "", CatalogueTaken(file=f"{move % 3}", name="list.csv", line=move, lines=999, added=move)
    )


def _set_barcode(trader: Trader, move: int) -> None:
    if trader.products:
        product = trader.products[move % len(trader.products)] if move % 4 else None
        trader.book.record("", BarcodeSet(code=f"code-{move % 7}", product=product))
    _set_picture(trader, move)
    _take_file(trader, move)


def _line(trader: Trader, move: int) -> None:
    if trader.day is not None and trader.products:
        _add_line(trader, 1 + move % 5, 100 + move)


def _add_line(trader: Trader, quantity: int, price_minor: int) -> None:
    assert trader.day is not None
    bodies: list[TicketOpened | LineAdded] = []
    if trader.ticket is None:
        trader.ticket = trader.book.id_ahead()
        bodies.append(TicketOpened(day=trader.day))
    trader.lines.append(trader.book.id_ahead(len(bodies)))
    product = trader.products[quantity % len(trader.products)]
    bodies.append(
        LineAdded(
            ticket=trader.ticket,
            name="Apple",
            qty_milli=quantity * 1000,
            price_minor=price_minor,
            tax_class="A",
            taxes=(VAT,),
            product=product,
            cost_minor=price_minor - 40,
        )
    )
    trader.book.record("", *bodies)


def _change_line(trader: Trader, move: int) -> None:
    if trader.lines:
        line = trader.lines[move % len(trader.lines)]
        if move % 2:
            trader.book.record("", LineQuantityChanged(line=line, qty_milli=7000, was_milli=1000))
        else:
            trader.book.record("", LineRemoved(line=line))
            trader.lines.remove(line)


def _tender(trader: Trader, move: int) -> None:
    if trader.ticket is None:
        return
    if move % 3 == 0:
        trader.book.record(
            "", TenderStarted(ticket=trader.ticket), TenderCancelled(ticket=trader.ticket)
        )
    elif move % 3 == 1:
        trader.book.record("", TicketAbandoned(ticket=trader.ticket))
        trader.ticket, trader.lines = None, []
    elif trader.lines:
        _pay(trader, move)


def _pay(trader: Trader, total_minor: int) -> str:
    assert trader.ticket is not None
    assert trader.day is not None
    sale = trader.book.id_ahead()
    trader.book.record(
        "",
        SalePaid(
            ticket=trader.ticket,
            day=trader.day,
            number=len(trader.sales) + 1,
            currency="EUR",
            basis="receipt",
            subtotal_minor=total_minor,
            total_minor=total_minor,
            rounding_minor=0,
            taxes=(TaxAmount("A", "VAT", 190_000, True, total_minor, 0),),
            tenders=(Tender("cash", total_minor, total_minor),),
            kick=True,
        ),
    )
    trader.sales.append(sale)
    trader.ticket, trader.lines = None, []
    return sale


def _receipt(trader: Trader, move: int) -> None:
    if trader.sales:
        sale = trader.sales[move % len(trader.sales)]
        trader.book.record(
            "", ReceiptChosen(sale=sale, choice="print"), ReceiptPrinted(sale=sale, copy=0)
        )


def _stock(trader: Trader, move: int) -> None:
    if trader.products:
        product = trader.products[move % len(trader.products)]
        trader.book.record(
            "",
            StockMoved(reason="count", moves=(StockMove(product, move * 10, counted_milli=move),)),
        )


def _people(trader: Trader, move: int) -> None:
    if not trader.employees or move % 3 == 0:
        trader.employees.append(trader.book.id_ahead())
        trader.book.record(
            "", EmployeeAdded(number=str(move), name="Ana", role="cashier", pin_hash="x")
        )
        return
    employee = trader.employees[move % len(trader.employees)]
    trader.book.record(
        "",
        EmployeeChanged(employee=employee, name=f"Ana {move}", active=move % 2 == 0),
        PinTried(employee=employee),
    )
    if move % 5 == 0:
        trader.book.record("", SignedIn(employee=employee))


def _shop(trader: Trader, move: int) -> None:
    trader.book.record(
        "",
        ShopChanged(name=f"Shop {move}"),
        TaxClassDefined(code="A", name=f"VAT {move}", taxes=(VAT,)),
        ClockFixed(boot="script", boot_ns=move, at_ms=START_MS + move),
    )


def _category(trader: Trader, move: int) -> None:
    if not trader.categories:
        trader.categories.append(trader.book.id_ahead())
        trader.book.record("", CategoryAdded(name="Fruit"))
    else:
        trader.book.record("", CategoryChanged(category=trader.categories[0], rank=move))


def _badge(trader: Trader, move: int) -> None:
    """Badges whose shorter forms are the same at several traders: the newest owner must win everywhere."""
    if not trader.employees:
        return
    employee = trader.employees[move % len(trader.employees)]
    marks = (f"{move % 3}", f"{move % 2} short")
    if move % 4:
        trader.book.record("", BadgeGiven(employee=employee, marks=marks))
    else:
        trader.book.record("", BadgeTaken(employee=employee, marks=marks))


def _devices(trader: Trader, move: int) -> None:
    result = CheckResult(device="printer", step="printer_prints", state="passed")
    trader.book.record(
        "",
        (
            DrawerForced(device="drawer"),
            DeviceSet(device="printer", device_kind="printer", type="usb", options={"bus": "1"}),
            DevicesTakenOver("K7Q2", ("printer",), left=("drawer",)),
            DeviceRemoved(device="printer"),
            DevicesChecked(results=(result,)),
            BackupMade("a.backup", 9, 3, "ab", "key", proven=True),
            BackupPlanned(nightly=True, recipients=("age1q",), keep=14),
            SoftwareEnded("kept", "1.2", boot="b"),
            SupportOpened(8),
            SupportClosed("time"),
            ScreenChanged(rotation=90),
        )[move % 11],
    )


def _labels(trader: Trader, move: int) -> None:
    """Labels of the same products at several traders: the newest counts everywhere."""
    label = LabelMade(product=f"K7Q2-{move % 3}", name=f"Jam {move}", price_minor=move)
    trader.book.record("", LabelsMade(on="printer", labels=(label,)))


def _time(trader: Trader, move: int) -> None:
    """Punches, and what is said of them: corrections, answers and undoing also of what another register recorded."""
    if not trader.employees:
        return
    employee = trader.employees[move % len(trader.employees)]
    other = f"{'ZZZZ' if trader.book.origin == 'AAAA' else 'AAAA'}-{1 + move % 12}"
    own = trader.punches[move % len(trader.punches)] if trader.punches else other
    said = PunchSaid("out", START_MS + move * 1000, job="till", paid=move % 2 == 0)
    match move % 9:
        case 0 | 1 | 2:
            what = ("in", "break_start", "out")[move % 3]
            made = Punched(employee=employee, what=what, by="pin", paid=True)
            trader.punches.append(trader.book.record(employee, made)[0].id)
        case 3:
            for punch in (own, other):
                kept = None if move % 2 else said
                trader.book.record(
                    "", PunchCorrected(employee=employee, reason="why", punch=punch, said=kept)
                )
        case 4:
            made_up = PunchCorrected(employee=employee, reason="forgotten", said=said)
            trader.punches.append(trader.book.record("", made_up)[0].id)
        case 5:
            trader.book.record("", PunchUndone(punch=own), PunchUndone(punch=other))
        case 6:
            asked = PunchAsked(employee=employee, said=said, reason="forgotten", punch=own)
            request = trader.book.record(employee, asked)[0].id
            for answered in (request, other):
                trader.book.record(
                    "", PunchAnswered(request=answered, approved=move % 2 == 0, reason=f"{move}")
                )
        case 7:
            trader.book.record(
                "",
                CorrectionContested(correction=other, reason=f"no {move}"),
                PinTried(employee=employee),
                PinTried(employee=employee),
                PinProved(employee=employee),
                EarningAdded(employee, "2026-01-01", "bonus", f"{move}", move),
                EarningRemoved(earning=other, reason="mistake"),
            )
        case _:
            trader.book.record(
                "",
                JobDefined(code="till", name=f"Till {move}"),
                RateSet(employee, "till", "2026-01-01", move),
                PayRulesChanged(week_starts=move % 7),
                WagesPaid(employee, move, "2026-01-31"),
                WagesApproved(employee, "2026-01-01", "2026-01-31", "none", "EUR", 0, (), move),
            )


def _staff(trader: Trader, move: int) -> None:
    """What is said of somebody, at several traders of the same people, jobs and badges."""
    other = f"{'ZZZZ' if trader.book.origin == 'AAAA' else 'AAAA'}-{1 + move % 12}"
    own = trader.employees[move % len(trader.employees)] if trader.employees else other
    for employee in (own, other, "SAME-1"):
        trader.book.record(
            "",
            (
                EmployeeDetailed(employee, address=f"Main Street {move}", left_day=""),
                EmployeeDetailed(employee, left_day=f"2026-01-{1 + move % 28:02d}"),
                EmployeeChanged(employee=employee, role="manager", number=f"{move}"),
                JobAssigned(employee, "till", move % 2 == 0),
                BadgeLabelled(employee, f"fob {move}"),
            )[move % 5],
        )


def _pay_of_time(trader: Trader, move: int) -> None:
    """What pay is made of besides punches; cancelled and settled also where another register recorded it."""
    if not trader.employees:
        return
    employee = trader.employees[move % len(trader.employees)]
    other = f"{'ZZZZ' if trader.book.origin == 'AAAA' else 'AAAA'}-{1 + move % 20}"
    day = f"2026-01-{1 + move % 28:02d}"
    match move % 4:
        case 0:
            trader.book.record(
                "",
                PayTermsChanged(breaks="de", holiday_ms=move),
                ShiftBonusSet("night", day, move if move % 8 else None, name=f"Night {move}"),
                HolidaySet(day, OwnHoliday(f"Day {move}") if move % 8 else None),
                LeaveKindDefined("sick", accrual_ppm=move),
            )
        case 1:
            granted = LeaveGranted(employee, "vacation", day, move)
            taken = LeaveTaken(employee, "vacation", (day, "2026-02-01", day), move, "why")
            ids = [entry.id for entry in trader.book.record("", granted, taken)]
            trader.book.record(
                "", *(LeaveCancelled(one, "why") for one in (ids[move // 4 % 2], other))
            )
        case 2:
            made = AdjustmentAdded(employee, day, "tools", f"Tool {move}", -move)
            own = trader.book.record("", made)[0].id
            removed = (own, other) if move % 8 else (other,)
            trader.book.record("", *(AdjustmentRemoved(one, "why") for one in removed))
        case _:
            detail = ApprovedDetail(move, move + 1, "sum", -move, terms={"zone": "UTC"})
            approved = WagesApproved(
                employee, day, "2026-01-31", "none", "EUR", 0, (), move, detail
            )
            trader.book.record("", approved, BackPaySettled(employee, other, "sum", day, move))


def _plan(trader: Trader, move: int) -> None:
    """Shifts, and edits of them and of the shifts of another register, which may come before what they edit."""
    employee = trader.employees[move % len(trader.employees)] if trader.employees else "AAAA-1"
    other = f"{'ZZZZ' if trader.book.origin == 'AAAA' else 'AAAA'}-{1 + move % 12}"
    begins_ms = START_MS + move * 60_000
    own = trader.book.id_ahead()
    trader.book.record("", ShiftPlanned(employee, begins_ms, begins_ms + 3_600_000, "till"))
    for shift in (own, other):
        edit = ShiftChanged(shift, times=(begins_ms + 1, begins_ms + 2), note=f"{move}")
        moved = ShiftChanged(shift, employee=f"AAAA-{move % 5}", job="")
        last = (edit, moved, ShiftDropped(shift), EarlyAllowed(shift))[move % 4]
        trader.book.record("", last)


def _trust(trader: Trader, move: int) -> None:
    """Refusals, and words on devices, its own among them."""
    refused = PunchRefused("unknown_badge", "till", by="em4100", more=move % 7 == 6)
    device = ("AAAA", "ZZZZ", "WWWW", "M4TN")[move % 4]
    word = OriginKnown(device, "door", f"Door {move}", known=move % 3 > 0)
    trader.book.record("", refused, word)
    _access(trader, move)


def _access(trader: Trader, move: int) -> None:
    """Who comes in over the web, also people and sessions of another register."""
    other = f"{'ZZZZ' if trader.book.origin == 'AAAA' else 'AAAA'}-{1 + move % 12}"
    own = trader.employees[move % len(trader.employees)] if trader.employees else other
    session = f"session {move % 5}"
    for employee in (own, other, "SAME-1"):
        trader.book.record(
            "",
            PasswordTried(employee, "192.0.2.7" if move % 3 else "", "code"),
            (
                PasswordSet(employee, f"hash {move}", "own"),
                PasswordCodeGiven(employee, f"code {move}", move),
                SecondFactorSet(employee, f"sealed {move}", (f"a{move}", "b")),
                SecondFactorRemoved(employee),
                OneTimeCodeUsed(employee, f"t{move}"),
                WebSignedIn(employee, session, own, move, "192.0.2.7", "Firefox", second=True),
                WebSignedOut(employee, session, "everywhere"),
                PasswordProved(employee, "192.0.2.7"),
                WebRefused(employee, "192.0.2.7", "role", "people.index"),
                WebRulesChanged(second_factor=move % 2 == 0),
                WebRulesChanged(cashiers=move % 2 == 0),
                ApiTokenMade("ab12", employee, "Web shop", "manager", "cd", 9),
                ApiTokenRevoked("ab12"),
                ApiRequestDone("ab12", "ef", "gh", "{}"),
            )[move % 14],
        )


_THINGS = (
    _open_day,
    _add_products,
    _line,
    _change_product,
    _line,
    _set_barcode,
    _tender,
    _change_line,
    _receipt,
    _stock,
    _people,
    _shop,
    _category,
    _badge,
    _devices,
    _labels,
    _time,
    _time,
    _staff,
    _pay_of_time,
    _pay_of_time,
    _plan,
    _trust,
)
"""As many as no thing divides its cases by (a prime number): else some of its cases would never come."""
