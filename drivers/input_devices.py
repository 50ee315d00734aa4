"""Keyboards and everything that plays keyboard: which are plugged in, and who they are.

Reads sysfs and the udev database only: nothing is opened, so nothing is disturbed. `event7` means
nothing, since the next plug may bring another number; what stays is vendor, product, serial number
and the socket.
"""

from typing import Annotated, Final

import msgspec
import pyudev

HexId = Annotated[str, msgspec.Meta(pattern="^[0-9A-Fa-f]{4}$")]

KEY_ENTER: Final = 28
DIGIT_KEYS: Final = range(2, 12)
TYPING_KEYS: Final = sum(1 << key for key in (*DIGIT_KEYS, KEY_ENTER))


class InputDevice(msgspec.Struct, frozen=True, kw_only=True):
    """One device that can type digits and Enter. `vendor` and `product` are four hex digits.

    `serials` are all names by which `Match.serial` finds it, `number` is the one that is its own:
    its USB serial number or Bluetooth address, empty if it has none.
    """

    node: str
    name: str
    vendor: str
    product: str
    serials: tuple[str, ...]
    paths: tuple[str, ...]
    number: str = ""

    def describe(self) -> str:
        """As a person finds it: its name, its numbers, and the link to write into `path`."""
        link = next((path for path in self.paths if path.startswith("/dev/")), self.node)
        return f"{self.name} [{self.vendor}:{self.product}] {link}"


class Match(msgspec.Struct, frozen=True, kw_only=True):
    """Which device is meant. All that is set must fit; nothing set means nothing was chosen.

    `vendor` and `product` as `lsusb` prints them; `serial` is the USB serial number or the address
    of a Bluetooth device; `path` a link under `/dev/input/by-id` or `by-path`, or udev's `ID_PATH`;
    `name` the whole name.
    """

    vendor: HexId | None = None
    product: HexId | None = None
    serial: str | None = None
    path: str | None = None
    name: str | None = None

    @property
    def is_empty(self) -> bool:
        """Whether no device was chosen at all."""
        return not any((self.vendor, self.product, self.serial, self.path, self.name))

    def fits(self, device: InputDevice) -> bool:
        """Whether this is the device; never, if nothing was chosen."""
        if self.is_empty:
            return False
        return (
            (self.vendor is None or self.vendor.lower() == device.vendor)
            and (self.product is None or self.product.lower() == device.product)
            and (self.serial is None or self.serial in device.serials)
            and (self.path is None or self.path in device.paths)
            and (self.name is None or self.name == device.name)
        )

    def describe(self) -> str:
        """What was chosen, for a person; empty if nothing was."""
        numbers = f"{self.vendor or '*'}:{self.product or '*'}"
        usb = numbers if self.vendor or self.product else ""
        return " ".join(part for part in (self.name, usb, self.serial, self.path) if part)


def find_candidates() -> tuple[InputDevice, ...]:
    """All devices that can type digits and Enter, by node. A scanner is among them, and so is a keyboard."""
    found = pyudev.Context().list_devices(subsystem="input", sys_name="event*")
    devices = (_described(device) for device in found)
    return tuple(sorted((d for d in devices if d is not None), key=lambda device: device.node))


def narrow(device: InputDevice, among: tuple[InputDevice, ...]) -> Match:
    """What to write down so that `device` is found again, and none of the others in `among`.

    Vendor, product and serial number if it has one; if that is not enough, a link that only this
    device has (so it is bound to its socket), or its name. The answer may still fit several: then
    nothing that lasts tells them apart.
    """
    match = Match(
        vendor=device.vendor or None,
        product=device.product or None,
        serial=device.number or None,
        name=None if device.vendor or device.product or device.number else device.name,
    )
    lasting = (path for path in device.paths if path != device.node)
    narrower = (
        *(msgspec.structs.replace(match, path=path) for path in lasting),
        msgspec.structs.replace(match, name=device.name),
    )
    for candidate in (match, *narrower):
        if sum(candidate.fits(other) for other in among) == 1:
            return candidate
    return match


def _described(device: pyudev.Device) -> InputDevice | None:
    parent = device.parent
    if device.device_node is None or parent is None or not _types_numbers(parent):
        return None
    number = device.properties.get("ID_SERIAL_SHORT") or _attribute(parent, "uniq")
    # Without a serial number, ID_SERIAL is made of maker and model, and so the same in all of them.
    serials = (number, device.properties.get("ID_SERIAL"), _attribute(parent, "uniq"))
    links = sorted(device.properties.get("DEVLINKS", "").split())
    paths = (*links, device.properties.get("ID_PATH"), _attribute(parent, "phys"))
    return InputDevice(
        node=device.device_node,
        name=_attribute(parent, "name"),
        vendor=_attribute(parent, "id/vendor").lower(),
        product=_attribute(parent, "id/product").lower(),
        serials=tuple(serial for serial in serials if serial),
        paths=tuple(path for path in (*paths, device.device_node) if path),
        number=number,
    )


def _types_numbers(parent: pyudev.Device) -> bool:
    """Whether the key bitmap has the digits and Enter; they are in its last, lowest word."""
    words = _attribute(parent, "capabilities/key").split()
    return bool(words) and int(words[-1], 16) & TYPING_KEYS == TYPING_KEYS


def _attribute(device: pyudev.Device, name: str) -> str:
    """What sysfs says. A name may be in any code, or cut off in the middle of a letter: still it is a name."""
    value = device.attributes.get(name) or b""
    return str(value, errors="replace").strip()
