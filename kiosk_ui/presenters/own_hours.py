"""Own hours: this week and the last one day by day, what managers put right, what was asked for, and own data."""

from collections.abc import Callable
from datetime import date
from typing import Final

import msgspec

from appliance.messages import (
    CloseHours,
    CorrectionView,
    HoursView,
    OpenHours,
    OwnDayView,
    RequestView,
    SaidView,
    ShopView,
    Snapshot,
    StretchView,
    TimeclockView,
)
from kiosk_ui.navigation import Overlay
from kiosk_ui.presenters import own_data
from kiosk_ui.presenters.base import NowMs, Open, Seen, Send
from kiosk_ui.presenters.clock_words import ClockWords
from kiosk_ui.presenters.own_language import OwnLanguagePresenter
from kiosk_ui.presenters.tiles import ChipView, chip
from kiosk_ui.strings import Words

THIS_WEEK, LAST_WEEK, SAID, OWN = "this_week", "last_week", "said", "own"
TABS: Final = (THIS_WEEK, LAST_WEEK, SAID, OWN)

SayOfDay = Callable[[OwnDayView], None]
Contest = Callable[[CorrectionView], None]


class HoursRow(msgspec.Struct, frozen=True):
    """A day, a correction, a request or something about somebody. With `can_act` it has a button, which says `act`."""

    name: str
    title: str
    amount: str
    text: str
    colour: str = "muted"
    can_act: bool = False
    act: str = ""
    icon: str = ""


class OwnHoursView(msgspec.Struct, frozen=True):
    """The card."""

    title: str
    total: str
    close: str
    tabs: tuple[ChipView, ...]
    rows: tuple[HoursRow, ...]
    has_note: bool
    note: str


class OwnHoursPresenter(OwnLanguagePresenter[OwnHoursView]):
    """Shows what is open of the hours; whose they are, the register decides."""

    topics = (HoursView, TimeclockView, ShopView)
    _tab = THIS_WEEK

    def __init__(
        self,
        send: Send,
        words: Words,
        say_of_day: SayOfDay,
        contest: Contest,
        *,
        open_overlay: Open,
        now_ms: NowMs,
    ) -> None:
        """`say_of_day` opens the card on which it is said what is wrong with a day, `contest` that of a correction."""
        self._say_of_day = say_of_day
        self._contest = contest
        super().__init__(send, words, open_overlay=open_overlay, now_ms=now_ms)

    def tap_chip(self, name: str) -> None:
        """Another week, or what was said."""
        self._tab = name
        self.send(OpenHours())
        self.refresh()

    def act(self, name: str) -> None:
        """Something is wrong with this day, or with this correction."""
        hours = self.seen.hours
        for day in (day for week in hours.weeks for day in week.days):
            if day.day == name:
                self._say_of_day(day)
        for correction in hours.corrections:
            if correction.id == name:
                self._contest(correction)

    def close(self) -> None:
        """They were read."""
        self.open_overlay(Overlay.NONE)

    def left(self) -> None:
        """The card is gone, whoever closed it: nobody else shall find the hours open."""
        if self.seen.hours.open:
            self.send(CloseHours())

    def took(self, snapshot: Snapshot, before: Seen) -> None:
        """They are shut: the card goes. Somebody else's begin with this week."""
        super().took(snapshot, before)
        if not isinstance(snapshot, HoursView):
            return
        if snapshot.employee != before.hours.employee:
            self._tab = THIS_WEEK
        if before.hours.open and not snapshot.open:
            self.open_overlay(Overlay.NONE)

    # ------------------------------------------------------------------ drawing

    def draw(self) -> OwnHoursView:
        """The card for now."""
        hours, words = self.seen.hours, self.words
        said = ClockWords(words, hours.zone)
        rows: tuple[HoursRow, ...] = ()
        total = note = ""
        if self._tab == SAID:
            rows = self._said_rows(said)
            note = "" if rows else words("time_clock.nothing_said")
        elif self._tab == OWN:
            rows = self._own_rows(said)
        elif hours.weeks:
            week = hours.weeks[TABS.index(self._tab)]
            rows = tuple(self._day(day, said) for day in reversed(week.days))
            total = words("time_clock.total", length=said.length(week.paid_ms))
        return OwnHoursView(
            title=words("time_clock.hours_of", name=hours.name)
            if hours.open
            else words("time_clock.my_hours"),
            total=total,
            close=words("common.close"),
            tabs=tuple(
                chip(tab, words(f"time_clock.tab_{tab}"), active=tab == self._tab) for tab in TABS
            ),
            rows=rows if hours.open else (),
            has_note=bool(note) and hours.open,
            note=note,
        )

    def _day(self, day: OwnDayView, said: ClockWords) -> HoursRow:
        words = self.words
        parts = [self._stretch(one, said) for one in day.stretches]
        parts += [
            words(f"time_clock.{one.why}", what=said.punch(one.what), time=said.time(one.at_ms))
            for one in day.odd
        ]
        return HoursRow(
            name=day.day,
            title=said.long_day(date.fromisoformat(day.day)),
            amount=said.length(day.paid_ms) if day.stretches else "–",
            text="  ·  ".join(parts) or words("time_clock.no_hours"),
            colour="amber_ink" if day.odd else "muted",
            can_act=True,
            act=words("time_clock.wrong"),
            icon="pencil-outline",
        )

    def _stretch(self, one: StretchView, said: ClockWords) -> str:
        ends = self.words("time_clock.now") if one.goes_on else said.time(one.ended_ms)
        jobs = {job.code: job.name for job in self.seen.timeclock.jobs}
        name = jobs.get(one.job, "") if one.kind == "work" else self.words(f"time_clock.{one.kind}")
        span = f"{said.time(one.begun_ms)}–{ends}"
        return f"{name} {span}" if name else span

    def _own_rows(self, said: ClockWords) -> tuple[HoursRow, ...]:
        own = self.seen.hours.own
        found = () if own is None else own_data.rows(self.formats, said, own)
        return tuple(
            HoursRow(f"own:{place}", one.title, one.amount, one.text, one.colour)
            for place, one in enumerate(found)
        )

    def _said_rows(self, said: ClockWords) -> tuple[HoursRow, ...]:
        hours = self.seen.hours
        return (
            *(self._request(one, said) for one in hours.requests),
            *(self._correction(one, said) for one in hours.corrections),
        )

    def _request(self, one: RequestView, said: ClockWords) -> HoursRow:
        key = "time_clock.declined" if one.answer else "time_clock.waits_for_manager"
        text = self.words("time_clock.you_said", reason=one.reason)
        if one.answer_reason:
            text = f"{text}\n{self.words('time_clock.manager_said', reason=one.answer_reason)}"
        return HoursRow(
            name=one.id,
            title=self._value(one.said, said),
            amount=self.words(key),
            text=text,
            colour="amber_ink" if one.answer else "muted",
        )

    def _correction(self, one: CorrectionView, said: ClockWords) -> HoursRow:
        words = self.words
        text = words(
            "time_clock.by_manager",
            name=one.author,
            reason=one.reason,
            day=said.day_within(one.at_ms),
        )
        if one.contested:
            text = f"{text}\n{words('time_clock.you_contest', reason=one.contested)}"
        return HoursRow(
            name=one.id,
            title=f"{self._value(one.was, said)}  →  {self._value(one.said, said)}",
            amount=words("time_clock.contested") if one.contested else "",
            text=text,
            colour="amber_ink" if one.contested else "muted",
            can_act=not one.contested,
            act=words("time_clock.contest"),
            icon="message-alert-outline",
        )

    def _value(self, one: SaidView | None, said: ClockWords) -> str:
        if one is None:
            return self.words("time_clock.no_punch")
        return self.words(
            "time_clock.punch_on",
            what=said.punch(one.what),
            day=said.day_within(one.at_ms),
            time=said.time(one.at_ms),
        )
