"""What is plugged in: what it is taken for, what else it may be, and whose it is."""

# ruff: noqa: ANN401, ARG002 - the signatures of the bus are pyusb's

import errno
import threading
from pathlib import Path
from typing import Any

import pytest
import usb.backend
import usb.core

from appliance.config import DeviceConfig
from appliance.hosts import found
from appliance.messages import FoundView
from drivers.input_devices import InputDevice

PATIENCE_S = 20
PRINTER_CLASS, VENDOR_CLASS, STORAGE_CLASS = 7, 0xFF, 8


class Bus(usb.backend.IBackend):  # type: ignore[misc]
    """A USB bus of devices with one interface each: `(vendor, product, class)`. None of them may be opened."""

    def __init__(self, *devices: tuple[int, int, int]) -> None:
        self._devices = devices

    def enumerate_devices(self) -> range:
        return range(len(self._devices))

    def get_device_descriptor(self, device: int) -> Any:
        vendor, product, _ = self._devices[device]
        return _Descriptor(
            bLength=18, bDescriptorType=1, bcdUSB=0x200, bDeviceClass=0, bDeviceSubClass=0,
            bDeviceProtocol=0, bMaxPacketSize0=64, idVendor=vendor, idProduct=product,
            bcdDevice=0x100, iManufacturer=1, iProduct=2, iSerialNumber=3, bNumConfigurations=1,
            address=device, bus=1, port_number=1, port_numbers=(1,), speed=3,
        )  # fmt: skip

    def get_configuration_descriptor(self, device: int, number: int) -> Any:
        return _Descriptor(
            bLength=9, bDescriptorType=2, wTotalLength=0, bNumInterfaces=1, bConfigurationValue=1,
            iConfiguration=0, bmAttributes=0xC0, bMaxPower=1, extra_descriptors=[],
        )  # fmt: skip

    def get_interface_descriptor(self, device: int, number: int, alternate: int, _: int) -> Any:
        if number or alternate:
            raise IndexError(number)
        return _Descriptor(
            bLength=9, bDescriptorType=4, bInterfaceNumber=0, bAlternateSetting=0, bNumEndpoints=0,
            bInterfaceClass=self._devices[device][2], bInterfaceSubClass=1, bInterfaceProtocol=2,
            iInterface=0, extra_descriptors=[],
        )  # fmt: skip

    def open_device(self, device: int) -> int:
        raise usb.core.USBError("Access denied", None, errno.EACCES)


class _Descriptor:
    def __init__(self, **fields: object) -> None:
        self.__dict__.update(fields)


def on(bus: Bus, tmp_path: Path, *configured: DeviceConfig) -> list[FoundView]:
    """What is found on a USB bus."""
    every = found.found_devices(configured, tmp_path, bus)
    return [one for one in every if one.kind == "printer"]


def test_a_printer_on_usb_may_print_receipts_or_labels(tmp_path: Path) -> None:
    (zebra,) = on(Bus((0x0A5F, 0x0080, PRINTER_CLASS), (0x0781, 1, STORAGE_CLASS)), tmp_path)
    assert (zebra.kind, zebra.type, zebra.also) == ("printer", "usb", (("label", "zpl_usb"),))
    assert zebra.options == {"vendor": "0a5f", "product": "0080"}
    assert zebra.label == "USB 0a5f:0080"


def test_a_printer_that_hides_in_its_makers_own_class_is_found_and_not_usable(
    tmp_path: Path,
) -> None:
    others = ((0x0403, 0x6001, VENDOR_CLASS), (0x04B8, 0x0001, STORAGE_CLASS))
    (hidden,) = on(Bus((0x04B8, 0x0202, VENDOR_CLASS), *others), tmp_path)
    assert (hidden.kind, hidden.type, hidden.also) == ("printer", "", ())


def test_a_label_printer_that_is_set_up_has_the_printer_that_was_found(tmp_path: Path) -> None:
    bus = Bus((0x0A5F, 0x0080, PRINTER_CLASS))
    labels = DeviceConfig("labels", "label", "zpl_usb", {"vendor": "0A5F"})
    assert [one.used_by for one in on(bus, tmp_path, labels)] == ["labels"]


def test_what_plays_keyboard_may_be_a_scanner_or_a_badge_reader() -> None:
    reader = InputDevice(
        node="/dev/input/event7", name="Sycreader", vendor="ffff", product="0035",
        serials=("08FF20140315",), paths=(),
    )  # fmt: skip
    view = found._keyboard(reader)
    assert (view.kind, view.type, view.also) == ("scanner", "evdev", (("badge", "keyboard"),))
    assert view.options == {"vendor": "ffff", "product": "0035", "serial": "08FF20140315"}


@pytest.mark.parametrize(
    ("options", "is_its"),
    [
        ({}, True),
        ({"name": "ACR122U"}, True),
        ({"name": "ACR122U 00 00"}, True),
        ({"name": "OMNIKEY"}, False),
    ],
)
def test_a_card_reader_is_that_of_the_device_which_names_it(
    options: dict[str, str], is_its: bool
) -> None:
    reader = FoundView("badge", "pcsc", "ACR122U 00 00", {"name": "ACR122U 00 00"})
    badges = DeviceConfig("badges", "badge", "pcsc", options)
    assert found._user_of(reader, (badges,)) == ("badges" if is_its else "")


def test_card_readers_are_asked_for_by_one_thread_that_may_hang() -> None:
    answers, asked = threading.Event(), []

    def service() -> tuple[str, ...]:
        asked.append(threading.current_thread())
        answers.wait(PATIENCE_S)
        return ("ACR122U 00 00",)

    assert found._card_readers(service, 0.05) == []
    assert found._card_readers(service, 0.05) == []
    assert len(asked) == 1
    answers.set()
    asked[0].join()
    assert [one.label for one in found._card_readers(service, PATIENCE_S)] == ["ACR122U 00 00"]
