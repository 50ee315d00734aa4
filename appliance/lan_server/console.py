"""The console's way into the running server: a Unix socket in the store's folder that only its owner can open.

    server.sock    one question and one answer per connection, each a line of JSON

    {"do": "pair", "name": "Till 2"}  →  {"code": "", "answer": {…}}  or  {"code": "no_such_place", "fields": {…}}

Whoever may write in that folder owns the shop's data anyhow.
"""

import contextlib
import json
import logging
import os
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from appliance.problems import Refusal

log = logging.getLogger(__name__)

FILE: Final = "server.sock"
PATIENCE_S: Final = 10.0
MOST_BYTES: Final = 1 << 16

Ask = Callable[[Mapping[str, Any]], object]


class ServerNotRunning(Refusal):
    """No server runs on the store in `path`."""

    code = "server_not_running"


class Told(Refusal):
    """The server refused; `code` is the server's."""

    def __init__(self, code: str, **fields: str | int) -> None:
        """As the server said it."""
        self.code = code  # type: ignore[misc]  # the one refusal whose code comes from elsewhere
        super().__init__(**fields)


class Console:
    """Answers questions of the command line, each by the function of its name, one at a time."""

    def __init__(self, store: Path, answers: Mapping[str, Ask]) -> None:
        """Raises `OSError` where the socket cannot be made."""
        self._answers = answers
        with _short(store) as path:
            with contextlib.suppress(FileNotFoundError):
                path.unlink()
            self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_CLOEXEC)
            mask = os.umask(0o177)
            try:
                self._socket.bind(str(path))
            finally:
                os.umask(mask)
        self._socket.listen(8)
        self._file = store / FILE
        self._thread = threading.Thread(target=self._run, name="console", daemon=True)

    def start(self) -> None:
        """Answer from now on, in a thread."""
        self._thread.start()

    def close(self) -> None:
        """Answer no more."""
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        with contextlib.suppress(OSError):
            self._file.unlink()

    def _run(self) -> None:
        while True:
            try:
                asker, _ = self._socket.accept()
            except OSError:
                return
            with asker:
                asker.settimeout(PATIENCE_S)
                try:
                    asker.sendall(self._answer(_line(asker)))
                except OSError as why:
                    log.info("the console went away: %s", why)

    def _answer(self, line: bytes) -> bytes:
        try:
            question = json.loads(line)
            ask = self._answers[question["do"]]
        except (ValueError, KeyError, TypeError) as why:
            return _written("bad_message", {"why": str(why)}, None)
        try:
            return _written("", {}, ask(question))
        except Refusal as no:
            return _written(no.code, no.fields, None)
        except Exception as why:
            log.exception("the console asked for something that went wrong")
            return _written("bad_message", {"why": str(why)}, None)


def ask(store: Path, question: Mapping[str, Any]) -> Any:  # noqa: ANN401 - what the server answers
    """Ask the server that runs on this store. Raises `ServerNotRunning`, and the server's refusals as `Told`."""
    asker = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_CLOEXEC)
    with asker:
        asker.settimeout(PATIENCE_S)
        try:
            with _short(store) as path:
                asker.connect(str(path))
            asker.sendall(json.dumps(question).encode() + b"\n")
            answer = json.loads(_line(asker))
        except (OSError, ValueError) as why:
            raise ServerNotRunning(path=str(store)) from why
    if answer["code"]:
        raise Told(answer["code"], **answer["fields"])
    return answer["answer"]


@contextlib.contextmanager
def _short(store: Path) -> Iterator[Path]:
    """The socket's path, short enough for the kernel (108 bytes, unix(7)) however deep the store lies."""
    folder = os.open(store, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield Path(f"/proc/self/fd/{folder}/{FILE}")
    finally:
        os.close(folder)


def _line(asker: socket.socket) -> bytes:
    found = b""
    while not found.endswith(b"\n"):
        part = asker.recv(4096)
        if not part or len(found) > MOST_BYTES:
            break
        found += part
    return found


def _written(code: str, fields: Mapping[str, str | int], answer: object) -> bytes:
    return json.dumps({"code": code, "fields": dict(fields), "answer": answer}).encode() + b"\n"
