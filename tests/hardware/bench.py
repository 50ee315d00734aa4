"""What the tests in the virtual machine share: QEMU's monitor, patience, and the files of the kernel."""

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO, Final, TypeVar

T = TypeVar("T")

SOON_MS: Final = 20_000
"""An emulated processor is slow, and nothing here is about speed."""
AT_ONCE_MS: Final = 500
LIMIT_S: Final = 60
PORTS: Final = Path("/dev/virtio-ports")


def eventually(ask: Callable[[], T | None], what: str) -> T:
    """The first answer that is neither nothing nor false."""
    end = time.monotonic() + LIMIT_S
    while not (answer := ask()):
        assert time.monotonic() < end, f"waited in vain for {what}"
        time.sleep(0.01)
    return answer


def put(path: Path, text: str | int) -> None:
    """Write to a file of the kernel."""
    path.write_text(f"{text}\n")


class Monitor:
    """QEMU's monitor (QMP), from within: plugs things into this very machine."""

    def __init__(self) -> None:
        self._port: BinaryIO = (PORTS / "monitor").open("r+b", buffering=0)
        self._gone: set[str] = set()
        self._heard()
        self.say("qmp_capabilities")

    def say(self, command: str, **arguments: object) -> object:
        message = json.dumps({"execute": command, "arguments": arguments})
        self._port.write(message.encode() + b"\n")
        while "return" not in (answer := self._heard()):
            assert "error" not in answer, answer
        return answer["return"]

    def plug(self, driver: str, name: str, **properties: object) -> None:
        self.say("device_add", driver=driver, id=name, bus="usb.0", **properties)

    def unplug(self, name: str) -> None:
        self._gone.discard(name)
        self.say("device_del", id=name)
        while name not in self._gone:
            self._heard()

    def key(self, name: str, *, down: bool) -> None:
        """Press or release a key of the emulated keyboard, by QEMU's name for it."""
        key = {"down": down, "key": {"type": "qcode", "data": name}}
        self.say("input-send-event", events=[{"type": "key", "data": key}])

    def _heard(self) -> dict[str, Any]:
        """The next answer or event."""
        message: dict[str, Any] = json.loads(self._port.readline())
        if message.get("event") == "DEVICE_DELETED":
            self._gone.add(message["data"].get("device", ""))
        return message
