"""Figures in a real browser: pictures are drawn under the page's own rules, and the check tells its end."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from appliance.journal.kinds import ProductChanged
from tests.appliance.lan_server.office import PASSWORD, Office, open_office, serve
from tests.appliance.lan_server.test_figures_pages import traded
from tests.browser import DESKTOP, PHONE, new_page


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with open_office(tmp_path) as found:
        found.give_password("1")
        found.give_password("2")
        found.room.scribe.do(lambda desk: traded(desk, found))
        yield found


def signed_in(browser: Browser, site: str, size: object = DESKTOP) -> tuple[Page, list[str]]:
    page = new_page(browser, size)  # type: ignore[arg-type]
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.goto(f"{site}/sign-in")
    page.fill("[name=name]", "2")
    page.fill("[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_url(f"{site}/today")
    return page, said


def test_pictures_are_drawn_and_nothing_is_wider_than_a_phone(
    office: Office, browser: Browser
) -> None:
    with serve(office.app, office.folder) as site:
        page, said = signed_in(browser, site, PHONE)
        for path in ("/today", "/sales/", "/reports/?by=item", "/reports/?by=hour", "/journal/"):
            page.goto(site + path)
            wide = page.evaluate("document.documentElement.scrollWidth")
            assert wide <= PHONE["width"], path
            for picture in page.locator(".chart img").all():
                assert picture.evaluate("one => one.complete && one.naturalWidth") > 0, path
        assert said == []
        page.context.close()


def test_a_long_word_is_broken_on_a_phone_and_the_icon_is_in_the_middle_of_its_tile(
    office: Office, browser: Browser
) -> None:
    product = office.read("SELECT id FROM product")[0][0]
    longest = ProductChanged(product=product, name="Rindfleischetikettierung" * 5)
    office.room.scribe.do(lambda desk: desk.book.record("", longest))
    with serve(office.app, office.folder) as site:
        page, _ = signed_in(browser, site, PHONE)
        page.goto(f"{site}/today")
        for scroll in page.locator(".scroll").all():
            assert scroll.evaluate("one => one.scrollWidth - one.clientWidth") <= 0
        page.goto(f"{site}/catalogue/products/{product}")
        tile = page.locator(".picture.thumb")
        box, icon = tile.bounding_box(), tile.locator(".icon").bounding_box()
        assert box is not None
        assert icon is not None
        for at, size in (("x", "width"), ("y", "height")):
            assert abs(box[at] + box[size] / 2 - icon[at] - icon[size] / 2) < 3  # type: ignore[literal-required]
        page.context.close()


def test_no_field_of_a_filter_is_cut_off(office: Office, browser: Browser) -> None:
    with serve(office.app, office.folder) as site:
        for size in (DESKTOP, PHONE):
            page, _ = signed_in(browser, site, size)
            for path in ("/sales/", "/reports/?by=item", "/journal/"):
                page.goto(site + path)
                fields = page.locator(".filters input, .filters select").all()
                assert fields
                wide = [one.evaluate("one => one.getBoundingClientRect().width") for one in fields]
                assert min(wide) >= 140, (path, size, wide)
            page.context.close()


def test_somebody_checks_the_journal_and_reads_the_verdict(
    office: Office, browser: Browser
) -> None:
    with serve(office.app, office.folder) as site:
        page, said = signed_in(browser, site)
        page.goto(f"{site}/journal/")
        page.click("text=Is the journal sound?")
        page.click("text=Check all entries")
        expect(page.locator(".notice.good")).to_contain_text("unaltered", timeout=20_000)
        assert said == []
        page.context.close()


def test_an_exception_leads_to_the_sale_and_its_receipt(office: Office, browser: Browser) -> None:
    with serve(office.app, office.folder) as site:
        page, _ = signed_in(browser, site)
        page.goto(f"{site}/sales/?odd=line_removed")
        page.click("tbody th a")
        expect(page.locator("pre.paper")).to_contain_text("5.00")
        page.click("text=Line taken off")
        expect(page.locator("h1")).to_contain_text("Entry AAAA-")
        page.context.close()
