"""The journal is read back from its newest entry, each entry once, whatever is asked for."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.journal.kinds import EmployeeAdded, ShopChanged
from appliance.services import journal_pages
from appliance.services.journal_pages import NoSuchEntry, Wanted
from tests.appliance.services.test_figures import HOUR_MS, QUIET, Shop, live, moves, open_shop
from tests.appliance.trading import sell


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    found = open_shop(tmp_path)
    yield found
    found.shelf.close()


def all_of(shop: Shop, wanted: Wanted, most: int = 7) -> list[str]:
    found: list[str] = []
    before: int | None = None
    for _ in range(10_000):
        page = journal_pages.page(shop.db, wanted, before, most)
        found += [one.entry.id for one in page.found]
        if page.after is None:
            return found
        assert before is None or page.after < before
        before = page.after
    pytest.fail("it never ends")


@QUIET
@given(made_up=moves, most=st.integers(1, 9))
def test_pages_tell_each_entry_once_in_the_order_of_lamport_time(
    tmp_path_factory: pytest.TempPathFactory,
    made_up: list[tuple[int, int, int, bool]],
    most: int,
) -> None:
    shop = open_shop(tmp_path_factory.mktemp("journal"))
    live(shop, made_up)
    entries = list(shop.shelf.entries())
    order = sorted(entries, key=lambda one: (one.lamport, one.origin), reverse=True)
    assert all_of(shop, Wanted(), most) == [one.id for one in order]
    for wanted, fits in (
        (Wanted(kind="line_added"), lambda one: one.kind == "line_added"),
        (Wanted(origin="ZZZZ"), lambda one: one.origin == "ZZZZ"),
        (Wanted(text="Äpple"), lambda one: "Äpple" in one.body),
    ):
        assert all_of(shop, wanted, most) == [one.id for one in order if fits(one)]
    shop.shelf.close()


def test_a_search_that_reads_too_much_goes_on_from_where_it_stopped(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal_pages, "FIRST_STRETCH", 2)
    monkeypatch.setattr(journal_pages, "MOST_READ", 5)
    first = shop.traders[0].book.record("", ShopChanged(name="Needle"))[0].id
    for _ in range(20):
        sell(shop.traders[0], 1)
    page = journal_pages.page(shop.db, Wanted(text="Needle"))
    assert page.found == ()
    assert page.is_cut
    assert page.after is not None
    assert all_of(shop, Wanted(text="Needle")) == [first]


def test_entries_of_a_day_are_those_that_were_truly_made_on_it(shop: Shop) -> None:
    noon = shop.clock.at_ms
    early = shop.traders[0].book.record("", ShopChanged(name="early"))[0].id
    shop.clock.at_ms += 3 * 24 * HOUR_MS
    shop.clock.ok, shop.clock.off_ms, shop.clock.boot = False, -(10**12), "two"
    wrong = shop.traders[0].book.record("", ShopChanged(name="wrong"))[0].id
    shop.clock.ok, shop.clock.off_ms = True, 0
    shop.traders[0].book.record("", shop.clock.fixed())
    shop.clock.at_ms += 3 * 24 * HOUR_MS
    late = shop.traders[0].book.record("", ShopChanged(name="late"))[0].id
    named = Wanted(kind="shop_changed")

    def between(first_days: int, last_days: int) -> list[str]:
        return all_of(
            shop,
            Wanted(
                kind=named.kind,
                from_ms=noon + first_days * 24 * HOUR_MS,
                to_ms=noon + last_days * 24 * HOUR_MS,
            ),
        )

    assert between(0, 1) == [early]
    assert between(2, 4) == [wrong]
    assert between(5, 8) == [late]
    assert between(0, 8) == [late, wrong, early]


def test_an_entry_is_found_by_its_id_and_by_letters_that_are_no_pattern(shop: Shop) -> None:
    book = shop.traders[0].book
    odd = book.record("", ShopChanged(name="100 %_!"))[0].id
    book.record("", ShopChanged(name="100 percent"))
    assert all_of(shop, Wanted(text="%_!")) == [odd]
    assert all_of(shop, Wanted(text=odd)) == [odd]
    assert all_of(shop, Wanted(text="'; DROP TABLE entry; --")) == []


def test_secrets_are_not_searched(shop: Shop) -> None:
    shop.traders[0].book.record("", EmployeeAdded("1", "Ana", "cashier", "$argon2id$secret"))
    assert all_of(shop, Wanted(text="argon2id")) != []
    hidden = Wanted(text="argon2id", without=frozenset({"employee_added"}))
    assert all_of(shop, hidden) == []


def test_one_entry_names_the_tables_it_made_rows_in(shop: Shop) -> None:
    sale = sell(shop.traders[0], 1)
    told, cause, made = journal_pages.one(shop.db, sale)
    assert told.entry.kind == "sale_paid"
    assert cause is None
    assert made == ("sale",)


@pytest.mark.parametrize("entry", ["", "AAAA", "AAAA-x", "ZZZZ-99", "ZZZZ-" + "9" * 40, "../x-1"])
def test_an_entry_that_there_is_not_is_refused(shop: Shop, entry: str) -> None:
    with pytest.raises(NoSuchEntry):
        journal_pages.one(shop.db, entry)
