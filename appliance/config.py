"""The configuration file, `open-pos.toml`: where the store is, what the screen is like, which devices there are.

    [store]
    folder = "/var/lib/open-pos"

    [screen]
    width = 1280
    height = 800
    fullscreen = true

    [[device]]
    name = "receipt printer"
    kind = "printer"
    type = "network"
    options = { host = "192.0.2.7" }

A driver's options are its own schema (`drivers/README.md`). What belongs to the shop (name, taxes, prices, people) is
in the journal, not here.
"""

import difflib
import re
import tomllib
from pathlib import Path
from typing import Any, Final

import msgspec

from appliance.problems import Refusal


class BadConfiguration(Refusal):
    """The configuration file cannot be used; `where`, `why` and perhaps `nearest` say what to mend."""

    code = "bad_configuration"


class StoreConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where the store is, and when its disk counts as low and as full."""

    folder: str = "/var/lib/open-pos"
    warn_mb: int = 500
    stop_mb: int = 50
    ballast_mb: int = 32


class ScreenConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The touch screen. `rotation` in degrees, `text_percent` above 100 for larger text."""

    width: int = 1280
    height: int = 800
    fullscreen: bool = True
    rotation: int = 0
    text_percent: int = 100
    dark: bool = False


class DeviceConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One device: a name of the shop's own, its class, its driver and the driver's options."""

    name: str
    kind: str
    type: str
    options: dict[str, Any] = {}


class Config(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file. `columns` is the width of the receipt paper in characters."""

    store: StoreConfig = StoreConfig()
    screen: ScreenConfig = ScreenConfig()
    columns: int = 42
    device: tuple[DeviceConfig, ...] = ()


_SECTIONS: Final[dict[str, type[msgspec.Struct]]] = {
    "store": StoreConfig,
    "screen": ScreenConfig,
    "device": DeviceConfig,
    "": Config,
}
_UNKNOWN: Final = re.compile(r"unknown field `(?P<key>[^`]*)`(?: - at `\$\.?(?P<where>[^`]*)`)?")


def load(path: Path) -> Config:
    """Read a configuration file; one that is not there is the default. Raises `BadConfiguration`."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return Config()
    except (OSError, UnicodeDecodeError) as why:
        raise BadConfiguration(where=str(path), why=str(why)) from why
    return parse(text, str(path))


def parse(text: str, source: str) -> Config:
    """The configuration in `text`, which came from `source`. Raises `BadConfiguration`."""
    try:
        return msgspec.convert(tomllib.loads(text), Config)
    except tomllib.TOMLDecodeError as why:
        raise BadConfiguration(where=source, why=str(why)) from why
    except msgspec.ValidationError as why:
        raise _bad(str(why), source) from why


def _bad(said: str, source: str) -> BadConfiguration:
    found = _UNKNOWN.search(said)
    if found is None:
        return BadConfiguration(where=source, why=said)
    section = (found["where"] or "").split("[")[0].split(".")[0]
    struct = _SECTIONS.get(section, Config)
    known = [field.encode_name for field in msgspec.structs.fields(struct)]
    close = difflib.get_close_matches(found["key"], known, n=1, cutoff=0.5)
    hint = f"did you mean {close[0]!r}?" if close else f"known keys: {', '.join(known)}"
    place = f"[{section}] " if section else ""
    return BadConfiguration(where=source, why=f"unknown key {place}{found['key']!r}: {hint}")
