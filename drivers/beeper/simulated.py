"""A beeper that is not there: it counts."""

import threading

import msgspec

from drivers import DeviceAbsent
from drivers.beeper import length_ms

__all__ = ["Driver", "Options"]

_MOST: int = 1000


class Options(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What it is called, and whether its cable is in at the start."""

    label: str = "simulated beeper"
    plugged: bool = True


class Driver:
    """Keeps what was beeped. See `drivers.beeper.Beeper`; any thread may pull the levers."""

    def __init__(self, options: Options) -> None:
        """Nothing was beeped yet."""
        self.label = options.label
        self._lock = threading.Lock()
        self._plugged = options.plugged
        self._beeps: list[bool] = []

    @property
    def beeps(self) -> tuple[bool, ...]:
        """What was beeped: True for each good beep, False for each bad one; the newest thousand."""
        with self._lock:
            return tuple(self._beeps)

    def beep(self, *, good: bool, timeout_ms: int) -> None:
        """Count a beep, at once."""
        if timeout_ms < length_ms(good=good):
            message = f"timeout_ms {timeout_ms}: expected {length_ms(good=good)} or more"
            raise ValueError(message)
        self.look(timeout_ms)
        with self._lock:
            self._beeps = [*self._beeps[1 - _MOST :], good]

    def look(self, timeout_ms: int) -> None:
        """Whether the cable is in."""
        del timeout_ms
        with self._lock:
            if not self._plugged:
                raise DeviceAbsent(device=self.label)

    def close(self) -> None:
        """Nothing is held."""

    def plug(self) -> None:
        """Put the cable back."""
        with self._lock:
            self._plugged = True

    def unplug(self) -> None:
        """Pull the cable."""
        with self._lock:
            self._plugged = False
