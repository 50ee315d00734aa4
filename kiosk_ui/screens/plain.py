"""The two pages without a shop: starting, and what to do when the register cannot start."""

from kiosk_ui.screens.base import Page


class StartingPage(Page):
    """Shown until the register has spoken."""


class StoppedPage(Page):
    """What is wrong, where, and what to do."""
