"""The customer's screen in widgets: three pages, one of which is in the tree. `customer.kv` draws them."""

from pathlib import Path
from typing import Final

from kivy.clock import Clock
from kivy.core.text import Label as CoreLabel
from kivy.graphics.texture import Texture
from kivy.properties import (
    BooleanProperty,
    ListProperty,
    NumericProperty,
    ObjectProperty,
    StringProperty,
)
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.label import Label

from kiosk_ui.customer.picture import Picture
from kiosk_ui.customer.presenter import CustomerPresenter
from kiosk_ui.widgets.basic import Item
from kiosk_ui.widgets.look import load_rules, theme_now
from kiosk_ui.widgets.pools import PoolBox

__all__ = ["CustomerLine", "CustomerScreen", "Fit", "FitBlock", "LinesArea", "PoolBox"]

ROOMY_ROW: Final = 68
ROOMY_FONT: Final = 26
DENSE_ROW: Final = 46
DENSE_FONT: Final = 23
LINES_SHARE: Final = 1.4
"""Of the lines, where the total's side has 1."""

LEAST_FONT: Final = 8.0
STEP: Final = 2.0

load_rules(Path(__file__).parent)


class Fit(Label):
    """One line of text, as large as its place allows and at most `most`: an amount is never cut off."""

    most = NumericProperty(0)

    def __init__(self, **properties: object) -> None:
        """Fit again when text or place change."""
        super().__init__(**properties)
        soon = Clock.create_trigger(self.fit, -1)
        self.bind(text=soon, size=soon, most=soon, font_name=soon)
        soon()

    def fit(self, *_: object) -> None:
        """Choose the font size."""
        if not self.text or not self.most or self.width <= 1 or self.height <= 1:
            return
        size = self.most
        while size > LEAST_FONT and not self._fits(size):
            size = max(LEAST_FONT, size - STEP)
        self.font_size = size

    def _fits(self, size: float) -> bool:
        width, height = self._measured(size).get_extents(self.text)
        return bool(width <= self.width and height <= self.height)

    def _measured(self, size: float, **more: object) -> CoreLabel:
        return CoreLabel(
            font_name=self.font_name, font_size=size, font_hinting=self.font_hinting, **more
        )


class FitBlock(Fit):
    """Text that wraps between words and is as large as all of it fits."""

    def _fits(self, size: float) -> bool:
        words = self._measured(size)
        if max(words.get_extents(word)[0] for word in self.text.split()) > self.width:
            return False
        block = self._measured(size, text=self.text, text_size=(self.width, None))
        block.refresh()
        return bool(block.content_height <= self.height)


class CustomerLine(Item, BoxLayout):
    """One line of the ticket: high with a name in two rows, or low with a name that is cut off."""

    row = NumericProperty(0)
    font = NumericProperty(0)

    def on_view(self, *_: object) -> None:
        """Be as high as there is room."""
        theme = theme_now()
        self.row = theme.dp(DENSE_ROW if self.view.is_dense else ROOMY_ROW)
        self.font = theme.sp(DENSE_FONT if self.view.is_dense else ROOMY_FONT)


class LinesArea(BoxLayout):
    """Where the lines stand. Tells the presenter how many fit."""

    presenter = ObjectProperty(None)

    def on_presenter(self, *_: object) -> None:
        """Count how many fit."""
        if self.presenter is not None and self.height > 1:
            theme = theme_now()
            rows = (int(self.height // theme.dp(height)) for height in (ROOMY_ROW, DENSE_ROW))
            self.presenter.make_room(*rows)

    on_height = on_presenter


class CustomerScreen(BoxLayout):
    """Everything: between sales, during one, and after it."""

    presenter = ObjectProperty(None)
    view = ObjectProperty(None, rebind=True)
    texture = ObjectProperty(None, allownone=True)
    has_picture = BooleanProperty(defaultvalue=False)
    lacks_picture = BooleanProperty(defaultvalue=True)
    direction = StringProperty("horizontal")
    lines_share = ListProperty([1, 1])

    def __init__(
        self, presenter: CustomerPresenter, *, picture: Picture | None, is_wide: bool
    ) -> None:
        """`is_wide`: lines and total stand side by side."""
        super().__init__(
            presenter=presenter,
            view=presenter.view,
            texture=texture_of(picture),
            has_picture=picture is not None,
            lacks_picture=picture is None,
            direction="horizontal" if is_wide else "vertical",
            lines_share=[LINES_SHARE, 1] if is_wide else [1, LINES_SHARE],
        )
        presenter.follow(self._follow)

    def _follow(self) -> None:
        self.view = self.presenter.view


def texture_of(picture: Picture | None) -> Texture | None:
    """The picture in graphics memory."""
    if picture is None:
        return None
    texture = Texture.create(size=(picture.width, picture.height), colorfmt="rgb")
    texture.blit_buffer(picture.pixels, colorfmt="rgb", bufferfmt="ubyte")
    texture.flip_vertical()
    return texture
