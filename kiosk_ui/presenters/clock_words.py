"""How the time clock writes times, days and lengths: in the shop's own zone, whatever the machine's is."""

from datetime import UTC, date, datetime, tzinfo
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from kiosk_ui.presenters.formats import MILLI, NO_BREAK
from kiosk_ui.strings import Words

MINUTE_MS: Final = 60_000
MINUTES: Final = 60
NOON: Final = 12
EVENING: Final = 18
NIGHT_ENDS: Final = 4


class ClockWords:
    """Times of one zone in the words of one language."""

    def __init__(self, words: Words, zone: str) -> None:
        """Write in this zone; one that is not known here is UTC."""
        self._words: Final = words
        self.zone: Final = zone_of(zone)

    def local(self, at_ms: int) -> datetime:
        """A moment in the shop."""
        return datetime.fromtimestamp(at_ms // MILLI, tz=self.zone)

    def time(self, at_ms: int) -> str:
        """The time of day: `08:58`."""
        return self.local(at_ms).strftime("%H:%M")

    def weekday(self, at_ms: int) -> str:
        """The weekday as it stands within a sentence: `Friday`, `viernes`."""
        return self._words(f"time_clock.weekday.{self.local(at_ms).isoweekday()}")

    def long_day(self, day: date) -> str:
        """A day in words: `Friday, 27 November`."""
        return self._long(day, self._words(f"date.weekday.{day.isoweekday()}"))

    def day(self, at_ms: int) -> str:
        """The day of a moment in words."""
        return self.long_day(self.local(at_ms).date())

    def day_within(self, at_ms: int) -> str:
        """The day of a moment within a sentence."""
        return self._long(self.local(at_ms).date(), self.weekday(at_ms))

    def _long(self, day: date, weekday: str) -> str:
        month = self._words(f"date.month.{day.month}")
        return self._words("date.long", weekday=weekday, day=day.day, month=month)

    def when(self, at_ms: int, now_ms: int) -> str:
        """A moment as people say it: the time today, else with the weekday."""
        time = self.time(at_ms)
        if self.local(at_ms).date() == self.local(now_ms).date():
            return time
        return self._words("time_clock.day_time", day=self.weekday(at_ms), time=time)

    def length(self, length_ms: int) -> str:
        """How long, to the nearest minute: `7 h 42 min`, `31 h` or `42 min`."""
        hours, minutes = divmod((length_ms + MINUTE_MS // 2) // MINUTE_MS, MINUTES)
        key = "time_clock.length" if hours else "time_clock.length_minutes"
        if hours and not minutes:
            key = "time_clock.length_hours"
        return self._words(key, hours=hours, minutes=minutes).replace(" ", NO_BREAK)

    def greeting(self, at_ms: int, name: str) -> str:
        """Good morning, good afternoon or good evening, as it is in the shop."""
        hour = self.local(at_ms).hour
        part = "morning" if NIGHT_ENDS <= hour < NOON else "afternoon"
        if hour >= EVENING or hour < NIGHT_ENDS:
            part = "evening"
        return self._words(f"time_clock.good_{part}", name=name)

    def punch(self, what: str) -> str:
        """What a punch says: `In`, `Out`."""
        return self._words(f"time_clock.what_{what}")


def zone_of(name: str) -> tzinfo:
    """The zone of an IANA name, UTC for one that is not known here."""
    try:
        return ZoneInfo(name) if name else UTC
    except (ZoneInfoNotFoundError, ValueError):
        return UTC


def moment_between(text: str, from_ms: int, to_ms: int, zone: tzinfo) -> int | None:
    """The first moment after `from_ms` and not after `to_ms` at which clocks show `text` (`17:30`); None where none is.

    A time that clocks show twice in a night is the one that fits.
    """
    hour, minute = int(text[:2]), int(text[3:])
    day = datetime.fromtimestamp(from_ms // MILLI, tz=zone).date()
    last = datetime.fromtimestamp(to_ms // MILLI, tz=zone).date()
    while day <= last:
        for fold in (0, 1):
            moment = datetime(day.year, day.month, day.day, hour, minute, tzinfo=zone, fold=fold)
            at_ms = round(moment.timestamp()) * MILLI
            # A punch is made within a minute, and what is said of it names the minute only.
            if from_ms - MINUTE_MS < at_ms <= to_ms:
                return max(at_ms, from_ms)
        day = date.fromordinal(day.toordinal() + 1)
    return None
