"""The configuration file, `open-pos.toml`: where the store is, what the screen is like, which devices there are.

    [store]
    folder = "/var/lib/open-pos"

    [screen]
    width = 1280
    height = 800
    fullscreen = true

    [acts]
    punch = ["till", "door"]

    [server]
    name = "shop.local"
    database = "mysql://shop:password@db.example/shop"

    [[device]]
    name = "receipt printer"
    kind = "printer"
    type = "network"
    options = { host = "192.0.2.7" }

    [recorder]
    quota_mb = 20000

    [[camera]]
    name = "door"
    type = "simulated"

The last two are the recorder's, read by it alone (`recorder/settings.py`): a wrong camera keeps no till from selling.
A driver's options are its own schema (`drivers/README.md`). What belongs to the shop (name, taxes, prices, people) is
in the journal, not here.

A mistake in one device is no mistake of the file: the shop sells with the others, and the page of devices shows the
wrong one. Everything else that is wrong is refused.
"""

import difflib
import itertools
import re
import tomllib
from pathlib import Path
from typing import Any, Final, Literal

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


ScreenDriver = Literal["x11", "kmsdrm"]


class ScreenConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The touch screen. `rotation` in degrees, `text_percent` above 100 for larger text.

    With `timeclock` it is a time clock by the door and no till. `driver` says who puts the picture on the screen, by
    SDL's names: an X server, or with `kmsdrm` the till itself, without one (`systemd/README.md`, *Screen*).
    """

    width: int = 1280
    height: int = 800
    fullscreen: bool = True
    rotation: int = 0
    text_percent: int = 100
    dark: bool = False
    timeclock: bool = False
    driver: ScreenDriver = "x11"


PLACES: Final = ("till", "door", "web")
"""Where somebody can act: at the till, at a time clock by the door, over the network."""

Places = tuple[str, ...]


class ActsConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where each act is possible, as lists of `PLACES`; an empty list is nowhere.

    `punch` is coming, going and breaks; `ask` to say what a punch should have been; `correct` to put punches right;
    `approve` to answer requests and to lock wages; `pay` to note that wages were paid; `plan` to change the schedule,
    `allow` to let somebody clock in early; `devices` to say which devices are the shop's own. Over the web also
    `catalogue`, `people` and `shop`, to change products, who works here and comes in, and the shop's own facts.
    """

    punch: Places = ("till", "door")
    ask: Places = ("till", "door", "web")
    correct: Places = ("till", "web")
    approve: Places = ("till", "web")
    pay: Places = ("till", "web")
    plan: Places = ("till", "web")
    allow: Places = ("till", "door")
    devices: Places = ("till",)
    catalogue: Places = ("till", "web")
    people: Places = ("till", "web")
    shop: Places = ("till", "web")


class ServerConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The LAN server: `open-pos server`.

    `name` is the host name or address under which registers and browsers reach it; empty for what the machine is
    called. `bind` is the address to listen at, `threads` how many requests are answered at once (each register waits
    with one). With `announce` it is found by mDNS. `database` is a URL (`store/maria_url.py`); empty means SQLite in
    the store's folder.
    """

    name: str = ""
    bind: str = "0.0.0.0"  # noqa: S104 - it is there for the whole network of the shop
    port: int = 8443
    threads: int = 128
    announce: bool = True
    database: str = ""

    def __repr__(self) -> str:
        """Without the URL, in which a password stands."""
        told = msgspec.structs.asdict(self) | {"database": "…" if self.database else ""}
        return f"ServerConfig({', '.join(f'{name}={value!r}' for name, value in told.items())})"


class FirstStartConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The first start. `file` is where an installer may have put how the register is set up; empty for nowhere."""

    file: str = "/boot/open-pos/open-pos.toml"


LEAST_THREADS: Final = 4
MOST_THREADS: Final = 1024


class DeviceConfig(msgspec.Struct, frozen=True):
    """One device: a name of the shop's own, its class, its driver and the driver's options.

    `wrong` says why its table is none; what could be read of it stands in the other fields, and a name is made up
    where it has none of its own.
    """

    name: str
    kind: str
    type: str
    options: dict[str, Any] = {}
    wrong: str = ""


class Config(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file. `columns` is the width of the receipt paper in characters."""

    store: StoreConfig = StoreConfig()
    screen: ScreenConfig = ScreenConfig()
    columns: int = 42
    device: tuple[DeviceConfig, ...] = ()
    acts: ActsConfig = ActsConfig()
    server: ServerConfig = ServerConfig()
    first_start: FirstStartConfig = FirstStartConfig()


OF_RECORDER: Final = ("recorder", "camera")
"""Parts of the file that only the recorder reads."""


class _DeviceTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A device as it stands in the file."""

    name: str
    kind: str
    type: str
    options: dict[str, Any] = {}


_SECTIONS: Final[dict[str, type[msgspec.Struct]]] = {
    "store": StoreConfig,
    "screen": ScreenConfig,
    "acts": ActsConfig,
    "server": ServerConfig,
    "first_start": FirstStartConfig,
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
    """The configuration in `text`, which came from `source`. Raises `BadConfiguration`, but not for a wrong device."""
    try:
        tables = tomllib.loads(text)
        devices = _devices(tables.pop("device", []))
        for name in OF_RECORDER:
            tables.pop(name, None)
        config = msgspec.convert(tables, Config)
    except tomllib.TOMLDecodeError as why:
        raise BadConfiguration(where=source, why=str(why)) from why
    except msgspec.ValidationError as why:
        raise BadConfiguration(where=source, why=why_of(str(why))) from why
    for act, places in msgspec.structs.asdict(config.acts).items():
        for place in places:
            if place not in PLACES:
                wrong = f"[acts] {act}: {place!r} is no place; known places: {', '.join(PLACES)}"
                raise BadConfiguration(where=source, why=wrong)
    check_server(config.server, source)
    return msgspec.structs.replace(config, device=devices)


def check_server(server: ServerConfig, source: str) -> None:
    """Raises `BadConfiguration` for numbers that cannot be; `source` is where they stand."""
    limits = {
        "port": (server.port, 1, 65_535),
        "threads": (server.threads, LEAST_THREADS, MOST_THREADS),
    }
    for key, (value, least, most) in limits.items():
        if not least <= value <= most:
            wrong = f"[server] {key}: expected {least} to {most}, got {value}"
            raise BadConfiguration(where=source, why=wrong)


def two_of_one_name(name: str) -> str:
    """What is wrong with the second device of a name."""
    return f"two devices have this name: {name!r}"


def _devices(found: object) -> tuple[DeviceConfig, ...]:
    """The devices in their order, each with a name that no other has."""
    tables = found if isinstance(found, list) else [found]
    devices = [_device(table, f"device {place}") for place, table in enumerate(tables, 1)]
    if not isinstance(found, list):
        brackets = "a device begins with [[device]], in two brackets"
        devices = [msgspec.structs.replace(one, wrong=brackets) for one in devices]
    taken = {one.name for one in devices}
    seen: set[str] = set()
    for place, one in enumerate(devices):
        if one.name in seen:
            name = next(
                name
                for number in itertools.count(2)
                if (name := f"{one.name} ({number})") not in taken
            )
            taken.add(name)
            wrong = one.wrong or two_of_one_name(one.name)
            devices[place] = msgspec.structs.replace(one, name=name, wrong=wrong)
        seen.add(one.name)
    return tuple(devices)


def _device(table: Any, made_up: str) -> DeviceConfig:  # noqa: ANN401 - whatever stands in the file
    try:
        read = msgspec.convert(table, _DeviceTable)
        return DeviceConfig(read.name, read.kind, read.type, read.options)
    except msgspec.ValidationError as why:
        wrong = why_of(str(why), _DeviceTable)
    known = table if isinstance(table, dict) else {}
    words = {key: value for key, value in known.items() if isinstance(value, str)}
    options = known.get("options")
    return DeviceConfig(
        name=words.get("name", made_up),
        kind=words.get("kind", ""),
        type=words.get("type", ""),
        options=options if isinstance(options, dict) else {},
        wrong=wrong,
    )


def why_of(said: str, struct: type[msgspec.Struct] | None = None) -> str:
    """What is wrong, with the nearest right key for one that is none; `struct` is what was read, if not the file."""
    found = _UNKNOWN.search(said)
    if found is None:
        return said
    section = (found["where"] or "").split("[")[0].split(".")[0]
    known_to = struct or _SECTIONS.get(section, Config)
    known = [field.encode_name for field in msgspec.structs.fields(known_to)]
    close = difflib.get_close_matches(found["key"], known, n=1, cutoff=0.5)
    hint = f"did you mean {close[0]!r}?" if close else f"known keys: {', '.join(known)}"
    place = f"[{section}] " if section else ""
    return f"unknown key {place}{found['key']!r}: {hint}"
