"""The banner of the time clock: who held a badge to the reader, what fits, and after the punch a greeting.

It lies beside the sale and never over its total or its keys (`screens/root.py`), and goes by itself.
"""

from collections.abc import Callable, Mapping
from typing import Final

import msgspec

from appliance.messages import (
    AwaitManager,
    Command,
    EarlyView,
    LeaveClock,
    MissingView,
    OpenHours,
    OpenWorkshop,
    PrintDaySlip,
    PunchClock,
    PunchedView,
    ShopView,
    SlipView,
    StatusView,
    TimeclockView,
    UndoPunch,
)
from kiosk_ui.navigation import Overlay
from kiosk_ui.presenters.base import NowMs, Open, Send
from kiosk_ui.presenters.clock_words import ClockWords
from kiosk_ui.presenters.own_language import OwnLanguagePresenter
from kiosk_ui.strings import Words

CALM_MS: Final = 600
"""So long after its buttons changed the banner takes no tap: a double tap must not undo what it did, and a finger that
was on its way to a tile must send nobody home."""

IN, OUT, BREAK, BACK = "in", "out", "break_start", "break_end"
PAID: Final = "paid"
LOOKS: Final[Mapping[str, tuple[str, str]]] = {
    IN: ("login", "brand"),
    OUT: ("logout", "blue"),
    BREAK: ("coffee-outline", "surface"),
    BACK: ("coffee-off-outline", "brand"),
}

SayMissing = Callable[[MissingView], None]
OpenPin = Callable[[str], None]


class ClockButton(msgspec.Struct, frozen=True):
    """One thing to do. `back` and `press` are its colours."""

    name: str
    text: str
    icon: str
    back: str = "surface"
    press: str = "press"
    ink: str = "ink"


class FigureView(msgspec.Struct, frozen=True):
    """A figure of the slip: `Today`, `7 h 42 min`."""

    label: str
    amount: str


class BannerView(msgspec.Struct, frozen=True):
    """The banner. `warning` is what is not as it should be; `missing` asks for a punch that was forgotten."""

    shown: bool = False
    icon: str = "account-clock-outline"
    title: str = ""
    text: str = ""
    has_warning: bool = False
    warning: str = ""
    has_missing: bool = False
    missing: str = ""
    has_figures: bool = False
    figures: tuple[FigureView, ...] = ()
    buttons: tuple[ClockButton, ...] = ()


class ClockBannerPresenter(OwnLanguagePresenter[BannerView]):
    """Asks whoever is at the clock, and greets them."""

    topics = (TimeclockView, StatusView, ShopView)
    _buttons_since_ms = 0
    _names: tuple[str, ...] = ()

    def __init__(
        self,
        send: Send,
        words: Words,
        say_missing: SayMissing,
        manager_pin: OpenPin,
        *,
        open_overlay: Open,
        now_ms: NowMs,
    ) -> None:
        """`say_missing` opens the card on which a forgotten punch is told, `manager_pin` that of a manager's PIN."""
        self._say_missing = say_missing
        self._manager_pin = manager_pin
        super().__init__(send, words, open_overlay=open_overlay, now_ms=now_ms)

    def tap(self, name: str) -> None:
        """A button: a punch, taking it back, own hours, the slip."""
        if self.now_ms() - self._buttons_since_ms < CALM_MS:
            return
        if name == "hours":
            self.send(OpenHours())
            self.open_overlay(Overlay.HOURS)
            return
        if name == "manager_pin":
            self._manager_pin(self.seen.timeclock.employee)
            return
        self.send(self._command(name))

    def answer_missing(self) -> None:
        """Tell of the punch that was forgotten."""
        missing = self._missing()
        if missing is not None:
            self._say_missing(missing)

    def close(self) -> None:
        """That was it."""
        self.send(LeaveClock())

    def tick(self) -> None:
        """Once a second: how long a punch can be taken back."""
        self.refresh()

    def refresh(self) -> None:
        """Draw; other buttons take no tap for a moment."""
        super().refresh()
        names = tuple(button.name for button in self.view.buttons)
        if names != self._names:
            self._names, self._buttons_since_ms = names, self.now_ms()

    def _command(self, name: str) -> Command:
        what, _, more = name.partition(":")
        clock = self.seen.timeclock
        if what == "undo":
            return UndoPunch(clock.made.punch if clock.made is not None else "")
        if what == "print":
            return PrintDaySlip()
        if what == "devices":
            return OpenWorkshop()
        if what == "manager":
            return AwaitManager()
        if what == BREAK:
            return PunchClock(what, paid=more == PAID)
        return PunchClock(what, job=more)

    # ------------------------------------------------------------------ drawing

    def draw(self) -> BannerView:
        """The banner for now."""
        clock = self.seen.timeclock
        if not clock.name:
            return BannerView()
        said = ClockWords(self.words, clock.zone)
        missing = self._missing()
        warning = "\n".join(self._warnings(said))
        made = clock.made
        title = said.greeting(self.now_ms(), clock.name)
        text, icon, buttons = self._where(said), "account-clock-outline", self._choices()
        slip = None
        if made is not None:
            title, text = self._greeting(made, said)
            icon, slip, buttons = "check-circle", made.slip, self._after(made)
        return BannerView(
            shown=True,
            icon=icon,
            title=title,
            text=text,
            has_warning=bool(warning),
            warning=warning,
            has_missing=missing is not None,
            missing="" if missing is None else self._question(missing, said),
            has_figures=slip is not None,
            figures=() if slip is None else self._figures(slip, said),
            buttons=buttons,
        )

    def _where(self, said: ClockWords) -> str:
        clock = self.seen.timeclock
        key = f"time_clock.{clock.presence or 'away'}"
        text = self.words(key, time=said.when(clock.since_ms, self.now_ms()))
        jobs = {job.code: job.name for job in clock.jobs}
        return f"{text}  ·  {jobs[clock.job]}" if clock.job in jobs else text

    def _choices(self) -> tuple[ClockButton, ...]:
        clock, words = self.seen.timeclock, self.words
        if clock.early is not None:
            return self._too_early(clock.early)
        found: list[ClockButton] = []
        for what in clock.choices:
            if what == IN:
                found += self._coming()
            elif what == BREAK:
                found.append(self._button(BREAK, words("time_clock.break_unpaid")))
                found.append(self._button(BREAK, words("time_clock.break_paid"), PAID))
            else:
                found.append(self._button(what, words(f"time_clock.do_{what}")))
        if clock.presence == "at_work" and clock.asks and len(clock.jobs) > 1:
            found += [
                ClockButton(
                    f"{IN}:{job.code}",
                    words("time_clock.change_job", job=job.name),
                    "swap-horizontal",
                )
                for job in clock.jobs
                if job.code != clock.job
            ]
        return (*found, self._hours(), *self._devices())

    def _too_early(self, early: EarlyView) -> tuple[ClockButton, ...]:
        """Coming in would only be refused again: a manager is asked, here and now."""
        words = self.words
        if early.waits:
            return (ClockButton("manager_pin", words("time_clock.manager_pin"), "dialpad"),)
        return (
            ClockButton("manager", words("time_clock.ask_manager"), "account-check-outline"),
            self._hours(),
        )

    def _coming(self) -> list[ClockButton]:
        """A button for each job; a single one need not be named, but is what is paid."""
        words, jobs = self.words, self.seen.timeclock.jobs
        if len(jobs) > 1:
            return [
                self._button(IN, words("time_clock.in_job", job=job.name), job.code) for job in jobs
            ]
        return [self._button(IN, words("time_clock.do_in"), jobs[0].code if jobs else "")]

    def _after(self, made: PunchedView) -> tuple[ClockButton, ...]:
        words = self.words
        found: list[ClockButton] = []
        left_ms = made.undo_until_ms - self.now_ms()
        if left_ms > 0 and self.seen.timeclock.punch == made.punch:
            found.append(
                ClockButton("undo", words("time_clock.undo", seconds=-(-left_ms // 1000)), "undo")
            )
        if made.slip is not None and self._has_printer():
            found.append(ClockButton("print", words("time_clock.print"), "printer-outline"))
        return (*found, self._hours(), *self._devices())

    def _hours(self) -> ClockButton:
        return ClockButton("hours", self.words("time_clock.my_hours"), "clipboard-clock-outline")

    def _devices(self) -> tuple[ClockButton, ...]:
        if not self.seen.timeclock.may_set_up:
            return ()
        return (ClockButton("devices", self.words("time_clock.devices"), "devices"),)

    def _button(self, what: str, text: str, more: str = "") -> ClockButton:
        icon, colour = LOOKS[what]
        name = f"{what}:{more}" if more else what
        if colour == "surface":
            return ClockButton(name, text, icon)
        return ClockButton(name, text, icon, colour, f"{colour}_press", "on_strong")

    def _has_printer(self) -> bool:
        return any(device.kind == "printer" for device in self.seen.status.devices)

    def _greeting(self, made: PunchedView, said: ClockWords) -> tuple[str, str]:
        title = (
            said.greeting(made.at_ms, made.name)
            if made.what == IN
            else self.words(f"time_clock.hello_{made.what}", name=made.name)
        )
        text = self.words(f"time_clock.done_{made.what}", time=said.time(made.at_ms))
        return title, f"{text}  ·  {made.job}" if made.job else text

    def _figures(self, slip: SlipView, said: ClockWords) -> tuple[FigureView, ...]:
        words = self.words
        figures = [
            FigureView(words("time_clock.today"), said.length(slip.today_ms)),
            FigureView(words("time_clock.this_week"), said.length(slip.week_ms)),
        ]
        if slip.period_minor is not None:
            figures.append(
                FigureView(words("time_clock.pay"), self.formats.money(slip.period_minor))
            )
        return tuple(figures)

    def _missing(self) -> MissingView | None:
        return next((one for one in self.seen.timeclock.missing if not one.waits), None)

    def _question(self, missing: MissingView, said: ClockWords) -> str:
        key = "time_clock.forgot_out" if missing.missing == OUT else "time_clock.forgot"
        return self.words(
            key,
            what=said.punch(missing.what),
            missing=said.punch(missing.missing),
            day=said.weekday(missing.at_ms),
            time=said.time(missing.at_ms),
        )

    def _warnings(self, said: ClockWords) -> list[str]:
        clock, words = self.seen.timeclock, self.words
        found = []
        if clock.contradicts:
            found.append(words("time_clock.contradicts", what=said.punch(clock.contradicts)))
        if clock.early is not None:
            early = clock.early
            found.append(
                words("time_clock.too_early", begins=early.begins, earliest=early.earliest)
            )
            found += [words("time_clock.manager_comes")] if early.waits else []
        if not self.seen.status.clock_ok:
            found.append(words("time_clock.not_trusted"))
        waits = [one for one in clock.missing if one.waits]
        found += [words("time_clock.waits", day=said.weekday(one.at_ms)) for one in waits[:1]]
        if clock.made is not None and clock.made.slip is not None and clock.made.slip.questions:
            found.append(words("time_clock.not_counted"))
        return found
