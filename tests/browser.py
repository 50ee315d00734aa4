"""A real browser for tests: Debian's Chromium without a window, driven by Playwright.

    from tests.browser import browser, DESKTOP, PHONE    # the fixture is found by its name

    def test_something(browser: Browser) -> None:
        page = new_page(browser, PHONE)

It starts once per process; each page has a context of its own, and with it cookies and a cache. Where Chromium is
missing, tests that want it are skipped and say so.
"""

import contextlib
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

DESKTOP: Final = ViewportSize(width=1280, height=800)
PHONE: Final = ViewportSize(width=390, height=844)
PROGRAM: Final = "chromium"
_QUIET: Final = (
    "--no-sandbox",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-dev-shm-usage",
    "--disable-extensions",
    "--disable-gpu",
    "--disable-sync",
    "--no-default-browser-check",
    "--no-first-run",
    "--no-proxy-server",
)


@pytest.fixture(scope="session", name="browser")
def browser_of_the_session() -> Iterator[Browser]:
    """Chromium, for all tests of this process."""
    with open_browser() as browser:
        yield browser


@contextlib.contextmanager
def open_browser() -> Iterator[Browser]:
    program = shutil.which(PROGRAM)
    if program is None:
        pytest.skip(f"no {PROGRAM} on this machine: it is a Debian package of that name")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(_QUIET))
        try:
            yield browser
        finally:
            browser.close()


def new_page(
    browser: Browser, size: ViewportSize = DESKTOP, *, dark: bool = False, language: str = "en-GB"
) -> Page:
    """A page with cookies of its own, that takes our own certificate and waits ten seconds for anything at most."""
    context = browser.new_context(
        viewport=size,
        ignore_https_errors=True,
        color_scheme="dark" if dark else "light",
        locale=language,
        is_mobile=size["width"] < 600,
        has_touch=size["width"] < 600,
    )
    context.set_default_timeout(10_000)
    return context.new_page()


def picture(page: Page, file: Path) -> None:
    """The whole page as a PNG."""
    page.screenshot(path=file, full_page=True)
