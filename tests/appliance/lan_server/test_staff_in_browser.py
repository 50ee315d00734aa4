"""An owner with a phone in the shop: answers a request, approves and pays wages, plans a shift; in a real browser."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect

from appliance.journal.time_kinds import PunchSaid
from appliance.services import timeclock
from tests.appliance.lan_server import staffed
from tests.appliance.lan_server.office import PASSWORD, Office, serve
from tests.appliance.lan_server.staffed import MONDAY, TILL, at
from tests.browser import DESKTOP, PHONE, new_page


def _enter(page: Page, url: str) -> list[str]:
    """Sign in; answers what the browser complains of, as it comes."""
    told: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            told.append(message.text)

    page.on("console", hear)
    page.goto(f"{url}/sign-in")
    page.get_by_label("Number or name").fill("1")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"{url}/today")
    return told


def _fits(page: Page) -> bool:
    return bool(
        page.evaluate(
            "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
        )
    )


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_a_week_is_put_right_approved_and_paid(
    office: Office, browser: Browser, tmp_path: Path, size: dict[str, int]
) -> None:
    staffed.staff(office, more=2)
    staffed.week_of_work(office, "3")
    office.give_password("1")
    carla = office.ids["3"]
    said = PunchSaid("out", at(office, MONDAY, 18))
    with office.room.readers.reading() as db:
        punch = timeclock.punches(db, carla)[1].id
    office.room.scribe.do(
        lambda desk: timeclock.ask(desk, carla, said, "counting", TILL, punch, actor=carla)
    )
    with serve(office.app, tmp_path) as url:
        page = new_page(browser, PHONE if size == PHONE else DESKTOP)
        complaints = _enter(page, url)
        page.goto(f"{url}/people/hours/?day={MONDAY}")
        assert _fits(page)
        page.get_by_role("button", name="Approve").click()
        expect(page.get_by_text("The request is approved.")).to_be_visible()
        page.goto(f"{url}/wages/?day={MONDAY}")
        assert _fits(page)
        page.get_by_role("link", name="Carla Cruz").click()
        expect(page.get_by_text("46:00\N{NO-BREAK SPACE}h").first).to_be_visible()
        assert _fits(page)
        page.get_by_role("link", name="Approve", exact=True).click()
        page.get_by_role("button", name="Approve").click()
        expect(page.get_by_text("The wages of Carla Cruz are approved.")).to_be_visible()
        page.get_by_role("link", name="Pay", exact=True).click()
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_text(re.compile("Noted: .* paid to Carla Cruz"))).to_be_visible()
        page.goto(f"{url}/people/schedule/?day={MONDAY}")
        assert _fits(page)
        page.get_by_role("link", name=re.compile("Plan a shift for Carla Cruz, 17 Nov")).click()
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_role("link", name=re.compile("09:00–17:00"))).to_be_visible()
        page.goto(f"{url}/wages/labour/?day={MONDAY}")
        picture = page.locator("figure.chart img")
        expect(picture).to_be_visible()
        assert picture.evaluate("one => one.naturalWidth > 0")
        page.context.close()
    assert complaints == []
    with office.room.readers.reading() as db:
        assert staffed.owed(db, carla) == 0
