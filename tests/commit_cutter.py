"""A proxy between the program and MariaDB that cuts connections when a COMMIT passes.

It reads the client's packets (https://mariadb.com/kb/en/0-packet/): three bytes of length, one of sequence, then a
command, `\\x03` for a query followed by its text. It could not if they were encrypted, which MariaDB offers by itself
since 11.4: that offer is taken out of its greeting (https://mariadb.com/kb/en/connection/#initial-handshake-packet).
"""

import contextlib
import socket
import struct
import threading
from typing import Final

_QUERY: Final = 3
_HEAD: Final = 4
_OFFERS_TLS: Final = 0x0800
_BEHIND_VERSION: Final = 4 + 8 + 1
"""Bytes between the version's end and the offers: the connection's number, the first part of the scramble, a zero."""


class Cutter:
    """Listens on `port` of loopback and hands on to `target`. `cuts` says what becomes of the next commits.

    `before`: the COMMIT never reaches the server. `after`: it does, and its answer is lost. `silent`: so it is, and the
    connection stays open without a word. `late`: the connection is cut, and the COMMIT reaches the server only when
    `let_go` is set. An empty text lets one commit through. With `closes_at_cut` nobody is let in after a cut.
    """

    def __init__(self, target: int) -> None:
        """Begin to listen."""
        self.cuts: list[str] = []
        self.commits = 0
        self.closes_at_cut = False
        self.let_go = threading.Event()
        self._target = target
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: Final = int(self._listener.getsockname()[1])
        self._open: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """Cut everything."""
        self.let_go.set()
        for each in (self._listener, *self._open):
            _cut(each)

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                try:
                    server = socket.create_connection(("127.0.0.1", self._target), 5)
                except OSError:
                    _cut(client)
                    continue
                server.settimeout(None)
                self._open += [client, server]
                pair = _Pair(self, client, server)
                threading.Thread(target=pair.up, daemon=True).start()
                threading.Thread(target=pair.down, daemon=True).start()


class _Pair:
    def __init__(self, cutter: Cutter, client: socket.socket, server: socket.socket) -> None:
        self._cutter, self._client, self._server = cutter, client, server
        self._mute = False
        self._answered = threading.Event()

    def up(self) -> None:
        with contextlib.suppress(OSError, EOFError):
            while True:
                packet = self._packet()
                if packet[_HEAD:] == bytes([_QUERY]) + b"COMMIT":
                    self._cutter.commits += 1
                    cut = self._cutter.cuts.pop(0) if self._cutter.cuts else ""
                    if cut and not self._commit(packet, cut):
                        break
                    if cut:
                        continue
                self._server.sendall(packet)
        _cut(self._client)
        _cut(self._server)

    def down(self) -> None:
        with contextlib.suppress(OSError):
            self._client.sendall(_without_tls(self._server.recv(1 << 16)))
            while data := self._server.recv(1 << 16):
                self._answered.set()
                if not self._mute:
                    self._client.sendall(data)
        if not self._mute:
            _cut(self._client)

    def _commit(self, packet: bytes, cut: str) -> bool:
        """Whether the connection stays open."""
        if cut == "before":
            return False
        self._mute = True
        self._answered.clear()
        if cut == "late":
            _cut(self._client)
            self._cutter.let_go.wait(30)
        self._server.sendall(packet)
        self._answered.wait(10)
        if self._cutter.closes_at_cut:
            self._cutter.close()
        return cut == "silent"

    def _packet(self) -> bytes:
        head = self._exactly(_HEAD)
        (length,) = struct.unpack("<I", head[:3] + b"\0")
        return head + self._exactly(length)

    def _exactly(self, count: int) -> bytes:
        found = b""
        while len(found) < count:
            more = self._client.recv(count - len(found))
            if not more:
                raise EOFError
            found += more
        return found


def _without_tls(greeting: bytes) -> bytes:
    """The server's first packet without the offer to encrypt. It is short and comes whole."""
    version_end = greeting.find(b"\0", _HEAD + 1)
    if version_end < 0:
        return greeting
    at = version_end + 1 + _BEHIND_VERSION
    (offers,) = struct.unpack_from("<H", greeting, at)
    return greeting[:at] + struct.pack("<H", offers & ~_OFFERS_TLS) + greeting[at + 2 :]


def _cut(one: socket.socket) -> None:
    with contextlib.suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)
    with contextlib.suppress(OSError):
        one.close()
