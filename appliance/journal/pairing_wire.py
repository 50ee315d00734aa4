"""How a register becomes one of the shop's: what it and the LAN server say to each other, and what a QR code holds.

    GET  /pair/v1/authority             → Authority    the shop's certificate authority; believed only once it is proved
    POST /pair/v1/begin    Begin        → Begun        the way with a typed code: the server proves that it knows it
    POST /pair/v1/finish   Finish       → Paired       a certificate for a one-time secret
    POST /mirror/v1/peppers  Peppers    → Peppers      later, with the certificate: keys that one of the two lacks

All is JSON. What goes wrong is a `Trouble`, with a status of 400 or more.

**By QR code.** The text is `OPOS1/host/port/SHA-256 of the authority's certificate/token`, the last two in base32
without padding. The register gets `authority`, compares the SHA-256 of its DER form with what it scanned, makes a new
connection that trusts this authority only, and sends `finish` with the token over it.

**By typed code** of eight digits. The register gets `authority`, and believes nothing yet. It begins a SPAKE2 exchange
(library `spake2`, `SPAKE2_A` is the register, `SPAKE2_B` the server; password: the digits in ASCII; idA: the register's
origin; idB: the 32 bytes of the authority's SHA-256) and sends `begin`. If `proof_of_server` fits, code *and* authority
are right: whoever stands between the two with an authority of their own does not know the key. Each `begin` is one of
three tries. Then a new connection that trusts this authority only, and `finish` with `proof_of_register`. Over a
connection that is not proved, nothing secret is ever sent.

Every server of the shop has the name `SERVER_NAME` in its certificate, whatever its address: that is the name that a
register checks. A register's certificate cannot be used as a server's (extended key usage). The same `finish`
may be sent again, and is answered as the first time. The key is P-256, or Ed25519; the common name of the request is
the origin.
"""

import base64
import binascii
import hashlib
import hmac
import re
from typing import Final, NamedTuple

import msgspec

from appliance.problems import Refusal

SERVER_NAME: Final = "open-pos-server.internal"
"""The name by which registers check the server's certificate; in no name server anywhere."""

SERVICE: Final = "_open-pos._tcp.local."
"""What the server announces by mDNS. TXT: `fp` is `short_fingerprint`, `shop` the name, `v` is `1`. Only a hint."""

PORT: Final = 8443
CODE_DIGITS: Final = 8
TRIES: Final = 3
LIVES_MS: Final = 600_000
"""How long a token or a code lives."""

TOKEN_BYTES: Final = 16
_QR_MARK: Final = "OPOS1"
_QR_PARTS: Final = 5
_HOST: Final = re.compile(r"[A-Za-z0-9.:-]{1,253}")
_MOST_PORT: Final = 65_535
_SHA256_BYTES: Final = 32


class NotAPairingCode(Refusal):
    """What was scanned does not invite a register to a shop."""

    code = "not_a_pairing_code"


class Authority(msgspec.Struct, frozen=True):
    """The certificate (PEM) of the shop's authority, the server's origin and the name of the shop. Proves nothing."""

    authority: str
    server: str
    shop: str


class Begin(msgspec.Struct, frozen=True):
    """A register that was told a code: its origin and its SPAKE2 message (hex)."""

    origin: str
    message: str


class Begun(msgspec.Struct, frozen=True):
    """`message` is the server's (hex), `proof` is `proof_of_server` (hex), `session` goes into `Finish`.

    `tries_left` is how often `begin` can still be sent for this code.
    """

    session: str
    message: str
    proof: str
    tries_left: int


class Finish(msgspec.Struct, frozen=True):
    """A register that asks for a certificate, with `token`, or with `session` and `proof` (hex).

    `request` is the PKCS #10 request (PEM). `peppers` are the register's keys for PINs (hex), its own first one first.
    `seq` and `head` (hex) are the end of its own chain; 0 and empty for a new one. `name` is what the register calls
    itself; the owner's word at the server goes before.
    """

    origin: str
    request: str
    program: str
    token: str = ""
    session: str = ""
    proof: str = ""
    peppers: tuple[str, ...] = ()
    seq: int = 0
    head: str = ""
    name: str = ""


class Paired(msgspec.Struct, frozen=True):
    """The register is one of the shop's.

    `certificate` is its own, `authority` the shop's (PEM). `server` is the server's origin, `sealing` its Ed25519 key
    for marks (raw, hex), `shop` the name of the shop. `name` and `place` (`till`, `door`) are what the owner said.
    `peppers` is the shop's ring of keys (hex): the first is for new PINs. `replaces` is the origin that this register
    takes over from, or empty. `hosts` are names and addresses at which the server may be found, `port` where.
    """

    certificate: str
    authority: str
    server: str
    sealing: str
    shop: str
    name: str
    place: str
    peppers: tuple[str, ...]
    hosts: tuple[str, ...]
    port: int
    replaces: str = ""
    now_ms: int = 0


class Peppers(msgspec.Struct, frozen=True):
    """A ring of keys for PINs (hex). The server answers with the shop's, into which it took those it lacked."""

    keys: tuple[str, ...]


class Trouble(msgspec.Struct, frozen=True):
    """Why not: a code as in `problems`, a sentence in the shop's language, and the values in it."""

    code: str
    sentence: str
    fields: dict[str, str | int] = {}


class Invitation(NamedTuple):
    """What a QR code holds: where the server is, the SHA-256 of its authority, and a token."""

    host: str
    port: int
    fingerprint: bytes
    token: str


def qr_text(invitation: Invitation) -> str:
    """The text of the QR code: nothing but letters that its alphanumeric mode knows (ISO/IEC 18004, table 5)."""
    host, port, fingerprint, token = invitation
    return f"{_QR_MARK}/{host.upper()}/{port}/{base32(fingerprint)}/{token.upper()}"


def read_qr(text: str) -> Invitation:
    """What was scanned. Raises `NotAPairingCode`."""
    parts = text.strip().upper().split("/")
    if len(parts) != _QR_PARTS or parts[0] != _QR_MARK:
        raise NotAPairingCode
    _, host, port, fingerprint, token = parts
    try:
        sha256, secret = from_base32(fingerprint), from_base32(token)
        number = int(port) if port.isascii() and port.isdigit() else 0
    except ValueError as why:
        raise NotAPairingCode from why
    is_sound = len(sha256) == _SHA256_BYTES and len(secret) == TOKEN_BYTES
    if not is_sound or not _HOST.fullmatch(host) or not 0 < number <= _MOST_PORT:
        raise NotAPairingCode
    return Invitation(host.lower(), number, sha256, token)


def is_pairing_code(text: str) -> bool:
    """Whether a scan looks like an invitation, so that nobody searches the catalogue for it."""
    return text.strip().upper().startswith(f"{_QR_MARK}/")


def base32(data: bytes) -> str:
    """RFC 4648, without padding."""
    return base64.b32encode(data).decode().rstrip("=")


def from_base32(text: str) -> bytes:
    """The bytes of `base32`. Raises `ValueError`."""
    try:
        return base64.b32decode(text + "=" * (-len(text) % 8))
    except binascii.Error as why:
        raise ValueError(str(why)) from why


def short_fingerprint(fingerprint: bytes) -> str:
    """The first 8 characters of a fingerprint in base32: to recognise a server, never to trust it."""
    return base32(fingerprint)[:8]


def proof_of_server(key: bytes) -> str:
    """What the server shows to prove that it knows the code; `key` comes from SPAKE2. Compare in constant time."""
    return hmac.new(key, b"open-pos pairing: server", hashlib.sha256).hexdigest()


def proof_of_register(key: bytes, request: str) -> str:
    """What the register shows, with its certificate request (PEM)."""
    return hmac.new(key, b"open-pos pairing: register " + request.encode(), "sha256").hexdigest()


__all__ = [
    "CODE_DIGITS",
    "LIVES_MS",
    "PORT",
    "SERVER_NAME",
    "SERVICE",
    "TOKEN_BYTES",
    "TRIES",
    "Authority",
    "Begin",
    "Begun",
    "Finish",
    "Invitation",
    "NotAPairingCode",
    "Paired",
    "Peppers",
    "Trouble",
    "base32",
    "from_base32",
    "is_pairing_code",
    "proof_of_register",
    "proof_of_server",
    "qr_text",
    "read_qr",
    "short_fingerprint",
]
