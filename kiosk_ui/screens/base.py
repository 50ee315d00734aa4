"""What pages and overlays have in common."""

from pathlib import Path

from kivy.input.motionevent import MotionEvent
from kivy.uix.anchorlayout import AnchorLayout
from kivy.uix.screenmanager import Screen

# kv files name widgets without importing them; these modules make their names known.
from kiosk_ui.widgets import keypads, pools, ticket, tiles
from kiosk_ui.widgets.basic import Panel, Part
from kiosk_ui.widgets.look import load_rules

KNOWN = (keypads, pools, ticket, tiles)

load_rules(Path(__file__).parent)


class Page(Part, Screen):
    """A page of its own presenter."""


class Scrim(Part, AnchorLayout):
    """Dims the page and takes every touch, so that nothing under an overlay can be hit."""

    def on_touch_down(self, touch: MotionEvent) -> bool:
        """What the overlay does not take, nobody takes; beside a card that asks nothing, it closes the card."""
        if not self.collide_point(*touch.pos):
            return False
        taken = super().on_touch_down(touch)
        if not taken and not any(card.collide_point(*touch.pos) for card in self.children):
            self.presenter.tap_outside()
        return True


class Card(Part, Panel):
    """An overlay: a card on the scrim."""
