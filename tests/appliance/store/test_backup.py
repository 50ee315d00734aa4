"""Backups are made while the shop sells, and what comes out of them is the shop, under another origin."""

import fcntl
import os
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from pyrage import x25519

from appliance.clock import ScriptedClock
from appliance.journal.book import typed
from appliance.journal.mirror_kinds import OriginBegun
from appliance.messages import AbandonTicket, Scan, TenderCash, TicketView
from appliance.play import START_MS
from appliance.problems import Refusal
from appliance.services import backups, origins
from appliance.store import archive, backup, proof, restore
from appliance.store.archive import BackupDamaged, Lock, NotABackup, Opener, Part
from appliance.store.database import NoStore, StoreInUse
from appliance.store.shelf import Shelf
from tests.flows.corner_shop import ANA, COFFEE, CROISSANT, ROOMY, Counter, furnish

KEY = x25519.Identity.generate()
LOCK = Lock(recipients=(str(KEY.to_public()),))
OPENER = Opener(key=str(KEY))
NOW = START_MS + 5_000


@pytest.fixture
def counter(tmp_path: Path) -> Iterator[Counter]:
    """A register that sold two coffees and has a croissant on an open ticket."""
    shelf = Shelf(tmp_path / "shop", limits=ROOMY)
    furnish(shelf)
    shelf.close()
    counter = Counter(tmp_path / "shop")
    counter.do(ANA, Scan(text=COFFEE), Scan(text=COFFEE), TenderCash(amount_minor=1000))
    counter.do(Scan(text=CROISSANT))
    yield counter
    counter.shelf.close()


def made(tmp_path: Path, name: str = "a.backup") -> backup.Made:
    return backup.make(tmp_path / "shop", tmp_path / name, LOCK, NOW, spare_bytes=0)


def restored(path: Path, folder: Path) -> restore.Restored:
    return restore.restore(path, folder, OPENER, ScriptedClock(START_MS))


def names_in(folder: Path) -> set[str]:
    return {file.name for file in folder.iterdir()}


# --------------------------------------------------------------------------- making


def test_a_backup_is_made_while_the_register_sells(counter: Counter, tmp_path: Path) -> None:
    sold = 0

    def sell(_done: int, _total: int) -> None:
        nonlocal sold
        if sold < 5:
            counter.do(Scan(text=COFFEE), TenderCash(amount_minor=2000))
            sold += 1

    done = backup.make(
        tmp_path / "shop", tmp_path / "a.backup", LOCK, NOW, spare_bytes=0, progress=sell
    )
    assert sold == 5
    assert done.manifest.totals.sales == 1
    assert (
        done.manifest.heads[counter.shelf.origin][0]
        < counter.shelf.heads()[counter.shelf.origin][0]
    )
    counter.holds_together()
    restored(done.file, tmp_path / "b")
    with_five = counter.shelf.db.sql("SELECT count(*) FROM sale")
    assert with_five == [(6,)]


def test_in_a_folder_it_gets_a_name_that_says_what_it_is(counter: Counter, tmp_path: Path) -> None:
    (tmp_path / "stick").mkdir()
    done = made(tmp_path, "stick")
    origin = counter.shelf.origin
    assert done.file.name == f"open-pos-Corner-Shop-{origin}-20260101-090005.backup"
    assert names_in(tmp_path / "stick") == {done.file.name}
    assert stat.S_IMODE(done.file.stat().st_mode) == 0o600


@pytest.mark.usefixtures("counter")
def test_nothing_of_the_copy_is_left_and_no_one_else_can_read_the_secrets(tmp_path: Path) -> None:
    done = made(tmp_path)
    assert not (tmp_path / "shop" / "copying").exists()
    packed = done.file.read_bytes()
    pepper = (tmp_path / "shop" / "pepper.key").read_bytes()
    for secret in (pepper, b"Corner Shop", b"SQLite format 3"):
        assert secret not in packed


@pytest.mark.usefixtures("counter")
def test_everything_that_the_shop_needs_is_in_it_and_nothing_that_belongs_to_this_disk(
    tmp_path: Path,
) -> None:
    shop = tmp_path / "shop"
    for name in (
        "authority/ca.key",
        "mirror/till.crt",
        "wages/a.pdf",
        "backups/old.db",
        "software/open-pos-1.2.3-raspios-arm64.raucb",
        ".hidden",
        "coming/shop.db",
        "coming.ready",
        "before-swap-1/shop.db",
    ):
        (shop / name).parent.mkdir(exist_ok=True)
        (shop / name).write_bytes(name.encode())
    (shop / "mirror" / "link").symlink_to("/etc/passwd")
    (tmp_path / "open-pos.toml").write_text("[store]\n")
    (tmp_path / "backup.toml").write_text("nightly = true\n")
    done = backup.make(
        shop, tmp_path / "a", LOCK, NOW, configuration=tmp_path / "open-pos.toml", spare_bytes=0
    )
    assert [name for name, _ in done.manifest.parts] == [
        "store/shop.db",
        "store/authority/ca.key",
        "store/mirror/till.crt",
        "store/pepper.key",
        "store/wages/a.pdf",
        "config/open-pos.toml",
        "config/backup.toml",
    ]
    back = restored(tmp_path / "a", tmp_path / "b")
    assert (tmp_path / "b/authority/ca.key").read_bytes() == b"authority/ca.key"
    assert stat.S_IMODE((tmp_path / "b/authority/ca.key").stat().st_mode) == 0o600
    assert back.configuration == tmp_path / "b/restored/open-pos.toml"
    assert back.configuration.read_text() == "[store]\n"
    assert (tmp_path / "b/restored/backup.toml").read_text() == "nightly = true\n"


def test_only_the_newest_are_kept_and_only_ours_are_removed(
    counter: Counter, tmp_path: Path
) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    others = [
        "open-pos-Corner-Shop-ZZZZ-20250101-000000.backup",
        "holiday.jpg",
        f"open-pos-Corner-Shop-{counter.shelf.origin}-20250101.backup",
    ]
    for name in others:
        (stick / name).touch()
    days = [
        backup.make(tmp_path / "shop", stick, LOCK, NOW + day * 86_400_000, spare_bytes=0)
        for day in range(4)
    ]
    removed = backup.keep_newest(days[-1], 2)
    assert set(removed) == {days[0].file, days[1].file}
    assert names_in(stick) == {*others, days[2].file.name, days[3].file.name}
    # The clock went back: what was made just now stays all the same.
    newest = backup.make(tmp_path / "shop", stick, LOCK, NOW - 86_400_000, spare_bytes=0)
    assert backup.keep_newest(newest, 1) == (days[3].file, days[2].file)
    assert newest.file.exists()


@pytest.mark.usefixtures("counter")
def test_what_a_killed_backup_left_is_cleared_and_one_under_way_is_not(tmp_path: Path) -> None:
    stick, copying = tmp_path / "stick", tmp_path / "shop" / "copying"
    for folder in (stick, copying):
        folder.mkdir()
    (copying / "shop.db").write_bytes(b"half")
    (stick / ".a.backup.1234.unfinished").write_bytes(b"half")
    with (stick / ".b.backup.5678.unfinished").open("wb") as theirs:
        fcntl.flock(theirs, fcntl.LOCK_EX)
        done = made(tmp_path, "stick")
        assert names_in(stick) == {done.file.name, ".b.backup.5678.unfinished"}


@pytest.mark.usefixtures("counter")
def test_two_at_a_time_are_refused(tmp_path: Path) -> None:
    def another(_done: int, _total: int) -> None:
        made(tmp_path, "b.backup")

    with pytest.raises(backup.BackupUnderWay):
        backup.make(
            tmp_path / "shop", tmp_path / "a.backup", LOCK, NOW, spare_bytes=0, progress=another
        )
    assert not list(tmp_path.glob("*.backup"))
    made(tmp_path)


@pytest.mark.usefixtures("counter")
def test_one_that_is_stopped_leaves_the_older_one_and_nothing_else(tmp_path: Path) -> None:
    before = made(tmp_path).file.read_bytes()

    def stop(done: int, _total: int) -> None:
        if done > 100_000:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        backup.make(
            tmp_path / "shop", tmp_path / "a.backup", LOCK, NOW, spare_bytes=0, progress=stop
        )
    assert sorted(names_in(tmp_path)) == ["a.backup", "shop"]
    assert (tmp_path / "a.backup").read_bytes() == before
    assert not (tmp_path / "shop" / "copying").exists()


@pytest.mark.usefixtures("counter")
def test_where_it_cannot_be_written_a_sentence_says_so(tmp_path: Path) -> None:
    with pytest.raises(backup.CannotWriteBackup) as refused:
        made(tmp_path, "nowhere/a.backup")
    assert refused.value.fields["why"] == "No such file or directory"
    with pytest.raises(backup.NotEnoughRoom) as full:
        backup.make(tmp_path / "shop", tmp_path / "a", LOCK, NOW, spare_bytes=1 << 60)
    assert int(full.value.fields["needed_mb"]) > int(full.value.fields["free_mb"])
    with pytest.raises(archive.BadKey):
        backup.make(tmp_path / "shop", tmp_path / "a", Lock(recipients=("age1x",)), NOW)
    with pytest.raises(NoStore):
        backup.make(tmp_path, tmp_path / "a", LOCK, NOW)
    assert not (tmp_path / "copying").exists()


# --------------------------------------------------------------------------- restoring


def test_a_restored_register_sells_at_once_under_a_new_origin(
    counter: Counter, tmp_path: Path
) -> None:
    done = made(tmp_path)
    old = counter.shelf.origin
    back = restored(done.file, tmp_path / "b")
    assert back.origin != old
    other = Counter(tmp_path / "b")
    assert other.shelf.origin == back.origin
    # What was being rung up is on the screen, and can be paid.
    ticket, before = other.sees(TicketView), counter.sees(TicketView)
    assert [line.name for line in ticket.lines] == ["Croissant"]
    assert ticket.total_minor == before.total_minor
    other.do(ANA, TenderCash(amount_minor=500))
    other.do(Scan(text=COFFEE), TenderCash(amount_minor=500))
    sales = other.shelf.db.sql(
        "SELECT origin, number, total_minor FROM sale ORDER BY number, origin"
    )
    assert sorted(sales) == sorted([(old, 1, 480), (back.origin, 1, 165), (back.origin, 2, 240)])
    begun = typed(next(e for e in other.shelf.entries() if e.origin == back.origin))
    seq, head = counter.shelf.heads()[old]
    assert begun == OriginBegun(old, seq, head.hex(), "restored")
    assert origins.strangers(other.shelf.db) == frozenset()
    other.holds_together()
    other.shelf.close()


@pytest.mark.usefixtures("counter")
def test_the_ticket_that_was_taken_over_can_be_given_up(tmp_path: Path) -> None:
    restored(made(tmp_path).file, tmp_path / "b")
    other = Counter(tmp_path / "b")
    other.do(ANA, AbandonTicket())
    assert other.sees(TicketView).id is None
    other.restart()
    assert other.sees(TicketView).id is None
    other.shelf.close()


def test_the_old_register_and_the_restored_one_can_both_live_and_be_put_together(
    counter: Counter, tmp_path: Path
) -> None:
    done = made(tmp_path)
    restored(done.file, tmp_path / "b")
    counter.do(TenderCash(amount_minor=500))
    other = Counter(tmp_path / "b")
    other.do(ANA, TenderCash(amount_minor=500))
    counter.shelf.book(ScriptedClock(0)).receive(list(other.shelf.entries()))
    other.shelf.book(ScriptedClock(0)).receive(list(counter.shelf.entries()))
    for one in (counter, other):
        assert one.shelf.db.sql("SELECT count(*), sum(total_minor) FROM sale") == [(3, 810)]
        assert one.shelf.differences() == ()
        assert one.shelf.unapplied() == ()
    # The open day of the old register is its own affair.
    assert counter.shelf.db.sql("SELECT count(*) FROM day WHERE closed_at_ms IS NULL") == [(2,)]
    other.shelf.close()


def test_a_store_is_never_overwritten(counter: Counter, tmp_path: Path) -> None:
    done = made(tmp_path)
    with pytest.raises(restore.StoreThere):
        restored(done.file, tmp_path / "shop")
    counter.shelf.close()
    with pytest.raises(restore.StoreThere):
        restored(done.file, tmp_path / "shop")


@pytest.mark.usefixtures("counter")
def test_a_folder_that_a_program_holds_is_left_alone(tmp_path: Path) -> None:
    done = made(tmp_path)
    (tmp_path / "b").mkdir()
    with (tmp_path / "b" / "shop.lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(StoreInUse):
            restored(done.file, tmp_path / "b")


@pytest.mark.parametrize("place", [0, 0.3, 0.9, 0.99999])
@pytest.mark.usefixtures("counter")
def test_a_damaged_backup_leaves_nothing_behind(tmp_path: Path, place: float) -> None:
    done = made(tmp_path)
    whole = done.file.read_bytes()
    for spoilt in (whole[: int(len(whole) * place)], _altered(whole, int(len(whole) * place))):
        done.file.write_bytes(spoilt)
        with pytest.raises((BackupDamaged, NotABackup, archive.WrongKey)):
            restored(done.file, tmp_path / "b")
        with pytest.raises((BackupDamaged, NotABackup, archive.WrongKey)):
            restore.look(done.file, OPENER)
        assert names_in(tmp_path / "b") <= {"shop.lock"}


def _altered(whole: bytes, place: int) -> bytes:
    return whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :]


@pytest.mark.usefixtures("counter")
def test_a_dry_run_reads_everything_and_writes_nothing(tmp_path: Path) -> None:
    done = made(tmp_path)
    assert restore.look(done.file, OPENER) == done.manifest
    assert names_in(tmp_path) == {"shop", "a.backup"}


@pytest.mark.usefixtures("counter")
def test_what_lies_in_the_way_is_kept(tmp_path: Path) -> None:
    """Somebody moved an old database away, and left the key of its PINs and the wage slips."""
    (tmp_path / "shop/wages").mkdir()
    (tmp_path / "shop/wages/new.pdf").write_text("new")
    done = made(tmp_path)
    (tmp_path / "b/wages").mkdir(parents=True)
    (tmp_path / "b/wages/old.pdf").write_text("old")
    (tmp_path / "b/pepper.key").write_bytes(b"old pepper")
    restored(done.file, tmp_path / "b")
    assert (tmp_path / "b/pepper.key.before-1").read_bytes() == b"old pepper"
    assert (tmp_path / "b/wages.before-1/old.pdf").read_text() == "old"
    assert (tmp_path / "b/wages/new.pdf").read_text() == "new"


@pytest.mark.usefixtures("counter")
@pytest.mark.skipif(os.geteuid() != 0, reason="only root restores for others")
def test_what_root_restores_belongs_to_whom_the_folder_belongs(tmp_path: Path) -> None:
    done = made(tmp_path)
    (tmp_path / "b").mkdir()
    os.chown(tmp_path / "b", 1234, 1235)
    restored(done.file, tmp_path / "b")
    for name in ("shop.db", "pepper.key", "incarnation"):
        found = (tmp_path / "b" / name).stat()
        assert (found.st_uid, found.st_gid) == (1234, 1235)


def forged(path: Path, parts: dict[str, bytes]) -> Path:
    with path.open("wb") as out:
        archive.write(out, (Part(name, len(data), [data]) for name, data in parts.items()), LOCK)
    return path


@pytest.mark.parametrize("name", ["../evil", "/evil", "store/../../evil", "evil", "store/../evil"])
@pytest.mark.usefixtures("counter")
def test_a_forged_backup_cannot_write_elsewhere(tmp_path: Path, name: str) -> None:
    """Anybody who knows the public key can make a file that opens."""
    manifest = _manifest_bytes(tmp_path)
    path = forged(tmp_path / "f", {"manifest.json": manifest, name: b"x"})
    with pytest.raises(BackupDamaged):
        restored(path, tmp_path / "b")
    assert names_in(tmp_path / "b") == {"shop.lock"}
    assert not (tmp_path / "evil").exists()


def _manifest_bytes(tmp_path: Path) -> bytes:
    class Keep:
        found = b""

        def begin(self, name: str, _size: int) -> None:
            self.name = name

        def take(self, piece: bytes) -> None:
            if self.name == "manifest.json":
                self.found += piece

        def end(self) -> None:
            pass

    keep = Keep()
    archive.read(made(tmp_path).file, OPENER, keep)
    return keep.found


@pytest.mark.parametrize(
    ("parts", "refused"),
    [
        ({}, NotABackup),
        ({"store/shop.db": b"x"}, NotABackup),
        ({"manifest.json": b"[]"}, NotABackup),
        ({"manifest.json": b"{}"}, NotABackup),
        ({"manifest.json": b'{"format":1,"schema":true}'}, NotABackup),
        ({"manifest.json": b'{"format":2,"schema":6,"program":"9"}'}, restore.BackupNewer),
        ({"manifest.json": b'{"format":1,"schema":99,"program":"9"}'}, restore.BackupNewer),
    ],
)
def test_what_is_none_of_ours_or_newer_is_refused(
    tmp_path: Path, parts: dict[str, bytes], refused: type[Refusal]
) -> None:
    path = forged(tmp_path / "f", parts)
    with pytest.raises(refused):
        restored(path, tmp_path / "b")
    with pytest.raises(refused):
        restore.look(path, OPENER)


def test_a_file_that_is_no_backup_is_said_to_be_none(tmp_path: Path) -> None:
    with pytest.raises(restore.NoSuchBackup):
        restored(tmp_path / "none", tmp_path / "b")
    for text in (b"", b"hello", b"x" * 5000):
        (tmp_path / "x").write_bytes(text)
        with pytest.raises(NotABackup):
            restored(tmp_path / "x", tmp_path / "b")


# --------------------------------------------------------------------------- proving


def test_a_backup_is_proven_against_its_list_and_against_the_store(
    counter: Counter, tmp_path: Path
) -> None:
    done = made(tmp_path)
    counter.do(TenderCash(amount_minor=500))  # the shop sells on
    told = proof.prove(done.file, tmp_path / "shop", OPENER, NOW)
    assert told.is_right
    assert {(check.what, check.against) for check in told.checks} >= {
        ("chain", "manifest"),
        ("heads", "manifest"),
        ("sums", "manifest"),
        ("stock", "manifest"),
        ("heads", "store"),
        ("sales", "store"),
        ("sums", "store"),
        ("stock", "store"),
    }
    assert not (tmp_path / "shop" / "proving").exists()
    state = backups.state(counter.shelf.db)
    assert (state.proven_at_ms, state.proven_file, state.wrong) == (NOW, str(done.file), ())


def test_with_a_key_that_exists_once_it_is_proven_without_the_owners(
    counter: Counter, tmp_path: Path
) -> None:
    once = x25519.Identity.generate()
    done = backup.make(
        tmp_path / "shop", tmp_path / "a.backup", LOCK, NOW, once=once, spare_bytes=0
    )
    assert proof.prove(done.file, tmp_path / "shop", Opener(identity=once), NOW).is_right
    assert proof.prove(done.file, tmp_path / "shop", OPENER, NOW).is_right
    assert proof.prove_same(done.file, tmp_path / "shop", NOW + 1).is_right
    done.file.write_bytes(_altered(done.file.read_bytes(), 5000))
    told = proof.prove_same(done.file, tmp_path / "shop", NOW + 2)
    assert not told.is_right
    state = backups.state(counter.shelf.db)
    assert (state.proven_at_ms, state.wrong) == (NOW + 1, ("file (proof)",))


def test_a_damaged_backup_is_not_proven(counter: Counter, tmp_path: Path) -> None:
    done = made(tmp_path)
    done.file.write_bytes(done.file.read_bytes()[:-1000])
    told = proof.prove(done.file, tmp_path / "shop", OPENER, NOW)
    assert [check.what for check in told.checks] == ["unpacked"]
    assert not told.is_right
    assert backups.state(counter.shelf.db).proven_at_ms == 0


@pytest.mark.parametrize(
    ("tampering", "wrong"),
    [
        ("UPDATE sale SET total_minor = total_minor + 1", {"sums"}),
        ("UPDATE stock_move SET qty_milli = 7", {"stock"}),
        ("DELETE FROM sale_tax; DELETE FROM tender; DELETE FROM sale", {"sales", "sums"}),
    ],
)
def test_a_store_that_says_something_else_is_found(
    counter: Counter, tmp_path: Path, tampering: str, wrong: set[str]
) -> None:
    done = made(tmp_path)
    for statement in tampering.split(";"):
        counter.shelf.db.sql(statement)
    told = proof.prove(done.file, tmp_path / "shop", OPENER, NOW)
    assert {c.what for c in told.checks if not c.is_right} == wrong
    assert {c.against for c in told.checks if not c.is_right} == {"store"}


def test_a_backup_of_another_history_is_not_proven(counter: Counter, tmp_path: Path) -> None:
    """Its head is not that of the store at that place."""
    done = made(tmp_path)
    counter.shelf.close()
    shutil.rmtree(tmp_path / "shop")
    shelf = Shelf(tmp_path / "shop", limits=ROOMY)
    furnish(shelf)
    told = proof.prove(done.file, tmp_path / "shop", OPENER, NOW)
    assert {(c.what, c.against) for c in told.checks if not c.is_right} == {
        ("heads", "store"),
        ("sales", "store"),
        ("sums", "store"),
        ("stock", "store"),
    }
    shelf.close()


@pytest.mark.usefixtures("counter")
def test_what_was_never_proven_needs_a_key(tmp_path: Path) -> None:
    done = made(tmp_path)
    with pytest.raises(proof.NeverProven):
        proof.prove_same(done.file, tmp_path / "shop", NOW)
    proof.prove(done.file, tmp_path / "shop", OPENER, NOW)
    (tmp_path / "other.backup").write_bytes(b"x")
    with pytest.raises(proof.NeverProven):
        proof.prove_same(tmp_path / "other.backup", tmp_path / "shop", NOW)


@pytest.mark.usefixtures("counter")
def test_a_wrong_key_proves_nothing_and_is_no_alarm(tmp_path: Path) -> None:
    done = made(tmp_path)
    with pytest.raises(archive.WrongKey):
        proof.prove(done.file, tmp_path / "shop", Opener(key=str(x25519.Identity.generate())), NOW)
    assert proof.report(tmp_path / "shop") == proof.Report()
    assert not (tmp_path / "shop" / "proving").exists()


def test_a_report_that_cannot_be_read_is_none(counter: Counter, tmp_path: Path) -> None:
    (tmp_path / "shop" / "backups.json").write_bytes(b"{")
    assert backups.state(counter.shelf.db).made_at_ms == 0
    proof.note_made(tmp_path / "shop", made(tmp_path))
    assert backups.state(counter.shelf.db).made_at_ms == NOW
