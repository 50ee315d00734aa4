"""Inviting a register: an offer and the text of its QR code, for the console and for the back office."""

from appliance.journal.pairing_wire import Invitation, qr_text
from appliance.lan_server.pairing import Made, Wish
from appliance.lan_server.room import Network, Room
from appliance.services import pairing


def offer(room: Room, network: Network, wish: Wish) -> Made:
    """Make an offer to a register. Raises `NoSuchPlace`, `NoSuchDevice`."""
    pairing.refuse_place(wish.place)
    if wish.replaces:
        with room.readers.reading() as db:
            pairing.named(db, wish.replaces)
    return network.offers.make(wish)


def invitation(network: Network, made: Made) -> str:
    """The text of an offer's QR code."""
    best = network.hosts[0]
    return qr_text(Invitation(best, network.port, network.authority.fingerprint, made.token))
