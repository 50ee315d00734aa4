"""A USB bus with a keyboard and a printer on it, as pyusb sees one."""

# ruff: noqa: ANN401, ARG002 - the signatures are pyusb's

import errno
import socket
from collections.abc import Callable
from typing import Any

import usb.backend
import usb.core

from tests.drivers.printer.emupos import JOB_BEGINS, Judge

KEYBOARD = 0
"""Somebody else's device, which may not be opened."""


class UsbPlug(usb.backend.IBackend):  # type: ignore[misc]
    """A pyusb backend with one printer on it, whose bulk endpoints lead to the judge.

    It speaks pyusb's backend interface, so the driver's own pyusb code runs. Endpoints have odd
    numbers, as some makers' have; a second interface, which is no printer, comes first.
    """

    VENDOR, PRODUCT, SERIAL = 0x04B8, 0x0202, "TM20-1"
    IN, OUT = 0x83, 0x04
    PACKET = 64

    def __init__(self, judge: Judge) -> None:
        self._judge_address = ("127.0.0.1", judge.port)
        self._socket: socket.socket | None = None
        self.is_claimed = False
        self.kernel_driver_is_there = True
        self.timeouts: list[int] = []
        self.before_job: Callable[[], None] | None = None
        self.carried = b""
        self._generation = 0
        self.is_a_printer_now = True
        self.settings: tuple[tuple[int, ...], ...] = ((self.OUT, self.IN),)
        """The endpoints of each alternate setting of the printer's interface."""
        self.setting = 0
        self.plug()

    def plug(self) -> None:
        self._socket = socket.create_connection(self._judge_address)
        self._generation += 1
        self.is_claimed = False
        self.kernel_driver_is_there = True

    def snap(self) -> None:
        """Break in the middle of a job. For `before_job`."""
        self.unplug()

    def unplug(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    # pyusb's backend interface

    def enumerate_devices(self) -> list[int]:
        return [KEYBOARD, self._generation] if self._socket is not None else [KEYBOARD]

    def get_device_descriptor(self, device: int) -> Any:
        return _Descriptor(
            bLength=18,
            bDescriptorType=1,
            bcdUSB=0x200,
            bDeviceClass=0,
            bDeviceSubClass=0,
            bDeviceProtocol=0,
            bMaxPacketSize0=64,
            idVendor=0x046D if device == KEYBOARD else self.VENDOR,
            idProduct=0xC31C if device == KEYBOARD else self.PRODUCT,
            bcdDevice=0x100,
            iManufacturer=1,
            iProduct=2,
            iSerialNumber=3,
            bNumConfigurations=1 if self.is_a_printer_now else 2,
            address=device,
            bus=1,
            port_number=1,
            port_numbers=(1,),
            speed=3,
        )

    def get_configuration_descriptor(self, device: int, number: int) -> Any:
        if number > 1:
            raise IndexError(number)
        return _Descriptor(
            bLength=9,
            bDescriptorType=2,
            wTotalLength=0,
            bNumInterfaces=2,
            bConfigurationValue=number + 1,
            iConfiguration=0,
            bmAttributes=0xC0,
            bMaxPower=1,
            extra_descriptors=[],
        )

    def get_interface_descriptor(
        self, device: int, number: int, alternate: int, configuration: int
    ) -> Any:
        is_a_printer = self.is_a_printer_now or configuration == 1
        if number > 1 or alternate >= (len(self.settings) if number else 1):
            raise IndexError(number)
        return _Descriptor(
            bLength=9,
            bDescriptorType=4,
            bInterfaceNumber=number,
            bAlternateSetting=alternate,
            bNumEndpoints=len(self.settings[alternate]) if number else 2,
            bInterfaceClass=3
            if device == KEYBOARD
            else (0xFF, 7 if is_a_printer else 0xFF)[number],
            bInterfaceSubClass=1,
            bInterfaceProtocol=2,
            iInterface=0,
            extra_descriptors=[],
        )

    def get_endpoint_descriptor(
        self, device: int, number: int, interface: int, alternate: int, _: int
    ) -> Any:
        addresses = self.settings[alternate] if interface else (0x81, 0x02)
        return _Descriptor(
            bLength=7,
            bDescriptorType=5,
            bEndpointAddress=addresses[number],
            bmAttributes=2,
            wMaxPacketSize=self.PACKET,
            bInterval=0,
            bRefresh=0,
            bSynchAddress=0,
            extra_descriptors=[],
        )

    def open_device(self, device: int) -> int:
        if device == KEYBOARD:
            raise _usb_error("Access denied (insufficient permissions)", errno.EACCES)
        self._check(device)
        return device

    def close_device(self, handle: int) -> None:
        """Nothing to close."""

    def set_configuration(self, handle: int, value: int) -> None:
        self._check(handle)

    def get_configuration(self, handle: int) -> int:
        self._check(handle)
        return 1

    def claim_interface(self, handle: int, number: int) -> None:
        self._check(handle)
        if self.kernel_driver_is_there:
            raise _usb_error("Resource busy", errno.EBUSY)
        assert number == 1
        self.is_claimed = True

    def set_interface_altsetting(self, handle: int, number: int, alternate: int) -> None:
        assert self.is_claimed
        assert number == 1
        self.setting = alternate

    def release_interface(self, handle: int, number: int) -> None:
        self.is_claimed = False

    def is_kernel_driver_active(self, handle: int, number: int) -> bool:
        return self.kernel_driver_is_there

    def detach_kernel_driver(self, handle: int, number: int) -> None:
        assert number == 1
        self.kernel_driver_is_there = False

    def ctrl_transfer(
        self, handle: int, kind: int, request: int, value: int, index: int, data: Any, timeout: int
    ) -> int:
        """Only strings are asked for: languages, and the serial number."""
        self._check(handle)
        assert request == 6
        text = self.SERIAL.encode("utf-16-le") if value & 0xFF else b"\x09\x04"
        answer = bytes((len(text) + 2, 3)) + text
        size = min(len(answer), len(data))
        for place, byte in enumerate(answer[:size]):
            data[place] = byte
        return size

    def bulk_write(self, handle: int, endpoint: int, number: int, data: Any, timeout: int) -> int:
        connection = self._check(handle)
        self._check_transfer(endpoint, self.OUT, timeout)
        sent = bytes(data)[:1000]
        self.carried += sent
        if JOB_BEGINS in sent and self.before_job is not None:
            happening, self.before_job = self.before_job, None
            happening()
            connection = self._check(handle)
        connection.sendall(sent)
        return len(sent)

    def bulk_read(self, handle: int, endpoint: int, number: int, buffer: Any, timeout: int) -> int:
        connection = self._check(handle)
        self._check_transfer(endpoint, self.IN, timeout)
        connection.settimeout(timeout / 1000)
        try:
            received = connection.recv(len(buffer))
        except TimeoutError:
            raise _usb_timeout() from None
        for place, byte in enumerate(received):
            buffer[place] = byte
        return len(received)

    def _check(self, device: int) -> socket.socket:
        if self._socket is None or device != self._generation:
            raise _usb_error("No such device (it may have been disconnected)", errno.ENODEV)
        return self._socket

    def _check_transfer(self, endpoint: int, expected: int, timeout: int) -> None:
        assert endpoint == expected, f"endpoint {endpoint:#x}"
        assert endpoint in self.settings[self.setting]
        assert self.is_claimed
        assert timeout > 0, "0 means for ever"
        self.timeouts.append(timeout)


class _Descriptor:
    def __init__(self, **fields: object) -> None:
        self.__dict__.update(fields)


def _usb_error(text: str, number: int) -> OSError:
    error: OSError = usb.core.USBError(text, None, number)
    return error


def _usb_timeout() -> OSError:
    error: OSError = usb.core.USBTimeoutError("Operation timed out", None, errno.ETIMEDOUT)
    return error
