"""Saying what a punch should have been, and that a correction is not right: which punch, when, why.

Nothing is guessed: the time is keyed in, and only one that was possible is taken. A manager must approve it.
"""

from enum import StrEnum
from typing import Final

import msgspec

from appliance.messages import (
    AskPunch,
    ContestCorrection,
    CorrectionView,
    HoursView,
    MissingView,
    OpenHours,
    OwnDayView,
    OwnPunchView,
    ShopView,
    TimeclockView,
)
from kiosk_ui.navigation import Overlay
from kiosk_ui.presenters.clock_words import ClockWords, moment_between
from kiosk_ui.presenters.keys import BACKSPACE, NO_KEY, KeyView, digit_pad, keyboard_rows
from kiosk_ui.presenters.own_language import OwnLanguagePresenter

WHATS: Final = ("in", "out", "break_start", "break_end")
REASONS: Final = ("forgot", "reader", "badge", "mistake")
OBJECTIONS: Final = ("longer", "earlier", "break", "agreed")
OTHER: Final = "other"
DIGITS: Final = 4
LONGEST_REASON: Final = 120


class Face(StrEnum):
    """What the card asks."""

    WHICH = "which"
    TIME = "time"
    WHY = "why"
    TYPING = "typing"


class About(msgspec.Struct, frozen=True):
    """What is said of which time: instead of `punch`, or of one that was forgotten (None).

    It was after `from_ms` and not after `to_ms`. `correction` is set where somebody does not agree with it.
    """

    question: str
    what: str = ""
    from_ms: int = 0
    to_ms: int = 0
    punch: str | None = None
    job: str = ""
    paid: bool = False
    correction: str = ""


class ChoiceView(msgspec.Struct, frozen=True):
    """A large button: a punch of the day, or a reason."""

    name: str
    text: str
    icon: str


class SayView(msgspec.Struct, frozen=True):
    """The card, one question at a time."""

    title: str = ""
    later: str = ""
    shows_choices: bool = False
    choices: tuple[ChoiceView, ...] = ()
    shows_time: bool = False
    question: str = ""
    time: str = ""
    time_colour: str = "ink"
    day: str = ""
    message: str = ""
    keys: tuple[KeyView, ...] = ()
    go_on: str = ""
    can_go_on: bool = False
    shows_typing: bool = False
    text: str = ""
    text_colour: str = "ink"
    letters: tuple[tuple[KeyView, ...], ...] = ()
    send: str = ""
    can_send: bool = False


class SayPunchPresenter(OwnLanguagePresenter[SayView]):
    """Holds what is being said until it is sent."""

    topics = (TimeclockView, HoursView, ShopView)
    _face = Face.TIME
    _about = About("")
    _choices: tuple[tuple[ChoiceView, About], ...] = ()
    _digits = ""
    _at_ms = 0
    _reason = ""
    _back_to = Overlay.NONE

    # ------------------------------------------------------------------ what it is about

    def of_missing(self, missing: MissingView) -> None:
        """A punch that the clock misses. The register keeps whoever is at the clock in mind meanwhile."""
        said = self._said()
        key = "time_clock.forgot_out" if missing.missing == "out" else "time_clock.forgot"
        question = self.words(
            key,
            what=said.punch(missing.what),
            missing=said.punch(missing.missing),
            day=said.weekday(missing.at_ms),
            time=said.time(missing.at_ms),
        )
        self.send(OpenHours())
        about = About(
            question,
            missing.missing,
            missing.from_ms,
            missing.to_ms,
            job=self._only_job(missing.missing),
        )
        self._begin(about, Face.TIME)

    def of_day(self, day: OwnDayView) -> None:
        """Something is wrong with a day: one of its punches, or one that was forgotten."""
        said = self._said()
        to_ms = min(day.ends_ms, self.now_ms())
        choices = [
            (
                ChoiceView(one.punch, self._about_punch("is_wrong", one), "pencil-outline"),
                About(
                    self._about_punch("when_really", one),
                    one.what,
                    day.begins_ms,
                    to_ms,
                    one.punch,
                    one.job,
                    one.paid,
                ),
            )
            for one in day.punches
        ]
        for what in WHATS:
            text = self.words("time_clock.is_missing", what=said.punch(what))
            question = self.words("time_clock.when_was", what=said.punch(what))
            about = About(question, what, day.begins_ms, to_ms, job=self._only_job(what))
            choices.append((ChoiceView(what, text, "clock-plus-outline"), about))
        self._choices = tuple(choices)
        self._begin(About(said.day(day.begins_ms)), Face.WHICH, Overlay.HOURS)

    def of_correction(self, correction: CorrectionView) -> None:
        """A correction that is not right."""
        about = About(self.words("time_clock.contest_title"), correction=correction.id)
        self._begin(about, Face.WHY, Overlay.HOURS)

    def _begin(self, about: About, face: Face, back_to: Overlay = Overlay.NONE) -> None:
        self._about, self._face, self._back_to = about, face, back_to
        self._digits = self._reason = ""
        self.refresh()
        self.open_overlay(Overlay.SAY_PUNCH)

    # ------------------------------------------------------------------ gestures

    def choose(self, name: str) -> None:
        """One of the large buttons."""
        self.send(OpenHours())
        if self._face is Face.WHICH:
            for choice, about in self._choices:
                if choice.name == name:
                    self._about, self._face = about, Face.TIME
        elif name == OTHER:
            self._face = Face.TYPING
        else:
            kind = "objection" if self._about.correction else "reason"
            self._tell(self.shop_words(f"time_clock.{kind}_{name}"))
        self.refresh()

    def key(self, name: str) -> None:
        """A digit of the time, a letter of the reason."""
        if self._face is Face.TYPING:
            text = self._reason[:-1] if name == BACKSPACE else self._reason + name
            self._reason = text[:LONGEST_REASON]
        elif self._face is Face.TIME:
            self._digits = _keyed(self._digits, name)
        self.refresh()

    def go_on(self) -> None:
        """That was the time."""
        at_ms = self._moment()
        if at_ms is not None:
            self.send(OpenHours())
            self._at_ms, self._face = at_ms, Face.WHY
            self.refresh()

    def send_typed(self) -> None:
        """That is why."""
        if self._reason.strip():
            self._tell(self._reason.strip())

    def later(self) -> None:
        """Not now: back to where this began."""
        self.open_overlay(self._back_to)

    def _tell(self, reason: str) -> None:
        about = self._about
        if about.correction:
            self.send(ContestCorrection(about.correction, reason))
        else:
            employee = self.seen.timeclock.employee
            self.send(
                AskPunch(
                    employee, about.what, self._at_ms, reason, about.job, about.paid, about.punch
                )
            )
        self.open_overlay(self._back_to)

    def _only_job(self, what: str) -> str:
        """The job of whoever came, where there is no choice; of several a manager must know which it was."""
        jobs = self.seen.timeclock.jobs
        return jobs[0].code if what == "in" and len(jobs) == 1 else ""

    def _about_punch(self, key: str, one: OwnPunchView) -> str:
        said = self._said()
        return self.words(f"time_clock.{key}", what=said.punch(one.what), time=said.time(one.at_ms))

    def _moment(self) -> int | None:
        if len(self._digits) < DIGITS:
            return None
        text = f"{self._digits[:2]}:{self._digits[2:]}"
        return moment_between(text, self._about.from_ms, self._about.to_ms, self._said().zone)

    def _said(self) -> ClockWords:
        return ClockWords(self.words, self.seen.timeclock.zone)

    # ------------------------------------------------------------------ drawing

    def draw(self) -> SayView:
        """The card for now."""
        words, face, about = self.words, self._face, self._about
        is_time = face is Face.TIME
        at_ms = self._moment() if is_time else None
        said = self._said()
        title = words("time_clock.say_title")
        if face is Face.WHICH:
            title = about.question
        elif face is not Face.TIME:
            title = about.question if about.correction else words("time_clock.why")
        is_wrong = is_time and len(self._digits) == DIGITS and at_ms is None
        shown = self._digits.ljust(DIGITS, "–")
        return SayView(
            title=title,
            later=words("common.back" if self._back_to is not Overlay.NONE else "time_clock.later"),
            shows_choices=face in {Face.WHICH, Face.WHY},
            choices=self._shown_choices(),
            shows_time=is_time,
            question=about.question,
            time=f"{shown[:2]}:{shown[2:]}",
            time_colour="danger_ink" if is_wrong else "ink",
            day="" if at_ms is None else said.day(at_ms),
            message=self._between(said) if is_time else "",
            keys=digit_pad(corner=NO_KEY),
            go_on=words("time_clock.go_on"),
            can_go_on=at_ms is not None,
            shows_typing=face is Face.TYPING,
            text=self._reason or words("time_clock.type_why"),
            text_colour="ink" if self._reason else "muted",
            letters=keyboard_rows(words.language, words("search.space")),
            send=words("time_clock.send"),
            can_send=bool(self._reason.strip()),
        )

    def _between(self, said: ClockWords) -> str:
        about, now_ms = self._about, self.now_ms()
        return self.words(
            "time_clock.between",
            begin=said.when(about.from_ms, now_ms),
            end=said.when(about.to_ms, now_ms),
        )

    def _shown_choices(self) -> tuple[ChoiceView, ...]:
        if self._face is Face.WHICH:
            return tuple(choice for choice, _ in self._choices)
        kind, names = ("objection", OBJECTIONS) if self._about.correction else ("reason", REASONS)
        return (
            *(ChoiceView(name, self.words(f"time_clock.{kind}_{name}"), "check") for name in names),
            ChoiceView(OTHER, self.words("time_clock.reason_other"), "pencil-outline"),
        )


def _keyed(digits: str, name: str) -> str:
    """A time as far as it was keyed in; a key that makes none of it is not taken."""
    if name == BACKSPACE:
        return digits[:-1]
    longer = digits + name
    if not name.isdigit() or len(longer) > DIGITS:
        return digits
    latest = "2359"
    is_time = longer[:2] <= latest[: len(longer[:2])] and longer[2:3] <= latest[2]
    return longer if is_time else digits
