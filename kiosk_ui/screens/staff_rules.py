"""The part of the staff's page about the pay rules."""

from kivy.uix.boxlayout import BoxLayout

from kiosk_ui.widgets.basic import Part


class StaffRulesPart(Part, BoxLayout):
    """A row for each rule."""
