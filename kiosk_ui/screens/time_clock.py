"""The time clock's banner, its cards, and the page of a clock by the door."""

from kivy.input.motionevent import MotionEvent
from kivy.properties import BooleanProperty, NumericProperty
from kivy.uix.boxlayout import BoxLayout

from kiosk_ui.screens.base import Card, Page
from kiosk_ui.widgets.basic import Item, Panel, Part, Tap


class ClockButtonCell(Item, Tap):
    """One thing to do at the clock."""


class FigureCell(Item, BoxLayout):
    """A figure of the slip."""


class ClockBanner(Part, Panel):
    """Who is at the clock, and what fits. `room` is how high it may be, `cols` how many buttons stand side by side."""

    room = NumericProperty(400)
    cols = NumericProperty(2)
    is_large = BooleanProperty(defaultvalue=False)

    def on_touch_down(self, touch: MotionEvent) -> bool:
        """What it does not take, what lies beneath does not get either."""
        return bool(super().on_touch_down(touch)) or self.collide_point(*touch.pos)


class ClockPinCard(Card):
    """Names, and the pad for one of them."""


class HoursRowCell(Item, BoxLayout):
    """A day, a correction or a request."""


class OwnHoursCard(Card):
    """Somebody's own hours."""


class ChoiceCell(Item, Tap):
    """A large button of the card on which a punch is said."""


class SayPunchCard(Card):
    """What a punch should have been: which, when, why."""


class PresentCell(Item, BoxLayout):
    """Somebody who is in."""


class DoorPage(Page):
    """A time clock by the door."""
