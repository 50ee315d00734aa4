"""Text, icons, panels and everything that can be tapped."""

from pathlib import Path
from typing import Any

from kivy.properties import (
    AliasProperty,
    BooleanProperty,
    ColorProperty,
    NumericProperty,
    ObjectProperty,
    StringProperty,
)
from kivy.uix.behaviors import ButtonBehavior
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.label import Label
from kivy.uix.widget import Widget

from kiosk_ui.presenters.base import Presenter
from kiosk_ui.widgets.look import load_rules

CLEAR = (0, 0, 0, 0)
load_rules(Path(__file__).parent)


class Part:
    """Mixed into a widget that draws one presenter: `view` is always the presenter's newest."""

    presenter = ObjectProperty(None)
    view = ObjectProperty(None, rebind=True)

    def __init__(self, presenter: Presenter[Any], **properties: object) -> None:
        """The view is there before the kv rule reads it."""
        super().__init__(presenter=presenter, view=presenter.view, **properties)  # type: ignore[call-arg]
        presenter.follow(self.follow_view)

    def follow_view(self) -> None:
        """Draw what the presenter shows now."""
        self.view = self.presenter.view


class Item:
    """Mixed into a widget that a pool makes: a row, a tile, a key."""

    presenter = ObjectProperty(None)
    view = ObjectProperty(None, rebind=True)


class Txt(Label):
    """One line of text that is cut off with … where it is too long."""


class Hug(Label):
    """One line of text that is as wide as it needs to be."""


class Para(Label):
    """Text that wraps and takes the height it needs."""


class Block(Label):
    """Text that wraps in the place it is given, at most `max_lines`."""


class Ico(Label):
    """An icon by its name."""

    icon = StringProperty()


class Hair(Widget):
    """A horizontal hairline."""


class Panel(BoxLayout):
    """A surface with round corners and perhaps a border."""

    bg = ColorProperty(CLEAR)
    border = ColorProperty(CLEAR)
    bw = NumericProperty(0)
    radius = NumericProperty(0)


class Gate(BoxLayout):
    """Holds what is not always there. Shut, it takes no room and its content is not in the tree.

    `extent` is its height when open (its width, if `sideways`); 0 lets it take what is left.
    """

    shown = BooleanProperty(True)
    sideways = BooleanProperty(False)
    extent = NumericProperty(0)

    def __init__(self, **properties: object) -> None:
        """Begin open; kv says otherwise."""
        self._kept: list[Widget] = []
        super().__init__(**properties)
        self.bind(shown=self._settle, extent=self._settle, sideways=self._settle)
        self._settle()

    def add_widget(self, widget: Widget, *args: object, **keywords: object) -> None:
        """Keep what is added while the gate is shut."""
        if self.shown:
            super().add_widget(widget, *args, **keywords)
        else:
            self._kept.append(widget)

    def _settle(self, *_: object) -> None:
        if self.shown:
            kept, self._kept = self._kept, []
            for widget in kept:
                super().add_widget(widget)
        elif self.children:
            self._kept = [*reversed(self.children), *self._kept]
            self.clear_widgets()
        length = self.extent if self.shown else 0
        hint = 1 if self.shown and not self.extent else None
        if self.sideways:
            self.size_hint_x, self.width = hint, length
        else:
            self.size_hint_y, self.height = hint, length


class Tap(ButtonBehavior, BoxLayout):
    """Anything that can be tapped. `key` names it for tests and for the debug socket."""

    key = StringProperty()
    bg = ColorProperty(CLEAR)
    bg_down = ColorProperty(CLEAR)
    bg_off = ColorProperty(CLEAR)
    border = ColorProperty(CLEAR)
    bw = NumericProperty(0)
    radius = NumericProperty(0)
    ink = ColorProperty((0, 0, 0, 1))
    ink_off = ColorProperty((0, 0, 0, 1))

    def _fill(self) -> object:
        if self.disabled:
            return self.bg_off
        return self.bg_down if self.state == "down" else self.bg

    def _ink_now(self) -> object:
        return self.ink_off if self.disabled else self.ink

    fill = AliasProperty(_fill, None, bind=("state", "disabled", "bg", "bg_down", "bg_off"))
    ink_now = AliasProperty(_ink_now, None, bind=("disabled", "ink", "ink_off"))


class Strong(Tap):
    """The thing to do: an icon and a few words on colour."""

    text = StringProperty()
    icon = StringProperty()


class Plain(Tap):
    """Another thing to do: an icon and a few words on the surface, with a border."""

    text = StringProperty()
    icon = StringProperty()


class Glyph(Tap):
    """A button that is only an icon."""

    icon = StringProperty()


class SumLine(Item, BoxLayout):
    """A label on the left, an amount on the right."""
