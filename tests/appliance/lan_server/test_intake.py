"""What the server takes in: only what follows its own mark, of those who may send it; the rest is kept apart."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.journal.book import JournalDamaged
from appliance.journal.entry import GENESIS, Entry, canonical_body, seal
from appliance.journal.kinds import CategoryAdded
from appliance.journal.lines import NotAJournal
from appliance.journal.mirror_kinds import OriginBegun, OriginClosed, RegisterPaired
from appliance.journal.wire import BATCH_ENTRIES, Asking, Hello, Mark, Range, Wanting
from appliance.lan_server import intake
from appliance.lan_server.intake import MOST_OF_A_LINE
from appliance.services import mirroring, origins
from appliance.services.desk import Desk
from appliance.store import shelf as store
from tests.appliance.mirror.shop_on_a_network import Node, Shop

NOW_MS = 1_800_000_000_000


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    made = Shop(tmp_path)
    yield made
    made.close()


def span(node: Node, after: int = 0, most: int = 500) -> list[Entry]:
    return store.span(node.shelf.db, node.origin, after, most)


def up(shop: Shop, entries: list[Entry], sender: str = "") -> Mark:
    sender = sender or shop.registers[0].origin
    return shop.serve(lambda desk: intake.take(desk, sender, entries, NOW_MS))


def hello(shop: Shop, node: Node, missing: tuple[Range, ...] = ()) -> tuple[Range, ...]:
    marks = {origin: (seq, head.hex()) for origin, (seq, head) in node.heads().items()}
    said = Hello(node.origin, "test", marks)
    welcome = shop.serve(
        lambda desk: intake.hello(desk, node.origin, said, NOW_MS, "test", missing)
    )
    return welcome.wanted


def apart(shop: Shop) -> list[tuple[str, int, str]]:
    found = mirroring.quarantined(shop.server.shelf.db)
    return [(one.origin, one.seq, one.why) for one in found]


def test_a_batch_is_answered_with_how_far_it_is_held(shop: Shop) -> None:
    one = shop.registers[0]
    shop.sell(0)
    entries = span(one)
    mark = up(shop, entries)
    assert mark == Mark(one.origin, entries[-1].seq, entries[-1].hash.hex())
    assert up(shop, entries) == mark, "sending twice changes nothing"
    assert shop.totals_at(shop.server) == shop.totals_at(one)


def test_what_does_not_follow_is_not_taken_and_says_where_to_go_on(shop: Shop) -> None:
    shop.sell(0)
    entries = span(shop.registers[0])
    up(shop, entries[:2])
    mark = up(shop, entries[3:])
    assert (mark.seq, mark.trouble) == (2, "gap")
    assert up(shop, entries[1:]).seq == entries[-1].seq


def test_another_history_is_kept_apart_and_told_once(shop: Shop) -> None:
    one = shop.registers[0]
    shop.sell(0)
    one.keep_a_copy()
    shop.sell(0)
    up(shop, span(one))
    length = len(span(one))
    one.put_the_copy_back(noticed=False)
    before = len(span(one))
    shop.sell(0)
    for _twice in range(2):
        mark = up(shop, span(one))
        assert (mark.seq, mark.trouble, mark.fork_seq) == (length, "forked", before + 1)
    assert apart(shop) == [(one.origin, entry.seq, "forked") for entry in span(one, before)]
    assert len(mirroring.forks(shop.server.shelf.db)) == 1
    assert shop.server.shelf.differences() == ()


def test_nobody_sends_what_another_register_recorded(shop: Shop) -> None:
    one, two = shop.registers
    shop.sell(0)
    mark = up(shop, span(one), sender=two.origin)
    assert (mark.seq, mark.trouble) == (0, "not_yours")
    assert hello(shop, two) == ()
    assert apart(shop) == []


def test_an_unknown_origin_is_taken_only_as_the_next_of_the_senders_line(
    shop: Shop, tmp_path: Path
) -> None:
    one = shop.registers[0]
    stranger = Node(tmp_path, "stranger")
    stranger.book.record("", CategoryAdded("Forged"))
    assert up(shop, span(stranger)).trouble == "not_yours"
    stranger.shelf.close()
    shop.sell(0)
    up(shop, span(one))
    was = one.origin
    one.book.begin_anew("restored")
    shop.sell(0)
    assert up(shop, span(one), sender=was).trouble == ""
    assert mirroring.line(shop.server.shelf.db, was) == {was, one.origin}
    assert origins.known(shop.server.shelf.db)[one.origin] == origins.Device("till", "till 0")


def test_after_an_origin_was_closed_nothing_of_it_is_taken(shop: Shop) -> None:
    one, two = shop.registers
    shop.sell(0)
    entries = span(one)
    up(shop, entries[:3])
    closing = OriginClosed(one.origin, 3, entries[2].hash.hex(), "replaced", two.origin)
    shop.server.book.record("", closing)
    mark = up(shop, entries)
    assert (mark.seq, mark.trouble, mark.fork_seq) == (3, "closed", 4)
    assert apart(shop) == [(one.origin, entry.seq, "closed") for entry in entries[3:]]


def test_a_closed_origin_may_be_handed_on_by_others_up_to_its_end(shop: Shop) -> None:
    """The server was restored from a backup, and the register that recorded it is gone."""
    one, two = shop.registers
    shop.sell(0)
    shop.settle()
    last = len(span(one))
    head = one.heads()[one.origin][1].hex()
    shop.server.book.record("", OriginClosed(one.origin, last, head, "lost"))
    entries = span(one)
    lost = Node(shop.server.folder.parent, "restored")
    lost.book.receive(store.span(shop.server.shelf.db, shop.server.origin, 0, 500))
    desk = Desk(lost.shelf.db, lost.book)
    marks = {origin: (seq, found.hex()) for origin, (seq, found) in two.heads().items()}
    with lost.book.batch():
        wanted = intake.hello(desk, two.origin, Hello(two.origin, "t", marks), NOW_MS, "t").wanted
        assert Range(one.origin, 1, last) in wanted
        assert intake.take(desk, two.origin, entries, NOW_MS).seq == last
    lost.shelf.close()


@pytest.mark.parametrize("what", ["empty", "mixed", "gap", "altered", "unlinked"])
def test_what_is_no_batch_is_refused_and_nothing_is_taken(shop: Shop, what: str) -> None:
    shop.sell(0)
    shop.sell(1)
    entries = span(shop.registers[0])
    wrong = {
        "empty": [],
        "mixed": [*entries, *span(shop.registers[1])],
        "gap": [*entries[:2], *entries[3:]],
        "altered": [*entries[:2], entries[2]._replace(at_ms=1)],
        "unlinked": [*entries[:2], entries[2]._replace(prev_hash=bytes(32))],
    }[what]
    with pytest.raises((NotAJournal, JournalDamaged)):
        up(shop, wrong)
    assert shop.registers[0].origin not in shop.server.heads()


def test_what_was_lost_from_within_is_found_asked_for_and_filled(shop: Shop) -> None:
    """As a cluster that was recovered wrongly: the mark says one thing, the rows another."""
    one, server = shop.registers[0], shop.server
    shop.sell(0)
    entries = span(one)
    up(shop, entries)
    assert intake.audit(server.shelf.db) == ()
    with server.shelf.transaction():
        server.shelf.db.sql("DROP TRIGGER entry_never_delete")
        server.shelf.db.sql(
            "DELETE FROM entry WHERE origin = ? AND seq IN (1, 3, 4)", (one.origin,)
        )
    missing = intake.audit(server.shelf.db)
    assert missing == (Range(one.origin, 1, 1), Range(one.origin, 3, 4))
    assert hello(shop, one, missing) == missing
    with pytest.raises(JournalDamaged):
        up(shop, [entries[2]._replace(hash=bytes(32))])
    for hole in missing:
        up(shop, entries[hole.first - 1 : hole.last])
    assert intake.audit(server.shelf.db) == ()
    assert server.book.verify().bad is None
    server.restart()
    assert server.shelf.differences() == ()


def test_a_device_is_given_what_it_lacks_the_shortest_first(shop: Shop) -> None:
    shop.sell(0)
    for _sale in range(30):
        shop.sell(1)
    for number, register in enumerate(shop.registers):
        up(shop, span(register), sender=shop.registers[number].origin)
    db = shop.server.shelf.db
    have: dict[str, int] = {}
    order = []
    while found := intake.give(db, Wanting(have)):
        order.append(found[0].origin)
        have[found[0].origin] = found[-1].seq
    assert order[-1] == shop.registers[1].origin
    assert have == {origin: seq for origin, (seq, _head) in shop.server.heads().items()}


def test_hashes_are_given_for_what_is_held_and_not_without_end(shop: Shop) -> None:
    shop.sell(0)
    entries = span(shop.registers[0])
    up(shop, entries)
    asking = Asking(entries[0].origin, (1, 2, 10_000, 0))
    found = intake.hashes(shop.server.shelf.db, asking).hashes
    assert found == (entries[0].hash.hex(), entries[1].hash.hex(), "", "")
    many = Asking(entries[0].origin, (1,) * 1000)
    assert len(intake.hashes(shop.server.shelf.db, many).hashes) == intake.MOST_ASKED


def test_a_server_that_was_restored_unnoticed_goes_on_in_a_new_origin(shop: Shop) -> None:
    server, one = shop.server, shop.registers[0]
    server.keep_a_copy()
    shop.edit(server, "later")
    shop.settle()
    was = server.origin
    server.put_the_copy_back(noticed=False)
    wanted = hello(shop, one)
    assert server.origin != was
    assert {item.origin for item in wanted} >= {was}
    assert mirroring.own_line(server.shelf.db) == {was, server.origin}
    shop.settle()
    shop.check()


@pytest.mark.parametrize("long", [False, True], ids=["short", "more than one batch"])
def test_an_origin_that_the_server_began_and_lost_comes_back_from_a_register(
    shop: Shop, *, long: bool
) -> None:
    """Restored and noticed, it began a new origin; restored once more from the same copy, it knows nothing of that."""
    server = shop.server
    shop.settle()
    server.keep_a_copy()
    server.put_the_copy_back(noticed=True)
    lost = server.origin
    for number in range(BATCH_ENTRIES if long else 1):
        server.book.record("", CategoryAdded(f"Late {number}"))
    shop.settle()
    head = server.heads()[lost]
    server.put_the_copy_back(noticed=True)
    assert lost not in server.heads()
    shop.settle()
    assert server.heads()[lost] == head
    shop.check()


def test_so_does_one_that_went_on_from_such_a_one(shop: Shop) -> None:
    server = shop.server
    shop.settle()
    server.keep_a_copy()
    lost = []
    for _twice in range(2):
        lost.append(server.book.begin_anew("restored"))
        server.book.record("", CategoryAdded("Late"))
    shop.settle()
    server.put_the_copy_back(noticed=False)
    shop.settle()
    assert set(lost) <= server.heads().keys()
    shop.check()


def lie(shop: Shop) -> None:
    """A register says that it holds more of the server's origin than there is."""
    sender, server = shop.registers[0].origin, shop.server
    said = Hello(sender, "test", {server.origin: (1 << 40, "00" * 32)})
    shop.serve(lambda desk: intake.hello(desk, sender, said, NOW_MS, "test"))


def test_a_server_begins_anew_once_while_it_runs_whatever_it_is_told(shop: Shop) -> None:
    server = shop.server
    was = server.origin
    lie(shop)
    now = server.origin
    assert now != was
    for _again in range(3):
        lie(shop)
    assert server.origin == now
    server.restart()
    lie(shop)
    assert server.origin != now
    shop.settle()
    shop.check()


def begins(origin: str, was: str, lamport: int = 1) -> Entry:
    """The first entry of an origin that goes on from another."""
    body = OriginBegun(was, 0, "", "restored")
    return seal(
        Entry(origin, 1, NOW_MS, True, lamport, "b", 1, "", body.kind, body.version,
              canonical_body(body), GENESIS, b"")
    )  # fmt: skip


@pytest.mark.parametrize("whose", ["register", "server"])
def test_a_device_cannot_begin_origins_without_end(shop: Shop, whose: str) -> None:
    was = {"register": shop.registers[0], "server": shop.server}[whose].origin
    # Each goes on from the first: that is how a line that was restored from one copy again and again looks.
    said = [up(shop, [begins(f"Z{n:03}", was)]).trouble for n in range(2 * MOST_OF_A_LINE)]
    assert said == [""] * (MOST_OF_A_LINE - 1) + [intake.NOT_YOURS] * (MOST_OF_A_LINE + 1)
    shop.sell(0)
    shop.settle()
    shop.check()


def test_what_the_server_shall_have_lost_is_not_recorded_again_without_end(shop: Shop) -> None:
    server, sender = shop.server, shop.registers[0].origin
    shop.settle()
    last = span(server)[-1]
    made = 2 * MOST_OF_A_LINE

    def hand_over(lost: Entry) -> None:
        shop.serve(lambda desk: intake.apart(desk, sender, [lost], NOW_MS))

    for n in range(made):
        hand_over(seal(last._replace(seq=last.seq + 1, at_ms=NOW_MS + n, prev_hash=last.hash)))
    assert len(mirroring.own_branches(server.shelf.db)) == MOST_OF_A_LINE
    assert len(apart(shop)) == made


@pytest.mark.parametrize(
    ("version", "body"), [(2, '{"new":1}'), (1, '{"was":5}'), (1, "[]"), (1, '"x"')]
)
def test_an_origin_that_begins_as_nobody_understands_is_nobodys(
    shop: Shop, version: int, body: str
) -> None:
    one = begins("Z001", shop.registers[0].origin)
    assert up(shop, [seal(one._replace(version=version, body=body))]).trouble == intake.NOT_YOURS


@pytest.mark.parametrize("first", ["register", "server"])
def test_what_a_register_and_the_server_lost_comes_back_from_another_register(
    shop: Shop, first: str
) -> None:
    """Both were restored from older copies; the register goes on in a new origin, and cannot send the old one's end."""
    server, one = shop.server, shop.registers[0]
    shop.sell(0)
    shop.settle()
    server.keep_a_copy()
    one.keep_a_copy()
    shop.sell(0)
    shop.settle()
    nodes = [one, server] if first == "register" else [server, one]
    for node in nodes:
        node.put_the_copy_back(noticed=True)
    shop.restart(0)
    shop.sell(0)
    shop.settle()
    shop.check()


def test_nobody_hands_on_what_was_left_because_of_a_fork(shop: Shop) -> None:
    """What the sender holds there may have been recorded again: it would be sold twice."""
    one, two = shop.registers
    shop.sell(0)
    shop.settle()
    one.keep_a_copy()
    shop.sell(0)
    shop.settle()
    one.put_the_copy_back(noticed=False)
    shop.restart(0)
    shop.sell(0)
    shop.settle()
    assert {was for (was,) in two.shelf.db.sql("SELECT was FROM origin_line WHERE why = 'forked'")}
    assert not mirroring.left_behind(shop.server.shelf.db)
    shop.check()


def test_what_the_server_lost_and_a_register_held_is_recorded_again_once(shop: Shop) -> None:
    server, one = shop.server, shop.registers[0]
    server.keep_a_copy()
    was, kept = server.origin, server.heads()[server.origin][0]
    shop.edit(server, "lost on the server")
    shop.settle()
    lost = span(server, kept)
    for _disk_went_back in range(2):
        server.put_the_copy_back(noticed=False)
        server.book.record("", CategoryAdded("another history"))
        for _twice in range(2):
            shop.serve(lambda desk: intake.apart(desk, one.origin, lost, NOW_MS))
        again = [origin for origin in server.heads() if origin not in {was, server.origin}]
        assert len(again) == 1
        assert [entry.body for entry in span_of(server, again[0])[1:]] == [
            entry.body for entry in lost
        ]
        assert again[0] in origins.known(server.shelf.db)
        assert server.shelf.differences() == ()
        assert server.book.verify().bad is None


def span_of(node: Node, origin: str) -> list[Entry]:
    return store.span(node.shelf.db, origin, 0, 500)


def test_whoever_brings_a_shop_brings_no_origins_without_end(shop: Shop) -> None:
    one = shop.registers[0]
    shop.sell(0)
    word = RegisterPaired(one.origin, "till", "till", "aa" * 32, brings=True)
    shop.serve(lambda desk: desk.book.record("", word))
    first = span(one)[0]
    said = [up(shop, [seal(first._replace(origin=f"Z{n:03}"))]).trouble for n in range(70)]
    assert said[0] == ""
    assert said[-1] == intake.NOT_YOURS
    assert said.count("") < MOST_OF_A_LINE
