"""The debug socket: lets a test see where things are and press them with a real pointer. Never on in a shop.

A Unix socket, one JSON object a line, an answer to each; `../README.md` tells the protocol. There is no thread: the
socket is looked at once a tick.
"""

import contextlib
import json
import selectors
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from kivy.clock import Clock
from kivy.core.window import Window
from kivy.uix.widget import Widget

QUIET_TICKS = 2


class DebugSocket:
    """Serves any number of connections on `path` while Kivy's loop runs."""

    def __init__(self, path: Path) -> None:
        """Listen. A socket file that was left behind is removed."""
        self._path = path
        self._quiet = 0
        self._waiting: list[socket.socket] = []
        self._begun: dict[socket.socket, bytes] = {}
        with contextlib.suppress(FileNotFoundError):
            path.unlink()
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        listener.bind(str(path))
        listener.listen()
        listener.setblocking(False)
        self._listener = listener
        self._selector = selectors.DefaultSelector()
        self._selector.register(listener, selectors.EVENT_READ)
        self._tick_event = Clock.schedule_interval(self._tick, 0)

    def close(self) -> None:
        """Stop listening and remove the file."""
        self._tick_event.cancel()
        for key in list(self._selector.get_map().values()):
            key.fileobj.close()  # type: ignore[union-attr]
        self._selector.close()
        self._path.unlink(missing_ok=True)

    def _tick(self, _since_s: float) -> None:
        self._quiet = 0 if Window.canvas.needs_redraw else self._quiet + 1
        for key, _ in self._selector.select(0):
            if key.fileobj is self._listener:
                connection, _ = self._listener.accept()
                connection.setblocking(False)
                self._selector.register(connection, selectors.EVENT_READ)
                self._begun[connection] = b""
            elif isinstance(key.fileobj, socket.socket):
                self._read(key.fileobj)
        if self._quiet >= QUIET_TICKS:
            waiting, self._waiting = self._waiting, []
            for connection in waiting:
                self._answer(connection, {"idle": True})

    def _read(self, connection: socket.socket) -> None:
        try:
            got = connection.recv(65536)
        except OSError:
            got = b""
        if not got:
            self._selector.unregister(connection)
            self._begun.pop(connection, None)
            connection.close()
            return
        *lines, rest = (self._begun[connection] + got).split(b"\n")
        self._begun[connection] = rest
        for line in lines:
            self._handle(connection, line)

    def _handle(self, connection: socket.socket, line: bytes) -> None:
        try:
            ask = json.loads(line).get("ask")
        except (ValueError, AttributeError):
            ask = None
        if ask == "idle":
            self._quiet = 0
            self._waiting.append(connection)
        elif ask == "tree":
            self._answer(connection, {"size": list(Window.size), "widgets": list(dump())})
        elif ask == "quit":
            self._answer(connection, {"quit": True})
            Window.close()
        else:
            self._answer(connection, {"error": "ask for tree, idle or quit"})

    def _answer(self, connection: socket.socket, answer: dict[str, Any]) -> None:
        connection.setblocking(True)
        with contextlib.suppress(OSError):
            connection.sendall(json.dumps(answer).encode() + b"\n")
            connection.setblocking(False)


def dump() -> Iterator[dict[str, Any]]:
    """Every widget that is drawn, parents first, in window pixels from the top left."""
    for widget in reversed(Window.children):
        yield from _dump(widget, "")


def _dump(widget: Widget, name: str) -> Iterator[dict[str, Any]]:
    x, y = widget.to_window(widget.x, widget.y)
    top = Window.height - y - widget.height
    yield {
        "class": type(widget).__name__,
        "id": name,
        "key": getattr(widget, "key", ""),
        "text": getattr(widget, "text", ""),
        "x": round(x),
        "y": round(top),
        "w": round(widget.width),
        "h": round(widget.height),
        "centre": [round(x + widget.width / 2), round(top + widget.height / 2)],
        "disabled": bool(widget.disabled),
        "opacity": widget.opacity,
    }
    names = {id(child.__self__): name for name, child in widget.ids.items()}
    for child in reversed(widget.children):
        yield from _dump(child, names.get(id(child), ""))
