"""Far ends of sockets and serial lines: silent, babbling, hanging up, pulled out, and well again."""

import contextlib
import itertools
import os
import select
import socket
import threading
import tty
from collections.abc import Callable
from pathlib import Path
from typing import Any

Manners = Callable[[bytes], bytes | None]
"""How a far end behaves: it is given what came, and answers what is to be sent; None hangs up."""


def silent(_received: bytes) -> bytes | None:
    return b""


def babbling(_received: bytes) -> bytes | None:
    return b"\xff\xfe nonsense \xff" * 40


def hanging_up(_received: bytes) -> bytes | None:
    return None


class Printed:
    """An ESC/POS printer that is well: answers each question, confirms each slip, keeps what it was sent."""

    def __init__(self) -> None:
        self.taken = b""

    def __call__(self, received: bytes) -> bytes | None:
        self.taken += received
        return b"\x12" * received.count(b"\x10\x04") + b"\x00" * received.count(b"\x1dr\x01")

    @property
    def slips(self) -> int:
        return self.taken.count(b"\x1dr\x01")


class Socket:
    """Something on the network, with manners that can be changed. `reads` False: it takes nothing at all."""

    def __init__(self, manners: Manners, *, reads: bool = True) -> None:
        self.manners = manners
        self.reads = reads
        self._stop = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.settimeout(0.05)
        self.port = int(self._listener.getsockname()[1])
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def close(self) -> None:
        self._stop.set()
        self._thread.join()
        self._listener.close()

    def _serve(self) -> None:
        while not self._stop.is_set():
            try:
                connection, _ = self._listener.accept()
            except TimeoutError:
                continue
            with connection:
                self._talk(connection, self.manners)

    def _talk(self, connection: socket.socket, manners: Manners) -> None:
        # Short, so that nonsense comes as a flood.
        connection.settimeout(0.0005)
        while not self._stop.is_set() and manners is self.manners:
            try:
                received = connection.recv(4096) if self.reads else b" "
                if not received:
                    return
            except TimeoutError:
                received = b""
            except OSError:
                return
            answer = manners(received)
            if answer is None:
                return
            try:
                connection.sendall(answer)
            except OSError:
                return
            if not answer:
                self._stop.wait(0.01)


class Cable:
    """A serial line whose far end has manners. `port` is what the register opens.

    With a `link`, as udev makes one, it can be pulled out and plugged in again.
    """

    def __init__(self, manners: Manners, link: Path | None = None) -> None:
        self.manners = manners
        self.reads = True
        self._link = link
        self.plug()
        self.port = os.ttyname(self.near) if link is None else str(link)

    def plug(self) -> None:
        self.far, self.near = os.openpty()
        tty.setraw(self.near)
        tty.setraw(self.far)
        os.set_blocking(self.far, False)
        if self._link is not None:
            self._link.symlink_to(os.ttyname(self.near))
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._work)
        self._thread.start()

    def unplug(self) -> None:
        if not self._stop.is_set():
            if self._link is not None:
                self._link.unlink()
            self._stop.set()
            self._thread.join()
            os.close(self.far)
            os.close(self.near)

    def write(self, text: bytes) -> None:
        """Say something unasked; what does not fit is lost, as on a real line."""
        with contextlib.suppress(BlockingIOError):
            os.write(self.far, text)

    def fill(self) -> None:
        """Have no room left in the line towards the far end, which reads nothing."""
        self.reads = False
        os.set_blocking(self.near, False)
        try:
            while True:
                os.write(self.near, b"." * 512)
        except BlockingIOError:
            os.set_blocking(self.near, True)

    def close(self) -> None:
        self.unplug()

    def _work(self) -> None:
        while not self._stop.wait(0.01):
            received = b""
            if self.reads and select.select([self.far], [], [], 0)[0]:
                received = os.read(self.far, 4096)
            answer = self.manners(received)
            if answer:
                self.write(answer)


def on_every_byte(manners: Callable[[bytes], bytes]) -> Manners:
    return lambda received: manners(received) if received else b""


def other_nonsense_each_time() -> Manners:
    numbers = itertools.count()
    return on_every_byte(lambda _received: b"nonsense %d\r" % next(numbers))


def serial_options(cable: Cable) -> dict[str, Any]:
    """A pseudo-terminal has no parity bits."""
    return {"port": cable.port, "data_bits": 8, "parity": "none"}
