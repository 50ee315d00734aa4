"""The part of the staff's page about wages: the period, everybody in it, and one person's lines."""

from kivy.uix.boxlayout import BoxLayout

from kiosk_ui.widgets.basic import Item, Part, Tap


class PayLine(Item, Tap):
    """A person, a line of wages, a question, a payment: what it is, how it came about, and an amount."""


class HourBar(Item, Tap):
    """An hour of the day: a broad bar of sales, before it a slim one of wages, and above them the ratio."""


class StaffPayPart(Part, BoxLayout):
    """The list, and beside it somebody's lines; on small displays one of them at a time."""
