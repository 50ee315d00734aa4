"""The customer's screen in a window in memory, for looking at its layout and for pictures of it."""

from pathlib import Path
from typing import Any

from drivers.display import Shown
from kiosk_ui.customer.app import is_wide, theme_of
from kiosk_ui.customer.picture import Picture
from kiosk_ui.customer.presenter import CustomerPresenter
from tests.kiosk_ui.stage import LARGEST, FakeTime, Window_draw

from kivy.base import EventLoop  # isort: skip
from kivy.clock import Clock  # isort: skip
from kivy.core.window import Window  # isort: skip
from kivy.uix.floatlayout import FloatLayout  # isort: skip

from kiosk_ui.widgets.look import use_theme

SIZES = ((800, 480), (1024, 600), (1920, 1080))


class CustomerStage:
    """The customer's screen at one size, at most 1920 x 1080, whose clock is moved by hand."""

    def __init__(
        self,
        size: tuple[int, int] = (1024, 600),
        *,
        dark: bool = False,
        draws: bool = False,
        picture: Picture | None = None,
    ) -> None:
        self.size = size
        self.time = FakeTime()
        Clock.time = self.time
        Clock._last_tick = self.time.seconds
        Clock._max_fps = 0
        Window.on_draw = Window_draw if draws else (lambda *_: None)
        self.presenter = CustomerPresenter(self.time.now_ms)
        self.theme = theme_of(size, dark=dark)
        use_theme(self.theme)
        from kiosk_ui.customer.screen import CustomerScreen

        EventLoop.ensure_window()
        Window.clearcolor = self.theme.c.page
        self.root = CustomerScreen(self.presenter, picture=picture, is_wide=is_wide(size))
        self.root.size_hint, self.root.size, self.root.pos = (None, None), size, (0, 0)
        self._holder = FloatLayout(size=LARGEST)
        self._holder.add_widget(self.root)
        Window.add_widget(self._holder)
        self.step(3)

    def show(self, shown: Shown) -> None:
        self.presenter.show(shown)
        self.step(4)

    def step(self, ticks: int = 1) -> None:
        for _ in range(ticks):
            self.time.seconds += 1 / 20
            EventLoop.idle()

    def widgets(self) -> list[Any]:
        return [widget for widget in self.root.walk() if widget is not self.root]

    def texts(self) -> list[str]:
        """Every text on the screen."""
        return [widget.text for widget in self.widgets() if getattr(widget, "text", "")]

    def picture(self, file: Path) -> None:
        """Draw a frame and keep it."""
        from PIL import Image

        self.step(3)
        Window.canvas.ask_update()
        self.step(2)
        made = Path(Window.screenshot(str(file.with_suffix(".shot.png"))))
        with Image.open(made) as whole:
            width, height = self.size
            part = whole.convert("RGB").crop((0, LARGEST[1] - height, width, LARGEST[1]))
        made.unlink()
        part.quantize(224, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(
            file, optimize=True
        )

    def close(self) -> None:
        Window.remove_widget(self._holder)
