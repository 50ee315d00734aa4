"""Draws the back office of the demo shop for the README: `python -m tests.appliance.lan_server.pictures`."""

import tempfile
from pathlib import Path
from typing import Final

from playwright.sync_api import Page

from appliance.clock import ScriptedClock
from appliance.demo_shop import open_demo_shop
from appliance.demo_shop.trade import trade_demo_days
from appliance.demo_shop.weeks import live_demo_weeks
from appliance.services import people
from appliance.services.desk import Desk
from appliance.services.people import Pins
from appliance.store.shelf import Shelf
from tests.appliance.lan_server.office import PASSWORD, open_office, serve
from tests.browser import DESKTOP, PHONE, new_page, open_browser

PICTURES: Final = Path(__file__).parents[2] / "screens" / "pictures"
PAGES: Final = {
    "today": "/today",
    "products": "/catalogue/",
    "report": "/reports/?by=item",
    "wages": "/wages/",
}
ON_A_PHONE: Final = ("today",)


def main() -> None:
    with (
        tempfile.TemporaryDirectory() as folder,
        open_office(Path(folder), staff=False, networked=True, fill=demo) as office,
        serve(office.app, Path(folder)) as site,
        open_browser() as browser,
    ):
        with office.room.readers.reading() as db:
            office.ids["2"] = people.find(db, "2").id
        office.give_password("2")
        for size, name, pages in ((DESKTOP, "1280x800", PAGES), (PHONE, "390x844", ON_A_PHONE)):
            page = new_page(browser, size)
            sign_in(page, site)
            for shown in pages:
                page.goto(site + PAGES[shown])
                page.wait_for_load_state("networkidle")
                page.screenshot(path=PICTURES / f"web-{shown}_{name}.png")
            page.context.close()


def demo(shelf: Shelf, keeper: Pins, now_ms: int) -> None:
    """The demo shop with two weeks of work and trade."""
    open_demo_shop(Desk(shelf.db, shelf.book(ScriptedClock(now_ms))), keeper)
    live_demo_weeks(shelf, keeper, now_ms)
    trade_demo_days(shelf, now_ms)


def sign_in(page: Page, site: str) -> None:
    page.goto(f"{site}/sign-in")
    page.locator("input[name=name]").fill("2")
    page.locator("input[type=password]").fill(PASSWORD)
    page.get_by_role("button").first.click()
    page.wait_for_url("**/today")


if __name__ == "__main__":
    main()
