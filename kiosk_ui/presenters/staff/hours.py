"""The part *Hours* of the page of the staff: what waits for a manager, and anybody's hours, day by day.

What is looked at (nobody, a week, a day) is what the register says; the presenter remembers what was just answered, so
that a second tap answers nothing, and which list a small screen shows.
"""

import datetime
from collections.abc import Callable, Iterator
from typing import Final

from appliance.messages import (
    ApproveCorrection,
    HoursDayView,
    HoursPunchView,
    HoursRequestView,
    HoursWeekView,
    ShowHours,
    Snapshot,
    StaffHoursView,
    StaffView,
)
from kiosk_ui.presenters.base import NowMs, Open, Presenter, Seen, Send
from kiosk_ui.presenters.sheet import Sheet
from kiosk_ui.presenters.staff.hours_rows import (
    DOT,
    day_lines,
    odd_length,
    person_rows,
    waiting_lines,
    week_lines,
)
from kiosk_ui.presenters.staff.hours_sheets import confirmation, decline_sheet, punch_sheet
from kiosk_ui.presenters.staff.hours_views import HoursPageView, LineView, PictureView
from kiosk_ui.presenters.staff.hours_words import HourWords
from kiosk_ui.presenters.tiles import ChipView, chip
from kiosk_ui.strings import Words

ONE_DAY: Final = datetime.timedelta(days=1)
WAITING, PEOPLE = "waiting", "people"


class StaffHoursPresenter(Presenter[HoursPageView]):
    """Goes from the overview to a week, to a day, and back."""

    topics = (StaffHoursView, StaffView)
    _sent = ""
    """The request that was just answered, or the punch that was confirmed."""
    _face = WAITING

    def __init__(
        self,
        send: Send,
        words: Words,
        open_sheet: Callable[[Sheet], None],
        *,
        open_overlay: Open,
        now_ms: NowMs,
    ) -> None:
        """`open_sheet` shows what is to be filled in."""
        self._open_sheet = open_sheet
        super().__init__(send, words, open_overlay=open_overlay, now_ms=now_ms)

    # ------------------------------------------------------------------ gestures

    def choose(self, key: str) -> None:
        """A line was tapped: somebody, a day, a punch, or what leads to a day."""
        kind, _, name = key.partition(":")
        seen = self.seen.staff_hours
        if kind == "person":
            self.send(ShowHours(name))
        elif kind == "hours_day" and seen.week is not None:
            self.send(ShowHours(seen.week.employee, name, one_day=True))
        elif kind == "odd" and int(name) < len(seen.odd):
            odd = seen.odd[int(name)]
            self.send(ShowHours(odd.employee, odd.day, one_day=True))
        elif kind == "request":
            request = self._request(name)
            if request is not None:
                self.send(ShowHours(request.employee, request.day, one_day=True))
        elif kind == "punch":
            self._put_right(self._punch(name))

    def act(self, key: str) -> None:
        """A button below a line."""
        kind, _, name = key.partition(":")
        if kind == "confirm":
            self._confirm(self._punch(name))
            return
        request = self._request(name)
        if request is None or request.id == self._sent:
            return
        if kind == "decline":
            self._open_sheet(decline_sheet(self._hours(), request))
        elif kind == "approve":
            self._sent = request.id
            self.send(ApproveCorrection(request.id, reason=self.words("staff_hours.as_asked")))
            self.refresh()

    def tap_chip(self, face: str) -> None:
        """What waits, or the people, on a small screen."""
        self._face = face
        self.refresh()

    def add(self) -> None:
        """A punch that nobody made."""
        self._put_right(None)

    def back(self) -> None:
        """From a day to its week, from a week to the overview."""
        seen = self.seen.staff_hours
        if seen.week is not None and seen.day:
            self.send(ShowHours(seen.week.employee, seen.day))
        else:
            self.send(ShowHours())

    def before(self) -> None:
        """The day or the week before."""
        self._step(-1)

    def after(self) -> None:
        """The day or the week after."""
        self._step(1)

    def _step(self, way: int) -> None:
        seen = self.seen.staff_hours
        week = seen.week
        if week is None:
            return
        if seen.day:
            day = datetime.date.fromisoformat(seen.day) + way * ONE_DAY
            self.send(ShowHours(week.employee, day.isoformat(), one_day=True))
        else:
            self.send(ShowHours(week.employee, week.before if way < 0 else week.after))

    def _put_right(self, punch: HoursPunchView | None) -> None:
        week, day = self.seen.staff_hours.week, self._day()
        if week is not None and day is not None and day.lock is None:
            jobs = self.seen.staff_hours.jobs
            self._open_sheet(punch_sheet(self._hours(), week, day, jobs, punch))

    def _confirm(self, punch: HoursPunchView | None) -> None:
        week, day = self.seen.staff_hours.week, self._day()
        if punch is None or week is None or day is None or punch.id == self._sent:
            return
        self._sent = punch.id
        self.send(confirmation(self._hours(), week.employee, punch, day.day))
        self.refresh()

    # ------------------------------------------------------------------ what follows from them

    def took(self, snapshot: Snapshot, before: Seen) -> None:
        """Once the register has answered, requests can be answered again; whoever comes anew sees what waits."""
        if isinstance(snapshot, StaffView):
            if snapshot.answered != before.staff.answered:
                self._sent = ""
            if snapshot.part != before.staff.part:
                self._face = WAITING

    def _request(self, name: str) -> HoursRequestView | None:
        return next((one for one in self.seen.staff_hours.requests if one.id == name), None)

    def _day(self) -> HoursDayView | None:
        seen = self.seen.staff_hours
        days = () if seen.week is None else seen.week.days
        return next((one for one in days if one.day == seen.day), None)

    def _punch(self, name: str) -> HoursPunchView | None:
        day = self._day()
        punches = () if day is None else day.punches
        return next((one for one in punches if one.id == name), None)

    def _hours(self) -> HourWords:
        seen = self.seen.staff_hours
        return HourWords(self.formats, seen.zone, seen.jobs)

    # ------------------------------------------------------------------ drawing

    def draw(self) -> HoursPageView:
        """The part for now; next to nothing while another one is shown."""
        seen, words = self.seen.staff_hours, self.words
        if self.seen.staff.part != "hours":
            return HoursPageView()
        hours, week, day = self._hours(), seen.week, self._day()
        is_overview = week is None
        waiting = len(seen.requests) + len(seen.odd)
        people = tuple(person_rows(hours, seen))
        return HoursPageView(
            people=people,
            has_faces=is_overview and waiting > 0,
            faces=tuple(self._faces(waiting)),
            alone=people if is_overview and (self._face == PEOPLE or not waiting) else (),
            people_title=words("staff_hours.people" if seen.people else "staff_hours.nobody"),
            is_overview=is_overview,
            is_week=week is not None and day is None,
            is_day=day is not None,
            has_heading=not is_overview,
            title=self._title(hours, week, day),
            text=self._sums(hours, week, day),
            add=words("staff_hours.add"),
            can_add=day is not None and day.lock is None,
            is_quiet=is_overview and not waiting,
            quiet=words("staff_hours.quiet"),
            quiet_text=words("staff_hours.quiet_text"),
            week=tuple(week_lines(hours, week, seen.requests))
            if week is not None and day is None
            else (),
            picture=PictureView() if day is None else hours.picture(day),
            stretches="" if day is None else ", ".join(map(hours.stretch, day.stretches)),
            has_stretches=day is not None and bool(day.stretches),
            lines=tuple(self._lines(hours, week, day)),
        )

    def _lines(
        self, hours: HourWords, week: HoursWeekView | None, day: HoursDayView | None
    ) -> Iterator[LineView]:
        """What waits for the manager, or the punches of a day."""
        seen = self.seen.staff_hours
        if week is None and self._face == WAITING:
            yield from waiting_lines(hours, seen, self._sent)
        elif week is not None and day is not None:
            yield from day_lines(hours, week, day, seen.requests, self._sent)

    def _faces(self, waiting: int) -> Iterator[ChipView]:
        words = self.words
        name = words("staff_hours.waiting", n=waiting)
        yield chip(WAITING, name, active=self._face == WAITING)
        yield chip(PEOPLE, words("staff_hours.people"), active=self._face == PEOPLE)

    def _title(self, hours: HourWords, week: HoursWeekView | None, day: HoursDayView | None) -> str:
        if week is None:
            return ""
        if day is not None:
            return f"{week.name}{DOT}{self.formats.day(day.day)}"
        first, last = hours.day(week.days[0].day), hours.day(week.days[-1].day)
        return f"{week.name}{DOT}{self.words('staff_hours.week', first=first, last=last)}"

    def _sums(self, hours: HourWords, week: HoursWeekView | None, day: HoursDayView | None) -> str:
        days = () if week is None else week.days if day is None else (day,)
        paid_ms, unpaid_ms = (
            sum(one.paid_ms for one in days),
            sum(one.unpaid_ms for one in days),
        )
        parts = [self.words("staff_hours.paid", length=hours.length(paid_ms))]
        if unpaid_ms:
            parts.append(self.words("staff_hours.unpaid", length=hours.length(unpaid_ms)))
        if day is not None:
            parts += odd_length(hours, day)
        return DOT.join(parts)
