"""`open-pos backup` and `open-pos restore`, as somebody types them."""

import io
import json
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from pyrage import x25519

from appliance import backup_commands, removable
from appliance.__main__ import main
from appliance.removable import Stick
from tests.appliance.store.test_database import SmallDisk, needs_a_mount, on_small_disk

__all__ = ["on_small_disk"]

KEY = str(x25519.Identity.generate().to_public())
WORDS = "three words and a herring"
SCRIPT = """
{"do": "sign_in", "employee": "1", "pin": "1111"}
{"do": "scan", "text": "9521230451116"}
{"do": "tender_cash", "amount_minor": 2000}
{"do": "scan", "text": "]E09521230452960"}
"""


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The demo shop with one sale and an open ticket."""
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    script = tmp_path / "script.jsonl"
    script.write_text(SCRIPT)
    assert main(["play", "--demo", "--store", str(tmp_path / "shop"), str(script)]) == 0
    return str(tmp_path / "shop")


@pytest.fixture
def key(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> tuple[str, str]:
    """The file of a key, and the public key."""
    file = tmp_path / "key.txt"
    assert main(["backup", "--new-key", str(file)]) == 0
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    said = capsys.readouterr().out
    assert file.read_text() in said
    return str(file), said.split()[-1]


def type_in(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{text}\n"))


def test_a_drill_with_a_passphrase(
    shop: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    target = str(tmp_path / "a.backup")
    type_in(monkeypatch, WORDS)
    assert main(["backup", "--store", shop, target]) == 0
    assert "Backed up" in capsys.readouterr().out
    for wrong in ("three words", ""):
        type_in(monkeypatch, wrong)
        assert main(["restore", target, "--store", str(tmp_path / "b")]) == 2
        assert "check the passphrase" in capsys.readouterr().err
    type_in(monkeypatch, WORDS)
    assert main(["restore", target, "--store", str(tmp_path / "b")]) == 0
    assert "1 sales (EUR 280)" in capsys.readouterr().out
    script = tmp_path / "more.jsonl"
    script.write_text(
        '{"do": "sign_in", "employee": "1", "pin": "1111"}\n'
        '{"do": "tender_cash", "amount_minor": 2000}\n'
    )
    assert main(["play", "--store", str(tmp_path / "b"), str(script)]) == 0
    answers = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [answer["refused"] for answer in answers] == [None, None]
    assert answers[1]["shows"]["done"]["number"] == 1
    assert main(["journal", "verify", "--store", str(tmp_path / "b")]) == 0
    assert main(["journal", "rebuild", "--check", "--store", str(tmp_path / "b")]) == 0


def test_a_nightly_backup_needs_no_secret_and_is_proven(
    shop: str, key: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "stick").mkdir()
    night = ["backup", "--store", shop, str(tmp_path / "stick"), "--recipient", key[1]]
    assert main([*night, "--proven", "--keep", "2"]) == 0
    said = capsys.readouterr().out
    assert said.count("right ") == 11
    assert "WRONG" not in said
    (made,) = (tmp_path / "stick").iterdir()
    prove = ["backup", "--store", shop, "--prove", str(made)]
    assert main(prove) == 0
    assert "Still the same" in capsys.readouterr().out
    assert main([*prove, "--identity", key[0]]) == 0
    assert "was restored and compared" in capsys.readouterr().out
    made.write_bytes(made.read_bytes()[:-1])
    assert main(prove) == 1
    assert "NOT PROVEN" in capsys.readouterr().out
    assert main([*prove, "--identity", key[0]]) == 1
    assert "WRONG   unpacking" in capsys.readouterr().out


def test_a_dry_run_says_what_is_in_it(
    shop: str, key: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = str(tmp_path / "a.backup")
    assert main(["backup", "--store", shop, target, "--recipient", key[1]]) == 0
    capsys.readouterr()
    back = ["restore", target, "--store", str(tmp_path / "b")]
    assert main([*back, "--dry-run", "--identity", key[0]]) == 0
    assert "Nothing was written" in capsys.readouterr().out
    assert not (tmp_path / "b").exists()
    assert main(back) == 2
    assert "--identity FILE" in capsys.readouterr().err
    assert main([*back, "--identity", str(tmp_path / "none")]) == 2
    assert main(["restore", target, "--store", shop, "--identity", key[0]]) == 2
    assert "never overwritten" in capsys.readouterr().err


def test_the_configuration_says_where_the_store_is_and_is_saved_too(
    shop: str, key: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "open-pos.toml"
    file.write_text(f'[store]\nfolder = "{shop}"\n')
    target = str(tmp_path / "a.backup")
    assert main(["backup", "--config", str(file), target, "--recipient", key[1]]) == 0
    back = ["restore", target, "--store", str(tmp_path / "b"), "--identity", key[0]]
    assert main(back) == 0
    assert str(tmp_path / "b/restored/open-pos.toml") in capsys.readouterr().out
    assert (tmp_path / "b/restored/open-pos.toml").read_text() == file.read_text()


@pytest.mark.parametrize("count", ["0", "-1", "all"])
def test_how_many_to_keep_is_a_number_from_one_on(
    shop: str, count: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Minus one must not remove all that is there."""
    with pytest.raises(SystemExit):
        main(["backup", "--store", shop, "x", "--keep", count])
    assert "from 1 on" in capsys.readouterr().err


def test_a_mistake_in_this_machines_configuration_keeps_nobody_from_a_backup(
    shop: str, key: tuple[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "open-pos.toml").write_text("[[[")
    monkeypatch.setattr(backup_commands, "CONFIG", str(tmp_path / "open-pos.toml"))
    target = str(tmp_path / "a.backup")
    assert main(["backup", "--store", shop, target, "--recipient", key[1]]) == 0


@pytest.mark.parametrize(
    ("sticks", "said"),
    [
        ((), "Found: none"),
        ((Stick("sda1", "Disk", None),), "Disk (sda1: not mounted)"),
        ((Stick("sda1", "A", Path("/a")), Stick("sdb1", "B", Path("/b"))), "several USB sticks"),
    ],
)
def test_where_there_is_no_one_stick_it_says_what_was_found(
    shop: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    sticks: tuple[Stick, ...],
    said: str,
) -> None:
    monkeypatch.setattr(removable, "sticks", lambda: sticks)
    assert main(["backup", "--store", shop, "--usb"]) == 2
    assert said in capsys.readouterr().err


def test_onto_the_one_stick_that_is_there(
    shop: str, key: tuple[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "stick").mkdir()
    stick = Stick("sda1", "Disk", tmp_path / "stick")
    monkeypatch.setattr(removable, "sticks", lambda: (stick, Stick("sdb", "B", None)))
    assert main(["backup", "--store", shop, "--usb", "--recipient", key[1]]) == 0
    (made,) = (tmp_path / "stick").iterdir()
    assert made.suffix == ".backup"


def test_what_cannot_be_done_is_a_sentence(
    shop: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def refused(*arguments: str) -> str:
        capsys.readouterr()
        assert main(list(arguments)) == 2
        return capsys.readouterr().err

    assert "name a file or folder" in refused("backup", "--store", shop)
    type_in(monkeypatch, "short")
    assert "at least 8" in refused("backup", "--store", shop, str(tmp_path / "a"))
    assert "begins with age1" in refused(
        "backup", "--store", shop, str(tmp_path / "a"), "--recipient", "age1x"
    )
    assert "no file" in refused("restore", str(tmp_path / "none"), "--store", str(tmp_path / "b"))
    assert "already" in refused("backup", "--new-key", str(tmp_path / "script.jsonl"))
    prove = refused("backup", "--store", shop, str(tmp_path / "a"), "--prove")
    assert f"no file {tmp_path / 'a'}" in prove
    unknown = refused(
        "backup", "--store", str(tmp_path / "b"), str(tmp_path / "a"), "--recipient", KEY
    )
    assert "no store of sales" in unknown
    assert not (tmp_path / "a").exists()


# --------------------------------------------------------------------------- disks that are too small, or go away

ON_A_STICK = """
import os, subprocess, sys
from pathlib import Path
from pyrage import x25519
from appliance.store import backup, restore
from appliance.store.archive import Lock, Opener
from appliance.clock import ScriptedClock
from tests.flows.corner_shop import ROOMY, furnish
from appliance.store.shelf import Shelf
stick = Path(sys.argv[1])
home = stick.parent
key = x25519.Identity.generate()
lock = Lock(recipients=(str(key.to_public()),))
shelf = Shelf(home / "shop", limits=ROOMY)
furnish(shelf)
def make(progress=lambda done, total: None, target=stick / "a.backup", shop=home / "shop"):
    try:
        return backup.make(shop, target, lock, 0, spare_bytes=0, progress=progress)
    except Exception as no:
        print(type(no).__name__)
"""
FULL = """
before = make()
print("made", before.file.exists())
def fill(done, total):
    if done > 60_000 and not (stick / "fill").exists():
        with (stick / "fill").open("wb", buffering=0) as out:
            try:
                while out.write(bytes(4096)): pass
            except OSError: pass
shelf.db.sql("CREATE TABLE large (x)")
make(fill)
print(sorted(os.listdir(stick)), backup.sha256(before.file) == before.sha256)
(stick / "fill").unlink()
shelf.db.sql("INSERT INTO large VALUES (randomblob(3000000))")
make()
print(sorted(os.listdir(stick)))
"""
PULLED = """
def pull(done, total):
    if done > 60_000:
        subprocess.run(["umount", "-l", str(stick)], check=False, capture_output=True)
make(pull)
print(os.listdir(stick))
"""
READ_ONLY = """
subprocess.run(["mount", "-o", "remount,ro", str(stick)], check=True)
make()
"""
FAT = """
import resource
resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, resource.RLIM_INFINITY))
def small(done, total): pass
from appliance.store.shelf import Shelf
import appliance.store.database
shelf.close()
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
def limit(done, total):
    resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, resource.RLIM_INFINITY))
make(limit)
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
print(os.listdir(stick))
"""
SMALL_TILL = """
made = make(target=home / "b.backup")
def back():
    try:
        restore.restore(made.file, stick / "shop", Opener(key=str(key)), ScriptedClock(0))
    except Exception as no:
        print(type(no).__name__)
back()
print(sorted(os.listdir(stick / "shop")))
restore._SPARE_BYTES = 0
def fill():
    with (stick / "fill").open("wb", buffering=0) as out:
        try:
            while os.statvfs(stick).f_bavail > made.manifest.database_bytes // 4096 + 4: out.write(bytes(4096))
        except OSError: pass
fill()
back()
print(sorted(os.listdir(stick / "shop")))
os.unlink(stick / "fill")
back()
print((stick / "shop" / "shop.db").exists())
"""

FULL_START = """
from appliance.store import anew
shelf.close()
shelf = Shelf(stick / "shop", limits=ROOMY)
furnish(shelf)
origin = shelf.origin
anew.request_apart(shelf.db, origin, 3)
shelf.close()
with (stick / "fill").open("wb", buffering=0) as out:
    try:
        while os.statvfs(stick).f_bavail > 24: out.write(bytes(4096))
    except OSError: pass
shelf = Shelf(stick / "shop", limits=ROOMY)
print(shelf.origin == origin, anew.requested(shelf.db) == {origin: 3})
shelf.close()
(stick / "fill").unlink()
shelf = Shelf(stick / "shop", limits=ROOMY)
print(shelf.origin == origin, anew.requested(shelf.db))
"""


@needs_a_mount
@pytest.mark.parametrize(
    ("size", "script", "said"),
    [
        (
            "1500k",
            FULL,
            [
                "made True",
                "BackupDiskFilled",
                "['a.backup', 'fill'] True",
                "NotEnoughRoom",
                "['a.backup']",
            ],
        ),
        ("4m", PULLED, ["BackupTargetGone", "[]"]),
        ("4m", READ_ONLY, ["CannotWriteBackup"]),
        ("4m", FULL_START, ["True True", "False {}"]),
        ("4m", FAT, ["FileTooLarge", "[]"]),
        (
            "12m",
            SMALL_TILL,
            ["NotEnoughRoom", "['shop.lock']", "BackupDiskFilled", "['shop.lock']", "True"],
        ),
    ],
    ids=["full", "pulled", "read-only", "full at a start", "too large", "small till"],
)
def test_what_a_disk_can_do_to_a_backup(
    on_small_disk: SmallDisk, size: str, script: str, said: list[str]
) -> None:
    assert on_small_disk.run(size, ON_A_STICK + script).splitlines() == said


def test_ctrl_c_leaves_nothing(shop: str, key: tuple[str, str], tmp_path: Path) -> None:
    """The whole program, stopped while it writes to something that takes its time: a pipe nobody reads."""
    (tmp_path / "stick").mkdir()
    code = (
        "import signal, sys; from appliance import backup_commands as b; from appliance.__main__ import main\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"  # ignored by what a shell began with &
        "b._percent = lambda what: lambda done, total: signal.raise_signal(signal.SIGINT) if done > 100000 else None\n"
        "sys.exit(main(sys.argv[1:]))"
    )
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            code,
            "backup",
            "--store",
            shop,
            tmp_path / "stick",
            "--recipient",
            key[1],
        ],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[2],
    )
    assert (done.returncode, list((tmp_path / "stick").iterdir())) == (130, []), done.stderr
    assert "Nothing was left half done" in done.stderr
    assert not (Path(shop) / "copying").exists()
