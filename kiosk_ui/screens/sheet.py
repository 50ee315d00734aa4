"""The sheet: fields to be filled in, over a page."""

from kivy.uix.boxlayout import BoxLayout

from kiosk_ui.screens.base import Card
from kiosk_ui.widgets.basic import Item, Tap


class DayCell(Item, Tap):
    """A day of a month."""


class WeekdayCell(Item, BoxLayout):
    """What a column of the month is called."""


class SheetCard(Card):
    """The fields, or one of them with keys, a pad or a month."""
