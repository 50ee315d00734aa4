"""A real `pcscd` with virtual readers (vsmartcard's vpcd), and cards to put onto them.

The service runs apart from the machine's own: in a mount namespace whose /run is a folder of ours,
with a configuration of ours. Its virtual readers wait on TCP ports for a program that plays card:
each message is a length of two bytes, high one first, and so many bytes; a message of one byte is
power off (0), power on (1), reset (2) or "say your ATR" (4), any other one an APDU.
"""

import os
import shutil
import signal
import socket
import struct
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from smartcard import scard

VPCD: Final = Path("/usr/lib/pcsc/drivers/serial/libifdvpcd.so")
MIFARE_ATR: Final = bytes.fromhex("3B8F8001804F0CA000000306030001000000006A")
GET_UID: Final = bytes.fromhex("FFCA000000")
_GET_ATR: Final = b"\x04"
_NAMESPACES: Final = (
    ("unshare", "--mount"),
    ("unshare", "--user", "--map-root-user", "--mount"),
)
_PATIENCE_S: Final = 20.0


def why_not() -> str:
    """Why there can be no service here; empty if there can."""
    if shutil.which("pcscd") is None or not VPCD.exists():
        return "pcscd and its virtual reader are not installed (Debian: pcscd vsmartcard-vpcd)"
    return "" if _namespace() else "this machine lets us have no mount namespace (unshare)"


class Service:
    """`pcscd`, not started yet. Readers are called "Virtual PCD 00 00" and "Virtual PCD 00 01"."""

    def __init__(self, folder: Path) -> None:
        self._run, self._conf = folder / "run", folder / "conf"
        (self._run / "pcscd").mkdir(parents=True)
        self._conf.mkdir()
        self.port = _free_ports()
        self.plug_readers()
        self._process: subprocess.Popen[bytes] | None = None
        # Where pcsc-lite's library looks for the service, from its next connection on.
        os.environ["PCSCLITE_CSOCK_NAME"] = str(self._run / "pcscd/pcscd.comm")

    def start(self) -> None:
        shell = f'mount --bind "{self._run}" /run && exec pcscd --foreground --critical -c "$0" $1'
        # Newer ones ask polkit, which does not know us.
        known = subprocess.run(["pcscd", "--help"], capture_output=True, text=True, check=False)
        option = "--disable-polkit" if "--disable-polkit" in known.stdout + known.stderr else ""
        (self._run / "pcscd/pcscd.comm").unlink(missing_ok=True)
        self._process = subprocess.Popen(
            [*_namespace(), "sh", "-c", shell, str(self._conf), option],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        wait_until(lambda: self.answers() or self._has_ended())
        assert not self._has_ended(), "pcscd did not start"

    def kill(self) -> None:
        """End it as a crash does: nobody is told."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def hang(self) -> None:
        """It is there and says nothing."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        """It hangs no longer."""
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)

    def unplug_readers(self) -> None:
        """From its next start on, the service has no readers."""
        (self._conf / "readers").write_text("")

    def plug_readers(self) -> None:
        """From its next start on, the service has two readers."""
        (self._conf / "readers").write_text(
            f'FRIENDLYNAME "Virtual PCD"\nDEVICENAME /dev/null:0x{self.port:04X}\n'
            f"LIBPATH {VPCD}\nCHANNELID 0x{self.port:04X}\n"
        )

    def answers(self) -> bool:
        answer, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_SYSTEM)
        if answer == scard.SCARD_S_SUCCESS:
            scard.SCardReleaseContext(context)
        return bool(answer == scard.SCARD_S_SUCCESS)

    def has_readers(self) -> bool:
        """Whether it runs, and has been started with its readers."""
        if not self.answers():
            return False
        with self.client() as context:
            return bool(scard.SCardListReaders(context, [])[0] == scard.SCARD_S_SUCCESS)

    @contextmanager
    def client(self) -> Iterator[int]:
        """A program of its own at the service."""
        answer, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_SYSTEM)
        assert answer == scard.SCARD_S_SUCCESS, scard.SCardGetErrorMessage(answer)
        try:
            yield context
        finally:
            scard.SCardReleaseContext(context)

    def sees_card(self, slot: int = 0) -> bool:
        with self.client() as context:
            asked = [(f"Virtual PCD 00 {slot:02X}", scard.SCARD_STATE_UNAWARE)]
            states = scard.SCardGetStatusChange(context, 0, asked)[1]
        return bool(states[0][1] & scard.SCARD_STATE_PRESENT)

    def _has_ended(self) -> bool:
        return self._process is None or self._process.poll() is not None


class Card:
    """A card on a virtual reader, until it is lifted. `answer` is what it says to "Get Data"."""

    def __init__(self, port: int, answer: bytes, atr: bytes = MIFARE_ATR) -> None:
        self._answer, self._atr = answer, atr
        self.asked: list[bytes] = []
        self._link = socket.create_connection(("127.0.0.1", port), timeout=_PATIENCE_S)
        self._playing = threading.Thread(target=self._play, daemon=True)
        self._playing.start()

    def lift(self) -> None:
        self._link.shutdown(socket.SHUT_RDWR)
        self._playing.join()
        self._link.close()

    def _play(self) -> None:
        try:
            while message := self._receive():
                if message == _GET_ATR:
                    self._send(self._atr)
                elif len(message) > 1:
                    self.asked.append(message)
                    self._send(self._answer)
        except OSError:
            """The reader went away."""

    def _receive(self) -> bytes:
        self._link.settimeout(None)
        header = self._link.recv(2, socket.MSG_WAITALL)
        if len(header) < 2:
            return b""
        return self._link.recv(struct.unpack(">H", header)[0], socket.MSG_WAITALL)

    def _send(self, said: bytes) -> None:
        self._link.sendall(struct.pack(">H", len(said)) + said)


def wait_until(is_so: Callable[[], bool]) -> None:
    """Ask again and again until `is_so()`; fail if it never is."""
    end_s = time.monotonic() + _PATIENCE_S
    while not is_so():
        assert time.monotonic() < end_s, "it never was so"
        time.sleep(0.02)


@contextmanager
def service() -> Iterator[Service]:
    """A service that runs, with its readers; gone afterwards."""
    # Not pytest's folder: the path of a socket has at most 107 characters.
    with tempfile.TemporaryDirectory(prefix="pcscd-") as folder:
        running = Service(Path(folder))
        try:
            running.start()
            yield running
        finally:
            running.kill()
            os.environ.pop("PCSCLITE_CSOCK_NAME", None)


def _namespace() -> tuple[str, ...]:
    """The command that runs another one with mounts of its own; empty if we may not."""
    for command in _NAMESPACES:
        trial = [*command, "mount", "--bind", tempfile.gettempdir(), "/run"]
        if (
            shutil.which("unshare")
            and not subprocess.run(trial, capture_output=True, check=False).returncode
        ):
            return command
    return ()


def _free_ports() -> int:
    """A port that is free, as is the next one, which is the second reader's."""
    while True:
        with socket.create_server(("", 0)) as first:
            port = int(first.getsockname()[1])
            try:
                socket.create_server(("", port + 1)).close()
            except OSError:
                continue
            return port
