"""The loop of the rescue screen: draw a page, wait for a tap or a key, do what was asked, draw the next one."""

import contextlib
import fcntl
import json
import os
import select
import sqlite3
import subprocess
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, Protocol

from PIL import Image

from appliance.rescue import acts, export, pages, picture, why
from appliance.rescue.framebuffer import TURNS, Framebuffer
from appliance.rescue.hands import Digit, Hands, Tap
from appliance.rescue.pages import Page
from appliance.watchdog import notify
from appliance.words import LANGUAGES, Words

_LANGUAGE: Final = "select value from edit where thing = 'shop' and field = 'language'"
WAIT_S: Final = 0.2
_SET_MODE: Final = 0x4B3A
_GRAPHICS, _TEXT = 1, 0


class Display(Protocol):
    """What is drawn on."""

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the picture."""
        ...

    def show(self, image: Image.Image) -> None:
        """Put a picture on it."""
        ...


def show(display: Path, language: str, config: Path, store: Path) -> None:
    """Run until the process is ended. Raises `OSError` where there is no display."""
    rotation = rotation_of(config)
    framebuffer = Framebuffer(display, rotation)
    hands = Hands(rotation)
    with _own_terminal():
        words = Words(language_of(store, language))
        rescue = Rescue(framebuffer, words, config, store)
        rescue.home()
        notify("READY=1")
        while True:
            rescue.wait(hands, WAIT_S)
            notify("WATCHDOG=1")


def draw_to(file: Path, size: tuple[int, int], language: str, config: Path, store: Path) -> None:
    """Draw the first page as it would be now, into a picture file. Raises `OSError`."""
    words = Words(language_of(store, language))
    page = pages.first(words, why.find(store), can_go_back=acts.can_go_back())
    del config
    picture.draw(page, size).image.save(file)


def language_of(store: Path, otherwise: str) -> str:
    """The shop's language, where the store can be read; never raises, and changes nothing."""
    try:
        opened = sqlite3.connect(f"file:{store / 'shop.db'}?mode=ro", uri=True, timeout=1)
        try:
            found = opened.execute(_LANGUAGE).fetchone()
        finally:
            opened.close()
        language = json.loads(found[0])
    except (sqlite3.Error, TypeError, ValueError):
        return otherwise
    return str(language) if language in LANGUAGES else otherwise


def rotation_of(config: Path) -> int:
    """How the screen is turned; 0 where the file cannot say."""
    try:
        degrees = tomllib.loads(config.read_text(encoding="utf-8"))["screen"]["rotation"]
    except (OSError, ValueError, KeyError, TypeError):
        return 0
    return degrees if isinstance(degrees, int) and degrees in TURNS else 0


class Rescue:
    """The pages, one after another, on a display."""

    def __init__(self, display: Display, words: Words, config: Path, store: Path) -> None:
        """Draws nothing yet."""
        self._display = display
        self._words = words
        self._config = config
        self._store = store
        self._drawn: picture.Drawn | None = None
        self._page = Page(title="")
        self._test: subprocess.Popen[bytes] | None = None
        self._lines: list[str] = []
        self._from = 0
        self._waits_for_stick = False
        self._do: dict[str, Callable[[], None]] = {
            "home": self.home,
            "again": self._again,
            "back": lambda: self._show(pages.asked(self._words, "back")),
            "back_yes": self._back,
            "off": lambda: self._show(pages.asked(self._words, "off")),
            "off_yes": self._off,
            "test": self._begin_test,
            "more": self._more,
            "save": self._save,
        }

    @property
    def page(self) -> Page:
        """What is shown now."""
        return self._page

    def home(self) -> None:
        """Why the till did not start, looked up anew, and what can be done."""
        self._waits_for_stick = False
        self._show(pages.first(self._words, why.find(self._store), can_go_back=acts.can_go_back()))

    def wait(self, hands: Hands, seconds: float) -> None:
        """Wait so long for something to happen, and do it."""
        watched: list[int] = hands.descriptors()
        test = self._test
        if test is not None and test.stdout is not None:
            watched.append(test.stdout.fileno())
        ready, _, _ = select.select(watched, [], [], seconds)
        if test is not None and test.stdout is not None and test.stdout.fileno() in ready:
            self._read_test(test)
        for done in hands.read():
            act = self.meant(done)
            if act is not None:
                self.do(act)
        if self._waits_for_stick and export.stick() is not None:
            self._save()

    def meant(self, done: Tap | Digit) -> str | None:
        """The act of the button that was tapped or whose number was pressed."""
        if self._drawn is None:
            return None
        if isinstance(done, Digit):
            pressed = self._page.buttons[done.number - 1 : done.number]
            return pressed[0].act if pressed and pressed[0].enabled else None
        width, height = self._display.size
        for (left, top, right, bottom), act in self._drawn.buttons:
            # A finger that slid off a button did not mean it.
            if all(
                left <= x * width // 1000 <= right and top <= y * height // 1000 <= bottom
                for x, y in ((done.from_x, done.from_y), (done.x, done.y))
            ):
                return act
        return None

    def do(self, act: str) -> None:
        """Do what a button is for."""
        self._do[act]()

    def _show(self, page: Page) -> None:
        self._page = page
        self._drawn = picture.draw(page, self._display.size)
        self._display.show(self._drawn.image)

    def _again(self) -> None:
        self._show(pages.at_work(self._words, "again"))
        self._try(acts.again)

    def _back(self) -> None:
        self._show(pages.at_work(self._words, "back"))
        self._try(acts.back)

    def _off(self) -> None:
        self._show(pages.at_work(self._words, "off"))
        self._try(acts.off)

    def _try(self, act: Callable[[], None]) -> None:
        try:
            act()
        except acts.NotStarted as refused:
            self._show(pages.told(self._words, "not_done", why=str(refused)))

    def _begin_test(self) -> None:
        self._lines, self._from = [], 0
        try:
            self._test = acts.begin_test(self._config)
        except OSError as refused:
            self._show(pages.told(self._words, "not_done", why=str(refused)))
            return
        self._show(pages.at_work(self._words, "test"))

    def _read_test(self, test: "subprocess.Popen[bytes]") -> None:
        assert test.stdout is not None
        line = test.stdout.readline()
        if line:
            self._lines.append(line.decode("utf-8", errors="replace").rstrip())
            fits = self._fits()
            newest = max(0, len(self._lines) - fits)
            self._show(
                pages.tested(self._words, self._lines, done=False, from_line=newest, fits=fits)
            )
            return
        test.stdout.close()
        test.wait()
        self._test = None
        self._more(to=0)

    def _more(self, to: int | None = None) -> None:
        fits = self._fits()
        self._from = self._from + fits if to is None else to
        self._show(
            pages.tested(self._words, self._lines, done=True, from_line=self._from, fits=fits)
        )

    def _fits(self) -> int:
        return picture.lines_that_fit(self._display.size)

    def _save(self) -> None:
        stick = export.stick()
        if stick is None or stick.mounted_at is None:
            self._waits_for_stick = True
            self._show(pages.plug_in(self._words))
            return
        self._waits_for_stick = False
        shown = -1

        def progress(part: int) -> None:
            nonlocal shown
            notify("WATCHDOG=1")
            if part // 20 != shown:
                shown = part // 20
                name = stick.name
                self._show(pages.at_work(self._words, "save", progress=part, name=name))

        try:
            saved = export.save(stick.mounted_at, self._store, self._config, progress)
        except export.StickTooSmall as small:
            needed, free = (-(-n // 1_000_000) for n in (small.needed, small.free))
            self._show(pages.told(self._words, "too_small", needed=needed, free=free))
            return
        except OSError as failed:
            self._show(pages.told(self._words, "stick_failed", why=failed.strerror or str(failed)))
            return
        is_out = acts.unmount(stick.device)
        what = "saved" if is_out else "saved_wait"
        unread = self._words("rescue.unread", count=saved.unread) if saved.unread else ""
        self._show(
            pages.told(self._words, what, lines=[unread] if unread else [], folder=saved.folder)
        )


@contextlib.contextmanager
def _own_terminal() -> Iterator[None]:
    """The terminal writes no text and no cursor into the picture meanwhile. Where there is none, nothing is to do."""
    is_ours = os.isatty(0) and _set_mode(_GRAPHICS)
    try:
        yield
    finally:
        if is_ours:
            _set_mode(_TEXT)


def _set_mode(mode: int) -> bool:
    try:
        fcntl.ioctl(0, _SET_MODE, mode)
    except OSError:
        return False
    return True
