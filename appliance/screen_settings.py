"""The `[screen]` of the configuration file, changed in the way a careful person would: comments and order stay.

What is handed back was read again and is exactly what was wanted; a file that cannot be changed so is refused.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import msgspec
import tomlkit
from tomlkit.exceptions import TOMLKitError

from appliance import settings
from appliance.config import ScreenConfig, load, parse
from appliance.settings import CannotChangeSettings

_SECTION: Final = "screen"


def read(path: Path) -> ScreenConfig:
    """The screen as the file has it now. Raises `BadConfiguration`."""
    return load(path).screen


def change(path: Path, changes: Mapping[str, int | str]) -> None:
    """Write some keys of `[screen]`. Blocks for the disk.

    Raises `BadConfiguration`, `CannotChangeSettings` and `CannotSaveSettings`; then the file is as it was.
    """
    settings.save(path, with_screen(settings.read(path) or "", changes))


def with_screen(text: str, changes: Mapping[str, int | str]) -> str:
    """The text with these keys of `[screen]`. Raises `BadConfiguration` and `CannotChangeSettings`."""
    before = parse(text, settings.SOURCE)
    wanted = msgspec.structs.replace(
        before, screen=msgspec.structs.replace(before.screen, **changes)
    )
    line_end = "\r\n" if "\r\n" in text else "\n"
    try:
        document = tomlkit.parse(text.replace("\r\n", "\n"))
        if _SECTION not in document:
            if text.strip():
                document.add(tomlkit.nl())
            document[_SECTION] = tomlkit.table()
        for key, value in changes.items():
            document[_SECTION][key] = value
        changed = document.as_string().replace("\n", line_end)
    except (TOMLKitError, KeyError, IndexError, ValueError, TypeError) as why:
        raise CannotChangeSettings(device=_SECTION) from why
    if parse(changed, settings.SOURCE) != wanted:
        raise CannotChangeSettings(device=_SECTION)
    return changed
