"""How a browser comes to trust the shop's own certificate: that of the authority, to download and to compare."""

from typing import Final

import msgspec
from cryptography.hazmat.primitives.serialization import Encoding
from flask import Blueprint, Response, abort, url_for
from flask.typing import ResponseReturnValue

from appliance.lan_server.access.doors import needs
from appliance.lan_server.pages.page import show, words
from appliance.lan_server.pages.parts import Link
from appliance.lan_server.pages.register_views import grouped
from appliance.lan_server.pages.registers import crumbs
from appliance.lan_server.room import here, network

BLUEPRINT: Final = Blueprint("trust", __name__, url_prefix="/registers/trust")
NAME: Final = "open-pos-shop"
_TYPE: Final = "application/x-x509-ca-cert"
_WAYS: Final = ("windows", "mac", "iphone", "android", "firefox", "linux")


class Way(msgspec.Struct, frozen=True):
    """How one kind of device is told."""

    name: str
    text: str


class TrustPage(msgspec.Struct, frozen=True):
    """What `registers/trust.html` shows."""

    title: str
    sentence: str
    downloads: tuple[Link, ...]
    compare_title: str
    compare: str
    sha256: str
    base32_label: str
    base32: str
    ways_title: str
    ways: tuple[Way, ...]
    warning: str
    crumbs: tuple[Link, ...]


@BLUEPRINT.route("/")
@needs("cashier")
def index() -> ResponseReturnValue:
    """The certificate and what to do with it."""
    _refuse_without_network()
    say, authority = words(), network().authority
    page = TrustPage(
        title=say("web.trust.title"),
        sentence=say("web.trust.sentence"),
        downloads=(
            Link(say("web.trust.crt"), url_for("trust.binary")),
            Link(say("web.trust.pem"), url_for("trust.text")),
        ),
        compare_title=say("web.trust.compare_title"),
        compare=say("web.trust.compare"),
        sha256=grouped(authority.fingerprint.hex().upper(), 2),
        base32_label=say("web.trust.base32"),
        base32=grouped(authority.written_fingerprint),
        ways_title=say("web.trust.ways"),
        ways=tuple(Way(say(f"web.trust.{way}_name"), say(f"web.trust.{way}")) for way in _WAYS),
        warning=say("web.trust.warning"),
        crumbs=crumbs(say("web.trust.title")),
    )
    return show("registers/trust.html", page, title=page.title)


@BLUEPRINT.route("/ca.pem")
@needs("cashier")
def text() -> ResponseReturnValue:
    """The authority's certificate as text."""
    _refuse_without_network()
    return _file(network().authority.pem.encode(), f"{NAME}.pem")


@BLUEPRINT.route("/ca.crt")
@needs("cashier")
def binary() -> ResponseReturnValue:
    """The same as DER, which phones and Windows open by themselves."""
    _refuse_without_network()
    return _file(network().authority.certificate.public_bytes(Encoding.DER), f"{NAME}.crt")


def _file(content: bytes, name: str) -> Response:
    disposition = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, mimetype=_TYPE, headers=disposition)


def _refuse_without_network() -> None:
    if here().network is None:
        abort(404)
