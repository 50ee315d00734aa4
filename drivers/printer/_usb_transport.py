"""USB as a way to a printer: libusb, the class-7 interface and its two bulk endpoints."""

import contextlib
import errno
from typing import Any, Final

import usb.control
import usb.core
import usb.util

from drivers import DeviceAbsent, DeviceRefused, DeviceSilent
from drivers._clock import Deadline
from drivers.printer._transport import BYTES_PER_S, CHUNK, opening_trouble

PRINTER_CLASS: Final = 7
READ_TURN_MS: Final = 100
"""Printers answer an IN request with nothing until they have something; ask in short turns."""


class UsbTransport:
    """A printer on USB (interface class 7), by libusb; takes it from the kernel's `usblp`.

    The bulk endpoints are read from the interface: they differ from maker to maker, and of several
    alternate settings the one that has both is chosen. One that can only be written to does for a
    printer that is asked nothing (`confirm` false). A timeout of 0
    means "for ever" to libusb and is never given. After an unplug the device object is dead, so a
    new one is looked for.
    """

    is_shared = False
    bytes_per_s = BYTES_PER_S

    def __init__(
        self,
        vendor: int | None,
        product: int | None,
        serial: str | None,
        backend: Any = None,
        *,
        answers: bool = True,
    ) -> None:
        """Look for nothing yet. `backend` is pyusb's: libusb if not given. Without `answers` none can come."""
        self.can_answer = answers
        numbers = ":".join("*" if n is None else f"{n:04x}" for n in (vendor, product))
        self.label = f"usb {numbers}" + (f" {serial}" if serial else "")
        self._vendor = vendor
        self._product = product
        self._serial = serial
        self._backend = backend
        self._device: Any = None
        self._in: Any = None
        self._out: Any = None

    @property
    def is_open(self) -> bool:
        """Whether a device was found and claimed."""
        return self._device is not None

    def open(self, deadline: Deadline) -> None:
        """Find the printer and claim its interface."""
        del deadline
        try:
            self._open()
        except usb.core.NoBackendError as trouble:
            raise DeviceRefused(device=self.label, why="libusb is not installed") from trouble
        except ValueError as trouble:
            # What pyusb makes of a serial number that this user may not read.
            raise DeviceRefused(device=self.label, why=str(trouble)) from trouble
        except (usb.core.USBError, OSError) as trouble:
            self.close()
            raise opening_trouble(self.label, trouble) from trouble

    def send(self, message: bytes, deadline: Deadline) -> None:
        """Send all of it."""
        self._check_open()
        try:
            for start in range(0, len(message), CHUNK):
                part = message[start : start + CHUNK]
                while part:
                    part = part[self._out.write(part, max(deadline.left_ms, 1)) :]
        except usb.core.USBTimeoutError as trouble:
            raise DeviceSilent(device=self.label, why="takes no data") from trouble
        except usb.core.USBError as trouble:
            raise DeviceAbsent(device=self.label, why=str(trouble)) from trouble

    def receive(self, deadline: Deadline) -> bytes:
        """What came in. Empty answers are usual and mean nothing."""
        self._check_open()
        if self._in is None:
            return b""
        while True:
            is_last_look = deadline.is_over
            try:
                size = self._in.wMaxPacketSize
                received = bytes(self._in.read(size, max(min(READ_TURN_MS, deadline.left_ms), 1)))
            except usb.core.USBTimeoutError:
                received = b""
            except usb.core.USBError as trouble:
                raise DeviceAbsent(device=self.label, why=str(trouble)) from trouble
            if received or is_last_look:
                return received

    def close(self) -> None:
        """Give the interface back."""
        if self._device is not None:
            with contextlib.suppress(usb.core.USBError):
                usb.util.dispose_resources(self._device)
            self._device = self._in = self._out = None

    def _check_open(self) -> None:
        if self._device is None:
            raise DeviceAbsent(device=self.label)

    def _open(self) -> None:
        device = usb.core.find(backend=self._backend, custom_match=self._fits)
        if device is None:
            raise DeviceAbsent(device=self.label)
        self._device = device
        interface = _best(_printer_interfaces(device.get_active_configuration()))
        if interface is None:
            self.close()
            raise DeviceRefused(device=self.label, why="it is set to be no printer")
        number = interface.bInterfaceNumber
        with contextlib.suppress(NotImplementedError):
            if device.is_kernel_driver_active(number):
                device.detach_kernel_driver(number)
        usb.util.claim_interface(device, number)
        if interface.bAlternateSetting:
            device.set_interface_altsetting(number, interface.bAlternateSetting)
        self._in = _endpoint(interface, usb.util.ENDPOINT_IN)
        self._out = _endpoint(interface, usb.util.ENDPOINT_OUT)
        if self._out is None or (self._in is None and self.can_answer):
            self.close()
            raise DeviceRefused(device=self.label, why="it cannot answer on this interface")

    def _fits(self, device: Any) -> bool:
        if self._vendor is not None and device.idVendor != self._vendor:
            return False
        if self._product is not None and device.idProduct != self._product:
            return False
        # Descriptors are read without opening: most devices are none of our business.
        if not any(_printer_interfaces(configuration) for configuration in device):
            return False
        return self._serial is None or _serial_number(device) == self._serial


def _serial_number(device: Any) -> str:
    """The serial number, or nothing if the device is gone, which libusb's list learns a little later.

    pyusb makes one ValueError of everything that keeps it from reading, so the reason is asked for.
    """
    try:
        return str(device.serial_number)
    except ValueError:
        try:
            usb.control.get_descriptor(device, 4, usb.util.DESC_TYPE_STRING, 0)
        except usb.core.USBError as trouble:
            if trouble.errno in (errno.ENODEV, errno.ENOENT):
                return ""
        raise


def _printer_interfaces(configuration: Any) -> list[Any]:
    """The interfaces of a printer, each alternate setting one of its own."""
    return [one for one in configuration if one.bInterfaceClass == PRINTER_CLASS]


def _best(interfaces: list[Any]) -> Any:
    """One that can be written to and answers, or else one that can be written to, or else any."""

    def worth(interface: Any) -> tuple[bool, bool]:
        can_be_written = _endpoint(interface, usb.util.ENDPOINT_OUT) is not None
        return can_be_written, _endpoint(interface, usb.util.ENDPOINT_IN) is not None

    return max(interfaces, key=worth, default=None)


def _endpoint(interface: Any, direction: int) -> Any:
    bulk = usb.util.ENDPOINT_TYPE_BULK
    return next(
        (
            endpoint
            for endpoint in interface
            if usb.util.endpoint_direction(endpoint.bEndpointAddress) == direction
            and usb.util.endpoint_type(endpoint.bmAttributes) == bulk
        ),
        None,
    )
