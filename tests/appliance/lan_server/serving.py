"""A real LAN server in a folder of the test's own, and devices that are paired with it, for whoever needs them.

    with serving(tmp_path / "server") as server:
        till = server.pair("K7Q2", name="Till 1")
        till.up(entries)
        assert till.hello().marks["K7Q2"][0] == 3

The server is the process that a shop runs: `python -m appliance server`. `Device` is no register, but what one says on
the network: real certificates, real TLS, one method for each message.
"""

import contextlib
import datetime
import fcntl
import os
import signal
import subprocess
import sys
import time
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, TypeVar

import msgspec
import urllib3
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from appliance.journal import wire
from appliance.journal.book import Book
from appliance.journal.entry import Entry
from appliance.journal.kinds import CategoryAdded
from appliance.journal.pairing_wire import (
    SERVER_NAME,
    Authority,
    Finish,
    Paired,
    Trouble,
    read_qr,
)
from appliance.lan_server import console
from tests.ports import free_port

ROOT: Final = Path(__file__).parents[3]
START_S: Final = 30.0
PATIENCE_S: Final = 30.0
SMALL: Final = "[store]\nwarn_mb = 1\nstop_mb = 1\nballast_mb = 1\n"
"""A store that is content with a small disk."""

_Answer = TypeVar("_Answer")
Key = ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey


class Refused(Exception):
    """The server said no: `status`, and `trouble` with code and sentence."""

    def __init__(self, status: int, trouble: Trouble) -> None:
        super().__init__(f"{status} {trouble.code}: {trouble.sentence}")
        self.status = status
        self.trouble = trouble
        self.code = trouble.code


@dataclass
class Server:
    """The process. `store` is its folder, `port` where it listens at 127.0.0.1."""

    store: Path
    port: int
    arguments: tuple[str, ...] = ()
    process: subprocess.Popen[bytes] | None = None
    environ: dict[str, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"https://127.0.0.1:{self.port}"

    @property
    def ca(self) -> Path:
        """The certificate of the shop's authority."""
        return self.store / "authority" / "ca.pem"

    @property
    def log(self) -> str:
        """What the process wrote."""
        return self._log.read_text(errors="replace")

    @property
    def _log(self) -> Path:
        return self.store.with_name(f"{self.store.name}.log")

    def start(self) -> "Server":
        """Start the process and wait until it answers."""
        config = self.store.with_name(f"{self.store.name}.toml")
        if not config.exists():
            config.write_text(SMALL + "[server]\nannounce = false\nthreads = 32\n")
        command = [sys.executable, "-m", "appliance", "server", "--config", str(config)]
        with self._log.open("ab") as log:
            self.process = subprocess.Popen(
                [*command, "--store", str(self.store), "--port", str(self.port), *self.arguments],
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=os.environ | {"LANG": "en"} | self.environ,
                start_new_session=True,
            )
        until = time.monotonic() + START_S
        while not self.answers():
            if self.process.poll() is not None:
                message = f"the server ended with {self.process.returncode}: {self.log[-3000:]}"
                raise AssertionError(message)
            assert time.monotonic() < until, f"the server does not answer: {self.log[-3000:]}"
            time.sleep(0.03)
        return self

    def answers(self) -> bool:
        """Whether `/health` is served."""
        pool = urllib3.HTTPSConnectionPool(
            "127.0.0.1", self.port, cert_reqs="CERT_NONE", timeout=5, retries=False
        )
        try:
            with contextlib.closing(pool), _no_warnings():
                return pool.request("GET", "/health").status == 200
        except (urllib3.exceptions.HTTPError, OSError):
            return False

    def stop(self) -> int:
        """Stop it as the service manager does; its exit code."""
        assert self.process is not None
        self.process.terminate()
        try:
            return self.process.wait(PATIENCE_S)
        finally:
            self.kill()

    def kill(self) -> None:
        """Kill it with all its processes at once, as a power cut does."""
        if self.process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(PATIENCE_S)
        # Its worker has the store, and dies a moment later perhaps.
        until = time.monotonic() + PATIENCE_S
        while _is_locked(self.store / "shop.lock"):
            assert time.monotonic() < until, "the worker does not die"
            time.sleep(0.01)

    def offer(self, name: str = "", place: str = "till", replaces: str = "") -> dict[str, Any]:
        """A new code, asked for at the console: `qr`, `code`, `until_ms`."""
        question = {"do": "pair", "name": name, "place": place, "replaces": replaces}
        made: dict[str, Any] = console.ask(self.store, question)
        return made

    def revoke(self, device: str, why: str = "") -> None:
        """Let a device in no more."""
        console.ask(self.store, {"do": "revoke", "device": device, "why": why})

    def stranger(self) -> "Device":
        """A device that was never paired and trusts the shop's authority."""
        return Device(self, "")

    def pair(
        self,
        origin: str,
        name: str = "",
        place: str = "till",
        *,
        replaces: str = "",
        peppers: Sequence[str] = (),
    ) -> "Device":
        """A device that was paired by QR code."""
        token = read_qr(self.offer(name, place, replaces)["qr"]).token
        return self.stranger().finish(origin, token=token, peppers=tuple(peppers))


@dataclass
class Device:
    """What a register says on the network. `paired` is what it was told when it was let in."""

    server: Server
    origin: str
    folder: Path | None = None
    paired: Paired | None = None
    _pool: urllib3.HTTPSConnectionPool | None = None

    @property
    def pool(self) -> urllib3.HTTPSConnectionPool:
        """Connections with this device's certificate, kept alive."""
        if self._pool is None:
            self._pool = urllib3.HTTPSConnectionPool(
                "127.0.0.1",
                self.server.port,
                ca_certs=str(self.server.ca),
                cert_file=str(self.folder / "device.pem") if self.folder else None,
                key_file=str(self.folder / "device.key") if self.folder else None,
                server_hostname=SERVER_NAME,
                assert_hostname=SERVER_NAME,
                timeout=PATIENCE_S,
                retries=False,
                maxsize=4,
            )
        return self._pool

    def finish(
        self,
        origin: str,
        *,
        key: Key | None = None,
        request: str = "",
        **said: Any,  # noqa: ANN401
    ) -> "Device":
        """Ask for a certificate with a token, or a session and its proof. Raises `Refused`."""
        key = key or ec.generate_private_key(ec.SECP256R1())
        request = request or request_for(origin, key)
        asked = Finish(origin=origin, request=request, program="test", **said)
        paired = self.ask("/pair/v1/finish", asked, Paired)
        folder = self.server.store.with_name(
            f"{self.server.store.name}-{origin}-{os.urandom(3).hex()}"
        )
        folder.mkdir()
        (folder / "device.pem").write_text(paired.certificate)
        (folder / "device.key").write_bytes(pem_of_key(key))
        return Device(self.server, origin, folder, paired)

    def authority(self) -> Authority:
        answer = self.pool.request("GET", "/pair/v1/authority")
        return msgspec.json.decode(answer.data, type=Authority)

    def ask(self, path: str, message: object, kind: type[_Answer]) -> _Answer:
        """One message and its answer. Raises `Refused`."""
        return msgspec.json.decode(self.post(path, msgspec.json.encode(message)), type=kind)

    def post(self, path: str, body: bytes, **headers: str) -> bytes:
        """Any bytes; the answer's bytes, unpacked where HTTP says so. Raises `Refused`."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        answer = self.pool.request("POST", path, body=body, headers=named)
        if answer.status != 200:
            said = answer.data.decode(errors="replace")
            assert said.startswith("{"), f"{path}: {answer.status} {said} {self.server.log[-3000:]}"
            raise Refused(answer.status, msgspec.json.decode(said, type=Trouble))
        return answer.data

    # ------------------------------------------------------------------ the mirror

    def hello(self, *, seq: int = 0, head: str = "", **said: Any) -> wire.Welcome:  # noqa: ANN401
        marks = {self.origin: (seq, head)} if seq else {}
        message = wire.Hello(self.origin, "test", said.pop("marks", marks), **said)
        return self.ask("/mirror/v1/hello", message, wire.Welcome)

    def up(self, entries: Sequence[Entry]) -> wire.Mark:
        answer = self.post("/mirror/v1/up", wire.pack(entries))
        return msgspec.json.decode(answer, type=wire.Mark)

    def down(self, have: dict[str, int] | None = None, wait_ms: int = 0) -> tuple[Entry, ...]:
        wanting = wire.Wanting(have or {}, wait_ms)
        return wire.unpack(self.post("/mirror/v1/down", msgspec.json.encode(wanting)))

    def at(self, origin: str, *seqs: int) -> tuple[str, ...]:
        return self.ask("/mirror/v1/at", wire.Asking(origin, seqs), wire.Hashes).hashes


@contextlib.contextmanager
def serving(store: Path, *arguments: str) -> Iterator[Server]:
    """A server in `store` for as long as the block runs; killed at the end."""
    server = Server(store, free_port(), arguments)
    try:
        yield server.start()
    finally:
        server.kill()


def request_for(origin: str, key: Key) -> str:
    """A request for a certificate (PEM)."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, origin)])
    algorithm = None if isinstance(key, ed25519.Ed25519PrivateKey) else hashes.SHA256()
    request = x509.CertificateSigningRequestBuilder().subject_name(name).sign(key, algorithm)
    return request.public_bytes(Encoding.PEM).decode()


def forged(server: Server, origin: str) -> Device:
    """A device with a certificate of an authority that calls itself as the shop's does, and is another."""
    key = ec.generate_private_key(ec.SECP256R1())
    other = ec.generate_private_key(ec.SECP256R1())
    issuer = x509.load_pem_x509_certificate(server.ca.read_bytes()).subject
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, origin)]))
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .sign(other, hashes.SHA256())
    )
    folder = server.store.with_name(f"{server.store.name}-forged-{os.urandom(3).hex()}")
    folder.mkdir()
    (folder / "device.pem").write_bytes(made.public_bytes(Encoding.PEM))
    (folder / "device.key").write_bytes(pem_of_key(key))
    return Device(server, origin, folder)


def pem_of_key(key: Key) -> bytes:
    """A private key as text."""
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def entries_of(book: Book, count: int) -> tuple[Entry, ...]:
    """Some entries that a register recorded: categories, which need nothing else."""
    return book.record("", *(CategoryAdded(f"category {n}") for n in range(count)))


def _is_locked(file: Path) -> bool:
    if not file.exists():
        return False
    with file.open() as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return True
    return False


@contextlib.contextmanager
def _no_warnings() -> Iterator[None]:
    """urllib3 warns of a connection that is not verified, which is what `answers` wants."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", urllib3.exceptions.InsecureRequestWarning)
        yield


__all__ = [
    "SMALL",
    "Device",
    "Refused",
    "Server",
    "entries_of",
    "forged",
    "free_port",
    "pem_of_key",
    "request_for",
    "serving",
]
