"""Changing the configuration file, `open-pos.toml`, in the way a careful person would.

Only the device that is changed is touched. Everything around it (comments, order, blank lines, line ends) stays byte
for byte, because the new text of the device is put in where the old one stood. Within the device, comments stay and
only the keys that changed are written anew. Comments above a device's `[[device]]` are never removed.

Whatever is handed back was read again and is exactly the configuration that was wanted; a file written in a way that
cannot be changed so (TOML has odd corners) is refused rather than guessed at.
"""

import os
import tomllib
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, NamedTuple

import msgspec
import tomlkit
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import AoT, Array, InlineTable, Item, Table

from appliance import whole_file
from appliance.config import BadConfiguration, Config, DeviceConfig, parse, two_of_one_name
from appliance.problems import Refusal

SOURCE: Final = "open-pos.toml"
_INLINE_WIDTH: Final = 100
_DEVICE_KEYS: Final = frozenset({"name", "kind", "type", "options"})


class CannotSaveSettings(Refusal):
    """The file could not be written and is as it was; `path` and `why`."""

    code = "cannot_save_settings"


class CannotChangeSettings(Refusal):
    """The file is right, but written in a way that can only be changed by hand; `device` names where."""

    code = "cannot_change_settings"


class NoSuchDevice(Refusal):
    """The file has no device of this name (any more); `device`."""

    code = "no_such_device"


def read(path: Path) -> str | None:
    """The text of the file with its own line ends, None when there is no file. Raises `BadConfiguration`."""
    try:
        return path.read_bytes().decode("utf-8")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as why:
        raise BadConfiguration(where=str(path), why=str(why)) from why


def with_device(text: str, device: DeviceConfig, was: str | None = None) -> str:
    """The text with `device` in it: as a new one, or in place of the one that was called `was`.

    Raises `BadConfiguration` when `text` cannot be read (with line and column) or another device has the name,
    `NoSuchDevice` when there is none called `was`, and `CannotChangeSettings`.
    """
    config = parse(text, SOURCE)
    names = [known.name for known in config.device]
    if device.name != was and device.name in names:
        raise BadConfiguration(where=device.name, why=two_of_one_name(device.name))
    if was is None:
        wanted = (*config.device, device)
        return _checked(_added(text, device), _having(config, wanted), device.name)
    index = _index(names, was)
    if _same(config.device[index], device):
        return text
    if device.name != was:
        _refuse_one_of_two(config, was)
    wanted = (*config.device[:index], device, *config.device[index + 1 :])
    changed = _edited(text, index, lambda table: _change(table, device), was)
    return _checked(changed, _having(config, wanted), was)


def without_device(text: str, name: str) -> str:
    """The text without the device of this name and the comments inside it.

    Raises `BadConfiguration` when `text` cannot be read, `NoSuchDevice` and `CannotChangeSettings`.
    """
    config = parse(text, SOURCE)
    index = _index([known.name for known in config.device], name)
    _refuse_one_of_two(config, name)
    wanted = (*config.device[:index], *config.device[index + 1 :])
    mine = _parts_of(text, index)
    if mine:
        cut = text
        for part in reversed(mine):
            cut = _joined(cut[: part.start], cut[part.end :])
    else:
        cut = _inline_edited(text, lambda devices: devices.pop(index), name)
    return _checked(cut, _having(config, wanted), name)


def save(path: Path, text: str) -> None:
    """Write the file in one go, and keep the one before as `open-pos.toml~`. Blocks for the disk.

    At every moment, and after a power cut, the file is whole: the old one or the new one. Mode and owner stay, and a
    link stays a link. Raises `BadConfiguration` for a text that could not be read again, and `CannotSaveSettings`
    (no room, read-only, no right), after which the file is as it was.
    """
    parse(text, str(path))
    try:
        data = text.encode("utf-8")
    except UnicodeEncodeError as why:
        raise BadConfiguration(where=str(path), why=str(why)) from why
    unfinished: list[Path] = []
    try:
        real = Path(os.path.realpath(path))
        old = whole_file.bytes_of(real)
        if old == data:
            return
        like = None if old is None else real.stat()
        unfinished.append(whole_file.write_beside(real, data, like))
        if old is not None:
            unfinished.append(whole_file.write_beside(real, old, like))
            unfinished[-1].replace(real.with_name(f"{real.name}~"))
            unfinished.pop()
        unfinished[-1].replace(real)
        unfinished.pop()
        whole_file.sync_folder(real.parent)
    except OSError as why:
        raise CannotSaveSettings(path=str(path), why=why.strerror or str(why)) from why
    finally:
        for file in unfinished:
            with suppress(OSError):
                file.unlink()


def put_back(path: Path, *, was_there: bool) -> None:
    """Undo the last `save`, which changed something: the file of before takes its place again, on a full disk too.

    Raises `CannotSaveSettings`.
    """
    real = Path(os.path.realpath(path))
    try:
        if was_there:
            real.with_name(f"{real.name}~").replace(real)
        else:
            real.unlink()
        whole_file.sync_folder(real.parent)
    except OSError as why:
        raise CannotSaveSettings(path=str(path), why=why.strerror or str(why)) from why


# ------------------------------------------------------------------------------------------ where a device stands


class _Part(NamedTuple):
    """A `[table]` or `[[table]]` of the file: its keys, and from its header to the end of its last value."""

    keys: tuple[str, ...]
    start: int
    end: int


def _parts(text: str) -> list[_Part]:
    """All tables of a file. What looks like a header within a text or a list of several lines is none."""
    starts = [
        (start, line)
        for start, line in _lines(text)
        if line.lstrip(" \t").startswith("[") and _is_whole(text[:start])
    ]
    ends = [start for start, _ in starts] + [len(text)]
    return [
        _Part(_header(line), start, _without_tail(text, start, end))
        for (start, line), end in zip(starts, ends[1:], strict=True)
    ]


def _parts_of(text: str, index: int) -> list[_Part]:
    """The parts of the device with this index; none when the devices stand in a list, `device = [{…}, …]`."""
    count = -1
    mine = []
    for part in _parts(text):
        if part.keys[0] == "device":
            count += len(part.keys) == 1
            if count == index:
                mine.append(part)
    return mine


def _lines(text: str, start: int = 0) -> Iterable[tuple[int, str]]:
    while start < len(text):
        end = text.find("\n", start) + 1 or len(text)
        yield start, text[start:end]
        start = end


def _is_whole(text: str) -> bool:
    """Whether a beginning of a right file ends between two statements, not within one."""
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return False
    return True


def _header(line: str) -> tuple[str, ...]:
    keys: list[str] = []
    inner: Any = tomllib.loads(line)
    while inner:
        [(key, inner)] = inner.items()
        keys.append(key)
        inner = inner[0] if isinstance(inner, list) else inner
    return tuple(keys)


def _without_tail(text: str, start: int, end: int) -> int:
    """Where the last value of a part ends: blank lines and comments after it belong to nobody."""
    for at, line in reversed(list(_lines(text[:end], start))):
        words = line.strip(" \t\r\n")
        if (words and not words.startswith("#")) or not _is_whole(text[:at]):
            return at + len(line)
    return end


def _joined(before: str, after: str) -> str:
    """What is left around a part that was cut out: the blank line that set it apart goes with it."""
    if before.endswith(("\n\n", "\n\r\n")):
        return before[: before.rindex("\n", 0, -1) + 1] + after
    if not before:
        return after.removeprefix("\r").removeprefix("\n")
    return before + after


# ----------------------------------------------------------------------------------------------- changing the text


def _added(text: str, device: DeviceConfig) -> str:
    parts = [part for part in _parts(text) if part.keys[0] == "device"]
    if not parts and "device" in tomllib.loads(text):
        fresh = _inline(_keys(device))
        return _inline_edited(text, lambda devices: devices.append(fresh), device.name)
    at = parts[-1].end if parts else len(text)
    line_end = _line_end(text)
    before, after = text[:at], text[at:]
    if before and not before.endswith("\n"):
        before += line_end
    if before:
        before += line_end
    return before + _fresh(device).replace("\n", line_end) + after


def _fresh(device: DeviceConfig) -> str:
    """A new device as a person would write it: its options on one line if they fit."""
    table = tomlkit.table()
    table.update({key: value for key, value in _keys(device).items() if key != "options"})
    if device.options:
        _set_new_options(table, device.options)
    document = tomlkit.document()
    devices = tomlkit.aot()
    devices.append(table)
    document.append("device", devices)
    return document.as_string()


def _edited(text: str, index: int, change: Callable[[Any], None], name: str) -> str:
    """The text after `change` was done to the device with this index."""
    mine = _parts_of(text, index)
    if not mine:
        return _inline_edited(text, lambda devices: change(devices[index]), name)
    start, end = mine[0].start, mine[-1].end
    if any(start < part.start < end and part not in mine for part in _parts(text)):
        raise CannotChangeSettings(device=name)

    def change_first(document: tomlkit.TOMLDocument) -> None:
        devices = document["device"]
        if not isinstance(devices, AoT):
            raise CannotChangeSettings(device=name)
        change(devices[0])

    return text[:start] + _through_tomlkit(text[start:end], change_first, name) + text[end:]


def _inline_edited(text: str, change: Callable[[Any], object], name: str) -> str:
    """The text after `change` was done to the list of its devices, `device = [{…}, …]`."""

    def change_list(document: tomlkit.TOMLDocument) -> None:
        devices = document["device"]
        if not isinstance(devices, Array):
            raise CannotChangeSettings(device=name)
        change(devices)

    return _through_tomlkit(text, change_list, name)


def _through_tomlkit(text: str, change: Callable[[tomlkit.TOMLDocument], None], name: str) -> str:
    """A piece of the file after a change, with the line ends that it had."""
    line_end = _line_end(text)
    whole_lines = text if text.endswith("\n") else f"{text}\n"
    try:
        document = tomlkit.parse(whole_lines.replace("\r\n", "\n"))
        change(document)
        changed = document.as_string()
    except (TOMLKitError, KeyError, IndexError, ValueError, TypeError) as why:
        # A place that tomlkit cannot handle (it has had many): the file is right, so a person can.
        raise CannotChangeSettings(device=name) from why
    if not text.endswith("\n"):
        changed = changed.removesuffix("\n")
    return changed.replace("\n", line_end)


def _change(table: Any, device: DeviceConfig) -> None:  # noqa: ANN401 - a table of one kind or another
    """Make a device's table say what is wanted, and touch no key that says it already."""
    for key in [known for known in table if known not in _DEVICE_KEYS]:
        # Nobody knows what it is, and no device that has it can be used.
        del table[key]
    for key, value in _keys(device).items():
        if key != "options":
            _set(table, key, value)
    if "options" not in table:
        if device.options:
            _set_new_options(table, device.options)
        return
    options = table["options"]
    if isinstance(options, InlineTable) and set(options) != set(device.options):
        table["options"] = _inline(device.options, options)
        return
    for key in [known for known in options if known not in device.options]:
        del options[key]
    for key, value in device.options.items():
        _set(options, key, value)


def _set(table: Any, key: str, value: object) -> None:  # noqa: ANN401 - as `_change`
    if not _has(table, key, value):
        table[key] = tomlkit.item(value)


def _has(table: Any, key: str, value: object) -> bool:  # noqa: ANN401 - as `_change`
    # A table hands out plain bools, and items of its own for all else.
    return key in table and _same(tomlkit.item(table[key]).unwrap(), value)


def _set_new_options(table: Table | InlineTable, options: dict[str, Any]) -> None:
    inline = _inline(options)
    if isinstance(table, Table) and len(f"options = {inline.as_string()}") > _INLINE_WIDTH:
        table["options"] = options
    else:
        table["options"] = inline


def _inline(keys: dict[str, Any], was: InlineTable | None = None) -> Item:
    """A table on one line, spaced as in our documentation. What `was` so already stays as it was written."""
    pairs = []
    for key, value in keys.items():
        if was is not None and _has(was, key, value):
            written = tomlkit.item(was[key])
        else:
            written = _inline(value) if isinstance(value, dict) else tomlkit.item(value)
        pairs.append(f"{tomlkit.key(key).as_string()} = {written.as_string()}")
    return tomlkit.value(f"{{ {', '.join(pairs)} }}" if pairs else "{}")


def _keys(device: DeviceConfig) -> dict[str, Any]:
    keys: dict[str, Any] = {"name": device.name, "kind": device.kind, "type": device.type}
    return keys | ({"options": device.options} if device.options else {})


def _line_end(text: str) -> str:
    return "\r\n" if text[: text.find("\n") + 1].endswith("\r\n") else "\n"


# ------------------------------------------------------------------------------------------------ being certain


def _refuse_one_of_two(config: Config, name: str) -> None:
    """Of two devices of one name the second is to be mended first: without the first it would be another device."""
    of_this_name = two_of_one_name(name)
    if any(one.wrong == of_this_name for one in config.device):
        raise BadConfiguration(where=name, why=of_this_name)


def _index(names: list[str], name: str) -> int:
    if name not in names:
        raise NoSuchDevice(device=name)
    return names.index(name)


def _having(config: Config, devices: tuple[DeviceConfig, ...]) -> Config:
    return msgspec.structs.replace(config, device=devices)


def _checked(text: str, wanted: Config, name: str) -> str:
    """The text, if reading it gives what is wanted. Raises `CannotChangeSettings`."""
    try:
        got = parse(text, SOURCE)
    except BadConfiguration as why:
        raise CannotChangeSettings(device=name) from why
    if not _same(got, wanted):
        raise CannotChangeSettings(device=name)
    return text


def _same(one: object, other: object) -> bool:
    """Equal in kind too: for Python `1 == True == 1.0`, and for a driver they are three things."""
    return _told_apart(one) == _told_apart(other)


def _told_apart(value: object) -> object:
    if isinstance(value, msgspec.Struct):
        return _told_apart(msgspec.structs.asdict(value))
    if isinstance(value, dict):
        return {key: _told_apart(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_told_apart(inner) for inner in value]
    return type(value).__name__, repr(value)
