"""A real window under Xvfb and a real pointer, moved by xdotool to where the debug socket says that things are."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

import pytest

from tests.kiosk_ui import samples as s
from tests.kiosk_ui.scripted import PIN

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.skipif(
    not (shutil.which("Xvfb") and shutil.which("xdotool")), reason="needs xvfb and xdotool"
)


class Window:
    """The app in a process of its own."""

    def __init__(self, path: Path) -> None:
        read, write = os.pipe()
        self.xvfb = subprocess.Popen(
            ["Xvfb", "-displayfd", str(write), "-screen", "0", "1280x800x24"],
            pass_fds=[write], stderr=subprocess.DEVNULL,
        )  # fmt: skip
        os.close(write)
        with os.fdopen(read) as display:
            self.display = ":" + display.readline().strip()
        self.environment = os.environ | {"DISPLAY": self.display, "SDL_VIDEODRIVER": "x11"}
        self.app = subprocess.Popen(
            [sys.executable, "-m", "tests.kiosk_ui.scripted_till", str(path)],
            cwd=ROOT, env=self.environment, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        self.line = self._connect(path)

    def _connect(self, path: Path) -> TextIO:
        for _ in range(600):
            assert self.app.poll() is None, "the app ended"
            connection = socket.socket(socket.AF_UNIX)
            try:
                connection.connect(str(path))
            except OSError:
                connection.close()
                time.sleep(0.1)
            else:
                return connection.makefile("rw")
        raise TimeoutError(path)

    def ask(self, what: str) -> dict[str, Any]:
        self.line.write(json.dumps({"ask": what}) + "\n")
        self.line.flush()
        answer: dict[str, Any] = json.loads(self.line.readline())
        return answer

    def find(self, key: str) -> dict[str, Any]:
        """Wait for a widget: the register answers on another thread."""
        for _ in range(200):
            self.ask("idle")
            for widget in reversed(self.ask("tree")["widgets"]):
                if widget["key"] == key and not widget["disabled"]:
                    return dict(widget)
        raise LookupError(key)

    def xdotool(self, *words: object) -> None:
        command = ["xdotool", *map(str, words)]
        subprocess.run(command, env=self.environment, check=True)

    def tap(self, key: str) -> None:
        x, y = self.find(key)["centre"]
        self.xdotool("mousemove", x, y, "mousedown", 1)
        self.ask("idle")
        self.xdotool("mouseup", 1)

    def wait_for_text(self, text: str) -> None:
        seen: list[str] = []
        for _ in range(200):
            self.ask("idle")
            seen = [widget["text"] for widget in self.ask("tree")["widgets"]]
            if text in seen:
                return
        raise LookupError(text, seen)

    def close(self) -> None:
        for process in (self.app, self.xvfb):
            process.terminate()
            process.wait(20)


@pytest.fixture
def window(tmp_path: Path) -> Iterator[Window]:
    window = Window(tmp_path / "debug.sock")
    yield window
    window.close()


def test_a_customer_is_served_in_a_real_window(window: Window) -> None:
    window.tap(f"person:{s.ANA.id}")
    for digit in PIN:
        window.tap(f"key:{digit}")
    window.tap("pin_enter")
    window.tap("tile:p-espresso")
    window.tap("tile:p-flat-white")
    window.wait_for_text("€6.00")
    window.tap("search")
    window.wait_for_text("Type a product's name")
    window.xdotool("type", "hon")
    window.wait_for_text("hon|")
    window.xdotool("key", "BackSpace")
    window.wait_for_text("ho|")
    window.tap("hit:p-honey-500-g")
    window.wait_for_text("€14.20")
    window.tap("pay_cash")
    window.wait_for_text("To pay")
    for digit in ("2", "00", "0"):
        window.tap(f"key:{digit}")
    window.tap("cash_take")
    window.wait_for_text("€5.80")
    window.tap("receipt_print")
    window.wait_for_text("The receipt was printed.")
    window.app.send_signal(signal.SIGTERM)
    assert window.app.wait(20) == 0
    assert window.app.stdout is not None
    assert "ended well" in window.app.stdout.read()
