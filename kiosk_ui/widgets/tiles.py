"""Tiles, chips, people and the other things that pools are filled with."""

from kivy.properties import ObjectProperty
from kivy.uix.boxlayout import BoxLayout

from kiosk_ui.widgets.basic import Ico, Item, Tap


class ProductCell(Item, Tap):
    """A product on the sale page."""


class HitCell(Item, Tap):
    """A product that the search found."""


class ChipCell(Item, Tap):
    """A category or a language."""


class ChipRow(BoxLayout):
    """Chips side by side, to be pushed along where there are more than fit."""

    presenter = ObjectProperty(None)
    chips = ObjectProperty(())


class PersonCell(Item, Tap):
    """Somebody who may sign in."""


class QuickCell(Item, Tap):
    """An amount that customers often hand over."""


class PieceCell(Item, BoxLayout):
    """So many of one note or coin."""


class StatusCell(Item, Ico):
    """An icon of the status strip."""


class StatusLine(Item, BoxLayout):
    """A device and how it is."""
