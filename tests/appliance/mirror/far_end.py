"""A far end that speaks TLS and answers as a test says: whoever pretends to be the server, or is a broken one."""

import contextlib
import datetime
import secrets
import ssl
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from appliance.journal.pairing_wire import SERVER_NAME
from tests.appliance.lan_server.serving import pem_of_key

Answer = Callable[[str, bytes], tuple[int, bytes]]
"""Path and body of a request to the status and body of its answer."""

NOW: Final = datetime.datetime.now(datetime.UTC)
YEAR: Final = datetime.timedelta(days=365)


class Authority:
    """An authority with one certificate of a server, for `name`, good from `begin` to `end`."""

    def __init__(
        self,
        folder: Path,
        name: str = SERVER_NAME,
        begin: datetime.datetime = NOW - YEAR,
        end: datetime.datetime = NOW + YEAR,
    ) -> None:
        key = ec.generate_private_key(ec.SECP256R1())
        # Each has a name of its own: OpenSSL looks for the issuer of a certificate by its name.
        called = f"a test's authority {secrets.token_hex(4)}"
        issuer = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, called)])
        made = self._signed(issuer, issuer, key.public_key(), key, (begin, end), is_authority=True)
        self.pem = made.public_bytes(Encoding.PEM).decode()
        own = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        served = self._signed(subject, issuer, own.public_key(), key, (begin, end), name=name)
        self.file = folder / f"{name}.pem"
        self.file.write_bytes(pem_of_key(own) + served.public_bytes(Encoding.PEM))

    @staticmethod
    def _signed(
        subject: x509.Name,
        issuer: x509.Name,
        public: ec.EllipticCurvePublicKey,
        key: ec.EllipticCurvePrivateKey,
        dates: tuple[datetime.datetime, datetime.datetime],
        *,
        is_authority: bool = False,
        name: str = "",
    ) -> x509.Certificate:
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(issuer)
            .public_key(public)
            .serial_number(x509.random_serial_number())
            .not_valid_before(dates[0])
            .not_valid_after(dates[1])
            .add_extension(x509.BasicConstraints(is_authority, None), critical=True)
        )
        if name:
            names = x509.SubjectAlternativeName([x509.DNSName(name)])
            builder = builder.add_extension(names, critical=False)
        return builder.sign(key, hashes.SHA256())


@contextlib.contextmanager
def far_end(authority: Authority, answer: Answer) -> Iterator[int]:
    """Somebody who listens at 127.0.0.1 with a certificate of this authority; answers the port."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            status, body = answer(self.path, self.rfile.read(length))
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            if status == 302:
                self.send_header("Location", "https://192.0.2.9/")
            self.end_headers()
            with contextlib.suppress(OSError):
                self.wfile.write(body)

        do_POST = do_GET  # noqa: N815 - the library calls it so

        def log_message(self, *_: object) -> None:
            """Nothing: a test says what went wrong."""

    class Quiet(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: object) -> None:
            """A till that hangs up is what most of these tests want."""

    server = Quiet(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(authority.file)
    server.socket = context.wrap_socket(
        server.socket, server_side=True, do_handshake_on_connect=False
    )
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield int(server.server_address[1])
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)
