"""The switch in a drawer, on a pin of the Raspberry Pi, and what its level means.

Wiring: the switch between the pin and ground; the Pi's own pull-up holds the pin high while the
switch is open. Makers do not agree whether the switch is open or shut in an open drawer, so the
polarity is learnt by looking at both, never assumed.
"""

from typing import Annotated, Any

import gpiozero
import msgspec

from drivers import _gpio

Pin = Annotated[int, msgspec.Meta(ge=0, le=63)]


class Sense:
    """The level of one pin, pulled up."""

    def __init__(self, device: str, pin: int) -> None:
        """Claim the pin for `device`. Raises `DeviceAbsent`, `DeviceBusy`, `DeviceRefused`."""
        self._device = device
        factory = _gpio.header_pins(device)
        try:
            self._pin: Any = gpiozero.DigitalInputDevice(pin, pull_up=True, pin_factory=factory)
        except _gpio.troubles() as trouble:
            raise _gpio.why(device, trouble) from trouble

    def level(self) -> bool:
        """Whether the pin is high. Raises `DeviceRefused`."""
        try:
            # gpiozero calls a pulled-up pin active when it is low.
            return not self._pin.is_active
        except _gpio.troubles() as trouble:
            raise _gpio.why(self._device, trouble) from trouble

    def close(self) -> None:
        """Free the pin. Twice is no mistake."""
        self._pin.close()


def check_sense(sense_pin: int | None, sense_open_high: bool | None) -> None:  # noqa: FBT001 - an option
    """Refuse a polarity without a switch, by `ValueError`. The sentence begins with the key."""
    if sense_pin is None and sense_open_high is not None:
        message = f"sense_open_high is {sense_open_high}: expected a sense_pin with it"
        raise ValueError(message)


def check_rest(pulse_ms: int, rest_ms: int) -> None:
    """Refuse a rest in which the coil does not cool, by `ValueError`.

    Makers allow ON / (ON + OFF) <= 0.2 (Citizen iDP manuals).
    """
    least = 4 * pulse_ms
    if rest_ms < least:
        message = f"rest_ms is {rest_ms}: expected {least} or more for this pulse_ms"
        raise ValueError(message)
