"""The computer itself: its clock, its power, its heat and its memory.

- Under-voltage: `in0_lcrit_alarm` of the hwmon device `rpi_volt` (kernel, Documentation/hwmon/raspberrypi-hwmon.rst);
  where there is none, the firmware's `get_throttled`, hexadecimal without 0x (raspberrypi/linux #2367 and #2397; the
  bits: Raspberry Pi documentation, "vcgencmd").
- The battery clock: kernel, Documentation/ABI/testing/sysfs-class-rtc. A Raspberry Pi 5 adds `battery_voltage` in
  microvolts (Raspberry Pi documentation, "Real Time Clock").
- Temperature: kernel, Documentation/driver-api/thermal/sysfs-api.rst, in thousandths of a degree Celsius.
- Memory: proc_meminfo(5).
"""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from appliance.health.files import children, is_there, number, text
from appliance.health.finding import Finding, Level, found

WARN_CELSIUS: Final = 80
"""From here on the firmware slows a Raspberry Pi down (its documentation, "Frequency management")."""
BAD_CELSIUS: Final = 85
"""The limit at which it slows down as far as it can."""
WARN_MEMORY_MB: Final = 128
BAD_MEMORY_MB: Final = 48
LOW_RTC_MILLIVOLTS: Final = 2600
"""The official cell of a Pi 5 (ML-2020) has 3.0 V; below this it is as good as empty."""
NO_RTC_MILLIVOLTS: Final = 1000
"""Less than this is no cell at all: an open connector floats."""

_SOFTWARE_IS_FROM_S: Final = (
    1_735_689_600  # 2025-01-01: a clock that says less was not set since it lost its power.
)
_POSSIBLE_MILLI_CELSIUS: Final = range(-50_000, 150_001)
_AVAILABLE: Final = re.compile(r"^MemAvailable:\s+([0-9]{1,15}) kB$", re.MULTILINE)

# Bits of `get_throttled`: the lower half is now, the upper half is since somebody cleared it.
_UNDER_VOLTAGE: Final = 1 << 0
_SLOWED: Final = 1 << 1 | 1 << 2
_SOFT_LIMIT: Final = 1 << 3
_UNDER_VOLTAGE_BEFORE: Final = 1 << 16


def clock(*, clock_ok: bool) -> Finding:
    """Whether the time can be believed (`appliance.clock`)."""
    if clock_ok:
        return found("clock", "ok", "clock_ok")
    return found("clock", "warn", "clock_not_trusted")


def clock_battery(root: Path, *, clock_ok: bool) -> Finding:
    """Whether a clock with a battery keeps the time while the power is out.

    Models before the Pi 5 have none, and it is not missed while a time server answers: then that is no fault.
    A Pi 5 always has the clock and tells the voltage of its cell. Others tell nothing, but one whose battery was
    empty starts in the past.
    """
    rtc = root / "sys/class/rtc/rtc0"
    microvolts = number(rtc / "battery_voltage")
    millivolts = None if microvolts is None else microvolts // 1000
    if not is_there(rtc) or (millivolts is not None and millivolts < NO_RTC_MILLIVOLTS):
        missed: Level = "ok" if clock_ok else "warn"
        return found("clock_battery", missed, "rtc_none")
    if millivolts is not None and millivolts < LOW_RTC_MILLIVOLTS:
        return found("clock_battery", "warn", "rtc_battery_low", millivolts=millivolts)
    since_epoch_s = number(rtc / "since_epoch")
    if since_epoch_s is not None and since_epoch_s < _SOFTWARE_IS_FROM_S:
        return found("clock_battery", "warn", "rtc_lost_time")
    return found("clock_battery", "ok", "rtc_ok")


def under_voltage(root: Path) -> bool | None:
    """Whether a Raspberry Pi had too little voltage within two seconds; None where nobody knows.

    Two small files, so it may be asked every second. The kernel asks the firmware every two seconds and clears the
    firmware's memory with each question (drivers/hwmon/raspberrypi-hwmon.c): who looks less often misses dips.
    """
    sensor = _voltage_sensor(root)
    if sensor is not None:
        alarm = number(sensor / "in0_lcrit_alarm")
        return None if alarm is None else alarm != 0
    bits = _throttled(root)
    return None if bits is None else bool(bits & _UNDER_VOLTAGE)


def power(root: Path, before: Iterable[Finding] = ()) -> Finding:
    """Under-voltage, now or in a look before. It harms SD cards long before anything else is noticed."""
    low = under_voltage(root)
    if low:
        return found("power", "bad", "power_low")
    was_low = any(finding.code in {"power_low", "power_was_low"} for finding in before)
    if was_low or (_throttled(root) or 0) & _UNDER_VOLTAGE_BEFORE:
        return found("power", "warn", "power_was_low")
    if low is None:
        return found("power", "unknown", "power_unknown")
    return found("power", "ok", "power_ok")


def temperature(root: Path) -> Finding:
    """The processor's temperature, and whether the firmware slows it down for that."""
    milli = number(root / "sys/class/thermal/thermal_zone0/temp")
    celsius = milli // 1000 if milli is not None and milli in _POSSIBLE_MILLI_CELSIUS else None
    if celsius is not None and celsius >= BAD_CELSIUS:
        return found("temperature", "bad", "temperature_too_high", celsius=celsius)
    if celsius is not None and celsius >= WARN_CELSIUS:
        return found("temperature", "warn", "temperature_high", celsius=celsius)
    bits = _throttled(root) or 0
    # With too little voltage it is slowed down as well, and that is not the heat.
    if bits & _SOFT_LIMIT or (bits & _SLOWED and not bits & _UNDER_VOLTAGE):
        return found("temperature", "warn", "temperature_slowed")
    if celsius is None:
        return found("temperature", "unknown", "temperature_unknown")
    return found("temperature", "ok", "temperature_ok", celsius=celsius)


def memory(root: Path) -> Finding:
    """How much memory programs can still have, in MB."""
    said = _AVAILABLE.search(text(root / "proc/meminfo") or "")
    if said is None:
        return found("memory", "unknown", "memory_unknown")
    free_mb = int(said[1]) // 1024
    if free_mb < BAD_MEMORY_MB:
        return found("memory", "bad", "memory_very_low", free_mb=free_mb)
    if free_mb < WARN_MEMORY_MB:
        return found("memory", "warn", "memory_low", free_mb=free_mb)
    return found("memory", "ok", "memory_ok", free_mb=free_mb)


def _voltage_sensor(root: Path) -> Path | None:
    for device in children(root / "sys/class/hwmon"):
        if text(device / "name") == "rpi_volt":
            return device
    return None


def _throttled(root: Path) -> int | None:
    """The firmware's bits, but None where the kernel has its own sensor for them.

    Such a kernel writes a warning with a stack trace into its log when the file is read ("deprecated, use hwmon
    sysfs instead"), and it clears every two seconds what the bits say of the past.
    """
    if _voltage_sensor(root) is not None:
        return None
    return number(root / "sys/devices/platform/soc/soc:firmware/get_throttled", base=16)
