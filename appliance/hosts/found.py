"""What is plugged in and could be a device of the shop."""

import queue
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Final

import msgspec
import usb.core

import drivers
from appliance.config import DeviceConfig
from appliance.messages import FoundView, Options
from drivers.input_devices import InputDevice, find_candidates

_SERIAL: Final = ("serial/by-id/*", "ttyACM*", "ttyUSB*", "ttyAMA[0-9]*", "ttyS[0-3]")
_PRINTER_CLASS: Final = 7
_VENDOR_CLASS: Final = 0xFF
_MAKERS_THAT_HIDE: Final = frozenset({0x04B8})
"""Whose receipt printers may be set to a USB class of their own: Epson's. See `drivers/HARDWARE.md`."""

_PCSC: Final = "pcsc"
_ASKER: Final = "card readers"
_CARD_READERS_S: Final = 2.0


def found_devices(
    configured: Iterable[DeviceConfig],
    dev: Path = Path("/dev"),
    usb_backend: Any = None,  # noqa: ANN401 - pyusb's: libusb if not given
) -> tuple[FoundView, ...]:
    """Keyboards and what plays keyboard, serial lines, USB printers, card readers; with the device that has each.

    Grabs and claims nothing, and waits two seconds at most for the card readers' service. What cannot be known, the
    person says: a serial line (`serial`) could be a scanner, a badge reader, a scale or a display, a keyboard a scanner
    or a badge reader, a printer one of receipts or of labels.
    """
    known = tuple(configured)
    found = [
        *map(_keyboard, find_candidates()),
        *_serial_lines(dev),
        *_usb_printers(usb_backend),
        *_card_readers(drivers.load("badge", _PCSC).readers),
    ]
    return tuple(msgspec.structs.replace(one, used_by=_user_of(one, known)) for one in found)


def _keyboard(device: InputDevice) -> FoundView:
    options: Options = {"vendor": device.vendor, "product": device.product}
    if device.serials:
        options["serial"] = device.serials[0]
    also = (("badge", "keyboard"),)
    return FoundView("scanner", "evdev", device.describe(), options, also=also)


def _serial_lines(dev: Path) -> list[FoundView]:
    lines: dict[Path, Path] = {}
    for pattern in _SERIAL:
        for path in sorted(dev.glob(pattern)):
            # The link that names the device comes first and wins over `ttyUSB0`, which changes with the next plug.
            lines.setdefault(path.resolve(), path)
    return [
        FoundView("serial", "serial", path.name, {"port": str(path)}) for path in lines.values()
    ]


def _usb_printers(backend: Any) -> list[FoundView]:  # noqa: ANN401 - pyusb has no types
    try:
        devices = usb.core.find(find_all=True, backend=backend)
        found = map(_usb_printer, devices or ())
        return [one for one in found if one is not None]
    except (usb.core.NoBackendError, usb.core.USBError, NotImplementedError):
        return []


def _usb_printer(device: Any) -> FoundView | None:  # noqa: ANN401 - pyusb has no types
    """A printer of either sort, or one that hides; None for what is none. Nothing but its names is asked for."""
    classes = {interface.bInterfaceClass for configuration in device for interface in configuration}
    hides = _VENDOR_CLASS in classes and device.idVendor in _MAKERS_THAT_HIDE
    if _PRINTER_CLASS not in classes and not hides:
        return None
    options: Options = {"vendor": f"{device.idVendor:04x}", "product": f"{device.idProduct:04x}"}
    try:
        label = " ".join(filter(None, (device.manufacturer, device.product)))
        if device.serial_number:
            options["serial"] = str(device.serial_number)
    except (ValueError, usb.core.USBError):
        # The user may not open it, so its names cannot be read.
        label = ""
    label = label or f"USB {options['vendor']}:{options['product']}"
    if _PRINTER_CLASS not in classes:
        return FoundView("printer", "", label, options)
    return FoundView("printer", "usb", label, options, also=(("label", "zpl_usb"),))


def _card_readers(
    ask: Callable[[], tuple[str, ...]], within_s: float = _CARD_READERS_S
) -> list[FoundView]:
    """PC/SC readers. A `pcscd` that hangs keeps only the thread that asks it, and of those there is one."""
    said: queue.SimpleQueue[tuple[str, ...]] = queue.SimpleQueue()
    if any(thread.name == _ASKER for thread in threading.enumerate()):
        return []
    asker = threading.Thread(target=lambda: said.put(ask()), name=_ASKER, daemon=True)
    asker.start()
    asker.join(within_s)
    names = () if said.empty() else said.get()
    return [FoundView("badge", _PCSC, name, {"name": name}) for name in names]


def _user_of(found: FoundView, configured: tuple[DeviceConfig, ...]) -> str:
    """The configured device that is this one: all its choosing options are the same."""
    choosing = {"vendor", "product", "serial", "path", "port"}
    for device in configured:
        chosen = {
            key: str(value).lower() for key, value in device.options.items() if key in choosing
        }
        if chosen and all(
            str(found.options.get(key, "")).lower() == value for key, value in chosen.items()
        ):
            return device.name
        if found.type == device.type == _PCSC:
            # Its name may be written without the place in the list of readers, or be left out where it is the only one.
            name = str(found.options["name"])
            if device.options.get("name", "") in {"", name, name[: -len(" 00 00")]}:
                return device.name
    return ""
