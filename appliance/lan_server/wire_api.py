"""`/mirror/v1/*`: what paired registers ask of the server; the messages stand in `journal.wire`.

A register is known by its certificate: the SHA-256 of it must have been paired and not revoked, and the authority must
have written that device's origin into it. That is looked up with each request, and again each time a waiting question
wakes, so a revoked register is out at once.
"""

import hashlib
import time
from collections.abc import Iterable
from typing import Any, Final, cast

import msgspec
from cryptography import x509
from cryptography.x509.oid import NameOID
from flask import Blueprint, Response, g, request

from appliance import __version__
from appliance.journal import wire
from appliance.journal.entry import Entry
from appliance.journal.pairing_wire import Peppers
from appliance.lan_server import answers, intake, software
from appliance.lan_server.room import here, network
from appliance.lan_server.scribe import ServerStopping
from appliance.problems import Refusal
from appliance.services import mirroring, origins, pairing, pepper, shop
from appliance.services.mirroring import Paired
from appliance.services.origins import NoSuchOrigin
from appliance.store import shelf

LONGEST_WAIT_MS: Final = 25_000
MOST_PACKED: Final = 16 << 20
"""More bytes than any batch has, compressed."""

MOST_ORIGINS: Final = 4096
MOST_SEQ: Final = 1 << 63
"""Also a register says `have` of this size, for an origin of which it wants nothing."""

wire_api: Final = Blueprint("mirror", __name__, url_prefix="/mirror/v1")


class NotPaired(Refusal):
    """The device is not let in: `why`."""

    code = "not_paired"


@wire_api.before_request
def let_in() -> None:
    """Only paired registers. Raises `NotPaired`."""
    g.device = _device()
    network().devices.heard(g.device.device, answers.address(request), here().now_ms())


@wire_api.errorhandler(Refusal)
def refuse(no: Refusal) -> Response:
    """What goes wrong, as JSON."""
    return answers.trouble(no, language())


@wire_api.errorhandler(Exception)
def break_down(why: Exception) -> Response:
    """A mistake of ours, as JSON too."""
    return answers.defect(why, language())


@wire_api.post("/hello")
def hello() -> Response:
    """How far everything is held."""
    said = answers.read_message(wire.Hello)
    _refuse_odd(said.marks, (seq for seq, _head in said.marks.values()))
    room, net, device, now_ms = here(), network(), _sender(), here().now_ms()
    welcome = room.scribe.do(
        lambda desk: intake.hello(desk, device, said, now_ms, __version__, net.missing)
    )
    net.devices.greeted(device, said, welcome)
    ring = room.keeper.ring.fingerprints
    return answers.json(msgspec.structs.replace(welcome, peppers=ring))


@wire_api.post("/up")
def up() -> Response:
    """Entries of one origin are taken in."""
    entries = _batch()
    room, device, now_ms = here(), _sender(), here().now_ms()
    mark = room.scribe.do(lambda desk: intake.take(desk, device, entries, now_ms))
    network().devices.sent(device, len(entries))
    return answers.json(network().authority.seal(mark))


@wire_api.post("/apart")
def apart() -> Response:
    """Entries that cannot be taken in are kept apart."""
    entries = _batch()
    device, now_ms = _sender(), here().now_ms()
    mark = here().scribe.do(lambda desk: intake.apart(desk, device, entries, now_ms))
    return answers.json(network().authority.seal(mark))


@wire_api.post("/at")
def at() -> Response:
    """Hashes, for finding where two histories part."""
    asking = answers.read_message(wire.Asking)
    _refuse_odd((asking.origin,), asking.seqs)
    with here().readers.reading() as db:
        return answers.json(intake.hashes(db, asking))


@wire_api.post("/peppers")
def peppers() -> Response:
    """The rings of keys of both become one."""
    ring = here().keeper.ring
    ring.learn_from(_sender(), pepper.from_hex(answers.read_message(Peppers).keys))
    return answers.json(Peppers(pepper.to_hex(ring.keys)))


@wire_api.post("/software")
def software_here() -> Response:
    """The bundles of software that lie here."""
    return answers.json(software.bundles().offered())


@wire_api.post("/software/piece")
def piece() -> Response:
    """A piece of one of them."""
    found = software.bundles().piece(answers.read_message(wire.Wanted))
    return Response(found, content_type="application/octet-stream")


@wire_api.post("/down")
def down() -> Response:
    """Entries that the register lacks; waits for some while there are none."""
    wanting = answers.read_message(wire.Wanting)
    _refuse_odd(wanting.have, wanting.have.values())
    table, device = network().devices, _sender()
    table.waits(device, 1)
    try:
        entries = _awaited(wanting, device)
    finally:
        table.waits(device, -1)
    return Response(wire.pack(entries), content_type=answers.GZIP)


def _awaited(wanting: wire.Wanting, device: str) -> tuple[Entry, ...]:
    room = here()
    ends = time.monotonic() + min(max(0, wanting.wait_ms), LONGEST_WAIT_MS) / 1000
    while True:
        commits = room.scribe.commits
        with room.readers.reading() as db:
            entries = intake.give(db, wanting)
            if not entries:
                marks = {origin: seq for origin, (seq, _head) in shelf.heads(db).items()}
        if entries:
            return entries
        network().devices.wanted(device, wanting, marks)
        left_s = ends - time.monotonic()
        if left_s <= 0:
            return ()
        while room.scribe.wait_for_news(commits, min(left_s, 1.0)) == commits:
            left_s = ends - time.monotonic()
            if left_s <= 0:
                return ()
            _refuse_when_stopping()
        _refuse_when_stopping()
        # Among the news may be that this register is let in no more.
        _device()


def _refuse_odd(names: Iterable[str], seqs: Iterable[int]) -> None:
    """Raises `BadMessage` for what is no origin or no number of an entry, and for more than any shop has origins."""
    for name in names:
        if not origins.is_origin(name):
            raise answers.BadMessage(why=f"{name!r:.20} is no origin")
    for place, seq in enumerate(seqs):
        if place == MOST_ORIGINS or not 0 <= seq < MOST_SEQ:
            raise answers.BadMessage(why=f"number {place + 1} is {seq}, or there are too many")


def _refuse_when_stopping() -> None:
    if network().is_stopping.is_set():
        raise ServerStopping


def language() -> str:
    """The shop's language; English where the store does not answer."""
    try:
        with here().readers.reading() as db:
            return shop.read(db).language
    except Refusal:
        return "en"


def _sender() -> str:
    return cast(Paired, g.device).device


def _device() -> Paired:
    """Whose certificate the connection has. Raises `NotPaired`."""
    socket: Any = request.environ.get("gunicorn.socket")
    certificate = socket.getpeercert(True) if hasattr(socket, "getpeercert") else None  # noqa: FBT003 - the library's own
    if not certificate:
        raise NotPaired(why="no certificate was shown")
    name, fingerprint = _named_in(certificate), hashlib.sha256(certificate).hexdigest()
    with here().readers.reading() as db:
        device = mirroring.by_fingerprint(db, fingerprint)
    if device is None and network().authority.was_put_back:
        device = _from_before(name, fingerprint)
    if device is None:
        raise NotPaired(why="the certificate is not known")
    if device.device != name:
        raise NotPaired(why="the certificate is another device's")
    if device.revoked_at_ms:
        raise NotPaired(why="the certificate was revoked")
    return device


def _from_before(name: str, fingerprint: str) -> Paired | None:
    """A device that was let in by the server whose keys were put back here; its journal comes from the devices."""
    try:
        here().scribe.do(lambda desk: pairing.admit_from_before(desk, name, fingerprint))
    except NoSuchOrigin:
        return None
    with here().readers.reading() as db:
        return mirroring.by_fingerprint(db, fingerprint)


def _named_in(certificate: bytes) -> str:
    """The device that the authority gave a certificate to: no entry of a journal can change that."""
    subject = x509.load_der_x509_certificate(certificate).subject
    names = subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(names[0].value) if names else ""


def _batch() -> tuple[Entry, ...]:
    return wire.unpack(answers.read_body(MOST_PACKED))
