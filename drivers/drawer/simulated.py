"""A cash drawer without a drawer, for the demo's bench panel and for tests.

`push_shut` and `pull_open` are the cashier's hand (and the key), `jam` makes the drawer stay shut
when it is kicked, `bounce` makes its switch chatter and `cut_switch` breaks the switch's wire. The
levers may be pulled by any thread.
"""

import threading

import msgspec

from drivers import DeviceAbsent
from drivers.drawer import means_open

__all__ = ["Driver", "Options"]


class Options(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What it is called, whether it has a switch, how that is built, and whether that was learnt.

    `switch_open_high` is the level of the switch in the open drawer, which a real drawer tells
    nobody; `sense_open_high` is what the register believes, or nothing before it was learnt. Where
    the two differ, it was learnt wrongly.
    """

    label: str = "simulated drawer"
    has_switch: bool = True
    switch_open_high: bool = True
    sense_open_high: bool | None = True


class Driver:
    """A drawer that springs open by a method. See `drivers.drawer.Drawer`."""

    def __init__(self, options: Options) -> None:
        """Start shut and plugged in."""
        self.label = options.label
        self._options = options
        self._lock = threading.Lock()
        self._is_opened = False
        self._is_jammed = False
        self._is_plugged = True
        self._is_cut = False
        self._chattering_looks = 0
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

    def bounce(self, times: int) -> None:
        """Let the switch chatter: the next look is wrong, then one right and one wrong in turn, `times` wrong."""
        with self._lock:
            self._chattering_looks = max(0, 2 * times - 1)

    def cut_switch(self) -> None:
        """Break the switch's wire: a pull-up makes it high for good."""
        with self._lock:
            self._is_cut = True

    def mend_switch(self) -> None:
        """Mend the switch's wire."""
        with self._lock:
            self._is_cut = False

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
        """What the switch says, or nothing if it has none or was not learnt. Raises `DeviceAbsent`."""
        return means_open(self.level(timeout_ms), self._options.sense_open_high)

    def level(self, timeout_ms: int) -> bool | None:
        """The bare level of the switch, or nothing if it has none. Raises `DeviceAbsent`."""
        del timeout_ms
        with self._lock:
            self._check_cable()
            if not self._options.has_switch:
                return None
            level = self._is_cut or self._is_opened is self._options.switch_open_high
            is_wrong = self._chattering_looks % 2 == 1
            self._chattering_looks = max(0, self._chattering_looks - 1)
            return level is not is_wrong

    def close(self) -> None:
        """Nothing to let go of."""

    def _check_cable(self) -> None:
        if not self._is_plugged:
            raise DeviceAbsent(device=self.label)
