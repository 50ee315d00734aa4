"""A second screen, towards the customer, drawn by a program of its own (`open-pos customer`).

Wiring: the second HDMI socket. The driver listens on a Unix socket and tells every viewer there is
the newest state, as one line of JSON; `_screen_line` shows the format. The viewer holds nothing, and
may crash, hang, be killed or be started late: it is told everything with the next `show`.

Nothing here waits. A viewer that hangs (nothing read for three seconds, or a full buffer) is hung up
on, and may call again. While nobody is connected, `show` says that the display is absent.
"""

import contextlib
import errno
import fcntl
import os
import socket
import stat
import struct
import termios
from pathlib import Path
from typing import Annotated, Final

import msgspec

from drivers import DeviceBusy, DeviceRefused, DeviceSilent
from drivers._clock import Clock, MonotonicClock
from drivers.display import Shown, ViewerNotRunning
from drivers.display._screen_line import LONGEST_PATH, default_path, encode

__all__ = ["Driver", "Options"]

_MOST_VIEWERS: Final = 4
_PATIENCE_MS: Final = 3000


class Options(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How the viewer shows it, and where it finds us.

    `monitor`: which display, as xrandr counts from 0; the till's own is 0. `picture`: a file shown
    between sales. `path` of the socket; empty: `$XDG_RUNTIME_DIR/open-pos-customer.sock`, or
    `/run/open-pos/customer.sock` without such a folder.
    """

    monitor: Annotated[int, msgspec.Meta(ge=0, le=7)] = 1
    picture: str = ""
    dark: bool = False
    path: str = ""

    def __post_init__(self) -> None:
        """Refuse a path that cannot be a socket's. The sentence begins with the key."""
        if self.path and not self.path.startswith("/"):
            raise ValueError(f"path {self.path!r} must begin with '/'")
        if "\0" in self.path or len(os.fsencode(self.path)) > LONGEST_PATH:
            raise ValueError(f"path {self.path!r} must be at most {LONGEST_PATH} bytes long")
        if self.picture and not self.picture.startswith("/"):
            raise ValueError(f"picture {self.picture!r} must begin with '/'")


class _Viewer:
    """A program that is connected, and since when it has left something unread."""

    def __init__(self, connection: socket.socket) -> None:
        self.connection = connection
        self.unread_since_ms: int | None = None

    def hangs(self, now_ms: int) -> bool:
        """Whether it has not read to the end for too long."""
        # SIOCOUTQ, which is TIOCOUTQ: what the other end has not read yet (unix(7), tcp(7)).
        answer = fcntl.ioctl(self.connection, termios.TIOCOUTQ, struct.pack("i", 0))
        if struct.unpack("i", answer) == (0,):
            self.unread_since_ms = None
        return self.unread_since_ms is not None and now_ms - self.unread_since_ms > _PATIENCE_MS

    def tell(self, line: bytes, now_ms: int) -> bool:
        """Whether it took the whole line at once. Raises `OSError` if it is gone."""
        if self.unread_since_ms is None:
            self.unread_since_ms = now_ms
        flags = socket.MSG_DONTWAIT | socket.MSG_NOSIGNAL
        try:
            return self.connection.send(line, flags) == len(line)
        except BlockingIOError:
            return False


class Driver:
    """A second screen. See `drivers.display.Display`."""

    def __init__(self, options: Options, clock: Clock | None = None) -> None:
        """Listen to nothing yet. `clock` is the machine's unless a test brings its own."""
        self._path = Path(options.path) if options.path else default_path()
        self.label = str(self._path)
        self._clock = clock or MonotonicClock()
        self._listener: socket.socket | None = None
        self._listens_at: tuple[int, int] | None = None
        self._viewers: list[_Viewer] = []

    def show(self, shown: Shown, timeout_ms: int) -> None:
        """Tell every viewer; takes no time. See `Display.show`."""
        del timeout_ms
        line = encode(shown)
        self._welcome(self._listening())
        hung = [viewer for viewer in self._viewers if not self._tell(viewer, line)]
        for viewer in hung:
            self._drop(viewer)
        if self._viewers:
            return
        if hung:
            raise DeviceSilent(device=self.label, why="takes no data")
        raise ViewerNotRunning(device=self.label)

    def close(self) -> None:
        """Hang up on everybody and take the socket away."""
        for viewer in tuple(self._viewers):
            self._drop(viewer)
        listener, self._listener = self._listener, None
        if listener is not None:
            listener.close()
            if _place(self._path) == self._listens_at:
                with contextlib.suppress(OSError):
                    self._path.unlink()

    def _tell(self, viewer: _Viewer, line: bytes) -> bool:
        """Whether all is well with it; one that has hung up is forgotten, which is well, too.

        What it says is left unread: that fills a buffer of its own, and none of ours.
        """
        now_ms = self._clock.now_ms()
        try:
            return not viewer.hangs(now_ms) and viewer.tell(line, now_ms)
        except OSError:
            self._drop(viewer)
            return True

    def _drop(self, viewer: _Viewer) -> None:
        viewer.connection.close()
        self._viewers = [other for other in self._viewers if other is not viewer]

    def _welcome(self, listener: socket.socket) -> None:
        """Let in who has called since. More than a few at once are sent away."""
        for _ in range(2 * _MOST_VIEWERS):
            try:
                connection, _address = listener.accept()
            except OSError:
                return
            if len(self._viewers) < _MOST_VIEWERS:
                self._viewers.append(_Viewer(connection))
            else:
                connection.close()

    def _listening(self) -> socket.socket:
        """The socket on which viewers call, made anew if somebody has cleared its file away."""
        if self._listener is not None and _place(self._path) == self._listens_at:
            return self._listener
        if self._listener is not None:
            self._listener.close()
            self._listener = None
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_NONBLOCK)
        try:
            self._bind(listener)
            # Nobody can connect before `listen`, so nobody slips in before the mode is set.
            self._path.chmod(0o600)
            listener.listen(_MOST_VIEWERS)
        except OSError as trouble:
            listener.close()
            raise DeviceRefused(device=self.label, why=str(trouble)) from trouble
        except BaseException:
            listener.close()
            raise
        self._listener, self._listens_at = listener, _place(self._path)
        return listener

    def _bind(self, listener: socket.socket) -> None:
        try:
            listener.bind(self.label)
        except OSError as trouble:
            if trouble.errno != errno.EADDRINUSE:
                raise
            _clear_away(self._path)
            listener.bind(self.label)


def _clear_away(path: Path) -> None:
    """Remove a socket that a till left behind when it was killed. Raises `DeviceBusy`, `DeviceRefused`."""
    if not stat.S_ISSOCK(path.lstat().st_mode):
        raise DeviceRefused(device=str(path), why="there is a file of this name that is no socket")
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_NONBLOCK) as caller:
        try:
            caller.connect(str(path))
        except ConnectionRefusedError:
            path.unlink()
        except BlockingIOError as trouble:
            raise DeviceBusy(device=str(path)) from trouble
        else:
            raise DeviceBusy(device=str(path))


def _place(path: Path) -> tuple[int, int] | None:
    """Which file stands at `path`; nothing if there is none."""
    try:
        status = path.lstat()
    except OSError:
        return None
    return status.st_dev, status.st_ino
