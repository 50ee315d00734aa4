"""A stage for the screen without a display: one window in memory, a clock that is moved by hand.

Kivy's window is made once in a process, large enough for every size; the register's root is laid out inside it.
"""

import os
from pathlib import Path
from typing import Any

from kiosk_ui.app import ScreenOptions, configure

LARGEST = (1920, 1080)
SIZES = ((800, 480), (1280, 800), (1920, 1080))

os.environ["SDL_VIDEODRIVER"] = "offscreen"
os.environ.pop("DISPLAY", None)
configure(ScreenOptions(size=LARGEST))

from kivy.base import EventLoop  # noqa: E402
from kivy.clock import Clock  # noqa: E402
from kivy.core.window import Window  # noqa: E402
from kivy.uix.floatlayout import FloatLayout  # noqa: E402
from kivy.uix.widget import Widget  # noqa: E402

from appliance.messages import (  # noqa: E402
    Command,
    DoneView,
    FirstStartView,
    HoursView,
    LastSaleView,
    NoticeView,
    ResumeView,
    ServerView,
    Snapshot,
    StaffView,
    StartingView,
    StatusView,
    TenderView,
    TimeclockView,
    UpkeepView,
)
from kiosk_ui.navigation import Overlay  # noqa: E402
from kiosk_ui.presenters import Presenters  # noqa: E402
from kiosk_ui.theme import theme_for  # noqa: E402
from kiosk_ui.widgets.look import use_theme  # noqa: E402
from tests.kiosk_ui.samples import NOW_MS  # noqa: E402


class FakeTime:
    """Kivy's clock and the wall clock in one; they move only with `step`."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds

    def now_ms(self) -> int:
        return NOW_MS + int((self.seconds - 1000) * 1000)


class Stage:
    """The register's root at one size, with a register that only remembers what it was sent."""

    def __init__(
        self,
        size: tuple[int, int] = (1280, 800),
        *,
        dark: bool = False,
        text_scale: float = 1.0,
        draws: bool = False,
    ) -> None:
        self.size = size
        self.sent: list[Command] = []
        self.time = FakeTime()
        Clock.time = self.time
        Clock._last_tick = self.time.seconds
        Clock._max_fps = 0
        Window.on_draw = Window_draw if draws else (lambda *_: None)
        self.presenters = Presenters(self._send, now_ms=self.time.now_ms, version="0.1.0")
        theme = theme_for(*size, dark=dark, text_scale=text_scale)
        use_theme(theme)
        self.theme = theme
        from kiosk_ui.screens.root import FramedRoot

        EventLoop.ensure_window()
        self.root = FramedRoot(self.presenters, size_hint=(None, None), size=size, pos=(0, 0))
        self._holder = FloatLayout(size=LARGEST)
        self._holder.add_widget(self.root)
        Window.add_widget(self._holder)
        self.step(3)

    def reset(self) -> None:
        """As if nothing had been shown or tapped, except that the register has spoken."""
        from tests.kiosk_ui import samples as s

        presenters = self.presenters
        presenters.open_overlay(Overlay.NONE)
        presenters.search.end()
        presenters.sign_in.back()
        presenters.clock_pin.close()
        blank = (
            StartingView(done=True), s.SHOP, s.SIGNED_OUT, s.NO_CATALOGUE, StatusView(()), LastSaleView(sale=None),
            s.ticket((), keyed_qty_milli=1), s.EMPTY_TICKET, s.TENDER, TenderView(open=False),
            DoneView(sale=None), ResumeView(show=False), NoticeView(id=0), HoursView(),
            TimeclockView(), StaffView(), ServerView(), UpkeepView(), FirstStartView(),
        )  # fmt: skip
        for snapshot in blank:
            # Most is as it was, and each is handed to all presenters.
            if presenters.shell.seen.take(snapshot) != presenters.shell.seen:
                presenters.show(snapshot)
        self.step()
        self.sent.clear()

    def close(self) -> None:
        """Let what moves come to its end: Kivy holds whatever is animated, and that holds the whole stage."""
        for _ in range(3):  # scroll bars wait, and fade then
            self.time.seconds += 10
            self.step(2)
        Window.remove_widget(self._holder)

    def _send(self, command: Command) -> bool:
        self.sent.append(command)
        return True

    def step(self, ticks: int = 1) -> None:
        for _ in range(ticks):
            self.time.seconds += 1 / 60
            EventLoop.idle()

    def show(self, *snapshots: Snapshot) -> None:
        for snapshot in snapshots:
            self.presenters.show(snapshot)
        self.step(4)

    def widgets(self) -> list[Any]:
        """Every widget that is drawn."""
        return [widget for widget in self.root.walk() if widget is not self.root]

    def find(self, key: str) -> Widget:
        for widget in reversed(self.widgets()):
            if getattr(widget, "key", None) == key:
                return widget
        raise LookupError(key)

    def tap(self, key: str) -> None:
        from kivy.tests.common import UnitTestTouch

        widget: Widget = self.find(key)
        assert not widget.disabled, key
        x, y = widget.to_window(*widget.center)
        assert 0 <= x < self.size[0], key
        assert 0 <= y < self.size[1], key
        touch = UnitTestTouch(x, y)
        touch.touch_down()
        self.step(8)
        touch.touch_up()
        self.step(16)

    def picture(self, file: Path) -> None:
        """Draw a frame and keep the root's part of it."""
        from PIL import Image

        self.step(3)
        Window.canvas.ask_update()
        self.step(2)
        made = Path(Window.screenshot(str(file.with_suffix(".shot.png"))))
        with Image.open(made) as whole:
            width, height = self.size
            box = (0, LARGEST[1] - height, width, LARGEST[1])
            part = whole.convert("RGB").crop(box)
        made.unlink()
        part.quantize(224, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(
            file, optimize=True
        )


Window_draw = Window.on_draw
