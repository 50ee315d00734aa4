"""Hours in words and pictures: times by the clock on the shop's wall, lengths, and what a punch says."""

import datetime
from collections.abc import Iterable, Iterator
from typing import Final
from zoneinfo import ZoneInfo

from appliance.domain import calendar
from appliance.domain.money import divide_half_up
from appliance.messages import HoursDayView, HoursSaidView, HoursStretchView
from kiosk_ui.presenters.formats import Formats
from kiosk_ui.presenters.staff.hours_views import BarView, PictureView, TickView

MINUTE_MS: Final = 60_000
MINUTES: Final = 60
MILLION: Final = 1_000_000
EVERY_HOURS: Final = 3
DAY_HOURS: Final = 24
COLOURS: Final = {"work": "brand", "paid_break": "blue", "unpaid_break": "faint"}


class HourWords:
    """Writes times of one shop. `jobs` are codes and names."""

    def __init__(self, formats: Formats, zone: str, jobs: Iterable[tuple[str, str]]) -> None:
        """Write in the words of `formats`."""
        self.words = formats.words
        self._zone = ZoneInfo(zone)
        self._jobs = dict(jobs)

    def clock(self, at_ms: int) -> str:
        """The time of day in the shop: `08:58`; where the clocks went back, which of two equal ones is said."""
        time = self._local(at_ms).strftime("%H:%M")
        if calendar.is_second(at_ms, self._zone):
            return f"{time} ({self.words('staff_hours.second_time')})"
        return time

    def typed(self, at_ms: int) -> str:
        """The time of day as a field holds it: `8:58`."""
        local = self._local(at_ms)
        return f"{local.hour}:{local.minute:02d}"

    def day_of(self, at_ms: int) -> str:
        """The day in the shop: `2026-11-28`."""
        return calendar.day_of(at_ms, self._zone).isoformat()

    def day(self, iso: str) -> str:
        """A day in words: `Sat 28 Nov`."""
        day = datetime.date.fromisoformat(iso)
        return self.words(
            "staff_hours.day",
            weekday=self.words(f"sheet.weekday.{day.isoweekday()}"),
            day=day.day,
            month=self.words(f"date.month.{day.month}")[:3],
        )

    def moment(self, at_ms: int) -> str:
        """Day and time: `Sat 28 Nov, 08:58`."""
        day = self.day(self.day_of(at_ms))
        return self.words("staff_hours.moment", day=day, time=self.clock(at_ms))

    def length(self, length_ms: int) -> str:
        """A length in hours and minutes, the half minute upwards: `7 h 42 min`."""
        hours, minutes = divmod(divide_half_up(length_ms, MINUTE_MS), MINUTES)
        if not hours:
            return self.words("staff_hours.length_short", minutes=minutes)
        return self.words("staff_hours.length", hours=hours, minutes=f"{minutes:02d}")

    def job(self, code: str) -> str:
        """What a job is called."""
        return self._jobs.get(code, code)

    def said(self, said: HoursSaidView | None, *, day: str = "") -> str:
        """What a punch says: `In 08:58 · Till`; with the day where it is another one than `day`."""
        if said is None:
            return self.words("staff_hours.no_punch")
        paid = "_paid" if said.what == "break_start" and said.paid else ""
        what = self.words(f"staff_hours.what_{said.what}{paid}")
        is_here = not day or self.day_of(said.at_ms) == day
        time = self.clock(said.at_ms) if is_here else self.moment(said.at_ms)
        if said.what == "in" and said.job:
            return self.words("staff_hours.said_job", what=what, time=time, job=self.job(said.job))
        return self.words("staff_hours.said", what=what, time=time)

    def stretch(self, one: HoursStretchView) -> str:
        """A stretch with its ends, job and length: `08:58 – 12:30 Till (3 h 32 min)`."""
        begun, ended = self.clock(one.begun_ms), self.clock(one.ended_ms)
        if one.is_open:
            ended = self.words("staff_hours.now")
        key = (
            "comes_and_goes"
            if one.comes_over and one.goes_over
            else "comes_over"
            if one.comes_over
            else "goes_over"
            if one.goes_over
            else "work"
        )
        name = self.job(one.job) if one.kind == "work" else self.words(f"staff_hours.{one.kind}")
        ends = self.words(f"staff_hours.{key}", **{"from": begun, "to": ended})
        length = self.length(one.ended_ms - one.begun_ms)
        return " ".join(part for part in (ends, name, f"({length})") if part)

    def picture(self, day: HoursDayView) -> PictureView:
        """A day as a line, with every third hour named where the clock on the wall shows it."""
        whole_ms = max(1, day.ends_ms - day.begins_ms)

        def place(at_ms: int) -> int:
            return (at_ms - day.begins_ms) * MILLION // whole_ms

        return PictureView(
            bars=tuple(
                BarView(
                    from_ppm=place(one.begun_ms),
                    to_ppm=place(one.ended_ms),
                    colour=COLOURS[one.kind],
                    comes=one.comes_over,
                    goes=one.goes_over,
                    hollow=one.is_open,
                )
                for one in day.stretches
            ),
            ticks=tuple(TickView(place(at_ms), text) for at_ms, text in self._hours(day)),
        )

    def _hours(self, day: HoursDayView) -> Iterator[tuple[int, str]]:
        date = datetime.date.fromisoformat(day.day)
        for hour in range(0, DAY_HOURS, EVERY_HOURS):
            # An hour that comes twice is named the first time; one that never was is not named.
            for at_ms in calendar.moments_of(date, hour * MINUTES, self._zone)[:1]:
                yield at_ms, str(hour)
        yield day.ends_ms, str(DAY_HOURS)

    def _local(self, at_ms: int) -> datetime.datetime:
        return datetime.datetime.fromtimestamp(at_ms // 1000, self._zone)
