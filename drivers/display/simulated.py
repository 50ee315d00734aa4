"""A customer display without a display, for the demo's bench panel and for tests.

It is a pole display of two rows that also remembers everything it was told. The levers may be
pulled by any thread.
"""

import threading

import msgspec

from drivers import DeviceAbsent
from drivers.display import Shown
from drivers.display._rows import rows

__all__ = ["Driver", "Options"]

_COLUMNS, _ROWS = 20, 2


class Options(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What it is called, and whether its cable is in at the start."""

    label: str = "simulated display"
    plugged: bool = True


class Driver:
    """A display that is looked at by a method. See `drivers.display.Display`."""

    def __init__(self, options: Options) -> None:
        """Start dark."""
        self.label = options.label
        self._lock = threading.Lock()
        self._is_plugged = options.plugged
        self._shown: Shown | None = None

    # ------------------------------------------------------------------ the levers, for any thread

    @property
    def is_plugged(self) -> bool:
        """Whether the cable is in."""
        return self._is_plugged

    @property
    def shown(self) -> Shown | None:
        """What is on it now; nothing while it is dark."""
        return self._shown

    def rendered(self) -> str:
        """What can be read on it now: two rows of twenty characters, blank while it is dark."""
        shown = self._shown or Shown(state="idle")
        return "\n".join(rows(shown, _COLUMNS, _ROWS, _can_show))

    def unplug(self) -> None:
        """Pull the cable: it goes dark."""
        with self._lock:
            self._is_plugged = False
            self._shown = None

    def plug(self) -> None:
        """Put the cable back in. It stays dark until it is told what to show."""
        with self._lock:
            self._is_plugged = True

    # ------------------------------------------------------------------ the driver

    def show(self, shown: Shown, timeout_ms: int) -> None:
        """Show `shown`. Takes no time. Raises `DeviceAbsent`."""
        del timeout_ms
        with self._lock:
            if not self._is_plugged:
                raise DeviceAbsent(device=self.label)
            self._shown = shown

    def close(self) -> None:
        """Nothing to let go of."""


def _can_show(character: str) -> bool:
    try:
        return len(character.encode("CP858")) == 1
    except UnicodeEncodeError:
        return False
