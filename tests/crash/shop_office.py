"""A device of `shop.py` without a screen: it changes prices over the network, with the courier that registers have."""

import itertools
from pathlib import Path

from appliance.journal.kinds import ProductChanged
from appliance.journal.lines import from_line
from appliance.messages import Applicant
from appliance.mirror import https_link, pairing
from appliance.mirror.courier import Courier
from appliance.mirror.link import ServerAway
from appliance.services import mirroring
from appliance.store import anew
from tests.appliance.lan_server.serving import Server
from tests.appliance.mirror.shop_on_a_network import Node


class Office(Node):
    """A device in this very process that changes prices, and ships them with the real courier."""

    def __init__(self, folder: Path, server: Server) -> None:
        """Pair it with the running server."""
        super().__init__(folder, "office")
        self.store = self.folder
        offer = server.offer("office")
        code = offer["qr"].replace(f"/{offer['host'].upper()}/", "/127.0.0.1/", 1)
        who = Applicant(self.origin, "test", 0, "", ())
        made = pairing.by_scan(code, who, self.clock, lambda _step: None)
        trusted = https_link.trusting(made.authority, made.certificate, made.key)
        self._link = https_link.HttpsLink(made.host, made.port, trusted)
        self._prices = itertools.count(100)
        self._begin()
        self.errands()

    def _begin(self) -> None:
        self.courier = Courier(self._link, self, "test")

    def change_price(self) -> None:
        """Of the coffee, once it is known."""
        for row in self.shelf.db.sql("SELECT id FROM product WHERE name = 'Flat white'"):
            self.book.record("", ProductChanged(row[0], price_minor=next(self._prices)))
        self.errands()

    def errands(self) -> bool:
        """Whether all went well: what the server has is here, and the other way round."""
        try:
            self.courier.greet()
            if self.courier.parted:
                self._put_right()
                return False
            for errand in (self.courier.ship, self.courier.fetch):
                while errand():
                    pass
        except ServerAway:
            return False
        return not self.courier.parted

    def _put_right(self) -> None:
        """As a register does at its next start."""
        with self.shelf.transaction():
            for origin, seq in self.courier.parted.items():
                anew.request_apart(self.shelf.db, origin, seq)
        self.restart()
        self._begin()
        own = mirroring.own_line(self.shelf.db)
        for one in mirroring.quarantined(self.shelf.db):
            if one.origin not in own:
                self.courier.hand_over([from_line(one.line, one.seq)])
