"""What is keyed into a sheet's fields, and the values that it becomes: amounts, lengths, times of day, days."""

import datetime
from typing import Final

MOST_DIGITS: Final = 12
TIME_DIGITS: Final = 4
HOURS_DIGITS: Final = 5
HOURS: Final = 24
MINUTES: Final = 60


def minutes_of(text: str) -> int:
    """Minutes of a filled-in time or length: `8:30` are 510; 0 where nothing is filled in."""
    hours, _, minutes = text.partition(":")
    return int(hours or 0) * MINUTES + int(minutes or 0)


def hours_text(minutes: int) -> str:
    """The reverse of `minutes_of`: 510 is `8:30`."""
    return f"{minutes // MINUTES}:{minutes % MINUTES:02d}"


def keyed(takes: str, digits: str) -> str:
    """The digits, if they can still become a value; else nothing."""
    if takes == "time":
        hours, minutes = digits[:-2], digits[-2:]
        whole = len(digits) == TIME_DIGITS
        fits = len(digits) < TIME_DIGITS or (
            whole and int(hours) < HOURS and int(minutes) < MINUTES
        )
        return digits if fits else ""
    most = HOURS_DIGITS if takes == "hours" else MOST_DIGITS
    if takes == "amount":
        digits = digits.lstrip("0") or "0"
    return digits if len(digits) <= most else ""


def value_of(takes: str, typed: str) -> str:
    """What was keyed as a field's value: `830` is `8:30`; minutes above 59 are hours."""
    if takes not in {"time", "hours"} or not typed:
        return typed.strip()
    minutes = int(typed[:-2] or 0) * MINUTES + int(typed[-2:])
    return hours_text(minutes % (HOURS * MINUTES) if takes == "time" else minutes)


def with_colon(typed: str) -> str:
    """The digits of a time or a length as they are read: `830` is `8:30`."""
    return f"{typed[:-2] or '0'}:{typed[-2:].rjust(2, '0')}" if typed else ""


def today(now_ms: int) -> str:
    """The day of a moment, where the machine is."""
    return datetime.datetime.fromtimestamp(now_ms // 1000).astimezone().date().isoformat()


def next_month(first: datetime.date) -> datetime.date:
    """The first day of the month after."""
    return (first.replace(day=28) + datetime.timedelta(days=4)).replace(day=1)
