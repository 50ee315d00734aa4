"""Reports agree with each other, with the Z reports and with the entries that they are made of."""

import datetime
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from appliance.clock import Moment
from appliance.journal.book import Book
from appliance.journal.kinds import (
    ClockFixed,
    EmployeeAdded,
    LineQuantityChanged,
    LineRemoved,
    ReceiptPrinted,
    TicketAbandoned,
)
from appliance.journal.time_kinds import PayRulesChanged
from appliance.journal.trust_kinds import OriginKnown
from appliance.services import figures, odd, reports, today, z_reports
from appliance.services.figures import Sold, Span
from appliance.services.pay_rules import NotADay
from appliance.store.database import Database
from appliance.store.projections import sums
from appliance.store.projections.sums import QUARTER_MS
from appliance.store.shelf import Shelf
from tests.appliance.trading import ROOMY, Trader, sell, trade

QUIET = settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
MINUTE_MS = 60_000
HOUR_MS = 60 * MINUTE_MS
ALWAYS = Span(-(10**12) * 9 // QUARTER_MS * QUARTER_MS, 10**13 // QUARTER_MS * QUARTER_MS)


@dataclass
class WrongClock:
    """A clock that goes on, and may be wrong by `off_ms` and not trusted."""

    at_ms: int = 1_767_258_000_000
    ok: bool = True
    off_ms: int = 0
    boot: str = "one"

    def now(self) -> Moment:
        self.at_ms += 1
        return Moment(self.at_ms + self.off_ms, self.ok, self.boot, self.at_ms * 1_000_000)

    def fixed(self) -> ClockFixed:
        return ClockFixed(boot=self.boot, boot_ns=self.at_ms * 1_000_000, at_ms=self.at_ms)


@dataclass
class Shop:
    """A store with two registers."""

    shelf: Shelf
    clock: WrongClock
    traders: tuple[Trader, ...]

    @property
    def db(self) -> Database:
        return self.shelf.db

    def at(self, local: datetime.datetime) -> None:
        self.clock.at_ms = int(local.timestamp() * 1000)


def open_shop(folder: Path, zone: str = "Europe/Berlin") -> Shop:
    clock = WrongClock()
    shelf = Shelf(folder, limits=ROOMY)
    traders = tuple(
        Trader(shelf, Book(shelf, clock, origin), clock)  # type: ignore[arg-type]
        for origin in (shelf.origin, "ZZZZ")
    )
    traders[0].book.record(
        "", PayRulesChanged(zone=zone), OriginKnown("ZZZZ", "till", "Second till")
    )
    return Shop(shelf, clock, traders)


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    found = open_shop(tmp_path)
    yield found
    found.shelf.close()


def local(*parts: int, fold: int = 0) -> datetime.datetime:
    zone = ZoneInfo("Europe/Berlin")
    return datetime.datetime(*parts, tzinfo=zone, fold=fold)  # type: ignore[misc,arg-type]


# --------------------------------------------------------------------------- made-up trade


moves = st.lists(
    st.tuples(st.integers(0, 1), st.integers(0, 400), st.integers(0, 500), st.booleans()),
    max_size=60,
)


def live(shop: Shop, made_up: list[tuple[int, int, int, bool]]) -> None:
    """Two registers do one thing after the other, each third a whole sale.

    Now and then a clock cannot be trusted, and is put right later.
    """
    for register, move, minutes, doubted in made_up:
        shop.clock.at_ms += minutes * MINUTE_MS
        shop.clock.ok = not doubted
        shop.clock.off_ms = -365 * 24 * HOUR_MS if doubted else 0
        if move % 3:
            trade(shop.traders[register], [move])
        else:
            sell(shop.traders[register], *range(1, 2 + move % 4), price_minor=100 + move)
        if doubted and move % 4 == 0:
            shop.traders[register].book.record("", shop.clock.fixed())
            shop.clock.boot = f"boot {shop.clock.at_ms}"


def paid_within(shop: Shop, span: Span) -> list[dict[str, object]]:
    """The bodies of all sales of a span, from the entries, at the times that the sales have."""
    within = {
        row[0]
        for row in shop.db.sql("SELECT id, at_ms, origin FROM sale")
        if span.from_ms <= row[1] < span.to_ms and span.origin in {"", row[2]}
    }
    return [
        json.loads(entry.body)
        for entry in shop.shelf.entries()
        if entry.kind == "sale_paid" and entry.id in within
    ]


@QUIET
@given(made_up=moves, begin=st.integers(-40, 400), length=st.integers(0, 300))
def test_all_figures_of_a_span_agree_with_the_entries(
    tmp_path_factory: pytest.TempPathFactory,
    made_up: list[tuple[int, int, int, bool]],
    begin: int,
    length: int,
) -> None:
    shop = open_shop(tmp_path_factory.mktemp("figures"))
    live(shop, made_up)
    start = 1_767_258_000_000 // QUARTER_MS * QUARTER_MS + begin * QUARTER_MS
    for span in (
        ALWAYS,
        Span(start, start + length * QUARTER_MS),
        Span(start, start + length * QUARTER_MS, "ZZZZ"),
    ):
        bodies = paid_within(shop, span)
        whole = figures.total(figures.trade(shop.db, span))
        assert whole.sales == len(bodies)
        for name in ("subtotal_minor", "total_minor", "rounding_minor"):
            assert getattr(whole, name) == sum(body[name] for body in bodies)  # type: ignore[misc]
        for by in ("quarter_ms", "origin", "cashier"):
            assert figures.total(figures.trade(shop.db, span, by)) == whole
        tenders: Counter[str] = Counter()
        taxes: Counter[str] = Counter()
        for body in bodies:
            for one in body["tenders"]:  # type: ignore[attr-defined]
                tenders[one["tender"]] += one["amount_minor"]
            for one in body["taxes"]:  # type: ignore[attr-defined]
                taxes[one["code"]] += one["net_minor"] + one["tax_minor"]
        assert {one.tender: one.amount_minor for one in figures.tenders(shop.db, span)} == tenders
        assert {
            one.code: one.net_minor + one.tax_minor for one in figures.taxes(shop.db, span)
        } == taxes
        items = figures.items(shop.db, span)
        assert sum(one.amount_minor for one in items) == _lines_within(shop, span)
        assert sum(one.amount_minor for one in figures.categories(items)) == sum(
            one.amount_minor for one in items
        )
    assert shop.shelf.differences() == ()
    shop.shelf.close()


def _lines_within(shop: Shop, span: Span) -> int:
    rows = shop.db.sql(
        "SELECT sale.origin, qty_milli, price_minor, amount_given_minor FROM sale JOIN ticket_line "
        "USING (ticket) WHERE removed IS NULL AND at_ms >= ? AND at_ms < ?",
        span[:2],
    )
    return sum(
        sums.SoldLine(None, qty, price, given, None, "piece", "[]", None).amount_minor
        for origin, qty, price, given in rows
        if span.origin in {"", origin}
    )


@QUIET
@given(made_up=moves)
def test_z_reports_agree_with_the_day_reports_and_with_the_whole(
    tmp_path_factory: pytest.TempPathFactory, made_up: list[tuple[int, int, int, bool]]
) -> None:
    shop = open_shop(tmp_path_factory.mktemp("z"))
    live(shop, made_up)
    whole = Sold()
    taxes = 0
    for row in z_reports.days(shop.db, most=1000):
        z, day = z_reports.of(shop.db, row.id), reports.day(shop.db, row.id)
        assert (row.sales, row.total_minor) == (z.sold.sales, z.sold.total_minor)
        assert z.sold.sales == len(day.receipts)
        assert z.sold.subtotal_minor == day.subtotal_minor
        assert z.sold.total_minor == day.total_minor
        assert z.sold.rounding_minor == day.rounding_minor
        assert sorted((one.tender, one.times, one.amount_minor) for one in z.tenders) == sorted(
            (one.name, one.count, one.amount_minor) for one in day.tenders
        )
        assert sorted(
            (one.code, one.rate_ppm, one.net_minor, one.tax_minor) for one in z.taxes
        ) == sorted((one.code, one.rate_ppm, one.net_minor, one.tax_minor) for one in day.taxes)
        assert sum(one.amount_minor for one in z.categories) == sum(
            one.amount_minor for one in day.categories
        )
        whole = whole.plus(z.sold)
        taxes += sum(one.tax_minor for one in z.taxes)
    assert whole == figures.total(figures.trade(shop.db, ALWAYS))
    assert taxes == sum(one.tax_minor for one in figures.taxes(shop.db, ALWAYS))
    shop.shelf.close()


# --------------------------------------------------------------------------- days and clocks


def test_a_day_on_which_clocks_go_back_has_twenty_five_hours_of_sales(shop: Shop) -> None:
    trader = shop.traders[0]
    shop.at(local(2026, 10, 24, 23, 30))
    for _ in range(27):
        sell(trader, 1)
        shop.clock.at_ms += HOUR_MS
    span = figures.span(shop.db, "2026-10-25", "2026-10-25")
    found = figures.trade(shop.db, span)
    assert figures.total(found).sales == 25
    hours = figures.by_clock(shop.db, found, lambda at: at.hour)
    assert hours[2].sales == 2
    assert {hour: sold.sales for hour, sold in hours.items() if hour != 2} == dict.fromkeys(
        set(range(24)) - {2}, 1
    )


def test_a_day_on_which_clocks_go_forward_has_twenty_three(shop: Shop) -> None:
    shop.at(local(2026, 3, 28, 23, 30))
    for _ in range(26):
        sell(shop.traders[0], 1)
        shop.clock.at_ms += HOUR_MS
    found = figures.trade(shop.db, figures.span(shop.db, "2026-03-29", "2026-03-29"))
    assert figures.total(found).sales == 23
    assert 2 not in figures.by_clock(shop.db, found, lambda at: at.hour)


def test_another_zone_moves_sales_to_other_days_without_any_table_made_anew(shop: Shop) -> None:
    shop.at(local(2026, 6, 1, 23, 50))
    sell(shop.traders[0], 1)
    shop.at(local(2026, 6, 2, 0, 5))
    sell(shop.traders[0], 2)

    def sold(day: str) -> int:
        return figures.total(figures.trade(shop.db, figures.span(shop.db, day, day))).total_minor

    assert (sold("2026-06-01"), sold("2026-06-02")) == (250, 500)
    before = shop.db.sql("SELECT * FROM sold_quarter")
    shop.traders[0].book.record("", PayRulesChanged(zone="Asia/Kathmandu"))
    assert (sold("2026-06-01"), sold("2026-06-02")) == (0, 750)
    assert shop.db.sql("SELECT * FROM sold_quarter") == before


def test_a_business_day_over_midnight_is_cut_to_the_sale(shop: Shop) -> None:
    shop.at(local(2026, 6, 1, 22, 0))
    for hour in range(4):
        shop.at(local(2026, 6, 1, 22, 0) + datetime.timedelta(hours=hour))
        sell(shop.traders[0], hour + 1)
    spans = [figures.span(shop.db, day, day) for day in ("2026-06-01", "2026-06-02")]
    assert [figures.total(figures.trade(shop.db, one)).total_minor for one in spans] == [750, 1750]
    assert [sum(item.qty_milli for item in figures.items(shop.db, one)) for one in spans] == [
        3000,
        7000,
    ]
    assert [figures.taxes(shop.db, one)[0].net_minor for one in spans] == [750, 1750]
    assert [figures.tenders(shop.db, one)[0].amount_minor for one in spans] == [750, 1750]


def test_a_business_day_that_ends_with_the_first_quarter_of_another_day_is_cut_too(
    shop: Shop,
) -> None:
    shop.at(local(2026, 6, 1, 23, 0))
    sell(shop.traders[0], 1)
    shop.at(local(2026, 6, 2, 0, 0))
    sell(shop.traders[0], 2)
    span = figures.span(shop.db, "2026-06-01", "2026-06-01")
    assert [item.qty_milli for item in figures.items(shop.db, span)] == [1000]


def test_a_clock_that_is_put_right_takes_its_sales_to_the_right_day(shop: Shop) -> None:
    shop.at(local(2026, 6, 1, 12, 0))
    trade(shop.traders[0], [0, 1])
    shop.clock.ok, shop.clock.off_ms = False, -300 * 24 * HOUR_MS
    sell(shop.traders[0], 1)
    span = figures.span(shop.db, "2026-06-01", "2026-06-01")
    assert figures.trade(shop.db, span) == ()
    shop.clock.ok, shop.clock.off_ms = True, 0
    shop.traders[0].book.record("", shop.clock.fixed())
    assert figures.total(figures.trade(shop.db, span)).sales == 1
    assert len(shop.db.sql("SELECT * FROM sold_quarter")) == 1
    assert shop.shelf.differences() == ()


def test_bad_days_are_refused(shop: Shop) -> None:
    with pytest.raises(NotADay):
        figures.span(shop.db, "yesterday", "2026-01-01")
    with pytest.raises(figures.DaysTurnedRound):
        figures.span(shop.db, "2026-01-02", "2026-01-01")


# --------------------------------------------------------------------------- margins, odd acts, today


def test_the_margin_is_of_what_had_a_cost_when_it_was_sold(shop: Shop) -> None:
    sell(shop.traders[0], 2, price_minor=250)
    (item,) = figures.items(shop.db, ALWAYS)
    assert item.amount_minor == 500
    assert item.net_minor == item.costed_minor == 420  # 500 / 1.19 = 420.17
    assert item.cost_minor == 2 * 210
    assert item.margin_minor == 0


def test_odd_acts_are_counted_for_whoever_did_them(shop: Shop) -> None:
    book = shop.traders[0].book
    ana = book.record("", EmployeeAdded(number="1", name="Ana", role="cashier", pin_hash="x"))[0].id
    sell(shop.traders[0], 1)
    trader = shop.traders[0]
    trade(trader, [2, 2])
    first, second = trader.lines
    book.record(ana, LineRemoved(line=first))
    book.record(ana, LineQuantityChanged(line=second, qty_milli=1000, was_milli=3000))
    book.record(ana, LineQuantityChanged(line=second, qty_milli=9000, was_milli=1000))
    book.record("", ReceiptPrinted(sale=trader.sales[0], copy=0))
    book.record("", ReceiptPrinted(sale=trader.sales[0], copy=1))
    assert trader.ticket is not None
    book.record(ana, TicketAbandoned(ticket=trader.ticket))
    counts = odd.counts(shop.db, ALWAYS)
    assert {what: count.times for what, count in counts[ana].items()} == {
        "line_removed": 1,
        "quantity_changed": 1,
        "abandoned": 1,
    }
    assert {what: count.times for what, count in counts[""].items()} == {"copy": 1}
    acts = odd.acts(shop.db, ALWAYS, actor=ana)
    assert [act.what for act in acts] == ["abandoned", "quantity_changed", "line_removed"]
    assert acts[0].amount_minor == 9 * 102
    again = odd.acts(shop.db, ALWAYS, actor=ana, before=(acts[0].at_ms, acts[0].id))
    assert again == acts[1:]


def test_today_is_told_against_a_week_ago_until_the_same_minute(shop: Shop) -> None:
    for day in (3, 10):
        shop.at(local(2026, 6, day, 9, 0))
        sell(shop.traders[0], 1)
        shop.at(local(2026, 6, day, 10, 7))
        sell(shop.traders[1], 2)
        if day == 3:
            shop.at(local(2026, 6, day, 10, 8))
            sell(shop.traders[1], 4)
    found = today.look(shop.db, int(local(2026, 6, 10, 10, 7, 30).timestamp() * 1000))
    assert found.sold.total_minor == found.before.total_minor == 750
    assert found.before_whole.total_minor == 1750
    assert [(one.hour, one.total_minor, one.before_minor) for one in found.hours] == [
        (9, 250, 250),
        (10, 500, 1500),
    ]
    alone = today.look(shop.db, int(local(2026, 6, 10, 10, 7, 30).timestamp() * 1000), "ZZZZ")
    assert alone.sold.total_minor == 500
    assert [one.name for one in alone.registers] == ["Second till"]


def test_a_day_after_the_clocks_changed_is_still_told_until_the_same_time_on_the_wall(
    shop: Shop,
) -> None:
    shop.at(local(2026, 10, 21, 10, 30))
    sell(shop.traders[0], 1)
    found = today.look(shop.db, int(local(2026, 10, 28, 10, 31).timestamp() * 1000))
    assert found.before.sales == 1
    found = today.look(shop.db, int(local(2026, 10, 28, 10, 29).timestamp() * 1000))
    assert (found.before.sales, found.before_whole.sales) == (0, 1)
