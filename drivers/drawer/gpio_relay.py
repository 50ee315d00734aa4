"""Cash drawers on a GPIO pin of the Raspberry Pi, by a relay or a transistor.

Wiring of a usual 24 V drawer with an RJ12 plug (6P6C, numbered as in Citizen's manuals):

    1  frame ground
    2  coil, driven side           to the relay's contact, and through it to ground
    3  open/close switch           to `sense_pin`, which has a pull-up (see `_sense.py`)
    4  +24 V                       from a supply that can give 1 A
    5  second drawer's coil        leave it alone
    6  ground                      of the 24 V supply and of the Raspberry Pi

A relay board with an optocoupler keeps the 24 V off the Pi. A diode across the coil (1N4007, its
ring to +24 V) takes the spike when the contact opens. A resistor of 10 kOhm from the driver's input
to its off level keeps the drawer shut while the Pi starts.

What software cannot promise: Raspberry Pi kernels leave a pin as it was when the program that held
it dies, so a crash in the middle of a pulse would leave the coil on. The driver `led_pulse` lets the
kernel end the pulse and is the safer one. For this one put `dtparam=strict_gpiod` into
`/boot/firmware/config.txt`, which makes pins inputs again when they are released
(raspberrypi/linux PR 6117 and 6150, `pinctrl_bcm2835.persist_gpio_outputs`), and believe only a
monostable or a fuse to protect the coil.
"""

from typing import Annotated, Any

import gpiozero
import msgspec

from drivers import _gpio
from drivers._clock import Clock, MonotonicClock
from drivers.drawer import DrawerResting, means_open
from drivers.drawer._sense import Pin, Sense, check_rest, check_sense

__all__ = ["Driver", "Options"]


class Options(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Pins by their BCM numbers, and the pulse.

    `pulse_ms` is at most 300: drawers allow about 500. `rest_ms` is at least four times as long,
    and a second. `sense_open_high` says which level of the switch means open; learn it by looking.
    """

    pin: Pin
    active_high: bool = True
    pulse_ms: Annotated[int, msgspec.Meta(ge=20, le=300)] = 150
    rest_ms: Annotated[int, msgspec.Meta(ge=1000, le=60_000)] = 1200
    sense_pin: Pin | None = None
    sense_open_high: bool | None = None

    def __post_init__(self) -> None:
        """Refuse what msgspec cannot see. Each sentence begins with the key that it is about."""
        check_rest(self.pulse_ms, self.rest_ms)
        if self.sense_pin == self.pin:
            message = f"sense_pin is {self.sense_pin}: expected another pin than the coil's"
            raise ValueError(message)
        check_sense(self.sense_pin, self.sense_open_high)


class Driver:
    """A drawer on a pin. See `drivers.drawer.Drawer`.

    Making it claims the pins and drives the coil's off at once, so that no start-up level can open
    or burn anything; it may raise `DeviceAbsent`, `DeviceBusy` or `DeviceRefused`.
    """

    def __init__(self, options: Options, clock: Clock | None = None) -> None:
        """Claim the pins, coil off. `clock` is the machine's unless a test brings its own."""
        self.label = f"GPIO{options.pin}"
        self._options = options
        self._clock = clock or MonotonicClock()
        self._cool_at_ms = self._clock.now_ms()
        self._sense: Sense | None = None
        factory = _gpio.header_pins(self.label)
        try:
            self._coil: Any = gpiozero.DigitalOutputDevice(
                options.pin,
                active_high=options.active_high,
                initial_value=False,
                pin_factory=factory,
            )
        except _gpio.troubles() as trouble:
            raise _gpio.why(self.label, trouble) from trouble
        if options.sense_pin is not None:
            try:
                self._sense = Sense(self.label, options.sense_pin)
            except BaseException:
                self.close()
                raise

    def kick(self, timeout_ms: int) -> None:
        """Give one pulse; blocks for `pulse_ms`, which `timeout_ms` must allow.

        Raises `DrawerResting`, and `DeviceRefused` when the pin does not obey.
        """
        if timeout_ms < self._options.pulse_ms:
            message = (
                f"timeout_ms {timeout_ms}: expected the pulse, {self._options.pulse_ms}, or more"
            )
            raise ValueError(message)
        wait_ms = self._cool_at_ms - self._clock.now_ms()
        if wait_ms > 0:
            raise DrawerResting(wait_ms=wait_ms)
        try:
            self._pulse()
        except _gpio.troubles() as trouble:
            raise _gpio.why(self.label, trouble) from trouble

    def is_open(self, timeout_ms: int) -> bool | None:
        """What the switch says, or nothing without `sense_pin` or `sense_open_high`."""
        return means_open(self.level(timeout_ms), self._options.sense_open_high)

    def level(self, timeout_ms: int) -> bool | None:
        """The bare level of `sense_pin`, or nothing without one."""
        del timeout_ms
        return None if self._sense is None else self._sense.level()

    def close(self) -> None:
        """Coil off, pins free again in this program; lgpio keeps them from others until it ends."""
        if not self._coil.closed:
            self._coil.off()
        self._coil.close()
        if self._sense is not None:
            self._sense.close()

    def _pulse(self) -> None:
        try:
            self._coil.on()
            self._clock.sleep_ms(self._options.pulse_ms)
        finally:
            # Whatever happens, a signal to stop included: the coil goes off.
            try:
                self._coil.off()
            finally:
                self._cool_at_ms = self._clock.now_ms() + self._options.rest_ms
