"""USB sticks: which are plugged in, how much room there is on each, and letting go of one so that it may be pulled out.

`open-pos-stick@<kernel name>.service` mounts a stick that is plugged in, and unmounts it when it is stopped.
"""

import os
import re
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Final, NamedTuple, Protocol

from appliance import removable
from appliance.machine import systemd
from appliance.problems import Refusal

UNIT: Final = "open-pos-stick@{device}.service"
LETS_GO_S: Final = 190.0
"""A slow stick takes long to write what it was given."""
_SYSTEM: Final = re.compile(r"/|/(boot|data|etc|usr|var)(/.*)?")
_PART: Final = re.compile(r"(?P<disk>sd[a-z]+|.*[0-9])(?:p?[0-9]+)")


class StickInUse(Refusal):
    """The stick `name` could not be let go of: something still uses it."""

    code = "stick_in_use"


class StickFacts(NamedTuple):
    """A stick. `place` is None where it is not mounted: let go of, or unreadable. Sizes are 0 where nobody knows."""

    device: str
    name: str
    place: Path | None
    size_bytes: int = 0
    free_bytes: int = 0
    is_read_only: bool = False


class Sticks(Protocol):
    """The sticks of a machine."""

    def look(self) -> tuple[StickFacts, ...]:
        """All that are plugged in, by device. Blocks for some milliseconds."""
        ...

    def let_go(self, stick: StickFacts) -> None:
        """Write what is still to be written and unmount. Blocks for up to three minutes. Raises a `Refusal`."""
        ...


class RealSticks:
    """The sticks of this machine, whose kernel's files are under `root`."""

    def __init__(self, root: Path = Path("/")) -> None:
        """Nothing is looked at yet."""
        self._root = root

    def look(self) -> tuple[StickFacts, ...]:
        """All but the disks from which the machine itself runs."""
        return tuple(map(facts, of_people(removable.sticks(self._root))))

    def let_go(self, stick: StickFacts) -> None:
        """Sync, and stop the unit that mounted it."""
        os.sync()
        systemd.stop(UNIT.format(device=stick.device), LETS_GO_S)
        if any(one.device == stick.device and one.place is not None for one in self.look()):
            raise StickInUse(name=stick.name)


class SimulatedSticks:
    """One stick that is a folder of this machine; let go of, it is plugged in again after some seconds."""

    OUT_S: Final = 10.0

    def __init__(self, folder: Path) -> None:
        """It is plugged in."""
        self._folder = folder
        self._in_again = 0.0

    def look(self) -> tuple[StickFacts, ...]:
        """The one stick."""
        is_in = time.monotonic() >= self._in_again
        if is_in:
            self._folder.mkdir(parents=True, exist_ok=True)
        place = self._folder if is_in else None
        return (facts(removable.Stick("sda1", "Simulated stick", place)),)

    def let_go(self, stick: StickFacts) -> None:
        """It is out."""
        del stick
        self._in_again = time.monotonic() + self.OUT_S

    def plug_in(self) -> None:
        """Put it back now."""
        self._in_again = 0.0


def of_people(found: Iterable[removable.Stick]) -> tuple[removable.Stick, ...]:
    """Those that people plug in: not a disk on USB from which the machine itself runs."""
    found = tuple(found)
    own = {
        _disk(one.device)
        for one in found
        if one.mounted_at is not None and _SYSTEM.fullmatch(str(one.mounted_at))
    }
    return tuple(one for one in found if _disk(one.device) not in own)


def facts(stick: removable.Stick) -> StickFacts:
    """A stick with what its file system says of itself."""
    place = stick.mounted_at
    if place is None:
        return StickFacts(stick.device, stick.name, None)
    try:
        disk = os.statvfs(place)
    except OSError:
        # Pulled out, or its file system is broken: nothing can be written to it.
        return StickFacts(stick.device, stick.name, None)
    return StickFacts(
        stick.device,
        stick.name,
        place,
        disk.f_blocks * disk.f_frsize,
        disk.f_bavail * disk.f_frsize,
        is_read_only=bool(disk.f_flag & os.ST_RDONLY),
    )


def _disk(device: str) -> str:
    """The disk to which a part belongs: `sda` of `sda1`, `mmcblk0` of `mmcblk0p2`."""
    found = _PART.fullmatch(device)
    return found["disk"] if found else device
