"""A register with a real badge reader, a badge that is Ana's, and a screen that greets her: from frame to greeting."""

import time
from collections.abc import Callable

from appliance.messages import (
    BadgeRead,
    BadgesView,
    Command,
    GiveBadge,
    NoticeView,
    TicketView,
)
from appliance.store.shelf import Shelf
from kiosk_ui.presenters import Presenters
from kiosk_ui.presenters.clock_banner import CALM_MS
from tests.appliance.counter import COFFEE
from tests.appliance.trading import ROOMY
from tests.flows.at_work import Shop, until

AWAY_S = 2.0
"""So long a badge is away, at least, before a reader takes it for held to it once more."""


class Counter:
    """The shop's screen, without its window: what it shows follows from the snapshots."""

    def __init__(self, shop: Shop, tap: Callable[[], None]) -> None:
        """`tap` holds Ana's badge to the reader."""
        self.shop = shop
        self._tap = tap
        self.presenters = Presenters(self._send)

    def _send(self, command: Command) -> bool:
        return self.shop.owner.send(command)

    def look(self) -> None:
        """Draw what came since the last look."""
        while not self.shop.screen.empty():
            self.presenters.show(self.shop.screen.get())

    def sees(self, wanted: Callable[[], bool]) -> bool:
        self.look()
        return wanted()

    def give_ana_the_badge(self) -> None:
        """Ben, who is signed in, waits for a badge and has Ana hold hers to the reader."""
        self._send(GiveBadge("1"))
        self.shop.see(BadgesView, lambda badges: bool(badges.waiting_for))
        self.tap_until(lambda: bool(self.shop.heard(BadgeRead)))
        self.shop.see(NoticeView, lambda notice: notice.code == "badge_given")
        time.sleep(AWAY_S)

    def tap_until(self, heard: Callable[[], bool]) -> None:
        """Hold the badge there, and again after it was away: a reader that was just opened may not hear the first."""
        taps_at = time.monotonic()

        def held() -> bool:
            nonlocal taps_at
            if time.monotonic() >= taps_at:
                self._tap()
                taps_at = time.monotonic() + AWAY_S
            return heard()

        until(held)

    def ana_clocks_in_during_a_sale(self) -> None:
        """Ben rings up a coffee, Ana's badge is read, one tap, and she is greeted; the coffee is still there."""
        assert self.shop.devices.drivers["scanner"].feed(COFFEE)
        self.presenters.show(self.shop.see(TicketView, lambda ticket: len(ticket.lines) == 1))
        banner = self.presenters.banner
        self.tap_until(lambda: self.sees(lambda: "Ana" in banner.view.title))
        assert [button.name for button in banner.view.buttons] == ["in", "hours"]
        time.sleep(CALM_MS / 1000)
        banner.tap("in")
        until(lambda: self.sees(lambda: banner.view.text.startswith("In at ")))
        assert banner.view.title.startswith("Good ")
        assert "Ana" in banner.view.title
        assert len(self.presenters.ticket.view.lines) == 1
        clock = self.presenters.banner.seen.timeclock
        assert [one.name for one in clock.at_work] == ["Ana"]


def punches(shop: Shop) -> list[tuple[str, str, str]]:
    """What is in the tables when the register has closed: what, by which form of badge, at which reader."""
    shelf = Shelf(shop.folder, limits=ROOMY)
    try:
        rows = shelf.db.sql("SELECT what, by, device FROM punch ORDER BY id")
        assert shelf.differences() == ()
        return [(row[0], row[1], row[2]) for row in rows]
    finally:
        shelf.close()
