"""The card of shelf labels: what to look for, the products, and beside them what is printed."""

from kiosk_ui.screens.base import Card
from kiosk_ui.widgets.basic import Item, Tap


class LabelLine(Item, Tap):
    """A product that may get a label."""


class LabelsCard(Card):
    """Shelf labels."""
