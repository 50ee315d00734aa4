"""`/pair/v1/*`: how a register becomes one of the shop's; `journal.pairing_wire` tells how. Anybody may ask."""

from typing import Final

from flask import Blueprint, Response, request

from appliance.journal.pairing_wire import Authority, Begin, Finish, Paired
from appliance.lan_server import answers
from appliance.lan_server.authority import fingerprint_of, pem_of
from appliance.lan_server.pairing import Wish
from appliance.lan_server.room import here, network
from appliance.lan_server.wire_api import language
from appliance.problems import Refusal
from appliance.services import origins, pairing, pepper, shop

MOST_MESSAGE: Final = 64 << 10

pair_api: Final = Blueprint("pairing", __name__, url_prefix="/pair/v1")


@pair_api.errorhandler(Refusal)
def refuse(no: Refusal) -> Response:
    """What goes wrong, as JSON."""
    return answers.trouble(no, language())


@pair_api.errorhandler(Exception)
def break_down(why: Exception) -> Response:
    """A mistake of ours, as JSON too."""
    return answers.defect(why, language())


@pair_api.get("/authority")
def authority() -> Response:
    """The shop's authority, which a register believes once it is proved."""
    with here().readers.reading() as db:
        found = Authority(network().authority.pem, origins.own(db), shop.read(db).name)
    return answers.json(found)


@pair_api.post("/begin")
def begin() -> Response:
    """A register that was told a code."""
    network().turnstile.pass_through(here().clock.now().boot_ns)
    return answers.json(network().offers.begin(answers.read_message(Begin, MOST_MESSAGE)))


@pair_api.post("/finish")
def finish() -> Response:
    """A register that has a token, or knew the code. A wrong token costs less than being counted."""
    asked = answers.read_message(Finish, MOST_MESSAGE)
    return answers.json(network().offers.let_in(asked, lambda wish: _admit(asked, wish)))


def _admit(asked: Finish, wish: Wish) -> Paired:
    room, net = here(), network()
    theirs = pepper.from_hex(asked.peppers)
    certificate = net.authority.sign(asked.request, asked.origin)
    with room.readers.reading() as db:
        said, place = wish.name or asked.name, wish.place
        if wish.replaces:
            was = pairing.named(db, wish.replaces)
            said, place = wish.name or was.name, was.place
        server, shop_name = origins.own(db), shop.read(db).name
    name = pairing.tidy(said) or asked.origin
    newcomer = pairing.Newcomer(
        asked.origin, fingerprint_of(certificate), name, place, wish.replaces
    )
    room.scribe.do(lambda desk: pairing.admit(desk, newcomer, wish.by))
    # Only of whom is let in. PINs made there were hashed with these; whoever asks again gets the same answer.
    room.keeper.ring.learn_from(asked.origin, theirs)
    net.devices.heard(asked.origin, answers.address(request), room.now_ms())
    return Paired(
        certificate=pem_of(certificate),
        authority=net.authority.pem,
        server=server,
        sealing=net.authority.sealing_key,
        shop=shop_name,
        name=newcomer.name,
        place=place,
        peppers=pepper.to_hex(room.keeper.ring.keys),
        hosts=net.hosts,
        port=net.port,
        replaces=wish.replaces,
        now_ms=room.now_ms(),
    )
