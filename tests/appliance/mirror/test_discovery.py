"""What a server says of itself by mDNS, or whoever says that they are one."""

import socket

from zeroconf import ServiceInfo

from appliance.journal.pairing_wire import SERVICE
from appliance.messages import FoundServerView
from appliance.mirror import discovery


def announced(*addresses: str, **said: str) -> ServiceInfo:
    packed = [
        socket.inet_pton(socket.AF_INET6 if ":" in one else socket.AF_INET, one)
        for one in addresses
    ]
    return ServiceInfo(
        SERVICE, f"shop.{SERVICE}", addresses=packed, port=8443, properties=said, server="x.local."
    )


def test_a_server_is_told_with_its_shop_and_the_begin_of_its_fingerprint() -> None:
    found = discovery.read(announced("192.0.2.7", shop="Corner", fp="K7Q2M4XA", v="1"))
    assert found == [FoundServerView("Corner", "192.0.2.7", 8443, "K7Q2M4XA")]


def test_of_several_addresses_one_is_told_that_a_person_can_compare() -> None:
    (found,) = discovery.read(announced("2001:db8::7", "192.0.2.7"))
    assert found.host == "192.0.2.7"


def test_a_server_without_an_address_is_none() -> None:
    assert discovery.read(announced(shop="Corner")) == []


def test_what_a_stranger_announces_cannot_turn_lines_around_or_fill_the_screen() -> None:
    (found,) = discovery.read(
        announced("192.0.2.7", shop="Cor\u202ener\n\x07" * 10, fp="A\x00B" * 60)
    )
    assert found.shop.isprintable()
    assert found.mark.isprintable()
    assert len(found.shop) <= 60
    assert len(found.mark) <= 60


def test_looking_ends_at_once_when_there_is_something_else_to_do() -> None:
    # With a limit far beyond the patience of the tests.
    assert discovery.find(3600.0, lambda: True) == discovery.find(3600.0, lambda: True)
