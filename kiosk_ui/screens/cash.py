"""Taking cash."""

from kiosk_ui.screens.base import Page


class CashPage(Page):
    """Sums on the left; usual amounts, keypad and the strong button on the right."""
