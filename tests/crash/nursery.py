"""Registers that start at once: a process that has the program in memory and forks a child for each register.

Starting Python and importing the program takes longer than most registers in these tests live. So the nursery does it
once; a child then is `open-pos play - --store DIR` in every respect, with pipes for its standard input and output.

    python -m tests.crash.nursery SOCKET

takes requests on the inherited UNIX socket number SOCKET: the store's folder as text, with two file descriptors. The
answer is a descriptor of the child's process (pidfd), by which it is killed and awaited, and never another that was
given the same number.
"""

import os
import select
import signal
import socket
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Self

_REPOSITORY = Path(__file__).resolve().parents[2]
_LONGEST = 4096
_PATIENCE_S = 60


class Nursery:
    """The parent's end."""

    def __enter__(self) -> Self:
        """Start the nursery's process."""
        self._socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.crash.nursery", str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                cwd=_REPOSITORY,
            )
        self._socket.settimeout(_PATIENCE_S)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        why: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End it; its children have been killed."""
        self._socket.close()
        self._process.wait(_PATIENCE_S)

    def start(self, store: Path) -> "Till":
        """Begin to play on a store."""
        said, answered = os.pipe(), os.pipe()
        socket.send_fds(self._socket, [str(store).encode()], [said[0], answered[1]])
        os.close(said[0])
        os.close(answered[1])
        _, (child,), _, _ = socket.recv_fds(self._socket, _LONGEST, 1)
        return Till(child, said[1], answered[0])


class Till:
    """A register in a process of its own."""

    def __init__(
        self, process: int, said: int, answered: int, child: subprocess.Popen[bytes] | None = None
    ) -> None:
        """Take over the three descriptors; `child` where it is one of this very process."""
        self._child = child
        self._process = process
        self._said = said
        self._answered = answered
        self._unread = b""
        self._heard: list[bytes] = []

    def say(self, text: bytes) -> None:
        """Write a line to its standard input. It may have been killed already.

        Where it is behind with its input, what it prints is read meanwhile: with both pipes full, each end would wait
        for the other for ever.
        """
        while not (ready := select.select([self._answered], [self._said], []))[1]:
            assert ready[0]
            self._heard += self._read()
        os.write(self._said, text)

    def hear(self, timeout_s: float) -> list[bytes]:
        """The lines that it has printed since, waiting at most so long for the first."""
        if not self._heard and select.select([self._answered], [], [], max(0.0, timeout_s))[0]:
            self._heard += self._read()
        heard, self._heard = self._heard, []
        return heard

    def kill(self) -> list[bytes]:
        """SIGKILL. Returns what it had printed before, when nothing of it is left."""
        signal.pidfd_send_signal(self._process, signal.SIGKILL)
        assert select.select([self._process], [], [], _PATIENCE_S)[0], "does not die"
        heard, self._heard = self._heard, []
        while read := os.read(self._answered, 1 << 16):
            heard += self._lines(read)
        for descriptor in (self._process, self._said, self._answered):
            os.close(descriptor)
        if self._child is not None:
            self._child.wait(_PATIENCE_S)
        return heard

    def _read(self) -> list[bytes]:
        read = os.read(self._answered, 1 << 16)
        assert read, "the register ended by itself"
        return self._lines(read)

    def _lines(self, read: bytes) -> list[bytes]:
        *lines, self._unread = (self._unread + read).split(b"\n")
        return lines


def start_alone(store: Path) -> Till:
    """The same as a program of its own, which needs a second to begin."""
    said, answered = os.pipe(), os.pipe()
    process = subprocess.Popen(
        [sys.executable, "-m", "appliance", "play", "-", "--store", store],
        stdin=said[0],
        stdout=answered[1],
        cwd=_REPOSITORY,
    )
    os.close(said[0])
    os.close(answered[1])
    return Till(os.pidfd_open(process.pid), said[1], answered[0], process)


def serve(requests: socket.socket) -> None:
    """Fork children until the parent closes the socket."""
    from appliance.__main__ import main

    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for them but by their pidfd
    while True:
        store, descriptors, _, _ = socket.recv_fds(requests, _LONGEST, 2)
        if not store:
            return
        child = os.fork()
        if child == 0:
            requests.close()
            for target, given in enumerate(descriptors):
                os.dup2(given, target)
                os.close(given)
            sys.stdin = os.fdopen(0, encoding="utf-8")
            sys.stdout = os.fdopen(1, "w", encoding="utf-8")
            os._exit(main(["play", "-", "--store", store.decode()]))
        process = os.pidfd_open(child)
        socket.send_fds(requests, [b"born"], [process])
        for descriptor in (*descriptors, process):
            os.close(descriptor)


if __name__ == "__main__":
    with socket.socket(fileno=int(sys.argv[1])) as given_socket:
        serve(given_socket)
