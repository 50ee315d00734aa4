"""The shop's own certificate authority, in the folder `authority/` of the server's store.

    ca.pem       the certificate that registers and browsers come to trust     ca.key   its key
    server.pem   key and certificate of the server, in one file, so that the two always fit
    sealing.key  the Ed25519 key with which the server signs how far it holds an origin

Made at the first start, whole or not at all, readable by its owner only. Certificates are good from 2024 to 2060: a
Raspberry Pi without a clock of its own may believe to live in the past and must connect all the same. The server's is
made anew when its names and addresses change. A register's certificate is for clients and the server's for servers
(extended key usage, RFC 5280 §4.2.1.12), so that a stolen register cannot pose as the server.
"""

import datetime
import ipaddress
import secrets
import shutil
import ssl
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import msgspec
from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from appliance import whole_file
from appliance.journal.pairing_wire import SERVER_NAME, base32
from appliance.journal.wire import Mark, sealing
from appliance.problems import Refusal
from appliance.store.database import StoreTrouble, named

FOLDER: Final = "authority"
SINCE: Final = datetime.datetime(2024, 1, 1, tzinfo=datetime.UTC)
UNTIL: Final = datetime.datetime(2060, 1, 1, tzinfo=datetime.UTC)
MOST_REQUEST: Final = 8192
"""More characters than any request for a certificate has."""

_P256: Final = "secp256r1"


class BadRequest(Refusal):
    """The request for a certificate cannot be granted: `why`."""

    code = "bad_certificate_request"


class AuthorityBroken(StoreTrouble):
    """The authority's files in `path` are damaged or incomplete: `why`."""

    code = "authority_broken"


class Authority:
    """The authority of one shop. Any thread."""

    def __init__(self, folder: Path) -> None:
        """Read the files in `folder`. Raises `AuthorityBroken`."""
        self.folder: Final = folder
        try:
            key = _private(folder / "ca.key")
            self.certificate: Final = x509.load_pem_x509_certificate(
                (folder / "ca.pem").read_bytes()
            )
            sealing_key = _private(folder / "sealing.key")
        except (OSError, ValueError, UnsupportedAlgorithm) as why:
            raise AuthorityBroken(path=str(folder), why=str(why)) from why
        if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(
            sealing_key, ed25519.Ed25519PrivateKey
        ):
            raise AuthorityBroken(path=str(folder), why="a key is of another kind")
        if _public(key.public_key()) != _public(self.certificate.public_key()):
            raise AuthorityBroken(path=str(folder), why="ca.key does not belong to ca.pem")
        self._key: Final = key
        self._sealing: Final = sealing_key

    @property
    def pem(self) -> str:
        """The authority's certificate."""
        return pem_of(self.certificate)

    @property
    def fingerprint(self) -> bytes:
        """The SHA-256 of the authority's certificate in DER form."""
        return self.certificate.fingerprint(hashes.SHA256())

    @property
    def written_fingerprint(self) -> str:
        """The fingerprint in base32, as on a QR code."""
        return base32(self.fingerprint)

    @property
    def sealing_key(self) -> str:
        """The public half of the key for marks: 32 bytes, in hex."""
        return self._sealing.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()

    @property
    def server_file(self) -> Path:
        """Key and certificate of the server, as `ssl.SSLContext.load_cert_chain` takes them."""
        return self.folder / "server.pem"

    def seal(self, mark: Mark) -> Mark:
        """The mark with the server's signature over how far the origin is held."""
        return msgspec.structs.replace(mark, sealed=self._sealing.sign(sealing(mark)).hex())

    def sign(self, request_pem: str, origin: str) -> x509.Certificate:
        """A certificate for the register `origin`, whose request this is. Raises `BadRequest`.

        Of the request only the key counts: what else a register may ask for is not looked at.
        """
        request = _checked(request_pem, origin)
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, origin)])
        return self._issued(name, request.public_key(), ExtendedKeyUsageOID.CLIENT_AUTH, ())

    def serve_as(self, names: Iterable[str]) -> bool:
        """Have a certificate for these host names and addresses; True if it was made anew. Raises `StoreTrouble`."""
        wanted = (SERVER_NAME, *sorted(set(names) - {SERVER_NAME}))
        if self._serves_as(wanted):
            return False
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, SERVER_NAME)])
        certificate = self._issued(
            subject, key.public_key(), ExtendedKeyUsageOID.SERVER_AUTH, wanted
        )
        try:
            whole_file.write(
                self.server_file,
                _pem(key) + certificate.public_bytes(Encoding.PEM),
                whole_file.FOR_ITS_OWNER,
            )
        except OSError as why:
            raise (named(why, self.folder) or why) from why
        return True

    def context(self) -> ssl.SSLContext:
        """TLS as the server speaks it: 1.2 or newer, clients may show a certificate of this authority."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.load_cert_chain(self.server_file)
        context.load_verify_locations(self.folder / "ca.pem")
        context.verify_mode = ssl.CERT_OPTIONAL
        return context

    def _serves_as(self, wanted: tuple[str, ...]) -> bool:
        try:
            held = x509.load_pem_x509_certificate(self.server_file.read_bytes())
            _private(self.server_file)
            held.verify_directly_issued_by(self.certificate)
            alternatives = held.extensions.get_extension_for_class(x509.SubjectAlternativeName)
        except (OSError, ValueError, TypeError, InvalidSignature, x509.ExtensionNotFound):
            return False
        return list(alternatives.value) == _alternatives(wanted)

    def _issued(
        self,
        subject: x509.Name,
        key: object,
        usage: x509.ObjectIdentifier,
        names: tuple[str, ...],
    ) -> x509.Certificate:
        assert isinstance(key, (ec.EllipticCurvePublicKey, ed25519.Ed25519PublicKey))
        made = (
            _begun(subject, self.certificate.subject, key)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_usage(digital_signature=True), critical=True)
            .add_extension(x509.ExtendedKeyUsage([usage]), critical=True)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()),
                critical=False,
            )
        )
        if names:
            alternatives = x509.SubjectAlternativeName(_alternatives(names))
            made = made.add_extension(alternatives, critical=False)
        return made.sign(self._key, hashes.SHA256())


def open_authority(store: Path) -> Authority:
    """The authority of a store; made at the first start. Raises `StoreTrouble`."""
    folder = store / FOLDER
    try:
        if not folder.exists():
            _make(folder)
    except OSError as why:
        raise (named(why, folder) or why) from why
    return Authority(folder)


def fingerprint_of(certificate: x509.Certificate) -> str:
    """The SHA-256 of a certificate's DER form in hex, by which a register is known."""
    return certificate.fingerprint(hashes.SHA256()).hex()


def pem_of(certificate: x509.Certificate) -> str:
    """A certificate as text."""
    return certificate.public_bytes(Encoding.PEM).decode()


# --------------------------------------------------------------------------- parts


def _make(folder: Path) -> None:
    """All files in a folder beside, which then gets its name: no start finds half an authority."""
    unfinished = folder.with_name(f".{folder.name}.{secrets.token_hex(4)}")
    unfinished.mkdir(mode=0o700)
    try:
        key = ec.generate_private_key(ec.SECP256R1())
        short = base32(_public(key.public_key())[-10:])[:8]
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"open-pos shop {short}")])
        certificate = (
            _begun(name, name, key.public_key())
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(_usage(key_cert_sign=True, crl_sign=True), critical=True)
            .sign(key, hashes.SHA256())
        )
        files = {
            "ca.key": _pem(key),
            "ca.pem": certificate.public_bytes(Encoding.PEM),
            "sealing.key": _pem(ed25519.Ed25519PrivateKey.generate()),
        }
        for name_of_file, text in files.items():
            whole_file.write(unfinished / name_of_file, text, whole_file.FOR_ITS_OWNER)
        unfinished.rename(folder)
    except OSError:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise
    whole_file.sync_folder(folder.parent)


def _begun(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePublicKey | ed25519.Ed25519PublicKey,
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(SINCE)
        .not_valid_after(UNTIL)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _usage(
    *, digital_signature: bool = False, key_cert_sign: bool = False, crl_sign: bool = False
) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=digital_signature,
        key_cert_sign=key_cert_sign,
        crl_sign=crl_sign,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _checked(request_pem: str, origin: str) -> x509.CertificateSigningRequest:
    if len(request_pem) > MOST_REQUEST:
        raise BadRequest(why="it is too long")
    try:
        request = x509.load_pem_x509_csr(request_pem.encode())
        key = request.public_key()
        is_signed = request.is_signature_valid
        names = request.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    except (ValueError, TypeError, UnsupportedAlgorithm, InvalidSignature) as why:
        raise BadRequest(why=f"it cannot be read: {why}") from why
    is_p256 = isinstance(key, ec.EllipticCurvePublicKey) and key.curve.name == _P256
    if not is_p256 and not isinstance(key, ed25519.Ed25519PublicKey):
        raise BadRequest(why="its key is neither P-256 nor Ed25519")
    if not is_signed:
        raise BadRequest(why="its signature is wrong")
    if [name.value for name in names] != [origin]:
        raise BadRequest(why=f"its common name is not {origin}")
    return request


def _alternatives(names: Iterable[str]) -> list[x509.GeneralName]:
    return [_alternative(name) for name in names]


def _alternative(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _private(file: Path) -> object:
    return load_pem_private_key(file.read_bytes(), password=None)


def _pem(key: ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _public(key: object) -> bytes:
    assert isinstance(key, (ec.EllipticCurvePublicKey, ed25519.Ed25519PublicKey))
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
