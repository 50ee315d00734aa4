"""Opens the customer's window and draws in it what the till says, until the process is told to end.

Twenty times a second it looks at the socket, which costs next to nothing; there is no thread. A mistake
ends the process, and whoever started it starts it anew: there is nothing to lose.
"""

import dataclasses
import signal
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from kiosk_ui.app import ScreenOptions, configure, warn_of_software_drawing
from kiosk_ui.customer.link import Link
from kiosk_ui.customer.picture import load
from kiosk_ui.customer.presenter import CustomerPresenter
from kiosk_ui.theme import Theme, theme_for

FPS: Final = 20
LOOK_EVERY_S: Final = 1 / FPS
CHANGED_EVERY_S: Final = 3

DRAWN_FOR: Final = (1024, 600)
"""The layout's lengths and letters are those of a 7 to 10 inch display; others scale it as a whole."""


@dataclass(frozen=True)
class CustomerOptions:
    """How the customer's screen is to be. With `place`, in pixels of the desktop, it has no border and no pointer."""

    socket: Path
    size: tuple[int, int] = (1024, 600)
    place: tuple[int, int] | None = None
    picture: Path | None = None
    dark: bool = False
    debug_socket: Path | None = None


def run(options: CustomerOptions, is_changed: Callable[[], bool] = lambda: False) -> bool:
    """Open the window and stay in it until SIGTERM, until it is closed, or until `is_changed`, asked every few seconds.

    Answers whether that was why.
    """
    set_up(options)
    from kivy.app import App

    presenter = CustomerPresenter()
    link = Link(options.socket)

    class CustomerApp(App):
        """Only holds the tree and the tick."""

        title = "open-pos customer"
        kv_file = ""
        changed = False

        def build(self) -> object:
            return build_tree(presenter, options)

        def on_start(self) -> None:
            from kivy.clock import Clock

            Clock.schedule_interval(lambda _: look(link, presenter), LOOK_EVERY_S)
            Clock.schedule_interval(lambda _: self.end_if_changed(), CHANGED_EVERY_S)
            if options.debug_socket:
                from kiosk_ui.widgets.debug import DebugSocket

                # Kivy's clock holds it only weakly.
                self.debug = DebugSocket(options.debug_socket)
            warn_of_software_drawing()

        def end_if_changed(self) -> None:
            self.changed = self.changed or is_changed()
            if self.changed:
                self.stop()

        def on_stop(self) -> None:
            link.close()

        def load_kv(self, filename: str | None = None) -> bool:
            """The rules are loaded by the screen, once."""
            return False

    app = CustomerApp()
    signal.signal(signal.SIGTERM, lambda *_: app.stop())
    app.run()
    return app.changed


def look(link: Link, presenter: CustomerPresenter) -> None:
    """Show the newest that the till has said, if it has said anything."""
    shown = link.read()
    if shown is not None:
        presenter.show(shown)
    presenter.look(is_connected=link.is_connected)


def set_up(options: CustomerOptions) -> None:
    """Set Kivy up as for the till. Must run before anything imports `kivy.core.window`."""
    configure(ScreenOptions(size=options.size))
    from kivy.config import Config

    Config.set("graphics", "maxfps", str(FPS))
    if options.place is not None:
        left, top = options.place
        settings = {"position": "custom", "left": left, "top": top, "show_cursor": 0}
        for name, value in settings.items():
            Config.set("graphics", name, str(value))


def build_tree(presenter: CustomerPresenter, options: CustomerOptions) -> object:
    """The whole screen as a widget."""
    from kivy.core.window import Window

    from kiosk_ui.widgets.look import use_theme

    theme = theme_of(options.size, dark=options.dark)
    use_theme(theme)
    Window.clearcolor = theme.c.page
    from kiosk_ui.customer.screen import CustomerScreen

    return CustomerScreen(
        presenter,
        picture=load(options.picture, options.size) if options.picture else None,
        is_wide=is_wide(options.size),
    )


def theme_of(size: tuple[int, int], *, dark: bool = False) -> Theme:
    """The till's look with the customer's sizes: there is little on this screen, and it is read from afar."""
    long, short = DRAWN_FOR if is_wide(size) else reversed(DRAWN_FOR)
    scale = round(min(size[0] / long, size[1] / short), 2)
    return dataclasses.replace(theme_for(*size, dark=dark), scale=scale, compact=False)


def is_wide(size: tuple[int, int]) -> bool:
    """Whether lines and total stand side by side; on an upright display one is above the other."""
    return size[0] >= size[1]
