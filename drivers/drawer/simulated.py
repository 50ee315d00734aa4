"""A cash drawer without a drawer, for the demo's bench panel and for tests.

`push_shut` and `pull_open` are the cashier's hand (and the key), `jam` makes the drawer stay shut
when it is kicked. The levers may be pulled by any thread.
"""

import threading

import msgspec

from drivers import DeviceAbsent

__all__ = ["Driver", "Options"]


class Options(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What it is called, and whether it has a switch that tells if it is open."""

    label: str = "simulated drawer"
    has_switch: bool = True


class Driver:
    """A drawer that springs open by a method. See `drivers.drawer.Drawer`."""

    def __init__(self, options: Options) -> None:
        """Start shut and plugged in."""
        self.label = options.label
        self._has_switch = options.has_switch
        self._lock = threading.Lock()
        self._is_opened = False
        self._is_jammed = False
        self._is_plugged = True
        self._kicks = 0

    # ------------------------------------------------------------------ the levers, for any thread

    @property
    def opened(self) -> bool:
        """Whether it stands open, switch or not."""
        return self._is_opened

    @property
    def kicks(self) -> int:
        """How many pulses it was given."""
        return self._kicks

    def push_shut(self) -> None:
        """Push it shut."""
        with self._lock:
            self._is_opened = False

    def pull_open(self) -> None:
        """Open it by the key, without a pulse."""
        with self._lock:
            self._is_opened = True

    def jam(self) -> None:
        """Wedge it: pulses do nothing until `clear_jam`."""
        with self._lock:
            self._is_jammed = True

    def clear_jam(self) -> None:
        """Free it."""
        with self._lock:
            self._is_jammed = False

    def unplug(self) -> None:
        """Pull the cable."""
        with self._lock:
            self._is_plugged = False

    def plug(self) -> None:
        """Put the cable back in."""
        with self._lock:
            self._is_plugged = True

    # ------------------------------------------------------------------ the driver

    def kick(self, timeout_ms: int) -> None:
        """Spring open, unless it is jammed. Takes no time. Raises `DeviceAbsent`."""
        del timeout_ms
        with self._lock:
            self._check_cable()
            self._kicks += 1
            self._is_opened = self._is_opened or not self._is_jammed

    def is_open(self, timeout_ms: int) -> bool | None:
        """What the switch says, or nothing if it has none. Raises `DeviceAbsent`."""
        del timeout_ms
        with self._lock:
            self._check_cable()
            return self._is_opened if self._has_switch else None

    def close(self) -> None:
        """Nothing to let go of."""

    def _check_cable(self) -> None:
        if not self._is_plugged:
            raise DeviceAbsent(device=self.label)
