"""The page "This register"."""

from kivy.graphics import Color, Rectangle
from kivy.properties import ListProperty
from kivy.uix.widget import Widget

from kiosk_ui.screens.base import Page
from kiosk_ui.screens.workshop import bars
from kiosk_ui.widgets.basic import Item, Tap


class UpkeepPage(Page):
    """A heading with its parts, what came of the last thing, and the part that is shown, from its top."""

    def follow_view(self) -> None:
        """Another part is looked at from its top."""
        before = self.view
        super().follow_view()
        if self.view.part != before.part or self.view.has_symbol != before.has_symbol:
            self.ids.rows.scroll_y = 1


class FootButton(Item, Tap):
    """A button at the foot of the page."""


class QrSymbol(Widget):
    """A QR code of whole pixels, black on white in every theme, as large as its room allows."""

    rows = ListProperty()

    def __init__(self, **properties: object) -> None:
        """Draw when the code or the room change."""
        super().__init__(**properties)
        self.bind(rows=self._draw, size=self._draw, pos=self._draw)

    def _draw(self, *_: object) -> None:
        self.canvas.clear()
        if not self.rows:
            return
        count = len(self.rows)
        module = max(1, int(min(self.width, self.height) // count))
        left = int(self.x + (self.width - module * count) / 2)
        top = int(self.y + (self.height + module * count) / 2)
        with self.canvas:
            Color(1, 1, 1, 1)
            Rectangle(pos=(left, top - module * count), size=(module * count, module * count))
            Color(0, 0, 0, 1)
            for line, modules in enumerate(self.rows):
                for first, width in bars(modules):
                    Rectangle(
                        pos=(left + first * module, top - (line + 1) * module),
                        size=(width * module, module),
                    )
