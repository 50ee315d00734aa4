"""A real window on a screen in memory, and somebody who looks at it and clicks: for stories with everything in them.

`Screen` is an X server, `Till` the demo as a process of its own. Where things are is asked at the debug socket
(`kiosk_ui/README.md`); they are pressed with the pointer, as a person does.
"""

import contextlib
import json
import os
import select
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

NEEDED = ("Xvfb", "xdotool")
PATIENCE_S = 30.0
"""How long a person waits for anything; nothing in a test depends on how quick it was."""
BENCH = 360
LETTER_KEY = "key:"
SIZES = [
    tuple(map(int, size.split("x")))
    for size in os.environ.get("OPEN_POS_SIZES", "800x480").split(",")
]
"""The sizes at which stories are played: the tightest, as every page is looked at in every size elsewhere."""

Box = dict[str, Any]
"""A widget as the debug socket tells it."""


def missing_programs(*more: str) -> list[str]:
    """What is not installed here."""
    return [name for name in (*NEEDED, *more) if shutil.which(name) is None]


def scale_of(size: tuple[int, int]) -> float:
    """How much larger than usual everything is drawn at this size of the register."""
    from kiosk_ui.theme import theme_for

    return theme_for(*size).scale


class Screen:
    """An X server with a screen in memory."""

    def __init__(self, size: tuple[int, int]) -> None:
        reading, writing = os.pipe()
        self._server = subprocess.Popen(
            ["Xvfb", "-displayfd", str(writing), "-screen", "0", f"{size[0]}x{size[1]}x24",
             "-nolisten", "tcp"],
            pass_fds=[writing], stderr=subprocess.DEVNULL,
        )  # fmt: skip
        os.close(writing)
        with os.fdopen(reading) as pipe:
            ready, _, _ = select.select([pipe], [], [], PATIENCE_S)
            number = pipe.readline().strip() if ready else ""
        assert number, "Xvfb did not start"
        self.display = f":{number}"

    @property
    def environment(self) -> dict[str, str]:
        """What a program needs to know to draw here."""
        return {**os.environ, "DISPLAY": self.display, "SDL_VIDEODRIVER": "x11", "LANG": "C.UTF-8"}

    def do(self, *words: str | int) -> None:
        """Let xdotool do something."""
        subprocess.run(
            ["xdotool", *map(str, words)], env=self.environment, check=True, timeout=PATIENCE_S
        )

    def picture(self, file: Path) -> None:
        """Keep what is to be seen."""
        subprocess.run(
            ["import", "-window", "root", str(file)],
            env=self.environment, check=True, timeout=PATIENCE_S,
        )  # fmt: skip

    def close(self) -> None:
        """Switch the screen off."""
        self._server.terminate()
        self._server.wait(PATIENCE_S)


class Till:
    """The demo, or the register of a configuration file, in a window of its own process."""

    def __init__(
        self,
        screen: Screen,
        store: Path,
        size: tuple[int, int] = (1280, 800),
        command: Sequence[str] = (sys.executable, "-m", "appliance"),
        file: Path | None = None,
        more: Sequence[str] = (),
    ) -> None:
        self.screen = screen
        self.log = store.parent / f"{store.name}.log"
        self._socket = store.parent / f"{store.name}.socket"
        self._socket.unlink(missing_ok=True)  # a till that was killed leaves it behind
        demo = ("demo", "--store", str(store), "--size", f"{size[0]}x{size[1]}")
        shown = demo if file is None else ("register", "--config", str(file))
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [*command, *shown, *more, "--debug-socket", str(self._socket)],
                env=screen.environment, stdout=log, stderr=log,
            )  # fmt: skip
        self._line: socket.socket | None = None
        self.wait(self._is_there, "the debug socket")
        if "--timeclock" in more:
            self.see(key="door_pin")
        elif "--fresh" in more:
            self.see(key="first_steps")
        elif file is None:
            self.see(text="Ana")

    # ------------------------------------------------------------------ looking

    def _is_there(self) -> bool:
        line = socket.socket(socket.AF_UNIX)
        line.settimeout(PATIENCE_S)
        try:
            line.connect(str(self._socket))
        except (FileNotFoundError, ConnectionRefusedError):
            line.close()
            return False
        self._line = line
        return True

    def ask(self, what: str) -> Box:
        """One question to the debug socket."""
        assert self._line is not None
        self._line.sendall(json.dumps({"ask": what}).encode() + b"\n")
        got = b""
        while not got.endswith(b"\n"):
            part = self._line.recv(1 << 16)
            assert part, f"the till hung up; its log says\n{self.log.read_text()[-2000:]}"
            got += part
        answer: Box = json.loads(got)
        return answer

    def widgets(self) -> list[Box]:
        """Everything that is drawn now."""
        found: list[Box] = self.ask("tree")["widgets"]
        return found

    def texts(self) -> list[str]:
        """Everything that can be read now."""
        return [box["text"] for box in self.widgets() if box["text"]]

    def reads(self, part: str) -> bool:
        """Whether a text can be read now, maybe as a part of another one."""
        return any(part in text for text in self.texts())

    def find(self, *, key: str = "", text: str = "") -> Box | None:
        """The topmost widget with this key, or that begins with this text."""
        for box in reversed(self.widgets()):
            if (key and box["key"] == key) or (text and box["text"].startswith(text)):
                return box
        return None

    def see(self, *, key: str = "", text: str = "") -> Box:
        """Wait for a widget that can be used."""
        found: list[Box] = []

        def look() -> bool:
            box = self.find(key=key, text=text)
            if box is not None and not box["disabled"]:
                found.append(box)
            return bool(found)

        self.wait(look, key or text)
        return found[0]

    def wait(self, condition: Callable[[], bool], what: str) -> None:
        """Look again and again until something is so."""
        until = time.monotonic() + PATIENCE_S
        while not condition():
            assert self.process.poll() is None, f"the till ended: {self.log.read_text()[-2000:]}"
            if time.monotonic() > until:
                seen = " | ".join(self.texts()) if self._line else "nothing"
                raise AssertionError(f"waited in vain for {what}; seen: {seen}")
            time.sleep(0.03)

    def read(self, part: str) -> None:
        """Wait until a text can be read."""
        self.wait(lambda: self.reads(part), f"the text {part!r}")

    # ------------------------------------------------------------------ doing

    def tap(self, key: str = "", *, text: str = "") -> None:
        """Wait for something and press it."""
        self.see(key=key, text=text)
        self.ask("idle")
        self.press(self.see(key=key, text=text))

    def press(self, box: Box) -> None:
        """Press where something was seen."""
        self.screen.do("mousemove", *box["centre"], "click", 1)

    def press_until(self, key: str, part: str) -> None:
        """Press a button that takes no tap for a moment after it appeared, until something can be read."""

        def pressed() -> bool:
            box = None if self.reads(part) else self.find(key=key)
            if box is not None and not box["disabled"]:
                self.press(box)
            return self.reads(part)

        self.wait(pressed, f"{part!r} after pressing {key}")

    def keys(self, text: str) -> None:
        """Tap the keys of whatever keypad or keyboard is shown."""
        for letter in text:
            self.tap(LETTER_KEY + letter)

    def key_of(self, kind: str, text: str) -> str:
        """The key of the thing of a kind (`person:`, `device:`) on which a text stands, once it can be seen.

        A text alone would not do: "Ben" is also how the bench's own title begins.
        """
        found: list[str] = []

        def look() -> bool:
            key = ""
            for box in self.widgets():
                key = box["key"] or key
                if key.startswith(kind) and box["text"] == text:
                    found.append(key)
            return bool(found)

        self.wait(look, f"{kind} with the text {text!r}")
        return found[0]

    def sign_in(self, name: str, pin: str) -> None:
        """Choose a person and key the PIN."""
        self.tap(self.key_of("person:", name))
        self.keys(pin)
        self.tap("pin_enter")

    # ------------------------------------------------------------------ ending

    def pull_the_plug(self) -> None:
        """The power fails."""
        self.process.kill()
        self.process.wait(PATIENCE_S)

    def end(self) -> int:
        """Tell the process to end. Answers its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENCE_S)


@contextlib.contextmanager
def screen(size: tuple[int, int]) -> Iterator[Screen]:
    """A screen for the register of this size and its bench; it is switched off at the end."""
    shown = Screen((size[0] + round(BENCH * scale_of(size)), size[1]))
    try:
        yield shown
    finally:
        shown.close()


@contextlib.contextmanager
def till(
    shown: Screen,
    store: Path,
    size: tuple[int, int] = (1280, 800),
    file: Path | None = None,
    more: Sequence[str] = (),
) -> Iterator[Till]:
    """The demo, or the register of `file`, on a screen, with `more` arguments; it is ended at the latest here."""
    open_till = Till(shown, store, size, file=file, more=more)
    try:
        yield open_till
    finally:
        if open_till.process.poll() is None:
            open_till.pull_the_plug()
