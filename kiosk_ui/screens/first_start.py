"""The page of the first start."""

from kiosk_ui.screens.base import Page
from kiosk_ui.widgets.basic import Item, Tap


class FirstCell(Item, Tap):
    """One of many things to be chosen from."""


class FirstStartPage(Page):
    """The steps on the left where there is room, and what one of them asks on the right."""
