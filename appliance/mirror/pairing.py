"""The register's half of pairing, as `journal.pairing_wire` tells it. Every function blocks for the network.

The authority that a server shows is believed only once it is proved: by the fingerprint in the code that was scanned,
or by the eight digits, which only the server of that authority knows (SPAKE2, RFC 9382). Before that, nothing secret is
sent.
"""

import hashlib
import hmac
import re
import ssl
from collections.abc import Callable
from typing import Final, TypeVar

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from spake2 import SPAKE2_A
from spake2 import SPAKEError as WrongMessage

from appliance.clock import Clock
from appliance.journal.pairing_wire import (
    CODE_DIGITS,
    Authority,
    Begin,
    Begun,
    Finish,
    Paired,
    Trouble,
    proof_of_register,
    proof_of_server,
    read_qr,
)
from appliance.messages import Applicant
from appliance.mirror.https_link import Answered, Transport, believing_nobody, trusting
from appliance.mirror.link import ServerAway
from appliance.mirror.paired import Pairing
from appliance.problems import Refusal

MOST_BYTES: Final = 1 << 20
"""More than this is no answer of a pairing."""

_OK: Final = 200
_CODE: Final = re.compile(rf"[0-9]{{{CODE_DIGITS}}}")
_Answer = TypeVar("_Answer", bound=msgspec.Struct)

Step = Callable[[str], None]
"""Told what is done next: `asking`, `proving`, `storing`."""


class OtherServer(Refusal):
    """The server at this address is not the one that the code is from: `host`."""

    code = "other_server"


class BadPairingDigits(Refusal):
    """A code has eight digits."""

    code = "bad_pairing_digits"


class WrongPairingDigits(Refusal):
    """The server does not know this code; `tries_left` more can be tried."""

    code = "wrong_pairing_digits"


class RefusedByServer(Refusal):
    """The server refused the pairing and says why, in the shop's language: `sentence`."""

    code = "refused_by_server"


def by_scan(text: str, applicant: Applicant, clock: Clock, step: Step) -> Pairing:
    """Pair by what was scanned.

    Raises `NotAPairingCode`, `OtherServer`, `RefusedByServer`, `ServerAway`.
    """
    invitation = read_qr(text)
    step("asking")
    authority = _authority(invitation.host, invitation.port)
    if not hmac.compare_digest(_sha256(authority), invitation.fingerprint):
        raise OtherServer(host=invitation.host)
    key = ec.generate_private_key(ec.SECP256R1())
    finish = _finish(applicant, key, token=invitation.token)
    return _finished(invitation.host, invitation.port, authority, key, finish, clock, step)


def by_digits(
    host: str, port: int, digits: str, applicant: Applicant, clock: Clock, step: Step
) -> Pairing:
    """Pair with the server at an address, by the digits that its page shows.

    Raises `BadPairingDigits`, `WrongPairingDigits`, `RefusedByServer`, `ServerAway`.
    """
    if not _CODE.fullmatch(digits):
        raise BadPairingDigits(digits=CODE_DIGITS)
    step("asking")
    authority = _authority(host, port)
    step("proving")
    spoken = SPAKE2_A(digits.encode(), idA=applicant.origin.encode(), idB=_sha256(authority))
    begun = _asked(
        Transport(host, port, believing_nobody(), limit=MOST_BYTES),
        "/pair/v1/begin",
        Begin(applicant.origin, spoken.start().hex()),
        Begun,
    )
    try:
        shared = spoken.finish(bytes.fromhex(begun.message))
    except (WrongMessage, ValueError) as why:
        raise ServerAway(why=f"SPAKE2: {why}") from why
    if not hmac.compare_digest(proof_of_server(shared), begun.proof):
        raise WrongPairingDigits(tries_left=begun.tries_left)
    key = ec.generate_private_key(ec.SECP256R1())
    finish = _finish(applicant, key, session=begun.session)
    proof = proof_of_register(shared, finish.request)
    finish = msgspec.structs.replace(finish, proof=proof)
    return _finished(host, port, authority, key, finish, clock, step)


def _authority(host: str, port: int) -> str:
    """What the server calls its authority, not believed yet: one certificate, written anew from what is hashed.

    Text that came may have a second one behind the first, which no hash is of; whoever reads it would trust both. So
    it is refused, by a reader that sees all of them: where Python's base64 stops to read differs between its versions.
    """
    transport = Transport(host, port, believing_nobody(), limit=MOST_BYTES)
    shown = _asked(transport, "/pair/v1/authority", None, Authority)
    try:
        (authority,) = x509.load_pem_x509_certificates(shown.authority.encode())
        return authority.public_bytes(serialization.Encoding.PEM).decode()
    except ValueError as why:
        raise ServerAway(why=f"its authority is no certificate: {why}") from why


def _sha256(authority: str) -> bytes:
    return hashlib.sha256(ssl.PEM_cert_to_DER_cert(authority)).digest()


def _finish(
    applicant: Applicant, key: ec.EllipticCurvePrivateKey, *, token: str = "", session: str = ""
) -> Finish:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, applicant.origin)])
    request = x509.CertificateSigningRequestBuilder().subject_name(name)
    signed = request.sign(key, hashes.SHA256())
    return Finish(
        origin=applicant.origin,
        request=signed.public_bytes(serialization.Encoding.PEM).decode(),
        program=applicant.program,
        token=token,
        session=session,
        peppers=applicant.peppers,
        seq=applicant.seq,
        head=applicant.head,
        name=applicant.name,
    )


def _finished(
    host: str,
    port: int,
    authority: str,
    key: ec.EllipticCurvePrivateKey,
    finish: Finish,
    clock: Clock,
    step: Step,
) -> Pairing:
    """Ask for the certificate, over a connection that believes the proved authority only."""
    try:
        context = trusting(authority)
    except ValueError as why:
        raise ServerAway(why=str(why)) from why
    transport = Transport(host, port, context, limit=MOST_BYTES)
    paired = _asked(transport, "/pair/v1/finish", finish, Paired)
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode()
    try:
        trusting(authority, paired.certificate, private)
    except ValueError as why:
        raise ServerAway(why=f"its certificate does not fit: {why}") from why
    step("storing")
    return Pairing(
        host=host,
        port=port,
        hosts=tuple(one for one in paired.hosts if one != host),
        # What was proved, and not what was said later.
        authority=authority,
        certificate=paired.certificate,
        key=private,
        server=paired.server,
        sealing=paired.sealing,
        shop=paired.shop,
        name=paired.name,
        place=paired.place,
        replaces=paired.replaces,
        peppers=paired.peppers,
        since_ms=clock.now().at_ms,
    )


def _asked(
    transport: Transport, path: str, sent: msgspec.Struct | None, answer: type[_Answer]
) -> _Answer:
    """One question on a connection of its own. Raises `RefusedByServer`, `ServerAway`."""
    try:
        found = transport.ask(path, None if sent is None else msgspec.json.encode(sent))
    finally:
        transport.close()
    if found.status != _OK:
        raise _refusal(found)
    try:
        return msgspec.json.decode(found.body, type=answer)
    except msgspec.DecodeError as why:
        raise ServerAway(why=str(why)) from why


def _refusal(found: Answered) -> Refusal:
    try:
        trouble = msgspec.json.decode(found.body, type=Trouble)
    except msgspec.DecodeError:
        return ServerAway(why=f"status {found.status}")
    return RefusedByServer(sentence=trouble.sentence, why=trouble.code)
