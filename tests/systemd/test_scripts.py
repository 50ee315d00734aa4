"""The shell scripts of the units: the stick, and the last text that a shop sees."""

import os
import re
import shutil
import subprocess
import time
from pathlib import Path

import pytest

from tests.appliance.caretaker.conftest import Play, calls

FOLDER = Path(__file__).parents[2] / "systemd/libexec"
SCRIPTS = sorted(FOLDER.iterdir())


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
def test_a_script_can_be_run_and_is_plain_shell(script: Path) -> None:
    assert os.access(script, os.X_OK)
    assert script.read_text().startswith("#!/bin/sh\n")
    dash = shutil.which("dash") or "sh"
    subprocess.run([dash, "-n", script], check=True)


# ---------------------------------------------------------------------------------- sticks


@pytest.fixture
def stick_system(play: Play, called: Path) -> Path:
    play("lsblk", "sda\n")
    play("id", "990\n")
    play("systemd-mount")
    play("systemd-umount")
    play("udevadm", "vfat\n")
    return called


def stick(*arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [FOLDER / "stick", *arguments], check=False, capture_output=True, text=True, timeout=30
    )


@pytest.mark.parametrize(
    ("found", "kind", "option"),
    [
        ("vfat", "vfat", "uid=990,gid=990,fmask=0177,dmask=0077"),
        ("exfat", "exfat", "uid=990,gid=990,fmask=0177,dmask=0077"),
        ("ntfs", "ntfs3", "windows_names"),
        ("ext4", "ext4", "X-mount.owner=990"),
    ],
)
def test_a_stick_is_mounted_for_the_till_and_safely(
    stick_system: Path, play: Play, found: str, kind: str, option: str
) -> None:
    play("udevadm", f"{found}\n")
    assert stick("mount", "sda1").returncode == 0
    (mounted,) = [line for line in calls(stick_system) if line.startswith("systemd-mount")]
    assert f"--type={kind}" in mounted
    assert "nosuid,nodev,noexec" in mounted
    assert option in mounted
    assert mounted.endswith("/dev/sda1 /media/open-pos/sda1")


def test_a_stick_that_was_pulled_out_too_early_can_be_read(stick_system: Path, play: Play) -> None:
    play("systemd-mount", code=32)
    assert stick("mount", "sda1").returncode == 1
    tried = [line for line in calls(stick_system) if line.startswith("systemd-mount")]
    assert ["rw," in line for line in tried] == [True, False]
    assert "--options=ro,nosuid" in tried[1]


def test_what_is_not_formatted_is_said(stick_system: Path, play: Play) -> None:
    play("udevadm", "\n")
    said = stick("mount", "sda1")
    assert "must be formatted" in said.stderr
    assert "systemd-mount" not in (stick_system / "calls").read_text()


def test_a_machine_that_runs_from_usb_keeps_its_disk(stick_system: Path, play: Play) -> None:
    mounted = [line.split() for line in Path("/proc/self/mounts").read_text().splitlines()]
    own = next((one[0] for one in mounted if one[0].startswith("/dev/")), None)
    if own is None:
        pytest.skip("nothing is mounted from a device here")
    play("lsblk", own.removeprefix("/dev/") + "\n")
    said = stick("mount", "sda1")
    assert "belongs to this machine" in said.stderr
    assert "systemd-mount" not in (stick_system / "calls").read_text()


@pytest.mark.parametrize("name", ["", "../sda1", "sda1 /etc", "sda1;reboot"])
def test_a_name_that_is_none_does_nothing(stick_system: Path, name: str) -> None:
    assert stick("mount", name).returncode == 1
    assert calls(stick_system) == []


def test_a_stick_that_is_gone_needs_no_unmounting(stick_system: Path) -> None:
    assert stick("unmount", "sda1").returncode == 0
    assert calls(stick_system) == []


@pytest.mark.parametrize(("state", "unmounts"), [("running", 1), ("degraded", 1), ("stopping", 0)])
def test_a_machine_that_stops_unmounts_a_stick_itself(
    stick_system: Path, play: Play, state: str, unmounts: int
) -> None:
    play("grep")
    play("systemctl", f"{state}\n", code=int(state != "running"))
    assert stick("unmount", "sda1").returncode == 0
    asked = [line for line in calls(stick_system) if line.startswith("systemd-umount")]
    assert len(asked) == unmounts


# ---------------------------------------------------------------------------------- the last text


@pytest.fixture
def broken(play: Play, called: Path) -> Path:
    play("open-pos", err="ModuleNotFoundError: No module named 'PIL'\n", code=1)
    play("journalctl", "ModuleNotFoundError: No module named 'PIL'\n")
    play("systemctl")
    play("systemd-notify")
    return called


@pytest.mark.parametrize(
    ("language", "title"),
    [
        ("en_GB.UTF-8", "The till does not start."),
        ("de_DE.UTF-8", "Die Kasse startet nicht."),
        ("es_ES.UTF-8", "La caja no arranca."),
    ],
)
def test_where_even_python_is_broken_a_text_says_so_and_keys_work(
    broken: Path, tmp_path: Path, language: str, title: str
) -> None:
    terminal = tmp_path / "tty"
    environment = {
        **os.environ,
        "LANG": language,
        "OPEN_POS": "open-pos",
        "OPEN_POS_TERMINAL": str(terminal),
        "NOTIFY_SOCKET": str(tmp_path / "notify"),
    }
    with subprocess.Popen(
        [FOLDER / "rescue"],
        env=environment,
        stdin=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as running:
        assert running.stdin is not None
        running.stdin.write("7\n1\n3\n")
        running.stdin.flush()
        until = time.monotonic() + 30
        while "poweroff" not in (broken / "calls").read_text() and time.monotonic() < until:
            time.sleep(0.02)
        running.terminate()
        running.stdin.close()
    said = terminal.read_text()
    assert title in said
    assert "No module named 'PIL'" in said
    done = [line for line in calls(broken) if line.startswith("systemctl")]
    assert done == [
        "systemctl reset-failed open-pos-register.service open-pos-x.service",
        "systemctl --no-block start open-pos-register.service",
        "systemctl poweroff",
    ]
    assert "systemd-notify --ready" in calls(broken)


@pytest.mark.parametrize("code", [0, 143])
def test_a_rescue_screen_that_was_told_to_end_leaves_no_text(
    broken: Path, play: Play, tmp_path: Path, code: int
) -> None:
    play("open-pos", code=code)
    environment = {**os.environ, "OPEN_POS": "open-pos", "OPEN_POS_TERMINAL": str(tmp_path / "tty")}
    ended = subprocess.run([FOLDER / "rescue"], env=environment, check=False, timeout=30)
    assert ended.returncode == 0
    assert not (tmp_path / "tty").exists()
    assert calls(broken)[-1].startswith("open-pos rescue")


# ---------------------------------------------------------------------------------- the card


def disk(ending: str, **variables: object) -> str:
    """Run functions of the script, on files in the place of partitions."""
    text = (FOLDER / "disk").read_text(encoding="utf-8")
    found = re.findall(r"(?ms)^(?:say|blank|had_one|mend|fill)\(\) \{.*?\}$(?=\n\n|\n[a-z#])", text)
    assert len(found) == 5
    given = [f"{name}={value}" for name, value in variables.items()]
    script = "\n".join(["set -eu", "sector_mib=2048", *given, *found, ending])
    ended = subprocess.run(["sh", "-c", script], check=True, capture_output=True, text=True)
    return ended.stdout


@pytest.fixture
def partition(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PATH", f"{os.environ['PATH']}:/usr/sbin:/sbin")
    if shutil.which("mke2fs") is None or shutil.which("blkid") is None:
        pytest.skip("mke2fs and blkid are not installed")
    file = tmp_path / "card7"
    with file.open("wb") as made:
        made.truncate(300 << 20)
    return file


def content(partition: Path) -> str:
    found = subprocess.run(
        ["debugfs", "-R", "cat /shop", partition], check=False, capture_output=True, text=True
    )
    return found.stdout


def put_a_shop(partition: Path, tmp_path: Path) -> None:
    (tmp_path / "shop").write_text("every sale")
    write = ["debugfs", "-w", "-R", f"write {tmp_path}/shop shop", str(partition)]
    subprocess.run(write, check=True, capture_output=True)


@pytest.mark.parametrize("block", [1024, 4096])
def test_a_partition_whose_first_sectors_are_lost_is_mended_and_never_made_anew(
    partition: Path, tmp_path: Path, block: int
) -> None:
    disk(f'fill 7 data "-b {block}"', part=tmp_path / "card")
    put_a_shop(partition, tmp_path)
    assert "A file system" not in disk("fill 7 data ''", part=tmp_path / "card")
    with partition.open("r+b") as lost:
        lost.write(bytes(4096))
    assert "is damaged" in disk("fill 7 data ''", part=tmp_path / "card")
    assert content(partition) == "every sale"


def test_what_a_power_cut_left_wrong_is_mended_at_the_next_start(
    partition: Path, tmp_path: Path
) -> None:
    disk("fill 7 data ''", part=tmp_path / "card")
    put_a_shop(partition, tmp_path)
    for harm in ("set_super_value state 2", "set_inode_field shop links_count 7", "freei <13>"):
        subprocess.run(["debugfs", "-w", "-R", harm, partition], check=True, capture_output=True)
    disk("fill 7 data ''", part=tmp_path / "card")
    checked = subprocess.run(["e2fsck", "-fn", partition], check=False, capture_output=True)
    assert checked.returncode == 0, checked.stdout
    assert content(partition) == "every sale"


def test_what_an_earlier_use_of_the_card_left_is_not_brought_back(
    partition: Path, tmp_path: Path
) -> None:
    for block in (1024, 4096):
        disk(f'fill 7 data "-b {block}"', part=tmp_path / "card")
        put_a_shop(partition, tmp_path)
        # The partition begins with the file here, which is the latest that it may begin.
        said = disk("blank 0; fill 7 data ''", part=tmp_path / "card", disk=partition)
        assert "A file system for data" in said
        assert content(partition) == ""
        with partition.open("r+b") as again:
            again.write(bytes(8192))
            disk("blank 0", disk=partition)


def test_what_an_installer_wrote_onto_the_card_is_for_root_and_the_till_alone() -> None:
    fstab = Path(__file__).parents[2] / "image-build/rootfs/etc/fstab"
    lines = [line.split() for line in fstab.read_text(encoding="utf-8").splitlines()]
    (options,) = [line[3].split(",") for line in lines if line[1:2] == ["/boot/open-pos"]]
    # A FAT has no owners: mount(8) gives all of it to these.
    assert {"ro", "gid=open-pos", "umask=0027"} <= set(options)
