"""Keys: the numeric pads and the keyboard for searching."""

from typing import Any

from kivy.properties import AliasProperty, ObjectProperty
from kivy.uix.boxlayout import BoxLayout

from kiosk_ui.presenters import Presenters
from kiosk_ui.presenters.base import Presenter
from kiosk_ui.widgets.basic import Item, Part, Tap
from kiosk_ui.widgets.look import theme_now


class PadKey(Item, Tap):
    """A key. It shows its icon, or else its text."""

    def _sign(self) -> str:
        return theme_now().icon(self.view.icon) if self.view.icon else self.view.text

    def _sign_font(self) -> str:
        return theme_now().font("Icons" if self.view.icon else "UI-Medium")

    def _sign_size(self) -> float:
        theme, is_word = theme_now(), len(self.view.text) > len("00")
        return theme.sp(15) if is_word else min(theme.sp(32), max(theme.sp(22), self.height * 0.3))

    sign = AliasProperty(_sign, None, bind=("view",))
    sign_font = AliasProperty(_sign_font, None, bind=("view",))
    sign_size = AliasProperty(_sign_size, None, bind=("view", "height"))


class KeypadPanel(Part, BoxLayout):
    """The quantity field with its keys. `keys` is whoever takes them."""

    pad = ObjectProperty(None)

    def __init__(self, presenter: Presenter[Any], pad: Presenters, **properties: object) -> None:
        """`pad.key(name)` is called for each key."""
        super().__init__(presenter, pad=pad, **properties)
