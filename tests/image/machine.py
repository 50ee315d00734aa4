"""A computer in QEMU, without KVM, that starts from a card: power, screen, touch, keys, a scanner, and a console."""

import itertools
import json
import re
import socket
import subprocess
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from tests.image.card import Card

SIZE: Final = (1280, 800)
_CONSOLE: Final = "systemd.debug_shell systemd.default_debug_tty="
# fmt: off
_COMPUTERS: Final = {
    "amd64": (
        "ttyS0",
        ("qemu-system-x86_64", "-M", "q35", "-cpu", "max", "-vga", "none", "-device", "i6300esb"),
    ),
    # No Raspberry Pi of the emulator has a screen, so it is another computer with the same processor.
    "arm64": ("ttyAMA0", ("qemu-system-aarch64", "-M", "virt", "-cpu", "cortex-a72")),
}
# fmt: on
_TRYING: Final = b"0 tryboot"
_KEYS: Final = {" ": "spc", "-": "minus", ".": "dot", "\n": "ret", "/": "slash"}


class Gone(Exception):
    """The machine ended, or did not get as far as was waited for."""


class Machine:
    """One power-on of a computer. `work` is a folder for sockets and pictures.

    `is_trying`: the firmware was asked to try the other slot, once. `sticks` are files that are USB sticks, `words`
    stand on the kernel's command line besides; `arch` is the image's processor.
    """

    def __init__(
        self,
        card: Card,
        work: Path,
        *,
        is_trying: bool = False,
        sticks: Sequence[Path] = (),
        words: str = "",
        arch: str = "amd64",
    ) -> None:
        self.card, self.work = card, work
        self._console_name, self._computer = _COMPUTERS[arch]
        work.mkdir(parents=True, exist_ok=True)
        self.start = card.firmware(work, is_trying=is_trying)
        self._words = words
        self.began = time.monotonic()
        self.printed = ""
        self._numbers = itertools.count(1)
        for name in ("qmp", "console", "firmware"):
            (work / name).unlink(missing_ok=True)
        self._log = (work / "console.log").open("w")
        self._process = subprocess.Popen(
            self._command(sticks), stdin=subprocess.DEVNULL, stderr=(work / "qemu.log").open("w")
        )
        self._qmp = self._connect("qmp").makefile("rw")
        self._qmp.readline()
        self.ask("qmp_capabilities")
        self._console = self._connect("console")
        self._firmware = self._connect("firmware")
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()
        self.ask("cont")

    def _command(self, sticks: Sequence[Path]) -> list[str]:
        def channel(name: str) -> str:
            return f"socket,id={name},path={self.work / name},server=on,wait=off"

        width, height = SIZE
        # fmt: off
        command = [
            *self._computer, "-smp", "2", "-m", "2048", "-S", "-no-reboot", "-nodefaults",
            "-accel", "tcg,thread=multi,tb-size=1024", "-display", "none",
            "-kernel", str(self.start.kernel), "-initrd", str(self.start.initrd),
            "-append", f"{self.start.line} {_CONSOLE}{self._console_name} {self._words}",
            "-drive", f"file={self.card.path},format=raw,if=none,id=card,cache=writeback",
            "-device", "virtio-blk-pci,drive=card", "-device", f"virtio-gpu-pci,xres={width},yres={height}",
            "-device", "qemu-xhci,id=usb", "-device", "usb-kbd", "-device", "usb-tablet",
            "-netdev", "user,id=net", "-device", "virtio-net-pci,netdev=net,romfile=",
            "-device", "virtio-serial", "-chardev", channel("firmware"),
            "-device", "virtserialport,chardev=firmware,name=firmware",
            "-chardev", channel("console"), "-serial", "chardev:console",
            "-action", "watchdog=reset",
            "-chardev", channel("qmp"), "-mon", "chardev=qmp,mode=control",
        ]
        # fmt: on
        for number, stick in enumerate(sticks):
            command += ["-drive", f"file={stick},format=raw,if=none,id=stick{number}"]
            command += [
                "-device",
                f"usb-storage,drive=stick{number},removable=on,id=usbstick{number}",
            ]
        return command

    def _connect(self, name: str) -> socket.socket:
        until = time.monotonic() + 20
        while True:
            with suppress(OSError):
                made = socket.socket(socket.AF_UNIX)
                made.connect(str(self.work / name))
                return made
            if self._process.poll() is not None or time.monotonic() > until:
                raise Gone((self.work / "qemu.log").read_text())
            time.sleep(0.05)

    def _listen(self) -> None:
        while data := self._console.recv(65536):
            text = data.decode("utf-8", "replace").replace("\r", "")
            self.printed += text
            self._log.write(text)
            self._log.flush()

    # ---------------------------------------------------------------------------------- the monitor

    def ask(self, command: str, **arguments: Any) -> Any:  # noqa: ANN401 - JSON
        """One command to the emulator's monitor, and its answer."""
        self._qmp.write(json.dumps({"execute": command, "arguments": arguments}) + "\n")
        self._qmp.flush()
        while True:
            line = self._qmp.readline()
            if not line:
                raise Gone(f"the emulator ended: {(self.work / 'qemu.log').read_text()}")
            told = json.loads(line)
            if "error" in told:
                raise AssertionError(told["error"])
            if "return" in told:
                return told["return"]

    def picture(self, name: str) -> Path:
        """What is on the screen now, as a PNG."""
        file = self.work / f"{name}.png"
        self.ask("screendump", filename=str(file), format="png")
        return file

    def tap(self, x: int, y: int) -> None:
        """A finger on the screen, in pixels from the top left."""
        width, height = SIZE
        place = [
            {"type": "abs", "data": {"axis": "x", "value": x * 32767 // width}},
            {"type": "abs", "data": {"axis": "y", "value": y * 32767 // height}},
        ]
        self.ask("input-send-event", events=place)
        for is_down in (True, False):
            time.sleep(0.1)
            button = {"type": "btn", "data": {"button": "left", "down": is_down}}
            self.ask("input-send-event", events=[button])
        time.sleep(0.1)

    def type(self, text: str) -> None:
        """Keys of a keyboard; a barcode scanner is one."""
        for sign in text:
            keys = [{"type": "qcode", "data": _KEYS.get(sign, sign.lower())}]
            if sign.isupper():
                keys.insert(0, {"type": "qcode", "data": "shift"})
            self.ask("send-key", keys=keys, **{"hold-time": 20})
            time.sleep(0.05)

    # ------------------------------------------------------------------------------------ the console

    def wait(self, pattern: str, seconds: float = 300, start: int = 0) -> re.Match[str]:
        """Until the console has printed something."""
        until = time.monotonic() + seconds
        while True:
            found = re.compile(pattern).search(self.printed, start)
            if found:
                return found
            if self._process.poll() is not None or time.monotonic() > until:
                raise Gone(f"{pattern!r} did not come; last: {self.printed[-2000:]}")
            time.sleep(0.1)

    def sh(self, command: str, seconds: float = 120) -> str:
        """What a command prints, as root, on the console that only the emulator's command line opens."""
        self.wait(r"# $", seconds)
        mark = f"mark{next(self._numbers)}"
        start = len(self.printed)
        self._console.sendall(f"{command}; echo {mark[:2]}''{mark[2:]} rc=$?\n".encode())
        found = self.wait(mark + r" rc=(\d+)\n", seconds, start)
        told = self.printed[start : found.start()]
        return re.sub(
            r"\x1b\[[0-9;?]*[a-zA-Z]|\x1b\][^\x07\x1b]*(\x07|\x1b\\)", "", told
        ).partition("\n")[2]

    # --------------------------------------------------------------------------------------- its end

    def pull_the_plug(self) -> None:
        """Power is gone from one instruction to the next."""
        with suppress(Gone, OSError):
            self.ask("quit")
        self._process.wait(20)

    def ended(self, seconds: float = 180) -> bool:
        """Waits until it switched itself off or restarts; whether the firmware is to try the other slot then."""
        self._process.wait(seconds)
        self._firmware.setblocking(False)
        with suppress(BlockingIOError):
            return _TRYING in self._firmware.recv(65536)
        return False

    @property
    def is_on(self) -> bool:
        """Whether it runs."""
        return self._process.poll() is None
