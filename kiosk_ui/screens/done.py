"""After payment."""

from kiosk_ui.screens.base import Page


class DonePage(Page):
    """The sale and its receipt on the left, the change on the right."""
