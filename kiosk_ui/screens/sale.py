"""The sale page: the ticket on the left; search, tiles, keypad and payment on the right."""

from kivy.uix.boxlayout import BoxLayout

from kiosk_ui.presenters import Presenters
from kiosk_ui.screens.base import Page
from kiosk_ui.screens.strip import StripBar
from kiosk_ui.widgets.basic import Part, Strong, Tap
from kiosk_ui.widgets.keypads import KeypadPanel
from kiosk_ui.widgets.look import theme_now
from kiosk_ui.widgets.ticket import TicketPanel


class TilesPanel(Part, BoxLayout):
    """Chips, pager and tiles."""


class PayLarge(Part, Tap):
    """The strong button of the regular layout."""


class PaySmall(Part, Strong):
    """The strong button of the compact layout."""


class KeypadButton(Part, Tap):
    """Opens the keypad where there is no room for it; shows the quantity that is held."""


class SalePage(Page):
    """Puts the parts together, for the layout of the theme."""

    def __init__(self, presenters: Presenters, **properties: object) -> None:
        """The page itself follows the ticket."""
        super().__init__(presenters.ticket, **properties)
        theme = theme_now()
        presenters.tiles.capacity = theme.tile_cols * theme.tile_rows
        self.ids.left.add_widget(TicketPanel(presenters.ticket))
        self.ids.top.add_widget(StripBar(presenters.strip))
        self.ids.tiles.add_widget(TilesPanel(presenters.tiles))
        bottom = self.ids.bottom
        if theme.compact:
            bottom.add_widget(KeypadButton(presenters.keypad))
            bottom.add_widget(PaySmall(presenters.ticket))
        else:
            bottom.add_widget(KeypadPanel(presenters.keypad, presenters))
            bottom.add_widget(PayLarge(presenters.ticket))
