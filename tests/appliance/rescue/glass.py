"""A touch screen or a tablet on the emulated kernel (`tests/drivers/scanner/umockdev.py`)."""

import os
import struct
import tempfile
from collections.abc import Iterable
from pathlib import Path

import evdev.ecodes as e

from tests.drivers.scanner.umockdev import EVENT, Bed, _bits, _words


class Glass:
    """A device with absolute places. `axes` are their codes with least and greatest value."""

    def __init__(
        self, bed: Bed, number: int, axes: dict[int, tuple[int, int]], keys: Iterable[int]
    ) -> None:
        self.node = f"/dev/input/event{number}"
        keys = tuple(keys)
        bed.add(_description(number, keys, axes))
        with tempfile.NamedTemporaryFile("w", suffix=".ioctl", delete=False) as file:
            file.write(_answers(self.node, keys, axes))
        bed.ioctls(self.node, Path(file.name))
        Path(file.name).unlink()
        self._fd = bed.fd(self.node)

    def send(self, *events: tuple[int, int, int]) -> None:
        """Events, and the report that ends them."""
        whole = (*events, (e.EV_SYN, e.SYN_REPORT, 0))
        os.write(self._fd, b"".join(EVENT.pack(1000, 0, *event) for event in whole))


def _description(number: int, keys: tuple[int, ...], axes: dict[int, tuple[int, int]]) -> str:
    path = f"/devices/pci0000:00/usb2/2-{number}/input/input{number}"
    return f"""P: {path}/event{number}
N: input/event{number}
E: DEVNAME=/dev/input/event{number}
E: MAJOR=13
E: MINOR={64 + number}
E: SUBSYSTEM=input
E: ID_INPUT=1
A: dev=13:{64 + number}
L: device=../../input{number}

P: {path}
E: SUBSYSTEM=input
A: name=Glass
A: capabilities/abs={_words(axes)}
A: capabilities/key={_words(keys)}
"""


def _answers(node: str, keys: tuple[int, ...], axes: dict[int, tuple[int, int]]) -> str:
    def text(value: str) -> str:
        return f"{len(value) + 1} {value.encode().ljust(256, bytes(1)).hex().upper()}"

    lines = [
        f"@DEV {node}",
        "EVIOCGVERSION 0 01000100",
        f"EVIOCGID 0 {struct.pack('<HHHH', 3, 0x0EEF, 1, 1).hex().upper()}",
        f"EVIOCGNAME(0) {text('Glass')}",
        f"EVIOCGPHYS(0) {text('usb/input0')}",
        f"EVIOCGUNIQ(0) {text('')}",
        f"EVIOCGBIT(0) 4 {_bits([e.EV_SYN, e.EV_KEY, e.EV_ABS], 4).hex().upper()}",
        f"EVIOCGBIT({e.EV_KEY}) 96 {_bits(keys, 96).hex().upper()}",
        f"EVIOCGBIT({e.EV_ABS}) 8 {_bits(axes, 96).hex().upper()}",
        "EVIOCGEFFECTS 0 00000000",
        "EVIOCGPROP(0) 4 00000000",
    ]
    for axis, (least, most) in axes.items():
        told = struct.pack("<6i", 0, least, most, 0, 0, 0).hex().upper()
        lines.append(f"EVIOCGABS({axis}) 0 {told}")
    return "\n".join(lines) + "\n"
