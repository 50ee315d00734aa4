"""What is plugged in and could be a device of the shop."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from appliance.config import DeviceConfig
from appliance.messages import FoundView, Options
from drivers.input_devices import find_candidates

_SERIAL: Final = ("serial/by-id/*", "ttyACM*", "ttyUSB*", "ttyAMA[0-9]*", "ttyS[0-3]")
_USB_PRINTER_CLASS: Final = 7


def found_devices(
    configured: Iterable[DeviceConfig], dev: Path = Path("/dev")
) -> tuple[FoundView, ...]:
    """Keyboards and what plays keyboard, serial lines, USB printers, card readers; with the device that has each.

    Opens nothing. A serial line could be a scanner, a badge reader, a scale or a display: it is offered as a `serial`
    line, and the person says what hangs on it.
    """
    known = tuple(configured)
    found = [*_keyboards(), *_serial_lines(dev), *_usb_printers()]
    return tuple(
        FoundView(one.kind, one.type, one.label, one.options, used_by=_user_of(one, known))
        for one in found
    )


def _keyboards() -> list[FoundView]:
    found = []
    for device in find_candidates():
        options: Options = {"vendor": device.vendor, "product": device.product}
        if device.serials:
            options["serial"] = device.serials[0]
        found.append(FoundView("scanner", "evdev", device.describe(), options))
    return found


def _serial_lines(dev: Path) -> list[FoundView]:
    lines: dict[Path, Path] = {}
    for pattern in _SERIAL:
        for path in sorted(dev.glob(pattern)):
            # The link that names the device comes first and wins over `ttyUSB0`, which changes with the next plug.
            lines.setdefault(path.resolve(), path)
    return [
        FoundView("serial", "serial", path.name, {"port": str(path)}) for path in lines.values()
    ]


def _usb_printers() -> list[FoundView]:
    try:
        import usb.core  # noqa: PLC0415 - it looks for libusb, which a machine may lack
        import usb.util  # noqa: PLC0415

        devices = usb.core.find(find_all=True, custom_match=_is_printer)
        return [_usb_printer(device, usb.util) for device in devices or ()]
    except (usb.core.NoBackendError, usb.core.USBError, NotImplementedError):
        return []


def _is_printer(device: Any) -> bool:  # noqa: ANN401 - pyusb has no types
    return any(
        interface.bInterfaceClass == _USB_PRINTER_CLASS
        for configuration in device
        for interface in configuration
    )


def _usb_printer(device: Any, util: Any) -> FoundView:  # noqa: ANN401 - pyusb has no types
    options: Options = {"vendor": f"{device.idVendor:04x}", "product": f"{device.idProduct:04x}"}
    try:
        label = " ".join(filter(None, (device.manufacturer, device.product)))
        if device.serial_number:
            options["serial"] = str(device.serial_number)
    except (ValueError, util.core.USBError):
        # The user may not open it, so its names cannot be read.
        label = ""
    label = label or f"USB {options['vendor']}:{options['product']}"
    return FoundView("printer", "usb", label, options)


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
    return ""
