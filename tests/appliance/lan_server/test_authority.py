"""The shop's certificate authority: whole or not at all, and it signs nothing but what a register may have."""

import base64
import datetime
import ipaddress
import ssl
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from appliance.journal.pairing_wire import SERVER_NAME, from_base32
from appliance.journal.wire import Mark, sealing
from appliance.lan_server.authority import (
    Authority,
    AuthorityBroken,
    BadRequest,
    fingerprint_of,
    open_authority,
    pem_of,
)
from tests.appliance.lan_server.serving import request_for
from tests.appliance.test_whole_file import mode_of

NOW_MS: Final = 1_700_000_000_000
DAY_MS: Final = 86_400_000


def san_of(file: Path) -> x509.SubjectAlternativeName:
    held = x509.load_pem_x509_certificate(file.read_bytes())
    return held.extensions.get_extension_for_class(x509.SubjectAlternativeName).value


def signed(origin: str, key: object, algorithm: hashes.HashAlgorithm | None) -> str:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, origin)])
    builder = x509.CertificateSigningRequestBuilder().subject_name(name)
    return builder.sign(key, algorithm).public_bytes(Encoding.PEM).decode()  # type: ignore[arg-type]


def test_an_authority_is_made_once_and_for_its_owner_only(tmp_path: Path) -> None:
    first = open_authority(tmp_path)
    first.serve_as(["192.0.2.7"], NOW_MS)
    assert open_authority(tmp_path).fingerprint == first.fingerprint
    assert mode_of(tmp_path / "authority") == 0o700
    assert {mode_of(file) for file in (tmp_path / "authority").iterdir()} == {0o600}
    assert [one.name for one in tmp_path.iterdir()] == ["authority"]


def test_an_authority_of_which_half_was_made_is_made_anew(tmp_path: Path) -> None:
    """A power cut while it was made leaves a folder of another name."""
    (tmp_path / ".authority.0badcafe").mkdir()
    (tmp_path / ".authority.0badcafe" / "ca.key").write_text("half")
    assert open_authority(tmp_path).pem.startswith("-----BEGIN")


@pytest.mark.parametrize("file", ["ca.key", "ca.pem", "sealing.key"])
def test_a_damaged_authority_is_named_and_not_replaced(tmp_path: Path, file: str) -> None:
    open_authority(tmp_path)
    (tmp_path / "authority" / file).write_text("rubbish")
    with pytest.raises(AuthorityBroken):
        open_authority(tmp_path)
    assert (tmp_path / "authority" / file).read_text() == "rubbish"


def test_a_key_of_another_authority_is_noticed(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        open_authority(tmp_path / name)
    (tmp_path / "a" / "authority" / "ca.key").write_bytes(
        (tmp_path / "b" / "authority" / "ca.key").read_bytes()
    )
    with pytest.raises(AuthorityBroken):
        open_authority(tmp_path / "a")


def test_the_certificate_for_browsers_is_made_anew_when_addresses_change(tmp_path: Path) -> None:
    authority = open_authority(tmp_path)
    assert authority.serve_as(["shop.local", "192.0.2.7", "2001:db8::7"], NOW_MS)
    for_registers = authority.server_file.read_bytes()
    assert not authority.serve_as(["2001:db8::7", "192.0.2.7", "shop.local"], NOW_MS)
    names = san_of(authority.browser_file)
    assert set(names.get_values_for_type(x509.DNSName)) == {SERVER_NAME, "shop.local"}
    assert ipaddress.ip_address("192.0.2.7") in names.get_values_for_type(x509.IPAddress)
    assert authority.serve_as(["192.0.2.8"], NOW_MS)
    assert authority.server_file.read_bytes() == for_registers
    assert authority.context().verify_mode == ssl.CERT_OPTIONAL
    for file in (authority.server_file, authority.browser_file):
        file.write_text("half a certificate")
        assert authority.serve_as(["192.0.2.8"], NOW_MS)


def test_browsers_get_no_certificate_that_apple_refuses_and_never_one_that_is_over(
    tmp_path: Path,
) -> None:
    authority = open_authority(tmp_path)
    made = 0
    for day in range(0, 2000, 25):
        now_ms = NOW_MS + day * DAY_MS
        made += authority.serve_as(["192.0.2.7"], now_ms)
        held = x509.load_pem_x509_certificate(authority.browser_file.read_bytes())
        now = datetime.datetime.fromtimestamp(now_ms // 1000, datetime.UTC)
        assert held.not_valid_after_utc - held.not_valid_before_utc <= datetime.timedelta(days=825)
        assert held.not_valid_before_utc < now
        assert now + datetime.timedelta(days=60) < held.not_valid_after_utc
    assert made == 3
    # The clock was wrong, and is put right: what was made in its future or long ago is of no use.
    for now_ms in (NOW_MS, 0, NOW_MS):
        assert authority.serve_as(["192.0.2.7"], now_ms)


@pytest.mark.parametrize("at", ["2024-06-01", "2059-06-01"])
def test_certificates_are_good_at_a_wrong_clock_too(tmp_path: Path, at: str) -> None:
    authority = open_authority(tmp_path)
    authority.serve_as(["192.0.2.7"], NOW_MS)
    server = x509.load_pem_x509_certificate(authority.server_file.read_bytes())
    till = authority.sign(request_for("K7Q2", ec.generate_private_key(ec.SECP256R1())), "K7Q2")
    for held in (authority.certificate, server, till):
        assert str(held.not_valid_before_utc) < at < str(held.not_valid_after_utc)


@pytest.mark.parametrize(
    "key", [ec.generate_private_key(ec.SECP256R1()), ed25519.Ed25519PrivateKey.generate()]
)
def test_a_registers_certificate_is_for_a_client_and_names_its_origin(
    tmp_path: Path, key: ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey
) -> None:
    authority = open_authority(tmp_path)
    held = authority.sign(request_for("K7Q2", key), "K7Q2")
    held.verify_directly_issued_by(authority.certificate)
    assert held.subject.rfc4514_string() == "CN=K7Q2"
    usage = held.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert list(usage) == [ExtendedKeyUsageOID.CLIENT_AUTH]
    assert len(fingerprint_of(held)) == 64
    assert x509.load_pem_x509_certificate(pem_of(held).encode()) == held


def test_what_a_request_asks_for_besides_is_not_granted(tmp_path: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "K7Q2")])
    greedy = (
        x509.CertificateSigningRequestBuilder()
        .subject_name(name)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(SERVER_NAME)]), critical=False)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(key, hashes.SHA256())
    )
    held = open_authority(tmp_path).sign(greedy.public_bytes(Encoding.PEM).decode(), "K7Q2")
    assert not held.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    usage = held.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert list(usage) == [ExtendedKeyUsageOID.CLIENT_AUTH]
    with pytest.raises(x509.ExtensionNotFound):
        held.extensions.get_extension_for_class(x509.SubjectAlternativeName)


BAD_REQUESTS: Final[Mapping[str, Callable[[], str]]] = {
    "nothing": lambda: "",
    "rubbish": lambda: "-----BEGIN CERTIFICATE REQUEST-----\nrubbish\n-----END",
    "too long": lambda: "x" * 10_000,
    "another origin": lambda: request_for("K7Q3", ec.generate_private_key(ec.SECP256R1())),
    "RSA": lambda: signed("K7Q2", rsa.generate_private_key(65537, 2048), hashes.SHA256()),
    "P-384": lambda: signed("K7Q2", ec.generate_private_key(ec.SECP384R1()), hashes.SHA256()),
    "altered": lambda: _altered(request_for("K7Q2", ec.generate_private_key(ec.SECP256R1()))),
    "not ASCII": lambda: "é€",
}


@pytest.mark.parametrize("kind", BAD_REQUESTS)
def test_no_other_request_is_granted(tmp_path: Path, kind: str) -> None:
    with pytest.raises(BadRequest):
        open_authority(tmp_path).sign(BAD_REQUESTS[kind](), "K7Q2")


def test_a_mark_is_sealed_with_the_key_that_registers_are_told(tmp_path: Path) -> None:
    authority = open_authority(tmp_path)
    mark = authority.seal(Mark("K7Q2", 7, "ab" * 32))
    key = ed25519.Ed25519PublicKey.from_public_bytes(bytes.fromhex(authority.sealing_key))
    key.verify(bytes.fromhex(mark.sealed), sealing(mark))
    assert from_base32(authority.written_fingerprint) == authority.fingerprint
    assert Authority(authority.folder).sealing_key == authority.sealing_key


def _altered(pem: str) -> str:
    """The same request with one bit of its signature flipped."""
    der = bytearray(x509.load_pem_x509_csr(pem.encode()).public_bytes(Encoding.DER))
    der[-3] ^= 1
    text = base64.encodebytes(bytes(der)).decode()
    return f"-----BEGIN CERTIFICATE REQUEST-----\n{text}-----END CERTIFICATE REQUEST-----\n"
