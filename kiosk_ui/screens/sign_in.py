"""Signing in."""

from kiosk_ui.screens.base import Page


class SignInPage(Page):
    """Shop and clock on the left; people, then the PIN pad, on the right."""
