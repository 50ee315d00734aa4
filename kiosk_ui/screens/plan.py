"""The schedule: a week as people by days, and a list of what was refused."""

from kivy.uix.boxlayout import BoxLayout

from kiosk_ui.widgets.basic import Item, Panel, Part, Tap


class PlanHead(Item, Panel):
    """What a column is called."""


class PlanBlock(Item, Tap):
    """A shift, or a stay for none."""


class PlanCell(Item, Tap):
    """A day of somebody's."""


class PlanRow(Item, BoxLayout):
    """Somebody's week."""


class PlanPart(Part, BoxLayout):
    """The part of the page of the staff."""
