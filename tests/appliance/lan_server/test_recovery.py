"""A copy of the server's keys makes a new machine the same server, and opens with its passphrase only.

Opening one takes seconds, on purpose: so there is one copy for most tests.
"""

import io
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.__main__ import main
from appliance.clock import ScriptedClock
from appliance.journal import wire
from appliance.journal.book import Book
from appliance.lan_server import recovery
from appliance.lan_server.authority import PUT_BACK, open_authority
from appliance.lan_server.recovery import AuthorityThere, NoRecovery, PassphraseTooShort
from appliance.messages import ForgetServer, ServerView
from appliance.services import origins, pairing, pepper
from appliance.services.desk import Desk
from appliance.services.origins import NoSuchOrigin
from appliance.store import shelf as store
from appliance.store.database import StoreTrouble
from appliance.store.shelf import Shelf
from tests.appliance.lan_server.serving import Device, Refused, entries_of, serving
from tests.appliance.mirror.tills import PATIENCE_S, RealTill
from tests.appliance.test_whole_file import mode_of
from tests.appliance.trading import ROOMY, START_MS

PASSPHRASE = "correct horse battery"


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The store of a server."""
    store = tmp_path_factory.mktemp("old")
    open_authority(store)
    pepper.of_store(store)
    return store


@pytest.fixture(scope="module")
def copy(old: Path) -> str:
    return recovery.sealed(old, PASSPHRASE)


def test_the_command_line_makes_a_new_machine_the_same_server(
    old: Path, copy: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "KEY" not in copy
    file, new = tmp_path / "recovery.age", tmp_path / "new"
    file.write_text(copy)
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{PASSPHRASE}\n"))
    assert main(["server", "recover", "--store", str(new), str(file)]) == 0
    assert open_authority(new).fingerprint == open_authority(old).fingerprint
    assert open_authority(new).sealing_key == open_authority(old).sealing_key
    assert pepper.of_store(new).keys == pepper.of_store(old).keys
    assert {mode_of(one) for one in (new / "authority").iterdir()} == {0o600}
    assert main(["server", "recover", "--store", str(new), str(tmp_path / "none")]) == 2


def test_keys_that_this_machine_had_stay_on_the_ring(old: Path, copy: str, tmp_path: Path) -> None:
    ours = pepper.of_store(tmp_path).keys
    recovery.put_back(tmp_path, copy, PASSPHRASE)
    assert pepper.of_store(tmp_path).keys == (*pepper.of_store(old).keys, *ours)


def test_nothing_is_overwritten_and_nothing_is_half_put_back(
    old: Path, copy: str, tmp_path: Path
) -> None:
    with pytest.raises(AuthorityThere):
        recovery.put_back(old, copy, PASSPHRASE)
    for wrong, phrase in ((copy, "another passphrase"), ("", PASSPHRASE), ("é", PASSPHRASE)):
        with pytest.raises(NoRecovery):
            recovery.put_back(tmp_path / "new", wrong, phrase)
    assert not (tmp_path / "new").exists()


def test_a_short_passphrase_protects_nothing(old: Path, tmp_path: Path) -> None:
    with pytest.raises(PassphraseTooShort):
        recovery.sealed(old, "short")
    with pytest.raises(StoreTrouble):
        recovery.sealed(tmp_path / "nothing here", PASSPHRASE)


# --------------------------------------------------------------------------- a server whose disk is gone


def pulled(device: Device, book: Book) -> dict[str, tuple[int, str]]:
    """Everything that the server has, taken in by a register; how far that holds every origin then."""
    while entries := device.down({origin: seq for origin, (seq, _) in book.heads.items()}):
        book.receive(entries)
    return {origin: (seq, head.hex()) for origin, (seq, head) in book.heads.items()}


def handed_over(device: Device, shelf: Shelf, marks: dict[str, tuple[int, str]]) -> list[str]:
    """What the server wants of this register is sent; what it said to each batch."""
    return [
        device.up(store.span(shelf.db, one.origin, one.first - 1, one.last - one.first + 1)).trouble
        for one in device.hello(marks=marks).wanted
    ]


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    opened = Shelf(tmp_path / "till", limits=ROOMY)
    yield opened
    opened.close()


def test_registers_go_on_with_a_server_whose_keys_were_put_back_and_bring_it_all(
    tmp_path: Path, shelf: Shelf
) -> None:
    book = shelf.book(ScriptedClock(START_MS))
    with serving(tmp_path / "lost") as lost:
        till, other = lost.pair(book.origin, "Till"), lost.pair("M0AX", "Other")
        stolen = lost.pair("K7Q2", "Stolen")
        lost.revoke("K7Q2")
        till.up(entries_of(book, 3))
        marks = pulled(till, book)
        lost.pair("Z0Z0", "Late")
        beside = Shelf(tmp_path / "other", limits=ROOMY)
        later = pulled(other, beside.book(ScriptedClock(START_MS)))
        copied = recovery.sealed(lost.store, PASSPHRASE)
    recovery.put_back(tmp_path / "new", copied, PASSPHRASE)
    with serving(tmp_path / "new") as new:
        again = Device(new, till.origin, till.folder)
        assert set(handed_over(again, shelf, marks)) == {""}
        held = again.hello(marks=marks).marks
        assert {origin: held[origin] for origin in marks} == marks
        assert again.hello(marks=marks).wanted == ()
        # What the lost server recorded last, only another register has.
        assert handed_over(Device(new, other.origin, other.folder), beside, later) == [""]
        held = again.hello(marks=marks).marks
        assert {origin: held[origin] for origin in later} == later
        with pytest.raises(Refused) as no:
            Device(new, stolen.origin, stolen.folder).hello()
        assert no.value.trouble.code == "not_paired"
        with pytest.raises(Refused):
            new.stranger().hello()
    beside.close()


def test_only_where_keys_were_put_back_a_certificate_of_before_counts(tmp_path: Path) -> None:
    with serving(tmp_path / "lost") as lost:
        till = lost.pair("M0AX", "Till")
        copied = recovery.sealed(lost.store, PASSPHRASE)
    recovery.put_back(tmp_path / "new", copied, PASSPHRASE)
    (tmp_path / "new" / "authority" / PUT_BACK).unlink()
    with serving(tmp_path / "new") as new, pytest.raises(Refused) as no:
        Device(new, till.origin, till.folder).hello()
    assert no.value.trouble.code == "not_paired"


def test_of_a_device_that_is_known_only_what_the_journal_says_counts(shelf: Shelf) -> None:
    desk = Desk(shelf.db, shelf.book(ScriptedClock(START_MS)))
    pairing.admit_from_before(desk, "M0AX", "aa" * 32)
    with pytest.raises(NoSuchOrigin):
        pairing.admit_from_before(desk, "M0AX", "bb" * 32)
    pairing.revoke(desk, "M0AX", "stolen", "")
    with pytest.raises(NoSuchOrigin):
        pairing.admit_from_before(desk, "M0AX", "bb" * 32)


def test_without_a_copy_the_first_register_that_is_paired_anew_brings_it_all(
    tmp_path: Path, shelf: Shelf
) -> None:
    book = shelf.book(ScriptedClock(START_MS))
    with serving(tmp_path / "lost") as lost:
        till = lost.pair(book.origin, "Till")
        till.up(entries_of(book, 3))
        marks, theirs = pulled(till, book), till.hello().server
    with serving(tmp_path / "new") as new:
        again = new.pair(book.origin, "Till")
        assert set(handed_over(again, shelf, marks)) == {""}
        held = again.hello(marks=marks).marks
        assert {origin: held[origin] for origin in marks} == marks
    store_of_new = Shelf(tmp_path / "new", limits=ROOMY)
    known = origins.known(store_of_new.db)
    assert known[book.origin].name == "Till"
    assert theirs not in known, "the old server is not called as the till that brought it"
    store_of_new.close()


def test_only_the_first_one_brings_what_nobody_knows(tmp_path: Path, shelf: Shelf) -> None:
    book = shelf.book(ScriptedClock(START_MS))
    elsewhere = Shelf(tmp_path / "elsewhere", limits=ROOMY)
    strange = entries_of(elsewhere.book(ScriptedClock(START_MS)), 2)
    elsewhere.close()
    with serving(tmp_path / "server") as server:
        first = server.pair("M0AX")
        assert first.up(entries_of(book, 1)).trouble == ""
        second = server.pair("K7Q2")
        assert second.up(strange).trouble == "not_yours"
        assert first.up(strange[:1]).trouble == ""
        # Cut off in between: the rest of it is wanted.
        marks = {strange[1].origin: (2, strange[1].hash.hex())}
        assert first.hello(marks=marks).wanted == (wire.Range(strange[1].origin, 2, 2),)
        assert second.hello(marks=marks).wanted == ()
        assert first.up(strange).trouble == ""
        # Who is paired now speaks for itself.
        third, more = server.pair(book.origin), entries_of(book, 1)
        assert first.up(more).trouble == "not_yours"
        assert third.up(more).trouble == ""


def test_a_real_register_brings_the_lost_servers_words_to_a_new_one(tmp_path: Path) -> None:
    with serving(tmp_path / "lost") as lost:
        till = RealTill(tmp_path / "real-till")
        try:
            till.sign_in()
            till.pair(lost)
            till.has_all()
            theirs = lost.pair("M0AX").hello().server
            lost.kill()
            till.owner.send(ForgetServer())
            till.see(ServerView, lambda shown: not shown.shop)
            with serving(tmp_path / "new") as new:
                till.pair(new)
                watcher = new.pair("M0AX")
                until = time.monotonic() + PATIENCE_S
                while theirs not in watcher.hello().marks:
                    assert time.monotonic() < until, "the old server's entries never came"
                    time.sleep(0.1)
        finally:
            till.stop()
