"""What a register's courier says, and what it makes of the answers."""

import dataclasses
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import msgspec
import pytest

from appliance.journal.entry import Entry
from appliance.journal.mirror_kinds import OriginClosed
from appliance.journal.wire import BATCH_ENTRIES, Asking, Hashes, Hello, Mark, Wanting, Welcome
from appliance.mirror.courier import Courier
from appliance.mirror.link import Link, ServerAway
from tests.appliance.mirror.shop_on_a_network import Shop


@dataclasses.dataclass
class Heard:
    """A link that keeps what was said, and lets a test change the answers."""

    link: Link
    said: list[str] = dataclasses.field(default_factory=list)
    sent: list[Sequence[Entry]] = dataclasses.field(default_factory=list)
    change_mark: Callable[[Mark], Mark] = lambda mark: mark
    change_entries: Callable[[tuple[Entry, ...]], tuple[Entry, ...]] = lambda entries: entries

    def hello(self, hello: Hello) -> Welcome:
        self.said.append("hello")
        return self.link.hello(hello)

    def up(self, entries: Sequence[Entry]) -> Mark:
        self.said.append("up")
        self.sent.append(entries)
        return self.change_mark(self.link.up(entries))

    def down(self, wanting: Wanting) -> tuple[Entry, ...]:
        self.said.append("down")
        return self.change_entries(self.link.down(wanting))

    def at(self, asking: Asking) -> Hashes:
        self.said.append("at")
        return self.link.at(asking)

    def apart(self, entries: Sequence[Entry]) -> Mark:
        self.said.append("apart")
        return self.link.apart(entries)


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    made = Shop(tmp_path)
    made.sell(0)
    yield made
    made.close()


@pytest.fixture
def heard(shop: Shop) -> Heard:
    return Heard(shop.links[0])


@pytest.fixture
def courier(shop: Shop, heard: Heard) -> Courier:
    return Courier(heard, shop.registers[0], "test")


def test_it_greets_before_anything_else_and_once(courier: Courier, heard: Heard) -> None:
    assert courier.ship()
    assert not courier.ship()
    assert courier.fetch()
    assert not courier.fetch()
    assert heard.said == ["hello", "up", "down", "down"]


def test_after_a_missing_answer_it_greets_again(shop: Shop, courier: Courier, heard: Heard) -> None:
    courier.greet()
    shop.links[0].faults = ["unanswered"]
    with pytest.raises(ServerAway):
        courier.ship()
    assert not courier.ship(), "it arrived, as the greeting told"
    assert heard.said == ["hello", "up", "hello"]
    shop.links[0].faults = ["lost"]
    with pytest.raises(ServerAway):
        courier.fetch()
    courier.fetch()
    assert heard.said[3:] == ["down", "hello", "down"]


def test_a_mark_with_another_hash_is_not_believed(courier: Courier, heard: Heard) -> None:
    heard.change_mark = lambda mark: msgspec.structs.replace(mark, head="00" * 32)
    courier.ship()
    assert courier.welcome is None
    assert courier.behind() > 0


def test_a_server_that_went_back_is_asked_again_and_gets_the_rest(
    shop: Shop, courier: Courier, heard: Heard
) -> None:
    shop.server.keep_a_copy()
    while courier.ship():
        pass
    shop.server.put_the_copy_back(noticed=True)
    shop.sell(0)
    while courier.ship():
        pass
    assert courier.behind() == 0
    assert shop.totals_at(shop.server) == [1000, 1001]
    assert "hello" in heard.said[1:]


def test_it_knows_how_far_it_is_behind_and_what_it_lacks(shop: Shop, courier: Courier) -> None:
    courier.greet()
    own = shop.registers[0].heads()[shop.registers[0].origin][0]
    assert courier.behind() == own
    assert courier.lacking() == (0, shop.server.heads()[shop.server.origin][0])
    courier.ship()
    courier.fetch()
    assert courier.behind() == 0
    assert courier.lacking() == (2 * 2, 2 * 2)


def test_what_does_not_fit_is_not_taken(shop: Shop, courier: Courier, heard: Heard) -> None:
    courier.greet()
    before = shop.registers[0].heads()
    heard.change_entries = lambda entries: tuple(
        one._replace(prev_hash=bytes(31) + b"1") for one in entries
    )
    assert courier.fetch()
    assert shop.registers[0].heads() == before
    assert courier.welcome is None
    heard.change_entries = lambda entries: entries[1:]
    assert courier.fetch()
    assert shop.registers[0].heads() == before
    heard.change_entries = lambda entries: entries
    assert courier.fetch()
    assert courier.parted == {}
    assert shop.registers[0].heads() != before


@pytest.mark.parametrize("after", [0, 1, 2, 33, 40, 41])
def test_where_two_histories_part_is_found(tmp_path: Path, after: int) -> None:
    shop = Shop(tmp_path)
    one = shop.registers[0]

    def edit(times: int, name: str) -> None:
        for _time in range(times):
            shop.edit(one, name)

    edit(after, "shared")
    one.keep_a_copy()
    edit(30, "shipped")
    while shop.couriers[0].ship():
        pass
    one.put_the_copy_back(noticed=False)
    edit(45, "after the disk went back")
    courier = Courier(shop.links[0], one, "test")
    courier.greet()
    assert courier.parted == {one.origin: after}
    assert not courier.ship(), "of that origin nothing is sent"
    shop.settle()
    assert one.origin != shop.links[0].sender
    shop.check()
    shop.close()


def test_what_the_server_lost_from_within_is_no_other_history(shop: Shop, courier: Courier) -> None:
    while courier.ship():
        pass
    one, server = shop.registers[0], shop.server
    last = one.heads()[one.origin][0]
    shop.sell(0)
    while courier.ship():
        pass
    with server.shelf.transaction():
        server.shelf.db.sql("DROP TRIGGER entry_never_delete")
        server.shelf.db.sql(
            "DELETE FROM entry WHERE origin = ? AND seq = ?", (one.origin, last)
        )  # fmt: skip
    one.keep_a_copy()
    behind = Courier(shop.links[0], one, "test")
    behind.greet()
    assert behind.parted == {}


def test_a_register_that_was_replaced_finds_its_origin_closed(
    shop: Shop, courier: Courier, heard: Heard
) -> None:
    while courier.ship():
        pass
    one = shop.registers[0]
    seq, head = one.heads()[one.origin]
    shop.server.book.record("", OriginClosed(one.origin, seq, head.hex(), "replaced"))
    shop.sell(0)
    courier.greet()
    assert courier.ship()
    assert courier.parted == {one.origin: seq}
    assert not courier.ship()
    assert heard.said.count("up") == 2


def test_a_long_history_goes_up_in_batches(shop: Shop, courier: Courier, heard: Heard) -> None:
    for _time in range(2 * BATCH_ENTRIES):
        shop.edit(shop.registers[0], "again")
    while courier.ship():
        pass
    assert all(len(one) <= BATCH_ENTRIES for one in heard.sent)
    assert len(heard.sent) >= 2
    assert courier.behind() == 0
    assert heard.said.count("hello") == 1
