"""The root of the register's own part of the window: pages, overlays, notice bar.

Everything is laid out by this widget's size, never by the window's: a bench panel may stand beside it.
"""

from typing import Final

from kivy.uix.boxlayout import BoxLayout
from kivy.uix.floatlayout import FloatLayout
from kivy.uix.screenmanager import NoTransition, ScreenManager

from kiosk_ui.navigation import CLOCK, Overlay, Page
from kiosk_ui.presenters import Presenters
from kiosk_ui.screens import base
from kiosk_ui.screens.cash import CashPage
from kiosk_ui.screens.done import DonePage
from kiosk_ui.screens.first_start import FirstStartPage
from kiosk_ui.screens.overlays import make_overlay
from kiosk_ui.screens.plain import StartingPage, StoppedPage
from kiosk_ui.screens.sale import SalePage
from kiosk_ui.screens.sign_in import SignInPage
from kiosk_ui.screens.staff import StaffPage
from kiosk_ui.screens.time_clock import ClockBanner, DoorPage
from kiosk_ui.screens.upkeep import UpkeepPage
from kiosk_ui.screens.workshop import WorkshopPage
from kiosk_ui.widgets.basic import Panel, Part
from kiosk_ui.widgets.look import theme_now

_HEADED: Final = frozenset(
    {
        Page.WORKSHOP.value,
        Page.UPKEEP.value,
        Page.STAFF.value,
        Page.DOOR.value,
        Page.FIRST_START.value,
    }
)
_LEFT: Final = frozenset({Page.SIGN_IN.value, Page.CASH.value, Page.DONE.value})


class NoticeBar(Part, Panel):
    """The newest thing the cashier must know."""


class SupportBand(Part, BoxLayout):
    """Says above everything that somebody may sign in over the network; no room is taken while nobody may."""


class FramedRoot(BoxLayout):
    """The register's own part of the window, with the band above it."""

    def __init__(self, presenters: Presenters, **properties: object) -> None:
        """Build both."""
        super().__init__(orientation="vertical", **properties)
        self.add_widget(SupportBand(presenters.band))
        self.add_widget(RegisterRoot(presenters))


class RegisterRoot(Part, FloatLayout):
    """Follows the shell from page to page. Pages are made once and stay."""

    def __init__(self, presenters: Presenters, **properties: object) -> None:
        """Build the pages; overlays are built when first wanted."""
        self._presenters = presenters
        self._cards: dict[Overlay, base.Card] = {}
        super().__init__(presenters.shell, **properties)
        shell = presenters.shell
        self._pages = ScreenManager(transition=NoTransition())
        for name, page in (
            (Page.STARTING, StartingPage(shell)),
            (Page.STOPPED, StoppedPage(shell)),
            (Page.SIGN_IN, SignInPage(presenters.sign_in)),
            (Page.SALE, SalePage(presenters)),
            (Page.CASH, CashPage(presenters.cash)),
            (Page.DONE, DonePage(presenters.done)),
            (Page.WORKSHOP, WorkshopPage(presenters.workshop)),
            (Page.UPKEEP, UpkeepPage(presenters.upkeep)),
            (Page.STAFF, StaffPage(presenters)),
            (Page.DOOR, DoorPage(presenters.door)),
            (Page.FIRST_START, FirstStartPage(presenters.first_start)),
        ):
            page.name = name.value
            self._pages.add_widget(page)
        self._scrim = base.Scrim(shell)
        self._bar = NoticeBar(shell)
        self._banner = ClockBanner(presenters.banner)
        presenters.banner.follow(self._show_banner)
        self.add_widget(self._pages)
        self.bind(size=self._place_bar, pos=self._place_bar)
        self._bar.bind(height=self._place_bar)
        self.bind(size=self._place_banner, pos=self._place_banner)
        self._banner.bind(height=self._place_banner)
        self._place_bar()
        self._place_banner()
        self.follow_view()

    def follow_view(self) -> None:
        """Show the page, the overlay and the bar that the shell names."""
        super().follow_view()
        view = self.view
        if self._pages.current != view.page.value:
            self._pages.current = view.page.value
            self._place_bar()
        self._place_banner()
        self._show_overlay(view.overlay)
        self._show_banner()
        if view.has_notice and self._bar.parent is None:
            self.add_widget(self._bar)
        elif not view.has_notice:
            self.remove_widget(self._bar)

    def _place_bar(self, *_: object) -> None:
        """Where it covers neither a figure nor a key, and nothing moves for it.

        On the sale page beneath the strip, over the categories; on the pages of devices, staff and the server over the
        heading, for what lies beneath may be a question or a barcode; on the others in the empty middle of the left
        column, and at its top where the time clock's banner stands there. By the door at the bottom, beneath that
        banner.
        """
        theme, page = theme_now(), self._pages.current
        is_headed = page in _HEADED or self.view.overlay is Overlay.SERVER
        if page in _LEFT and not is_headed:
            self._bar.width = theme.side - theme.edge
            y = self.center_y - self._bar.height / 2
            if page == Page.SIGN_IN.value and self._banner.parent is not None:
                y = self.top - theme.gap - self._bar.height
            self._bar.pos = (self.x + theme.edge / 2, y)
            return
        self._bar.width = self.width - theme.side - theme.edge
        strip = 0 if is_headed else theme.bar
        y = self.top - strip - theme.dp(4) - self._bar.height
        if page == Page.DOOR.value:
            y = self.y + theme.gap
        self._bar.pos = (self.x + theme.side + theme.edge / 2, y)

    def _show_banner(self) -> None:
        """Above everything, but for the clock's own cards, which say more of the same."""
        has_page = self.view.page not in {Page.STARTING, Page.STOPPED}
        is_wanted = self._banner.presenter.view.shown and self.view.overlay not in CLOCK
        if is_wanted and has_page and self._banner.parent is None:
            self.add_widget(self._banner)
        elif not (is_wanted and has_page):
            self.remove_widget(self._banner)
        self._place_bar()

    def _place_banner(self, *_: object) -> None:
        """Where it covers neither a total nor what pays: low in the right column, above the row of keys that pays.

        On the sign-in page in the left column, so that the PIN can be keyed in beside it; on the pages of devices and
        staff in the middle; by the door, where it is what people came for, large and over the prompt. While somebody
        searches above the keyboard: whoever types must not send another home.
        """
        theme, banner = theme_now(), self._banner
        page = self._pages.current
        is_beside, is_door = page == Page.SIGN_IN.value, page == Page.DOOR.value
        banner.is_large, banner.cols = is_door, 1 if is_beside else 2
        banner.width = (
            theme.side - theme.edge if is_beside else self.width - theme.side - 2 * theme.edge
        )
        keys = {
            Page.SALE.value: theme.sale_bottom,
            Page.CASH.value: theme.pick(84, 62) + theme.edge,
            Page.DONE.value: theme.pick(96, 72) + theme.pick(16, 12),
        }.get(page, 0.0)
        if self.view.overlay is Overlay.SEARCH:
            keys = theme.pick(262, 210) + theme.pick(10, 8)
        above = 0.0 if is_beside or is_door else theme.bar
        if page == Page.DONE.value:
            # The change, which is being counted out.
            figures = theme.tp(theme.count(190, 120)) + 2 * theme.gap
            above = theme.pick(28, 14) + figures
        banner.room = self.height - above - keys - 2 * theme.gap
        x = self.x + theme.side + theme.edge
        if is_beside:
            x = self.x + theme.edge / 2
        elif page in _HEADED and not is_door:
            x = self.center_x - banner.width / 2
        banner.pos = (
            x,
            self.top - theme.gap - banner.height if is_door else self.y + keys + theme.gap,
        )

    def _show_overlay(self, overlay: Overlay) -> None:
        if overlay is Overlay.NONE:
            self.remove_widget(self._scrim)
            return
        if overlay not in self._cards:
            self._cards[overlay] = make_overlay(overlay, self._presenters)
        card = self._cards[overlay]
        if card.parent is None:
            self._scrim.clear_widgets()
            self._scrim.add_widget(card)
        if self._scrim.parent is None:
            # Under the notice bar and the banner, which also speak while an overlay is open.
            self.remove_widget(self._bar)
            self.remove_widget(self._banner)
            self.add_widget(self._scrim)
