"""The part *Hours* of the page of the staff: the people, and beside them what waits, a week or a day."""

from kivy.graphics import Color, Line, Rectangle, Triangle
from kivy.properties import ObjectProperty
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.layout import Layout
from kivy.uix.widget import Widget

from kiosk_ui.presenters.staff.hours_views import BarView
from kiosk_ui.theme import Theme
from kiosk_ui.widgets.basic import Hug, Item, Part, Tap
from kiosk_ui.widgets.look import theme_now
from kiosk_ui.widgets.pools import Pool

MILLION = 1_000_000


class StaffHoursPart(Part, BoxLayout):
    """List beside detail, or one of them at a time on a small screen."""


class HoursPerson(Item, Tap):
    """Somebody who works here."""


class HoursLine(Item, BoxLayout):
    """A request, a punch, or what is to be known of it, with buttons below."""


class HoursAct(Item, Tap):
    """A button below a line."""


class HoursDay(Item, Tap):
    """A day of somebody's week."""


class HourTick(Item, Hug):
    """An hour beside the picture of a day."""


class HourTicks(Pool, Layout):
    """Hours at their places from left to right."""

    def __init__(self, **properties: object) -> None:
        """Lay out again when anything moves."""
        super().__init__(**properties)
        again = self._trigger_layout
        self.bind(pos=again, size=again, children=again, views=again)

    def add_widget(self, widget: Widget, *args: object, **keywords: object) -> None:
        """A text is as wide as it turns out to be."""
        widget.bind(width=self._trigger_layout)
        super().add_widget(widget, *args, **keywords)

    def do_layout(self, *_: object) -> None:
        """Each below its hour, the first and the last within the line's ends."""
        for child in self.children:
            middle = self.x + self.width * child.view.at_ppm / MILLION
            left = min(max(middle - child.width / 2, self.x), self.right - child.width)
            child.height = self.height
            child.pos = round(left), self.y


class DayLine(Widget):
    """A day from midnight to midnight, with what was worked on it."""

    picture = ObjectProperty(None)

    def __init__(self, **properties: object) -> None:
        """Draw when the day or the room changes."""
        super().__init__(**properties)
        self.bind(picture=self._draw, size=self._draw, pos=self._draw)

    def _draw(self, *_: object) -> None:
        self.canvas.clear()
        if self.picture is None:
            return
        theme = theme_now()
        with self.canvas:
            Color(*theme.c.off)
            Rectangle(pos=self.pos, size=self.size)
            Color(*theme.c.faint)
            for tick in self.picture.ticks:
                place = min(self._place(tick.at_ppm), self.right - theme.hair)
                Rectangle(pos=(place, self.y), size=(theme.hair, self.height))
            for bar in self.picture.bars:
                self._draw_bar(bar, theme)

    def _draw_bar(self, bar: BarView, theme: Theme) -> None:
        left = self._place(bar.from_ppm)
        width = max(theme.dp(2), self._place(bar.to_ppm) - left)
        Color(*theme.c[bar.colour])
        if bar.hollow:
            half = theme.dp(1)
            Line(
                rectangle=(left + half, self.y + half, width - 2 * half, self.height - 2 * half),
                width=half,
            )
        else:
            Rectangle(pos=(left, self.y), size=(width, self.height))
        Color(*theme.c.on_strong)
        # Where a shift goes over midnight an arrow says so, at the end of the one day and the start of the other.
        for is_over, tip in ((bar.comes, left), (bar.goes, left + width - self.height / 2)):
            if is_over:
                self._draw_arrow(tip + theme.dp(1), theme.dp(3))

    def _draw_arrow(self, left: float, inset: float) -> None:
        right = left + self.height / 2 - inset / 2
        Triangle(
            points=(
                left, self.y + inset, left, self.top - inset, right, self.center_y,
            )
        )  # fmt: skip

    def _place(self, ppm: int) -> float:
        return float(round(self.x + self.width * ppm / MILLION))
