"""A USB printer made by the kernel itself: its printer gadget on its dummy USB host, and a hand to play it.

The plug, the descriptors, the bulk endpoints and libusb's way to them are real; what the printer
says to a question is played here. The kernel's gadget must not be unplugged while its file is open.
"""

import os
import select
import threading
from pathlib import Path
from typing import Final

import usb.core

from tests.hardware.bench import eventually, put

GADGET: Final = Path("/sys/kernel/config/usb_gadget/printer")
SOCKET: Final = "dummy_udc.0"
NUMBERS: Final = {"idVendor": 0x04B8, "idProduct": 0x0202}
NODE: Final = Path("/dev/g_printer0")
WELL: Final = b"\x12"
QUESTIONS: Final = tuple(bytes([0x10, 0x04, number]) for number in (1, 2, 3, 4))
CONFIRM: Final = b"\x1dr\x01"
TURN_MS: Final = 50


class PrinterGadget:
    """A printer that is plugged into this very machine. The levers are plain attributes."""

    def __init__(self) -> None:
        self.received = bytearray()
        self.takes_data = True
        self.tells_status = True
        self.confirms = True
        self.status = WELL
        self._unread = b""
        self._stop = threading.Event()
        self._player: threading.Thread | None = None
        if not GADGET.exists():
            self._build()

    def plug(self) -> None:
        put(GADGET / "UDC", SOCKET)
        eventually(NODE.exists, "the gadget")
        eventually(lambda: list(Path("/dev/usb").glob("lp*")), "the kernel to see a printer")
        # libusb is told by udev, a little later.
        eventually(lambda: usb.core.find(**NUMBERS) is not None, "libusb to see it")
        self._stop.clear()
        self._player = threading.Thread(target=self._play)
        self._player.start()

    def unplug(self) -> None:
        if self._player is not None:
            self._stop.set()
            self._player.join()
            self._player = None
            put(GADGET / "UDC", "")
            eventually(lambda: not list(Path("/dev/usb").glob("lp*")), "the printer to be gone")
            eventually(lambda: usb.core.find(**NUMBERS) is None, "libusb to miss it")

    def _build(self) -> None:
        for folder in ("strings/0x409", "configs/c.1", "functions/printer.0"):
            (GADGET / folder).mkdir(parents=True)
        put(GADGET / "idVendor", "0x04b8")
        put(GADGET / "idProduct", "0x0202")
        put(GADGET / "strings/0x409/serialnumber", "P-0001")
        put(GADGET / "functions/printer.0/pnp_string", "MFG:EPSON;MDL:TM-T20II;CLS:PRINTER;")
        (GADGET / "configs/c.1/printer.0").symlink_to(GADGET / "functions/printer.0")

    def _play(self) -> None:
        fd = os.open(NODE, os.O_RDWR | os.O_NONBLOCK)
        try:
            ready = select.poll()
            ready.register(fd, select.POLLIN)
            while not self._stop.is_set():
                if not self.takes_data:
                    self._stop.wait(TURN_MS / 1000)
                elif ready.poll(TURN_MS):
                    try:
                        self._take(fd, os.read(fd, 8192))
                    except BlockingIOError:
                        continue
        finally:
            os.close(fd)

    def _take(self, fd: int, message: bytes) -> None:
        self.received += message
        # Questions come whole, and at the end of what is sent.
        if message[-3:] in QUESTIONS and self.tells_status:
            os.write(fd, self.status)
        elif message.endswith(CONFIRM) and self.confirms:
            os.write(fd, b"\x00")
