"""The back office in a real browser: signing in by hand, with keys alone, on a phone, and with names that are scripts.

`OPEN_POS_PICTURES=folder` keeps a picture of every page that is looked at.
"""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pyotp
import pytest
from playwright.sync_api import Browser, Page, expect

from appliance.journal.kinds import DayOpened, EmployeeChanged, ShopChanged
from appliance.services import start_code
from appliance.services.desk import Desk
from tests.appliance.lan_server import gallery
from tests.appliance.lan_server.office import PASSWORD, Office, open_office, serve
from tests.browser import DESKTOP, PHONE, new_page, picture

LOOKS_WRONG: Final = """() => {
    const found = [];
    if (document.documentElement.scrollWidth > innerWidth) found.push("wider than the window");
    if (!document.documentElement.lang) found.push("no language");
    if (document.querySelectorAll("h1").length !== 1) found.push("not one h1");
    for (const one of document.querySelectorAll("input:not([type=hidden]), select, textarea"))
        if (!one.labels.length && !one.getAttribute("aria-label")) found.push("no label: " + one.name);
    for (const one of document.querySelectorAll("img:not([alt])")) found.push("no words: " + one.src);
    const ids = [...document.querySelectorAll("[id]")].map(one => one.id);
    if (new Set(ids).size !== ids.length) found.push("an id twice");
    const touched = "main a.button, main button, nav a, summary, input:not([type=hidden], [type=checkbox])";
    for (const one of document.querySelectorAll(touched)) {
        if (one.closest(".crumbs")) continue;
        const box = one.getBoundingClientRect();
        if (box.height && box.height < 40) found.push("too small to touch: " + one.textContent.trim());
    }
    for (const one of document.querySelectorAll("[aria-describedby]"))
        for (const id of one.getAttribute("aria-describedby").split(" "))
            if (!document.getElementById(id)) found.push("describes nothing: " + id);
    return found;
}"""


@pytest.fixture
def site(office: Office) -> Iterator[str]:
    with serve(office.app, office.folder) as address:
        yield address


def look(page: Page, name: str) -> None:
    """What no page may have, and a picture for whoever wants one."""
    page.wait_for_load_state("load")
    folder = os.environ.get("OPEN_POS_PICTURES")
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        picture(page, Path(folder) / f"{name}.png")
    assert page.evaluate(LOOKS_WRONG) == [], page.url


def quiet(page: Page) -> list[str]:
    """What the browser complains about or does on its own: nothing, if all is well."""
    heard: list[str] = []
    page.on("dialog", lambda dialog: heard.append(f"dialog {dialog.message}"))
    page.on("pageerror", lambda error: heard.append(f"error {error}"))
    # What is under way when the next page is asked for is given up, and that is no fault.
    page.on(
        "requestfailed",
        lambda request: (
            heard.append(f"failed {request.url}: {request.failure}")
            if request.failure != "net::ERR_ABORTED"
            else None
        ),
    )
    page.on(
        "console",
        lambda message: (
            heard.append(message.text)
            if "Security Policy" in message.text or message.type == "warning"
            else None
        ),
    )
    return heard


def sign_in(page: Page, site: str, number: str = "1", password: str = PASSWORD) -> None:
    page.goto(f"{site}/sign-in")
    page.get_by_label("Number or name").fill(number)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()


def test_from_the_code_on_the_console_to_the_second_factor(
    browser: Browser, tmp_path: Path
) -> None:
    with open_office(tmp_path, staff=False) as office, serve(office.app, tmp_path) as site:
        page = new_page(browser)
        heard = quiet(page)
        page.goto(site)
        expect(page.get_by_role("heading")).to_have_text("Welcome")
        look(page, "welcome")
        page.get_by_label("Code").fill(start_code.make(tmp_path, office.room.now_ms()).lower())
        page.get_by_label("Your name").fill("Ana Ñúñez")
        page.get_by_label("Your number").fill("7")
        page.get_by_label("PIN for the till").fill("4711")
        page.get_by_label("New password").fill("passwort1234")
        page.get_by_label("The password once more").fill("passwort1234")
        page.get_by_role("button").click()
        expect(page.get_by_role("alert")).to_contain_text("soon guess")
        expect(page.get_by_label("Your name")).to_have_value("Ana Ñúñez")
        look(page, "welcome_refused")
        page.get_by_label("PIN for the till").fill("4711")
        page.get_by_label("New password").fill(PASSWORD)
        page.get_by_label("The password once more").fill(PASSWORD)
        page.get_by_role("button").click()
        expect(page.get_by_role("status")).to_contain_text("Please sign in")
        sign_in(page, site, "7")
        page.wait_for_url("**/today")

        page.locator(".who summary").click()
        page.get_by_role("link", name="My account").click()
        page.get_by_role("link", name="Set it up").click()
        expect(page.get_by_alt_text("The key as a QR code")).to_be_visible()
        look(page, "second_factor")
        secret = page.locator("p.code").inner_text().replace(" ", "")

        def digits() -> str:
            return pyotp.TOTP(secret).at(office.room.now_ms() // 1000)

        page.get_by_label("Code").fill(digits())
        page.get_by_label("Your password now").fill(PASSWORD)
        page.get_by_role("button", name="Set it up").click()
        expect(page.get_by_role("heading")).to_have_text("Recovery codes")
        look(page, "recovery_codes")
        recovery = page.locator("code").first.inner_text()
        page.get_by_role("link", name="I have written them down").click()
        expect(page.get_by_text("Recovery codes left: 10")).to_be_visible()
        page.locator(".who summary").click()
        page.get_by_role("button", name="Sign out").click()

        office.later(30_000)
        for code in (digits(), recovery):
            sign_in(page, site, "7")
            page.wait_for_url("**/sign-in/second*")
            look(page, "code")
            page.get_by_label("Code").fill(code)
            page.get_by_role("button").click()
            page.wait_for_url("**/today")
            page.context.clear_cookies()
        assert heard == []
        page.context.close()


def test_who_guesses_is_told_until_when_to_wait_and_gets_in_afterwards(
    browser: Browser, office: Office, site: str
) -> None:
    office.give_password("1")
    page = new_page(browser, PHONE)
    for _ in range(5):
        sign_in(page, site, password="guess")
        expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_role("alert")).to_contain_text("wait until 11:01")
    expect(page.get_by_label("Number or name")).to_have_value("1")
    look(page, "wait")
    office.later(31_000)
    sign_in(page, site)
    page.wait_for_url("**/today")
    page.context.close()


@pytest.mark.parametrize("dress", ["dark", "german"])
def test_every_page_fits_its_screen_and_can_be_told_aloud(
    browser: Browser, office: Office, site: str, dress: str
) -> None:
    office.give_password("1")
    """In the dark on a desktop, and with the longest words on a phone."""
    page = new_page(browser, DESKTOP if dress == "dark" else PHONE, dark=dress == "dark")
    heard = quiet(page)
    manager = office.ids["2"]

    def begin(desk: Desk) -> None:
        desk.book.record("", DayOpened(number=1))
        if dress == "german":
            desk.book.record(
                "",
                EmployeeChanged(employee=office.ids["1"], language="de"),
                EmployeeChanged(
                    employee=manager, name="Maximiliane Donaudampfschifffahrtsgesellschaftskapitän"
                ),
            )

    office.room.scribe.do(begin)
    sign_in(page, site)
    for path in (
        "today",
        "account/",
        "account/password",
        "account/second",
        "people/access/",
        f"people/access/{manager}",
        f"people/access/{manager}/take",
        "nothing",
    ):
        page.goto(f"{site}/{path}")
        look(page, f"{dress}_{path.strip('/').replace('/', '_').replace(manager, 'person')}")
    page.goto(f"{site}/today")
    assert page.locator("nav.bar").is_visible() == (dress == "german")
    assert page.locator("nav.rail").is_visible() == (dress == "dark")
    assert heard == []
    page.context.close()


@pytest.mark.parametrize("dress", ["desktop", "phone"])
def test_every_part_of_pages_fits_its_screen_and_runs_nothing(
    browser: Browser, office: Office, site: str, dress: str
) -> None:
    gallery.hang(office.app, '<b onclick=alert(1)>Brötchen & "Crème"</b>')
    office.give_password("1")
    page = new_page(browser, PHONE if dress == "phone" else DESKTOP)
    heard = quiet(page)
    sign_in(page, site)
    page.goto(f"{site}/gallery")
    look(page, f"{dress}_gallery")
    assert page.locator("b").count() == 0
    assert page.locator("main form").count() == 4
    assert heard == []
    page.context.close()


def test_with_keys_alone_one_signs_in_and_out(browser: Browser, office: Office, site: str) -> None:
    office.give_password("1")
    page = new_page(browser)
    page.goto(site)
    press = page.keyboard.press
    expect(page.locator("input[name=name]")).to_be_focused()
    page.keyboard.type("1")
    press("Tab")
    expect(page.locator("input[type=password]")).to_be_focused()
    page.keyboard.type(PASSWORD)
    expect(page.locator("input[type=password]")).to_have_value(PASSWORD)
    press("Enter")
    page.wait_for_url("**/today")
    press("Tab")
    expect(page.get_by_role("link", name="To the content")).to_be_focused()
    press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.goto(f"{site}/today")
    for _ in range(3):
        press("Tab")
    expect(page.locator(".who summary")).to_be_focused()
    press("Enter")
    press("Tab")
    press("Tab")
    expect(page.get_by_role("button", name="Sign out")).to_be_focused()
    press("Enter")
    page.wait_for_url("**/sign-in")
    page.go_back()
    page.reload()
    expect(page).to_have_url(re.compile("/sign-in"))
    page.context.close()


def test_a_name_that_is_a_script_is_only_a_name(
    browser: Browser, office: Office, site: str
) -> None:
    name = "<img src=x onerror=alert(1)><script>alert(2)</script>"

    def rename(desk: Desk) -> None:
        changed = EmployeeChanged(employee=office.ids["1"], name=name)
        desk.book.record("", changed, ShopChanged(name=name))

    office.room.scribe.do(rename)
    office.give_password("1")
    page = new_page(browser)
    heard = quiet(page)
    sign_in(page, site)
    for path in ("today", "account/", "people/access/", f"people/access/{office.ids['1']}"):
        page.goto(f"{site}/{path}")
        expect(page.locator(".top .shop")).to_have_text(name)
    assert heard == []
    # And if a page of ours ever had one, the browser would not run it.
    with page.expect_response("**/x"):
        page.evaluate(
            "document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=alert(3)>')"
        )
    page.goto(f"{site}/today")
    assert any("Security Policy" in told for told in heard)
    assert [told for told in heard if told.startswith("dialog")] == []
    page.context.close()


def test_a_page_of_another_site_sends_no_form_in_our_name(
    browser: Browser, office: Office, site: str
) -> None:
    office.give_password("1")
    page = new_page(browser)
    sign_in(page, site)
    page.wait_for_url("**/today")
    page.route(
        "https://evil.test/",
        lambda route: route.fulfill(
            content_type="text/html",
            body=f'<form method=post action="{site}/people/access/"><input name=second_factor value=on></form>',
        ),
    )
    page.goto("https://evil.test/")
    with page.expect_navigation():
        page.evaluate("document.forms[0].submit()")
    assert office.bodies("web_rules_changed") == []
    page.context.close()
