"""Which USB sticks are there, read from the kernel's files."""

from pathlib import Path

from appliance.removable import Stick, sticks


def disk(
    root: Path, name: str, *, removable: str, bus: str = "pci", parts: tuple[str, ...] = ()
) -> None:
    """A block device as the kernel shows it: a link into the tree of devices."""
    real = root / f"sys/devices/{bus}/block/{name}"
    (real / "device").mkdir(parents=True)
    (real / "removable").write_text(f"{removable}\n")
    (real / "size").write_text("1000\n")
    (real / "device/model").write_text(f"Stick {name}   \n")
    for part in parts:
        (real / part).mkdir()
        (real / part / "partition").write_text("1\n")
    (root / "sys/block").mkdir(parents=True, exist_ok=True)
    (root / f"sys/block/{name}").symlink_to(real)


def mounts(root: Path, *lines: str) -> None:
    (root / "proc/self").mkdir(parents=True, exist_ok=True)
    (root / "proc/self/mounts").write_text("".join(f"{line} vfat rw 0 0\n" for line in lines))


def test_sticks_are_told_by_their_parts_and_where_these_are_mounted(tmp_path: Path) -> None:
    disk(tmp_path, "mmcblk0", removable="0", parts=("mmcblk0p1",))
    disk(tmp_path, "sda", removable="1", parts=("sda1", "sda2"))
    disk(tmp_path, "sdb", removable="1")
    mounts(
        tmp_path,
        "/dev/mmcblk0p1 /boot",
        r"/dev/sda1 /media/MY\040STICK\134",
        "/dev/sda1 /mnt",
        "/dev/sdb /media/b",
    )
    assert sticks(tmp_path) == (
        Stick("sda1", "Stick sda", Path("/media/MY STICK\\")),
        Stick("sda2", "Stick sda", None),
        Stick("sdb", "Stick sdb", Path("/media/b")),
    )


def test_a_hard_disk_on_usb_counts_and_an_empty_card_reader_does_not(tmp_path: Path) -> None:
    disk(tmp_path, "sda", removable="0", bus="pci0/usb1/1-1")
    disk(tmp_path, "sdb", removable="1")
    (tmp_path / "sys/block/sdb/size").write_text("0\n")
    disk(tmp_path, "nvme0n1", removable="0")
    disk(tmp_path, "sr0", removable="1")
    assert [one.device for one in sticks(tmp_path)] == ["sda"]


def test_where_there_is_nothing_nothing_is_found(tmp_path: Path) -> None:
    assert sticks(tmp_path) == ()


def test_this_machine_can_be_asked() -> None:
    assert isinstance(sticks(), tuple)
