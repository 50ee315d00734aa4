"""The strip along the top of the sale page: search, devices, clock, person, lock."""

from kiosk_ui.widgets.basic import Panel, Part


class StripBar(Part, Panel):
    """One row; trouble takes the place of the icons, in words."""
