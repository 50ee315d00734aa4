"""The page of devices."""

from kivy.graphics import Color, Rectangle
from kivy.properties import StringProperty
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.widget import Widget

from kiosk_ui.screens.base import Page
from kiosk_ui.widgets.basic import Item, Tap


class WorkshopPage(Page):
    """The list on the left, what was chosen on the right."""


class WorkshopLine(Item, Tap):
    """A device, something that is plugged in, or a step of the self-test."""


class HolderLine(Item, BoxLayout):
    """Somebody who works here: to be tapped for a badge, and a button to take one back."""


class FieldLine(Item, BoxLayout):
    """One option: its name, and a text to be tapped or chips."""


class Symbol(Widget):
    """A barcode of whole pixels, black on white in every theme: a scanner reads no other."""

    modules = StringProperty()

    def __init__(self, **properties: object) -> None:
        """Draw when the bars or the room change."""
        super().__init__(**properties)
        self.bind(modules=self._draw, size=self._draw, pos=self._draw)

    def _draw(self, *_: object) -> None:
        self.canvas.clear()
        if not self.modules:
            return
        count = len(self.modules)
        module = max(1, int(self.width // count))
        left, bottom = int(self.x + (self.width - module * count) / 2), int(self.y)
        with self.canvas:
            Color(1, 1, 1, 1)
            Rectangle(pos=(left, bottom), size=(module * count, int(self.height)))
            Color(0, 0, 0, 1)
            for first, width in bars(self.modules):
                place = left + first * module
                Rectangle(
                    pos=(place, bottom + module), size=(width * module, self.height - 2 * module)
                )


def bars(modules: str) -> list[tuple[int, int]]:
    """Where each bar begins and how wide it is, in modules: a whole bar drawn at once has no seams."""
    found, place = [], 0
    while (first := modules.find("1", place)) >= 0:
        end = modules.find("0", first)
        place = len(modules) if end < 0 else end
        found.append((first, place - first))
    return found
