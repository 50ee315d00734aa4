"""The left-hand panel: lines, the marked line's buttons, the sums."""

from typing import Any

from kivy.properties import StringProperty
from kivy.uix.behaviors import ButtonBehavior
from kivy.uix.boxlayout import BoxLayout

from kiosk_ui.presenters.base import Presenter
from kiosk_ui.widgets.basic import Item, Panel, Part
from kiosk_ui.widgets.pools import LineList


class LineItem(Item, ButtonBehavior, BoxLayout):
    """One line of the ticket."""

    key = StringProperty()


class LineActions(Part, BoxLayout):
    """Less, how many, more, remove."""


class TicketPanel(Part, Panel):
    """Title, lines, sums and the total."""

    def __init__(self, presenter: Presenter[Any], **properties: object) -> None:
        """The list is put into its place in the panel."""
        super().__init__(presenter, **properties)
        self.ids.lines.add_widget(LineList(presenter))
