"""Device drivers: one folder per device class, one file per implementation.

A class folder's `__init__` holds the protocol, its values and its troubles. An implementation file
has two public names: `Options`, a frozen struct whose fields are the configuration schema, and
`Driver(options)`. The file's name is the `type` in the configuration; files that begin with `_` are
parts that several drivers share.

Drivers know nothing of shops, screens or tables, start no threads (but for one, where a library cannot be
waited for otherwise: `badge/_pcsc_session.py`) and never call back. A method
blocks for at most the `timeout_ms` it is given. One thread at a time talks to a driver; the few
methods that another thread may call (`wake`, and the levers of the simulated twins) say so.
"""

import difflib
import importlib
import importlib.util
import pkgutil
import re
from collections.abc import Iterable, Mapping
from types import ModuleType
from typing import ClassVar, Final

import msgspec


class DeviceTrouble(Exception):
    """The world is not as it should be. `code` names the sentence, `fields` the values to fill in."""

    code: ClassVar[str] = "device_trouble"
    passing: ClassVar[tuple[str, ...]] = ("why",)
    """Fields that tell what came this time: one that differs in these alone is the same trouble still."""

    def __init__(self, **fields: str | int) -> None:
        """Keep `fields` for the sentence and make a readable text for logs and command lines."""
        self.fields = fields
        shown = ", ".join(f"{name}={value!r}" for name, value in fields.items())
        super().__init__(f"{self.code}: {shown}" if shown else self.code)


class DeviceAbsent(DeviceTrouble):
    """Not plugged in, switched off or out of reach."""

    code = "device_absent"


class DeviceSilent(DeviceTrouble):
    """It is there and gives no answer, or takes no more data."""

    code = "device_silent"


class DeviceBusy(DeviceTrouble):
    """Another program holds it."""

    code = "device_busy"


class KeyHeld(DeviceBusy):
    """A key of it is held down, so it cannot be taken: whoever saw it go down would never see it come up."""

    code = "key_held"


class DeviceRefused(DeviceTrouble):
    """The operating system or the device says no: a wrong pin, a wrong interface. `why` tells what it said."""

    code = "device_refused"


class NoPermission(DeviceRefused):
    """The user of the register may not open it. Those in `group` may."""

    code = "no_permission"


class NoPins(DeviceAbsent):
    """The machine has no pins, or none that can be reached. `why` tells what was looked for."""

    code = "no_pins"


class BadOptions(ValueError):
    """A driver's options do not fit its schema. `key`, `value` and `nearest` say where and what."""

    def __init__(self, message: str, *, key: str, value: object, nearest: str = "") -> None:
        """Keep the place of the mistake beside the sentence, which names all three."""
        self.key = key
        self.value = value
        self.nearest = nearest
        super().__init__(message)


class UnknownDriver(LookupError):
    """There is no such class of devices, or no such type in it. `nearest` may be what was meant."""

    def __init__(self, message: str, *, nearest: str = "") -> None:
        """Keep the nearest right name beside the sentence."""
        self.nearest = nearest
        super().__init__(message)


UNKNOWN_FIELD: Final = re.compile(r"unknown field `(?P<key>[^`]*)`")
MISSING_FIELD: Final = re.compile(r"missing required field `(?P<key>[^`]*)`")
FIELD_PATH: Final = re.compile(r"at `\$\.(?P<key>\w+)")


def kinds() -> tuple[str, ...]:
    """The device classes there are, sorted: "drawer", "printer", "scanner" and so on."""
    modules = pkgutil.iter_modules(__path__)
    return tuple(sorted(name for _, name, is_folder in modules if is_folder))


def available(kind: str) -> tuple[str, ...]:
    """The types of one device class, sorted. Imports no driver. Raises `UnknownDriver`."""
    if kind not in kinds():
        raise _unknown("class of devices", kind, kinds())
    spec = importlib.util.find_spec(f"{__name__}.{kind}")
    folders = list(spec.submodule_search_locations or ()) if spec else []
    modules = pkgutil.iter_modules(folders)
    return tuple(sorted(name for _, name, _ in modules if not name.startswith("_")))


def load(kind: str, type_name: str) -> ModuleType:
    """Import the driver file of `type_name`, which has `Options` and `Driver`. Raises `UnknownDriver`."""
    types = available(kind)
    if type_name not in types:
        raise _unknown(f"{kind} type", type_name, types)
    return importlib.import_module(f"{__name__}.{kind}.{type_name}")


def options_for(module: ModuleType, values: Mapping[str, object]) -> msgspec.Struct:
    """The driver's `Options` from a table of the configuration file.

    Raises `BadOptions`, whose message names the key, the value and, for an unknown key, the nearest
    right one.
    """
    struct: type[msgspec.Struct] = module.Options
    try:
        return msgspec.convert(dict(values), struct)
    except msgspec.ValidationError as trouble:
        names = [field.encode_name for field in msgspec.structs.fields(struct)]
        raise _bad_options(str(trouble), values, names) from trouble


def _bad_options(said: str, values: Mapping[str, object], names: list[str]) -> BadOptions:
    if found := UNKNOWN_FIELD.search(said):
        key = found["key"]
        nearest = _nearest(key, names)
        hint = (
            f"did you mean {nearest!r}?" if nearest else f"known keys: {', '.join(sorted(names))}"
        )
        message = f"unknown key {key!r} (value {values.get(key)!r}): {hint}"
        return BadOptions(message, key=key, value=values.get(key), nearest=nearest)
    if found := MISSING_FIELD.search(said):
        return BadOptions(f"key {found['key']!r} is missing", key=found["key"], value=None)
    if found := FIELD_PATH.search(said):
        key = found["key"]
        reason = said.partition(" - at `")[0]
        message = f"key {key!r} has value {values.get(key)!r}: {reason}"
        return BadOptions(message, key=key, value=values.get(key))
    # A check of the struct itself; its sentence begins with the key that it is about.
    key = said.split(maxsplit=1)[0] if said else ""
    key = key if key in names else ""
    return BadOptions(said, key=key, value=values.get(key))


def _unknown(what: str, name: str, known: Iterable[str]) -> UnknownDriver:
    names = sorted(known)
    nearest = _nearest(name, names)
    hint = f"did you mean {nearest!r}?" if nearest else f"known: {', '.join(names) or 'none'}"
    return UnknownDriver(f"there is no {what} {name!r}: {hint}", nearest=nearest)


def _nearest(name: str, names: Iterable[str]) -> str:
    close = difflib.get_close_matches(name.lower(), list(names), n=1, cutoff=0.5)
    return close[0] if close else ""
