"""The server as a process: who is let in, what it takes, and what nobody can do to it."""

import gzip
import os
import resource
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Final

import msgspec
import pytest
import urllib3
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from spake2 import SPAKE2_A

from appliance.clock import SystemClock
from appliance.journal import wire
from appliance.journal.book import Book
from appliance.journal.entry import Entry, seal
from appliance.journal.mirror_kinds import RegisterPaired
from appliance.journal.pairing_wire import (
    SERVER_NAME,
    Begin,
    Begun,
    Peppers,
    proof_of_register,
    proof_of_server,
    read_qr,
)
from appliance.lan_server import console
from appliance.lan_server.authority import fingerprint_of
from appliance.lan_server.worker import MOST_FROM_ONE
from appliance.services import mirroring
from appliance.services.pepper import MOST_OF_ONE
from appliance.store.shelf import Shelf, heads
from appliance.store.sqlite import SqliteDatabase
from tests.appliance.lan_server.serving import (
    PATIENCE_S,
    Device,
    Refused,
    Server,
    entries_of,
    forged,
    free_port,
    request_for,
    serving,
)
from tests.appliance.trading import ROOMY

LONG_MS: Final = 25_000


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server for all tests of this file that do not break it."""
    with serving(tmp_path_factory.mktemp("server") / "store") as one:
        yield one


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Book]:
    """The journal of a register."""
    shelf = Shelf(tmp_path / "register", limits=ROOMY)
    yield shelf.book(SystemClock(always_ok=True))
    shelf.close()


def refusal(ask: Callable[[], object]) -> tuple[int, str]:
    with pytest.raises(Refused) as caught:
        ask()
    assert caught.value.trouble.sentence
    return caught.value.status, caught.value.code


def in_background(ask: Callable[[], object]) -> "Future[object]":
    pool = ThreadPoolExecutor(1)
    asked = pool.submit(ask)
    pool.shutdown(wait=False)
    return asked


# --------------------------------------------------------------------------- who is let in


def test_a_paired_register_sends_entries_and_gets_those_of_others(
    server: Server, book: Book
) -> None:
    till = server.pair(book.origin, "Till 1", "door")
    assert till.paired is not None
    assert (till.paired.name, till.paired.place) == ("Till 1", "door")
    entries = entries_of(book, 3)
    mark = till.up(entries)
    assert (mark.seq, mark.head) == (3, entries[-1].hash.hex())
    key = ed25519.Ed25519PublicKey.from_public_bytes(bytes.fromhex(till.paired.sealing))
    key.verify(bytes.fromhex(mark.sealed), wire.sealing(mark))
    welcome = till.hello(seq=3, head=entries[-1].hash.hex())
    assert welcome.server == till.paired.server
    assert welcome.marks[book.origin] == (3, entries[-1].hash.hex())
    assert till.up(entries) == mark
    assert till.at(book.origin, 1, 3, 9) == (entries[0].hash.hex(), entries[2].hash.hex(), "")
    other = server.pair("0TH3", "Till 2")
    assert _all_down(other)[book.origin] == 3


def test_without_a_certificate_there_is_no_mirror(server: Server) -> None:
    nobody = server.stranger()
    for ask in (
        nobody.hello,
        nobody.down,
        lambda: nobody.at("K7Q2", 1),
        lambda: nobody.post("/mirror/v1/up", b""),
        lambda: nobody.post("/mirror/v1/apart", b""),
        lambda: nobody.ask("/mirror/v1/peppers", Peppers(()), Peppers),
    ):
        assert refusal(ask) == (403, "not_paired")


def test_a_certificate_of_another_authority_is_not_believed(server: Server) -> None:
    with pytest.raises(urllib3.exceptions.HTTPError):
        forged(server, "K7Q2").hello()
    assert server.answers()


def test_a_revoked_register_is_out_at_once_and_its_long_question_ends(
    server: Server, book: Book
) -> None:
    till = server.pair(book.origin)
    have = _all_down(till)
    waiting = in_background(lambda: till.down(have | {"XXXX": 0}, LONG_MS))
    _until(lambda: till.hello().server in have or bool(have))
    server.revoke(book.origin, "stolen")
    with pytest.raises(Refused) as caught:
        waiting.result(LONG_MS / 1000 / 2)
    assert caught.value.code == "not_paired"
    for ask in (till.hello, till.down, lambda: till.up(entries_of(book, 1))):
        assert refusal(ask) == (403, "not_paired")


def fingerprint(device: Device) -> str:
    """Of its certificate."""
    assert device.paired is not None
    return fingerprint_of(x509.load_pem_x509_certificate(device.paired.certificate.encode()))


def test_a_register_that_says_it_is_another_is_still_itself(server: Server, book: Book) -> None:
    thief = server.pair(book.origin, "Till 1")
    server.pair("M0AX", "Till 2")
    thief.up(book.record("", RegisterPaired("M0AX", "Till 2", "till", fingerprint(thief))))
    assert thief.up(entries_of(book, 1)).trouble == ""
    server.revoke(book.origin, "stolen")
    assert refusal(thief.hello) == (403, "not_paired")


def test_no_entry_makes_a_certificate_another_devices(tmp_path: Path) -> None:
    """Whoever recorded it: the authority wrote into the certificate whose it is."""
    with serving(tmp_path / "store") as server:
        thief = server.pair("K7Q2", "Till 1")
        server.stop()
        shelf = Shelf(server.store, limits=ROOMY)
        word = RegisterPaired("M0AX", "Till 2", "till", fingerprint(thief))
        shelf.book(SystemClock(always_ok=True)).record("", word)
        shelf.close()
        server.start()
        assert refusal(thief.hello) == (403, "not_paired")


def test_a_register_that_is_paired_again_has_one_certificate(server: Server) -> None:
    first = server.pair("AGA1")
    second = server.pair("AGA1")
    assert refusal(first.hello) == (403, "not_paired")
    assert second.hello().server


def test_a_register_can_have_an_ed25519_key(server: Server) -> None:
    token = read_qr(server.offer("Till")["qr"]).token
    till = server.stranger().finish("ED25", token=token, key=ed25519.Ed25519PrivateKey.generate())
    assert till.hello().server


def test_a_register_takes_the_place_of_another(server: Server, book: Book) -> None:
    old = server.pair(book.origin, "Bakery", "door")
    entries = entries_of(book, 4)
    old.up(entries[:3])
    new = server.pair("NEW1", replaces=book.origin)
    assert new.paired is not None
    assert (new.paired.name, new.paired.place) == ("Bakery", "door")
    assert new.paired.replaces == book.origin
    assert new.hello().closed[book.origin] == 3
    assert refusal(lambda: old.up(entries[3:])) == (403, "not_paired")
    assert new.up(entries[3:]).trouble == "closed"


def test_peppers_are_exchanged_at_pairing_and_later(server: Server) -> None:
    ours, later = os.urandom(32).hex(), os.urandom(32).hex()
    till = server.pair("PEP1", peppers=[ours])
    assert till.paired is not None
    assert till.paired.peppers[0] != ours
    assert till.paired.peppers[-1] == ours
    found = till.ask("/mirror/v1/peppers", Peppers((later, ours)), Peppers).keys
    assert found == (*till.paired.peppers, later)
    assert len(till.hello().peppers) == len(found)
    held = (server.store / "pepper.key").read_bytes().hex()
    assert held == "".join(found)
    for rubbish in ((later[:-2],), ("zz",), ("00" * 32,) * 65):
        asked = refusal(lambda keys=rubbish: till.ask("/mirror/v1/peppers", Peppers(keys), Peppers))  # type: ignore[misc]
        assert asked == (400, "not_a_pepper")


def test_one_device_cannot_fill_the_shops_ring_of_keys(server: Server) -> None:
    bad = server.pair("PEP2")
    many = tuple(os.urandom(32).hex() for _ in range(63))
    before = len(bad.hello().peppers)
    for _again in range(2):
        found = bad.ask("/mirror/v1/peppers", Peppers(many), Peppers).keys
        assert len(found) == before + MOST_OF_ONE
    ours = os.urandom(32).hex()
    good = server.pair("PEP3", peppers=[ours])
    assert good.paired is not None
    assert good.paired.peppers[-1] == ours


def test_who_is_not_let_in_gives_no_keys(server: Server) -> None:
    before = (server.store / "pepper.key").read_bytes()
    own = server.stranger().authority().server
    assert refusal(lambda: server.pair(own, peppers=["ee" * 32])) == (400, "no_such_origin")
    assert (server.store / "pepper.key").read_bytes() == before


# --------------------------------------------------------------------------- pairing


def test_a_token_is_good_once(server: Server) -> None:
    token = read_qr(server.offer("Till")["qr"]).token
    stranger, key = server.stranger(), ec.generate_private_key(ec.SECP256R1())
    request = request_for("0NCE", key)
    first = stranger.finish("0NCE", token=token, key=key, request=request)
    again = stranger.finish("0NCE", token=token, key=key, request=request)
    assert first.paired == again.paired
    assert refusal(lambda: stranger.finish("TW1C", token=token)) == (403, "pairing_used")
    assert refusal(lambda: stranger.finish("TW1C", token="A" * 26)) == (403, "wrong_pairing_code")


def test_a_code_is_typed_at_the_register(server: Server) -> None:
    code = server.offer("Typed")["code"]
    session, key, is_right = _typed(server, "TYPD", code)
    assert is_right
    own = ec.generate_private_key(ec.SECP256R1())
    request = request_for("TYPD", own)
    proof = proof_of_register(key, request)
    till = server.stranger().finish("TYPD", key=own, request=request, session=session, proof=proof)
    assert till.hello().server


def test_a_wrong_code_is_dead_after_three_tries(server: Server) -> None:
    offer = server.offer("Guessed")
    wrong = f"{(int(offer['code']) + 1) % 10**8:08}"
    assert [_typed(server, "GVES", wrong)[2] for _ in range(3)] == [False] * 3
    assert refusal(lambda: _typed(server, "GVES", offer["code"])) == (403, "pairing_code_spent")


@pytest.mark.parametrize("origin", ["", "K7Q", "K7QU", "k7q2", "../../x", "K7Q2\n"])
def test_what_is_no_origin_is_not_let_in(server: Server, origin: str) -> None:
    token = read_qr(server.offer("Till")["qr"]).token
    key = ec.generate_private_key(ec.SECP256R1())
    request = request_for(origin or "none", key)
    status, code = refusal(
        lambda: server.stranger().finish(origin, token=token, key=key, request=request)
    )
    assert (status, code) in {(400, "no_such_origin"), (400, "bad_certificate_request")}


def test_nobody_is_let_in_as_the_server_itself(server: Server) -> None:
    origin = server.stranger().authority().server
    assert refusal(lambda: server.pair(origin)) == (400, "no_such_origin")


# --------------------------------------------------------------------------- news


def test_a_long_question_is_answered_when_there_is_news(server: Server, book: Book) -> None:
    sender, waiter = server.pair(book.origin), server.pair("WA1T")
    have = _all_down(waiter)
    waiting = in_background(lambda: waiter.down(have, LONG_MS))
    entries = entries_of(book, 1)
    sender.up(entries)
    assert waiting.result(LONG_MS / 1000 / 2) == entries


def test_a_long_question_ends_when_the_server_is_stopped(tmp_path: Path) -> None:
    with serving(tmp_path / "store") as server:
        till = server.pair("K7Q2")
        have = _all_down(till)
        waiting = in_background(lambda: till.down(have, LONG_MS))
        _until(lambda: not waiting.done())
        assert server.stop() == 0
        with pytest.raises((Refused, urllib3.exceptions.HTTPError)):
            waiting.result(LONG_MS / 1000 / 2)


# --------------------------------------------------------------------------- bodies


def test_bodies_that_are_none_are_refused_and_change_nothing(server: Server, book: Book) -> None:
    till = server.pair(book.origin)
    entries = entries_of(book, 2)
    packed = wire.pack(entries)
    before = till.hello().marks
    bodies: dict[bytes, tuple[int, str]] = {
        b"": (400, "not_a_journal"),
        b"rubbish": (400, "not_a_journal"),
        packed[:-9]: (400, "not_a_journal"),
        packed + packed: (400, "not_a_journal"),
        gzip.compress(b"no entry\n"): (400, "not_a_journal"),
        wire.pack(()): (400, "not_a_journal"),
        wire.pack(entries[::-1]): (400, "not_a_journal"),
        wire.pack([seal(entries[0]._replace(lamport=(1 << 63) - 1))]): (400, "not_a_journal"),
        wire.pack([seal(entries[0]._replace(body="[" * 1_100 + "]" * 1_100))]): (
            400,
            "not_a_journal",
        ),
        wire.pack([seal(entries[0]._replace(origin="a odd long name"))]): (400, "not_a_journal"),
        wire.pack([seal(entries[0]._replace(seq=0))]): (400, "not_a_journal"),
        wire.pack([seal(entries[0]._replace(at_ms=1 << 70))]): (400, "not_a_journal"),
        wire.pack([entries[0]._replace(actor="somebody else")]): (400, "journal_damaged"),
        gzip.compress(bytes(wire.MOST_BYTES + 1)): (413, "batch_too_large"),
    }
    for body, expected in bodies.items():
        for path in ("/mirror/v1/up", "/mirror/v1/apart"):
            assert refusal(lambda p=path, b=body: till.post(p, b)) == expected  # type: ignore[misc]
    assert till.hello().marks == before


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b'{"origin": 7}',
        b"\xff\xfe",
        b'{"have": {"K7Q2": "many"}}',
        b'{"origin":"K7Q2","marks":{},"have":{},"x":' + b"[" * 200_000 + b"]" * 200_000 + b"}",
    ],
)
def test_messages_that_are_none_are_refused(server: Server, body: bytes) -> None:
    till = _one(server)
    for path in ("/mirror/v1/hello", "/mirror/v1/down", "/mirror/v1/at", "/mirror/v1/peppers"):
        assert refusal(lambda p=path: till.post(p, body)) == (400, "bad_message")  # type: ignore[misc]


def test_numbers_that_no_entry_has_and_names_that_are_none_are_refused(server: Server) -> None:
    till = _one(server)
    for number in (-1, 1 << 70):
        for ask in (
            lambda n=number: till.hello(marks={"K7Q2": (n, "")}),
            lambda n=number: till.down({"K7Q2": n}),
            lambda n=number: till.at("K7Q2", n),
        ):
            assert refusal(ask) == (400, "bad_message")
    for name in ("", "k7q2", "K7Q2\n", "a odd long name"):
        for ask_of in (
            lambda n=name: till.hello(marks={n: (1, "")}),
            lambda n=name: till.down({n: 1}),
            lambda n=name: till.at(n, 1),
        ):
            assert refusal(ask_of) == (400, "bad_message")
    many = {f"{number:04X}": (1, "") for number in range(5000)}
    assert refusal(lambda: till.hello(marks=many)) == (400, "bad_message")


def test_oversize_bodies_are_refused_before_they_are_read(server: Server) -> None:
    till = _one(server)
    assert _promised(server, till, "/mirror/v1/hello", (1 << 20) + 1).startswith(b"HTTP/1.1 413 ")
    assert _promised(server, till, "/mirror/v1/up", 1 << 40).startswith(b"HTTP/1.1 413 ")
    assert _promised(server, None, "/pair/v1/finish", 1 << 20).startswith(b"HTTP/1.1 413 ")
    bomb = gzip.compress(bytes(64 << 20))
    asked = refusal(lambda: till.post("/mirror/v1/hello", bomb, Content_Encoding="gzip"))
    assert asked == (413, "message_too_large")


def test_messages_may_be_compressed_both_ways(server: Server) -> None:
    till = _one(server)
    hello = msgspec.json.encode(wire.Hello("K7Q2", "test", {}))
    packed = till.post("/mirror/v1/hello", gzip.compress(hello), Content_Encoding="gzip")
    assert msgspec.json.decode(packed, type=wire.Welcome).server
    answer = till.pool.request(
        "GET", "/pair/v1/authority", headers={"Accept-Encoding": "gzip"}, decode_content=False
    )
    assert till.authority().server
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_body_that_is_cut_off_changes_nothing(server: Server, book: Book) -> None:
    till = server.pair(book.origin)
    packed = wire.pack(entries_of(book, 5))
    raw = _raw(server, till)
    head = f"POST /mirror/v1/up HTTP/1.1\r\nHost: x\r\nContent-Length: {len(packed)}\r\n\r\n"
    raw.sendall(head.encode() + packed[: len(packed) // 2])
    raw.close()
    assert book.origin not in till.hello().marks


# --------------------------------------------------------------------------- troubles


def test_what_was_answered_is_there_after_a_kill(tmp_path: Path, book: Book) -> None:
    store = tmp_path / "store"
    with serving(store) as server:
        till = server.pair(book.origin)
        entries = entries_of(book, 3)
        mark = till.up(entries)
        server.kill()
        server.start()
        again = _fresh(till)
        assert again.hello().marks[book.origin] == (mark.seq, mark.head)
        assert again.up(entries).seq == 3


def test_nothing_that_was_answered_is_lost_or_doubled_when_the_server_is_killed_under_load(
    tmp_path: Path,
) -> None:
    """Registers send on and on; whatever they get no answer for they send again, from where the server says it is."""
    shelves = [Shelf(tmp_path / f"register {n}", limits=ROOMY) for n in range(4)]
    books = [shelf.book(SystemClock(always_ok=True)) for shelf in shelves]
    everything = [entries_of(book, 1200) for book in books]
    with serving(tmp_path / "store") as server:
        tills = [server.pair(book.origin) for book in books]
        is_over = threading.Event()
        threads = [
            threading.Thread(target=_send, args=(_fresh(till), entries, is_over))
            for till, entries in zip(tills, everything, strict=True)
        ]
        for thread in threads:
            thread.start()
        for part in (150, 400, 700):
            _until(lambda part=part: _held(server.store, books[0].origin) >= part)  # type: ignore[misc]
            server.kill()
            server.start()
        for thread in threads:
            thread.join(60)
        is_over.set()
        server.kill()
    shelf = Shelf(server.store, limits=ROOMY)
    held = {entry.id: entry.hash for entry in shelf.entries()}
    assert shelf.book(SystemClock()).verify().bad is None
    assert shelf.differences() == ()
    for entry in (entry for entries in everything for entry in entries):
        assert held[entry.id] == entry.hash
    for one in (shelf, *shelves):
        one.close()


def test_the_process_that_was_started_ends_with_its_worker(tmp_path: Path) -> None:
    """Only the service manager starts it again, so that no half of it goes on."""
    with serving(tmp_path / "store") as server:
        assert server.process is not None
        os.kill(server.process.pid, signal.SIGKILL)
        server.process.wait()
        _until(lambda: not server.answers())
        server.start()
        assert server.stop() == 0


def test_a_worker_that_was_killed_is_replaced(tmp_path: Path) -> None:
    with serving(tmp_path / "store") as server:
        till = server.pair("K7Q2")
        os.kill(console.ask(server.store, {"do": "ping"})["pid"], signal.SIGKILL)
        _until(lambda: server.answers() and bool(_fresh(till).hello().server))


def test_signals_make_no_second_worker(tmp_path: Path) -> None:
    """Which could not open the store, and would end everything."""
    with serving(tmp_path / "store") as server:
        assert server.process is not None
        worker = console.ask(server.store, {"do": "ping"})["pid"]
        for one in (
            signal.SIGTTIN,
            signal.SIGUSR2,
            signal.SIGTTOU,
            signal.SIGWINCH,
            signal.SIGUSR1,
        ):
            server.process.send_signal(one)
            assert server.answers()
        assert console.ask(server.store, {"do": "ping"})["pid"] == worker
        server.process.send_signal(signal.SIGHUP)
        assert server.process.wait(30) == 0


def test_the_service_manager_hears_of_it_once_all_is_open(tmp_path: Path) -> None:
    """READY comes from the process that has the store, and WATCHDOG only while its scribe answers."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        path = tmp_path / "notify"
        manager.bind(str(path))
        manager.settimeout(30)
        server = Server(tmp_path / "store", free_port(), environ={"NOTIFY_SOCKET": str(path)})
        try:
            server.start()
            assert manager.recv(100) == b"READY=1"
            assert manager.recv(100) == b"WATCHDOG=1"
        finally:
            server.kill()


def test_a_second_server_on_one_store_says_so_and_ends(tmp_path: Path) -> None:
    with serving(tmp_path / "store") as server:
        other = Server(server.store, free_port())
        with pytest.raises(AssertionError, match="store_in_use"):
            other.start()
        assert server.answers()
        third = Server(tmp_path / "third", server.port).start()
        try:
            assert third.process is not None
            assert third.process.wait(30) == 2
            assert "port_taken" in third.log
        finally:
            third.kill()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root mounts a small disk")
def test_a_full_disk_is_said_and_nothing_is_half_stored(tmp_path: Path, book: Book) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", str(disk)], check=True)
    try:
        with serving(disk / "store") as server:
            till = server.pair(book.origin)
            sent = 0
            entries: tuple[Entry, ...] = ()

            def fill() -> None:
                nonlocal sent, entries
                while True:
                    entries = entries_of(book, 200)
                    till.up(entries)
                    sent += len(entries)

            assert refusal(fill) == (507, "disk_full")
            assert till.hello().marks[book.origin][0] == sent
            (disk / "store" / "ballast").unlink(missing_ok=True)
            assert till.up(entries).seq == sent + len(entries)
            server.kill()
            db = SqliteDatabase(disk / "store", read_only=True)
            assert mirroring.paired(db)[0].device == book.origin
            db.close()
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=True)


def test_a_store_that_cannot_be_opened_is_said(tmp_path: Path) -> None:
    store = tmp_path / "store"
    store.mkdir()
    (store / "shop.db").write_bytes(b"no database at all" * 1000)
    with pytest.raises(AssertionError, match="store_corrupt"):
        Server(store, free_port()).start()
    shutil.rmtree(store)


# --------------------------------------------------------------------------- rubbish


def test_connections_that_say_nothing_or_rubbish_keep_nobody_out(server: Server) -> None:
    till = _one(server)
    held = []
    for number in range(240):
        one = socket.create_connection(("127.0.0.1", server.port), timeout=10)
        held.append(one)
        with_rubbish = (
            b"",
            b"\x16",
            b"\x16\x03\x01\x02\x00\x01",
            b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
            os.urandom(200),
        )[number % 5]
        if with_rubbish:
            one.sendall(with_rubbish)
    try:
        assert server.answers()
        assert till.hello().server
    finally:
        for one in held:
            one.close()
    assert server.answers()


def test_one_address_cannot_take_all_connections(server: Server) -> None:
    till = _one(server)
    till.hello()
    held = [_open_from("127.0.0.3", server.port) for _ in range(MOST_FROM_ONE + 5)]
    try:
        assert [one.recv(1) for one in held[MOST_FROM_ONE:]] == [b""] * 5
        held[0].settimeout(0.1)
        with pytest.raises(TimeoutError):
            held[0].recv(1)
        assert till.hello().server
        assert server.answers()
    finally:
        for one in held:
            one.close()
    # What was closed counts no more.
    until = time.monotonic() + PATIENCE_S
    while True:
        with _open_from("127.0.0.3", server.port) as again:
            again.settimeout(0.1)
            try:
                again.recv(1)
            except TimeoutError:
                break
        assert time.monotonic() < until


def test_devices_with_a_certificate_are_not_counted(server: Server) -> None:
    till = _one(server)
    assert till.folder is not None
    context = ssl.create_default_context(cafile=str(server.ca))
    context.load_cert_chain(till.folder / "device.pem", till.folder / "device.key")
    asked = b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n"
    held = []
    try:
        for _ in range(MOST_FROM_ONE + 5):
            one = context.wrap_socket(
                _open_from("127.0.0.4", server.port), server_hostname=SERVER_NAME
            )
            held.append(one)
            one.sendall(asked)
            assert one.recv(12) == b"HTTP/1.1 200"
    finally:
        for one in held:
            one.close()


def test_where_no_descriptor_is_left_the_server_waits_and_does_not_spin(tmp_path: Path) -> None:
    with serving(tmp_path / "store") as server:
        till = server.pair("K7Q2")
        till.hello()
        worker = int((server.store / "shop.lock").read_text())
        few = len(list(Path(f"/proc/{worker}/fd").iterdir())) + 10
        resource.prlimit(worker, resource.RLIMIT_NOFILE, (few, few))
        held = [_open_from("127.0.0.1", server.port) for _ in range(40)]
        try:
            time.sleep(0.5)
            before = _cpu_s(worker)
            time.sleep(2)
            assert _cpu_s(worker) - before < 0.5
            assert till.hello().server
        finally:
            for one in held:
                one.close()
        assert server.answers()


def test_the_server_lets_itself_have_enough_descriptors() -> None:
    code = """
import resource
from appliance.lan_server.runner import allow_descriptors
for soft, hard in ((256, 9000), (256, 1000)):
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    allow_descriptors()
    print(*resource.getrlimit(resource.RLIMIT_NOFILE))
"""
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.split() == ["8192", "9000", "1000", "1000"]


def _open_from(address: str, port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=10, source_address=(address, 0))


def _cpu_s(process: int) -> float:
    """How long it has run, by user and system time."""
    told = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(told[11]) + int(told[12])) / os.sysconf("SC_CLK_TCK")


def test_clients_that_stop_in_their_headers_keep_nobody_out(server: Server) -> None:
    till = _one(server)
    held = [_raw(server, None) for _ in range(60)]
    try:
        for one in held:
            one.sendall(b"GET /health HTTP/1.1\r\nHost: x\r\nX-Slow: ")
        assert server.answers()
        assert till.hello().server
    finally:
        for one in held:
            one.close()


@pytest.mark.parametrize("length", ["Content-Length: 999", "Content-Length: 999999"])
def test_strangers_with_slow_bodies_keep_nobody_out(server: Server, length: str) -> None:
    till = _one(server)
    held = [_raw(server, None) for _ in range(60)]
    try:
        for one in held:
            one.sendall(f"POST /pair/v1/finish HTTP/1.1\r\nHost: x\r\n{length}\r\n\r\n{{".encode())
        for _ in range(3):
            assert till.hello().server
            assert server.answers()
    finally:
        for one in held:
            one.close()


@pytest.mark.parametrize("cut", [1, 20, 100, -1])
def test_a_request_may_come_in_pieces(server: Server, cut: int) -> None:
    body = msgspec.json.encode(Begin("K7Q2", "00"))
    head = f"POST /pair/v1/begin HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n\r\n"
    whole = head.encode() + body
    with _raw(server, None) as one:
        # Twice on one connection, the second one behind the first without waiting.
        one.sendall(whole[:cut])
        one.sendall(whole[cut:] + whole[:cut])
        one.sendall(whole[cut:])
        answers = b""
        while answers.count(b"HTTP/1.1 ") < 2 or not answers.endswith(b"}"):
            part = one.recv(4096)
            assert part, answers
            answers += part


def test_a_body_without_a_length_is_taken_in_chunks(server: Server) -> None:
    till = _one(server)
    hello = msgspec.json.encode(wire.Hello("K7Q2", "test", {}))
    answer = till.pool.request(
        "POST", "/mirror/v1/hello", body=iter([hello[:5], hello[5:]]), chunked=True
    )
    assert msgspec.json.decode(answer.data, type=wire.Welcome).server
    too_much = till.pool.request(
        "POST", "/mirror/v1/hello", body=iter([bytes(1 << 19)] * 2 + [b"x"]), chunked=True
    )
    assert too_much.status == 413


def test_registers_and_browsers_are_shown_different_certificates(server: Server) -> None:
    trusting = ssl.create_default_context(cafile=str(server.ca))
    ends = {}
    for name in (SERVER_NAME, "localhost", "127.0.0.1"):
        with (
            socket.create_connection(("127.0.0.1", server.port), timeout=20) as one,
            trusting.wrap_socket(one, server_hostname=name) as tls,
        ):
            held = tls.getpeercert()
            assert held is not None
            ends[name] = str(held["notAfter"])
    assert ends[SERVER_NAME].endswith("2060 GMT")
    assert ends["localhost"] == ends["127.0.0.1"] != ends[SERVER_NAME]


def test_a_register_cannot_pose_as_the_server(server: Server) -> None:
    till = server.pair("P0SE")
    assert till.folder is not None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(till.folder / "device.pem", till.folder / "device.key")
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            with listener.accept()[0] as one, pytest.raises((ssl.SSLError, OSError)):
                context.wrap_socket(one, server_side=True).recv(1)

        thread = threading.Thread(target=serve)
        thread.start()
        port = listener.getsockname()[1]
        trusting = ssl.create_default_context(cafile=str(server.ca))
        trusting.check_hostname = False
        with (
            pytest.raises(ssl.SSLCertVerificationError, match="purpose"),
            socket.create_connection(("127.0.0.1", port), timeout=10) as one,
        ):
            trusting.wrap_socket(one, server_hostname=SERVER_NAME)
        thread.join()


# --------------------------------------------------------------------------- parts


def _one(server: Server) -> Device:
    """Any paired device."""
    return server.pair("ANY1")


def _send(till: Device, entries: tuple[Entry, ...], is_over: threading.Event) -> None:
    """What a register does: ask where the server is, send a few, and ask again where no answer came."""
    done = 0
    while done < len(entries) and not is_over.is_set():
        try:
            marks = till.hello().marks
            done = marks.get(till.origin, (0, ""))[0]
            while done < len(entries):
                mark = till.up(entries[done : done + 7])
                assert mark.head == entries[mark.seq - 1].hash.hex()
                done = mark.seq
        except (urllib3.exceptions.HTTPError, OSError, Refused):
            is_over.wait(0.05)


def _held(store: Path, origin: str) -> int:
    db = SqliteDatabase(store, read_only=True)
    try:
        return heads(db).get(origin, (0, b""))[0]
    finally:
        db.close()


def _fresh(till: Device) -> Device:
    """The same device with new connections."""
    return Device(till.server, till.origin, till.folder, till.paired)


def _all_down(till: Device) -> dict[str, int]:
    """Take all that the server holds; how far that is, by origin."""
    have: dict[str, int] = {}
    while entries := till.down(have):
        have[entries[-1].origin] = entries[-1].seq
    return have


def _typed(server: Server, origin: str, code: str) -> tuple[str, bytes, bool]:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes

    stranger = server.stranger()
    held = x509.load_pem_x509_certificate(stranger.authority().authority.encode())
    fingerprint = held.fingerprint(hashes.SHA256())
    side = SPAKE2_A(code.encode(), idA=origin.encode(), idB=fingerprint)
    begun = stranger.ask("/pair/v1/begin", Begin(origin, side.start().hex()), Begun)
    key = side.finish(bytes.fromhex(begun.message))
    return begun.session, key, begun.proof == proof_of_server(key)


def _raw(server: Server, till: Device | None) -> ssl.SSLSocket:
    context = ssl.create_default_context(cafile=str(server.ca))
    if till is not None and till.folder is not None:
        context.load_cert_chain(till.folder / "device.pem", till.folder / "device.key")
    one = socket.create_connection(("127.0.0.1", server.port), timeout=20)
    return context.wrap_socket(one, server_hostname=SERVER_NAME)


def _promised(server: Server, till: Device | None, path: str, length: int) -> bytes:
    """What is answered to a body that is promised and does not come."""
    with _raw(server, till) as one:
        head = f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: {length}\r\n\r\n"
        one.sendall(head.encode())
        return one.recv(4096)


def _until(holds: Callable[[], bool]) -> None:
    ends = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < ends, "it never came so far"
        time.sleep(0.05)
