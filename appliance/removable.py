"""USB sticks: which are plugged in, and where they are mounted. Reads `/proc` and `/sys`, and changes nothing."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

_ESCAPED: Final = re.compile(r"\\([0-7]{3})")
_OPTICAL: Final = "sr"
_USB: Final = re.compile(r"/usb[0-9]+/")


class Stick(NamedTuple):
    """A removable disk or a part of one: its device, its maker's name, and where it is mounted, if anywhere."""

    device: str
    name: str
    mounted_at: Path | None


def sticks(root: Path = Path("/")) -> tuple[Stick, ...]:
    """All that are plugged in, by device; a disk with parts is told by its parts. Looks under `root`."""
    mounts = _mounts(root / "proc/self/mounts")
    found: list[Stick] = []
    for disk in sorted((root / "sys/block").glob("*")):
        try:
            if not _is_removable(disk):
                continue
            name = _text(disk / "device/model") or disk.name
            parts = sorted(part.parent.name for part in disk.glob("*/partition"))
        except OSError:
            # It was pulled out while it was looked at.
            continue
        found += [Stick(part, name, mounts.get(f"/dev/{part}")) for part in parts or [disk.name]]
    return tuple(found)


def _is_removable(disk: Path) -> bool:
    if _text(disk / "size") in ("", "0") or disk.name.startswith(_OPTICAL):
        return False
    # A USB hard disk does not call itself removable, but hangs on the bus all the same; a card in the slot does not.
    return _text(disk / "removable") == "1" or _USB.search(str(disk.resolve())) is not None


def _mounts(table: Path) -> dict[str, Path]:
    """The first place at which each device is mounted."""
    found: dict[str, Path] = {}
    for device, place in _lines(table):
        found.setdefault(device, Path(place))
    return found


def _lines(table: Path) -> Iterator[tuple[str, str]]:
    for line in _text(table).splitlines():
        device, place, *_ = line.split(" ")
        yield device, _ESCAPED.sub(lambda code: chr(int(code[1], 8)), place)


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""
