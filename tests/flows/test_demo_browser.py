"""`make run` on a machine without a screen: the till is drawn in memory and shown in a web browser of this machine."""

import contextlib
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import pytest

ROOT = Path(__file__).parents[2]
NEEDED = ("Xvfb", "x11vnc", "websockify")
MISSING = [name for name in NEEDED if shutil.which(name) is None]
if not Path("/usr/share/novnc/vnc.html").is_file():
    MISSING.append("novnc")

pytestmark = [
    pytest.mark.skipif(bool(MISSING), reason=f"not installed: {', '.join(MISSING)}"),
    pytest.mark.timeout(120),
]

PATIENCE_S = 40.0
A_WINDOW = "import sys; print('drawing', flush=True); sys.stdin.read()"
"""Stands for the till: what is tried here is the screen around it."""


@contextlib.contextmanager
def virtual_screen(*command: str) -> Iterator[tuple[str, IO[str]]]:
    """The address that is told, and what the command says."""
    environment = {name: value for name, value in os.environ.items() if name != "DISPLAY"}
    process = subprocess.Popen(
        ["image-build/virtual-screen", *command],
        cwd=ROOT,
        env={**environment, "SCREEN_SIZE": "640x480"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    try:
        line = process.stderr.readline()
        address = re.search(r"http://localhost:\d+/vnc\.html\S*", line)
        assert address, line + process.stderr.read()
        yield address[0], process.stdout
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.communicate(timeout=PATIENCE_S)


def port_of(address: str) -> int:
    return int(re.findall(r":(\d+)/", address)[0])


def listeners() -> set[tuple[str, int]]:
    """Local addresses, in the kernel's hexadecimal, and ports at which somebody listens."""
    found = set()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        for row in Path(table).read_text(encoding="ascii").splitlines()[1:]:
            local, state = row.split()[1], row.split()[3]
            if state == "0A":
                address, port = local.split(":")
                found.add((address, int(port, 16)))
    return found


LOOPBACK = {"0100007F", "00000000000000000000000001000000"}


def test_a_browser_of_this_machine_sees_the_screen_and_no_other_machine_can() -> None:
    with virtual_screen(sys.executable, "-c", A_WINDOW) as (address, said):
        assert said.readline() == "drawing\n"
        with urllib.request.urlopen(address, timeout=PATIENCE_S) as page:  # noqa: S310 - our own address
            assert page.status == 200
            assert "noVNC" in page.read().decode()
        port = port_of(address)
        assert {where for where, at in listeners() if at == port} <= LOOPBACK
        assert greeting(port).startswith(b"RFB 003.")


def greeting(port: int) -> bytes:
    """What a VNC server says first, through the web socket at `port`."""
    until = time.monotonic() + PATIENCE_S
    with socket.create_connection(("127.0.0.1", port), PATIENCE_S) as line:
        line.sendall(
            f"GET /websockify HTTP/1.1\r\nHost: localhost:{port}\r\nUpgrade: websocket\r\n"
            "Connection: Upgrade\r\nSec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\n"
            "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: binary\r\n\r\n".encode()
        )
        got = b""
        while b"RFB" not in got and time.monotonic() < until:
            part = line.recv(4096)
            if not part:
                break
            got += part
    assert got.startswith(b"HTTP/1.1 101"), got
    return got[got.index(b"RFB") :]


def test_the_screen_ends_with_the_program_and_tells_how_it_ended() -> None:
    run = subprocess.run(
        ["image-build/virtual-screen", sys.executable, "-c", "raise SystemExit(7)"],
        cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE_S, check=False,
    )  # fmt: skip
    assert run.returncode == 7, run.stderr
    port = port_of(run.stderr)
    with socket.socket() as line:
        assert line.connect_ex(("127.0.0.1", port)) != 0
