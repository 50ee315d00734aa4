"""Pools: rows, tiles and keys are made once and filled again, which is twenty times cheaper than making them."""

from typing import Any

from kivy.clock import Clock
from kivy.factory import Factory
from kivy.properties import ListProperty, NumericProperty, ObjectProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.layout import Layout
from kivy.uix.scrollview import ScrollView
from kivy.uix.widget import Widget

from kiosk_ui.presenters.base import Presenter
from kiosk_ui.widgets.basic import Part
from kiosk_ui.widgets.look import theme_now


class Pool:
    """Mixed into a layout: one child of the class named `item` for each of `views`."""

    item = StringProperty()
    presenter = ObjectProperty(None)
    views = ObjectProperty(())

    def __init__(self, **properties: object) -> None:
        """Make children when the first views come."""
        self.made: list[Widget] = []
        self._in_tree = 0
        super().__init__(**properties)
        self.bind(views=self.fill, presenter=self.fill, item=self.fill)  # type: ignore[attr-defined]

    def fill(self, *_: object) -> None:
        """Give each child its view; make children that are missing, put away those that are not needed."""
        if not self.item or self.presenter is None:
            return
        for place, view in enumerate(self.views):
            if place == len(self.made):
                make = Factory.get(self.item)
                self.made.append(make(presenter=self.presenter, view=view))
            else:
                self.made[place].view = view
            if place >= self._in_tree:
                self.add_widget(self.made[place])  # type: ignore[attr-defined]
        for child in self.made[len(self.views) : self._in_tree]:
            self.remove_widget(child)  # type: ignore[attr-defined]
        self._in_tree = len(self.views)


class PoolBox(Pool, BoxLayout):
    """A pool in a row or a column."""


class PoolCells(Pool, Layout):
    """A pool in cells of one size: `cols` by `rows`, filled from the top left.

    With `rows` 0 there are as many rows as needed, each `cell_height` high, and the height is theirs.
    """

    cols = NumericProperty(1)
    rows = NumericProperty(0)
    cell_height = NumericProperty(0)
    spacing = NumericProperty(0)
    padding = ListProperty([0, 0])

    def __init__(self, **properties: object) -> None:
        """Lay out again when anything moves."""
        super().__init__(**properties)
        again = self._trigger_layout
        self.bind(
            cols=again, rows=again, spacing=again, padding=again, pos=again, size=again,
            children=again, cell_height=again,
        )  # fmt: skip

    def do_layout(self, *_: object) -> None:
        """Place every child in its cell."""
        count, cols = len(self.children), max(1, int(self.cols))
        rows = int(self.rows) or max(1, -(-count // cols))
        across, along = self.padding
        if not self.rows:
            self.height = rows * (self.cell_height + self.spacing) - self.spacing + 2 * along
        width = (self.width - 2 * across - (cols - 1) * self.spacing) / cols
        height = (self.height - 2 * along - (rows - 1) * self.spacing) / rows
        for place, child in enumerate(reversed(self.children)):
            row, column = divmod(place, cols)
            left = self.x + across + column * (width + self.spacing)
            top = self.top - along - row * (height + self.spacing)
            child.size = round(left + width) - round(left), round(top) - round(top - height)
            child.pos = round(left), round(top - height)


class LineList(Part, ScrollView):
    """The ticket's lines. Only rows that can be seen exist; the marked line has its buttons beneath it."""

    def __init__(self, presenter: Presenter[Any], **properties: object) -> None:
        """Rows are made as they come into sight."""
        theme = theme_now()
        self.row_height = max(theme.pick(62, 50), theme.tp(48))
        self.actions_height = theme.touch + theme.dp(12)
        self._rows: list[Any] = []
        self._content = Widget(size_hint_y=None)
        self._actions: Any = None
        super().__init__(presenter, **properties)
        self._actions = Factory.LineActions(presenter)
        self.add_widget(self._content)
        self._place_soon = Clock.create_trigger(self._place, -1)
        self.bind(scroll_y=self._place_soon, size=self._place_soon)
        self._place_soon()

    def follow_view(self) -> None:
        """Draw the lines, with the newest or the marked one in sight."""
        before = self.view
        super().follow_view()
        view = self.view
        if view.selected >= 0 and view.selected != before.selected:
            self._reveal(view.selected)
        elif view.newest >= 0 and view.lines != before.lines:
            self._reveal(view.newest)
        self._place_soon()

    def _tops(self, place: int) -> float:
        """How far below the top of the list a row begins."""
        extra = self.actions_height if 0 <= self.view.selected < place else 0
        return place * self.row_height + extra

    def _total(self) -> float:
        return self._tops(len(self.view.lines))

    def _hidden(self) -> float:
        """How much of the list is above the part that is seen."""
        return max(0.0, (1 - self.scroll_y) * (self._total() - self.height))

    def _reveal(self, place: int) -> None:
        room = self._total() - self.height
        if room <= 0:
            return
        top, bottom = self._tops(place), self._tops(place + 1)
        if place == self.view.selected:
            bottom += self.actions_height
        hidden = min(max(self._hidden(), bottom - self.height), top)
        self.scroll_y = 1 - min(1.0, hidden / room)

    def _place(self, *_: object) -> None:
        lines, content = self.view.lines, self._content
        content.height = max(self._total(), 1)
        content.width = self.width
        first = max(0, int((self._hidden() - self.actions_height) // self.row_height))
        seen = range(first, min(len(lines), first + int(self.height // self.row_height) + 3))
        for number, place in enumerate(seen):
            if number == len(self._rows):
                row = Factory.LineItem(presenter=self.presenter, view=lines[place])
                self._rows.append(row)
            row = self._rows[number]
            row.view = lines[place]
            if row.parent is None:
                content.add_widget(row)
            row.size = self.width, self.row_height
            row.pos = content.x, content.top - self._tops(place) - self.row_height
        for row in self._rows[len(seen) :]:
            content.remove_widget(row)
        self._place_actions()

    def _place_actions(self) -> None:
        content, selected = self._content, self.view.selected
        if selected < 0:
            content.remove_widget(self._actions)
            return
        if self._actions.parent is None:
            content.add_widget(self._actions)
        self._actions.size = self.width, self.actions_height
        below = self._tops(selected) + self.row_height + self.actions_height
        self._actions.pos = content.x, content.top - below
