"""Switches the coils of cash drawers off: `python -m appliance.coils`, before the till starts and after it ended.

A till that was killed in the middle of a pulse could leave a drawer's coil on, and a pin that nobody has claimed
floats. So the pin of each drawer of type `gpio_relay` is driven to its off level and let go of again. Standard library
only, and nothing here may keep the till from starting: what cannot be done is said and left.

Wire format: GPIO character device, ABI v2 (`include/uapi/linux/gpio.h`): GPIO_GET_CHIPINFO_IOCTL finds the header by
its label, GPIO_V2_GET_LINE_IOCTL asks for one line as an output with its value.
"""

import argparse
import fcntl
import os
import struct
import sys
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

HEADER_LABELS: Final = ("pinctrl-rp1", "pinctrl-bcm2711", "pinctrl-bcm2835")
"""Raspberry Pi 5; 4 and 400; all that came before."""

GET_CHIP_INFO: Final = 0x8044B401
GET_LINE: Final = 0xC250B407
_CHIP_INFO: Final = struct.Struct("=32s32sI")
_MOST_LINES: Final = 64
_OUTPUT: Final = 1 << 3
_OUTPUT_VALUES: Final = 2
"""GPIO_V2_LINE_ATTR_ID_OUTPUT_VALUES"""


class Coil(NamedTuple):
    """A drawer's pin by its BCM number, and the level at which its coil is off."""

    pin: int
    off_level: int


def main(arguments: Sequence[str] | None = None) -> int:
    """Switch off every coil of the configuration. 0 where all are off, and where there are none."""
    parser = argparse.ArgumentParser(prog="coils", description=__doc__)
    parser.add_argument("--config", type=Path, required=True)
    parser.add_argument("--devices", type=Path, default=Path("/dev"))
    chosen = parser.parse_args(arguments)
    found = coils(chosen.config)
    if not found:
        return 0
    chip = header(chosen.devices)
    if chip is None:
        sys.stderr.write("no pins of a Raspberry Pi here: the drawer's coil was left as it is\n")
        return 1
    failed = 0
    for coil in found:
        try:
            switch_off(chip, coil)
        except OSError as why:
            sys.stderr.write(
                f"GPIO{coil.pin}: the coil could not be switched off: {why.strerror}\n"
            )
            failed = 1
    return failed


def coils(config: Path) -> tuple[Coil, ...]:
    """The drawers on pins; none where the file cannot be read: the till itself says what is wrong with it."""
    try:
        devices = tomllib.loads(config.read_text(encoding="utf-8")).get("device", [])
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        return ()
    found = []
    for device in devices if isinstance(devices, list) else []:
        if not isinstance(device, dict):
            continue
        options = device.get("options")
        if (device.get("kind"), device.get("type")) != ("drawer", "gpio_relay"):
            continue
        if not isinstance(options, dict):
            continue
        pin = options.get("pin")
        if isinstance(pin, int) and 0 <= pin < _MOST_LINES:
            found.append(Coil(pin, 0 if options.get("active_high", True) else 1))
    return tuple(found)


def header(devices: Path) -> Path | None:
    """The chip whose lines are the pins of the header; None on other machines."""
    for path in sorted(devices.glob("gpiochip*")):
        try:
            with path.open("rb", buffering=0) as chip:
                answer = fcntl.ioctl(chip, GET_CHIP_INFO, bytes(_CHIP_INFO.size))
        except OSError:
            continue
        label = _CHIP_INFO.unpack(answer)[1].rstrip(b"\0").decode(errors="replace")
        if label in HEADER_LABELS:
            return path
    return None


def switch_off(chip: Path, coil: Coil) -> None:
    """Drive one pin to its off level, and let go of it. Raises `OSError`; busy means that a till has it already."""
    with chip.open("rb", buffering=0) as handle:
        answer = bytearray(line_request(coil))
        fcntl.ioctl(handle, GET_LINE, answer)
    (line,) = struct.unpack_from("=i", answer, len(answer) - 4)
    os.close(line)


def line_request(coil: Coil) -> bytes:
    """`struct gpio_v2_line_request` for one line as an output with a value."""
    offsets = struct.pack(f"={_MOST_LINES}I", coil.pin, *[0] * (_MOST_LINES - 1))
    consumer = b"open-pos coil off".ljust(32, b"\0")
    # struct gpio_v2_line_config_attribute: id, padding, values; mask of the lines that it is for.
    value = struct.pack("=IIQQ", _OUTPUT_VALUES, 0, coil.off_level, 1)
    config = struct.pack("=QI20x", _OUTPUT, 1) + value.ljust(10 * 24, b"\0")
    return offsets + consumer + config + struct.pack("=II20xi", 1, 0, 0)


if __name__ == "__main__":
    sys.exit(main())
