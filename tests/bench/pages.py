"""Pages of the back office with two years of sales of three registers."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from appliance.store.shelf import DiskLimits, Shelf
from tests.appliance.lan_server.office import Visitor, open_office
from tests.bench import years
from tests.bench.report import Row, Section
from tests.bench.run import Progress, Run, made_once
from tests.bench.shop import SOURCES
from tests.bench.timing import Times, ratio, times, without_collector

NAME: Final = "pages"
_MONTH: Final = "first=2026-11-01&last=2026-11-28"
_YEAR: Final = "first=2025-12-01&last=2026-11-28"
_PAGES: Final = {
    "today": "/today",
    "the newest sales": "/sales/",
    "sales of one product": "/sales/?product=Article+number+5",
    "a month by day": f"/reports/?by=day&{_MONTH}",
    "a month by product": f"/reports/?by=item&{_MONTH}",
    "a year by day": f"/reports/?by=day&{_YEAR}",
    "a year by product": f"/reports/?by=item&{_YEAR}",
    "a year by tax": f"/reports/?by=tax&{_YEAR}",
    "exceptions of a month": f"/reports/?by=exception&{_MONTH}",
    "the catalogue": "/catalogue/",
    "the journal": "/journal/",
    "registers": "/registers/",
}
_EMPTY: Final = "/me/ask"
_ROOMY: Final = DiskLimits(warn_bytes=0, stop_bytes=0, ballast_bytes=4096)


def measure(run: Run) -> Section:
    progress = Progress(NAME)
    days, tickets = run.size(730, 10), run.size(285, 20)
    made = made_once(
        f"years-{days}-{tickets}",
        (*SOURCES, Path(years.__file__)),
        years.make(
            days, tickets, lambda done, of: progress("making it (only the first time)", done, of)
        ),
    )
    with _visiting(run.copy(made)) as (visitor, sales, size):
        limit = _times(visitor, _EMPTY, run)
        rows = []
        for name, address in _PAGES.items():
            progress(name)
            taken = _times(visitor, address, run)
            rows.append(
                Row(name, str(taken), f"a page with one form: {limit}", times(ratio(taken, limit)))
            )
    progress.end()
    return Section(
        NAME,
        f"Three registers, {days} days, {sales:,} sales; whole pages through Flask, without the network.",
        tuple(rows),
        (f"The store is {size / 1e6:,.0f} MB.",),
    )


@contextlib.contextmanager
def _visiting(folder: Path) -> Iterator[tuple[Visitor, int, int]]:
    shelf = Shelf(folder, limits=_ROOMY)
    sales = int(shelf.db.sql("SELECT count(*) FROM sale")[0][0])
    shelf.close()
    with open_office(folder, networked=True) as office:
        office.give_password("1")
        visitor = office.client()
        visitor.sign_in("1")
        yield visitor, sales, (folder / "shop.db").stat().st_size


def _times(visitor: Visitor, address: str, run: Run) -> Times:
    taken = Times()
    assert visitor.get(address).status_code == 200, address
    with without_collector():
        for _ in range(run.size(9, 2)):
            taken.call(visitor.get, address)
    return taken
