"""Opens the register's window and runs Kivy in it until it is told to end.

Kivy reads its settings from the environment and from `Config` while it is imported; so `run` sets them first and
imports everything that draws afterwards.
"""

import logging
import os
import signal
import traceback
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

from appliance.messages import Command, Snapshot
from kiosk_ui.presenters import Presenters

if TYPE_CHECKING:
    from kiosk_ui.bridge import Bridge

log = logging.getLogger(__name__)

ENVIRONMENT: Final = {
    "KIVY_NO_ARGS": "1",
    "KIVY_NO_CONFIG": "1",
    "KIVY_NO_FILELOG": "1",
    "KIVY_LOG_MODE": "PYTHON",
    "KIVY_CLOCK": "free_all",
}
AWAKE_FPS: Final = 60
ASLEEP_FPS: Final = 10
ASLEEP_AFTER_S: Final = 60
DRAW_AGAIN_S: Final = 0.5
DRAW_AGAIN_TIMES: Final = 40
CARD: Final = Path("/dev/open-pos/screen")
"""The graphics card that shows, as udev names it (`systemd/udev`): a link to `/dev/dri/card` and a number."""
TEXT_KEYS: Final = {8: "back"}


@dataclass(frozen=True)
class ScreenOptions:
    """How the screen is to be. `size` is the register's own, without a side panel."""

    size: tuple[int, int] = (1280, 800)
    fullscreen: bool = False
    language: str = "en"
    text_scale: float = 1.0
    dark: bool = False
    rotation: int = 0
    without_x: bool = False
    """SDL draws on the graphics card itself (kmsdrm) and reads touches and keys from the kernel."""
    show_cursor: bool = False
    version: str = ""
    debug_socket: Path | None = None
    side_panel: Callable[[], object] | None = None
    """Makes a Kivy widget with a width of its own, shown to the right of the register."""
    side_panel_width: int = 0


def configure(options: ScreenOptions) -> None:
    """Set Kivy up. Must run before anything imports `kivy.core.window`."""
    os.environ.update(ENVIRONMENT)
    if options.without_x:
        os.environ.update(without_x())
    from kivy.config import Config

    # Kivy sets a level of its own when it is imported; ours is the program's.
    logging.getLogger("kivy").setLevel(logging.getLogger().level)
    width, height = options.size
    settings = {
        "width": width + options.side_panel_width,
        "height": height,
        "fullscreen": "auto" if options.fullscreen else 0,
        "borderless": 1,
        "resizable": 0,
        "rotation": options.rotation,
        "show_cursor": int(options.show_cursor or not options.fullscreen),
        "multisamples": 0,
        "maxfps": AWAKE_FPS,
        "allow_screensaver": 1,
    }
    for name, value in settings.items():
        Config.set("graphics", name, str(value))
    Config.set("kivy", "exit_on_escape", "0")
    Config.set("kivy", "keyboard_mode", "")
    Config.set("kivy", "desktop", "0")
    # Touches come as the pointer. Kivy's own probing of /dev/input would tap twice and take scanners for touch screens.
    for name in list(Config["input"]):
        Config.remove_option("input", name)
    Config.set("input", "mouse", "mouse,disable_multitouch")


def without_x(card: Path = CARD) -> dict[str, str]:
    """What SDL is told so that it draws without an X server, on the card that shows: a Raspberry Pi 5 has two."""
    number = card.resolve().name.removeprefix("card")
    named = {"SDL_KMSDRM_DEVICE_INDEX": number} if number.isdecimal() else {}
    # Kivy would try the X server next, and say of that one why it cannot draw.
    return {"SDL_VIDEODRIVER": "kmsdrm", "KIVY_WINDOW": "sdl2", **named}


def run(
    send: Callable[[Command], bool],
    attach: Callable[[Callable[[Snapshot], None]], None],
    *,
    beat: Callable[[], None],
    options: ScreenOptions,
) -> None:
    """Open the window and stay in it until the process is told to end (SIGTERM, or the window is closed).

    `send` gives a command to the register and answers False where its queue is full; it must not block.
    `attach` gets the bridge's `publish`, which may be called on any thread from then on. `beat` is called once a
    second while the screen answers.
    """
    configure(options)
    from kivy.app import App

    from kiosk_ui.bridge import Bridge

    presenters = Presenters(send, options.language, version=options.version)
    bridge = Bridge(presenters.show)

    class OpenPosApp(App):
        """Only holds the tree; everything else is in the presenters."""

        title = "open-pos"
        kv_file = ""

        def build(self) -> object:
            return build_tree(presenters, options)

        def on_start(self) -> None:
            self.helpers = start_helpers(presenters, bridge, beat, options)
            attach(bridge.publish)

        def on_stop(self) -> None:
            # Kivy says this twice where the app is told to end from outside its loop.
            helpers, self.helpers = self.helpers, []
            for close in helpers:
                close()

        def load_kv(self, filename: str | None = None) -> bool:
            """The rules are loaded by the parts that need them, once."""
            return False

    catch_defects(presenters)
    app = OpenPosApp()
    signal.signal(signal.SIGTERM, lambda *_: app.stop())
    app.run()


def build_tree(presenters: Presenters, options: ScreenOptions) -> object:
    """The register, and the side panel if there is one, as one widget tree."""
    from kivy.core.window import Window
    from kivy.uix.boxlayout import BoxLayout

    from kiosk_ui.theme import theme_for
    from kiosk_ui.widgets.look import use_theme

    width = Window.width - options.side_panel_width if options.fullscreen else options.size[0]
    height = Window.height if options.fullscreen else options.size[1]
    theme = theme_for(width, height, dark=options.dark, text_scale=options.text_scale)
    use_theme(theme)
    Window.clearcolor = theme.c.page
    from kiosk_ui.screens.root import FramedRoot

    register = FramedRoot(presenters)
    if options.side_panel is None:
        return register
    tree = BoxLayout()
    tree.add_widget(register)
    tree.add_widget(options.side_panel())
    return tree


def start_helpers(
    presenters: Presenters, bridge: "Bridge", beat: Callable[[], None], options: ScreenOptions
) -> list[Callable[[], None]]:
    """What runs beside the pages: the second's tick, sleep, keyboard, debug socket. Answers how to end it."""
    from kivy.clock import Clock
    from kivy.core.window import Window

    drowsiness = Drowsiness(Clock)
    seconds = [
        Clock.schedule_interval(lambda _: bridge.beat(beat), 1),
        Clock.schedule_interval(lambda _: presenters.tick(), 1),
        Clock.schedule_interval(lambda _: drowsiness.tick(), 1),
    ]
    Window.bind(
        on_flip=bridge.count_frame,
        on_touch_down=drowsiness.wake,
        on_key_down=drowsiness.wake,
        on_textinput=lambda _, text: presenters.typed(text),
        on_keyboard=lambda _, key, *__: (
            presenters.typed(TEXT_KEYS[key]) if key in TEXT_KEYS else None
        ),
    )
    ends: list[Callable[[], None]] = [event.cancel for event in seconds]
    if options.debug_socket:
        from kiosk_ui.widgets.debug import DebugSocket

        ends.append(DebugSocket(options.debug_socket).close)
    if options.without_x:
        again = Clock.schedule_interval(draw_again(Window.canvas.ask_update), DRAW_AGAIN_S)
        ends.append(again.cancel)
    warn_of_software_drawing()
    return ends


def draw_again(ask: Callable[[], None]) -> Callable[[float], bool]:
    """Asks for some more pictures after the start: without an X server the first one is not shown.

    Which picture is lost cannot be asked (the program believes that it was shown), so it is some seconds of them.
    The answer is for Kivy's clock, which calls until it gets False.
    """
    times = iter(range(1, DRAW_AGAIN_TIMES))

    def draw(_since_s: float) -> bool:
        ask()
        return next(times, None) is not None

    return draw


class FrameLimited(Protocol):
    """Kivy's clock, as far as it matters here."""

    _max_fps: float


class Drowsiness:
    """Fewer frames a second when nobody has touched the screen for a minute: an idle till must cost nothing."""

    def __init__(self, clock: FrameLimited) -> None:
        """Begin awake."""
        self._clock = clock
        self._idle_s = 0

    def wake(self, *_: object) -> bool:
        """Somebody is there. Answers False, so that the touch goes on to the page."""
        self._idle_s = 0
        # Kivy reads its frame limit from this attribute at each tick, and has no public way to change it.
        self._clock._max_fps = AWAKE_FPS  # noqa: SLF001
        return False

    def tick(self) -> None:
        """Another second has gone by."""
        self._idle_s += 1
        if self._idle_s == ASLEEP_AFTER_S:
            self._clock._max_fps = ASLEEP_FPS  # noqa: SLF001


def catch_defects(presenters: Presenters) -> None:
    """A mistake in a callback is logged and shown with a short code; the till goes on. Other signals pass."""
    from kivy.base import ExceptionHandler, ExceptionManager

    class ShowDefect(ExceptionHandler):
        def handle_exception(self, exception: BaseException) -> object:
            if not isinstance(exception, Exception):
                return ExceptionManager.RAISE
            code = defect_code(exception)
            log.error("defect %s on the screen", code, exc_info=exception)
            presenters.shell.defect(code)
            return ExceptionManager.PASS

    ExceptionManager.add_handler(ShowDefect())


def defect_code(defect: BaseException) -> str:
    """Four letters or digits: the same for the same place in the program."""
    frames = traceback.extract_tb(defect.__traceback__)[-1:]
    place = "".join(f"{Path(frame.filename).name}:{frame.name}:{frame.lineno}" for frame in frames)
    return f"{zlib.crc32(f'{type(defect).__name__} {place}'.encode()) & 0xFFFF:04X}"


def warn_of_software_drawing() -> None:
    """Say in the log if frames are drawn by the processor: on a Pi that is a missing group or driver."""
    from kivy.graphics.opengl import GL_RENDERER, glGetString

    renderer = (glGetString(GL_RENDERER) or b"").decode(errors="replace")
    if "llvmpipe" in renderer or "softpipe" in renderer:
        log.warning("drawing without a graphics processor (%s)", renderer)
    else:
        log.info("drawing with %s", renderer)
