"""What a check found, and every code that there is."""

from typing import Final, Literal

import msgspec

Level = Literal["ok", "unknown", "warn", "bad"]
LEVELS: Final[tuple[Level, ...]] = ("ok", "unknown", "warn", "bad")
"""From best to worst."""

CODES: Final[dict[str, tuple[str, ...]]] = {
    "clock_ok": (),
    "clock_not_trusted": (),
    "rtc_ok": (),
    "rtc_none": (),
    "rtc_battery_low": ("millivolts",),
    "rtc_lost_time": (),
    "power_ok": (),
    "power_low": (),
    "power_was_low": (),
    "power_unknown": (),
    "temperature_ok": ("celsius",),
    "temperature_high": ("celsius",),
    "temperature_too_high": ("celsius",),
    "temperature_slowed": (),
    "temperature_unknown": (),
    "memory_ok": ("free_mb",),
    "memory_low": ("free_mb",),
    "memory_very_low": ("free_mb",),
    "memory_unknown": (),
    "disk_space_ok": ("free_mb",),
    "disk_space_low": ("free_mb",),
    "disk_space_full": ("free_mb",),
    "disk_space_unknown": (),
    "recordings_space_ok": ("free_mb",),
    "recordings_space_low": ("free_mb",),
    "recordings_space_unknown": (),
    "disk_wear_ok": ("disk", "used_percent"),
    "disk_wear_high": ("disk", "used_percent"),
    "disk_wear_end": ("disk",),
    "disk_wear_unknown": ("disk",),
    "file_system_ok": (),
    "file_system_errors": ("disk", "errors"),
    "file_system_read_only": ("place",),
    "file_system_unknown": (),
    "network_ok": ("interface",),
    "network_local": ("interface",),
    "network_none": (),
    "network_no_address": ("interface",),
    "network_cable_out": ("interface",),
    "network_no_radio": ("interface",),
    "network_unknown": (),
    "camera_found": ("count", "names"),
    "camera_none": (),
}
"""Every code that can be found, with the names of its fields."""


class Finding(msgspec.Struct, frozen=True):
    """One check and how it stands. `fields` are the values that the sentence of `code` wants (see `CODES`)."""

    check: str
    level: Level
    code: str
    fields: tuple[tuple[str, str | int], ...] = ()


def found(check: str, level: Level, code: str, **fields: str | int) -> Finding:
    """A finding, with its fields by name."""
    return Finding(check, level, code, tuple(fields.items()))


def badness(finding: Finding) -> int:
    """How bad a finding is; to be sorted by."""
    return LEVELS.index(finding.level)
