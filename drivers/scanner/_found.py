"""What is plugged in that may be a scanner, for the screen that sets devices up.

Looks into sysfs, the udev database and `/dev` only: nothing is opened, so nothing is disturbed.
"""

import os
import re
from collections.abc import Collection
from pathlib import Path
from typing import Final, Literal

import msgspec
import pyudev

from drivers.input_devices import InputDevice, find_candidates, narrow

PORTS: Final = (
    "/dev/serial/by-id/*",
    "/dev/serial/by-path/*",
    "/dev/ttyACM*",
    "/dev/ttyUSB*",
)
"""Where serial ports that can be plugged in are found, the most lasting names first.

Not the ports of the board itself: Linux may be talking to somebody there.
"""

_BY_ID: Final = re.compile(r"(?:usb|pci)-(?P<name>.+?)(?:-if\d+)?(?:-port\d+)?")


class FoundDevice(msgspec.Struct, frozen=True, kw_only=True):
    """Something that may be a scanner. `options` choose it in a table of that `type`."""

    type: Literal["evdev", "serial"]
    label: str
    options: dict[str, object]


def found(ports: tuple[str, ...] = PORTS) -> tuple[FoundDevice, ...]:
    """All that can type digits and Enter, keyboards too, and all serial ports that were plugged in."""
    devices = find_candidates()
    typing = (
        FoundDevice(
            type="evdev",
            label=device_label(device, devices),
            options=keyboard_options(device, devices),
        )
        for device in devices
    )
    lines = (
        FoundDevice(type="serial", label=port_label(name), options={"port": name})
        for name in serial_ports(ports).values()
    )
    return (*typing, *lines)


def keyboard_options(device: InputDevice, among: tuple[InputDevice, ...]) -> dict[str, object]:
    """The keys of a table that choose `device` and none of the others, as far as that is possible."""
    match = msgspec.structs.asdict(narrow(device, among))
    return {key: value for key, value in match.items() if value is not None}


def device_label(device: InputDevice, among: tuple[InputDevice, ...]) -> str:
    """A device as a person knows it: its name, and what tells it from the others."""
    told = msgspec.structs.replace(narrow(device, among), name=None).describe()
    return f"{device.name} [{told}]" if told else device.name


def serial_ports(
    ports: tuple[str, ...] = PORTS, busy_ports: Collection[str] = ()
) -> dict[str, str]:
    """The serial ports by their real path, each with its most lasting name; not the busy ones.

    A port that udev has not finished is left out: a busy port that was plugged in again a moment
    ago has not got back the link that it is known by.
    """
    busy = {os.path.realpath(port) for port in busy_ports}
    names: dict[str, str] = {}
    udev = pyudev.Context()
    for pattern in ports:
        for name in sorted(Path("/").glob(pattern.removeprefix("/"))):
            real = os.path.realpath(name)
            if real not in busy and Path(real).exists() and _is_settled(udev, real):
                names.setdefault(real, str(name))
    return names


def port_label(name: str) -> str:
    """A port as a person knows it: maker and model if its link tells, and the device it leads to."""
    link = Path(name).name
    node = os.path.realpath(name)
    told = _BY_ID.fullmatch(link) if "/by-id/" in name else None
    return f"{told['name'].replace('_', ' ')} [{node}]" if told else node


def _is_settled(udev: pyudev.Context, node: str) -> bool:
    """Whether udev has done its part for this file; yes if it has none, as for a pseudo-terminal."""
    try:
        return bool(pyudev.Devices.from_device_file(udev, node).is_initialized)
    except (pyudev.DeviceNotFoundError, OSError, ValueError):
        return True
