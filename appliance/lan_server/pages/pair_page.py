"""Letting a register in: who it will be, then a QR code for its scanner and a code for its keys, until it has come.

The server keeps only a hash of what the QR code says. The page can show it again all the same, because the browser
that asked for it holds it, encrypted, in the cookie beside its forms.
"""

import io
from typing import Final, NamedTuple

import msgspec
import segno
from flask import Blueprint, Response, abort, request, session, url_for
from flask.typing import ResponseReturnValue

from appliance.lan_server import invite
from appliance.lan_server.access.doors import me, needs
from appliance.lan_server.pages.page import (
    done,
    formats,
    is_posted,
    sent,
    show,
    typed,
    words,
    wrong,
)
from appliance.lan_server.pages.parts import Fact, Field, Form, FormPage, Link, Option
from appliance.lan_server.pages.registers import crumbs, places
from appliance.lan_server.pairing import Made, Offered, Wish
from appliance.lan_server.room import here, network
from appliance.services import passwords, registers, second_factor
from appliance.services.pairing import LONGEST_NAME

BLUEPRINT: Final = Blueprint("pair_page", __name__, url_prefix="/registers/pair")
REFRESH_S: Final = 4
_OFFER: Final = "offer"
_QUIET_ZONE: Final = 4
_HALF: Final = 4


class Step(msgspec.Struct, frozen=True):
    """One thing to do at the register."""

    icon: str
    text: str


class OfferPage(msgspec.Struct, frozen=True):
    """What `registers/pair.html` shows while a register is awaited."""

    title: str
    sentence: str
    refresh_s: int
    picture: str
    picture_told: str
    steps: tuple[Step, ...]
    or_title: str
    or_sentence: str
    code: str
    facts: tuple[Fact, ...]
    waiting: str
    reload: Link
    withdraw: Form
    crumbs: tuple[Link, ...]


class ComePage(msgspec.Struct, frozen=True):
    """What `registers/come.html` shows: a register has come, or the code is over."""

    title: str
    sentence: str
    icon: str
    tone: str
    on: Link
    crumbs: tuple[Link, ...]


class _Secret(NamedTuple):
    id: str
    token: str
    code: str


@BLUEPRINT.route("/", methods=["GET", "POST"])
@needs("owner")
def add() -> ResponseReturnValue:
    """Who it will be."""
    if here().network is None:
        abort(404)
    if is_posted():
        wish = Wish(sent("name"), sent("place") or "till", sent("replaces"), by=me().id)
        made = invite.offer(here(), network(), wish)
        _remember(made)
        return done("", "pair_page.offer", offer=made.id)
    say = words()
    page = FormPage(
        title=say("web.registers.pair"),
        sentence=say("web.pair.sentence"),
        form=Form(
            url_for("pair_page.add"),
            _fields(),
            say("web.pair.go"),
            cancel=Link(say("web.cancel"), url_for("registers.index")),
        ),
        crumbs=crumbs(say("web.registers.pair")),
    )
    return show("account/form.html", page, title=page.title)


@BLUEPRINT.route("/<offer>")
@needs("owner")
def offer(offer: str) -> ResponseReturnValue:
    """The codes, until a register has come or they are over. The page asks anew by itself."""
    found, secret = _found(offer), _secret()
    say = words()
    if found is not None and found.origin:
        with here().readers.reading() as db:
            name = registers.find(db, found.origin).name
        return _over(
            "come", name, Link(say("web.pair.to_it"), url_for("registers.detail", device=found.origin))
        )  # fmt: skip
    again = Link(say("web.pair.again"), url_for("pair_page.add"))
    if found is None or secret is None or secret.id != offer:
        return _over("over", "", again)
    return show("registers/pair.html", _waiting(found, secret), title=say("web.registers.pair"))


@BLUEPRINT.route("/<offer>.svg")
@needs("owner")
def picture(offer: str) -> ResponseReturnValue:
    """The QR code, for as long as it counts."""
    found, secret = _found(offer), _secret()
    if found is None or found.origin or secret is None or secret.id != offer:
        abort(404)
    made = Made(found.id, secret.token, secret.code, found.until_ms)
    text = invite.invitation(network(), made)
    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(
        out,
        kind="svg",
        border=_QUIET_ZONE,
        dark="#000000",
        light="#ffffff",
        xmldecl=False,
        omitsize=True,
    )
    return Response(out.getvalue(), mimetype="image/svg+xml")


@BLUEPRINT.route("/<offer>/withdraw", methods=["POST"])
@needs("owner")
def withdraw(offer: str) -> ResponseReturnValue:
    """Nobody is let in with this code any more."""
    network().offers.withdraw(offer)
    session.pop(_OFFER, None)
    return done(words()("web.pair.withdrawn"), "registers.index")


# --------------------------------------------------------------------------- helpers


def _remember(made: Made) -> None:
    told = f"{made.id} {made.token} {made.code}"
    session[_OFFER] = second_factor.seal(here().keeper.pepper, me().id, told)


def _secret() -> _Secret | None:
    """What this browser holds of its newest offer."""
    sealed = session.get(_OFFER)
    if not isinstance(sealed, str):
        return None
    told = second_factor.unseal(passwords.keys_of(here().keeper), me().id, sealed)
    return None if told is None else _Secret(*told.split(" "))


def _found(offer: str) -> Offered | None:
    if here().network is None:
        abort(404)
    return next((one for one in network().offers.waiting() if one.id == offer), None)


def _waiting(found: Offered, secret: _Secret) -> OfferPage:
    form = formats()
    say = form.words
    net = network()
    steps = (
        ("cash-register", 1),
        ("cog-outline", 2),
        ("barcode-scan", 3),
        ("check-circle-outline", 4),
    )
    code = f"{secret.code[:_HALF]} {secret.code[_HALF:]}" if found.has_code else ""
    until = form.clock(found.until_ms)
    return OfferPage(
        title=say("web.registers.pair"),
        sentence=say("web.pair.until", until=until),
        refresh_s=REFRESH_S,
        picture=url_for("pair_page.picture", offer=found.id),
        picture_told=say("web.pair.picture"),
        steps=tuple(Step(icon, say(f"web.pair.step_{number}")) for icon, number in steps),
        or_title=say("web.pair.or_title"),
        or_sentence=say("web.pair.or_sentence" if code else "web.pair.no_code"),
        code=code,
        facts=(
            Fact(say("web.pair.host"), f"{net.hosts[0]}:{net.port}"),
            Fact(say("web.pair.others"), ", ".join(net.hosts[1:4])),
        )
        if len(net.hosts) > 1
        else (Fact(say("web.pair.host"), f"{net.hosts[0]}:{net.port}"),),
        waiting=say("web.pair.waiting"),
        reload=Link(say("web.pair.reload"), url_for("pair_page.offer", offer=found.id), "refresh"),
        withdraw=Form(
            url_for("pair_page.withdraw", offer=found.id), (), say("web.pair.withdraw"), "plain"
        ),
        crumbs=crumbs(say("web.registers.pair")),
    )  # fmt: skip


def _over(key: str, name: str, on: Link) -> ResponseReturnValue:
    say = words()
    is_come = key == "come"
    page = ComePage(
        title=say(f"web.pair.{key}_title", name=name),
        sentence=say(f"web.pair.{key}_sentence", name=name),
        icon="check-circle-outline" if is_come else "timer-off-outline",
        tone="good" if is_come else "look",
        on=on,
        crumbs=crumbs(say("web.registers.pair")),
    )
    return show("registers/come.html", page, title=page.title)


def _fields() -> tuple[Field, ...]:
    say = words()
    with here().readers.reading() as db:
        closed = {one.origin for one in registers.closed(db)}
        found = [one for one in registers.all_of(db) if not closed.issuperset(one.origins)]
    asked = typed("replaces", request.args.get("replaces", ""))
    others = tuple(
        Option(one.device, f"{one.name} ({one.device})", one.device == asked) for one in found
    )
    fields = (
        Field(
            "name",
            say("web.registers.name"),
            typed("name"),
            hint=say("web.pair.name_hint"),
            letters=LONGEST_NAME,
            has_focus=True,
        ),
        Field(
            "place",
            say("web.registers.place"),
            kind="select",
            options=places(typed("place", "till")),
            error=wrong("no_such_place"),
        ),
    )
    if not others:
        return fields
    nobody = Option("", say("web.pair.replaces_nobody"), not asked)
    return (
        *fields,
        Field(
            "replaces",
            say("web.pair.replaces"),
            kind="select",
            options=(nobody, *others),
            hint=say("web.pair.replaces_hint"),
            error=wrong("no_such_device"),
        ),
    )
