"""The judge: emupos, a receipt printer written by somebody else, and the cables that lead to it.

It lives in a virtual environment of its own, since it wants a newer Python than the shop does.
"""

import contextlib
import errno
import json
import os
import select
import socket
import subprocess
import threading
import time
import tty
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parents[3]
FAULTS = ("paper-near-end", "paper-out", "cover-open", "offline")
START_S = 20
JOB_BEGINS = b"\x1b@"


def find_program() -> Path | None:
    """Where emupos is: `$EMUPOS`, or the judge's virtual environment. Nothing if it is not installed."""
    for place in (os.environ.get("EMUPOS", ""), str(ROOT / ".venv-judge/bin/emupos")):
        if place and Path(place).is_file():
            return Path(place)
    return None


class Judge:
    """One running emupos with one printer, whose drawer switch is high when it is open."""

    def __init__(self, program: Path, folder: Path) -> None:
        self.port, api_port = _free_port(), _free_port()
        self._api = f"http://127.0.0.1:{api_port}/api/v1"
        config = folder / "emupos.yaml"
        config.write_text(
            f"schema: 1\napi: {{ host: 127.0.0.1, port: {api_port} }}\n"
            "devices:\n  - id: front\n    type: printer\n    profile: epson-tm-t20iii\n"
            f"    connections:\n      - tcp: {{ port: {self.port} }}\n"
        )
        command = (str(program), "run", "--config", str(config))
        log = (folder / "emupos.log").open("wb")
        self._process = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log)
        self._seen: set[str] = set()
        self._wait_until_up(folder / "emupos.log")

    def begin(self) -> None:
        """Make it a fresh printer: no fault, drawer shut, nothing printed."""
        for fault in FAULTS:
            self.clear(fault)
        self._call("POST", "/devices/front/drawer/close")
        self._seen = {receipt["id"] for receipt in self._receipts()}

    def set(self, fault: str) -> None:
        self._call("PUT", f"/devices/front/faults/{fault}")

    def clear(self, fault: str) -> None:
        self._call("DELETE", f"/devices/front/faults/{fault}")

    def drawer_is_open(self) -> bool:
        state = json.loads(self._call("GET", "/devices/front"))["state"]
        return bool(state["drawer"] == "open")

    def shut_drawer(self) -> None:
        self._call("POST", "/devices/front/drawer/close")

    def texts(self) -> list[str]:
        """What came out since `begin`, as text, oldest first."""
        return [
            self._call("GET", f"/devices/front/receipts/{i}/text").decode() for i in self._new()
        ]

    def pictures(self) -> list[bytes]:
        """The same as PNG."""
        return [self._call("GET", f"/devices/front/receipts/{i}/image") for i in self._new()]

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait(10)

    def _new(self) -> list[str]:
        receipts = sorted(self._receipts(), key=lambda receipt: receipt["completed_at"])
        return [receipt["id"] for receipt in receipts if receipt["id"] not in self._seen]

    def _receipts(self) -> list[dict[str, str]]:
        receipts: list[dict[str, str]] = json.loads(self._call("GET", "/devices/front/receipts"))
        return receipts

    def _call(self, method: str, path: str) -> bytes:
        request = urllib.request.Request(self._api + path, method=method)  # noqa: S310
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
            return bytes(answer.read())

    def _wait_until_up(self, log: Path) -> None:
        end = time.monotonic() + START_S
        while True:
            with contextlib.suppress(urllib.error.URLError, ConnectionError, TimeoutError):
                self._call("GET", "/health")
                return
            assert self._process.poll() is None, log.read_text()
            assert time.monotonic() < end, log.read_text()
            time.sleep(0.05)


class Cable:
    """Carries bytes between a driver's end and the judge, until it is pulled.

    `before_job` is called once, between the driver's look at the printer and the slip's first byte.
    """

    def __init__(self, judge: Judge) -> None:
        self._judge_address = ("127.0.0.1", judge.port)
        self.before_job: Callable[[], None] | None = None
        self.carried = b""

    def snap(self) -> None:
        """Break in the middle of a job: the near end finds nobody there any more. For `before_job`."""
        raise OSError(errno.EIO, "the cable snapped")

    def carry(self, near_end: int, stop: threading.Event) -> None:
        with socket.create_connection(self._judge_address) as far_end:
            while not stop.is_set():
                readable = select.select([near_end, far_end.fileno()], [], [], 0.02)[0]
                try:
                    if near_end in readable:
                        far_end.sendall(self._passed(_read(near_end)))
                    if far_end.fileno() in readable:
                        os.write(near_end, _read(far_end.fileno()))
                except OSError:
                    return

    def _passed(self, sent: bytes) -> bytes:
        self.carried += sent
        if JOB_BEGINS in sent and self.before_job is not None:
            happening, self.before_job = self.before_job, None
            happening()
        return sent


class NetworkCable(Cable):
    """A network plug: a port that forwards to the judge."""

    def __init__(self, judge: Judge) -> None:
        super().__init__(judge)
        self.port = _free_port()
        self.plug()

    def plug(self) -> None:
        self._stop = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", self.port))
        self._thread = threading.Thread(target=self._serve, args=(self._stop,))
        self._thread.start()

    def unplug(self) -> None:
        if not self._stop.is_set():
            self._stop.set()
            self._thread.join()
            self._listener.close()

    def _serve(self, stop: threading.Event) -> None:
        self._listener.settimeout(0.02)
        while not stop.is_set():
            with contextlib.suppress(TimeoutError):
                connection, _ = self._listener.accept()
                with connection:
                    self.carry(connection.fileno(), stop)


class SerialCable(Cable):
    """A serial adapter: a pseudo-terminal behind a stable link."""

    def __init__(self, judge: Judge, link: Path) -> None:
        super().__init__(judge)
        self.link = link
        self._stop = threading.Event()
        self.plug()

    def plug(self) -> None:
        self._stop = threading.Event()
        self._far_end, self._near_end = os.openpty()
        tty.setraw(self._near_end)
        self.link.symlink_to(os.ttyname(self._near_end))
        self._thread = threading.Thread(target=self.carry, args=(self._far_end, self._stop))
        self._thread.start()

    def unplug(self) -> None:
        if not self._stop.is_set():
            self.link.unlink()
            self._stop.set()
            self._thread.join()
            os.close(self._far_end)
            os.close(self._near_end)


def _read(fd: int) -> bytes:
    received = os.read(fd, 65536)
    if not received:
        raise OSError(errno.EIO, "the other end is closed")
    return received


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])
