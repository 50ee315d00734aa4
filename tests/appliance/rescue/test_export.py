"""The journal on a stick: whole where it can be, as much as can be read where not, and no passwords."""

import os
import shutil
import sqlite3
from collections import namedtuple
from pathlib import Path

import pytest

from appliance.rescue import export
from tests.appliance.caretaker.conftest import Play, called, play  # noqa: F401 - fixtures
from tests.appliance.test_removable import disk, mounts
from tests.appliance.trading import open_trader, sell

SECRETS = """
[server]
name = "shop.local"
database = "mysql://shop:hunter2@db.example/shop"

[[device]]
name = "terminal"
kind = "terminal"
type = "zvt"
options = { host = "192.0.2.7", password = "hunter2", port = 20007 }

[wifi]
psk = 'hunter2'
api_token = hunter2
passphrase = \"\"\"
hunter2
hunter2\"\"\"
"Password" = "hun\\"ter2"
"""


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    folder = tmp_path / "stick"
    folder.mkdir()
    return folder


@pytest.fixture(autouse=True)
def journal(play: Play) -> None:  # noqa: F811
    play("journalctl", "2026-11-30T12:00:00+00:00 till kernel: Linux\n")


def save(stick: Path, tmp_path: Path, told: list[int] | None = None) -> export.Saved:
    progress = [] if told is None else told
    return export.save(
        stick, tmp_path / "store", tmp_path / "open-pos.toml", progress.append, tmp_path / "logs"
    )


def test_the_store_is_copied_while_it_is_whole(stick: Path, tmp_path: Path) -> None:
    trader = open_trader(tmp_path / "store")
    sell(trader, 1000)
    trader.shelf.close()
    told: list[int] = []
    saved = save(stick, tmp_path, told)
    assert saved.folder == "open-pos-rescue-0001"
    assert saved.unread == 0
    with sqlite3.connect(stick / saved.folder / "shop.db") as copy:
        (entries,) = copy.execute("select count(*) from entry").fetchone()
        assert copy.execute("pragma integrity_check").fetchone() == ("ok",)
    assert entries > 3
    assert told == sorted(told)
    assert (told[0], told[-1]) == (0, 1000)
    assert "kernel: Linux" in (stick / saved.folder / "system.log").read_text()


def test_keys_stay_where_they_are(stick: Path, tmp_path: Path) -> None:
    trader = open_trader(tmp_path / "store")
    trader.shelf.close()
    (tmp_path / "store/pepper.key").write_bytes(b"secret")
    saved = save(stick, tmp_path)
    assert not list((stick / saved.folder).glob("*.key"))


def test_a_store_that_is_damaged_is_copied_byte_by_byte(stick: Path, tmp_path: Path) -> None:
    (tmp_path / "store").mkdir()
    damaged = b"SQLite format 3\0" + b"\xff" * 3_000_000
    (tmp_path / "store/shop.db").write_bytes(damaged)
    (tmp_path / "store/shop.db-wal").write_bytes(b"wal")
    saved = save(stick, tmp_path)
    assert (stick / saved.folder / "shop.db").read_bytes() == damaged
    assert (stick / saved.folder / "shop.db-wal").read_bytes() == b"wal"


def test_what_cannot_be_read_is_zeros_and_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = tmp_path / "source"
    source.write_bytes(b"x" * (3 * 1024 * 1024))
    real = os.pread

    def broken_in_the_middle(descriptor: int, wanted: int, at: int) -> bytes:
        if at == 1024 * 1024:
            raise OSError(5, "Input/output error")
        return real(descriptor, wanted, at)

    monkeypatch.setattr(os, "pread", broken_in_the_middle)
    unread = export.copy_bytes(source, tmp_path / "copy", lambda _part: None)
    assert unread == 1024 * 1024
    copy = (tmp_path / "copy").read_bytes()
    assert (copy[:1], copy[1024 * 1024 : 1024 * 1024 + 1], copy[-1:]) == (b"x", b"\0", b"x")
    assert len(copy) == 3 * 1024 * 1024


def test_no_password_leaves_the_machine(stick: Path, tmp_path: Path) -> None:
    (tmp_path / "open-pos.toml").write_text(SECRETS)
    saved = save(stick, tmp_path)
    copy = (stick / saved.folder / "open-pos.toml").read_text()
    assert "hunter2" not in copy
    assert "ter2" not in copy
    for kept in ('name = "shop.local"', "db.example/shop", 'host = "192.0.2.7"', "port = 20007"):
        assert kept in copy


def test_without_a_store_and_a_file_the_rest_is_saved(stick: Path, tmp_path: Path) -> None:
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs/000041-aaaaaaaa.log.gz").write_bytes(b"earlier")
    saved = save(stick, tmp_path)
    folder = stick / saved.folder
    assert sorted(path.name for path in folder.iterdir()) == [
        "README.txt",
        "earlier",
        "open-pos.toml",
        "system.log",
    ]
    assert (folder / "earlier/000041-aaaaaaaa.log.gz").read_bytes() == b"earlier"


def test_each_time_is_a_folder_of_its_own(stick: Path, tmp_path: Path) -> None:
    assert save(stick, tmp_path).folder == "open-pos-rescue-0001"
    assert save(stick, tmp_path).folder == "open-pos-rescue-0002"


def test_a_stick_that_is_too_small_is_told_before_anything_is_written(
    stick: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = namedtuple("usage", "total used free")  # noqa: PYI024 - as shutil's own
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage(10, 5, 5))
    with pytest.raises(export.StickTooSmall) as small:
        save(stick, tmp_path)
    assert (small.value.free, small.value.needed > 5) == (5, True)
    assert list(stick.iterdir()) == []


def test_the_machine_s_own_disk_on_usb_is_no_stick(tmp_path: Path) -> None:
    disk(tmp_path, "sda", removable="0", bus="pci0/usb1/1-1", parts=("sda7",))
    disk(tmp_path, "sdb", removable="1", parts=("sdb1",))
    place = tmp_path / "media/open-pos/sdb1"
    place.mkdir(parents=True)
    mounts(tmp_path, "/dev/sda7 /data", f"/dev/sdb1 {place}")
    found = export.stick(tmp_path, among=(str(tmp_path / "media"),))
    assert found is not None
    assert found.device == "sdb1"
