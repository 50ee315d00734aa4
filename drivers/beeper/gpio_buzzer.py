"""An active buzzer (one that hums by itself when it has power) on a GPIO pin of the Raspberry Pi.

Wiring: a pin gives 16 mA at most, which is enough for small piezo buzzers of 3.3 V; anything louder needs a transistor
between the pin and the buzzer, and its own 5 V. Plus to the pin (or the transistor), minus to ground.
"""

from typing import Annotated, Any

import gpiozero
import msgspec

from drivers import _gpio
from drivers._clock import Clock, MonotonicClock
from drivers.beeper import BAD_MS, GOOD_MS, PAUSE_MS, length_ms

__all__ = ["Driver", "Options"]


class Options(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The pin by its BCM number; `active_high` false for a buzzer that hums at low level."""

    pin: Annotated[int, msgspec.Meta(ge=0, le=63)]
    active_high: bool = True


class Driver:
    """A buzzer on a pin. See `drivers.beeper.Beeper`."""

    def __init__(self, options: Options, clock: Clock | None = None) -> None:
        """Touch no pin yet. `clock` is the machine's unless a test brings its own."""
        self.label = f"GPIO{options.pin}"
        self._options = options
        self._clock = clock or MonotonicClock()
        self._pin: Any = None

    def beep(self, *, good: bool, timeout_ms: int) -> None:
        """Hum once or twice; see `Beeper.beep`."""
        if timeout_ms < length_ms(good=good):
            message = f"timeout_ms {timeout_ms}: expected {length_ms(good=good)} or more"
            raise ValueError(message)
        self.look(timeout_ms)
        try:
            if good:
                self._hum(GOOD_MS)
            else:
                self._hum(BAD_MS)
                self._clock.sleep_ms(PAUSE_MS)
                self._hum(BAD_MS)
        except _gpio.troubles() as trouble:
            raise _gpio.why(self.label, trouble) from trouble

    def look(self, timeout_ms: int) -> None:
        """Claim the pin, silent; see `Beeper.look`."""
        del timeout_ms  # a pin is claimed at once or not at all
        if self._pin is not None:
            return
        try:
            self._pin = gpiozero.DigitalOutputDevice(
                self._options.pin,
                active_high=self._options.active_high,
                initial_value=False,
                pin_factory=_gpio.header_pins(self.label),
            )
        except _gpio.troubles() as trouble:
            raise _gpio.why(self.label, trouble) from trouble

    def close(self) -> None:
        """Silent, and the pin is free."""
        if self._pin is not None:
            self._pin.close()
            self._pin = None

    def _hum(self, duration_ms: int) -> None:
        self._pin.on()
        try:
            self._clock.sleep_ms(duration_ms)
        finally:
            self._pin.off()
