"""The recorder's part of the configuration file: where recordings lie, how much of them, and which cameras there are.

    [recorder]
    folder = "/var/lib/open-pos-recordings"
    quota_mb = 20000     # 0: as much as the disk holds, but for floor_mb
    floor_mb = 500       # so much of the disk stays free
    days = 14            # 0: as long as there is room

    [[camera]]
    name = "door"
    type = "simulated"
    policy = "motion"               # or "continuous", "events"
    sensitivity = 50                # 0 to 100
    ignored = [[0, 0, 1000, 100]]   # left, top, right, bottom in thousandths: what moves there does not count
    options = { }                   # the driver's

Without a camera nothing is recorded. One that is wrong is told, and the others record.
"""

import re
import tomllib
from pathlib import Path
from typing import Any, Final, NamedTuple

import msgspec

import drivers
from appliance.config import BadConfiguration, StoreConfig, two_of_one_name, why_of
from appliance.recorder.motion import WHOLE, Zone
from appliance.recorder.ring import Policy

_NAME: Final = re.compile(r"[^\W_][\w .-]{0,39}")
_MOST_PERCENT: Final = 100


class RecorderTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[recorder]`."""

    folder: str = "/var/lib/open-pos-recordings"
    quota_mb: int = 0
    floor_mb: int = 500
    days: int = 0


class CameraTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[[camera]]`. `motion_from` is how much must move, in thousandths of the picture, to be kept for it."""

    name: str
    type: str
    policy: Policy = "continuous"
    sensitivity: int = 50
    motion_from: int = 5
    ignored: tuple[tuple[int, int, int, int], ...] = ()
    options: dict[str, Any] = {}

    def __post_init__(self) -> None:
        """Refuse what cannot be."""
        if not _NAME.fullmatch(self.name):
            raise ValueError(
                f"name: {self.name!r} must begin with a letter and have no signs but . and -"
            )
        if not 0 <= self.sensitivity <= _MOST_PERCENT:
            raise ValueError(f"sensitivity: expected 0 to 100, got {self.sensitivity}")
        for left, top, right, bottom in self.ignored:
            if not (0 <= left < right <= WHOLE and 0 <= top < bottom <= WHOLE):
                raise ValueError(
                    f"ignored: {[left, top, right, bottom]} is no rectangle in a picture of 1000 by 1000"
                )

    @property
    def zones(self) -> tuple[Zone, ...]:
        """Where what moves does not count."""
        return tuple(Zone(*one) for one in self.ignored)


class Wrong(NamedTuple):
    """A camera that cannot be used, and why."""

    name: str
    why: str


class Settings(NamedTuple):
    """The recorder's part. `store` is the till's folder."""

    recorder: RecorderTable
    cameras: tuple[CameraTable, ...]
    wrong: tuple[Wrong, ...]
    store: Path


def read(path: Path) -> Settings:
    """Read it from the file; one that is not there has no cameras. Raises `BadConfiguration`."""
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        tables = {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as why:
        raise BadConfiguration(where=str(path), why=str(why)) from why
    try:
        recorder = msgspec.convert(tables.get("recorder", {}), RecorderTable)
    except msgspec.ValidationError as why:
        wrong = f"[recorder] {why_of(str(why), RecorderTable)}"
        raise BadConfiguration(where=str(path), why=wrong) from why
    store = tables.get("store", {})
    folder = store.get("folder") if isinstance(store, dict) else None
    cameras, wrong_ones = _cameras(tables.get("camera", []))
    place = folder if isinstance(folder, str) else StoreConfig().folder
    return Settings(recorder, cameras, wrong_ones, Path(place))


def _cameras(found: object) -> tuple[tuple[CameraTable, ...], tuple[Wrong, ...]]:
    good: dict[str, CameraTable] = {}
    wrong: list[Wrong] = []
    for place, table in enumerate(found if isinstance(found, list) else [found], 1):
        told = table.get("name") if isinstance(table, dict) else None
        name = told if isinstance(told, str) else f"camera {place}"
        try:
            camera = msgspec.convert(table, CameraTable)
            if camera.name in good:
                wrong.append(Wrong(name, two_of_one_name(name)))
                continue
            drivers.options_for(drivers.load("camera", camera.type), camera.options)
        except msgspec.ValidationError as why:
            wrong.append(Wrong(name, why_of(str(why), CameraTable)))
        except (drivers.UnknownDriver, drivers.BadOptions) as why:
            wrong.append(Wrong(name, str(why)))
        else:
            good[name] = camera
    return tuple(good.values()), tuple(wrong)
