"""Whatever is asked of the register, in whatever order: it answers, and its books are right."""

import itertools
import shutil
import tempfile
from collections import Counter as Sums
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from appliance.messages import (
    AbandonTicket,
    AddProduct,
    CancelTender,
    ChangeQuantity,
    ChooseReceipt,
    CloseDay,
    Command,
    CountStock,
    DismissNotice,
    DismissResume,
    DoneView,
    KeyQuantity,
    LastSaleView,
    NewSale,
    NoticeLevel,
    NoticeView,
    OpenDay,
    RemoveLine,
    Reprint,
    Scan,
    Search,
    SelectLine,
    SetClock,
    SetLanguage,
    ShowCategory,
    SignOut,
    StartTender,
    TenderCash,
    TenderView,
    TicketView,
)
from appliance.play import START_MS, NotACommand
from appliance.store.shelf import Shelf
from tests.flows.corner_shop import ANA, BARCODES, BEN, ROOMY, Counter, furnish

CASH_STEP = 5
MOST = 1 << 53
LARGE = (
    -(1 << 63) - 1,
    -(1 << 63),
    -MOST,
    -1,
    0,
    1,
    MOST,
    MOST + 1,
    (1 << 63) - 1,
    1 << 63,
    10**30,
)
"""Numbers at the edges of what a computer or a database holds."""


@dataclass(frozen=True)
class Lever:
    """What happens beside the counter: `paper_out`, `paper_in`, `answer_lost`, `unplug`, `plug`, `restart`."""

    what: str


@dataclass(frozen=True)
class OnLine:
    """A command about one of the lines at hand, by its place."""

    place: int
    qty_milli: int | None
    """A new quantity; None takes the line off, 0 marks it."""


Step = Command | Lever | OnLine

quantities = st.sampled_from([1, 500, 1000, 2000, 3000, 12_345, 9_999_999, 10_000_000, 0, -1000])
numbers = st.one_of(st.integers(-10, 100_000), st.sampled_from(LARGE))
texts = st.one_of(
    st.sampled_from(
        ["", " ", "K7Q2-3.1", "]E0", "]d2", "0000000000000", "coffee", "caf", "äp", "\0", "*", '"']
    ),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=40),
    st.text("]EC0123456789\x1d", max_size=40),
)
products = st.integers(0, 3)
goods: st.SearchStrategy[list[Step]] = st.one_of(
    st.sampled_from(BARCODES).map(lambda code: [Scan(text=code)]),
    st.sampled_from(BARCODES).map(lambda code: [Scan(text=code)]),
    st.tuples(quantities, st.sampled_from(BARCODES)).map(
        lambda keyed: [KeyQuantity(qty_milli=keyed[0]), Scan(text=keyed[1])]
    ),
    st.builds(OnLine, st.integers(0, 5), st.one_of(st.none(), quantities)).map(lambda step: [step]),
    st.builds(OnLine, st.integers(0, 5), st.sampled_from([-1000, 250, 10_000_000])).map(
        lambda step: [step]
    ),
)
paying: st.SearchStrategy[list[Step]] = st.one_of(
    st.sampled_from([500, 2000, 10_000, 100_000, 100_000_000]).map(
        lambda minor: [TenderCash(amount_minor=minor), TenderCash(amount_minor=1_000_000_00)]
    ),
    st.just([StartTender(), TenderCash(amount_minor=1_000_000_00)]),
    st.just([StartTender(), Lever("restart"), TenderCash(amount_minor=1_000_000_00)]),
    st.just([StartTender(), CancelTender()]),
    st.just([AbandonTicket()]),
    st.just([StartTender()]),
)
afterwards: st.SearchStrategy[list[Step]] = st.one_of(
    st.just([]),
    st.sampled_from(["print", "none"]).map(
        lambda choice: [ChooseReceipt(sale=None, choice=choice)]
    ),
    st.sampled_from(
        [[Reprint()], [NewSale()], [SignOut(), ANA], [CloseDay(), BEN], [CancelTender()]]
    ),
)
seldom: st.SearchStrategy[Step] = st.one_of(
    st.sampled_from([ANA, BEN, SignOut(), AbandonTicket(), CloseDay(), OpenDay(), DismissResume()]),
    st.sampled_from(["paper_out", "paper_in", "answer_lost", "unplug", "plug", "restart"]).map(
        Lever
    ),
    texts.map(lambda text: Scan(text=text)),
    texts.map(lambda text: Search(text=text)),
    texts.map(lambda text: AddProduct(product=text)),
    texts.map(lambda text: ChooseReceipt(sale=text, choice="print")),
    texts.map(lambda text: ChooseReceipt(sale=None, choice=text)),
    texts.map(lambda text: Reprint(sale=text)),
    texts.map(lambda text: SelectLine(line=text)),
    texts.map(lambda text: RemoveLine(line=text)),
    st.sampled_from(["de", "es", "en", "", "xx"]).map(lambda word: SetLanguage(language=word)),
    st.builds(ShowCategory, st.one_of(st.none(), texts), numbers),
    st.builds(CountStock, texts, numbers),
    numbers.map(lambda number: TenderCash(amount_minor=number)),
    numbers.map(lambda number: KeyQuantity(qty_milli=number)),
    numbers.map(lambda number: ChangeQuantity(line=None, qty_milli=number)),
    numbers.map(lambda number: DismissNotice(notice=number)),
    st.integers(0, 10**12).map(lambda ms: SetClock(at_ms=START_MS + ms)),
)
customers = st.tuples(st.lists(goods, max_size=4), paying, afterwards).map(
    lambda parts: [*itertools.chain.from_iterable(parts[0]), *parts[1], *parts[2]]
)
# Hypothesis takes nested choices apart and gives each alternative the same chance; `sampled_from` keeps most sensible.
parts = st.sampled_from([customers, customers, customers, goods, seldom.map(lambda step: [step])])
days = st.lists(parts.flatmap(lambda part: part), max_size=24).map(
    lambda parts: list(itertools.chain.from_iterable(parts))
)


@dataclass
class Shop:
    """The counter, and what an onlooker with a pencil knows."""

    counter: Counter
    products: tuple[str, ...]
    sold: Sums[str] = field(default_factory=Sums)
    receipts: int = 0

    def do(self, step: Step) -> None:
        """One step. A refusal is an answer; anything else that is raised fails the test."""
        before = self.counter.sees(TicketView)
        match step:
            case Lever("restart"):
                self.counter.restart()
                after = self.counter.sees(TicketView)
                assert (after.id, after.state, after.lines) == (
                    before.id,
                    before.state,
                    before.lines,
                )
                assert after.total_minor == before.total_minor
                self.counter.ask(ANA)
            case Lever():
                _pull(self.counter, step.what)
            case OnLine():
                if before.lines:
                    line = before.lines[step.place % len(before.lines)].id
                    self.ask(_about(line, step.qty_milli))
            case _ if _is_out_of_bounds(step):
                with pytest.raises(NotACommand):
                    self.counter.ask(step)
            case _:
                self.ask(step)
        assert self.counter.sees(NoticeView).level is not NoticeLevel.DEFECT
        self.adds_up()

    def ask(self, command: Command) -> None:
        """One command, and whether it did what it says, and nothing where it was refused."""
        before = self.counter.sees(TicketView)
        answer = self.counter.ask(command)
        after = self.counter.sees(TicketView)
        done = answer.shows.get("done")
        if answer.refused is not None:
            assert after == before
        elif isinstance(command, TenderCash):
            assert isinstance(done, DoneView)
            self.paid(before, done, command.amount_minor)
        else:
            assert [line.qty_milli for line in after.lines] in _possible(before, command)

    def paid(self, ticket: TicketView, done: DoneView, given_minor: int) -> None:
        """A ticket has become a sale."""
        self.receipts += 1
        assert done.number == ticket.number == self.receipts
        assert done.total_minor == ticket.total_minor
        assert done.tendered_minor == given_minor
        assert done.total_minor + done.rounding_minor + done.change_minor == given_minor
        assert abs(done.rounding_minor) < CASH_STEP
        assert done.change_minor % CASH_STEP == 0
        stored = dict(
            self.counter.shelf.db.sql(
                f"SELECT id, product FROM ticket_line WHERE ticket = '{ticket.id}' AND removed IS NULL"
            )
        )
        for line in ticket.lines:
            self.sold[stored[line.id]] += line.qty_milli

    def adds_up(self) -> None:
        """What the screen shows is what is stored, and its figures add up."""
        ticket = self.counter.sees(TicketView)
        rows = self.counter.rows(
            "SELECT id, qty_milli, price_minor FROM ticket_line WHERE removed IS NULL AND ticket IN "
            "(SELECT id FROM ticket WHERE state IN ('open', 'tendering')) ORDER BY seq"
        )
        assert [(line.id, line.qty_milli, line.price_minor) for line in ticket.lines] == rows
        for line in ticket.lines:
            assert line.amount_minor == _half_up(Fraction(line.price_minor * line.qty_milli, 1000))
        assert ticket.subtotal_minor == sum(line.amount_minor for line in ticket.lines)
        added = sum(tax.tax_minor for tax in ticket.taxes if not tax.included)
        assert ticket.total_minor == ticket.subtotal_minor + added
        assert ticket.number == self.receipts + 1
        tender = self.counter.sees(TenderView)
        assert tender.open == (ticket.state == "tendering")
        assert tender.due_minor == tender.total_minor + tender.rounding_minor
        assert tender.due_minor % CASH_STEP == 0
        assert (self.counter.sees(LastSaleView).number or 0) == self.receipts

    def closes(self) -> None:
        """The books at the end of the day."""
        rows = self.counter.rows
        assert rows("SELECT number FROM sale ORDER BY number") == [
            (number,) for number in range(1, self.receipts + 1)
        ]
        for sale in rows(
            "SELECT id, ticket, subtotal_minor, total_minor, rounding_minor FROM sale"
        ):
            name, ticket, subtotal, total, rounding = sale
            amounts = [
                _half_up(Fraction(price * quantity, 1000))
                for price, quantity in rows(
                    "SELECT price_minor, qty_milli FROM ticket_line "
                    f"WHERE removed IS NULL AND ticket = '{ticket}'"
                )
            ]
            taxes = rows(
                f"SELECT included, net_minor, tax_minor FROM sale_tax WHERE sale = '{name}'"
            )
            tenders = rows(
                f"SELECT amount_minor, tendered_minor, change_minor FROM tender WHERE sale = '{name}'"
            )
            assert subtotal == sum(amounts)
            assert total == subtotal + sum(tax for included, _, tax in taxes if not included)
            assert sum(amount for amount, _, _ in tenders) == total + rounding
            assert all(amount == given - change for amount, given, change in tenders)
        moved = dict(rows("SELECT product, sum(qty_milli) FROM stock_move GROUP BY product"))
        assert moved == {product: -quantity for product, quantity in self.sold.items() if quantity}
        assert dict(rows("SELECT product, qty_milli FROM stock_level")) == moved
        self.counter.holds_together()


@pytest.fixture(scope="module")
def furnished() -> Iterator[tuple[Path, tuple[str, ...]]]:
    with tempfile.TemporaryDirectory() as folder:
        shelf = Shelf(Path(folder), limits=ROOMY)
        products = furnish(shelf)
        shelf.close()
        yield Path(folder), products


@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@example([])
@example([Scan(text=BARCODES[3]), StartTender(), Lever("restart"), TenderCash(amount_minor=21_69)])
@given(days)
def test_any_commands_leave_the_books_right(
    furnished: tuple[Path, tuple[str, ...]], steps: list[Step]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = Path(folder) / "store"
        shutil.copytree(furnished[0], store)
        shop = Shop(Counter(store), furnished[1])
        try:
            shop.counter.do(ANA)
            for step in steps:
                shop.do(step)
            shop.closes()
        finally:
            shop.counter.shelf.close()


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(products, st.integers(-5, 50)), max_size=10))
def test_counts_and_sales_make_the_stock(
    furnished: tuple[Path, tuple[str, ...]], doings: list[tuple[int, int]]
) -> None:
    """A number below zero sells so many, any other counts so many."""
    with tempfile.TemporaryDirectory() as folder:
        store = Path(folder) / "store"
        shutil.copytree(furnished[0], store)
        counter = Counter(store)
        on_hand: dict[str, int] = {}
        counter.do(ANA)
        for place, number in doings:
            product = furnished[1][place]
            if number < 0:
                counter.do(KeyQuantity(qty_milli=-1000 * number), AddProduct(product=product))
                counter.do(TenderCash(amount_minor=200_00))
                on_hand[product] = on_hand.get(product, 0) + 1000 * number
            else:
                counter.do(CountStock(product=product, qty_milli=1000 * number))
                on_hand[product] = 1000 * number
        levels = "SELECT product, sum(qty_milli) FROM stock_level GROUP BY product"
        moves = "SELECT product, sum(qty_milli) FROM stock_move GROUP BY product"
        assert dict(counter.rows(levels)) == dict(counter.rows(moves)) == on_hand
        counter.holds_together()
        counter.shelf.close()


def _about(line: str, qty_milli: int | None) -> Command:
    if qty_milli is None:
        return RemoveLine(line=line)
    return ChangeQuantity(line=line, qty_milli=qty_milli) if qty_milli else SelectLine(line=line)


def _pull(counter: Counter, lever: str) -> None:
    printer, drawer = counter.player.devices.printer, counter.player.devices.drawer
    {
        "paper_out": printer.take_paper,
        "paper_in": printer.load_paper,
        "answer_lost": printer.lose_next_answer,
        "unplug": drawer.unplug,
        "plug": drawer.plug,
    }[lever]()


def _possible(before: TicketView, command: Command) -> list[list[int]]:
    """The quantities of the lines that may follow a command which was not refused."""
    held = before.keyed_qty_milli
    quantities = {line.id: line.qty_milli for line in before.lines}
    match command:
        case AbandonTicket():
            quantities = {}
        case RemoveLine(line):
            del quantities[line or before.selected or ""]
        case ChangeQuantity(line, qty_milli):
            assert (line or before.selected) in quantities
            quantities[line or before.selected or ""] = qty_milli
        case Scan() | AddProduct():
            *others, last = (0, *quantities.values())
            one_more = [] if held else [[*others[1:], last + 1000]]
            return [[*quantities.values(), held or 1000], *(one_more if quantities else [])]
    return [list(quantities.values())]


def _is_out_of_bounds(command: Command) -> bool:
    return any(
        isinstance(number, int) and abs(number) > MOST
        for number in msgspec.structs.asdict(command).values()
    )


def _half_up(exact: Fraction) -> int:
    """An amount above zero to the nearest cent."""
    return int(exact + Fraction(1, 2))
