"""Whose word on the shop's devices counts: the server's, and a register's on nobody but itself. The same everywhere."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.journal.body import Body
from appliance.journal.kinds import CategoryAdded
from appliance.journal.mirror_kinds import (
    OriginBegun,
    OriginClosed,
    RegisterPaired,
    RegisterRevoked,
)
from appliance.journal.trust_kinds import OriginKnown
from appliance.lan_server import intake
from appliance.services import mirroring, pairing, registers, set_up
from appliance.services.pairing import Newcomer
from appliance.store import shelf as store
from appliance.store.database import Database
from tests.appliance.mirror.shop_on_a_network import Node, Shop
from tests.appliance.trading import START_MS

FIRST, SECOND = f"{0:064}", f"{1:064}"
"""The certificates of the two registers."""


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    one = Shop(tmp_path)
    for register in one.registers:
        # As pairing does.
        register.book.record("", OriginKnown(one.server.origin, "web", "Shop"))
    yield one
    one.close()


def says(shop: Shop, *words: Body) -> Node:
    """The first register records this, and all hear of it. What it believes itself is its own affair."""
    thief = shop.registers[0]
    thief.book.record("", *words)
    shop.settle()
    shop.check()
    return thief


def elsewhere(shop: Shop) -> list[Database]:
    """The server and the other register."""
    return [shop.server.shelf.db, shop.registers[1].shelf.db]


def device_of(db: Database, fingerprint: str) -> str:
    found = mirroring.by_fingerprint(db, fingerprint)
    return found.device if found is not None and not found.revoked_at_ms else ""


def test_a_register_that_says_it_is_another_stays_itself_and_can_be_revoked(shop: Shop) -> None:
    victim = shop.registers[1]
    # A clock that is far ahead makes no word stronger.
    shop.registers[0].clock.set(2 * START_MS)
    thief = says(shop, RegisterPaired(victim.origin, "till 1", "till", FIRST))
    for db in elsewhere(shop):
        assert device_of(db, FIRST) == thief.origin
        assert device_of(db, SECOND) == victim.origin
    shop.serve(lambda desk: pairing.revoke(desk, thief.origin, "stolen", ""))
    assert device_of(shop.server.shelf.db, FIRST) == ""


def test_a_register_shuts_nobody_out(shop: Shop) -> None:
    victim = shop.registers[1]
    thief = says(
        shop,
        RegisterRevoked(victim.origin, SECOND, "gone"),
        OriginClosed(victim.origin, 0, "00" * 32, "replaced", shop.registers[0].origin),
    )
    for db in elsewhere(shop):
        assert device_of(db, SECOND) == victim.origin
        assert mirroring.closed(db) == {}
        assert registers.closed(db) == ()
        assert set_up.inherited(db) is None
        known = registers.find(db, victim.origin)
        assert (known.revoked_at_ms, known.why) == (0, "")
        said = registers.troubles(db).for_nothing
        assert {author: len(words) for author, words in said.items()} == {thief.origin: 2}
    shop.sell(1)
    shop.settle()
    shop.check()


def test_a_register_cannot_make_a_paired_device_out_of_the_server(shop: Shop) -> None:
    server, thief = shop.server, shop.registers[0]
    says(shop, RegisterPaired(server.origin, "till 9", "till", "ee" * 32))
    shop.serve(lambda desk: pairing.admit(desk, Newcomer("K7Q2", "aa", "Till", "till"), ""))
    shop.serve(lambda desk: pairing.revoke(desk, shop.registers[1].origin, "stolen", ""))
    shop.settle()
    for db in elsewhere(shop):
        assert device_of(db, "aa") == "K7Q2"
        assert device_of(db, SECOND) == ""
        assert device_of(db, "ee" * 32) == ""
        assert mirroring.voices(db).unheard >= {thief.origin}
        assert server.origin not in mirroring.voices(db).unheard


def test_a_register_may_say_that_its_own_certificate_is_gone(shop: Shop) -> None:
    thief = shop.registers[0]
    says(shop, RegisterRevoked(thief.origin, FIRST, "forgotten at the register"))
    for db in elsewhere(shop):
        assert device_of(db, FIRST) == ""
        assert registers.find(db, thief.origin).why == "forgotten at the register"
        assert registers.troubles(db).for_nothing == {}


def test_what_goes_on_from_a_register_counts_no_more_than_the_register(shop: Shop) -> None:
    one = shop.registers[0]
    shop.settle()
    was = one.origin
    one.keep_a_copy()
    one.book.record("", CategoryAdded("lost"))
    one.put_the_copy_back(noticed=True)
    assert one.origin != was
    says(shop, OriginClosed(shop.registers[1].origin, 0, "00" * 32, "replaced"))
    assert mirroring.closed(shop.server.shelf.db) == {}


def test_words_of_a_server_count_also_under_the_origin_it_had_before(shop: Shop) -> None:
    server = shop.server
    shop.serve(lambda desk: pairing.admit(desk, Newcomer("K7Q2", "aa", "Till", "till"), ""))
    was = server.origin
    server.keep_a_copy()
    server.book.record("", CategoryAdded("lost"))
    server.put_the_copy_back(noticed=True)
    assert server.origin != was
    shop.serve(lambda desk: pairing.admit(desk, Newcomer("M3RT", "bb", "Till", "till"), ""))
    shop.settle()
    for db in elsewhere(shop):
        assert device_of(db, "aa") == "K7Q2"
        assert device_of(db, "bb") == "M3RT"
        assert device_of(db, FIRST) == shop.registers[0].origin


def test_words_of_a_server_that_was_replaced_count_at_the_next_one(
    shop: Shop, tmp_path: Path
) -> None:
    old, new = shop.server, Node(tmp_path, "new")
    shop.serve(lambda desk: pairing.revoke(desk, shop.registers[1].origin, "stolen", ""))
    shop.settle()
    new.book.receive(store.span(old.shelf.db, old.origin, 0, 500))
    db = new.shelf.db
    assert device_of(db, FIRST) == shop.registers[0].origin
    assert device_of(db, SECOND) == ""
    new.shelf.close()


def test_only_the_first_entry_of_an_origin_says_where_it_goes_on_from(shop: Shop) -> None:
    victim, server = shop.registers[1], shop.server
    thief = says(
        shop,
        OriginBegun(victim.origin, 0, "", "restored"),
        OriginBegun(server.origin, 0, "", "restored"),
    )
    db = server.shelf.db
    assert mirroring.left_behind(db) == frozenset()
    assert mirroring.own_branches(db) == {server.origin}
    assert mirroring.line(db, victim.origin) == {victim.origin}
    victim.book.record("", CategoryAdded("forged"))
    seq = server.heads()[victim.origin][0]
    forged = store.span(victim.shelf.db, victim.origin, seq, 9)
    mark = shop.serve(lambda desk: intake.take(desk, thief.origin, forged, START_MS))
    assert mark.trouble == intake.NOT_YOURS
