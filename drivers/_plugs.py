"""What udev says of plugging and unplugging, for drivers that find their device again by themselves."""

import contextlib
from typing import Any, Final

import msgspec
import pyudev


class Change(msgspec.Struct, frozen=True):
    """A device came, went or changed. `sys_path` is its path in sysfs, which no other plug ever has."""

    action: str
    node: str
    sys_path: str


class Plugs:
    """Listens to udev between `open` and `close`. Without udev's socket nothing is heard: looking now and then must do.

    The kernel loses what nobody fetches. So it is open only while somebody asks.
    """

    def __init__(self, *subsystems: str) -> None:
        """Listen to nothing yet, and later to what concerns these subsystems of the kernel."""
        self._subsystems: Final = subsystems
        self._monitor: Any = None

    def open(self) -> None:
        """Listen from now on, with nothing heard. What was not fetched is forgotten."""
        self._monitor = None
        with contextlib.suppress(OSError):
            monitor = pyudev.Monitor.from_netlink(pyudev.Context())
            for subsystem in self._subsystems:
                monitor.filter_by(subsystem)
            monitor.start()
            self._monitor = monitor

    def close(self) -> None:
        """Listen no more. Twice is no mistake."""
        # Its socket is closed when nobody has it any more; there is no other way.
        self._monitor = None

    def fileno(self) -> int:
        """What to give to `poll`; -1 where nothing is listened to."""
        return -1 if self._monitor is None else int(self._monitor.fileno())

    def heard(self) -> tuple[Change, ...] | None:
        """What happened since the last question; None where some of it was lost, so that one must look oneself.

        Never blocks.
        """
        changes = []
        try:
            while (
                self._monitor is not None and (device := self._monitor.poll(timeout=0)) is not None
            ):
                changes.append(Change(device.action, device.device_node or "", device.sys_path))
        except OSError:
            # ENOBUFS, most likely: there was more than the socket holds. Begin anew with an empty one.
            self.open()
            return None
        return tuple(changes)
