"""The pins of the Raspberry Pi's 40-pin header, by gpiozero over lgpio.

The chip is found by its label and not by its number: on a Pi 5 the header was gpiochip4, and since
kernel 6.6.45 it is gpiochip0 (gpiozero issue 1166). gpiozero itself knows only these two numbers, and
falls back to writing registers of older models where lgpio is missing, so nothing is left to it.

Wire format: ioctl GPIO_GET_CHIPINFO on `/dev/gpiochip*`, answered by name, label and number of lines
(`struct gpiochip_info` in the kernel's `include/uapi/linux/gpio.h`). The user must be in group `gpio`.
"""

import contextlib
import fcntl
import os
import struct
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import gpiozero

from drivers import DeviceAbsent, DeviceBusy, DeviceRefused, DeviceTrouble, NoPermission, NoPins

__all__ = ["HEADER_LABELS", "choose_chip", "header_pins", "read_chips", "troubles", "why"]

HEADER_LABELS: Final = ("pinctrl-rp1", "pinctrl-bcm2711", "pinctrl-bcm2835")
"""Raspberry Pi 5; 4 and 400; all that came before."""

_DEVICES: Final = Path("/dev")
_CHIP_INFO: Final = struct.Struct("=32s32sI")
_GET_CHIP_INFO: Final = 0x8044B401
_BUSY: Final = "GPIO busy"


def header_pins(device: str) -> Any:
    """The pin factory of gpiozero for the header, made once for the whole process; touches no pin.

    A factory that somebody set before stays: `gpiozero.Device.pin_factory`, or the environment's
    GPIOZERO_PIN_FACTORY. Raises `DeviceAbsent`, whose `why` tells what is missing, and
    `DeviceRefused`; `device` is who asks.
    """
    if gpiozero.Device.pin_factory is None:
        if os.environ.get("GPIOZERO_PIN_FACTORY"):
            try:
                gpiozero.Device.ensure_pin_factory()
            except (gpiozero.GPIOZeroError, ImportError, OSError) as trouble:
                raise DeviceAbsent(device=device, why=str(trouble)) from trouble
        else:
            # All drivers must share one factory: it is what notices that a pin is taken twice.
            gpiozero.Device.pin_factory = _lgpio_factory(device)
    return gpiozero.Device.pin_factory


def read_chips(device: str, folder: Path = _DEVICES) -> dict[int, str]:
    """The number and the label of every GPIO chip.

    Raises `DeviceRefused` when there are chips and this user may open none of them.
    """
    labels: dict[int, str] = {}
    was_refused = False
    for path in folder.glob("gpiochip*"):
        number = path.name.removeprefix("gpiochip")
        if not number.isdecimal():
            continue
        try:
            labels[int(number)] = _label(path)
        except PermissionError:
            was_refused = True
        except OSError:
            # Taken out a moment ago, or no chip at all.
            continue
    if was_refused and not labels:
        raise NoPermission(device=device, group="gpio")
    return labels


def choose_chip(device: str, labels: Mapping[int, str]) -> int:
    """The number of the chip that the header hangs on. Raises `DeviceAbsent`."""
    for wanted in HEADER_LABELS:
        for number, label in sorted(labels.items()):
            if label == wanted:
                return number
    if not labels:
        raise NoPins(device=device, why="no GPIO chip")
    seen = ", ".join(sorted(labels.values()))
    expected = ", ".join(HEADER_LABELS)
    raise NoPins(device=device, why=f"no GPIO chip is labelled {expected}, only {seen}")


def troubles() -> tuple[type[Exception], ...]:
    """What using a pin may raise, for an `except`: gpiozero's troubles, and lgpio's own."""
    lgpio = sys.modules.get("lgpio")
    return (gpiozero.GPIOZeroError, OSError, *((lgpio.error,) if lgpio else ()))


def why(device: str, trouble: Exception) -> DeviceTrouble:
    """What one of `troubles` means."""
    if isinstance(trouble, gpiozero.BadPinFactory):
        return NoPins(device=device, why=str(trouble))
    # Taken within this process, or, as lgpio says it, by another.
    if isinstance(trouble, gpiozero.GPIOPinInUse) or _BUSY in str(trouble):
        return DeviceBusy(device=device)
    return DeviceRefused(device=device, why=str(trouble))


def _label(path: Path) -> str:
    answer = bytearray(_CHIP_INFO.size)
    fd = os.open(path, os.O_RDWR | os.O_CLOEXEC | os.O_NONBLOCK)
    try:
        fcntl.ioctl(fd, _GET_CHIP_INFO, answer)
    finally:
        os.close(fd)
    _, label, _ = _CHIP_INFO.unpack(answer)
    return str(label.partition(b"\0")[0], "latin-1")


def _lgpio_factory(device: str) -> Any:
    chip = choose_chip(device, read_chips(device))
    try:
        with _own_folder():
            from gpiozero.pins.lgpio import LGPIOFactory  # noqa: PLC0415 - only a Pi has lgpio
    except ImportError as trouble:
        raise NoPins(device=device, why="the library lgpio is missing") from trouble
    try:
        return LGPIOFactory(chip=chip)
    except troubles() as trouble:
        raise why(device, trouble) from trouble


@contextlib.contextmanager
def _own_folder() -> Iterator[None]:
    """Work in a folder of our own for a moment: lgpio cannot be imported where it may not write.

    It makes a pipe `.lgd-nfy0` in the working folder and opens it by its relative name; given
    another folder by LG_WD, it goes there and never comes back.
    """
    with tempfile.TemporaryDirectory(prefix="open-pos-gpio-") as folder, contextlib.chdir(folder):
        yield
