"""The disks: room, wear, and whether the kernel still writes.

- eMMC: `life_time` and `pre_eol_info`, hexadecimal (kernel, drivers/mmc/core/mmc.c; JEDEC JESD84-B51,
  DEVICE_LIFE_TIME_EST_TYP_A and _B, PRE_EOL_INFO).
- Mounts: proc_pid_mountinfo(5).
- ext4: `errors_count` (kernel, Documentation/ABI/testing/sysfs-fs-ext4): errors since the last check of the disk.
"""

import os
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final, NamedTuple

from appliance.health.files import children, integer, is_there, number, text
from appliance.health.finding import Finding, badness, found

_MB: Final = 1024 * 1024
_WHOLE_EMMC: Final = re.compile(r"mmcblk[0-9]+")
_DEVICE: Final = re.compile(r"[0-9]+:[0-9]+")
_OCTAL: Final = re.compile(r"\\([0-7]{3})")
_COLUMNS: Final = 6
_COLUMNS_AFTER_DASH: Final = 3

# Tenths of the life that are used, rounded up; 0 tells nothing, 11 is more than the maker promised.
_LIFE_HIGH: Final = 9
_LIFE_OVER: Final = 11
# How much of the reserve is used: 1 less than four fifths, 2 four fifths, 3 nine tenths; 0 tells nothing.
_RESERVE_LOW: Final = 2
_RESERVE_GONE: Final = 3
_RESERVE_LOW_PERCENT: Final = 80


def disk_space(folder: Path, warn_bytes: int, stop_bytes: int) -> Finding:
    """The room left where the store is. The limits count as in `store.shelf.DiskLimits`: so much or less."""
    free = _free_bytes(folder)
    if free is None:
        return found("disk_space", "unknown", "disk_space_unknown")
    if free <= stop_bytes:
        return found("disk_space", "bad", "disk_space_full", free_mb=free // _MB)
    if free <= warn_bytes:
        return found("disk_space", "warn", "disk_space_low", free_mb=free // _MB)
    return found("disk_space", "ok", "disk_space_ok", free_mb=free // _MB)


def recordings_space(recordings: Path, warn_bytes: int) -> Finding:
    """The room left on a disk that holds nothing but recordings: no sale depends on it."""
    free = _free_bytes(recordings)
    if free is None:
        return found("recordings_space", "unknown", "recordings_space_unknown")
    if free <= warn_bytes:
        return found("recordings_space", "warn", "recordings_space_low", free_mb=free // _MB)
    return found("recordings_space", "ok", "recordings_space_ok", free_mb=free // _MB)


def disk_wear(root: Path, folder: Path) -> Finding:
    """How worn the disks are: the worst of every eMMC and of the disk that holds the store.

    SD cards tell nothing, and other disks tell it only to programs that speak SMART.
    """
    mount = _mount_of(root, folder)
    own = None if mount is None else _disk_of(root, mount)
    cards = [block for block in children(root / "sys/block") if _WHOLE_EMMC.fullmatch(block.name)]
    wear = [_wear(card / "device", card.name) for card in cards]
    # A second card that tells nothing is no news; that the disk of the store tells nothing is.
    told = [finding for finding in wear if finding.level != "unknown"]
    if own is None or ("disk", own) not in [field for finding in told for field in finding.fields]:
        told.append(found("disk_wear", "unknown", "disk_wear_unknown", disk=own or "?"))
    return max(told, key=badness)


def file_system(root: Path, places: Iterable[Path]) -> Finding:
    """Whether the kernel writes to `places`, and whether every ext4 file system is sound.

    After an error most systems mount the disk read-only: nothing is saved any more, and the card is about to die.
    """
    mounts = [(place, _mount_of(root, place)) for place in places]
    for place, mount in mounts:
        if mount is not None and mount.read_only:
            return found("file_system", "bad", "file_system_read_only", place=str(place))
    ext4 = children(root / "sys/fs/ext4")
    errors, disk = max(
        ((number(fs / "errors_count") or 0, fs.name) for fs in ext4), default=(0, "")
    )
    if errors > 0:
        return found("file_system", "bad", "file_system_errors", disk=disk, errors=errors)
    if any(mount is None for _, mount in mounts):
        return found("file_system", "unknown", "file_system_unknown")
    return found("file_system", "ok", "file_system_ok")


def disk_number(folder: Path) -> int | None:
    """The number of the file system that a folder is on."""
    try:
        return folder.stat().st_dev
    except (OSError, ValueError):
        return None


def _free_bytes(folder: Path) -> int | None:
    try:
        disk = os.statvfs(folder)
    except (OSError, ValueError):
        return None
    return disk.f_bavail * disk.f_frsize


def _wear(device: Path, disk: str) -> Finding:
    tenths = [integer(word, 16) or 0 for word in (text(device / "life_time") or "").split()]
    life = max(tenths, default=0)
    reserve = number(device / "pre_eol_info", base=16) or 0
    if life >= _LIFE_OVER or reserve >= _RESERVE_GONE:
        return found("disk_wear", "bad", "disk_wear_end", disk=disk)
    if life >= _LIFE_HIGH or reserve == _RESERVE_LOW:
        used = max(life * 10, _RESERVE_LOW_PERCENT)
        return found("disk_wear", "warn", "disk_wear_high", disk=disk, used_percent=used)
    if life > 0:
        return found("disk_wear", "ok", "disk_wear_ok", disk=disk, used_percent=life * 10)
    return found("disk_wear", "unknown", "disk_wear_unknown", disk=disk)


class _Mount(NamedTuple):
    device: str  # major:minor
    read_only: bool


def _mount_of(root: Path, place: Path) -> _Mount | None:
    """The mount that `place` is on: the longest mount point above it; of equals, the last hides the others."""
    try:
        real = os.path.realpath(place)
    except (OSError, ValueError):
        return None
    longest, mount = 0, None
    for line in (text(root / "proc/self/mountinfo") or "").splitlines():
        before, _, after = line.partition(" - ")
        columns, columns_after = before.split(" "), after.split(" ")
        if len(columns) < _COLUMNS or len(columns_after) < _COLUMNS_AFTER_DASH:
            continue
        point = _OCTAL.sub(lambda said: chr(int(said[1], 8)), columns[4])
        is_above = real == point or real.startswith(point.rstrip("/") + "/")
        if is_above and len(point) >= longest:
            options = columns[5].split(",") + columns_after[2].split(",")
            longest, mount = len(point), _Mount(columns[2], "ro" in options)
    return mount


def _disk_of(root: Path, mount: _Mount) -> str | None:
    """The name of the whole disk, such as `mmcblk0`, of a mounted partition."""
    link = root / "sys/dev/block" / mount.device
    if not _DEVICE.fullmatch(mount.device) or not is_there(link):
        return None
    block = Path(os.path.realpath(link))
    return block.parent.name if is_there(block / "partition") else block.name
