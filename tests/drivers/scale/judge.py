"""The judge: emupos, whose scales speak Toledo 8217 and SMA and were written by somebody else.

Its pseudo-terminals lie under `$TMPDIR/emupos`, and a hand over HTTP lays the goods on.
"""

import contextlib
import json
import os
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path

START_S = 20
PROFILES = {"toledo_8217": "toledo8217-15kg", "sma": "sma-15kg"}


class ScaleJudge:
    """One running emupos with a scale for each protocol that it speaks."""

    def __init__(self, program: Path, folder: Path) -> None:
        self._folder = folder
        port = _free_port()
        self._api = f"http://127.0.0.1:{port}/api/v1"
        config = folder / "emupos.yaml"
        devices = "".join(
            f"  - id: {_id(name)}\n    type: scale\n    profile: {profile}\n"
            f"    connections:\n      - serial: {{ pty: true, link: {_id(name)} }}\n"
            for name, profile in PROFILES.items()
        )
        config.write_text(
            f"schema: 1\napi: {{ host: 127.0.0.1, port: {port} }}\ndevices:\n{devices}"
        )
        log = (folder / "emupos.log").open("wb")
        self._process = subprocess.Popen(
            (str(program), "run", "--config", str(config)),
            cwd=folder,
            env={**os.environ, "TMPDIR": str(folder)},
            stdout=log,
            stderr=log,
        )
        log.close()
        self._wait_until_up(folder / "emupos.log")

    def port(self, name: str) -> Path:
        """Where the scale's cable ends."""
        return self._folder / "emupos" / _id(name)

    def put(self, name: str, grams: int, *, is_stable: bool = True) -> None:
        """Lay so much on it. What is not stable comes to rest by itself after half a second."""
        weight = {"grams": grams, "stable": is_stable}
        self._call("PUT", f"/devices/{_id(name)}/weight", weight)

    def begin(self) -> None:
        """Empty the scales and forget their tares."""
        for name in PROFILES:
            self.put(name, 0)
            self._call("POST", f"/devices/{_id(name)}/zero")

    def tare(self, name: str) -> None:
        """Press its tare key."""
        self._call("POST", f"/devices/{_id(name)}/tare")

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait(10)

    def _call(self, method: str, path: str, body: Mapping[str, object] | None = None) -> bytes:
        request = urllib.request.Request(  # noqa: S310
            self._api + path,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
        )
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


def _id(name: str) -> str:
    return name.replace("_", "-")


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])
