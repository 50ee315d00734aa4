"""The sheet of the LAN server: pairing, and what is paired."""

from kiosk_ui.screens.base import Card


class ServerCard(Card):
    """What is to be done in words, a list, or a keyboard or pad for what is typed."""
