"""A real register and its mirror's thread against a real server: pairing, shipping, fetching, alone and back again."""

import os
import queue
import shutil
import signal
import stat
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest

from appliance.clock import ScriptedClock, SystemClock
from appliance.journal.entry import Entry
from appliance.journal.kinds import CategoryAdded, NewProduct, ProductChanged, ProductsAdded
from appliance.messages import (
    Applicant,
    CatalogueView,
    Event,
    ForgetServer,
    MirrorChanged,
    OpenServer,
    PairByCode,
    PairingStepped,
    PairNow,
    Scan,
    ServerForgotten,
    ServerView,
    SessionView,
    SignIn,
    StatusView,
    TicketView,
    UnpairNow,
)
from appliance.mirror import paired, thread
from appliance.services import people
from appliance.store.shelf import Shelf, heads
from appliance.store.sqlite import SqliteDatabase
from tests.appliance.counter import COFFEE
from tests.appliance.lan_server.serving import ROOT, Device, Server, serving
from tests.appliance.mirror.tills import PATIENCE_S, RealTill
from tests.appliance.trading import ROOMY, START_MS


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("lan") / "server") as one:
        yield one


@pytest.fixture
def tills(tmp_path: Path) -> Iterator[Callable[..., RealTill]]:
    """Makes registers, each on a folder of its own name; they are stopped at the end."""
    made: list[RealTill] = []

    def make(name: str, *, empty: bool = False) -> RealTill:
        made.append(RealTill(tmp_path / name, empty=empty))
        return made[-1]

    yield make
    for one in made:
        one.stop()


def wait_for(condition: Callable[[], bool], what: str) -> None:
    until = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < until, f"waited in vain for {what}"
        time.sleep(0.02)


def on_server(server: Server, origin: str) -> int:
    """How many entries of an origin the server has."""
    db = SqliteDatabase(server.store, read_only=True)
    try:
        return heads(db).get(origin, (0, b""))[0]
    finally:
        db.close()


def here(till: RealTill, origin: str) -> int:
    db = SqliteDatabase(till.folder, read_only=True)
    try:
        return heads(db).get(origin, (0, b""))[0]
    finally:
        db.close()


def elsewhere(server: Server, tmp_path: Path, origin_of: str) -> tuple[Device, Shelf]:
    """Another paired device with a journal of its own, which has all that the server has."""
    shelf = Shelf(tmp_path / origin_of, limits=ROOMY)
    device = server.pair(shelf.origin)
    book = shelf.book(ScriptedClock(START_MS))
    have: dict[str, int] = {}
    while entries := device.down(have):
        book.receive(entries)
        have = {origin: seq for origin, (seq, _) in book.heads.items()}
    return device, shelf


def test_a_sale_is_on_the_server_and_a_price_from_elsewhere_is_on_the_tiles(
    server: Server, tills: Callable[..., RealTill], tmp_path: Path
) -> None:
    till = tills("a")
    till.sign_in()
    till.pair(server)
    till.owner.send(Scan(COFFEE))
    till.see(TicketView, lambda shown: len(shown.lines) == 1)
    wait_for(lambda: on_server(server, till.origin) == here(till, till.origin) > 0, "the sale")
    coffee = next(
        one.product
        for one in till.see(CatalogueView, lambda shown: bool(shown.tiles)).tiles
        if one.name == "Flat white"
    )
    device, shelf = elsewhere(server, tmp_path, "office")
    entries = shelf.book(ScriptedClock(START_MS)).record(
        "", ProductChanged(coffee, price_minor=777)
    )
    shelf.close()
    assert device.up(entries).trouble == ""
    till.see(
        CatalogueView,
        lambda shown: any(one.price_minor == 777 for one in shown.tiles if one.product == coffee),
    )
    assert till.see(TicketView, lambda shown: bool(shown.lines)).lines[0].price_minor == 360


def test_an_empty_register_is_paired_by_a_typed_code_and_its_people_can_sign_in(
    server: Server, tills: Callable[..., RealTill]
) -> None:
    first = tills("first")
    first.sign_in()
    first.pair(server)
    wait_for(lambda: on_server(server, first.origin) == here(first, first.origin), "the shop")
    empty = tills("empty", empty=True)
    assert empty.see(SessionView, lambda _shown: True).people == ()
    offer = server.offer("Till 2")
    wrong = f"{(int(offer['code']) + 1) % 10**8:08}"
    empty.owner.send(OpenServer())
    empty.owner.send(PairByCode("127.0.0.1", server.port, wrong))
    refused = empty.see(ServerView, lambda shown: bool(shown.problem))
    assert (refused.problem, refused.problem_fields) == (
        "wrong_pairing_digits",
        (("tries_left", 2),),
    )
    empty.owner.send(PairByCode("127.0.0.1", server.port, offer["code"]))
    empty.see(SessionView, lambda shown: len(shown.people) >= 2)
    empty.has_all()
    assert empty.see(ServerView, lambda shown: bool(shown.shop)).name == "Till 2"
    # The PIN was hashed at the other register, with a key that came with the pairing.
    ben = people_of(empty, "Ben")
    empty.owner.send(SignIn(ben, "2222"))
    empty.see(SessionView, lambda shown: shown.employee is not None)
    # What it kept is for its owner's eyes only.
    file = empty.folder / paired.FOLDER / paired.FILE
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def people_of(till: RealTill, name: str) -> str:
    """The id of a person of this name who came from the newest shop."""
    db = SqliteDatabase(till.folder, read_only=True)
    try:
        return next(one.id for one in people.active(db) if one.name == name)
    finally:
        db.close()


def test_a_server_that_is_killed_is_missed_and_found_again_and_nothing_is_lost(
    tmp_path: Path, tills: Callable[..., RealTill], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(thread, "LONGEST_WAIT_S", 0.5)
    with serving(tmp_path / "server") as server:
        till = tills("a")
        till.sign_in()
        till.pair(server)
        server.kill()
        till.is_mirror("alone")
        till.owner.send(Scan(COFFEE))
        till.see(TicketView, lambda shown: len(shown.lines) == 1)
        alone = till.see(StatusView, lambda shown: shown.mirror_behind > 0)
        assert (alone.mirror, alone.mirror_code) == ("alone", "server_away")
        assert alone.mirror_since_ms > 0
        server.start()
        till.is_mirror("connected")
        wait_for(lambda: on_server(server, till.origin) == here(till, till.origin), "the rest")
        # Once it is let in no more, that is said, and selling goes on.
        server.revoke(till.origin, "stolen")
        refused = till.is_mirror("trouble")
        assert refused.mirror_code == "not_paired"
        till.owner.send(Scan(COFFEE))
        till.see(TicketView, lambda shown: shown.item_count == 2)
        # Forgotten and paired anew, it is whole again.
        till.owner.send(ForgetServer())
        till.see(ServerView, lambda shown: not shown.shop)
        assert paired.read(till.folder) is None
        till.pair(server)
        wait_for(lambda: on_server(server, till.origin) == here(till, till.origin), "all of it")


PULLS = textwrap.dedent("""
    import sys
    from pathlib import Path
    from tests.appliance.lan_server.serving import Server
    from tests.appliance.mirror.tills import RealTill
    till = RealTill(Path(sys.argv[1]), empty=True)
    if len(sys.argv) > 2:
        till.pair(Server(Path(sys.argv[2]), int(sys.argv[3])))
    print("paired", flush=True)
    till.has_all()
    print("whole", flush=True)
    till.stop()
""")


def pulling(folder: Path, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", PULLS, str(folder), *arguments],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ,
    )


def test_a_new_register_that_is_killed_while_it_fetches_goes_on_and_gets_everything(
    server: Server, tmp_path: Path
) -> None:
    device, shelf = elsewhere(server, tmp_path, "big")
    book = shelf.book(ScriptedClock(START_MS))
    batches = [
        ProductsAdded(tuple(NewProduct(f"Product {n}-{m}", 100 + m, "A") for m in range(40)))
        for n in range(60)
    ]
    entries: list[Entry] = [*book.record("", CategoryAdded("Many"), *batches)]
    assert device.up(entries).trouble == ""
    folder = tmp_path / "new"
    process = pulling(folder, str(server.store), str(server.port))
    assert process.stdout is not None
    assert process.stdout.readline() == "paired\n"
    while not (folder / "shop.db").exists() and process.poll() is None:
        time.sleep(0.01)
    db = SqliteDatabase(folder, read_only=True)
    wait_for(lambda: heads(db).get(shelf.origin, (0, b""))[0] >= 5, "the first of them")
    process.send_signal(signal.SIGKILL)
    process.wait(PATIENCE_S)
    process.stdout.close()
    # It goes on by itself, from where it was.
    again = pulling(folder)
    assert again.wait(2 * PATIENCE_S) == 0
    assert again.stdout is not None
    assert again.stdout.read() == "paired\nwhole\n"
    again.stdout.close()
    assert heads(db)[shelf.origin] == book.head(shelf.origin)
    assert db.sql("SELECT count(*) FROM product WHERE name LIKE 'Product %'") == [(2400,)]
    db.close()
    shelf.close()


def test_a_copied_card_is_noticed_and_put_right_at_the_next_start_and_both_sales_are_there(
    server: Server, tills: Callable[..., RealTill], tmp_path: Path
) -> None:
    first = tills("a")
    first.sign_in()
    first.pair(server)
    wait_for(lambda: on_server(server, first.origin) == here(first, first.origin), "the shop")
    first.stop()
    shutil.copytree(tmp_path / "a", tmp_path / "copy")
    first = tills("a")
    first.sign_in()
    first.owner.send(Scan(COFFEE))
    first.see(TicketView, lambda shown: shown.item_count == 1)
    first.is_mirror("connected")
    wait_for(lambda: on_server(server, first.origin) == here(first, first.origin), "its sale")
    first.stop()
    copy = tills("copy")
    assert copy.origin == first.origin
    copy.sign_in()
    for _ in range(3):
        copy.owner.send(Scan(COFFEE))
    copy.see(TicketView, lambda shown: shown.item_count == 3)
    forked = copy.is_mirror("trouble")
    assert forked.mirror_code == "mirror_forked"
    assert dict(forked.mirror_fields)["origin"] == copy.origin
    copy.stop()
    copy = tills("copy")
    assert copy.origin != first.origin
    copy.see(TicketView, lambda shown: shown.item_count == 3)
    copy.is_mirror("connected")
    wait_for(lambda: on_server(server, copy.origin) == here(copy, copy.origin), "all of it")
    wait_for(lambda: here(copy, first.origin) == on_server(server, first.origin), "the other's")


def test_the_thread_goes_on_whatever_it_finds_in_the_store(server: Server, tmp_path: Path) -> None:
    """No store at all, then a pairing without a store: both would be a defect, and neither ends the thread."""
    said: queue.Queue[Event] = queue.Queue()

    def post(event: Event) -> bool:
        said.put(event)
        return True

    def wait(kind: type[Event], code: str) -> None:
        until = time.monotonic() + PATIENCE_S
        while True:
            event = said.get(timeout=until - time.monotonic())
            if isinstance(event, kind) and getattr(event, "code", "") == code:
                return

    folder = tmp_path / "bare"
    folder.mkdir()
    mirror = thread.Mirror(folder, SystemClock(), post)
    mirror.start()
    who = Applicant("Z9Z9", "test", 0, "", ())
    assert mirror.take(PairNow(who, text="no code"))
    wait(PairingStepped, "not_a_pairing_code")
    code = server.offer()["code"]
    assert mirror.take(PairNow(who, host="127.0.0.1", port=server.port, code=code))
    wait(MirrorChanged, "no_store")
    assert mirror.take(UnpairNow())
    wait(ServerForgotten, "")
    mirror.stop()


def test_a_file_of_the_pairing_that_is_damaged_is_said_and_the_register_pairs_anew(
    server: Server, tills: Callable[..., RealTill], tmp_path: Path
) -> None:
    till = tills("a")
    till.sign_in()
    till.pair(server)
    till.stop()
    file = till.folder / paired.FOLDER / paired.FILE
    file.write_bytes(file.read_bytes()[:200])
    again = RealTill(tmp_path / "a")
    try:
        again.sign_in()
        assert again.is_mirror("trouble").mirror_code == "pairing_damaged"
        again.owner.send(Scan(COFFEE))
        again.see(TicketView, lambda shown: bool(shown.lines))
        again.pair(server)
    finally:
        again.stop()


def test_a_key_that_does_not_fit_its_certificate_is_said(
    server: Server, tills: Callable[..., RealTill], tmp_path: Path
) -> None:
    first, second = tills("a"), tills("b")
    for till in (first, second):
        till.sign_in()
        till.pair(server)
        till.stop()
    mine, other = paired.read(first.folder), paired.read(second.folder)
    assert mine is not None
    assert other is not None
    paired.write(first.folder, msgspec.structs.replace(mine, key=other.key))
    again = RealTill(tmp_path / "a")
    try:
        assert again.is_mirror("trouble").mirror_code == "pairing_damaged"
    finally:
        again.stop()
