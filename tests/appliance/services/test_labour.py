"""Labour against sales: hours add up to the totals, whatever was worked and sold."""

import datetime
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from appliance.domain.timeclock import What
from appliance.journal.kinds import DayOpened, SalePaid, TaxAmount, Tender, TicketOpened
from appliance.journal.pay_kinds import PayTermsChanged
from appliance.services import labour, pay_terms
from appliance.services.labour import Labour
from tests.appliance.services.test_wages import MONDAY, Shop, open_shop

HOUR_MS = 3_600_000
MINUTE_MS = 60_000


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    opened = open_shop(tmp_path, "Europe/Berlin")
    yield opened
    opened.shelf.close()


def sell(shop: Shop, at_ms: int, total: int, *taxes: int) -> None:
    """A sale, straight into the journal."""
    shop.clock.set(at_ms)
    book = shop.desk.book
    number = int(book.id_ahead().partition("-")[2])
    day = book.record("", DayOpened(number=number))[0].id
    ticket = book.record("", TicketOpened(day=day))[0].id
    book.record(
        "",
        SalePaid(
            ticket=ticket,
            day=day,
            number=number,
            currency="EUR",
            basis="receipt",
            subtotal_minor=total,
            total_minor=total,
            rounding_minor=0,
            taxes=tuple(
                TaxAmount(f"T{place}", "VAT", 190_000, True, total - tax, tax)
                for place, tax in enumerate(taxes)
            ),
            tenders=(Tender("cash", total, total),),
            kick=True,
        ),
    )


def found(shop: Shop, first: str = "2026-03-02", last: str = "2026-03-08") -> Labour:
    return labour.report(shop.desk.db, first, last, shop.clock.now().at_ms)


def by_hour(report: Labour) -> dict[int, tuple[int, int, int, int | None]]:
    return {
        one.hour: (one.worked_ms // MINUTE_MS, one.cost_minor, one.sales_minor, one.ratio_ppm)
        for one in report.hours
        if one.worked_ms or one.sales_minor
    }


def test_each_hour_has_its_work_its_cost_and_its_sales_without_tax(shop: Shop) -> None:
    shop.rate(1200)
    shop.punch(shop.at(MONDAY, 8, 30), What.IN)
    shop.punch(shop.at(MONDAY, 10, 15), What.OUT)
    sell(shop, shop.at(MONDAY, 9, 59), 11_900, 1900)
    sell(shop, shop.at(MONDAY, 10), 2140, 100, 40)
    report = found(shop)
    assert by_hour(report) == {
        8: (30, 600, 0, None),
        9: (60, 1200, 10_000, 120_000),
        10: (15, 300, 2000, 150_000),
    }
    assert (report.cost_minor, report.sales_minor, report.ratio_ppm) == (2100, 12_000, 175_000)


def test_days_outside_of_the_range_do_not_count(shop: Shop) -> None:
    shop.rate(1000)
    shop.punch(shop.at(MONDAY - datetime.timedelta(days=1), 22), What.IN)
    shop.punch(shop.at(MONDAY, 2), What.OUT)
    sell(shop, shop.at(MONDAY, 0) - 1000, 100)
    sell(shop, shop.at(MONDAY, 0), 200)
    report = found(shop)
    assert by_hour(report) == {0: (60, 1000, 200, 5_000_000), 1: (60, 1000, 0, None)}


def test_an_hour_that_comes_twice_is_one_hour_of_the_day(shop: Shop) -> None:
    """Clocks in Berlin went back on 25 October 2026 at three o'clock."""
    shop.rate(1000)
    day = datetime.date(2026, 10, 25)
    shop.punch(shop.at(day, 1), What.IN)
    shop.punch(shop.at(day, 4), What.OUT)
    assert by_hour(found(shop, "2026-10-25", "2026-10-25")) == {
        1: (60, 1000, 0, None),
        2: (120, 2000, 0, None),
        3: (60, 1000, 0, None),
    }


def test_a_salary_costs_its_hourly_share_and_paid_rests_cost_too(shop: Shop) -> None:
    shop.rate(80_000, covers=40)
    pay_terms.change(shop.desk, PayTermsChanged(breaks="us_federal"), shop.ben)
    begun_ms = shop.at(MONDAY, 9)
    for minutes, what in (
        (0, What.IN), (10, What.BREAK_START), (20, What.BREAK_END), (60, What.OUT),
    ):  # fmt: skip
        shop.punch(begun_ms + minutes * MINUTE_MS, what)
    assert by_hour(found(shop)) == {9: (60, 2000, 0, None)}


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    shifts=st.lists(st.tuples(st.integers(0, 900), st.integers(1, 500)), min_size=1, max_size=7),
    rate=st.integers(0, 9999),
)
def test_hours_add_up_to_the_totals(
    tmp_path_factory: pytest.TempPathFactory, shifts: list[tuple[int, int]], rate: int
) -> None:
    shop = open_shop(tmp_path_factory.mktemp("labour"), "Asia/Kathmandu")
    shop.rate(rate)
    shop.rules(overtime="none")
    for place, (begins, minutes) in enumerate(shifts):
        day = MONDAY + datetime.timedelta(days=place)
        begun_ms = shop.at(day, 0) + begins * MINUTE_MS + 17
        shop.punch(begun_ms, What.IN)
        shop.punch(begun_ms + minutes * MINUTE_MS - 3, What.OUT)
    report = found(shop)
    owed = shop.owed()
    assert sum(one.worked_ms for one in report.hours) == report.worked_ms == owed.worked_ms
    assert sum(one.cost_minor for one in report.hours) == report.cost_minor == owed.total_minor
    shop.shelf.close()
