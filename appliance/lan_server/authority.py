"""The shop's own certificate authority, in the folder `authority/` of the server's store.

    ca.pem       the certificate that registers and browsers come to trust     ca.key   its key
    server.pem   what registers are shown: key and certificate in one file, so that the two always fit
    browser.pem  what browsers are shown, alike
    sealing.key  the Ed25519 key with which the server signs how far it holds an origin

Made at the first start, whole or not at all, readable by its owner only. Certificates are good from 2024 to 2060: a
Raspberry Pi without a clock of its own may believe to live in the past and must connect all the same. Browsers get one
of their own: Apple's take none that is good for more than 825 days (https://support.apple.com/103769), and it names
the machine's host names and addresses, so it is made anew when those change or its time runs out. Who asks for
`SERVER_NAME` (TLS server name indication) is a register.

A register's certificate is for clients and the server's for servers (extended key usage, RFC 5280 §4.2.1.12), so that a
stolen register cannot pose as the server.
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
from appliance.store.database import StoreTrouble
from appliance.store.sqlite import named

FOLDER: Final = "authority"
PUT_BACK: Final = "put_back"
"""A file beside the keys: they were put back from a copy (`recovery`)."""
SINCE: Final = datetime.datetime(2024, 1, 1, tzinfo=datetime.UTC)
UNTIL: Final = datetime.datetime(2060, 1, 1, tzinfo=datetime.UTC)
BROWSERS_LAST: Final = datetime.timedelta(days=800)
BROWSERS_RENEW: Final = datetime.timedelta(days=100)
"""So long before its end the certificate for browsers is made anew."""

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
    def was_put_back(self) -> bool:
        """Whether these keys came from a copy: devices that were let in before are not in the journal then."""
        return (self.folder / PUT_BACK).exists()

    @property
    def server_file(self) -> Path:
        """Key and certificate for registers, as `ssl.SSLContext.load_cert_chain` takes them."""
        return self.folder / "server.pem"

    @property
    def browser_file(self) -> Path:
        """The same for browsers."""
        return self.folder / "browser.pem"

    def seal(self, mark: Mark) -> Mark:
        """The mark with the server's signature over how far the origin is held."""
        return msgspec.structs.replace(mark, sealed=self._sealing.sign(sealing(mark)).hex())

    def sign(self, request_pem: str, origin: str) -> x509.Certificate:
        """A certificate for the register `origin`, whose request this is. Raises `BadRequest`.

        Of the request only the key counts: what else a register may ask for is not looked at.
        """
        request = _checked(request_pem, origin)
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, origin)])
        return self._issued(name, request.public_key(), ExtendedKeyUsageOID.CLIENT_AUTH)

    def serve_as(self, names: Iterable[str], now_ms: int) -> bool:
        """Have certificates for these host names and addresses; True if one was made anew. Raises `StoreTrouble`."""
        now = datetime.datetime.fromtimestamp(now_ms // 1000, datetime.UTC)
        wanted = (SERVER_NAME, *sorted(set(names) - {SERVER_NAME}))
        until = now + BROWSERS_RENEW
        made = False
        if not self._is_good(self.server_file, (SERVER_NAME,), now, now):
            self._make_server(self.server_file, (SERVER_NAME,), (SINCE, UNTIL))
            made = True
        if not self._is_good(self.browser_file, wanted, now, until):
            yesterday = now - datetime.timedelta(days=1)
            self._make_server(self.browser_file, wanted, (yesterday, now + BROWSERS_LAST))
            made = True
        return made

    def context(self) -> ssl.SSLContext:
        """TLS as the server speaks it: 1.2 or newer, clients may show a certificate of this authority."""
        for_registers = self._context(self.server_file)
        for_browsers = self._context(self.browser_file)

        def choose(asked: ssl.SSLObject, name: str | None, _context: ssl.SSLContext) -> None:
            if name == SERVER_NAME:
                asked.context = for_registers

        for_browsers.sni_callback = choose
        return for_browsers

    def _context(self, file: Path) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.load_cert_chain(file)
        context.load_verify_locations(self.folder / "ca.pem")
        context.verify_mode = ssl.CERT_OPTIONAL
        return context

    def _make_server(
        self,
        file: Path,
        names: tuple[str, ...],
        good: tuple[datetime.datetime, datetime.datetime],
    ) -> None:
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, SERVER_NAME)])
        usage = ExtendedKeyUsageOID.SERVER_AUTH
        certificate = self._issued(subject, key.public_key(), usage, names, good)
        text = _pem(key) + certificate.public_bytes(Encoding.PEM)
        try:
            whole_file.write(file, text, whole_file.FOR_ITS_OWNER)
        except OSError as why:
            raise (named(why, self.folder) or why) from why

    def _is_good(
        self,
        file: Path,
        names: tuple[str, ...],
        since: datetime.datetime,
        until: datetime.datetime,
    ) -> bool:
        """Whether there is a certificate with these names that is good at both times, or as long as any."""
        try:
            held = x509.load_pem_x509_certificate(file.read_bytes())
            _private(file)
            held.verify_directly_issued_by(self.certificate)
            alternatives = held.extensions.get_extension_for_class(x509.SubjectAlternativeName)
        except (OSError, ValueError, TypeError, InvalidSignature, x509.ExtensionNotFound):
            return False
        is_for_long = held.not_valid_after_utc == UNTIL
        is_in_time = held.not_valid_before_utc <= since and until <= held.not_valid_after_utc
        return (is_for_long or is_in_time) and list(alternatives.value) == _alternatives(names)

    def _issued(
        self,
        subject: x509.Name,
        key: object,
        usage: x509.ObjectIdentifier,
        names: tuple[str, ...] = (),
        good: tuple[datetime.datetime, datetime.datetime] = (SINCE, UNTIL),
    ) -> x509.Certificate:
        assert isinstance(key, (ec.EllipticCurvePublicKey, ed25519.Ed25519PublicKey))
        made = (
            _begun(subject, self.certificate.subject, key, good)
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
    good: tuple[datetime.datetime, datetime.datetime] = (SINCE, UNTIL),
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(good[0])
        .not_valid_after(good[1])
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
