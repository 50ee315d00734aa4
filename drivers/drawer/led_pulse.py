"""Cash drawers on a GPIO pin that the kernel calls an LED: the kernel itself ends the pulse.

The safer way to drive a relay. A program that dies in the middle of a pulse leaves the coil of
`gpio_relay` on; here the kernel's timer turns it off all the same. Only a kernel that stops dead in
these milliseconds can burn the coil, and against that a monostable or a fuse helps.

Wiring: as in `gpio_relay.py`. Setting up, in `/boot/firmware/config.txt` (a low-active relay board
adds `,active_low=1`):

    dtoverlay=gpio-led,gpio=17,label=drawer,trigger=none

and for the user that runs the register the rule in `systemd/udev/70-open-pos.rules`.

The files of the trigger are born when it is chosen, and belong to root each time; therefore the
rule chooses it, and the driver leaves a choice that is right as it is.

Wire format: files in `/sys/class/leds/<led>` (`Documentation/leds/ledtrig-transient.rst` of the
kernel): `transient` to `trigger`, the milliseconds to `duration`, 1 to `state`, 1 to `activate`. The
kernel puts the LED to `state`, back after `duration`, and 0 into `activate`. While one pulse runs,
another 1 is ignored, so no pulse gets longer; a 0 ends it at once.
"""

import contextlib
import errno
import os
import re
from pathlib import Path
from typing import Annotated, Final

import msgspec

from drivers import DeviceAbsent, DeviceBusy, DeviceRefused, DeviceTrouble, NoPermission
from drivers._clock import Clock, MonotonicClock
from drivers.drawer import DrawerResting, means_open
from drivers.drawer._sense import Pin, Sense, check_rest, check_sense

__all__ = ["Driver", "Options"]

_LEDS: Final = Path("/sys/class/leds")
_TRIGGER: Final = "transient"
_LOOK_AGAIN_MS: Final = 10
_LATE_MS: Final = 200
"""A kernel timer counts in ticks of up to 10 ms, and a busy machine is a little late."""
_GONE: Final = frozenset({errno.ENOENT, errno.ENODEV, errno.ENXIO})


class Options(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The LED's name under `/sys/class/leds`, the pulse, and the drawer's switch as in `gpio_relay`."""

    led: Annotated[str, msgspec.Meta(pattern="^[^./][^/]*$", max_length=63)] = "drawer"
    pulse_ms: Annotated[int, msgspec.Meta(ge=20, le=300)] = 150
    rest_ms: Annotated[int, msgspec.Meta(ge=1000, le=60_000)] = 1200
    sense_pin: Pin | None = None
    sense_open_high: bool | None = None

    def __post_init__(self) -> None:
        """Refuse what msgspec cannot see. Each sentence begins with the key that it is about."""
        check_rest(self.pulse_ms, self.rest_ms)
        check_sense(self.sense_pin, self.sense_open_high)


class Driver:
    """A drawer on an LED's pin. See `drivers.drawer.Drawer`.

    Making it turns the LED off and looks whether it is; it may raise `DeviceAbsent`, `DeviceBusy`
    (the switch's pin) or `DeviceRefused`.
    """

    def __init__(self, options: Options, clock: Clock | None = None, root: Path = _LEDS) -> None:
        """Turn the LED off. `clock` is the machine's and `root` the kernel's unless a test says so."""
        self.label = f"LED {options.led}"
        self._options = options
        self._clock = clock or MonotonicClock()
        self._cool_at_ms = self._clock.now_ms()
        self._led = root / options.led
        self._sense: Sense | None = None
        self._prepare()
        if options.sense_pin is not None:
            self._sense = Sense(self.label, options.sense_pin)

    def kick(self, timeout_ms: int) -> None:
        """Give one pulse; blocks for `pulse_ms`, which `timeout_ms` must allow, and 200 ms at worst.

        Raises `DrawerResting`, `DeviceBusy` when another program's pulse runs, `DeviceAbsent`, and
        `DeviceRefused` when the LED does not obey.
        """
        options = self._options
        if timeout_ms < options.pulse_ms:
            message = f"timeout_ms {timeout_ms}: expected the pulse, {options.pulse_ms}, or more"
            raise ValueError(message)
        wait_ms = self._cool_at_ms - self._clock.now_ms()
        if wait_ms > 0:
            raise DrawerResting(wait_ms=wait_ms)
        if not (self._led / "activate").exists():
            # Somebody chose another trigger, or the LED was away.
            self._prepare()
        if self._read("activate") != "0":
            raise DeviceBusy(device=self.label)
        self._write("duration", options.pulse_ms)
        self._write("state", 1)
        try:
            self._write("activate", 1)
            self._clock.sleep_ms(options.pulse_ms)
            self._await_end(min(timeout_ms - options.pulse_ms, _LATE_MS))
        finally:
            # The kernel ends the pulse; an interrupted one may as well end at once.
            self._cool_at_ms = self._clock.now_ms() + options.rest_ms
            with contextlib.suppress(DeviceTrouble):
                self._write("activate", 0)

    def is_open(self, timeout_ms: int) -> bool | None:
        """What the switch says, or nothing without `sense_pin` or `sense_open_high`."""
        return means_open(self.level(timeout_ms), self._options.sense_open_high)

    def level(self, timeout_ms: int) -> bool | None:
        """The bare level of `sense_pin`, or nothing without one."""
        del timeout_ms
        return None if self._sense is None else self._sense.level()

    def close(self) -> None:
        """End a pulse that runs, free the switch's pin. Twice is no mistake."""
        with contextlib.suppress(DeviceTrouble):
            self._write("activate", 0)
        if self._sense is not None:
            self._sense.close()

    def _prepare(self) -> None:
        """The right trigger, and the LED off, whatever was before."""
        if not self._led.is_dir():
            raise DeviceAbsent(
                device=self.label, why="there is no such LED; see dtoverlay=gpio-led"
            )
        is_chosen = f"[{_TRIGGER}]" in self._read("trigger").split()
        if is_chosen:
            self._write("activate", 0)
        if not is_chosen or self._is_on():
            # Brightness 0 also sends the trigger away, with the permissions of its files.
            self._write("brightness", 0)
            self._choose_trigger()
        if self._is_on():
            raise DeviceRefused(device=self.label, why="it cannot be turned off")

    def _choose_trigger(self) -> None:
        # The chosen one stands in brackets.
        if _TRIGGER not in re.findall(r"[^\s\[\]]+", self._read("trigger")):
            why = "the kernel has no trigger 'transient'; load ledtrig-transient"
            raise DeviceRefused(device=self.label, why=why)
        self._write("trigger", _TRIGGER)

    def _await_end(self, limit_ms: int) -> None:
        waited_ms = 0
        while self._is_on():
            if waited_ms >= limit_ms:
                # Without the trigger's timer there is still the plain way to turn it off.
                self._write("brightness", 0)
                raise DeviceRefused(device=self.label, why="the kernel did not end the pulse")
            self._clock.sleep_ms(_LOOK_AGAIN_MS)
            waited_ms += _LOOK_AGAIN_MS

    def _is_on(self) -> bool:
        return self._read("brightness") != "0"

    def _read(self, name: str) -> str:
        try:
            return (self._led / name).read_text(encoding="ascii").strip()
        except OSError as trouble:
            raise self._why(trouble) from trouble

    def _write(self, name: str, value: int | str) -> None:
        try:
            # Not created: what is missing in sysfs is missing. The kernel refuses at the write.
            fd = os.open(self._led / name, os.O_WRONLY | os.O_TRUNC | os.O_CLOEXEC)
            try:
                os.write(fd, str(value).encode("ascii"))
            finally:
                os.close(fd)
        except OSError as trouble:
            raise self._why(trouble) from trouble

    def _why(self, trouble: OSError) -> DeviceTrouble:
        if trouble.errno in (errno.EACCES, errno.EPERM):
            why = "is systemd/udev/70-open-pos.rules installed?"
            return NoPermission(device=self.label, group="gpio", why=why)
        if trouble.errno in _GONE:
            return DeviceAbsent(device=self.label, why=str(trouble))
        return DeviceRefused(device=self.label, why=str(trouble))
