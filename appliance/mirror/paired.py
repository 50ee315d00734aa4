"""What a register keeps of its pairing: one file in its store, whole or not there, for its owner's eyes only.

It is no part of the journal: it holds the key of the register's certificate. A store that is copied takes it along; the
server then sees two histories of one register, which is what makes a copy begin an origin of its own.
"""

import hashlib
import ssl
from contextlib import suppress
from pathlib import Path
from typing import Final

import msgspec

from appliance import whole_file
from appliance.problems import Refusal
from appliance.store.sqlite import named

FOLDER: Final = "mirror"
FILE: Final = "paired.json"
_BEGINS: Final = "-----BEGIN "
"""Before each certificate of a text, by whatever name OpenSSL would read it."""


class PairingDamaged(Refusal):
    """The file of the pairing cannot be used: `path`, `why`. Pairing anew helps."""

    code = "pairing_damaged"


class Pairing(msgspec.Struct, frozen=True):
    """A server and this register's certificate for it. `hosts` are further addresses; certificates and keys are PEM.

    The other fields are those of `journal.pairing_wire.Paired`.
    """

    host: str
    port: int
    hosts: tuple[str, ...]
    authority: str
    certificate: str
    key: str
    server: str
    sealing: str
    shop: str
    name: str
    place: str
    replaces: str
    peppers: tuple[str, ...]
    since_ms: int

    def __repr__(self) -> str:
        """Without what is secret."""
        return f"Pairing(host={self.host!r}, port={self.port}, server={self.server!r})"

    @property
    def address(self) -> str:
        """Where the server was when it was paired."""
        return f"{self.host}:{self.port}"

    @property
    def fingerprint(self) -> str:
        """The SHA-256 of this register's certificate (DER, hex)."""
        return hashlib.sha256(ssl.PEM_cert_to_DER_cert(self.certificate)).hexdigest()

    @property
    def authority_sha256(self) -> bytes:
        """The SHA-256 of the shop's authority (DER)."""
        return hashlib.sha256(ssl.PEM_cert_to_DER_cert(self.authority)).digest()


def read(store: Path) -> Pairing | None:
    """The pairing of the register with this store, None where there is none. Raises `PairingDamaged`."""
    path = store / FOLDER / FILE
    try:
        found = whole_file.bytes_of(path)
        pairing = None if found is None else msgspec.json.decode(found, type=Pairing)
    except (OSError, msgspec.DecodeError) as why:
        raise PairingDamaged(path=str(path), why=str(why)) from why
    if pairing is not None and pairing.authority.count(_BEGINS) > 1:
        # A shop has one authority, and only one was proved.
        raise PairingDamaged(path=str(path), why="more than one authority")
    return pairing


def write(store: Path, pairing: Pairing) -> None:
    """Keep a pairing, perhaps in the place of another. Raises `StoreTrouble`; then all is as it was."""
    path = store / FOLDER / FILE
    try:
        path.parent.mkdir(mode=0o700, exist_ok=True)
        whole_file.write(path, msgspec.json.encode(pairing), whole_file.FOR_ITS_OWNER)
    except OSError as why:
        raise (named(why, path) or why) from why


def forget(store: Path) -> None:
    """No server is paired any more. Raises `StoreTrouble`."""
    path = store / FOLDER / FILE
    try:
        with suppress(FileNotFoundError):
            path.unlink()
            whole_file.sync_folder(path.parent)
    except OSError as why:
        raise (named(why, path) or why) from why


__all__ = ["Pairing", "PairingDamaged", "forget", "read", "write"]
